"""What the bot does for those it no longer speaks to: forget, scrub, let go of what is too old.

Each of these is remembered in the database until it is done, so that a process that ends in between goes on with it.
"""

from __future__ import annotations

import logging
from pathlib import Path

from bot.clock import Clock
from bot.log import fields
from storage import forget, retention
from storage.database import Database

logger = logging.getLogger("bot.upkeep")


class Upkeep:
    """`folder` is where the list of those who were forgotten lies, apart from the database."""

    def __init__(self, db: Database, clock: Clock, folder: Path) -> None:
        self._db = db
        self._clock = clock
        self._folder = folder

    async def begin(self) -> None:
        """Before anything else: whoever a restored backup brought back is forgotten again."""
        found = await forget.rise(self._db, self._folder, self._clock.now())
        if found:
            logger.warning("forgotten again after a backup", extra=fields(count=found))

    async def scrub(self) -> bool:
        """Leave no byte of those who were forgotten. False: somebody was reading, and it has to be tried again."""
        return await forget.scrub(self._db, self._folder)

    async def retain(self) -> bool:
        """Once a day, by our own clock: what has been kept long enough goes. False: it was done today."""
        now = self._clock.now()
        if not await retention.sweep(self._db, now):
            return False
        async with self._db.write() as conn:
            await forget.lapse(conn, self._folder, now)
        return True
