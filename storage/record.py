"""The record: who did what and who looked at what, in one chain that only grows.

Each row is tied to the one before it by a keyed hash, so that somebody who has the database but not the master key
can change, insert or take away nothing unseen. What its time is over loses its content and leaves its link behind:
the chain stays whole. A run of such links at the beginning is cut off, and its last one is kept as the anchor. The
newest link is kept apart, so that rows missing at the end are noticed too; an older copy of the whole database is
not, unless somebody has noted a link of it elsewhere.

`write` is the only way onto the record. One transaction at a time: the chain has one end.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import and_, bindparam, delete, exists, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.facts import fact, keep_fact
from storage.schema import cases, record
from storage.seal import Master
from storage.types import milliseconds

HEAD, ANCHOR = "record head", "record anchor"
"""The facts that hold the newest link, and the last one that was cut off."""
NUMBER, LINK, SALT = 8, 32, 16
"""Bytes of a number, of a link, and of what keeps an erased row from being guessed."""
ERASED: Final = ""
PAGE = 2000
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7262002)")

ADD = insert(record)
OLDER = select(record).where(record.c.seq.is_(None)).order_by(record.c.id)
TIE = update(record).where(record.c.id == bindparam("row"))
ROWS = select(record).where(record.c.seq > bindparam("after")).order_by(record.c.seq).limit(PAGE)
UNTIED = select(func.count()).where(record.c.seq.is_(None))
_case_stays = exists().where(
    cases.c.number == record.c.case_number,
    (cases.c.closed_at.is_(None)) | (cases.c.closed_at >= bindparam("closed", type_=cases.c.closed_at.type)),
)
ERASE = (
    update(record)
    .where(
        and_(
            record.c.at < bindparam("before", type_=record.c.at.type),
            record.c.act != ERASED,
            record.c.seq.is_not(None),
            ~_case_stays,
        )
    )
    .values(act=ERASED, case_number=None, actor=None, salt=None)
)
_kept = record.alias("kept")
LAST_OF_RUN = (
    select(record.c.seq, record.c.link)
    .where(record.c.act == ERASED, ~exists().where(_kept.c.seq < record.c.seq, _kept.c.act != ERASED))
    .order_by(record.c.seq.desc())
    .limit(1)
)
CUT = delete(record).where(record.c.seq <= bindparam("upto"), record.c.act == ERASED)


class Act(Struct, frozen=True, kw_only=True):
    """What was done, in a case or in none; `actor` is the look-up of a Telegram id, None for the bot."""

    act: str
    case: int | None = None
    actor: bytes | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """A row of the record as it is read; an erased one has no act. `fault` says what does not hold, "" if it does."""

    seq: int
    at: datetime
    act: str
    case: int | None
    actor: bytes | None
    link: bytes
    fault: str = ""


class End(Struct, frozen=True):
    """A place in the chain."""

    seq: int = 0
    link: bytes = bytes(LINK)


async def write(db: Database, conn: AsyncConnection, acts: Iterable[Act], now: datetime) -> None:
    """Put these on the record, within the caller's transaction."""
    listed = list(acts)
    if not listed:
        return
    end, rows = await _end(db, conn), []
    for act in listed:
        row = {"id": db.ids.next(now), "at": now, "act": act.act, "case_number": act.case, "actor": act.actor}
        end = _tie(db.master, end, row)
        rows.append(row)
    await conn.execute(ADD, rows)
    await keep_fact(conn, HEAD, _signed(db.master, HEAD, end))


async def erase(db: Database, conn: AsyncConnection, before: datetime, closed: datetime) -> None:
    """Let go of what was done before `before`, but for what belongs to a case open, or closed since `closed`."""
    await _end(db, conn)
    await conn.execute(ERASE, {"before": before, "closed": closed})
    run = (await conn.execute(LAST_OF_RUN)).first()
    if run is not None:
        await keep_fact(conn, ANCHOR, _signed(db.master, ANCHOR, End(run.seq, run.link)))
        await conn.execute(CUT, {"upto": run.seq})


async def entries(db: Database, conn: AsyncConnection, kept_since: datetime) -> AsyncIterator[Entry]:
    """Every row, oldest first, each with what does not hold of it.

    `kept_since`: nothing younger may have been erased. What is wrong with the end comes as one more entry, number 0.
    """
    end, anchored = _read(db.master, ANCHOR, await fact(conn, ANCHOR))
    wrong = "" if anchored else "the anchor was changed"
    while rows := (await conn.execute(ROWS, {"after": end.seq})).all():
        for row in rows:
            yield _checked(db.master, end, row, kept_since, wrong)
            end, wrong = End(row.seq, row.link), ""
    last = await _wrong_end(db, conn, end)
    if wrong or last:
        yield Entry(seq=0, at=kept_since, act=ERASED, case=None, actor=None, link=end.link, fault=wrong or last)


async def _wrong_end(db: Database, conn: AsyncConnection, end: End) -> str:
    if (await conn.execute(UNTIED)).scalar_one() and await fact(conn, HEAD):
        return "there are rows outside the chain"
    kept = await fact(conn, HEAD)
    head, signed = _read(db.master, HEAD, kept)
    if not signed:
        return "the newest link was changed"
    return "" if head == end else "rows are missing at the end"


def _checked(master: Master, before: End, row: Any, kept_since: datetime, wrong: str) -> Entry:
    digest = row.digest if row.act == ERASED else _digest(master, row.seq, row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    if row.seq != before.seq + 1:
        wrong = wrong or "rows are missing before it"
    elif row.act == ERASED and row.at >= kept_since:
        wrong = wrong or "it was erased before its time"
    elif digest != row.digest or _link(master, before.link, row.seq, row.at, digest) != row.link:
        wrong = wrong or "it was changed"
    return Entry(seq=row.seq, at=row.at, act=row.act, case=row.case_number, actor=row.actor, link=row.link, fault=wrong)


async def _end(db: Database, conn: AsyncConnection) -> End:
    """Where the chain ends, held until commit. What was recorded before there was a chain is tied to it first."""
    if not db.sqlite:
        await conn.execute(ONE_AT_A_TIME)
    kept = await fact(conn, HEAD)
    if kept:
        return _read(db.master, HEAD, kept)[0]
    end = End()
    for old in (await conn.execute(OLDER)).all():
        row = dict(old._mapping)  # noqa: SLF001 - SQLAlchemy's public name
        end = _tie(db.master, end, row)
        tied = {name: row[name] for name in ("seq", "salt", "digest", "link")}
        await conn.execute(TIE.values(tied), {"row": old.id})
    await keep_fact(conn, HEAD, _signed(db.master, HEAD, end))
    return end


def _tie(master: Master, end: End, row: dict[str, Any]) -> End:
    """Give a row its place behind `end`, which it then is."""
    row |= {"seq": end.seq + 1, "salt": os.urandom(SALT)}
    row["digest"] = _digest(master, end.seq + 1, row)
    row["link"] = _link(master, end.link, end.seq + 1, row["at"], row["digest"])
    return End(end.seq + 1, row["link"])


def _digest(master: Master, seq: int, row: Any) -> bytes:
    actor = (row["actor"] or b"").hex()
    said = [seq, row["id"], milliseconds(row["at"]), row["act"], row["case_number"], actor]
    return master.mark(b"row", row["salt"] or b"", msgspec.json.encode(said))


def _link(master: Master, before: bytes, seq: int, at: datetime, digest: bytes) -> bytes:
    return master.mark(b"link", before, _bytes(seq), _bytes(milliseconds(at)), digest)


def _signed(master: Master, name: str, end: End) -> bytes:
    plain = _bytes(end.seq) + end.link
    return plain + master.mark(name.encode(), plain)


def _read(master: Master, name: str, kept: bytes) -> tuple[End, bool]:
    """The place kept under a name, and whether we wrote it ourselves; the beginning of the chain where none is."""
    if not kept:
        return End(), True
    plain, mark = kept[: NUMBER + LINK], kept[NUMBER + LINK :]
    whole = mark == master.mark(name.encode(), plain)
    return End(int.from_bytes(plain[:NUMBER], "big"), plain[NUMBER:]), whole


def _bytes(number: int) -> bytes:
    return number.to_bytes(NUMBER, "big", signed=True)
