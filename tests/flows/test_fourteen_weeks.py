"""Fourteen weeks, moment by moment: every page once, none doubled, none in quiet hours, three a week at most.

The process is down for 30 and 50 hours, the clock jumps, she moves to another zone, changes her days, pauses, skips,
opens some pages and leaves others. What comes is held against what was promised.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from msgspec import structs

from content.library import Library
from flows.programme import calendar
from tests.life import Life
from tests.talk import Her, to_her
from tests.tree import made_up

WEEKS = 14
STIRS = (3, 5, 6, 8, 11)
ZONES = ("Asia/Dushanbe", "Europe/Moscow", "Asia/Yekaterinburg")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return made_up(tmp_path_factory.mktemp("tree"), WEEKS, stirs=STIRS, alone=(11,))


def in_order() -> list[str]:
    """The pages as they are promised."""
    found = [
        f"mums:{week}:{push}" for week in range(1, WEEKS + 1) for push in ((0, 2, 1) if week in STIRS else (0, 1, 2))
    ]
    return [*found, f"mums:{WEEKS + 1}:0"]


def lived(life: Life, between: object = None, days: int = 400) -> list[str]:
    """Days pass until the last page has come; the pages in their order."""
    for day in range(days):
        if callable(between):
            between(life, day)
        life.passes(timedelta(days=1))
        if life.pages and life.pages[-1][1] == in_order()[-1]:
            return [page for _, page in life.pages]
    raise AssertionError(life.her._story("it does not come to its end"))


@pytest.mark.parametrize("part", calendar.PARTS)
@pytest.mark.parametrize("days", calendar.DAYS)
def test_every_page_once_in_fourteen_weeks(library: Library, part: str, days: str) -> None:
    life = Life(library, part, days)
    assert lived(life, lambda one, _: one.reads()) == in_order()
    first, last = life.pages[0][0], life.pages[-1][0]
    assert (last - first).days in range(7 * WEEKS - 3, 7 * WEEKS + 4)


def test_unread_pages_all_wait_and_can_be_read_at_the_end(library: Library) -> None:
    life = Life(library)
    assert lived(life) == in_order()
    life.passes(timedelta(days=8))
    life.her.says("My week").taps("A page that waits")
    heard = len(life.her.unheard) - 2
    life.reads()
    read = Counter(life.her.unheard[heard:])
    for week in range(1, WEEKS + 1):
        assert read[f"en {week} reflect.1"] == 1
        assert read[f"en {week} have_a_go.1"] == 1
        assert read[f"en {week} question.1"] == (0 if week in STIRS else 1)


@pytest.mark.parametrize("hours", [30, 50])
@pytest.mark.parametrize("part", calendar.PARTS)
def test_outages_delay_and_never_double(library: Library, part: str, hours: int) -> None:
    life = Life(library, part)

    def fails(one: Life, day: int) -> None:
        one.reads()
        if day % 9 == 4:
            one.passes(timedelta(hours=hours), down=True)

    assert lived(life, fails) == in_order()


def test_a_clock_that_jumps_an_hour_either_way_and_forty_days(library: Library) -> None:
    life = Life(library)

    def jumps(one: Life, day: int) -> None:
        one.reads()
        if day % 5 == 0:
            one.her.now += timedelta(hours=1 if day % 2 else -1)
        if day == 30:
            one.passes(timedelta(days=40), down=True)

    assert lived(life, jumps) == in_order()


@pytest.mark.parametrize("planned_anew", [True, False])
def test_moving_between_zones(library: Library, planned_anew: bool) -> None:
    life = Life(library)

    def moves(one: Life, day: int) -> None:
        one.reads()
        if day % 8 == 3:
            one.her.kept.person = structs.replace(one.her.person, zone=ZONES[day // 8 % len(ZONES)])
            if planned_anew:
                one.plan_anew()

    assert lived(life, moves) == in_order()


def test_changing_days_and_hours_brings_no_fourth_push_and_no_second_a_day(library: Library) -> None:
    life, chance = Life(library), random.Random(20260302)

    def changes(one: Life, _: int) -> None:
        days, part = chance.choice(list(calendar.DAYS.values())), chance.choice(list(calendar.PARTS))
        told = structs.replace(one.her.person.profile, days=days, part=part)
        one.her.kept.person = structs.replace(one.her.person, profile=told)
        one.plan_anew()

    assert lived(life, changes) == in_order()


@pytest.mark.parametrize("hours", [(6, 7), (21, 23), (22, 2)])
def test_safe_hours_of_her_own(library: Library, hours: tuple[int, int]) -> None:
    life = Life(library, hours=hours)
    assert lived(life, lambda one, _: one.reads()) == in_order()


@pytest.mark.parametrize("seed", range(12))
def test_a_life_of_everything_at_once(library: Library, seed: int) -> None:
    chance = random.Random(seed)
    life = Life(library, chance.choice(list(calendar.PARTS)), chance.choice(list(calendar.DAYS)))

    def happens(one: Life, _: int) -> None:
        what = chance.randrange(14)
        if what < 6:
            one.reads()
        elif what == 6:
            one.passes(timedelta(hours=chance.choice((30, 50))), down=True)
        elif what == 7:
            one.her.now += timedelta(hours=chance.choice((-1, 1)))
        elif what == 8 and not chance.randrange(8):
            one.passes(timedelta(days=40), down=True)
        elif what == 9:
            one.her.kept.person = structs.replace(one.her.person, zone=chance.choice(ZONES))
            one.plan_anew()
        elif what == 10 and not chance.randrange(4):
            one.her.says("My week").taps("Change something")
            if "Pause" in offered(one.her):
                one.her.taps("Pause").taps(chance.choice(["One week", "Two weeks"]))
            else:
                one.her.taps("Go on again")
        elif what == 11 and one.her.kept.places and one.her.kept.places[-1].question == "knock":
            one.her.taps("Later")

    assert lived(life, happens, days=600) == in_order()


def offered(her: Her) -> set[str]:
    return {button.label for send in to_her(her.effects) for row in send.message.buttons for button in row}
