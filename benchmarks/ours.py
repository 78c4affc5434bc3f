"""This bot as it is, with people who have joined, at a Telegram given by its address. Pace is set out of the way."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.apart import TOKEN
from benchmarks.crowd import KEY, crowd
from bot.app import assembled, until_stopped, without_token
from bot.clock import RealClock
from bot.settings import Settings
from content.library import load

DESK = -1_002_000_000_001


async def run(url: str, first: int, count: int) -> None:
    """Let `count` people join, say so, and serve until told to stop."""
    library = load()
    with tempfile.TemporaryDirectory() as folder:
        async with crowd(Path(folder), library, range(first, first + count)) as everybody:
            await everybody.joins()
        plain = Settings(data_dir=Path(folder), data_key=KEY.hex())
        settings = without_token(plain, token=TOKEN, url=url, desk=DESK, leads=())
        async with assembled(settings, RealClock(), library=library) as app:
            print("ready", flush=True)
            await until_stopped(app)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
