"""A case opened on his words is not hers: nothing on her phone is other than it was, until her own words make it hers."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from flows.concern import red
from flows.desk import discreet
from tests.flows.family.test_sideways import (
    ANYBODY,
    DAYS,
    LOW,
    RED,
    blocks,
    deletes,
    moment,
    pair,
    says,
    strip,
    taps_around,
    unticks,
)
from tests.kinpair import HE, SHE, Act, Pair, Somebody
from tests.talk import GULRU, MORNING

LATE = "nobody from our team has answered yet"
"""Said as a red case of hers waits too long, when the desk is paged again: more often the graver the case is."""
THREATS = ("I will kill her when I come home", "If she leaves I will break her legs", "Занамро мекушам")
BLOCK = 25
PLAIN = (says("good morning", "what is this"), says("/week"), says("/circle"), says("/settings"), says("/person"))
OURS = (*ANYBODY[:19], *PLAIN, taps_around, taps_around)
"""What she does, without what the desk does with her case."""


def threatens(chance: random.Random, days: int = 3) -> list[Act]:
    return [(moment(chance, days), HE, says(chance.choice(THREATS))) for _ in range(chance.randrange(1, 3))]


def lives_with(acts: list[Act], days: int = DAYS) -> Pair:
    return pair().lives(acts, days=days)


def in_case(one: Somebody, words: str) -> bool:
    """Whether words of hers stand in her case."""
    return any(line.voice == "hers" and words in line.text for line in one.kept.lines)


@pytest.mark.parametrize("block", range(4))
def test_what_she_gets_does_not_depend_on_his_threats(block: int) -> None:
    """Her pages, her questions, every answer to words of hers, worrying ones too, at the same seconds."""
    cases = 0
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        chance = random.Random(seed)
        hers = [(moment(chance), SHE, chance.choice(OURS)) for _ in range(chance.randrange(1, 7))]
        quiet, lively = lives_with(hers), lives_with([*hers, *threatens(chance)])
        assert strip(lively.she.got, LATE) == strip(quiet.she.got, LATE), f"history {seed}"
        cases += lively.she.case is not None and quiet.she.case is None
    assert cases > BLOCK // 6, "his threats must have opened cases of hers"


def test_her_pages_go_on_and_her_idle_words_go_nowhere_while_the_desk_looks_after_her() -> None:
    acts: list[Act] = [
        (MORNING + timedelta(hours=1), HE, says(THREATS[0])),
        (MORNING + timedelta(hours=2), SHE, says("marker words of no weight")),
    ]
    one = lives_with(acts)
    case = one.she.case
    assert case is not None
    assert (case.level, case.category, case.state) == ("now", "partner_violence", "open")
    assert sum("Your page for this week" in text for _, text, _, _ in one.she.got) >= 2
    assert not in_case(one.she, "marker")


@pytest.mark.parametrize("words", [RED[0], RED[1], RED[3]])
def test_her_own_red_words_make_it_hers_and_her_pages_wait(words: str) -> None:
    one = lives_with(
        [(MORNING + timedelta(hours=1), HE, says(THREATS[1])), (MORNING + timedelta(hours=2), SHE, says(words))]
    )
    assert one.she.case is not None
    assert discreet.level(one.she.case) in {"urgent", "now"}
    later = [text for at, text, _, _ in one.she.got if at > MORNING + timedelta(hours=3)]
    assert not any("Your page for this week" in text for text in later)


@pytest.mark.parametrize("words", LOW[:1])
def test_low_words_of_hers_reach_the_desk_and_her_pages_go_on(words: str) -> None:
    one = lives_with(
        [(MORNING + timedelta(hours=1), HE, says(THREATS[0])), (MORNING + timedelta(hours=2), SHE, says(words))]
    )
    case = one.she.case
    assert case is not None
    assert discreet.level(case) in {"watch", "concern"}
    assert case.level == "now"
    assert in_case(one.she, words)
    assert any("Your page" in text for at, text, _, _ in one.she.got if at > MORNING + timedelta(hours=3))


def test_his_threat_beside_a_small_case_of_hers_raises_it_and_stops_nothing() -> None:
    hers: list[Act] = [(MORNING + timedelta(hours=1), SHE, says(LOW[0]))]
    quiet, lively = lives_with(hers), lives_with([*hers, (MORNING + timedelta(hours=2), HE, says(THREATS[0]))])
    assert lively.she.case is not None
    assert (lively.she.case.level, discreet.level(lively.she.case)) == ("now", "watch")
    assert lively.she.got == quiet.she.got


def test_once_the_desk_wrote_to_her_her_words_reach_it_and_her_pages_go_on() -> None:
    one = lives_with([(MORNING + timedelta(hours=1), HE, says(THREATS[0]))], days=1)
    she = one.she
    she.now = MORNING + timedelta(days=1, hours=7)
    assert she.case is not None
    number = she.case.number
    she.desk_taps("take", GULRU).says("good evening")
    assert not in_case(she, "good evening")
    she.desk_says("How are you today?", quoting=f"card:{number}")
    she.says("somebody is here")
    assert in_case(she, "somebody is here")
    assert she.case is not None
    assert not red(discreet.level(she.case))


@pytest.mark.parametrize(("does", "told"), [(says("stop"), True), (blocks, True), (deletes, True), (unticks, False)])
def test_the_desk_still_hears_that_she_is_gone(does: Callable[[Somebody], object], *, told: bool) -> None:
    acts: list[Act] = [(MORNING + timedelta(hours=1), HE, says(THREATS[0])), (MORNING + timedelta(hours=2), SHE, does)]
    heard = [one.message.text for one in lives_with(acts, days=1).she.at_desk if one.message.text[:5].isdecimal()]
    assert bool(heard) is told, heard
