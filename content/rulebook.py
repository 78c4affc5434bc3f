"""Reads the rules of concern: packs by category and language, the words and guards they share, and measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

import msgspec

from content.schema import (
    Concern,
    Fault,
    Guard,
    GuardFile,
    Letters,
    MeasureFile,
    Pack,
    Rule,
    RuleBook,
    RuleFile,
    Signs,
    WordFile,
)
from content.tree import Tree, open_as

Stamp = tuple[tuple[str, int, int], ...]
SHARED = {"words", "guards"}
"""Folders beside those of the categories."""

ANEW = "Write the file anew: python -m tests.concern.train"

_known: dict[Stamp, RuleBook] = {}


def read_rules(tree: Tree) -> None:
    """Read the rules of concern. None at all is a fault: it would look exactly like nobody being in need.

    Files that were read before, and were without a fault, are not read again: they are a megabyte, and what is made of
    them is kept beside the book.
    """
    root = tree.folder / "concern"
    stamp = _stamp(root)
    if stamp not in _known:
        before = len(tree.faults)
        _read(tree, root)
        if len(tree.faults) > before:
            return
        _known.clear()
        _known[stamp] = tree.rules
    tree.rules = _known[stamp]


def _stamp(root: Path) -> Stamp:
    """Tell one state of the files from another: their names, when they were written, and how long they are."""
    files = sorted((path.relative_to(root).as_posix(), path.stat()) for path in root.rglob("*") if path.is_file())
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in files)


def _read(tree: Tree, root: Path) -> None:
    words = {path.stem: open_as(tree, path, WordFile) for path in sorted(root.glob("words/*.yaml"))}
    guards = {path.stem: open_as(tree, path, GuardFile) for path in sorted(root.glob("guards/*.yaml"))}
    measures = open_as(tree, root / "measures.yaml", MeasureFile) if (root / "measures.yaml").exists() else None
    packs = []
    for path in sorted(path for path in root.glob("*/*.yaml") if path.parent.name not in SHARED):
        if path.parent.name not in get_args(Concern):
            tree.blame(path, "", f"there is no category {path.parent.name}. Rename the folder")
        file = open_as(tree, path, RuleFile)
        if file is not None:
            packs.append(Pack(path.parent.name, path.stem, file))
    tree.rules = RuleBook(
        tuple(packs),
        {language: file for language, file in words.items() if file is not None},
        {language: file for language, file in guards.items() if file is not None},
        measures or MeasureFile({}, {}, {}),
        read_signs(tree, root / "signs.json"),
    )
    if not packs:
        tree.blame(root, "", "no rules at all. Without them nobody's words would bring a person")
    judge_rules(tree, tree.rules)


def read_signs(tree: Tree, path: Path) -> Signs | None:
    """Read the weights of the second ear. Without the file there is none, and the rules hear alone."""
    if not path.exists():
        return None
    try:
        learnt = msgspec.json.decode(path.read_bytes(), type=Signs)
    except msgspec.DecodeError as error:
        tree.blame(path, "", f"{error}. {ANEW}")
        return None
    limits, count = learnt.limits, len(learnt.categories)
    if not (limits.doubt < limits.hear and limits.unsure < limits.sure):
        tree.blame(path, "limits", f"`doubt` has to lie below `hear`, `unsure` below `sure`. {ANEW}")
    strange = [
        sign for sign, weighs in learnt.signs.items() if any(not 0 <= number < count for number, _ in weighs.each)
    ]
    if strange:
        tree.blame(path, strange[0], f"weighs for a category that `categories` does not have. {ANEW}")
    return learnt


def judge_rules(tree: Tree, book: RuleBook) -> None:
    """Blame every id that stands twice, every group that no file has, and what nothing can be found by."""
    owners: dict[str, str] = {}
    measured = {f"#{name}" for name in (*book.measures.measures, *book.measures.units)}
    shared = {
        letters: measured | {name for file in book.words.values() if file.letters == letters for name in file.groups}
        for letters in get_args(Letters)
    }
    for language, file in book.words.items():
        _judge_terms(tree, tree.folder / "concern" / "words" / f"{language}.yaml", file.groups)
    for home in _homes(tree, book):
        _judge_terms(tree, home.path, home.groups)
        for rule in home.rules:
            if rule.id in owners:
                tree.blame(home.path, rule.id, f"stands in {owners[rule.id]} too. Give every rule its own id")
            owners[rule.id] = tree.name(home.path)
            if not all(shape.near for shape in rule.any_of):
                tree.blame(home.path, rule.id, "a shape has nothing under `near`. Name a group there")
            for group in sorted(_named(rule) - shared[home.letters] - home.groups.keys()):
                tree.blame(
                    home.path,
                    rule.id,
                    f"there is no group called {group} in these letters ({home.letters}). Add it under `groups`",
                )


def _judge_terms(tree: Tree, path: Path, groups: dict[str, tuple[str, ...]]) -> None:
    for group, terms in groups.items():
        for term in terms:
            if not term.replace("-", " ").strip(" *~"):
                tree.blame(path, group, f"«{term}» is no term: there is no word in it. Remove it")


def leftovers(tree: Tree) -> Iterator[Fault]:
    """Give every group of a pack or of guards that no rule there names, and every term that a group has twice.

    Rules do without them; whoever mends a word there would wait in vain for it to be heard, or mend one of two.
    """
    for home in _homes(tree, tree.rules):
        name = tree.name(home.path)
        for group in sorted(home.groups.keys() - set[str]().union(*map(_named, home.rules))):
            yield Fault(name, group, "no rule of this file names this group. Name it in one, or remove it")
        for group, terms in home.groups.items():
            if twice := [term for term, times in Counter(terms).items() if times > 1]:
                yield Fault(name, group, f"has a term twice: {', '.join(twice)}. Leave it once")


class _Home(NamedTuple):
    """A file of rules, or of guards, with its own groups."""

    path: Path
    letters: Letters
    groups: dict[str, tuple[str, ...]]
    rules: tuple[Rule, ...] | tuple[Guard, ...]


def _homes(tree: Tree, book: RuleBook) -> list[_Home]:
    files: list[tuple[str, RuleFile | GuardFile]]
    files = [(f"{pack.category}/{pack.language}", pack.file) for pack in book.packs]
    files += [(f"guards/{language}", file) for language, file in book.guards.items()]
    return [
        _Home(
            tree.folder / "concern" / f"{name}.yaml",
            file.letters,
            file.groups,
            file.rules if isinstance(file, RuleFile) else file.guards,
        )
        for name, file in files
    ]


def _named(rule: Rule | Guard) -> set[str]:
    """Give the groups a rule names."""
    slots = (slot for shape in rule.any_of for slot in (*shape.near, *shape.unless, *shape.not_before))
    return {name for slot in slots for name in slot.split("|")}
