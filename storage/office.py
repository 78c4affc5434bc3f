"""Who works at the desk, as rows, the desk's book, as one sealed value, and what is recorded: changed by orders.

They are read with every batch, and kept in memory until a mark in the database says that they changed, so that a batch
costs one small query.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, structs
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.desk.office import Book, Member, Role
from flows.events import Staff
from flows.model import Desk
from storage import recordings
from storage.database import Database
from storage.facts import fact, keep_fact
from storage.schema import moderators
from storage.seal import INTAKE, place

MARK, BOOK = "office", "office book"
"""The facts that change with every change, and that holds the book."""
AT = place("settings", "office book", 0, INTAKE)
MARK_BYTES = 8

SERVING = select(moderators).where(moderators.c.until.is_(None)).order_by(moderators.c.id)
OF = select(moderators.c.id).where(moderators.c.lookup == bindparam("who_is"))
ADD = insert(moderators)
CHANGE = (
    update(moderators)
    .where(moderators.c.id == bindparam("row"))
    .values(role=bindparam("as_role"), until=bindparam("ends"), who=bindparam("named"))
)


class Who(Struct, frozen=True):
    """What is sealed of somebody who works at the desk."""

    id: int
    name: str = ""


class Office:
    """Gives the desk of a scene. Every method works within the caller's transaction.

    `plain` is the desk as settings have it. `on_staff` is called with those who serve whenever they were read anew.
    """

    def __init__(
        self, db: Database, plain: Desk, on_staff: Callable[[tuple[Member, ...]], None] = lambda _: None
    ) -> None:
        self.plain = plain
        self._db = db
        self._on_staff = on_staff
        self._mark: bytes | None = None
        self._desk = plain

    async def desk(self, conn: AsyncConnection) -> Desk:
        """The desk as it is now: settings, staff, book, and what is recorded."""
        mark = await fact(conn, MARK)
        if mark != self._mark:
            await self._db.keys.load(conn, [INTAKE])
            staff = tuple([self._member(row) for row in await conn.execute(SERVING)])
            recorded = {one.mark: one.file for one in await recordings.recorded(conn)}
            self._desk = structs.replace(self.plain, staff=staff, book=await self._book(conn), recorded=recorded)
            self._mark = mark
            self._on_staff(staff)
        return self._desk

    async def keep(self, conn: AsyncConnection, book: Book) -> None:
        """Keep this book instead of the one there is."""
        await self._db.keys.load(conn, [INTAKE])
        await keep_fact(conn, BOOK, self._db.keys[INTAKE].seal(AT, msgspec.json.encode(book)))
        await self.changed(conn)

    async def enrol(self, conn: AsyncConnection, who: Staff, role: Role, now: datetime) -> Member:
        """Let somebody act at the desk, or change what she may do there; also somebody who had left."""
        await self._db.keys.load(conn, [INTAKE])
        lookup = self._db.master.lookup(who.id)
        row = (await conn.execute(OF, {"who_is": lookup})).scalar()
        number = int(row) if row is not None else self._db.ids.next(now)
        named = self._db.keys[INTAKE].seal(sealed_at(number), msgspec.json.encode(Who(who.id, who.name)))
        if row is None:
            new = {"id": number, "lookup": lookup, "role": role, "since": now, "until": None, "who": named}
            await conn.execute(ADD, new)
        else:
            await conn.execute(CHANGE, {"row": number, "as_role": role, "ends": None, "named": named})
        await self.changed(conn)
        return Member(row=number, id=who.id, name=who.name, role=role)

    async def dismiss(self, conn: AsyncConnection, member: Member, now: datetime) -> None:
        """From now on she may do nothing here. Her row stays, for the record names her by it."""
        await self._db.keys.load(conn, [INTAKE])
        named = self._db.keys[INTAKE].seal(sealed_at(member.row), msgspec.json.encode(Who(member.id, member.name)))
        await conn.execute(CHANGE, {"row": member.row, "as_role": member.role, "ends": now, "named": named})
        await self.changed(conn)

    async def begin(self, conn: AsyncConnection, founders: Iterable[tuple[int, Role]], now: datetime) -> Desk:
        """Enrol those whom the operator named in the settings, unless they serve already."""
        desk = await self.desk(conn)
        for id, role in founders:
            if desk.member(id) is None:
                await self.enrol(conn, Staff(id=id, name=""), role, now)
        return await self.desk(conn)

    async def changed(self, conn: AsyncConnection) -> None:
        """Whatever is kept in memory is to be read anew, by every process."""
        await keep_fact(conn, MARK, secrets.token_bytes(MARK_BYTES))

    async def _book(self, conn: AsyncConnection) -> Book:
        sealed = await fact(conn, BOOK)
        return msgspec.json.decode(self._db.keys[INTAKE].open(AT, sealed), type=Book) if sealed else Book()

    def _member(self, row: Any) -> Member:
        who = msgspec.json.decode(self._db.keys[INTAKE].open(sealed_at(row.id), row.who), type=Who)
        return Member(row=row.id, id=who.id, name=who.name, role=row.role)


def sealed_at(row: int) -> bytes:
    """What the sealed name in a row of `moderators` is bound to."""
    return place("moderators", "who", row, INTAKE)
