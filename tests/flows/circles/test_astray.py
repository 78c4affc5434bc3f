"""Words after the room had closed by itself, and a tea hour, in which it does not: none are lost, none go astray."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from flows.circles.life import TEA_LASTS
from flows.circles.model import Terms, Ways
from flows.circles.reading import IDLE_SHARED
from flows.effects import HER, Lane, Send, Write
from tests.talk import LIBRARY, Her

LANGUAGES = ("en", "ru", "tg")


@pytest.fixture(params=[True, False], ids=["shared", "own"])
def her(request: pytest.FixtureRequest) -> Her:
    one = Her().joins().sits()
    one.kept.person = structs.replace(
        one.person, profile=structs.replace(one.person.profile, child="2025-06", shared=request.param)
    )
    return one


def sent(her: Her) -> str:
    """Which receipt she gets: on a shared phone no sign is promised."""
    return "circle.sent_again" if her.person.profile.shared else "circle.sent"


def closed(her: Her) -> Her:
    """The room has closed by itself a few minutes ago."""
    return her.says("/circle").quietly().waits(minutes=12 if her.person.profile.shared else 62)


def test_words_soon_after_the_room_closed_are_asked_about_and_go_to_the_circle_on_her_tap(her: Her) -> None:
    closed(her).says("I have read it all now", message=21).hears("circle.astray")
    assert her.wrote == []
    her.taps("Yes, to the circle").hears("circle.room", sent(her))
    assert her.wrote == ["I have read it all now"]
    assert [one.message for one in her.to_circle if isinstance(one, Write)] == [21]
    her.says("And yours?", message=22).quietly()
    assert her.wrote == ["I have read it all now", "And yours?"]


@pytest.mark.parametrize("word", ["Yes", "1", "yes, to the circle"])
def test_a_typed_yes_is_a_yes_and_no_word_for_the_circle(her: Her, word: str) -> None:
    closed(her).says("I have read it all now").quietly().says(word).hears("circle.room", sent(her))
    assert her.wrote == ["I have read it all now"]


def test_on_her_no_they_stay_with_the_bot_and_she_is_not_asked_again(her: Her) -> None:
    closed(her).says("What time is it?").hears("circle.astray").taps("No").hears("circle.astray_kept")
    her.says("And now?").hears("said.bot")
    assert her.wrote == []
    assert her.person.profile.ways.astray == ()


def test_what_she_writes_in_two_goes_goes_out_as_two(her: Her) -> None:
    closed(her).says("First").hears("circle.astray").says("Second").hears("circle.astray")
    her.taps("Yes, to the circle").quietly()
    assert her.wrote == ["First", "Second"]


def test_they_are_screened_as_ever(her: Her) -> None:
    closed(her).says("Call me, 90 123 45 67").hears("circle.astray")
    her.taps("Yes, to the circle").hears("circle.room", "circle.held_phone")
    assert her.wrote == ["phone: Call me, 90 123 45 67"]


def test_sad_words_that_ask_her_nothing_are_asked_about_below_their_answer(her: Her) -> None:
    closed(her).says("I have no strength left")
    assert her.unheard[-1] == LIBRARY.text("en", "circle.astray")
    assert len(her.unheard) > 1
    her.quietly().taps("Yes, to the circle").quietly()
    assert her.wrote == ["I have no strength left"]


@pytest.mark.parametrize("words", ["I am a bad mother and I feel worthless", "I want to kill myself tonight"])
def test_grave_words_are_answered_she_is_told_where_they_are_and_the_question_is_last(her: Her, words: str) -> None:
    closed(her).says(words)
    assert LIBRARY.text("en", "circle.closed") in her.unheard[:-1]
    assert her.unheard[-1] not in {LIBRARY.text("en", "circle.closed"), LIBRARY.text("en", "circle.astray")}
    assert her.wrote == []


def test_hours_later_she_is_told_and_asked_nothing(her: Her) -> None:
    closed(her).waits(hours=4).says("Hello").hears("said.bot", "circle.closed")


def test_who_left_the_room_herself_is_asked_nothing(her: Her) -> None:
    her.says("/circle").says("/leave").quietly().waits(minutes=12).says("Hello").hears("said.bot")


def test_what_she_types_to_words_that_came_live_is_asked_about_for_an_hour() -> None:
    her = live("The tea hour begins", "house")
    her.says("My day was long").hears("circle.astray").taps("Yes, to the circle").hears("circle.room", "circle.sent")
    assert her.wrote == ["My day was long"]
    live("The tea hour begins", "house").waits(minutes=61).says("My day was long").hears("said.bot")


def test_whoever_closed_the_room_or_said_no_is_asked_only_after_newer_words_came() -> None:
    her = live("Who sleeps at all?").says("/circle").says("/leave").quietly()
    her.waits(minutes=1).says("What time is it?").hears("said.bot")
    her.is_brought("Nobody here").quietly().waits(minutes=1).says("Nor here").hears("circle.astray")
    her.taps("No").hears("circle.astray_kept").says("What time is it?").hears("said.bot")
    assert her.wrote == []


def test_sad_words_outside_the_room_are_no_business_of_the_circle() -> None:
    live("Who sleeps at all?").says("I have no strength left").hears("worry.watch")


def test_what_did_not_come_to_her_phone_by_itself_is_answered_by_nothing() -> None:
    for profile in ({"ways": Ways(come="daily")}, {"shared": True}):
        her = live("", **profile)
        her.is_brought("Who sleeps at all?").quietly().says("Nobody here").hears("said.bot")


def test_a_call_of_the_circle_that_comes_live_has_the_way_in_beneath_it() -> None:
    her = live("The tea hour begins", "house")
    assert [one.label for row in brought(her).message.buttons for one in row] == ["Into the circle"]
    assert not brought(live("Who sleeps at all?")).message.buttons
    assert not brought(live("").says("/circle").quietly().is_brought("Well?", "house")).message.buttons


def brought(her: Her) -> Send:
    """The last message on her phone."""
    return [one for one in her.effects if isinstance(one, Send) and one.to == HER][-1]


def live(words: str, flower: str = "rose", **profile: object) -> Her:
    """On her own phone, in her hours, words of the circle have just come by themselves."""
    her = Her().joins(part="Evening, 16 to 20").sits()
    her.now = her.now.replace(hour=12, minute=0)
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, **profile))
    return her.is_brought(words, flower).quietly() if words else her


def test_hide_and_stop_forget_the_words(her: Her) -> None:
    closed(her).says("First").quietly().says("/hide").quietly()
    assert her.person.profile.ways.astray == ()
    her.now += timedelta(days=2)
    closed(her).says("First").quietly().says("stop").quietly()
    assert her.person.profile.ways.astray == ()
    assert her.wrote == []


# -- a tea hour ----------------------------------------------------------------------------------------------------


def tea(her: Her) -> Her:
    """The tea hour begins now: seven in the evening, within her hours."""
    her.now = her.now.replace(hour=14, minute=0)
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, hours=(8, 22)))
    return her.circle_is(terms=Terms(tea_at=her.now, tea_open=True))


def test_at_a_tea_hour_the_room_stays_open_to_its_end_however_slowly_she_reads(her: Her) -> None:
    tea(her).says("/circle").quietly().waits(minutes=40).says("I am reading", message=21).hears(sent(her))
    her.waits(minutes=29).says("Good night", message=22).quietly()
    assert her.wrote == ["I am reading", "Good night"]


def test_who_was_in_the_room_as_the_tea_hour_began_is_in_it_too(her: Her) -> None:
    her.now = her.now.replace(hour=13, minute=55)
    her.says("/circle").quietly().waits(minutes=5)
    her.circle_is(terms=Terms(tea_at=her.now, tea_open=True))
    her.waits(minutes=45).says("Still here", message=21).quietly()
    assert her.wrote == ["Still here"]


def test_after_the_tea_hour_the_room_closes_as_ever() -> None:
    her = Her().joins().sits()
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, shared=True))
    tea(her).says("/circle").quietly().waits(minutes=(TEA_LASTS + IDLE_SHARED).seconds // 60)
    her.says("Good night").hears("circle.astray")
    assert her.wrote == []


def test_closing_the_room_at_a_tea_hour_closes_it(her: Her) -> None:
    tea(her).says("/circle").says("/leave").quietly().says("Who is this?").hears("said.bot")
    assert her.wrote == []


def test_on_a_shared_phone_words_of_a_tea_hour_show_only_while_she_looks_and_one_plain_line_says_it_goes_on() -> None:
    her = Her().joins().sits()
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, shared=True))
    tea(her).says("/circle").quietly().is_brought("Who sleeps at all?").hears("=🌹 Rose\nWho sleeps at all?")
    her.waits(minutes=11).is_brought("Nobody here").hears("circle.knock")
    her.is_brought("Nor here").hears()
    her.taps("Open").hears("=🌹 Rose\nNobody here", "=🌹 Rose\nNor here", "circle.room")
    her.is_brought("Good night").hears("=🌹 Rose\nGood night")


def test_outside_her_hours_not_even_that_line_comes() -> None:
    her = Her().joins().sits()
    her.kept.person = structs.replace(
        her.person, profile=structs.replace(her.person.profile, shared=True, hours=(10, 12))
    )
    her.now = her.now.replace(hour=14, minute=0)
    her.circle_is(terms=Terms(tea_at=her.now, tea_open=True)).says("/circle").quietly()
    her.waits(minutes=11).is_brought("Nobody here").hears()


# -- what is past --------------------------------------------------------------------------------------------------


def once_a_day(her: Her) -> None:
    """Words of the circle come to her in one line a day."""
    ways = structs.replace(her.person.profile.ways, come="daily")
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, ways=ways))


def test_a_tea_hour_that_is_over_is_called_out_to_nobody(her: Her) -> None:
    tea(her)
    once_a_day(her)
    her.is_brought("The tea hour begins", "house", until=her.now + TEA_LASTS).hears()
    her.is_brought("Who sleeps at all?").hears()
    her.waits(hours=20).says("/circle").hears("=🌹 Rose\nWho sleeps at all?", "circle.room")
    her.says("/leave").quietly().says("/circle").hears("circle.room")


def test_the_end_of_a_tea_hour_is_said_to_those_who_are_there_and_to_nobody_else() -> None:
    her = live("")
    her.is_brought("The tea hour is over", "house", inside=True).hears()
    her.says("/circle").hears("circle.room")
    her.is_brought("The tea hour is over", "house", inside=True).hears("=🔔 The circle\nThe tea hour is over")


def test_nobody_is_told_that_only_something_past_waits(her: Her) -> None:
    tea(her)
    once_a_day(her)
    her.is_brought("The tea hour begins", "house", until=her.now + TEA_LASTS).hears()
    her.is_due("circle").hears()


# -- where her words went, and what she is asked -------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["I am a bad mother and I feel worthless", "I want to kill myself tonight", "I do not want to live any more"],
)
def test_after_grave_words_in_the_room_the_question_is_the_last_line_on_her_screen(her: Her, words: str) -> None:
    her.says("/circle").quietly().says(words, message=21)
    mine = [one for one in her.effects if isinstance(one, Send) and one.to == HER]
    assert {one.lane for one in mine} == {Lane.SAFETY}, "nothing waits for a slower lane, nothing comes after"
    assert mine[-1].message.buttons, "the question with its buttons"
    assert not any(one.message.buttons for one in mine[:-1])
    place = LIBRARY.text("en", "circle.out")
    assert any(one.message.text.endswith(place) or "circle" in one.message.text for one in mine[:-1])
