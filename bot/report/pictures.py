"""Pictures of the tables: drawn from what is shown there and from nothing else, so that none shows more.

SVG with its letters as shapes: it looks the same everywhere, and needs no font and no network.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from msgspec import Struct

from bot.report.tables import Table, Value, plain

WIDE, HIGH = 7.5, 3.6
"""Inches, at 72 dots: fits a page of paper."""
INK, SECOND = "#1f4e79", "#b3541e"
SOONEST = 1 / 60
TICKS = ((1 / 60, "1 min"), (1 / 4, "15 min"), (1, "1 h"), (4, "4 h"), (24, "1 day"), (72, "3 days"), (240, "10 days"))
"""Hours, and how they are called."""
LOOK: Any = {
    "svg.hashsalt": "report",
    "svg.fonttype": "path",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)


class Picture(Struct, frozen=True):
    """`about` says in words what is to be seen, for whoever does not see it. `under`: the table it is drawn from."""

    under: str
    about: str
    svg: str


def drawn(tables: dict[str, Table]) -> list[Picture]:
    """All pictures there is something to draw for."""
    found = [_months(tables["people"]), *_weeks(tables["weeks"]), _faces(tables["pulse"])]
    found += [_change(tables["change"]), _times(tables["cases"])]
    return [one for one in found if one is not None]


@contextmanager
def _canvas(height: float = HIGH) -> Iterator[tuple[Figure, Axes]]:
    with mpl.rc_context(LOOK):
        figure = Figure(figsize=(WIDE, height), layout="constrained")
        yield figure, figure.subplots()


def _svg(figure: Figure) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _METADATA.sub("", _PROLOGUE.sub("", out.getvalue()))


def _numbers(values: Sequence[Value]) -> list[float]:
    """What can be drawn; the rest is a gap."""
    return [float(value) if isinstance(value, int | float) else float("nan") for value in values]


def _months(table: Table) -> Picture | None:
    rows = table.where(by="month of joining")
    numbers = [row["people"] if isinstance(row["people"], int) else 0 for row in rows]
    if not any(numbers):
        return None
    with _canvas() as (figure, axes):
        axes.bar([str(row["group"]) for row in rows], numbers, color=INK)
        for at, row in enumerate(rows):
            if not isinstance(row["people"], int):
                axes.annotate(
                    plain(row["people"]), (at, 0), (0, 4), textcoords="offset points", ha="center", rotation=90
                )
        axes.set_ylabel("people who joined")
        axes.tick_params(axis="x", rotation=45)
        return Picture(table.name, "Bars: how many people joined in each month that is shown.", _svg(figure))


def _weeks(table: Table) -> list[Picture]:
    return [
        picture
        for programme in dict.fromkeys(str(one) for one in table.column("programme"))
        if (picture := _course(table, programme)) is not None
    ]


def _course(table: Table, programme: str) -> Picture | None:
    rows = table.where(programme=programme)
    with _canvas() as (figure, axes):
        some = False
        for what, colour, mark in (("reached", INK, "o"), ("active", SECOND, "s")):
            seen = [row for row in rows if row[f"{what} %"] is not None]
            if not seen:
                continue
            some = True
            middle = _numbers([row[f"{what} %"] for row in seen])
            low = _numbers([row[f"{what} low %"] for row in seen])
            high = _numbers([row[f"{what} high %"] for row in seen])
            away = (
                [a - b for a, b in zip(middle, low, strict=True)],
                [b - a for a, b in zip(middle, high, strict=True)],
            )
            weeks = _numbers([row["week"] for row in seen])
            axes.errorbar(weeks, middle, yerr=away, color=colour, marker=mark, capsize=3, label=what, linestyle=":")
        if not some:
            return None
        axes.set(ylim=(0, 102), xlabel=f"week ({programme})", ylabel=f"% of {rows[0]['joined']} who joined")
        axes.set_xlim(0.5, len(rows) + 0.5)
        axes.set_xticks(range(1, len(rows) + 1))
        axes.legend(frameon=False)
        about = (
            f"Two lines over the weeks of {programme}: the share who reached a week, and who were active then or later."
        )
        return Picture(table.name, f"{about} With 95% intervals; weeks that are withheld have no point.", _svg(figure))


def _faces(table: Table) -> Picture | None:
    rows = [row for row in zip(*map(table.column, table.columns), strict=True) if row[2] is not None]
    if not rows:
        return None
    months, _, middle, low, high = (list(column) for column in zip(*rows, strict=True))
    with _canvas() as (figure, axes):
        means = _numbers(middle)
        away = [
            [m - n for m, n in zip(means, _numbers(low), strict=True)],
            [n - m for m, n in zip(means, _numbers(high), strict=True)],
        ]
        axes.errorbar(
            [str(month) for month in months], means, yerr=away, color=INK, marker="o", capsize=3, linestyle=""
        )
        axes.set(ylim=(1, 5), ylabel="mean face, 1 to 5")
        axes.tick_params(axis="x", rotation=45)
        return Picture(
            table.name, "The mean face of the pulse in each month that is shown, with 95% intervals.", _svg(figure)
        )


def _change(table: Table) -> Picture | None:
    rows = [row for name in table.column("check-in") for row in table.where(**{"check-in": str(name)})]
    rows = [row for row in rows if row["change mean"] is not None]
    if not rows:
        return None
    with _canvas(1.2 + 0.6 * len(rows)) as (figure, axes):
        means = _numbers([row["change mean"] for row in rows])
        low, high = _numbers([row["change low"] for row in rows]), _numbers([row["change high"] for row in rows])
        away = [[m - n for m, n in zip(means, low, strict=True)], [n - m for m, n in zip(means, high, strict=True)]]
        names = [f"{row['check-in']} (n={row['pairs']})" for row in rows]
        axes.errorbar(means, names, xerr=away, color=INK, marker="o", capsize=4, linestyle="")
        axes.axvline(0, color="grey", linewidth=0.8)
        axes.set_xlabel("mean change in points, start to week 14")
        axes.margins(y=0.3)
        axes.invert_yaxis()
        return Picture(
            table.name, "The mean change of each check-in with its 95% interval, and a line at no change.", _svg(figure)
        )


def _times(table: Table) -> Picture | None:
    half, most = "half within, hours", "nine in ten within, hours"
    rows = [row for level in table.column("level") for row in table.where(level=str(level))]
    rows = [row for row in rows if isinstance(row[half], float)]
    if not rows:
        return None
    with _canvas(1.6 + 0.5 * len(rows)) as (figure, axes):
        names = [str(row["level"]) for row in rows]
        ends = [[max(SOONEST, hours) for hours in _numbers([row[what] for row in rows])] for what in (half, most)]
        axes.hlines(names, ends[0], ends[1], color=INK, linewidth=1)
        axes.plot(ends[0], names, color=INK, marker="o", linestyle="", label="half within")
        axes.plot(ends[1], names, color=SECOND, marker="|", markersize=14, linestyle="", label="nine in ten within")
        axes.set_xscale("log")
        axes.set_xticks(*zip(*TICKS, strict=True))
        axes.set_xlim(SOONEST / 1.5, max(TICKS[-1][0], *ends[1]) * 1.5)
        axes.minorticks_off()
        axes.set_xlabel("until a person was there")
        axes.margins(y=0.2)
        axes.invert_yaxis()
        figure.legend(frameon=False, loc="outside lower center", ncols=2)
        about = "By level: the time within which half, and nine in ten, had a person; each step of the scale is several times the one before."
        return Picture(table.name, about, _svg(figure))
