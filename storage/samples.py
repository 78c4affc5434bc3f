"""A few words in which concern found nothing, sealed with their writer's key, until the lead has read them.

At most twenty at a time, 72 hours at most, one shown at a time and erased when it is judged. With *hide* and with
*delete me* a person's are gone at once, from here, from the outbox and from the message that shows them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from content.library import Library
from flows.desk import sample
from flows.effects import Lane
from flows.events import Staff
from flows.model import Desk, Message
from storage.database import Database
from storage.facts import keep_moment, moment
from storage.faults import SealError
from storage.outbox import PUT as PROMISE
from storage.outbox import promise
from storage.schema import outbox, sample_marks, samples
from storage.seal import INTAKE, place

LARGEST = 2**63 - 1
"""What a forged button may name at most: above it the database refuses the whole batch."""
FACT = "sampled"
"""The reading that was opened last."""

DRAWN = insert(samples)
LOWEST = select(samples.c.id).order_by(samples.c.draw, samples.c.id).limit(sample.MOST)
TRIM = delete(samples).where(samples.c.shown.is_(False), samples.c.id.not_in(LOWEST))
NEXT = select(samples).order_by(samples.c.draw, samples.c.id).limit(1)
LEFT = select(func.count()).select_from(samples)
SHOWN = update(samples).where(samples.c.id == bindparam("row")).values(shown=True)
ON_SHOW = select(samples.c.language).where(samples.c.id == bindparam("row"), samples.c.shown.is_(True))
ONE = delete(samples).where(samples.c.id == bindparam("row"))
OLD = samples.c.at < bindparam("before", type_=samples.c.at.type)
HERS = samples.c.person_id == bindparam("her")
UNSENT = delete(outbox).where(
    outbox.c.person_id == bindparam("her"), outbox.c.chat.startswith("lead:"), outbox.c.lane == int(Lane.WEEKLY)
)
"""To a lead only these texts go by the weekly lane."""
JUDGED = insert(sample_marks)


def row(db: Database, person: int, language: str, drawn: Any, now: datetime) -> dict[str, Any]:
    """Words that take part, as a row. Her key must be loaded."""
    id = db.ids.next(now)
    words = db.keys[person].seal(place("samples", "words", id, person), msgspec.json.encode(drawn.words))
    return {
        "id": id,
        "person_id": person,
        "at": now,
        "language": language,
        "draw": drawn.draw,
        "shown": False,
        "words": words,
    }


class Samples:
    """Shows them to the lead. Every method works within the caller's transaction."""

    def __init__(self, db: Database, library: Library, desk: Desk) -> None:
        self._db = db
        self._library = library
        self._desk = desk

    async def open(self, conn: AsyncConnection, now: datetime) -> bool:
        """Let go of what is too old; and if a reading has begun, show its first text. True: something is to be sent."""
        sends = await self._erase(conn, OLD, {"before": now - sample.KEPT}, now)
        begins, last = sample.reading(self._desk, now), await moment(conn, FACT)
        if last == begins or not (self._desk.samples and self._desk.leads):
            return sends
        await keep_moment(conn, FACT, begins)
        return await self._show(conn, now, edit=False) or sends

    async def judge(self, conn: AsyncConnection, about: str, by: Staff, now: datetime) -> bool:
        """`about` is `row:mark`, from a button. False: that text is gone, or was judged already."""
        number, _, mark = about.partition(":")
        if int(number) > LARGEST or mark not in sample.MARKS:
            return False
        if (found := (await conn.execute(ON_SHOW, {"row": int(number)})).first()) is None:
            return False
        await conn.execute(ONE, {"row": int(number)})
        judged = {"id": self._db.ids.next(now), "at": now, "language": found.language, "mark": mark}
        await conn.execute(JUDGED, judged | {"actor": self._db.master.lookup(by.id)})
        await self._next(conn, now)
        return True

    async def withdraw(self, conn: AsyncConnection, person: int, now: datetime) -> None:
        """Nothing of hers stays."""
        await conn.execute(UNSENT, {"her": person})
        await self._erase(conn, HERS, {"her": person}, now)

    async def _erase(self, conn: AsyncConnection, which: Any, values: dict[str, Any], now: datetime) -> bool:
        """Erase some. If one of them was on show, the next takes its place. True: something is to be sent."""
        gone = select(exists().where(samples.c.shown.is_(True), which))
        shown = bool((await conn.execute(gone, values)).scalar())
        await conn.execute(delete(samples).where(which), values)
        if shown:
            await self._next(conn, now)
        return shown

    async def _next(self, conn: AsyncConnection, now: datetime) -> None:
        if not await self._show(conn, now, edit=True):
            await self._promise(conn, None, Message(text=self._tell("sample.over")), now, edit=True)

    async def _show(self, conn: AsyncConnection, now: datetime, *, edit: bool) -> bool:
        """Show the one with the lowest lot. False: there is none left."""
        while (found := (await conn.execute(NEXT)).first()) is not None:
            await self._db.keys.load(conn, [found.person_id])
            try:
                at = place("samples", "words", found.id, found.person_id)
                words = msgspec.json.decode(self._db.keys[found.person_id].open(at, found.words), type=str)
            except (SealError, msgspec.MsgspecError):
                await conn.execute(ONE, {"row": found.id})
                continue
            left = (await conn.execute(LEFT)).scalar_one()
            await conn.execute(SHOWN, {"row": found.id})
            message = sample.shown(self._tell, words, found.id, left)
            await self._promise(conn, found.person_id, message, now, edit=edit)
            return True
        return False

    async def _promise(
        self, conn: AsyncConnection, person: int | None, message: Message, now: datetime, *, edit: bool
    ) -> None:
        """Sealed with the key of whoever wrote the words, until it is sent."""
        await self._db.keys.load(conn, [person or INTAKE])
        await conn.execute(PROMISE, [promise(self._db, person, sample.sent(message, edit=edit), now)])

    def _tell(self, key: str, **variables: object) -> str:
        return self._library.text(self._desk.language, key, **variables)
