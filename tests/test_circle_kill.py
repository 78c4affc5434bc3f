"""A circle whose bot dies between a member's words and the last copy: nothing is lost, and all see one order.

Death is sudden: from the chosen boundary on (before or after a commit, after a call to Telegram) nothing is committed,
and the next life knows only what the database does. Delivery is at least once: what was under way
may come twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.seated import Seated, circle, seated
from tests.world import world

ROUNDS = 6
HIGHEST = 90
"""There are about so many boundaries in one round: each round dies at one of them."""


class Killed(BaseException):
    """The process is no more."""


class Fate:
    """Counts the boundaries of a life, and ends it at the chosen one."""

    def __init__(self) -> None:
        self.dead = asyncio.Event()
        self.left = 0

    def arm(self, at: int) -> None:
        self.left = at

    def __call__(self, boundary: str) -> None:
        if boundary == "before http":
            return  # to die here is to die after the last commit; the call under way is met by the one after it
        if self.dead.is_set():
            raise Killed
        self.left -= 1
        if self.left == 0:
            self.dead.set()
            raise Killed

    async def meets(self, life: Coroutine[Any, Any, None]) -> bool:
        """Live until the end, or until death. Whether it was death."""
        living, death = asyncio.create_task(life), asyncio.create_task(self.dead.wait())
        await asyncio.wait([living, death], return_when=asyncio.FIRST_COMPLETED)
        died = self.dead.is_set()
        for task in (living, death):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Killed):
                await task
        return died


async def born_again(s: Seated, fate: Fate) -> None:
    with contextlib.suppress(Killed):
        await s.w.life.aclose()
    fate.dead.clear()
    await s.w.restart()


async def one_round(s: Seated, fate: Fate, at: int, number: int) -> bool:
    """All three write; the bot dies at the boundary; then time passes. Whether it died."""
    her, gulru, malika = s.all
    await s.passes(minutes=5)  # who writes more than twenty in an hour is braked
    words = {f"{user.first_name} {number}-{turn}": user for turn in range(2) for user in (her, gulru, malika)}
    fate.arm(at)
    for text, user in words.items():
        s.w.cloud.say(user, text)

    async def lives() -> None:
        await s.w.settle()
        await s.goes_out()

    died = await fate.meets(lives())
    if died:
        await born_again(s, fate)
    fate.arm(0)
    await lives()
    orders = []
    for user in s.all:
        there = [one.text.partition("\n")[2] for one in s.w.cloud.chat_view(user.id) if one.sender is s.w.cloud.bot]
        mine = [text for text in dict.fromkeys(there) if text in words]
        expected = {text for text, author in words.items() if author is not user}
        assert set(mine) == expected, (at, user.first_name)
        assert len([text for text in there if text in words]) <= len(expected) + 1, (at, "doubled")
        orders.append(mine)
    for one in orders:
        for other in orders:
            assert [text for text in one if text in other] == [text for text in other if text in one], at
    return died


async def rounds(s: Seated, fate: Fate, deaths: list[int]) -> int:
    return sum([await one_round(s, fate, at, number) for number, at in enumerate(deaths)])


async def test_killed_between_writing_and_the_last_copy(tmp_path: Path) -> None:
    fate, draw = Fate(), random.Random()
    share = HIGHEST // ROUNDS
    deaths = [share * at + draw.randrange(1, share + 1) for at in range(ROUNDS)]
    async with circle(tmp_path, boundary=fate) as s:
        assert await rounds(s, fate, deaths) >= ROUNDS // 2


async def test_killed_at_every_boundary_between_writing_and_the_last_copy(tmp_path: Path) -> None:
    fate = Fate()
    async with circle(tmp_path, boundary=fate) as s:
        assert await rounds(s, fate, list(range(1, HIGHEST))) >= HIGHEST // 2


@pytest.mark.parametrize("fresh_url", ["postgresql"], indirect=True)
async def test_killed_on_postgresql(fresh_url: str, tmp_path: Path) -> None:
    fate = Fate()
    async with world(tmp_path, url=fresh_url, boundary=fate) as w:
        await w.joins()
        s = await seated(w)
        assert await rounds(s, fate, random.Random().sample(range(1, 40), 2)) >= 1
