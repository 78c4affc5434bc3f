"""Words in a staff member's own chat with the bot, in answer to a page: they reach nobody, and she hears so."""

from __future__ import annotations

from bot.desk.work import Asked
from flows.effects import Send


async def answered(asked: Asked) -> list[Send]:
    """Say where words for a woman are written."""
    return [asked.answer(asked.tell("replies.beside", number=asked.about))]
