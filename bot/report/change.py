"""Before and after, in pairs: PHQ-9, GAD-7 and WHO-5 of those who agreed to research, at the start and at week 14.

Both are put to all of them (`flows/checkins/times.py`), the second with the pages of week 14, whenever that is for her: the
weeks of a pair count from joining. There is nobody to compare with: what such a change can and cannot show is in
`docs/report.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct

from bot.report.intervals import Mean, mean
from bot.report.period import Scope
from bot.report.tables import Table, Value
from bot.report.withhold import LEAST, Cell, fits, parts, whole
from flows.checkins.times import BASELINE, END
from storage.cohort import Participant, Result

INSTRUMENTS: Final = {"phq9": 5, "gad7": 4, "who5": 10}
"""With the points from which a change is worth noticing: PHQ-9 Löwe and others 2004, GAD-7 Toussaint and others 2020,
WHO-5 Topp and others 2015. Studied elsewhere, in other languages."""
RISES_WHEN_BETTER: Final = frozenset({"who5"})


class Pair(Struct, frozen=True):
    """One person's two results. Weeks count from 1, the week of joining."""

    person: int
    before_week: int
    before: int
    after_week: int
    after: int


class Found(Struct, frozen=True, kw_only=True):
    """What there is of one instrument. `begun`: everybody with a first result; `n` and `started`: what is shown of it."""

    instrument: str
    begun: tuple[tuple[int, int], ...]
    pairs: tuple[Pair, ...]
    n: int | None
    started: int | None = None


class Change(Struct, frozen=True):
    """All instruments; `research` is how many agreed to it, as far as that is shown."""

    research: int | None
    found: tuple[Found, ...]

    def of(self, instrument: str) -> Found | None:
        """One of them."""
        return next((one for one in self.found if one.instrument == instrument), None)


def change(scope: Scope) -> Change:
    """Pair the results, and decide what may be shown: the pairs first, then what they are part of."""
    people, agreed = len(scope.people), [one for one in scope.people if one.research]
    raw = [_pairs(name, agreed) for name in INSTRUMENTS]
    shown = [len(pairs) if fits(len(pairs), above=[people]) else None for _, pairs in raw]
    research = len(agreed) if fits(len(agreed), above=[people], below=shown) else None
    found = []
    for name, (begun, pairs), n in zip(INSTRUMENTS, raw, shown, strict=True):
        started = len(begun) if fits(len(begun), above=[research, people], below=[n]) else None
        found.append(Found(instrument=name, begun=begun, pairs=pairs, n=n, started=started))
    return Change(research, tuple(found))


def _pairs(name: str, people: Iterable[Participant]) -> tuple[tuple[tuple[int, int], ...], tuple[Pair, ...]]:
    begun, pairs = list[tuple[int, int]](), list[Pair]()
    for one in people:
        before, after = _result(one, name, BASELINE), _result(one, name, END)
        if before is not None and before.score is not None:
            begun.append((one.id, before.score))
            if after is not None and after.score is not None:
                pairs.append(Pair(one.id, _week(one, before), before.score, _week(one, after), after.score))
    return tuple(begun), tuple(pairs)


def _result(one: Participant, name: str, reason: str) -> Result | None:
    """The first that was put to her for this reason and has a score."""
    mine = [result for result in one.results if (result.instrument, result.reason) == (name, reason)]
    return min((one for one in mine if one.score is not None), key=lambda result: result.at, default=None)


def _week(one: Participant, result: Result) -> int:
    assert one.joined_at is not None
    return (result.at - one.joined_at) // timedelta(weeks=1) + 1


# -- tables ------------------------------------------------------------------------------------------------------


def table(found: Change) -> Table:
    """The change of those with both results."""
    rows = []
    for one in found.found:
        befores, afters = [pair.before for pair in one.pairs], [pair.after for pair in one.pairs]
        both = (befores, afters, [pair.after - pair.before for pair in one.pairs])
        means = [mean(values) if one.n is not None else None for values in both]
        rows.append((one.instrument, one.n, *_told(means[0]), *_told(means[1]), *_told(means[2]), *_directions(one)))
    spread = ("mean", "low", "high", "sd")
    return Table(
        name="change",
        title="Paired change, the start to week 14",
        columns=(
            "check-in",
            "pairs",
            *(f"{when} {what}" for when in ("start", "end", "change") for what in spread),
            *("about the same", "heavier", "lighter"),
        ),
        rows=tuple(rows),
        note="Only people with the consent to research, to all of whom both are put. Start: in the four weeks after her "
        "consent; end: from week 14 of the mothers' programme on. Intervals of 95% (t, paired). More points mean heavier in PHQ-9 and "
        "GAD-7, lighter in WHO-5. Lighter and heavier: by 5, 4 and 10 points or more. There is no group to compare "
        "with: this is no effect.",
    )


def _told(found: Mean | None) -> tuple[Value, ...]:
    return (None,) * 4 if found is None else (found.mean, found.low, found.high, found.sd)


def _directions(one: Found) -> Sequence[Value]:
    least, sign = INSTRUMENTS[one.instrument], 1 if one.instrument in RISES_WHEN_BETTER else -1
    better = [sign * (pair.after - pair.before) for pair in one.pairs]
    ways = ([-least < n < least for n in better], [n <= -least for n in better], [n >= least for n in better])
    cells = [_those(one.pairs, way) for way in ways]
    return parts(cells) if one.n is not None else [None] * len(cells)


def _those(pairs: Sequence[Pair], way: Sequence[bool]) -> Cell:
    who = frozenset(pair.person for pair, is_one in zip(pairs, way, strict=True) if is_one)
    return Cell(len(who), who)


def drop_out(found: Change) -> Table:
    """Who came back for the second, and how the others were at the start."""
    rows: list[tuple[Value, ...]] = []
    for one in found.found:
        back = {pair.person for pair in one.pairs}
        others = [score for person, score in one.begun if person not in back]
        apart = one.n is not None and one.started is not None
        means = [
            mean([pair.before for pair in one.pairs]) if one.n is not None else None,
            mean(others) if apart and len(others) >= LEAST else None,
        ]
        rows.append((one.instrument, found.research, one.started, one.n, *(_middle(each) for each in means)))
    return Table(
        name="drop_out",
        title="Who is in the pairs, and who is not",
        columns=("check-in", "agreed to research", "with a start", "with both", "start, with both", "start, without"),
        rows=tuple(rows),
        note="The last two columns are mean scores at the start. Where they differ, those who stayed are not like those "
        "who did not, and the change above is not that of everybody.",
    )


def _middle(found: Mean | None) -> Value:
    return None if found is None else found.mean


def all_in_pairs(found: Change) -> int | None:
    """How many people the file of pairs would name; None where it may not be made."""
    people = {pair.person for one in found.found if one.n is not None for pair in one.pairs}
    return whole(Cell(len(people), frozenset(people)))
