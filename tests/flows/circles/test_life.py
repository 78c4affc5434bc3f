"""A circle's life by the clock: what it hears from its first day to its last, and what it does not hear."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from flows.circles import life
from flows.circles.life import Life, Moment
from flows.circles.model import Circle, Room, Seated, Terms
from flows.events import CircleTold
from tests.talk import LIBRARY

ZONE = ZoneInfo("Asia/Dushanbe")
BEGINS = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
"""A Monday, 10:00 in Dushanbe."""
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
MEMBERS = tuple(Seated(person=n, flower=f, joined_at=BEGINS) for n, f in ((1, "tulip"), (2, "violet")))


def a_circle(stage: str = "under18m", **more: object) -> Circle:
    plain = Circle(
        id=7, language="en", stage=stage, begins_at=BEGINS, ends_at=life.ends(LIBRARY, stage, BEGINS), guide=9
    )
    return structs.replace(plain, **more)


def lives(
    circle: Circle, now: datetime, *, there: bool = True, heard: dict[int, datetime | None] | None = None
) -> Life:
    room = Room(now=now, circle=circle, members=MEMBERS)
    return life.lives(room, LIBRARY, ZONE, there=there, heard=heard)


def whole(circle: Circle) -> list[tuple[datetime, Life]]:
    """A life looked at whenever it asks to be."""
    return whole_from(circle, circle.begins_at)


def heard_of(circle: Circle) -> list[str]:
    return [words for _, one in whole(circle) for words in one.says]


def test_it_begins_with_a_word_of_welcome_and_ends_closed_after_fourteen_weeks() -> None:
    lived = whole(a_circle())
    assert lived[0][1].says == (LIBRARY.text("en", "life.welcome", names=LIBRARY.text("en", "circle.names_flowers")),)
    at, last = lived[-1]
    assert at == BEGINS + 14 * WEEK
    assert last.circle.state == "closed"
    assert last.circle.next_at is None
    assert last.told == tuple((person, CircleTold(circle=7, what="end")) for person in (1, 2))


def test_each_week_that_has_a_question_opens_it_on_the_circles_evening_once() -> None:
    asked = {one.circle.terms.asked: at for at, one in whole(a_circle()) if any("question" in say for say in one.says)}
    assert sorted(asked) == [1, 2, 4, 7, 9, 10, 12, 13], "none in a week that stirs, nor in the farewell's"
    for week, at in asked.items():
        local = at.astimezone(ZONE)
        assert (local.weekday(), local.hour) == life.EVENING
        assert BEGINS + (week - 1) * WEEK <= at < BEGINS + week * WEEK


@pytest.mark.parametrize("week", range(1, 15))
def test_a_week_that_stirs_old_pain_has_no_question_for_the_circle(week: int) -> None:
    course = LIBRARY.programme("mums")
    for language in ("en", "ru", "tg"):
        question = life.question(LIBRARY, "under18m", week, language)
        assert bool(question) != course.stirs(week)
        assert question.endswith("?") or not question


@pytest.mark.parametrize("stage", sorted(life.PROGRAMMES))
def test_every_stage_lives_as_long_as_its_programme_and_says_farewell(stage: str) -> None:
    lived = whole(a_circle(stage))
    over = lived[-1][0]
    assert over - BEGINS == life.length(LIBRARY, stage) * WEEK
    farewell = LIBRARY.text("en", "life.parting", day="on Monday", date=f"{over:%d.%m}")
    assert farewell in [words for _, one in lived for words in one.says]


def test_every_second_week_a_tea_hour_is_announced_opened_and_closed_with_a_word_to_the_facilitator() -> None:
    led = [(at, what) for at, one in whole(a_circle()) for what in one.led if what.startswith("tea")]
    assert [what for _, what in led] == ["tea_soon", "tea", "tea_alone"] * 6
    soon, tea, over = (at for at, _ in led[:3])
    assert (tea - soon, over - tea) == (DAY, HOUR)
    assert tea.astimezone(ZONE).hour == life.TEA_HOUR
    assert (tea - BEGINS) // WEEK == 1, "the first is in the second week"


def test_nobody_is_said_to_be_at_a_tea_hour_who_has_not_come() -> None:
    tea = next(one for one in life.moments(a_circle(), ZONE) if one.what == "tea")
    opened = lives(a_circle(terms=Terms(lived_at=tea.at - HOUR, tea_here=True)), tea.at)
    assert not opened.circle.terms.tea_here, "it was another hour"
    for language in ("en", "ru", "tg"):
        for key in ("life.tea", "life.tea_soon"):
            assert LIBRARY.text(language, "life.tea_here") not in LIBRARY.text(language, key, day="", date="")
    alone = lives(opened.circle, tea.at + HOUR)
    assert (alone.says, alone.led) == ((LIBRARY.text("en", "life.tea_alone"),), ("tea_alone",))
    here = structs.replace(opened.circle, terms=structs.replace(opened.circle.terms, tea_here=True))
    after = lives(here, tea.at + HOUR)
    assert (after.says, after.led) == ((LIBRARY.text("en", "life.tea_over"),), ("tea_over",))
    assert not after.circle.terms.tea_here


def test_what_is_said_of_a_tea_hour_is_past_once_it_is_over() -> None:
    said = [line for _, one in whole(a_circle()) for line in one.lines]
    teas = [one for one in life.moments(a_circle(), ZONE) if one.what == "tea"]
    past = [line.until for line in said if "tea hour" in line.words and line.until is not None]
    assert past == [tea.at + HOUR for tea in teas for _ in range(2)], "the announcement and the call"
    assert sum(line.inside for line in said) == len(teas), "its end is for those who are there"


def test_a_question_is_that_of_the_week_for_a_week() -> None:
    for at, one in whole(a_circle()):
        assert [line.until for line in one.lines if "question" in line.words] in ([], [at + WEEK])


def test_nothing_that_can_be_read_later_speaks_of_today() -> None:
    for language, word in (("en", "today"), ("ru", "егодня"), ("tg", "мрӯз")):
        for key in ("full", "handed", "merged", "split"):
            assert word not in LIBRARY.text(language, f"life.{key}", date="")
        for key in ("merged", "split"):
            assert word not in LIBRARY.text(language, f"news.{key}", flower="")


def test_the_tea_hour_is_on_the_day_the_facilitator_chose() -> None:
    circle = a_circle(terms=Terms(tea_day=4))
    days = {one.at.astimezone(ZONE).weekday() for one in life.moments(circle, ZONE) if one.what == "tea"}
    assert days == {4}


def test_nobody_is_called_to_a_tea_that_is_over_but_the_farewell_is_said_late_too() -> None:
    tea = next(one for one in life.moments(a_circle(), ZONE) if one.what == "tea")
    asleep = a_circle(terms=Terms(lived_at=tea.at - timedelta(minutes=1)))
    for hours in (1, 2, 12):
        late = lives(asleep, tea.at + hours * HOUR)
        assert late.says == ()
        assert not late.circle.terms.tea_open
    open_still = a_circle(terms=Terms(lived_at=tea.at, tea_at=tea.at, tea_open=True))
    assert not lives(open_still, tea.at + 12 * HOUR).circle.terms.tea_open, "it ends without a word too"
    parting = next(one for one in life.moments(a_circle(), ZONE) if one.what == "parting")
    asleep = a_circle(terms=Terms(lived_at=parting.at - HOUR))
    assert "on Monday, 08.06" in lives(asleep, parting.at + DAY).says[0]


@pytest.mark.parametrize(
    ("language", "when"), [("en", "on Wednesday, 11.03"), ("ru", "в среду, 11.03"), ("tg", "рӯзи чоршанбе, 11.03")]
)
def test_the_tea_hour_is_announced_by_its_date_for_many_read_it_only_on_that_day(language: str, when: str) -> None:
    told = next(one for _, one in whole(a_circle(language=language)) if "tea_soon" in one.led)
    assert when in told.says[0]
    begun = next(one for _, one in whole(a_circle(language=language)) if "tea" in one.led)
    assert "11.03" in begun.says[0]


def test_nothing_is_said_twice() -> None:
    once = lives(a_circle(), BEGINS + HOUR)
    assert once.says
    assert lives(once.circle, BEGINS + HOUR).says == ()


def test_without_its_facilitator_it_rests_says_so_once_and_says_so_when_it_wakes() -> None:
    lived = lives(a_circle(), BEGINS).circle
    resting = lives(lived, BEGINS + DAY, there=False)
    assert resting.circle.state == "resting"
    assert resting.says == (LIBRARY.text("en", "life.rests"),)
    assert lives(resting.circle, BEGINS + 2 * DAY, there=False).says == ()
    week = lives(resting.circle, BEGINS + 6 * DAY, there=False)
    assert week.says == (), "no question is opened while nobody reads"
    awake = lives(week.circle, BEGINS + 7 * DAY)
    assert (awake.circle.state, awake.says) == ("open", (LIBRARY.text("en", "life.awake"),))


def test_it_ends_even_at_rest() -> None:
    resting = a_circle(state="resting", terms=Terms(lived_at=BEGINS))
    assert lives(resting, BEGINS + 14 * WEEK, there=False).circle.state == "closed"


def test_whoever_was_quiet_for_ten_days_is_asked_after_once() -> None:
    circle = a_circle(terms=Terms(lived_at=BEGINS))
    told = []
    for day in range(1, 40):
        now = BEGINS + day * DAY + 2 * HOUR
        one = lives(circle, now, heard={1: now - HOUR, 2: BEGINS})
        told += [(day, person) for person, event in one.told if event == CircleTold(circle=7, what="missed")]
        circle = one.circle
    assert told == [(10, 2)]


def test_a_circle_of_which_nobody_said_when_it_ends_has_no_life_of_its_own() -> None:
    assert life.moments(a_circle(ends_at=None), ZONE) == []
    assert life.next_at(a_circle(ends_at=None), ZONE) is None


def test_what_comes_next_is_the_first_moment_after_what_has_been() -> None:
    circle = a_circle()
    assert life.next_at(circle, ZONE) == BEGINS
    first, second = life.moments(circle, ZONE)[:2]
    assert first == Moment(BEGINS, "welcome", 1)
    assert life.next_at(structs.replace(circle, terms=Terms(lived_at=first.at)), ZONE) == second.at


def test_of_two_circles_that_become_one_it_ends_with_the_later_and_asks_what_both_have_read() -> None:
    older = a_circle(terms=Terms(lived_at=BEGINS + 6 * WEEK, merges=8, agreed=True))
    younger = structs.replace(older, id=8, begins_at=BEGINS + 4 * WEEK, ends_at=BEGINS + 18 * WEEK)
    one = life.together(older, younger)
    assert (one.id, one.ends_at, one.terms.ahead, one.terms.merges) == (7, BEGINS + 18 * WEEK, 4, 0)
    lived = whole_from(one, BEGINS + 6 * WEEK)
    asked = {one.circle.terms.asked: at for at, one in lived if any("question" in say for say in one.says)}
    assert set(asked) <= set(range(3, 14))
    for week, at in asked.items():
        assert younger.begins_at + (week - 1) * WEEK <= at < younger.begins_at + week * WEEK, "the younger's week"
    over, last = lived[-1]
    assert (over, last.circle.state) == (BEGINS + 18 * WEEK, "closed")
    farewell = LIBRARY.text("en", "life.parting", day="on Monday", date=f"{over:%d.%m}")
    assert [farewell in one.says for _, one in lived].count(True) == 1
    assert [what for _, one in lived for what in one.led].count("tea") == 5, "in weeks 8 to 16, every second"


def test_a_circle_that_joins_again_ends_with_the_last_of_all() -> None:
    first = a_circle(ends_at=BEGINS + 16 * WEEK, terms=Terms(ahead=2))
    second = structs.replace(a_circle(), id=8, begins_at=BEGINS + WEEK, ends_at=BEGINS + 15 * WEEK)
    one = life.together(first, second)
    assert (one.ends_at, one.terms.ahead) == (BEGINS + 16 * WEEK, 2)


def whole_from(circle: Circle, at: datetime | None) -> list[tuple[datetime, Life]]:
    """The rest of a life."""
    said = []
    while at is not None:
        one = lives(circle, at)
        said.append((at, one))
        circle, at = one.circle, one.circle.next_at
    return said
