"""The calendar of circles: Mondays, two weeks apart, the same for everybody and for ever."""

from __future__ import annotations

from datetime import date, timedelta

EPOCH = date(2026, 1, 5)
"""A Monday. Circles begin on it and every fourteen days from it; never change it while circles live."""
APART = timedelta(days=14)
HOUR = 10
"""The hour of the desk's day at which people are seated: a facilitator may be asked about it."""


def on_or_before(day: date) -> date:
    """The last calendar date that is not after the day."""
    return EPOCH + (day - EPOCH) // APART * APART


def on_or_after(day: date) -> date:
    """The first calendar date that is not before the day."""
    return on_or_before(day - timedelta(days=1)) + APART


def between(first: date, last: date) -> int:
    """How many calendar dates lie from the first day to the last, the last not counted."""
    return max(0, (on_or_after(last) - on_or_after(first)) // APART)
