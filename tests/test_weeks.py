"""Weeks of clock over HTTP: every page once, at her hour, and no restart of the bot shows on any phone."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.phones import Message
from content.library import Library
from tests.tree import made_up, page
from tests.world import World, world

DIGEST = "Сводка"
WEEKS = 3
DUSHANBE = ZoneInfo("Asia/Dushanbe")
EVENING = range(16, 20)
HOUR = re.compile(r"\d\d:\d\d")
DESPAIR = "I don't want to live any more"
FRIENDLY = (
    *("Open", "Show it", "I tried it", "🙂 Good", "Open that page"),
    *("I am alone now", "I will only read"),
    *("Well", "Hardly any", "A little", "Often"),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return made_up(tmp_path_factory.mktemp("tree"), WEEKS, asks=False)


@pytest.fixture
async def w(fresh_url: str, tmp_path: Path, library: Library) -> AsyncIterator[World]:
    async with world(tmp_path, url=fresh_url, library=library) as one:
        yield one


def local(message: Message) -> datetime:
    return message.date.astimezone(DUSHANBE)


async def day(w: World) -> list[tuple[datetime, str]]:
    """A day passes; what came in it unasked: when, by her clock, and the text."""
    known = {message.id for message in w.screen}
    await w.passes(days=1)
    return [(local(message), message.text) for message in w.screen if message.id not in known]


async def reads(w: World, between: Callable[[], Awaitable[None]] | None = None) -> None:
    """She opens what came last and goes on by the first friendly button until nothing is asked."""
    for _ in range(20):
        last = w.screen[-1]
        label = next((label for row in last.buttons for label in row if label in FRIENDLY), None)
        if label is None:
            await w.passes(minutes=1)  # a message that Telegram refused for a moment is tried again
            if last is w.screen[-1]:
                return
            continue
        w.cloud.tap(w.her, w.her.id, last.id, label)
        if between is not None:
            await between()
        await w.settle()
    raise AssertionError("\n".join(["there is always one more button:", *map(shown, w.screen[-24:])]))


async def test_every_page_comes_once_at_her_hour_and_then_the_pulse_goes_on_alone(w: World, library: Library) -> None:
    await w.joins()
    came: list[tuple[datetime, str]] = []
    for _ in range(7 * (WEEKS + 2) + 1):
        came += await day(w)
        await reads(w)
    knocks = [library.text("en", key) for key in ("push.page", "push.words")]
    pages = [moment for moment, text in came if text in knocks]
    assert [text for _, text in came].count(knocks[1]) == 1, "that there are no more is no page"
    questions = [moment for moment, text in came if text == library.text("en", "push.question")]
    assert len(came) == len(pages) + len(questions), "only knocks come unasked"
    assert len(pages) == 3 * WEEKS + 1, "three a week, and one to say that there are no more"
    assert [moment.weekday() for moment in pages] == [0, 2, 4] * WEEKS + [0]
    assert pages[-1].date() - pages[0].date() == timedelta(weeks=WEEKS)
    moments = pages + questions
    assert all(moment.hour in EVENING for moment in moments)
    assert len({(moment.hour, moment.minute) for moment in moments}) <= 2, "her minute, give or take the last second"
    for week in range(1, WEEKS + 1):
        for place, words in page(week, "en"):
            assert w.heard.count(words) == 1, place
    assert w.heard.count(library.text("en", "session.no_more")) == 1
    alone = [moment.date() for moment in (pages[-1], *questions)]
    assert [later - sooner for sooner, later in pairwise(alone)] == [timedelta(weeks=1)] * 2


async def test_after_stop_nothing_comes_until_she_comes_back(w: World) -> None:
    await w.joins()
    for _ in range(3):
        await day(w)
    await w.says("stop")
    for _ in range(9):
        assert await day(w) == []
    await w.says("/start")
    came = [moment for _ in range(4) for moment, _ in await day(w)]
    assert len(came) in {1, 2}
    assert all(moment.hour in EVENING for moment in came)


async def test_unopened_pages_wait_and_none_is_lost(w: World) -> None:
    await w.joins()
    for _ in range(7):
        await day(w)
    await reads(w)
    for place, words in page(1, "en"):
        assert w.heard.count(words) == 1, "\n".join([f"{place} is missing, or came twice:", *w.heard])


@pytest.mark.parametrize(
    ("fresh_url", "webhook"),
    [pytest.param("sqlite", True, marks=pytest.mark.torture), ("postgresql", False)],
    indirect=["fresh_url"],
    ids=["webhook", "polling"],
)
async def test_restarts_show_on_no_phone(fresh_url: str, library: Library, tmp_path: Path, *, webhook: bool) -> None:
    async with world(tmp_path / "calm", library=library) as calm:
        expected = await lived(calm, random.Random(0), share=0)
    async with world(tmp_path, url=fresh_url, library=library, webhook=webhook) as w:
        assert await lived(w, random.Random(20260302), share=0.25) == expected


async def lived(w: World, chance: random.Random, share: float) -> list[str]:
    """Three weeks and a hard day, the bot started anew at some moments; what every phone shows at the end."""

    async def perhaps() -> None:
        if chance.random() < share:
            await w.restart()

    w.gulru.started = True  # as moderators must: the daily word about reviews is hers, and counts the hours it ran in
    for word in ("/start", "English", "1", "1", "1", "3"):
        w.cloud.say(w.her, word)
        await perhaps()
        await w.settle()
    for number in range(7 * WEEKS + 2):
        await w.passes(hours=chance.randrange(1, 8) if share else 4)
        await w.polls()
        await perhaps()
        await w.mover.advance(w.clock.now().replace(hour=5, minute=0, second=0) + timedelta(days=1))
        await w.polls()
        await reads(w, perhaps)
        if number == 8:
            await a_hard_evening(w, perhaps)
    assert w.cloud.called("sendMessage", w.desk)
    return [shown(message) for message in w.screen] + desk_shown(w)


async def a_hard_evening(w: World, perhaps: Callable[[], Awaitable[None]]) -> None:
    """She says the sentence; Gulru takes the case, answers, and closes it."""
    w.cloud.say(w.her, DESPAIR)
    await perhaps()
    await w.settle()
    for label in ("Взять", "Закрыть", "Поговорили, спокойно"):
        w.cloud.tap(w.gulru, w.desk, None, label)
        await perhaps()
        await w.settle()
        if label == "Взять":
            (hers,) = [message for message in w.cloud.chat_view(w.desk) if message.text == DESPAIR]
            w.cloud.say_in_group(w.gulru, w.desk, "I am Gulru, I am here", hers.thread_id, hers.id)
            await perhaps()
            await w.settle()
            assert w.heard[-1].endswith("I am Gulru, I am here")


def shown(message: Message) -> str:
    """A message as a person sees it; her minute is another with each id, so hours are left out."""
    buttons = " ".join(f"[{label}]" for row in message.buttons for label in row)
    return f"{local(message):%a %d} {HOUR.sub('··:··', message.text)} {buttons}".strip()


def desk_shown(w: World) -> list[str]:
    """What stands at the desk, without case numbers, which are chance, and without the digest, which counts minutes."""
    rooms = [topic for topic in w.cloud.chats[w.desk].topics.values() if topic.name != DIGEST]
    topics = [re.sub(r"\d{5}", "·····", topic.name) for topic in rooms]
    told = [one for one in w.cloud.chat_view(w.desk) if one.thread_id in {None, *(topic.id for topic in rooms)}]
    texts = [re.sub(r"\d{5}|\d+ мин", "·", message.text) for message in told if message.text]
    return sorted(topics) + texts


@pytest.mark.torture
async def test_fourteen_weeks_over_http_with_outages(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    library = made_up(tmp_path_factory.mktemp("tree"), 14, stirs=(3, 11), alone=(11,))
    async with world(tmp_path, library=library) as w:
        await w.joins()
        knocks = []
        for number in range(7 * 15):
            if number in {20, 50}:
                w.clock.step(timedelta(hours=30 if number == 20 else 50))  # nothing ran; what is late comes at its end
                await w.polls()
                await w.settle()
            knocks += await day(w)
            await reads(w)
        assert all(moment.hour in EVENING for moment, _ in knocks)
        per_week = Counter(moment.isocalendar()[:2] for moment, _ in knocks)
        assert max(per_week.values()) <= 3
        for week in range(1, 15):
            for part in ("reflect", "have_a_go", "play"):
                assert w.heard.count(f"en {week} {part}.1") == 1, (week, part)
            assert w.heard.count(f"en {week} question.1") == (week not in {3, 11}), week
