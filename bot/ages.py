"""How old is what arrives: a tap carries no time of its own, and a clock that runs ahead makes everything look late.

Both are told from when Telegram was last asked, and nothing was left waiting there. What a process that was away, or
out of Telegram's reach, finds waiting is older than it looks; what comes to one that asked a moment ago cannot be old,
whatever our clock says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import structs
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from flows.events import AnyEvent, Tapped
from storage.database import Database
from storage.facts import keep_moment, moment
from storage.inbox import Arrival

HEARD: Final = "heard"
"""The last time nothing was left waiting for us at Telegram, kept to the minute."""
MINUTE, OLD = timedelta(minutes=1), timedelta(minutes=10)


class Ages:
    """What is known of the time since we last caught up, in this process or in the one before."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._kept: datetime | None = None
        self._last: tuple[datetime, float] | None = None

    @property
    def behind(self) -> bool:
        """Whether what waited for us is still on its way."""
        return self._last is None

    async def begin(self) -> None:
        """Read when we last caught up, in the process before this one."""
        async with self._db.read() as conn:
            self._kept = await moment(conn, HEARD)

    def dated(self, arrivals: Sequence[Arrival]) -> tuple[list[Arrival], bool]:
        """These with the time they are of, as far as it can be known, and whether our clock runs ahead."""
        now = self._clock.now()
        if self.behind and self._kept is not None and now - self._kept > OLD:
            return [_of(one, self._kept) if isinstance(one.event, Tapped) else one for one in arrivals], False
        ahead = self._just_asked(now) and any(_old(one.event, now) for one in arrivals)
        return [_of(one, now) if ahead and _old(one.event, now) else one for one in arrivals], ahead

    async def keep(self, conn: AsyncConnection) -> None:
        """With a commit of others: we are up to date. Not while behind, for what waits is older than now."""
        if not self.behind:
            await self._keep(conn)

    async def caught_up(self) -> None:
        """Nothing is left waiting at Telegram."""
        if self.behind:
            await self.begin()
        self._last = (self._clock.now(), self._clock.monotonic())
        if self._due():
            async with self._db.write() as conn:
                await self._keep(conn)

    def fell_behind(self) -> None:
        """Updates wait at Telegram and do not reach us."""
        self._last = None

    async def _keep(self, conn: AsyncConnection) -> None:
        if self._due():
            now = self._clock.now()
            await keep_moment(conn, HEARD, now)
            self._kept = now

    def _due(self) -> bool:
        return self._kept is None or abs(self._clock.now() - self._kept) >= MINUTE

    def _just_asked(self, now: datetime) -> bool:
        """By both clocks: the one stands still while the machine sleeps, the other can be set."""
        if self._last is None:
            return False
        wall, seconds = self._last
        return abs(now - wall) < MINUTE and self._clock.monotonic() - seconds < MINUTE.total_seconds()


def _old(event: AnyEvent, now: datetime) -> bool:
    return event.at is not None and now - event.at > OLD


def _of(arrival: Arrival, at: datetime) -> Arrival:
    return structs.replace(arrival, event=structs.replace(arrival.event, at=at))
