"""The invented people of the storage tests, and a small world to put them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast

from content.library import Library
from flows.concern import Finding
from flows.effects import AnyEffect
from flows.events import AnyEvent, Said, Tapped
from flows.model import Desk, Scene
from storage.claims import Claim
from storage.database import Database
from storage.inbox import Arrival, Inbox
from storage.ledger import Ledger
from storage.office import Office
from storage.outbox import Outbox, Row, Sent
from storage.samples import Samples
from storage.scenes import Scenes

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ZARINA, MALIKA, NIGINA = 700_001, 700_002, 700_003
LIBRARY = cast("Library", object())

Effects = Sequence[AnyEffect] | Callable[[Scene], Sequence[AnyEffect]]


def finding(level: str) -> Finding:
    """What concern might have found."""
    return Finding(level=cast("Any", level), category="self_harm", rule="made-up", language="en", spans=((0, 4),))


class Store:
    """One database and everything that works on it, with a clock of its own."""

    def __init__(self, db: Database) -> None:
        """The clock stands at NOW."""
        self.db = db
        self.now = NOW
        self.inbox = Inbox(db)
        self.outbox = Outbox(db)
        office = Office(db, Desk(leads=1))
        scenes = Scenes(db, LIBRARY, office, count(1).__next__)
        self.ledger = Ledger(db, scenes, Samples(db, LIBRARY, office.plain))
        self._updates = count(1)

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    async def hear(self, sender: int, *events: AnyEvent | str) -> None:
        """Events of one sender arrive."""
        made = [Said(text=event) if isinstance(event, str) else event for event in events]
        arrivals = [Arrival(update_id=next(self._updates), sender=sender, event=event) for event in made]
        async with self.db.write() as conn:
            await self.inbox.put(conn, arrivals, self.now)

    async def desk(self, event: AnyEvent, **where: int) -> int:
        """An event of the desk arrives. Returns how many were stored."""
        async with self.db.write() as conn:
            arrival = Arrival(update_id=next(self._updates), event=event, **where)
            return await self.inbox.put(conn, [arrival], self.now)

    async def claim(self, limit: int = 50) -> list[Claim]:
        """Whose turn it is; nothing is written."""
        async with self.db.write() as conn:
            return await self.ledger.claim(conn, self.now, limit)

    async def turns(self, effects: Effects = (), limit: int = 50) -> list[Scene]:
        """Take one batch of turns, with these effects for each."""
        async with self.db.write() as conn:
            taken = await self.ledger.take(conn, self.now, limit)
            made = [(claim, scene, effects(scene) if callable(effects) else effects) for claim, scene in taken.turns]
            await self.ledger.carry_out(conn, made, self.now)
        return [scene for _, scene in taken.turns]

    async def turn(self, sender: int, *effects: AnyEffect) -> Scene:
        """She taps, and this follows."""
        await self.hear(sender, Tapped(value="on"))
        (scene,) = await self.turns(effects)
        return scene

    async def look(self, sender: int = ZARINA) -> Scene:
        """Her scene as it is now."""
        return await self.turn(sender)

    async def heads(self, *busy: str, limit: int = 50) -> list[Row]:
        """What the sender would take now."""
        async with self.db.read() as conn:
            return await self.outbox.heads(conn, self.now, busy, limit)

    async def send(self, number: int = 100) -> list[Row]:
        """Send all heads once; messages are numbered from `number`."""
        async with self.db.write() as conn:
            rows = await self.outbox.heads(conn, self.now, (), 50)
            results = [Sent(row=row, message=number + at, at=self.now) for at, row in enumerate(rows)]
            await self.outbox.done(conn, results)
        return rows


def texts(rows: Sequence[Row]) -> list[str]:
    """What the rows say."""
    return [row.parcel.message.text if row.parcel.message else "" for row in rows]
