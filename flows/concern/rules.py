"""The rules made ready once."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeVar, get_args

import msgspec

from content.schema import Letters, Measure, Signs
from flows.concern.measures import MARK, NUMBER, UNITS
from flows.concern.terms import Lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from content.schema import Guard, Rule, RuleBook, Shape
    from flows.concern.terms import Hits

LETTERS: tuple[Letters, ...] = get_args(Letters)
EITHER = "|"


class Sought(msgspec.Struct, frozen=True):
    """A shape whose groups are named as the lexicon names them: each slot is one or more of them."""

    near: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    not_before: tuple[str, ...]
    gap: int
    ordered: bool
    across: bool
    reach: int
    wary: bool
    """Whether `unless` counts in the sentences around as well: for guards that reach across."""


class Ready(msgspec.Struct, frozen=True):
    """A rule or a guard made ready."""

    letters: Letters
    shapes: tuple[Sought, ...]


class ReadyRule(Ready, frozen=True):
    """A rule with where it stands."""

    category: str
    language: str
    rule: Rule


class ReadyGuard(Ready, frozen=True):
    """A guard."""

    guard: Guard


R = TypeVar("R", bound=Ready)


class Sleepers(msgspec.Struct, Generic[R], frozen=True):
    """Rules, or guards, and which of their shapes a group wakes: there are thousands, and a text wakes few."""

    every: tuple[R, ...]
    shapes: dict[Letters, tuple[tuple[R, Sought], ...]]
    awake: dict[Letters, dict[str, tuple[int, ...]]]
    """For a group, the places in `shapes` of those that cannot be met without it or another that wakes them."""

    def woken(self, letters: Letters, hits: Hits) -> Iterator[tuple[R, Sought]]:
        """Give the shapes that may be met where these groups were found, each with whose it is."""
        waking, shapes, found = self.awake[letters], self.shapes[letters], hits.keys()
        for place in sorted({place for group in found & waking.keys() for place in waking[group]}):
            for names in shapes[place][1].near:
                if found.isdisjoint(names):
                    break
            else:
                yield shapes[place]


class Rules(msgspec.Struct, frozen=True):
    """Everything concern reads by."""

    lexicons: dict[Letters, Lexicon]
    measures: dict[str, Measure]
    rules: Sleepers[ReadyRule]
    guards: Sleepers[ReadyGuard]
    broken: bool
    """Whether a rule or a guard names a group which nobody wrote: what it would find stays unseen."""
    signs: Signs | None


@lru_cache(maxsize=4)
def compile_rules(book: RuleBook) -> Rules:
    """Make the rules of a library ready. Done once for each library, however often it is called."""
    lexicons = {letters: Lexicon(letters, _groups(book, letters)) for letters in LETTERS}
    rules = tuple(
        ReadyRule(
            pack.file.letters,
            _shapes(rule.any_of, f"{pack.category}/{pack.language}", pack.file.groups),
            pack.category,
            pack.language,
            rule,
        )
        for pack in book.packs
        for rule in pack.file.rules
    )
    guards = tuple(
        ReadyGuard(file.letters, _shapes(guard.any_of, f"guards/{language}", file.groups, guards=True), guard)
        for language, file in book.guards.items()
        for guard in file.guards
    )
    broken = any(_names(ready) - lexicons[ready.letters].sizes.keys() for ready in (*rules, *guards))
    sleepers = _sleepers(rules, lexicons), _sleepers(guards, lexicons)
    return Rules(lexicons, book.measures.measures, *sleepers, broken, book.signs)


def _names(ready: Ready) -> set[str]:
    """Give every group that a rule or a guard names."""
    slots = (slot for shape in ready.shapes for slot in (*shape.near, shape.unless, shape.not_before))
    return {name for slot in slots for name in slot}


def _sleepers(every: tuple[R, ...], lexicons: dict[Letters, Lexicon]) -> Sleepers[R]:
    shapes = {
        letters: tuple((ready, shape) for ready in every if ready.letters == letters for shape in ready.shapes)
        for letters in LETTERS
    }
    return Sleepers(every, shapes, {letters: _awake(shapes[letters], lexicons[letters]) for letters in LETTERS})


def _awake(shapes: Iterable[tuple[Ready, Sought]], lexicon: Lexicon) -> dict[str, tuple[int, ...]]:
    """Let each shape be woken by that of its slots which has the fewest terms."""
    waking: defaultdict[str, list[int]] = defaultdict(list)
    for place, (_, shape) in enumerate(shapes):
        for name in min(shape.near, key=lambda slot: sum(lexicon.sizes.get(name, 0) for name in slot)):
            waking[name].append(place)
    return {name: tuple(places) for name, places in waking.items()}


def _groups(book: RuleBook, letters: Letters) -> Iterator[tuple[str, str, Iterable[str]]]:
    """Give (name, language, terms) of every group that is read with these letters."""
    for language, words in book.words.items():
        if words.letters == letters:
            yield from ((name, language, terms) for name, terms in words.groups.items())
    for pack in book.packs:
        if pack.file.letters == letters:
            for name, terms in pack.file.groups.items():
                yield f"{pack.category}/{pack.language}:{name}", pack.language, terms
    for language, guards in book.guards.items():
        if guards.letters == letters:
            yield from ((f"guards/{language}:{name}", language, terms) for name, terms in guards.groups.items())
    yield from ((NUMBER + number, "", terms) for number, terms in book.measures.numbers.items())
    yield from ((MARK + unit, "", ()) for unit in UNITS)
    yield from ((MARK + unit, "", terms) for unit, terms in book.measures.units.items())
    yield from ((MARK + name, "", ()) for name in book.measures.measures)


def _shapes(
    shapes: Iterable[Shape], home: str, own: dict[str, tuple[str, ...]], *, guards: bool = False
) -> tuple[Sought, ...]:
    def name(group: str) -> str:
        return f"{home}:{group}" if group in own else group

    return tuple(
        Sought(
            tuple(tuple(map(name, slot.split(EITHER))) for slot in shape.near),
            tuple(map(name, shape.unless)),
            tuple(map(name, shape.not_before)),
            shape.gap,
            shape.ordered,
            shape.across,
            shape.reach,
            guards and shape.across,
        )
        for shape in shapes
    )
