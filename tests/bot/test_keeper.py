"""The bot behind the page: restarted on the same database, and carried to the end of the programme."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.phones.keeper import Keeper
from bot.phones.mover import Mover
from storage.reached import Reached
from tests.tree import made_up
from tests.world import PATIENCE, World, world

WEEKS = 3


@asynccontextmanager
async def joined(tmp_path: Path) -> AsyncIterator[World]:
    folder = tmp_path / "tree"
    folder.mkdir()
    async with world(tmp_path / "var", library=made_up(folder, WEEKS)) as w:
        await w.joins()
        yield w


async def test_to_the_end_everybody_has_had_the_whole_programme_and_nothing_moves_after_it(tmp_path: Path) -> None:
    async with joined(tmp_path) as w:
        weeks: set[int] = set()
        w.cloud.on_change.append(lambda: weeks.add((w.mover.progress or {}).get("week", 0)))
        begun = w.clock.now()
        await w.mover.step({"to": "end"})
        assert set(range(1, WEEKS + 1)) <= weeks
        ended = w.clock.now()
        assert WEEKS - 1 <= (ended - begun).days / 7 <= WEEKS + 2
        await w.mover.step({"to": "end"})
        assert (w.clock.now() - ended).total_seconds() < 60
        assert w.mover.progress is None


async def test_nobody_waits_for_ever_for_what_is_put_off_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with joined(tmp_path) as w:
        begun = w.clock.now()

        async def next_week() -> datetime:
            return w.clock.now() + timedelta(days=7)

        async def at_a_standstill() -> list[Reached]:
            return [Reached(week=1, weeks=14, done=False)]

        monkeypatch.setattr(w.mover, "_next", next_week)
        monkeypatch.setattr(w.mover, "_reached", at_a_standstill)
        monkeypatch.setattr(w.mover, "_newest", lambda _chats: (0,))
        for way in ("next", "end"):
            await w.mover.step({"to": way})
        assert timedelta(days=100) <= w.clock.now() - begun <= timedelta(days=121)


async def test_while_nobody_takes_a_red_case_the_next_message_is_the_next_call_to_the_desk(tmp_path: Path) -> None:
    async with joined(tmp_path) as w:
        mover = Mover(w.clock, w.cloud, {w.her.id}, {w.gulru.id, w.desk})
        mover.app, w.mover = w.app, mover
        await w.says("I don't want to live any more")
        for _ in range(3):
            begun = w.clock.now()
            await w.mover.step({"to": "next"})
            assert timedelta() < w.clock.now() - begun < timedelta(hours=1)


async def test_the_way_to_the_end_can_be_left(tmp_path: Path) -> None:
    async with joined(tmp_path) as w:
        begun = w.clock.now()
        w.cloud.on_change.append(lambda: w.mover.cancel() if (w.mover.progress or {}).get("week") else None)
        await w.mover.step({"to": "end"})
        assert (w.clock.now() - begun).days < 7


async def test_a_restart_is_another_bot_on_the_same_database(tmp_path: Path) -> None:
    async with joined(tmp_path) as w:
        await w.life.aclose()
        greeted: asyncio.Queue[str] = asyncio.Queue()
        keeper = Keeper(w.settings, w.clock, w.mover, lambda: greeted.put_nowait("here"))
        running = asyncio.create_task(keeper.run())
        await asyncio.wait_for(greeted.get(), PATIENCE)
        first = w.app
        await keeper.restart()
        assert w.app is not first
        before = len(w.heard)
        await w.says("thank you")
        assert len(w.heard) > before
        assert greeted.empty()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert w.mover.app is None
