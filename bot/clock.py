"""The one place that knows the time, and the few ticks that go by it.

Everything else is handed a `Clock`, so that a test, and the page with the phones, can move time. Pace and
liveness go by `monotonic`, which no change of the machine's clock can move.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from msgspec import Struct

JUMP, LOOK = 5.0, 1.0
PATIENCE = 5.0


class Clock(Protocol):
    """What time it is: `now` aware and in UTC, `monotonic` in seconds from nowhere in particular."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that only ever grow."""


class RealClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()


class SteppedClock:
    """Real time plus an offset that can be stepped; `frozen` stands still until it is.

    Frozen, `monotonic` moves with the steps, so that a test of pace needs no second clock; running, it is real.
    """

    def __init__(self, offset: timedelta = timedelta(), *, frozen: datetime | None = None) -> None:
        self.offset = offset
        self.frozen = frozen

    def now(self) -> datetime:
        """The moment with the offset, aware, in UTC."""
        return (self.frozen or datetime.now(UTC)) + self.offset

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return self.offset.total_seconds() if self.frozen else time.monotonic()

    def step(self, by: timedelta) -> None:
        """Move `now` by this much; backwards too, as clocks of machines do."""
        self.offset += by

    def step_to(self, moment: datetime) -> None:
        """Move `now` forward to `moment`; a moment already past changes nothing."""
        self.offset += max(moment - self.now(), timedelta())


class Tick(Struct, frozen=True):
    """A job of the process: `job` is awaited every `seconds`, never twice at once."""

    name: str
    seconds: float
    job: Callable[[], Awaitable[object]]


class Ticks:
    """A handful of interval jobs, in memory, none of them about one person.

    APScheduler plans by the wall clock: set back by an hour, it would stay silent for an hour. So a guard
    compares the wall with `monotonic` once a second and plans anew after a jump backwards.
    """

    def __init__(self, ticks: list[Tick]) -> None:
        self._ticks = ticks
        self._guard: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[Any]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Plan every job, the first run at once. Needs a running event loop."""
        for tick in self._ticks:
            self._scheduler.add_job(
                self._noted(tick.job), "interval", seconds=tick.seconds, id=tick.name, next_run_time=datetime.now(UTC)
            )
        self._scheduler.start()
        self._guard = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Plan no more. What is under way gets a few seconds: a job cut off would leave its connection behind."""
        if self._guard is not None:
            self._guard.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._guard
            self._scheduler.pause()
            await asyncio.sleep(0)  # a job just begun gets as far as being noted
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=PATIENCE)
            self._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)

    def plan_anew(self) -> None:
        """Let every job run now and go on from here."""
        for tick in self._ticks:
            self._scheduler.modify_job(tick.name, next_run_time=datetime.now(UTC))

    def _noted(self, job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        """The job, which is among those under way while it runs."""

        async def run() -> None:
            task = asyncio.current_task()
            if task is not None:
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            await job()

        return run

    async def _watch(self) -> None:
        apart = self._apart()
        while True:
            await asyncio.sleep(LOOK)
            now = self._apart()
            if now < apart - JUMP:
                self.plan_anew()
            apart = now

    def _apart(self) -> float:
        return time.time() - time.monotonic()
