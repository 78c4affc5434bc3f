"""Telegram to inbox by polling: stored first, confirmed after.

The library's own loop can be alive and deaf (one update it cannot parse holds up everybody, one 404 ends it), and it
confirms what it only holds in memory. So the raw JSON is fetched, stored through the door, and only then the offset
moves. `webhook.py` is the other way in.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot import faults
from bot.clock import Clock
from bot.door import Door, Raw, told, update_id
from bot.log import fields

logger = logging.getLogger("bot.receive")

WANTED: Final = ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"]
"""The kinds of update we use, by either way in."""
LONG_POLL, SHORT_POLL = 10, 2
BATCH: Final = 100
DEAF_AFTER = 80.0
"""So long after the last good poll the process gives up: with what it still lands, it is gone within 90 seconds."""
LOOK = 1.0
FIRST_PAUSE, LONGEST_PAUSE, LONGEST_ASKED = 0.5, 5.0, 30.0
"""A minute of refusals right after a long poll is outlived: 10 + 60 + 5 + 2 seconds are fewer than 80."""

OnTaken = Callable[[], Awaitable[None]]
"""Tells people that the way to the bot was turned aside by somebody else."""


class Deaf(Exception):  # noqa: N818 (it names what is so, not who erred)
    """Telegram was not heard for DEAF_AFTER seconds. The process ends, and whoever watches it starts it again."""


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
    """The loop that asks. `on_taken` tells people that somebody set a webhook while we listened."""

    def __init__(self, poll: Poll, bot: Bot, door: Door, *, clock: Clock, on_taken: OnTaken | None = None) -> None:
        self._poll = poll
        self._bot = bot
        self._door = door
        self._clock = clock
        self._on_taken = on_taken
        self._listened = False
        self._heard = clock.monotonic()

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

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                raw = await self._fetched(failures)
                if raw:
                    await self._door.accept(raw)
                    self._poll.confirm(raw)
                if len(raw) < BATCH:
                    await self._door.ages.caught_up()
            except Exception as error:  # noqa: BLE001 (network or disk: nothing ends the listening but deafness)
                failures += 1
                logger.warning("not heard", extra=fields(error=error, count=failures))
                await asyncio.sleep(pause(error, failures))
                await self._take_over(error)
            else:
                failures, self._listened = 0, True
                self._heard = self._clock.monotonic()

    async def _fetched(self, failures: int) -> list[Raw]:
        """The next updates. After a failure an answer soon, be it empty, says that all is well again.

        At first only what waited for us, at once: what comes while we listen is not old.
        """
        if self._door.ages.behind:
            return await self._poll.fetch(0)
        return await (self._poll.fetch(SHORT_POLL) if failures else self._poll.fetch())

    async def _take_over(self, error: Exception) -> None:
        """A webhook set for this bot keeps every poll out: end it. Nothing waiting is dropped.

        Left from before we listened, it is how this bot ran last. Set while we listen, it was set by somebody who has
        the token.
        """
        if faults.sort(error, "getUpdates").kind is not faults.Kind.WEBHOOK:
            return
        if self._listened:
            logger.error("somebody set a webhook for this bot: renew its token", extra=fields())
            if self._on_taken is not None:
                await told(self._on_taken())
        with contextlib.suppress(TelegramError):
            await self._bot.delete_webhook(drop_pending_updates=False)


def pause(error: Exception, failures: int) -> float:
    """Seconds to wait after the n-th failure in a row: half a second, doubling to five, a fifth of it chance.

    What Telegram asks for is kept to as far as thirty seconds, so that she is heard again within a minute.
    """
    verdict = faults.sort(error, "getUpdates")
    if verdict.kind is faults.Kind.WAIT:
        return min(verdict.seconds, LONGEST_ASKED)
    doubled: float = FIRST_PAUSE * 2 ** min(failures - 1, 10)
    return min(doubled, LONGEST_PAUSE) * random.uniform(0.8, 1.0)  # noqa: S311 (spread, not secrecy)
