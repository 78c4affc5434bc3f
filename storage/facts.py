"""Facts about this database that outlive a process: one value a name, in the table `settings`."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import settings
from storage.types import EPOCH, milliseconds

VALUE = select(settings.c.value).where(settings.c.name == bindparam("fact"))
FORGET = delete(settings).where(settings.c.name == bindparam("fact"))
KEEP = text(
    "INSERT INTO settings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
"""In one statement: on PostgreSQL two loops may keep the same fact at the same moment."""


async def fact(conn: AsyncConnection, name: str) -> bytes:
    """What is kept under this name; empty if nothing is."""
    return bytes((await conn.execute(VALUE, {"fact": name})).scalar() or b"")


async def keep_fact(conn: AsyncConnection, name: str, value: bytes) -> None:
    """Keep `value` under this name instead of what was there; an empty one forgets it."""
    if value:
        await conn.execute(KEEP, {"name": name, "value": value})
    else:
        await conn.execute(FORGET, {"fact": name})


async def moment(conn: AsyncConnection, name: str) -> datetime | None:
    """A kept moment, aware, in UTC."""
    kept = await fact(conn, name)
    return EPOCH + timedelta(milliseconds=int(kept)) if kept else None


async def keep_moment(conn: AsyncConnection, name: str, at: datetime) -> None:
    """Keep a moment, to the millisecond."""
    await keep_fact(conn, name, str(milliseconds(at)).encode())
