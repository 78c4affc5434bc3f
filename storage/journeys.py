"""SQLite in one journey: a statement goes to the thread of its connection and comes back with its rows.

aiosqlite makes four of it (a cursor, the statement, the rows, the cursor's end), and the journey costs more than most
statements. A statement that has come back holds nothing open.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

import aiosqlite
from aiosqlite.context import contextmanager

CHUNK = 64
"""What aiosqlite itself fetches at once, where it is iterated over; here nothing is."""


class Cursor(aiosqlite.Cursor):
    """What SQLAlchemy asks of a cursor, for one statement."""

    def __init__(self, conn: Connection) -> None:
        """Nothing is opened yet."""
        self._journey = conn.journey
        self._cursor: Any = None
        self._rows: list[Any] = []

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Cursor:
        """Run a statement and bring its rows. Raises what sqlite3 raises."""
        await self._journey(self._run, sqlite3.Cursor.execute, sql, parameters or ())
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Cursor:
        """Run a statement once for each of `parameters`. Raises what sqlite3 raises."""
        await self._journey(self._run, sqlite3.Cursor.executemany, sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Give the rows, which are here already."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open."""

    def _run(self, driver: sqlite3.Connection, how: Callable[..., object], sql: str, parameters: object) -> None:
        self._cursor = cursor = driver.cursor()
        try:
            how(cursor, sql, parameters)
            self._rows = cursor.fetchall() if cursor.description else []
        finally:
            cursor.close()


class Connection(aiosqlite.Connection):
    """aiosqlite's connection, with such cursors."""

    async def journey(self, work: Callable[..., None], *given: object) -> None:
        """Have `work` done by the thread, with the driver's own connection."""
        await self._execute(work, self._conn, *given)  # type: ignore[no-untyped-call]

    @contextmanager
    async def cursor(self) -> Cursor:  # type: ignore[override]
        """Give a cursor for one statement."""
        return Cursor(self)

    async def rollback(self) -> None:
        """Roll back, where anything was begun."""
        if self._conn.in_transaction:
            await super().rollback()


def connect(file: str, **options: Any) -> aiosqlite.Connection:
    """Stand in for `aiosqlite.connect`: awaited, the connection is open."""
    connection = Connection(lambda: sqlite3.connect(file, **options), CHUNK)
    connection._thread.daemon = True  # noqa: SLF001 (as SQLAlchemy does where it connects by itself)
    return connection
