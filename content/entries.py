"""Every text of the tree beside its translations, whatever file it is from: what is stamped, approved and put in the book."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from content.courses import Course, Stock
from content.drills import FOLDER, read_drills
from content.instruments import read_instruments
from content.schema import Text
from content.tree import Tree

SAFETY_SHELVES = frozenset({"drink", "mourning", "rights"})
"""Shelves on whose words her safety rests, beside pages that come at a time, which name danger signs, or for her alone."""


class Entry(msgspec.Struct, frozen=True):
    """One text in every language that has it.

    file: as below content/, without language and ending, such as `strings/worry`. id: as its translations use it.
    part: what is approved as one, and `name`, which is the only text of that name in the tree.
    """

    file: str
    id: str
    part: str
    name: str
    words: dict[str, Text]
    tags: frozenset[str] = frozenset()
    note: str = ""

    @property
    def is_safety(self) -> bool:
        """Whether a real bot may say it only once somebody has approved it."""
        return bool(self.tags & {"safety", "danger_sign"})


def entries(tree: Tree) -> tuple[Entry, ...]:
    """All of them, in the order of their files; gathered once from a tree that has been read."""
    if tree.gathered is None:
        kinds = (_strings, _courses, _shelves, _screening, _places, _drills)
        tree.gathered = tuple(one for kind in kinds for one in kind(tree))
    found: tuple[Entry, ...] = tree.gathered
    return found


def path_of(tree: Tree, file: str, language: str) -> Path:
    """Where the words of a file in a language stand."""
    kind, _, name = file.partition("/")
    if kind == "strings":
        return tree.strings_path(language, name)
    if kind in {"programmes", "shelves", "instruments"}:
        return tree.folder / file / f"{language}.yaml"
    return tree.folder / f"{file}.yaml"


def digest(words: object, length: int) -> str:
    """So many hex digits that change with any letter of the words."""
    plain = json.dumps(words, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:length]


def means(name: str, *called: str) -> bool:
    """Whether a name somebody wrote is one of those something is called by, or the beginning of one up to a dot.

    A file may be written as a path: `content/strings/tg/worry.yaml` is `strings/worry`.
    """
    plain = _tidy(name)
    return any(one == plain or one.startswith(f"{plain}.") for one in called)


def _tidy(name: str) -> str:
    if "/" not in name:
        return name
    kind, *rest = name.removeprefix("content/").removesuffix(".yaml").split("/")
    if kind == "strings":
        return f"{kind}/{rest[-1]}"
    return "/".join((kind, rest[0]))


def _strings(tree: Tree) -> Iterator[Entry]:
    for id, phrase in tree.phrases.items():
        file = f"strings/{tree.areas[id]}"
        tags = phrase.tags | ({"staff"} if id.startswith("desk.") else set())
        part = id if tags & {"safety", "danger_sign"} else file
        others = {code: texts[id] for code, texts in tree.strings.items() if id in texts}
        yield Entry(file, id, part, id, {tree.source: phrase.text, **others}, frozenset(tags), phrase.note)


def _courses(tree: Tree) -> Iterator[Entry]:
    for course in tree.courses.values():
        for id, words in _joined(tree, course).items():
            week, part = id.split(".")[:2]
            grave = course.weeks[int(week) - 1]
            tags = frozenset({"safety"} if grave.stirs or grave.alone else ())
            yield Entry(f"programmes/{course.id}", id, f"{course.id}.{week}.{part}", f"{course.id}.{id}", words, tags)


def _shelves(tree: Tree) -> Iterator[Entry]:
    for stock in tree.stocks.values():
        joined = _joined(tree, stock)
        for page in stock.pages:
            grave = stock.id in SAFETY_SHELVES or page.at is not None or page.alone
            tags, start = frozenset({"safety"} if grave else ()), f"{page.id}."
            for id, words in joined.items():
                if id.startswith(start):
                    yield Entry(f"shelves/{stock.id}", id, f"{stock.id}.{page.id}", f"{stock.id}.{id}", words, tags)


def _joined(tree: Tree, source: Course | Stock) -> dict[str, dict[str, Text]]:
    """The words of a programme or shelf: by id, then by language."""
    found: dict[str, dict[str, Text]] = {id: {tree.source: text} for id, text in source.texts().items()}
    for (of, code), texts in tree.words.items():
        for id, text in texts.items() if of == source.id else ():
            if id in found:
                found[id][code] = text
    return found


def _screening(tree: Tree) -> Iterator[Entry]:
    """One instrument is read, and approved, as a whole; its answers are buttons. Those that score are safety texts."""
    for instrument in read_instruments(tree).values():
        part, of = f"instrument.{instrument.id}", frozenset({"safety"} if instrument.structure.bands else ())
        for id in instrument.structure.texts():
            words: dict[str, Text] = {code: texts[id] for code, texts in instrument.texts.items() if id in texts}
            tags = of | ({"button"} if id.startswith("scale.") else set())
            yield Entry(f"instruments/{instrument.id}", id, part, f"{part}.{id}", words, tags)


def _places(tree: Tree) -> Iterator[Entry]:
    for service in tree.directory.services:
        if service.what:
            name, words = f"services.{service.id}.what", dict[str, Text](service.what)
            yield Entry("directory/services", f"{service.id}.what", "directory/services", name, words)


def _drills(tree: Tree) -> Iterator[Entry]:
    for drill in read_drills(tree):
        file, part = f"{FOLDER}/{drill.id}", f"drill.{drill.id}"
        lines = {f"lines.{n}": line.text for n, line in enumerate(drill.lines, 1)}
        for id, words in {"name": drill.name, **lines, "matters": drill.matters}.items():
            said = dict[str, Text](words)
            yield Entry(file, id, part, f"{part}.{id}", said, frozenset({"staff"}))
