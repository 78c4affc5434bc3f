"""The desk alone: its people, orders given in words and by buttons, rounds, cases that are open. No Telegram."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import select

from bot.desk import rounds
from bot.desk.orders import Orders
from bot.desk.work import Tools
from content.library import Library, load
from flows.desk.office import Book, Member, Role
from flows.effects import Send, Stamp
from flows.events import DeskOrdered, Staff
from flows.model import Button, Case, Desk, Matter
from storage.database import Database
from storage.office import Office
from storage.samples import Samples
from storage.schema import record
from tests.storage.people import Store

LIBRARY: Library = load()
MORNING = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
"""A Monday, 10:00 in Dushanbe."""
NAMES: tuple[tuple[str, Role], ...] = (
    ("Gulru", "lead"),
    ("Savsan", "moderator"),
    ("Nigora", "moderator"),
    ("Zebo", "director"),
    ("Lola", "facilitator"),
)


class Room:
    """A desk in English with five people and a clock. `says` and `taps` give what is said in answer."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.now = MORNING
        self.office = Office(db, Desk(leads=1, language="en"))
        self.tools = Tools(db, LIBRARY, self.office, Samples(db, LIBRARY, self.office.plain))
        self.orders = Orders(self.tools)
        self.store = Store(db)
        self.people: dict[str, Member] = {}
        self.keys: list[Button] = []
        self._numbers = count(10001)

    async def begin(self) -> None:
        for number, (name, role) in enumerate(NAMES, start=501):
            async with self.db.write() as conn:
                self.people[name] = await self.office.enrol(conn, Staff(id=number, name=name), role, self.now)

    async def gives(self, order: DeskOrdered) -> list[Send]:
        async with self.db.write() as conn:
            sends = await self.orders.carry_out(conn, order, self.now)
        self.keys = [key for send in sends for row in send.message.buttons for key in row] or self.keys
        return sends

    async def says(self, text: str, who: str = "Gulru") -> list[str]:
        """What somebody of the desk writes in private, `duty` first; the answers to her."""
        name, _, about = text.partition(" ")
        order = DeskOrdered(by=self._staff(who), name=name, about=about, private=True)
        return [send.message.text for send in await self.gives(order)]

    async def taps(self, label: str, who: str = "Gulru") -> list[str]:
        """A button of the newest screen, by the beginning of its label."""
        key = next((key for key in self.keys if key.label.startswith(label)), None)
        assert key is not None, f"no button “{label}”, only {[one.label for one in self.keys]}"
        return await self.taps_data(key.data, who)

    async def taps_data(self, data: str, who: str = "Gulru") -> list[str]:
        _, name, about = data.split(":", 2)
        order = DeskOrdered(by=self._staff(who), name=name, about=about, private=True, tapped=True)
        return [send.message.text for send in await self.gives(order)]

    async def minute(self) -> list[Send]:
        """One walk through the rounds."""
        async with self.db.write() as conn:
            return await rounds.walked(self.tools, conn, self.now)

    async def opens(self, case: Case, *, holder: str = "") -> int:
        """A made-up case of somebody new; with `holder`, it is taken."""
        number = next(self._numbers)
        held = structs.replace(case, number=number)
        if holder:
            member = self.people[holder]
            taken = {"state": "taken", "taken_by": member.name, "taken_at": self.now, "alarm_at": None}
            held = structs.replace(held, **taken, matter=Matter(holder=member.id))
        self.store.now = self.now
        await self.store.turn(800_000 + number, Stamp(case=held))
        return number

    async def book(self) -> Book:
        async with self.db.read() as conn:
            return (await self.office.desk(conn)).book

    async def acts(self) -> list[str]:
        async with self.db.read() as conn:
            return list((await conn.execute(select(record.c.act).order_by(record.c.id))).scalars())

    def waits(self, **time: float) -> None:
        self.now += timedelta(**time)

    def row(self, name: str) -> int:
        return self.people[name].row

    def _staff(self, name: str) -> Staff:
        return Staff(id=self.people[name].id, name=name)


def a_case(level: Any = "urgent", at: datetime = MORNING, category: str = "self_harm") -> Case:
    return Case(number=1, level=level, category=category, language="tg", opened_at=at, alarm_at=at)


def texts(sends: Sequence[Send]) -> list[str]:
    return [send.message.text for send in sends]


@pytest.fixture
async def room(db: Database) -> Room:
    one = Room(db)
    await one.begin()
    return one
