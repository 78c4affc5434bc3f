"""Events that have not happened yet: one row per person and key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.effects import Schedule
from storage.database import Database
from storage.schema import due
from storage.seal import place

FORGET = delete(due).where(due.c.person_id == bindparam("person"), due.c.key == bindparam("name"))
FORGET_ALL = delete(due).where(
    due.c.person_id == bindparam("person"), func.substr(due.c.key, 1, bindparam("size")) == bindparam("name")
)
PLAN = insert(due)
NEXT = select(func.min(due.c.at))


def row(db: Database, person: int, plan: Schedule, now: datetime) -> dict[str, Any]:
    """A plan as its row, with an id of its own: one planned anew outlives the deletion of the old."""
    id = db.ids.next(now)
    about = db.keys[person].seal(place("due", "about", id, person), plan.about.encode()) if plan.about else None
    return {
        "id": id,
        "person_id": person,
        "key": plan.key,
        "at": plan.at,
        "safety": plan.safety,
        "attempts": 0,
        "about": about,
    }


async def plan(db: Database, conn: AsyncConnection, person: int, plan: Schedule, now: datetime) -> None:
    """Plan one row outside a turn; it replaces the one with the same key."""
    await db.keys.load(conn, [person])
    await conn.execute(FORGET, {"person": person, "name": plan.key})
    await conn.execute(PLAN, row(db, person, plan, now))


async def next_at(conn: AsyncConnection) -> datetime | None:
    """When the earliest due row comes, which may be in the past; None if nothing is planned."""
    at: datetime | None = (await conn.execute(NEXT)).scalar()
    return at
