"""Durable turns per second: the events of a crowd wait in the inbox, and the time is that until none is left.

A batch is one commit on the disk (WAL, synchronous=FULL). Storing the events beforehand has a row of its own. Beside
the rate stands the processor's time for one turn, which says more where the machine is shared.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Awaitable
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

from sqlalchemy import func, select, text

from benchmarks.crowd import HARMLESS, JOINING, Crowd, crowd
from benchmarks.figures import Figures, over
from content.library import Library
from flows import concern
from flows.events import Said
from storage.schema import answers, cases, inbox

FIRST = 7_000_000_001
WORRYING = "Дигар зистан намехоҳам"


class Took(NamedTuple):
    """Seconds by the clock on the wall, and seconds of the processor."""

    wall: float
    processor: float


async def measure(library: Library, people: int, rounds: int) -> tuple[Figures, Figures]:
    """Turns of each kind per second, and microseconds of processor a turn. Each round is a new crowd."""
    rates: defaultdict[str, list[float]] = defaultdict(list)
    costs: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            async with crowd(Path(folder), library, range(FIRST, FIRST + people)) as everybody:
                for kind, took in (await _round(everybody, library)).items():
                    rates[kind].append(people / took.wall)
                    costs[kind].append(took.processor / people * 1e6)
    return {kind: over(each) for kind, each in rates.items()}, {kind: over(each) for kind, each in costs.items()}


async def _round(everybody: Crowd, library: Library) -> dict[str, Took]:
    """Everybody joins, is asked how she feels and taps an answer, and then writes."""
    await _check_settings(everybody)
    took: dict[str, Took] = {}
    await everybody.says("/start")
    took["/start, of somebody new"] = await _turns(everybody)
    joining = []
    for question, value in JOINING:
        await everybody.taps(1, question, value)
        joining.append(await _turns(everybody))
    took["tap: one of the nine of joining"] = Took(*(sum(each) / len(joining) for each in zip(*joining, strict=True)))
    await everybody.says("/feel")
    took["command: how do I feel, and its question"] = await _turns(everybody)
    took["(stored in the inbox, a hundred a commit)"] = await _took(everybody.taps(2, "mood", "4"))
    took["**tap: the answer to that**"] = await _turns(everybody)
    await everybody.says(HARMLESS)
    took["words: a turn in which nothing was found"] = await _turns(everybody)
    await everybody.does(Said(message=1, text=WORRYING, finding=concern.read(WORRYING, library.rules)))
    took["words: a turn that opens a case"] = await _turns(everybody)
    for words, kind in ((HARMLESS, "nothing found"), (WORRYING, "something found")):
        took[f"(words read by concern, {kind})"] = await _took(_read(library, words, len(everybody.people)))
    await _check_done(everybody)
    return took


async def _turns(everybody: Crowd) -> Took:
    took = await _took(everybody.turns.drain())
    await everybody.forget()
    return took


async def _took(work: Awaitable[object]) -> Took:
    wall, processor = perf_counter(), process_time()
    await work
    return Took(perf_counter() - wall, process_time() - processor)


async def _read(library: Library, words: str, times: int) -> None:
    for _ in range(times):
        concern.read(words, library.rules)


async def _check_settings(everybody: Crowd) -> None:
    async with everybody.db.read() as conn:
        mode = (await conn.execute(text("PRAGMA journal_mode"))).scalar()
        synchronous = (await conn.execute(text("PRAGMA synchronous"))).scalar()
    assert (mode, synchronous) == ("wal", 2), "not the settings the bot runs with"


async def _check_done(everybody: Crowd) -> None:
    """Everybody's tap was taken as the answer it is, everybody has a case, and nothing is left."""
    async with everybody.db.read() as conn:
        counts = [
            (await conn.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (answers, cases, inbox)
        ]
    assert counts == [len(everybody.people), len(everybody.people), 0], "something else was measured"
