"""Who waits for a person at the desk, and the alerts about them that have not gone out yet.

Alerts that are to be named in one list are held: they stay in the outbox until that list has gone out, so that a
process that ends in between still owes each of them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import BindParameter, bindparam, exists, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.effects import NOW, Lane
from storage.database import Database
from storage.drill import MADE_UP
from storage.faults import SealError
from storage.parcel import DESK_CHAT, unpacked
from storage.schema import cases, outbox
from storage.seal import INTAKE, place

MOST = 1000
"""So many rows are looked at in one go; the others when these are out."""

_ALERTS = (outbox.c.chat == DESK_CHAT) & (outbox.c.lane == int(Lane.SAFETY))
COUNT = select(func.count()).where(_ALERTS)
OWED = select(outbox).where(_ALERTS).order_by(outbox.c.id).limit(MOST)
_rows: BindParameter[Any] = bindparam("rows", expanding=True)
HOLD = update(outbox).where(outbox.c.id.in_(_rows)).values(held=True)
RELEASE = update(outbox).where(_ALERTS, outbox.c.held == true()).values(held=False)
WAITING = select(
    cases.c.number,
    cases.c.level,
    cases.c.category,
    cases.c.language,
    func.coalesce(cases.c.alarm_at, cases.c.opened_at, type_=cases.c.opened_at.type).label("since"),
    cases.c.person_id.in_(MADE_UP).label("made_up"),
).where(cases.c.state != "closed", cases.c.alarm_at.is_not(None) | (cases.c.state == "open"))

STUCK = select(exists().where(outbox.c.chat == DESK_CHAT, outbox.c.attempts > 0))
PERSON = select(cases.c.person_id).where(cases.c.number == bindparam("case"), cases.c.state != "closed")


class Waits(Struct, frozen=True, kw_only=True):
    """A case that nobody has in hand, since `since`. `made_up`: it is there to practise on."""

    number: int
    level: str
    category: str
    language: str
    since: datetime
    made_up: bool = False


class Alert(Struct, frozen=True, kw_only=True):
    """A row of the outbox that alerts the desk. `loud`: it goes to *Now*. `held`: it waits for the list."""

    row: int
    made_at: datetime
    not_before: datetime
    attempts: int
    held: bool
    loud: bool


async def waiting(conn: AsyncConnection) -> list[Waits]:
    """Every case in which somebody waits for a person, in no order."""
    return [
        Waits(
            number=row.number,
            level=row.level,
            category=row.category,
            language=row.language,
            since=row.since,
            made_up=bool(row.made_up),
        )
        for row in await conn.execute(WAITING)
    ]


async def stuck(conn: AsyncConnection) -> bool:
    """Whether the desk takes nothing: what was tried there waits to be tried again."""
    return bool((await conn.execute(STUCK)).scalar())


async def person_of(conn: AsyncConnection, case: int) -> int | None:
    """Whose case it is; None where it is closed, or she was forgotten."""
    found = (await conn.execute(PERSON, {"case": case})).scalar_one_or_none()
    return None if found is None else int(found)


async def count(conn: AsyncConnection) -> int:
    """How many rows wait before everything else at the desk: alerts, and a few that are none."""
    return int((await conn.execute(COUNT)).scalar_one())


async def alerts(db: Database, conn: AsyncConnection) -> list[Alert]:
    """The alerts that have not gone out, oldest first."""
    found = (await conn.execute(OWED)).all()
    await db.keys.load(conn, {row.person_id or INTAKE for row in found})
    kept = []
    for row in found:
        owner = row.person_id or INTAKE
        try:
            parcel = unpacked(db.keys[owner].open(place("outbox", "parcel", row.id, owner), row.parcel))
        except (SealError, msgspec.MsgspecError):
            continue
        if parcel.alerts:
            times = {"made_at": row.made_at, "not_before": row.not_before}
            loud = parcel.topic == NOW
            kept.append(Alert(row=row.id, attempts=row.attempts, held=row.held, loud=loud, **times))
    return kept


async def hold(conn: AsyncConnection, rows: Collection[int]) -> None:
    """Let these wait for the list, and nothing behind them wait for them."""
    await conn.execute(HOLD, {"rows": list(rows)})


async def release(conn: AsyncConnection) -> None:
    """Let every alert go out by itself again."""
    await conn.execute(RELEASE)
