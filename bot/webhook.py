"""Telegram to inbox by webhook: Telegram posts, and hears 200 only after the commit that stores what it brought.

It posts several updates at once. Those of one chat it sends one after the other, but a tap does not wait for the words
before it. So posts are gathered while a commit is under way, put in order by their number, and stored as one batch; for
a number missing before one of them we wait a moment.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
import socket
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web
from msgspec import Struct

from bot import receive
from bot.bell import rung
from bot.clock import Clock
from bot.door import Door, Raw, update_id
from bot.guard import Guard, Hook
from bot.log import fields
from bot.receive import Deaf
from bot.settings import Faulty

logger = logging.getLogger("bot.webhook")

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_BODY: Final = 2**20
EARLIER: Final = 0.3
"""Seconds we wait for a number that is missing: a post that opens a new connection comes that much later."""
FAR: Final = 1000
"""A number so far below the last one is no straggler: Telegram has begun to count anew."""
READING: Final = 10.0
"""Seconds a body may take."""
LOG_AGAIN: Final = 60.0
"""Seconds between two lines in the log about posts refused."""
ACCEPTING: Final = 5
"""Turns of the event loop in which a connection that is just being accepted is there."""
CLOSING: Final = 5.0
"""Seconds for what is in flight when we are told to stop."""


class Post(Struct, frozen=True, eq=False):
    """An update as it was posted, and whether it is stored. `raw` is None for what is no update at all."""

    number: int
    body: bytes
    raw: Raw | None
    stored: asyncio.Future[bool]


class Webhook:
    """Listens to what Telegram posts; `refused` counts the posts that were not Telegram's since that was last logged."""

    def __init__(self, hook: Hook, door: Door, guard: Guard, *, clock: Clock) -> None:
        self._hook = hook
        self._door = door
        self.guard = guard
        self._clock = clock
        self._logged = clock.monotonic() - LOG_AGAIN
        self._posts: list[Post] = []
        self._came = asyncio.Event()
        self._last: int | None = None
        self._failing: float | None = None
        self._over = False
        self.refused = 0

    def alive(self) -> bool:
        """Whether Telegram was asked, and what it brought could be stored, less than DEAF_AFTER seconds ago."""
        failing = self._failing if self._failing is not None else self._clock.monotonic()
        return self._clock.monotonic() - min(self.guard.heard, failing) < receive.DEAF_AFTER

    async def run(self) -> None:
        """Listen until cancelled; what is in flight is answered first, and the webhook stays set.

        Raises `Deaf`, `Taken`, or `Faulty` when Telegram refuses the webhook or the port is taken.
        """
        async with AsyncExitStack() as stack:
            storing = await stack.enter_async_context(_beside(self._store()))
            await stack.enter_async_context(self._listening())
            asking = await stack.enter_async_context(_beside(self.guard.run()))
            while self.alive():
                await asyncio.wait([storing, asking], timeout=receive.LOOK, return_when=asyncio.FIRST_COMPLETED)
                for task in (storing, asking):
                    if task.done():
                        task.result()
                self._log_refused()
            raise Deaf

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        server = web.Server(self._answer, request_factory=_request, access_log=None, lingering_time=0)
        runner = web.ServerRunner(server, shutdown_timeout=CLOSING)
        listening = self._opened()
        await runner.setup()
        await web.SockSite(runner, listening).start()
        try:
            yield
        finally:
            # A connection that is just being accepted when its server closes would stay open and be nobody's
            # (CPython 3.11, `BaseSelectorEventLoop._accept_connection2`): first accept no more, then close.
            asyncio.get_running_loop().remove_reader(listening)
            for _ in range(ACCEPTING):
                await asyncio.sleep(0)
            await runner.cleanup()

    def _opened(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._hook.host else socket.AF_INET
        try:
            return socket.create_server((self._hook.host, self._hook.port), family=family)
        except OSError as error:
            wrong = f"WEBHOOK_LISTEN: nobody can listen there ({error.strerror})"
            raise Faulty([f"{wrong}. Give a host of this machine and a port that is free."]) from None

    # -- one post ------------------------------------------------------------------------------------------------

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        status = await self._judged(request)
        response = web.Response(status=status)
        if status is not HTTPStatus.OK:
            self.refused += status is not HTTPStatus.INTERNAL_SERVER_ERROR
            response.force_close()
        return response

    async def _judged(self, request: web.BaseRequest) -> HTTPStatus:
        """The secret first, before anything of the body is read: who does not have it learns nothing."""
        if not _same(request.headers.getall(HEADER, []), self._hook.secret):
            return HTTPStatus.FORBIDDEN
        if request.method != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        if request.content_type != "application/json":
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        try:
            async with asyncio.timeout(READING):
                body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        except TimeoutError:
            return HTTPStatus.REQUEST_TIMEOUT
        return HTTPStatus.OK if await self._stored(body) else HTTPStatus.INTERNAL_SERVER_ERROR

    async def _stored(self, body: bytes) -> bool:
        if self._over:
            return False
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._posts.append(_post(body, stored))
        self._came.set()
        return await stored

    def _log_refused(self) -> None:
        now = self._clock.monotonic()
        if self.refused and now - self._logged >= LOG_AGAIN:
            logger.warning("posts refused", extra=fields(count=self.refused))
            self.refused, self._logged = 0, now

    # -- all of them, in order -----------------------------------------------------------------------------------

    async def _store(self) -> None:
        try:
            while True:
                await self._came.wait()
                await self._store_these(await self._gathered())
        finally:
            self._over = True
            _settle(self._posts, stored=False)

    async def _store_these(self, posts: list[Post]) -> None:
        stored = False
        try:
            await self._accept(posts)
            stored, self._failing = True, None
            self.guard.hurry()
        except Exception as error:  # noqa: BLE001 (Telegram posts them again; nothing ends the storing)
            logger.warning("posts were not stored", extra=fields(error=error, count=len(posts)))
            if self._failing is None:
                self._failing = self._clock.monotonic()
        finally:
            _settle(posts, stored=stored)

    async def _gathered(self) -> list[Post]:
        """What has come by now, in the order of its numbers; if one is missing we wait for it a moment."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + EARLIER
        self._came.clear()
        while self._missing() and (left := ends - loop.time()) > 0:
            if not await rung(self._came, left):
                break
            self._came.clear()
        posts, self._posts = sorted(self._posts, key=lambda post: post.number), []
        return posts

    def _missing(self) -> bool:
        """Whether a number lacks between the last one stored and those that have come. At first anything may lack."""
        if self._last is None:
            return True
        new = {post.number for post in self._posts if post.number > self._last}
        return bool(new) and max(new) - self._last > len(new)

    async def _accept(self, posts: list[Post]) -> None:
        unread = [(post.number, post.body) for post in posts if post.raw is None]
        if unread:
            await self._door.park(unread)
        if raw := [post.raw for post in posts if post.raw is not None]:
            await self._door.accept(raw)
            self._passed(max(post.number for post in posts))

    def _passed(self, number: int) -> None:
        if self._last is None or not self._last - FAR < number <= self._last:
            self._last = number


def _post(body: bytes, stored: asyncio.Future[bool]) -> Post:
    """As the body says. What is no update, or has no number, gets one that no update has, and is parked."""
    try:
        raw = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raw = None
    number = update_id(raw) if isinstance(raw, dict) else 0
    if not number:
        return Post(-1 - secrets.randbits(62), body, None, stored)
    return Post(number, body, raw, stored)


def _settle(posts: Sequence[Post], *, stored: bool) -> None:
    for post in posts:
        if not post.stored.done():
            post.stored.set_result(stored)


def _same(given: Sequence[str], secret: str) -> bool:
    """One header, equal to the secret, compared in a time that tells nothing of where they differ."""
    return len(given) == 1 and hmac.compare_digest(given[0].encode("utf-8", "surrogateescape"), secret.encode())


def _request(*parts: Any) -> web.BaseRequest:
    message, payload, protocol, writer, task = parts
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST_BODY)


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """A task that ends with the block."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task
