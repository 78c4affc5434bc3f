"""The bot over HTTP, a father in Russia: weeks of silence, few messages, small ones, and on where he was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.phones import User
from tests.talk import LIBRARY
from tests.world import World, world

TAPS = ("yes", "1", "1", "1", "1", "7", "1", "3")
KILOBYTE = 1024
MOST = 3


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, joined=True) as one:
        yield one


async def joined(w: World, language: str, name: str) -> User:
    him = w.cloud.add_user(name, language)
    await w.says("/start", him)
    for typed in (name, LIBRARY.text(language, "role.father"), LIBRARY.text(language, "word.yes"), "1", "1", "1", "1"):
        await w.says(typed, him)
    await w.says(LIBRARY.text(language, "region.abroad"), him)
    for typed in ("питер", "1", "3"):
        await w.says(typed, him)
    return him


def ours(w: World, him: User) -> list[str]:
    return [one.text for one in w.cloud.chat_view(him.id) if one.sender is w.cloud.bot]


async def test_a_father_silent_for_ten_weeks_comes_back_to_at_most_three_messages_and_continues_where_he_was(
    w: World,
) -> None:
    him = await joined(w, "en", "English")
    await w.passes(days=1)
    await w.taps("Open", him)
    await w.taps("Show it", him)
    before = len(ours(w, him))
    await w.passes(weeks=10)
    waiting = ours(w, him)[before:]
    assert len(waiting) <= 3, "what would light up at once on his phone"
    assert waiting[0] == LIBRARY.text("en", "push.page")
    before = len(ours(w, him))
    await w.says("salom", him)
    assert ours(w, him)[before:] == [LIBRARY.text("en", "reach.hello")]
    before = len(ours(w, him))
    await w.taps("My page", him)
    page = ours(w, him)[before:]
    assert page[0].startswith(LIBRARY.programmes["dads"].bubbles(1, "have_a_go", "en", ("away",))[0])
    assert len(page) <= 3
    before = len(ours(w, him))
    await w.passes(days=4)
    assert len(ours(w, him)) > before, "and what comes next comes by his days again"


@pytest.mark.parametrize("language", ["tg", "ru"])
async def test_seven_weeks_by_his_own_taps_three_messages_at_most_and_each_under_a_kilobyte(
    w: World, language: str
) -> None:
    name = next(one.name for one in LIBRARY.languages if one.code == language)
    him = await joined(w, language, name)
    labels = [LIBRARY.text(language, one) for one in ("session.play_go", "tracks.next")]
    labels += [
        LIBRARY.text(language, key)
        for key in (
            "door.read",
            "tried.yes",
            "push.open",
            "pulse.4",
            "push.go_on",
            "screening.later",
            "safety.no",
            "ask.skip",
        )
    ]
    begun, most, many = len(w.cloud.calls), 0, list[str]()
    for _ in range(14):
        await w.passes(days=1)
        for _ in range(24):
            last = [one for one in w.cloud.chat_view(him.id) if one.sender is w.cloud.bot][-4:]
            shown = [
                (one.id, label) for one in reversed(last) for row in one.buttons for label in row if label in labels
            ]
            before = len(ours(w, him))
            if shown:
                w.cloud.tap(him, him.id, *shown[0])
                await w.settle()
            else:
                await w.says(LIBRARY.text(language, "menu.week"), him)
            most = max(most, len(ours(w, him)) - before)
            many = ours(w, him)[before:] if len(ours(w, him)) - before > MOST else many
            if LIBRARY.text(language, "tracks.next_tomorrow") in ours(w, him)[before:]:
                break
    heard = ours(w, him)
    for week in range(1, 8):
        assert any(LIBRARY.programmes["dads"].title(week, language) in text for text in heard), week
    sent = [len(call.params["text"].encode()) for call in w.cloud.calls[begun:] if call.params.get("text")]
    assert max(sent) < KILOBYTE
    assert most == MOST, many
