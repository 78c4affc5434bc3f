"""Guards the webhook: a webhook that somebody turned aside is silent, and so is one that Telegram cannot reach.

So Telegram is asked, twice a minute, where it posts, what it keeps for us and what went wrong; and is told anew where
to post when that is not here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from msgspec import Struct
from telegram import Bot, WebhookInfo
from telegram.error import BadRequest

from bot.bell import rung
from bot.clock import Clock
from bot.door import Door, told
from bot.log import fields
from bot.receive import WANTED, OnTaken, pause
from bot.settings import Faulty

logger = logging.getLogger("bot.guard")

CONNECTIONS: Final = 40
"""So many posts at once: with one, a night's backlog would come at one update a round trip."""
ASK: Final = 30.0
"""Seconds between two questions."""
SOON, SLOWER = 0.5, 1.2
"""While updates wait: half a second after the first question, and each pause longer than the last, up to ASK."""
TELL_AGAIN: Final = 3600.0
"""Seconds between two lines to people about updates that do not reach us."""

OnUndelivered = Callable[[int, str], Awaitable[None]]
"""Tells people how many updates wait, and why Telegram could not post them, in its words."""


class Taken(Exception):  # noqa: N818 (it names what is so, not who erred)
    """The webhook was turned aside twice. The process ends: somebody else has the token."""


class Hook(Struct, frozen=True):
    """Where Telegram posts, what proves that it is Telegram, and where we listen."""

    url: str
    secret: str
    host: str
    port: int


class Guard:
    """Asks by `bot`, which has connections of its own, so that no send can hold it up.

    `heard` is the monotonic second of the last good answer.
    """

    def __init__(
        self,
        hook: Hook,
        bot: Bot,
        door: Door,
        *,
        clock: Clock,
        on_taken: OnTaken | None = None,
        on_undelivered: OnUndelivered | None = None,
    ) -> None:
        self._hook = hook
        self._bot = bot
        self._ages = door.ages
        self._clock = clock
        self._on_taken = on_taken
        self._on_undelivered = on_undelivered
        self.heard = clock.monotonic()
        self._set = self._taken = False
        self._behind_for = 0
        self._fault: datetime | None = None
        self._waiting: tuple[float, int] = (self.heard, 0)
        self._told: float | None = None
        self._hurried = asyncio.Event()

    async def run(self) -> None:
        """Ask until cancelled. Raises `Taken`, or `Faulty` when Telegram refuses the webhook."""
        failures = 0
        while True:
            try:
                await self.look()
            except (Taken, Faulty):
                raise
            except Exception as error:  # noqa: BLE001 (network or disk: only that it lasts ends the asking)
                failures += 1
                logger.warning("Telegram was not asked", extra=fields(error=error, count=failures))
                await asyncio.sleep(pause(error, failures))
            else:
                failures = 0
                await self._rest(min(ASK, SOON * SLOWER**self._behind_for) if self._ages.behind else ASK)

    def hurry(self) -> None:
        """Something that waited has come: it may have been the last."""
        if self._ages.behind:
            self._hurried.set()

    async def _rest(self, seconds: float) -> None:
        self._hurried.clear()
        await asyncio.sleep(min(seconds, SOON))
        await rung(self._hurried, max(seconds - SOON, 0))

    async def look(self) -> None:
        """Ask once, and put right what can be put right."""
        info = await self._bot.get_webhook_info()
        if info.url != self._hook.url:
            await self._turned_aside(info.url)
        if not self._set or info.url != self._hook.url:
            await self._ask_to_post()
        await self._judge(info)
        self.heard = self._clock.monotonic()

    async def _turned_aside(self, url: str) -> None:
        """Once it is set right. At the start an address that is not ours may be the operator's, from before."""
        if not self._set and not url:
            return
        logger.error("the webhook was turned aside: if that was not you, renew the token", extra=fields())
        if self._on_taken is not None:
            await told(self._on_taken())
        if self._taken:
            raise Taken
        self._taken = self._set

    async def _ask_to_post(self) -> None:
        try:
            await self._bot.set_webhook(
                self._hook.url,
                secret_token=self._hook.secret,
                allowed_updates=WANTED,
                max_connections=CONNECTIONS,
                drop_pending_updates=False,
            )
        except BadRequest as error:
            wrong = f"WEBHOOK_URL: Telegram does not take it ({error.message})"
            raise Faulty([f"{wrong}. Check that it can be reached from outside, by https."]) from None
        self._set = True

    async def _judge(self, info: WebhookInfo) -> None:
        """Whether all that happened has reached us: nothing waits, or nothing went wrong since nothing waited.

        What waits while nothing went wrong is on its way at this moment.
        """
        if not info.pending_update_count or (not self._ages.behind and info.last_error_date == self._fault):
            self._fault, self._behind_for = info.last_error_date, 0
            await self._ages.caught_up()
        else:
            self._ages.fell_behind()
            self._behind_for += 1
        await self._tell_waiting(info)

    async def _tell_waiting(self, info: WebhookInfo) -> None:
        """People hear of it when half a minute brought nothing nearer to us."""
        now, waiting = self._clock.monotonic(), info.pending_update_count if self._ages.behind else 0
        since, before = self._waiting
        if waiting and before and now - since < ASK:
            return
        self._waiting = (now, waiting)
        if waiting < before or not before or (self._told is not None and now - self._told < TELL_AGAIN):
            return
        self._told = now
        logger.error("updates wait and do not reach us", extra=fields(count=waiting))
        if self._on_undelivered is not None:
            await told(self._on_undelivered(waiting, info.last_error_message or ""))
