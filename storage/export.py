"""Everything kept of a person, opened: what *my data* shows her.

Every table whose rows are hers is read as the schema has it, so that a table added later is in the file from its
first day. Not opened are the notes of staff about her, which are counted and shown by a person of the centre: what
they wrote among themselves, how they judged a case, and who of them it was.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import LargeBinary, Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.faults import SealError
from storage.parcel import chat_of
from storage.schema import accounts, lines, metadata, outbox, people, sent
from storage.seal import place
from storage.vanish import WITNESS

TOLD = ("hers", "ours")
"""The voices of a case's lines that she has read or written herself."""
UNTOLD = frozenset(
    {"taken_by", "by", "level", "category", "about", "replied", "watched", "matter", "past"}
    | {"lookup", "subject", "attempts", "lane", "depth", "rank"}
    | {"file", "draw", "shown", "facts"}
    | {"checked", "owed", "put", "doors", "lows", "score", "band", "validated"}
)
"""What staff decided or who of them did, how rules and scales judged her words, and what only says how a row travels.

Her answers to a check-in are told, what they were counted to is not: no score or band is named to her anywhere.
"""

Rows = list[dict[str, Any]]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept: opened rows by table, how many notes of staff, and messages we could still delete."""

    tables: dict[str, Rows]
    notes: int
    messages: int
    language: str


async def everything(db: Database, conn: AsyncConnection, person: int) -> Kept:
    """All of it. LookupError if she is gone."""
    her = (await conn.execute(select(people.c.language, people.c.account_id).where(people.c.id == person))).first()
    if her is None:
        raise LookupError(person)
    await db.keys.load(conn, [person])
    tables: dict[str, Rows] = {}
    for table, owners in _hers():
        query = select(table).where(or_(*(column == person for column in owners)))
        if table is lines:
            query = query.where(lines.c.voice.in_(TOLD))
        if table is outbox:
            query = query.where(outbox.c.chat == chat_of(person))
        if rows := [_opened(db, table, row, person) for row in (await conn.execute(query)).mappings()]:
            tables[table.name] = rows
    account = (await conn.execute(select(accounts).where(accounts.c.id == her.account_id))).mappings().one()
    tables["accounts"] = [_opened(db, accounts, account, person)]
    notes = select(func.count()).where(lines.c.person_id == person, lines.c.voice.not_in(TOLD))
    chat = select(func.count()).where(sent.c.chat == chat_of(person), sent.c.slot != WITNESS)
    return Kept(
        tables=tables,
        notes=(await conn.execute(notes)).scalar_one(),
        messages=(await conn.execute(chat)).scalar_one(),
        language=her.language,
    )


def _hers() -> list[tuple[Table, list[Any]]]:
    """Every table that points to a person, with the columns that do; `people` itself first."""
    found = [(people, [people.c.id])]
    for table in metadata.sorted_tables:
        owners = [column for column in table.c if any(key.column is people.c.id for key in column.foreign_keys)]
        if owners and table is not sent:
            found.append((table, owners))
    return found


def _opened(db: Database, table: Table, row: Any, person: int) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    number = row.get("id", row.get("number", 0))
    for column in table.c:
        value = row[column.name]
        if column.name in UNTOLD or column.foreign_keys or value is None:
            continue
        if isinstance(column.type, LargeBinary):
            value = _content(db, place(table.name, column.name, number, person), value, person)
        elif isinstance(value, datetime):
            value = value.isoformat()
        if isinstance(value, dict):
            shown |= {name: part for name, part in value.items() if name not in UNTOLD}
        elif value not in (None, ""):
            shown[column.name] = value
    return shown


def _content(db: Database, at: bytes, sealed: bytes, person: int) -> Any:
    """What is sealed there; None where it does not open for her (it is not hers)."""
    with suppress(SealError):
        plain = db.keys[person].open(at, sealed)
        try:
            return msgspec.json.decode(plain)
        except msgspec.DecodeError:
            return plain.decode(errors="replace")
    return None
