"""`/circles`: who leads what, seating once a day, circles that merge, split and change hands; who is refused."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from zoneinfo import ZoneInfo

import msgspec
import pytest
from msgspec import structs
from sqlalchemy import select, update

from bot.desk import circle_screens, rounds, seating
from flows.circles import guide, life
from flows.circles.model import Circle, Terms
from flows.effects import Become, Send, staff
from flows.events import CircleTold, DeskOrdered, Said, Seated, Staff
from storage.guides import Guides
from storage.inbox import Letter
from storage.schema import accounts, family_links, inbox, moderators, people
from storage.seal import place
from tests.bot.desk.office import LIBRARY, Room, texts

ZONE = ZoneInfo("Asia/Dushanbe")
_senders = count(900_001)
PLACES = ("sughd", "khatlon", "gbao", "rrs", "dushanbe")


def tell(key: str, **variables: object) -> str:
    return LIBRARY.text("en", key, **variables)


async def somebody(room: Room, n: int = 1, **profile: object) -> list[int]:
    """So many mothers who want a circle, each from elsewhere."""
    await room.store.turns()
    made = []
    for _ in range(n):
        sender = next(_senders)
        wish = {"circle_wish": "waits", "circle_since": room.now, "adult": True, "child": "2025-11"}
        clear = {"state": "active", "language": "tg", "role": "mother", "stage": "child"}
        room.store.now = room.now
        scene = await room.store.turn(sender, Become(changes={**clear, **wish, **profile}))
        made.append(scene.person.id)
    return made


async def told(room: Room) -> list[tuple[int, object]]:
    """What waits in the inboxes, by person."""
    async with room.db.read() as conn:
        rows = (await conn.execute(select(inbox).where(inbox.c.person_id.is_not(None)).order_by(inbox.c.id))).all()
        await room.db.keys.load(conn, {row.person_id for row in rows})
    found = []
    for row in rows:
        sealed = room.db.keys[row.person_id].open(place("inbox", "event", row.id, row.person_id), row.event)
        found.append((row.person_id, msgspec.json.decode(sealed, type=Letter).event))
    return found


async def alive(room: Room) -> list[Circle]:
    async with room.db.write() as conn:
        return await Guides(room.db).alive(conn)


async def seats(room: Room, circle: int) -> dict[int, str]:
    async with room.db.write() as conn:
        return {one.person: one.flower for one in (await Guides(room.db).members(conn, [circle]))[circle]}


async def begin(room: Room, who: str = "Lola", members: int = 0, **more: object) -> Circle:
    """A circle that began a month ago."""
    made = await somebody(room, members, circle_wish="")
    async with room.db.write() as conn:
        begins = room.now - timedelta(days=30)
        circle = Circle(
            id=room.db.ids.next(room.now),
            language="tg",
            stage="under18m",
            begins_at=begins,
            ends_at=life.ends(LIBRARY, "under18m", begins),
            guide=room.row(who),
            terms=Terms(lived_at=room.now),
        )
        circle = structs.replace(circle, **more)
        flowers = ("tulip", "rose", "violet", "iris", "mallow", "mint", "basil", "clover", "jasmine")
        await Guides(room.db).begin(conn, circle, zip(made, flowers, strict=False), room.now)
    return circle


async def taps(room: Room, act: str, who: str = "Lola") -> list[str]:
    return await room.taps_data(f"desk:circles:{act}", who)


# -- seating -------------------------------------------------------------------------------------------------------


async def test_on_a_date_those_who_wait_begin_a_circle_and_each_hears_of_her_seat(room: Room) -> None:
    made = await somebody(room, 6)
    said = texts(await room.minute())
    (circle,) = await alive(room)
    assert (circle.guide, circle.language, circle.stage) == (room.row("Lola"), "tg", "under18m")
    assert circle.ends_at == circle.begins_at + 14 * timedelta(days=7)
    assert any(tell("circles.begins", circle="", n=6)[-20:] in one for one in said)
    sits = await seats(room, circle.id)
    assert sorted(sits) == sorted(made)
    assert len(set(sits.values())) == 6
    heard = {person: event for person, event in await told(room) if isinstance(event, Seated)}
    assert {person: event.flower for person, event in heard.items()} == sits
    assert f"circle:begins:{circle.id}" in await room.acts()


async def test_once_a_day_and_nobody_is_seated_twice(room: Room) -> None:
    await somebody(room, 6)
    await room.minute()
    await somebody(room, 1)
    await room.minute()
    (circle,) = await alive(room)
    assert len(await seats(room, circle.id)) == 6, "the day's seating is done"
    room.waits(days=1)
    await room.minute()
    assert len(await alive(room)) == 1
    assert len(await seats(room, circle.id)) == 7, "late joiners come in the first two weeks"


async def test_what_was_read_before_writing_counts_only_while_it_is_still_so(room: Room) -> None:
    made = await somebody(room, 6)
    ahead = await seating.ahead(room.tools, room.now)
    assert ahead is not None
    (opening,) = ahead.seating.openings
    assert {one.person for one in opening.newcomers} == set(made)
    async with room.db.write() as conn:
        await conn.execute(update(people).where(people.c.id == made[0]).values(state="stopped"))
        await rounds.walked(room.tools, conn, room.now, ahead)
    (circle,) = await alive(room)
    assert len(await seats(room, circle.id)) == 5, "she has stopped meanwhile"
    assert await seating.ahead(room.tools, room.now) is None, "the day's seating is done"


async def test_nobody_is_seated_before_the_hour_of_seating(room: Room) -> None:
    room.now -= timedelta(hours=1)
    await somebody(room, 6)
    await room.minute()
    assert await alive(room) == []


async def test_family_and_whom_she_hid_before_never_sit_beside_her(room: Room) -> None:
    made = await somebody(room, 6)
    async with room.db.write() as conn:
        link = {"id": room.db.ids.next(room.now), "mother_id": made[0], "other_id": made[1], "kind": "sister"}
        await conn.execute(family_links.insert(), link | {"state": "agreed", "made_at": room.now, "terms": None})
    await room.minute()
    (circle,) = await alive(room)
    sits = await seats(room, circle.id)
    assert len(sits) == 5
    assert not {made[0], made[1]} <= sits.keys()


async def test_whoever_is_under_age_or_waits_for_room_or_did_not_ask_is_not_seated(room: Room) -> None:
    await somebody(room, 4)
    await somebody(room, 1, adult=False)
    await somebody(room, 1, circle_wish="no")
    await somebody(room, 1, waits_since=room.now)
    await room.minute()
    assert await alive(room) == []


async def test_without_a_facilitator_nobody_is_seated_and_leads_see_what_is_missing(room: Room) -> None:
    await taps(room, "most.0")
    made = await somebody(room, 6, region="sughd", district="khujand")
    await room.minute()
    assert await alive(room) == []
    waits = {person: event.about for person, event in await told(room) if isinstance(event, CircleTold)}
    assert waits.keys() == set(made)
    assert all(about.startswith("guide") for about in waits.values())
    (shown,) = await taps(room, "all", "Gulru")
    assert tell("circles.missing", stage=tell("circles.stage.under18m"), language="tg") in shown
    assert tell("circles.waiting_head", n=6) in shown


async def test_what_she_can_lead_is_what_she_said(room: Room) -> None:
    await room.says("circles", "Lola")
    await room.taps(tell("circles.set"), "Lola")
    await room.taps("3", "Lola")
    await room.taps("Русский", "Lola")
    says = (await room.book()).leading[room.row("Lola")]
    assert (says.most, says.languages) == (3, ("ru",))
    await somebody(room, 6)
    await room.minute()
    assert await alive(room) == [], "she leads no circle in Tajik"


async def test_a_flower_is_nobody_elses_later_and_not_the_one_of_her_last_circle(room: Room) -> None:
    old = await begin(room, members=6, begins_at=room.now - timedelta(days=200))
    sat = await seats(room, old.id)
    async with room.db.write() as conn:
        await Guides(room.db).close(conn, old)
    for person in sat:
        async with room.db.write() as conn:
            await conn.execute(people.update().where(people.c.id == person).values(waits_since=None))
    await _wish(room, sat)
    await room.minute()
    (new,) = await alive(room)
    now = await seats(room, new.id)
    assert len(now) == 6
    assert all(now[person] != flower for person, flower in sat.items())


async def _wish(room: Room, who: dict[int, str]) -> None:
    """These want a circle again."""
    senders = range(900_001, next(_senders))
    for sender in senders:
        room.store.now = room.now
        scene = await room.store.turn(sender)
        if scene.person.id in who:
            await room.store.turn(sender, Become(changes={"circle_wish": "waits", "circle_since": room.now}))


# -- rights --------------------------------------------------------------------------------------------------------

ACTS = ("one", "speak", "people", "read", "waiting", "voice", "tea", "hand", "split", "sum", "merge")


@pytest.mark.parametrize("act", ACTS)
async def test_a_circle_is_for_whoever_leads_it_and_for_leads(room: Room, act: str) -> None:
    circle = await begin(room, "Lola", members=5)
    before = await alive(room)
    assert await taps(room, f"{act}.{circle.id}", "Savsan") == [tell("circles.not_yours")]
    assert await room.acts() == [f"refused:circles.{act}"]
    assert await alive(room) == before
    assert await taps(room, f"{act}.{circle.id}", "Gulru") != [tell("circles.not_yours")]


async def test_a_stranger_is_refused_and_noted(room: Room) -> None:
    circle = await begin(room)
    order = DeskOrdered(by=Staff(id=999, name="x"), name="circles", about=f"one.{circle.id}", private=True, tapped=True)
    assert await room.gives(order) == []
    assert await room.acts() == ["refused:circles"]


async def test_the_list_of_all_circles_is_for_leads(room: Room) -> None:
    assert await taps(room, "all", "Lola") == [tell("circles.not_yours")]
    assert await room.acts() == ["refused:circles.all"]


async def test_no_screen_says_who_a_flower_is(room: Room) -> None:
    circle = await begin(room, members=5)
    ids = [str(person) for person in await seats(room, circle.id)]
    for act in ("one", "people", "her", "warn", "out"):
        about = f"{act}.{circle.id}" + (".tulip" if act in {"her", "warn", "out"} else "")
        order = DeskOrdered(by=Staff(id=room.people["Lola"].id, name="Lola"), name="circles", about=about, private=True)
        for send in await room.gives(structs.replace(order, tapped=True)):
            shown = send.message.text + "".join(key.data + key.label for row in send.message.buttons for key in row)
            assert not any(id in shown for id in ids)


async def test_every_button_fits_into_what_telegram_takes(room: Room) -> None:
    circle = await begin(room, members=9)
    for act in ("one", "people", "her", "warn", "out", "tea", "hand", "split"):
        about = f"{act}.{circle.id}" + (
            f".{max(LIBRARY.names.flowers + LIBRARY.names.fathers, key=len)}" if act in {"her", "warn", "out"} else ""
        )
        await taps(room, about)
        assert all(len(key.data.encode()) <= 64 for key in room.keys)
        assert all(len(key.data.split(":", 2)[2]) <= 50 for key in room.keys)


# -- answers -------------------------------------------------------------------------------------------------------


async def test_words_that_answer_nothing_of_a_circle_go_the_way_of_anybodys(room: Room) -> None:
    lola = Staff(id=room.people["Lola"].id, name="Lola")
    said = Said(message=5, at=room.now, text="salom", reply_to=4)
    order = DeskOrdered(message=5, at=room.now, by=lola, name="answer", private=True, reply_to=4, said=said)
    assert await room.gives(order) == []
    async with room.db.read() as conn:
        assert len((await conn.execute(select(inbox.c.id))).all()) == 1
    assert await room.acts() == []


# -- other hands, one of two, two of one ---------------------------------------------------------------------------


async def test_a_circle_goes_to_another_only_when_she_takes_it(room: Room) -> None:
    circle = await begin(room, "Lola", members=5)
    await taps(room, "most.2", "Savsan")
    await taps(room, f"hand.{circle.id}.{room.row('Savsan')}")
    assert (await alive(room))[0].guide == room.row("Lola")
    assert await taps(room, f"take.{circle.id}.{room.row('Savsan')}", "Nigora") == [tell("circles.not_yours")]
    await taps(room, f"take.{circle.id}.{room.row('Savsan')}", "Savsan")
    assert (await alive(room))[0].guide == room.row("Savsan")


async def test_small_circles_merge_when_both_facilitators_say_yes_and_every_member_hears_of_it(room: Room) -> None:
    first = await begin(room, "Lola", members=3, begins_at=room.now - timedelta(days=44))
    second = await begin(room, "Savsan", members=3, ends_at=room.now + timedelta(days=70))
    asked = [send for send in await room.minute() if tell("circles.act.merge") in _labels(send)]
    assert {send.to for send in asked} == {staff(room.row("Lola")), staff(room.row("Savsan"))}
    before = await seats(room, second.id)
    await taps(room, f"merge.{first.id}")
    assert len(await alive(room)) == 2, "one yes is not two"
    await taps(room, f"merge.{second.id}", "Savsan")
    (one,) = await alive(room)
    assert (one.id, one.ends_at) == (first.id, second.ends_at), "the programme of those who came is not over yet"
    sits = await seats(room, first.id)
    assert len(sits) == 6
    assert len(set(sits.values())) == 6
    moved = {
        person: event.about.partition(":")[0] for person, event in await told(room) if isinstance(event, CircleTold)
    }
    assert moved == {person: sits[person] for person in before}


async def test_whoever_leads_both_is_asked_once_and_one_yes_is_enough(room: Room) -> None:
    first = await begin(room, "Lola", members=3, begins_at=room.now - timedelta(days=32))
    await begin(room, "Lola", members=3)
    assert len([send for send in await room.minute() if tell("circles.act.merge") in _labels(send)]) == 1
    await taps(room, f"merge.{first.id}")
    assert [one.id for one in await alive(room)] == [first.id]


async def test_a_no_to_merging_is_not_asked_about_again_tomorrow(room: Room) -> None:
    first = await begin(room, "Lola", members=3)
    await begin(room, "Savsan", members=3)
    await room.minute()
    await taps(room, f"apart.{first.id}")
    room.waits(days=1)
    assert not [send for send in await room.minute() if tell("circles.act.merge") in _labels(send)]
    assert len(await alive(room)) == 2


async def test_one_circle_becomes_two_and_each_keeps_her_flower(room: Room) -> None:
    circle = await begin(room, members=9)
    before = await seats(room, circle.id)
    await taps(room, f"split.{circle.id}")
    assert len(await alive(room)) == 1, "asked once more"
    await taps(room, f"split.{circle.id}.sure")
    found = [await seats(room, one.id) for one in await alive(room)]
    assert sorted(len(one) for one in found) == [4, 5]
    assert found[0] | found[1] == before


async def test_circles_alike_that_began_on_one_day_are_told_apart_at_the_desk(room: Room) -> None:
    first = await begin(room, members=9)
    await taps(room, f"split.{first.id}.sure")
    day = f"{first.begins_at.astimezone(ZONE):%d.%m}"
    names = [guide.named(tell, one, "Asia/Dushanbe", at=circle_screens.day) for one in await alive(room)]
    assert sorted(name.partition(" ")[0] for name in names) == [day, f"{day}-2"]
    assert guide.nth(await alive(room), first).terms.nth == 2
    assert len(max(names, key=len)) <= guide.LONGEST_LABEL


async def test_a_circle_in_which_nobody_sits_any_more_is_closed(room: Room) -> None:
    await begin(room)
    await room.minute()
    assert await alive(room) == []


# -- reading twice a day -------------------------------------------------------------------------------------------


async def test_whoever_reads_twice_a_day_is_told_that_something_was_said_and_reads_it_on_a_tap(room: Room) -> None:
    await room.minute()
    await taps(room, "digest")
    circle = await begin(room, members=5)
    async with room.db.write() as conn:
        await Guides(room.db).say(conn, circle.id, "Good morning", room.now)
        await conn.exec_driver_sql("UPDATE posts SET state = 'out', number = 1")
        await conn.exec_driver_sql("UPDATE circles SET posts = 1")
    line = tell(
        "circles.digest",
        circle=tell("circles.name", stage="to 18 mo", language="tg", day=f"{circle.begins_at.astimezone(ZONE):%d.%m}"),
        n=1,
    )
    assert line not in texts(await room.minute())
    room.waits(hours=11)
    assert texts(await room.minute()).count(line) == 1
    read = await taps(room, f"new.{circle.id}")
    assert sum("Good morning" in one for one in read) == 1
    room.waits(hours=12)
    assert line not in texts(await room.minute())
    assert not [one for one in await taps(room, f"new.{circle.id}") if "Good morning" in one]


def _labels(send: Send) -> list[str]:
    return [key.label for row in send.message.buttons for key in row]


async def test_fathers_are_called_by_trees_birds_and_mountains_and_nobody_else_is(room: Room) -> None:
    await somebody(room, 5)
    await somebody(room, 5, role="father")
    await room.minute()
    for circle in await alive(room):
        named = set((await seats(room, circle.id)).values())
        assert named <= set(LIBRARY.names.of(circle.stage)), circle.stage
        assert named <= set(LIBRARY.names.fathers if circle.stage == "fathers" else LIBRARY.names.flowers)
    assert {one.stage for one in await alive(room)} == {"under18m", "fathers"}


async def test_whoever_leads_and_waits_herself_is_not_seated_where_she_leads(room: Room) -> None:
    made = await somebody(room, 6)
    async with room.db.write() as conn:
        lola = (await conn.execute(select(moderators.c.lookup).where(moderators.c.id == room.row("Lola")))).scalar_one()
        account = select(people.c.account_id).where(people.c.id == made[0]).scalar_subquery()
        await conn.execute(update(accounts).where(accounts.c.id == account).values(lookup=lola))
    await room.minute()
    (circle,) = await alive(room)
    assert circle.guide == room.row("Lola")
    assert sorted(await seats(room, circle.id)) == sorted(made[1:])
    async with room.db.write() as conn:
        await Guides(room.db).seat(conn, circle.id, [(made[0], "mint")], room.now)
    assert await taps(room, f"one.{circle.id}") == [tell("circles.sits")]
