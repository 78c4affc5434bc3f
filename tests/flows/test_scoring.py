"""Scoring: against worked examples, and against a second way of counting that knows nothing of the first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import product
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from flows.checkins import instruments
from flows.model import Checked, Person, Profile
from tests.talk import LIBRARY

ALL = LIBRARY.instruments
NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
BANDS = {
    "phq9": ((4, "minimal"), (9, "mild"), (14, "moderate"), (19, "moderately_severe"), (27, "severe")),
    "gad7": ((4, "minimal"), (9, "mild"), (14, "moderate"), (19, "severe"), (21, "most_severe")),
    "who5": ((28, "very_low"), (50, "low"), (100, "usual")),
    "whooley": ((0, "no"), (2, "yes")),
}
"""The highest score of each band, written down a second time from the published cut-offs."""
HIGHEST = {"phq9": (9, 3), "gad7": (7, 3), "who5": (5, 5), "whooley": (2, 1)}
"""Items, and the most points of one."""
MAY_MISS = {"phq9": 0, "gad7": 0, "who5": 0, "whooley": 0}
"""None of the tree is scored with an answer missing; an instrument from outside may have a rule of its own."""
PUBLISHED = (
    # HL7 US Core and US Behavioral Health Profiles, QuestionnaireResponse "phq-9-example" (LOINC 44261-6: 12)
    ("phq9", (2, 2, 2, 2, 1, 1, 2, 0, 0), 12, "moderate"),
    # PACIO sample data, QuestionnaireResponse "qr-phq9-snf-admission-01" (total 23)
    ("phq9", (2, 3, 2, 3, 2, 2, 3, 3, 3), 23, "severe"),
    # Medizininformatik-Initiative, PROMs module, "mii-exa-pro-phq-9-response" (27 pts.)
    ("phq9", (3, 3, 3, 3, 3, 3, 3, 3, 3), 27, "severe"),
    # Awell Score library, test data of phq_9 (10, moderate)
    ("phq9", (3, 0, 1, 2, 0, 0, 1, 0, 3), 10, "moderate"),
    # Medizininformatik-Initiative, PROMs module, "mii-exa-pro-gad-7-response" (total 7)
    ("gad7", (1, 1, 1, 2, 2, 0, 0), 7, "mild"),
    # PACIO sample data, "BSJ1-GAD7-QuestionnaireResponse-October2025" (7, mild)
    ("gad7", (1, 1, 1, 1, 0, 1, 2), 7, "mild"),
    # Awell Score library, test data of gad_7 (7; 21 severe, whose upper part is a band of its own here)
    ("gad7", (3, 0, 1, 2, 0, 0, 1), 7, "mild"),
    ("gad7", (3, 3, 3, 3, 3, 3, 3), 21, "most_severe"),
    # Awell Score library, test data of who_5 (percentages 0, 40, 60, 100)
    ("who5", (0, 0, 0, 0, 0), 0, "very_low"),
    ("who5", (4, 1, 0, 2, 3), 40, "low"),
    ("who5", (3, 3, 3, 3, 3), 60, "usual"),
    ("who5", (5, 5, 5, 5, 5), 100, "usual"),
)
"""Answers and scores as others have published them: only the numbers are taken. For the door there are none: any yes
counts, and nothing is added up."""
TIMES = {"phq9": 1, "gad7": 1, "who5": 4, "whooley": 1}


def scored(id: str, *values: int | None) -> instruments.Result:
    return instruments.result_of(ALL[id].structure, {str(n): value for n, value in enumerate(values, 1)})


def by_hand(id: str, values: tuple[int | None, ...]) -> tuple[int | None, str, str]:
    """Score, band and the band that is certain: counted anew, in fractions, from the numbers above."""
    given = [value for value in values if value is not None]
    missing = len(values) - len(given)
    score = None
    if given and missing <= MAY_MISS[id]:
        mean = Fraction(sum(given), len(given))
        score = floor(sum(given, start=Fraction(0)) + mean * missing + Fraction(1, 2)) * TIMES[id]
    certain = sum(given) * TIMES[id]

    def band(points: int) -> str:
        return next(name for most, name in BANDS[id] if points <= most)

    return score, "" if score is None else band(score), band(certain) if given and id != "who5" else ""


@pytest.mark.parametrize(
    ("id", "values", "score", "band"),
    [
        ("phq9", (0,) * 9, 0, "minimal"),
        ("phq9", (3,) * 9, 27, "severe"),
        ("phq9", (3, 2, 3, 2, 2, 1, 1, 1, 0), 15, "moderately_severe"),
        ("phq9", (1, 1, 1, 1, 1, 1, 1, 1, 1), 9, "mild"),
        ("phq9", (2, 2, 1, 1, 1, 1, 1, 1, 0), 10, "moderate"),
        ("gad7", (1, 1, 1, 1, 0, 0, 0), 4, "minimal"),
        ("gad7", (1, 2, 1, 2, 1, 2, 1), 10, "moderate"),
        ("gad7", (3,) * 7, 21, "most_severe"),
        # The owner's own: 0 is the worst and 100 the best quality of life.
        ("who5", (0,) * 5, 0, "very_low"),
        ("who5", (5,) * 5, 100, "usual"),
        ("who5", (2, 1, 1, 2, 1), 28, "very_low"),
        ("who5", (3, 3, 2, 2, 2), 48, "low"),
        ("whooley", (0, 0), 0, "no"),
        ("whooley", (0, 1), 1, "yes"),
    ],
)
def test_worked_examples(id: str, values: tuple[int, ...], score: int, band: str) -> None:
    result = scored(id, *values)
    assert (result.score, result.band, result.answered, result.asked) == (score, band, len(values), len(values))


@pytest.mark.parametrize(("id", "values", "score", "band"), PUBLISHED)
def test_published_examples_come_to_the_published_scores(
    id: str, values: tuple[int, ...], score: int, band: str
) -> None:
    result = scored(id, *values)
    assert (result.score, result.band) == (score, band)


def test_one_missing_answer_leaves_it_without_a_score_and_what_is_certain_counts() -> None:
    one = scored("phq9", 2, 2, 2, 2, 2, 2, 2, 2, None)
    assert (one.score, one.band, one.floor, one.points) == (None, "", "moderately_severe", 16)
    assert scored("phq9", 1, 1, 1, 1, 1, 1, 1, 2, None).floor == "mild"
    assert scored("gad7", 3, 3, 3, 3, None, None, None).floor == "moderate"
    assert scored("who5", 5, 5, 5, 5, None).score is None
    assert scored("whooley", None, 1).floor == "yes"


def test_where_the_file_of_an_instrument_has_a_rule_missing_answers_are_the_mean_of_the_others() -> None:
    def ruled(*values: int | None) -> instruments.Result:
        answers = {str(n): value for n, value in enumerate(values, 1)}
        return instruments.result_of(structs.replace(ALL["phq9"].structure, most_missing=2), answers)

    assert ruled(2, 2, 2, 2, 2, 2, 2, None, None).score == 18
    assert ruled(1, 1, 1, 1, 1, 1, 2, None, None).score == 10, "8 of 7 answers is 10.29 of 9"
    three = ruled(2, 2, 2, 2, 2, 2, None, None, None)
    assert (three.score, three.band, three.floor) == (None, "", "moderate")


def answers(id: str) -> st.SearchStrategy[tuple[int | None, ...]]:
    items, most = HIGHEST[id]
    return st.tuples(*[st.one_of(st.none(), st.integers(0, most))] * items)


@pytest.mark.parametrize("id", sorted(HIGHEST))
def test_any_answers_count_as_they_count_by_hand(id: str) -> None:
    @settings(max_examples=400, deadline=None)
    @given(values=answers(id))
    def holds(values: tuple[int | None, ...]) -> None:
        result = scored(id, *values)
        assert (result.score, result.band, result.floor) == by_hand(id, values)

    holds()


@pytest.mark.parametrize("id", sorted(HIGHEST))
def test_what_she_would_rather_not_say_is_neither_the_lowest_nor_the_highest(id: str) -> None:
    """With one answer left out there is no score, or one that lies between those with it at its ends."""
    items, most = HIGHEST[id]

    @settings(max_examples=200, deadline=None)
    @given(values=st.tuples(*[st.integers(0, most)] * items), out=st.integers(0, items - 1))
    def holds(values: tuple[int, ...], out: int) -> None:
        def put(value: int | None) -> tuple[int | None, ...]:
            return (*values[:out], value, *values[out + 1 :])

        left, low, high = (scored(id, *put(value)).score for value in (None, 0, most))
        assert low is not None
        assert high is not None
        rest = values[:out] + values[out + 1 :]
        if left is None:
            assert MAY_MISS[id] == 0
        elif 0 < sum(rest) < most * len(rest):
            assert low <= left <= high
            assert not (left == low and 2 * sum(rest) >= len(rest)), "it counted as nothing"

    holds()


def test_an_answer_that_is_not_on_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match=r"phq9\.1"):
        scored("phq9", 4, *(0,) * 8)


@pytest.mark.parametrize("id", sorted(HIGHEST))
def test_the_files_hold_the_published_numbers(id: str) -> None:
    structure = ALL[id].structure
    items, most = HIGHEST[id]
    assert (len(structure.counted), structure.most) == (items, items * most * TIMES[id])
    assert tuple((band.most, band.id) for band in structure.bands) == BANDS[id]
    for values in product((0, most), repeat=items):
        assert scored(id, *values).band


# -- over time -------------------------------------------------------------------------------------------------------


def wells(*scores: int | None) -> tuple[Checked, ...]:
    return tuple(Checked(of="who5", at=NOW + timedelta(weeks=n), score=score) for n, score in enumerate(scores))


@pytest.mark.parametrize(
    ("scores", "fallen"),
    [
        ((72, 60, 60), True),
        ((72, 60, 44), True),
        ((72, 60, 64), False),
        ((72, 60), False),
        ((60, 72, 64), False),
        ((72, None, 60, 60), True),
        ((90, 72, 60, 60), True),
    ],
)
def test_a_fall_counts_when_it_holds(scores: tuple[int | None, ...], fallen: bool) -> None:
    assert instruments.has_fallen(wells(*scores), "who5") is fallen


def test_it_is_not_asked_more_often_than_its_file_allows_nor_of_whom_it_is_not_for() -> None:
    def may(id: str, role: str, days: int) -> bool:
        done = (Checked(of=id, at=NOW - timedelta(days=days), score=1),)
        return instruments.may_ask(ALL[id], Person(id=1, role=role, profile=Profile(checked=done)), NOW)

    assert not may("phq9", "mother", 13)
    assert may("phq9", "mother", 14)
    assert may("gad7", "father", 14)
    assert not may("phq9", "grandmother", 400)
    assert may("who5", "grandmother", 14)


def test_results_of_more_than_a_year_ago_go() -> None:
    old, late = Checked(of="who5", at=NOW - timedelta(days=366)), Checked(of="who5", at=NOW - timedelta(days=30))
    new = Checked(of="phq9", at=NOW)
    assert instruments.kept((old, late), new) == (late, new)
