"""Who has a place and who waits for one: the limit the desk has set, the counts, and who is let in next.

The limit is a fact of this database; without one nobody waits. A place is held by a mother in the programme who is
not waiting. Letting somebody in is an event of hers (a due row), so that it takes its turn like all else about her.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import structs
from sqlalchemy import BindParameter, and_, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.capacity import ADMIT, COUNTED_WEEKS, MOVED
from flows.effects import Schedule
from flows.model import Capacity
from storage import due as plans
from storage.database import Database
from storage.facts import fact, keep_fact
from storage.schema import due, people, record

LIMIT = "capacity"
"""The name of the fact."""
CHUNK = 500

_in_programme = and_(people.c.state == "active", people.c.role == "mother")
_let_in = exists().where(due.c.person_id == people.c.id, due.c.key == ADMIT)
_waits = and_(_in_programme, people.c.waits_since.is_not(None), ~_let_in)
MOTHERS = select(func.count()).select_from(people).where(_in_programme)
WAITING = select(func.count()).select_from(people).where(_waits)
MOVED_SINCE = (
    select(func.count())
    .select_from(record)
    .where(record.c.act == f"admitted:{MOVED}", record.c.at >= bindparam("since", type_=record.c.at.type))
)
_most: BindParameter[int] = bindparam("most")
LONGEST = select(people.c.id).where(_waits).order_by(people.c.waits_since, people.c.id).limit(_most)


async def limit(conn: AsyncConnection) -> int | None:
    """How many active mothers the staff can carry; None: nobody has said."""
    kept = await fact(conn, LIMIT)
    return int(kept) if kept else None


async def set_limit(conn: AsyncConnection, most: int | None) -> None:
    """Set the limit, or take it away."""
    await keep_fact(conn, LIMIT, b"" if most is None else str(most).encode())


async def capacity(conn: AsyncConnection, now: datetime) -> Capacity:
    """The limit, and how full it is. Who has been let in and has not had her turn yet holds a place already."""
    mothers = (await conn.execute(MOTHERS)).scalar_one()
    waiting = (await conn.execute(WAITING)).scalar_one()
    moved = (await conn.execute(MOVED_SINCE, {"since": now - timedelta(weeks=COUNTED_WEEKS)})).scalar_one()
    return Capacity(limit=await limit(conn), active=mothers - waiting, waiting=waiting, moved=moved)


async def limited(conn: AsyncConnection, now: datetime) -> Capacity | None:
    """The same for those who join; None, without counting, where there is no limit."""
    return None if await limit(conn) is None else await capacity(conn, now)


def taken(found: Capacity, more: int) -> Capacity:
    """As it is once `more` others have got a place: those who join in one batch must not all see the last free one."""
    return structs.replace(found, active=found.active + more)


async def admit(db: Database, conn: AsyncConnection, now: datetime, why: str = MOVED) -> int:
    """Let in those who have waited longest, as many as there is room for. Returns how many."""
    found = await capacity(conn, now)
    if not found.waiting:
        return 0
    room = found.waiting if found.limit is None else max(0, found.limit - found.active)
    let_in = list((await conn.execute(LONGEST, {"most": room})).scalars())
    chunks = [let_in[at : at + CHUNK] for at in range(0, len(let_in), CHUNK)]
    return sum([await _seat(db, conn, some, Schedule(key=ADMIT, at=now, about=why)) for some in chunks])


async def _seat(db: Database, conn: AsyncConnection, waiting: list[int], plan: Schedule) -> int:
    """Plan the end of their waiting; whoever's key does not open any more keeps back nobody else."""
    await db.keys.load(conn, waiting)
    rows = [plans.row(db, person, plan, plan.at) for person in waiting if person in db.keys]
    if rows:
        await conn.execute(plans.PLAN, rows)
    return len(rows)
