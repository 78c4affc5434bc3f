"""Telegram in a process of its own, so that it costs the bot nothing but the other core.

It takes one line of JSON at a time and answers with one. `{"rtt": seconds}` sets how long every call is under way.
`{"ask": n}`: n people write at the same moment, and the answer is after how many seconds Telegram had a reply for
the last of them. `{"one": n}`: they write one after another, each when the one before has hers; a list of seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
from time import perf_counter
from typing import Any

from benchmarks.crowd import HARMLESS
from bot.clock import RealClock
from bot.phones import Cloud, Server, serve
from bot.phones.kept import User, Wire

TOKEN = "1:benchmark"
PATIENCE = 120.0


class Counting(Cloud):
    """A Telegram that notices when everybody who asked has been answered."""

    def __init__(self) -> None:
        super().__init__(now=RealClock().now)
        self.asked: set[int] = set()
        self.answered = asyncio.Event()

    def call(self, method: str, params: Wire) -> Any:
        """Carry out a method."""
        result = super().call(method, params)
        if method == "sendMessage":
            self.asked.discard(params["chat_id"])
            if not self.asked:
                self.answered.set()
        return result


async def ask(cloud: Counting, people: list[User]) -> float | None:
    """Seconds until every one of them has her reply. None: not all had it in two minutes."""
    cloud.calls.clear()
    cloud.asked = {who.id for who in people}
    cloud.answered.clear()
    began = perf_counter()
    for who in people:
        cloud.say(who, HARMLESS)
    try:
        await asyncio.wait_for(cloud.answered.wait(), PATIENCE)
    except TimeoutError:
        return None
    return perf_counter() - began


async def obey(order: dict[str, Any], cloud: Counting, server: Server, people: list[User]) -> object:
    """Carry out one order."""
    if "rtt" in order:
        server.rtt = order["rtt"]
        return None
    if "one" in order:
        return [await ask(cloud, [who]) for who in people[: order["one"]]]
    return await ask(cloud, people[: order["ask"]])


async def run(count: int) -> None:
    """Serve until standard input ends. The first line says where, and who the people are."""
    cloud = Counting()
    people = [cloud.add_user(f"Savsan {number}", "tg") for number in range(count)]
    loop = asyncio.get_running_loop()
    async with serve(cloud, TOKEN) as server:
        print(json.dumps({"url": server.url, "first": people[0].id}), flush=True)
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            print(json.dumps(await obey(json.loads(line), cloud, server, people)), flush=True)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1])))
