"""95% intervals, by scipy: of a share (Wilson), of a mean and of a paired change (t)."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Final

from msgspec import Struct
from scipy import stats

SURE: Final = 0.95
DIGITS: Final = 1


class Mean(Struct, frozen=True):
    """A mean with its interval and the standard deviation, to one digit."""

    mean: float
    low: float
    high: float
    sd: float


def mean(values: Sequence[float], digits: int = DIGITS) -> Mean | None:
    """The mean of two or more. None where all are the same: it would tell everybody's."""
    sd = stdev(values)
    if sd == 0:
        return None
    centre = fmean(values)
    low, high = stats.t.interval(SURE, len(values) - 1, loc=centre, scale=sd / len(values) ** 0.5)
    return Mean(round(centre, digits), round(float(low), digits), round(float(high), digits), round(sd, digits))


def share(part: int, of: int) -> tuple[float, float, float]:
    """A share with its interval, in per cent."""
    found = stats.binomtest(part, of).proportion_ci(SURE, method="wilson")
    return round(100 * part / of, DIGITS), round(100 * float(found.low), DIGITS), round(100 * float(found.high), DIGITS)
