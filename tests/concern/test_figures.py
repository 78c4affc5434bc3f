"""How well concern hears must not fall below what docs/concern.md says, on the sentences set aside and on those known.

The aims are higher; where they are not reached, the page says so.
"""

from __future__ import annotations

import pytest

from tests.concern.figures import HERE, MEASURES, heard, interval, share

ASIDE = heard([HERE / "aside.jsonl"])
KNOWN = heard(sorted(HERE.glob("dev_*.jsonl")))

AT_LEAST = {
    "red, flagged at any level": (0.84, 0.93),
    "red said directly, flagged": (0.88, 0.96),
    "`now`, heard as urgent or now": (0.70, 0.86),
    "flagged, in the right category": (0.76, 0.88),
}
AT_MOST = {
    "hard but harmless, flagged": (0.26, 0.12),
    "hard but harmless, red": (0.16, 0.05),
    "ordinary, flagged": (0.04, 0.03),
}


@pytest.mark.parametrize("measure", AT_LEAST)
def test_it_hears_no_less(measure: str) -> None:
    for ones, least in zip((ASIDE, KNOWN), AT_LEAST[measure], strict=True):
        k, n = share(ones, measure)
        assert k / n >= least, f"{k} of {n}"


@pytest.mark.parametrize("measure", AT_MOST)
def test_it_raises_no_more_false_alarms(measure: str) -> None:
    for ones, most in zip((ASIDE, KNOWN), AT_MOST[measure], strict=True):
        k, n = share(ones, measure)
        assert k / n <= most, f"{k} of {n}"


def test_every_measure_is_held() -> None:
    assert set(MEASURES) - {*AT_LEAST, *AT_MOST} == {"lower, flagged at any level"}


def test_an_interval_is_wilsons() -> None:
    low, high = interval(90, 100)
    assert (round(low, 3), round(high, 3)) == (0.826, 0.945)
    assert interval(0, 0) == (0.0, 1.0)
