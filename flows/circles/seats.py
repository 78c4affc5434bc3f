"""The nouns of seating: who waits, which circles there are, who can lead one, and what comes of it.

A person is known here by her row alone. Nothing here knows a clock, a text or a database.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

Stage = Literal["expecting", "under18m", "older", "pace", "grandmothers", "fathers"]
"""Who sits together: expecting; with a child under 18 months; with an older one; with a child with a disability, at the
child's own pace; grandmothers; fathers."""

Band = Literal["", "a", "b"]
"""A finer stage of `under18m`, by the bands of the curriculum: `a` below 6 months, `b` from 6 to 18; "": both."""

Why = Literal["date", "few", "near", "guide"]
"""Why she waits: only for the date; too few who wait with her; enough, but not enough whom she may sit with; nobody
can lead one more circle in her language."""

OPENS, FULL, MOST, SHRUNK = 5, 8, 12, 4
"""People a circle opens with, is whole with, has at most; below the last it may be merged."""


class Sitter(Struct, frozen=True, kw_only=True):
    """What decides who may sit beside her.

    `apart`: rows she is never seated with, her family and whoever blocked or was blocked. `centre`, `region` and
    `district` are codes, "" where not said. `neighbours`: she said she wants people from where she lives. `eased`: she
    had waited long when she was seated, so her district no longer counts for her.
    """

    person: int
    region: str = ""
    district: str = ""
    centre: str = ""
    neighbours: bool = False
    eased: bool = False
    apart: frozenset[int] = frozenset()


class Waiting(Sitter, frozen=True, kw_only=True):
    """Somebody who waits for a circle since a day. `child` is the month of birth, as `2026-03`, "" if not known.

    `rather_wait`: she was told that somebody of her district would be there, and would rather wait; her district
    counts for her for good. `adult` must be true: girls under 18 have the programme and help, not circles.
    """

    language: str
    stage: Stage
    since: date
    adult: bool
    child: str = ""
    rather_wait: bool = False

    def __post_init__(self) -> None:
        if not self.adult:
            raise ValueError(
                f"Person {self.person} is not known to be 18 or older and was put among those who wait for a circle. "
                "Leave out everybody whose `adult` is not true."
            )


class Running(Struct, frozen=True, kw_only=True):
    """A circle that lives. `guide` is a row of the desk; if it is nobody on duty the circle rests.

    `gone`: rows of those who left it or were taken out: they sit in it no more, nor in one that becomes one with it;
    and whoever leads it, should she wait for a circle herself.
    """

    id: int
    language: str
    stage: Stage
    begins: date
    guide: int
    members: tuple[Sitter, ...]
    band: Band = ""
    gone: frozenset[int] = frozenset()


class Guide(Struct, frozen=True, kw_only=True):
    """A moderator on duty who leads circles: in which languages, and how many more than she leads now.

    `person`: our number of her, where she is a person of the programme too: she never sits in a circle that she leads.
    """

    id: int
    languages: frozenset[str]
    more: int
    person: int = 0


class Hall(Struct, frozen=True, kw_only=True):
    """All that seating looks at, on one day. The order of people, circles and guides does not matter.

    `last` is the day on which people were last seated: if a calendar date passed since, its circles begin now
    (None: yesterday).
    """

    today: date
    waiting: tuple[Waiting, ...]
    circles: tuple[Running, ...]
    guides: tuple[Guide, ...]
    last: date | None = None


class Newcomer(Struct, frozen=True, order=True):
    """A place for one person. Keep `eased` as her `Sitter.eased`.

    `near`: somebody of her district or centre is in this circle. If she is `eased` too she did not wish for it: tell her
    before her first word there, and offer to wait instead (`rather_wait`).
    """

    person: int
    eased: bool = False
    near: bool = False


class Opening(Struct, frozen=True, kw_only=True):
    """A circle that begins on a calendar date, who leads it and who sits in it, five to twelve."""

    begins: date
    language: str
    stage: Stage
    band: Band
    guide: int
    newcomers: tuple[Newcomer, ...]


class Joining(Struct, frozen=True):
    """Somebody comes to a circle in its first two weeks."""

    circle: int
    newcomer: Newcomer


class Wait(Struct, frozen=True):
    """Somebody goes on waiting. `until`: the calendar date on which she would sit if nobody came or went; else None.

    It is no promise: whoever tells her says so. With None, what can be said is when circles begin next
    (`dates.on_or_after`) and why none is in sight for her.
    """

    person: int
    why: Why
    until: date | None


class Seating(Struct, frozen=True, kw_only=True):
    """What comes of one day. `merges`: pairs of circles that might become one, only if both agree."""

    openings: tuple[Opening, ...]
    joinings: tuple[Joining, ...]
    merges: tuple[tuple[int, int], ...]
    waits: tuple[Wait, ...]
