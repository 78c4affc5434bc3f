"""Keeps the bot running behind the page, and restarts it on the same database when the page asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.app import assembled
from bot.clock import SteppedClock
from bot.phones.mover import Mover
from bot.settings import Settings


class Keeper:
    """Runs one bot after another; each is put together anew, as after the end of its process."""

    def __init__(self, settings: Settings, clock: SteppedClock, mover: Mover, greet: Callable[[], None]) -> None:
        """`greet` is called once, when the first one is there."""
        self._settings = settings
        self._clock = clock
        self._mover = mover
        self._greet = greet
        self._end, self._there = asyncio.Event(), asyncio.Event()

    async def run(self) -> None:
        """Until cancelled, or until the bot ends by itself: then what ended it is raised."""
        while await self._live_once():
            pass

    async def restart(self) -> None:
        """End the bot where it stands; returns when the next one is there."""
        await self._there.wait()
        self._there.clear()
        self._end.set()
        await self._there.wait()

    async def _live_once(self) -> bool:
        """Say whether another life is wanted."""
        async with assembled(self._settings, self._clock) as app:
            self._mover.app = app
            self._end.clear()
            life = asyncio.create_task(app.run())
            ending = asyncio.create_task(self._end.wait())
            self._there.set()
            self._greet_once()
            try:
                await asyncio.wait({life, ending}, return_when=asyncio.FIRST_COMPLETED)
                if life.done():
                    life.result()
                return ending.done()
            finally:
                self._mover.app = None
                life.cancel()
                ending.cancel()
                await asyncio.gather(life, ending, return_exceptions=True)

    def _greet_once(self) -> None:
        greet, self._greet = self._greet, _nothing
        greet()


def _nothing() -> None:
    pass
