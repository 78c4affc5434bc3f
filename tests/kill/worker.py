"""One process of the kill test: a Telegram, a nursery and one bot at a time."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from tests.kill.house import House
from tests.kill.nursery import Nursery
from tests.kill.plan import Budget, Plays, bounded
from tests.kill.play import Play
from tests.kill.reference import Ground


@dataclass(frozen=True)
class Worker:
    """Plays every `of`-th play, or of those in `only`; until the budget is spent, if there is one."""

    number: int
    of: int
    house: House
    plays: Plays
    ground: Ground
    budget: Budget | None
    only: list[int] | None

    def work(self, nursery: Nursery, out: Path) -> None:
        """Play until there is nothing left, and leave the results in `out`."""
        pid, line = nursery.open()
        line.setblocking(False)
        try:
            with out.open("w") as file:
                asyncio.run(self._play(nursery, line, file))
        finally:
            line.close()
            os.waitpid(pid, 0)

    async def _play(self, nursery: Nursery, line: socket.socket, file: TextIO) -> None:
        spend = self.budget.spend if self.budget is not None else lambda: None
        for number in self._numbers():
            script = self.plays.script(number)
            given = self.plays.given[script.name]
            play = Play(script, given, self.house, f"play{self.number}", nursery.clock, line, self.ground)
            result = await play.run(bounded(self.plays.lives(number), self.budget), number, spend)
            file.write(json.dumps(asdict(result)) + "\n")
            file.flush()

    def _numbers(self) -> Iterator[int]:
        if self.only is not None:
            yield from self.only[self.number :: self.of]
            return
        number = self.number
        while (self.budget is None or self.budget.left > 0) and (self.plays.count is None or number < self.plays.count):
            yield number
            number += self.of
