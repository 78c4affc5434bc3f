"""The turns of circles: whichever circle's time has come is looked at, and what follows is one commit.

A round that breaks is tried again a minute later; the others go on.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta

from msgspec import structs
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.desk.work import Tools
from bot.log import fields
from flows.circles.model import Post, Room
from flows.circles.round import follows
from storage import circles
from storage.database import Database

logger = logging.getLogger("bot.circles")

AT_ONCE = 20
"""Circles in one commit."""
AGAIN = timedelta(minutes=1)
CHANCE_BITS = 63

OnAsked = Callable[[AsyncConnection, Room, tuple[Post, ...]], Awaitable[None]]
"""Tells a circle's facilitator, within the same commit, of posts that are held from the others."""


class Circles:
    """Takes the turns of circles. `on_asked` tells a circle's facilitator what is held."""

    def __init__(self, db: Database, clock: Clock, tools: Tools, on_asked: OnAsked | None = None) -> None:
        self._db = db
        self._clock = clock
        self._tools = tools
        self._on_asked = on_asked
        self._circles = circles.Circles(db)

    async def round(self) -> bool:
        """One turn of each circle whose time has come. False: none has."""
        now = self._clock.now()
        async with self._db.read() as conn:
            if not await circles.any_due(conn, now):
                return False
        async with self._db.write() as conn:
            rooms = await self._circles.due(conn, now, secrets.randbits(CHANCE_BITS), AT_ONCE)
            for room in rooms:
                await self._carry_out(conn, room)
        return bool(rooms)

    async def _carry_out(self, conn: AsyncConnection, room: Room) -> None:
        try:
            followed = follows(room)
        except Exception as error:  # one circle's fault must not hold up the others
            logger.exception("a circle's turn broke", extra=fields(error=error))
            await self._circles.change(conn, structs.replace(room.circle, next_at=room.now + AGAIN))
            return
        await self._circles.carry_out(conn, room, followed, room.now)
        if followed.asked and self._on_asked is not None:
            await self._on_asked(conn, room, followed.asked)
