"""How long reading her words takes, by the sentences rules are written by, with a bare list of words beside it.

The list is every term of every group as one pattern: what a bot does that only looks for words. It shows what the
composing of rules costs in time; what each hears is in docs/concern.md.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import regex
from msgspec import structs

from benchmarks.figures import Figures, over
from content.library import Library
from content.schema import RuleBook
from flows import concern

SENTENCES = Path(__file__).parents[1] / "tests" / "concern"


def measure(library: Library, rounds: int) -> Figures:
    """Milliseconds a message, at the median and at the 99th of a hundred; each round reads every sentence once."""
    sentences = list(_sentences())
    whole, listed = concern.compile_rules(library.rules), _listed(library.rules)
    alone = concern.compile_rules(structs.replace(library.rules, signs=None))
    ways: dict[str, Callable[[str], object]] = {
        "rules and second ear": lambda text: concern.read(text, whole),
        "rules": lambda text: concern.read(text, alone),
        "a list of their words": lambda text: listed.search(text.casefold()),
    }
    found: Figures = {}
    for way, hear in ways.items():
        taken = [[_milliseconds(hear, text) for text in sentences] for _ in range(rounds)]
        hundredths = [statistics.quantiles(times, n=100) for times in taken]
        found[f"{way}, one of {len(sentences)} sentences, p50, ms"] = over([points[49] for points in hundredths])
        found[f"{way}, p99, ms"] = over([points[98] for points in hundredths])
    return found


def _sentences() -> Iterator[str]:
    for path in sorted(SENTENCES.glob("dev_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]


def _listed(book: RuleBook) -> regex.Pattern[str]:
    files = [*(pack.file for pack in book.packs), *book.words.values()]
    terms = {term.rstrip("*~").casefold() for file in files for terms in file.groups.values() for term in terms}
    return regex.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(regex.escape, terms), key=len, reverse=True))})")


def _milliseconds(hear: Callable[[str], object], text: str) -> float:
    before = perf_counter()
    hear(text)
    return (perf_counter() - before) * 1000
