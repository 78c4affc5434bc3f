"""Telegram's limits are kept, counted over every window, and a pause holds up only whom it must."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Pace, Window
from flows.effects import Lane


@dataclass
class Time:
    """Seconds, moved by hand."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pace(time: Time) -> Pace:
    return Pace(time)


def drain(pace: Pace, time: Time, lane: Lane, seconds: float, *, desk: bool = False) -> int:
    """How many messages of `lane` leave within `seconds` when there is no end of them."""
    end, count = time.now + seconds, 0
    while True:
        wait = pace.wait("p1", lane, desk=desk)
        if time.now + wait >= end:
            time.now = end
            return count
        time.now += wait
        pace.take(lane, desk=desk)
        count += 1


def test_at_most_28_a_second_over_all(pace: Pace, time: Time) -> None:
    assert 260 <= drain(pace, time, Lane.REPLY, 10) <= 280


def test_a_seconds_share_never_leaves_in_one_breath(pace: Pace, time: Time) -> None:
    assert drain(pace, time, Lane.REPLY, 0.07) == 4
    assert drain(pace, time, Lane.REPLY, 0.5) == 24
    assert drain(pace, time, Lane.REPLY, 0.4) == 0


def test_bulk_leaves_room_for_help(pace: Pace, time: Time) -> None:
    assert drain(pace, time, Lane.WEEKLY, 0.9) == 25
    assert pace.room() == 3
    assert pace.wait("p2", Lane.WEEKLY) > 0
    assert pace.wait("p2", Lane.SAFETY) == 0


def test_the_desk_gets_18_a_minute(pace: Pace, time: Time) -> None:
    assert drain(pace, time, Lane.SAFETY, 60, desk=True) == 18
    assert drain(pace, time, Lane.SAFETY, 60, desk=True) == 18


def test_a_429_holds_up_one_chat_only(pace: Pace, time: Time) -> None:
    pace.pause("p1", 35)
    assert pace.wait("p1", Lane.SAFETY) == pytest.approx(35)
    assert pace.wait("p2", Lane.WEEKLY) == 0
    assert pace.paused() == {"p1"}
    time.now += 35
    assert pace.wait("p1", Lane.REPLY) == 0
    assert pace.paused() == frozenset()


def test_two_chats_within_seconds_mean_everybody(pace: Pace, time: Time) -> None:
    pace.pause("p1", 3)
    time.now += 4
    pace.pause("p2", 30)
    assert pace.wait("p3", Lane.SAFETY) == pytest.approx(3)
    assert pace.halted() == pytest.approx(3)
    assert pace.wait("p2", Lane.SAFETY) == pytest.approx(30)


def test_all_wait_a_minute_at_most(pace: Pace) -> None:
    pace.pause("p1", 3600)
    pace.pause("p2", 1800)
    assert pace.halted() == pytest.approx(60)


def test_the_desks_own_limit_says_nothing_about_others(pace: Pace) -> None:
    pace.pause("p1", 30)
    pace.pause("desk", 40, desk=True)
    pace.pause("p1", 30)
    assert pace.halted() == 0
    assert pace.wait("desk", Lane.SAFETY) == pytest.approx(40)


def test_the_same_chat_twice_means_only_itself(pace: Pace, time: Time) -> None:
    pace.pause("p1", 3)
    time.now += 3
    pace.pause("p1", 3)
    assert pace.wait("p2", Lane.REPLY) == 0


def test_two_chats_far_apart_mean_each_itself(pace: Pace, time: Time) -> None:
    pace.pause("p1", 60)
    time.now += 6
    pace.pause("p2", 60)
    assert pace.wait("p3", Lane.REPLY) == 0


@given(st.lists(st.floats(0, 0.3), max_size=200), st.integers(1, 5))
def test_no_second_ever_holds_more_than_its_share(gaps: list[float], most: int) -> None:
    window, now, taken = Window(most, 1.0), 0.0, []
    for gap in gaps:
        now += gap
        now += window.wait(now)
        window.take(now)
        taken.append(now)
    for at, moment in enumerate(taken):
        within = [other for other in taken[at:] if other - moment < 1.0 - 1e-9]
        assert len(within) <= most


def test_two_queues_of_one_chat_are_one_chat(pace: Pace) -> None:
    pace.pause("p1", 30)
    pace.pause("v1", 30)
    assert pace.halted() == 0
    assert pace.paused() == {"p1", "v1"}
