"""Fourteen weeks, moment by moment: every page once, none doubled, none in quiet hours, three a week at most.

The process is down for 30 and 50 hours, the clock jumps, she moves to another zone, changes her days, pauses, skips,
opens some pages and leaves others. What comes is held against what was promised.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from msgspec import structs

from content.library import Library
from flows import calendar, consent, rhythm
from flows.effects import Schedule, Send
from flows.events import Due
from flows.model import Person, Profile, Scene
from tests.talk import Her, to_her
from tests.tree import made_up

WEEKS = 14
STIRS = (3, 5, 6, 8, 11)
ZONES = ("Asia/Dushanbe", "Europe/Moscow", "Asia/Yekaterinburg")
FRIENDLY = {
    "knock": "Open",
    "knock_again": "Open",
    "play": "Show the game",
    "tried": "I tried it",
    "mood": "🙂 Good",
    "second": "Skip",
    "alone": "I am alone now",
    "door": "I will only read",
    "another": "Open that page",
    "go_on": "Go on",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return made_up(tmp_path_factory.mktemp("tree"), WEEKS, stirs=STIRS, alone=(11,))


class Life:
    """A mother whose rows come due as the clock goes on, and everything that was pushed to her."""

    def __init__(self, library: Library, part: str = "evening", days: str = "mon", **profile: object) -> None:
        told = Profile(
            adult=True, consent=consent.CONSENT, days=calendar.DAYS[days], part=part, programme="mums", week=1
        )
        person = Person(id=77 << 40, state="active", language="en", profile=structs.replace(told, **profile))
        self.her = Her(library, person=person)
        self.plan_anew()
        self.pages: list[tuple[datetime, str]] = []
        self.pushes: list[datetime] = []

    def plan_anew(self) -> None:
        """What Settings does after days, hours or zone changed."""
        her = self.her
        scene = Scene(now=her.now, person=her.person, library=her.library, desk=her.desk_set)
        for effect in rhythm.next_session(scene):
            assert isinstance(effect, Schedule)
            her.kept.due[effect.key] = (effect.at, effect.about)

    def passes(self, time: timedelta, *, down: bool = False) -> None:
        """Time goes by; what comes due comes then, or, after an outage, all at once at its end."""
        end = self.her.now + time
        while rows := [(at, key) for key, (at, _) in self.her.kept.due.items() if at <= end]:
            at, key = min(rows)
            self._comes(key, end if down else max(at, self.her.now))
        self.her.now = end

    def _comes(self, key: str, now: datetime) -> None:
        her = self.her
        her.now = now
        _, about = her.kept.due.pop(key)
        before = her.person.talks
        her._event(Due(key=key, about=about))
        pushed = [send for send in to_her(her.effects) if isinstance(send, Send) and send.push]
        assert len(pushed) <= 1, "one line lights up"
        if not pushed:
            return
        assert calendar.is_safe(her.person, now), f"in quiet hours: {now.astimezone(her.person.tz)}"
        if key != "session":
            return
        begun = [place for place in her.kept.places if place.talk > before]
        self.pushes.append(now)
        self.pages += [(now, place.about.rsplit(":", 1)[0]) for place in begun if place.flow == "session"]
        if not begun:  # one message, nothing to open
            raise AssertionError(her._story("a push without a talk"))
        self._keeps_to_three()

    def _keeps_to_three(self) -> None:
        local = [push.astimezone(self.her.person.tz).date() for push in self.pushes]
        assert Counter(local)[local[-1]] == 1, "two on one day"
        week = local[-1].isocalendar()[:2]
        assert sum(day.isocalendar()[:2] == week for day in local) <= 3, "four in a week"

    def reads(self) -> None:
        """She opens what is there and goes on by the friendliest button."""
        for _ in range(200):
            if not self.her.kept.places:
                return
            question = self.her.kept.places[-1].question.partition(".")[0]
            if question not in FRIENDLY:
                return
            self.her.taps(FRIENDLY[question])
        raise AssertionError(self.her._story("there is always one more button"))


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
