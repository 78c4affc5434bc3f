"""The second ear: many small signs together, beside the rules.

Each piece of a word (two to four letters), each word and each pair of words has a weight, learnt from the invented
sentences in tests/concern and in the rules themselves by `python -m tests.concern.train` (logistic regression). Nobody
wrote these weights and nobody can be asked why. So alone it gives `watch` and no more; it takes one level at most, and
none from `now`; and it brings a person at once only where words stand that a rule looks for.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from math import fsum, sqrt
from typing import TYPE_CHECKING

from flows.concern.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from content.schema import Signs, Weights
    from flows.concern.findings import Span
    from flows.concern.spelling import View

SIGNS = "signs"
"""The rule and the language of what this ear finds; what a half-met rule of a category finds is `signs.category`."""
LENGTHS = (2, 3, 4)
POINTED_AT = 3
"""Words that are shown as having weighed most."""
FEWEST = 3
"""Words a text needs for signs to be counted at all."""
ENOUGH = 6
"""Words a text needs for more than `watch`: in few words one sign weighs too much, and rules know short sayings best."""


class Weighed:
    """One text, evened out, as the second ear hears it; deaf where it has learnt nothing, or the text is too short."""

    def __init__(self, view: View, signs: Signs | None) -> None:
        self._view = view
        self._signs = signs if len(view.words) >= FEWEST else None
        self._is_long = len(view.words) >= ENOUGH
        self._doubted: dict[Span, bool] = {}

    @cached_property
    def _whole(self) -> tuple[frozenset[str], frozenset[str]]:
        return _signs(self._view.words)

    @cached_property
    def category(self) -> str:
        """The likeliest one, if any."""
        kinds = self._signs.kinds if self._signs is not None else {}
        return max(kinds, key=lambda name: _weight(self._whole, kinds[name]), default="")

    def doubts(self, sentence: Span) -> bool:
        """Say whether it speaks against worry: in the whole text, and in the sentence that stands there in it."""
        if not self._is_long or not self._is_light_whole:
            return False
        if sentence not in self._doubted:  # many rules are met in one sentence
            first, last = sentence
            words = zip(self._view.words, self._view.spans, strict=True)
            within = [word for word, (start, end) in words if first <= start and end <= last]
            self._doubted[sentence] = len(within) < FEWEST or self._is_light(_signs(within))
        return self._doubted[sentence]

    @cached_property
    def is_sure(self) -> bool:
        """Whether it takes the text for red."""
        if self._signs is None or not self._is_long:
            return False
        return _weight(self._whole, self._signs.red) > self._signs.sure

    def heard(self) -> Finding | None:
        """Give `watch` where the text weighs enough."""
        if self._signs is None or _weight(self._whole, self._signs.worry) <= self._signs.watch:
            return None
        return Finding("watch", self.category, SIGNS, SIGNS, self._heaviest(self._signs.worry))

    def raised(self, language: str, spans: tuple[Span, ...]) -> Finding:
        """Give `urgent`: a rule of its category in that language is half met at these places."""
        return Finding("urgent", self.category, f"{SIGNS}.{self.category}", language, spans)

    @cached_property
    def _is_light_whole(self) -> bool:
        return self._is_light(self._whole)

    def _is_light(self, both: tuple[frozenset[str], frozenset[str]]) -> bool:
        return self._signs is not None and _weight(both, self._signs.worry) < self._signs.doubt

    def _heaviest(self, weights: Weights) -> tuple[Span, ...]:
        each = [_weight(_signs([word]), weights) for word in self._view.words]
        heaviest = sorted(range(len(each)), key=lambda place: -each[place])[:POINTED_AT]
        return tuple(self._view.spans[place] for place in sorted(heaviest))


def pieces(words: Sequence[str]) -> Iterator[str]:
    """Give the pieces of words; a space stands for the beginning or the end of one."""
    for word in words:
        whole = f" {word} "
        for length in LENGTHS:
            yield from (whole[start : start + length] for start in range(max(1, len(whole) - length + 1)))


def phrases(words: Sequence[str]) -> Iterator[str]:
    """Give words and pairs of words. The sign keeps them apart from pieces."""
    yield from (f"={word}" for word in words)
    yield from (f"={one} {other}" for one, other in pairwise(words))


def _signs(words: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(pieces(words)), frozenset(phrases(words))


def _weight(both: tuple[frozenset[str], frozenset[str]], weights: Weights) -> float:
    """Weigh: of pieces and of phrases each, the sum over those that are known, by the root of how many they are."""
    total, known_weights = weights.bias, weights.signs
    for signs in both:
        known = [weight for sign in signs if (weight := known_weights.get(sign)) is not None]
        total += fsum(known) / sqrt(len(known)) if known else 0.0  # in no order, so added exactly
    return total
