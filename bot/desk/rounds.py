"""What the desk does by itself: each minute every round is asked whether its time has come.

A round says what is to be sent and remembers in the same commit that it was done, so that a process that ends in
between neither forgets nor doubles it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk import announce, digest, drills, gaps, overheard, reviews, seating, straits, verify, waiting
from bot.desk.work import Tools, Work
from flows.effects import Send

EVERY = 60.0
"""Seconds between two looks."""

Round = Callable[[Work], Awaitable[list[Send]]]

ROUNDS: tuple[Round, ...] = (
    gaps.announced,
    digest.daily,
    digest.by_the_minute,
    reviews.reminded,
    announce.spread,
    drills.clear,
    straits.watched,
    straits.cleared,
    waiting.kept_true,
    verify.warned,
    seating.daily,
    overheard.digested,
    overheard.woken,
)


async def walked(tools: Tools, conn: AsyncConnection, now: datetime) -> list[Send]:
    """Go through all rounds within the caller's transaction; what is to be sent."""
    desk = await tools.office.desk(conn)
    work = Work(tools=tools, conn=conn, desk=desk, now=now)
    return [send for round in ROUNDS for send in await round(work)]
