"""The door: what Telegram brings is stored here, whichever way it comes, before Telegram hears that we have it.

Each update is parsed alone and all of a batch are stored in one transaction. What cannot be read is parked, sealed.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Bot, Update

from bot import faults
from bot.ages import Ages
from bot.clock import Clock
from bot.elsewhere import Elsewhere
from bot.log import fields
from bot.room import Room
from flows.events import AnyEvent, DeskOrdered, DeskSaid, DeskShowed, DeskTapped, Staff
from storage.database import Database
from storage.inbox import Arrival, Inbox, rank
from storage.schema import CALM

logger = logging.getLogger("bot.door")

ACKNOWLEDGING: Final = 16
LARGEST: Final = 2**63 - 1

OF_STAFF = DeskTapped | DeskSaid | DeskShowed | DeskOrdered
UNREAD: Final = "an update that cannot be read"

Raw = dict[str, Any]
Unread = tuple[int, bytes]
"""The number and the JSON of an update that cannot be read."""
OnParked = Callable[[AsyncConnection, int], Awaitable[None]]
"""Tells the desk, within the same commit, how many updates were parked."""
OnAhead = Callable[[AsyncConnection], Awaitable[None]]
"""Tells the desk, within the same commit, that this machine's clock runs ahead."""
OnOrder = Callable[[AsyncConnection, DeskOrdered], Awaitable[None]]
"""Carries out an order of the desk, within the same commit."""

OnStaff = Callable[[AsyncConnection, Staff], Awaitable[None]]
"""Is told, within the same commit, who acted at the desk."""


class Door:
    """Stores updates. `bell` is rung after every commit, so that turns need not wait for their tick.

    `on_worry` is called when concern found something, before it is stored.
    """

    def __init__(
        self,
        bot: Bot,
        db: Database,
        translate: Callable[[Update], Arrival | None],
        *,
        clock: Clock,
        bell: asyncio.Event,
        on_parked: OnParked | None = None,
        on_ahead: OnAhead | None = None,
        on_order: OnOrder | None = None,
        on_staff: OnStaff | None = None,
        on_worry: Callable[[], None] = lambda: None,
        room: Room | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._bot = bot
        self._db = db
        self._inbox = Inbox(db)
        self._translate = translate
        self._clock = clock
        self._bell = bell
        self._on_parked = on_parked
        self._on_ahead = on_ahead
        self._on_order = on_order
        self._on_staff = on_staff
        self._on_worry = on_worry
        self._room = room
        self._elsewhere = elsewhere
        self.ages = Ages(db, clock)
        self._tasks: set[asyncio.Task[None]] = set()
        self._acknowledging = asyncio.Semaphore(ACKNOWLEDGING)

    async def accept(self, raw: list[Raw]) -> None:
        """Store these updates in one commit; taps are acknowledged right after it. Raises what the database does.

        Where the desk moved on the way, what was said there before and after is stored apart.
        """
        for at, one in enumerate(raw):
            if self._room is not None and (to := self._room.moved_to(one)):
                await self._store(raw[:at])
                await self._room.follow(to)
                await self.accept(raw[at + 1 :])
                return
        await self._store(raw)

    async def park(self, unread: list[Unread]) -> None:
        """Set aside, in one commit, what is not even an update. Raises what the database does."""
        async with self._db.write() as conn:
            await self._park(conn, unread, self._clock.now())

    async def _store(self, raw: list[Raw]) -> None:
        found, unread = self.read(raw)
        if self.ages.behind:
            await self.ages.begin()
        arrivals, ahead = self.ages.dated(found)
        if any(rank(arrival.event) < CALM for arrival in arrivals):
            self._on_worry()
        now = self._clock.now()
        async with self._db.write() as conn:
            orders = await self._inbox.fresh(conn, [one for one in arrivals if isinstance(one.event, DeskOrdered)])
            await self._inbox.put(conn, arrivals, now)
            await self._named(conn, arrivals)
            for order in orders:
                await self._carry_out(conn, order.event)
            await self._park(conn, unread, now)
            if self._room is not None:
                for one in raw:
                    await told(self._room.noted(conn, one))
            await self.ages.keep(conn)
            if ahead:
                await self._tell_ahead(conn)
        self._bell.set()
        for one in raw:
            self._acknowledge(one)
            if self._elsewhere is not None:
                self._elsewhere.notice(one)

    async def _carry_out(self, conn: AsyncConnection, order: AnyEvent) -> None:
        if self._on_order is not None and isinstance(order, DeskOrdered):
            await told(self._on_order(conn, order))

    async def _named(self, conn: AsyncConnection, arrivals: list[Arrival]) -> None:
        if self._on_staff is None:
            return
        for by in {one.event.by for one in arrivals if isinstance(one.event, OF_STAFF) and one.event.by is not None}:
            await told(self._on_staff(conn, by))

    async def _park(self, conn: AsyncConnection, unread: list[Unread], now: datetime) -> None:
        parked = [await self._inbox.park(conn, one, number, UNREAD, now) for number, one in unread]
        if any(parked):
            await self._tell_parked(conn, sum(parked))

    async def _tell_parked(self, conn: AsyncConnection, count: int) -> None:
        logger.error("updates parked", extra=fields(count=count))
        if self._on_parked is not None:
            await told(self._on_parked(conn, count))

    async def _tell_ahead(self, conn: AsyncConnection) -> None:
        logger.error("this machine's clock runs ahead", extra=fields())
        if self._on_ahead is not None:
            await told(self._on_ahead(conn))

    def read(self, raw: list[Raw]) -> tuple[list[Arrival], list[Unread]]:
        """What is ours among these, and the JSON of what cannot be read."""
        arrivals: list[Arrival] = []
        unread: list[Unread] = []
        for one in raw:
            try:
                arrival = sound(self._translate(Update.de_json(one, None)))
            except Exception as error:  # noqa: BLE001 (whatever it is, its neighbours must pass)
                logger.warning("an update cannot be read", extra=fields(error=error))
                unread.append((update_id(one), json.dumps(one).encode()))
            else:
                if arrival is not None:
                    arrivals.append(arrival)
        return arrivals, unread

    async def close(self) -> None:
        """Let acknowledgements under way finish, for a moment."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2)

    def _acknowledge(self, raw: Raw) -> None:
        query = raw.get("callback_query")
        if isinstance(query, dict) and isinstance(query.get("id"), str):
            self._background(self._answer(query["id"]))

    async def _answer(self, query_id: str) -> None:
        """Stop the clock on her button. One try: she sees the answer itself in a moment."""
        async with self._acknowledging:
            try:
                await self._bot.answer_callback_query(query_id)
            except Exception as error:  # noqa: BLE001 (nothing hangs on it)
                if faults.sort(error, "answerCallbackQuery").kind is not faults.Kind.QUERY_OLD:
                    logger.info("a tap was not acknowledged", extra=fields(error=error))

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def told(telling: Awaitable[None]) -> None:
    """Tell people of something, if it can be done."""
    try:
        await telling
    except Exception as error:  # noqa: BLE001 (telling must not keep her neighbours from being stored)
        logger.error("people were not told", extra=fields(error=error))  # noqa: TRY400


def sound(arrival: Arrival | None) -> Arrival | None:
    """As it came, if it can be kept and read again: one that cannot would stop everybody. Raises otherwise."""
    plain = msgspec.to_builtins(arrival)
    if arrival is not None and msgspec.convert(plain, Arrival) and max(_numbers(plain)) > LARGEST:
        raise OverflowError
    return arrival


def _numbers(value: Any) -> Iterator[int]:
    """Every whole number in plain data, as far from zero as it is."""
    if isinstance(value, int):
        yield abs(value)
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _numbers(one)


def update_id(raw: Raw) -> int:
    """Telegram's number of an update; 0 if it has none, or none that the database could hold."""
    number = raw.get("update_id")
    fits = isinstance(number, int) and not isinstance(number, bool) and abs(number) <= LARGEST
    return int(number or 0) if fits else 0
