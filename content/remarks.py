"""What clinicians and translators wrote above the entries of a source file: the book shows it beside the words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from content.tree import Loader

HEAD = ""
"""The place of what stands at the top of a file."""


def remarks(path: Path) -> dict[str, str]:
    """The comment right above each entry, by the entry's place: `worry.child_now`, `weeks.4.reflect`, `pages.2`.

    Lists count from 1. Nothing for a file that is not there.
    """
    if not path.exists():
        return {}
    text = path.read_text(encoding="utf-8")
    lines, found = text.splitlines(), dict[str, str]()
    top = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    taken = set(range(top))
    found[HEAD] = _joined(lines[:top])
    for place, line in _places(yaml.compose(text, Loader), ""):
        first = line
        while first and lines[first - 1].lstrip().startswith("#"):
            first -= 1
        if first < line and first not in taken:
            found[place] = _joined(lines[first:line])
            taken.update(range(first, line))
    return {place: words for place, words in found.items() if words}


def _places(node: yaml.Node | None, place: str) -> Iterator[tuple[str, int]]:
    """Every entry and the line it begins on, outermost first."""
    dot = f"{place}." if place else ""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield f"{dot}{key.value}", key.start_mark.line
            yield from _places(value, f"{dot}{key.value}")
    elif isinstance(node, yaml.SequenceNode):
        for n, value in enumerate(node.value, 1):
            yield f"{dot}{n}", value.start_mark.line
            yield from _places(value, f"{dot}{n}")


def _joined(lines: list[str]) -> str:
    return " ".join(line.strip().lstrip("#").strip() for line in lines).strip()
