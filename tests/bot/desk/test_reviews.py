"""The look back on red cases: which wait for it, what is kept of it, and that drills and calm cases are none."""

from __future__ import annotations

from sqlalchemy import update

from bot.desk.reviews import FINDINGS
from flows.desk.drill import STATE
from flows.effects import Record
from storage.schema import cases, people
from tests.bot.desk.office import LIBRARY, Room, a_case


def tell(key: str, **variables: object) -> str:
    return LIBRARY.text("en", key, **variables)


async def turns_red(room: Room, level: str = "urgent", how: str = "opened") -> int:
    """A case as it stands on the record."""
    number = await room.opens(a_case(level, room.now))
    await room.store.turn(800_000 + number, Record(act=f"{how}:{level}", case=number))
    return number


async def test_a_red_case_waits_until_a_lead_has_looked_back_on_it(room: Room) -> None:
    await turns_red(room, "concern")
    first = await turns_red(room)
    room.waits(hours=71)
    second = await turns_red(room, "now", "raised")
    room.waits(hours=2)
    (listed,) = await room.says("reviews")
    assert listed.splitlines() == [
        tell("reviews.head", n=2),
        tell("reviews.line_late", number=first, waits="3 days 1 hour"),
        tell("reviews.line", number=second, waits="2 hours"),
    ]
    assert await room.taps(str(first)) == [tell("reviews.ask", number=first)]
    assert {key.label for key in room.keys} == {tell(f"reviews.{one}") for one in FINDINGS}
    (left,) = await room.taps(tell("reviews.late"))
    assert str(first) not in left
    assert (await room.acts())[-1] == "reviewed:late"
    await room.taps(str(second))
    assert await room.taps(tell("reviews.nothing")) == [tell("reviews.none")]
    assert await room.says(f"reviews {second}.late") == [tell("reviews.none")]


async def test_what_turns_red_again_after_a_look_waits_for_another(room: Room) -> None:
    number = await turns_red(room)
    await room.taps_data(f"desk:reviews:{number}.late")
    room.waits(hours=5)
    room.store.now = room.now
    await room.store.turn(900_000, Record(act="raised:now", case=number))
    (listed,) = await room.says("reviews")
    assert tell("reviews.head", n=1) in listed


async def test_a_finding_counts_only_by_a_tap_of_a_lead_in_private(room: Room) -> None:
    number = await turns_red(room)
    assert await room.says(f"reviews {number}.late") == [tell("reviews.ask", number=number)]
    assert await room.taps_data(f"desk:reviews:{number}.nonsense") == [tell("reviews.ask", number=number)]
    await room.taps_data(f"desk:reviews:{number}.late", "Savsan")
    assert not [act for act in await room.acts() if act.startswith("reviewed")]


async def test_a_drill_is_not_looked_back_on(room: Room) -> None:
    number = await turns_red(room)
    async with room.db.write() as conn:
        await conn.execute(update(people).where(people.c.id == cases.c.person_id).values(state=STATE))
    assert await room.says("reviews") == [tell("reviews.none")]
    assert number


async def test_leads_are_reminded_once_a_day_from_the_second_day_on(room: Room) -> None:
    await turns_red(room)
    near = tell("reviews.near", n=1)
    assert near not in [send.message.text for send in await room.minute()]
    room.waits(hours=47)
    assert near not in [send.message.text for send in await room.minute()]
    room.waits(hours=25)
    reminded = [send for send in await room.minute() if send.message.text == near]
    assert len(reminded) == 1
    assert near not in [send.message.text for send in await room.minute()]
    room.waits(days=1)
    again = [send for send in await room.minute() if send.message.text == near]
    assert len(again) == 1
