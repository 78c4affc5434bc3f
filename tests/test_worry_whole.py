"""Worrying words through the whole bot: in order on her phone, ten minutes later, at night, and in her quiet."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from flows import concern
from flows.concern import Finding
from tests.test_despair import reply, take
from tests.world import World, world

FOUND = {
    "words of a hand that might shake": ("child_harm", "now"),
    "words of a loss": ("loss", "concern"),
    "words of a watched phone": ("watched_phone", "urgent"),
    "words of an illness": ("psychosis", "urgent"),
}


def found(_earlier: object, text: str, _rules: object) -> Finding | None:
    """What made-up rules read: these words alone."""
    if text not in FOUND:
        return None
    category, level = FOUND[text]
    return Finding(level, category, "made.up", "en", ())  # type: ignore[arg-type]


@pytest.fixture
async def w(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(concern, "read_after", found)
    shutil.copy(sqlite_template, tmp_path / "bot.db")
    async with world(tmp_path) as one:
        await one.joins()
        yield one


def said(w: World, *keys: str) -> bool:
    """Whether these texts are the last lines on her phone, in this order. Those with numbers by their beginning."""
    texts = [str(w.app.library.texts["en"][key]).partition("{")[0].strip() for key in keys]
    return all(line.startswith(text) for line, text in zip(w.heard[-len(keys) :], texts, strict=True))


async def test_ten_minutes_later_she_is_asked_again_and_a_silence_calls_the_desk(w: World) -> None:
    words = "words of a hand that might shake"
    await w.says(words)
    assert said(w, "worry.child_now", "who.now", "worry.holder")
    await take(w)
    await w.passes(minutes=9)
    assert said(w, "worry.holder")
    await w.passes(minutes=2)
    assert said(w, "worry.still")
    before = len([one for one in w.cloud.chat_view(w.desk) if "СЕЙЧАС" in one.text])
    await w.passes(minutes=15)
    assert len([one for one in w.cloud.chat_view(w.desk) if "СЕЙЧАС" in one.text]) > before
    await w.taps("Better")
    assert said(w, "worry.better", "reach.tonight")


async def test_a_loss_is_answered_and_no_page_comes(w: World) -> None:
    await w.says("words of a loss")
    assert said(w, "worry.loss_which")
    await w.taps("A loss")
    assert said(w, "worry.loss")
    lines = len(w.heard)
    await w.passes(days=6)
    assert len(w.heard) == lines
    await w.taps("No, let them come")
    await w.passes(days=4)
    assert said(w, "push.page")


async def test_a_reply_at_night_reaches_her_who_agreed(w: World) -> None:
    words = "words of an illness"
    await w.says(words)
    case = await take(w)
    for answer in ("Yes", "Yes", "Yes"):
        await w.says(answer)
    assert said(w, "reach.tonight_yes")
    await w.passes(hours=16)
    await reply(w, case, "I am here tonight.", to=words)
    assert w.heard[-1].endswith("I am here tonight.")


async def test_a_reply_waits_for_whoever_is_watched(w: World) -> None:
    words = "words of a watched phone"
    await w.says(words)
    assert said(w, "reach.blank")
    case = await take(w)
    await reply(w, case, "I am Gulru.", to=words)
    await w.passes(days=2)
    assert not any("Gulru" in line for line in w.heard)
    await w.says("I can read now")
    assert any(line.endswith("I am Gulru.") for line in w.heard)
