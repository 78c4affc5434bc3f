"""What is not kept longer than it is needed: once a day, by the bot itself.

The times are those of the table in the product's safety rules (data minimum and retention). Rows of a case, and what
was done in it, stay for 24 months after it was closed; nothing of a case that is open goes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, exists, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.effects import Lane
from flows.model import Place
from storage import family, marks, record, referrals
from storage.database import Database
from storage.facts import keep_moment, moment
from storage.faults import SealError
from storage.parcel import DESK_CHAT
from storage.schema import (
    answers,
    cases,
    circle_members,
    circles,
    hearts,
    lines,
    outbox,
    parked,
    posts,
    sent,
    talks,
)
from storage.seal import place

FACT = "retained"
EVERY = timedelta(hours=20)
PULSE, MONTHLY = "pulse.", "monthly."
RAW, YEAR = timedelta(days=90), timedelta(days=365)
WORDS = timedelta(hours=72)
PARKED = timedelta(days=30)
"""Its content goes like all words nobody was worried by, after 72 hours: Tech is told at once. That it was, and why, stays a month."""
POSTS = timedelta(days=30)
"""What was said in circles; and who sat in one, after it has ended."""
CASE, DELETABLE = timedelta(days=730), timedelta(hours=48)
GONE_WORDS = "…"
_NAME = re.compile(r"[A-Za-z0-9_.:~-]{0,40}")
"""The value of a button: anything else in an answer is words she typed."""

_rows: Any = bindparam("rows", expanding=True)
_before = bindparam("before", type_=sent.c.sent_at.type)
OLD_PULSES = (
    select(answers)
    .where(answers.c.kept_at < _before, answers.c.question.startswith(PULSE, autoescape=True))
    .limit(bindparam("limit"))
)
MONTHS = select(answers).where(
    answers.c.person_id.in_(bindparam("people", expanding=True)),
    answers.c.question.startswith(MONTHLY, autoescape=True),
)
DROP, KEEP = delete(answers).where(answers.c.id.in_(_rows)), insert(answers)
OLD_ANSWERS = delete(answers).where(
    answers.c.kept_at < _before,
    ~answers.c.question.startswith(PULSE, autoescape=True),
    ~answers.c.question.startswith(MONTHLY, autoescape=True),
)
OLD_LINES = delete(lines).where(
    lines.c.case_number.in_(select(cases.c.number).where(cases.c.state == "closed", cases.c.closed_at < _before))
)
EMPTY = update(parked).where(parked.c.parked_at < _before).values(content=b"")
OLD_PARKED = delete(parked).where(parked.c.parked_at < _before)
PAGE = 500
"""How many open talks one transaction reads: opening each takes its time, and turns wait for it."""
TALKS = (
    select(talks.c.person_id, talks.c.number, talks.c.place)
    .where(
        tuple_(talks.c.person_id, talks.c.number) > tuple_(bindparam("person"), bindparam("number")),
        talks.c.begun_at < bindparam("before", type_=talks.c.begun_at.type),
    )
    .order_by(talks.c.person_id, talks.c.number)
    .limit(PAGE)
)
REPLACE = update(talks).where(talks.c.person_id == bindparam("her"), talks.c.number == bindparam("talk"))

_newer = sent.alias("newer")
_open_talk = exists().where(
    talks.c.person_id == sent.c.person_id, literal("talk:") + talks.c.number.cast(sent.c.slot.type) == sent.c.slot
)
_replaced = exists().where(
    _newer.c.chat == sent.c.chat,
    _newer.c.slot == sent.c.slot,
    _newer.c.message_id > sent.c.message_id,
    _newer.c.sent_at < _before,
)
OLD_SENT = delete(sent).where(sent.c.sent_at < _before, sent.c.chat != DESK_CHAT, _replaced, ~_open_talk)
"""What cannot be deleted any more, but for the newest of its slot: to be edited, or to say that older ones stand."""
TALK_ENDED = delete(sent).where(sent.c.sent_at < _before, sent.c.slot.startswith("talk:", autoescape=True), ~_open_talk)
OLD_POSTS = delete(posts).where(posts.c.at < _before)
OLD_HEARTS = delete(hearts).where(
    ~exists().where(posts.c.circle_id == hearts.c.circle_id, posts.c.number == hearts.c.number)
)
OLD_PLACES = (
    update(sent).where(sent.c.sent_at < _before, sent.c.slot.startswith("post:", autoescape=True)).values(slot="")
)
"""Which message was which post is forgotten; that something stands there which cannot be deleted is not."""
OLD_COPIES = delete(outbox).where(outbox.c.lane == int(Lane.CIRCLE), outbox.c.made_at < _before)
_ended = select(circles.c.id).where(circles.c.ends_at < _before)
OLD_SEATS = delete(circle_members).where(circle_members.c.circle_id.in_(_ended))
OLD_TERMS = update(circles).where(circles.c.ends_at < _before).values(terms=None, guide=0)
"""Of a circle that has ended stays when it was, how large, and how much was said in it."""
DESK_SENT = delete(sent).where(sent.c.sent_at < _before, sent.c.chat == DESK_CHAT, sent.c.slot == "")


async def sweep(db: Database, now: datetime, *, pulses: int = 2000) -> bool:
    """Once a day: let go of everything whose time is over. False: it was done today.

    `pulses`: how many raw answers one transaction averages, so that turns need not wait long.
    """
    async with db.read() as conn:
        last = await moment(conn, FACT)
    if last is not None and timedelta() <= now - last < EVERY:
        return False
    while await _average_some(db, now, pulses):
        pass
    await _drop_words(db, now)
    async with db.write() as conn:
        await _drop_old(db, conn, now)
        await keep_moment(conn, FACT, now)
    return True


async def _drop_old(db: Database, conn: AsyncConnection, now: datetime) -> None:
    for statement, span in (
        (OLD_ANSWERS, YEAR),
        (OLD_LINES, CASE),
        (referrals.OLD, CASE),
        (EMPTY, WORDS),
        (OLD_PARKED, PARKED),
        (OLD_POSTS, POSTS),
        (OLD_HEARTS, POSTS),
        (OLD_PLACES, POSTS),
        (OLD_COPIES, POSTS),
        (OLD_SEATS, POSTS),
        (OLD_TERMS, POSTS),
        (TALK_ENDED, DELETABLE),
        (OLD_SENT, DELETABLE),
        (DESK_SENT, DELETABLE),
        (marks.OLD_FLAGS, CASE),
        (marks.OLD_READ, CASE),
        (family.OLD, timedelta()),
    ):
        await conn.execute(statement, {"before": now - span})
    await record.erase(db, conn, before=now - YEAR, closed=now - CASE)


# -- the pulse: a number a month -----------------------------------------------------------------------------------


async def _average_some(db: Database, now: datetime, limit: int) -> bool:
    """Average up to `limit` old answers into their months. False: there was none."""
    async with db.write() as conn:
        raw = (await conn.execute(OLD_PULSES, {"before": now - RAW, "limit": limit})).all()
        if not raw:
            return False
        owners = sorted({row.person_id for row in raw})
        await db.keys.load(conn, owners)
        kept = (await conn.execute(MONTHS, {"people": owners})).all()
        sums: defaultdict[tuple[int, str, datetime], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for row in raw:
            value = _opened(db, row)
            if isinstance(value, int | float):
                _count(sums[row.person_id, MONTHLY + row.question.removeprefix(PULSE), _month(row.kept_at)], value, 1)
        merged = [row.id for row in kept if (row.person_id, row.question, row.kept_at) in sums]
        for row in kept:
            if row.id in merged and isinstance(value := _opened(db, row), dict):
                _count(sums[row.person_id, row.question, row.kept_at], value["mean"], value["n"])
        await conn.execute(DROP, {"rows": [row.id for row in raw] + merged})
        await _keep(db, conn, sums, now)
    return True


def _count(total: list[float], mean: float, n: float) -> None:
    total[0] += mean * n
    total[1] += n


async def _keep(
    db: Database, conn: AsyncConnection, sums: dict[tuple[int, str, datetime], list[float]], now: datetime
) -> None:
    rows = []
    for (person, question, month), (total, n) in sums.items():
        id = db.ids.next(now)
        value = msgspec.json.encode({"mean": round(total / n, 3), "n": int(n)})
        sealed = db.keys[person].seal(place("answers", "value", id, person), value)
        rows.append({"id": id, "person_id": person, "question": question, "kept_at": month, "value": sealed})
    if rows:
        await conn.execute(KEEP, rows)


def _opened(db: Database, row: Any) -> Any:
    """The answer; None if it does not open. A number that was kept as text counts as a number."""
    try:
        value = msgspec.json.decode(db.keys[row.person_id].open(_at(row), row.value))
    except (SealError, msgspec.DecodeError):
        return None
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _at(row: Any) -> bytes:
    return place("answers", "value", row.id, row.person_id)


def _month(at: datetime) -> datetime:
    return datetime(at.year, at.month, 1, tzinfo=UTC)


# -- words in talks that stand open --------------------------------------------------------------------------------


async def _drop_words(db: Database, now: datetime) -> None:
    """Words she typed into a talk she has not gone on with for 72 hours. The talk itself stays open."""
    last: tuple[int, int] | None = (0, 0)
    while last is not None:
        async with db.write() as conn:
            last = await _drop_some_words(db, conn, last, now)


async def _drop_some_words(
    db: Database, conn: AsyncConnection, after: tuple[int, int], now: datetime
) -> tuple[int, int] | None:
    """Those of the next talks behind `after`, a person and a talk's number. Returns the last one; None: no more."""
    some = {"person": after[0], "number": after[1], "before": now - WORDS}
    rows = (await conn.execute(TALKS, some)).all()
    await db.keys.load(conn, {row.person_id for row in rows})
    for row in rows:
        at = place("talks", "place", row.number, row.person_id)
        try:
            stands = msgspec.json.decode(db.keys[row.person_id].open(at, row.place), type=Place)
        except (SealError, msgspec.MsgspecError):
            continue
        quiet = wordless(stands)
        if quiet != stands and stands.asked_at is not None and stands.asked_at < now - WORDS:
            sealed = db.keys[row.person_id].seal(at, msgspec.json.encode(quiet))
            await conn.execute(REPLACE.values(place=sealed), {"her": row.person_id, "talk": row.number})
    return (rows[-1].person_id, rows[-1].number) if rows else None


def wordless(stands: Place) -> Place:
    """The same place with a mark where she had typed words."""
    kept = {name: GONE_WORDS if _typed(value) else value for name, value in stands.answers.items()}
    return msgspec.structs.replace(stands, answers=kept)


def _typed(value: Any) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is None and value != GONE_WORDS
