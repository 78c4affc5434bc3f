"""The digest, the overview and the quiet word: what they say, when they come, and that they hold no words of hers."""

from __future__ import annotations

from datetime import timedelta

from flows.effects import DIGEST, Lane, Send
from flows.model import Message
from storage.cases import open_cases
from tests.bot.desk.office import LIBRARY, MORNING, Room, a_case, texts

WEEK = "duty Mon-Fri 9-18 Gulru, Savsan"


def digests(sends: list[Send]) -> list[str]:
    return [send.message.text for send in sends if send.to == DIGEST and not send.slot]


def overviews(sends: list[Send]) -> list[Send]:
    return [send for send in sends if send.slot == "overview"]


async def test_nothing_comes_while_there_is_nothing_to_say(room: Room) -> None:
    assert await room.minute() == []


async def test_the_digest_says_open_waiting_late_and_load_and_comes_once_a_day_without_a_sound(room: Room) -> None:
    await room.says(WEEK)
    red = await room.opens(a_case("urgent", MORNING - timedelta(hours=1)))
    calm = await room.opens(a_case("watch", MORNING - timedelta(minutes=5), "fault"))
    await room.opens(a_case("concern"), holder="Savsan")
    sends = await room.minute()
    (told,) = digests(sends)
    level = LIBRARY.text("en", "desk.level.urgent")
    assert told == "\n".join(
        [
            "Mon 2.03",
            "Open: 3. Waiting for somebody: 2. Late: 1",
            "now 0 · urgent 1 · concern 1 · watch 1",
            f"⚠️ {red} · {level} · since 02.03 09:00, late",
            f"{calm} · watch · since 02.03 09:55",
            "Open cases: Gulru 0, Savsan 1, Nigora 0, Zebo 0",
            "On duty now: Gulru, Savsan, until 18:00",
            "In fair turn: Gulru",
        ]
    )
    (send,) = [one for one in sends if one.message.text == told]
    assert send.silent
    assert send.lane is Lane.WEEKLY
    room.waits(hours=3)
    assert digests(await room.minute()) == []


async def test_the_digest_comes_when_the_first_shift_begins_and_not_on_free_days(room: Room) -> None:
    await room.says(WEEK)
    await room.minute()
    room.waits(hours=22, minutes=59)  # Tuesday 8:59
    assert digests(await room.minute()) == []
    room.waits(minutes=1)
    assert len(digests(await room.minute())) == 1
    room.waits(days=4)  # Saturday: nobody is on duty
    assert digests(await room.minute()) == []


async def test_a_desk_whose_only_shift_is_at_night_gets_it_then(room: Room) -> None:
    await room.says("duty Mon-Sun 20-23 Gulru")
    room.waits(hours=9)
    assert digests(await room.minute()) == []
    room.waits(hours=1)
    assert len(digests(await room.minute())) == 1


async def test_a_long_list_is_cut(room: Room) -> None:
    for _ in range(20):
        await room.opens(a_case())
    (told,) = digests(await room.minute())
    assert "and 5 more" in told
    assert len(told) < 1200


async def test_the_overview_is_pinned_and_changes_in_place_only_when_it_says_something_else(room: Room) -> None:
    await room.opens(a_case())
    (first,) = overviews(await room.minute())
    assert first.pin
    assert first.edit
    assert first.silent
    room.waits(minutes=1)
    assert overviews(await room.minute()) == []
    await room.opens(a_case())
    (second,) = overviews(await room.minute())
    assert "Open: 2" in second.message.text


async def test_what_is_said_of_cases_holds_no_word_and_no_name_of_hers(room: Room) -> None:
    await room.opens(a_case("now"))
    told = " ".join(texts(await room.minute()))
    assert "8000" not in told
    assert Message(text="").file == ""


async def test_a_lead_hears_a_quiet_word_once_until_it_was_clearly_less(room: Room) -> None:
    await room.says("capacity load 2")
    for _ in range(2):
        await room.opens(a_case(), holder="Savsan")
    assert not [text for text in texts(await room.minute()) if "quiet word" in text]
    await room.opens(a_case(), holder="Savsan")
    told = [send for send in await room.minute() if "quiet word" in send.message.text]
    assert [send.to for send in told] == [f"staff:{room.row('Gulru')}"]
    assert "Savsan has 3 open cases, more than the 2" in told[0].message.text
    assert told[0].silent
    await room.opens(a_case(), holder="Savsan")
    assert not [text for text in texts(await room.minute()) if "quiet word" in text]
    await room.says("capacity load 20")
    await room.minute()
    await room.says("capacity load 3")
    assert len([text for text in texts(await room.minute()) if "quiet word" in text]) == 1


async def test_open_cases_are_read_with_their_holders(room: Room) -> None:
    number = await room.opens(a_case("now"), holder="Nigora")
    async with room.db.read() as conn:
        [case] = [one.case for one in await open_cases(room.db, conn)]
    assert (case.number, case.level, case.state, case.taken_by) == (number, "now", "taken", "Nigora")
    assert case.matter.holder == room.people["Nigora"].id


# -- capacity ------------------------------------------------------------------------------------------------------


async def test_capacity_is_reckoned_from_paid_hours_and_says_what_it_rests_on(room: Room) -> None:
    (said,) = await room.says("capacity hours 40")
    assert said.startswith("Capacity: 280.")
    assert "40 paid hours a week allow for about 280 mothers" in said
    assert "25 of 100 mothers are flagged in 14 weeks" in said
    assert "4 hours of work a case, and 50 % of the hours" in said
    (said,) = await room.says("capacity case 5", "Savsan")
    assert said.startswith("Capacity: 224.")
    (said,) = await room.says("capacity доля 40")
    assert said.startswith("Capacity: 179.")
    (said,) = await room.says("capacity 100")
    assert said.startswith("Capacity: 100.")
    assert "paid hours a week allow" not in said
    assert (await room.acts())[-1] == "capacity:100"


async def test_what_makes_no_sense_of_a_measure_changes_nothing(room: Room) -> None:
    await room.says("capacity hours 40")
    before = await room.book()
    for words in (
        "hours",
        "hours -1",
        "hours 0",
        "hours 99999",
        "share 5",
        "case 0",
        "load 0",
        "load",
        "hours 4 0",
        "hours ٤",
    ):
        assert (await room.says(f"capacity {words}"))[0].startswith("This was not understood")
    assert await room.book() == before


# -- aims ----------------------------------------------------------------------------------------------------------


async def test_aims_are_shown_to_all_and_changed_by_a_lead(room: Room) -> None:
    assert "urgent: 60 in our hours, 240 outside" in (await room.says("aims", "Lola"))[0]
    (said,) = await room.says("aims срочно 45")
    assert "urgent: 45 in our hours" in said
    assert (await room.book()).aims.urgent == 45
    assert await room.says("aims urgent 50", "Savsan") == [LIBRARY.text("en", "desk.lead_only")]
    for words in ("urgent", "urgent 0", "urgent 9999", "sometimes 4", "urgent 4 5", "urgent x"):
        assert (await room.says(f"aims {words}"))[0].startswith("Nothing has changed")
    assert (await room.book()).aims.urgent == 45
    assert await room.acts() == ["aims:urgent:45", "refused:aims"]
