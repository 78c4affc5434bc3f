"""A gap in the rota in the next 48 hours: a lead is told of it once, by day unless it is near."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.desk import timetable as table
from bot.desk.work import Work, button
from flows.desk import duty, rota
from flows.desk.rota import Span
from flows.effects import Send
from flows.model import Message
from storage.facts import fact, keep_fact

AHEAD: Final = timedelta(hours=48)
NEAR: Final = timedelta(hours=12)
"""A gap that begins sooner is told of at night too."""
TOLD: Final = "gaps told"
"""The fact that holds when the gaps begin that were told of."""


async def announced(work: Work) -> list[Send]:
    """What a lead hears of gaps she has not heard of yet."""
    if not duty.has_rota(work.desk):
        return []
    found = rota.gaps(
        work.desk.book.rota, duty.serving(work.desk), duty.hours_of(work.desk), work.now, work.now + AHEAD
    )
    kept = await fact(work.conn, TOLD)
    told = set(msgspec.json.decode(kept, type=list[datetime]) if kept else [])
    new = [span for span in found if span.begins not in told and _is_time(work, span)]
    there = {span.begins for span in found}
    if new or told - there:
        # What is no gap any more is forgotten: should it open again, that is news.
        now = sorted((told & there) | {span.begins for span in new})
        await keep_fact(work.conn, TOLD, msgspec.json.encode(now))
    if not new:
        return []
    text = work.tell("desk.duty.gap", gaps="\n".join(table.span(work, span) for span in new))
    key = button(work.tell("desk.duty.act.swap"), "duty", "s")
    return [Send(to=to, message=Message(text=text, buttons=((key,),))) for to in duty.leads(work.desk)]


def _is_time(work: Work, span: Span) -> bool:
    by_day = work.desk.opens <= table.local(work, work.now).hour < work.desk.closes
    return by_day or span.begins - work.now <= NEAR
