"""Stop at thirty different moments: one neutral line, then nothing for weeks; help still answers.

All thirty are people of one world, so that whatever happens to one goes on while the others are silent.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.phones import User
from flows import rhythm
from flows.effects import Become
from flows.script import changed
from tests.storage.people import Store
from tests.test_vanishing import change
from tests.world import World, world

Moment = Callable[[World, User], Awaitable[None]]
BUSY = {
    "status": 429,
    "json": {"ok": False, "description": "Too Many Requests: retry after 1", "parameters": {"retry_after": 1}},
}


def said(*lines: str) -> Moment:
    """She has said these, one after the other."""

    async def stage(w: World, her: User) -> None:
        for line in lines:
            await w.says(line, her)

    return stage


async def joins(w: World, her: User) -> None:
    """As joining leaves her, without its eight steps: thirty of them would take their time."""
    her.started = True
    profile = {"adult": True, "consent": "1", "days": (0, 2, 4), "part": "evening", "programme": "mums", "week": 1}
    store = Store(w.app.db)
    store.now, store.ledger = w.clock.now(), w.app.turns._ledger
    await store.hear(her.id, "x")
    known = {"language": "en", "state": "active", "role": "mother", **profile}
    await store.turns(lambda scene: [Become(changes=known), *rhythm.next_session(changed(scene, known))])


def joined(*more: str, **time: float) -> Moment:
    """She has joined, time passed, and she said these."""

    async def stage(w: World, her: User) -> None:
        await joins(w, her)
        if time:
            await w.passes(**time)
        await said(*more)(w, her)

    return stage


def unsettled(*lines: str) -> Moment:
    """These have been said and nobody has dealt with them yet."""

    async def stage(w: World, her: User) -> None:
        await joins(w, her)
        for line in lines:
            w.cloud.say(her, line)

    return stage


def refused(moment: Moment) -> Moment:
    """Telegram asks her chat to wait: what was promised is unsent."""

    async def stage(w: World, her: User) -> None:
        await moment(w, her)
        w.server.faults.add(method="sendMessage", chat_id=her.id, **BUSY)
        w.cloud.say(her, "How I feel")
        await w.settle()

    return stage


def killed(moment: Moment) -> Moment:
    """The process ends while her words are on their way."""

    async def stage(w: World, her: User) -> None:
        await moment(w, her)
        w.cloud.say(her, "How I feel")
        await w.restart()

    return stage


def before_due(moment: Moment) -> Moment:
    """A minute before her page."""

    async def stage(w: World, her: User) -> None:
        await moment(w, her)
        at = await w.mover._next()
        if at is not None:
            w.clock.step_to(at - timedelta(minutes=1))

    return stage


def held(moment: Moment) -> Moment:
    """A person's reply waits behind a knock."""

    async def stage(w: World, her: User) -> None:
        await moment(w, her)
        await w.says("I don't want to live any more", her)
        alert = [one for one in w.cloud.chat_view(w.desk) if one.buttons][-1]
        w.cloud.tap(w.gulru, w.desk, alert.id, "Взять")
        await w.settle()
        await w.passes(hours=1)
        hers = [one for one in w.cloud.chat_view(w.desk) if one.text == "I don't want to live any more"][-1]
        w.cloud.say_in_group(w.gulru, w.desk, "a reply", thread_id=hers.thread_id, reply_to=hers.id)
        await w.settle()

    return stage


def shared(moment: Moment) -> Moment:
    """Others hold her phone too."""

    async def stage(w: World, her: User) -> None:
        await moment(w, her)
        mother, w.her = w.her, her
        await change(w, shared=True)
        w.her = mother

    return stage


MOMENTS: dict[str, tuple[Moment, str]] = {
    "before anything": (said(), "stop"),
    "at the first question": (said("/start"), "хватит"),
    "after the language": (said("/start", "Русский"), "Стоп!"),
    "after age": (said("/start", "Тоҷикӣ", "1"), "бас"),
    "before consent": (said("/start", "English", "1", "2"), "STOP"),
    "before the days": (said("/start", "English", "1", "1"), "enough"),
    "before the hour": (said("/start", "English", "1", "1", "1"), "/stop"),
    "just joined": (joined(), "stop"),
    "a consent refused": (said("/start", "English", "1", "3"), "stop"),
    "in the pulse": (joined("How I feel"), "бас аст"),
    "in a low pulse": (joined("How I feel", "2"), "хватит"),
    "in a lowest pulse": (joined("How I feel", "1"), "stop"),
    "in the safety question": (joined("I don't want to live any more"), "stop"),
    "with a call-back open": (joined("my baby has a seizure"), "stop"),
    "writing to a person": (joined("Talk to a person"), "истед"),
    "with words at the desk": (joined("Talk to a person", "please write to me"), "unsubscribe"),
    "help just asked": (joined("help"), "stop"),
    "asked to delete": (joined("/delete"), "stop"),
    "just hidden": (joined("/hide"), "stop"),
    "a push waiting": (joined(days=1), "отписаться"),
    "a page half read": (joined("Open", days=1), "қатъ"),
    "put off to later today": (joined("Later today", days=1), "stop"),
    "words not yet read": (unsettled("How I feel", "4", "My week"), "stop"),
    "many words not yet read": (unsettled(*("How I feel", "Talk to a person") * 4), "bas"),
    "mid 429": (refused(joined()), "stop"),
    "mid 429, in a page": (refused(joined("Open", days=1)), "стоп"),
    "mid kill": (killed(joined()), "stop"),
    "mid kill, in the pulse": (killed(joined("How I feel")), "ист"),
    "a minute before a page": (before_due(joined()), "stop"),
    "a reply held back": (held(joined()), "stop"),
    "on a shared phone": (shared(joined("How I feel")), "stop"),
    "stopped already": (joined("stop"), "stop"),
}


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as one:
        yield one


def heard(w: World, her: User) -> list[str]:
    """Every line that was sent to her so far, also those that vanished since."""
    return [call.params["text"] for call in w.cloud.called("sendMessage", her.id) if call.happened]


async def test_after_stop_comes_one_line_and_then_nothing(w: World) -> None:
    assert len(MOMENTS) >= 30
    each = [w.app.library.text(language.code, "stop.done") for language in w.app.library.languages if language.live]
    quiet = {*each, "\n\n".join(each)}  # the last before she has chosen a language
    stopped: dict[str, tuple[User, int]] = {}
    for name, (stage, word) in MOMENTS.items():
        her = w.cloud.add_user(name, "en")
        await stage(w, her)
        w.cloud.say(her, word)
        await w.settle()
        w.clock.step(timedelta(seconds=40))
        await w.settle()
        told = heard(w, her)
        assert told[-1] in quiet, (name, told)
        stopped[name] = her, len(told)
        await take_all(w)
    await w.restart()
    await w.passes(days=9)
    assert {name: heard(w, her)[count:] for name, (her, count) in stopped.items() if heard(w, her)[count:]} == {}
    for name, (her, count) in stopped.items():
        await w.says("help", her)
        assert any("103" in text for text in heard(w, her)[count:]), name


async def take_all(w: World) -> None:
    """The desk is there, so that no page goes on for weeks."""
    for one in w.cloud.chat_view(w.desk):
        if any("Взять" in row for row in one.buttons):
            w.cloud.tap(w.gulru, w.desk, one.id, "Взять")
    await w.settle()
