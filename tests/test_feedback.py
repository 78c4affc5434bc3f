"""The whole bot: staff mark flags at the desk, the mark outlives the case, and the lead sees the figures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.desk.figures import ENOUGH, flags
from bot.phones import Message
from storage.marks import Marks, Sampled, Tally, marks
from storage.schema import flags as table
from storage.schema import record
from tests.test_capacity_order import LIBRARY, orders, tell
from tests.world import World, world

DESPAIR = "I don't want to live any more"


@pytest.fixture
async def w(fresh_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, url=fresh_url) as one:
        yield one


async def presses(w: World, label: str) -> None:
    """Gulru presses the newest button at the desk that says so."""
    w.cloud.tap(w.gulru, w.desk, None, label)
    await w.settle()


def asked(w: World) -> list[Message]:
    return [
        one for one in w.cloud.chat_view(w.desk) if any(key["text"] == "Верно" for row in one.inline for key in row)
    ]


async def found(w: World) -> Marks:
    async with w.app.db.read() as conn:
        return await marks(conn, w.clock.now() - timedelta(days=1), w.clock.now() + timedelta(seconds=1))


async def test_a_flag_is_marked_in_its_topic_and_the_mark_stays_when_the_topic_goes(w: World) -> None:
    await w.joins()
    await w.says(DESPAIR)
    assert (await found(w)).total.unmarked == 1
    await presses(w, "Взять")
    (question,) = asked(w)
    await presses(w, "Тревоги нет")
    await presses(w, "Верно")
    assert asked(w)[0].id == question.id, "changed in place"
    assert "Верно (Gulru)" in asked(w)[0].text
    await presses(w, "Закрыть")
    assert len(asked(w)) == 1, "marked already: nothing more is asked"
    await presses(w, "Да, закрыть")
    (tally,) = (await found(w)).flags
    assert (tally.category, tally.language, tally.right, tally.none, tally.unmarked) == ("self_harm", "en", 1, 0, 0)
    async with w.app.db.read() as conn:
        acts = (await conn.execute(select(record.c.act, record.c.actor).where(record.c.act.like("marked:%")))).all()
        actor = (await conn.execute(select(table.c.actor))).scalar_one()
    assert [act for act, _ in acts] == ["marked:none", "marked:right"]
    assert {by for _, by in acts} == {actor} == {w.app.db.master.lookup(w.gulru.id)}


async def test_not_marked_it_closes_all_the_same_and_counts_as_unmarked(w: World) -> None:
    await w.joins()
    await w.says(DESPAIR)
    for label in ("Взять", "Закрыть", "Да, закрыть"):
        await presses(w, label)
    assert (await found(w)).total.unmarked == 1


async def test_the_mark_outlives_her_and_names_nobody(w: World) -> None:
    await w.joins()
    await w.says(DESPAIR)
    await presses(w, "Взять")
    await presses(w, "Верно")
    await w.says("/delete")
    await w.says("Yes, delete it")
    await w.passes(hours=2)
    assert (await found(w)).total.right + (await found(w)).total.unmarked == 1
    assert {column.name for column in table.c} & {"person_id", "words", "text"} == set()


async def test_the_lead_sees_them_and_nobody_else_does(w: World) -> None:
    await w.joins()
    await w.says(DESPAIR)
    (said,) = await orders(w, "/flags")
    assert "self_harm" in said
    assert tell("flags.too_small") in said
    assert "%" not in said
    assert DESPAIR not in said
    other = w.cloud.add_user("Mijgona", "tg")
    w.cloud.chats[w.desk].members[other.id] = "member"
    w.cloud.say_in_group(other, w.desk, "/flags")
    await w.settle()
    assert w.cloud.chat_view(w.desk)[-1].text == tell("desk.lead_only")


def test_a_share_is_told_only_of_enough() -> None:
    def said(right: int, none: int, read: int) -> str:
        one = Tally(category="c", level="now", language="tg", rule="tg.x", right=right, none=none, unmarked=7)
        counts = Marks(flags=(one,), sample=Sampled(read=read, missed={"watch": 1}))
        return flags(counts, lambda key, **more: LIBRARY.text("en", key, **more))

    assert "%" not in said(ENOUGH - 2, 1, ENOUGH - 1)
    assert "(99%)" in said(ENOUGH - 1, 1, 0)
    assert "(1%)" in said(0, 0, ENOUGH)
    assert "tg.x: wrong level 0, not a concern 1" in said(1, 1, 0)
