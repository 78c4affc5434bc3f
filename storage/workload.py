"""The open cases as the desk as a whole sees them: numbers, levels, times and who has each. No word of anybody's."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.model import Case, Matter
from storage.database import Database
from storage.faults import SealError
from storage.schema import cases
from storage.seal import place

OPEN = select(cases).where(cases.c.state != "closed").order_by(cases.c.opened_at, cases.c.number)

ALARM = select(cases.c.alarm_at, cases.c.state).where(cases.c.number == bindparam("case"))

_matters = msgspec.json.Decoder(Matter)


async def open_cases(db: Database, conn: AsyncConnection) -> list[Case]:
    """Every case that is not closed, the oldest first.

    Of somebody forgotten, or whose key does not open any more, it is known only that there is one.
    """
    rows = (await conn.execute(OPEN)).all()
    await db.keys.load(conn, {row.person_id for row in rows if row.person_id is not None})
    return [_case(db, row) for row in rows]


async def waits(conn: AsyncConnection, number: int) -> bool:
    """Whether a case waits for a person to act. Of one nobody knows, that is taken for granted."""
    found = (await conn.execute(ALARM, {"case": number})).first()
    return found is None or (found.alarm_at is not None and found.state != "closed")


def _case(db: Database, row: Any) -> Case:
    taken_by = _opened(db, row, "taken_by")
    matter = _opened(db, row, "matter")
    try:
        kept = _matters.decode(matter) if matter else Matter()
    except msgspec.MsgspecError:
        kept = Matter()
    return Case(
        number=row.number,
        level=row.level,
        category=row.category,
        state=row.state,
        language=row.language,
        opened_at=row.opened_at,
        taken_at=row.taken_at,
        taken_by=taken_by.decode(),
        alarm_at=row.alarm_at,
        handled_at=row.handled_at,
        pages=row.pages,
        lines=row.lines,
        matter=kept,
    )


def _opened(db: Database, row: Any, name: str) -> bytes:
    sealed = getattr(row, name)
    if sealed is None or row.person_id is None or row.person_id not in db.keys:
        return b""
    try:
        return db.keys[row.person_id].open(place("cases", name, row.number, row.person_id), sealed)
    except SealError:
        return b""
