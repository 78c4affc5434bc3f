"""The turns of circles: whichever circle's time has come is looked at, and what follows is one commit.

A round that breaks is tried again a minute later; the others go on.
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta

from msgspec import structs
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.desk import overheard
from bot.desk.work import Tools, Work
from bot.log import fields
from flows.circles import guide, life
from flows.circles.model import Room
from flows.circles.round import follows
from storage import circles
from storage.database import Database
from storage.outbox import Outbox

logger = logging.getLogger("bot.circles")

AT_ONCE = 20
"""Circles in one commit."""
AGAIN = timedelta(minutes=1)
CHANCE_BITS = 63


class Circles:
    """Takes the turns of circles, and tells whoever leads them."""

    def __init__(self, db: Database, clock: Clock, tools: Tools) -> None:
        self._db = db
        self._clock = clock
        self._tools = tools
        self._circles = circles.Circles(db)
        self._outbox = Outbox(db)

    async def round(self) -> bool:
        """One turn of each circle whose time has come. False: none has. `circles.any_due` says whether to ask."""
        async with self._db.write() as conn:
            rooms = await self._circles.due(conn, self._clock.now(), secrets.randbits(CHANCE_BITS), AT_ONCE)
            for room in rooms:
                try:
                    async with conn.begin_nested():
                        await self._carry_out(conn, room)
                except Exception as error:  # one circle's fault must not hold up the others, nor anybody's help
                    logger.exception("a circle's turn broke", extra=fields(error=error))
                    await self._circles.later(conn, room.circle.id, room.now + AGAIN)
        return bool(rooms)

    async def _carry_out(self, conn: AsyncConnection, room: Room) -> None:
        """One turn of a circle: what was written, what its life brings, and what whoever leads it has of both."""
        desk = await self._tools.office.desk(conn)
        work = Work(tools=self._tools, conn=conn, desk=desk, now=room.now)
        followed = follows(life.at_rest(guide.screened(room)))
        lived = await overheard.lived(work, structs.replace(room, circle=followed.circle))
        taken = life.left_over(room, life.joined(followed, lived))
        taken = structs.replace(taken, circle=guide.followed(desk, room.circle, taken.circle, room.now))
        await self._circles.carry_out(conn, room, taken, room.now)
        await overheard.said(work, lived)
        await self._outbox.put(conn, None, await overheard.told(work, room.circle, taken, lived), room.now)
