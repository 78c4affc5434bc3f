"""The whole bot: who works at the desk comes by a link, goes at once, and what she may see goes after two minutes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.phones import User
from content.library import Library, load
from storage.schema import record, settings
from tests.world import World, world

LIBRARY: Library = load()
PILLS = "I took all the pills"
WAY = "in the late hours, by writing"


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as one:
        one.gulru.started = True
        await one.app.rounds()
        yield one


def tell(key: str, **variables: object) -> str:
    return LIBRARY.text("ru", key, **variables)


def chat(w: World, user: User) -> list[str]:
    """The bot's lines in somebody's own chat with it."""
    return [message.text for message in w.cloud.chat_view(user.id) if message.sender is w.cloud.bot]


async def acts(w: World, like: str) -> list[str]:
    async with w.app.db.read() as conn:
        return list((await conn.execute(select(record.c.act).where(record.c.act.like(like)))).scalars())


async def presses(w: World, user: User, label: str) -> None:
    w.cloud.tap(user, user.id, None, label)
    await w.settle()


async def link(w: World, role: str = "moderator") -> str:
    """A link as Gulru gets it: what somebody's phone sends on opening it."""
    await w.says("/people", w.gulru)
    await presses(w, w.gulru, tell("people.invite", role=tell(f"people.role.{role}")))
    address, _, start = chat(w, w.gulru)[-1].partition("?start=")
    assert address == "https://t.me/phones_bot"
    return f"/start {start}"


def somebody(w: World, name: str) -> User:
    user = w.cloud.add_user(name, "tg")
    w.cloud.chats[w.desk].members[user.id] = "member"
    return user


async def test_a_link_lets_one_person_in_once_and_whoever_is_removed_may_nothing_at_once(w: World) -> None:
    start = await link(w)
    zarina, malika = somebody(w, "Zarina"), somebody(w, "Malika")
    await w.says(start, zarina)
    assert chat(w, zarina) == [tell("people.welcome", name="Zarina", role=tell("people.role.moderator"))]
    await w.says(start, malika)
    assert chat(w, malika) == []
    assert chat(w, w.gulru)[-1] == tell("people.bad_link")
    assert await acts(w, "%join%") == ["joined:moderator", "refused:join"]

    await w.joins()
    await w.says(PILLS)
    for who in (malika, zarina):
        w.cloud.tap(who, w.desk, None, tell("desk.act.take"))
        await w.settle()
    assert await acts(w, "taken") == ["taken"]
    assert await acts(w, "refused:take") == ["refused:take"]
    await w.says("/people", zarina)
    assert await acts(w, "refused:people") == ["refused:people"]

    await w.says("/people", w.gulru)
    await presses(w, w.gulru, tell("people.remove", name="Zarina"))
    await presses(w, w.gulru, tell("people.yes"))
    assert await acts(w, "orphaned") == ["orphaned"], "her case is open again"
    w.cloud.tap(zarina, w.desk, None, tell("desk.act.take"))
    await w.settle()
    assert await acts(w, "taken") == ["taken"]
    await w.says("/people", w.gulru)
    assert "Zarina" not in chat(w, w.gulru)[-1]


async def test_a_link_ends_after_two_days_or_when_it_is_taken_back_and_no_code_is_kept(w: World) -> None:
    old, taken_back = await link(w), await link(w, "facilitator")
    for start in (old, taken_back):
        code = start.partition("-")[2].encode()  # a code may have a "-" of its own
        async with w.app.db.read() as conn:
            kept = [bytes(one) for one in (await conn.execute(select(settings.c.value))).scalars()]
        assert not any(code in one for one in kept)
    await w.says("/people", w.gulru)
    await presses(w, w.gulru, tell("people.void"))
    zarina = somebody(w, "Zarina")
    await w.says(taken_back, zarina)
    late = await link(w)
    w.clock.step(timedelta(hours=48, minutes=1))
    await w.says(late, zarina)
    assert chat(w, zarina) == []
    assert await acts(w, "joined:%") == []


async def test_a_moderator_and_a_stranger_let_nobody_in(w: World) -> None:
    zarina = somebody(w, "Zarina")
    await w.says(await link(w), zarina)
    for user in (zarina, somebody(w, "Malika")):
        for data in ("desk:people:invite.moderator", "desk:people:sure.1", "desk:people:void", "desk:join:x"):
            for where in (w.desk, user.id):
                w.cloud.tap(user, where, None, data, forged=True)
                await w.settle()
    w.cloud.tap(w.gulru, w.gulru.id, None, "desk:people:invite.director", forged=True)
    await w.settle()
    assert await acts(w, "invited:%") == ["invited:moderator"]
    assert await acts(w, "removed:%") == []
    assert await acts(w, "links:void") == []


async def test_a_group_that_is_not_the_desk_is_left_without_a_word(w: World) -> None:
    other = w.cloud.add_forum("Neighbours", [w.her], announce=True)
    w.cloud.say_in_group(w.her, other, "/capacity 5")
    w.cloud.say_in_group(w.her, other, PILLS)
    await w.settle()
    assert [one.text for one in w.cloud.chat_view(other) if one.sender is w.cloud.bot] == []
    await w.app.rounds()
    await w.settle()
    assert w.cloud.chats[other].members[w.cloud.bot.id] == "left"
    assert w.cloud.chats[w.desk].members[w.cloud.bot.id] == "administrator"
    assert await acts(w, "left:elsewhere") == ["left:elsewhere"]
    assert chat(w, w.gulru) == [tell("people.elsewhere", chat=other)]


async def test_the_safe_contact_is_deleted_after_two_minutes_and_a_debrief_is_for_leads(w: World) -> None:
    zarina = somebody(w, "Zarina")
    await w.says(await link(w), zarina)
    await w.joins()
    await w.says("/contact")
    await w.says(WAY)
    for _ in range(2):
        await w.taps("Skip")
    await w.says(PILLS)
    w.cloud.tap(zarina, w.desk, None, tell("desk.act.take"))
    await w.settle()
    for label in (tell("cases.act.contact"), tell("cases.look.emergency")):
        w.cloud.tap(zarina, w.desk, None, label)
        await w.settle()
    assert any(WAY in text for text in chat(w, zarina))
    assert not any(WAY in one.text for one in w.cloud.chat_view(w.desk))
    await w.passes(minutes=2, seconds=1)
    assert not any(WAY in text for text in chat(w, zarina))

    for label in (tell("desk.act.close"), tell("cases.outcome.handed_on")):
        w.cloud.tap(zarina, w.desk, None, label)
        await w.settle()
    w.cloud.tap(w.gulru, w.desk, None, tell("cases.act.agree"))
    await w.settle()
    for label in (tell("debrief.1.very_heavy"), tell("debrief.2.talk"), tell("debrief.3.beside")):
        await presses(w, zarina, label)
    assert chat(w, zarina)[-1] == tell("debrief.thanks")
    number = chat(w, w.gulru)[-1]
    assert number.startswith(tell("debrief.wants", name="Zarina", number="").split(",")[0])
    await w.says("/debriefs", w.gulru)
    assert tell("debrief.1.very_heavy") in chat(w, w.gulru)[-1]
    await w.says("/debriefs", zarina)
    assert await acts(w, "refused:debriefs") == ["refused:debriefs"]
    everything = json.dumps([one.text for one in w.cloud.chat_view(w.desk)], ensure_ascii=False)
    assert tell("debrief.1.very_heavy") not in everything
    assert set(await acts(w, "%debrief%")) == {"debrief", "saw:debriefs", "refused:debriefs"}
