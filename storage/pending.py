"""How much waits to be done at a moment: what the phones page and the tests call quiet is none."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, exists, false, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.due import next_at
from storage.schema import cases, circles, due, inbox, outbox

_now = bindparam("now", type_=due.c.at.type)
PENDING = select(
    select(func.count()).select_from(inbox).scalar_subquery()
    + select(func.count()).select_from(due).where(due.c.at <= _now).scalar_subquery()
    + select(func.count()).select_from(circles).where(circles.c.next_at <= _now).scalar_subquery()
    + select(func.count())
    .select_from(outbox)
    .where(outbox.c.held == false(), outbox.c.not_before <= _now)
    .scalar_subquery()
)
CALLS = select(exists().where(cases.c.state == "open", cases.c.level.in_(("urgent", "now"))))
NEXT_ROUND = select(func.min(circles.c.next_at))
NEXT_OUT = select(func.min(outbox.c.not_before)).where(outbox.c.held == false())


async def pending(conn: AsyncConnection, now: datetime) -> int:
    """Events, due rows and messages whose time has come."""
    return int((await conn.execute(PENDING, {"now": now})).scalar_one())


async def calls(conn: AsyncConnection) -> bool:
    """Whether a red case that nobody has taken calls the desk, again and again."""
    return bool((await conn.execute(CALLS)).scalar())


async def next_time(conn: AsyncConnection) -> datetime | None:
    """The moment at which something will next be to do; None if nothing is planned."""
    moments = [await next_at(conn), (await conn.execute(NEXT_ROUND)).scalar(), (await conn.execute(NEXT_OUT)).scalar()]
    return min((moment for moment in moments if moment is not None), default=None)
