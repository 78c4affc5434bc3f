"""Who may sit with whom, and tables at which people are set down.

A mother's village is not known, only her district and the centre whose card brought her; so either stands for it. Two of
one centre sit together only if both want neighbours. Two of one district also if each of them wants neighbours or has
waited long (`PATIENCE`): without that, few in a small province would ever sit, and a district has many villages. A
district of a city is no village. Who told her region alone may live in any of its districts; who told nothing is held
against nobody, for nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from msgspec import structs

from flows.circles import dates
from flows.circles.seats import MOST, Band, Running, Sitter, Stage, Waiting
from flows.circles.stages import band

CITIES = frozenset({"dushanbe"})
"""Regions that are one city: some hundred thousand people live in each of its districts. There the centre alone counts."""
ABROAD = "abroad"
"""The region of whoever lives outside the country: nothing is known of where, so it is held against nobody."""
WIDE = CITIES | {ABROAD}
PATIENCE = 2
"""After so many calendar dates without a seat her district no longer counts for her, her centre always."""


def same_centre(one: Sitter, other: Sitter) -> bool:
    """Whether the same centre's card brought both."""
    return bool(one.centre) and one.centre == other.centre


def same_district(one: Sitter, other: Sitter) -> bool:
    """Whether they live, or may live, in one district that is no part of a city."""
    if one.region and other.region:
        if one.region != other.region or one.region in WIDE:
            return False
        return one.district == other.district or not (one.district and other.district)
    return bool(one.district) and one.district == other.district


def may_sit(one: Sitter, other: Sitter) -> bool:
    """Whether two people may be in one circle; the same whoever of them is asked first."""
    if other.person in one.apart or one.person in other.apart:
        return False
    if one.neighbours and other.neighbours:
        return True
    if same_centre(one, other):
        return False
    return _eased(one) and _eased(other) if same_district(one, other) else True


def _eased(one: Sitter) -> bool:
    return one.neighbours or one.eased


def ease(people: Iterable[Waiting], today: date) -> list[Waiting]:
    """The same people as they stand on the day, longest waiting first: whoever was passed over long enough is eased."""
    found = [
        structs.replace(one, eased=not one.rather_wait and dates.between(one.since, today) >= PATIENCE)
        for one in people
    ]
    return sorted(found, key=turn)


def turn(one: Waiting) -> tuple[date, int]:
    """Whose turn is first: the longest waiting, then the lower row."""
    return one.since, one.person


class Table:
    """A circle while people are being seated: those who sit there already, who never move, and those who came now."""

    def __init__(self, stage: Stage, begins: date, *, of: Band = "", circle: Running | None = None) -> None:
        self.stage = stage
        self.begins = begins
        self.band = of
        self.circle = circle
        self.fixed: tuple[Sitter, ...] = () if circle is None else circle.members
        self.new: list[Waiting] = []

    def __len__(self) -> int:
        return len(self.fixed) + len(self.new)

    def sitters(self) -> list[Sitter]:
        """Everybody at the table."""
        return [*self.fixed, *self.new]

    def bars(self, one: Waiting) -> list[Sitter]:
        """Those at the table beside whom she may not sit."""
        return [other for other in self.sitters() if not may_sit(one, other)]

    def takes(self, one: Waiting) -> bool:
        """Whether there is a place for her."""
        return len(self) < MOST and self.suits(one) and not self.bars(one)

    def suits(self, one: Waiting) -> bool:
        """Whether her child is of the table's band, and she never left this circle."""
        if self.circle is not None and one.person in self.circle.gone:
            return False
        return not self.band or band(one, self.begins) == self.band


def settle(tables: Sequence[Table], left: list[Waiting]) -> None:
    """Set down whom the tables take, then see that nobody sits in the place of somebody who waits longer.

    Afterwards nobody of `left` is taken by a table, nor would be if somebody who came later and was set down now were
    not there.
    """
    left.sort(key=turn)
    while _once(tables, left, _place) or _once(tables, left, _shift) or _once(tables, left, _swap):
        left.sort(key=turn)


def _once(
    tables: Sequence[Table], left: list[Waiting], act: Callable[[Sequence[Table], Waiting], Waiting | bool]
) -> bool:
    """Do it for the first of those left for whom it can be done. Who loses her place is left again."""
    for one in left:
        came = act(tables, one)
        if came:
            left.remove(one)
            if not isinstance(came, bool):
                left.append(came)
            return True
    return False


def _place(tables: Sequence[Table], one: Waiting) -> bool:
    """At the smallest table that takes her."""
    table = min((table for table in tables if table.takes(one)), key=len, default=None)
    if table is None:
        return False
    table.new.append(one)
    return True


def _shift(tables: Sequence[Table], one: Waiting) -> bool:
    """Somebody who came now moves to another table and leaves her the place."""
    for table in tables:
        bars = table.bars(one) if table.suits(one) else table.sitters()
        if len(bars) > 1 or (not bars and len(table) < MOST):
            continue
        for other in sorted(table.new, key=turn):
            if bars and other is not bars[0]:
                continue
            free = min((t for t in tables if t is not table and t.takes(other)), key=len, default=None)
            if free is not None:
                table.new.remove(other)
                free.new.append(other)
                table.new.append(one)
                return True
    return False


def _swap(tables: Sequence[Table], one: Waiting) -> Waiting | bool:
    """Whoever came last of those in whose place she could sit gives it back."""
    for later in sorted((other for table in tables for other in table.new), key=turn, reverse=True):
        if turn(later) < turn(one):
            break
        table = next(table for table in tables if later in table.new)
        if table.suits(one) and all(other is later for other in table.bars(one)):
            table.new.remove(later)
            table.new.append(one)
            return later
    return False
