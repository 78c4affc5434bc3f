"""What may be shown: nothing under ten, and nothing from which a reader could compute what is under ten.

A group is small where it holds fewer than ten people (nought counts as small: that nobody, or everybody, is something can
tell as much as that one is). What a reader can compute by taking shown numbers from one another has to be ten or more
as well. So parts of a whole lose a larger part together with the small ones (`parts`), numbers of which each is inside the
one before it are shown where ten or more have gone between them (`nested`), and a number that stands by itself is
measured against those around it (`fits`).

Ten: the usual threshold of health data given out (in use at most cohorts of UK LLC and CO-CONNECT), nought included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from msgspec import Struct

LEAST: Final = 10
"""The smallest group that is shown, in people."""
FEW: Final = "<10"
"""Stands for a small part where that alone tells nothing more of it."""
Shown = int | str | None
"""A number, FEW, or None for what is withheld without a reason."""


class Cell(Struct, frozen=True):
    """A number and the people behind it: for cases, one woman may have several."""

    n: int
    who: frozenset[Any]

    @property
    def small(self) -> bool:
        """Whether it may not be shown by itself."""
        return self.n < LEAST or len(self.who) < LEAST


def cell(who: Iterable[Any]) -> Cell:
    """A number of people."""
    them = frozenset(who)
    return Cell(len(them), them)


def whole(one: Cell) -> int | None:
    """A number by itself."""
    return None if one.small else one.n


def parts(cells: Sequence[Cell]) -> list[Shown]:
    """The parts of a whole that is shown: beside small ones, others are withheld, in the order they are given.

    The whole less the shown parts tells the sum of the withheld ones. It has to be so large that each small one may be
    anything under ten, whatever the others are; and which others are withheld must not depend on how large they are, for
    that would tell too (withholding the smallest gave away 9 and 9 where 18 was missing beside a shown 10). Where there
    are no larger ones to withhold, nothing is said of which are small.
    """
    small = [at for at, one in enumerate(cells) if one.small]
    rest, hidden = [at for at in range(len(cells)) if at not in small], list(small)
    while rest and small and not _hides([cells[at] for at in hidden], len(small)):
        hidden.append(rest.pop(0))
    why = FEW if _hides([cells[at] for at in hidden], len(small)) else None
    return [why if at in small else None if at in hidden else one.n for at, one in enumerate(cells)]


def _hides(together: Sequence[Cell], small: int) -> bool:
    people = frozenset[Any]().union(*(one.who for one in together))
    large = len(together) - small
    enough = (LEAST - 1) * small + LEAST * large
    return large > 0 and sum(one.n for one in together) >= enough and len(people) >= LEAST


def nested(head: int, numbers: Sequence[int]) -> list[int | None]:
    """Numbers of people, each inside the one before it, the first inside `head`, which is shown."""
    shown, last = list[int | None](), head
    for n in numbers:
        if fits(n, above=[last]):
            last = n
            shown.append(n)
        else:
            shown.append(None)
    return shown


def fits(n: int, *, above: Iterable[int | None] = (), below: Iterable[int | None] = ()) -> bool:
    """Whether a number of people can be shown beside those it is part of, and those that are part of it."""
    return (
        n >= LEAST
        and all(more is None or more - n >= LEAST for more in above)
        and all(less is None or n - less >= LEAST for less in below)
    )
