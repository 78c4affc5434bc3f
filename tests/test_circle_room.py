"""The room over HTTP: what she takes back, reports and passes on, as the others' phones show it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.schema import circle_members, posts
from tests.test_circle_whole import passes, seated
from tests.world import World, world


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, joined=True) as one:
        await one.joins(user=one.gulru)
        await seated(one, ("tulip", "violet"))
        await one.says("/circle")
        await one.says("/circle", one.gulru)
        yield one


def shown(w: World) -> list[str]:
    return [one.text for one in w.cloud.chat_view(w.gulru.id)]


async def test_what_she_takes_back_goes_from_the_others_phone(w: World) -> None:
    await w.says("Mine wakes five times a night")
    await passes(w, seconds=60)
    assert [text for text in shown(w) if "five times" in text]
    await w.taps("Take back")
    await w.taps("1")
    await passes(w, seconds=60)
    assert not [text for text in shown(w) if "five times" in text]


async def test_what_has_not_gone_out_yet_goes_to_nobody(w: World) -> None:
    await w.says("Mine wakes five times a night")
    await w.taps("Take back")
    await w.taps("1")
    await passes(w, minutes=2)
    assert not [text for text in shown(w) if "five times" in text]


async def test_a_report_names_nobody_in_any_table(w: World) -> None:
    await w.says("Mine wakes five times a night")
    await passes(w, seconds=60)
    await w.taps("Report", w.gulru)
    await w.taps("1", w.gulru)
    async with w.app.db.read() as conn:
        rows = (await conn.execute(select(posts.c.person_id, posts.c.answers).where(posts.c.answers == 1))).all()
    assert [(row.person_id, row.answers) for row in rows] == [(None, 1)]
    await passes(w, seconds=60)
    assert [text for text in shown(w) if "five times" in text], "a report alone takes nothing away"


async def test_who_leaves_for_good_is_brought_nothing_more(w: World) -> None:
    await w.taps("Leave for good", w.gulru)
    await w.taps("Yes, leave for good", w.gulru)
    before = len(shown(w))
    await w.says("Mine wakes five times a night")
    await passes(w, days=2)
    assert not [text for text in shown(w)[before:] if "five times" in text or "circle" in text]
    async with w.app.db.read() as conn:
        left = (await conn.execute(select(circle_members.c.left_at).where(circle_members.c.left_at.is_not(None)))).all()
    assert len(left) == 1
