"""The bot and its Telegram on this machine, in one process, with a clock that can be moved.

Moving the clock steps from due row to due row and lets each be dealt with, as weeks would pass; it never jumps over
what would have happened.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import shutil
from collections.abc import Collection, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import structs

from bot.app import App, assembled, until_stopped, without_token
from bot.clock import SteppedClock
from bot.phones.cast import Cast, default_cast
from bot.phones.cloud import Cloud
from bot.phones.kept import User
from bot.phones.server import Server, serve
from bot.settings import Settings
from storage.faults import StorageError
from storage.pending import next_time

TOKEN = "1:on-this-machine"  # noqa: S105 - opens nothing: it is this machine's own Telegram
NAME, BOT_ID = "Дафтари оила ва кӯдак", 5_000_000_001
LONGEST_SETTLE = 60.0
LONGEST_MOVE = 120.0
"""Seconds for one movement of the clock: a case nobody takes pages every five minutes, week after week."""
LOCK = "phones.lock"


class Mover:
    """Moves the clock for the page. `app` is set once the bot is put together."""

    def __init__(self, clock: SteppedClock, cloud: Cloud, phones: Collection[int] = ()) -> None:
        """`phones` are the chats whose next message `{"to": "next"}` looks for."""
        self.clock = clock
        self.cloud = cloud
        self._phones = phones
        self.app: App | None = None

    async def step(self, request: dict[str, Any]) -> None:
        """`{"hours": n}`, `{"days": n}`, or `{"to": "next"}`: on to the next message on a phone."""
        await self.settle()
        if request.get("to") == "next":
            await self._to_next_message()
            return
        hours = float(request.get("hours", 0)) + 24 * float(request.get("days", 0))
        await self.advance(self.clock.now() + timedelta(hours=hours))

    async def advance(self, until: datetime) -> None:
        """Let time pass up to `until`, stopping wherever something is due.

        When that takes too long the clock stays where it has come: it never jumps over what would have happened.
        """
        ends = asyncio.get_running_loop().time() + LONGEST_MOVE
        while (moment := await self._next()) is not None and moment <= until:
            if asyncio.get_running_loop().time() > ends:
                return
            self.clock.step_to(moment)
            await self.settle()
        self.clock.step_to(until)
        await self.settle()

    async def settle(self) -> None:
        """Wait until the bot has dealt with everything that is due at this moment."""
        if self.app is None:
            return
        self.app.wake.set()
        loop = asyncio.get_running_loop()
        ends = loop.time() + LONGEST_SETTLE
        while loop.time() < ends:
            if not self.cloud.updates.waiting and await self.app.quiet():
                return
            self.app.wake.set()
            self.app.bell.set()
            await asyncio.sleep(0.01)

    async def _to_next_message(self) -> None:
        before = self._messages()
        ends = asyncio.get_running_loop().time() + LONGEST_MOVE
        while asyncio.get_running_loop().time() < ends:
            moment = await self._next()
            if moment is None or self._messages() != before:
                return
            self.clock.step_to(moment)
            await self.settle()

    async def _next(self) -> datetime | None:
        if self.app is None:
            return None
        async with self.app.db.read() as conn:
            moment = await next_time(conn)
        return None if moment is None else max(moment, self.clock.now() + timedelta(milliseconds=1))

    def _messages(self) -> int:
        return sum(call.chat_id in self._phones for call in self.cloud.called("sendMessage"))


async def live(settings: Settings) -> int:
    """Open the page and run the bot behind it until stopped. StorageError when another run has the folder."""
    with alone(settings.data_dir):
        return await _live(settings)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second run out: it would delete what this one stands on. StorageError if there is one already."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StorageError(f"The bot is running already (it holds {folder / LOCK}): stop it first.") from None
        yield


async def _live(settings: Settings) -> int:
    clock = SteppedClock()
    cloud = Cloud(now=clock.now, bot=User(BOT_ID, NAME, username="family_diary_bot", is_bot=True))
    cast = default_cast(cloud)
    mover = Mover(clock, cloud, {phone.user.id for phone in cast.phones})
    # What this Telegram showed is gone when the process ends; a bot that remembered it would be alone.
    folder = settings.data_dir / "phones"
    shutil.rmtree(folder, ignore_errors=True)
    async with AsyncExitStack() as stack:
        server = await _opened(stack, cloud, cast, mover, settings.phones_port)
        # No webhook either: nothing of this Telegram's may be posted outside.
        fresh = structs.replace(settings, data_dir=folder, database_url="", webhook_url="", webhook_secret="")
        here = without_token(fresh, token=TOKEN, url=server.url, desk=cast.desk_chat_id)
        mover.app = await stack.enter_async_context(assembled(here, clock))
        _say(f"No BOT_TOKEN: a Telegram on this machine. Open {server.url} in a browser; Ctrl-C stops it.")
        await until_stopped(mover.app)
    return 0


async def _opened(stack: AsyncExitStack, cloud: Cloud, cast: Cast, mover: Mover, port: int) -> Server:
    """The page on `port`, or on a free one if another program has it."""
    try:
        return await stack.enter_async_context(serve(cloud, TOKEN, port, cast=cast, step=mover.step))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
    _say(f"Port {port} is taken by another program; using a free one.")
    return await stack.enter_async_context(serve(cloud, TOKEN, 0, cast=cast, step=mover.step))


def _say(line: str) -> None:
    """To the person at the terminal, at once."""
    print(line, flush=True)  # noqa: T201 - the page's address is for a person, not for the log
