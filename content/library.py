"""The content tree as one frozen Library, or every fault that keeps it from being used."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec

from content.courses import Course, Part, Programme, Shelf, Stock
from content.drills import Drill, read_drills
from content.instruments import Instrument, read_instruments
from content.names import Names, read_names
from content.reader import read
from content.schema import City, ContentError, Directory, Language, Level, Number, Region, RuleBook, Text
from content.traces import TraceBook, read_traces
from content.tree import Tree
from content.wording import fill, plural_rule

HERE = Path(__file__).parent
BESIDE = frozenset({"reviews", "back"})
"""Folders about the words, which the bot never reads: stamps and approvals, and translations back."""


class Library(msgspec.Struct, frozen=True, eq=False):
    """Everything we know, ready to be asked. `languages` are those offered, and the source; `version` changes with any byte of them."""

    version: str
    languages: tuple[Language, ...]
    texts: dict[str, dict[str, Text]]
    programmes: dict[str, Programme]
    numbers: tuple[Number, ...]
    regions: tuple[Region, ...]
    cities: tuple[City, ...]
    directory: Directory
    rules: RuleBook
    plurals: dict[str, Callable[[int], str]]
    drills: tuple[Drill, ...] = ()
    shelves: dict[str, Shelf] = {}
    instruments: dict[str, Instrument] = {}
    traces: TraceBook = TraceBook()
    names: Names = Names()

    def text(self, language: str, key: str, /, **variables: object) -> str:
        """Say `key` in `language`, its variables filled in and its plural chosen by `n`.

        KeyError, naming the key, where the text, the language or a variable is missing: nothing is guessed.
        """
        try:
            text = self.texts[language][key]
        except KeyError:
            raise KeyError(f"{key} ({language})") from None
        try:
            return fill(text, variables, self.plurals[language])
        except KeyError as missing:
            raise KeyError(f"{key} ({language}): no value for {missing.args[0]}") from None

    def programme(self, id: str) -> Programme:
        """Give a programme by its id; KeyError where there is none."""
        return self.programmes[id]

    def shelf(self, id: str) -> Shelf | None:
        """Give a shelf by its id; None where there is none."""
        return self.shelves.get(id)


def load(folder: Path | None = None, *, plugins: Path | None = None, today: date = date.min) -> Library:
    """Read a content tree, our own by default. ContentError names every fault of its structure at once.

    `plugins`: a folder of instruments from outside the tree; `today` their permissions are held against.
    """
    tree = read(folder or HERE)
    drills = read_drills(tree)
    instruments = read_instruments(tree, plugins, today)
    traces = read_traces(tree)
    names = read_names(tree)
    if tree.faults:
        raise ContentError(tuple(sorted(set(tree.faults))))
    spoken = tuple(language for language in tree.languages if language.live or language.source)
    source = {id: phrase.text for id, phrase in tree.phrases.items()}
    return Library(
        version=version_of(tree.folder, *([plugins] if plugins is not None else [])),
        languages=spoken,
        texts={tree.source: source, **tree.strings},
        programmes={id: Programme(id, spoken_in(tree, course), course) for id, course in tree.courses.items()},
        shelves={id: Shelf(id, spoken_in(tree, stock), stock.pages) for id, stock in tree.stocks.items()},
        numbers=tree.numbers,
        regions=tree.regions,
        cities=tree.cities,
        directory=tree.directory,
        rules=tree.rules,
        plurals={language.code: plural_rule(language.code) for language in tree.languages},
        drills=drills,
        instruments=instruments,
        traces=traces,
        names=names,
    )


def spoken_in(tree: Tree, source: Course | Stock) -> dict[str, dict[str, str]]:
    """Join the words of a programme or shelf with its translations."""
    return {tree.source: source.texts(), **{code: words for (of, code), words in tree.words.items() if of == source.id}}


def version_of(*folders: Path) -> str:
    """Give a short name for exactly these words and rules, kept with every talk that was begun with them."""
    digest = hashlib.sha256()
    for folder in folders:
        said = (path for path in folder.rglob("*.yaml") if path.relative_to(folder).parts[0] not in BESIDE)
        for path in sorted(said):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


__all__ = ["Level", "Library", "Part", "Programme", "Shelf", "load"]
