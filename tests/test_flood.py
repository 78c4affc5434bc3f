"""Flooders and one who means it, through the whole bot and at the pace of the real Telegram.

`tests/bot/test_rush.py` has a hundred of them, on a clock of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from storage.schema import cases
from tests.world import World, world

FLOODERS = 40
FLOOD = "I don't want to live any more"
NOW = "I have taken all the pills, I am dying"
WITHIN = 10.0


async def seen(w: World, within: float, sign: Callable[[str], bool]) -> str:
    """The first line at the desk that fits, once it stands there."""
    until = time.monotonic() + within
    while True:
        for message in w.cloud.chat_view(w.desk):
            for line in message.text.splitlines():
                if sign(line):
                    return line
        assert time.monotonic() < until, "it did not come in time"
        await asyncio.sleep(0.05)


async def state_of(w: World, number: int) -> str:
    async with w.app.db.read() as conn:
        return str((await conn.execute(select(cases.c.state).where(cases.c.number == number))).scalar())


async def test_a_genuine_now_is_named_within_ten_seconds_and_taken_by_its_number(tmp_path: Path) -> None:
    async with world(tmp_path, pace_desk=18) as w:
        for n in range(FLOODERS):
            w.cloud.say(w.cloud.add_user(f"Flooder {n}", "en"), FLOOD)
        await seen(w, 60, lambda line: line.startswith("Ждут ответа"))
        w.cloud.say(w.her, NOW)
        named = await seen(w, WITHIN, lambda line: "СЕЙЧАС" in line)
        number = named.split()[1]
        w.cloud.say_in_group(w.gulru, w.desk, f"/take {number}")
        async with asyncio.timeout(WITHIN):
            while await state_of(w, int(number)) != "taken":  # noqa: ASYNC110 (the bot is watched from outside)
                await asyncio.sleep(0.05)
