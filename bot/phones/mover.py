"""Moves the clock for the page and the tests.

It steps from due row to due row and lets each be dealt with, as weeks would pass; it never jumps over what would
have happened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from bot.app import App
from bot.clock import SteppedClock
from bot.phones.cloud import Cloud
from bot.phones.kept import Wire
from storage.pending import calls, next_time
from storage.reached import Reached, reached

LONGEST_SETTLE = 60.0
LONGEST_MOVE = 120.0
"""Seconds for one movement of the clock: a case nobody takes pages every five minutes, week after week."""
LONGEST_LIFE = 3600.0
"""Seconds for the way to the end of the programme, which shows how far it has come and can be cancelled."""
STANDSTILL = timedelta(days=60)
"""So long nobody waits for a message or for a page: somebody has none to come, and her row is put off for ever."""


class Mover:
    """Moves the clock for the page. `app` is set while the bot is there."""

    def __init__(
        self, clock: SteppedClock, cloud: Cloud, phones: Collection[int] = (), desk: Collection[int] = ()
    ) -> None:
        """`phones` are the chats whose next message `{"to": "next"}` looks for.

        `desk` are those of the desk: while nobody takes a red case the next message is its next call, for nothing of
        ours comes to her, and a way of weeks would be gone in steps of half an hour.
        """
        self.clock = clock
        self.cloud = cloud
        self.app: App | None = None
        self.progress: Wire | None = None
        self._phones = phones
        self._desk = desk
        self._cancelled = False

    def cancel(self) -> None:
        """Stop where the clock has come."""
        self._cancelled = True

    async def step(self, request: dict[str, Any]) -> None:
        """`{"hours": n}`, `{"days": n}`, `{"to": "next"}`: the next message on a phone, or `{"to": "end"}`.

        The end is that of the programme: nobody has a page of it still to come.
        """
        self._cancelled = False
        self.progress = {"to": request.get("to", "time"), "week": 0, "weeks": 0}
        self.cloud.changed()
        try:
            await self.settle()
            match request.get("to"):
                case "next":
                    await self._to_next_message()
                case "end":
                    await self._to_the_end()
                case _:
                    hours = float(request.get("hours", 0)) + 24 * float(request.get("days", 0))
                    await self.advance(self.clock.now() + timedelta(hours=hours))
            if self.app is not None:
                await self.app.rounds()
                await self.settle()
        finally:
            self.progress = None

    async def advance(self, until: datetime) -> None:
        """Let time pass up to `until`, stopping wherever something is due.

        When that takes too long the clock stays where it has come: it never jumps over what would have happened.
        """
        ends = asyncio.get_running_loop().time() + LONGEST_MOVE
        while (moment := await self._next()) is not None and moment <= until:
            if self._is_over(ends):
                return
            self.clock.step_to(moment)
            await self.settle()
        self.clock.step_to(until)
        await self.settle()

    async def settle(self) -> None:
        """Wait until the bot has dealt with everything that is due at this moment."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + LONGEST_SETTLE
        while (app := self.app) is not None and loop.time() < ends:
            if not self.cloud.updates.waiting:
                # Asking rings for the sender; what the clock has made due, nobody rings for.
                if await app.quiet():
                    return
                app.wake.set()
            await asyncio.sleep(0.01)

    async def _to_next_message(self) -> None:
        chats = self._phones if not await self._calls() else {*self._phones, *self._desk}
        before = self._newest(chats)
        ends = asyncio.get_running_loop().time() + LONGEST_MOVE
        until = self.clock.now() + STANDSTILL
        while not self._is_over(ends):
            moment = await self._next()
            come = any(now > was for now, was in zip(self._newest(chats), before, strict=True))
            if moment is None or moment > until or come:
                return
            self.clock.step_to(moment)
            await self.settle()

    async def _to_the_end(self) -> None:
        ends = asyncio.get_running_loop().time() + LONGEST_LIFE
        until, before = self.clock.now() + STANDSTILL, list[Reached]()
        while not self._is_over(ends):
            under_way = [one for one in await self._reached() if not one.done]
            if not under_way:
                return
            if under_way != before:
                until, before = self.clock.now() + STANDSTILL, under_way
            last = max(under_way, key=lambda one: one.weeks - one.week)
            self.progress = {"to": "end", "week": min(last.week, last.weeks), "weeks": last.weeks}
            moment = await self._next()
            if moment is None or moment > until:
                return
            self.clock.step_to(moment)
            await self.settle()

    def _is_over(self, ends: float) -> bool:
        return self._cancelled or asyncio.get_running_loop().time() > ends

    async def _reached(self) -> list[Reached]:
        if self.app is None:
            return []
        async with self.app.db.read() as conn:
            return await reached(self.app.db, conn, self.app.library)

    async def _next(self) -> datetime | None:
        if self.app is None:
            return None
        async with self.app.db.read() as conn:
            moment = await next_time(conn)
        return None if moment is None else max(moment, self.clock.now() + timedelta(milliseconds=1))

    async def _calls(self) -> bool:
        if self.app is None:
            return False
        async with self.app.db.read() as conn:
            return await calls(conn)

    def _newest(self, chats: Collection[int]) -> tuple[int, ...]:
        """The number of the bot's newest message in each of these chats."""
        sent = ([*self.cloud.chats[number].messages.values()] for number in sorted(chats))
        return tuple(next((one.id for one in reversed(all) if one.sender is self.cloud.bot), 0) for all in sent)
