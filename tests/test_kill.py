"""Nothing accepted is lost: the bot is killed at its commits and HTTP calls, born again, and people get their answers.

What a kill is, and who judges, stands in `tests/kill`. `KILL_SEED` in the environment plays a run again.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SEED = os.environ.get("KILL_SEED") or str(secrets.randbelow(1_000_000))


def killed(module: str, *arguments: str, seconds: float) -> dict[str, Any]:
    """Run the kill test in a process of its own; what it found."""
    asked = [sys.executable, "-m", module, "--seed", SEED, "--seconds", str(seconds), *arguments]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=seconds + 60, check=False)
    assert done.stdout, done.stderr
    sys.stdout.write(f"KILL_SEED={SEED}\n{done.stdout}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def kept(found: dict[str, Any], kills: int) -> None:
    """Every promise was kept, and as many kills were done as were asked for."""
    assert found["crashed"] == []
    assert found["failures"] == []
    assert (found["lost"], found["safety_lost"], found["out_of_order"]) == (0, 0, 0)
    assert found["duplicates"] <= found["in_flight"]
    assert found["kills"] >= kills


def test_killed_60_times_at_its_boundaries() -> None:
    kept(killed("tests.kill", "--kills", "60", seconds=300), 60)


@pytest.mark.torture
def test_killed_1500_times_at_its_boundaries() -> None:
    kept(killed("tests.kill", "--kills", "1500", seconds=900), 1500)


def test_killed_15_times_on_postgresql(postgres: str) -> None:
    kept(killed("tests.kill", "--kills", "15", "--database", postgres, seconds=300), 15)


@pytest.mark.torture
def test_killed_300_times_on_postgresql(postgres: str) -> None:
    kept(killed("tests.kill", "--kills", "300", "--database", postgres, seconds=900), 300)


@pytest.mark.torture
def test_killed_at_every_boundary_of_every_script() -> None:
    found = killed("tests.kill", "--all", seconds=3600)
    kept(found, found["plays"])


@pytest.mark.torture
def test_killed_at_random_moments_while_twenty_people_chat() -> None:
    kept(killed("tests.kill.torture", "--kills", "300", seconds=3600), 300)


@pytest.mark.torture
def test_killed_at_random_moments_while_telegram_posts() -> None:
    kept(killed("tests.kill.torture", "--kills", "100", "--webhook", seconds=1800), 100)
