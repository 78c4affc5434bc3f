"""Translations back into English, for a clinician who does not read the language: kept beside the words, never said.

In content/back/<language>/<file>.yaml, a flat map from id to English. A text may have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from content.passages import passages
from content.schema import Fault
from content.tree import Tree, open_as

FOLDER = "back"


def read_backs(tree: Tree, language: str, file: str) -> dict[str, str]:
    """What one file says, by id; none where nobody has written it."""
    path = tree.folder / FOLDER / language / f"{file}.yaml"
    return (open_as(tree, path, dict[str, str]) or {}) if path.exists() else {}


def faults(tree: Tree) -> Iterator[Fault]:
    """Ids that no text has (any more), and files of no language or text file."""
    ids = {file: {one.id for one in group} for file, group in groupby(passages(tree), lambda one: one.file)}
    root = tree.folder / FOLDER
    for path in sorted(root.rglob("*.yaml")):
        language, *rest = path.relative_to(root).with_suffix("").parts
        for id in read_backs(tree, language, "/".join(rest)).keys() - ids.get("/".join(rest), set()):
            yield Fault(tree.name(path), id, "there is no such text. Take it out, or correct its id")
