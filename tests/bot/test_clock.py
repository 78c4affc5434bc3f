"""Time can be moved, and the ticks go on when somebody sets the machine's clock back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot import clock
from bot.clock import RealClock, SteppedClock, Tick, Ticks

NOON = datetime(2030, 3, 1, 12, tzinfo=UTC)


def test_real_time_is_aware_and_in_utc() -> None:
    assert RealClock().now().utcoffset() == timedelta()
    assert RealClock().monotonic() <= RealClock().monotonic()


def test_a_frozen_clock_moves_only_when_stepped() -> None:
    it = SteppedClock(frozen=NOON)
    assert (it.now(), it.monotonic()) == (NOON, 0)
    it.step(timedelta(days=7))
    assert (it.now(), it.monotonic()) == (NOON + timedelta(days=7), 7 * 86400)


def test_a_stepped_clock_runs_on() -> None:
    it = SteppedClock(timedelta(weeks=14))
    ahead = it.now() - RealClock().now()
    assert timedelta(weeks=14) - timedelta(seconds=1) < ahead <= timedelta(weeks=14)
    assert it.monotonic() <= RealClock().monotonic()


def test_stepping_to_the_past_changes_nothing() -> None:
    it = SteppedClock(frozen=NOON)
    it.step_to(NOON + timedelta(hours=1))
    it.step_to(NOON)
    assert it.now() == NOON + timedelta(hours=1)


@pytest.mark.asyncio
async def test_ticks_run_at_once_and_again_and_never_twice_at_once() -> None:
    runs, together = 0, 0

    async def job() -> None:
        nonlocal runs, together
        together += 1
        assert together == 1
        await asyncio.sleep(0.12)
        together -= 1
        runs += 1

    ticks = Ticks([Tick("job", 0.05, job)])
    ticks.start()
    await asyncio.sleep(0.6)
    await ticks.stop()
    assert runs >= 2


@pytest.mark.asyncio
async def test_a_failing_job_is_run_again() -> None:
    runs = 0

    async def job() -> None:
        nonlocal runs
        runs += 1
        raise RuntimeError

    ticks = Ticks([Tick("job", 0.05, job)])
    ticks.start()
    await asyncio.sleep(0.4)
    await ticks.stop()
    assert runs >= 2


@pytest.mark.asyncio
async def test_after_a_jump_backwards_jobs_are_planned_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = asyncio.Event()

    async def job() -> None:
        ran.set()

    apart = iter([0.0, -3600.0])
    monkeypatch.setattr(clock, "LOOK", 0.05)
    monkeypatch.setattr(clock.Ticks, "_apart", lambda _: next(apart, -3600.0))
    ticks = Ticks([Tick("job", 3600, job)])
    ticks.start()
    await asyncio.wait_for(ran.wait(), 1)
    ran.clear()
    await asyncio.wait_for(ran.wait(), 3)
    await ticks.stop()


@pytest.mark.asyncio
async def test_stopping_what_never_started_is_fine() -> None:
    await Ticks([]).stop()
