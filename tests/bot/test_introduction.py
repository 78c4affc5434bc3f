"""The bot's name, description and commands: set where they differ, and never in anybody's way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram.error import BadRequest

from bot import introduction
from bot.introduction import Introduction
from bot.phones.cloud import Cloud
from bot.phones.profile import commands_for
from bot.phones.server import Server, serve
from bot.request import AiohttpRequest, TooMany, bot
from flows import commands
from tests.talk import LIBRARY, MORNING
from tests.world import world

TOKEN = "12345678:invented-token-invented-token-inv"
KINDS = {"name": "intro.name", "short_description": "intro.short", "description": "intro.description"}


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serve(Cloud(lambda: MORNING), TOKEN) as it:
        yield it


@pytest.fixture
async def it(server: Server) -> AsyncIterator[Introduction]:
    request = AiohttpRequest(2, read=1)
    yield Introduction(bot(TOKEN, server.url, request), LIBRARY)
    await request.shutdown()


def set_calls(server: Server) -> list[str]:
    return [call.method for call in server.cloud.calls if call.method.startswith("set")]


def shown(cloud: Cloud, kind: str, language: str) -> str:
    return str(cloud.call(f"getMy{kind.title().replace('_', '')}", {"language_code": language})[kind])


@pytest.mark.parametrize(("telegram", "ours"), [("tg", "tg"), ("ru", "ru"), ("en", "en"), ("uz", "tg"), ("", "tg")])
async def test_everyone_reads_it_in_her_language_or_in_tajik(
    it: Introduction, server: Server, telegram: str, ours: str
) -> None:
    await it.agree()
    assert {kind: shown(server.cloud, kind, telegram) for kind in KINDS} == {
        kind: LIBRARY.text(ours, key) for kind, key in KINDS.items()
    }
    listed = [(one["command"], one["description"]) for one in commands_for(server.cloud, 1, telegram)]
    assert tuple(listed) == commands.listed(LIBRARY, ours, commands.EVERYWHERE)


async def test_what_telegram_has_already_is_not_set_again(it: Introduction, server: Server) -> None:
    assert await it.agree() > 0
    before = len(set_calls(server))
    assert await it.agree() == 0
    assert len(set_calls(server)) == before
    server.cloud.call("setMyName", {"name": "Something else", "language_code": "ru"})
    assert await it.agree() == 1
    assert shown(server.cloud, "name", "ru") == LIBRARY.text("ru", "intro.name")


async def test_a_language_telegram_refuses_keeps_back_no_other(it: Introduction, server: Server) -> None:
    server.faults.refuse(400, "Bad Request: LANG_CODE_INVALID", method="getMyName", times=1)
    with pytest.raises(BadRequest):
        await it.agree()
    assert shown(server.cloud, "name", "ru") == LIBRARY.text("ru", "intro.name")


@pytest.mark.parametrize("status", [429, 500, 401])
async def test_a_fault_is_told_by_its_kind_and_it_is_tried_again(
    it: Introduction,
    server: Server,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(introduction, "AGAIN", 0.01)
    server.faults.refuse(status, "not now, says somebody", method="setMyDescription", times=2)
    await asyncio.wait_for(it.run(), 10)
    assert shown(server.cloud, "description", "tg") == LIBRARY.text("tg", "intro.description")
    ours = [record for record in caplog.records if record.name == "bot.introduction"]
    assert len(ours) == (1 if status == 429 else 2)
    assert not any("says somebody" in record.getMessage() for record in ours)


def test_the_words_fit_what_telegram_allows() -> None:
    longest = {"intro.name": 64, "intro.short": 120, "intro.description": 512}
    for code in LIBRARY.texts:
        assert {key: len(LIBRARY.text(code, key)) <= most for key, most in longest.items()} == dict.fromkeys(
            longest, True
        ), code


async def test_her_chat_has_the_commands_of_her_language_whatever_her_telegram_speaks(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        await w.settle()
        await w.joins("English")
        listed = [(one["command"], one["description"]) for one in commands_for(w.cloud, w.her.id, "tg")]
        assert tuple(listed) == commands.listed(LIBRARY, "en", commands.OWN)
        once = len(w.cloud.called("setMyCommands"))
        await w.says("How I feel")
        await w.says("4")
        await w.says("skip")
        assert len(w.cloud.called("setMyCommands")) == once

        for tapped in ("/settings", "2", "2", "2"):
            await w.says(tapped)
        assert w.heard[-1] == LIBRARY.text("en", "settings.done_shared")
        assert [one["command"] for one in commands_for(w.cloud, w.her.id, "tg")] == [
            name for name, _ in commands.listed(LIBRARY, "en", commands.SHARED)
        ]
        assert [key["text"] for row in w.cloud.keyboard(w.her) for key in row] == ["My page", "Ask", "More"]


async def test_a_name_that_must_wait_keeps_back_nothing_else(it: Introduction, server: Server) -> None:
    server.faults.refuse(429, "Too Many Requests", method="setMyName", times=None, parameters={"retry_after": 70000})
    with pytest.raises(TooMany):
        await it.agree()
    assert shown(server.cloud, "description", "ru") == LIBRARY.text("ru", "intro.description")
    assert commands_for(server.cloud, 1, "tg")
