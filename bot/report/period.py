"""Which months a report is about, and whom it counts: everybody who joined in them, less groups too small to speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from bot.report.withhold import LEAST
from storage.cohort import Participant

MONTH: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
WEEKS: Final = 14
"""The weeks of the longest programme."""
_OPEN = datetime(9999, 1, 1, tzinfo=UTC)


class Period(Struct, frozen=True):
    """Whole calendar months (UTC): `since` and `until` are their first moments, `until` that of the month after the last."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment lies in it."""
        return moment is not None and self.since <= moment < self.until

    def __str__(self) -> str:
        """Both ends in words."""
        since = f"{self.since:%Y-%m}" if self.since.year > 1 else "the beginning"
        return f"{since} to {'the day of the report' if self.until == _OPEN else f'{month_before(self.until):%Y-%m}'}"


def period(since: str, until: str) -> Period:
    """From one month to another, both in it; "" is open. ValueError where that is no stretch of months."""
    if any(one and MONTH.fullmatch(one) is None for one in (since, until)):
        raise ValueError("write a month as 2026-03")
    begins = _first(since) if since else datetime(1, 1, 1, tzinfo=UTC)
    ends = month_after(_first(until)) if until else _OPEN
    if begins >= ends:
        raise ValueError("the first month comes after the last")
    return Period(begins, ends)


def _first(month: str) -> datetime:
    return datetime(int(month[:4]), int(month[5:]), 1, tzinfo=UTC)


def month_after(first: datetime) -> datetime:
    """The first moment of the next month."""
    return (first + timedelta(days=31)).replace(day=1)


def month_before(first: datetime) -> datetime:
    """The first moment of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


class Scope(Struct, frozen=True, kw_only=True):
    """Whom a report counts. `groups`: by programme, those who joined at least `weeks` weeks ago; `recent`, later than that.

    A group of fewer than ten is in nothing at all, so that no total gives it away: `left_out`. `unfinished` have
    begun to join in the period and not ended.
    """

    period: Period
    weeks: int
    groups: dict[str, tuple[Participant, ...]]
    recent: tuple[Participant, ...]
    left_out: tuple[Participant, ...]
    unfinished: tuple[Participant, ...]

    @property
    def people(self) -> tuple[Participant, ...]:
        """Everybody who is counted."""
        return (*(one for some in self.groups.values() for one in some), *self.recent)


def scope(everybody: Iterable[Participant], asked: Period, now: datetime) -> Scope:
    """Choose whom to count."""
    everybody = tuple(everybody)
    joined = [one for one in everybody if asked.holds(one.joined_at)]
    weeks, before = _long_ago(joined, now)
    groups: dict[str, list[Participant]] = {}
    recent: list[Participant] = []
    for one in joined:
        (groups.setdefault(one.programme, []) if _joined(one) < before else recent).append(one)
    small = [one for some in (*groups.values(), recent) if len(some) < LEAST for one in some]
    return Scope(
        period=asked,
        weeks=weeks,
        groups={name: tuple(some) for name, some in sorted(groups.items()) if len(some) >= LEAST},
        recent=tuple(recent) if len(recent) >= LEAST else (),
        left_out=tuple(small),
        unfinished=tuple([one for one in everybody if one.joined_at is None and asked.holds(one.begun_at)]),
    )


def _long_ago(joined: Sequence[Participant], now: datetime) -> tuple[int, datetime]:
    """Before which month people joined long enough ago, and how many weeks that is: 14 where ten or more did."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = [first]
    while months[-1] > now - timedelta(weeks=WEEKS):
        months.append(month_before(months[-1]))
    for month in reversed(months):
        if sum(_joined(one) < month for one in joined) >= LEAST:
            return min(WEEKS, (now - month) // timedelta(weeks=1)), month
    return 0, months[-1]


def _joined(one: Participant) -> datetime:
    assert one.joined_at is not None
    return one.joined_at
