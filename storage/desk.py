"""Which room the desk is in. Numbers of messages and topics count within one room and repeat in the next.

`sent` and `topics` know the desk only as "desk". Read against another room, a reply there would find the words of
another woman: so what is remembered of a room goes when the room changes, in the same commit.
"""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.facts import fact, keep_fact
from storage.parcel import DESK_CHAT
from storage.schema import sent, topics
from storage.seal import INTAKE, place

CHOSEN, MOVED = "desk", "desk moved to"
"""The look-up of the chat the operator named, and, sealed, the chat that Telegram made of it since."""
AT = place("settings", "value", 0, INTAKE)

CLEAR = (delete(sent).where(sent.c.chat == DESK_CHAT), delete(topics))


async def settled(db: Database, conn: AsyncConnection, chosen: int) -> int:
    """The chat the desk is in now, where the operator names `chosen`: the group that one has become, if it moved."""
    kept, named = await fact(conn, CHOSEN), db.master.lookup(chosen)
    moved = await _moved(db, conn)
    if kept == named:
        return moved or chosen
    if kept and moved != chosen:
        await _forget(conn)
    await keep_fact(conn, CHOSEN, named)
    await keep_fact(conn, MOVED, b"")
    return chosen


async def move(db: Database, conn: AsyncConnection, to: int) -> None:
    """The group has become the supergroup `to`; also the next process will know."""
    await _forget(conn)
    await db.keys.load(conn, [INTAKE])
    await keep_fact(conn, MOVED, db.keys[INTAKE].seal(AT, str(to).encode()))


async def _moved(db: Database, conn: AsyncConnection) -> int:
    """The chat Telegram moved the desk to; 0 if it never did."""
    sealed = await fact(conn, MOVED)
    if not sealed:
        return 0
    await db.keys.load(conn, [INTAKE])
    return int(db.keys[INTAKE].open(AT, sealed))


async def _forget(conn: AsyncConnection) -> None:
    for statement in CLEAR:
        await conn.execute(statement)
