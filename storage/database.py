"""The one way to the database: opened once, checked before anything is touched, written by one hand at a time.

SQLite by default (one file, WAL, every commit on the disk before it counts), PostgreSQL by its URL. A second
process that would also take turns is refused: order is kept by there being one.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, insert, select, text, union_all
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import journeys, migrations
from storage.faults import StorageError
from storage.ids import Ids
from storage.keyring import Keyring
from storage.schema import keys, metadata, settings
from storage.seal import INTAKE, Master

FILE = "bot.db"
DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
BUSY_MS = 5_000
CONNECT_SECONDS = 10
_PRAGMAS = f"""
PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA busy_timeout={BUSY_MS};
"""
_ALONE = 7_262_001
"""The advisory lock that one serving process holds on PostgreSQL."""
_PROOF = select(settings.c.value).where(settings.c.name == "proof")
_HIGHEST = union_all(*(select(func.max(table.c.id)) for table in metadata.sorted_tables if "id" in table.c))
_HOLD = text("SELECT k FROM unnest(CAST(:keys AS bigint[])) AS k WHERE pg_try_advisory_xact_lock(k)")


def address(url: str | None, folder: Path) -> URL:
    """The URL to connect to: SQLite in `folder` without one. StorageError names what is wrong with `DATABASE_URL`."""
    if not url:
        return URL.create(DRIVERS["sqlite"], database=str(folder / FILE))
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=DRIVERS[parsed.drivername])
    except (ArgumentError, KeyError, ValueError):
        raise StorageError("DATABASE_URL must begin with sqlite:/// or postgresql://.") from None
    if parsed.drivername == DRIVERS["sqlite"] and parsed.database in {None, "", ":memory:"}:
        raise StorageError("DATABASE_URL names no file: write sqlite:///path/to/file, or leave it empty.")
    return parsed


class Database:
    """An open database. `boundary` is called as "before commit" and "after commit": a test may stop there."""

    def __init__(self, engine: AsyncEngine, master: Master) -> None:
        """Use `Database.open`."""
        self.master = master
        self.keys = Keyring(master)
        self.ids = Ids()
        self.boundary: Callable[[str], None] = lambda _: None
        self.engine = engine
        self.sqlite = engine.dialect.name == "sqlite"
        self._writing = engine.execution_options(writes=True)
        self._pen: AbstractAsyncContextManager[Any] = asyncio.Lock() if self.sqlite else nullcontext()
        self._lock: int | None = None
        self._alone: AsyncConnection | None = None

    @classmethod
    async def open(cls, url: str | None, master: Master, folder: Path, *, alone: bool = True) -> Database:
        """Open, check, migrate and hand over a database.

        `alone`: refuse if another process serves the same database (a reader such as `report` passes False).
        StorageError, with nothing changed, when it cannot be used.
        """
        where = address(url, folder)
        file = Path(where.database or "") if where.drivername == DRIVERS["sqlite"] else None
        if file is not None:
            _make_file(file)
        database = cls(_engine(where), master)
        try:
            await database._begin(file, alone=alone)
        except BaseException as fault:
            await database.close()
            if isinstance(fault, SQLAlchemyError | OSError):
                raise StorageError(_unusable(where, fault)) from fault
            raise
        return database

    async def close(self) -> None:
        """Let go of connections and locks."""
        if self._alone is not None:
            # Said, not only implied: the server may notice a closed connection later than the next process starts.
            with suppress(SQLAlchemyError):
                await self._alone.execute(select(func.pg_advisory_unlock(_ALONE)))
            await self._alone.close()
            self._alone = None
        await self.engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end, rolled back if anything is raised within."""
        async with self._pen, self._writing.connect() as conn, conn.begin() as transaction:
            yield conn
            self.boundary("before commit")
            await transaction.commit()
            self.boundary("after commit")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read from; it sees one moment and waits for nobody."""
        async with self.engine.connect() as conn:
            yield conn

    async def hold(self, conn: AsyncConnection, subjects: Iterable[int]) -> set[int]:
        """Those of `subjects` this transaction now holds against other processes, until commit."""
        if self.sqlite:
            return set(subjects)
        return {key for (key,) in await conn.execute(_HOLD, {"keys": list(subjects)})}

    async def scrub(self) -> bool:
        """After forgetting someone: leave no copy of a deleted key behind in the write-ahead log or in dead rows.

        False if somebody was reading and it has to be tried again.
        """
        async with self._pen, self._apart() as conn:
            if not self.sqlite:
                # A plain VACUUM leaves the bytes of dead rows in the holes of a page; this writes the table anew.
                await conn.exec_driver_sql("VACUUM FULL keys, accounts")
                return True
            # Not waiting for a reader: whoever waits here would hold the pen, and with it everybody's turns.
            await conn.exec_driver_sql("PRAGMA busy_timeout=0")
            found = (await conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
            await conn.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")
            return bool(found[0] == 0)

    # -- opening ---------------------------------------------------------------------------------------------

    async def _begin(self, file: Path | None, *, alone: bool) -> None:
        if alone:
            await self._stand_alone(file)
        stale = await self._checked()
        if stale:
            async with self.write() as conn:
                await conn.run_sync(migrations.upgrade)
        # A file that cannot be written to, or that somebody else is writing to, is met here and not in a turn.
        async with self.write() if alone or stale else self.read() as conn:
            await self._first_rows(conn)
            self.ids = Ids(await _highest_id(conn))

    async def _checked(self) -> bool:
        """Whether migrations are missing. StorageError, with nothing changed, if this is not ours to open."""
        async with self._apart() as conn:
            stale = await conn.run_sync(migrations.stale)
            if not stale or await conn.run_sync(lambda sync: sync.dialect.has_table(sync, settings.name)):
                await self._check_key(conn)
            if self.sqlite:
                await conn.exec_driver_sql("PRAGMA journal_mode=WAL")
        return stale

    async def _stand_alone(self, file: Path | None) -> None:
        if file is not None:
            self._lock = _locked(Path(f"{file}.lock"))
            return
        conn = await self.engine.connect()
        self._alone = await conn.execution_options(isolation_level="AUTOCOMMIT")
        if not (await self._alone.execute(select(func.pg_try_advisory_lock(_ALONE)))).scalar_one():
            raise StorageError("Another process serves this PostgreSQL database: stop it first. One takes all turns.")

    async def _check_key(self, conn: AsyncConnection) -> None:
        proof = (await conn.execute(_PROOF)).scalar_one_or_none()
        if proof is not None and not self.master.fits(proof):
            raise StorageError(
                "The key does not fit this database: set DATA_KEY (or data.key) to the one it was made with."
            )

    @asynccontextmanager
    async def _apart(self) -> AsyncIterator[AsyncConnection]:
        """A connection outside any transaction, where some statements have to be run."""
        async with self.engine.connect() as conn:
            how: dict[str, Any] = {"outside": True} if self.sqlite else {"isolation_level": "AUTOCOMMIT"}
            yield await conn.execution_options(**how)

    async def _first_rows(self, conn: AsyncConnection) -> None:
        if (await conn.execute(_PROOF)).first() is not None:
            await self.keys.load(conn, [INTAKE])
            return
        await conn.execute(insert(keys), {"id": INTAKE, "wrapped": self.keys.make(INTAKE)})
        await conn.execute(insert(settings), {"name": "proof", "value": self.master.proof()})


async def _highest_id(conn: AsyncConnection) -> int:
    return max(found or 0 for (found,) in await conn.execute(_HIGHEST))


def _make_file(file: Path) -> None:
    """Have the file there, for its owner alone: SQLite gives its logs the same mode."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as fault:
        raise StorageError(f"{file} cannot be read and written ({fault.strerror}): check folder and owner.") from None


def _locked(file: Path) -> int:
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise StorageError(f"Another process uses this database (it holds {file}): stop it first.") from None
    return handle


def _engine(where: URL) -> AsyncEngine:
    if where.drivername != DRIVERS["sqlite"] and "connect_timeout" not in where.query:
        where = where.update_query_dict({"connect_timeout": str(CONNECT_SECONDS)})
    sqlite = where.drivername == DRIVERS["sqlite"]
    more = {"connect_args": {"async_creator_fn": journeys.connect}} if sqlite else {}
    engine = create_async_engine(where, hide_parameters=True, **more)
    if sqlite:
        event.listen(engine.sync_engine, "connect", _connected)
        event.listen(engine.sync_engine, "begin", _began)
    return engine


def _connected(connection: Any, _: Any) -> None:
    """Leave transactions to us, and set what SQLite forgets with each connection."""
    connection.isolation_level = None
    connection.run_async(lambda driver: driver.executescript(_PRAGMAS))


def _began(conn: Any) -> None:
    """Take the write lock at the start: a reader that turns writer half-way cannot wait, only fail."""
    options = conn.get_execution_options()
    if not options.get("outside"):
        conn.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def _unusable(where: URL, fault: BaseException) -> str:
    name = where.database if where.drivername == DRIVERS["sqlite"] else f"{where.host or 'local'}/{where.database}"
    cause = type(getattr(fault, "orig", None) or fault).__name__
    if isinstance(fault, DatabaseError) and "not a database" in str(fault.orig):
        return f"{name} is not a database: restore it from a backup, or move it away to begin anew."
    return f"The database {name} cannot be used ({cause}): check that it is there, reachable, writable, and free."
