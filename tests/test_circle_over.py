"""A circle ends, is parted, or somebody of it is forgotten: nothing is lost, and nothing stands longer than it may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import select

from bot.desk import joins
from bot.desk.work import Work
from flows.circles.model import Circle
from storage.guides import Guides
from storage.schema import due
from tests.talk import LIBRARY
from tests.test_circle_guide import NAME, PHONE, Ring, tell
from tests.world import World, world

WORDS = "The little one has a new tooth"


def say(key: str, **variables: object) -> str:
    return LIBRARY.text("en", key, **variables)


async def begun(w: World) -> Ring:
    made = Ring(w)
    await made.begin()
    await made.both_enter()
    return made


@pytest.fixture
async def ring(tmp_path: Path) -> AsyncIterator[Ring]:
    async with world(tmp_path, joined=True) as one:
        yield await begun(one)


@pytest.mark.parametrize("fresh_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("what", ["ends", "moved", "forgotten", "cleared", "sits"])
async def test_all_of_it_on_postgresql(fresh_url: str, tmp_path: Path, what: str) -> None:
    async with world(tmp_path, url=fresh_url) as w:
        await w.joins()
        ring = await begun(w)
        await {
            "ends": test_what_waits_as_the_circle_ends_goes_out_or_its_author_is_told_and_it_can_still_go_back,
            "moved": test_who_was_moved_reads_what_was_said_before_and_takes_back_what_she_wrote_there,
            "forgotten": test_who_is_forgotten_is_gone_from_the_facilitators_chat_too_however_often_it_was_shown,
            "cleared": test_members_words_go_from_the_facilitators_chat_before_telegrams_two_days_are_over,
            "sits": test_nobody_of_the_desk_acts_in_a_circle_in_which_she_sits,
        }[what](ring)


async def ends_in(ring: Ring, **span: int) -> None:
    circle = await ring.now()
    over = ring.w.clock.now() + timedelta(**span)
    async with ring.w.app.db.write() as conn:
        await Guides(ring.w.app.db).change(conn, structs.replace(circle, ends_at=over, next_at=over))


def with_guide(ring: Ring, words: str) -> list[str]:
    return [one.text for one in ring.guides if words in one.text]


async def test_what_waits_as_the_circle_ends_goes_out_or_its_author_is_told_and_it_can_still_go_back(
    ring: Ring,
) -> None:
    await ring.w.says(PHONE)
    await ring.passes(minutes=2)
    await ring.looks()
    assert with_guide(ring, PHONE)
    await ends_in(ring, seconds=10)
    await ring.w.says(WORDS, ring.zebo)
    await ring.passes(seconds=12)
    assert any(one.endswith(f"\n{WORDS}") for one in ring.on(ring.w.her)), "in its last turn it goes out"
    assert not with_guide(ring, PHONE)
    await ring.w.says("/back", ring.zebo)
    await ring.w.taps("1", ring.zebo)
    await ring.passes(minutes=1)
    assert [one for one in ring.on(ring.w.her) if WORDS in one] == [], "and can be taken back"
    async with ring.w.app.db.read() as conn:
        planned = set((await conn.execute(select(due.c.key).where(due.c.key.startswith("news:")))).scalars())
    assert planned == {"news:end", "news:unsent"}, "the author of what could not go out hears so"


async def test_for_two_days_after_its_end_a_circle_can_be_read_and_not_written_to(ring: Ring) -> None:
    await ring.w.says("/leave", ring.zebo)
    await ring.w.taps(say("circle.do_more"), ring.zebo)
    await ring.w.taps(say("circle.do_come"), ring.zebo)
    await ring.w.taps(say("circle.do_come_room"), ring.zebo)
    await ends_in(ring, seconds=10)
    await ring.w.says(WORDS)
    await ring.passes(minutes=1)
    assert not [one for one in ring.on(ring.zebo) if WORDS in one]
    await ring.w.says("/circle", ring.zebo)
    assert [one for one in ring.on(ring.zebo) if one.endswith(f"\n{WORDS}")]
    shown = next(one for one in ring.w.cloud.chat_view(ring.zebo.id) if one.text.endswith(f"\n{WORDS}"))
    ring.w.cloud.say(ring.zebo, "Late words", reply_to=shown.id)
    await ring.w.settle()
    assert ring.on(ring.zebo)[-1] == say("circle.no_over")
    await ring.passes(days=2)
    await ring.w.says("/back", ring.zebo)
    assert ring.on(ring.zebo)[-1] == say("circle.over")


async def test_who_was_moved_reads_what_was_said_before_and_takes_back_what_she_wrote_there(ring: Ring) -> None:
    await ring.w.says("/leave", ring.zebo)
    await ring.w.taps(say("circle.do_more"), ring.zebo)
    await ring.w.taps(say("circle.do_come"), ring.zebo)
    await ring.w.taps(say("circle.do_come_room"), ring.zebo)
    await ring.w.says(WORDS)
    await ring.passes(minutes=1)
    db, now, old = ring.w.app.db, ring.w.clock.now(), await ring.now()
    async with db.write() as conn:
        desk = await ring.w.app._office.desk(conn)
        work = Work(tools=ring.w.app._tools, conn=conn, desk=desk, now=now)
        new: Circle = structs.replace(old, id=db.ids.next(now), posts=0)
        members = (await Guides(db).members(conn, [old.id]))[old.id]
        await Guides(db).begin(conn, new, [], now)
        await joins._moved(work, old, new, members, "merged")
        await Guides(db).close(conn, old)
    await ring.w.settle()
    await ring.w.says("/circle", ring.zebo)
    assert [one for one in ring.on(ring.zebo) if one.endswith(f"\n{WORDS}")], "she had not read it"
    await ring.w.says("/circle", ring.zebo)
    assert len([one for one in ring.on(ring.zebo) if one.endswith(f"\n{WORDS}")]) == 1, "and reads it once"
    await ring.w.says("/back")
    await ring.w.taps("1")
    await ring.passes(minutes=1)
    assert not [one for one in ring.on(ring.zebo) if WORDS in one]


async def test_who_is_forgotten_is_gone_from_the_facilitators_chat_too_however_often_it_was_shown(ring: Ring) -> None:
    await ring.w.says(WORDS)
    await ring.passes(minutes=1)
    await ring.reads()
    await ring.w.says("/circles", ring.w.gulru)
    await ring.w.taps(NAME, ring.w.gulru)
    await ring.w.taps(tell("circles.act.read"), ring.w.gulru)
    await ring.w.says(PHONE)
    await ring.passes(minutes=1)
    await ring.looks()
    assert (len(with_guide(ring, WORDS)), len(with_guide(ring, PHONE))) == (2, 1)
    await ring.w.says("/delete")
    await ring.w.taps("Yes, delete it")
    await ring.passes(minutes=1)
    assert with_guide(ring, WORDS) == with_guide(ring, PHONE) == []


async def test_what_she_takes_back_while_it_waits_goes_from_the_facilitators_chat(ring: Ring) -> None:
    await ring.w.says(PHONE)
    await ring.passes(minutes=1)
    await ring.looks()
    await ring.w.says("/back")
    await ring.w.taps("1")
    await ring.passes(minutes=1)
    assert with_guide(ring, PHONE) == []


async def test_members_words_go_from_the_facilitators_chat_before_telegrams_two_days_are_over(ring: Ring) -> None:
    await ring.w.says(WORDS)
    await ring.passes(minutes=1)
    await ring.reads()
    await ring.passes(hours=45)
    await ring.w.app.rounds()
    await ring.w.settle()
    assert with_guide(ring, WORDS)
    await ring.passes(hours=2)
    await ring.w.app.rounds()
    await ring.w.settle()
    assert with_guide(ring, WORDS) == []
    await ring.w.says("/circles", ring.w.gulru)
    await ring.w.taps(NAME, ring.w.gulru)
    await ring.w.taps(tell("circles.act.read"), ring.w.gulru)
    assert with_guide(ring, WORDS), "it is found again where she asks for it"


async def test_while_she_reads_along_words_come_one_by_one_and_later_one_line_counts_them(ring: Ring) -> None:
    await ring.w.says(WORDS)
    await ring.passes(minutes=1)
    await ring.reads()
    await ring.w.says("And it bites")
    await ring.passes(minutes=1)
    assert len(with_guide(ring, "And it bites")) == 1
    await ring.passes(minutes=30)
    for words in ("Good evening", "Good night"):
        await ring.w.says(words)
        await ring.passes(minutes=1)
    assert not with_guide(ring, "Good ")
    assert with_guide(ring, NAME)[-1] == tell("circles.digest", circle=NAME, n=2)
    assert not with_guide(ring, tell("circles.digest", circle=NAME, n=1)), "one line, which grows"
    await ring.reads()
    assert len(with_guide(ring, "Good ")) == 2


async def test_nobody_of_the_desk_acts_in_a_circle_in_which_she_sits(ring: Ring) -> None:
    w = ring.w
    await w.joins("English", w.gulru)
    async with w.app.db.write() as conn:
        guides = Guides(w.app.db)
        ((row, person),) = (await guides.persons(conn)).items()
        await guides.seat(conn, ring.id, [(person, "rose")], w.clock.now())
        assert await guides.sits(conn, row, ring.id)
    await w.says("/circles", w.gulru)
    await w.taps(NAME, w.gulru)
    assert ring.guides[-1].text == tell("circles.sits")
