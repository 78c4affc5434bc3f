"""The whole bot: one lead writes to everybody, another agrees, it knocks, and it can be stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.phones import User
from tests.test_capacity_order import acts, orders, tell
from tests.world import GULRU, HER, World, world

TEXTS = "/announce\ntg: Рӯзи шанбе кор намекунем.\nru: В субботу мы закрыты.\nen: On Saturday we are closed.\n"
KNOCK, WORDS = "There is a notice for everyone who reads here. Open it when it suits you.", "On Saturday we are closed."
AGREE, STOP = "Да, отправить", "Остановить"


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, lead_ids=(GULRU, HER + 7)) as one:
        await one.joins()
        yield one


def director(w: World) -> User:
    """The second of `LEAD_IDS`."""
    two = w.cloud.add_user("Shukufa", "ru")
    while two.id < HER + 7:
        two = w.cloud.add_user("Shukufa", "ru")
    w.cloud.chats[w.desk].members[two.id] = "member"
    return two


async def presses(w: World, label: str, by: User | None = None) -> None:
    w.cloud.tap(by or w.gulru, w.desk, None, label)
    await w.settle()


async def goes_out(w: World) -> None:
    for _ in range(2):
        await w.app.rounds()
        await w.settle()


async def test_it_goes_out_when_a_second_person_agrees(w: World) -> None:
    two = director(w)
    assert "(…)" in (await pressed_template(w))
    await orders(w, TEXTS)
    assert "en 1" in w.cloud.chat_view(w.desk)[-1].text
    await presses(w, AGREE)
    await goes_out(w)
    assert KNOCK not in w.heard, "nothing goes out on one person's word"
    await presses(w, AGREE, two)
    await goes_out(w)
    await w.passes(days=2)  # a page takes the first evening
    assert w.heard.count(KNOCK) == 1
    assert not any(WORDS in text for text in w.heard)
    await w.taps("Open")
    assert WORDS in w.heard
    assert await acts(w, "announce:%") == ["announce:1:asked", "announce:1:agreed", "announce:1:spread"]


async def pressed_template(w: World) -> str:
    await orders(w, "/announce")
    await presses(w, tell("announce.breach"))
    return next(one.text for one in reversed(w.cloud.chat_view(w.desk)) if "/announce" in one.text)


async def test_stopped_it_reaches_nobody_any_more(w: World) -> None:
    two = director(w)
    await orders(w, TEXTS)
    await presses(w, AGREE, two)
    await goes_out(w)
    await presses(w, STOP)
    await w.passes(days=2)
    assert KNOCK not in w.heard
    assert (await acts(w, "announce:%"))[-1] == "announce:1:stopped"
