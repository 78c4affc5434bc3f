"""Telegram to inbox: stored first, confirmed after.

The library's own loop can be alive and deaf (one update it cannot parse holds up everybody, one 404 ends it), and it
confirms what it only holds in memory. So the raw JSON is fetched, each update parsed alone, all of a batch stored in
one transaction, and only then the offset moves. What cannot be read is parked, sealed. A webhook would call `accept`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Bot, Update
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot import faults
from bot.ages import Ages
from bot.clock import Clock
from bot.log import fields
from bot.room import Room
from flows.events import AnyEvent, DeskOrdered
from storage.database import Database
from storage.inbox import Arrival, Inbox, rank
from storage.schema import CALM

logger = logging.getLogger("bot.receive")

WANTED: Final = ["message", "edited_message", "callback_query", "my_chat_member"]
LONG_POLL, SHORT_POLL = 10, 2
BATCH: Final = 100
DEAF_AFTER = 80.0
"""So long after the last good poll the process gives up: with what it still lands, it is gone within 90 seconds."""
LOOK = 1.0
FIRST_PAUSE, LONGEST_PAUSE, LONGEST_ASKED = 0.5, 5.0, 30.0
"""A minute of refusals right after a long poll is outlived: 10 + 60 + 5 + 2 seconds are fewer than 80."""
ACKNOWLEDGING: Final = 16
LARGEST: Final = 2**63 - 1

UNREAD: Final = "an update that cannot be read"

Raw = dict[str, Any]
OnParked = Callable[[AsyncConnection, int], Awaitable[None]]
"""Tells the desk, within the same commit, how many updates were parked."""
OnAhead = Callable[[AsyncConnection], Awaitable[None]]
"""Tells the desk, within the same commit, that this machine's clock runs ahead."""


OnOrder = Callable[[AsyncConnection, DeskOrdered], Awaitable[None]]
"""Carries out an order of the desk, within the same commit."""


class Deaf(Exception):  # noqa: N818 (it names what is so, not who erred)
    """No good poll for DEAF_AFTER seconds. The process ends, and whoever watches it starts it again."""


class Poll:
    """`getUpdates`, raw, and the offset. `request` has a pool of its own, so that no send can hold it up."""

    def __init__(self, request: BaseRequest, base_url: str, *, seconds: float | None = None) -> None:
        self._request = request
        self._url = f"{base_url}/getUpdates"
        self._seconds = LONG_POLL if seconds is None else seconds
        self._offset = 0

    async def fetch(self, longest: float = LONG_POLL) -> list[Raw]:
        """The next updates, or none after `longest` seconds. Asking confirms what `confirm` was called with."""
        seconds = min(longest, self._seconds)
        given = {"offset": self._offset, "limit": BATCH, "timeout": seconds, "allowed_updates": WANTED}
        data = RequestData([RequestParameter.from_input(name, value) for name, value in given.items()])
        found = await self._request.post(self._url, data, read_timeout=seconds + 10)
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise TelegramError("not a list of updates")
        # All before the offset is confirmed now. Telegram restarts its numbers after a quiet week, and an offset
        # kept from before would then pass over what is new: so an empty answer forgets it.
        if not found:
            self._offset = 0
        return found

    def confirm(self, batch: Iterable[Raw]) -> None:
        """Let the next `fetch` tell Telegram that this batch is ours. Raises if none of it has a number."""
        numbers = [number for one in batch if (number := update_id(one))]
        if not numbers:
            raise TelegramError("updates without numbers")
        self._offset = max(numbers) + 1


class Receiver:
    """The loop that hears. `bell` is rung after every commit, so that turns need not wait for their tick.

    `on_worry` is called when concern found something, before it is stored.
    """

    def __init__(
        self,
        poll: Poll,
        bot: Bot,
        db: Database,
        translate: Callable[[Update], Arrival | None],
        *,
        clock: Clock,
        bell: asyncio.Event,
        on_parked: OnParked | None = None,
        on_ahead: OnAhead | None = None,
        on_order: OnOrder | None = None,
        on_worry: Callable[[], None] = lambda: None,
        room: Room | None = None,
    ) -> None:
        self._poll = poll
        self._bot = bot
        self._db = db
        self._inbox = Inbox(db)
        self._translate = translate
        self._clock = clock
        self._bell = bell
        self._on_parked = on_parked
        self._on_ahead = on_ahead
        self._on_order = on_order
        self._on_worry = on_worry
        self._room = room
        self._ages = Ages(db, clock)
        self._heard = clock.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()
        self._acknowledging = asyncio.Semaphore(ACKNOWLEDGING)

    def alive(self) -> bool:
        """Whether the last good poll is under DEAF_AFTER seconds old."""
        return self._clock.monotonic() - self._heard < DEAF_AFTER

    async def run(self) -> None:
        """Listen until cancelled. Raises `Deaf`, also when a poll hangs for ever."""
        listening = asyncio.create_task(self._listen())
        try:
            while self.alive():
                await asyncio.wait([listening], timeout=LOOK)
                if listening.done():
                    listening.result()
            raise Deaf
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await listening

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

    async def _store(self, raw: list[Raw]) -> None:
        found, unread = self.read(raw)
        arrivals, ahead = self._ages.dated(found)
        if any(rank(arrival.event) < CALM for arrival in arrivals):
            self._on_worry()
        now = self._clock.now()
        async with self._db.write() as conn:
            orders = await self._inbox.fresh(conn, [one for one in arrivals if isinstance(one.event, DeskOrdered)])
            await self._inbox.put(conn, arrivals, now)
            for order in orders:
                await self._carry_out(conn, order.event)
            parked = [await self._inbox.park(conn, one, number, UNREAD, now) for number, one in unread]
            await self._ages.keep(conn)
            if any(parked):
                await self._tell_parked(conn, sum(parked))
            if ahead:
                await self._tell_ahead(conn)
        self._bell.set()
        for one in raw:
            self._acknowledge(one)

    async def _carry_out(self, conn: AsyncConnection, order: AnyEvent) -> None:
        if self._on_order is not None and isinstance(order, DeskOrdered):
            await _told(self._on_order(conn, order))

    async def _tell_parked(self, conn: AsyncConnection, count: int) -> None:
        logger.error("updates parked", extra=fields(count=count))
        if self._on_parked is not None:
            await _told(self._on_parked(conn, count))

    async def _tell_ahead(self, conn: AsyncConnection) -> None:
        logger.error("this machine's clock runs ahead", extra=fields())
        if self._on_ahead is not None:
            await _told(self._on_ahead(conn))

    def read(self, raw: list[Raw]) -> tuple[list[Arrival], list[tuple[int, bytes]]]:
        """What is ours among these, and the JSON of what cannot be read."""
        arrivals: list[Arrival] = []
        unread: list[tuple[int, bytes]] = []
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

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                raw = await self._fetched(failures)
                if raw:
                    await self.accept(raw)
                    self._poll.confirm(raw)
                if len(raw) < BATCH:
                    await self._ages.caught_up()
            except Exception as error:  # noqa: BLE001 (network or disk: nothing ends the listening but deafness)
                failures += 1
                logger.warning("not heard", extra=fields(error=error, count=failures))
                await asyncio.sleep(pause(error, failures))
                await self._take_over(error)
            else:
                failures = 0
                self._heard = self._clock.monotonic()

    async def _fetched(self, failures: int) -> list[Raw]:
        """The next updates. After a failure an answer soon, be it empty, says that all is well again.

        At first only what waited for us, at once: what comes while we listen is not old.
        """
        if self._ages.behind:
            await self._ages.begin()
            return await self._poll.fetch(0)
        return await (self._poll.fetch(SHORT_POLL) if failures else self._poll.fetch())

    async def _take_over(self, error: Exception) -> None:
        """A webhook somebody set for this bot before keeps every poll out: end it. Nothing waiting is dropped."""
        if faults.sort(error, "getUpdates").kind is faults.Kind.WEBHOOK:
            with contextlib.suppress(TelegramError):
                await self._bot.delete_webhook(drop_pending_updates=False)

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


async def _told(telling: Awaitable[None]) -> None:
    try:
        await telling
    except Exception as error:  # noqa: BLE001 (telling must not keep her neighbours from being stored)
        logger.error("the desk was not told", extra=fields(error=error))  # noqa: TRY400


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


def pause(error: Exception, failures: int) -> float:
    """Seconds to wait after the n-th failure in a row: half a second, doubling to five, a fifth of it chance.

    What Telegram asks for is kept to as far as thirty seconds, so that she is heard again within a minute.
    """
    verdict = faults.sort(error, "getUpdates")
    if verdict.kind is faults.Kind.WAIT:
        return min(verdict.seconds, LONGEST_ASKED)
    doubled: float = FIRST_PAUSE * 2 ** min(failures - 1, 10)
    return min(doubled, LONGEST_PAUSE) * random.uniform(0.8, 1.0)  # noqa: S311 (spread, not secrecy)
