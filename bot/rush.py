"""When more alerts come than the desk's group may carry: one list of everybody who waits, instead of a message each.

Up to ten a minute go out one by one. Of what comes beyond that nothing waits its turn: one message names all who
wait, the gravest first, and is changed in place every few seconds. What it names is taken out of the outbox only
once Telegram has it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.pace import Pace
from flows.effects import CASES, NOW, Lane
from flows.model import Message
from storage import alarms
from storage.database import Database
from storage.outbox import DROP, Row, standing, topic
from storage.parcel import DESK_CHAT, Parcel

ONE_BY_ONE: Final = 10
MINUTE: Final = timedelta(minutes=1)
SOUNDS_AGAIN: Final = timedelta(minutes=5)
"""An edit makes no sound: with new alerts, a list as old as that is written anew below."""
SLOT: Final = "waiting"

Listed = Callable[[AsyncConnection, datetime], Awaitable[Message | None]]
"""The list of everybody who waits; None when nobody does."""


class Glance(Struct, frozen=True):
    """What a look at the alerts came to: the list to be sent now, and the rows that no longer go by themselves."""

    row: Row | None = None
    held: frozenset[int] = frozenset()


CALM = Glance()


class Rush:
    """Decides between single alerts and the list. Asked by the sender only, while nothing is on its way to the desk."""

    def __init__(self, db: Database, listed: Listed, *, pace: Pace, clock: Clock) -> None:
        self._db = db
        self._listed = listed
        self._pace = pace
        self._clock = clock
        self._came: deque[datetime] = deque()
        self._singly_until = float("-inf")
        self.on = True  # a life before this one may have left some

    def sent_singly(self) -> None:
        """An alert goes out by itself."""
        self._came.append(self._clock.now())

    async def refused(self, conn: AsyncConnection) -> None:
        """Telegram will have nothing of the list: for a minute everything goes out by itself, as slowly as it must."""
        self._singly_until = self._clock.monotonic() + MINUTE.total_seconds()
        await alarms.release(conn)

    async def look(self, now: datetime) -> Glance:
        """What is to be done about the alerts that wait."""
        if self._clock.monotonic() < self._singly_until:
            return CALM
        async with self._db.read() as conn:
            if not self.on and not self._too_many(await alarms.count(conn)):
                return CALM
            owed = await alarms.alerts(self._db, conn)
        fresh = [one.row for one in owed if not one.held]
        self.on = len(fresh) < len(owed) or self._too_many(len(fresh))
        if not self.on or not owed:
            self.on = False
            return CALM
        if fresh:
            async with self._db.write() as conn:
                await alarms.hold(conn, fresh)
            self._came.extend([now] * len(fresh))
        held = frozenset(one.row for one in owed)
        if self._pace.alerts_wait() > 0 or all(one.not_before > now for one in owed):
            return Glance(held=held)
        return Glance(await self._list(owed, now), held)

    def _too_many(self, count: int) -> bool:
        """Whether so many new ones are more than ten a minute, or more than there is room for now."""
        now = self._clock.now()
        while self._came and abs(now - self._came[0]) >= MINUTE:
            self._came.popleft()
        return count > 0 and (count + len(self._came) > ONE_BY_ONE or (count > 1 and self._pace.desk_full(Lane.REPLY)))

    async def _list(self, owed: list[alarms.Alert], now: datetime) -> Row | None:
        async with self._db.read() as conn:
            message = await self._listed(conn, now)
            to = NOW if any(one.loud for one in owed) else CASES
            thread, stands = await topic(conn, to), await standing(conn, DESK_CHAT, f"{SLOT}:{to}")
        if message is None:
            async with self._db.write() as conn:
                await conn.execute(DROP, {"rows": [one.row for one in owed]})  # all are in hand by now
            return None
        old = stands is not None and now - stands.at >= SOUNDS_AGAIN
        first = min(owed, key=lambda one: one.row)
        return Row(
            id=first.row,
            chat=DESK_CHAT,
            address=DESK_CHAT,
            person=None,
            lane=Lane.SAFETY,
            made_at=first.made_at,
            attempts=min(one.attempts for one in owed),
            parcel=Parcel(message=message, topic=to, slot=f"{SLOT}:{to}"),
            thread=thread,
            replaces=stands.message if stands is not None and not old else None,
            renews=stands.message if stands is not None and old else None,
            covers=tuple(one.row for one in owed),
        )
