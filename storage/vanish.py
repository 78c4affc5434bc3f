"""What stands in her chat and is to go: the numbers of both sides' messages, and when they are deleted.

Telegram lets a bot delete in a private chat what is under 48 hours old, its own messages and hers. On a shared phone
everything goes when it is a day old: one due row a person says when, and it is planned in the same commit in which a
message is promised or heard. After an outage it is past, and comes at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import BindParameter, bindparam, delete, exists, func, insert, literal, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.effects import Schedule
from storage import due
from storage.database import Database
from storage.parcel import chat_of
from storage.schema import due as plans
from storage.schema import outbox, sent

KEY = "vanish"
AFTER = timedelta(hours=24)
REACH = timedelta(hours=48) - timedelta(minutes=5)
"""What Telegram lets a bot delete, less what our time of a message may be behind Telegram's."""
WITNESS = "~old"
"""The slot of one message that is too old to delete: it stands for all that were left behind before."""
CHUNK = 500

_queue, _when = bindparam("queue", type_=sent.c.chat.type), bindparam("when", type_=sent.c.sent_at.type)
_message: BindParameter[Any] = bindparam("message", type_=sent.c.message_id.type)
_her, _row = bindparam("her", type_=plans.c.person_id.type), bindparam("row", type_=plans.c.id.type)
_many: BindParameter[Any] = bindparam("messages", expanding=True)

HEARD = insert(sent).from_select(
    ["chat", "message_id", "slot", "sent_at", "person_id"],
    select(_queue, _message, literal(""), _when, _her).where(
        ~exists().where(sent.c.chat == _queue, sent.c.message_id == _message)
    ),
)
"""She wrote this one; of an edited message the first time counts."""
_planned = (plans.c.person_id == _her, plans.c.key == KEY)
SOONER = delete(plans).where(*_planned, plans.c.at > _when)
PLAN = insert(plans).from_select(
    ["id", "person_id", "key", "at", "safety", "attempts", "about"],
    select(_row, _her, literal(KEY), _when, literal(False), literal(0), null()).where(  # noqa: FBT003 - a column
        ~exists().where(*_planned)
    ),
)
"""With SOONER before it: the row is there, and not later than `when`."""

_in_chat = sent.c.chat == bindparam("queue")
STANDING = (
    select(sent.c.message_id)
    .where(_in_chat, sent.c.sent_at <= bindparam("until"), sent.c.slot != WITNESS)
    .order_by(sent.c.message_id)
)
GONE = delete(sent).where(_in_chat, sent.c.message_id.in_(_many))
TOO_OLD = (
    select(sent.c.message_id, sent.c.slot)
    .where(_in_chat, sent.c.sent_at <= bindparam("until"))
    .order_by(sent.c.message_id.desc())
)
MARK = update(sent).where(_in_chat, sent.c.message_id == bindparam("message")).values(slot=WITNESS)
OLDEST = select(func.min(sent.c.sent_at)).where(_in_chat, sent.c.slot != WITNESS)
UNSENT = select(exists().where(outbox.c.chat == bindparam("queue")))


class Standing(Struct, frozen=True):
    """Messages to be asked away: `messages` by number, oldest first, of those that stood there at `now`."""

    messages: tuple[int, ...]
    now: datetime


async def standing(conn: AsyncConnection, person: int, how: str, now: datetime) -> Standing:
    """What is to go from her chat: what is a day old for `day`, else everything."""
    until = now - AFTER if how == "day" else now
    found = await conn.execute(STANDING, {"queue": chat_of(person), "until": until})
    return Standing(tuple(found.scalars()), now)


async def settle(db: Database, conn: AsyncConnection, person: int, how: str, asked: Standing) -> bool:
    """Write down that `asked` was asked away. True: messages too old to go stand there.

    For `day` only those she may not know of yet. What is left decides when the next may go.
    """
    chat = chat_of(person)
    old = (await conn.execute(TOO_OLD, {"queue": chat, "until": asked.now - REACH})).all()
    numbers = set(asked.messages) | {message for message, _ in old[1:]}
    numbers -= {message for message, _ in old[:1]}
    for at in range(0, len(numbers), CHUNK):
        await conn.execute(GONE, {"queue": chat, "messages": sorted(numbers)[at : at + CHUNK]})
    if old:
        await conn.execute(MARK, {"queue": chat, "message": old[0].message_id})
    if how == "day":
        await _plan_next(db, conn, person, asked.now)
        return any(slot != WITNESS for _, slot in old)
    return bool(old)


async def _plan_next(db: Database, conn: AsyncConnection, person: int, now: datetime) -> None:
    chat = chat_of(person)
    oldest = (await conn.execute(OLDEST, {"queue": chat})).scalar()
    if oldest is None and (await conn.execute(UNSENT, {"queue": chat})).scalar():
        oldest = now
    if oldest is not None:
        await due.plan(db, conn, person, Schedule(key=KEY, at=oldest + AFTER), now)
