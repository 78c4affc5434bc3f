"""Telegram to inbox: nothing confirmed before it is stored, nothing lost, nobody's update in anybody's way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from telegram import Update
from telegram.error import NetworkError, TelegramError

from bot import receive
from bot.clock import SteppedClock
from bot.phones.cloud import Cloud
from bot.phones.server import Server, serve
from bot.receive import Deaf, Poll, Receiver, pause
from bot.request import AiohttpRequest, TooMany, bot
from bot.translate import House
from flows.events import DeskTapped, Left, Tapped
from storage.database import Database
from storage.inbox import Arrival
from storage.schema import parked, seen
from tests.ear import TOKEN, WORDS, Listener


class Ear(Listener):
    """A receiver between the Telegram of this machine and a real store."""

    def __init__(self, db: Database, server: Server) -> None:
        super().__init__(db, server)
        self.requests = [AiohttpRequest(1), AiohttpRequest(8)]
        self.receiver = self.make()

    def make(self) -> Receiver:
        api = bot(TOKEN, self.server.url, self.requests[1])
        poll = Poll(self.requests[0], api.base_url, seconds=2)
        return Receiver(poll, api, self.opened(api), clock=self.clock, on_taken=self.on_taken)

    def listen(self) -> None:
        self.running = asyncio.create_task(self.receiver.run())

    async def close(self) -> None:
        await self.stops()
        await self.door.close()
        for request in self.requests:
            await request.shutdown()


@pytest.fixture
async def ear(db: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ear]:
    monkeypatch.setattr(receive, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(receive, "LOOK", 0.05)
    clock = SteppedClock()
    async with serve(Cloud(clock.now), TOKEN) as server:
        it = Ear(db, server)
        yield it
        await it.close()


async def test_her_words_are_stored_then_confirmed_in_order(ear: Ear) -> None:
    for n in range(3):
        ear.cloud.say(ear.lola, f"line {n}")
    ear.listen()
    await ear.confirmed()
    assert ear.bell.is_set()
    assert await ear.words() == ["line 0", "line 1", "line 2"]


async def test_nothing_is_confirmed_that_is_not_stored(ear: Ear) -> None:
    failures = 3

    def boundary(where: str) -> None:
        nonlocal failures
        if where == "before commit" and failures:
            failures -= 1
            raise OSError("disk full")

    ear.db.boundary = boundary
    ear.cloud.say(ear.lola, "kept")
    ear.listen()
    await ear.until(lambda: failures == 1)
    assert ear.cloud.confirmed == []
    await ear.confirmed()
    assert await ear.words() == ["kept"]


async def test_redelivery_stores_once(ear: Ear) -> None:
    ear.cloud.say(ear.lola, "once")
    raw = [json.loads(one.raw) for one in ear.cloud.updates.waiting]
    await ear.door.accept(raw)
    await ear.door.accept(raw + raw)
    assert await ear.words() == ["once"]


BAD: list[dict[str, Any]] = [
    {"message": 5},
    {"message": {"text": WORDS}},
    {"message": {"message_id": 1, "date": "x", "chat": {"id": 1, "type": "private"}, "text": WORDS}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": [], "text": WORDS}},
    {"callback_query": {"id": 7, "data": WORDS}},
]


async def test_what_cannot_be_read_is_parked_alone(ear: Ear, caplog: pytest.LogCaptureFixture) -> None:
    ear.cloud.say(ear.lola, "before")
    for bad in BAD:
        ear.cloud.push_raw(bad)
    ear.cloud.push_raw({"hologram_from_the_future": {"x": WORDS}})
    ear.cloud.say(ear.lola, "after")
    ear.listen()
    await ear.confirmed()
    assert await ear.words() == ["before", "after"]
    async with ear.db.read() as conn:
        kept = (await conn.execute(select(parked))).all()
    assert len(kept) == len(BAD)
    assert not any(WORDS.encode() in row.content for row in kept)
    assert sum(ear.told) == len(BAD)
    assert WORDS not in caplog.text


async def test_a_fault_of_ours_parks_the_update_too(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Update, __: House) -> Arrival | None:
        raise KeyError(WORDS)

    monkeypatch.setattr(ear, "translate", broken)
    ear.cloud.say(ear.lola, "x")
    ear.listen()
    await ear.confirmed()
    assert ear.told == [1]


async def test_nul_and_lone_surrogates_are_stored(ear: Ear) -> None:
    ear.cloud.send_body(ear.lola, {"text": "a\x00b\ud83dc"})
    ear.listen()
    await ear.confirmed()
    assert await ear.words() == ["abc"]


async def test_taps_are_acknowledged_after_the_commit(ear: Ear) -> None:
    ear.cloud.start(ear.lola)
    query = ear.cloud.tap(ear.lola, ear.lola.id, None, "3:mood:2", forged=True)
    other = ear.cloud.tap(ear.sabo, ear.desk, None, "nonsense", forged=True)
    order: list[str] = []
    ear.db.boundary = order.append
    ear.listen()
    await ear.until(lambda: query.answers and other.answers)
    assert order[:2] == ["before commit", "after commit"]
    assert Tapped(talk=3, question="mood", value="2") in await ear.events()


async def test_an_acknowledgement_that_fails_stops_nothing(ear: Ear) -> None:
    ear.server.faults.add(method="answerCallbackQuery", status=500)
    ear.cloud.start(ear.lola)
    ear.cloud.tap(ear.lola, ear.lola.id, None, "x", forged=True)
    ear.listen()
    await ear.confirmed()
    ear.cloud.say(ear.lola, "still here")
    await ear.confirmed()
    assert "still here" in await ear.words()


async def test_of_a_stranger_leaving_says_nothing_and_taps_of_unknown_cases_do_not_arrive(ear: Ear) -> None:
    ear.cloud.start(ear.lola)
    ear.cloud.tap(ear.sabo, ear.desk, None, "case:42:take", forged=True)
    ear.cloud.block(ear.lola)
    ear.listen()
    await ear.confirmed()
    events = await ear.events()
    assert Left() not in events
    assert not any(isinstance(one, DeskTapped) for one in events)


WEATHER: list[tuple[str, Callable[[Server], Any]]] = [
    ("404", lambda it: it.faults.refuse(404, "Not Found", method="getUpdates")),
    ("401", lambda it: it.faults.refuse(401, "Unauthorized", method="getUpdates")),
    ("409", lambda it: it.faults.refuse(409, "Conflict: terminated by other", method="getUpdates", times=3)),
    ("502", lambda it: it.faults.add(method="getUpdates", status=502, body="<html>", content_type="text/html")),
    ("html", lambda it: it.faults.add(method="getUpdates", body="<html>captive</html>")),
    ("empty", lambda it: it.faults.add(method="getUpdates", body="")),
    ("cut", lambda it: it.faults.add(method="getUpdates", body='{"ok": true, "result": []}', cut=9)),
    ("half", lambda it: it.faults.add(method="getUpdates", body='{"ok": true, "result": [{"upd')),
    ("no result", lambda it: it.faults.add(method="getUpdates", json={"ok": True})),
    ("null", lambda it: it.faults.add(method="getUpdates", json={"ok": True, "result": None})),
    ("text", lambda it: it.faults.add(method="getUpdates", json={"ok": True, "result": "x"})),
    ("true", lambda it: it.faults.add(method="getUpdates", json={"ok": True, "result": True})),
    ("numbers", lambda it: it.faults.add(method="getUpdates", json={"ok": True, "result": [1, 2]})),
    ("no id", lambda it: it.faults.add(method="getUpdates", json={"ok": True, "result": [{"message": 1}]})),
    ("200 but not ok", lambda it: it.faults.add(method="getUpdates", json={"ok": False, "error_code": 500})),
    ("hangs up", lambda it: it.faults.add(method="getUpdates", disconnect=True)),
    ("429 text", lambda it: it.faults.too_many("0.1", method="getUpdates")),
]


@pytest.mark.parametrize("spoil", [spoil for _, spoil in WEATHER], ids=[name for name, _ in WEATHER])
async def test_after_each_kind_of_weather_she_is_heard(ear: Ear, spoil: Callable[[Server], Any]) -> None:
    spoil(ear.server)
    ear.cloud.say(ear.lola, "heard")
    ear.listen()
    await ear.confirmed()
    assert await ear.words() == ["heard"]
    assert ear.receiver.alive()


async def test_a_webhook_left_from_before_is_ended(ear: Ear) -> None:
    ear.cloud.call("setWebhook", {"url": "http://127.0.0.1:9/hook"})
    ear.cloud.say(ear.lola, "heard")
    ear.listen()
    await ear.confirmed()
    assert await ear.words() == ["heard"]


async def test_a_webhook_left_from_before_is_no_alarm_and_one_set_while_we_listen_is(ear: Ear) -> None:
    ear.cloud.call("setWebhook", {"url": "http://127.0.0.1:9/hook"})
    ear.listen()
    await ear.until(lambda: not ear.door.ages.behind)
    assert ear.taken == 0
    ear.cloud.call("setWebhook", {"url": "http://127.0.0.1:9/thief"})
    ear.server.interrupt()
    ear.cloud.say(ear.lola, "heard")
    await ear.confirmed()
    assert ear.taken == 1
    assert await ear.words() == ["heard"]


async def test_telling_that_fails_keeps_nobody_from_being_stored(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise KeyError(WORDS)

    monkeypatch.setattr(ear.door, "_on_parked", broken)
    ear.cloud.push_raw(BAD[0])
    ear.cloud.say(ear.lola, "kept")
    ear.listen()
    await ear.confirmed()
    assert await ear.words() == ["kept"]


async def test_a_lower_number_after_a_quiet_week_is_not_swallowed(ear: Ear) -> None:
    ear.cloud.say(ear.lola, "last week")
    ear.listen()
    await ear.confirmed()
    await asyncio.sleep(0.1)
    ear.cloud.updates.next_id = 77
    ear.cloud.say(ear.lola, "this week")
    await ear.confirmed()
    assert await ear.words() == ["last week", "this week"]


async def test_an_empty_answer_forgets_the_offset(ear: Ear) -> None:
    poll = Poll(ear.requests[0], f"{ear.server.url}/bot{TOKEN}", seconds=0)
    ear.cloud.say(ear.lola, "x")
    poll.confirm(await poll.fetch())
    await poll.fetch()
    await poll.fetch()
    offsets = [call.params["offset"] for call in ear.cloud.calls if call.method == "getUpdates"]
    assert offsets == [0, ear.cloud.offered[0] + 1, 0]


async def test_numbers_seen_are_kept(ear: Ear) -> None:
    ear.cloud.say(ear.lola, "x")
    ear.listen()
    await ear.confirmed()
    async with ear.db.read() as conn:
        assert (await conn.execute(select(seen.c.update_id))).scalars().all() == ear.cloud.offered


async def ends(ear: Ear) -> None:
    """The process ends; the next one is put together and not yet listening."""
    assert ear.running is not None
    await ear.stops()
    ear.receiver = ear.make()


async def lived(ear: Ear) -> datetime:
    """A process has listened, and ended. When it last heard."""
    ear.listen()
    heard = await ear.heard()
    await ends(ear)
    return heard


async def test_a_tap_found_after_hours_away_is_of_the_last_good_poll(ear: Ear) -> None:
    heard = await lived(ear)
    ear.taps()
    ear.clock.step(timedelta(hours=3))
    ear.listen()
    await ear.confirmed()
    assert [one.at for one in await ear.tapped()] == [heard]
    ear.taps()
    await ear.confirmed()
    assert [one.at for one in await ear.tapped()] == [None]
    now = await ear.heard_at()
    assert now is not None
    assert now - heard >= timedelta(hours=3)


async def test_a_tap_after_a_short_restart_is_of_now(ear: Ear) -> None:
    await lived(ear)
    ear.taps()
    ear.clock.step(timedelta(minutes=9))
    ear.listen()
    await ear.confirmed()
    assert [one.at for one in await ear.tapped()] == [None]


async def test_all_that_waited_is_old_however_much_it_is(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "BATCH", 2)
    heard = await lived(ear)
    for _ in range(3):
        ear.taps()
    ear.clock.step(timedelta(hours=3))
    ear.listen()
    await ear.confirmed()
    assert [one.at for one in await ear.tapped()] == [heard] * 3


async def test_the_last_good_poll_is_written_once_a_minute(ear: Ear) -> None:
    first = await lived(ear)
    ear.listen()
    await ear.until(lambda: not ear.door.ages.behind)
    ear.cloud.say(ear.lola, "at once")
    await ear.confirmed()
    assert await ear.heard_at() == first
    ear.clock.step(timedelta(minutes=1))
    ear.cloud.say(ear.lola, "a minute later")
    await ear.confirmed()
    heard = await ear.heard_at()
    assert heard is not None
    assert heard - first >= timedelta(minutes=1)


async def test_a_clock_that_runs_ahead_makes_nobody_late(ear: Ear) -> None:
    ear.clock.step(timedelta(minutes=25))
    ear.listen()
    await ear.until(lambda: not ear.door.ages.behind)
    ear.cloud.say(ear.lola, "good morning")
    await ear.confirmed()
    (said,) = await ear.events()
    assert ear.clock.now() - said.at < timedelta(minutes=1)
    assert ear.ahead == 1


async def test_what_waited_for_us_is_late_and_no_fault_of_the_clock(ear: Ear) -> None:
    await lived(ear)
    ear.cloud.say(ear.lola, "in the night")
    ear.clock.step(timedelta(hours=3))
    ear.listen()
    await ear.confirmed()
    (said,) = await ear.events()
    assert ear.clock.now() - said.at >= timedelta(hours=3)
    assert ear.ahead == 0


async def test_a_machine_that_slept_does_not_take_what_is_late_for_new(ear: Ear) -> None:
    ear.listen()
    await ear.until(lambda: not ear.door.ages.behind)
    ear.clock.step(timedelta(hours=8))
    ear.cloud.say(ear.lola, "in the night")
    await ear.confirmed()
    (said,) = await ear.events()
    assert ear.clock.now() - said.at >= timedelta(hours=7)


async def test_the_desk_is_heard_on_both_sides_of_its_move(ear: Ear) -> None:
    new = ear.cloud.add_forum("Desk, larger", [ear.sabo])
    heard: list[int] = []
    plain = ear.translate

    def noted(update: Update, house: House) -> Arrival | None:
        if update.message is not None and update.message.chat.id == house.desk_chat_id:
            heard.append(house.desk_chat_id)
        return plain(update, house)

    ear.translate = noted  # type: ignore[method-assign]
    ear.cloud.say_in_group(ear.sabo, ear.desk, "before")
    group = ear.cloud.chats[ear.desk].wire()
    notice = {"message_id": 99, "date": 1, "chat": group, "from": ear.sabo.wire(), "migrate_to_chat_id": new}
    ear.cloud.push_raw({"message": notice})
    ear.cloud.say_in_group(ear.sabo, new, "after")
    ear.listen()
    await ear.confirmed()
    assert heard == [ear.desk, new]


async def test_deaf_for_90_seconds_ends_the_process(ear: Ear) -> None:
    ear.clock.frozen = ear.clock.now()
    ear.receiver = ear.make()
    ear.server.faults.refuse(404, "Not Found", method="getUpdates", times=None)
    ear.listen()
    await asyncio.sleep(0.1)
    assert ear.receiver.alive()
    ear.clock.step(timedelta(seconds=91))
    assert not ear.receiver.alive()
    assert ear.running is not None
    with pytest.raises(Deaf):
        await asyncio.wait_for(ear.running, 3)


async def test_a_poll_that_hangs_for_ever_is_noticed(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    ear.clock.frozen = ear.clock.now()
    ear.receiver = ear.make()
    monkeypatch.setattr(Poll, "fetch", lambda *_: asyncio.sleep(3600))
    ear.listen()
    await asyncio.sleep(0.05)
    ear.clock.step(timedelta(seconds=91))
    assert ear.running is not None
    with pytest.raises(Deaf):
        await asyncio.wait_for(ear.running, 3)


def test_pauses_grow_and_stay_short_enough_to_hear_again_within_a_minute() -> None:
    pauses = [pause(NetworkError("x"), n) for n in range(1, 30)]
    assert pauses[0] <= 0.5
    assert all(one <= 10 for one in pauses)
    assert pause(TooMany(3600), 1) == 30
    assert pause(TelegramError("not a list of updates"), 50) <= 10
