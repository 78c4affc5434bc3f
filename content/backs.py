"""Translations back into English, for a clinician who does not read the language: kept beside the words, never said.

In content/back/<language>/<file>.yaml, a flat map from id to English. A text may have none. A stamp tells of which words
each was made, so that nobody approves a text by what it used to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from content.entries import digest, entries
from content.schema import Fault
from content.stamps import FOLDER as STAMPS
from content.stamps import LENGTH, Sheet, stale
from content.tree import Tree, open_as

FOLDER = "back"


def read_backs(tree: Tree, language: str, file: str) -> dict[str, str]:
    """What one file says, by id; none where nobody has written it."""
    path = tree.folder / FOLDER / language / f"{file}.yaml"
    return (open_as(tree, path, dict[str, str]) or {}) if path.exists() else {}


def faults(tree: Tree) -> Iterator[Fault]:
    """Ids that no text has (any more), and files of no language or text file."""
    ids = {file: {one.id for one in group} for file, group in groupby(entries(tree), lambda one: one.file)}
    root = tree.folder / FOLDER
    for path in sorted(root.rglob("*.yaml")):
        language, *rest = path.relative_to(root).with_suffix("").parts
        for id in read_backs(tree, language, "/".join(rest)).keys() - ids.get("/".join(rest), set()):
            yield Fault(tree.name(path), id, "there is no such text. Take it out, or correct its id")


def sheets(tree: Tree) -> Iterator[Sheet]:
    """The stamps of all translations back: made of the translated words."""
    every = entries(tree)
    for language in (one.code for one in tree.languages):
        for file, group in groupby(every, lambda one: one.file):
            backs = read_backs(tree, language, file)
            there = [one for one in group if language in one.words and one.id in backs]
            if there:
                path = tree.folder / STAMPS / language / FOLDER / f"{file}.yaml"
                yield Sheet(language, file, path, [(one, digest(one.words[language], LENGTH)) for one in there])


def outdated(tree: Tree) -> set[tuple[str, str]]:
    """The translations back that are of older words than today's: language and name of the text."""
    return {(sheet.language, one.name) for sheet in sheets(tree) for one in stale(tree, sheet)}
