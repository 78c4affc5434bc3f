"""A made-up programme of any size: everybody invented, drawn from a seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from flows.model import Capacity
from storage.cohort import Cohort, Judged, Opened, Participant, Read, Referred, Result

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)
WIDTHS = {"phq9": 27, "gad7": 21, "who5": 100}


def town(size: int, seed: int = 1, *, late: float = 0.2) -> Cohort:
    """So many people, their cases and referrals."""
    chance = random.Random(seed)
    people = tuple(_person(chance, number, late) for number in range(1, size + 1))
    return Cohort(
        people=people,
        cases=tuple(_case(chance, number, people) for number in range(size // 2)),
        judged=tuple(_judged(chance, people) for _ in range(size // 2)),
        read=tuple(_read(chance) for _ in range(size // 2)),
        referrals=tuple(_referred(chance) for _ in range(size // 3)),
        capacity=Capacity(limit=150, active=size // 2, waiting=size // 8),
        forgotten=tuple(NOW - chance.randrange(40) * WEEK for _ in range(size // 9)),
        unreadable=0,
    )


def _person(chance: random.Random, number: int, late: float) -> Participant:
    weeks = chance.randrange(1, 16) if chance.random() < late else chance.randrange(20, 45)
    joined = NOW - weeks * WEEK + chance.randrange(7) * timedelta(days=1)
    stays = chance.choice((1, 3, 6, 10, 14, 30))
    heard = min(NOW, joined + stays * WEEK)
    programme = chance.choices(("mums", "bumps", "dads", ""), (70, 12, 14, 4))[0]
    role = {"mums": chance.choices(("mother", "carer"), (95, 5))[0], "dads": "father"}.get(programme, "mother")
    results = [
        Result(name, joined + timedelta(days=chance.randrange(*days)), chance.choice((None, *range(top))), reason)
        for name, top in WIDTHS.items()
        for days, reason in (((0, 30), "baseline"), ((70, 130), "end"), ((10, 130), ""))
        if chance.random() < 0.75
    ]
    faces = {
        f"{joined + month * 30 * timedelta(days=1):%Y-%m}": (chance.randrange(3, 16) * 1.0, 3)
        for month in range((heard - joined).days // 30 + 1)
    }
    return Participant(
        id=number,
        state=(state := chance.choices(("active", "stopped", "left"), (80, 10, 10))[0]),
        language=chance.choices(("tg", "ru", "uz"), (70, 27, 3))[0],
        role=role,
        region=chance.choices(("dushanbe", "sughd", "khatlon", "gbao", ""), (40, 30, 20, 3, 7))[0],
        waits=chance.random() < 0.1,
        begun_at=joined,
        joined_at=None if chance.random() < 0.08 else joined,
        heard_at=heard,
        programme=programme,
        week=chance.randrange(1, 16),
        push=chance.randrange(3),
        research=chance.random() < 0.6,
        put=frozenset(one.instrument for one in results)
        | ({"whooley"} if chance.random() < 0.7 else set())
        | ({"pulse"} if number % 7 else set()),
        faces=faces if chance.random() < 0.8 else {},
        results=tuple(results),
        reached={"stopped": "opted_out", "left": "left"}.get(state)
        or ("quiet", "unreachable", *["reachable"] * 5)[number % 7],
    )


def _case(chance: random.Random, number: int, people: tuple[Participant, ...]) -> Opened:
    level = chance.choices(("watch", "concern", "urgent", "now"), (50, 30, 15, 5))[0]
    opened = NOW - chance.randrange(1, 200) * timedelta(days=1) + chance.randrange(24) * timedelta(hours=1)
    hours = chance.choice((0.1, 0.4, 2, 5, 30, 90))
    return Opened(
        number=number,
        person=chance.choice([*(one.id for one in people), None]),
        level=level,
        category="self_harm",
        opened_at=opened,
        met_at=None if chance.random() < 0.1 else opened + timedelta(hours=hours),
    )


def _judged(chance: random.Random, people: tuple[Participant, ...]) -> Judged:
    mark = chance.choices(("right", "wrong", "none", ""), (50, 10, 20, 20))[0]
    return Judged(NOW - chance.randrange(200) * timedelta(days=1), mark, chance.choice(people).id)


def _referred(chance: random.Random) -> Referred:
    state = chance.choices(("arrived", "missed", "refused", "sent", "nowhere"), (50, 20, 5, 15, 10))[0]
    return Referred(
        NOW - chance.randrange(200) * timedelta(days=1), chance.choice(("violence", "money", "low_mood")), state
    )


def _read(chance: random.Random) -> Read:
    mark = chance.choices(("nothing", "watch", "concern", "urgent", "now"), (80, 10, 6, 3, 1))[0]
    return Read(NOW - chance.randrange(200) * timedelta(days=1), mark)
