"""A circle over HTTP: what one member writes reaches the others under a flower's name, and nothing else of her."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.circles.model import Circle
from storage.circles import Circles
from storage.schema import people
from tests.world import World, world


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, joined=True) as one:
        await one.joins(user=one.gulru)
        await seated(one, ("tulip", "violet"))
        yield one


async def seated(w: World, flowers: tuple[str, ...]) -> None:
    """Everybody who has joined sits in one circle, in the order in which they came."""
    async with w.app.db.write() as conn:
        now = w.clock.now()
        members = list((await conn.execute(select(people.c.id).order_by(people.c.created_at))).scalars())
        circle = Circle(id=w.app.db.ids.next(now), language="en", stage="under18m", begins_at=now)
        await Circles(w.app.db).begin(conn, circle, zip(members, flowers, strict=True), now)


async def passes(w: World, **span: int) -> None:
    await w.mover.advance(w.clock.now() + timedelta(**span))


async def test_what_one_writes_the_other_reads_under_a_flowers_name(w: World) -> None:
    await w.says("/circle")
    await w.says("/circle", w.gulru)
    await w.says("Mine wakes five times a night")
    assert not [one for one in w.cloud.chat_view(w.gulru.id) if "five times" in one.text]
    await passes(w, seconds=60)
    assert [one.text for one in w.cloud.chat_view(w.gulru.id)][-1] == "🌷 Tulip\nMine wakes five times a night"


async def test_a_reply_shows_what_it_answers_on_the_others_phone(w: World) -> None:
    await w.says("/circle")
    await w.says("/circle", w.gulru)
    await w.says("Mine wakes five times a night")
    await passes(w, seconds=60)
    asked = w.cloud.chat_view(w.gulru.id)[-1]
    w.cloud.say(w.gulru, "Mine too", reply_to=asked.id)
    await w.settle()
    await passes(w, seconds=60)
    answer = w.screen[-1]
    assert answer.text == "💜 Violet\nMine too"


async def test_who_has_left_the_room_writes_to_the_bot(w: World) -> None:
    await w.says("/circle")
    await w.says("/leave")
    await w.says("Mine wakes five times a night")
    await passes(w, minutes=2)
    await w.says("/circle", w.gulru)
    assert not [one for one in w.cloud.chat_view(w.gulru.id) if "five times" in one.text]
