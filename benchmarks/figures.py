"""Figures, and how they are shown: the median of the rounds, with the lowest and the highest beside it."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    """The median of some rounds, and between what they lay."""

    median: float
    low: float
    high: float


Figures = Mapping[str, Figure]


def over(rounds: Sequence[float]) -> Figure:
    """One figure of several rounds."""
    return Figure(statistics.median(rounds), min(rounds), max(rounds))


def show(title: str, figures: Figures) -> None:
    """Print them as rows of a Markdown table."""
    print(f"\n| {title} | median | lowest | highest |\n|---|--:|--:|--:|")
    for name, figure in figures.items():
        print(f"| {name} | " + " | ".join(_number(value) for value in figure) + " |")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
