"""Orders of the desk about the desk as a whole: what staff write with a slash or tap, and what is answered.

They are about nobody, so they take no turn: an order is carried out in the commit that stores its update, once, and
its answer goes through the outbox to where it was given. Who may give which stands in `flows/desk/rights.py`; whoever may
not is told so, and it goes on the record. So does whoever writes as the group or as a channel: the record needs a
person.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk import (
    aims,
    announce,
    beside,
    calls,
    capacity,
    circles,
    debrief,
    drills,
    duty,
    flags,
    people,
    recordings,
    reviews,
    speaking,
    unmet,
    verify,
)
from bot.desk.work import Asked, Tools, Work
from flows.desk import rights
from flows.desk.office import ANSWER, VOICE
from flows.effects import GENERAL, Send
from flows.events import DeskOrdered
from flows.model import Message
from storage.facts import keep_moment, moment

Carry = Callable[[Asked], Awaitable[list[Send]]]

CARRY: dict[str, Carry] = {
    "aims": aims.order,
    "capacity": capacity.order,
    "duty": duty.order,
    "flags": flags.order,
    "sample": flags.judge,
    "people": people.order,
    "calls": calls.order,
    "debrief": debrief.answered,
    "debriefs": debrief.order,
    "reviews": reviews.order,
    "announce": announce.order,
    "drill": drills.order,
    "map": unmet.order,
    "verify": verify.order,
    "beside": beside.answered,
    "record": recordings.order,
    "circles": circles.order,
}


TOLD, TOLD_EVERY = "refusal told", timedelta(minutes=1)
"""How often the desk's room hears of a refusal: whoever presses a button a thousand times must not fill it."""


async def _is_told(work: Work) -> bool:
    told = await moment(work.conn, TOLD)
    if told is not None and abs(work.now - told) < TOLD_EVERY:
        return False
    await keep_moment(work.conn, TOLD, work.now)
    return True


class Orders:
    """Carries out orders within the caller's transaction."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def carry_out(self, conn: AsyncConnection, order: DeskOrdered, now: datetime) -> list[Send]:
        """What is said in answer."""
        desk = await self._tools.office.desk(conn)
        work = Work(tools=self._tools, conn=conn, desk=desk, now=now)
        if order.by is None:
            return [Send(to=GENERAL, message=Message(text=work.tell("desk.nobody")))]
        if order.name == VOICE:
            return await recordings.spoke(work, order)
        if order.name == ANSWER:
            return await speaking.answered(work, order)
        if order.name in rights.OPEN_ORDERS:
            return await people.join(work, order.by, order.about)
        member = desk.member(order.by.id)
        if member is None or not rights.may_order(member, order.name):
            return await self._refused(work, order)
        asked = Asked(tools=self._tools, conn=conn, desk=desk, now=now, order=order, member=member)
        return await CARRY[order.name](asked)

    async def _refused(self, work: Work, order: DeskOrdered) -> list[Send]:
        by = order.by.id if order.by is not None else 0
        await work.put_on_record(f"refused:{order.name}", by=by)
        if order.private or not await _is_told(work):
            return []
        known = by in {one.id for one in work.desk.staff}
        text = work.tell("desk.lead_only" if known else "desk.stranger")
        return [Send(to=GENERAL, message=Message(text=text))]
