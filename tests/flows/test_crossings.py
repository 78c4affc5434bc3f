"""Where two things meet: a loss and an open screen, a stop and a plan, a case and a word of the menu."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from content.library import Library
from flows import consent
from flows.programme import calendar
from tests.screened import SLEEP
from tests.talk import Her
from tests.tree import made_up


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return made_up(tmp_path_factory.mktemp("tree"), 4)


@pytest.fixture
def her(library: Library) -> Her:
    return Her(library).joins()


def told(her: Her, **changes: object) -> Her:
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, **changes))
    return her


def opens(her: Her, group: str, item: str) -> Her:
    return her.says("/settings").taps(group).taps(item).quietly()


# -- who she is ----------------------------------------------------------------------------------------------------


def test_what_waited_of_another_programme_goes_when_she_says_who_she_is(her: Her) -> None:
    her.is_due("session").is_due("session")
    assert her.person.profile.waiting == ("1:0",)
    opens(her, "About me", "Who I am").taps("Father").taps("Yes").hears("join.adult", "settings.done")
    assert (her.person.profile.programme, her.person.profile.waiting, her.person.profile.trying) == ("dads", (), 0)
    her.says("My week").hears("week.first").taps("Change something").hears("week.more_ask")
    assert her.kept.places[-1].flow == "week"
    assert [place.flow for place in her.kept.places] == ["week"]


def test_in_the_midst_of_joining_settings_do_not_ask_who_she_is(library: Library) -> None:
    her = Her(library).says("/start").taps("English").says("3").says("1").says("1")
    her.says("/settings")
    her.keyboard.clear()
    her.taps_data(f"{her.kept.places[-1].talk}:group:us")
    assert "Region and district" in her.keyboard
    assert not {"Who I am", "Child's birth month"} & set(her.keyboard)


# -- a loss --------------------------------------------------------------------------------------------------------


def test_after_a_loss_an_open_screen_does_not_ask_for_a_birth_month(her: Her) -> None:
    opens(her, "About me", "Child's birth month")
    her.says("something sad happened").taps("Yes, let it stop").hears("sad.ask", "sad.words")
    assert her.kept.places == []


def test_after_a_loss_other_days_promise_no_page(her: Her) -> None:
    told(her, lost_at=her.now)
    opens(her, "When pages come", "Days").taps("Tue, Thu, Sat").hears("settings.done")


def test_pages_again_without_a_written_programme_promise_no_day(her: Her) -> None:
    told(her, lost_at=her.now, programme="")
    her.says("My week").taps("The pages again").quietly().taps("Yes, start again").hears("join.waiting")


# -- how she feels -------------------------------------------------------------------------------------------------


def test_the_faces_asked_for_twice_are_answered_once(her: Her) -> None:
    her.says("How I feel").says("How I feel").quietly().taps("🙂 Good").taps("Well").hears(SLEEP, "pulse.thanks")
    assert her.kept.places == []


def test_faces_of_her_own_stand_for_those_that_knocked(her: Her) -> None:
    before = her.now - calendar.MOURNING
    told(her, lost_at=before - timedelta(days=1), joined_at=before - timedelta(days=2))
    her.is_due("session").hears("push.question")
    her.says("How I feel").taps("🙂 Good").taps("Well").hears("pulse.ask", SLEEP, "pulse.thanks")
    assert her.kept.places == []


# -- stop and what is planned --------------------------------------------------------------------------------------


def test_after_stop_my_week_promises_nothing_and_leads_back(her: Her) -> None:
    her.is_due("session").says("/stop").waits(hours=1).quietly()
    her.says("My week").hears("week.paused_open").taps("Change something").quietly()
    with pytest.raises(AssertionError, match="no button"):
        her.taps("Skip this week")
    her.taps("Go on again").hears("week.resumed")
    assert (her.person.state, her.person.profile.stopped_at) == ("active", None)
    her.is_due("session").hears("push.page")


def test_a_screen_of_settings_left_open_is_not_put_again_behind_a_page(her: Her) -> None:
    opens(her, "When pages come", "My own hours").is_due("session").taps("Open").quietly()
    her.taps("Show it").hears("=en 1 play.1", "session.end")


def test_who_said_no_to_newer_words_is_promised_no_page_for_other_days(her: Her) -> None:
    told(her, consent="1", declined=consent.CONSENT)
    opens(her, "When pages come", "Days").taps("Tue, Thu, Sat").hears("settings.done")


@pytest.mark.parametrize("quiet", ["/stop", "/hide"])
def test_quiet_in_the_midst_of_joining_is_no_dead_end(library: Library, quiet: str) -> None:
    her = Her(library).says("/start").taps("English").says("2").says("1").says("1").says(quiet).waits(hours=1).quietly()
    her.says("hello")
    assert [place.flow for place in her.kept.places] == ["joining"]


# -- delete me -----------------------------------------------------------------------------------------------------


def test_no_to_a_second_question_keeps_what_the_first_would_have_deleted(her: Her) -> None:
    told(her, shared=True)
    her.says("/delete").taps("Yes, delete it").quietly()
    her.says("/delete").taps("No, keep it").hears("delete.ask_shared", "delete.kept")
    assert her.person.profile.delete_at is None
    assert "delete" not in her.kept.due


def test_on_her_own_phone_what_was_said_to_be_deleted_is_deleted_whatever_she_presses_meanwhile(her: Her) -> None:
    her.says("/delete").taps("Yes, delete it").is_due("delete").hears("delete.ask", "delete.done")
    her.says("/delete").hears("delete.done")
    assert her.person.profile.delete_at is not None
    assert "forget" in her.kept.due


def test_undo_still_works_after_stop(her: Her) -> None:
    told(her, shared=True)
    her.says("/delete").taps("Yes, delete it").says("/stop").waits(minutes=5).quietly()
    her.taps("Undo").hears("delete.kept")
    assert her.person.profile.delete_at is None
    assert (her.person.state, "delete" in her.kept.due) == ("stopped", False)


# -- an open case --------------------------------------------------------------------------------------------------


def test_before_consent_what_she_shows_in_an_open_case_reaches_the_desk(library: Library) -> None:
    her = Her(library).says("I want to kill myself tonight").quietly()
    her.shows("photo", "please look").hears("said.only_text")
    assert her.kept.lines[-1].text == "please look"


def test_asking_for_help_in_an_open_case_reaches_the_desk_too(her: Her) -> None:
    her.says("I want to kill myself tonight").quietly().desk_taps("take")
    her.says("help").hears("help.now")
    assert her.kept.lines[-1].text == "help"
