"""A small content tree for tests of time: the real words and rules, and made-up weeks for the mothers' programme."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from content.library import HERE, Library, load

READ = ("reflect", "play", "have_a_go", "question")
"""The parts of a week that a mother reads."""


def made_up(folder: Path, weeks: int = 3, stirs: tuple[int, ...] = (), alone: tuple[int, ...] = ()) -> Library:
    """A library with so many weeks, one bubble a part, written below `folder` first so that it is read as any other.

    `stirs`, `alone`: the weeks marked so.
    """
    tree = folder / "content"
    shutil.copytree(HERE, tree, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    courses = tree / "programmes" / "mums"
    for file in courses.glob("*.yaml"):
        language = file.stem
        texts = {f"{week}.{place}": words for week in range(1, weeks + 1) for place, words in page(week, language)}
        # JSON is YAML too.
        file.write_text(
            json.dumps(source(weeks, stirs, alone) if language == "en" else texts, ensure_ascii=False), encoding="utf-8"
        )
    return load(tree)


def source(weeks: int, stirs: tuple[int, ...] = (), alone: tuple[int, ...] = ()) -> dict[str, object]:
    """The programme as its source file has it."""
    return {"id": "mums", "weeks": [one_week(week, week in stirs, week in alone) for week in range(1, weeks + 1)]}


def one_week(week: int, stirs: bool, alone: bool) -> dict[str, object]:
    words = dict(page(week, "en"))
    return {"title": words["title"], "stirs": stirs, "alone": alone, **{part: [words[f"{part}.1"]] for part in READ}}


def page(week: int, language: str) -> list[tuple[str, str]]:
    """The texts of a week, by the ids translations use. Every one says where it belongs."""
    return [(place, f"{language} {week} {place}") for place in ("title", *(f"{part}.1" for part in READ))]
