"""The bot and its Telegram on this machine, in one process, with a clock that can be moved."""

from __future__ import annotations

import errno
import fcntl
import shutil
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

from msgspec import structs

from bot.app import until_stopped, without_token
from bot.clock import SteppedClock
from bot.phones.cast import STAFF, Cast, default_cast
from bot.phones.cloud import Cloud
from bot.phones.keeper import Keeper
from bot.phones.kept import User
from bot.phones.levers import Levers
from bot.phones.mover import Mover
from bot.phones.server import Server, serve
from bot.settings import Settings
from storage.faults import StorageError

TOKEN = "1:on-this-machine"  # noqa: S105 - opens nothing: it is this machine's own Telegram
NAME, BOT_ID = "Дафтари оила ва кӯдак", 5_000_000_001
LOCK = "phones.lock"
GREETING = "No BOT_TOKEN: a Telegram on this machine. Open {url} in a browser; Ctrl-C stops it."


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
    mover = Mover(clock, cloud, cast.numbers, {cast.desk_chat_id, *cast.staff(*STAFF)})
    # What this Telegram showed is gone when the process ends; a bot that remembered it would be alone.
    folder = settings.data_dir / "phones"
    shutil.rmtree(folder, ignore_errors=True)
    async with AsyncExitStack() as stack:
        levers = Levers(step=mover.step, cancel=mover.cancel, moving=lambda: mover.progress)
        server = await _opened(stack, cloud, cast, levers, settings.phones_port)
        # No webhook either: nothing of this Telegram's may be posted outside.
        fresh = structs.replace(settings, data_dir=folder, database_url="", webhook_url="", webhook_secret="")
        leads, staff = cast.staff("lead", "director"), cast.staff("moderator")
        here = without_token(fresh, token=TOKEN, url=server.url, desk=cast.desk_chat_id, leads=leads, staff=staff)
        keeper = Keeper(here, clock, mover, lambda: _say(GREETING.format(url=server.url)))
        levers.restart = keeper.restart
        await until_stopped(keeper)
    return 0


async def _opened(stack: AsyncExitStack, cloud: Cloud, cast: Cast, levers: Levers, port: int) -> Server:
    """The page on `port`, or on a free one if another program has it."""
    try:
        return await stack.enter_async_context(serve(cloud, TOKEN, port, cast=cast, levers=levers))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
    _say(f"Port {port} is taken by another program; using a free one.")
    return await stack.enter_async_context(serve(cloud, TOKEN, 0, cast=cast, levers=levers))


def _say(line: str) -> None:
    """To the person at the terminal, at once."""
    print(line, flush=True)  # noqa: T201 - the page's address is for a person, not for the log
