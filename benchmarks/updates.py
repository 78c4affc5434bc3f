"""Updates answered per second, over HTTP, beside python-telegram-bot's own `Application`.

Each bot is a process, and each has a Telegram of its own, which is another. Rounds go in turn over the bots, so that
whatever else the machine does is shared out among them; one works while the others wait.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.figures import Figures, over

HERE = Path(__file__).parent
BOTS = {
    "ours": ("ours", ()),
    "`Application`, as it comes": ("peer", ()),
    "`Application`, `concurrent_updates(True)`": ("peer", ("concurrent",)),
}
OURS, PEER = list(BOTS)[:2]
RTTS = (0.0, 0.05)
LONE = 20
"""How many people are answered one after another for the time of a single reply."""


class Bot:
    """A bot at work, and the way to its Telegram."""

    def __init__(self, telegram: Process) -> None:
        self._telegram = telegram

    async def orders(self, **order: Any) -> Any:
        """Have its Telegram do something."""
        assert self._telegram.stdin is not None
        self._telegram.stdin.write(json.dumps(order).encode() + b"\n")
        return await line(self._telegram)


async def measure(people: int, rounds: int) -> Figures:
    """Updates per second of each bot by round trip, milliseconds for a lone one, and ours as times the peer's."""
    rates: defaultdict[str, list[float]] = defaultdict(list)
    async with AsyncExitStack() as stack:
        bots = {name: await stack.enter_async_context(at_work(name, people)) for name in BOTS}
        for bot in bots.values():
            await bot.orders(ask=people)  # everything met once, every connection opened
        for rtt in RTTS:
            where = f"{rtt * 1000:.0f} ms"
            for _ in range(rounds):
                for name, bot in bots.items():
                    await bot.orders(rtt=rtt)
                    seconds = await bot.orders(ask=people)
                    rates[f"{where}: {name}, updates/s"].append(people / seconds if seconds else 0.0)
                    alone = await bot.orders(one=LONE)
                    rates[f"{where}: {name}, a lone reply, ms"].append(1000 * statistics.median(alone))
                    await bot.orders(rtt=0.0)
            ours, peers = (rates[f"{where}: {name}, updates/s"] for name in (OURS, PEER))
            rates[f"{where}: **ours as times the peer's**"] = [a / b for a, b in zip(ours, peers, strict=True)]
    return {name: over(values) for name, values in rates.items()}


@asynccontextmanager
async def at_work(name: str, people: int) -> AsyncIterator[Bot]:
    """A bot and its Telegram, both ended afterwards."""
    script, more = BOTS[name]
    async with process("apart", str(people)) as telegram:
        where = await line(telegram)
        async with process(script, where["url"], str(where["first"]), str(people), *more) as bot:
            assert bot.stdout is not None
            assert await bot.stdout.readline() == b"ready\n", f"{name} did not start"
            yield Bot(telegram)


@asynccontextmanager
async def process(script: str, *arguments: str) -> AsyncIterator[Process]:
    """A script of this folder, running."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"benchmarks.{script}", *arguments, cwd=HERE.parent, stdin=PIPE, stdout=PIPE
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.terminate()
        await started.wait()


async def line(started: Process) -> Any:
    """The next line it prints, as JSON."""
    assert started.stdout is not None
    return json.loads(await started.stdout.readline())
