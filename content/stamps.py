"""What each translation was made from: a stamp of its source's words, so that no change of these goes unseen.

A stamp is kept in content/reviews/<language>/<file>.yaml, beside nothing that people are told: the bot never reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path

import msgspec

from content.passages import Passage, digest, means, passages, path_of
from content.schema import Fault
from content.tree import Tree, open_as

FOLDER = "reviews"
LENGTH = 8
HEAD = """\
# What these texts were translated from. Written by: run_bot.py translated (docs/words.md). Do not write here by hand.
"""


class Stamped(msgspec.Struct):
    """What a run of `translated` did: texts stamped, texts left alone because their source changed, names it did not know."""

    stamped: list[str] = []
    changed: list[str] = []
    unknown: list[str] = []


def stamp_of(tree: Tree, passage: Passage) -> str:
    """The stamp that a translation made today would carry."""
    return digest(passage.words[tree.source], LENGTH)


def stamps_path(tree: Tree, language: str, file: str) -> Path:
    """Where the stamps of a file's translations are kept."""
    return tree.folder / FOLDER / language / f"{file}.yaml"


def read_stamps(tree: Tree, language: str, file: str) -> dict[str, str]:
    """The stamps of one file by id; none where none were made."""
    path = stamps_path(tree, language, file)
    return (open_as(tree, path, dict[str, str]) or {}) if path.exists() else {}


def faults(tree: Tree) -> Iterator[Fault]:
    """Every translation whose source changed after it, and, a line a file, those nobody has stamped yet."""
    for language, file, group in _files(tree):
        stamps, path = read_stamps(tree, language, file), tree.name(path_of(tree, file, language))
        for one in group:
            if one.id in stamps and stamps[one.id] != stamp_of(tree, one):
                yield Fault(path, one.id, f"{_changed(tree, language)}run_bot.py translated {language} {one.name}")
        if missing := [one.name for one in group if one.id not in stamps]:
            few = ", ".join(missing[:3]) + (", …" if len(missing) > len(missing[:3]) else "")
            new = f"{len(missing)} new texts in {language}: {few}. When they say what the {tree.source} says"
            yield Fault(path, "", f"{new}: run_bot.py translated")


def stamp(tree: Tree, languages: Collection[str], names: Collection[str] = ()) -> Stamped:
    """Stamp what was brought up to date: the texts named, or else those that have no stamp at all.

    Stamps of texts that are gone go too.
    """
    every, done = passages(tree), Stamped()
    done.unknown = [name for name in names if not any(means(name, one.name, one.part, one.file) for one in every)]
    if done.unknown:
        return done
    for language, file, group in _files(tree):
        if language not in languages:
            continue
        old = read_stamps(tree, language, file)
        new = {one.id: stamp for one in group if (stamp := _stamp(tree, one, old.get(one.id), names))}
        for one in group:
            before, now = old.get(one.id), new.get(one.id)
            done.stamped += [f"{language} {one.name}"] if now != before else []
            done.changed += [f"{language} {one.name}"] if now and now != stamp_of(tree, one) else []
        if new != old:
            _write(stamps_path(tree, language, file), new)
    return done


def _stamp(tree: Tree, one: Passage, before: str | None, names: Collection[str]) -> str | None:
    """The stamp a text has from now on; None where it stays without."""
    takes = any(means(name, one.name, one.part, one.file) for name in names) if names else before is None
    return stamp_of(tree, one) if takes else before


def _files(tree: Tree) -> Iterator[tuple[str, str, list[Passage]]]:
    """Each language and file with the texts translated there."""
    every = passages(tree)
    for language in (one.code for one in tree.languages if one.code != tree.source):
        for file, group in groupby(every, lambda one: one.file):
            there = [one for one in group if language in one.words and tree.source in one.words]
            if there:
                yield language, file, there


def _changed(tree: Tree, language: str) -> str:
    return f"its {tree.source} has changed since. Bring the {language} up to date, or see that it still fits; then: "


def _write(path: Path, stamps: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (f'{id}: "{stamp}"\n' for id, stamp in stamps.items())
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
