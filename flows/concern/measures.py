"""Numbers that count: how old somebody is, how hot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.concern.terms import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from content.schema import Measure
    from flows.concern.spelling import View
    from flows.concern.terms import Hits

MARK = "#"
"""Before the name of a measure, or of what one is made of, where groups are named."""
NUMBER = f"{MARK}n:"
"""Before a number where the words for it are named."""
UNITS = {"day": 1.0, "week": 7.0, "month": 30.4, "year": 365.25}
"""Days."""
BODY = (35.0, 43.0)
"""Degrees a living body may have; a bare number between them, which no unit follows, is taken for its heat."""


def measure(view: View, hits: Hits, measures: Mapping[str, Measure]) -> None:
    """Put the hits of every measure beside those of number words and units, of which they are made."""
    for hit, kind, value in tuple(_values(view, hits)):
        for name, range in measures.items():
            if range.of == kind and range.least <= value <= range.most:
                hits.setdefault(MARK + name, {})[hit.first] = hit


def _values(view: View, hits: Hits) -> Iterator[tuple[Hit, str, float]]:
    """Give each age in days and each body's heat in degrees."""
    said = {place: float(name[len(NUMBER) :]) for name in hits if name.startswith(NUMBER) for place in hits[name]}
    for place, word in enumerate(view.words):
        number = _number(word) or said.get(place)
        if number is None:
            continue
        unit, before = _unit(place + 1, hits), _unit(place - 1, hits)
        if unit is not None:
            yield Hit(place, place + 1), "age", number * UNITS[unit]
        elif BODY[0] <= number <= BODY[1]:
            yield Hit(place, place), "heat", number
        elif before is not None:
            yield Hit(place - 1, place), "age", number * UNITS[before]


def _unit(place: int, hits: Hits) -> str | None:
    return next((unit for unit in UNITS if place in hits.get(MARK + unit, ())), None)


def _number(word: str) -> float | None:
    try:
        return float(word.replace(",", ".")) if word[0].isdigit() else None
    except ValueError:
        return None
