"""Her week: three pushes, the follow-up, the pulse, later, stop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from flows.effects import Keep, Lane
from flows.programme import calendar, session
from tests.screened import SLEEP
from tests.talk import LIBRARY, Her, to_her


@pytest.fixture
def her() -> Her:
    """She did not say when the child was born: her pages end with their own words (`test_almanac.py` has the notes)."""
    her = Her().joins()
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, child=""))
    return her


def bubbles(part: str, week: int = 1) -> list[str]:
    return ["=" + text for text in LIBRARY.programme("mums").bubbles(week, part, "en")]  # type: ignore[arg-type]


def test_a_page_knocks_first_and_shows_itself_on_her_tap(her: Her) -> None:
    her.is_due("session").hears("push.page")
    (knock,) = to_her(her.effects)
    assert (knock.lane, knock.push) == (Lane.WEEKLY, True)
    title = "=" + LIBRARY.programme("mums").title(1, "en")
    her.taps("Open").hears(title, *bubbles("reflect"), "session.play_ready")
    her.taps("Show it").hears(*bubbles("play"), "session.end")


def test_three_pushes_on_three_days_at_her_hour(her: Her) -> None:
    days = []
    for _ in range(3):
        her.is_due("session").hears("push.page")
        local = her.now.astimezone(her.person.tz)
        days.append(local.weekday())
        assert 16 <= local.hour < 20
        assert calendar.her_hour(her.person, her.now) == her.now
    assert days == [0, 2, 4]


def test_an_unopened_page_gives_way_to_the_newer_one_and_waits(her: Her) -> None:
    her.is_due("session").is_due("session").quietly()
    assert [place.question for place in her.kept.places] == ["knock"], "one knock at a time"
    her.taps("Open").hears(*bubbles("have_a_go"), "session.another")
    title = "=" + LIBRARY.programme("mums").title(1, "en")
    her.taps("Open that page").hears(title, *bubbles("reflect"), "session.play_ready")
    her.taps("Show it").hears(*bubbles("play"), "session.end")
    assert not her.kept.places
    assert her.person.profile.waiting == ()


def test_later_today_knocks_again_inside_her_hours(her: Her) -> None:
    her.is_due("session").taps("Later").quietly()
    (wait,) = [key for key in her.kept.due if key.startswith("wait:")]
    her.is_due(wait).hears("push.page_waits")
    assert calendar.is_safe(her.person, her.now)


def test_the_third_push_ends_with_the_pulse(her: Her) -> None:
    her.is_due("session").is_due("session").is_due("session").quietly()
    her.taps("Open").hears(*bubbles("question"), "pulse.ask")
    her.taps("🙂 Good").hears(SLEEP)
    assert Keep(question="pulse.mood", value=4) in her.effects
    her.taps("Well").hears("pulse.thanks", "session.another")
    assert Keep(question="pulse.sleep", value=3) in her.effects


def test_after_the_last_written_week_she_is_told_and_the_pulse_goes_on_alone(her: Her) -> None:
    for _ in range(3 * LIBRARY.programme("mums").length):
        her.is_due("session").taps("Open")
        her.waits(hours=3)
    her.quietly()
    her.kept.places.clear()
    her.is_due("session").hears("push.words")
    her.taps("Open").hears("tried.ask")
    her.taps("Part of it").hears("tried.glad_partly_7", "tracks.end_mums", "session.another")
    told = her.now
    her.is_due("session").hears("push.question")
    assert timedelta(days=6) <= her.now - told <= timedelta(days=9)
    her.taps("Open").hears("pulse.ask")


@pytest.mark.parametrize("answer", ["yes", "partly", "no"])
@pytest.mark.parametrize("language", [one.code for one in LIBRARY.languages if one.live])
def test_every_answer_has_seven_ways_of_being_glad_of_it(language: str, answer: str) -> None:
    ways = [LIBRARY.text(language, f"tried.glad_{answer}_{n}") for n in range(1, session.GLAD + 1)]
    assert len(set(ways)) == session.GLAD


def test_no_answer_is_met_with_the_same_words_in_seven_weeks(her: Her) -> None:
    heard = set[str]()
    for week in range(1, 2 * session.GLAD + 1):
        profile = structs.replace(her.person.profile, week=week + 1, push=0, trying=week, waiting=())
        her.kept.person = structs.replace(her.person, profile=profile)
        her.kept.places.clear()
        her.is_due("session").taps("Open").quietly().taps("Not this week")
        heard.add(her.unheard[0])
        her.quietly()
    assert heard == {LIBRARY.text("en", f"tried.glad_no_{n}") for n in range(1, session.GLAD + 1)}


def test_a_push_waits_while_a_question_is_open(her: Her) -> None:
    her.now = her.kept.due["session"][0] - timedelta(minutes=10)
    her.says("How I feel").hears("pulse.ask")
    her.is_due("session").hears()
    assert her.kept.due["session"][0] == her.now + calendar.PUT_OFF


def test_a_late_page_keeps_to_her_hours(her: Her) -> None:
    her.waits(days=1, hours=12)  # the process was down past her evening
    her.is_due("session").hears()
    her.is_due("session").hears("push.page")
    assert calendar.is_safe(her.person, her.now)


def test_stop_is_one_neutral_line_and_then_nothing(her: Her) -> None:
    her.is_due("session").quietly()
    her.says("Stop").hears("stop.done")
    assert not her.kept.due
    assert not her.kept.places
    her.says("help").hears("help.now")
    her.says("/start").hears("menu.here")
    assert "session" in her.kept.due


@pytest.mark.parametrize("word", ["stop", "/stop", "СТОП", "бас", "хватит!", "enough."])
def test_stop_in_any_language_and_as_a_bare_word(her: Her, word: str) -> None:
    her.says(word).hears("stop.done")


def test_stop_works_before_consent(her: Her) -> None:
    fresh = Her().says("/start").taps("English").quietly()
    fresh.says("stop").hears("stop.done")


def test_she_blocks_the_bot_and_comes_back(her: Her) -> None:
    her.leaves()
    assert her.person.state == "left"
    assert not her.kept.due
    her.returns()
    assert her.person.state == "active"
    assert her.kept.due.keys() == {"session"}


def test_a_low_pulse_offers_company_and_tells_a_moderator(her: Her) -> None:
    her.says("How I feel").taps("🙁 Heavy").hears("pulse.ask", "pulse.company")
    her.taps("Yes").hears("pulse.company_yes")
    assert her.case is not None
    assert her.case.level == "watch"


def test_the_lowest_face_is_asked_the_one_question(her: Her) -> None:
    her.says("How I feel").taps("😞 Very heavy").hears("pulse.ask", "safety.ask_pulse")
    assert "silence" not in her.kept.due
    her.taps("No").hears("pulse.company")
    assert her.case is None


def test_rather_not_say_after_the_lowest_face_brings_a_person_without_alarm(her: Her) -> None:
    her.says("How I feel").taps("😞 Very heavy").taps("I'd rather not say").hears(
        "pulse.ask", "safety.ask_pulse", "safety.after_no"
    )
    assert her.case is not None
    assert her.case.level == "watch"


def test_words_nobody_asked_for_are_answered_truthfully(her: Her) -> None:
    her.says("today we made bread").hears("said.bot")
    her.shows("voice").hears("said.only_text")
