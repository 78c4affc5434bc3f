"""How well concern hears must not fall below what docs/concern.md says, on the sentences set aside and on those known.

On the sentences set aside these are the aims themselves, or more where more is reached.
"""

from __future__ import annotations

import pytest

from tests.concern.figures import ASIDE, HERE, MEASURES, heard, interval, share

AT_LEAST = {
    "red, flagged at any level": (0.94, 0.97),
    "red said directly, flagged": (0.98, 0.97),
    "`now`, heard as urgent or now": (0.93, 0.94),
    "flagged, in the right category": (0.9, 0.89),
}
AT_MOST = {
    "hard but harmless, flagged": (0.15, 0.1),
    "hard but harmless, red": (0.01, 0.01),
    "ordinary, flagged": (0.02, 0.03),
}


SETS = {"aside": (ASIDE, 0), "known": ([path.name for path in sorted(HERE.glob("dev_*.jsonl"))], 1)}
"""The files of each set, and where its bound stands."""


@pytest.mark.parametrize("known", ["aside", pytest.param("known", marks=pytest.mark.torture)])
def test_it_hears_no_less_and_raises_no_more_false_alarms(known: str) -> None:
    """All measures in one test: reading every sentence takes seconds, and is done once in the one process that needs it."""
    names, place = SETS[known]
    ones = heard(HERE / name for name in names)
    shares = {measure: share(ones, measure) for measure in (*AT_LEAST, *AT_MOST)}
    wrong = {
        measure: f"{k} of {n}"
        for measure, (k, n) in shares.items()
        if (measure in AT_LEAST and k / n < AT_LEAST[measure][place])
        or (measure in AT_MOST and k / n > AT_MOST[measure][place])
    }
    assert wrong == {}


def test_every_measure_is_held() -> None:
    assert set(MEASURES) - {*AT_LEAST, *AT_MOST} == {"lower, flagged at any level"}


def test_an_interval_is_wilsons() -> None:
    low, high = interval(90, 100)
    assert (round(low, 3), round(high, 3)) == (0.826, 0.945)
    assert interval(0, 0) == (0.0, 1.0)
