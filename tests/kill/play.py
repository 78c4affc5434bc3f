"""One script played while the bot dies again and again, and what may be said of it afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from bot.phones import Impossible, serve
from tests.kill.clock import SharedClock
from tests.kill.house import House, Look
from tests.kill.life import Fate
from tests.kill.nursery import SIGKILLED
from tests.kill.reference import NAMES, TOKEN, Ground, Reference, settings, stage
from tests.kill.scripts import Script, Stage
from tests.kill.verdict import Follower, Ledger

LONGER = 5
PATIENCE = 90.0
"""Seconds in which an act must have its effect, whatever dies meanwhile."""
LOOK = 0.004
REFUSALS = 100


class Failed(Exception):  # noqa: N818 (it names what is so)
    """A promise was not kept, or the bot ended by itself."""


@dataclass
class Result:
    """What one play comes to. `deaths` are boundaries, with the number of the act; `in_flight` how many messages were on their way."""

    script: str
    number: int = 0
    acts: int = 0
    accepted: int = 0
    kills: int = 0
    births: int = 0
    in_flight: int = 0
    duplicates: int = 0
    safety: int = 0
    safety_lost: int = 0
    lost: int = 0
    out_of_order: int = 0
    refused_starts: int = 0
    deaths: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Lives:
    """Bots on one database, one after the other. `plan` says at which boundary each dies."""

    def __init__(
        self,
        line: socket.socket,
        clock: SharedClock,
        look: Look,
        plan: Iterator[Fate],
        asked: dict[str, Any],
        *,
        on_kill: Callable[[], None],
    ) -> None:
        self._line = line
        self._clock = clock
        self._look = look
        self._plan = plan
        self._asked = asked
        self._on_kill = on_kill
        self._pid = 0
        self._alive = asyncio.Event()
        self._over = False

    async def go_on(self, result: Result) -> None:
        """Have a bot living, until `end`. Raises `Failed` when one ends by itself."""
        while not self._over:
            fate = next(self._plan, Fate())
            targets = fate.targets.difference(result.deaths)
            count = fate.count + self._longer(result) if fate.count else fate.count
            status = await self._life({"count": count, "targets": sorted(targets)})
            result.births += 1
            where = self._clock.last_words()
            if status == SIGKILLED and where:
                result.kills += 1
                result.deaths.append(where)
                result.in_flight += self._look.promised()
                self._on_kill()
            elif self._over:
                return
            elif result.refused_starts < REFUSALS and self._refused():
                # On PostgreSQL the dead one's lock is held until the server has noticed its death.
                result.refused_starts += 1
                await asyncio.sleep(0.01)
            else:
                raise Failed(f"the bot ended by itself with {status}: {self._fault()}")

    def _longer(self, result: Result) -> int:
        """Boundaries more to live for each ten deaths in one act: lives all too short would never bring it about."""
        act = f"{self._clock.act}:"
        return LONGER * (sum(death.startswith(act) for death in result.deaths) // 10)

    async def _life(self, fate: dict[str, Any]) -> int:
        loop = asyncio.get_running_loop()
        self._forget_fault()
        await loop.sock_sendall(self._line, json.dumps({**self._asked, **fate}).encode() + b"\n")
        heard = b""
        while heard.count(b"\n") < 2:
            heard += await loop.sock_recv(self._line, 4096)
            if b"\n" in heard:
                self._pid = json.loads(heard.splitlines()[0])["born"]
                self._alive.set()
        self._pid = 0
        self._alive.clear()
        return int(json.loads(heard.splitlines()[1])["died"])

    async def end(self, going_on: asyncio.Task[None]) -> None:
        """End the last life, which is no kill of the test."""
        alive = asyncio.create_task(self._alive.wait())
        await asyncio.wait([alive, going_on], return_when=asyncio.FIRST_COMPLETED)
        alive.cancel()
        self._over = True
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        await asyncio.wait([going_on], timeout=PATIENCE)

    def _forget_fault(self) -> None:
        Path(self._asked["faults"]).unlink(missing_ok=True)

    def _fault(self) -> str:
        with contextlib.suppress(OSError):
            return Path(self._asked["faults"]).read_text()[-1500:]
        return "no word of why"

    def _refused(self) -> bool:
        return "Another process serves this PostgreSQL database" in self._fault()


@dataclass
class Play:
    """A script on the database `name`, told by Telegram's side."""

    script: Script
    reference: Reference
    house: House
    name: str
    clock: SharedClock
    line: socket.socket
    ground: Ground

    async def run(self, plan: Iterator[Fate], number: int, on_kill: Callable[[], None]) -> Result:
        """Play to the end, or to the first promise that was not kept."""
        self.house.copy("joined" if self.script.joined else "empty", self.name)
        self.clock.reset()
        self.clock.born()
        cloud, look = self.ground.cloud(self.script, self.clock), self.house.look(self.name)
        run = Run(self.script, self.reference, stage(cloud, self.clock, look), look, Ledger(cloud, NAMES))
        run.result.number = number
        async with serve(cloud, TOKEN) as server:
            here = settings(self.house.folder / self.name, self.house.url(self.name), server.url)
            asked = {
                "settings": msgspec.to_builtins(here, enc_hook=str),
                "faults": str(self.house.folder / f"{self.name}.fault"),
            }
            lives = Lives(self.line, self.clock, look, plan, asked, on_kill=on_kill)
            run.living = asyncio.create_task(lives.go_on(run.result))
            await run.through()
            await lives.end(run.living)
            run.see()
        run.judge()
        look.close()
        return run.result


class Run:
    """One play under way: what is waited for, what appeared, what came of it."""

    def __init__(self, script: Script, reference: Reference, people: Stage, look: Look, ledger: Ledger) -> None:
        self.script, self.reference, self.people, self.look, self.ledger = script, reference, people, look, ledger
        self.result = Result(script.name)
        self.follower = Follower()
        self.living: asyncio.Task[None] | None = None

    async def through(self) -> None:
        """All acts, each once the one before has had its effect, and rest at the end."""
        try:
            for number in range(len(self.script.acts)):
                await self._act(number)
            await self._until(self._at_rest, "it did not come to rest")
        except Failed as failed:
            self.result.wrong.append(str(failed))

    async def _act(self, number: int) -> None:
        act, expected = self.script.acts[number], self.reference.expected
        if act.calm:
            await self._until(self._at_rest, f"it did not come to rest before act {number}")
        self.people.clock.act = number
        self.follower.expect(expected, expected.windows[number])
        try:
            act.do(self.people)
        except Impossible as impossible:
            raise Failed(f"act {number} ({act.name}) cannot be done: {impossible}") from None
        self.result.acts += 1
        await self._until(self._answered, f"act {number} ({act.name}) had not its effect")

    async def _until(self, so: Callable[[], bool], otherwise: str) -> None:
        ends = asyncio.get_running_loop().time() + PATIENCE
        while not so():
            if self.living is not None and self.living.done():
                self.living.result()
            if asyncio.get_running_loop().time() > ends:
                raise Failed(f"{otherwise}: {[item.text[:60] for item in self.follower.missing()]}")
            await asyncio.sleep(LOOK)

    def _answered(self) -> bool:
        self.see()
        return not self.follower.missing()

    def _at_rest(self) -> bool:
        """Nothing is left to confirm or to do."""
        return not self.people.cloud.updates.waiting and not self.look.pending(self.people.clock.now())

    def see(self) -> None:
        """Take in what appeared."""
        for seen in self.ledger.news():
            self.follower.see(seen.item)

    def judge(self) -> None:
        """Fill in the result, from Telegram's ledger and the database."""
        result, follower, cloud = self.result, self.follower, self.people.cloud
        missing = follower.missing()
        result.accepted = len(set(cloud.confirmed))
        result.safety, result.lost = follower.safety, len(missing)
        result.safety_lost = len(follower.missing_safety())
        result.duplicates, result.out_of_order = len(follower.doubled), len(follower.astray)
        result.wrong += [f"lost: {item}" for item in missing]
        result.wrong += [f"out of order, or not expected: {item}" for item in follower.astray]
        if set(cloud.offered) != set(cloud.confirmed):
            result.wrong.append("an update was never confirmed")
        if result.duplicates > result.in_flight:
            result.wrong.append(f"{result.duplicates} duplicates, and {result.in_flight} were on their way at kills")
        found, expected = self.look.outcome(), self.reference.outcome
        if differs := {name: (found[name], was) for name, was in expected.items() if found[name] != was}:
            result.wrong.append(f"the database differs (here, undisturbed): {differs}")
