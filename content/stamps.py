"""What each translation was made from: a stamp of its source's words, so that no change of these goes unseen.

A stamp is kept in content/reviews/<language>/<file>.yaml, beside nothing that people are told: the bot never reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from pathlib import Path

import msgspec

from content.entries import Entry, digest, entries, means, path_of
from content.schema import Fault
from content.tree import Tree, open_as

FOLDER = "reviews"
LENGTH = 8
FEW = 3
"""Names in a fault before it ends in an ellipsis."""
HEAD = """\
# What these texts were made from. Written by: run_bot.py translated (docs/words.md). Do not write here by hand.
"""


class Stamped(msgspec.Struct):
    """What a run of `translated` did: texts stamped, texts left alone because their source changed, names it did not know."""

    stamped: list[str] = []
    changed: list[str] = []
    unknown: list[str] = []


class Sheet(msgspec.Struct, frozen=True):
    """A file of stamps: where it is, and each text it may hold one for, with the stamp that text would get today."""

    language: str
    file: str
    path: Path
    texts: list[tuple[Entry, str]]


def sheets(tree: Tree) -> Iterator[Sheet]:
    """Those of all translations, each language and file: stamped with the words of the source."""
    every = entries(tree)
    for language in (one.code for one in tree.languages if one.code != tree.source):
        for file, group in groupby(every, lambda one: one.file):
            there = [one for one in group if language in one.words and tree.source in one.words]
            if there:
                path = tree.folder / FOLDER / language / f"{file}.yaml"
                yield Sheet(language, file, path, [(one, digest(one.words[tree.source], LENGTH)) for one in there])


def kept(tree: Tree, sheet: Sheet) -> dict[str, str]:
    """The stamps that were made, by id."""
    return (open_as(tree, sheet.path, dict[str, str]) or {}) if sheet.path.exists() else {}


def stale(tree: Tree, sheet: Sheet) -> list[Entry]:
    """The texts whose stamp is of other words than today's."""
    stamps = kept(tree, sheet)
    return [one for one, today in sheet.texts if stamps.get(one.id, today) != today]


def faults(tree: Tree) -> Iterator[Fault]:
    """Every translation whose source changed after it, and, a line a file, those nobody has stamped yet."""
    for sheet in sheets(tree):
        path, language = tree.name(path_of(tree, sheet.file, sheet.language)), sheet.language
        for one in stale(tree, sheet):
            cure = f"Bring the {language} up to date, or see that it still fits; then: "
            message = f"its {tree.source} has changed since. {cure}run_bot.py translated {language} {one.name}"
            yield Fault(path, one.id, message)
        stamps = kept(tree, sheet)
        if new := [one.name for one, _ in sheet.texts if one.id not in stamps]:
            few = ", ".join(new[:FEW]) + (", …" if len(new) > FEW else "")
            when = f"When they say what the {tree.source} says"
            yield Fault(path, "", f"{len(new)} new texts in {language}: {few}. {when}: run_bot.py translated")


def stamp(tree: Tree, some: Iterable[Sheet], names: Collection[str] = ()) -> Stamped:
    """Stamp what was brought up to date: the texts named, or else those that have no stamp at all.

    Stamps of texts that are gone go too.
    """
    chosen, done = list(some), Stamped()
    every = [one for sheet in chosen for one, _ in sheet.texts]
    done.unknown = [name for name in names if not any(means(name, one.name, one.part, one.file) for one in every)]
    for sheet in chosen if not done.unknown else ():
        old, new = kept(tree, sheet), dict[str, str]()
        for one, today in sheet.texts:
            before = old.get(one.id)
            takes = any(means(name, one.name, one.part, one.file) for name in names) if names else before is None
            if takes or before is not None:
                new[one.id] = today if takes else str(before)
            done.stamped += [f"{sheet.language} {one.name}"] if takes and before != today else []
            done.changed += [f"{sheet.language} {one.name}"] if not takes and before not in {None, today} else []
        if new != old:
            _write(sheet.path, new)
    return done


def _write(path: Path, stamps: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (f'{id}: "{stamp}"\n' for id, stamp in stamps.items())
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
