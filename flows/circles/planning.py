"""How those who wait in one language and stage are spread over new circles.

As many as possible sit; among plans that seat as many, the one with the fewest circles. One circle is found exactly (the
largest company of people who may all sit together, by branch and bound within `TRIES`); several are found by two ways of
spreading and mended by moves, and where that leaves somebody of a small pool, by trying further: good, not proven best.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flows.circles.company import Table, may_sit, settle, turn
from flows.circles.seats import FULL, MOST, OPENS, Band, Stage, Waiting
from flows.circles.stages import band

TRIES = 2000
"""Branches looked at for the largest company; beyond them the first choice at each branch stands."""
SMALL = 24
"""The largest pool of which all ways of spreading are tried, `TRIES` times ten at most."""

Against = dict[int, set[int]]
"""By row: the rows of the pool beside whom she may not sit."""


def plan(pool: Sequence[Waiting], stage: Stage, begins: date, fewest: int, most: int) -> list[Table]:
    """New circles for the pool, `fewest` to `most` of them if so many come together; no guide is asked here.

    `pool` is eased and in the order of its waiting. More circles than `fewest` only where they seat more people.
    """
    best: list[Table] = []
    against = _against(pool)
    for count in range(fewest, most + 1):
        for found in (_spread(pool, against, stage, begins, count), _peeled(pool, against, stage, begins, count)):
            if _score(found) > _score(best):
                best = found
        if _seated(best) == len(pool):
            break
        if count > 1 and len(pool) <= SMALL:
            best = _Search(pool, against, count).better(best, stage, begins)
    return _finer(pool, best, stage, begins)


def _finer(pool: Sequence[Waiting], whole: list[Table], stage: Stage, begins: date) -> list[Table]:
    """Part the pool by bands if each band then fills its circles, nobody loses a seat and no circle is added."""
    if stage != "under18m" or len(whole) < 2:
        return whole
    parted: list[Table] = []
    halves: tuple[Band, ...] = ("a", "b")
    for half in halves:
        people = [one for one in pool if band(one, begins) == half]
        count = -(-len(people) // MOST)
        found = _spread(people, _against(people), stage, begins, count) if count else []
        for table in found:
            table.band = half
        parted += found
    both = {table.band for table in parted} == set(halves)
    filled = all(len(table) >= FULL for table in parted) and len(parted) <= len(whole)
    return parted if both and filled and _score(parted) >= _score(whole) else whole


def _score(tables: list[Table]) -> tuple[int, int]:
    return _seated(tables), -len(tables)


def _seated(tables: list[Table]) -> int:
    return sum(len(table) for table in tables)


def _against(pool: Sequence[Waiting]) -> Against:
    return {
        one.person: {other.person for other in pool if other is not one and not may_sit(one, other)} for one in pool
    }


def _spread(pool: Sequence[Waiting], against: Against, stage: Stage, begins: date, count: int) -> list[Table]:
    """One by one, whoever has the fewest tables left to sit at, at the emptiest of them."""
    tables = [Table(stage, begins) for _ in range(count)]
    barred: dict[int, set[int]] = {one.person: set() for one in pool}
    waiting, left = list(pool), []
    while waiting:
        open = [at for at, table in enumerate(tables) if len(table) < MOST]
        one = min(waiting, key=lambda who: sum(at not in barred[who.person] for at in open))
        waiting.remove(one)
        free = [at for at in open if at not in barred[one.person]]
        if not free:
            left.append(one)
            continue
        at = min(free, key=lambda at: len(tables[at]))
        tables[at].new.append(one)
        for other in against[one.person]:
            barred[other].add(at)
    return _whole(tables, left)


def _peeled(pool: Sequence[Waiting], against: Against, stage: Stage, begins: date, count: int) -> list[Table]:
    """The largest company first, then the largest of the rest, and so on; then evened out."""
    tables, left = [], list(pool)
    for _ in range(count):
        table = Table(stage, begins)
        company = _largest([one.person for one in left], against, [TRIES])
        table.new = [one for one in left if one.person in company][:MOST]
        left = [one for one in left if one not in table.new]
        tables.append(table)
    return _whole(tables, left)


def _whole(tables: list[Table], left: list[Waiting]) -> list[Table]:
    """Mend the tables, and clear those at which too few sit, until every one of them can open."""
    while tables:
        settle(tables, left)
        _even(tables)
        settle(tables, left)
        smallest = min(tables, key=len)
        if len(smallest) >= OPENS:
            return tables
        tables.remove(smallest)
        left += smallest.new
    return tables


def _even(tables: list[Table]) -> None:
    """Move people from larger tables to smaller ones until no move brings two closer."""
    while _evened(tables):
        pass


def _evened(tables: list[Table]) -> bool:
    by_size = sorted(tables, key=len)
    for small in by_size:
        for large in reversed(by_size):
            if len(large) - len(small) < 2:
                break
            moved = next((one for one in sorted(large.new, key=turn) if small.takes(one)), None)
            if moved is not None:
                large.new.remove(moved)
                small.new.append(moved)
                return True
    return False


def _largest(pool: list[int], against: Against, tries: list[int]) -> set[int]:
    """The most people of the pool who may all sit together: a largest independent set, earlier rows first where equal.

    Whoever's rivals are all rivals of each other loses nothing by being taken; only where nobody is like that
    both ways are tried.
    """
    here = set(pool)
    taken: set[int] = set()
    while here:
        rivals = {one: against[one] & here for one in pool if one in here}
        safe = [one for one, those in rivals.items() if all(those - {a} <= against[a] for a in those)]
        tries[0] -= 1
        if safe:
            one = min(safe, key=lambda one: len(rivals[one]))
            taken.add(one)
            here -= rivals[one] | {one}
            continue
        one = max(rivals, key=lambda one: len(rivals[one]))
        rest = [other for other in pool if other in here and other != one]
        without = _largest(rest, against, tries)
        if tries[0] <= 0:
            return taken | without
        with_her = _largest([other for other in rest if other not in rivals[one]], against, tries) | {one}
        return taken | max(with_her, without, key=len)
    return taken


class _Search:
    """Every way to spread a small pool over `count` tables, those with the most rivals first, until the tries are used."""

    def __init__(self, pool: Sequence[Waiting], against: Against, count: int) -> None:
        self._pool = sorted(pool, key=lambda one: -len(against[one.person]))
        self._against = against
        self._tables: list[list[Waiting]] = [[] for _ in range(count)]
        self._found: list[list[Waiting]] | None = None
        self._tries = 10 * TRIES
        self._most = 0

    def better(self, known: list[Table], stage: Stage, begins: date) -> list[Table]:
        """Tables that seat more than those known, or the known ones."""
        self._most = _seated(known)
        self._next(0, 0)
        if self._found is None:
            return known
        tables = [Table(stage, begins) for _ in self._found]
        for table, people in zip(tables, self._found, strict=True):
            table.new = people
        taken = {one.person for table in tables for one in table.new}
        return _whole(tables, [one for one in self._pool if one.person not in taken])

    def _next(self, at: int, out: int) -> None:
        self._tries -= 1
        rest = len(self._pool) - at
        lacking = sum(max(0, OPENS - len(table)) for table in self._tables)
        if self._tries < 0 or len(self._pool) - out <= self._most or lacking > rest:
            return
        if not rest:
            self._found, self._most = [table.copy() for table in self._tables], len(self._pool) - out
            return
        one = self._pool[at]
        by_size = sorted(self._tables, key=len)
        for number, table in enumerate(by_size):
            if number and not table:
                continue  # one empty table is like another
            if len(table) < MOST and not any(other.person in self._against[one.person] for other in table):
                table.append(one)
                self._next(at + 1, out)
                table.pop()
        self._next(at + 1, out + 1)
