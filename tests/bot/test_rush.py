"""More alerts than the group may carry: one list, changed in place, through which a genuine `now` is seen at once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import SteppedClock
from bot.desk import waiting
from bot.desk.work import Tools, Work
from bot.pace import Pace
from bot.phones.cloud import Cloud
from bot.phones.server import serve
from bot.rush import Rush
from bot.send import Sender
from flows.effects import CASES, NOW, AnyEffect, Lane, Send, Stamp, topic_of
from flows.model import Button, Case, Desk, Message
from storage import alarms, outbox
from storage.database import Database
from tests.bot.test_send import TOKEN, Bench, says
from tests.talk import LIBRARY

MINUTE = 61.0
DESK = Desk(opens=9, closes=18, zone="Asia/Dushanbe", leads=1, language="en", samples=False)


class Rushed(Bench):
    """A sender that makes one list of many alerts, at a desk that takes eighteen messages a minute."""

    def make(self) -> Sender:
        self.pace = Pace(self.clock.monotonic, every=10_000, bulk=10_000)
        sender = super().make()
        sender._rush = Rush(self.db, self.listed, pace=self.pace, clock=self.clock)
        return sender

    async def quiet(self) -> None:
        await super().quiet()
        await super().quiet()  # a look may have been under way when it was asked for

    async def listed(self, conn: AsyncConnection, now: datetime) -> Message | None:
        return await waiting.listed(work_of(self, conn, now))


@pytest.fixture
async def bench(db: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr("bot.send.TICK", 0.05)
    clock = SteppedClock(frozen=datetime(2026, 3, 2, 5, tzinfo=UTC))
    async with serve(Cloud(clock.now), TOKEN) as server:
        it = Rushed(db, server, clock)
        yield it
        await it.close()


def work_of(bench: Bench, conn: AsyncConnection, now: datetime) -> Work:
    return Work(tools=Tools(bench.db, LIBRARY, None, None), conn=conn, desk=DESK, now=now)  # type: ignore[arg-type]


def case_of(bench: Bench, number: int, level: str) -> Case:
    now = bench.clock.now()
    return Case(number=number, level=level, category="self_harm", language="tg", opened_at=now, alarm_at=now)


def alert_of(number: int, to: str = NOW) -> Send:
    message = Message(text=f"alert {number}", buttons=((Button("Take", f"case:{number}:take"),),))
    return Send(to=to, message=message, lane=Lane.SAFETY, slot=f"alert:{number}")


async def flags(bench: Bench, count: int, first: int = 10000, level: str = "urgent", to: str = NOW) -> None:
    """So many women, each with a case of her own."""
    for number in range(first, first + count):
        her = bench.cloud.add_user(f"W{number}")
        her.started = True
        await bench.promise(her, Stamp(case=case_of(bench, number, level)), alert_of(number, to))


def there(bench: Bench) -> list[str]:
    return [one.text for one in bench.cloud.chat_view(bench.desk) if not one.service]


def lists(bench: Bench) -> list[str]:
    return [text for text in there(bench) if "for a person" in text]


def to_the_desk(bench: Bench) -> int:
    """Everything that counts towards what a group may get in a minute."""
    wanted = ("sendMessage", "editMessageText", "createForumTopic")
    return sum(len(bench.cloud.called(method, bench.desk)) for method in wanted)


async def named(bench: Bench, number: int, within: float = 10.0) -> float:
    """The seconds until the desk can read of a case."""
    for tenths in range(int(within * 2) + 1):
        if any(re.search(rf"\b{number}\b", text) for text in there(bench)):
            return tenths / 2
        await bench.passes(0.5)
    raise AssertionError(f"{number} was not named within {within} seconds")


async def test_ten_a_minute_come_one_by_one(bench: Bench) -> None:
    await flags(bench, 10)
    await bench.passes(0)
    await bench.passes(10)
    await bench.passes(10)
    assert lists(bench) == []
    assert sum(text.startswith("alert") for text in there(bench)) == 10


async def test_a_genuine_now_is_named_within_ten_seconds_through_a_hundred_flooders(bench: Bench) -> None:
    await flags(bench, 100)
    await bench.passes(0)
    begun = bench.clock.now()
    took = []
    for number in (7, 8, 9):
        await flags(bench, 3, first=20000 + 10 * number)
        await flags(bench, 1, first=number, level="now")
        took.append(await named(bench, number))
        await bench.passes(3.3)
    assert max(took) <= 10.0
    (only,) = lists(bench)
    assert only.splitlines()[1].startswith("Case 7 · NOW · tg · 0 min")
    seconds = (bench.clock.now() - begun).total_seconds()
    assert to_the_desk(bench) <= 18 * (1 + seconds // 60)
    for _ in range(3):
        await bench.passes(9)
    async with bench.db.read() as conn:
        assert await alarms.count(conn) == 0
    assert bench.trouble == []


async def test_never_more_than_eighteen_a_minute_and_words_pass_between_the_lists(bench: Bench) -> None:
    talk = topic_of(42)
    await bench.promise(bench.lola, *(says(f"word {n}", to=talk) for n in range(30)))
    counts, begun = [], to_the_desk(bench)
    for second in range(120):
        await flags(bench, 1, first=30000 + second)
        await bench.passes(1)
        counts.append(to_the_desk(bench) - begun)
    assert max(b - a for a, b in zip(counts, counts[60:], strict=False)) <= 18
    assert sum(text.startswith("word") for text in there(bench)) >= 10
    assert "30119" in lists(bench)[-1] or "30112" in lists(bench)[-1]


async def test_words_that_filled_the_minute_leave_room_for_an_alert(bench: Bench) -> None:
    await bench.promise(bench.lola, *(says(f"word {n}", to=CASES) for n in range(30)))
    await bench.passes(0)
    assert to_the_desk(bench) == 10
    for number in (7, 8, 9):
        await flags(bench, 1, first=number, level="now")
        assert await named(bench, number) <= 10.0


async def test_calm_levels_alone_make_a_list_among_the_cases(bench: Bench) -> None:
    await flags(bench, 15, level="watch", to=CASES)
    await bench.passes(0)
    await bench.passes(9)
    chat = bench.cloud.chats[bench.desk]
    assert [topic.name for topic in chat.topics.values()] == ["Cases"]
    assert len(lists(bench)) == 1


async def test_what_the_list_was_to_name_is_owed_until_telegram_has_it(bench: Bench) -> None:
    bench.server.faults.add(method="sendMessage", disconnect=True, times=None)
    await flags(bench, 30)
    await bench.passes(0)
    async with bench.db.read() as conn:
        assert await alarms.count(conn) == 30
    bench.running.cancel()
    await asyncio.gather(bench.running, return_exceptions=True)
    bench.server.faults.clear()
    bench.sender = bench.make()
    bench.running = asyncio.create_task(bench.sender.run())
    await bench.passes(31)
    await bench.passes(31)
    (said,) = lists(bench)
    assert all(str(number) in said for number in range(10000, 10030))
    assert await bench.waiting() == 0


async def test_a_list_telegram_refuses_is_no_end_of_the_alerts(bench: Bench) -> None:
    refused = bench.server.faults.refuse(400, "Bad Request: something new", method="sendMessage", times=2)
    await flags(bench, 14)
    await bench.passes(0)
    assert refused.used == 2
    for _ in range(20):
        await bench.passes(8)
    said = "\n".join(there(bench))
    assert all(str(number) in said for number in range(10000, 10014))


async def test_after_five_minutes_a_list_is_written_anew_and_the_old_one_goes(bench: Bench) -> None:
    await flags(bench, 20)
    await bench.passes(0)
    await bench.passes(8)
    (old,) = [one.id for one in bench.cloud.chat_view(bench.desk) if "for a person" in one.text]
    await bench.passes(310)
    await flags(bench, 20, first=20000)
    await bench.passes(0)
    await bench.passes(8)
    await bench.passes(8)
    (new,) = [one for one in bench.cloud.chat_view(bench.desk) if "for a person" in one.text]
    assert new.id > old
    assert not new.silent


async def test_the_list_that_stands_loses_who_is_taken(bench: Bench) -> None:
    await flags(bench, 12)
    await bench.passes(0)
    await bench.passes(8)
    for number in range(10000, 10012):
        her = next(one for one in bench.cloud.users.values() if one.first_name == f"W{number}")
        taken = Case(
            number=number, level="urgent", category="", language="tg", opened_at=bench.clock.now(), state="taken"
        )
        effects: list[AnyEffect] = [Stamp(case=taken)]
        await bench.promise(her, *effects)
        if number == 10010:
            await refreshed(bench)
            assert lists(bench)[0].splitlines()[0] == "1 waits for a person"
    await refreshed(bench)
    assert "Nobody waits any more." in there(bench)
    before = to_the_desk(bench)
    await refreshed(bench)
    assert to_the_desk(bench) == before


async def refreshed(bench: Bench) -> None:
    bench.clock.step(timedelta(minutes=2))
    now = bench.clock.now()
    async with bench.db.write() as conn:
        sends = await waiting.kept_true(work_of(bench, conn, now))
        await outbox.Outbox(bench.db).put(conn, None, sends, now)
    await bench.passes(1)
