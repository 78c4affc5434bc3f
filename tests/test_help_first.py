"""Help first: ten thousand weekly pages waiting, and the answer to a worrying message is the next thing sent.

Making a topic at the desk is a call, but no message: it may come before the alert that stands in it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import insert

from bot.pace import GIVE_WAY, Pace
from bot.phones import Call
from flows.consent import CONSENT
from flows.effects import Lane, Send
from flows.model import Message, Profile
from storage import outbox
from storage.schema import accounts, keys, people
from storage.seal import place
from tests.world import World, world

WORDS = "I don't want to live any more"
CROWD = 10_000
RTT = 0.04
FIRST = 8_100_000_000
ROUNDS = 4


async def crowd(w: World, count: int) -> None:
    """So many women who have joined, each with a weekly page waiting to be sent."""
    db, now = w.app.db, w.clock.now()
    page = Send(message=Message(text="Your page for this week is ready."), lane=Lane.WEEKLY, push=True)
    rows: dict[str, list[dict[str, object]]] = {"keys": [], "accounts": [], "people": [], "outbox": []}
    for n in range(count):
        her = w.cloud.add_user(f"Woman {n}", "en", FIRST + n)
        her.started = True
        one = persons[her.id] = db.ids.next(now)
        rows["keys"].append({"id": one, "wrapped": db.keys.make(one)})
        key = db.keys[one]
        telegram = key.seal(place("accounts", "telegram", one, one), str(her.id).encode())
        rows["accounts"].append({"id": one, "lookup": db.master.lookup(her.id), "telegram": telegram})
        profile = key.seal(place("people", "profile", one, one), msgspec.json.encode(Profile(consent=CONSENT)))
        told = {"state": "active", "language": "en", "role": "mother", "stage": "", "region": ""}
        place_in_time = {"zone": "Asia/Dushanbe", "talks": 1, "created_at": now, "heard_at": None}
        rows["people"].append({"id": one, "account_id": one, "profile": profile, **told, **place_in_time})
        rows["outbox"].append(outbox.promise(db, one, page, now))
    async with db.write() as conn:
        for table in (keys, accounts, people):
            await conn.execute(insert(table), rows[table.name])
        await conn.execute(outbox.PUT, rows["outbox"])


class Ledger:
    """When her words reached the bot, and whose messages were under way at that moment."""

    def __init__(self, w: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.w = w
        self.heard = 0.0
        self.flying: set[str] = set()
        accept = w.app.door.accept

        async def noting(raw: list[dict[str, object]]) -> None:
            self.heard = asyncio.get_running_loop().time()
            self.flying = set(w.app.sender._flying)
            await accept(raw)

        monkeypatch.setattr(w.app.door, "accept", noting)

    def begun(self) -> list[Call]:
        """The messages whose sending began after her words arrived, in order."""
        return [
            call
            for call in self.w.cloud.called("sendMessage")
            if call.time_started > self.heard and f"p{persons.get(call.chat_id)}" not in self.flying
        ]


persons: dict[object, int] = {}
"""The person of each Telegram id in the crowd."""


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    """A bot at the pace of the real Telegram, with a broadcast under way."""
    async with world(tmp_path, pace_all=28, pace_bulk=25, pace_desk=18) as one:
        await one.says("/start")
        one.server.rtt = RTT
        await crowd(one, CROWD)
        yield one


async def burst(w: World) -> None:
    """Wait for the moment at which the next share of the broadcast starts to go out."""
    await until(w, lambda calls: len(calls) > 3 and calls[-1].time_started - calls[-3].time_started < 0.01)


async def until(w: World, enough: Callable[[list[Call]], object]) -> None:
    end = time.monotonic() + 10
    while not enough(w.cloud.called("sendMessage")):
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.001)


async def test_help_is_the_next_thing_sent_while_ten_thousand_pages_wait(
    w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(w, monkeypatch)
    for n in range(ROUNDS):
        her = w.cloud.users[FIRST + CROWD - 1 - n]  # her own page is among the last
        await asyncio.sleep(GIVE_WAY)  # at two in a breath, the second shares the road with the others
        await burst(w)
        w.cloud.say(her, WORDS)
        heard = ledger.heard
        await until(w, lambda _, heard=heard: ledger.heard > heard and len(ledger.begun()) >= 6)
        first, second, *others = ledger.begun()
        assert {first.chat_id, second.chat_id} == {her.id, w.desk}, f"round {n}: something else went before help"
        assert not {her.id, w.desk} & {call.chat_id for call in others}, "the others wait for ever"
        assert second.time_started - ledger.heard < 2.0
        hers = first if first.chat_id == her.id else second
        assert "ending your life" in hers.result["text"]
    async with w.app.db.read() as conn:
        left = (await outbox.waiting(conn))[Lane.WEEKLY]
    assert CROWD / 2 < left < CROWD, "the broadcast was to be under way all the time"


def test_giving_way_ends_by_itself_and_takes_half_of_the_time_at_most() -> None:
    now = 100.0
    pace = Pace(lambda: now)
    waited = 0.0
    for _ in range(1000):
        pace.give_way()
        assert pace.wait("p1", Lane.SAFETY) == 0
        waited += 0.01 if pace.wait("p2", Lane.REPLY) else 0
        now += 0.01
    assert 4.9 < waited < 5.1
    now += GIVE_WAY
    pace.give_way()
    assert pace.wait("p2", Lane.WEEKLY) > 0
    pace.go_on()
    assert pace.wait("p2", Lane.WEEKLY) == 0
