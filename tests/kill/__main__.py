"""Run the kill test: `python -m tests.kill --kills 1500`. Prints one JSON object; fails where a promise was broken.

Everything is drawn from the seed: which script a play plays and at which boundaries its lives end. A failure prints
the command that plays that one again.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from storage import database
from tests.kill.clock import SharedClock
from tests.kill.house import Aim, House
from tests.kill.life import names
from tests.kill.nursery import Nursery, dies_with_parent
from tests.kill.plan import Budget, Plays
from tests.kill.play import Result
from tests.kill.reference import Parts, references
from tests.kill.scripts import english
from tests.kill.worker import Worker

MEMORY = Path("/dev/shm")


def summed(results: list[Result], plays: Plays, again: str) -> dict[str, Any]:
    """All results as one."""
    total = {name: sum(getattr(one, name) for one in results) for name in COUNTED}
    known = {(name, where) for name, one in plays.given.items() for where in one.boundaries}
    hit = {(one.script, name) for one in results for where in one.deaths for name in names(where)}
    besides = sum(
        not known.intersection((one.script, name) for name in names(where)) for one in results for where in one.deaths
    )
    failures = [
        {
            "script": one.script,
            "play": one.number,
            "deaths": one.deaths[-3:],
            "wrong": one.wrong[:8],
            "again": f"{again} --play {one.number}",
        }
        for one in results
        if one.wrong
    ]
    return {
        "seed": plays.seed,
        "plays": len(results),
        **total,
        "boundaries": {"known": len(known), "hit": len(known & hit), "kills besides": besides},
        "never hit": sorted(map(": ".join, known - hit))[:8],
        "failures": failures,
    }


COUNTED = (
    *("kills", "births", "acts", "accepted", "lost", "safety", "safety_lost", "out_of_order", "duplicates"),
    *("in_flight", "refused_starts"),
)


def main() -> int:
    asked = _asked()
    began = time.monotonic()
    parent = MEMORY if MEMORY.is_dir() and not asked.folder else asked.folder
    folder = Path(tempfile.mkdtemp(prefix="kill-", dir=parent))
    try:
        summary = run(asked, folder, began)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    return 1 if summary["failures"] or summary["crashed"] else 0


def run(asked: argparse.Namespace, folder: Path, began: float) -> dict[str, Any]:
    """The whole of it: references, workers, sum."""
    sys.stderr.write(f"seed {asked.seed}\n")
    database._engine = aim = Aim()
    house, library = House(folder, asked.database), english()
    ground, given = references(Parts(house, SharedClock(), library, aim.writes))
    plays = Plays(asked.seed, given, asked.kills, every=asked.every)
    budget = None if asked.every or asked.play else Budget(asked.kills)
    ready = time.monotonic()
    pids = []
    for number in range(asked.workers):
        pid = os.fork()
        if not pid:
            nursery = Nursery(SharedClock(), library, aim.writes)
            _be(Worker(number, asked.workers, house, plays, ground, budget, asked.play), nursery, folder)
        pids.append(pid)
    crashed = _awaited(pids, asked.seconds)
    results = [
        Result(**json.loads(line))
        for file in sorted(folder.glob("*.results"))
        for line in file.read_text().splitlines()
    ]
    ended = time.monotonic()
    return {
        **summed(results, plays, _again(asked)),
        "crashed": crashed + [file.read_text()[-2000:] for file in folder.glob("*.crash")],
        "seconds": {"all": round(ended - began, 1), "plays": round(ended - ready, 1)},
    }


def _be(worker: Worker, nursery: Nursery, folder: Path) -> None:
    """Be a worker; never returns."""
    try:
        dies_with_parent()
        worker.work(nursery, folder / f"{worker.number}.results")
    except BaseException:  # noqa: BLE001 (whatever it is, the parent must be told)
        (folder / f"{worker.number}.crash").write_text(traceback.format_exc())
    finally:
        os._exit(0)


def _awaited(pids: list[int], seconds: float) -> list[str]:
    """Wait for the workers to end, but not for ever."""
    ends, left = time.monotonic() + seconds, set(pids)
    while left and time.monotonic() < ends:
        left -= {pid for pid in left if os.waitpid(pid, os.WNOHANG)[0]}
        time.sleep(0.02)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return [f"not done after {seconds:.0f} seconds"] if left else []


def _again(asked: argparse.Namespace) -> str:
    every = " --all" if asked.every else f" --kills {asked.kills}"
    return f"python -m tests.kill --seed {asked.seed}{every}" + (" --database …" if asked.database else "")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=1500)
    parser.add_argument(
        "--all", dest="every", action="store_true", help="first deaths at every boundary of every script"
    )
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--play", type=int, action="append", help="only this play")
    parser.add_argument("--database", default="", help="the address of a PostgreSQL server; SQLite without it")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--folder", type=Path, default=None, help="where databases lie, if not in memory")
    asked = parser.parse_args()
    if asked.seed is None:
        asked.seed = secrets.randbelow(1_000_000)
    return asked


if __name__ == "__main__":
    sys.exit(main())
