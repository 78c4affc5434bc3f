"""What members wrote, as it stands in the private chats of those who lead circles: asked away while Telegram lets us.

Telegram takes back a message within 48 hours. What a facilitator has read goes from her chat before that; she finds it
again in `/circles` for as long as it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.circles.guide import at
from flows.circles.model import slot
from flows.circles.round import REACH
from flows.effects import Lane, Retract, staff
from storage.schema import moderators, posts, sent

STAYS = timedelta(hours=46)
"""So long members' words stand in such a chat; what is left of Telegram's time is for an hour in which nothing runs."""

_chats: Any = bindparam("chats", expanding=True)
_late = sent.c.sent_at > bindparam("since")
HERS = select(posts.c.id, posts.c.circle_id, posts.c.number).where(posts.c.person_id == bindparam("her"))
THERE = select(sent.c.chat, sent.c.message_id, sent.c.slot).where(
    sent.c.chat.in_(_chats), _late, sent.c.slot.in_(bindparam("slots", expanding=True))
)
OLD = select(sent.c.chat, sent.c.message_id, sent.c.slot).where(
    sent.c.chat.in_(_chats),
    _late,
    sent.c.sent_at <= bindparam("before"),
    or_(sent.c.slot.startswith("post:", autoescape=True), sent.c.slot.startswith("asked:", autoescape=True)),
)
LET_GO = (
    update(sent).where(sent.c.chat == bindparam("queue"), sent.c.message_id == bindparam("message")).values(slot="")
)


async def of_person(conn: AsyncConnection, person: int, now: datetime) -> list[Retract]:
    """All that somebody wrote, in whatever state it is."""
    hers = (await conn.execute(HERS, {"her": person})).all()
    slots = [slot(one.circle_id, one.number) for one in hers if one.number] + [
        at(one.circle_id, one.id) for one in hers
    ]
    return await _taken(conn, THERE, {"slots": slots, "since": now - REACH}) if slots else []


async def old(conn: AsyncConnection, now: datetime) -> list[Retract]:
    """What has stood there long enough."""
    return await _taken(conn, OLD, {"before": now - STAYS, "since": now - REACH})


async def _taken(conn: AsyncConnection, query: Any, which: dict[str, Any]) -> list[Retract]:
    chats = [staff(row) for row in (await conn.execute(select(moderators.c.id))).scalars()]
    found = (await conn.execute(query, which | {"chats": chats})).all() if chats else []
    await _let_go(conn, found)
    return [Retract(to=one.chat, slot=one.slot, message=one.message_id, lane=Lane.CIRCLE) for one in found]


async def _let_go(conn: AsyncConnection, found: Iterable[Any]) -> None:
    """They stand for no post any more: nothing is asked away twice."""
    for one in found:
        await conn.execute(LET_GO, {"queue": one.chat, "message": one.message_id})
