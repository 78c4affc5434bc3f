"""Finds the terms of all groups in one text, word by word.

A term is one or more words. `word` is that word, `word*` and `*word` what begins or ends so, `word~` any form of it.
A space in a term may be missing in her text, and a short word of hers may stand apart from the one it belongs to.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec
import regex

from flows.concern.forms import russian_forms, stems
from flows.concern.spelling import PATIENCE, as_view, spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from content.schema import Letters
    from flows.concern.spelling import View

ANY, FORMS = "*", "~"
APART = 4
"""Letters of a particle that may have come apart from its word: на мехоҳам, ме хоҳам."""
JOINED = 6
"""Letters from which two words written as one are looked for as one."""
REMEMBERED = 8192
"""Words of which it is remembered in which terms they stand. They leave memory with the process."""
LONGEST_REMEMBERED = 64
"""Letters of these: one message may be a word of seventy thousand."""
TWO_WORDS, SHORT_FIRST, SHORT_SECOND = 9, 3, 4
"""Letters from which a word that is none of ours may be two with the space left out, and fewest of the first and the second:
shorter ones are endings."""
STEMMED = ("tg", "uz", "en")


class Hit(msgspec.Struct, frozen=True):
    """A term found: the numbers of its first and last word."""

    first: int
    last: int


Hits = dict[str, dict[int, Hit]]
"""What was found of each group, by the word at which it begins; a group of which nothing was found is not in it."""


Rows = dict[int, tuple[tuple[tuple[int, ...], str], ...]]
"""For the number of a second word: the numbers of those behind it, and the group to which such a term belongs."""


class Known(NamedTuple):
    """What the terms have to do with one word of hers."""

    numbers: frozenset[int]
    alone: tuple[str, ...]
    """Groups in which it stands by itself."""
    rows: tuple[Rows, ...]
    """Terms of several words that begin with it."""


class Lexicon:
    """The terms of all groups that are read with the same letters."""

    def __init__(self, letters: Letters, groups: Iterable[tuple[str, str, Iterable[str]]]) -> None:
        """Make the terms of (group, language, terms) ready."""
        self.letters = letters
        self._numbers: dict[str, dict[str, int]] = defaultdict(dict)
        self._count = 0
        self._words: dict[str, tuple[int, ...]] = {}
        self._beginnings: dict[str, tuple[int, ...]] = {}
        self._stems: dict[str, dict[str, tuple[int, ...]]] = {language: {} for language in STEMMED}
        self._patterns: dict[str, tuple[tuple[regex.Pattern[str], int], ...]] = {}
        self._alone: dict[int, tuple[str, ...]] = {}
        self._endings: dict[str, tuple[int, ...]] = {}
        self._rows: defaultdict[int, Rows] = defaultdict(dict)
        self.sizes: defaultdict[str, int] = defaultdict(int)
        self._known = lru_cache(maxsize=REMEMBERED)(self._know)
        self._two = lru_cache(maxsize=REMEMBERED)(self._come_apart)
        said = [
            (group, language, [term.replace("-", " ").split() for term in terms]) for group, language, terms in groups
        ]
        words = {word for _, _, terms in said for term in terms for word in term}
        words |= {_joined(term) for _, _, terms in said for term in terms if len(term) > 1}
        parts = {part for word in words for part in _parts(word)}
        self._spelt = dict(zip(parts, spell(tuple(parts), letters), strict=True))
        for group, language, terms in said:
            self.sizes[group] += len(terms)
            for term in terms:
                self._add(term, group, language)
        del self._spelt, self._numbers
        self._longest = max(map(len, (*self._beginnings, *self._endings, *self._patterns)), default=0)

    def hits(self, view: View) -> Hits:
        """Find every group's terms. Of two that begin at one word, the longer counts."""
        found: Hits = {}
        known = [self._known(word) if len(word) <= LONGEST_REMEMBERED else self._know(word) for word in view.words]
        for first, word in enumerate(known):
            alone = Hit(first, first)
            for group in word.alone:
                found.setdefault(group, {})[first] = alone
            for group, last in _rows(first, known) if word.rows else ():
                places = found.setdefault(group, {})
                if first not in places or places[first].last < last:
                    places[first] = Hit(first, last)
        for first, (one, other) in enumerate(pairwise(view.words)):
            if min(len(one), len(other)) <= APART and len(one + other) >= JOINED:
                for group in self._known(one + other).alone:
                    found.setdefault(group, {}).setdefault(first, Hit(first, first + 1))
        return found

    def apart(self, view: View) -> View:
        """Set two words apart that were written as one, where it is no word of ours and they are."""
        said = [self._two(word) if TWO_WORDS <= len(word) <= LONGEST_REMEMBERED else (word,) for word in view.words]
        if all(len(parts) == 1 for parts in said):
            return view
        rows = zip(said, view.rows(), strict=True)
        return as_view(
            [(part, span, sentence, clause) for parts, (_, span, sentence, clause) in rows for part in parts]
        )

    def _come_apart(self, word: str) -> tuple[str, ...]:
        """Give the two words that a word of hers is; itself where it is not, as where a beginning we know reaches across."""
        if not self._forms(word):
            known = (end for end in range(SHORT_FIRST, len(word) + 1) if word[:end] in self._beginnings)
            for cut in range(max(known, default=SHORT_FIRST), len(word) - SHORT_SECOND + 1):
                parts = word[:cut], word[cut:]
                if any(part in self._words for part in parts) and all(map(self._forms, parts)):
                    return parts
        return (word,)

    def _know(self, word: str) -> Known:
        numbers = self._find(word)
        alone = dict.fromkeys(group for number in numbers for group in self._alone.get(number, ()))
        return Known(numbers, tuple(alone), tuple(self._rows[number] for number in numbers & self._rows.keys()))

    def _find(self, word: str) -> frozenset[int]:
        """Give the numbers of the words of terms that this word of hers is."""
        numbers = self._forms(word)
        # Not letter by letter to the end: a message may be one word of seventy thousand.
        end_of_longest = min(len(word), self._longest) + 1
        beginnings, endings = self._beginnings, self._endings
        for end in range(2, end_of_longest):
            if (part := word[:end]) in beginnings:
                numbers.update(beginnings[part])
            if (part := word[-end:]) in endings:
                numbers.update(endings[part])
        for beginning in (word[:end] for end in range(end_of_longest)):
            for pattern, number in self._patterns.get(beginning, ()):
                if pattern.fullmatch(word, timeout=PATIENCE):
                    numbers.add(number)
        return frozenset(numbers)

    def _forms(self, word: str) -> set[int]:
        """Give the numbers of the words of terms that it is, or is a form of."""
        numbers = set(self._words.get(word, ()))
        for language, known in self._stems.items():
            for one in stems(word, language) & known.keys() if known else ():
                numbers.update(known[one])
        return numbers

    def _add(self, words: list[str], group: str, language: str) -> None:
        if len(words) == 1:
            _put(self._alone, self._number(words[0], language), group)
            return
        first, second, *rest = [self._number(word, language) for word in words]
        _put(self._rows[first], second, (tuple(rest), group))
        if joined := _joined(words):
            _put(self._alone, self._number(joined, language), group)

    def _number(self, word: str, language: str) -> int:
        # Only what a form is, is told apart by language.
        known = self._numbers[language if word[-1] == FORMS else ""]
        number = known.get(word)
        if number is None:
            known[word] = number = self._count
            self._count += 1
            self._learn(word, language, number)
        return number

    def _learn(self, word: str, language: str, number: int) -> None:
        if ANY not in word and word[-1] != FORMS:
            _put(self._words, self._spelt[word], number)
            return
        parts = [self._spelt[part] for part in word.removesuffix(FORMS).split(ANY)]
        plain = "".join(parts)
        if word.endswith(FORMS) and language in STEMMED:
            for one in stems(plain, language) if language == "en" else (plain,):
                _put(self._stems[language], one, number)
        elif word.endswith(FORMS):
            for form in russian_forms(word.removesuffix(FORMS)):
                _put(self._words, form, number)
        elif len(parts) == 2 and not parts[1] and len(plain) > 1:
            _put(self._beginnings, plain, number)
        elif len(parts) == 2 and not parts[0] and len(plain) > 1:
            _put(self._endings, plain, number)
        else:
            _put(self._patterns, parts[0], (regex.compile(r"\p{L}{0,12}".join(map(regex.escape, parts))), number))


def _rows(first: int, known: list[Known]) -> Iterator[tuple[str, int]]:
    """Give the groups of the terms of several words that begin at a word, each with its last word."""
    following = known[first + 1].numbers if first + 1 < len(known) else frozenset()
    for rows in known[first].rows:
        for second in rows.keys() & following:
            for rest, group in rows[second]:
                behind = known[first + 2 : first + 2 + len(rest)]
                if len(behind) == len(rest) and all(
                    one in word.numbers for one, word in zip(rest, behind, strict=True)
                ):
                    yield group, first + 1 + len(rest)


K = TypeVar("K")
V = TypeVar("V")


def _put(among: dict[K, tuple[V, ...]], key: K, value: V) -> None:
    """Add a value to those of a key, once. Tuples, for there are a hundred thousand of them and most hold one."""
    values = among.get(key)
    if values is None:
        among[key] = (value,)
    elif value not in values:
        among[key] = (*values, value)


def _parts(word: str) -> Iterable[str]:
    """Give what of a word has to be spelt: all but its signs."""
    return (word,) if ANY not in word and word[-1:] != FORMS else word.removesuffix(FORMS).split(ANY)


def _joined(term: list[str]) -> str:
    """Give a term of several words as one, or nothing where it cannot be written so."""
    joined = "".join(term)
    if len(joined) < JOINED:
        return ""
    before = joined[: -len(term[-1])]
    return joined if FORMS not in before and ANY not in before else ""
