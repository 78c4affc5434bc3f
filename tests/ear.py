"""What polling and webhook have in common under test: a Telegram of this machine on one side, a real store on the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from telegram import Bot, Update

from bot.ages import HEARD
from bot.clock import SteppedClock
from bot.door import Door
from bot.phones.server import Server
from bot.room import Room
from bot.translate import House, translate
from flows.events import Said, Tapped
from storage.database import Database
from storage.facts import moment
from storage.inbox import Arrival
from tests.storage.people import Store

TOKEN = "12345678:invented-token-invented-token-inv"
WORDS = "зимистони гарми дилам"


class Listener:
    """Two people, a desk, a door to the store, and a count of what was told. Each way of receiving adds itself."""

    def __init__(self, db: Database, server: Server) -> None:
        self.db, self.server, self.cloud = db, server, server.cloud
        self.clock = SteppedClock()
        self.store = Store(db)
        self.lola, self.sabo = self.cloud.add_user("Лола"), self.cloud.add_user("Сабо")
        self.desk = self.cloud.add_forum("Desk", [self.sabo])
        self.house = House(self.desk)
        self.bell = asyncio.Event()
        self.told: list[int] = []
        self.ahead = self.taken = 0
        self.running: asyncio.Task[None] | None = None

    def opened(self, api: Bot) -> Door:
        """A door as the app makes it."""
        self.door = Door(
            api,
            self.db,
            lambda update: self.translate(update, self.house),
            clock=self.clock,
            bell=self.bell,
            on_parked=self.on_parked,
            on_ahead=self.on_ahead,
            room=Room(self.db, self.house),
        )
        return self.door

    def translate(self, update: Update, house: House) -> Arrival | None:
        return translate(update, house, lambda *_: None)

    async def on_parked(self, _: Any, count: int) -> None:
        self.told.append(count)

    async def on_ahead(self, _: Any) -> None:
        self.ahead += 1

    async def on_taken(self) -> None:
        self.taken += 1

    async def until(self, enough: Callable[[], Any], within: float = 5.0) -> None:
        end = time.monotonic() + within
        while not enough():
            self.judge()
            assert time.monotonic() < end, "it did not happen"
            await asyncio.sleep(0.01)

    def judge(self) -> None:
        """Raise what nothing can be waited for after."""

    async def confirmed(self) -> None:
        await self.until(lambda: not self.cloud.updates.waiting)

    async def events(self) -> list[Any]:
        """What is in the inbox, oldest first, whoever it is about."""
        found = []
        while claims := await self.store.claim():
            found += [one.event for one in claims]
            await self.store.turns()
        return found

    async def words(self) -> list[str]:
        return [one.text for one in await self.events() if isinstance(one, Said)]

    def taps(self) -> None:
        """She starts the bot and taps a button."""
        self.cloud.start(self.lola)
        self.cloud.tap(self.lola, self.lola.id, None, "3:mood:2", forged=True)

    async def tapped(self) -> list[Tapped]:
        return [one for one in await self.events() if isinstance(one, Tapped)]

    async def heard_at(self) -> datetime | None:
        """When we last were up to date, as it is written down."""
        async with self.db.read() as conn:
            return await moment(conn, HEARD)

    async def heard(self) -> datetime:
        """Wait until it is written down."""
        async with asyncio.timeout(30):
            while (found := await self.heard_at()) is None:  # noqa: ASYNC110 (the database rings nothing)
                await asyncio.sleep(0.01)
        return found

    async def stops(self) -> None:
        """The loop ends as with its process."""
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
            self.running = None
