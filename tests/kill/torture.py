"""The real bot, killed at random moments while twenty people chat and the desk answers.

    python -m tests.kill.torture --kills 300 --seed 7
    python -m tests.kill.torture --kills 100 --webhook

`run_bot.py serve` runs as a process of its own against the local Telegram, on the real clock. People go on and on
through pieces of `scripts.py`; each acts once the effect of her last act is there, whoever died meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bot.clock import RealClock
from bot.phones import Cloud, Server, User, serve
from content.library import load
from storage import database
from tests.kill.clock import SharedClock
from tests.kill.crowd import LOOK, PATIENCE, Found, Post, Talk
from tests.kill.house import Aim, House, Look
from tests.kill.reference import Parts, Reference, references
from tests.kill.scripts import Stage
from tests.kill.serving import TOKEN, Bot
from tests.kill.verdict import Ledger
from tests.world import hook

MEMORY = Path("/dev/shm")
PEOPLE = 20
AT_THE_DESK = 3
"""So many may be in a piece with the desk at once: Telegram lets a bot write twenty messages a minute there."""
SPREAD = 1.2
"""Seconds of serving before a kill: from nothing to this."""
HURRY = 0.002
"""How long a second of Telegram's pauses is, when it posts: lives are shorter than its pauses grow."""
EARLY = 0.1
"""So many of the kills come while the bot still starts."""


@dataclass
class Storm:
    """Twenty people, one moderator, and a bot that is killed `kills` times."""

    seed: int
    kills: int
    folder: Path
    references: dict[str, Reference]
    webhook: bool = False
    found: Found = field(default_factory=Found)

    async def run(self) -> dict[str, Any]:
        """Until all kills are done and everybody has her answer."""
        chance = random.Random(self.seed)
        cloud = Cloud(now=RealClock().now)
        gulru = cloud.add_user("Gulru")
        gulru.started = True
        desk = cloud.add_forum("Desk", [gulru])
        people = [cloud.add_user(f"Lola {number}") for number in range(PEOPLE)]
        look = House(self.folder).look("storm")
        desk_seats = asyncio.Semaphore(AT_THE_DESK)
        async with serve(cloud, TOKEN) as server:
            server.courier.second = HURRY
            talks = []
            for number, her in enumerate(people):
                case = partial(look.case, her.id)
                stage = Stage(cloud, her, gulru, desk, SharedClock(), look.next_due, case)
                talks.append(
                    Talk(self.references, self.found, stage, random.Random(f"{self.seed}:{number}"), desk_seats)
                )
            post = Post(talks, Ledger(cloud, {desk: "desk", gulru.id: "lead"}), look)
            sorting = asyncio.create_task(post.sort())
            async with self._bot(server, gulru, desk) as bot:
                first = asyncio.create_task(bot.serving())
                await asyncio.wait([first, bot.ended()], return_when=asyncio.FIRST_COMPLETED)
                chatting = [asyncio.create_task(talk.go_on()) for talk in talks]
                await self._kill(bot, look, chance)
                self.found.over = True
                await asyncio.gather(*chatting)
                await self._rest(cloud, look)
                await self._stopped(bot)
            sorting.cancel()
            post.read()
        return self._judged(cloud, post, look)

    async def _kill(self, bot: Bot, look: Look, chance: random.Random) -> None:
        while self.found.kills < self.kills and not self.found.wrong:
            early = chance.random() < EARLY
            if early:
                await asyncio.sleep(chance.uniform(0, SPREAD))
                self.found.early += 1
            else:
                await bot.serving()
                await asyncio.sleep(chance.uniform(0, SPREAD))
            if not await bot.kill():
                self.found.wrong.append(f"the bot ended by itself: {bot.last_words()}")
                return
            self.found.kills += 1
            self.found.in_flight += look.promised()
            await bot.start()

    async def _rest(self, cloud: Cloud, look: Look) -> None:
        ends = time.monotonic() + PATIENCE
        while cloud.updates.waiting or look.pending(RealClock().now()):
            if time.monotonic() > ends:
                self.found.wrong.append("it did not come to rest")
                return
            await asyncio.sleep(LOOK)

    async def _stopped(self, bot: Bot) -> None:
        """Told to stop, it does so at once and in order."""
        code = await bot.stop()
        if code != 0:
            self.found.wrong.append(f"told to stop, it ended with {code}: {bot.last_words()}")

    @asynccontextmanager
    async def _bot(self, server: Server, gulru: User, desk: int) -> AsyncIterator[Bot]:
        bot = Bot(server, self.folder, gulru, desk, posted() if self.webhook else {})
        await bot.start()
        try:
            yield bot
        finally:
            await bot.kill()

    def _judged(self, cloud: Cloud, post: Post, look: Look) -> dict[str, Any]:
        followers = [talk.follower for talk in post.talks]
        missing = [item for one in followers for item in one.missing()]
        astray = [item for one in followers for item in one.astray] + post.unknown
        duplicates = sum(len(one.doubled) for one in followers) + post.topics_twice
        wrong = self.found.wrong + [f"lost: {item}" for item in missing] + [f"not expected: {item}" for item in astray]
        wrong += differences(look.outcome(), self.references, self.found.pieces)
        if set(cloud.offered) != set(cloud.confirmed):
            wrong.append("an update was never confirmed")
        if duplicates > self.found.in_flight:
            wrong.append(f"{duplicates} duplicates, and {self.found.in_flight} were on their way at kills")
        return {
            "seed": self.seed,
            "kills": self.found.kills,
            "while starting": self.found.early,
            "people": len(post.talks),
            "pieces": dict(self.found.pieces),
            "acts": self.found.acts,
            "accepted": len(set(cloud.confirmed)),
            "messages": len([call for call in cloud.calls if call.happened and call.method.lower() == "sendmessage"]),
            "lost": len(missing),
            "safety": sum(one.safety for one in followers),
            "safety_lost": sum(len(one.missing_safety()) for one in followers),
            "out_of_order": len(astray),
            "duplicates": duplicates,
            "in_flight": self.found.in_flight,
            "failures": wrong[:20],
            "crashed": [],
        }


def posted() -> dict[str, str]:
    """The environment of a bot that is posted to."""
    given = hook()
    host, port = given["webhook_listen"]
    return {
        "WEBHOOK_URL": given["webhook_url"],
        "WEBHOOK_SECRET": given["webhook_secret"],
        "WEBHOOK_LISTEN": f"{host}:{port}",
    }


def differences(outcome: dict[str, Any], given: dict[str, Reference], played: Counter[str]) -> list[str]:
    """Where the database is not the sum of what was played: answers, cases, words and acts, each exactly once."""
    wrong = []
    for table in ("answers", "cases", "lines", "record"):
        expected: Counter[str] = Counter()
        for name, times in played.items():
            for row in given[name].outcome[table]:
                expected[str(row)] += times
        found = Counter(map(str, outcome[table]))
        if found != expected:
            wrong.append(f"{table}: too many {dict(found - expected)}, too few {dict(expected - found)}")
    return wrong + [f"{outcome[name]} left in {name}" for name in ("held", "inbox", "parked") if outcome[name]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kill.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--webhook", action="store_true")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--seconds", type=float, default=3600)
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else secrets.randbelow(1_000_000)
    sys.stderr.write(f"seed {seed}\n")
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="storm-", dir=MEMORY if MEMORY.is_dir() else None))
    try:
        summary = _stormed(seed, asked.kills, folder, asked.seconds, webhook=asked.webhook)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    summary["seconds"] = round(time.monotonic() - began, 1)
    sys.stdout.write(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    return 1 if summary["failures"] else 0


def _stormed(seed: int, kills: int, folder: Path, seconds: float, *, webhook: bool) -> dict[str, Any]:
    database._engine = aim = Aim()
    _, given = references(Parts(House(folder), SharedClock(), load(), aim.writes), pieces=True)
    (folder / "storm").mkdir()

    async def bounded() -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            return await Storm(seed, kills, folder, given, webhook).run()

    return asyncio.run(bounded())


if __name__ == "__main__":
    sys.exit(main())
