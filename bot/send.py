"""Outbox to Telegram: the head of each chat's queue, most urgent first, as fast as Telegram allows.

Many chats are in flight at once, one message each, so that a chat's messages stay in order and one that hangs holds
up nobody. Help has places and connections of its own. What finished since the last look is one commit. Delivery is
at least once: a row is deleted only after Telegram took it, so what was under way at a kill is sent again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Bot

from bot.bell import rung
from bot.clock import Clock
from bot.log import fields
from bot.pace import Pace
from bot.post import Outcome, Post, What
from bot.rush import Rush
from flows.effects import TECH, Lane
from flows.events import Delivered, Left, Vanished
from flows.programme import calendar
from storage import vanish
from storage.database import Database
from storage.inbox import Inbox
from storage.outbox import Outbox, Row, Sent
from storage.parcel import DESK_CHAT, chat_of

logger = logging.getLogger("bot.send")

FLIGHT, RESERVED = 64, 8
TICK = 1.0
PATIENCE: Final = 5.0
TRIES: Final = 20
OVER: Final = frozenset({What.GONE, What.LOST, What.MISSED})
"""What ends a row that was not sent."""

OnTrouble = Callable[[AsyncConnection, Outcome], Awaitable[None]]
"""Tells people, within the same commit, about a row that nothing helped (LOST), or that the desk is out of reach."""


class Sender:
    """The loop that speaks. Ring `bell` after every commit that promised a message.

    `urgent` is a second bot with a pool of its own, of at least RESERVED connections. `turns` is rung when sending
    made an event (she left, a reply reached her). `rush` decides where alerts at the desk become one list.
    """

    def __init__(
        self,
        post: Post,
        bot: Bot,
        urgent: Bot,
        db: Database,
        *,
        pace: Pace,
        clock: Clock,
        bell: asyncio.Event,
        turns: asyncio.Event,
        on_trouble: OnTrouble | None = None,
        rush: Rush | None = None,
    ) -> None:
        self._post = post
        self._bot = bot
        self._urgent = urgent
        self._db = db
        self._outbox = Outbox(db)
        self._inbox = Inbox(db)
        self._pace = pace
        self._clock = clock
        self._bell = bell
        self._turns = turns
        self._on_trouble = on_trouble
        self._rush = rush
        self._flying: dict[str, asyncio.Task[None]] = {}
        self._reserved: set[str] = set()
        self._helped = False
        self._finished: list[Outcome] = []
        self._idle = asyncio.Event()
        self._asked = 0

    async def run(self) -> None:
        """Send until cancelled; what is under way then gets a few seconds. Raises when the database stays away."""
        failures = 0
        try:
            while True:
                self._bell.clear()
                try:
                    await self._settle()
                    wait = await self._look()
                    failures = 0
                except Exception as error:
                    failures += 1
                    logger.warning("the outbox cannot be used", extra=fields(error=error, count=failures))
                    if failures >= TRIES:
                        raise
                    wait = TICK
                await rung(self._bell, wait)
        finally:
            await self._land()

    async def drained(self) -> None:
        """Return once nothing is under way and nothing may go now: for tests, and for a clock that jumps."""
        self._asked += 1
        self._idle.clear()
        self._bell.set()
        await self._idle.wait()

    async def _look(self) -> float:
        """Start what may go now. Seconds until the next look, if nothing rings before."""
        asked = self._asked
        if (halted := self._pace.halted()) > 0:
            return min(halted, TICK)
        busy = {*self._flying, *self._pace.paused(), *([DESK_CHAT] if self._pace.desk_full() else [])}
        limit = min(self._pace.room(), FLIGHT + RESERVED - len(self._flying))
        now = self._clock.now()
        rows: list[Row] = []
        held = False
        if limit > 0:
            async with self._db.read() as conn:
                found = await self._outbox.heads(conn, now, busy, limit)
            rows = [row for row in found if row.chat != DESK_CHAT or not self._pace.desk_full(row.lane)]
            rows, held = await self._listed(rows, now, calm=DESK_CHAT in busy)
            self._go_on(rows)
        started = [self._start(row, now) for row in rows]
        if held and not any(started):
            return 0.0  # what stands behind the held ones may go
        if not rows and not self._flying and not self._finished and asked == self._asked:
            self._idle.set()  # a look that had begun before the question may have missed what it was about
        # A full batch may have more behind it; a refused row waits for a place or for pace.
        full = bool(rows) and len(rows) >= limit
        return 0.0 if self._finished or (full and all(started)) else self._next_look(rows)

    async def _listed(self, rows: list[Row], now: datetime, *, calm: bool) -> tuple[list[Row], bool]:
        """The same rows, but for alerts that are to be named in one list; and whether any are newly held for it."""
        alert = next((row for row in rows if row.chat == DESK_CHAT and row.parcel.alerts), None)
        if self._rush is None or calm or not (alert or self._rush.on):
            return rows, False
        glance = await self._rush.look(now)
        kept = [row for row in rows if row.id not in glance.held]
        if glance.row is not None:
            return [glance.row, *(row for row in kept if row.chat != DESK_CHAT)], False
        return kept, len(kept) < len(rows)

    def _go_on(self, rows: list[Row]) -> None:
        """Once help was sent and no more of it waits, what gave way to it may go on."""
        if self._helped and not self._reserved and not any(row.lane is Lane.SAFETY for row in rows):
            self._helped = False
            self._pace.go_on()

    def _next_look(self, rows: list[Row]) -> float:
        waits = [self._pace.wait(row.chat, row.lane, desk=row.chat == DESK_CHAT) for row in rows]
        waits.append(self._pace.alerts_wait())
        return min([wait for wait in waits if wait > 0], default=TICK)

    def _start(self, row: Row, now: datetime) -> bool:
        """Whether the row is on its way. A late answer is a push, and is held back instead."""
        hers = row.chat.startswith("p")
        quiet = row.parcel.stands or row.parcel.retract  # these light up nothing, and go at any hour
        if hers and not row.parcel.spoiled and not quiet and now - row.made_at > calendar.LATE:
            self._flying[row.chat] = _nothing()
            self._finished.append(Outcome(row, What.HELD))
            return True
        if row.parcel.vanish and row.person is not None and chat_of(row.person) in self._flying:
            return False  # what is on its way to her would stay
        desk = row.chat == DESK_CHAT
        reserved = row.lane is Lane.SAFETY and len(self._reserved) < RESERVED
        full = len(self._flying) - len(self._reserved) >= FLIGHT
        if (full and not reserved) or self._pace.wait(row.chat, row.lane, desk=desk) > 0:
            return False
        if row.covers:
            self._pace.take_alerts()
        else:
            self._pace.take(row.lane, desk=desk and row.parcel.message is not None)
        if self._rush is not None and desk and row.parcel.alerts and not row.covers:
            self._rush.sent_singly()
        if reserved:
            self._reserved.add(row.chat)
        self._flying[row.chat] = asyncio.create_task(self._fly(row, self._urgent if reserved else self._bot))
        return True

    async def _fly(self, row: Row, bot: Bot) -> None:
        outcome = await self._post.deliver(row, bot)
        self._finished.append(outcome)
        self._bell.set()

    async def _settle(self) -> None:
        """Write down, in one commit, everything that finished; then its chats may go on."""
        if not self._finished:
            return
        outcomes, self._finished = self._finished, []
        try:
            async with self._db.write() as conn:
                told = await self._write(conn, outcomes, self._clock.now())
        except BaseException:
            # Telegram has these already: forgetting that would send them twice.
            self._finished = outcomes + self._finished
            raise
        for outcome in outcomes:
            self._flying.pop(outcome.row.chat, None)
            self._reserved.discard(outcome.row.chat)
            self._helped |= outcome.row.lane is Lane.SAFETY
        if told:
            self._turns.set()

    async def _write(self, conn: AsyncConnection, outcomes: list[Outcome], now: datetime) -> bool:
        """Whether events were stored that want a turn."""
        sent = [one for one in outcomes if one.what is What.SENT]
        numbers = [(one.row, number) for one in sent for number in (one.messages or (None,))]
        await self._outbox.done(conn, [Sent(row=row, message=number, at=now) for row, number in numbers])
        refused = [one for one in outcomes if one.what is What.LOST and one.row.covers]
        if refused and self._rush is not None:
            await self._rush.refused(conn)
        over = [one.row.id for one in outcomes if one.what in OVER and one not in refused]
        if over:
            await self._outbox.drop(conn, over)
        told = False
        for one in outcomes:
            if one.what is What.LATER:
                await self._outbox.put_off(conn, one.row.rows, now + timedelta(seconds=one.seconds))
            elif one.what is What.HELD and one.row.person is not None:
                await self._outbox.hold_back(conn, one.row.person, now)
                for message in await self._outbox.receipts(conn, one.row.person):
                    await self._inbox.tell(conn, one.row.person, Delivered(message=message, held=True), now)
            told |= await self._tell(conn, one, now)
        return told

    async def _tell(self, conn: AsyncConnection, one: Outcome, now: datetime) -> bool:
        """Make events of what sending found out, and let people know of what no retry will mend."""
        row, over = one.row, one.what in OVER
        told = one.what is What.HELD
        if row.person is not None and row.parcel.receipt and (over or one.what is What.SENT):
            receipt = Delivered(message=row.parcel.receipt, failed=over, edited=row.parcel.stands)
            told |= await self._inbox.tell(conn, row.person, receipt, now)
        if one.asked is not None and row.person is not None:
            told |= await self._vanished(conn, row, one.asked, now)
        if one.what is What.GONE and row.person is not None:
            told |= await self._inbox.tell(conn, row.person, Left(), now)
        if _worth_telling(one):
            await self._trouble(conn, one)
        return told

    async def _vanished(self, conn: AsyncConnection, row: Row, asked: vanish.Standing, now: datetime) -> bool:
        """Whether she has to be told something about what was deleted of her chat."""
        if row.person is None:
            return False
        how = row.parcel.vanish
        left = await vanish.settle(self._db, conn, row.person, how, asked)
        if how == "day" and not left:
            return False
        event = Vanished(at=row.parcel.at, how=how, left=left)
        return await self._inbox.tell(conn, row.person, event, now)

    async def _trouble(self, conn: AsyncConnection, one: Outcome) -> None:
        if self._on_trouble is not None:
            try:
                await self._on_trouble(conn, one)
            except Exception as error:  # noqa: BLE001 (what was sent must be written down all the same)
                logger.error("people were not told", extra=fields(error=error))  # noqa: TRY400

    async def _land(self) -> None:
        """At the end: give what is under way a moment, and write down what became of it."""
        tasks = list(self._flying.values())
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE)
        for task in tasks:
            task.cancel()
        with contextlib.suppress(Exception):
            await self._settle()


def _worth_telling(one: Outcome) -> bool:
    """The first failure where the desk is out of reach, and lost rows, but for what was itself such a message."""
    if one.what is What.LATER:
        return bool(one.noticed) or (bool(one.why) and not one.row.attempts)
    return bool(one.noticed) or (one.what is What.LOST and one.row.parcel.topic != TECH)


def _nothing() -> asyncio.Task[None]:
    """A place kept in the air until the next commit."""
    return asyncio.create_task(asyncio.sleep(0))
