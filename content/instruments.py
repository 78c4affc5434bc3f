"""Screening instruments: the shapes of their files, and their words as they are said.

The source file has the structure: items, scales, scoring, bands, licence, and the words of the source language. A
translation is a flat map from id to text, so it cannot move a number. An instrument whose licence forbids the
repository stays outside the tree, in a folder of the operator's own, and says there who allows it and until when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from content.courses import Words
from content.reader import folders, translated
from content.schema import Strict
from content.tree import Tree, open_as
from content.wording import judge_forms

FOLDER = "instruments"
Role = Literal["mother", "father", "grandmother", "carer"]
Special = Literal["", "harm", "safety", "worry"]
"""What an item asks beside the score: `harm` thoughts of dying inside a scale, `safety` the safety question on its own
(it has the answers that question always has, and no scale), `worry` a question of ours whose yes counts as any yes."""
PLUGGED = ("below", "watch", "concern", "soon", "urgent")
"""The bands of an instrument from outside the tree: each is named after what follows from it (`flows/checkins/follow.py`)."""
LONGEST_ID = 24
"""A button's data names the instrument and its item beside the number of the talk, in 64 bytes."""


class Option(Strict, frozen=True):
    """One answer of a scale: what it counts, and its words."""

    value: int
    text: str


class Item(Strict, frozen=True):
    """One question. `scale` is the one of the file where it has only one. `counts`: it is part of the score.

    `stages`: those of life it is asked in, all when there are none. `babies`: not after a loss. `ours`: not the
    publisher's, whatever the others are.
    """

    id: str
    text: str
    scale: str = ""
    counts: bool = True
    special: Special = ""
    stages: tuple[str, ...] = ()
    babies: bool = False
    ours: bool = False


class Band(Strict, frozen=True):
    """A range of scores, both ends in it. Its id is for code and the desk, and is never said to her."""

    id: str
    least: int
    most: int


class Wording(Strict, frozen=True):
    """Where the words of one language are from.

    `official`: word for word those of the publisher, which we may not change. `validated`: how well these very words
    find what they look for has been studied in this language; where it is false, every result says so.
    """

    official: bool
    validated: bool
    source: str


class Structure(Strict, frozen=True):
    """The source file of an instrument.

    `recall`: the days its answers look back on; a talk left open for longer is let go. `again`: the fewest days
    between two of them. `lead` stands above the first item and, where there is no `brief` one, above every item; `brief`
    is ours, reminds of the days in a few words, and stands above the others. `times` is what a full sum is multiplied by; `most_missing`
    how many answers may be missing, and are then taken as the mean of the others. `worse`: whether more points mean
    it is heavier (`up`) or lighter (`down`). `bands` cover every score. The last three are asked of plug-ins.
    """

    id: str
    version: str
    name: str
    whom: tuple[Role, ...]
    recall: int
    again: int
    source: str
    licence: str
    wording: dict[str, Wording]
    scales: dict[str, tuple[Option, ...]]
    items: tuple[Item, ...]
    lead: str = ""
    brief: str = ""
    times: int = 1
    most_missing: int = 0
    worse: Literal["up", "down"] = "up"
    bands: tuple[Band, ...] = ()
    licence_holder: str = ""
    permission_ref: str = ""
    expires: date | None = None

    @property
    def counted(self) -> tuple[Item, ...]:
        """The items of the score."""
        return tuple(item for item in self.items if item.counts)

    @property
    def most(self) -> int:
        """The highest score there is."""
        return sum(max(self.values(item)) for item in self.counted) * self.times

    def scale(self, item: Item) -> str:
        """The name of an item's scale."""
        return item.scale or (next(iter(self.scales)) if len(self.scales) == 1 else "")

    def values(self, item: Item) -> tuple[int, ...]:
        """What the answers of an item count, as they stand in the file."""
        return tuple(option.value for option in self.scales.get(self.scale(item), ()))

    def item(self, id: str) -> Item:
        """The item with this id; KeyError where there is none."""
        return next((item for item in self.items if item.id == id), None) or _missing(f"{self.id}.{id}")

    def texts(self) -> dict[str, str]:
        """Every text by the id its translations use: `lead`, `brief`, `item.3`, `scale.often.0`."""
        found = {id: text for id, text in (("lead", self.lead), ("brief", self.brief)) if text}
        found |= {f"item.{item.id}": item.text for item in self.items}
        return found | {
            f"scale.{name}.{option.value}": option.text for name, scale in self.scales.items() for option in scale
        }


class Instrument(Words, frozen=True):
    """An instrument in all its languages."""

    structure: Structure

    def lead(self, language: str) -> str:
        """What stands above the first item; "" where there is nothing."""
        return self.text(language, "lead") if self.structure.lead else ""

    def brief(self, language: str) -> str:
        """What stands above the others; "" where there is nothing."""
        return self.text(language, "brief") if self.structure.brief else self.lead(language)

    def asks(self, item: Item, language: str) -> str:
        """The words of an item."""
        return self.text(language, f"item.{item.id}")

    def options(self, item: Item, language: str) -> tuple[tuple[str, str], ...]:
        """The answers of an item, (value, label) pairs in the order of the file."""
        scale = self.structure.scale(item)
        return tuple(
            (str(value), self.text(language, f"scale.{scale}.{value}")) for value in self.structure.values(item)
        )

    def is_validated(self, language: str) -> bool:
        """Whether the words of this language were studied."""
        wording = self.structure.wording.get(language)
        return wording is not None and wording.validated

    def has_expired(self, today: date) -> bool:
        """Whether the permission to use it has ended."""
        return self.structure.expires is not None and self.structure.expires < today


def read_instruments(tree: Tree, plugins: Path | None = None, today: date = date.min) -> dict[str, Instrument]:
    """Every instrument of the tree, and those of the folder `plugins`; what is wrong with one is a fault of the tree.

    `today`: a permission that ended before it is refused.
    """
    found = {id: one for id, one in _read(tree, tree.folder / FOLDER).items() if _is_free(tree, id)}
    if plugins is None:
        return found
    outside = Tree(plugins.resolve(), languages=tree.languages, source=tree.source, faults=[])
    taken = {id for id in folders(outside.folder) if id in found or not _is_free(tree, id)}
    for id in taken:
        path = outside.folder / id / f"{tree.source}.yaml"
        outside.blame(path, "id", f"there is something called {id} already. Give it another name")
    found |= {id: one for id, one in _read(outside, outside.folder, today).items() if id not in taken}
    if not folders(outside.folder):
        outside.blame(outside.folder, "", "has no folder of an instrument in it. Add one, or empty PLUGIN_INSTRUMENTS")
    tree.faults.extend(outside.faults)
    return found


def lines(tree: Tree, found: dict[str, Instrument]) -> Iterator[tuple[Path, str, str, str, frozenset[str]]]:
    """Every text for the check of words: its file, place, language, words, and tags."""
    for id, one in found.items():
        items = {f"item.{item.id}": item for item in one.structure.items}
        for language, texts in one.texts.items():
            official = one.structure.wording[language].official
            for place, text in texts.items():
                item = items.get(place)
                ours = place == "brief" or (item is not None and item.ours)
                tags = {"official"} if official and not ours else set[str]()
                tags |= {"button"} if place.startswith("scale.") else set()
                tags |= {"safety"} if item is not None and item.special == "safety" else set()
                yield tree.folder / FOLDER / id / f"{language}.yaml", place, language, text, frozenset(tags)


def _missing(what: str) -> Item:
    raise KeyError(what)


def _is_free(tree: Tree, id: str) -> bool:
    """Whether no programme or shelf has this name: words are kept by it."""
    return id not in tree.courses and id not in tree.stocks


def _read(tree: Tree, root: Path, today: date | None = None) -> dict[str, Instrument]:
    """Those of one folder. `today`: they are plug-ins, and are asked for their permission."""
    found: dict[str, Instrument] = {}
    for id in folders(root):
        path = root / id / f"{tree.source}.yaml"
        structure = open_as(tree, path, Structure)
        if structure is None:
            continue
        faults = list(_faults(tree, structure, id))
        faults += [] if today is None else _plugged_faults(structure, today)
        for place, message in faults:
            tree.blame(path, place, message)
        judge_forms(tree, path, tree.source, structure.texts())
        texts = {tree.source: structure.texts(), **translated(tree, root / id, structure.texts())}
        if not faults:
            found[id] = Instrument(id, texts, structure)
    return found


def _faults(tree: Tree, structure: Structure, folder: str) -> Iterator[tuple[str, str]]:
    """What no reading by shape can see: place and message of each."""
    if structure.id != folder:
        yield "id", f"says {structure.id}, but the folder is called {folder}. Make them the same"
    offered = {language.code for language in tree.languages if language.live}
    for language in sorted({tree.source, *offered} - set(structure.wording)):
        yield "wording", f"does not say where the words in {language} are from. Add it"
    if structure.recall < 1 or structure.again < 1 or structure.times < 1:
        yield "recall", "recall, again and times are whole numbers from 1. Correct them"
    yield from _item_faults(structure)
    yield from _band_faults(structure)
    if not 0 <= structure.most_missing < max(1, len(structure.counted)):
        yield "most_missing", "is not below the number of items that count. Correct it"


def _item_faults(structure: Structure) -> Iterator[tuple[str, str]]:
    times = Counter(item.id for item in structure.items)
    if not structure.items:
        yield "items", "there is no question. Write one"
    for item in structure.items:
        if times[item.id] > 1:
            yield f"items.{item.id}", "stands twice. Give every question its own id"
        if len(f"{structure.id}.{item.id}") > LONGEST_ID or ":" in f"{structure.id}{item.id}":
            yield (
                f"items.{item.id}",
                f"{structure.id}.{item.id} does not fit on a button. Keep to {LONGEST_ID} characters",
            )
        if item.special == "safety" and (item.scale or item.counts):
            yield f"items.{item.id}", "the safety question has answers of its own. Write `counts: false`, no scale"
        if item.special != "safety" and structure.scale(item) not in structure.scales:
            yield f"items.{item.id}", "names no scale of this file. Write the name of one"
    for name, scale in structure.scales.items():
        if len({option.value for option in scale}) < max(2, len(scale)):
            yield f"scales.{name}", "needs two answers at least, and a number of its own for each"


def _band_faults(structure: Structure) -> Iterator[tuple[str, str]]:
    """Bands, where there are any, cover every score from the lowest to the highest once."""
    if not structure.bands or any(structure.scale(item) not in structure.scales for item in structure.counted):
        return
    expected = sum(min(structure.values(item)) for item in structure.counted) * structure.times
    for band in structure.bands:
        if band.least != expected or band.most < band.least:
            yield f"bands.{band.id}", f"goes from {band.least} to {band.most}; it has to begin at {expected}"
        expected = band.most + 1
    if expected != structure.most + 1:
        yield "bands", f"end at {expected - 1}, but the highest score is {structure.most}. Correct them"


def _plugged_faults(structure: Structure, today: date) -> Iterator[tuple[str, str]]:
    """Why an instrument from outside the tree is refused: nobody allows it, or no longer."""
    if not structure.licence_holder.strip():
        yield "licence_holder", "is missing. Write who holds the rights to it"
    if not structure.permission_ref.strip():
        yield "permission_ref", "is missing. Write the reference of the letter that allows you to use it"
    if structure.expires is None:
        yield "expires", "is missing. Write the day until which you may use it, such as 2027-12-31"
    elif structure.expires < today:
        yield "expires", f"the permission ended on {structure.expires}. Renew it, or take the instrument away"
    for band in structure.bands:
        if band.id not in PLUGGED:
            yield f"bands.{band.id}", f"is no band of a plug-in. Choose one of {', '.join(PLUGGED)}"
    if not structure.bands:
        yield "bands", f"there are none, so nothing would follow. Write {', '.join(PLUGGED)}, or some of them"
