"""The faces of her pulse, week by week: what they come to, and whether the later weeks were lighter or heavier.

Nothing here is a score: a week without an answer is a gap, and of a few answers nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from msgspec import Struct

from flows.model import Face

WEEKS = 12
"""So many weeks are shown, the running one last. Single faces are kept for 90 days, which hold them all."""
LAST = 4
"""So many faces the card has."""
FEW = 4
"""Under so many weeks with an answer there is too little to say."""
CHANGED = 0.5
"""By so much of a face the later half has to differ to be called lighter or heavier. Ours, of no study."""
LOW = 2.0
"""Weeks of this mean and below are heavy, whatever changed."""

Change = Literal["little", "lighter", "heavier", "same"]


class Week(Struct, frozen=True):
    """A week from its Monday: the mean of its faces, 1 very heavy to 5 very good; None where there was none."""

    begins: date
    mean: float | None


def kept(faces: tuple[Face, ...], new: Face) -> tuple[Face, ...]:
    """The last few with a new one; none from before the weeks that are shown."""
    return tuple(one for one in (*faces, new) if new.at - one.at < timedelta(weeks=WEEKS))[-LAST:]


def shown(faces: tuple[Face, ...], now: datetime) -> tuple[Face, ...]:
    """Those of the last weeks."""
    return tuple(one for one in faces if now - one.at < timedelta(weeks=WEEKS))


def since(now: datetime, zone: tzinfo) -> datetime:
    """When the first of the weeks begins, by her clock."""
    local = now.astimezone(zone)
    monday = local.date() - timedelta(days=local.weekday(), weeks=WEEKS - 1)
    return datetime.combine(monday, time(), zone)


def weeks(faces: Iterable[Face], now: datetime, zone: tzinfo) -> tuple[Week, ...]:
    """The last twelve weeks by her clock, the earliest first."""
    first = since(now, zone).date()
    values: list[list[int]] = [[] for _ in range(WEEKS)]
    for face in faces:
        at = (face.at.astimezone(zone).date() - first).days // 7
        if 0 <= at < WEEKS:
            values[at].append(face.value)
    return tuple(
        Week(first + timedelta(weeks=at), sum(some) / len(some) if some else None) for at, some in enumerate(values)
    )


def answered(weeks: Sequence[Week]) -> list[tuple[date, float]]:
    """Those with an answer."""
    return [(week.begins, week.mean) for week in weeks if week.mean is not None]


def change(weeks: Sequence[Week]) -> Change:
    """The later half of what there is against the earlier; of an odd number the middle one counts for neither."""
    there = [mean for _, mean in answered(weeks)]
    if len(there) < FEW:
        return "little"
    half = len(there) // 2
    risen = (sum(there[-half:]) - sum(there[:half])) / half
    if abs(risen) < CHANGED:
        return "same"
    return "lighter" if risen > 0 else "heavier"


def is_low(weeks: Sequence[Week]) -> bool:
    """Whether the later half of what there is was heavy."""
    there = [mean for _, mean in answered(weeks)]
    late = there[-max(len(there) // 2, 1) :]
    return bool(late) and sum(late) / len(late) <= LOW


def ends(weeks: Sequence[Week]) -> tuple[date, date] | None:
    """Give the Mondays of the heaviest week and of the lightest, the latest of those alike; None where all are alike."""
    there = answered(weeks)
    means = [mean for _, mean in there]
    if not there or min(means) == max(means):
        return None
    return (
        max(begins for begins, mean in there if mean == min(means)),
        max(begins for begins, mean in there if mean == max(means)),
    )
