"""A father has no fixed day: the coming page opens at once when he asks, a week's pages a day at most."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from content.library import Library
from content.schema import Level
from flows.model import Case
from flows.programme import calendar
from tests.life import Life
from tests.talk import Her
from tests.tree import made_up

NEXT = "The next page now"
MOSCOW = {"role": "father", "stage": "child", "region": calendar.ABROAD, "zone": "Europe/Moscow"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return made_up(tmp_path_factory.mktemp("tree"), 3, bumps=(12,), dads=4, asks=False)


@pytest.fixture
def life(library: Library) -> Life:
    return Life(library, who=MOSCOW, programme="dads", child="2025-10", offered="never")


def asks(life: Life) -> Her:
    life.her.says("My week").quietly()
    return life.her.taps(NEXT)


def test_the_coming_page_opens_without_a_knock_and_his_place_moves_on(life: Life) -> None:
    asks(life)
    show = "When you have two minutes, here is something small for you and your child, from near or far."
    life.her.hears("=en dads 1 title", f"=en dads 1 reflect.1\n\n{show}")
    life.her.taps("Show it").hears("=en dads 1 play.1", "session.end")
    asks(life).hears("=en dads 1 have_a_go.1")
    asks(life).hears("=en dads 1 question.1", "pulse.ask")
    assert (life.her.person.profile.week, life.her.person.profile.push) == (2, 0)


def test_a_weeks_pages_a_day_and_tomorrow_again(life: Life) -> None:
    for _ in range(3):
        asks(life)
        life.reads()
    asks(life).hears("tracks.next_tomorrow")
    assert life.her.person.profile.week == 2
    life.her.now += timedelta(days=1)
    asks(life).hears("tried.ask")


def test_after_a_page_that_stirs_the_pulse_comes_another_day(life: Life) -> None:
    life.knows(week=2)
    asks(life)
    life.her.taps("I will only read")
    life.reads()
    asks(life).hears("tracks.next_tomorrow")
    life.her.now += timedelta(days=1)
    asks(life).hears("pulse.ask")
    life.her.taps("🙂 Good").quietly()
    asks(life).hears("=en dads 2 have_a_go.1")


def test_no_push_comes_on_a_day_on_which_he_asked_and_pages_keep_their_order(life: Life) -> None:
    asked = Counter[object]()
    for day in range(60):
        if day % 4 == 1:
            life.her.says("My week")
            if any(NEXT in row for row in life.her.transcript[-1:]):
                life.her.taps(NEXT)
                life.reads()
                asked[life.her.now.astimezone(life.her.person.tz).date()] += 1
        life.passes(timedelta(days=1))
        life.reads()
    pushed = {moment.astimezone(life.her.person.tz).date() for moment, page in life.pages}
    assert asked
    assert not pushed & set(asked)
    for week in range(1, 5):
        parts = [f"en dads {week} {part}" for part in ("reflect.1", "have_a_go.1")]
        heard = [sum(line.split("\n\n")[0] == part for line in life.her.unheard) for part in parts]
        assert heard == [1, 1]
    assert life.her.person.profile.told_end


def test_once_all_have_come_or_in_a_pause_there_is_none_to_ask_for(life: Life) -> None:
    life.knows(week=5, told_end=True)
    life.her.says("My week")
    assert NEXT not in life.her.keyboard
    life.knows(week=2, told_end=False, paused_until=life.her.now + timedelta(days=3))
    life.her.says("My week")
    assert NEXT not in life.her.keyboard


def test_mothers_have_their_days(library: Library) -> None:
    her = Life(library, child="2025-10").her
    her.says("My week")
    assert NEXT not in her.keyboard


def test_his_hours_are_those_of_his_city(life: Life) -> None:
    life.passes(timedelta(days=20))
    assert life.pushes
    assert all(16 <= moment.astimezone(life.her.person.tz).hour < 20 for moment in life.pushes)


def test_a_father_to_be_goes_on_with_his_own_weeks_when_the_baby_is_there(library: Library) -> None:
    life = Life(library, who=MOSCOW | {"stage": "expecting"}, programme="dads", child="2026-04", week=2)
    life.her.says("/born").quietly().taps("This month").hears("tracks.welcome_father")
    profile = life.her.person.profile
    assert (profile.programme, profile.week, life.her.person.stage) == ("dads", 2, "child")


@pytest.mark.parametrize("role", ["grandmother", "carer"])
def test_who_raises_the_child_alone_reads_what_is_for_mothers(library: Library, role: str) -> None:
    her = Her(library).says("/start").taps("English").says({"grandmother": "4", "carer": "5"}[role]).says("1")
    if role == "carer":
        her.says("1")
    for typed in ("1", "1", "1", "1", "7", "1"):
        her.says(typed)
    her.taps("Evening, 16 to 20")
    assert her.person.profile.programme == "mums"


@pytest.mark.parametrize("level", ["urgent", "now"])
def test_beside_a_red_case_none_is_offered(life: Life, level: Level) -> None:
    life.her.kept.case = Case(number=10001, level=level, category="self_harm", opened_at=life.her.now, lines=1)
    life.her.says("My week")
    assert NEXT not in life.her.keyboard
