"""`/duty`: the rota is shown, set in words and by buttons, by whom it may be, and can be taken back."""

from __future__ import annotations

from datetime import date

import pytest

from bot.desk.duty import LONGEST_LABEL
from flows.desk import rota
from flows.desk.rota import Shift
from tests.bot.desk.office import LIBRARY, Room, texts

WEEK = "duty Mon-Fri 9-18 Gulru, Savsan\n/duty Mon-Fri 18-9 Nigora\nSat-Sun off"


def tell(key: str, **more: object) -> str:
    return LIBRARY.text("en", key, **more)


async def test_without_a_rota_it_says_what_counts_instead_and_how_to_begin(room: Room) -> None:
    (said,) = await room.says("duty")
    assert said.startswith("No rota is set")
    assert "/duty Mon-Fri 9-18 Gulru" in said


async def test_a_week_typed_in_one_message_is_shown_day_by_day(room: Room) -> None:
    (said,) = await room.says(WEEK)
    assert said.startswith("✓ Mon–Fri: 9–18 Gulru, Savsan\nMon–Fri: 18–9 Nigora\nSat–Sun: free")
    assert "On duty now: Gulru, Savsan, until 18:00\nNext: Mon 2.03 18:00, Nigora" in said
    assert "Tue 3.03: 9–18 Gulru, Savsan · 18–9 Nigora" in said
    assert "Sun 8.03: free" in said
    assert "⚠️" not in said
    assert await room.acts() == ["duty:week"]


async def test_what_is_not_understood_changes_nothing_and_names_the_line(room: Room) -> None:
    await room.says(WEEK)
    (said,) = await room.says("duty Tue 9-18 Gulru\nWed 9-18 Gulnora")
    assert "Wed 9-18 Gulnora" in said
    assert "Gulru, Savsan, Nigora, Zebo" in said
    assert (await room.book()).rota.week[1][0].rows == (room.row("Gulru"), room.row("Savsan"))
    assert await room.acts() == ["duty:week"]


async def test_a_gap_stands_in_the_days_where_nobody_is(room: Room) -> None:
    await room.says(WEEK)
    (said,) = await room.says("duty away Nigora 3.03")
    assert "Tue 3.03: 9–18 Gulru, Savsan · 18–9 ⚠️ nobody" in said
    assert "Away: Nigora, 03.03 to 03.03" in said
    (said,) = await room.says("duty 4.03 9-12 Gulru")
    assert "Wed 4.03: 9–12 Gulru · 18–9 Nigora · 12–18 ⚠️ nobody" in said


async def test_what_was_done_can_be_taken_back_once_and_only_while_nothing_else_changed(room: Room) -> None:
    await room.says(WEEK)
    await room.says("duty Mon-Fri off")
    undo = next(key.data for key in room.keys if key.label.startswith("↩"))
    await room.says("duty 5.03 off")
    assert (await room.taps_data(undo))[0].startswith(tell("desk.duty.stale"))
    assert (await room.taps("↩"))[0].startswith(tell("desk.duty.undone"))
    assert date(2026, 3, 5) not in (await room.book()).rota.dates
    assert not [key for key in room.keys if key.label.startswith("↩")]


async def test_the_week_by_buttons_alone(room: Room) -> None:
    await room.says("duty")
    for label in ("Weekly", "Mon–Fri", "9–18", "Gulru", "+ second", "Savsan", "Yes"):
        said = await room.taps(label)
    assert said[0].startswith("✓ Mon–Fri: 9–18 Gulru, Savsan")
    for label in ("Weekly", "Mon–Fri", "18–9", "Nigora", "Yes"):
        said = await room.taps(label)
    assert said[0].startswith("✓ Mon–Fri: 18–9 Nigora")
    for label in ("Weekly", "Sat", "Nobody"):
        said = await room.taps(label)
    week = (await room.book()).rota.week
    assert week[5] == ()
    assert week[0] == (
        Shift(begins=540, ends=1080, rows=(room.row("Gulru"), room.row("Savsan"))),
        Shift(begins=1080, ends=1980, rows=(room.row("Nigora"),)),
    )


async def test_a_new_shift_leaves_what_it_does_not_touch(room: Room) -> None:
    await room.says("duty Mon 9-18 Gulru\nTue 9-18 Savsan")
    for label in ("Weekly", "Mon–Fri", "18–9", "Nigora", "Yes"):
        await room.taps(label)
    week = (await room.book()).rota.week
    assert [shift.rows[0] for shift in week[1]] == [room.row("Savsan"), room.row("Nigora")]
    assert [shift.rows[0] for shift in week[2]] == [room.row("Nigora")]


async def test_a_swap_an_absence_and_a_holiday_by_buttons(room: Room) -> None:
    await room.says(WEEK)
    for label in ("Swap", "Tue 3.03 18–9 Nigora", "Savsan"):
        said = await room.taps(label)
    assert said[0].startswith("✓ Tue 3.03: Savsan instead of Nigora")
    assert "Tue 3.03: 9–18 Gulru, Savsan · 18–9 Savsan" in said[0]
    for label in ("Somebody", "Gulru", "Wed 4.03", "2 days"):
        said = await room.taps(label)
    assert "Away: Gulru, 04.03 to 05.03" in said[0]
    assert "Wed 4.03: 9–18 Savsan" in said[0]
    for label in ("Holiday", "Fri 6.03"):
        said = await room.taps(label)
    assert "Fri 6.03: free" in said[0]
    for label in ("Somebody", "Gulru is back"):
        said = await room.taps(label)
    assert "Wed 4.03: 9–18 Gulru, Savsan" in said[0]


async def test_no_label_is_too_long_and_no_button_too_large(room: Room) -> None:
    await room.says(WEEK)
    ways = [("Weekly",), ("Weekly", "Mon–Sun", "18–9"), ("Weekly", "Mon–Sun", "18–9", "Gulru", "+ second", "Nigora")]
    ways += [("Swap",), ("Swap", "Tue 3.03 18"), ("Somebody",), ("Somebody", "Gulru", "Wed"), ("Holiday",)]
    for way in ways:
        await room.says("duty")
        for label in way:
            await room.taps(label)
        for key in room.keys:
            assert 0 < len(key.label) <= LONGEST_LABEL, key
            assert len(key.data.encode()) <= 64, key
            assert len(key.data.split(":", 2)[2]) <= 50, key


async def test_a_moderator_does_what_is_her_own_and_a_lead_hears_of_it(room: Room) -> None:
    await room.says(WEEK)
    for refused in ("duty Mon 9-18 Savsan", "duty away Gulru 3.03", "duty 3.03 off", "duty swap 3.03 Gulru Nigora"):
        assert await room.says(refused, "Savsan") == [tell("desk.duty.not_yours")]
    said = await room.says("duty away me 3.03", "Savsan")
    assert said[1:] == ["Savsan has changed the rota: Away: Savsan, 03.03 to 03.03"]
    assert not [key for key in room.keys if key.label.startswith("↩")]
    assert (await room.acts())[1:] == ["refused:duty"] * 4 + ["duty:away"]
    await room.says("duty", "Savsan")
    for label in ("Swap", "Wed 4.03 9–18 Gulru"):
        await room.taps(label, "Savsan")
    assert (await room.taps("Nigora", "Savsan")) == [tell("desk.duty.not_yours")]


async def test_a_facilitator_sees_it_and_stands_in_no_shift(room: Room) -> None:
    assert (await room.says("duty", "Lola"))[0].startswith("No rota")
    assert await room.says("duty away me 3.03", "Lola") != []
    assert (await room.says("duty Mon 9-18 Lola"))[0].startswith("Nothing has changed")
    assert (await room.book()).rota == rota.Rota()


@pytest.mark.parametrize(
    "about",
    [
        "w.9-1", "w.a-b", "w.0-4.540", "w.0-4.0-99999.zz.yes", "w.0-4.540-1080.zz.yes", "w.0-4.540-1080.yes", "s.20261399.1.a", "s.20260303.1.a.b",
        "s.20260303", "a.zz.20260303.3", "a", "a.", "f.20200101", "f.2026", "undo", "undo.", "b.zz", "...", "", "w.0-4.540-1080.0.0.yes",
        "s.99999999.99999.zzzzzzzzzzzz", "w.-1-1", "x",
    ],
)  # fmt: skip
async def test_a_forged_button_changes_nothing(room: Room, about: str) -> None:
    await room.says(WEEK)
    before = (await room.book()).rota
    await room.taps_data(f"desk:duty:{about}")
    assert (await room.book()).rota == before


async def test_an_old_button_of_a_shift_that_is_no_more_says_so(room: Room) -> None:
    await room.says(WEEK)
    await room.taps("Swap")
    old = next(key.data for key in room.keys if key.label.startswith("Tue 3.03 18"))
    await room.says("duty Tue 18-9 Gulru")
    assert (await room.taps_data(old))[0].startswith(tell("desk.duty.stale"))


async def test_the_help_shows_lines_that_work_with_the_names_of_the_desk(room: Room) -> None:
    await room.says("duty Mon-Sun 9-18 Gulru\nMon-Sun 18-9 Savsan")
    (said,) = await room.says("duty help")
    lines = [line.removeprefix("/duty ") for line in said.splitlines() if line.startswith("/duty ")]
    assert len(lines) > 8
    for language in ("en", "ru", "tg"):
        helped = LIBRARY.text(language, "desk.duty.help", one="Gulru", two="Savsan")
        for line in helped.splitlines():
            if line.startswith("/duty "):
                (answer,) = await room.says(f"duty {line.removeprefix('/duty ')}")
                assert answer.startswith("✓"), (line, answer)


# -- a gap is told of ----------------------------------------------------------------------------------------------


async def test_a_gap_of_the_next_two_days_is_told_to_the_lead_once(room: Room) -> None:
    await room.says(WEEK)
    assert not [text for text in texts(await room.minute()) if "Nobody is on duty" in text]
    await room.says("duty away Nigora 3.03")
    told = [send for send in await room.minute() if "Nobody is on duty" in send.message.text]
    assert [send.to for send in told] == [f"staff:{room.row('Gulru')}"]
    assert "Tue 3.03 18–9" in told[0].message.text
    for hours in (0.1, 20, 10):
        room.waits(hours=hours)
        assert not [text for text in texts(await room.minute()) if "Nobody is on duty" in text]


async def test_a_gap_that_was_filled_and_opens_again_is_news(room: Room) -> None:
    await room.says(WEEK)
    for line, times in (("away Nigora 3.03", 1), ("back Nigora", 0), ("away Nigora 3.03", 1)):
        await room.says(f"duty {line}")
        assert len([text for text in texts(await room.minute()) if "Nobody is on duty" in text]) == times


async def test_a_distant_gap_waits_for_the_day_a_near_one_does_not(room: Room) -> None:
    await room.says(WEEK)
    await room.says("duty away Nigora 4.03")
    room.waits(hours=9)  # Monday 19:00; Wednesday's night is within 48 hours, and nobody is woken for it
    assert not [text for text in texts(await room.minute()) if "Nobody is on duty" in text]
    room.waits(hours=14)
    assert [text for text in texts(await room.minute()) if "Wed 4.03 18–9" in text]


async def test_somebody_dismissed_leaves_a_gap_that_is_told(room: Room) -> None:
    await room.says(WEEK)
    await room.minute()
    async with room.db.write() as conn:
        await room.office.dismiss(conn, room.people["Nigora"], room.now)
    assert [text for text in texts(await room.minute()) if "Mon 2.03 18–9\nTue 3.03 18–9" in text]


async def test_a_moderator_gives_away_her_shift_and_takes_anothers_by_buttons(room: Room) -> None:
    await room.says(WEEK)
    await room.says("duty", "Savsan")
    for label in ("Swap", "Tue 3.03 9–18 Savsan", "Nigora"):
        said = await room.taps(label, "Savsan")
    assert said[0].startswith("✓ Tue 3.03: Nigora instead of Savsan")
    for label in ("Swap", "Wed 4.03 18–9 Nigora", "Savsan"):
        said = await room.taps(label, "Savsan")
    assert said[0].startswith("✓ Wed 4.03: Savsan instead of Nigora")
    for label in ("Somebody", "Savsan", "Fri 6.03", "1 day"):
        said = await room.taps(label, "Savsan")
    assert "Away: Savsan, 06.03 to 06.03" in said[0]
