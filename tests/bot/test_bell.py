"""Waiting for a sign: it ends with the sign, with the time, and always with a cancellation."""

from __future__ import annotations

import asyncio

import pytest

from bot.bell import rung


async def test_a_sign_ends_the_wait() -> None:
    sign = asyncio.Event()
    asyncio.get_running_loop().call_soon(sign.set)
    assert await rung(sign, None)


async def test_so_does_the_time() -> None:
    assert not await rung(asyncio.Event(), 0.001)


@pytest.mark.parametrize("turns", range(4))
async def test_a_loop_that_waits_ends_when_it_is_told_in_whatever_turn_the_sign_is_given(turns: int) -> None:
    sign = asyncio.Event()

    async def loop() -> None:
        while True:
            sign.clear()
            await rung(sign, 60)

    running = asyncio.create_task(loop())
    for _ in range(5):
        await asyncio.sleep(0)
    sign.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running], timeout=5)
    assert running.cancelled()
