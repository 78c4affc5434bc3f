"""What the desk does by itself: each minute every round is asked whether its time has come.

A round says what is to be sent and remembers in the same commit that it was done, so that a process that ends in
between neither forgets nor doubles it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk import announce, digest, drills, gaps, overheard, reviews, seating, straits, verify, waiting
from bot.desk.work import Tools, Work
from bot.log import fields
from flows.effects import Retract, Send

logger = logging.getLogger("bot.desk.rounds")

EVERY = 60.0
"""Seconds between two looks."""

Round = Callable[[Work], Awaitable[Sequence[Send | Retract]]]

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
    overheard.cleared,
)


async def walked(
    tools: Tools, conn: AsyncConnection, now: datetime, ahead: seating.Ahead | None = None
) -> list[Send | Retract]:
    """Go through all rounds within the caller's transaction; what is to be sent. `ahead`: who would be seated now."""
    desk = await tools.office.desk(conn)
    work = Work(tools=tools, conn=conn, desk=desk, now=now)
    sends: list[Send | Retract] = []
    for round in ROUNDS:
        try:
            async with conn.begin_nested():
                sends += await (seating.daily(work, ahead) if round is seating.daily else round(work))
        except Exception as error:  # what one round could not do must not keep the others from what they do
            logger.exception("a round of the desk broke", extra=fields(error=error))
    return sends
