"""Words of a loss whose question she leaves unanswered; what is right for a child who walks; working days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from flows.model import Desk
from flows.programme import calendar
from tests.beginnings import member
from tests.explore import Walker
from tests.flows.test_worry import finds, older
from tests.talk import LIBRARY


def silent_for(days: int) -> Walker:
    """Words of a loss, its question left alone, every due push come until so many days have passed."""
    her = older()
    her.kept.due["session"] = (her.now + timedelta(hours=7), "")
    told = finds(her, "loss", "concern").quietly().now
    her.desk_taps("take").desk_closes()
    while her.kept.due["session"][0] - told < timedelta(days=days):
        her.is_due("session")
    return her


def test_a_week_without_an_answer_she_is_asked_once_more_behind_a_knock() -> None:
    her = silent_for(7).hears()
    her.is_due("session").hears("push.question")
    her.split().taps("Open").hears("worry.loss_again").taps("No, let them come").hears("worry.loss_kept").is_due(
        "session"
    ).hears("push.page")
    stopped = her.split().taps("Open").quietly().taps("Yes, let them stop").hears("sad.words")
    assert (stopped.person.profile.lost_at, stopped.person.profile.loss_asked_at) == (stopped.now, None)
    her.is_due("session").hears()


def test_the_older_question_gives_way_to_the_second() -> None:
    her = silent_for(7).is_due("session").quietly()
    assert [place.flow for place in her.kept.places if place.question] == ["loss_again"]


def test_two_weeks_without_an_answer_pages_stop_quietly_and_a_person_is_told() -> None:
    her = silent_for(14).quietly()
    assert her.case is None
    her.is_due("session").hears()
    profile = her.person.profile
    assert profile.lost_at is not None
    assert profile.loss_asked_at is None
    assert her.case is not None
    assert (her.case.level, her.case.category) == ("watch", "loss")
    assert not her.kept.places
    her.is_due("session").hears("push.question")
    assert her.now - profile.lost_at >= calendar.MOURNING
    her.taps("Open").hears("pulse.ask")


def test_the_pages_come_again_when_she_asks_for_them() -> None:
    her = silent_for(14).is_due("session").quietly()
    her.says("My week").hears("week.quiet").taps("The pages again").hears("week.again_ask")
    her.taps("Yes, start again").quietly().is_due("session").hears("push.page")


# -- a child who walks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["Someone is here", "Nobody"])
def test_of_an_older_child_nobody_says_baby(answer: str) -> None:
    her = member("en", LIBRARY, child="2024-01")
    her.kept.person = structs.replace(her.person, stage="child")
    finds(her, "child_harm", "now").hears("worry.child_now_older", "who.now", "worry.holder_older")
    her.taps(answer)
    assert her.unheard
    assert "baby" not in " ".join(her.unheard)


@pytest.mark.parametrize("child", ["", "2025-12", "2024-12"])
def test_of_a_baby_or_a_child_whose_age_nobody_knows_the_baby_is_laid_down(child: str) -> None:
    her = member("en", LIBRARY, child=child)
    her.kept.person = structs.replace(her.person, stage="child")
    finds(her, "child_harm", "now").hears("worry.child_now", "who.now", "worry.holder")


# -- working days --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "days", "due"),
    [
        ((5, 10), 1, (6, 10)),  # Thursday to Friday
        ((6, 10), 3, (10, 10)),  # Friday, past Sunday, to Tuesday
        ((7, 10), 1, (9, 10)),  # Saturday to Monday
        ((7, 22), 1, (9, 18)),  # said after closing: by closing time
        ((8, 10), 1, (9, 10)),  # Sunday to Monday
        ((8, 10), 3, (11, 10)),
    ],
)
def test_aims_count_working_days(said: tuple[int, int], days: int, due: tuple[int, int]) -> None:
    desk = Desk()
    zone = calendar.zone_of(desk)
    now, then = (datetime(2026, 3, *moment, tzinfo=zone).astimezone(UTC) for moment in (said, due))
    assert calendar.working_days_on(desk, now, days) == then
    assert calendar.working_days_on(structs.replace(desk, closes=24), now, days) >= then
