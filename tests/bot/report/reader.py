"""A reader of the report with time on her hands: what can be computed from the files that were given out?

She knows what every table is a part of what, and nothing of how it was made. Each number is an unknown; what is printed
is known; the least and the most a withheld number can be come from linear programming.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator

import numpy as np
from scipy.optimize import linprog

WITHHELD, FEW = "withheld", "<10"
HIDDEN = frozenset({WITHHELD, FEW})
COUNTS = {
    "people": ("people",),
    "weeks": ("joined", "reached", "active"),
    "checkins": ("put to", "answered by"),
    "pulse": ("people",),
    "change": ("pairs", "lighter", "about the same", "heavier"),
    "drop_out": ("agreed to research", "with a start", "with both"),
    "cases": ("cases", "in time", "later", "nobody yet"),
    "flags": ("flags",),
    "reading": ("texts",),
    "referrals": ("referrals",),
}
"""The columns that count people, cases or referrals."""
SHARES = ("%", "mean", "low", "high", "sd", "hours", "start,")

Name = tuple[str, ...]


def rows(files: dict[str, str], table: str) -> list[dict[str, str]]:
    """A file as it is read by anybody."""
    return list(csv.DictReader(io.StringIO(files[f"{table}.csv"])))


def counts(files: dict[str, str]) -> dict[Name, int | None]:
    """Every number of people, cases or referrals there is, by table, first two columns and column."""
    found: dict[Name, int | None] = {}
    for table, columns in COUNTS.items():
        for row in rows(files, table):
            place = tuple(row.values())[
                : 1 if table in {"checkins", "pulse", "change", "drop_out", "cases", "flags", "reading"} else 2
            ]
            for column in columns:
                if row[column]:
                    found[table, *place, column] = None if row[column] in HIDDEN else int(row[column])
    return found


def few(files: dict[str, str]) -> set[Name]:
    """The numbers that are said to be under ten. Of cases it is the people behind them that are."""
    marked = {name: text.replace(FEW, "9") for name, text in files.items()}
    return {name for name, n in counts(marked).items() if n == 9 and name[0] not in {"cases", "flags"}}


class Reader:
    """Knows what is printed, and asks what else there can be."""

    def __init__(self, files: dict[str, str]) -> None:
        """Read everything."""
        self.counts = counts(files)
        self.at = {name: number for number, name in enumerate(self.counts)}
        self.few = few(files)
        self.same: list[tuple[Name, list[Name]]] = []
        self.inside: list[tuple[Name, Name]] = []
        self._sums()
        self._within(files)
        self.same = [(whole, some) for whole, some in self.same if whole in self.at and self.at.keys() >= set(some)]
        wide = len(self.at)
        self.equal = np.zeros((len(self.same), wide))
        for line, (total, some) in enumerate(self.same):
            self.equal[line, self.at[total]] = -1
            for one in some:
                self.equal[line, self.at[one]] += 1
        self.less = np.zeros((len(self.inside), wide))
        for line, (part, of) in enumerate(self.inside):
            self.less[line, self.at[part]], self.less[line, self.at[of]] = 1, -1

    def _of(self, *begin: str) -> list[Name]:
        return [name for name in self.at if name[: len(begin)] == begin]

    def _sums(self) -> None:
        everybody: Name = ("people", "everybody", "", "people")
        for by in ("programme", "language", "region", "now", "month of joining"):
            if some := self._of("people", by):
                self.same.append((everybody, some))
        for group in self._of("people", "programme"):
            if some := self._of("people", f"role, {group[2]}"):
                self.same.append((group, some))
        for check in ("phq9", "gad7", "who5"):
            some = [("change", check, way) for way in ("lighter", "about the same", "heavier")]
            self.same.append((("change", check, "pairs"), some))
            self.same.append((("change", check, "pairs"), [("drop_out", check, "with both")]))
        for whole, some in (("all", ("red", "calm")), ("red", ("now", "urgent")), ("calm", ("concern", "watch"))):
            self.same.append((("cases", whole, "cases"), [("cases", level, "cases") for level in some]))
        for level in ("red", "now", "urgent", "calm", "concern", "watch"):
            ways = [("cases", level, way) for way in ("in time", "later", "nobody yet")]
            self.same.append((("cases", level, "cases"), ways))
        for way in ("in time", "later", "nobody yet"):
            for whole, some in (("red", ("now", "urgent")), ("calm", ("concern", "watch"))):
                self.same.append((("cases", whole, way), [("cases", level, way) for level in some]))
        for table, what in (("flags", "flags"), ("reading", "texts")):
            self.same.append(((table, "all", what), [one for one in self._of(table) if one[1] != "all"]))
        for by in ("ended", "need"):
            if some := self._of("referrals", by):
                self.same.append((("referrals", "all", "", "referrals"), some))

    def _within(self, files: dict[str, str]) -> None:
        everybody: Name = ("people", "everybody", "", "people")
        for what in ("reached", "active"):
            before: dict[str, Name] = {}
            for row in rows(files, "weeks"):
                programme = row["programme"]
                here: Name = ("weeks", programme, row["week"], what)
                self.inside.append((here, before.get(programme, ("weeks", programme, row["week"], "joined"))))
                before[programme] = here
        for row in rows(files, "weeks"):
            self.same.append(
                (
                    ("weeks", row["programme"], row["week"], "joined"),
                    [("people", "programme", row["programme"], "people")],
                )
            )
        for name in self._of("checkins"):
            if name[-1] == "answered by":
                self.inside.append((name, ("checkins", name[1], "put to")))
            else:
                self.inside.append((name, everybody))
        for name in self._of("pulse"):
            self.inside.append((name, ("checkins", "pulse", "answered by")))
        for check in ("phq9", "gad7", "who5"):
            chain = [("drop_out", check, one) for one in ("with both", "with a start", "agreed to research")]
            self.inside += [*itertools.pairwise(chain), (chain[-1], everybody)]
            self.inside.append((chain[1], ("checkins", check, "answered by")))
        for one, other in (("phq9", "gad7"), ("gad7", "who5")):
            self.same.append((("drop_out", one, "agreed to research"), [("drop_out", other, "agreed to research")]))

    def widths(self) -> Iterator[tuple[Name, float]]:
        """How far apart the least and the most are that each withheld number can be."""
        most = {name: 9 if name in self.few else None for name in self.counts}
        bounds = [(0, most[name]) if n is None else (n, n) for name, n in self.counts.items()]
        for name, n in self.counts.items():
            if n is None:
                ends = []
                for sign in (1, -1):
                    goal = np.zeros(len(self.at))
                    goal[self.at[name]] = sign
                    found = linprog(
                        goal, self.less, np.zeros(len(self.less)), self.equal, np.zeros(len(self.equal)), bounds
                    )
                    assert found.status in {0, 3}, found.message
                    ends.append(float("inf") if found.status == 3 else sign * found.fun)
                yield name, ends[1] - ends[0]
