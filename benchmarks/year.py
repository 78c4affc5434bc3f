"""A year of circles that did not happen: people come, wait, sit, fall silent; guides have their hours.

Every number here is an assumption, chosen by hand and said in docs/circles.md; places are those of the directory. Who
comes, with what wishes and for how long, is drawn before anybody is seated, so that all ways of seating meet the same
people.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from msgspec import structs

from content.library import Library
from flows.circles.company import ease, may_sit
from flows.circles.matching import seat
from flows.circles.seats import Guide, Hall, Running, Sitter, Stage, Wait, Waiting

DAY = timedelta(days=1)
FIRST = date(2026, 1, 5)
DAYS = 364
WEEKS = 14
"""How long a circle lasts, and holds its guide."""
SHARES = {"dushanbe": 25, "sughd": 27, "khatlon": 29, "drs": 16, "gbao": 3}
"""Of a hundred who come in the whole country: nearly as the people live, the capital more than its share."""
STAGES: dict[Stage, int] = {"expecting": 20, "under18m": 35, "older": 30, "pace": 5, "grandmothers": 5, "fathers": 5}
CARD, CENTRES = 0.5, 6
"""How many came by a centre's card, and how many centres a region has: the districts most people live in, in turn."""
NEIGHBOURS, RATHER, SILENT, VAGUE, KIN = 0.25, 0.2, 0.05, 0.1, 0.04
"""Who wants neighbours; would rather wait than sit with her district; tells no region; tells no district; has somebody
of her family among those who came before her."""
GONE, QUIET = 0.03, 0.025
"""A week's chance to go away while waiting, and to fall silent for good in a circle."""
AWAY = 0.06
"""A week's chance of a guide not to be on duty."""
HOURS, CIRCLE = 6.0, 1.5
"""Hours a week a guide has for circles, and what one takes."""


@dataclass(frozen=True)
class World:
    """Where it happens: who comes a day, in which regions, in which languages, and who can lead."""

    name: str
    daily: float
    regions: tuple[str, ...]
    russian: float
    guides: tuple[str, ...]


@dataclass(frozen=True)
class Guest:
    """Somebody who comes: as she waits, until when she waits at most, and how many days she stays in a circle."""

    waiting: Waiting
    until: date
    stays: int


@dataclass
class Round:
    """A circle of the year."""

    circle: Running
    begun: date
    came: dict[int, date] = field(default_factory=dict)
    closed_at: int = 0


@dataclass
class Year:
    """What came of a year. `sat`: the day on which she was seated. `told`: the first date she heard, if any."""

    guests: list[Guest]
    sat: dict[int, date]
    told: dict[int, date]
    rounds: list[Round]


WORLDS = (
    World("city", 1.5, ("dushanbe",), 0.3, ("tg", "tg", "tg ru", "tg ru", "ru")),
    World("province", 1.0, ("khatlon",), 0.05, ("tg", "tg", "tg ru")),
    World("country", 6.0, tuple(SHARES), 0.15, ("tg",) * 9 + ("tg ru",) * 5 + ("ru",) * 2),
)
SHORT = replace(WORLDS[-1], name="country, half the guides", guides=("tg",) * 4 + ("tg ru",) * 3 + ("ru",))


def guests(world: World, library: Library, chance: random.Random) -> list[Guest]:
    """Everybody who comes in a year, day by day, by Poisson's law."""
    found: list[Guest] = []
    for day in range(DAYS):
        for _ in range(_poisson(world.daily, chance)):
            found.append(_guest(len(found) + 1, world, library, FIRST + day * DAY, chance))
    return found


def _poisson(rate: float, chance: random.Random) -> int:
    count, product = 0, chance.random()
    while product > math.exp(-rate):
        count, product = count + 1, product * chance.random()
    return count


def _guest(row: int, world: World, library: Library, day: date, chance: random.Random) -> Guest:
    codes = world.regions
    region = chance.choices(codes, [SHARES[code] for code in codes])[0]
    known = next(one for one in library.regions if one.code == region)
    # The districts stand in the order of how many live there: the second has half of the first, the third a third…
    rank = chance.choices(range(len(known.districts)), [1 / (at + 1) for at in range(len(known.districts))])[0]
    said, exact = chance.random() >= SILENT, chance.random() >= VAGUE
    by_card = chance.random() < CARD
    age = chance.randrange(0, 18)
    born = day.year * 12 + day.month - 1 - age
    waiting = Waiting(
        person=row,
        language="ru" if chance.random() < world.russian else "tg",
        stage=chance.choices(list(STAGES), list(STAGES.values()))[0],
        since=day,
        adult=True,
        child=f"{born // 12}-{born % 12 + 1:02}",
        region=region if said else "",
        district=known.districts[rank].code if said and exact else "",
        centre=f"{region}{rank % min(CENTRES, len(known.districts))}" if by_card else "",
        neighbours=chance.random() < NEIGHBOURS,
        rather_wait=chance.random() < RATHER,
        apart=frozenset({chance.randint(max(1, row - 100), row - 1)})
        if row > 1 and chance.random() < KIN
        else frozenset(),
    )
    return Guest(waiting, day + _days(GONE, chance) * DAY, _days(QUIET, chance))


def _days(weekly: float, chance: random.Random) -> int:
    return 1 + int(chance.expovariate(-math.log(1 - weekly) / 7))


Way = Callable[[Hall], tuple[list[tuple[str, Stage, str, int, list[Sitter]]], list[tuple[int, Sitter]], Sequence[Wait]]]
"""A way of seating: new circles (language, stage, band, guide, who), who joins which, who waits until when."""


def ours(hall: Hall):
    """The way of the bot."""
    found = seat(hall)
    people = {one.person: one for one in hall.waiting}
    sitter = lambda one: structs.replace(people[one.person], eased=one.eased)  # noqa: E731
    new = [(it.language, it.stage, it.band, it.guide, [sitter(s) for s in it.newcomers]) for it in found.openings]
    return new, [(it.circle, sitter(it.newcomer)) for it in found.joinings], found.waits


def in_turn(hall: Hall):
    """First come, first served: as soon as eight of one language and stage may all sit together, they do.

    The same rule of who may sit with whom; no dates, nobody joins later, whoever does not fit is passed by.
    """
    kinds: dict[tuple[str, Stage], list[Waiting]] = defaultdict(list)
    for one in ease(hall.waiting, hall.today):
        kinds[one.language, one.stage].append(one)
    room = {one.id: one.more for one in hall.guides}
    new = []
    for (language, stage), people in sorted(kinds.items()):
        company: list[Sitter] = []
        for one in people:
            if len(company) < 8 and all(may_sit(one, other) for other in company):
                company.append(one)
        able = [one for one in hall.guides if language in one.languages and room[one.id] > 0]
        if len(company) == 8 and able:
            leader = min(able, key=lambda one: (len(one.languages), one.id))
            room[leader.id] -= 1
            new.append((language, stage, "", leader.id, company))
    return new, [], ()


def live(world: World, people: list[Guest], way: Way, chance: random.Random) -> Year:
    """A year with this way of seating. `chance` is asked for the guides' absences alone."""
    known = {one.waiting.person: one for one in people}
    desk = [(900_000 + at, frozenset(words.split())) for at, words in enumerate(world.guides)]
    year = Year(people, {}, {}, [])
    away: set[int] = set()
    for day in range(DAYS):
        today = FIRST + day * DAY
        if day % 7 == 0:
            away = {id for id, _ in desk if chance.random() < AWAY}
        running = [one for one in year.rounds if today < one.begun + WEEKS * 7 * DAY]
        for one in running:
            stay = tuple(m for m in one.circle.members if today < one.came[m.person] + known[m.person].stays * DAY)
            one.circle = structs.replace(one.circle, members=stay)
            if today < one.begun + 14 * DAY:
                one.closed_at = len(stay)
        running = [one for one in running if one.circle.members]
        led = Counter(one.circle.guide for one in running)
        each = int(HOURS / CIRCLE)
        waiting = tuple(
            g.waiting for g in people if g.waiting.since <= today < g.until and g.waiting.person not in year.sat
        )
        hall = Hall(
            today=today,
            waiting=waiting,
            circles=tuple(one.circle for one in running),
            guides=tuple(
                Guide(id=id, languages=spoken, more=max(0, each - led[id])) for id, spoken in desk if id not in away
            ),
        )
        new, joined, waits = way(hall)
        for language, stage, band, leader, company in new:
            members = tuple(company)
            circle = Running(
                id=len(year.rounds) + 1,
                language=language,
                stage=stage,
                begins=today,
                guide=leader,
                members=members,
                band=band,
            )
            year.rounds.append(Round(circle, today, {m.person: today for m in members}, len(members)))
            year.sat |= {m.person: today for m in members}
        for id, sitter in joined:
            one = year.rounds[id - 1]
            one.circle = structs.replace(one.circle, members=(*one.circle.members, sitter))
            one.came[sitter.person] = year.sat[sitter.person] = today
            one.closed_at = len(one.circle.members)
        for wait in waits:
            if wait.until is not None:
                year.told.setdefault(wait.person, wait.until)
    return year
