"""Twenty people in a storm: each plays one piece after the other, and sees only what is hers."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bot.clock import RealClock
from bot.phones import Impossible
from tests.kill.house import MASTER, Look
from tests.kill.reference import Reference
from tests.kill.scripts import JOINING, PIECES, TYPED, Script, Stage, says, taps
from tests.kill.verdict import Follower, Ledger, Seen

DESKLESS = frozenset({"joining", "chat", "quiet"})
PATIENCE = 240.0
"""Seconds in which an act must have its effect. Long, as the desk hears twenty messages a minute."""
LOOK = 0.02


@dataclass
class Found:
    """What is known so far; once it is `over`, nobody begins anything new."""

    over: bool = False
    kills: int = 0
    early: int = 0
    in_flight: int = 0
    acts: int = 0
    pieces: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Talk:
    """One person, going through pieces in an order of her own."""

    references: dict[str, Reference]
    found: Found
    stage: Stage
    chance: random.Random
    desk_seats: asyncio.Semaphore
    follower: Follower = field(default_factory=Follower)

    async def go_on(self) -> None:
        """Join, and then one piece after the other until the storm is over."""
        await self._play(JOINING, joining())
        while not self.found.over and not self.found.wrong:
            full = self.desk_seats.locked()
            piece = self.chance.choice([one for one in PIECES if not full or one.name in DESKLESS])
            async with contextlib.AsyncExitStack() as stack:
                if piece.name not in DESKLESS:
                    await stack.enter_async_context(self.desk_seats)
                await self._play(piece, piece)

    async def _play(self, known: Script, played: Script) -> None:
        """Play a piece to its end, also when the storm is over meanwhile."""
        expected = self.references[known.name].expected
        for number, act in enumerate(played.acts):
            self.follower.expect(
                expected, [one for one in expected.windows[number] if not is_shared(one.kind, one.text)]
            )
            try:
                act.do(self.stage)
            except Impossible as impossible:
                self.found.wrong.append(f"{known.name} {number} ({act.name}) cannot be done: {impossible}")
                return
            self.found.acts += 1
            if not await self._answered(f"{known.name} {number} ({act.name})"):
                return
            await asyncio.sleep(self.chance.uniform(0, 0.3))
        self.found.pieces[known.name] += 1

    async def _answered(self, act: str) -> bool:
        ends = time.monotonic() + PATIENCE
        while missing := self.follower.missing():
            if time.monotonic() > ends:
                self.found.wrong.append(f"{act} had not its effect: {[one.text[:60] for one in missing]}")
            if self.found.wrong:
                return False
            await asyncio.sleep(LOOK)
        return True


def joining() -> Script:
    """Joining, on days that are not today, so that no page comes into the storm."""
    today = RealClock().now().weekday()
    days = "Mon, Wed, Fri" if today in {1, 3, 5, 6} else "Tue, Thu, Sat"
    typed = (says(number) for number in TYPED[:-1])
    acts = (says("/start"), taps("English"), *typed, taps(days), taps("Evening, 16 to 20"))
    return Script("joining", acts, joined=False)


def is_shared(kind: str, text: str) -> bool:
    """Whether this is one of the desk's lasting topics being opened, which is nobody's own."""
    return kind == "createforumtopic" and "#" not in text


class Post:
    """Sorts what appears to whom it belongs: by her chat, or by the case it is about."""

    def __init__(self, talks: list[Talk], ledger: Ledger, look: Look) -> None:
        self.talks = talks
        self.unknown: list[Any] = []
        self._ledger = ledger
        self._look = look
        self._by_chat = {talk.stage.her.id: talk for talk in talks}
        self._by_lookup = {MASTER.lookup(talk.stage.her.id): talk for talk in talks}
        self._by_case: dict[int, Talk] = {}
        self._topics: Counter[str] = Counter()

    @property
    def topics_twice(self) -> int:
        """How often a lasting topic was opened once more."""
        return sum(count - 1 for count in self._topics.values())

    async def sort(self) -> None:
        """Sort until cancelled."""
        while True:
            self.read()
            await asyncio.sleep(LOOK)

    def read(self) -> None:
        """Take in what appeared."""
        for seen in self._ledger.news():
            if is_shared(seen.item.kind, seen.item.text):
                self._topics[seen.item.text] += 1
                continue
            talk = self._whose(seen)
            if talk is None:
                self.unknown.append(seen)
            else:
                talk.follower.see(seen.item)

    def _whose(self, seen: Seen) -> Talk | None:
        if not seen.case:
            return self._by_chat.get(seen.chat)
        if seen.case not in self._by_case and (talk := self._by_lookup.get(self._look.owner(seen.case))) is not None:
            self._by_case[seen.case] = talk
        return self._by_case.get(seen.case)
