"""What leads see and do about the rules of concern: how they were judged, and a few unflagged words to read."""

from __future__ import annotations

from bot.desk import figures
from bot.desk.work import Asked
from flows.effects import Send
from storage.marks import marks


async def order(asked: Asked) -> list[Send]:
    """`/flags`: how the rules were judged lately."""
    found = await marks(asked.conn, asked.now - figures.PERIOD, asked.now)
    return [asked.answer(figures.flags(found, asked.tell))]


async def judge(asked: Asked) -> list[Send]:
    """A button under words of the weekly reading."""
    by = asked.order.by
    if by is not None:
        await asked.tools.samples.judge(asked.conn, asked.about, by, asked.now)
    return []
