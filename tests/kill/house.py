"""Databases for plays: a migrated one, and one in which somebody has joined, copied afresh for every play.

All of them are opened through one engine, aimed at whichever is meant: so a newborn bot finds its statements
compiled, and a life is as short as it can be.
"""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, bindparam, create_engine, event, func, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import database
from storage.database import Database
from storage.pending import PENDING
from storage.schema import accounts, answers, cases, due, inbox, lines, outbox, parked, people, record, talks
from storage.seal import Master
from tests.kill.clock import BEGINS
from tests.kill.life import Writes

KEY = bytes(range(32))
MASTER = Master(KEY)
CASE = (
    select(cases.c.number)
    .join(people, people.c.id == cases.c.person_id)
    .join(accounts, accounts.c.id == people.c.account_id)
    .where(accounts.c.lookup == bindparam("lookup"))
    .order_by(cases.c.opened_at.desc(), cases.c.closed_at.is_(None).desc())
    .limit(1)
)
OWNER = (
    select(accounts.c.lookup)
    .join(people, accounts.c.id == people.c.account_id)
    .join(cases, people.c.id == cases.c.person_id)
    .where(cases.c.number == bindparam("case"))
)
_PREFIX = "kill_"


class Aim:
    """Stands in for `storage.database._engine`: one engine, and where it connects to."""

    def __init__(self) -> None:
        self.writes = Writes()
        self._real = database._engine
        self._engine: AsyncEngine | None = None
        self._where: URL | None = None

    def __call__(self, where: URL) -> AsyncEngine:
        self._where = where
        if self._engine is None:
            self._engine = self._real(where)
            event.listen(self._engine.sync_engine, "do_connect", self._connect)
            event.listen(self._engine.sync_engine, "before_cursor_execute", self.writes.note)
        return self._engine

    def _connect(self, dialect: Any, record: Any, args: list[Any], named: dict[str, Any]) -> None:
        assert self._where is not None
        if dialect.name == "sqlite":
            args[0] = self._where.database
        else:
            named["dbname"] = self._where.database


@dataclass(frozen=True)
class House:
    """Where databases lie: files in `folder`, or databases of the PostgreSQL server at `server`."""

    folder: Path
    server: str = ""

    def url(self, name: str) -> str:
        """The address of a database by its name."""
        if not self.server:
            return f"sqlite:///{self.folder / name / 'bot.db'}"
        return make_url(self.server).set(database=_PREFIX + name).render_as_string(hide_password=False)

    def make(self, name: str) -> None:
        """A new database, migrated."""
        if self.server:
            self._order(f"CREATE DATABASE {_PREFIX}{name}")
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(_migrate(self.url(name), folder))

    def copy(self, template: str, name: str) -> None:
        """`name` afresh, as `template` stands. Nobody may have either open."""
        if self.server:
            self._order(
                f"DROP DATABASE IF EXISTS {_PREFIX}{name} WITH (FORCE)",
                f"CREATE DATABASE {_PREFIX}{name} TEMPLATE {_PREFIX}{template} STRATEGY file_copy",
            )
            return
        shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(self.folder / template, self.folder / name)

    def look(self, name: str) -> Look:
        """Read a database from outside."""
        return Look(self.url(name))

    def _order(self, *statements: str) -> None:
        url = make_url(self.server).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as conn:
            for statement in statements:
                conn.execute(text(statement))


class Look:
    """What stands in a database, read from outside."""

    def __init__(self, url: str) -> None:
        where = make_url(url)
        if where.get_backend_name() != "sqlite":
            where = where.set(drivername="postgresql+psycopg")
        self._engine = create_engine(where, isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        """Let go of the database, so that it may be replaced."""
        self._engine.dispose()

    def pending(self, now: datetime) -> int:
        """Events, due rows and messages whose time has come."""
        with self._engine.connect() as conn:
            return int(conn.execute(PENDING, {"now": now}).scalar_one())

    def promised(self) -> int:
        """In how many chats something is promised: as many messages may have been on their way."""
        with self._engine.connect() as conn:
            return int(conn.execute(select(func.count(outbox.c.chat.distinct()))).scalar_one())

    def next_due(self) -> timedelta:
        """The earliest planned moment, counted from `BEGINS`."""
        with self._engine.connect() as conn:
            moment: datetime = conn.execute(select(func.min(due.c.at))).scalar_one()
        return moment - BEGINS

    def case(self, telegram: int) -> int:
        """The newest case of somebody, by her Telegram id; 0 if there is none."""
        with self._engine.connect() as conn:
            return int(conn.execute(CASE, {"lookup": MASTER.lookup(telegram)}).scalar() or 0)

    def owner(self, case: int) -> bytes:
        """The look-up of whom a case is about; empty if nobody."""
        with self._engine.connect() as conn:
            return bytes(conn.execute(OWNER, {"case": case}).scalar() or b"")

    def outcome(self) -> dict[str, Any]:
        """What a play leaves behind, as far as it can be read without a key."""
        with self._engine.connect() as conn:
            return _outcome(conn)


def _outcome(conn: Connection) -> dict[str, Any]:
    def rows(*columns: Any) -> list[Any]:
        return sorted([str(value) for value in row] for row in conn.execute(select(*columns)))

    def count(table: Any) -> int:
        return int(conn.execute(select(func.count()).select_from(table)).scalar_one())

    return {
        "people": rows(people.c.state, people.c.language, people.c.talks),
        "cases": rows(cases.c.level, cases.c.category, cases.c.state, cases.c.pages, cases.c.lines),
        "lines": rows(lines.c.voice),
        "answers": rows(answers.c.question),
        "talks": rows(talks.c.flow, talks.c.depth),
        "due": rows(due.c.key, due.c.safety),
        "record": [row.act for row in conn.execute(select(record.c.act).order_by(record.c.id))],
        "held": count(outbox),
        "inbox": count(inbox),
        "parked": count(parked),
    }


async def _migrate(url: str, folder: Path) -> None:
    await (await Database.open(url, MASTER, folder)).close()
