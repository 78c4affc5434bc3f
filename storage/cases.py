"""Cases as rows become cases: one woman's, in a scene, and all that are open, as the desk as a whole sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.model import Case, Matter
from storage.database import Database
from storage.drill import MADE_UP
from storage.faults import SealError
from storage.schema import cases
from storage.seal import place

SEALED = ("taken_by", "matter")
OPEN = (
    select(cases, cases.c.person_id.in_(MADE_UP).label("made_up"))
    .where(cases.c.state != "closed")
    .order_by(cases.c.opened_at, cases.c.number)
)
ALARM = select(cases.c.alarm_at, cases.c.state).where(cases.c.number == bindparam("case"))

_clear = [name for name in Case.__struct_fields__ if name not in SEALED]
_matters = msgspec.json.Decoder(Matter)


class Open(Struct, frozen=True):
    """A case that is not closed, and whose it is, by our number; None of somebody forgotten.

    `made_up`: it is there to practise on.
    """

    person: int | None
    case: Case
    made_up: bool


def case_of(row: Any, opened: Callable[[str], bytes]) -> Case:
    """Make a case of its row. `opened` gives the bytes of a sealed column, none where it is empty."""
    matter = opened("matter")
    clear = {name: getattr(row, name) for name in _clear}
    return Case(
        **clear,
        taken_by=opened("taken_by").decode(),
        matter=_matters.decode(matter) if matter else Matter(),
    )


async def open_cases(db: Database, conn: AsyncConnection) -> list[Open]:
    """Every case that is not closed, the oldest first.

    What does not open any more is there as far as it is clear: it must not drop out of sight.
    """
    rows = (await conn.execute(OPEN)).all()
    await db.keys.load(conn, {row.person_id for row in rows if row.person_id is not None})
    return [Open(row.person_id, _as_far_as_it_opens(db, row), bool(row.made_up)) for row in rows]


async def waits(conn: AsyncConnection, number: int) -> bool:
    """Whether a case waits for a person to act. Of one nobody knows, that is taken for granted."""
    found = (await conn.execute(ALARM, {"case": number})).first()
    return found is None or (found.alarm_at is not None and found.state != "closed")


def _as_far_as_it_opens(db: Database, row: Any) -> Case:
    def opened(column: str) -> bytes:
        sealed = getattr(row, column)
        if sealed is None or row.person_id is None or row.person_id not in db.keys:
            return b""
        try:
            return db.keys[row.person_id].open(place("cases", column, row.number, row.person_id), sealed)
        except SealError:
            return b""

    try:
        return case_of(row, opened)
    except msgspec.MsgspecError:
        return case_of(row, lambda column: b"" if column == "matter" else opened(column))
