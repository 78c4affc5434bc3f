"""When the door and what follows it come: what a sensible nurse would do, over whole lives with a clock that jumps."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from flows.checkins import times
from flows.model import Case, Checked, Desk, Person, Profile, Scene
from tests.talk import LIBRARY

JOINED = datetime(2026, 3, 2, 12, tzinfo=UTC)


def person(role: str = "mother", stage: str = "child", **profile: Any) -> Person:
    told = Profile(joined_at=JOINED, programme="mums", week=1, **profile)
    return Person(id=7, state="active", language="en", role=role, stage=stage, profile=told)


def scene(who: Person, days: float, case: Case | None = None) -> Scene:
    return Scene(now=JOINED + timedelta(days=days), person=who, library=LIBRARY, desk=Desk(leads=1), case=case)


def due(who: Person, days: float, case: Case | None = None) -> str:
    return times.due(scene(who, days, case))


def changed(who: Person, changes: dict[str, object]) -> Person:
    return structs.replace(who, profile=structs.replace(who.profile, **changes))


def lives(who: Person, days: int, every: int = 2) -> list[tuple[int, str]]:
    """What is put to somebody who has a page every other day, and when."""
    had = []
    for day in range(0, days, every):
        now = JOINED + timedelta(days=day)
        weeks = min(15, day // 7 + 1)
        who = changed(who, {"week": weeks, "push": 1}) if who.profile.programme == "mums" else who
        if step := due(who, day):
            had.append((day, step))
            who = changed(who, times.put(who, step, now))
    return had


def test_not_with_the_first_message_but_on_the_second_or_third_day() -> None:
    assert [due(person(), days) for days in (0, 1, 1.9)] == ["", "", ""]
    assert due(person(), 2) == due(person(), 3) == "whooley:entry"


def test_a_mother_of_a_walking_child_has_three_in_fourteen_weeks() -> None:
    had = lives(person(child="2024-01"), 98)
    assert [step for _, step in had] == ["whooley:entry", "whooley:mums_7", "whooley:mums_14"]
    assert had[0][0] in {2, 3}
    assert [day // 7 + 1 for day, _ in had[1:]] == [7, 14]


def test_a_pregnancy_is_met_at_its_four_times_and_no_more() -> None:
    expects = person(stage="expecting", child="2026-11")
    expects = changed(expects, {"programme": "bumps"})
    had = lives(expects, 270)
    assert [step for _, step in had] == [
        "whooley:entry",
        "whooley:pregnancy_12",
        "whooley:pregnancy_18",
        "whooley:pregnancy_28",
        "whooley:pregnancy_36",
    ]


@pytest.mark.parametrize("late", [0, 21])
def test_after_a_birth_told_late_the_times_are_those_of_the_child(late: int) -> None:
    told = JOINED + timedelta(days=late)
    who = person(child="2026-02", birth_told_at=told, doors={"entry": JOINED})
    who = changed(who, {"programme": ""})
    names = [step.partition(":")[2] for _, step in lives(who, 400)]
    assert names[-4:] == ["birth_3m", "birth_6m", "birth_9m", "birth_12m"]
    assert len(names) == len(set(names))


def test_a_time_of_life_does_not_bring_it_with_the_first_message() -> None:
    assert due(person(child="2026-01"), 0) == ""
    assert due(changed(person(stage="expecting", child="2026-09"), {"programme": "bumps"}), 1) == ""


def test_another_pregnancy_is_met_at_its_own_times() -> None:
    expects = changed(person(stage="expecting", child="2026-11", doors={"entry": JOINED}), {"programme": "bumps"})
    weeks = [f"whooley:pregnancy_{week}" for week in times.PREGNANCY]
    assert [step for _, step in lives(expects, 70)] == weeks[:1]
    again = changed(
        expects, {"child": "2027-04", "doors": {"entry": JOINED, "pregnancy_12": JOINED + timedelta(days=65)}}
    )
    assert [step for _, step in lives(again, 400)][:2] == weeks[:2]


def test_never_beside_a_case_nor_while_check_ins_wait_for_her() -> None:
    case = Case(number=1, level="watch", category="asked", opened_at=JOINED)
    assert due(person(), 3, case) == ""
    assert due(structs.replace(person(), waits_since=JOINED), 3) == ""


def test_after_a_loss_nothing_asks_by_the_age_of_a_child() -> None:
    who = person(child="2026-01", lost_at=JOINED, doors={"entry": JOINED})
    assert not any(due(changed(who, {"programme": ""}), days) for days in range(0, 400, 3))


def test_grandmothers_are_not_asked_and_fathers_at_three_times() -> None:
    assert lives(person("grandmother"), 100) == []
    father = changed(person("father"), {"programme": "dads"})
    assert due(father, 3) == "whooley:entry"
    fourth = changed(father, {"week": 4, "push": 2, "doors": {"entry": JOINED}, "put": {"whooley": JOINED}})
    assert due(fourth, 10) == ""
    assert due(fourth, 15) == "whooley:dads_4"


def test_two_low_weeks_in_a_row_lead_to_the_next_step_and_one_does_not() -> None:
    who = person()
    for mood, owed in ((2, []), (4, []), (1, []), (2, ["phq9:low"]), (1, ["phq9:low"])):
        after = times.after_pulse(who, mood)
        assert after["owed"] == owed
        who = changed(who, {"lows": after["lows"], "owed": tuple(after["owed"])})
    assert due(who, 1) == "phq9:low"
    lately = changed(who, {"put": {"phq9": JOINED}})
    assert due(lately, 13) == "whooley:entry"
    assert due(lately, 14) == "phq9:low"
    answered = changed(who, {"checked": (Checked(of="phq9", at=JOINED, score=3),)})
    assert (due(answered, 13), due(answered, 14)) == ("whooley:entry", "phq9:low")


def test_who_agreed_to_research_has_the_same_three_before_and_after() -> None:
    who = person(child="2024-01", research="1", research_at=JOINED + timedelta(days=5))
    had = lives(who, 120)
    assert [step for day, step in had if day < 28 and ":baseline" in step] == [
        "phq9:baseline",
        "gad7:baseline",
        "who5:baseline",
    ]
    assert [step for day, step in had if day >= 90 and ":end" in step] == ["phq9:end", "gad7:end", "who5:end"]
    # In the last week the longer questions stand for the door.
    assert [step for _, step in had if step.startswith("whooley")] == ["whooley:entry", "whooley:mums_7"]


def test_the_two_longer_ones_and_that_of_how_it_goes_do_not_fall_in_one_week() -> None:
    who = changed(person(), {"owed": ("who5:baseline",), "doors": {"entry": JOINED}})
    for id in times.STEPS:
        put = changed(who, {"put": {id: JOINED}})
        done = changed(who, {"checked": (Checked(of=id, at=JOINED, score=3),)})
        assert [due(one, days) for one in (put, done) for days in (6.9, 7)] == ["", "who5:baseline"] * 2
    assert due(changed(who, {"put": {"whooley": JOINED}}), 1) == "who5:baseline"


def test_the_door_does_not_come_in_the_week_of_what_it_leads_to() -> None:
    who = changed(person(), {"put": {"phq9": JOINED + timedelta(days=2)}})
    assert (due(who, 8.9), due(who, 9)) == ("", "whooley:entry")


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Vladivostok"])
def test_abroad_and_over_summer_time_the_times_are_the_same(zone: str) -> None:
    waiting = changed(person(stage="expecting", child="2026-11"), {"programme": "bumps"})
    told = changed(person(child="2026-02", birth_told_at=JOINED, doors={"entry": JOINED}), {"programme": ""})
    for who in (waiting, told):
        here, there = (lives(structs.replace(who, zone=one), 400, every=1) for one in ("Asia/Dushanbe", zone))
        assert [step for _, step in here] == [step for _, step in there]
        assert all(abs(a - b) <= 1 for (a, _), (b, _) in zip(here, there, strict=True))


@pytest.mark.parametrize("zone", ["Asia/Dushanbe", "Europe/Berlin"])
def test_a_phone_that_was_off_for_a_month_meets_what_fits_now_and_once(zone: str) -> None:
    who = structs.replace(changed(person(child="2026-02"), {"programme": ""}), zone=zone)
    assert due(who, 33) == "whooley:birth_5w", "the entry has passed; the time after the birth has not"
    who = changed(who, times.put(who, "whooley:birth_5w", JOINED + timedelta(days=33)))
    assert [due(who, days) for days in (34, 40, 48)] == [""] * 3


MONTHS = st.integers(2023 * 12, 2026 * 12 + 11).map(lambda month: f"{month // 12:04}-{month % 12 + 1:02}")


@settings(max_examples=60, deadline=None)
@given(
    child=MONTHS,
    stage=st.sampled_from(["child", "expecting"]),
    role=st.sampled_from(["mother", "father", "carer"]),
    programme=st.sampled_from(["mums", "bumps", "dads", ""]),
    gaps=st.lists(st.sampled_from([1, 2, 2, 3, 40]), min_size=40, max_size=120),
)
def test_never_more_than_three_doors_in_fourteen_weeks_and_never_two_within_fourteen_days(
    child: str, stage: str, role: str, programme: str, gaps: list[int]
) -> None:
    who = changed(person(role, stage, child=child), {"programme": programme})
    put: list[datetime] = []
    day = 0
    for gap in gaps:
        day += gap
        now = JOINED + timedelta(days=day)
        who = changed(who, {"week": min(15, day // 7 + 1), "push": day % 3})
        step = due(who, day)
        assert times.windows(who, now) or not step
        if step:
            put.append(now)
            who = changed(who, times.put(who, step, now))
    assert all(b - a >= times.RECALL for a, b in itertools.pairwise(put))
    assert all(sum(a <= one < a + times.SPAN for one in put) <= times.MOST for a in put)
