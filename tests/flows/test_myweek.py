"""My week: opening what has come, later, skip, pause; pages that stir or are for her alone; phones without knocks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec import structs

from content.library import Library
from flows.model import Profile
from flows.programme import calendar
from tests.talk import Her, to_her
from tests.tree import made_up

WEEKS = 11


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return made_up(tmp_path_factory.mktemp("tree"), WEEKS, stirs=(3, 11), alone=(11,))


@pytest.fixture
def her(library: Library) -> Her:
    """She has answered what the first week offers: these pages end with their own words."""
    her = Her(library).joins()
    return knows(her, offered="never", research_at=her.now)


def knows(her: Her, **profile: object) -> Her:
    """What her profile says besides."""
    told: Profile = structs.replace(her.person.profile, **profile)
    her.kept.person = structs.replace(her.person, profile=told)
    return her


FRIENDLY = {"play": "Show it", "tried": "I tried it", "mood": "🙂 Good", "second": "Skip"}


def reads(her: Her) -> Her:
    """Open the page that knocks and go on by the friendliest button until nothing is asked."""
    her.taps("Open")
    while (question := her.kept.places[-1].question if her.kept.places else "") in FRIENDLY:
        her.taps(FRIENDLY[question])
    return her


def local(her: Her, key: str = "session") -> datetime:
    return her.kept.due[key][0].astimezone(her.person.tz)


# -- the menu ------------------------------------------------------------------------------------------------------


def test_before_the_first_page_it_says_when_that_comes(her: Her) -> None:
    her.says("My week").hears("week.first")
    her.taps("Change something").hears("week.more_ask")


def test_the_newest_page_opens_again(her: Her) -> None:
    reads(her.is_due("session")).quietly()
    her.says("My week").hears("week.menu")
    her.taps("The newest page").hears("=en 1 title", "=en 1 reflect.1", "session.play_ready")


def test_the_menu_is_edited_in_place(her: Her) -> None:
    for _ in range(4):
        reads(her.is_due("session"))
    her.quietly().says("My week").taps("All the weeks")
    (listed,) = to_her(her.effects)
    assert listed.edit
    her.taps("en 1 title")
    (parts,) = to_her(her.effects)
    assert parts.edit
    assert [button.label for row in parts.message.buttons for button in row] == [
        "A thought and a game",
        "Something to try",
        "A question",
        "Back",
    ]
    her.quietly().taps("Back").hears("week.which")
    her.taps("en 1 title").quietly().taps("Something to try").hears("=en 1 have_a_go.1")


def test_an_earlier_question_comes_without_another_pulse(her: Her) -> None:
    for _ in range(4):
        reads(her.is_due("session"))
    her.waits(days=6).quietly().says("My week").taps("All the weeks").taps("en 1 title").quietly()
    her.taps("A question").hears("=en 1 question.1")


def test_a_page_not_reached_yet_is_not_offered(her: Her) -> None:
    reads(her.is_due("session"))
    her.says("My week")
    assert "This week's pages" not in her.keyboard
    reads(her.is_due("session"))
    her.says("My week").taps("This week's pages")
    (parts,) = to_her(her.effects)
    assert len(parts.message.buttons) == 3, "two pages, and back"


def test_many_weeks_are_listed_eight_at_a_time_the_newest_first(her: Her) -> None:
    knows(her, week=12)
    her.says("My week").taps("All the weeks")
    (first,) = to_her(her.effects)
    labels = [button.label for row in first.message.buttons for button in row]
    assert labels == [f"en {week} title" if week != 11 else "A page just for you" for week in range(11, 3, -1)] + [
        "Still earlier",
        "Back",
    ]
    her.taps("Still earlier")
    (second,) = to_her(her.effects)
    assert [row[0].label for row in second.message.buttons] == ["en 3 title", "en 2 title", "en 1 title", "Back"]


def test_the_menu_does_not_come_back_by_itself(her: Her) -> None:
    her.says("My week").quietly()
    reads(her.says("How I feel").taps("🙂 Good").is_due("session")).quietly()
    assert not her.kept.places


# -- later, skip, pause --------------------------------------------------------------------------------------------


def test_later_today_brings_the_unopened_page_once_more_inside_her_hours(her: Her) -> None:
    her.is_due("session").says("My week").taps("Change something").quietly()
    her.taps("Later today").hears("push.later_ok")
    (wait,) = [key for key in her.kept.due if key.startswith("wait:")]
    her.is_due(wait).hears("push.page_waits")
    assert calendar.is_safe(her.person, her.now)
    her.taps("Open").hears("=en 1 title", "=en 1 reflect.1", "session.play_ready")
    assert her.person.profile.waiting == ()


def test_where_all_is_stopped_no_page_is_promised_for_later(her: Her) -> None:
    her.is_due("session").says("My week").taps("Change something").quietly()
    assert "Later today" in her.keyboard
    her.keyboard.clear()
    her.says("stop").quietly().says("My week").taps("Change something").quietly()
    assert "Later today" not in her.keyboard


def test_with_nothing_unread_later_is_not_offered(her: Her) -> None:
    reads(her.is_due("session")).says("My week").taps("Change something")
    assert "Later today" not in her.keyboard


def test_a_skipped_week_ends_on_her_first_day_of_the_next_and_stays_open(her: Her) -> None:
    reads(her.is_due("session"))
    her.says("My week").taps("Change something").quietly().taps("Skip this week").hears("week.skipped")
    assert local(her).weekday() == 0
    assert timedelta(days=6) < her.kept.due["session"][0] - her.now <= timedelta(days=7)
    her.is_due("session").hears("push.page")
    her.taps("Open").hears("=en 2 title", "=en 2 reflect.1", "session.play_ready")
    her.taps("Show it").quietly().says("My week").taps("All the weeks").taps("en 1 title").quietly()
    her.taps("A question").hears("=en 1 question.1")


def test_the_rest_of_a_week_that_is_over_is_not_skipped_twice(her: Her) -> None:
    for _ in range(3):
        reads(her.is_due("session"))
    her.says("My week").taps("Change something").taps("Skip this week").quietly()
    assert (her.person.profile.week, her.person.profile.push) == (2, 0)
    her.is_due("session").taps("Open").taps("I tried it")
    assert "en 2 title" in her.unheard


@pytest.mark.parametrize(
    ("typed", "glad"), [("not yet", "no"), ("Yes!", "yes"), ("a little", "partly"), ("No.", "no"), ("2", "partly")]
)
def test_how_it_went_may_be_said_as_people_say_it(her: Her, typed: str, glad: str) -> None:
    for _ in range(3):
        reads(her.is_due("session"))
    her.is_due("session").taps("Open").quietly()
    her.says(typed).hears(f"tried.glad_{glad}_1", "=en 2 title", "=en 2 reflect.1", "session.play_ready")


@pytest.mark.parametrize(("label", "days"), [("One week", 7), ("Two weeks", 14)])
def test_a_pause_ends_by_itself_where_she_was(her: Her, label: str, days: int) -> None:
    reads(her.is_due("session"))
    paused = her.now
    her.says("My week").taps("Change something").taps("Pause").quietly().taps(label).hears("week.paused")
    assert her.kept.due["session"][0] - paused >= timedelta(days=days)
    her.says("My week").hears("week.paused_now")
    her.is_due("session").hears("push.page")
    her.taps("Open").hears("=en 1 have_a_go.1")


def test_a_pause_without_end_plans_nothing_until_she_says_so(her: Her) -> None:
    reads(her.is_due("session"))
    her.says("My week").taps("Change something").taps("Pause").quietly().taps("Until I say").hears("week.paused_open")
    assert "session" not in her.kept.due
    her.says("/start").quietly()
    assert "session" not in her.kept.due
    her.waits(days=200).says("My week").hears("week.paused_open")
    her.taps("Change something").quietly().taps("Go on again").hears("week.resumed")
    her.is_due("session").taps("Open").quietly()
    assert her.person.profile.push == 2


def test_what_she_wanted_later_today_does_not_come_in_a_pause(her: Her) -> None:
    her.is_due("session").taps("Later").says("My week").taps("Change something").taps("Pause").taps("One week")
    assert not [key for key in her.kept.due if key.startswith("wait:")]
    assert her.person.profile.waiting == ("1:0",)


def test_skip_and_pause_are_not_offered_in_a_pause(her: Her) -> None:
    knows(her, paused_until=calendar.WITHOUT_END).says("My week").taps("Change something")
    assert {"Skip this week", "Pause"} & her.keyboard.keys() == set()


# -- weeks that stir -----------------------------------------------------------------------------------------------


def at(her: Her, week: int, push: int = 0) -> Her:
    """Her next page is this one."""
    return knows(her, week=week, push=push)


def test_a_week_that_stirs_asks_before_it_opens(her: Her) -> None:
    at(her, 3).is_due("session").hears("push.page")
    her.taps("Open").hears("door.ask")
    her.taps("I will only read").hears("=en 3 title", "=en 3 reflect.1", "session.play_ready")


def test_it_can_be_passed_and_opened_another_day(her: Her) -> None:
    at(her, 3).is_due("session").taps("Open").quietly().taps("Pass").hears("session.kept")
    her.says("My week").quietly().taps("The newest page").hears("door.ask")


def test_it_leads_to_a_person(her: Her) -> None:
    at(her, 3).is_due("session").taps("Open").quietly()
    her.taps("Speak with someone").hears("person.ask" if 9 <= local_hour(her) < 18 else "person.closed")


def local_hour(her: Her) -> int:
    return her.now.astimezone(her.person.tz).hour


def test_the_pulse_of_such_a_week_comes_the_day_after_and_asks_nothing_else(her: Her) -> None:
    at(her, 3).is_due("session").taps("Open").taps("I will only read").taps("Show it")
    read = her.now
    her.says("How I feel").taps("🙂 Good").quietly()
    assert local(her).date() == read.astimezone(her.person.tz).date() + timedelta(days=1)
    her.is_due("session").hears("push.question")
    her.taps("Open").hears("pulse.ask")
    her.taps("🙂 Good").hears("pulse.thanks")
    assert local(her).weekday() == 2
    her.is_due("session").taps("Open").hears("push.page", "=en 3 have_a_go.1")
    assert local(her).weekday() == 0
    assert (her.person.profile.week, her.person.profile.push) == (4, 0)


def test_a_pulse_nobody_opened_leaves_no_empty_page_behind(her: Her) -> None:
    at(her, 3).is_due("session").is_due("session").is_due("session")
    assert her.person.profile.waiting == ("3:0",)


def test_the_page_for_her_alone_opens_when_nobody_is_near(her: Her) -> None:
    at(her, 11).is_due("session").taps("Open").hears("push.page", "near.ask")
    her.taps("I am alone now").hears("door.ask")
    her.taps("I will only read").hears("=en 11 title", "=en 11 reflect.1", "session.play_ready")


def test_not_alone_keeps_it_for_later_and_shows_nothing(her: Her) -> None:
    at(her, 11).is_due("session").taps("Open").quietly().taps("Not now").hears("session.kept")
    assert her.person.profile.waiting == ("11:0",)
    her.says("My week").quietly().taps("The newest page").hears("near.ask")


# -- a phone of her own, without knocks ----------------------------------------------------------------------------


def test_without_knocks_one_message_lights_up_and_begins_neutrally(her: Her) -> None:
    knows(her, knocks=False).is_due("session")
    (push,) = to_her(her.effects)
    neutral = her.library.text("en", "push.page_open")
    assert push.message.text == f"{neutral}\n\nen 1 title\n\nen 1 reflect.1"
    her.quietly().taps("Go on").hears("session.play_ready")


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
def test_the_neutral_line_fills_what_a_locked_phone_shows(library: Library, language: str) -> None:
    assert len(library.text(language, "push.page_open")) >= 60


def test_without_knocks_the_follow_up_comes_first_under_the_neutral_line(her: Her) -> None:
    knows(her, knocks=False, week=2, trying=1).is_due("session")
    (push,) = to_her(her.effects)
    assert push.message.text.startswith(her.library.text("en", "push.page_open"))
    her.quietly().taps("I tried it").hears("tried.glad_yes_1", "=en 2 title", "=en 2 reflect.1", "session.play_ready")


def test_a_page_of_one_message_needs_no_tap(her: Her) -> None:
    knows(her, knocks=False, push=1).is_due("session")
    assert not her.kept.places
    (push,) = to_her(her.effects)
    assert push.message.text.endswith("en 1 have_a_go.1")


@pytest.mark.parametrize("told", [{"shared": True}, {"week": 3}, {"week": 11}])
def test_a_shared_phone_and_a_page_that_stirs_knock_all_the_same(her: Her, told: dict[str, object]) -> None:
    knows(her, knocks=False, **told).is_due("session").hears("push.page")


# -- age, follow-up, what a week may bring ---------------------------------------------------------------------------


def test_the_have_a_go_is_asked_after_once(her: Her) -> None:
    for _ in range(3):
        reads(her.is_due("session"))
    her.quietly().is_due("session").taps("Open").hears("push.page", "tried.ask")
    her.taps("Not this week").quietly().taps("Show it").says("My week").quietly()
    her.taps("The newest page").hears("=en 2 title", "=en 2 reflect.1", "session.play_ready")


def test_a_have_a_go_that_never_came_is_not_asked_after(her: Her) -> None:
    reads(her.is_due("session"))
    her.says("My week").taps("Change something").taps("Skip this week").quietly()
    her.is_due("session").taps("Open").hears("push.page", "=en 2 title", "=en 2 reflect.1", "session.play_ready")


def test_three_weeks_unopened_are_one_knock_and_nothing_is_lost(her: Her) -> None:
    for _ in range(9):
        her.is_due("session")
        assert len([place for place in her.kept.places if place.flow == "session"]) == 1
    waiting = her.person.profile.waiting
    assert len(waiting) == 7, "eight, less the pulse of the week that stirs"
    her.taps("Open").quietly()
    while her.kept.places:
        buttons = {"door": "I will only read", **FRIENDLY}
        her.taps(buttons.get(her.kept.places[-1].question.partition(".")[0], "Open that page"))
    assert her.person.profile.waiting == ()


def test_a_page_opened_from_the_list_does_not_offer_itself(her: Her) -> None:
    for _ in range(3):
        her.is_due("session")
    her.says("My week").taps("This week's pages").quietly()
    her.taps("Something to try").hears("=en 1 have_a_go.1", "session.another")
    her.taps("Open that page").hears("=en 1 title", "=en 1 reflect.1", "session.play_ready")
    her.taps("Show it").hears("=en 1 play.1", "session.end", "session.another")
    her.taps("Open that page").hears("=en 1 question.1")
    assert her.person.profile.waiting == ()


def test_a_low_pulse_is_not_followed_by_an_offer(her: Her) -> None:
    her.is_due("session").is_due("session").is_due("session").taps("Open").taps("🙁 Heavy").quietly()
    her.taps("No").hears("pulse.thanks")


def test_her_open_safety_question_stays_when_a_page_comes(her: Her) -> None:
    her.is_due("session").is_due("session").is_due("session").taps("Open").taps("😞 Very heavy")
    her.waits(hours=3).is_due("session")
    assert [place.question for place in her.kept.places] == ["dying", "knock"]


def test_new_weeks_written_after_the_end_go_on_from_there(her: Her) -> None:
    knows(her, week=4, told_end=True).is_due("session").taps("Open")
    assert "en 4 title" in her.unheard
    assert not her.person.profile.told_end
