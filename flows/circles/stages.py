"""Of which stage somebody is, from what she told at joining; and the finer band of a small child."""

from __future__ import annotations

from datetime import date

from flows.circles.seats import Band, Stage, Waiting

INFANT, SMALL = 6, 18
"""Months of age at which band `a` ends, and `b` and with it `under18m`; the same as in the programme's pages."""
MIDDLE = 15
"""The day taken for a birth of which only the month is known."""


def stage_of(role: str, stage: str, child: str, on: date, *, own_pace: bool = False) -> Stage | None:
    """The stage for a role, `Person.stage` and the child's month (`2026-03`, "" not told) on a day; None: no circle.

    `own_pace`: words that fit a child with a disability are wanted. A carer has no circle yet: it may be a man among
    women. A mother who did not tell the month sits with those whose child is older, which is the widest range.
    """
    if role == "father":
        return "fathers"
    if role == "grandmother":
        return "grandmothers"
    if role != "mother":
        return None
    if stage == "expecting":
        return "expecting"
    if own_pace:
        return "pace"
    return "under18m" if child and months(child, on) < SMALL else "older"


def months(child: str, on: date) -> int:
    """Whole months from the middle of the month of birth to a day, as the programme counts them."""
    year, month = (int(part) for part in child.split("-"))
    return (on.year - year) * 12 + on.month - month - (on.day < MIDDLE)


def band(one: Waiting, on: date) -> Band:
    """The finer stage of her child on a day, "" if it is not known or there is none."""
    if one.stage != "under18m" or not one.child:
        return ""
    return "a" if months(one.child, on) < INFANT else "b"
