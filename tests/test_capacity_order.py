"""The whole bot: the desk says how many it can carry, who joins after that waits, and is let in when there is room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.desk.capacity import MOST
from bot.phones import User
from content.library import Library, load
from storage.schema import record
from tests.world import World, world

LIBRARY: Library = load()


@pytest.fixture
async def w(fresh_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, url=fresh_url) as one:
        yield one


async def orders(w: World, words: str, thread: int | None = None) -> list[str]:
    """What Gulru writes at the desk, and what the bot answers there."""
    before = len(general(w))
    w.cloud.say_in_group(w.gulru, w.desk, words, thread_id=thread)
    await w.settle()
    return general(w)[before:]


def general(w: World) -> list[str]:
    """The bot's lines in the desk's room itself, outside any topic."""
    return [
        message.text.partition("\n\n")[0]
        for message in w.cloud.chat_view(w.desk)
        if message.sender is w.cloud.bot and not message.thread_id
    ]


def tell(key: str, **variables: object) -> str:
    return LIBRARY.text("ru", key, **variables)


def shown(limit: int, active: int, waiting: int) -> str:
    return tell("desk.capacity.shown", limit=limit, active=active, waiting=waiting, off="off")


async def acts(w: World, like: str) -> list[str]:
    async with w.app.db.read() as conn:
        return list((await conn.execute(select(record.c.act).where(record.c.act.like(like)))).scalars())


def other(w: World) -> User:
    return w.cloud.add_user("Mijgona", "tg")


async def test_it_is_shown_set_and_taken_away(w: World) -> None:
    assert await orders(w, "/capacity") == [tell("desk.capacity.none", active=0, waiting=0)]
    assert await orders(w, "/capacity 120") == [shown(120, 0, 0)]
    assert await orders(w, "/capacity@family_diary_bot") == [shown(120, 0, 0)]
    assert await orders(w, "/capacity off") == [tell("desk.capacity.none", active=0, waiting=0)]
    assert await acts(w, "capacity:%") == ["capacity:120", "capacity:off"]


async def test_what_is_no_number_changes_nothing(w: World) -> None:
    await orders(w, "/capacity 7")
    for words in ("many", "-1", "12.5", "١٢", "100001", "9" * 150, "120 mothers"):
        assert await orders(w, f"/capacity {words}") == [tell("desk.capacity.wrong", most=MOST, off="off")]
    assert await orders(w, "/capacity") == [shown(7, 0, 0)]


async def test_who_joins_a_full_house_waits_and_is_let_in_when_the_desk_can_carry_more(w: World) -> None:
    await orders(w, "/capacity 1")
    await w.joins()
    malika = other(w)
    await w.joins(user=malika)
    said = [message.text for message in w.cloud.chat_view(malika.id)]
    assert LIBRARY.text("en", "capacity.waits", when=LIBRARY.text("en", "capacity.unknown")) in said
    assert not any("capacity" in line or "More mothers" in line for line in w.heard)
    assert await orders(w, "/capacity") == [shown(1, 1, 1)]
    lines = len(w.cloud.chat_view(malika.id))
    assert await orders(w, "/capacity 2") == [shown(2, 2, 0), tell("desk.capacity.let_in", count=1)]
    assert await acts(w, "admitted:%") == ["admitted:raised"]
    assert len(w.cloud.chat_view(malika.id)) == lines


async def test_the_hourly_sweep_gives_the_place_of_one_who_stopped(w: World) -> None:
    await orders(w, "/capacity 1")
    await w.joins()
    malika = other(w)
    await w.joins(user=malika)
    await w.app._sweep()
    await w.settle()
    assert await acts(w, "admitted:%") == []
    await w.says("stop")
    await w.app._sweep()
    await w.settle()
    assert await acts(w, "admitted:%") == ["admitted:moved"]
    assert await orders(w, "/capacity") == [shown(1, 1, 0)]


async def test_an_order_in_the_topic_of_a_case_reaches_nobody_else(w: World) -> None:
    await w.says("I don't want to live any more")
    await orders(w, "hello")
    threads = {message.thread_id for message in w.cloud.chat_view(w.desk) if message.thread_id}
    heard = len(w.heard)
    assert await orders(w, "/capacity 5", thread=min(threads)) == [shown(5, 0, 0)]
    assert len(w.heard) == heard


async def test_a_mother_cannot_give_it(w: World) -> None:
    await w.joins()
    await w.says("/capacity 0")
    assert general(w) == []
    assert await orders(w, "/capacity") == [tell("desk.capacity.none", active=1, waiting=0)]


def from_the_desk(w: World, **sender: object) -> dict[str, object]:
    """An order to carry five, as Telegram would hand it over."""
    chat = {"id": w.desk, "type": "supergroup", "title": "Desk", "is_forum": True}
    gulru = {"id": w.gulru.id, "is_bot": False, "first_name": "Gulru"}
    message = {"message_id": 900, "date": int(w.clock.now().timestamp()), "chat": chat, "text": "/capacity 5"}
    return {"update_id": 700_000_001, "message": message | {"from": gulru} | sender}


async def test_the_same_order_delivered_twice_is_carried_out_once(w: World) -> None:
    for _ in range(2):
        await w.app.door.accept([from_the_desk(w)])
    await w.settle()
    assert await acts(w, "capacity:%") == ["capacity:5"]
    assert general(w) == [shown(5, 0, 0)]


async def test_whoever_writes_as_the_group_is_told_that_the_record_needs_a_person(w: World) -> None:
    group = {"id": w.desk, "type": "supergroup", "title": "Desk"}
    hidden = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    await w.app.door.accept([from_the_desk(w, sender_chat=group, **{"from": hidden})])
    await w.settle()
    assert general(w) == [tell("desk.nobody")]
    assert await acts(w, "capacity:%") == []


async def test_an_order_that_breaks_keeps_nobody_else_from_being_heard(
    w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> list[str]:
        raise RuntimeError

    monkeypatch.setattr(w.app._orders, "carry_out", broken)
    await orders(w, "/capacity 5")
    await w.says("/start")
    assert w.heard
