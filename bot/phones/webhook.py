"""Updates by webhook, posted as Telegram posts them: several at once, one queue one after the other, again after a failure.

Rules from tdlib/telegram-bot-api, `WebhookActor.cpp`: at most `max_connections` posts at once; of one queue (see
`queue_of`) the next only after a 2xx for the one before; a failed one again at once, then after 2, 4, 8… seconds, up to
a minute or two, or after what `Retry-After` asks for.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import aiohttp

from bot.bell import rung
from bot.phones.kept import Wire
from bot.phones.updates import Waiting

if TYPE_CHECKING:
    from bot.phones.cloud import Cloud

PATIENCE = aiohttp.ClientTimeout(total=60)
LONGEST_PAUSE, LONGEST_ASKED = 60, 3600
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, not a secret


@dataclass(slots=True)
class Trouble:
    """How often an update failed, its last pause in seconds, and when it is tried again."""

    failures: int = 0
    pause: float = 1
    again_at: float = 0.0


class Courier:
    """Posts what waits while there is a webhook. `second` is how long a second of a pause takes; tests hurry it.

    `posted`: every body, as often as it was posted.
    """

    def __init__(self, cloud: Cloud) -> None:
        self.second = 1.0
        self.posted: list[bytes] = []
        self._cloud = cloud
        self._woken = asyncio.Event()
        self._webhook: Wire = {}
        self._out: dict[object, asyncio.Task[None]] = {}
        self._troubles: dict[int, Trouble] = {}

    async def run(self) -> None:
        """Post until cancelled."""
        self._cloud.on_change.append(self._woken.set)
        try:
            async with aiohttp.ClientSession(timeout=PATIENCE, connector=aiohttp.TCPConnector(limit=0)) as session:
                while True:
                    self._woken.clear()
                    pause = self._send(session)
                    await rung(self._woken, pause)
        finally:
            self._cloud.on_change.remove(self._woken.set)
            self._break_off()

    def _send(self, session: aiohttp.ClientSession) -> float | None:
        """Begin every post that may begin now. Seconds until the next may; None if something else must happen first."""
        if self._webhook is not self._cloud.profile.webhook:
            self._break_off()
            self._webhook = self._cloud.profile.webhook
        if not self._webhook:
            return None
        self._cloud.updates.forget_old()
        now, soonest = asyncio.get_running_loop().time(), None
        queues = set(self._out)
        for one in self._cloud.updates.waiting:
            if len(self._out) >= self._webhook["max_connections"]:
                return None
            if one.queue in queues:
                continue
            queues.add(one.queue)
            trouble = self._troubles.get(one.id)
            if trouble is not None and trouble.again_at > now:
                soonest = min(trouble.again_at, soonest or trouble.again_at)
                continue
            task = self._out[one.queue] = asyncio.create_task(self._post(session, one, self._webhook))
            task.add_done_callback(partial(self._back, one.queue))
        return None if soonest is None else max(soonest - now, 0.001)

    async def _post(self, session: aiohttp.ClientSession, one: Waiting, webhook: Wire) -> None:
        headers = {"Content-Type": "application/json"}
        if webhook["secret_token"]:
            headers[SECRET_HEADER] = webhook["secret_token"]
        wrong, asked = "", 0
        self.posted.append(one.raw)
        try:
            async with session.post(webhook["url"], data=one.raw, headers=headers, allow_redirects=False) as answer:
                if not 200 <= answer.status < 300:
                    wrong = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                    asked = _seconds(answer.headers.get("Retry-After", ""))
        except aiohttp.ClientConnectorError:
            wrong = "Connection refused"
        except aiohttp.ClientError:
            wrong = "Webhook connection closed"
        except TimeoutError:
            wrong = "Read timeout expired"
        if wrong:
            self._failed(one, webhook, wrong, asked)
        else:
            self._troubles.pop(one.id, None)
            self._cloud.updates.take_one(one)

    def _failed(self, one: Waiting, webhook: Wire, wrong: str, asked: int) -> None:
        webhook |= {"last_error_date": self._cloud.stamp(), "last_error_message": wrong}
        trouble = self._troubles.setdefault(one.id, Trouble())
        pause = float(asked)
        if not asked and trouble.failures:
            longest = random.uniform(LONGEST_PAUSE, 2 * LONGEST_PAUSE)  # noqa: S311 - spread, not secrecy
            pause = trouble.pause = min(longest, trouble.pause * 2)
        trouble.failures += 1
        trouble.again_at = asyncio.get_running_loop().time() + pause * self.second

    def _back(self, queue: object, task: asyncio.Task[None]) -> None:
        if self._out.get(queue) is task:
            del self._out[queue]
        self._woken.set()
        if not task.cancelled():
            task.result()

    def _break_off(self) -> None:
        """The posts under way are not waited for, and no failure is remembered."""
        for task in self._out.values():
            task.cancel()
        self._out.clear()
        self._troubles.clear()


def _seconds(text: str) -> int:
    return min(int(text), LONGEST_ASKED) if text.isdecimal() else 0
