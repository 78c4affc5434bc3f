"""How long reading her words takes, by the sentences the tests of concern go by."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import yaml

from benchmarks.figures import Figures, over
from content.library import Library
from flows import concern

SENTENCES = Path(__file__).parents[1] / "tests" / "flows" / "concern_sentences.yaml"


def measure(library: Library, rounds: int) -> Figures:
    """Milliseconds a message, at the median and at the 99th of a hundred; each round reads every sentence once."""
    sentences = list(_sentences(yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))))
    concern.read(sentences[0], library.rules)  # makes the rules ready
    taken = [[_milliseconds(text, library) for text in sentences] for _ in range(rounds)]
    hundredths = [statistics.quantiles(times, n=100) for times in taken]
    return {
        f"one of {len(sentences)} sentences, p50, ms": over([points[49] for points in hundredths]),
        "p99, ms": over([points[98] for points in hundredths]),
    }


def _sentences(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    else:
        for part in found.values() if isinstance(found, dict) else found:
            yield from _sentences(part)


def _milliseconds(text: str, library: Library) -> float:
    before = perf_counter()
    concern.read(text, library.rules)
    return (perf_counter() - before) * 1000
