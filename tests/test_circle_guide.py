"""A facilitator on her phone, over HTTP: she reads, speaks, holds and lets go, and learns nobody's name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs
from sqlalchemy import select

from bot.phones import Message, User
from flows.circles import life
from flows.circles.model import Circle, Terms
from storage.guides import Guides
from storage.schema import people, record
from tests.talk import LIBRARY
from tests.world import World, world

ZONE = ZoneInfo("Asia/Dushanbe")


def tell(key: str, **variables: object) -> str:
    return LIBRARY.text("ru", key, **variables)


class Ring:
    """A circle of two, and Gulru who leads it."""

    def __init__(self, w: World) -> None:
        self.w = w
        self.zebo: User = w.cloud.add_user("Zebo", "tg")
        self.id = 0

    async def begin(self) -> None:
        await self.w.joins(user=self.zebo)
        await self.w.says("/start", self.w.gulru)
        async with self.w.app.db.write() as conn:
            now = self.w.clock.now()
            desk = await self.w.app._office.desk(conn)
            members = list((await conn.execute(select(people.c.id).order_by(people.c.created_at))).scalars())[:2]
            self.id = self.w.app.db.ids.next(now)
            begins = now - timedelta(hours=1)
            circle = Circle(
                id=self.id,
                language="en",
                stage="under18m",
                begins_at=begins,
                ends_at=life.ends(LIBRARY, "under18m", begins),
                guide=desk.staff[0].row,
                terms=Terms(lived_at=now),
            )
            circle = structs.replace(circle, next_at=life.next_at(circle, ZONE))
            await Guides(self.w.app.db).begin(conn, circle, zip(members, ("tulip", "violet"), strict=True), now)

    async def now(self) -> Circle:
        async with self.w.app.db.write() as conn:
            found = await Guides(self.w.app.db).one(conn, self.id)
        assert found is not None
        return found

    async def passes(self, **span: float) -> None:
        await self.w.mover.advance(self.w.clock.now() + timedelta(**span))

    async def both_enter(self) -> None:
        await self.w.says("/circle")
        await self.w.says("/circle", self.zebo)

    @property
    def guides(self) -> list[Message]:
        return self.w.cloud.chat_view(self.w.gulru.id)

    def on(self, user: User) -> list[str]:
        return [one.text for one in self.w.cloud.chat_view(user.id)]

    async def replies(self, words: str, to: str) -> None:
        """Gulru answers the newest message in which these words stand."""
        message = next(one for one in reversed(self.guides) if to in one.text)
        self.w.cloud.say(self.w.gulru, words, reply_to=message.id)
        await self.w.settle()

    async def reads(self) -> None:
        """Gulru opens the line that says that something was said."""
        await self.w.taps(tell("circles.act.new"), self.w.gulru)

    async def looks(self) -> None:
        """Gulru opens the line that says that something waits for her."""
        await self.w.taps(tell("circles.act.look"), self.w.gulru)

    async def news(self) -> list[str]:
        """What she alone is told, once it has knocked and she opened it."""
        await self.passes(days=2)
        knock = next(one for one in self.w.screen if one.text.startswith(LIBRARY.text("en", "news.knock")))
        self.w.cloud.tap(self.w.her, self.w.her.id, knock.id, LIBRARY.text("en", "push.open"))
        await self.w.settle()
        return self.on(self.w.her)

    async def acts(self) -> list[str]:
        async with self.w.app.db.read() as conn:
            return list((await conn.execute(select(record.c.act).order_by(record.c.id))).scalars())


@pytest.fixture
async def ring(tmp_path: Path) -> AsyncIterator[Ring]:
    async with world(tmp_path, joined=True) as one:
        made = Ring(one)
        await made.begin()
        yield made


async def test_what_is_said_stands_with_her_under_a_flowers_name_and_her_reply_is_a_post_of_hers(ring: Ring) -> None:
    await ring.both_enter()
    await ring.w.says("Mine wakes five times a night")
    await ring.passes(seconds=60)
    assert ring.guides[-1].text == tell("circles.digest", circle=NAME, n=1)
    assert ring.guides[-1].silent
    assert not [one for one in ring.guides if "five times" in one.text]
    await ring.reads()
    shown = ring.guides[-1]
    assert shown.text.startswith(LIBRARY.text("en", "flower.tulip"))
    assert shown.text.endswith("\nMine wakes five times a night")
    await ring.replies("How are you in the morning?", "five times")
    await ring.passes(seconds=60)
    for user in (ring.w.her, ring.zebo):
        assert ring.on(user)[-1].endswith("How are you in the morning?")
        assert LIBRARY.text("en", "circle.guide") in ring.on(user)[-1]
    assert f"circle:speak:{ring.id}" in await ring.acts()
    assert not any("Savsan" in one.text or "Zebo" in one.text for one in ring.guides)


async def test_her_reply_to_anything_else_is_her_own(ring: Ring) -> None:
    await ring.both_enter()
    before = len(ring.guides)
    await ring.replies("Салом", "")
    await ring.passes(minutes=2)
    assert not [one for one in ring.on(ring.zebo) if "Салом" in one.splitlines()[-1]]
    assert len(ring.guides) > before + 1, "the bot goes on with her as with anybody"


async def test_she_speaks_after_pressing_speak(ring: Ring) -> None:
    await ring.both_enter()
    await ring.w.says("/circles", ring.w.gulru)
    await ring.w.taps(
        tell("circles.name", stage=tell("circles.stage.under18m"), language="en", day="02.03"), ring.w.gulru
    )
    await ring.w.taps(tell("circles.act.speak"), ring.w.gulru)
    await ring.replies("Good evening to all", tell("circles.speak", circle="")[2:40])
    await ring.passes(seconds=60)
    assert ring.on(ring.w.her)[-1].endswith("Good evening to all")


async def her_act(ring: Ring, act: str, name: str = "tulip") -> None:
    """She opens what can be done about a flower, and does it."""
    await ring.w.says("/circles", ring.w.gulru)
    await ring.w.taps(NAME, ring.w.gulru)
    await ring.w.taps(tell("circles.act.people"), ring.w.gulru)
    flower = LIBRARY.text("en", f"flower.{name}")
    label = next(
        button["text"]
        for one in reversed(ring.guides)
        for row in one.inline
        for button in row
        if button["text"].startswith(flower)
    )
    await ring.w.taps(label, ring.w.gulru)
    await ring.w.taps(tell(f"circles.act.{act}"), ring.w.gulru)


NAME = tell("circles.name", stage=tell("circles.stage.under18m"), language="en", day="02.03")
PHONE = "Ring me please, 918 12 34 56 78"


async def test_what_is_held_comes_to_her_with_why_and_goes_out_when_she_lets_it_go(ring: Ring) -> None:
    await ring.both_enter()
    await ring.w.says(PHONE)
    await ring.passes(minutes=2)
    assert not [one for one in ring.on(ring.zebo) if PHONE in one]
    assert ring.guides[-1].text == tell("circles.waits", circle=NAME, n=1), "no word of hers lights up"
    await ring.looks()
    held = ring.guides[-1].text
    assert PHONE in held
    assert tell("circles.why.phone") in held
    await ring.w.taps(tell("circles.act.free"), ring.w.gulru)
    await ring.passes(minutes=2)
    assert ring.on(ring.zebo)[-1].endswith(PHONE)
    assert ring.on(ring.w.her)[-1] == LIBRARY.text("en", "news.released"), "its author hears so, as she hears of a no"
    await ring.passes(minutes=2)
    assert sum(PHONE in one for one in ring.on(ring.zebo)) == 1
    assert f"circle:release:{ring.id}:tulip" in await ring.acts()


async def test_what_she_refuses_goes_to_nobody_and_its_author_hears_the_sentence_she_chose(ring: Ring) -> None:
    await ring.both_enter()
    await ring.w.says(PHONE)
    await ring.passes(minutes=2)
    await ring.looks()
    asked = ring.guides[-1]
    await ring.w.taps(tell("circles.act.refuse"), ring.w.gulru)
    assert ring.guides[-1].id == asked.id, "the question stands where she has tapped"
    assert tell("circles.refuse_how") in ring.guides[-1].text
    await ring.w.taps(tell("circles.back_post"), ring.w.gulru)
    assert tell("circles.why.phone") in ring.guides[-1].text
    await ring.w.taps(tell("circles.act.refuse"), ring.w.gulru)
    await ring.w.taps("2", ring.w.gulru)
    await ring.passes(minutes=1)
    assert ring.on(ring.w.her)[-1] == LIBRARY.text("en", "news.refused_2")
    assert not [one for one in ring.on(ring.zebo) if PHONE in one]


async def test_when_she_calls_the_desk_a_case_opens_and_she_never_learns_whose(ring: Ring) -> None:
    await ring.both_enter()
    await ring.w.says(PHONE)
    await ring.passes(minutes=2)
    await ring.looks()
    await ring.w.taps(tell("circles.act.call"), ring.w.gulru)
    await ring.w.taps(tell("circles.call.urgent"), ring.w.gulru)
    await ring.passes(seconds=5)
    alerts = [one for chat in ring.w.cloud.chats.values() if chat.id == ring.w.desk for one in chat.messages.values()]
    assert any(LIBRARY.text("ru", "desk.level.urgent") in one.text for one in alerts)
    assert not any("Savsan" in one.text for one in ring.guides)


async def test_a_member_she_watches_is_heard_by_the_others_only_after_her(ring: Ring) -> None:
    await ring.both_enter()
    await her_act(ring, "watch")
    await ring.w.says("A quiet evening here")
    assert ring.on(ring.w.her)[-1] == LIBRARY.text("en", "circle.held_look")
    await ring.passes(minutes=2)
    assert not [one for one in ring.on(ring.zebo) if "A quiet evening" in one]
    await ring.looks()
    assert tell("circles.why.watched") in ring.guides[-1].text
    await ring.w.taps(tell("circles.act.free"), ring.w.gulru)
    await ring.passes(minutes=2)
    assert ring.on(ring.zebo)[-1].endswith("A quiet evening here")


async def test_a_member_she_asks_for_a_pause_may_read_and_not_write_until_tomorrow(ring: Ring) -> None:
    await ring.both_enter()
    await her_act(ring, "mute")
    await ring.w.says("A quiet evening here")
    await ring.passes(minutes=2)
    assert not [one for one in ring.on(ring.zebo) if "A quiet evening" in one]
    assert not [one for one in ring.guides if "A quiet evening" in one.text]


async def test_a_member_she_takes_out_hears_it_kindly_and_the_others_hear_nothing(ring: Ring) -> None:
    await ring.both_enter()
    before = ring.on(ring.zebo)
    await her_act(ring, "out")
    await ring.w.taps("3", ring.w.gulru)
    assert LIBRARY.text("en", "news.removed_3") in await ring.news()
    assert [one for one in ring.on(ring.zebo) if one not in before and "Tulip" in one] == []
    assert f"circle:remove:{ring.id}:tulip" in await ring.acts()


async def test_a_reported_post_stands_with_her_after_what_was_before_it_and_nobody_is_named(ring: Ring) -> None:
    await ring.both_enter()
    await ring.w.says("The first thing said")
    await ring.passes(minutes=1)
    await ring.w.says("The thing that hurt")
    await ring.passes(minutes=1)
    await ring.w.says(LIBRARY.text("en", "circle.do_report"), ring.zebo)
    await ring.w.taps("2", ring.zebo)
    await ring.passes(minutes=1)
    assert ring.guides[-1].text == tell("circles.report_new", circle=NAME)
    await ring.looks()
    newest = [one.text for one in ring.guides[-3:]]
    assert newest[-1] == tell("circles.reported", circle=NAME, flower=LIBRARY.text("en", "flower.tulip"))
    assert "The first thing said" in newest[0]
    assert "The thing that hurt" in newest[1]
    assert not any(LIBRARY.text("en", "flower.violet") in one for one in newest)


async def test_with_a_week_off_the_circle_rests_and_says_so_and_wakes_when_she_is_back(ring: Ring) -> None:
    await ring.both_enter()
    await ring.w.says("/circles", ring.w.gulru)
    await ring.w.taps(tell("circles.set"), ring.w.gulru)
    await ring.w.taps(tell("circles.week_off"), ring.w.gulru)
    await ring.passes(minutes=1)
    assert (await ring.now()).state == "resting"
    assert ring.on(ring.zebo)[-1].endswith(LIBRARY.text("en", "life.rests"))
    await ring.w.taps(tell("circles.back_now"), ring.w.gulru)
    await ring.passes(minutes=1)
    assert (await ring.now()).state == "open"
    assert ring.on(ring.zebo)[-1].endswith(LIBRARY.text("en", "life.awake"))


async def test_a_tea_hour_is_told_opened_and_closed_and_her_two_lines_go_out_once_she_says_so(ring: Ring) -> None:
    await ring.both_enter()
    tea = next(one for one in life.moments(await ring.now(), ZONE) if one.what == "tea")
    for moment, said in (
        (tea.at - life.TEA_TOLD, "tea_soon"),
        (tea.at, "tea"),
        (tea.at + timedelta(minutes=5), "tea_here"),
        (tea.at + life.TEA_LASTS, "tea_over"),
    ):
        if said == "tea_here":
            await ring.w.taps(tell("circles.act.here"), ring.w.gulru)
        await ring.w.mover.advance(moment + timedelta(minutes=1))
        async with ring.w.app.db.write() as conn:
            posts = await Guides(ring.w.app.db).since(conn, ring.id, 0, 50)
        when = {"day": f"on {tea.at.astimezone(ZONE):%A}", "date": f"{tea.at.astimezone(ZONE):%d.%m}"}
        assert posts[-1].words == LIBRARY.text("en", f"life.{said}", **when)
    await ring.replies("We spoke of sleep.\nAnd of bread.", tell("circles.tea_over", circle=NAME))
    assert "We spoke of sleep." in ring.guides[-1].text
    await ring.w.taps(tell("circles.act.sum"), ring.w.gulru)
    await ring.passes(minutes=1)
    async with ring.w.app.db.write() as conn:
        posts = await Guides(ring.w.app.db).since(conn, ring.id, 0, 50)
    assert posts[-1].words.endswith("We spoke of sleep.\nAnd of bread.")


async def test_at_a_tea_hour_without_her_nobody_is_said_to_be_there(ring: Ring) -> None:
    await ring.both_enter()
    tea = next(one for one in life.moments(await ring.now(), ZONE) if one.what == "tea")
    await ring.w.mover.advance(tea.at + life.TEA_LASTS + timedelta(minutes=1))
    async with ring.w.app.db.write() as conn:
        posts = await Guides(ring.w.app.db).since(conn, ring.id, 0, 50)
    assert posts[-1].words == LIBRARY.text("en", "life.tea_alone")
    assert not [one for one in posts if LIBRARY.text("en", "life.tea_here") in one.words]
    assert ring.guides[-1].text == tell("circles.life.tea_alone", circle=NAME)
    await ring.w.taps(tell("circles.act.here"), ring.w.gulru)
    assert ring.guides[-1].text == tell("circles.tea_past", circle=NAME)


async def test_the_sentences_she_chooses_from_stand_as_they_are_read(ring: Ring) -> None:
    await ring.both_enter()
    await her_act(ring, "warn")
    screen = ring.guides[-1].text
    assert tell("circles.as_read", language="English") in screen
    for n in (1, 2, 3):
        assert tell(f"news.warned_{n}") in screen
        assert LIBRARY.text("en", f"news.warned_{n}") in screen


async def test_a_voice_goes_out_only_where_she_allowed_it_and_only_after_she_listened(ring: Ring) -> None:
    await ring.both_enter()
    await ring.w.says("/circles", ring.w.gulru)
    await ring.w.taps(NAME, ring.w.gulru)
    await ring.w.taps(tell("circles.act.voice"), ring.w.gulru)
    ring.w.cloud.send_voice(ring.w.her)
    await ring.w.settle()
    await ring.passes(minutes=2)
    await ring.looks()
    assert tell("circles.why.voice") in ring.guides[-1].text
    assert "voice" in ring.guides[-1].wire
    assert not [one for one in ring.w.cloud.chat_view(ring.zebo.id) if "voice" in one.wire]
    await ring.w.taps(tell("circles.act.free"), ring.w.gulru)
    await ring.passes(minutes=2)
    heard = ring.w.cloud.chat_view(ring.zebo.id)[-1]
    assert "voice" in heard.wire
    assert heard.wire["caption"].endswith(LIBRARY.text("en", "flower.tulip"))
