"""The whole bot: her last weeks come to her, or to whoever has her case; and they go again."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot import picture
from content.library import Library, load
from flows.effects import Become, Keep
from tests.storage.people import Store
from tests.test_people import acts, chat, link, somebody
from tests.world import World, world

LIBRARY: Library = load()
PILLS = "I took all the pills"


def say(key: str, language: str = "en", **variables: object) -> str:
    return LIBRARY.text(language, f"picture.{key}", **variables)


async def presses(w: World, *moods: int, ago: int = 0, **changes: object) -> None:
    """She has pressed a face a week, the last one so many weeks ago; and what else is so of her."""
    store = Store(w.app.db)
    store.ledger = w.app.turns._ledger
    for at, mood in enumerate(reversed(moods)):
        store.now = w.clock.now() - timedelta(weeks=ago + at)
        await store.hear(w.her.id, "/help")
        await store.turns(
            [Keep(question="pulse.mood", value=mood), Become(changes={"pulsed_at": store.now, **changes})]
        )


async def asks(w: World, label: str = "My last weeks") -> None:
    await w.says("How I feel")
    await w.taps(label)
    await w.settle()


def photos(w: World, chat: int) -> list[Any]:
    return [one.wire for one in w.cloud.chat_view(chat) if "photo" in one.wire]


async def test_it_comes_covered_with_a_sentence_and_nobody_can_pass_it_on(w: World) -> None:
    await presses(w, 2, 2, 4, 4)
    await asks(w)
    (wire,) = photos(w, w.her.id)
    assert wire["caption"] == say("change.lighter")
    (call,) = w.cloud.called("sendPhoto")
    assert call.params["has_spoiler"] in {True, "true"}
    assert call.params["protect_content"] in {True, "true"}
    png = w.cloud.files[wire["photo"][-1]["file_id"]]
    assert Image.open(io.BytesIO(png)).size == (720, 480)
    assert len(png) < 30_000


async def test_it_goes_when_she_hides(w: World) -> None:
    await presses(w, 2, 2, 4, 4)
    await asks(w)
    assert photos(w, w.her.id)
    await w.says("/hide")
    assert not photos(w, w.her.id)


async def test_heavier_weeks_are_nobodys_fault_and_a_person_is_there(w: World) -> None:
    await presses(w, 4, 4, 2, 2)
    await asks(w)
    (wire,) = photos(w, w.her.id)
    assert wire["caption"] == f"{say('change.heavier')}\n\n{say('company')}"


@pytest.mark.parametrize("language", ["tg", "ru"])
async def test_it_is_said_in_her_language(w: World, language: str) -> None:
    await presses(w, 3, 3, language=language)
    await w.says(LIBRARY.text(language, "menu.feel"))
    await w.taps(say("ask", language))
    (wire,) = photos(w, w.her.id)
    assert wire["caption"] == say("change.little", language)


async def test_on_a_shared_phone_there_are_words_only(w: World) -> None:
    await presses(w, 2, 2, 4, 5, shared=True)
    await asks(w)
    assert not w.cloud.called("sendPhoto")
    heavy, light = (f"{w.clock.now() - timedelta(days=w.clock.now().weekday(), weeks=at):%d.%m}" for at in (2, 0))
    assert w.heard[-1] == f"{say('change.lighter')}\n\n{say('ends', heavy=heavy, light=light)}"


async def test_without_the_extra_there_are_words_only(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "find_spec", lambda _: None)
    await presses(w, 3, 3, 3, 3)
    await asks(w)
    assert not w.cloud.called("sendPhoto")
    assert w.heard[-1] == say("change.same")


async def test_where_drawing_fails_she_gets_the_words(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bot.drawing", None)
    monkeypatch.delattr("bot.drawing", raising=False)
    await presses(w, 3, 3, 3, 3)
    await asks(w)
    assert not w.cloud.called("sendPhoto")
    assert w.heard[-1] == say("change.same")


async def test_where_telegram_takes_no_picture_she_gets_the_words(w: World) -> None:
    body = {"ok": False, "error_code": 400, "description": "Bad Request: IMAGE_PROCESS_FAILED"}
    w.server.faults.add(method="sendPhoto", times=9, status=400, json=body)
    await presses(w, 3, 3, 3, 3)
    await asks(w)
    assert not photos(w, w.her.id)
    assert w.heard[-1] == say("change.same")


async def test_whoever_has_pressed_no_face_for_long_is_told_so(w: World) -> None:
    await presses(w, 3, ago=12)
    await asks(w)
    assert not w.cloud.called("sendPhoto")
    assert w.heard[-1] == say("none")


async def test_the_loop_goes_on_while_it_is_drawn(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is drawn in a thread: what draws waits for the loop here, and would wait for ever on it."""
    loop, turned = asyncio.get_running_loop(), []

    def draw(*_: object) -> bytes:
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result(10)
        turned.append(True)
        return b"not shown"

    monkeypatch.setattr(picture, "_draw", draw)
    await presses(w, 3, 3, 3, 3)
    await asks(w)
    assert turned


@pytest.fixture
async def staffed(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as one:
        one.gulru.started = True
        await one.app.rounds()
        yield one


async def test_whoever_has_her_case_sees_it_alone_for_two_minutes(staffed: World) -> None:
    w = staffed
    zarina = somebody(w, "Zarina")
    await w.says(await link(w), zarina)
    await w.joins()
    await w.says("How I feel")
    await w.taps("🙂 Good")
    await w.says(PILLS)
    for label in (LIBRARY.text("ru", "desk.act.take"), say("trend", "ru")):
        w.cloud.tap(zarina, w.desk, None, label)
        await w.settle()
    (wire,) = photos(w, zarina.id)
    assert wire["caption"].endswith(say("noted.little", "ru"))
    assert say("company", "ru") not in wire["caption"]
    assert not photos(w, w.desk)
    assert await acts(w, "saw:trend") == ["saw:trend"]
    await w.passes(minutes=2, seconds=1)
    assert not photos(w, zarina.id)
    assert chat(w, zarina)
