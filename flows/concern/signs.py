"""The second ear: many small signs together, where no rule is met. It may only raise to `watch`.

Each piece of a word (two to four letters), each word and each pair of words has a weight, learnt from the invented
sentences in tests/concern by `python -m tests.concern.train` (logistic regression). Nobody wrote these weights and
nobody can be asked why; so a person looks within days, and no more is done than that.
"""

from __future__ import annotations

from itertools import pairwise
from math import fsum, sqrt
from typing import TYPE_CHECKING

from flows.concern.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from content.schema import Signs
    from flows.concern.spelling import View

SIGNS = "signs"
"""The rule and the language of what this ear finds."""
LENGTHS = (2, 3, 4)
POINTED_AT = 3
"""Words that are shown as having weighed most."""
FEWEST = 3
"""Words a text needs for signs to be counted at all."""


def weighed(view: View, signs: Signs) -> Finding | None:
    """Give `watch` where a text, evened out, weighs more than signs.threshold; its category is the likeliest."""
    if len(view.words) < FEWEST or _weight(view.words, signs.weights) + signs.bias <= signs.threshold:
        return None
    category = max(signs.categories, key=lambda name: _weight(view.words, signs.categories[name]) + signs.biases[name])
    weights = [_weight([word], signs.weights) for word in view.words]
    heaviest = sorted(range(len(weights)), key=lambda place: -weights[place])[:POINTED_AT]
    return Finding("watch", category, SIGNS, SIGNS, tuple(view.spans[place] for place in sorted(heaviest)))


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


def _weight(words: Sequence[str], weights: Mapping[str, float]) -> float:
    """Weigh: of pieces and of phrases each, the sum over those that are known, by the root of how many they are."""
    total = 0.0
    for kind in (pieces, phrases):
        known = [weights[sign] for sign in set(kind(words)) if sign in weights]
        total += fsum(known) / sqrt(len(known)) if known else 0.0  # in no order, so added exactly
    return total
