"""The time before the birth: pages tied to weeks of pregnancy, the pages after it, and then the mothers' weeks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from msgspec import structs

from content.library import Library
from flows.programme import calendar, expecting
from tests.life import Life
from tests.talk import LIBRARY, MORNING, Her
from tests.tree import SIX, made_up

DUE = "2026-10"
AGO = ("This month", "Last month", "Two months ago", "Earlier")
AFTER = [f"bumps:{len(SIX) + 1}:{push}" for push in range(3)]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return made_up(tmp_path_factory.mktemp("tree"), 3, bumps=SIX, asks=False)


def waits(library: Library, week: int, due: str = DUE, **profile: object) -> Life:
    """A mother-to-be who joined in this week of pregnancy, the birth expected in the middle of October."""
    who: dict[str, object] = {"role": "mother", "stage": "expecting"}
    life = Life(library, who=who, programme="bumps", child=due, **profile)
    life.her.now = expecting.begins(life.her.person, week) + timedelta(hours=10) if due else MORNING
    life.knows(joined_at=life.her.now)
    return life


def passes(life: Life, days: int, *, reads: bool = True) -> None:
    for _ in range(days):
        life.passes(timedelta(days=1))
        if reads:
            life.reads()


def tells(life: Life, months: int) -> None:
    life.her.says("/born").taps(AGO[min(months, 3)]).quietly()


BEFORE = [f"bumps:{week}:{push}" for week in range(1, len(SIX) + 1) for push in range(3)]


# -- when the pages come -------------------------------------------------------------------------------------------


def test_the_due_month_has_week_forty_in_its_middle() -> None:
    person = Her().person
    person = structs.replace(person, stage="expecting", profile=structs.replace(person.profile, child=DUE))
    assert expecting.begins(person, 40).astimezone(person.tz).date().isoformat() == "2026-10-15"
    assert expecting.week(person, datetime(2026, 10, 15, 12, tzinfo=UTC)) == 40
    assert expecting.week(person, datetime(2026, 10, 14, 12, tzinfo=UTC)) == 39
    assert expecting.week(person, datetime(2026, 1, 8, 12, tzinfo=UTC)) == 0


def test_before_her_first_week_only_the_pulse_comes_and_not_more_than_once_a_week(library: Library) -> None:
    life = waits(library, 5)
    passes(life, 7 * 7 - 1)
    assert life.pages == []
    assert {flow for _, flow, _ in life.came} == {"pulse"}
    assert all(later - sooner >= timedelta(days=6) for sooner, later in pairwise(life.pushes))
    passes(life, 14)
    assert [page for _, page in life.pages][:3] == ["bumps:1:0", "bumps:1:1", "bumps:1:2"]
    first = life.pages[0][0]
    begins = expecting.begins(life.her.person, SIX[0])
    assert begins <= first < begins + timedelta(days=5), "the first of her days at or after that week"


@pytest.mark.parametrize("days", calendar.DAYS)
@pytest.mark.parametrize("early", range(7))
def test_the_pulse_is_not_the_first_thing_that_comes_to_her(library: Library, days: str, early: int) -> None:
    life = waits(library, 5)
    joined = life.her.now + timedelta(days=early)
    life.her.now = joined
    life.knows(joined_at=joined, days=calendar.DAYS[days])
    passes(life, 14)
    assert life.pushes[0] - joined >= timedelta(days=6, hours=12), "a week of hers for something to read"
    assert {flow for _, flow, _ in life.came} == {"pulse"}


@pytest.mark.parametrize("week", [8, 10, 14])
def test_what_there_is_to_read_comes_first_and_the_pulse_a_week_later(week: int) -> None:
    life = waits(LIBRARY, week)
    joined = life.her.now
    passes(life, 14)
    assert [flow for _, flow, _ in life.came][:2] == ["note", "pulse"]
    assert life.pushes[0] - joined < timedelta(days=4)
    assert life.pushes[1] - life.pushes[0] >= timedelta(days=6)


def test_no_week_comes_before_its_time_and_between_them_it_is_quiet(library: Library) -> None:
    life = waits(library, 12)
    passes(life, 7 * 24)
    pages = [page for _, page in life.pages]
    assert pages == [*BEFORE, "bumps:8:0"]
    for moment, page in life.pages[:-1]:
        week = int(page.split(":")[1])
        begins = expecting.begins(life.her.person, SIX[week - 1])
        assert begins <= moment < begins + timedelta(days=12)


@pytest.mark.parametrize("week", [33, 36, 40])
def test_who_joins_late_has_a_week_every_week(library: Library, week: int) -> None:
    life = waits(library, week)
    passes(life, 7 * 7)
    begun = [moment for moment, page in life.pages if page.endswith(":0")][: len(SIX)]
    between = [(later - sooner).days for sooner, later in pairwise(begun)]
    assert all(days == 7 or (week >= 33 and days <= 12) for days in between), "we may ask about the birth in between"
    assert between.count(7) >= len(between) - 2


def test_without_a_month_nothing_waits(library: Library) -> None:
    life = waits(library, 0, due="")
    passes(life, 7 * 7)
    assert [page for _, page in life.pages] == [*BEFORE, "bumps:8:0"]


def test_what_is_said_of_the_next_page_is_true(library: Library) -> None:
    life = waits(library, 5)
    her = life.her
    her.says("My week").hears("tracks.week_first")
    said = her.transcript[-1]
    passes(life, 60, reads=False)
    first = life.pages[0][0].astimezone(her.person.tz)
    assert f"{first:%d.%m}" in said
    assert f"{first:%H:%M}" in said
    life = waits(library, 12)
    passes(life, 7)
    life.her.quietly().says("My week").hears("tracks.week_later")


def test_joining_says_when_the_first_page_comes(library: Library) -> None:
    her = Her(library).says("/start").taps("English")
    for typed in ("1", "1", "1", "1"):
        her.says(typed)
    her.taps("October").says("7").says("1").quietly()
    her.taps("Evening, 16 to 20").hears("tracks.joined_early")
    assert her.person.profile.programme == "bumps"
    her.is_due("session").hears("push.question")


def test_a_changed_month_moves_what_comes_and_a_week_begun_goes_on(library: Library) -> None:
    life = waits(library, 12)
    passes(life, 3)
    begun = len(life.pages)
    life.knows(child="2026-12")
    passes(life, 7)
    assert [page for _, page in life.pages][begun:] == ["bumps:1:0", "bumps:1:1", "bumps:1:2"][begun:]
    passes(life, 21)
    assert len(life.pages) == 3


def test_while_check_ins_wait_for_her_nothing_knocks_in_vain(library: Library) -> None:
    life = waits(library, 5)
    life.her.kept.person = structs.replace(life.her.person, waits_since=life.her.now)
    passes(life, 40)
    assert life.pushes == []


# -- the birth -----------------------------------------------------------------------------------------------------


def test_after_a_birth_of_this_month_she_has_two_weeks_and_then_its_pages_and_the_mothers_weeks(
    library: Library,
) -> None:
    life = waits(library, 30)
    passes(life, 7 * 9)
    before = len(life.pages)
    told = life.her.now
    life.her.says("/born").quietly().taps("This month").hears("tracks.welcome_rest")
    life.her.says("My week").hears("tracks.week_first")
    passes(life, 7 * 5)
    pages = [page for _, page in life.pages][before:]
    assert pages[:6] == [*AFTER, "mums:1:0", "mums:1:1", "mums:1:2"]
    assert timedelta(weeks=2) <= life.pages[before][0] - told < timedelta(days=19)
    assert (life.her.person.profile.programme, life.her.person.profile.trying) in {("mums", 1), ("mums", 2)}


@pytest.mark.parametrize("ago", [1, 2, 3])
def test_a_birth_of_longer_ago_brings_them_with_the_next_push(library: Library, ago: int) -> None:
    life = waits(library, 42)
    told = life.her.now
    life.her.says("/born").quietly().taps(AGO[ago]).hears("birth.welcome")
    passes(life, 3)
    assert life.pages[0][1] == AFTER[0]
    assert life.pages[0][0] - told < timedelta(days=4)


def test_who_joined_with_a_child_never_sees_the_pages_after_the_birth(library: Library) -> None:
    life = Life(library, who={"role": "mother", "stage": "child"}, child="2026-02")
    tells(life, 0)
    passes(life, 60)
    assert not [page for _, page in life.pages if page.startswith("bumps")]


def test_an_unread_page_of_the_waiting_is_not_put_again_after_the_birth(library: Library) -> None:
    life = waits(library, 24)
    passes(life, 14, reads=False)
    assert life.her.person.profile.waiting
    tells(life, 1)
    heard = len(life.her.unheard)
    life.her.says("My week")
    assert "All the weeks" not in life.her.keyboard
    passes(life, 60)
    assert not [line for line in life.her.unheard[heard:] if line.startswith("en bumps") and "bumps 7" not in line]


def test_an_unread_page_after_the_birth_is_not_taken_for_one_of_the_mothers(library: Library) -> None:
    life = waits(library, 40)
    tells(life, 1)
    passes(life, 9, reads=False)
    assert life.her.person.profile.programme == "mums"
    assert life.her.person.profile.waiting == ()


# -- whole lives ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("week", "late"),
    [
        pytest.param(week, late, marks=() if (week + turn) % 3 == 0 else pytest.mark.torture)
        for week in range(5, 41)
        for turn, late in enumerate((0, 2, 7, None))
    ],
)  # every week and every wait in every run, each with each in make torture
def test_whenever_she_joins_and_tells(library: Library, week: int, late: int | None) -> None:
    """`late`: how many weeks after the birth she tells of it; None: never."""
    days = ("mon", "tue", "wed")[week % 3]
    life = waits(library, week, days=days)
    born = max(37 + (week + (late or 0)) % 6, week)
    reads = week % 4 != 3
    passes(life, 7 * (born - week + (late if late is not None else 12)) + week % 7, reads=reads)
    before = [page for _, page in life.pages]
    assert before == BEFORE[: len(before)] or before == [*BEFORE, "bumps:8:0"], "each once, in order"
    if late is None:
        assert before[-1] == "bumps:8:0"
        assert [flow for _, flow, _ in life.came].count("birth") <= 2
        assert life.came[-1][1] == "pulse"
        return
    tells(life, late // 4)
    passes(life, 7 * 9, reads=reads)
    life.her.says("My week")
    life.reads()
    assert not [line for line in life.her.unheard if line.startswith("en bumps") and "bumps 7 " not in line]
    after = [page for _, page in life.pages][len(before) :]
    assert after == [*AFTER, *(f"mums:{n}:{push}" for n in (1, 2, 3) for push in range(3)), "mums:4:0"]
    assert life.her.person.profile.told_end


def test_a_row_that_comes_too_early_brings_no_second_pulse_that_week(library: Library) -> None:
    life = waits(library, 5)
    her = life.her
    for _ in range(19):
        passes(life, 1)
        her.kept.due["session"] = (calendar.next_push(her.person, her.now), "")
    assert len(life.pushes) == 2
    assert life.pushes[1] - life.pushes[0] >= timedelta(days=6)
    assert her.kept.due["session"][0] > her.now


def test_who_expects_a_second_time_is_asked_of_that_birth_too(library: Library) -> None:
    life = waits(library, 41, births_asked=2, birth_asked_at=MORNING)
    tells(life, 1)
    assert (life.her.person.profile.births_asked, life.her.person.profile.birth_asked_at) == (0, None)
