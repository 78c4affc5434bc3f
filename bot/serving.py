"""Runs the bot: the real one, which starts only on words and numbers somebody answers for, or the phones page."""

from __future__ import annotations

import asyncio
import logging

from bot import gate
from bot.app import assembled, until_stopped
from bot.clock import RealClock
from bot.desk.checkup import desk_as_kept
from bot.phones.town import live
from bot.settings import Faulty, Settings
from content.library import Library, load
from storage.faults import StorageError

logger = logging.getLogger("bot.serving")


def serve(settings: Settings) -> int:
    """Run the bot until it is told to stop: the real one with a token, else with a Telegram on this machine."""
    if settings.token:
        return asyncio.run(_real(settings))
    return asyncio.run(live(settings))


async def _real(settings: Settings) -> int:
    if not settings.lead_ids:
        logger.warning("nobody is paged in private: LEAD_IDS is empty")
    library, clock = load(), RealClock()
    if not settings.allow_drafts and (wrong := await barred(settings, library)):
        raise Faulty(wrong)
    async with assembled(settings, clock, library=library) as app:
        await until_stopped(app)
    return 0


async def barred(settings: Settings, library: Library) -> list[str]:
    """What keeps a real bot from starting: safety texts and emergency numbers nobody has answered for by name.

    A number may have been rung by the desk, so its book is read; nothing is made or changed. The book of a database
    that is about to be brought up to this version is read at the next start. OSError.
    """
    try:
        desk = await desk_as_kept(settings)
    except StorageError:
        return gate.barred(library, None)
    return gate.barred(library, desk)
