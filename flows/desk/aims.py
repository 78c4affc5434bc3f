"""How soon somebody is to be there, and who is called while nobody is: numbers agreed by the staff.

The defaults are those of the product description (section 8) and of the triage table. They are kept in the desk's
book; an aim that is changed is also what she is told.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

SOON = frozenset({"relinquishment", "no_shelter", "score_soon"})
"""A `concern` that does not wait for the next working day (product description, section 8; triage table, `score`)."""
CALLS = frozenset({"infant_danger", "mother_danger"})
"""Danger signs: the answer is "go now", and the desk owes one call back, which one person closes in one tap."""
URGENT_DIRECTOR = 3
"""Times the aim of `urgent` until the director is called; the description names the lead alone, at twice."""


class Aims(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Minutes, and working days for the calm levels.

    `now_every`: how often `now` is paged; `now`, `now_lead`, `now_director`: when it reaches the second person, the
    lead, the director. `urgent` inside opening hours, `urgent_closed` outside. `soon`: a `concern` of the same day.
    `call`: the call back after a danger sign.
    """

    now: int = 15
    now_every: int = 5
    now_lead: int = 30
    now_director: int = 45
    urgent: int = 60
    urgent_closed: int = 240
    soon: int = 240
    concern_days: int = 1
    watch_days: int = 3
    call: int = 15


BOUNDS: dict[str, tuple[int, int]] = {
    "now": (5, 60),
    "urgent": (15, 240),
    "urgent_closed": (30, 480),
    "soon": (60, 480),
    "call": (5, 60),
}
"""What the staff may agree on, from and to: wide enough for a small team, and never "some day".

The working days of the calm levels stand in many texts of hers as words, and are not changed from the desk.
"""


def urgent(aims: Aims, *, is_open: bool) -> timedelta:
    """The aim of `urgent`, by whether the desk was open when it began to wait."""
    return timedelta(minutes=aims.urgent if is_open else aims.urgent_closed)


def steps(aims: Aims, level: str, *, is_open: bool) -> tuple[timedelta, timedelta, timedelta]:
    """After how long a red case reaches the second person, the lead and the director."""
    if level == "now":
        return timedelta(minutes=aims.now), timedelta(minutes=aims.now_lead), timedelta(minutes=aims.now_director)
    aim = urgent(aims, is_open=is_open)
    return aim, 2 * aim, URGENT_DIRECTOR * aim


def every(aims: Aims, level: str, *, is_open: bool) -> timedelta:
    """How often a red case that nobody takes is paged. There is no snooze."""
    if level == "now":
        return timedelta(minutes=aims.now_every)
    return urgent(aims, is_open=is_open) / 2


def changed(aims: Aims, name: str, value: int) -> Aims | None:
    """The aims with one of them set anew; what follows from it is set in the same measure. None: out of bounds.

    The lead of `now` is called at twice its aim and the director at three times, as in the description.
    """
    low, high = BOUNDS.get(name, (1, 0))
    if not low <= value <= high:
        return None
    kept = {one: getattr(aims, one) for one in Aims.__struct_fields__} | {name: value}
    if name == "now":
        kept |= {"now_lead": 2 * value, "now_director": 3 * value, "now_every": max(1, value // 3)}
    return Aims(**kept)
