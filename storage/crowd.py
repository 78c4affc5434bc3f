"""Everybody whom an announcement reaches: counted, and given a due row each, some at a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.schema import due, people

SOME = 2000
"""How many one commit gives a row: a second at most, in which turns wait."""

COUNTS = select(people.c.language, people.c.state, func.count()).group_by(people.c.language, people.c.state)
_planned = exists().where(due.c.person_id == people.c.id, due.c.key == bindparam("name"))
NEXT = (
    select(people.c.id)
    .where(people.c.id > bindparam("after"), people.c.state == "active", ~_planned)
    .order_by(people.c.id)
    .limit(SOME)
)
WAITING = select(func.count()).select_from(due).where(due.c.key == bindparam("name"))
PLAN = insert(due)


async def counts(conn: AsyncConnection) -> dict[tuple[str, str], int]:
    """How many people there are, by language and state."""
    return {(language, state): count for language, state, count in await conn.execute(COUNTS)}


async def plan_some(db: Database, conn: AsyncConnection, key: str, after: int, now: datetime) -> int:
    """Plan `key` now for the next of those in the programme behind person `after`. The last one; 0: no more."""
    found = list((await conn.execute(NEXT, {"after": after, "name": key})).scalars())
    if not found:
        return 0
    plain = {"key": key, "at": now, "safety": False, "attempts": 0, "about": None}
    await conn.execute(PLAN, [{"id": db.ids.next(now), "person_id": person, **plain} for person in found])
    return int(found[-1])


async def waiting(conn: AsyncConnection, key: str) -> int:
    """How many have this row still before them."""
    return int((await conn.execute(WAITING, {"name": key})).scalar_one())
