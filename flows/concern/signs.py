"""The signs of a text, of which the second ear has learnt what each weighs.

Of how it is written: pieces of words, beginnings of words, and two of these near each other. Of what it is about: the
groups of words that rules and guards look for, and two shared ones near each other, so that what is learnt in one
language is known in the others.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from flows.concern.findings import COMMON

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.concern.spelling import View
    from flows.concern.terms import Hits
    from flows.concern.texts import Texts

LENGTHS = (3, 4, 5)
"""Letters of a piece."""
STEM = 5
"""Letters of the beginning of a word: what is left of most words here when endings are taken off."""
NEAR = 3
"""Words from one beginning to another that is near it."""
TOGETHER = 10
"""Words from one group to another that is near it."""
OF_ONE = "/"
"""Stands in the name of a group that belongs to one category in one language, and in no other."""

Kinds = tuple[frozenset[str], ...]
"""The signs of a text: pieces, beginnings, groups, groups together.

No sign of one kind is written as one of another: beginnings have a "=" before them, groups a "@".
"""


class SignsOf:
    """Gives the signs of a text, whole or in part."""

    def __init__(self, texts: Texts) -> None:
        """Lay the groups that were found in it out in the order of its words."""
        self._view = texts["cyrillic"].view
        self._pieces = [frozenset(_pieces(word)) for word in self._view.words]
        self._stems = [word[:STEM] for word in self._view.words]
        self._groups = [(text.view, _laid(text.hits)) for text in texts.values()]
        self.core = self._view.places(texts["cyrillic"].core)
        """The words of what is meant."""

    def whole(self) -> Kinds:
        """Give those of what is meant in the text."""
        return self.among(self.core)

    def among(self, words: range) -> Kinds:
        """Give those of the words with these numbers."""
        if not words:
            return (frozenset(),) * 4
        view = self._view
        part = view.spans[words.start][0], view.spans[words.stop - 1][1]
        groups: set[str] = set()
        together: set[str] = set()
        for other, laid in self._groups:
            met = [(place, name) for place in other.places(part) for name in laid.get(place, ())]
            groups.update(f"@{name}" for _, name in met)
            together.update(_together([one for one in met if OF_ONE not in one[1]], other))
        return *self.written(words), frozenset(groups), frozenset(together)

    def written(self, words: range) -> tuple[frozenset[str], frozenset[str]]:
        """Give the signs of how these words are written: pieces and beginnings."""
        within = slice(words.start, words.stop)
        return frozenset().union(*self._pieces[within]), frozenset(_beginnings(self._stems[within]))


def spoken(texts: Texts) -> str:
    """Give the language of most groups that were found and belong to one language; "" where there is none."""
    counts = Counter(
        name.partition(OF_ONE)[2].partition(":")[0] for text in texts.values() for name in text.hits if OF_ONE in name
    )
    del counts[COMMON]
    return max(sorted(counts), key=counts.__getitem__, default="")


def _laid(hits: Hits) -> dict[int, list[str]]:
    """Give the groups that begin at each word."""
    laid: dict[int, list[str]] = {}
    for name, places in hits.items():
        for place in places:
            laid.setdefault(place, []).append(name)
    return laid


def _pieces(word: str) -> Iterator[str]:
    """Give the pieces of a word; a space stands for its beginning or its end."""
    whole = f" {word} "
    for length in LENGTHS:
        yield from (whole[start : start + length] for start in range(max(1, len(whole) - length + 1)))


def _beginnings(stems: Sequence[str]) -> Iterator[str]:
    for place, stem in enumerate(stems):
        yield f"={stem}"
        yield from (f"={stem} {other}" for other in stems[place + 1 : place + 1 + NEAR])


def _together(met: Sequence[tuple[int, str]], view: View) -> Iterator[str]:
    """Give pairs of groups in a sentence; which comes first in the text says nothing in four languages."""
    for number, (place, name) in enumerate(met):
        for other_place, other in islice(met, number + 1, None):
            if other_place > place + TOGETHER or view.sentences[place] != view.sentences[other_place]:
                break
            if other != name:
                yield f"{min(name, other)}&{max(name, other)}"
