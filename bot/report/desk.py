"""What the desk did: cases by level and the time to a person, how the rules were judged, referrals, capacity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from math import floor, log10
from statistics import quantiles

from bot.report.period import Period
from bot.report.tables import Table, Value
from bot.report.withhold import LEAST, Cell, Shown, parts, whole
from flows.concern import LEVELS
from flows.desk.sample import MARKS as READ
from flows.desk.waiting import aim_at
from flows.model import Capacity, Case, Desk
from storage.cohort import Judged, Opened, Read, Referred

RED, CALM = ("now", "urgent"), ("concern", "watch")
NOBODY_YET = "nobody yet"
WAYS = ("later", NOBODY_YET, "in time")
"""Of parts, those that are withheld beside small ones come first: what is asked after most comes last."""
MARKS = {"": "not judged", "none": "not a concern", "wrong": "wrong level", "right": "right"}
NOBODY = -1
"""Cases of people who were forgotten: whose they were is gone, so all of them count as one person's."""
STEPS = 10
"""Capacity is shown to the nearest ten."""


def cases(found: Iterable[Opened], asked: Period, desk: Desk) -> Table:
    """By level: how many, how many in time, and how long it took until a person was there.

    With few red cases (or few others) the four levels stand beside each other, not two and two: the larger one would be
    withheld with the small one, and its levels with it.
    """
    ours = [one for one in found if asked.holds(one.opened_at)]
    total = whole(_of(ours))
    rows: list[tuple[Value, ...]] = [("all", total, *("",) * 5)]
    by_level = {level: [one for one in ours if one.level == level] for level in (*RED, *CALM)}
    groups = {"red": RED, "calm": CALM}
    both = _parts(total, [_of(one for level in levels for one in by_level[level]) for levels in groups.values()])
    together = all(isinstance(n, int) for n in both)
    flat = dict(zip(by_level, _parts(total, [_of(some) for some in by_level.values()]), strict=True))
    for (name, levels), n in zip(groups.items(), both, strict=True):
        ns = _parts(n, [_of(by_level[level]) for level in levels]) if together else [flat[level] for level in levels]
        apart = not together or all(isinstance(m, int) for m in ns)
        some = [one for level in levels for one in by_level[level]]
        rows.append(_level(name, some, n if together else None, desk, split=not apart))
        rows += [_level(level, by_level[level], m, desk, split=apart) for level, m in zip(levels, ns, strict=True)]
    return Table(
        name="cases",
        title="Cases, by level, and the time to a person",
        columns=("level", "cases", *WAYS, "half within, hours", "nine in ten within, hours"),
        rows=tuple(rows),
        note="Red: now and urgent. The level is the highest a case had. A person is there when somebody of the desk takes the case, or closes a "
        "call-back. In time: by the aims and the opening hours as they are agreed on today, also for cases of before. "
        "Hours count by the clock, nights and holidays too, and of cases somebody took only. A group is ten cases of ten "
        "people or more. Made-up cases for practice are not in it.",
    )


def _parts(total: Shown, cells: Sequence[Cell]) -> Sequence[Shown]:
    """Nothing is told of the parts of what is withheld."""
    return parts(cells) if isinstance(total, int) else [None] * len(cells)


def _level(name: str, some: Sequence[Opened], n: Shown, desk: Desk, *, split: bool) -> tuple[Value, ...]:
    """A row. `split`: by whether a person was there in time, which is told of two levels together or of each, never both.

    Otherwise what is withheld of the one could be computed from the other.
    """
    if not isinstance(n, int):
        return (name, n, *(None,) * 5)
    how = [_how(one, desk) for one in some]
    ways = [_of([one for one, each in zip(some, how, strict=True) if each == way]) for way in WAYS]
    met = [one for one in some if one.met_at is not None]
    enough = not _of(met).small
    hours = [(one.met_at - one.opened_at) / timedelta(hours=1) for one in some if one.met_at is not None]
    told = parts(ways) if split else [""] * len(ways)
    return (name, n, *told, *(_quantiles(hours) if enough else (None, None)))


def _how(one: Opened, desk: Desk) -> str:
    if one.met_at is None:
        return NOBODY_YET
    level = next(level for level in LEVELS if level == one.level)
    case = Case(number=one.number, level=level, category=one.category, opened_at=one.opened_at)
    return "in time" if one.met_at <= aim_at(desk, case, one.opened_at) else "later"


def _quantiles(hours: Sequence[float]) -> tuple[Value, Value]:
    tenths = quantiles(hours, n=10, method="inclusive")
    return _two(tenths[4]), _two(tenths[8])


def _two(hours: float) -> float:
    """Two digits that matter: no single case's time to the minute."""
    return 0.0 if hours <= 0 else round(hours, 1 - floor(log10(hours)))


def _of(some: Iterable[Opened | Judged]) -> Cell:
    people = [NOBODY if one.person is None else one.person for one in some]
    return Cell(len(people), frozenset(people))


def judged(found: Iterable[Judged], asked: Period) -> Table:
    """How staff judged what the rules raised."""
    ours = [one for one in found if asked.holds(one.at)]
    total = whole(_of(ours))
    ways = [_of([one for one in ours if one.mark == mark]) for mark in MARKS]
    shown = _parts(total, ways)
    return Table(
        name="flags",
        title="What the rules raised, as staff judged it",
        columns=("judged", "flags"),
        rows=(("all", total), *zip(MARKS.values(), shown, strict=True)),
        note="A case opened by a rule has one flag or several. What no rule heard is not here (docs/feedback.md).",
    )


def read(found: Iterable[Read], asked: Period) -> Table:
    """What the lead found in words no rule had heard."""
    ours = [one for one in found if asked.holds(one.at)]
    total = whole(_many(len(ours)))
    cells = [_many(sum(one.mark == mark for one in ours), mark) for mark in READ]
    return Table(
        name="reading",
        title="What no rule heard, as the lead read it",
        columns=("judged", "texts"),
        rows=(("all", total), *zip(READ, _parts(total, cells), strict=True)),
        note="A few texts a week, drawn by chance from those in which the rules found nothing; the level is the one they "
        "should have had (docs/feedback.md). They name nobody: two may be of one woman.",
    )


STATES = ("going on", "unknown", "unreached", "declined", "nowhere", "refused", "missed", "arrived")


def referred(found: Iterable[Referred], asked: Period) -> Table:
    """By how they ended, and by need. They name nobody, so each counts as one person."""
    ours = [one for one in found if asked.holds(one.at)]
    total = whole(_many(len(ours)))
    rows: list[tuple[Value, ...]] = [("all", "", total)]
    rows += _split("ended", ours, lambda one: one.state if one.state in STATES else "going on", STATES, total)
    rows += _split("need", ours, lambda one: one.need, sorted({one.need for one in ours}), total)
    return Table(
        name="referrals",
        title="Referrals",
        columns=("by", "group", "referrals"),
        rows=tuple(rows),
        note="Arrived: she said that she got there. Missed: she did not. Refused: the place did not take her. Nowhere: there "
        "was no place. Declined: she did not want it. Unreached, unknown: she was not reached, or did not say. A "
        "referral names nobody: whether two are of one woman is not known.",
    )


def _split(
    name: str, some: Sequence[Referred], key: Callable[[Referred], str], groups: Sequence[str], total: int | None
) -> list[tuple[Value, ...]]:
    cells = [_many(sum(key(one) == group for one in some), group) for group in groups]
    shown = _parts(total, cells)
    return [(name, group, n) for group, n in zip(groups, shown, strict=True)]


def _many(n: int, of: str = "") -> Cell:
    """So many, each somebody else's."""
    return Cell(n, frozenset((of, at) for at in range(n)))


def room(found: Capacity) -> Table:
    """How full it is."""
    return Table(
        name="capacity",
        title="Capacity",
        columns=("what", "mothers"),
        rows=(
            ("the staff can carry", "no limit is set" if found.limit is None else found.limit),
            ("in the programme, with a place (to the nearest ten)", _near(found.active)),
            ("waiting for check-ins and a circle (to the nearest ten)", _near(found.waiting)),
        ),
        note="On the day of the report, whenever they joined. The programme's pages and help are open to those who wait.",
    )


def _near(n: int) -> Value:
    return None if n < LEAST else (n + STEPS // 2) // STEPS * STEPS
