"""What a report is counted from: everybody who takes part, their check-ins, the cases, the referrals. Read, never changed.

Only numbers, codes and times are opened; no word of anybody's leaves this file, for none is read. People made up for a
drill are in nothing. Whoever asked to be forgotten is not there any more: of them only how many they were is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.checkins.times import BASELINE, END
from flows.concern import LEVELS
from flows.desk.drill import STATE
from flows.model import Capacity
from flows.reachable import REACHABLE, word
from storage.capacity import capacity
from storage.database import Database
from storage.drill import MADE_UP
from storage.faults import SealError
from storage.retention import MONTHLY, PULSE
from storage.schema import answers, cases, flags, people, record, referrals, sample_marks
from storage.seal import place

CHUNK = 500
"""One query must not name everybody: databases allow some ten thousand names."""
MOOD = "mood"
RESULT = ".result"
"""The question under which a check-in keeps what it came to, behind the id of its instrument."""
PERSON_CAME = ("taken", "answered", "took_over")
"""Acts of the record by which somebody of the desk is there for her."""
PERSON_ENDED = ("closed:", "done:")
GRADED = ("opened:", "raised:")
FORGOTTEN = "forgotten"

_columns = ("id", "state", "language", "role", "region", "waits_since", "created_at", "heard_at", "profile")
PEOPLE = select(*(people.c[name] for name in _columns)).where(people.c.state != STATE).order_by(people.c.id)
ANSWERS = (
    select(answers.c.id, answers.c.person_id, answers.c.question, answers.c.kept_at, answers.c.value)
    .where(
        answers.c.person_id.in_(bindparam("people", expanding=True)),
        or_(
            answers.c.question.in_((PULSE + MOOD, MONTHLY + MOOD)),
            answers.c.question.endswith(RESULT, autoescape=True),
        ),
    )
    .order_by(answers.c.kept_at, answers.c.id)
)
_stamped = ("number", "person_id", "level", "category", "opened_at", "taken_at")
_real = or_(cases.c.person_id.is_(None), cases.c.person_id.not_in(MADE_UP))
CASES = select(*(cases.c[name] for name in _stamped)).where(_real).order_by(cases.c.opened_at, cases.c.number)
ACTS = (
    select(record.c.case_number, record.c.act, record.c.at, record.c.actor)
    .where(
        record.c.case_number.is_not(None),
        or_(
            and_(
                record.c.actor.is_not(None),
                or_(record.c.act.in_(PERSON_CAME), *(record.c.act.startswith(one) for one in PERSON_ENDED)),
            ),
            *(record.c.act.startswith(one) for one in GRADED),
        ),
    )
    .order_by(record.c.seq, record.c.id)
)
MARKS = (
    select(flags.c.at, flags.c.mark, cases.c.person_id)
    .join(cases, cases.c.number == flags.c.case_number)
    .where(_real)
    .order_by(flags.c.case_number, flags.c.key)
)
REFERRALS = select(referrals.c.asked_at, referrals.c.need, referrals.c.state).order_by(referrals.c.id)
READ = select(sample_marks.c.at, sample_marks.c.mark).order_by(sample_marks.c.id)
GONE = select(record.c.at).where(record.c.act == FORGOTTEN).order_by(record.c.at)


class Result(Struct, frozen=True):
    """What a check-in came to; `score` is None where too much was missing, or where there is none.

    `reason` is BASELINE or END where it was put for the research, else "".
    """

    instrument: str
    at: datetime
    score: int | None
    reason: str = ""


class Participant(Struct, frozen=True, kw_only=True):
    """One person. `joined_at` None: she has begun to join. `week` is the page that comes next, `push` inside it.

    `put`: the instruments put to her at least once. `faces`: by month (`2026-03`, UTC) the sum of the faces of the
    pulse and how many. `waits`: she is on the waiting list. `reached`: one of the words of `flows/reachable.py`.
    """

    id: int
    state: str
    language: str
    role: str
    region: str
    waits: bool
    begun_at: datetime
    joined_at: datetime | None
    heard_at: datetime | None
    programme: str
    week: int
    push: int
    research: bool
    put: frozenset[str]
    faces: dict[str, tuple[float, int]]
    results: tuple[Result, ...]
    reached: str = REACHABLE


class Opened(Struct, frozen=True, kw_only=True):
    """A case: its highest level, when it was opened, and when somebody of the desk was first there for her.

    `person` None: of somebody forgotten.
    """

    number: int
    person: int | None
    level: str
    category: str
    opened_at: datetime
    met_at: datetime | None


class Judged(Struct, frozen=True):
    """What a rule raised and how staff judged it: `right`, `wrong`, `none`; "" not yet."""

    at: datetime
    mark: str
    person: int | None


class Referred(Struct, frozen=True):
    """A referral as it is kept: it names nobody."""

    at: datetime
    need: str
    state: str


class Read(Struct, frozen=True):
    """Words no rule heard, and what the lead said of them: `nothing`, or a level."""

    at: datetime
    mark: str


class Cohort(Struct, frozen=True, kw_only=True):
    """All of it. `forgotten`: when people asked to be forgotten. `unreadable`: how many do not open any more."""

    people: tuple[Participant, ...]
    cases: tuple[Opened, ...]
    judged: tuple[Judged, ...]
    read: tuple[Read, ...]
    referrals: tuple[Referred, ...]
    capacity: Capacity
    forgotten: tuple[datetime, ...]
    unreadable: int = 0


class _Known(Struct, frozen=True):
    """What a report needs of her profile. The rest of it, her own words too, is passed over."""

    joined_at: datetime | None = None
    programme: str = ""
    week: int = 0
    push: int = 0
    research: str = ""
    put: dict[str, datetime] = {}
    unseen: tuple[datetime, ...] = ()


async def cohort(db: Database, conn: AsyncConnection, now: datetime) -> Cohort:
    """Read it, as it is now."""
    found: list[Participant] = []
    rows = (await conn.execute(PEOPLE)).all()
    for at in range(0, len(rows), CHUNK):
        found += await _participants(db, conn, rows[at : at + CHUNK], now)
    marks = [Judged(row.at, row.mark or "", row.person_id) for row in await conn.execute(MARKS)]
    return Cohort(
        people=tuple(found),
        cases=await _cases(conn),
        judged=tuple(marks),
        read=tuple([Read(row.at, row.mark) for row in await conn.execute(READ)]),
        referrals=tuple([Referred(row.asked_at, row.need, row.state) for row in await conn.execute(REFERRALS)]),
        capacity=await capacity(conn, now),
        forgotten=tuple((await conn.execute(GONE)).scalars()),
        unreadable=len(rows) - len(found),
    )


async def _participants(db: Database, conn: AsyncConnection, rows: Iterable[Any], now: datetime) -> list[Participant]:
    known: dict[int, Any] = {row.id: row for row in rows}
    await db.keys.load(conn, known)
    faces: defaultdict[int, dict[str, tuple[float, int]]] = defaultdict(dict)
    results: defaultdict[int, list[Result]] = defaultdict(list)
    for row in await conn.execute(ANSWERS, {"people": list(known)}):
        value = _opened(db, row.person_id, place("answers", "value", row.id, row.person_id), row.value)
        if row.question.endswith(RESULT):
            results[row.person_id] += _result(row, value)
        else:
            _count(faces[row.person_id], row.kept_at, value)
    made = [_participant(db, row, faces[row.id], tuple(results[row.id]), now) for row in known.values()]
    return [one for one in made if one is not None]


def _participant(
    db: Database, row: Any, faces: dict[str, tuple[float, int]], results: tuple[Result, ...], now: datetime
) -> Participant | None:
    """None where her profile does not open any more."""
    told = None
    with suppress(msgspec.MsgspecError):
        told = msgspec.convert(_opened(db, row.id, place("people", "profile", row.id, row.id), row.profile), _Known)
    if told is None:
        return None
    return Participant(
        id=row.id,
        state=row.state,
        language=row.language,
        role=row.role,
        region=row.region,
        waits=row.waits_since is not None,
        begun_at=row.created_at,
        joined_at=told.joined_at,
        heard_at=row.heard_at,
        programme=told.programme,
        week=told.week,
        push=told.push,
        research=bool(told.research),
        put=frozenset(told.put) | {one.instrument for one in results},
        faces=faces,
        results=results,
        reached=word(row.state, told.unseen, row.heard_at, now),
    )


def _result(row: Any, value: Any) -> list[Result]:
    if not isinstance(value, dict):
        return []
    score = value.get("score")
    score = score if isinstance(score, int) and not isinstance(score, bool) else None
    reason = value.get("reason")
    reason = reason if reason in {BASELINE, END} else ""
    return [Result(row.question.removesuffix(RESULT), row.kept_at, score, reason)]


def _count(faces: dict[str, tuple[float, int]], at: datetime, value: Any) -> None:
    """Add a face, or the mean of a month of them as retention leaves it."""
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    total, n = (value["mean"] * value["n"], value["n"]) if isinstance(value, dict) else (value, 1)
    if isinstance(total, int | float):
        before, many = faces.get(f"{at:%Y-%m}", (0.0, 0))
        faces[f"{at:%Y-%m}"] = before + total, many + n


def _opened(db: Database, person: int, at: bytes, sealed: bytes) -> Any:
    """What is sealed there; None where it does not open."""
    with suppress(SealError, msgspec.DecodeError):
        return msgspec.json.decode(db.keys[person].open(at, sealed))
    return None


async def _cases(conn: AsyncConnection) -> tuple[Opened, ...]:
    met: dict[int, datetime] = {}
    graded: defaultdict[int, set[str]] = defaultdict(set)
    for number, act, at, _ in await conn.execute(ACTS):
        if act.startswith(GRADED):
            graded[number].add(act.partition(":")[2])
        else:
            met.setdefault(number, at)
    return tuple(
        [
            Opened(
                number=row.number,
                person=row.person_id,
                level=max({row.level} | graded[row.number] & set(LEVELS), key=LEVELS.index),
                category=row.category,
                opened_at=row.opened_at,
                met_at=met.get(row.number, row.taken_at),
            )
            for row in await conn.execute(CASES)
        ]
    )
