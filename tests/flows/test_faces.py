"""Her weeks: which face falls into which, what changed, and what is too little to say anything."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.checkins import faces
from flows.checkins.faces import Week
from flows.model import Face

DUSHANBE = ZoneInfo("Asia/Dushanbe")
NOW = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)  # a Wednesday
FIRST = date(2025, 12, 15)


def weeks(*means: float | None) -> tuple[Week, ...]:
    return tuple(Week(FIRST + timedelta(weeks=at), mean) for at, mean in enumerate(means))


def test_there_are_twelve_weeks_from_their_mondays_and_the_running_one_is_last() -> None:
    shown = faces.weeks([], NOW, DUSHANBE)
    assert [week.begins for week in shown] == [FIRST + timedelta(weeks=at) for at in range(12)]
    assert shown[-1].begins <= NOW.date() < shown[-1].begins + timedelta(weeks=1)
    assert {week.mean for week in shown} == {None}


def test_a_week_begins_at_midnight_by_her_clock() -> None:
    monday = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)  # midnight in Dushanbe
    shown = faces.weeks([Face(monday - timedelta(seconds=1), 1), Face(monday, 5)], NOW, DUSHANBE)
    assert [week.mean for week in shown[-2:]] == [1, 5]
    assert faces.since(monday, DUSHANBE) - faces.since(monday - timedelta(seconds=1), DUSHANBE) == timedelta(weeks=1)


def test_several_faces_of_a_week_are_their_mean_and_what_is_older_is_not_shown() -> None:
    old = Face(faces.since(NOW, DUSHANBE) - timedelta(seconds=1), 1)
    shown = faces.weeks([old, Face(NOW, 2), Face(NOW, 3)], NOW, DUSHANBE)
    assert [week.mean for week in shown] == [None] * 11 + [2.5]


def test_the_raw_answers_are_kept_for_as_long_as_the_weeks_need_them() -> None:
    for day in range(7):
        now = NOW + timedelta(days=day)
        assert now - faces.since(now, DUSHANBE) < timedelta(days=90)


@pytest.mark.parametrize(
    ("means", "change"),
    [
        ((), "little"),
        ((1, 5, 5), "little"),
        ((1, None, 1, None, 3, 3), "lighter"),
        ((5, 4, 2, 2), "heavier"),
        ((3, 3, 3, 3), "same"),
        ((3, 3, 3.4, 3.4), "same"),
        ((3, 3, 3.5, 3.5), "lighter"),
        ((2, 2, 5, 2, 2), "same"),  # the middle one counts for neither half
    ],
)
def test_the_later_half_is_held_against_the_earlier(means: tuple[float | None, ...], change: str) -> None:
    assert faces.change(weeks(*means)) == change


def test_weeks_that_stay_heavy_are_heavy_though_nothing_changed() -> None:
    assert faces.is_low(weeks(2, 2, 2, 2))
    assert faces.is_low(weeks(1))
    assert not faces.is_low(weeks(1, 1, 3, 3))
    assert not faces.is_low(weeks(None))


def test_the_heaviest_and_the_lightest_week_are_the_latest_of_those_alike() -> None:
    assert faces.ends(weeks(1, 4, None, 1, 3)) == (FIRST + timedelta(weeks=3), FIRST + timedelta(weeks=1))
    assert faces.ends(weeks(3, None, 3)) is None
    assert faces.ends(weeks()) is None


def test_only_the_last_four_are_kept_and_none_from_long_ago() -> None:
    seen: tuple[Face, ...] = ()
    for day in range(6):
        seen = faces.kept(seen, Face(NOW + timedelta(days=day), 1 + day % 5))
    assert [one.value for one in seen] == [3, 4, 5, 1]
    late = Face(NOW + timedelta(days=200), 2)
    assert faces.kept(seen, late) == (late,)
    assert faces.shown(seen, late.at) == ()
