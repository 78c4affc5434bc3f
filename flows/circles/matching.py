"""Seating: once a day, who begins a circle, who joins one, which might merge, and who goes on waiting until when.

The rules in plain words and what they bring are in docs/circles.md. The same people on the same day are always seated
alike, in whatever order they are handed in; seating again right afterwards seats nobody more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from itertools import combinations

from msgspec import structs

from flows.circles import dates
from flows.circles.company import Table, ease, may_sit, same_centre, same_district, settle, turn
from flows.circles.leaders import Leaders
from flows.circles.planning import plan
from flows.circles.seats import (
    MOST,
    OPENS,
    SHRUNK,
    Hall,
    Joining,
    Newcomer,
    Opening,
    Running,
    Seating,
    Sitter,
    Stage,
    Wait,
    Waiting,
)

OPEN = dates.APART
"""For so long after it began a circle takes late joiners; then it is closed."""
AHEAD = 3
"""Calendar dates looked ahead at for those who wait."""

Kind = tuple[str, Stage]
"""A language and a stage: only those of one kind sit together."""
Led = tuple[Table, str, int]
"""A new circle, its language, and the number of its guide among the leaders."""


def seat(hall: Hall) -> Seating:
    """Seat those who wait on `hall.today`, which is the day as the desk's clock has it.

    Nobody sits in a circle that she leads. Where nobody else could lead it she goes on waiting, so that the others need
    not. Raises ValueError if somebody waits twice, or waits and sits in a circle.
    """
    _refuse_twice(hall)
    waiting = {one.person for one in hall.waiting}
    leads = {one.person: one.id for one in hall.guides if one.person and one.person in waiting}
    if not leads:
        return _seated(hall)
    ways = [_without(hall, some) for some in (set[int](), *({one} for one in leads), set(leads))]
    fits = [
        one
        for one in ways
        if not any(leads.get(new.person) == each.guide for each in one.openings for new in each.newcomers)
    ]
    return max(fits, key=_many)  # the first of those that seat as many: as few as possible go on waiting


def _without(hall: Hall, some: Collection[int]) -> Seating:
    """What comes of the day if these go on waiting."""
    left = sorted((one for one in hall.waiting if one.person in some), key=turn)
    seating = _seated(structs.replace(hall, waiting=tuple(one for one in hall.waiting if one.person not in some)))
    return structs.replace(seating, waits=(*seating.waits, *(Wait(one.person, "guide", None) for one in left)))


def _many(seating: Seating) -> int:
    return sum(len(each.newcomers) for each in seating.openings) + len(seating.joinings)


def _seated(hall: Hall) -> Seating:
    leaders = Leaders(hall.guides)
    joined: list[Table] = []
    left: dict[Kind, list[Waiting]] = _by_kind(ease(hall.waiting, hall.today))
    for kind, people in left.items():
        tables = _open_circles(hall, kind)
        settle(tables, people)
        joined += tables
    begins = _begins(hall)
    leads = {one.person: one.id for one in hall.guides if one.person}
    led = [] if begins is None else _begun(left, leaders, begins, leads)
    for table, _, number in led:
        leaders.bar(number, _leading(leads, table))
    rest = sorted((one for people in left.values() for one in people), key=turn)
    return Seating(
        openings=tuple(
            Opening(
                begins=table.begins,
                language=language,
                stage=table.stage,
                band=table.band,
                guide=leaders.of(number),
                newcomers=_seats(table),
            )
            for table, language, number in led
        ),
        joinings=tuple(Joining(table.circle.id, one) for table in joined if table.circle for one in _seats(table)),
        merges=_merges(hall),
        waits=_waits(rest, leaders, hall.today),
    )


def _refuse_twice(hall: Hall) -> None:
    rows = [one.person for one in hall.waiting] + [one.person for circle in hall.circles for one in circle.members]
    if twice := sorted(row for row, times in Counter(rows).items() if times > 1):
        raise ValueError(
            f"Person {twice[0]} waits or sits more than once. Hand over everybody once: among those who wait, or as a "
            "member of one circle."
        )


def _begins(hall: Hall) -> date | None:
    """The calendar date that came since people were last seated, if one did."""
    last = hall.last if hall.last is not None else hall.today - timedelta(days=1)
    date = dates.on_or_before(hall.today)
    return date if date > last or date == hall.today else None


def _by_kind(people: Iterable[Waiting]) -> dict[Kind, list[Waiting]]:
    kinds: dict[Kind, list[Waiting]] = defaultdict(list)
    for one in people:
        kinds[one.language, one.stage].append(one)
    return dict(sorted(kinds.items()))


def _open_circles(hall: Hall, kind: Kind) -> list[Table]:
    """Circles of the kind in their first two weeks whose guide is there."""
    there = {one.id for one in hall.guides}
    return [
        Table(circle.stage, circle.begins, of=circle.band, circle=circle)
        for circle in sorted(hall.circles, key=lambda one: (one.begins, one.id))
        if (circle.language, circle.stage) == kind
        and circle.begins <= hall.today < circle.begins + OPEN
        and circle.guide in there
    ]


def _leading(leads: Mapping[int, int], table: Table) -> frozenset[int]:
    """Who of those that lead circles would sit at this table. `leads`: their numbers as guides, by person."""
    return frozenset(leads[one.person] for one in table.new if one.person in leads)


def _begun(
    left: dict[Kind, list[Waiting]], leaders: Leaders, begins: date, leads: Mapping[int, int] | None = None
) -> list[Led]:
    """New circles until no more can open. Takes those seated out of `left`, and guides from `leaders`."""
    led: list[Led] = []
    while True:
        before = len(led)
        shares = _shares(left, leaders)
        for (language, stage), share in shares.items():
            people = left[language, stage]
            most = min(share + leaders.room(language) - _promised(shares, leaders, language), len(people) // OPENS)
            for table in plan(people, stage, begins, share, max(share, most)):
                number = leaders.give(language, _leading(leads or {}, table))
                if number is None:
                    continue
                led.append((table, language, number))
                people[:] = [one for one in people if one not in table.new]
            shares[language, stage] = 0
            settle([table for table, spoken, _ in led if (spoken, table.stage) == (language, stage)], people)
        if len(led) == before:
            return led


def _shares(left: dict[Kind, list[Waiting]], leaders: Leaders) -> dict[Kind, int]:
    """How many circles each kind may open: one guide after the other goes to whoever waits longest without."""
    trial = leaders.copy()
    shares: dict[Kind, int] = {}
    able = {kind for kind, people in left.items() if len(people) >= OPENS}
    while able:
        kind = min(able, key=lambda kind: (turn(left[kind][shares.get(kind, 0) * MOST]), kind))
        if trial.give(kind[0]) is None:
            able.remove(kind)
            continue
        shares[kind] = shares.get(kind, 0) + 1
        if len(left[kind]) <= shares[kind] * MOST or len(left[kind]) < (shares[kind] + 1) * OPENS:
            able.remove(kind)
    return shares


def _promised(shares: dict[Kind, int], leaders: Leaders, language: str) -> int:
    """How much less room the language has once every kind has the circles of its share."""
    trial = leaders.copy()
    for (spoken, _), share in shares.items():
        for _ in range(share):
            trial.give(spoken)
    return leaders.room(language) - trial.room(language)


def _seats(table: Table) -> tuple[Newcomer, ...]:
    return tuple(sorted(Newcomer(one.person, one.eased, _near(one, table.sitters())) for one in table.new))


def _near(one: Sitter, sitters: Iterable[Sitter]) -> bool:
    others = [other for other in sitters if other.person != one.person]
    return any(same_centre(one, other) or same_district(one, other) for other in others)


def _merges(hall: Hall) -> tuple[tuple[int, int], ...]:
    """Pairs of shrunk circles, closest in their beginning first; no circle in two pairs."""
    there = {one.id for one in hall.guides}
    shrunk = [one for one in hall.circles if one.begins <= hall.today and 0 < len(one.members) < SHRUNK]
    fits = [
        (abs(one.begins - other.begins), min(one.id, other.id), max(one.id, other.id))
        for one, other in combinations(shrunk, 2)
        if (one.language, one.stage, one.band) == (other.language, other.stage, other.band)
        and there & {one.guide, other.guide}
        and _would_mix(one, other)
    ]
    found: list[tuple[int, int]] = []
    for _, first, second in sorted(fits):
        if not {first, second} & {id for pair in found for id in pair}:
            found.append((first, second))
    return tuple(found)


def _would_mix(one: Running, other: Running) -> bool:
    left = one.gone & {a.person for a in other.members} or other.gone & {a.person for a in one.members}
    return not left and all(may_sit(a, b) for a in one.members for b in other.members)


def _waits(rest: list[Waiting], leaders: Leaders, today: date) -> tuple[Wait, ...]:
    """For each who is left, why, and the first of the next dates on which she would sit if nobody came or went."""
    known: dict[int, date] = {}
    free = leaders.copy()
    day = dates.on_or_after(today + timedelta(days=1))
    left = rest
    for _ in range(AHEAD):
        kinds = _by_kind(ease(left, day))
        for table, _, _ in _begun(kinds, free, day):
            known |= {one.person: day for one in table.new}
        left = [one for people in kinds.values() for one in people]
        day += dates.APART
    counts = Counter((one.language, one.stage) for one in rest)
    led = {language for language, _ in counts if free.room(language)}
    return tuple(
        _wait(one, known.get(one.person), counts[one.language, one.stage], led=one.language in led) for one in rest
    )


def _wait(one: Waiting, known: date | None, count: int, *, led: bool) -> Wait:
    """`led`: after all circles foreseen somebody could still lead one more in her language.

    Without a circle in sight there is no date: one guessed from how many came lately was kept in a third to a half of
    all cases (docs/circles.md), which is no date to tell.
    """
    if known is not None:
        return Wait(one.person, "date", known)
    if not led:
        return Wait(one.person, "guide", None)
    return Wait(one.person, "few" if count < OPENS else "near", None)
