"""On a shared phone everything is gone when it is a day old, of both sides, also when nobody was there for 20 hours."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from flows.effects import Become
from tests.storage.people import Store
from tests.world import World, world


@pytest.fixture
async def w(w: World) -> World:
    await shares(w)
    return w


async def shares(w: World) -> None:
    """Others hold her phone too: as joining or Settings would have it."""
    await change(w, shared=True)


async def change(w: World, **changes: object) -> None:
    """Change her profile in a turn of hers, as a flow would."""
    store = Store(w.app.db)
    store.now = w.clock.now()
    store.ledger = w.app.turns._ledger
    await store.hear(w.her.id, "/help")
    await store.turns([Become(changes=changes)])


def numbers(w: World) -> set[int]:
    """Every message that ever stood in her chat and that Telegram still shows."""
    return set(w.cloud.chats[w.her.id].messages)


async def test_after_thirty_hours_every_message_of_both_sides_is_gone(w: World) -> None:
    await w.says("How I feel")
    await w.says("something of mine")
    w.cloud.send_photo(w.her, caption="a picture")
    await w.settle()
    before = numbers(w)
    assert len(before) > 14
    await w.passes(hours=23)
    assert before <= numbers(w)
    await w.passes(hours=7)
    left = {one.text for one in w.screen}
    assert not before & numbers(w)
    assert left == {"Your page is ready. Have you a minute?"} or len(left) <= 1


async def test_also_when_the_process_was_down_for_twenty_of_them(w: World) -> None:
    await w.passes(hours=9)
    await w.says("a word at night")
    before = numbers(w)
    await w.life.aclose()
    w.cloud.say(w.her, "is anybody there?")
    w.clock.step(timedelta(hours=20))
    await w.restart()
    await w.settle()
    await w.passes(hours=5)
    assert not before & numbers(w)
    assert "/start" not in [one.text for one in w.screen]
    await w.passes(hours=26)
    assert "is anybody there?" not in [one.text for one in w.screen]
    assert not w.cloud.called("sendMessage", w.her.id)[-1].params["text"].startswith("One thing about this chat")


async def test_past_two_days_she_is_told_once_when_she_next_writes(w: World) -> None:
    await w.life.aclose()
    w.clock.step(timedelta(hours=60))
    await w.restart()
    await w.settle()
    calls = len(w.cloud.called("sendMessage", w.her.id))
    await w.passes(hours=1)
    assert not any("Clear history" in one.text for one in w.screen), "it must not come as a push"
    await w.says("/help")
    told = [call.params["text"] for call in w.cloud.called("sendMessage", w.her.id)[calls:]]
    assert sum("Clear history" in text for text in told) == 1
    await w.passes(days=2)
    await w.says("/help")
    assert "Clear history" not in w.heard[-1]


async def test_a_question_that_vanished_is_put_again_when_she_writes(w: World) -> None:
    await w.passes(hours=13)
    await w.says("How I feel")
    question = w.heard[-1]
    await w.passes(hours=30)
    assert question not in w.heard
    await w.says("good evening")
    assert w.heard[-1] == question
    await w.says("4")
    assert question not in w.heard[-1]


async def test_a_menu_that_vanished_comes_back_with_start(w: World) -> None:
    await w.passes(hours=30)
    await w.says("/start")
    assert w.cloud.keyboard(w.her)


async def test_refusals_of_telegram_end_nothing(w: World) -> None:
    w.server.faults.add(
        method="deleteMessages", status=400, json={"ok": False, "description": "Bad Request: message can't be deleted"}
    )
    w.server.faults.add(
        method="deleteMessages",
        status=429,
        json={"ok": False, "parameters": {"retry_after": 1}, "description": "Too Many Requests: retry after 1"},
    )
    before = numbers(w)
    await w.passes(hours=30)
    assert not before & numbers(w)
    assert w.cloud.called("deleteMessage"), "a batch that is refused goes one by one"


async def test_on_a_phone_of_her_own_everything_stays(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "bot.db")
    async with world(tmp_path) as one:
        await one.joins()
        before = numbers(one)
        await one.passes(hours=60)
        assert before <= numbers(one)
        assert not one.cloud.called("deleteMessages")
