"""All cases that are not closed, for what the desk does with several of them at once."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.model import Case, Matter
from storage.database import Database
from storage.faults import SealError
from storage.schema import cases
from storage.seal import place

OPEN = select(cases).where(cases.c.state != "closed", cases.c.person_id.is_not(None)).order_by(cases.c.opened_at)


class Open(Struct, frozen=True):
    """A case that is not closed, and whose it is, by our number."""

    person: int
    case: Case


async def open_cases(db: Database, conn: AsyncConnection) -> list[Open]:
    """The oldest first. What does not open any more is there as far as it is clear: it must not drop out of sight."""
    rows = (await conn.execute(OPEN)).all()
    await db.keys.load(conn, {row.person_id for row in rows})
    return [Open(row.person_id, _case(db, row)) for row in rows]


def _case(db: Database, row: Any) -> Case:
    named = {name: getattr(row, name) for name in Case.__struct_fields__ if name not in {"taken_by", "matter"}}
    matter = _opened(db, row, "matter")
    return Case(
        **named,
        taken_by=_opened(db, row, "taken_by").decode(),
        matter=msgspec.json.decode(matter, type=Matter) if matter else Matter(),
    )


def _opened(db: Database, row: Any, column: str) -> bytes:
    sealed = getattr(row, column)
    if sealed is None:
        return b""
    try:
        return db.keys[row.person_id].open(place("cases", column, row.number, row.person_id), sealed)
    except SealError:
        return b""
