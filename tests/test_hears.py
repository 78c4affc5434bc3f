"""Never alive and deaf: whatever Telegram answers, she is heard again within a minute, or the process is gone."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import receive, send
from bot.app import App
from bot.clock import Clock, RealClock
from bot.phones import Cloud, Fault, Server, serve
from bot.receive import Deaf, pause
from bot.request import TooMany
from storage.schema import parked
from tests.world import World, world

SLOW = 5.0
"""Seconds a busy machine may take over what should take none."""
ROOT = Path(__file__).parent.parent
TOKEN = "1234567890:invented-token-for-a-bot-that-is-not"
QUICK, QUICKER = 50.0, 200.0
"""How many times faster than the clock of the wall these tests go."""


@pytest.fixture(scope="module")
def true() -> dict[str, float]:
    """The waits as they are when nobody hurries them."""
    names = ("LONG_POLL", "SHORT_POLL", "DEAF_AFTER", "LOOK", "FIRST_PAUSE", "LONGEST_PAUSE", "LONGEST_ASKED")
    return {name: getattr(receive, name) for name in names}


def hurry(true: dict[str, float], monkeypatch: pytest.MonkeyPatch, by: float) -> None:
    """Every wait of the receiver so many times shorter."""
    for name, seconds in true.items():
        monkeypatch.setattr(receive, name, seconds / by)


@pytest.fixture
def hurried(true: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(true, monkeypatch, QUICK)
    monkeypatch.setattr(receive, "DEAF_AFTER", true["DEAF_AFTER"])  # a busy machine is no weather


@pytest.fixture
async def w(tmp_path: Path, hurried: None) -> AsyncIterator[World]:
    async with world(tmp_path) as one:
        yield one


async def until(enough: Callable[[], Any], within: float = 5.0) -> None:
    end = time.monotonic() + within
    while not enough():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.005)


async def hears(w: World, text: str = "/start") -> None:
    """She writes, and an answer comes."""
    before = len(w.heard)
    await w.says(text)
    assert len(w.heard) > before, "she was not heard"


def at_the_desk(w: World, topic: str) -> list[str]:
    """What stands in the desk topics whose name begins so."""
    threads = [thread for thread, one in w.cloud.chats[w.desk].topics.items() if one.name.startswith(topic)]
    return [one.text for thread in threads for one in w.cloud.chat_view(w.desk, thread) if one.text]


def last_brought(w: World) -> list[dict[str, Any]]:
    """The updates of the newest poll that brought any."""
    raw = next(call.result for call in reversed(w.cloud.called("getUpdates")) if call.result)
    return [json.loads(bytes(one)) for one in raw]


# -- what cannot be read, among what can -------------------------------------------------------------------------

UNREADABLE: list[dict[str, Any]] = [
    {"message": {"text": "no chat, no date, no number"}},
    {"callback_query": {"id": 7, "data": "no sender"}},
    {"message": {"message_id": 1, "date": "yesterday", "chat": {"id": 1, "type": "private"}, "text": "x"}},
]


async def test_three_that_cannot_be_read_keep_ninety_seven_from_nothing(w: World) -> None:
    women = [w.cloud.add_user(f"Woman {n}", "en") for n in range(97)]
    for n, her in enumerate(women):
        if n in {10, 50, 90}:
            w.cloud.push_raw(UNREADABLE[n // 40])
        w.cloud.start(her)
    await w.settle()
    batches = [len(call.result) for call in w.cloud.called("getUpdates") if call.result]
    assert batches == [100], "they were to come in one batch"
    for her in women:
        assert any("Which language" in one.text for one in w.cloud.chat_view(her.id)), her.first_name
    async with w.app.db.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(parked))).scalar() == 3
    assert at_the_desk(w, "Техника") == ["Не удалось прочитать, отложено: 3."]
    assert not w.cloud.updates.waiting
    await hears(w)


MESSAGE = {"message_id": 9, "date": 1, "chat": {"id": 31, "type": "private"}, "text": "x"}
SENDER = {"id": 31, "is_bot": False, "first_name": "Nobody"}
ODD: dict[str, Any] = {
    "message is a list": {"message": [1]},
    "text is a number": {"message": {**MESSAGE, "from": SENDER, "text": 5}},
    "number of the message is a word": {"message": {**MESSAGE, "from": SENDER, "message_id": "nine"}},
    "number of the message is huge": {"message": {**MESSAGE, "from": SENDER, "message_id": 2**80}},
    "number of the message is negative": {"message": {**MESSAGE, "from": SENDER, "message_id": -4}},
    "her id is a word": {"message": {**MESSAGE, "from": SENDER, "chat": {"id": "31", "type": "private"}}},
    "her id is huge": {"message": {**MESSAGE, "from": SENDER, "chat": {"id": 2**80, "type": "private"}}},
    "her id is a fraction": {"message": {**MESSAGE, "from": SENDER, "chat": {"id": 3.5, "type": "private"}}},
    "her name is half a sign": {"message": {**MESSAGE, "from": {**SENDER, "first_name": "\ud83d\x00"}}},
    "answers something that is none": {"message": {**MESSAGE, "from": SENDER, "reply_to_message": 7}},
    "answers a huge number": {
        "message": {**MESSAGE, "from": SENDER, "reply_to_message": {**MESSAGE, "message_id": 2**80}}
    },
    "a moment beyond all calendars": {"message": {**MESSAGE, "from": SENDER, "date": 10**18}},
    "number of the update is huge": {"update_id": 2**70, "message": {**MESSAGE, "from": SENDER}},
    "number of the update is negative": {"update_id": -3, "message": {**MESSAGE, "from": SENDER}},
    "number of the update is yes": {"update_id": True, "message": {**MESSAGE, "from": SENDER}},
    "data of a tap is a list": {"callback_query": {"id": "1", "from": SENDER, "chat_instance": "1", "data": [1]}},
    "nothing but its number": {},
}


async def test_whatever_stands_in_an_update_the_next_one_is_heard(
    tmp_path: Path, hurried: None, *, webhook: bool
) -> None:
    async with world(tmp_path, webhook=webhook) as w:
        await whatever_stands_in_an_update(w)


async def whatever_stands_in_an_update(w: World) -> None:
    for update in ODD.values():
        w.cloud.push_raw(update)
        before = len(w.heard)
        w.cloud.start(w.her)
        await until(lambda before=before: len(w.heard) > before)
        w.cloud.updates.drop()  # no offset moves past a number that is none
    assert w.app.receiver.alive()


async def test_nul_and_half_a_sign_are_accepted(fresh_url: str, tmp_path: Path, *, webhook: bool) -> None:
    async with world(tmp_path, url=fresh_url, webhook=webhook) as w:
        await w.joins()
        w.cloud.send_body(w.her, {"text": "I don't want\x00 to live any more \ud83d"})
        await w.settle()
        assert "ending your life" in w.heard[-1]
        assert at_the_desk(w, "Сейчас"), "the desk was not told"
        odd = w.cloud.add_user("Half \ud83d\x00", "en")
        await w.says("/start", odd)
        assert any("Which language" in one.text for one in w.cloud.chat_view(odd.id))


async def test_an_update_that_comes_twice_is_handled_once(w: World) -> None:
    await w.joins()
    w.cloud.say(w.her, "/week")
    raw: dict[str, Any] = json.loads(w.cloud.updates.waiting[-1].raw)
    w.cloud.push_raw(raw)
    before = len(w.heard)
    await w.settle()
    assert len(w.heard) == before + 1
    polls = len(w.cloud.calls)
    await w.restart()  # what was stored and not yet confirmed comes again
    await until(lambda: any(call.method == "getUpdates" for call in w.cloud.calls[polls:]))
    w.cloud.push_raw(raw)
    await w.settle()
    assert not w.cloud.updates.waiting
    assert raw["update_id"] in [one["update_id"] for one in last_brought(w)]
    assert len(w.heard) == before + 1


async def test_a_lower_number_after_a_quiet_week_is_heard(w: World) -> None:
    for _ in range(5):
        await hears(w)
    first, last = w.cloud.offered[0], w.cloud.offered[-1]
    for lower in (42, last - 2, first):
        await w.passes(days=8)
        await w.app._sweep()
        polls = len(w.cloud.calls)
        await until(lambda polls=polls: len([one for one in w.cloud.calls[polls:] if one.method == "getUpdates"]) > 2)
        w.cloud.updates.next_id = lower
        await hears(w)
        assert w.cloud.confirmed[-1] == lower


# -- bad weather -------------------------------------------------------------------------------------------------

ONCE: dict[str, dict[str, Any]] = {
    "404": {"status": 404},
    "401": {"status": 401},
    "409": {"status": 409},
    "500": {"status": 500},
    "502 as a page": {"status": 502, "body": "<html>bad gateway</html>", "content_type": "text/html"},
    "200 as a page": {"body": "<html>log in to the hotel</html>", "content_type": "text/html"},
    "nothing": {"body": ""},
    "half": {"body": '{"ok": true, "result": [{"update_id": 50000'},
    "broken off": {"body": '{"ok": true, "result": []}', "cut": 11},
    "not UTF-8": {"body": b'{"ok": true, "result": "\xff\xfe"}'},
    "a list": {"json": []},
    "no result": {"json": {"ok": True}},
    "result null": {"json": {"ok": True, "result": None}},
    "result a word": {"json": {"ok": True, "result": "x"}},
    "result a number": {"json": {"ok": True, "result": 7}},
    "result an object": {"json": {"ok": True, "result": {"update_id": 1}}},
    "results of numbers": {"json": {"ok": True, "result": [1, None]}},
    "updates without numbers": {"json": {"ok": True, "result": [{"message": 1}]}},
    "numbers as words": {"json": {"ok": True, "result": [{"update_id": "7", "message": 1}]}},
    "ok as a word": {"json": {"ok": "yes", "result": []}},
    "not ok at 200": {"json": {"ok": False, "error_code": 500, "description": "x"}},
    "no answer": {"disconnect": True},
    "429": {"status": 429, "json": {"ok": False, "error_code": 429, "parameters": {"retry_after": "0.1"}}},
    "429 without a time": {"status": 429},
    "thirty times deep": {"body": "[" * 100_000},
}


async def test_after_any_bad_answer_she_is_heard(w: World) -> None:
    for what, answer in ONCE.items():
        fault: Fault = w.server.faults.add(method="getUpdates", **answer)
        w.cloud.say(w.her, "/start")
        await until(lambda fault=fault: fault.used)
        began = time.monotonic()
        await hears(w)
        assert time.monotonic() - began < 60 / QUICK + SLOW, what
    assert w.app.receiver.alive()


def test_what_telegram_asks_for_is_kept_to_and_ends_within_a_minute() -> None:
    assert pause(TooMany(5.0), 1) == 5.0
    assert pause(TooMany(86_400.0), 1) <= 30.0


def test_a_minute_of_refusals_is_outlived_and_the_end_comes_within_ninety_seconds(true: dict[str, float]) -> None:
    outlived = true["LONG_POLL"] + 60 + true["LONGEST_PAUSE"] + true["SHORT_POLL"]
    assert outlived < true["DEAF_AFTER"]
    closing = 2  # Receiver.close
    assert true["DEAF_AFTER"] + true["LOOK"] + send.PATIENCE + closing < 90


class Hand:
    """A clock whose seconds pass when they are told to."""

    def __init__(self, clock: Clock) -> None:
        self.now = clock.now
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


async def test_409_for_a_minute_is_outlived(
    tmp_path: Path, true: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path) as w:
        hand, ear = Hand(w.clock), w.app.receiver
        await hears(w)
        await until(lambda: w.server._poll is not None and not w.server._poll.done())
        monkeypatch.setattr(ear, "_clock", hand)
        monkeypatch.setattr(ear, "_heard", hand.seconds)
        fault = w.server.faults.refuse(409, "Conflict: terminated by other", method="getUpdates", times=None)
        begins = true["LONG_POLL"]  # the worst moment: a quiet poll was about to end well
        hand.seconds = begins

        def passing(error: Exception, failures: int) -> float:
            hand.seconds += pause(error, failures)
            if hand.seconds >= begins + 60:
                w.server.faults.lift(fault)
                hand.seconds += true["SHORT_POLL"]
            return 0.0

        monkeypatch.setattr(receive, "pause", passing)
        monkeypatch.setattr(receive, "SHORT_POLL", 0.05)
        w.server.interrupt()
        # Nobody writes: that all is well again must show by itself.
        await until(lambda: ear._heard >= begins + 60, SLOW)
        assert fault.used > 5
        assert ear.alive()
        await hears(w)


@pytest.mark.parametrize("status", [401, 404, 409])
async def test_a_refusal_for_ever_ends_the_bot_within_ninety_seconds(
    tmp_path: Path,
    true: dict[str, float],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
) -> None:
    hurry(true, monkeypatch, QUICKER)
    async with world(tmp_path, run=False) as w:
        w.server.faults.add(method="getUpdates", status=status, times=None)
        began = time.monotonic()
        with pytest.raises(Deaf):
            await run(w.app)
        assert time.monotonic() - began < 90 / QUICKER + SLOW


async def run(app: App) -> None:
    await asyncio.wait_for(app.run(), 10)


# -- the process itself ------------------------------------------------------------------------------------------

HURRY = "import bot.receive as r; r.DEAF_AFTER = 0.7; r.FIRST_PAUSE = r.LOOK = 0.05; r.LONG_POLL = 0.2"
START = "import sys, runpy; sys.argv = ['run_bot.py', 'serve']; runpy.run_path('run_bot.py', run_name='__main__')"


async def test_the_process_of_a_deaf_bot_ends_and_not_with_zero(tmp_path: Path) -> None:
    async with serve(Cloud(RealClock().now), TOKEN) as server:
        server.faults.add(method="getUpdates", status=401, times=None)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", f"{HURRY}; {START}"),
            cwd=ROOT,
            env=environment(tmp_path, server),
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert "Traceback" not in said.decode()
    last = said.decode().splitlines()[-1]
    assert "out of reach" in last
    assert "TELEGRAM_API_URL" in last


def environment(folder: Path, server: Server) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "BOT_TOKEN": TOKEN,
        "DESK_CHAT_ID": "-1002000000001",
        "ALLOW_DRAFTS": "1",
        "TELEGRAM_API_URL": server.url,
        "DATA_DIR": str(folder),
        "DATA_KEY": bytes(32).hex(),
    }
