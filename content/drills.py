"""Made-up cases to practise on: read, and held against the languages there are."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec

from content.schema import Level, Strict
from content.tree import Tree, open_as

FOLDER = "drills"
Words = dict[str, str]
"""The same text by language."""


class DrillLine(Strict, frozen=True):
    """Something she says: to the `bot`, or once a `person` has written to her, `after` so many seconds."""

    text: Words
    to: Literal["bot", "person"] = "bot"
    after: int = 0


class Drill(Strict, frozen=True):
    """One scenario: a mother who is nobody, and what she says. `level`: that of the case her first words open.

    `months` is her child's age. `matters` is told to those who played it, when it is over.
    """

    order: int
    level: Level
    name: Words
    months: int
    lines: tuple[DrillLine, ...]
    matters: Words
    shared: bool = False
    id: str = ""


def read_drills(tree: Tree) -> tuple[Drill, ...]:
    """Every scenario, in its order; what is wrong with one is a fault of the tree."""
    found = []
    for path in sorted((tree.folder / FOLDER).glob("*.yaml")):
        one = open_as(tree, path, Drill)
        if one is not None:
            _judge(tree, path, one)
            found.append(msgspec.structs.replace(one, id=path.stem))
    return tuple(sorted(found, key=lambda one: one.order))


def _judge(tree: Tree, path: Path, one: Drill) -> None:
    if not one.lines or one.lines[0].to != "bot":
        tree.blame(path, "lines", "the first line has to be said to the bot. Write one")
    texts: list[tuple[str, Any]] = [("name", one.name), ("matters", one.matters)]
    texts += [(f"lines.{number}", line.text) for number, line in enumerate(one.lines, 1)]
    for place, words in texts:
        for code in {language.code for language in tree.languages if language.live} - set(words):
            tree.blame(path, place, f"no words in {code}. Write them")
