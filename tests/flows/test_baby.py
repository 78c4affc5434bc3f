"""News of the baby: asked twice at most, and a loss that stops everything at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from msgspec import structs

from content.library import Library
from flows.effects import Flag, Hush
from flows.model import Scene
from flows.programme import baby, calendar
from tests.talk import Her
from tests.tree import made_up

OF_BABIES = ("baby", "child", "birth", "game", "page for this week")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return made_up(tmp_path_factory.mktemp("tree"), 4)


def expects(library: Library, due: str = "2026-03", **profile: object) -> Her:
    """A mother-to-be in her second week; the moment is the 2nd of March."""
    her = Her(library).joins()
    told = structs.replace(her.person.profile, child=due, week=2, **profile)
    her.kept.person = structs.replace(her.person, stage="expecting", profile=told)
    return her


def raises(library: Library, **profile: object) -> Her:
    """A mother of a child of five months."""
    her = expects(library, "2025-10", **profile)
    her.kept.person = structs.replace(her.person, stage="child")
    return her


def weeks_of_silence(her: Her, weeks: int = 20) -> list[datetime]:
    """She opens nothing; when the question about the birth knocked."""
    asked = []
    for _ in range(3 * weeks):
        her.is_due("session")
        if her.kept.places[-1].flow == "birth":
            asked.append(her.now)
    return asked


# -- asked around the due month ------------------------------------------------------------------------------------


def test_asked_in_the_middle_of_the_due_month_four_weeks_later_and_never_again(library: Library) -> None:
    her = expects(library)
    asked = weeks_of_silence(her)
    first, again = asked
    assert first.astimezone(her.person.tz).date().isoformat() == "2026-03-16"
    assert timedelta(weeks=4) <= again - first < timedelta(weeks=5)


def test_the_question_takes_the_place_of_a_page_which_comes_next(library: Library) -> None:
    her = expects(library)
    her.now = datetime(2026, 3, 15, 5, 0, tzinfo=UTC)
    her.kept.due["session"] = (datetime(2026, 3, 16, 12, 14, tzinfo=UTC), "")
    her.is_due("session").hears("push.question")
    her.taps("Open").hears("birth.ask")
    her.taps("Not yet").hears("birth.all_right")
    her.is_due("session").hears("push.page")
    her.taps("Open").hears("=en 2 title", "=en 2 reflect.1", "session.play_ready")


def test_news_she_began_to_give_is_not_asked_again_after_our_question(library: Library) -> None:
    her = expects(library)
    her.says("/born").hears("birth.when")
    her.now = datetime(2026, 3, 15, 5, 0, tzinfo=UTC)
    her.kept.due["session"] = (datetime(2026, 3, 16, 12, 14, tzinfo=UTC), "")
    her.is_due("session").hears("push.question")
    her.taps("Open").hears("birth.ask")
    her.taps("The baby is here").quietly().taps("This month").hears("birth.welcome")
    assert not her.kept.places


@pytest.mark.parametrize(("due", "stage"), [("", "expecting"), ("2026-03", "child"), ("2027-09", "expecting")])
def test_nobody_else_is_asked(library: Library, due: str, stage: str) -> None:
    her = expects(library, due)
    her.kept.person = structs.replace(her.person, stage=stage)
    assert weeks_of_silence(her, 10) == []


def test_the_push_says_nothing_of_a_baby(library: Library) -> None:
    for language in ("en", "ru", "tg"):
        assert library.texts[language]["push.question"]
    assert not any(word in str(library.texts["en"]["push.question"]).casefold() for word in ("baby", "birth", "child"))


# -- it was born ---------------------------------------------------------------------------------------------------

AGO = [("This month", "2026-03"), ("Last month", "2026-02"), ("Two months ago", "2026-01"), ("Earlier", "2025-12")]


@pytest.mark.parametrize(("label", "month"), AGO)
def test_the_month_of_birth_in_one_tap_and_the_first_week_begins(library: Library, label: str, month: str) -> None:
    her = expects(library)
    her.says("My week").taps("Change something").quietly().taps("My baby was born").hears("birth.when")
    her.taps(label).hears("birth.welcome")
    told = her.person.profile
    assert (her.person.stage, told.child, told.programme, told.week, told.push) == ("child", month, "mums", 1, 0)
    her.is_due("session").taps("Open").hears("push.page", "=en 1 title", "=en 1 reflect.1", "session.play_ready")


@pytest.mark.parametrize("words", ["My baby was born", "i gave birth", "кӯдакам таваллуд шуд", "Малыш родился"])
def test_she_says_it_in_her_own_words(library: Library, words: str) -> None:
    expects(library).says(words).hears("birth.when")


def test_a_mother_with_a_child_goes_on_where_she_is(library: Library) -> None:
    her = raises(library)
    her.says("My baby was born").quietly().taps("This month").hears("birth.kept")
    assert (her.person.profile.child, her.person.profile.week) == ("2026-03", 2)


def test_a_grandmother_keeps_her_own_weeks(library: Library) -> None:
    her = expects(library)
    profile = structs.replace(her.person.profile, programme="grandmothers")
    her.kept.person = structs.replace(her.person, role="grandmother", profile=profile)
    her.says("my baby was born").quietly().taps("This month")
    assert her.person.profile.week == 2


# -- something sad -------------------------------------------------------------------------------------------------


def by_menu(her: Her) -> Her:
    return her.says("My week").taps("Change something").taps("Something sad happened")


def by_words(her: Her) -> Her:
    return her.says("Something sad happened")


def by_question(her: Her) -> Her:
    her.kept.due["session"] = (datetime(2026, 3, 16, 12, 14, tzinfo=UTC), "")
    return her.is_due("session").taps("Open").taps("Something sad happened")


def by_month(her: Her) -> Her:
    return her.says("my baby was born").taps("Something sad happened")


WAYS = [by_menu, by_words, by_question, by_month]


@pytest.mark.parametrize("way", WAYS)
def test_wherever_we_ask_a_loss_stops_everything_and_a_person_is_told(library: Library, way: object) -> None:
    her = way(expects(library))  # type: ignore[operator]
    her.quietly().taps("Yes, let it stop").hears("sad.words")
    assert her.person.profile.lost_at == her.now
    assert her.person.profile.child == ""
    assert not her.kept.places
    assert her.case is not None
    assert (her.case.level, her.case.category) == ("concern", "loss")
    assert any(isinstance(effect, Hush) for effect in her.effects)
    assert her.kept.due["session"][0] - her.now >= calendar.MOURNING


@pytest.mark.parametrize("way", WAYS)
def test_a_mistaken_tap_costs_nothing(library: Library, way: object) -> None:
    her = way(expects(library))  # type: ignore[operator]
    due = dict(her.kept.due)
    her.quietly().taps("No, go back").hears("sad.not")
    assert her.person.profile.lost_at is None
    assert her.kept.due == due
    assert her.case is None


def test_pages_and_waits_in_front_of_her_go(library: Library) -> None:
    her = raises(library)
    her.is_due("session").taps("Later").is_due("session").says("How I feel")
    her.says("something sad happened").taps("Yes, let it stop")
    assert not her.kept.places
    assert not [key for key in her.kept.due if key.startswith("wait:")]
    assert her.person.profile.waiting == ()


def test_the_safety_question_stays_open(library: Library) -> None:
    her = raises(library)
    her.says("How I feel").taps("😞 Very heavy").says("something sad happened").taps("Yes, let it stop")
    assert [place.question for place in her.kept.places] == ["dying"]


def test_for_months_only_the_pulse_comes_and_no_word_of_a_baby(library: Library) -> None:
    her = expects(library)
    her.says("something sad happened").taps("Yes, let it stop")
    lost, came = her.now, []
    her.quietly()
    for _ in range(20):
        her.is_due("session").taps("Open").taps("🙂 Good")
        came.append(her.now)
    assert came[0] - lost >= timedelta(weeks=4)
    assert all(later - sooner >= timedelta(days=6) for sooner, later in pairwise(came))
    assert not [line for line in her.unheard if any(word in line.casefold() for word in OF_BABIES)]


def test_coming_back_after_stop_does_not_begin_it_again(library: Library) -> None:
    her = expects(library)
    her.says("something sad happened").taps("Yes, let it stop").says("stop").says("/start").quietly()
    assert her.kept.due["session"][0] - her.now >= timedelta(weeks=3)


def test_my_week_is_quiet_and_begins_again_only_when_she_means_it(library: Library) -> None:
    her = raises(library)
    her.says("something sad happened").taps("Yes, let it stop").quietly()
    her.says("My week").hears("week.quiet")
    her.taps("The pages again").hears("week.again_ask")
    her.taps("No, not now").hears("week.again_not")
    assert her.person.profile.lost_at is not None
    her.says("My week").taps("The pages again").quietly().taps("Yes, start again").hears("week.resumed")
    assert her.person.profile.lost_at is None
    her.is_due("session").taps("Open").quietly()
    assert her.person.profile.push == 1


def test_what_is_told_of_a_loss_reaches_the_desk_without_words_of_hers(library: Library) -> None:
    her = raises(library)
    scene = Scene(now=her.now, person=her.person, library=her.library, desk=her.desk_set)
    orders = baby.stopped(scene)
    (flag,) = [order for order in orders if isinstance(order, Flag)]
    assert (flag.level, flag.words) == ("concern", "")


def test_while_her_weeks_are_not_written_she_is_asked_and_can_tell_all_the_same(library: Library) -> None:
    her = expects(library, programme="", joined_at=datetime(2026, 3, 1, tzinfo=UTC))
    her.says("My week").hears("join.waiting")
    her.kept.due["session"] = (datetime(2026, 3, 16, 12, 14, tzinfo=UTC), "")
    her.is_due("session").hears("push.question")
    her.taps("Open").taps("The baby is here").taps("This month").quietly()
    assert (her.person.profile.programme, her.person.profile.week) == ("mums", 1)
    her.is_due("session").hears("push.page")
    her.says("something sad happened").taps("Yes, let it stop").quietly().says("My week").hears("week.quiet")
