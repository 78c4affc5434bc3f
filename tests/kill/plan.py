"""Which plays there are and where their lives end: everything is drawn from the seed.

Where there are kills enough, the first play of each script dies once at every boundary, in their order; the others
die at random. With `every`, there
is a play for every boundary of every script, whose first life ends there.
"""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Iterator

from tests.kill.life import Fate
from tests.kill.reference import Reference
from tests.kill.scripts import SCRIPTS, Script

SHORTEST, LONGEST = 10, 40
"""Bounds of the longest life: drawn by chance, a life ends at one of its first boundaries, up to that one."""


FURTHER = 4
"""How many more die in a play that is there for its first death."""


class Budget:
    """The kills still to be done, shared by the workers."""

    def __init__(self, kills: int) -> None:
        self._left = multiprocessing.Value("q", kills)

    @property
    def left(self) -> int:
        with self._left:
            return int(self._left.value)

    def spend(self) -> None:
        """One fewer."""
        with self._left:
            self._left.value -= 1


class Plays:
    """Which plays there are, in order, and what each is to do."""

    def __init__(self, seed: int, given: dict[str, Reference], kills: int, *, every: bool) -> None:
        self.seed = seed
        self.given = given
        self._every = every
        self._all = [(script, at) for script in SCRIPTS for at in range(1, len(given[script.name].boundaries) + 1)]

        known = len(self._all)
        # Few kills are spread over all scripts by long lives; only many can meet every boundary.
        self._in_order = kills > known
        self._longest = min(max(SHORTEST, 4 * known // max(kills, 1)), LONGEST)

    @property
    def count(self) -> int | None:
        """How many there are; None: as many as the kills take."""
        return len(self._all) if self._every else None

    def script(self, number: int) -> Script:
        """The script of play `number`."""
        return self._all[number][0] if self._every else SCRIPTS[number % len(SCRIPTS)]

    def lives(self, number: int) -> Iterator[Fate]:
        """Where each life of the play ends."""
        chance = random.Random(f"{self.seed}:{number}")
        known = self.given[self.script(number).name].boundaries
        if self._every:
            yield Fate(count=self._all[number][1])
            for _ in range(FURTHER):
                yield Fate(count=chance.randint(1, self._longest))
            return
        if self._in_order and number < len(SCRIPTS):
            # The first play of each script: one death at every boundary, in their order.
            while True:
                yield Fate(targets=frozenset(known))
        while True:
            yield Fate(count=chance.randint(1, self._longest))


def bounded(lives: Iterator[Fate], budget: Budget | None) -> Iterator[Fate]:
    """The lives of a plan while there are kills left to do; then one that goes on."""
    for fate in lives:
        if budget is not None and budget.left <= 0:
            return
        yield fate
