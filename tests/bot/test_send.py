"""Outbox to the Telegram of this machine: order, urgency, topics, edits, and every fault in its lane."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import select, update

from bot.clock import SteppedClock
from bot.pace import Pace
from bot.phones.cloud import Cloud
from bot.phones.kept import User
from bot.phones.profile import commands_for
from bot.phones.server import Server, serve
from bot.post import Outcome, Post
from bot.request import AiohttpRequest, bot
from bot.send import Sender
from bot.translate import House
from flows.effects import CASES, NOW, TECH, AnyEffect, Commands, Lane, React, Remove, Send, Stamp, topic_of
from flows.events import Delivered, Left
from flows.model import Button, Case, Message
from storage import due, outbox, vanish
from storage.database import Database
from storage.schema import keys, topics
from storage.schema import outbox as rows
from tests.storage.people import Store

TOKEN = "12345678:invented-token-invented-token-inv"
TITLES = {NOW: "Now", CASES: "Cases", TECH: "Tech", topic_of(42): "42 now"}


async def title_of(address: str) -> str:
    return TITLES[address]


class Bench:
    """A sender between a real store and the Telegram of this machine."""

    def __init__(self, db: Database, server: Server, clock: SteppedClock) -> None:
        self.clock, self.server, self.cloud, self.db = clock, server, server.cloud, db
        self.store = Store(db)
        self.store.now = clock.now()
        self.lola, self.roma, self.boss = (self.cloud.add_user(name) for name in ("Лола", "Ромашка", "Раҳбар"))
        for user in (self.lola, self.roma, self.boss):
            user.started = True
        self.desk = self.cloud.add_forum("Desk", [self.boss])
        self.house = House(self.desk, (self.boss.id,))
        self.trouble: list[str] = []
        self.noticed: list[tuple[str, str]] = []
        self.http: list[str] = []
        self.pace = Pace(clock.monotonic)
        self.requests = [AiohttpRequest(80, read=8), AiohttpRequest(8, read=8)]
        self.bell, self.turns = asyncio.Event(), asyncio.Event()
        self.people: dict[int, int] = {}
        self.sender = self.make()
        self.running = asyncio.create_task(self.sender.run())

    def make(self) -> Sender:
        plain, urgent = (bot(TOKEN, self.server.url, request) for request in self.requests)
        post = Post(self.db, self.house, title_of, pace=self.pace, clock=self.clock, boundary=self.http.append)
        return Sender(
            post,
            plain,
            urgent,
            self.db,
            pace=self.pace,
            clock=self.clock,
            bell=self.bell,
            turns=self.turns,
            on_trouble=self.told,
        )

    async def told(self, _: Any, outcome: Outcome) -> None:
        self.noticed += outcome.noticed
        if outcome.why or not outcome.noticed:
            self.trouble.append(outcome.why)

    async def promise(self, user: User, *effects: AnyEffect) -> None:
        """Her turn, and what follows from it."""
        self.store.now = self.clock.now()
        scene = await self.store.turn(user.id, *effects)
        self.people[user.id] = scene.person.id

    async def quiet(self) -> None:
        """Until nothing may go now."""
        await asyncio.wait_for(self.sender.drained(), 30)

    async def sends(self, user: User, *effects: AnyEffect) -> None:
        await self.promise(user, *effects)
        await self.quiet()

    async def passes(self, seconds: float) -> None:
        """Time passes, and what was put off is tried again."""
        self.clock.step(timedelta(seconds=seconds))
        await self.quiet()

    def reads(self, user: User) -> list[str]:
        return [one.text for one in self.cloud.chat_view(user.id)]

    def stands(self, topic: str) -> list[str]:
        """What stands in the newest topic of that title."""
        chat = self.cloud.chats[self.desk]
        thread = max(id for id, one in chat.topics.items() if one.name == TITLES[topic])
        return [one.text for one in self.cloud.chat_view(self.desk, thread) if not one.service]

    async def waiting(self) -> int:
        async with self.db.read() as conn:
            return sum((await outbox.waiting(conn)).values())

    async def events(self) -> list[Any]:
        return [one.event for one in await self.store.claim()]

    async def close(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        for request in self.requests:
            await request.shutdown()


@pytest.fixture
async def bench(db: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr("bot.send.TICK", 0.1)
    clock = SteppedClock()
    async with serve(Cloud(clock.now), TOKEN) as server:
        it = Bench(db, server, clock)
        yield it
        await it.close()


def says(text: str, **more: Any) -> Send:
    keys = {name: more.pop(name) for name in ("buttons", "keys") if name in more}
    return Send(message=Message(text=text, **keys), **more)


def button(label: str, data: str = "1:q:v") -> tuple[tuple[Button, ...], ...]:
    return ((Button(label, data),),)


# -- what arrives ------------------------------------------------------------------------------------------------


async def test_messages_arrive_in_order_with_their_keyboards(bench: Bench) -> None:
    await bench.sends(
        bench.lola,
        says("one", keys=(("Menu", "Help"),)),
        says("two", buttons=button("Yes")),
        says("three", keys=()),
    )
    assert bench.reads(bench.lola) == ["one", "two", "three"]
    assert bench.cloud.chat_view(bench.lola.id)[1].buttons == [["Yes"]]
    assert bench.cloud.keyboard(bench.lola) == []
    assert await bench.waiting() == 0
    assert bench.http[:2] == ["before http", "after http"]


async def test_both_kinds_of_keyboard_go_as_two_messages(bench: Bench) -> None:
    await bench.sends(bench.lola, says("Welcome.\n\nShall we?", keys=(("Menu",),), buttons=button("Yes")))
    assert bench.reads(bench.lola) == ["Welcome.", "Shall we?"]
    assert bench.cloud.keyboard(bench.lola) == [[{"text": "Menu"}]]
    assert bench.cloud.chat_view(bench.lola.id)[1].buttons == [["Yes"]]


async def test_a_long_text_comes_in_pieces_and_all_of_them_are_remembered(bench: Bench) -> None:
    text = "\n\n".join(f"{n} " + "слово " * 100 for n in range(20))
    await bench.sends(bench.lola, says(text, slot="long", buttons=button("Yes")))
    pieces = bench.cloud.chat_view(bench.lola.id)
    assert len(pieces) > 2
    assert " ".join(one.text for one in pieces).split() == text.split()
    assert [bool(one.buttons) for one in pieces] == [False] * (len(pieces) - 1) + [True]
    async with bench.db.read() as conn:
        kept = await vanish.standing(conn, bench.people[bench.lola.id], "hide", bench.clock.now())
    assert kept.messages == tuple(one.id for one in pieces)


async def test_a_stumble_in_the_middle_sends_nothing_twice(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.post.FIRST_PAUSE", 0.01)
    text = "\n\n".join(f"{n} " + "слово " * 100 for n in range(20))
    await bench.promise(bench.lola, says(text))
    bench.server.rtt = 0.05
    bench.bell.set()
    while not bench.reads(bench.lola):  # noqa: ASYNC110 (a test looks at the phone, which rings nothing)
        await asyncio.sleep(0.01)
    bench.server.faults.add(method="sendMessage", status=500, times=2)
    await bench.quiet()
    assert " ".join(bench.reads(bench.lola)).split() == text.split()


async def test_the_urgent_overtakes_within_her_chat_too(bench: Bench) -> None:
    bench.server.rtt = 0.1
    await bench.promise(
        bench.lola, says("weekly", lane=Lane.WEEKLY), says("reply"), says("help now", lane=Lane.SAFETY), says("more")
    )
    await bench.quiet()
    assert bench.reads(bench.lola) == ["help now", "reply", "more", "weekly"]


async def test_one_slow_chat_holds_up_nobody(bench: Bench) -> None:
    bench.server.faults.add(method="sendMessage", chat_id=bench.lola.id, delay=0.6)
    await bench.promise(bench.lola, says("slow"))
    await bench.promise(bench.roma, says("quick"))
    bench.bell.set()
    await asyncio.sleep(0.3)
    assert (bench.reads(bench.lola), bench.reads(bench.roma)) == ([], ["quick"])
    await bench.quiet()
    assert bench.reads(bench.lola) == ["slow"]


async def test_help_has_places_of_its_own(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.send.FLIGHT", 1)
    bench.server.faults.add(method="sendMessage", chat_id=bench.lola.id, delay=2.5)
    await bench.promise(bench.lola, says("slow"))
    bench.bell.set()
    await asyncio.sleep(0.1)
    await bench.promise(bench.roma, says("waits"))
    await bench.promise(bench.boss, says("help now", lane=Lane.SAFETY))
    bench.bell.set()
    while not bench.reads(bench.boss) and not bench.reads(bench.lola):  # noqa: ASYNC110 (a phone rings nothing here)
        await asyncio.sleep(0.02)
    assert (bench.reads(bench.boss), bench.reads(bench.roma)) == (["help now"], [])
    await bench.quiet()
    assert bench.reads(bench.roma) == ["waits"]


# -- editing in place --------------------------------------------------------------------------------------------


async def test_a_slot_is_edited_in_place(bench: Bench) -> None:
    await bench.sends(bench.lola, says("How are you?", slot="q", buttons=button("Well")))
    await bench.sends(bench.lola, says("How are you?\n\n✓ Well", slot="q", edit=True), says("Good."))
    assert bench.reads(bench.lola) == ["How are you?\n\n✓ Well", "Good."]
    assert bench.cloud.chat_view(bench.lola.id)[0].buttons == []


async def test_not_modified_is_done(bench: Bench) -> None:
    await bench.sends(bench.lola, says("same", slot="q"))
    await bench.sends(bench.lola, says("same", slot="q", edit=True))
    assert (bench.reads(bench.lola), await bench.waiting(), bench.trouble) == (["same"], 0, [])


async def test_an_edit_of_what_is_gone_is_sent_anew_and_found_again(bench: Bench) -> None:
    await bench.sends(bench.lola, says("old", slot="q"))
    bench.cloud.remove(bench.cloud.chats[bench.lola.id], bench.cloud.chat_view(bench.lola.id)[0].id)
    await bench.sends(bench.lola, says("new", slot="q", edit=True))
    await bench.sends(bench.lola, says("newer", slot="q", edit=True))
    assert bench.reads(bench.lola) == ["newer"]


# -- the desk ----------------------------------------------------------------------------------------------------


async def test_topics_are_made_when_first_written_to(bench: Bench) -> None:
    await bench.sends(bench.lola, says("alert", to=NOW), says("card", to=topic_of(42)), says("page", to=NOW))
    assert bench.stands(NOW) == ["alert", "page"]
    assert bench.stands(topic_of(42)) == ["card"]
    assert len(bench.cloud.called("createForumTopic")) == 2
    assert bench.reads(bench.lola) == []


async def test_only_now_has_a_sound(bench: Bench) -> None:
    await bench.sends(bench.lola, *(says("x", to=to) for to in (NOW, CASES, TECH, topic_of(42))))
    calls = [call.params.get("disable_notification") for call in bench.cloud.called("sendMessage")]
    assert calls == [None, True, True, True]


async def test_a_deleted_topic_is_made_again(bench: Bench) -> None:
    await bench.sends(bench.lola, says("one", to=NOW))
    bench.cloud.remove_topic(bench.desk, bench.cloud.chat_view(bench.desk)[-1].thread_id or 0)
    await bench.sends(bench.lola, says("two", to=NOW), says("three", to=NOW))
    assert bench.stands(NOW) == ["two", "three"]
    assert (bench.trouble, bench.noticed) == ([], [("topic_gone", NOW)])


async def test_an_edit_in_a_deleted_topic_is_sent_anew(bench: Bench) -> None:
    await bench.sends(bench.lola, says("card", to=topic_of(42), slot="card:42"))
    bench.cloud.remove_topic(bench.desk, bench.cloud.chat_view(bench.desk)[-1].thread_id or 0)
    await bench.sends(bench.lola, says("card, taken", to=topic_of(42), slot="card:42", edit=True))
    assert bench.stands(topic_of(42)) == ["card, taken"]


async def test_a_desk_without_topics_is_written_to_as_it_is(bench: Bench) -> None:
    bench.house.desk_chat_id = bench.desk = bench.cloud.add_forum("Plain", is_forum=False)
    await bench.sends(bench.lola, says("one", to=NOW), says("two", to=topic_of(42)), Remove(to=topic_of(42)))
    assert [one.text for one in bench.cloud.chat_view(bench.desk)] == ["one", "two"]
    assert len([call for call in bench.cloud.calls if call.method == "createForumTopic"]) == 1
    assert bench.noticed == [("no_forum", "")]


# What Telegram says where a topic stands no more, and where it can make none; the two kinds of each are its own words.
GONE_TOPIC = ["Bad Request: message thread not found", "Bad Request: TOPIC_DELETED", "Bad Request: TOPIC_CLOSED"]
NO_TOPIC = [
    ("Bad Request: not enough rights to create a topic", "no_topics", ""),
    ("Bad Request: CHAT_FORUM_MISSING", "no_topic", topic_of(42)),
    ("Bad Request: TOPICS_TOO_MUCH", "no_topic", topic_of(42)),
]


@pytest.mark.parametrize("said", GONE_TOPIC)
async def test_whichever_way_telegram_says_that_a_topic_is_gone(bench: Bench, said: str) -> None:
    await bench.sends(bench.lola, says("one", to=topic_of(42)))
    bench.server.faults.refuse(400, said, method="sendMessage")
    await bench.sends(bench.lola, says("two", to=topic_of(42)))
    assert (bench.stands(topic_of(42)), bench.noticed) == (["two"], [("topic_gone", topic_of(42))])


@pytest.mark.parametrize(("said", "code", "topic"), NO_TOPIC)
async def test_where_no_topic_can_be_made_nothing_is_lost(bench: Bench, said: str, code: str, topic: str) -> None:
    bench.server.faults.refuse(400, said, method="createForumTopic", times=None)
    await bench.sends(bench.lola, says("card", to=topic_of(42)), says("hers", to=topic_of(42)))
    assert [one.text for one in bench.cloud.chat_view(bench.desk)] == ["card", "hers"]
    assert (bench.trouble, bench.noticed, await bench.waiting()) == ([], [(code, topic)], 0)


async def test_a_topic_that_may_not_be_removed_is_told_of_and_remembered(bench: Bench) -> None:
    await bench.sends(bench.lola, says("card", to=topic_of(42)))
    bench.cloud.set_bot_status(bench.desk, "administrator", announce=False, can_delete_messages=False)
    await bench.sends(bench.lola, Remove(to=topic_of(42)), says("next", to=NOW))
    assert (bench.trouble, bench.noticed) == ([], [("topic_stays", topic_of(42))])
    assert bench.stands(NOW) == ["next"]
    bench.cloud.set_bot_status(bench.desk, "administrator", announce=False)
    await bench.sends(bench.lola, Remove(to=topic_of(42)))
    assert [one.name for one in bench.cloud.chats[bench.desk].topics.values()] == ["Now"]


async def test_a_topic_that_may_stand_twice_is_told_of(bench: Bench) -> None:
    bench.server.faults.add(method="createForumTopic", disconnect=True, after_effect=True)
    await bench.sends(bench.lola, says("card", to=topic_of(42)))
    await bench.passes(31)
    assert bench.stands(topic_of(42)) == ["card"]
    assert (len(bench.cloud.chats[bench.desk].topics), bench.noticed) == (2, [("twin", topic_of(42))])
    await bench.sends(bench.lola, says("alert", to=NOW))
    assert bench.noticed == [("twin", topic_of(42))]


async def test_a_process_killed_while_it_made_a_topic_says_so_in_its_next_life(bench: Bench) -> None:
    bench.server.faults.add(method="createForumTopic", delay=1.5)
    await bench.promise(bench.lola, says("card", to=topic_of(42)), says("hers", to=topic_of(42)))
    while not bench.cloud.chats[bench.desk].topics:  # noqa: ASYNC110 (a test looks at the group, which rings nothing)
        await asyncio.sleep(0.01)
    task = bench.sender._flying["desk"]
    task.cancel()  # as a kill would: Telegram has made it, and nothing more was written down
    bench.running.cancel()
    await asyncio.gather(bench.running, task, return_exceptions=True)
    bench.sender = bench.make()
    bench.running = asyncio.create_task(bench.sender.run())
    await bench.quiet()
    await bench.quiet()
    assert (bench.stands(topic_of(42)), bench.noticed) == (["card", "hers"], [("twin", topic_of(42))])


async def test_an_alert_goes_out_even_if_its_topic_cannot_be_made(bench: Bench) -> None:
    bench.server.faults.too_many(30, method="createForumTopic")
    await bench.sends(bench.lola, says("alert", to=NOW, lane=Lane.SAFETY))
    assert [one.text for one in bench.cloud.chat_view(bench.desk)] == ["alert"]


async def test_a_topic_is_removed_and_forgotten(bench: Bench) -> None:
    await bench.sends(bench.lola, says("card", to=topic_of(42)))
    await bench.sends(bench.lola, Remove(to=topic_of(42)))
    assert bench.cloud.chats[bench.desk].topics == {}
    async with bench.db.read() as conn:
        assert (await conn.execute(select(topics))).all() == []
    await bench.sends(bench.lola, Remove(to=topic_of(42)))
    assert await bench.waiting() == 0


async def test_a_receipt_is_a_reaction(bench: Bench) -> None:
    written = bench.cloud.say_in_group(bench.boss, bench.desk, "x")
    await bench.sends(bench.lola, React(to=topic_of(42), message=written.id, emoji="👍"))
    assert written.reactions == {bench.cloud.bot.id: ["👍"]}
    await bench.sends(bench.lola, React(to=topic_of(42), message=999, emoji="👍"))
    assert (await bench.waiting(), bench.trouble) == (0, [])


async def test_a_lead_is_paged_in_private(bench: Bench) -> None:
    await bench.sends(bench.lola, says("page", to="lead:0", lane=Lane.SAFETY), says("nobody", to="lead:7"))
    assert bench.reads(bench.boss) == ["page"]
    assert bench.trouble == ["unsendable"]


async def test_a_group_that_moved_is_followed(bench: Bench) -> None:
    new = bench.cloud.add_forum("Desk, larger", [bench.boss])
    bench.cloud.chats[bench.desk].migrated_to = bench.desk = new
    await bench.sends(bench.lola, says("alert", to=NOW))
    await bench.quiet()
    assert bench.house.desk_chat_id == new
    assert [one.text for one in bench.cloud.chat_view(new) if not one.service] == ["alert"]


async def moved(bench: Bench) -> None:
    """The group becomes another one, in which all numbers begin anew."""
    new = bench.cloud.add_forum("Desk, larger", [bench.boss])
    bench.cloud.chats[bench.desk].migrated_to = bench.desk = new


async def test_a_topic_to_be_made_follows_the_group(bench: Bench) -> None:
    await moved(bench)
    await bench.sends(bench.lola, says("card", to=topic_of(42)))
    assert [call.chat_id for call in bench.cloud.called("createForumTopic")] == [bench.desk]
    assert (bench.stands(topic_of(42)), bench.trouble) == (["card"], [])


async def test_an_edit_follows_the_group_without_its_old_numbers(bench: Bench) -> None:
    await bench.sends(bench.lola, says("alert", to=NOW, slot="alert:42"))
    await moved(bench)
    await bench.sends(bench.lola, says("taken", to=NOW, slot="alert:42", edit=True))
    assert (bench.stands(NOW), await bench.waiting(), bench.trouble) == (["taken"], 0, [])
    await bench.sends(bench.lola, says("closed", to=NOW, slot="alert:42", edit=True))
    assert bench.stands(NOW) == ["closed"]


async def test_a_receipt_learns_of_the_move_and_marks_nothing_there(bench: Bench) -> None:
    old = bench.cloud.say_in_group(bench.boss, bench.desk, "to her")
    await moved(bench)
    other = bench.cloud.say_in_group(bench.boss, bench.desk, "something else")
    assert other.id == old.id
    await bench.sends(bench.lola, React(to=topic_of(42), message=old.id, emoji="👍"))
    assert bench.house.desk_chat_id == bench.desk
    assert (other.reactions, await bench.waiting(), bench.trouble) == ({}, 0, [])


async def test_a_move_that_cannot_be_written_down_is_not_followed_yet(bench: Bench) -> None:
    await bench.sends(bench.lola, says("x", to=NOW))
    old = bench.desk
    await moved(bench)
    fails = [True]

    def boundary(where: str) -> None:
        if where == "before commit" and fails and len(bench.http) > 4:
            fails.clear()
            assert bench.house.desk_chat_id == old
            raise OSError("disk full")

    await bench.promise(bench.lola, says("alert", to=NOW))
    bench.db.boundary = boundary
    await bench.quiet()
    await bench.passes(31)
    assert (bench.stands(NOW), fails) == (["alert"], [])


async def test_a_desk_that_refuses_does_not_hold_up_a_lead(bench: Bench) -> None:
    bench.cloud.set_bot_status(bench.desk, "kicked", announce=False)
    await bench.sends(bench.lola, says("alert", to=NOW, lane=Lane.SAFETY), says("page", to="lead:0", lane=Lane.SAFETY))
    assert bench.reads(bench.boss) == ["page"]


async def test_a_desk_out_of_reach_is_told_of_whatever_was_to_be_said_there(bench: Bench) -> None:
    bench.cloud.set_bot_status(bench.desk, "kicked", announce=False)
    await bench.sends(bench.lola, says("note", to=TECH))
    await bench.passes(61)
    assert bench.trouble == ["desk"]


async def test_a_429_of_the_desk_and_of_a_woman_halt_nobody_else(bench: Bench) -> None:
    bench.server.faults.too_many(300, method="sendMessage", chat_id=bench.desk)
    bench.server.faults.too_many(300, method="sendMessage", chat_id=bench.lola.id)
    await bench.sends(bench.lola, says("alert", to=NOW), says("waits"))
    await bench.sends(bench.roma, says("goes"))
    assert bench.reads(bench.roma) == ["goes"]


async def test_a_desk_out_of_reach_is_tried_again_and_told_of_once(bench: Bench) -> None:
    bench.cloud.set_bot_status(bench.desk, "kicked", announce=False)
    await bench.sends(bench.lola, says("alert", to=NOW, lane=Lane.SAFETY))
    await bench.passes(61)
    assert (bench.trouble, await bench.waiting()) == (["desk"], 1)
    bench.cloud.set_bot_status(bench.desk, "administrator", announce=False)
    await bench.passes(61)
    assert bench.stands(NOW) == ["alert"]


# -- faults ------------------------------------------------------------------------------------------------------

LANES = [Lane.SAFETY, Lane.REPLY, Lane.WEEKLY]
WEATHER: list[Callable[[Server], Any]] = [
    lambda it: it.faults.add(method="sendMessage", status=500),
    lambda it: it.faults.add(method="sendMessage", status=502, body="<html>", content_type="text/html"),
    lambda it: it.faults.add(method="sendMessage", body="<html>"),
    lambda it: it.faults.add(method="sendMessage", body="{"),
    lambda it: it.faults.add(method="sendMessage", json={"ok": True}),
    lambda it: it.faults.add(method="sendMessage", disconnect=True),
    lambda it: it.faults.refuse(401, "Unauthorized", method="sendMessage"),
    lambda it: it.faults.refuse(404, "Not Found", method="sendMessage"),
]


@pytest.mark.parametrize("lane", LANES)
async def test_weather_passes(bench: Bench, lane: Lane) -> None:
    for spoil in WEATHER:
        spoil(bench.server)
    await bench.sends(bench.lola, says("at last", lane=lane))
    for _ in WEATHER:
        await bench.passes(31)
    assert (bench.reads(bench.lola), await bench.waiting(), bench.trouble) == (["at last"], 0, [])


@pytest.mark.parametrize("asked", [1, 35, "5", None, 10**9])
async def test_a_429_is_waited_out_by_that_chat_alone(bench: Bench, asked: Any) -> None:
    bench.server.faults.too_many(asked, method="sendMessage", chat_id=bench.lola.id)
    await bench.promise(bench.lola, says("waits"))
    await bench.sends(bench.roma, says("goes"))
    assert (bench.reads(bench.lola), bench.reads(bench.roma)) == ([], ["goes"])
    assert await bench.waiting() == 1


async def test_a_429_is_over_when_it_is_over_and_a_restart_remembers_it(bench: Bench) -> None:
    bench.server.faults.too_many(1, method="sendMessage")
    await bench.sends(bench.lola, says("waits"))
    async with bench.db.read() as conn:
        (until,) = (await conn.execute(select(rows.c.not_before))).one()
    assert timedelta(0) < until - bench.clock.now() <= timedelta(seconds=1)
    await asyncio.sleep(1.1)
    await bench.quiet()
    assert bench.reads(bench.lola) == ["waits"]


async def test_a_timeout_after_delivery_doubles_once_at_most(bench: Bench) -> None:
    bench.server.faults.add(method="sendMessage", disconnect=True, after_effect=True)
    await bench.sends(bench.lola, says("once, or twice"))
    await bench.passes(31)
    assert bench.reads(bench.lola) == ["once, or twice"] * 2
    assert await bench.waiting() == 0


@pytest.mark.parametrize("leave", ["block", "deactivate"])
async def test_she_left(bench: Bench, leave: str) -> None:
    await bench.sends(bench.lola, says("one"))
    getattr(bench.cloud, leave)(bench.lola)
    await bench.sends(bench.lola, says("two", lane=Lane.SAFETY))
    assert Left() in await bench.events()
    assert (await bench.waiting(), bench.turns.is_set()) == (0, True)


async def test_what_telegram_refuses_for_its_keyboard_goes_without(bench: Bench) -> None:
    bench.server.faults.refuse(400, "Bad Request: BUTTON_DATA_INVALID", method="sendMessage")
    await bench.sends(bench.lola, says("help now", lane=Lane.SAFETY, buttons=button("Yes")))
    assert bench.reads(bench.lola) == ["help now"]
    await bench.sends(bench.lola, says("asked", buttons=button("Yes", "x" * 65)))
    assert bench.reads(bench.lola) == ["help now", "asked"]


async def test_what_no_retry_helps_is_given_up_and_told(bench: Bench) -> None:
    bench.server.faults.refuse(400, "Bad Request: something new", method="sendMessage", times=None)
    await bench.sends(bench.lola, says("never", lane=Lane.SAFETY), says("neither"))
    assert (await bench.waiting(), bench.trouble) == (0, ["ours", "ours"])


async def test_telling_of_trouble_can_fail(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise KeyError("no such text")

    monkeypatch.setattr(bench.sender, "_on_trouble", broken)
    await bench.sends(bench.lola, says("nobody", to="lead:7"), says("one"))
    assert (bench.reads(bench.lola), await bench.waiting()) == (["one"], 0)


async def test_trouble_at_the_tech_topic_is_not_told_there(bench: Bench) -> None:
    bench.server.faults.refuse(400, "Bad Request: something new", method="sendMessage", times=None)
    await bench.sends(bench.lola, says("x", to=TECH))
    assert (bench.trouble, await bench.waiting()) == ([], 0)


async def test_a_late_answer_is_held_back_and_knocks(bench: Bench) -> None:
    await bench.promise(bench.lola, says("late"), says("help", lane=Lane.SAFETY), says("weekly", lane=Lane.WEEKLY))
    bench.clock.step(timedelta(minutes=11))
    await bench.quiet()
    assert bench.reads(bench.lola) == []
    async with bench.db.read() as conn:
        assert await due.next_at(conn) is not None
        assert (await conn.execute(select(rows.c.held))).scalars().all() == [True] * 3
    assert bench.turns.is_set()


async def test_what_waits_long_for_the_desk_is_still_sent(bench: Bench) -> None:
    await bench.promise(bench.lola, says("note", to=TECH), Remove(to=topic_of(42)))
    bench.clock.step(timedelta(hours=1))
    await bench.quiet()
    assert bench.stands(TECH) == ["note"]
    assert await bench.waiting() == 0


@pytest.mark.parametrize("reached", [True, False])
async def test_the_desk_hears_whether_its_words_arrived(bench: Bench, reached: bool) -> None:
    await bench.sends(bench.lola, says("hello"))
    if not reached:
        bench.cloud.block(bench.lola)
    await bench.sends(bench.lola, says("from a person", lane=Lane.SAFETY, receipt=77))
    assert Delivered(message=77, failed=not reached) in await bench.events()


async def test_what_is_under_way_at_the_end_is_finished_and_written_down(bench: Bench) -> None:
    bench.server.rtt = 0.4
    await bench.promise(bench.lola, says("under way"))
    bench.bell.set()
    await asyncio.sleep(0.1)
    bench.running.cancel()
    await asyncio.gather(bench.running, return_exceptions=True)
    assert (bench.reads(bench.lola), await bench.waiting()) == (["under way"], 0)


async def test_a_store_that_fails_once_loses_and_doubles_nothing(bench: Bench) -> None:
    fails = [True]

    def boundary(where: str) -> None:
        if where == "before commit" and fails and bench.cloud.called("sendMessage"):
            fails.clear()
            raise OSError("disk full")

    bench.db.boundary = boundary
    await bench.sends(bench.lola, says("one"), says("two"))
    assert (bench.reads(bench.lola), await bench.waiting()) == (["one", "two"], 0)
    assert fails == []


# -- Telegram's own menu in her chat -----------------------------------------------------------------------------


def shows(bench: Bench, user: User) -> list[str]:
    return [one["command"] for one in commands_for(bench.cloud, user.id, user.language_code)]


async def test_her_chat_shows_the_commands_it_was_given_and_the_bots_own_again(bench: Bench) -> None:
    await bench.sends(bench.lola, Commands(commands=(("week", "My week"), ("stop", "Make it quiet"))))
    assert shows(bench, bench.lola) == ["week", "stop"]
    assert shows(bench, bench.roma) == []
    await bench.sends(bench.lola, Commands(commands=()))
    assert shows(bench, bench.lola) == []
    assert await bench.waiting() == 0


@pytest.mark.parametrize(("status", "times"), [(400, None), (403, None), (500, 8), (429, 8)])
async def test_a_menu_that_cannot_be_set_holds_up_nothing_and_is_given_up_only_if_refused(
    bench: Bench, status: int, times: int | None
) -> None:
    fault = bench.server.faults.refuse(
        status, "no", method="setMyCommands", times=times, parameters={"retry_after": 40} if status == 429 else None
    )
    await bench.sends(bench.lola, Commands(commands=(("week", "My week"),)), says("one"))
    assert bench.reads(bench.lola) == ["one"]
    for _ in range(9):
        await bench.passes(60)
    await bench.sends(bench.lola, says("two", lane=Lane.WEEKLY))
    assert bench.reads(bench.lola) == ["one", "two"]
    assert (fault.used, await bench.waiting()) == (times or 1, 0)
    assert shows(bench, bench.lola) == (["week"] if times else [])
    assert (bench.trouble, Left() in await bench.events()) == ([], False)


async def test_a_late_row_whose_key_is_spoiled_is_dropped_and_stops_nobody(bench: Bench) -> None:
    fault = bench.server.faults.refuse(500, "no", method="sendMessage", times=1)
    await bench.sends(bench.lola, says("weekly", lane=Lane.WEEKLY))
    assert fault.used == 1
    her = bench.people[bench.lola.id]
    async with bench.db.write() as conn:
        await conn.execute(update(keys).where(keys.c.id == her).values(wrapped=b"spoiled"))
    bench.db.keys.forget(her)
    await bench.passes(1200)
    await bench.sends(bench.roma, says("one"))
    assert bench.reads(bench.roma) == ["one"]
    assert (bench.trouble, await bench.waiting()) == (["unsendable"], 0)


# -- pages of a case that somebody has -----------------------------------------------------------------------------


def a_case(**more: Any) -> Case:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    plain = Case(number=10042, level="now", category="self_harm", opened_at=now, alarm_at=now)
    return structs.replace(plain, **more)


async def test_a_page_still_queued_is_not_sent_once_somebody_has_the_case(bench: Bench) -> None:
    taken = a_case(alarm_at=None, state="taken")
    alert = {"slot": "alert:10042", "lane": Lane.SAFETY}
    await bench.sends(bench.lola, Stamp(case=a_case()), says("page 1", to="lead:0", **alert))
    bench.server.faults.add(method="sendMessage", chat_id=bench.boss.id, status=500, times=1)
    await bench.promise(bench.lola, says("page 2", to="lead:0", **alert), says("page 2", to=NOW, **alert))
    await bench.quiet()
    await bench.promise(bench.lola, Stamp(case=taken), says("taken", to="lead:0", edit=True, stands=True, **alert))
    await bench.passes(60)
    assert bench.reads(bench.boss) == ["taken"]
    assert bench.stands(NOW) == ["page 2"]
    assert await bench.waiting() == 0


async def test_who_was_never_paged_hears_nothing_of_its_end(bench: Bench) -> None:
    await bench.sends(bench.lola, says("taken", to="lead:0", slot="alert:10042", edit=True, stands=True))
    assert bench.reads(bench.boss) == []
    assert await bench.waiting() == 0
