"""The desk's group may become a supergroup while we run: a new number, and all numbers within it begin anew.

Telegram says so twice: in a notice where it happens, and to whoever writes to the old number. Whichever comes first
is followed: what was remembered of the old room is forgotten, in one commit, before anything is heard in the new.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk.straits import Straits
from bot.log import fields
from bot.translate import House
from storage import desk
from storage.database import Database

logger = logging.getLogger("bot.room")


RIGHTS: Final = {"topics": "can_manage_topics", "delete": "can_delete_messages", "pin": "can_pin_messages"}
"""What the bot needs to be allowed at its desk, by the name we tell it by."""


def lacking(member: dict[str, Any]) -> tuple[str, ...]:
    """What a `ChatMember` that is the bot may not do at its desk; ("out",) where it is not there."""
    if member.get("status") in {"left", "kicked"}:
        return ("out",)
    if member.get("status") != "administrator":
        return ("admin",)
    return tuple(name for name, right in RIGHTS.items() if not member.get(right))


class Room:
    """The way to the desk's new number. `house` is told of it, for sender and receiver alike."""

    def __init__(self, db: Database, house: House, straits: Straits | None = None) -> None:
        self._db = db
        self._house = house
        self._straits = straits

    async def follow(self, to: int) -> None:
        """The desk is `to` from now on. Raises what the database does, with the old room still the desk."""
        if to == self._house.desk_chat_id:
            return
        async with self._db.write() as conn:
            await desk.move(self._db, conn, to)
            if self._straits is not None:
                await self._straits.met(conn, [("moved", "")])
        self._house.desk_chat_id = to
        logger.error("the desk's group has a new number: set DESK_CHAT_ID to it", extra=fields())

    async def noted(self, conn: AsyncConnection, raw: dict[str, Any]) -> None:
        """Tell those who lead, within the commit that stores this update, what it says of the bot's own place there."""
        change = raw.get("my_chat_member")
        if self._straits is None or not isinstance(change, dict):
            return
        chat, now = change.get("chat"), change.get("new_chat_member")
        if isinstance(chat, dict) and isinstance(now, dict) and chat.get("id") == self._house.desk_chat_id:
            await self._straits.stands(conn, lacking(now))

    def moved_to(self, raw: dict[str, Any]) -> int:
        """The number the desk's group gets with this update; 0 if it says nothing of the kind."""
        message = raw.get("message")
        chat, to = (message.get("chat"), message.get("migrate_to_chat_id")) if isinstance(message, dict) else (None, 0)
        ours = isinstance(chat, dict) and chat.get("id") == self._house.desk_chat_id
        return to if ours and isinstance(to, int) else 0
