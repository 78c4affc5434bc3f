"""Capacity: who waits, what waiting means, and how it ends."""

from __future__ import annotations

import pytest
from msgspec import structs

from flows import capacity
from flows.effects import Become, Record
from flows.events import Due
from flows.model import Capacity
from tests.talk import LIBRARY, Her, to_her

FULL = Capacity(limit=10, active=10)


def joining(found: Capacity | None) -> Her:
    """One answer before the end of joining."""
    her = Her()
    her.capacity = found
    return her.nearly_joins()


def waiting() -> Her:
    return joining(FULL).taps("Evening, 16 to 20").quietly()


def admit(her: Her) -> Her:
    return her._event(Due(key=capacity.ADMIT, about=capacity.MOVED))


@pytest.mark.parametrize(
    ("found", "full"),
    [
        (None, False),
        (Capacity(), False),
        (Capacity(limit=10, active=9), False),
        (Capacity(limit=10, active=10), True),
        (Capacity(limit=10, active=12), True),
        (Capacity(limit=10, active=8, waiting=2), True),
        (Capacity(limit=10, active=8, waiting=1), False),
        (Capacity(limit=0), True),
    ],
)
def test_one_more_waits_where_no_place_is_free_or_those_before_her_need_it(found: Capacity | None, full: bool) -> None:
    assert capacity.full(found) is full


@pytest.mark.parametrize(
    ("waits", "moved", "weeks"), [(0, 0, None), (5, 0, None), (0, 4, 1), (0, 40, 1), (7, 4, 8), (7, 8, 4), (8, 8, 5)]
)
def test_the_estimate_is_how_the_list_moved_in_the_last_four_weeks(waits: int, moved: int, weeks: int | None) -> None:
    assert capacity.weeks(Capacity(limit=10, active=10, waiting=waits, moved=moved)) == weeks


def test_while_there_is_room_nobody_hears_of_it() -> None:
    her = joining(Capacity(limit=10, active=9)).taps("Evening, 16 to 20").hears("join.done")
    assert her.person.waits_since is None


@pytest.mark.parametrize(("moved", "when"), [(0, "We do not know yet when."), (4, "As it goes now, in about 3 weeks.")])
def test_who_waits_is_told_once_with_an_honest_estimate(moved: int, when: str) -> None:
    her = joining(structs.replace(FULL, waiting=2, moved=moved)).taps("Evening, 16 to 20")
    her.hears("join.done", "=" + LIBRARY.text("en", "capacity.waits", when=when))
    assert her.person.waits_since == her.now
    assert her.kept.due.keys() == {"session"}


def test_her_pages_and_help_are_open_while_check_ins_wait() -> None:
    her = waiting()
    for _ in range(3):
        her.is_due("session").hears("push.page")
        her.taps("Open").quietly()
        her.kept.places.clear()
    assert not her.person.profile.pulsed_at
    her.says("help").hears("help.now")
    her.says("How I feel").hears("capacity.not_yet")
    her.now = her.now.replace(hour=6)
    her.says("Talk to a person").hears("person.ask")


def test_the_third_page_of_a_week_ends_without_a_pulse() -> None:
    her = waiting().is_due("session").is_due("session").is_due("session").quietly()
    question = LIBRARY.programme("mums").bubbles(1, "question", "en")
    her.taps("Open").hears(*("=" + text for text in question), "session.another")


def test_no_pulse_is_pushed_alone_to_who_waits() -> None:
    her = waiting()
    over = {"child": "", "told_end": True, "week": LIBRARY.programme("mums").length + 1}
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, **over))
    her.is_due("session").hears()
    assert not her.kept.places
    assert "session" in her.kept.due


def test_room_is_no_push_and_is_told_on_her_next_page_once() -> None:
    her = admit(waiting())
    assert not to_her(her.effects)
    assert her.effects == [Become(changes={"waits_since": None}), Record(act="admitted:moved")]
    her.is_due("session").hears("push.page")
    her.taps("Open")
    assert LIBRARY.text("en", "capacity.room") not in her.unheard
    her.taps("Show it")
    assert her.unheard[-2:] == [LIBRARY.text("en", key) for key in ("session.end", "capacity.room")]
    her.quietly().is_due("session").taps("Open")
    assert LIBRARY.text("en", "capacity.room") not in her.unheard
    her.quietly().is_due("session").taps("Open").taps("🙂 Good").quietly()
    assert her.person.profile.pulsed_at == her.now


def test_room_is_not_told_by_a_page_that_comes_whole_without_a_tap() -> None:
    her = admit(waiting())
    bare = structs.replace(her.person.profile, knocks=False, push=1)
    her.kept.person = structs.replace(her.person, profile=bare)
    her.is_due("session")
    assert len(to_her(her.effects)) == 1
    her.quietly().is_due("session").taps("Go on")
    assert LIBRARY.text("en", "capacity.room") in her.unheard


def test_letting_in_somebody_who_does_not_wait_changes_nothing() -> None:
    assert admit(Her().joins()).effects == []
