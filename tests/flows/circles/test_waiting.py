"""Whether she wants a circle, until when she waits, and the welcome."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from flows.circles import dates
from flows.effects import Vacate
from flows.events import Seated
from tests.talk import LIBRARY, Her


def knows(her: Her, **profile: Any) -> Her:
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, **profile))
    return her


def seated(her: Her, **more: Any) -> Her:
    """Her seat is there, and she is told."""
    her.sits()
    assert her.kept.seat is not None
    return her._event(Seated(circle=7, flower="tulip", begins_at=her.kept.seat.circle.begins_at, **more))


def test_she_is_asked_and_told_an_honest_date() -> None:
    her = Her().joins().says("My circle").hears("circle.want").taps("Yes, I would").hears("circle.beside")
    her.taps("Only from far away").hears("circle.waits")
    profile = her.person.profile
    assert (profile.circle_wish, profile.neighbours, profile.circle_since) == ("waits", False, her.now)
    date = dates.on_or_after(her.now.date() + timedelta(days=1))
    assert f"{date:%d.%m}" in her.transcript[-1]


@pytest.mark.parametrize(("hour", "later"), [(2, 0), (9, 0), (10, 14), (23, 14)])
def test_on_the_day_itself_it_is_today_until_people_are_seated(hour: int, later: int) -> None:
    her = knows(Her().joins(), circle_wish="waits")
    monday = dates.on_or_after(her.now.date() + timedelta(days=1))
    her.now = datetime.combine(monday, time(hour), ZoneInfo("Asia/Dushanbe"))
    her.says("/circle").hears("circle.waits")
    assert f"{monday + timedelta(days=later):%d.%m}" in her.transcript[-1]


@pytest.mark.parametrize(
    ("known", "told"),
    [("few:", "circle.waits_unknown"), ("few:2026-05-11", "circle.waits"), ("date:", "circle.waits_unknown")],
)
def test_what_the_last_seating_said_of_her_is_what_she_is_told(known: str, told: str) -> None:
    her = knows(Her().joins(), circle_wish="waits", circle_date=known).says("/circle").hears(told)
    assert ("11.05" in her.transcript[-1]) == known.endswith("11")


def test_not_now_is_kept_and_can_change() -> None:
    her = Her().joins().says("/circle").quietly().taps("Not now").hears("circle.not_now")
    assert her.person.profile.circle_wish == "no"
    her.says("/circle").quietly().taps("Yes, I would").quietly().taps("Neighbours too").hears("circle.waits")
    assert her.person.profile.neighbours


def test_while_she_waits_she_is_told_and_can_change_her_mind() -> None:
    her = knows(Her().joins(), circle_wish="waits")
    since = knows(her, circle_since=her.now - timedelta(days=9)).person.profile.circle_since
    her.says("/circle").hears("circle.waits").taps("Choose who sits there").quietly().taps("Neighbours too").quietly()
    assert her.person.profile.circle_since == since
    her.says("/circle").quietly().taps("I don't want it now").hears("circle.not_now")
    assert (her.person.profile.circle_wish, her.person.profile.circle_since) == ("no", None)


def test_under_eighteen_help_stays_and_circles_are_not_offered() -> None:
    knows(Her().joins(), adult=False).says("/circle").hears("circle.not_young")


def test_after_a_loss_no_circle_is_pressed_on_her() -> None:
    her = Her().joins()
    knows(her, lost_at=her.now).says("/circle").hears("circle.not_lost")


def test_a_carer_is_told_there_is_none_yet() -> None:
    her = Her().joins()
    her.kept.person = structs.replace(her.person, role="carer")
    her.says("/circle").hears("circle.not_kind")


@pytest.mark.parametrize("role", ["father", "grandmother"])
def test_fathers_and_grandmothers_have_circles_of_their_own(role: str) -> None:
    her = Her().joins()
    her.kept.person = structs.replace(her.person, role=role)
    her.says("/circle")
    assert LIBRARY.text("en", f"circle.people_{role}") in her.unheard[-1]


def test_who_waits_for_check_ins_waits_for_a_circle_too() -> None:
    her = Her().joins()
    her.kept.person = structs.replace(her.person, waits_since=her.now)
    her.says("/circle").taps("Yes, I would").quietly().taps("Only from far away").hears("circle.waits_room")


def test_one_line_after_her_first_week_and_never_again() -> None:
    her = knows(Her().joins(), week=2, push=0)
    her.waits(days=8).is_due("session").is_due("session").quietly().taps("Open")
    line = LIBRARY.text(
        "en", "circle.offered", people=LIBRARY.text("en", "circle.people_mother"), names="the names of flowers"
    )
    for _ in range(12):
        if line in her.unheard:
            break
        her.is_due(next(key for key in her.kept.due if key.startswith("wait"))) if any(
            key.startswith("wait") for key in her.kept.due
        ) else her.says("1")
    assert line in her.unheard
    assert her.person.profile.ways.offered


def test_a_seat_is_told_inside_her_hours_behind_a_neutral_line() -> None:
    her = seated(Her().joins()).hears()
    assert her.kept.due["welcome"][0] > her.now
    her.is_due("welcome").hears("circle.push")
    her.taps("Open").hears("circle.welcome", "circle.rule_reads", "circle.rule_passed", "circle.rule_free")
    her.taps("Into the circle").hears("circle.room")


def test_before_she_is_told_of_her_seat_nothing_of_it_knocks() -> None:
    her = seated(Her().joins())
    her.is_brought("Welcome, all of you").hears()
    assert "circle" not in her.kept.due
    her.is_due("welcome").hears("circle.push")


def test_the_line_about_her_seat_does_not_come_on_top_of_a_page() -> None:
    her = seated(Her().joins())
    her.is_due(next(key for key in her.kept.due if key.startswith("session"))).quietly()
    her.is_due("welcome").hears()
    assert her.kept.due["welcome"][0] - her.now >= timedelta(hours=1)


def test_a_seat_she_finds_herself_is_welcomed_first() -> None:
    her = seated(Her().joins()).says("/circle")
    her.hears("circle.welcome", "circle.rule_reads", "circle.rule_passed", "circle.rule_free")
    her.says("Hello").hears("said.bot")
    her.taps("Into the circle").hears("circle.room")
    her.is_due("welcome").hears()


def test_somebody_of_her_district_is_named_before_her_first_word_and_she_may_wait() -> None:
    her = seated(Her().joins(), near=True, eased=True).is_due("welcome").quietly().taps("Open").hears("circle.near")
    her.taps("I would rather wait").hears("circle.waits")
    assert [type(one) for one in her.to_circle] == [Vacate]
    assert (her.person.profile.circle_wish, her.person.profile.rather_wait) == ("waits", True)


def test_before_it_begins_the_room_is_shut_and_the_day_is_told() -> None:
    her = Her().joins().sits()
    her.circle_is(begins_at=her.now + timedelta(days=3)).says("/circle").hears("circle.begins")
    her.says("Hello").hears("said.bot")
    assert her.wrote == []


def test_on_a_shared_phone_the_circle_is_behind_a_neutral_label() -> None:
    her = knows(Her().joins(), shared=True).says("More")
    assert "My circle" in her.keyboard
    her.quietly().taps("My circle").hears("circle.want")
