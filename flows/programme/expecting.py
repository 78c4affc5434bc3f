"""Weeks of pregnancy, reckoned from the month the baby is due in, which is all that is known.

The middle of that month is taken for week 40; so a week is wrong by about two at most, and what is tied to a week of
pregnancy has to leave room for that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flows.model import Person
from flows.programme import calendar

FULL_TERM = 40
STAGE = "expecting"


def is_known(person: Person) -> bool:
    """Whether she expects a baby and told the month."""
    return person.stage == STAGE and bool(person.profile.child)


def begins(person: Person, week: int) -> datetime:
    """When a week of her pregnancy begins, in UTC; only where the month is known."""
    return calendar.middle_of(person, person.profile.child) - timedelta(weeks=FULL_TERM - week)


def week(person: Person, now: datetime) -> int:
    """In which week of pregnancy she is, past 40 once the due month's middle has gone by; only where it is known."""
    return FULL_TERM + (now - begins(person, FULL_TERM)) // timedelta(weeks=1)
