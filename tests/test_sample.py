"""The whole bot: once a week the lead reads a few unflagged words in private; nothing of them stays anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.phones import User
from flows.desk import sample
from storage.marks import Sampled, marks
from storage.schema import outbox, samples
from tests.storage.test_secrets import contents
from tests.world import World, world

HERS = "the washing machine is broken again"
TO_THE_READING = {"days": 2}
"""From Monday ten o'clock; the reading is on Wednesday at nine."""


@pytest.fixture
async def w(fresh_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, url=fresh_url) as one:
        one.gulru.started = True
        await one.joins()
        yield one


def shown(w: World) -> list[str]:
    """What stands in the lead's private chat."""
    return [message.text for message in w.cloud.chat_view(w.gulru.id) if message.sender is w.cloud.bot]


async def sweeps(w: World) -> None:
    await w.app._sweep()
    await w.settle()


async def reads(w: World) -> None:
    await w.passes(**TO_THE_READING)
    await sweeps(w)


async def left(w: World) -> int:
    async with w.app.db.read() as conn:
        return int((await conn.execute(select(func.count()).select_from(samples))).scalar_one())


async def judged(w: World) -> Sampled:
    async with w.app.db.read() as conn:
        return (await marks(conn, w.clock.now() - timedelta(days=9), w.clock.now() + timedelta(seconds=1))).sample


async def presses(w: World, mark: str, who: User | None = None) -> None:
    user = who or w.gulru
    w.cloud.tap(user, user.id, None, w.app.library.text("ru", f"sample.{mark}"))
    await w.settle()


async def test_one_at_a_time_in_private_without_a_name_and_each_is_erased_when_it_is_judged(w: World) -> None:
    await w.says(HERS)
    await w.says("and the stove too, call +992 90 123 45 67")
    assert await left(w) == 2
    await sweeps(w)
    assert shown(w) == [], "not before the reading"
    await reads(w)
    (first,) = shown(w)
    assert "4567" not in first.replace(" ", "")
    assert w.her.first_name not in first
    assert str(w.her.id) not in first
    assert not any(HERS in one.text for one in w.cloud.chat_view(w.desk)), "nobody else sees it"
    await presses(w, "nothing")
    (second,) = shown(w)
    assert second != first
    await presses(w, "concern")
    assert shown(w) == [w.app.library.text("ru", "sample.over")]
    assert await left(w) == 0
    assert await judged(w) == Sampled(read=2, missed={"concern": 1})
    await sweeps(w)
    assert len(shown(w)) == 1, "once a week"


async def test_nobody_else_can_judge_and_a_second_tap_counts_once(w: World) -> None:
    await w.says(HERS)
    await reads(w)
    message = next(one for one in w.cloud.chat_view(w.gulru.id) if one.inline)
    data = message.inline[0][0]["callback_data"]
    w.cloud.tap(w.her, w.her.id, None, data, forged=True)
    await w.settle()
    assert (await judged(w)).read == 0
    for _ in range(2):
        w.cloud.tap(w.gulru, w.gulru.id, message.id, data, forged=True)
        await w.settle()
    for forged in ("sample:1:nothing", f"sample:{'9' * 19}:nothing", data.replace("nothing", "fine")):
        w.cloud.tap(w.gulru, w.gulru.id, message.id, forged, forged=True)
        await w.settle()
    assert (await judged(w)).read == 1


@pytest.mark.parametrize("how", ["/hide", "/delete"])
async def test_when_she_hides_or_is_forgotten_they_go_at_once_also_from_the_leads_phone(w: World, how: str) -> None:
    await w.says(HERS)
    await reads(w)
    assert any(HERS in text for text in shown(w))
    await w.says(how)
    if how == "/delete":
        await w.says("Yes, delete it")
    await w.settle()
    assert shown(w) == [w.app.library.text("ru", "sample.over")]
    assert await left(w) == 0
    async with w.app.db.read() as conn:
        waiting = select(func.count()).select_from(outbox).where(outbox.c.chat.startswith("lead:"))
        assert (await conn.execute(waiting)).scalar_one() == 0


async def test_once_its_first_writer_is_forgotten_the_leads_message_still_changes_in_place(w: World) -> None:
    await w.says(HERS)
    other = w.cloud.add_user("Mijgona", "tg")
    await w.joins(user=other)
    await w.says("the stove is broken too", other)
    await reads(w)
    writer = w.her if HERS in shown(w)[0] else other
    await presses(w, "nothing")
    await w.says("/delete", writer)
    await w.says("Yes, delete it", writer)
    await w.passes(hours=1)
    await presses(w, "nothing")
    assert shown(w) == [w.app.library.text("ru", "sample.over")]


async def test_what_nobody_reads_is_gone_after_three_days(w: World) -> None:
    await w.says(HERS)
    await reads(w)
    await w.passes(days=1)
    await sweeps(w)
    assert shown(w) == [w.app.library.text("ru", "sample.over")]
    assert await left(w) == 0
    assert (await judged(w)).read == 0


async def test_at_most_twenty_are_kept_whoever_writes_more(w: World) -> None:
    for number in range(sample.MOST + 5):
        await w.says(f"{HERS} {number}")
    assert await left(w) == sample.MOST


async def test_on_disk_they_are_sealed(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        w.gulru.started = True
        await w.joins()
        await w.says(HERS)
        await reads(w)
        assert await left(w) == 1
        assert not any(HERS.encode() in data for data in contents(tmp_path).values())


async def test_switched_off_none_are_kept_and_our_policy_does_not_speak_of_it(tmp_path: Path) -> None:
    async with world(tmp_path, sample_words=False) as w:
        w.gulru.started = True
        await w.joins()
        await w.says(HERS)
        assert await left(w) == 0
        await w.says("/privacy")
        assert w.app.library.text("en", "privacy.sample") not in w.heard


async def test_her_own_data_has_them(w: World) -> None:
    await w.says(HERS)
    await w.says("/data")
    (file,) = w.cloud.files.values()
    assert HERS in file.decode()
