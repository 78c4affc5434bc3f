"""Many mothers at once, as events: each of them types or taps when told to.

They live in the inbox only, without HTTP, so that turns can be measured by themselves.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import delete

from bot.clock import RealClock
from bot.turns import Turns
from content.library import Library
from flows.events import AnyEvent, Said, Tapped
from flows.model import Desk
from storage.database import Database
from storage.inbox import Arrival, Inbox
from storage.ledger import Ledger
from storage.office import Office
from storage.samples import Samples
from storage.scenes import Scenes
from storage.schema import due, outbox, seen
from storage.seal import Master

KEY = bytes(range(32))
FEED = 100
"""Events stored by one commit: as many as one getUpdates brings."""
JOINING = (
    ("language", "en"),
    ("role", "mother"),
    ("adult", "yes"),
    ("consent", "yes"),
    ("phone", "own"),
    ("year", "~skip"),
    ("region", "unsaid"),
    ("days", "mon"),
    ("part", "evening"),
)
"""What everybody answers at joining, her first talk."""
HARMLESS = "кӯдакам имрӯз бисёр хандид"
"""Words nothing is found in."""


class Crowd:
    """Mothers by their Telegram ids, and the part of the bot that takes turns. Each call is one event of each."""

    def __init__(self, db: Database, turns: Turns, clock: RealClock, people: range) -> None:
        self.db = db
        self.turns = turns
        self.people = people
        self._clock = clock
        self._inbox = Inbox(db)
        self._updates = itertools.count(1)

    async def says(self, text: str) -> None:
        """Everybody types the same words, which nothing is found in."""
        await self.does(Said(message=1, text=text))

    async def taps(self, talk: int, question: str, value: str) -> None:
        """Everybody taps the same answer."""
        await self.does(Tapped(message=1, talk=talk, question=question, value=value))

    async def does(self, event: AnyEvent) -> None:
        """Store the event of everybody; nobody has her turn yet."""
        arrivals = [Arrival(update_id=next(self._updates), sender=who, event=event) for who in self.people]
        for at in range(0, len(arrivals), FEED):
            async with self.db.write() as conn:
                await self._inbox.put(conn, arrivals[at : at + FEED], self._clock.now())

    async def joins(self) -> None:
        """Everybody joins."""
        await self.says("/start")
        await self.turns.drain()
        for question, value in JOINING:
            await self.taps(1, question, value)
            await self.turns.drain()
        await self.forget()

    async def forget(self) -> None:
        """As if every message had been sent, every update were of last week, and nothing were planned."""
        async with self.db.write() as conn:
            for table in (outbox, seen, due):
                await conn.execute(delete(table))


@asynccontextmanager
async def crowd(folder: Path, library: Library, people: range) -> AsyncIterator[Crowd]:
    """A crowd nobody has met yet, and a new SQLite database in `folder`."""
    clock = RealClock()
    db = await Database.open(None, Master(KEY), folder)
    scenes = Scenes(db, library, Office(db, Desk()), itertools.count(1).__next__)
    ledger = Ledger(db, scenes, Samples(db, library, Desk()))
    try:
        yield Crowd(db, Turns(db, ledger, clock, wake=asyncio.Event(), bell=asyncio.Event()), clock, people)
    finally:
        await db.close()
