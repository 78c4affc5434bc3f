"""How circles would fill in a year: `python benchmarks/seating.py`, some minutes; `--help` for less of it.

Made-up years (benchmarks/year.py) by the rules of flows/circles, beside first come, first served. docs/circles.md says
what was measured. `--picture FILE` draws it; that needs matplotlib.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.year import DAYS, FIRST, SHORT, WEEKS, WORLDS, Guest, World, guests, in_turn, live, ours
from content.library import Library, load

WAYS = {"ours": ours, "in turn": in_turn}
COUNTED = 308
"""Who came in the first 44 weeks is counted: later there was too little of the year left to wait in."""
WISHES = {
    "the rules as they are": lambda one: one,
    "half want neighbours": lambda one: structs.replace(
        one, neighbours=one.neighbours or random.Random(one.person).random() < 1 / 3
    ),
    "nobody came by a centre's card": lambda one: structs.replace(one, centre=""),
    "districts never eased": lambda one: structs.replace(one, rather_wait=True),
    "districts of the city count as villages": lambda one: structs.replace(one, region=one.region and "elsewhere"),
}


class Result(NamedTuple):
    """What is told of one year. Days waited of all counted, None: never seated; sizes two weeks after the beginning."""

    waited: list[int | None]
    sizes: list[int]
    ends: list[int]
    kept: list[bool]


def measure(task: tuple[World, str, str, int]) -> Result:
    """One year of a world, with a way of seating and some wishes, from one seed."""
    world, way, wishes, seed = task
    library: Library = load()
    people = [replace(one, waiting=WISHES[wishes](one.waiting)) for one in guests(world, library, random.Random(seed))]
    year = live(world, people, WAYS[way], random.Random(1000 + seed))
    end = FIRST + timedelta(days=DAYS)
    return Result(
        waited=[_waited(one, year.sat) for one in people if one.waiting.since < FIRST + timedelta(days=COUNTED)],
        sizes=[one.closed_at for one in year.rounds if one.begun + timedelta(days=14) <= end],
        ends=[len(one.circle.members) for one in year.rounds if one.begun + timedelta(weeks=WEEKS) <= end],
        kept=[
            person in year.sat and year.sat[person] <= told
            for person, told in year.told.items()
            if told < end and (person in year.sat or people[person - 1].until > told)
        ],
    )


def _waited(one: Guest, sat: dict) -> int | None:
    day = sat.get(one.waiting.person)
    return None if day is None else (day - one.waiting.since).days


def row(results: Sequence[Result]) -> list[str]:
    """The figures of some years: the median of the seeds, with the lowest and the highest beside it."""
    each = [_figures(one) for one in results]
    return [_over([figures[at] for figures in each]) for at in range(len(each[0]))]


def _figures(one: Result) -> list[float | None]:
    sat = [days for days in one.waited if days is not None]
    whole = [size for size in one.sizes if 8 <= size <= 12]
    return [
        100 * len(sat) / len(one.waited),
        100 * sum(days <= 28 for days in sat) / len(one.waited),
        statistics.median(sat),
        statistics.quantiles(sat, n=10)[-1],
        statistics.median(one.sizes),
        100 * len(whole) / len(one.sizes),
        statistics.median(one.ends),
        len(one.sizes),
        100 * sum(one.kept) / len(one.kept) if one.kept else None,
    ]


NAMES = ("seated, %", "within 4 weeks, %", "days waited, median", "p90", "size after 2 weeks, median")
NAMES += ("of 8 to 12, %", "size in week 14, median", "circles", "dates kept, %")


def _over(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "–"
    middle, low, high = (f"{value:.0f}" for value in (statistics.median(known), min(known), max(known)))
    return middle if low == high else f"{middle} ({low}–{high})"


def show(title: str, rows: dict[str, Sequence[Result]]) -> None:
    """Print them as a Markdown table."""
    print(f"\n| {title} | {' | '.join(NAMES)} |\n|---|{'--:|' * len(NAMES)}")
    for name, results in rows.items():
        print(f"| {name} | {' | '.join(row(results))} |", flush=True)


def draw(found: dict[tuple[str, str], Sequence[Result]], path: Path) -> None:
    """How many were seated within how many weeks, and how large circles were, of all seeds together."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    worlds = list(dict.fromkeys(world for world, _ in found))
    colours = {"ours": "#1b6f8a", "in turn": "#d08a2e"}
    words = {"ours": "our rules", "in turn": "first come, first served"}
    figure, axes = plt.subplots(2, len(worlds), figsize=(3.6 * len(worlds), 6), sharey="row", layout="constrained")
    for column, world in enumerate(worlds):
        upper, lower = axes[0][column], axes[1][column]
        for offset, way in enumerate(colours):
            waited = [days for one in found[world, way] for days in one.waited]
            weeks = range(27)
            share = [100 * sum(d is not None and d <= 7 * week for d in waited) / len(waited) for week in weeks]
            upper.plot(weeks, share, color=colours[way], label=words[way], linewidth=2)
            sizes = [size for one in found[world, way] for size in one.sizes]
            bars = [100 * sizes.count(size) / len(sizes) for size in range(1, 13)]
            lower.bar([size + 0.4 * offset - 0.2 for size in range(1, 13)], bars, width=0.4, color=colours[way])
        upper.set(title=world, xlabel="weeks since she began to wait", ylim=(0, 100), xlim=(0, 26))
        lower.set(xlabel="people two weeks after it began", xlim=(2.5, 12.7), xticks=range(3, 13))
        for one in (upper, lower):
            one.grid(axis="y", alpha=0.3)
            one.spines[["top", "right"]].set_visible(False)
    axes[0][0].set_ylabel("seated, % of all who came")
    axes[1][0].set_ylabel("% of circles")
    axes[0][0].legend(frameon=False, loc="lower right")
    figure.savefig(path, dpi=110)


def main() -> None:
    """Measure, print the tables, draw the picture if one is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many made-up years of each (5)")
    parser.add_argument("--wishes", type=int, default=3, help="how many years for what each rule costs (3; 0: none)")
    parser.add_argument("--picture", type=Path, help="where to draw, a .png")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    asked = parser.parse_args()
    first = next(iter(WISHES))
    with ProcessPoolExecutor(asked.workers) as pool:
        found = {}
        for world in (*WORLDS, SHORT):
            for way in WAYS:
                found[world.name, way] = list(
                    pool.map(measure, [(world, way, first, seed) for seed in range(1, asked.seeds + 1)])
                )
            show(world.name, {way: found[world.name, way] for way in WAYS})
        if asked.picture:
            draw(found, asked.picture)
        for world in WORLDS[:2] if asked.wishes else ():
            rows = {
                name: list(pool.map(measure, [(world, "ours", name, seed) for seed in range(1, asked.wishes + 1)]))
                for name in WISHES
                if "city" not in name or world.name == "city"
            }
            show(f"{world.name}: wishes", rows)


if __name__ == "__main__":
    main()
