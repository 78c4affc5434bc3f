"""Waiting for a sign, or for a while: what every loop does between two pieces of work.

Not `asyncio.wait_for`: before Python 3.12 it swallows the cancellation of a task whose sign is given in the same turn
of the event loop, and a loop that is to end goes on for ever (python/cpython issue 86296).
"""

from __future__ import annotations

import asyncio


async def rung(sign: asyncio.Event, seconds: float | None) -> bool:
    """Wait until `sign` is set, at most so many seconds (None: for ever). Whether it was."""
    try:
        async with asyncio.timeout(seconds):
            await sign.wait()
    except TimeoutError:
        return False
    return True
