"""Orders of the desk about the desk as a whole: what a moderator writes with a slash, and what is answered.

They are about nobody, so they take no turn: an order is carried out in the commit that stores its update, once, and
its answer goes through the outbox to where orders are given. For now every member of the desk's group may give them;
whoever writes as the group or as a channel is told that the record needs a person.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import figures
from content.library import Library
from flows.capacity import RAISED
from flows.events import DeskOrdered, Staff
from flows.model import Desk
from storage import capacity
from storage.database import Database
from storage.marks import marks
from storage.samples import Samples
from storage.schema import record

MOST = 100_000
"""The highest capacity taken for meant: far above any staff, far below a slip of the finger on a telephone number."""

OFF = "off"


class Orders:
    """Carries out orders within the caller's transaction."""

    def __init__(
        self, db: Database, library: Library, desk: Desk, *, leads: Collection[int] = (), samples: Samples | None = None
    ) -> None:
        self._db = db
        self._library = library
        self._desk = desk
        self._leads = leads
        self._samples = samples

    async def carry_out(self, conn: AsyncConnection, order: DeskOrdered, now: datetime) -> list[str]:
        """What is said in answer, in the desk's language."""
        if order.by is None:
            return [self._tell("desk.capacity.nobody")]
        match order.name:
            case "flags":
                return [await self._flags(conn, order.by, now)]
            case "sample":
                if self._samples is not None:
                    await self._samples.judge(conn, order.about, order.by, now)
                return []
            case _:
                return await self._capacity(conn, order, order.by, now)

    async def _flags(self, conn: AsyncConnection, by: Staff, now: datetime) -> str:
        """How the rules were judged lately; for the lead alone."""
        if by.id not in self._leads:
            return self._tell("flags.lead_only")
        return figures.flags(await marks(conn, now - figures.PERIOD, now), self._tell)

    async def _capacity(self, conn: AsyncConnection, order: DeskOrdered, by: Staff, now: datetime) -> list[str]:
        wanted = order.about.strip().casefold()
        if not wanted:
            return [await self._shown(conn, now)]
        if wanted != OFF and not (wanted.isascii() and wanted.isdigit() and int(wanted) <= MOST):
            return [self._tell("desk.capacity.wrong", most=MOST, off=OFF)]
        return await self._set(conn, None if wanted == OFF else int(wanted), by, now)

    async def _set(self, conn: AsyncConnection, most: int | None, by: Staff, now: datetime) -> list[str]:
        await capacity.set_limit(conn, most)
        act, actor = f"capacity:{OFF if most is None else most}", self._db.master.lookup(by.id)
        row = {"id": self._db.ids.next(now), "at": now, "act": act, "case_number": None, "actor": actor}
        await conn.execute(insert(record), row)
        count = await capacity.admit(self._db, conn, now, RAISED)
        said = [await self._shown(conn, now)]
        return [*said, self._tell("desk.capacity.let_in", count=count)] if count else said

    async def _shown(self, conn: AsyncConnection, now: datetime) -> str:
        found = await capacity.capacity(conn, now)
        if found.limit is None:
            return self._tell("desk.capacity.none", active=found.active, waiting=found.waiting)
        counts = {"limit": found.limit, "active": found.active, "waiting": found.waiting}
        return self._tell("desk.capacity.shown", **counts, off=OFF)

    def _tell(self, key: str, **variables: object) -> str:
        return self._library.text(self._desk.language, key, **variables)
