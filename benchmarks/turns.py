"""How fast the bot is on this machine: `python benchmarks/turns.py`, some minutes; `--help` for less of it.

Run by hand, never as a test: what it says depends on the machine. docs/performance.md says what was measured where.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

PARTS = ("turns", "updates", "words")


def main() -> None:
    """Measure what was asked for, and print it as Markdown tables."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from benchmarks import durable, updates, words
    from benchmarks.figures import show
    from content.library import load

    asked = _asked()
    library = load()
    if "turns" in asked.parts:
        rates, costs = asyncio.run(durable.measure(library, asked.people, asked.rounds))
        show("durable turns per second", rates)
        show("microseconds of processor each", costs)
    if "updates" in asked.parts:
        show("over HTTP", asyncio.run(updates.measure(min(asked.people, 500), asked.rounds)))
    if "words" in asked.parts:
        show("reading her words", words.measure(library, asked.rounds))
    print(
        "\nOthers at work beside it, by the load average: {:.1f} now, {:.1f} over five minutes.".format(
            *os.getloadavg()
        )
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"what to measure: {', '.join(PARTS)} (all)")
    parser.add_argument("--people", type=int, default=2000, help="how many mothers (2000)")
    parser.add_argument("--rounds", type=int, default=5, help="how many times each is measured (5)")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    asked.parts = asked.parts or PARTS
    return asked


if __name__ == "__main__":
    main()
