"""What is said anew, taken back, left behind or forgotten in a circle, over HTTP: on no phone more than there may be."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.phones import User
from flows.circles.model import Post
from flows.circles.round import REACH
from flows.effects import Lane, Send, TakeBack, Vacate, Write
from flows.events import Posted
from flows.model import Message
from storage.guides import Guides
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.schema import circle_members, hearts
from storage.seats import Seats
from tests.seated import Seated, seated
from tests.world import world

WORDS = "The little one has a new tooth"
LATER = "The little one has two new teeth"


async def test_her_own_words_are_the_post_on_her_phone(s: Seated) -> None:
    her, gulru, malika = s.all
    hers = await s.writes(her, WORDS)
    assert await s.place(her, hers) == ""
    await s.goes_out()
    assert await s.place(her, hers) == s.slot(1)
    await s.writes(gulru, "Mine too", reply_to=s.shown(gulru, WORDS)[0].id)
    await s.goes_out()
    assert [one.reply_to for one in s.shown(her, "Mine too")] == [hers.id]
    assert [one.reply_to for one in s.shown(malika, "Mine too")] == [s.shown(malika, WORDS)[0].id]
    assert not s.shown(her, WORDS)


async def test_words_changed_before_they_went_out_are_the_only_ones_to_go(s: Seated) -> None:
    her, gulru, _ = s.all
    hers = await s.writes(her, WORDS)
    await s.edits(her, hers, LATER)
    await s.goes_out()
    assert not s.shown(gulru, WORDS)
    assert len(s.shown(gulru, LATER)) == 1
    assert await s.place(her, hers) == s.slot(1)


async def test_words_changed_afterwards_are_a_new_post_that_answers_the_old_one(s: Seated) -> None:
    her, gulru, _ = s.all
    hers = await s.writes(her, WORDS)
    await s.goes_out()
    await s.edits(her, hers, LATER)
    await s.goes_out()
    (old,), (new,) = s.shown(gulru, WORDS), s.shown(gulru, LATER)
    assert not old.edited
    assert new.reply_to == old.id
    assert (await s.read(2)).edits == 1


async def test_after_two_days_an_edit_changes_nothing(s: Seated) -> None:
    her, gulru, _ = s.all
    hers = await s.writes(her, WORDS)
    await s.goes_out()
    await s.passes(hours=48)
    await s.w.says("/circle", gulru)
    await s.edits(her, hers, LATER)
    await s.goes_out()
    assert not s.shown(gulru, LATER)


async def test_what_is_taken_back_goes_from_every_phone_with_what_it_said_before(s: Seated) -> None:
    her, gulru, malika = s.all
    hers = await s.writes(her, WORDS)
    await s.goes_out()
    await s.edits(her, hers, LATER)
    await s.goes_out()
    await s.orders(malika, Vacate(circle=s.id))
    await s.orders(her, TakeBack(circle=s.id, number=2))
    for user in (her, gulru, malika):
        assert not s.stands(user, LATER), user.first_name
    for user in (gulru, malika):
        assert not s.stands(user, WORDS), user.first_name
    assert {row.state for row in await s.posts()} == {"gone"}
    assert (await s.read(1)).words == ""


async def test_nobody_takes_back_what_another_wrote(s: Seated) -> None:
    her, gulru, malika = s.all
    await s.writes(her, WORDS)
    await s.goes_out()
    await s.orders(gulru, TakeBack(circle=s.id, number=1))
    assert s.shown(malika, WORDS)


async def test_what_waits_is_taken_back_from_nobody_but_her(s: Seated) -> None:
    her, gulru, _ = s.all
    await s.writes(her, WORDS)
    (row,) = await s.posts()
    await s.orders(gulru, TakeBack(circle=s.id, post=row.id))
    assert await s.posts()
    await s.orders(her, TakeBack(circle=s.id, post=row.id))
    await s.goes_out()
    assert await s.posts() == []
    assert not s.shown(gulru, WORDS)


async def test_after_two_days_it_stays_on_the_phones_and_is_gone_from_what_is_kept(s: Seated) -> None:
    her, gulru, _ = s.all
    await s.writes(her, WORDS)
    await s.goes_out()
    await s.passes(seconds=REACH.total_seconds())
    before = len(s.w.cloud.called("deleteMessage"))
    await s.orders(her, TakeBack(circle=s.id, number=1))
    assert s.shown(gulru, WORDS)
    assert len(s.w.cloud.called("deleteMessage")) == before
    assert (await s.read(1)).words == ""


async def test_a_held_post_goes_out_once_it_is_released_and_a_refused_one_never(s: Seated) -> None:
    her, gulru, _ = s.all
    for words in (WORDS, LATER):
        await s.orders(her, Write(circle=s.id, words=words, at=s.w.clock.now(), why="link"))
    await s.goes_out()
    one, other = await s.posts()
    assert (one.state, other.state) == ("asked", "asked")
    guides, now = Guides(s.w.app.db), s.w.clock.now()
    async with s.w.app.db.write() as conn:
        for row, state in ((one.id, "waiting"), (other.id, "refused")):
            held = await guides.post(conn, s.id, row=row)
            assert held is not None
            assert await guides.settle(conn, held, state, now)
            assert not await guides.settle(conn, held, "waiting", now)
    await s.goes_out()
    assert len(s.shown(gulru, WORDS)) == 1
    assert not s.shown(gulru, LATER)


# -- leaving, stopping, being out of reach, being forgotten --------------------------------------------------------


async def vacates(s: Seated, her: User) -> None:
    await s.orders(her, Vacate(circle=s.id))


async def stops(s: Seated, her: User) -> None:
    await s.w.says("stop", her)


async def blocks(s: Seated, her: User) -> None:
    s.w.cloud.block(her)
    await s.w.settle()


async def deletes(s: Seated, her: User) -> None:
    await s.w.says("/delete", her)
    await s.w.taps("Yes, delete it", her)


@pytest.mark.parametrize("goes", [vacates, stops, blocks, deletes])
async def test_who_goes_takes_along_what_waits_and_hears_nothing_any_more(s: Seated, goes) -> None:  # type: ignore[no-untyped-def]
    her, gulru, malika = s.all
    await s.writes(her, WORDS)
    await s.writes(gulru, "This was on its way")
    await goes(s, her)
    calls = len(s.w.cloud.calls)
    await s.goes_out()
    assert not s.shown(gulru, WORDS)
    assert not s.shown(malika, WORDS)
    await s.writes(gulru, "Where is she")
    await s.goes_out()
    assert s.shown(malika, "This was on its way")
    assert s.shown(malika, "Where is she")
    assert not s.shown(her, "This was on its way")
    assert not s.shown(her, "Where is she")
    assert not [call for call in s.w.cloud.calls[calls:] if call.chat_id == her.id and call.method == "sendMessage"]
    assert not [row for row in await s.posts() if row.state == "waiting"]


async def test_what_was_told_her_before_she_left_is_not_shown_after(s: Seated) -> None:
    her = s.all[0]
    person, now = await s.person(her), s.w.clock.now()
    await vacates(s, her)
    post = Post(id=1, flower="violet", at=now, words=WORDS, number=1)
    async with s.w.app.db.write() as conn:
        await Inbox(s.w.app.db).tell(conn, person, Posted(circle=s.id, post=post), now)
        late = Send(message=Message(text=WORDS), lane=Lane.CIRCLE, slot=s.slot(1))
        await Outbox(s.w.app.db).put(conn, person, [late], now)
    s.w.app.wake.set()
    s.w.app.bell.set()
    await s.w.settle()
    assert not s.shown(her, WORDS)
    assert await s.unsent(her) == 0


async def test_a_copy_that_waits_for_her_is_not_sent_once_it_is_taken_back(s: Seated) -> None:
    her, gulru, malika = s.all
    await s.writes(her, WORDS)
    await s.goes_out()
    async with s.w.app.db.write() as conn:
        late = Send(message=Message(text="a copy: " + WORDS), lane=Lane.CIRCLE, slot=s.slot(1), held=True)
        await Outbox(s.w.app.db).put(conn, await s.person(malika), [late], s.w.clock.now())
    await s.orders(her, TakeBack(circle=s.id, number=1))
    s.w.app.bell.set()
    await s.w.settle()
    assert not s.stands(malika, WORDS)
    assert not s.stands(gulru, WORDS)


@pytest.mark.parametrize("hours", [47, 49])
async def test_who_is_forgotten_is_gone_from_the_others_phones_as_far_as_telegram_allows(s: Seated, hours: int) -> None:
    await forgotten_after(s, hours)


@pytest.mark.parametrize("fresh_url", ["postgresql"], indirect=True)
async def test_who_is_forgotten_is_gone_from_the_others_phones_on_postgresql(fresh_url: str, tmp_path: Path) -> None:
    async with world(tmp_path, url=fresh_url) as w:
        await w.joins()
        await forgotten_after(await seated(w), 47)


async def forgotten_after(s: Seated, hours: int) -> None:
    her, gulru, malika = s.all
    await s.writes(her, WORDS)
    await s.goes_out()
    s.w.cloud.react(gulru, s.shown(gulru, WORDS)[0].id, "❤")
    await s.writes(gulru, "Mine too")
    await s.goes_out()
    await s.passes(hours=hours)
    await deletes(s, her)
    await s.goes_out()
    for user in (gulru, malika):
        assert bool(s.shown(user, WORDS)) == (hours > 48), user.first_name
        assert len(s.stands(user, "Mine too")) == 1
    async with s.w.app.db.read() as conn:
        assert (await conn.execute(select(hearts))).all() == []
        assert len((await conn.execute(select(circle_members))).all()) == 2
    assert len(await s.posts()) == 1


# -- hearts ------------------------------------------------------------------------------------------------------


async def test_a_heart_is_counted_without_a_name_and_shown_to_the_author_once(s: Seated) -> None:
    her, gulru, malika = s.all
    hers = await s.writes(her, WORDS)
    await s.goes_out()
    for user, emoji in ((gulru, "❤"), (malika, "🥰")):
        s.w.cloud.react(user, s.shown(user, WORDS)[0].id, emoji)
        await s.passes(seconds=30)
    calls = s.w.cloud.called("setMessageReaction")
    assert [(call.chat_id, call.params["message_id"]) for call in calls] == [(her.id, hers.id)]
    async with s.w.app.db.read() as conn:
        person = await s.person(her)
        seats = await Seats(s.w.app.db).of(conn, [person], {person: (s.id, 1)}, s.w.clock.now())
    (seat,) = seats.values()
    assert seat.quoted is not None
    assert seat.quoted.hearts == 2
    s.w.cloud.react(malika, s.shown(malika, WORDS)[0].id, None)
    s.w.cloud.react(gulru, s.shown(gulru, WORDS)[0].id, "🤮")
    await s.goes_out()
    async with s.w.app.db.read() as conn:
        assert (await conn.execute(select(hearts))).all() == []


async def test_a_heart_on_her_own_words_or_on_a_message_of_the_bot_is_none(s: Seated) -> None:
    her = s.all[0]
    hers = await s.writes(her, WORDS)
    await s.goes_out()
    s.w.cloud.react(her, hers.id, "❤")
    s.w.cloud.react(her, s.w.cloud.chat_view(her.id)[0].id, "❤")
    await s.goes_out()
    async with s.w.app.db.read() as conn:
        assert (await conn.execute(select(hearts))).all() == []
    assert not s.w.cloud.called("setMessageReaction")
