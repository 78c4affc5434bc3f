"""Red cases that a lead has not looked back on yet: found on the record, where the look itself goes too."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.drill import MADE_UP
from storage.schema import cases, record

REVIEWED = "reviewed:"
"""How the act of a review begins."""
RED = tuple(f"{how}:{level}" for how in ("opened", "raised") for level in ("urgent", "now"))
_review = record.alias("review")
_at = record.c.at.type
OWED = (
    select(record.c.case_number, func.min(record.c.at, type_=_at).label("since"))
    .where(
        record.c.act.in_(RED),
        record.c.at > bindparam("after", type_=_at),
        exists().where(
            cases.c.number == record.c.case_number,
            cases.c.person_id.is_(None) | cases.c.person_id.not_in(MADE_UP),
        ),
        # What turned red again after a look is owed another.
        ~exists().where(
            _review.c.case_number == record.c.case_number,
            _review.c.act.startswith(REVIEWED),
            _review.c.at >= record.c.at,
        ),
    )
    .group_by(record.c.case_number)
    .order_by("since")
)


class Owed(Struct, frozen=True):
    """A case that is or was red, since `since`, and was not reviewed."""

    case: int
    since: datetime


async def owed(conn: AsyncConnection, after: datetime) -> list[Owed]:
    """Those that became red after a moment, the oldest first; drills are none."""
    found = await conn.execute(OWED, {"after": after})
    return [Owed(row.case_number, row.since) for row in found]
