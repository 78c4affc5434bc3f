"""SQLite in one journey: a statement goes to the thread of its connection and comes back with its rows.

aiosqlite makes four of it (a cursor, the statement, the rows, the cursor's end), and the journey costs more than the
statement. Nothing is left open in between: a statement that has come back holds no lock that it need not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import aiosqlite
from aiosqlite.context import contextmanager

Rows = list[Any]
CHUNK = 64


class Cursor(aiosqlite.Cursor):
    """What SQLAlchemy asks of a cursor; it is made with its statement, and closed when that is done."""

    def __init__(self, conn: Connection) -> None:
        """For the next statement on `conn`."""
        self._conn = conn
        self._cursor: Any = None
        self._rows: Rows = []
        self._closed: Any = None

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Cursor:
        """Run a statement and bring its rows."""
        await self._conn.journey(self._run, sqlite3.Cursor.execute, sql, parameters or ())
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Cursor:
        """Run a statement once for each of `parameters`."""
        await self._conn.journey(self._run, sqlite3.Cursor.executemany, sql, parameters)
        return self

    def _run(self, how: Callable[..., object], sql: str, parameters: object) -> None:
        cursor = self._conn.driver.cursor()
        try:
            how(cursor, sql, parameters)
            self._rows = cursor.fetchall() if cursor.description else []
        finally:
            self._cursor = cursor
            cursor.close()

    async def fetchall(self) -> Rows:
        """Give the rows, which are here."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open."""


class Connection(aiosqlite.Connection):
    """aiosqlite's, with such cursors."""

    @property
    def driver(self) -> sqlite3.Connection:
        """What lives in the thread."""
        return self._conn

    async def journey(self, work: Callable[..., None], *given: object) -> None:
        """Do `work` in the thread."""
        await self._execute(work, *given)

    @contextmanager
    async def cursor(self) -> Cursor:
        """A cursor for one statement."""
        return Cursor(self)

    async def rollback(self) -> None:
        """Roll back, where anything was begun."""
        if self._conn.in_transaction:
            await super().rollback()


def connect(file: str, **options: Any) -> Awaitable[Connection]:
    """For SQLAlchemy, instead of `aiosqlite.connect`."""
    connection = Connection(lambda: sqlite3.connect(file, **options), CHUNK)
    connection._thread.daemon = True  # noqa: SLF001 (as SQLAlchemy does with its own)
    return connection
