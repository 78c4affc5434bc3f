"""A facilitator on her phone, over HTTP: she reads, speaks, holds and lets go, and learns nobody's name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import select

from bot.phones import Message, User
from flows.circles import life
from flows.circles.model import Circle
from storage.guides import Guides
from storage.schema import people, record
from tests.talk import LIBRARY
from tests.world import World, world


def tell(key: str, **variables: object) -> str:
    return LIBRARY.text("ru", key, **variables)


class Ring:
    """A circle of two, and Gulru who leads it."""

    def __init__(self, w: World) -> None:
        self.w = w
        self.zebo: User = w.cloud.add_user("Zebo", "tg")
        self.id = 0

    async def begin(self) -> None:
        await self.w.joins(user=self.zebo)
        await self.w.says("/start", self.w.gulru)
        async with self.w.app.db.write() as conn:
            now = self.w.clock.now()
            desk = await self.w.app._office.desk(conn)
            members = list((await conn.execute(select(people.c.id).order_by(people.c.created_at))).scalars())[:2]
            self.id = self.w.app.db.ids.next(now)
            begins = now - timedelta(hours=1)
            circle = Circle(
                id=self.id,
                language="en",
                stage="under18m",
                begins_at=begins,
                ends_at=life.ends(LIBRARY, "under18m", begins),
                guide=desk.staff[0].row,
                terms=structs.replace(Circle.__struct_defaults__[-1], lived_at=now),
            )
            await Guides(self.w.app.db).begin(conn, circle, zip(members, ("tulip", "violet"), strict=True), now)

    async def now(self) -> Circle:
        async with self.w.app.db.write() as conn:
            found = await Guides(self.w.app.db).one(conn, self.id)
        assert found is not None
        return found

    async def passes(self, **span: float) -> None:
        await self.w.mover.advance(self.w.clock.now() + timedelta(**span))

    async def both_enter(self) -> None:
        await self.w.says("/circle")
        await self.w.says("/circle", self.zebo)

    @property
    def guides(self) -> list[Message]:
        return self.w.cloud.chat_view(self.w.gulru.id)

    def on(self, user: User) -> list[str]:
        return [one.text for one in self.w.cloud.chat_view(user.id)]

    async def replies(self, words: str, to: str) -> None:
        """Gulru answers the newest message in which these words stand."""
        message = next(one for one in reversed(self.guides) if to in one.text)
        self.w.cloud.say(self.w.gulru, words, reply_to=message.id)
        await self.w.settle()

    async def acts(self) -> list[str]:
        async with self.w.app.db.read() as conn:
            return list((await conn.execute(select(record.c.act).order_by(record.c.id))).scalars())


@pytest.fixture
async def ring(tmp_path: Path) -> AsyncIterator[Ring]:
    async with world(tmp_path, joined=True) as one:
        made = Ring(one)
        await made.begin()
        yield made


async def test_what_is_said_stands_with_her_under_a_flowers_name_and_her_reply_is_a_post_of_hers(ring: Ring) -> None:
    await ring.both_enter()
    await ring.w.says("Mine wakes five times a night")
    await ring.passes(seconds=60)
    shown = ring.guides[-1]
    assert shown.text.startswith(tell("flower.tulip"))
    assert shown.text.endswith("\nMine wakes five times a night")
    await ring.replies("How are you in the morning?", "five times")
    await ring.passes(seconds=60)
    for user in (ring.w.her, ring.zebo):
        assert ring.on(user)[-1].endswith("How are you in the morning?")
        assert LIBRARY.text("en", "circle.guide") in ring.on(user)[-1]
    assert f"circle:speak:{ring.id}" in await ring.acts()
    assert not any("Savsan" in one.text or "Zebo" in one.text for one in ring.guides)


async def test_her_reply_to_anything_else_is_her_own(ring: Ring) -> None:
    await ring.both_enter()
    before = len(ring.guides)
    await ring.replies("Салом", "")
    await ring.passes(minutes=2)
    assert not [one for one in ring.on(ring.zebo) if "Салом" in one.splitlines()[-1]]
    assert len(ring.guides) > before + 1, "the bot goes on with her as with anybody"


async def test_she_speaks_after_pressing_speak(ring: Ring) -> None:
    await ring.both_enter()
    await ring.w.says("/circles", ring.w.gulru)
    await ring.w.taps(
        tell("circles.name", stage=tell("circles.stage.under18m"), language="en", day="02.03"), ring.w.gulru
    )
    await ring.w.taps(tell("circles.act.speak"), ring.w.gulru)
    await ring.replies("Good evening to all", tell("circles.speak", circle="")[2:40])
    await ring.passes(seconds=60)
    assert ring.on(ring.w.her)[-1].endswith("Good evening to all")
