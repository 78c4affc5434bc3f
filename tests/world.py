"""The language whole-bot tests are written in: real phones, real HTTP, a real database, a clock that steps.

async with world() as w:
    await w.says("/start")
    await w.taps("English")
    assert w.screen[-1].text == …
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import structs

from bot.app import App, assembled, without_token
from bot.clock import SteppedClock
from bot.phones import Cloud, Message, Server, User, serve
from bot.phones.chats import FIRST_GROUP_ID, FIRST_USER_ID
from bot.phones.mover import Mover
from bot.settings import Settings
from bot.webhook import Webhook
from content.library import Library
from storage.database import FILE, Database
from storage.faults import StorageError
from storage.seal import Master
from tests.talk import LIBRARY, SHORTEST

TOKEN = "1:test"
HER, GULRU, DESK = FIRST_USER_ID, FIRST_USER_ID + 1, FIRST_GROUP_ID
KEY = bytes(range(32))
SECRET = bytes(range(100, 132)).hex()
HURRY = 0.02
"""How long a second is for a Telegram that posts: its pauses after a failure."""
PATIENCE = 60
MORNING = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)  # a Monday, 10:00 in Dushanbe


@dataclass
class World:
    """One bot, one Telegram, one mother, one desk with one moderator who is also the lead."""

    cloud: Cloud
    server: Server
    mover: Mover
    clock: SteppedClock
    her: User
    gulru: User
    desk: int
    settings: Settings
    begins: Callable[[], AsyncIterator[App]]
    life: AsyncExitStack

    async def restart(self) -> None:
        """End the bot where it stands, and start it anew on the same database, beside the same Telegram."""
        await self.life.aclose()
        for ahead in reversed(range(PATIENCE)):
            try:
                self.mover.app = await self.life.enter_async_context(asynccontextmanager(self.begins)())
            except StorageError:
                # PostgreSQL lets go of a closed connection's lock a moment later; a supervisor tries again too.
                if not ahead:
                    raise
                await asyncio.sleep(0.05)
            else:
                return

    @property
    def app(self) -> App:
        assert self.mover.app is not None
        return self.mover.app

    @property
    def screen(self) -> list[Message]:
        """What her phone shows."""
        return self.cloud.chat_view(self.her.id)

    @property
    def heard(self) -> list[str]:
        """The bot's lines on her phone."""
        return [message.text for message in self.screen if message.sender is self.cloud.bot]

    async def settle(self) -> None:
        await self.mover.settle()

    async def says(self, text: str, user: User | None = None) -> None:
        self.cloud.say(user or self.her, text)
        await self.settle()

    async def taps(self, label: str, user: User | None = None) -> None:
        who = user or self.her
        self.cloud.tap(who, who.id, None, label)
        await self.settle()

    async def joins(self, language: str = "English", user: User | None = None) -> None:
        await self.says("/start", user)
        for typed in (language, *SHORTEST, "3"):
            await self.says(typed, user)

    async def polls(self) -> None:
        """Let the open poll end empty, as it does twice a minute when nobody writes: a stepped clock jumps over that.

        With a webhook: let the bot ask Telegram whether anything waits.
        """
        if isinstance(self.app.receiver, Webhook):
            await self.app.receiver.guard.look()
            return
        begun = self._polls_begun()
        async with asyncio.timeout(30):
            while self._polls_begun() == begun:
                for wake in tuple(self.cloud.updates.listeners):
                    wake()
                await asyncio.sleep(0.005)

    def _polls_begun(self) -> int:
        return sum(call.method.lower() == "getupdates" for call in self.cloud.calls)

    async def passes(self, **time: float) -> None:
        await self.mover.advance(self.clock.now() + timedelta(**time))


def hook() -> dict[str, Any]:
    """Settings of a webhook on a port nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return {
        "webhook_url": f"http://127.0.0.1:{port}/",
        "webhook_secret": SECRET,
        "webhook_listen": ("127.0.0.1", port),
    }


@dataclass(frozen=True)
class Ground:
    """Where a world begins: what lies in the database's file, what stands on the phones, and when."""

    database: bytes
    cloud: Cloud | None = None
    at: datetime = MORNING


_GROUNDS: dict[str, Ground] = {}
"""Made once a process and copied for each world: migrating takes as long as many a test, and so does joining."""


async def _ground(*, joined: bool) -> Ground:
    name = "joined" if joined else "empty"
    if name not in _GROUNDS:
        with tempfile.TemporaryDirectory() as folder:
            _GROUNDS[name] = await (_joined if joined else _empty)(Path(folder))
    return _GROUNDS[name]


async def _empty(folder: Path) -> Ground:
    """A migrated database, and nobody."""
    await (await Database.open(None, Master(KEY), folder)).close()
    return Ground((folder / FILE).read_bytes())


async def _joined(folder: Path) -> Ground:
    """She has joined, in English."""
    async with world(folder) as one:
        await one.joins()
    return Ground((folder / FILE).read_bytes(), one.cloud, one.clock.now())


def _lay(ground: Ground, file: Path) -> None:
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(ground.database)


def _town(clock: SteppedClock, known: Cloud | None) -> Cloud:
    """Telegram going by this clock: with her, Gulru and a desk, or as it is already known."""
    if known is not None:
        cloud = copy.deepcopy(known)
        cloud.now = cloud.updates.now = clock.now
        return cloud
    cloud = Cloud(now=clock.now)
    cloud.add_user("Savsan", "tg")
    cloud.add_forum("Desk", [cloud.add_user("Gulru", "ru")])
    return cloud


@asynccontextmanager
async def world(
    folder: Path,
    *,
    url: str = "",
    library: Library = LIBRARY,
    boundary: Callable[[str], None] = lambda _: None,
    run: bool = True,
    webhook: bool = False,
    joined: bool = False,
    ground: Ground | None = None,
    **more: object,
) -> AsyncIterator[World]:
    """A world whose bot is running, by polling or by webhook; `more` are settings by name.

    Without `url` on the SQLite file in `folder`, migrated if there is none. `joined`, only with a new one: she has
    joined already, as `joins` does it. `ground`: where another world had come.
    """
    assert not ((joined or ground) and (url or (folder / FILE).exists()))
    ground = ground or await _ground(joined=joined)
    if not url:
        _lay(ground, folder / FILE)
    clock = SteppedClock()
    clock.step(ground.at - clock.now())
    cloud = _town(clock, ground.cloud)
    her, gulru, desk = cloud.users[HER], cloud.users[GULRU], DESK
    mover = Mover(clock, cloud)
    async with serve(cloud, TOKEN) as server:
        settings = without_token(
            Settings(data_dir=folder, database_url=url, data_key=KEY.hex()),
            token=TOKEN,
            url=server.url,
            desk=desk,
            leads=(gulru.id,),
        )
        server.courier.second = HURRY
        settings = structs.replace(settings, **(hook() if webhook else {}), **more)

        async def begins() -> AsyncIterator[App]:
            async with assembled(settings, clock, boundary, library) as app:
                running = asyncio.create_task(app.run()) if run else None
                try:
                    yield app
                finally:
                    if running is not None:
                        running.cancel()
                        with contextlib.suppress(asyncio.CancelledError):
                            await running

        async with AsyncExitStack() as life:
            one = World(cloud, server, mover, clock, her, gulru, desk, settings, begins, life)
            await one.restart()
            yield one
