"""What people can carry: open cases a person, whose turn it is, and how many mothers the paid hours allow for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct


class Measures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the figures rest on; the desk may set each anew.

    `most`: open cases a person, above which a lead is told. No source: a first choice of ours, for the staff to
    correct. `hours`: paid hours of the desk a week, 0 while nobody has said. `flag`: of a hundred mothers so many are
    flagged in one programme (safety notes, hazard 8: about one in four). `weeks`: how long that is (fourteen weeks).
    `case`: hours of work a case takes with its follow-ups, and `share`, percent of the paid hours that go to cases:
    both our assumption, until the staff have measured them.
    """

    most: int = 10
    hours: int = 0
    flag: int = 25
    weeks: int = 14
    case: int = 4
    share: int = 50


def mothers(measures: Measures) -> int:
    """How many active mothers the paid hours allow for.

    Their cases of a week times the hours of a case are to fit into the share of the week that is kept for cases.
    """
    return measures.hours * measures.share * measures.weeks // (measures.flag * measures.case)


def next_in_turn(load: Mapping[int, int], there: Iterable[int]) -> int | None:
    """Who of those there has the fewest open cases, the one called first among equals; None when nobody is there."""
    here = list(there)
    return min(here, key=lambda row: load.get(row, 0)) if here else None


def overloaded(load: Mapping[int, int], measures: Measures) -> dict[int, int]:
    """Those who carry more than the desk holds right, and how many cases."""
    return {row: count for row, count in load.items() if count > measures.most}
