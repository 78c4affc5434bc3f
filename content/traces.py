"""Reads what a post in a circle must not carry: words by language, and the shapes they stand in, for all languages."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from content.schema import MeasureFile, Pack, Rule, RuleBook, RuleFile, Shape, Strict, WordFile
from content.tree import Tree, open_as

FOLDER = "traces"
SHAPES = "shapes"
"""The file beside those of the languages."""
COUNTED = 1000
"""House numbers below this are known as `number` in every shape."""
NUMBER = "number"
NOT_COUNTED = ("0", "1")
"""Words that are no house number: "alone at home" and "house one" are the same words."""

Held = Literal["phone", "link", "handle", "email", "address", "money", "card", "name", "method"]
"""What keeps a post from the others: the ways to find somebody outside, money, and a named way of harming."""


class Examples(Strict, frozen=True):
    """What must be held for this reason, and what must not be held for any."""

    must: tuple[str, ...]
    must_not: tuple[str, ...]


class TraceFile(Strict, frozen=True):
    """The words of one language. A term is written as in a rule of concern: `word*`, `*word`, `word~`.

    numbers: words by the number they say. Groups of one name are one group in all languages, so that a sentence that
    mixes two is read too.
    """

    numbers: dict[str, tuple[str, ...]]
    groups: dict[str, tuple[str, ...]]
    examples: dict[Held, Examples]


class TraceRule(Strict, frozen=True):
    """Groups of words that hold a post when they stand together, as the shapes of concern say it."""

    id: str
    kind: Held
    why: str
    any_of: tuple[Shape, ...]


class Shapes(Strict, frozen=True):
    """What is the same in every language.

    hosts, endings: of links; prefixes: how nine digits of a telephone begin in this country; countries: what stands
    before such a number when it is written for abroad, with all its digits. concern: rules of concern that name a
    method, so that what they find holds a post at whatever level.
    """

    rules: tuple[TraceRule, ...]
    hosts: tuple[str, ...]
    endings: tuple[str, ...]
    prefixes: tuple[str, ...]
    countries: dict[str, int]
    concern: tuple[str, ...] = ()


class TraceBook(msgspec.Struct, frozen=True, eq=False):
    """Everything about traces. Compared by identity, so that what is made ready from it can be kept beside it."""

    shapes: Shapes = Shapes((), (), (), (), {})
    files: dict[str, TraceFile] = {}

    def rulebook(self) -> RuleBook:
        """The same as concern reads it: one pack for each kind, and every group shared by all languages."""
        kinds = sorted({rule.kind for rule in self.shapes.rules})
        packs = tuple(Pack(kind, "", RuleFile({}, tuple(map(_plain, self._of(kind))))) for kind in kinds)
        words = {code: WordFile(file.groups | _numbers(file)) for code, file in self.files.items()}
        words[SHAPES] = WordFile({NUMBER: tuple(map(str, range(1, COUNTED)))})
        return RuleBook(packs, words, {}, MeasureFile({}, {}, {}))

    def _of(self, kind: str) -> tuple[TraceRule, ...]:
        return tuple(rule for rule in self.shapes.rules if rule.kind == kind)


def values(book: TraceBook) -> tuple[int, ...]:
    """Every number there is a word for, small ones first."""
    said = (file.numbers | _joined(file.numbers) for file in book.files.values())
    return tuple(sorted({int(value) for numbers in said for value in numbers}))


def value_group(value: str | int) -> str:
    """The name of the group that holds the words for a number."""
    return f"={value}"


def _numbers(file: TraceFile) -> dict[str, tuple[str, ...]]:
    values = file.numbers | _joined(file.numbers)
    every = tuple(word for value, words in values.items() if value not in NOT_COUNTED for word in words)
    return {**{value_group(value): words for value, words in values.items()}, NUMBER: every}


def _joined(numbers: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Tens and ones as people write them in one word: навадуҳашт, двадцатьпять, yigirmabesh."""
    tens = {value: words for value, words in numbers.items() if len(value) == 2 and value[1] == "0"}
    ones = {value: words for value, words in numbers.items() if len(value) == 1 and value != "0"}
    return {
        str(int(ten) + int(one)): tuple(f"{first}{second}" for first in tens[ten] for second in ones[one])
        for ten in tens
        for one in ones
        if str(int(ten) + int(one)) not in numbers
    }


def _plain(rule: TraceRule) -> Rule:
    return Rule(rule.id, "watch", rule.why, rule.any_of, (), ())


def read_traces(tree: Tree) -> TraceBook:
    """Read the traces of every language that has some. Without the folder there are none, and every post is held."""
    root = tree.folder / FOLDER
    if not root.exists():
        return TraceBook()
    shapes = open_as(tree, root / f"{SHAPES}.yaml", Shapes)
    files = {path.stem: open_as(tree, path, TraceFile) for path in sorted(root.glob("*.yaml")) if path.stem != SHAPES}
    known = TraceBook(
        shapes or Shapes((), (), (), (), {}), {code: one for code, one in files.items() if one is not None}
    )
    if shapes is not None:
        _judge(tree, known)
    return known


def _judge(tree: Tree, book: TraceBook) -> None:
    """Blame every id that stands twice, every group nobody wrote, numbers that are none, and kinds without examples."""
    place = tree.folder / FOLDER / f"{SHAPES}.yaml"
    groups = {name for file in book.files.values() for name in file.groups} | {NUMBER}
    seen: set[str] = set()
    for rule in book.shapes.rules:
        if rule.id in seen:
            tree.blame(place, rule.id, "stands twice. Give every rule its own id")
        seen.add(rule.id)
        slots = {slot for shape in rule.any_of for slot in (*shape.near, *shape.unless, *shape.not_before)}
        for group in sorted({name for slot in slots for name in slot.split("|")} - groups):
            tree.blame(place, rule.id, f"there is no group called {group}. Add it to `groups` of a language")
    heard = {rule.id for pack in tree.rules.packs for rule in pack.file.rules}
    for id in sorted(set(book.shapes.concern) - heard):
        tree.blame(place, f"concern.{id}", "concern has no such rule. Take it out, or write its new id")
    for code, file in book.files.items():
        path = tree.folder / FOLDER / f"{code}.yaml"
        for value in sorted(value for value in file.numbers if not value.isdecimal()):
            tree.blame(path, f"numbers.{value}", "is no whole number. Write digits")
        for kind in sorted(set(get_args(Held)) - set(file.examples)):
            tree.blame(path, f"examples.{kind}", "has no examples. Write what must be held, and what must not")
