"""How the rules were judged, as a short message for the lead: counts, and shares only where there are enough of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from storage.marks import Marks, Sampled, Tally

PERIOD: Final = timedelta(days=28)
ENOUGH: Final = 100
"""Of fewer no percentage is given: the next few marks would turn it over."""
MOST_LINES: Final = 15
Tell = Callable[..., str]


def flags(found: Marks, tell: Tell) -> str:
    """The marks of the flags by category, level and language, the rules most often off, and the lead's own reading."""
    lines = [tell("flags.head", days=PERIOD.days), _line(tell, tell("flags.all"), found.total)]
    groups = _grouped(found.flags)
    lines += [_line(tell, name, tally) for name, tally in groups[:MOST_LINES]]
    off = sorted((one for one in found.flags if one.wrong + one.none), key=lambda one: -(one.wrong + one.none))
    lines += [tell("flags.rule", rule=one.rule, wrong=one.wrong, none=one.none) for one in off[:MOST_LINES]]
    missed = sum(found.sample.missed.values())
    by_level = ", ".join(f"{tell(f'sample.{level}')} {count}" for level, count in found.sample.missed.items())
    share = _share(tell, missed, found.sample.read)
    lines.append(tell("flags.sample", n=found.sample.read, missed=missed, share=share))
    return "\n".join([*lines, by_level] if by_level else lines)


def _grouped(tallies: Iterable[Tally]) -> list[tuple[str, Tally]]:
    groups: dict[str, list[Tally]] = {}
    for one in tallies:
        groups.setdefault(f"{one.category} · {one.level} · {one.language or '–'}", []).append(one)
    return [(name, Marks(flags=tuple(some), sample=Sampled()).total) for name, some in sorted(groups.items())]


def _line(tell: Tell, name: str, tally: Tally) -> str:
    marked = tally.right + tally.wrong + tally.none
    share = _share(tell, tally.right, marked)
    counts = {"right": tally.right, "wrong": tally.wrong, "none": tally.none, "unmarked": tally.unmarked}
    return tell("flags.line", name=name, share=share, **counts)


def _share(tell: Tell, part: int, whole: int) -> str:
    return tell("flags.share", percent=round(100 * part / whole)) if whole >= ENOUGH else tell("flags.too_small")
