"""The signs of a text, of which the second ear has learnt what each weighs.

Of how it is written: pieces of words, beginnings of words, and two of these near each other. Of what it is about: the
groups of words that rules and guards look for, and two shared ones near each other, so that what is learnt in one
language is known in the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from content.schema import Letters
    from flows.concern.findings import Span
    from flows.concern.reading import Read
    from flows.concern.spelling import View

LENGTHS = (2, 3, 4)
"""Letters of a piece."""
STEM = 5
"""Letters of the beginning of a word: what is left of most words here when endings are taken off."""
NEAR = 3
"""Words from one beginning to another that is near it."""
TOGETHER = 4
"""Words from one group to another that is near it."""


def signs(texts: Mapping[Letters, Read], within: Span | None = None) -> tuple[frozenset[str], ...]:
    """Give the signs of a text, or of a part of it: pieces, beginnings, groups, groups together.

    No sign of one kind is written as one of another: beginnings have a "=" before them, groups a "@".
    """
    view = texts["cyrillic"].view
    words = view.words if within is None else [view.words[place] for place in view.places(within)]
    groups: set[str] = set()
    together: set[str] = set()
    for text in texts.values():
        hits: dict[str, AbstractSet[int]] = {name: hits.keys() for name, hits in text.hits.items()}
        if within is not None:
            inside = frozenset(text.view.places(within))
            hits = {name: places & inside for name, places in hits.items() if not places.isdisjoint(inside)}
        groups.update(f"@{name}" for name in hits)
        shared = sorted((place, name) for name, places in hits.items() if "/" not in name for place in places)
        together.update(_together(shared, text.view))
    return *written(words), frozenset(groups), frozenset(together)


def written(words: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Give the signs of how words are written alone: pieces and beginnings."""
    return frozenset(_pieces(words)), frozenset(_stems(words))


def _pieces(words: Sequence[str]) -> Iterator[str]:
    """Give the pieces of words; a space stands for the beginning or the end of one."""
    for word in words:
        whole = f" {word} "
        for length in LENGTHS:
            yield from (whole[start : start + length] for start in range(max(1, len(whole) - length + 1)))


def _stems(words: Sequence[str]) -> Iterator[str]:
    stems = [word[:STEM] for word in words]
    for place, stem in enumerate(stems):
        yield f"={stem}"
        yield from (f"={stem} {other}" for other in stems[place + 1 : place + 1 + NEAR])


def _together(met: Sequence[tuple[int, str]], view: View) -> Iterator[str]:
    """Give pairs of shared groups in a sentence; which comes first in the text says nothing in four languages."""
    for number, (place, name) in enumerate(met):
        for other_place, other in met[number + 1 :]:
            if other_place > place + TOGETHER:
                break
            if other != name and view.sentences[place] == view.sentences[other_place]:
                yield f"{min(name, other)}&{max(name, other)}"
