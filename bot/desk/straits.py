"""What is wrong with the desk's group itself: told in private to those who lead it, and what was lost there put back.

Nothing of it may wait in the group, for the group is what fails. Each trouble is told once a day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.desk import waiting
from bot.desk.work import Tools, Work
from bot.rush import SLOT
from flows.desk import duty
from flows.effects import CASES, NOW, Lane, Remove, Send
from flows.events import TopicLost
from flows.model import Message
from storage.alarms import person_of, stuck
from storage.facts import keep_fact, keep_moment, moment
from storage.inbox import Inbox
from storage.outbox import Outbox, left_over

AGAIN: Final = timedelta(days=1)
CASE_TOPIC: Final = "desk:case:"


class Straits:
    """Tells of troubles with the group within the caller's transaction. `turns` is rung where a turn follows."""

    def __init__(self, tools: Tools, clock: Clock, turns: asyncio.Event) -> None:
        self._tools = tools
        self._clock = clock
        self._turns = turns
        self._inbox, self._outbox = Inbox(tools.db), Outbox(tools.db)

    async def met(self, conn: AsyncConnection, troubles: Iterable[tuple[str, str]]) -> None:
        """Tell of troubles, (code, topic) each, and put back what was lost with a topic."""
        desk = await self._tools.office.desk(conn)
        work = Work(tools=self._tools, conn=conn, desk=desk, now=self._clock.now())
        for code, topic in troubles:
            await self._told(work, code, topic)
            if code == "topic_gone":
                await self._put_back(work, topic)

    async def out_of_reach(self, conn: AsyncConnection) -> None:
        """The desk cannot be written to: those who lead hear of it, and who waits there, at the first try of a message."""
        desk = await self._tools.office.desk(conn)
        work = Work(tools=self._tools, conn=conn, desk=desk, now=self._clock.now())
        await self._told(work, "unreachable", "")
        await self._outbox.put(conn, None, await told_beside(work), work.now)

    async def stands(self, conn: AsyncConnection, lost: Iterable[str]) -> None:
        """How the bot stands in the group from now on: which rights it lacks; "out" where it is no longer there."""
        if lost := tuple(lost):
            await self.met(conn, [(f"no_{what}" if what != "out" else "out", "") for what in lost])
            return
        for code in ("out", "no_admin", "no_topics", "no_delete", "no_pin", "no_forum", "no_topic", "unreachable"):
            await keep_fact(conn, _fact(code), b"")

    async def _told(self, work: Work, code: str, topic: str) -> None:
        case = topic.removeprefix(CASE_TOPIC) if topic.startswith(CASE_TOPIC) else ""
        if not case:
            before = await moment(work.conn, _fact(code))
            if before is not None and abs(work.now - before) < AGAIN:
                return
            await keep_moment(work.conn, _fact(code), work.now)
        named = work.tell(f"desk.topic.{topic.partition(':')[2]}") if topic and not case else case
        key = "desk.tech.unreachable" if code == "unreachable" else f"group.trouble.{code}"
        await self._to_leads(work, Message(text=work.tell(key, topic=named)))

    async def _to_leads(self, work: Work, message: Message) -> None:
        sends = [Send(to=to, message=message, lane=Lane.SAFETY) for to in duty.leads(work.desk)]
        await self._outbox.put(work.conn, None, sends, work.now)

    async def _put_back(self, work: Work, topic: str) -> None:
        """A case's card and words are shown again by a turn of hers; the alerts by the list of who waits."""
        if topic.startswith(CASE_TOPIC):
            number = int(topic.removeprefix(CASE_TOPIC))
            person = await person_of(work.conn, number)
            if person is not None and await self._inbox.tell(work.conn, person, TopicLost(case=number), work.now):
                self._turns.set()
        elif topic in {NOW, CASES} and (message := await waiting.listed(work)) is not None:
            again = Send(to=topic, message=message, lane=Lane.SAFETY, slot=f"{SLOT}:{topic}")
            await self._outbox.put(work.conn, None, [again], work.now)


async def told_beside(work: Work) -> list[Send]:
    """Who waits, told to those who lead because the group cannot be told; nothing where they know it already."""
    message = await waiting.listed(work)
    if message is None or not await waiting.says_more(work, "leads"):
        return []
    return [Send(to=to, message=message, lane=Lane.SAFETY) for to in duty.leads(work.desk)]


async def watched(work: Work) -> list[Send]:
    """While the group takes nothing, tell those who lead of everybody who comes to wait."""
    if await stuck(work.conn):
        return await told_beside(work)
    await keep_fact(work.conn, _fact("unreachable"), b"")
    return []


async def cleared(work: Work) -> list[Send]:
    """Try once a day again to remove the topics of closed cases that still stand."""
    before = await moment(work.conn, "left topics")
    if before is None or abs(work.now - before) >= AGAIN:
        await keep_moment(work.conn, "left topics", work.now)
        left = [Remove(to=name) for name in await left_over(work.conn, work.now - timedelta(hours=1))]
        await Outbox(work.tools.db).put(work.conn, None, left, work.now)
    return []


def _fact(code: str) -> str:
    return f"told of the group: {code}"
