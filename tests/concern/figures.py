"""How well concern hears the sentences set aside, or those rules are written by: python -m tests.concern.figures.

Prints tables for docs/concern.md. Of the sentences set aside only totals are ever shown. Intervals are Wilson's, 95%.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from math import sqrt
from pathlib import Path
from typing import Any

from content.library import load
from content.schema import RuleBook
from flows import concern

HERE = Path(__file__).parent
RED = {"urgent", "now"}
One = dict[str, Any]
ASIDE = ("aside.jsonl", "aside_b.jsonl")
"""Set aside: nobody who writes rules has read them."""
ENOUGH = 100
"""No share is claimed on fewer texts than these."""

MEASURES: dict[str, tuple[Callable[[One], bool], Callable[[One], bool]]] = {
    "red, flagged at any level": (lambda one: one["kind"] == "red", lambda one: one["heard"] != "none"),
    "red said directly, flagged": (
        lambda one: one["kind"] == "red" and one["direct"],
        lambda one: one["heard"] != "none",
    ),
    "`now`, heard as urgent or now": (lambda one: one["level"] == "now", lambda one: one["heard"] in RED),
    "flagged, in the right category": (
        lambda one: one["kind"] in {"red", "lower"} and one["heard"] != "none",
        lambda one: one["as"] == one["category"],
    ),
    "lower, flagged at any level": (lambda one: one["kind"] == "lower", lambda one: one["heard"] != "none"),
    "hard but harmless, flagged": (lambda one: one["kind"] == "hard", lambda one: one["heard"] != "none"),
    "hard but harmless, red": (lambda one: one["kind"] == "hard", lambda one: one["heard"] in RED),
    "ordinary, flagged": (lambda one: one["kind"] == "ordinary", lambda one: one["heard"] != "none"),
}


def lines(path: Path) -> list[One]:
    """Give the sentences of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def heard(paths: Iterable[Path], book: RuleBook | None = None) -> list[One]:
    """Give the sentences with what concern hears: `heard` is a level or none, `as` a category."""
    rules = concern.compile_rules(book or load().rules)
    ones = [one for path in paths for one in lines(path)]
    for one in ones:
        found = concern.read(one["text"], rules)
        one["heard"] = found.level if found else "none"
        one["as"] = found.category if found else "none"
    return ones


def share(ones: Iterable[One], measure: str) -> tuple[int, int]:
    """Give how many of how many."""
    among, met = MEASURES[measure]
    counted = [one for one in ones if among(one)]
    return sum(map(met, counted)), len(counted)


def interval(k: int, n: int) -> tuple[float, float]:
    """Wilson's interval at 95% for k of n, as shares."""
    if not n:
        return 0.0, 1.0
    z, p = 1.959964, k / n
    middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def row(ones: list[One], measure: str) -> str:
    """One line of a table: how many of how many, the share and its interval where there are enough."""
    k, n = share(ones, measure)
    low, high = interval(k, n)
    said = f"{k / n:.0%} | {low:.0%} to {high:.0%}" if n >= ENOUGH else "too few | "
    return f"{k} of {n} | {said}"


def tables(ones: list[One]) -> str:
    """The whole, then counts by language and by script."""
    lines = ["| | counted | share | interval |", "|---|---|---|---|"]
    lines += [f"| {measure} | {row(ones, measure)} |" for measure in MEASURES]
    for field in ("lang", "script"):
        kinds = sorted({one[field] for one in ones})
        lines += ["", "| | " + " | ".join(kinds) + " |", "|---" * (len(kinds) + 1) + "|"]
        for measure in MEASURES:
            cells = (share([one for one in ones if one[field] == kind], measure) for kind in kinds)
            lines.append(f"| {measure} | " + " | ".join(f"{k}/{n}" for k, n in cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print the tables of the files named, by default those set aside."""
    names = sys.argv[1:] or ASIDE
    sys.stdout.write(tables(heard(HERE / name for name in names)) + "\n")


if __name__ == "__main__":
    main()
