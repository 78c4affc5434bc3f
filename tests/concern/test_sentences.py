"""The sentences rules are written and judged by are what their README says: whole, told apart, and nobody's twice."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any, get_args

from content.schema import Level

HERE = Path(__file__).parent
LEVELS = {"none", *get_args(Level)}
RED = {"urgent", "now"}
SCRIPTS, KINDS = {"cyrillic", "plain", "latin"}, {"red", "lower", "hard", "ordinary"}
LANGUAGES = {"tg", "ru", "uz", "en", "mixed"}


def sentences(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


ASIDES = [sentences("aside.jsonl"), sentences("aside_b.jsonl")]
ASIDE = [one for aside in ASIDES for one in aside]
DEVELOPMENT = [one for path in sorted(HERE.glob("dev_*.jsonl")) for one in sentences(path.name)]


def plain(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFC", text).casefold() if letter.isalnum())


def test_every_sentence_is_whole() -> None:
    for one in ASIDE + DEVELOPMENT:
        assert one["text"].strip()
        assert one["lang"] in LANGUAGES
        assert one["script"] in SCRIPTS
        assert one["kind"] in KINDS
        assert one["level"] in LEVELS
        assert (one["kind"] == "red") == (one["level"] in RED)
        assert (one["category"] == "none") == (one["kind"] in {"hard", "ordinary"})


def test_none_stands_twice_and_none_set_aside_is_known_to_who_writes_rules() -> None:
    counted = Counter(plain(one["text"]) for one in ASIDE + DEVELOPMENT)
    assert [text for text, count in counted.items() if count > 1] == []


def test_there_are_enough_of_each_kind() -> None:
    for aside in ASIDES:
        levels, kinds = Counter(one["level"] for one in aside), Counter(one["kind"] for one in aside)
        assert (levels["now"], levels["urgent"]) == (100, 60)
        assert (kinds["lower"], kinds["hard"], kinds["ordinary"]) == (40, 100, 100)
        assert sum(one["direct"] for one in aside if one["level"] in RED) == 100
    everything = ASIDE + DEVELOPMENT
    harmless = sum(one["kind"] in {"hard", "ordinary"} for one in everything)
    assert len(everything) >= 1200
    assert 0.45 <= harmless / len(everything) <= 0.6
