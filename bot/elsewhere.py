"""Groups that are not the desk: nothing is said there, and they are left.

Not at once, but with the next round of the minute: a desk that becomes a supergroup is, for a moment, a group with a
number we do not know yet.
"""

from __future__ import annotations

import logging
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from bot.log import fields
from bot.translate import House

logger = logging.getLogger("bot.elsewhere")

KINDS = ("message", "edited_message", "my_chat_member")
GROUPS = frozenset({"group", "supergroup", "channel"})
GONE = frozenset({"left", "kicked"})
MOST = 50


class Elsewhere:
    """Remembers, in memory, where the bot is that it should not be. Whatever is said there reminds it."""

    def __init__(self, bot: Bot, house: House) -> None:
        self._bot = bot
        self._house = house
        self._chats: set[int] = set()

    def notice(self, raw: dict[str, Any]) -> None:
        """Look where an update comes from."""
        if not self._house.desk_chat_id or len(self._chats) >= MOST:
            return
        for kind in KINDS:
            about = raw.get(kind)
            chat = about.get("chat") if isinstance(about, dict) else None
            if (
                isinstance(about, dict)
                and isinstance(chat, dict)
                and chat.get("type") in GROUPS
                and not _is_over(about)
            ):
                number = chat.get("id")
                if isinstance(number, int) and number != self._house.desk_chat_id:
                    self._chats.add(number)

    async def leave(self) -> list[int]:
        """Leave them all; those that were left. What cannot be left is tried again when it speaks again."""
        chats, self._chats = self._chats - {self._house.desk_chat_id}, set()
        left = []
        for chat in chats:
            try:
                await self._bot.leave_chat(chat)
            except TelegramError as error:
                logger.info("a group was not left", extra=fields(error=error))
            else:
                left.append(chat)
        return left


def _is_over(about: dict[str, Any]) -> bool:
    """Whether the bot is no member there any more, or the group has become another."""
    member = about.get("new_chat_member")
    return "migrate_to_chat_id" in about or (isinstance(member, dict) and member.get("status") in GONE)
