"""Whose turn it is: the oldest event of each of a few people, those who need a person first.

Order: people with a red event waiting, due rows of the safety kind, other flagged people, everybody else as they
came; ordinary due rows always get a fifth of the batch, so nothing starves. A person appears once in a batch, and
her own events are taken strictly in the order they arrived; a due row may come in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any, Literal

import msgspec
from msgspec import Struct, structs
from sqlalchemy import bindparam, delete, exists, false, func, insert, literal_column, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.events import AnyEvent, Due
from storage.database import Database
from storage.faults import SealError
from storage.inbox import BY_LOOKUP, RANKS, Letter
from storage.schema import CALM, due, inbox, parked
from storage.seal import INTAKE, place

ATTEMPTS = 3
"""A turn that failed so often is parked."""
PATIENCE = timedelta(minutes=5)
"""How long a safety row waits after it failed so often: it is never given up."""
SHARE = 5

_earlier = inbox.alias("earlier")
_first = ~exists().where(_earlier.c.subject == inbox.c.subject, _earlier.c.id < inbox.c.id)
_inbox = select(
    inbox.c.id,
    inbox.c.subject,
    inbox.c.person_id,
    inbox.c.case_number,
    inbox.c.rank,
    inbox.c.attempts,
    inbox.c.event,
)
LIVE = _inbox.where(_first).order_by(inbox.c.id).limit(bindparam("limit"))
FLAGGED = (
    select(inbox.c.subject, func.min(inbox.c.rank).label("worst"))
    .where(inbox.c.rank < literal_column(str(CALM)))
    .group_by(inbox.c.subject)
    .order_by(func.min(inbox.c.rank), func.min(inbox.c.id))
    .limit(bindparam("limit"))
)
HEADS = _inbox.where(_first, inbox.c.subject.in_(bindparam("subjects", expanding=True)))
_due = select(due).where(due.c.at <= bindparam("now")).order_by(due.c.at, due.c.id).limit(bindparam("limit"))
SAFETY, ORDINARY = _due.where(due.c.safety == true()), _due.where(due.c.safety == false())
DROP = {
    "inbox": delete(inbox).where(inbox.c.id.in_(bindparam("rows", expanding=True))),
    "due": delete(due).where(due.c.id.in_(bindparam("rows", expanding=True))),
}
AGAIN = {
    "inbox": update(inbox).where(inbox.c.id == bindparam("row")).values(attempts=bindparam("tries")),
    "due": update(due).where(due.c.id == bindparam("row")).values(attempts=bindparam("tries")),
}
LATER = update(due).where(due.c.id == bindparam("row")).values(at=bindparam("when"), attempts=0)
PARK = insert(parked)

_letters = msgspec.json.Decoder(Letter)
Source = Literal["inbox", "due"]


class Claim(Struct, frozen=True, kw_only=True):
    """One event whose turn it is. `row` 0 stands for no row. `person` is None for somebody not met yet."""

    source: Source
    row: int
    subject: bytes
    person: int | None
    event: AnyEvent
    sender: int | None = None
    case: int | None = None
    attempts: int = 0
    safety: bool = False


class Claimed(Struct, frozen=True):
    """Whose turn it is, and how many rows had to be set aside because they do not open: people have to be told."""

    claims: list[Claim]
    parked: int


class Waiting(Struct, frozen=True):
    """A row as it stands in the table, still sealed. `owner` is whose key seals it."""

    source: Source
    row: int
    subject: bytes
    person: int | None
    owner: int
    sealed: bytes | None
    attempts: int
    case: int | None = None
    key: str = ""
    safety: bool = False

    @property
    def who(self) -> int | bytes:
        """What makes two rows the same person's."""
        return self.subject if self.person is None else self.person


async def claim(db: Database, conn: AsyncConnection, now: datetime, limit: int) -> Claimed:
    """Up to `limit` events of distinct people, most urgent first. One that failed before comes alone.

    A row that does not open any more is parked as it is.
    """
    picked = await _picked(conn, now, limit)
    alone = picked[:1] if picked and picked[0].attempts else [row for row in picked if not row.attempts]
    held = await db.hold(conn, [_number(row) for row in alone])
    await db.keys.load(conn, {row.owner for row in alone})
    claims, parked = [], 0
    for row in alone:
        try:
            if _number(row) in held:
                claims.append(_opened(db, row))
        except (SealError, msgspec.MsgspecError) as fault:
            await _set_aside(conn, row, type(fault).__name__, now)
            parked += 1
    return Claimed(claims, parked)


async def failed(db: Database, conn: AsyncConnection, claim: Claim, why: str, now: datetime) -> Claim | None:
    """Note that a turn failed: it will be tried again, alone.

    After the third time its event is parked, and the claim comes back without a row, so that an apology can be
    carried out for it. A safety row is never given up, but waits a little. `why` holds no words of hers.
    """
    tries = claim.attempts + 1
    if tries < ATTEMPTS:
        await conn.execute(AGAIN[claim.source], {"row": claim.row, "tries": tries})
        return None
    if claim.safety:
        await conn.execute(LATER, {"row": claim.row, "when": now + PATIENCE})
        return structs.replace(claim, row=0)
    await park(db, conn, claim, why, now)
    return structs.replace(claim, row=0)


async def park(db: Database, conn: AsyncConnection, claim: Claim, why: str, now: datetime) -> None:
    """Take an event out of the way, sealed, for a person to look at: with her key, or the intake's if hers is gone."""
    await db.keys.load(conn, [claim.person or INTAKE])
    owner = claim.person if claim.person is not None and claim.person in db.keys else INTAKE
    row = db.ids.next(now)
    letter = msgspec.json.encode(Letter(sender=claim.sender, event=claim.event))
    content = db.keys[owner].seal(place("parked", "content", row, owner), letter)
    kept = {"id": row, "person_id": owner or None, "parked_at": now, "why": why, "content": content}
    await conn.execute(PARK, kept)
    await conn.execute(DROP[claim.source], {"rows": [claim.row]})


async def _picked(conn: AsyncConnection, now: datetime, limit: int) -> list[Waiting]:
    red, flagged = await _flagged(conn, limit)
    safety = await _due_rows(conn, SAFETY, now, limit)
    ordinary = await _due_rows(conn, ORDINARY, now, limit)
    live = await _live(conn, (await conn.execute(LIVE, {"limit": limit})).all())
    share = min(len(ordinary), limit // SHARE or int(limit > 1))
    taken: set[int | bytes] = set()
    first = list(islice(_distinct(chain(red, safety, flagged, live), taken), limit - share))
    return first + list(islice(_distinct(chain(ordinary, live), taken), limit - len(first)))


def _distinct(rows: Iterable[Waiting], taken: set[int | bytes]) -> Iterator[Waiting]:
    for row in rows:
        if row.who not in taken:
            taken.add(row.who)
            yield row


async def _flagged(conn: AsyncConnection, limit: int) -> tuple[list[Waiting], list[Waiting]]:
    """The oldest events of people with a flagged one waiting: the red, then the others."""
    worst = dict((await conn.execute(FLAGGED, {"limit": limit})).all())
    if not worst:
        return [], []
    rows = await _live(conn, (await conn.execute(HEADS, {"subjects": list(worst)})).all())
    rows.sort(key=lambda row: (worst[row.subject], row.row))
    red = [row for row in rows if worst[row.subject] <= RANKS["urgent"]]
    return red, rows[len(red) :]


async def _live(conn: AsyncConnection, rows: Sequence[Any]) -> list[Waiting]:
    """Inbox rows, with the person of those who were met after the row was written."""
    strangers = {row.subject for row in rows if row.person_id is None}
    known = dict((await conn.execute(BY_LOOKUP, {"lookups": list(strangers)})).all()) if strangers else {}
    return [
        Waiting(
            "inbox",
            row.id,
            row.subject,
            known.get(row.subject) if row.person_id is None else row.person_id,
            row.person_id or INTAKE,
            row.event,
            row.attempts,
            row.case_number,
        )
        for row in rows
    ]


async def _due_rows(conn: AsyncConnection, statement: Any, now: datetime, limit: int) -> list[Waiting]:
    return [
        Waiting("due", row.id, b"", row.person_id, row.person_id, row.about, row.attempts, None, row.key, row.safety)
        for row in await conn.execute(statement, {"now": now, "limit": limit})
    ]


def _number(row: Waiting) -> int:
    """63 bits that stand for the subject where the database holds it."""
    return int.from_bytes(row.subject[:8], "big") >> 1 if row.person is None else row.person


def _opened(db: Database, row: Waiting) -> Claim:
    common: dict[str, Any] = {"source": row.source, "row": row.row, "subject": row.subject, "person": row.person}
    if row.source == "due":
        about = b"" if row.sealed is None else _plain(db, row, "about", row.sealed)
        event = Due(key=row.key, about=about.decode())
        return Claim(**common, event=event, attempts=row.attempts, safety=row.safety)
    letter = _letters.decode(_plain(db, row, "event", row.sealed or b""))
    return Claim(**common, event=letter.event, sender=letter.sender, case=row.case, attempts=row.attempts)


def _plain(db: Database, row: Waiting, column: str, sealed: bytes) -> bytes:
    return db.keys[row.owner].open(place(row.source, column, row.row, row.owner), sealed)


async def _set_aside(conn: AsyncConnection, row: Waiting, why: str, now: datetime) -> None:
    """Park a row as it is, still sealed under its old place, so that the others can go on."""
    kept = {"id": row.row, "person_id": row.person, "parked_at": now, "why": why, "content": row.sealed or b""}
    await conn.execute(PARK, kept)
    await conn.execute(DROP[row.source], {"rows": [row.row]})
