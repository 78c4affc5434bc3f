"""SQL that was compiled once is known to every database of the process: a bot in a test lives for a second only.

SQLAlchemy keeps what it compiled with each engine, and holds it to be of this engine's dialect alone. All of ours
make their engines the same way, so that those of one kind speak one dialect.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import database

_KNOWN: dict[type, Any] = {}
_engine = database._engine


def _knowing(where: Any) -> AsyncEngine:
    made = _engine(where)
    engine: Any = made.sync_engine
    engine._compiled_cache = _KNOWN.setdefault(type(engine.dialect), engine._compiled_cache)
    return made


def shared() -> None:
    """From now on no database of this process compiles what another has."""
    for dialect in (SQLiteDialect_aiosqlite, PGDialectAsync_psycopg):
        dialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[assignment, method-assign]
        dialect.__hash__ = lambda one: hash(type(one))  # type: ignore[assignment, method-assign]
    database._engine = _knowing
