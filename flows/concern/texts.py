"""One text in every kind of letters that rules are written in, and which groups of words stand in it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import msgspec
import regex

from flows.concern.measures import MARK, measure
from flows.concern.spelling import View, even, split
from flows.concern.terms import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from content.schema import Letters
    from flows.concern.findings import Span
    from flows.concern.rules import Rules
    from flows.concern.terms import Hits

_LATIN = regex.compile(r"\p{Latin}")


OPENING, CLOSING = "opening", "closing"
"""Groups of what is said before and behind what is meant: greetings, excuses, who is writing; thanks, "what should I do".

It says nothing of danger or of none, and sounds like what does: "салом" like a year, "чӣ кор кунам" like work.
"""


INTRODUCING, GROWN = "introducing", f"{MARK}grown"
"""A grown woman's age with "I am" beside it is such an opening too: it is not that of a child who is ill or married off."""
NAMING = "naming"
"""And so is "my name is" with the word behind it."""


class Text(msgspec.Struct, frozen=True):
    """A text in one kind of letters, with what was found of every group."""

    view: View
    hits: Hits
    core: Span
    """Where in the text, as it came in, stands what is meant: behind a greeting, before thanks."""
    meant: Hits
    """What was found there: only this can take weight away."""


Texts = dict["Letters", Text]


def in_all_letters(text: str, rules: Rules) -> Texts:
    """Give a text in each kind of letters, and which groups stand in it."""
    view = split(text)
    views = {letters: lexicon.apart(_even(view, letters, text)) for letters, lexicon in rules.lexicons.items()}
    hits = {letters: lexicon.hits(views[letters]) for letters, lexicon in rules.lexicons.items()}
    for letters, evened in views.items():
        measure(evened, hits[letters], rules.measures)
    openings, closings = (
        sorted(itertools.chain(*(spans(views[letters], hits[letters]) for letters in views)))
        for spans in (_openings, _closings)
    )
    core = _core(view, openings, closings)
    return {letters: _text(views[letters], hits[letters], core) for letters in views}


def _even(view: View, letters: Letters, text: str) -> View:
    return even(view, letters) if letters != "latin" or _LATIN.search(text) else View([], [], [], [])


def _openings(view: View, hits: Hits) -> list[Span]:
    said = hits.pop(INTRODUCING, {}).values()
    before, behind = {hit.last + 1: hit for hit in said}, {hit.first - 1: hit for hit in said}
    introduced = [
        Hit(before.get(age.first, age).first, behind.get(age.last, age).last)
        for age in hits.get(GROWN, {}).values()
        if age.first in before or age.last in behind
    ]
    last = len(view.words) - 1
    named = [Hit(hit.first, min(hit.last + 1, last)) for hit in hits.pop(NAMING, {}).values()]
    return _spans(view, (*hits.pop(OPENING, {}).values(), *introduced, *named))


def _closings(view: View, hits: Hits) -> list[Span]:
    return _spans(view, hits.pop(CLOSING, {}).values())


def _spans(view: View, hits: Iterable[Hit]) -> list[Span]:
    return [(view.spans[hit.first][0], view.spans[hit.last][1]) for hit in hits]


def _core(view: View, openings: Sequence[Span], closings: Sequence[Span]) -> Span:
    """Take away openings one behind the other from the first word, and closings from the last; of two the longer."""
    begins, ends = view.spans[0][0] if view.spans else 0, view.spans[-1][1] if view.spans else 0
    behind, before = dict(openings), {end: start for start, end in reversed(closings)}
    for start, _ in view.spans:
        if start >= begins:
            if start not in behind:
                begins = start
                break
            begins = behind[start]
    for _, end in reversed(view.spans):
        if end <= ends:
            if before.get(end, -1) < begins:
                ends = end
                break
            ends = before[end]
    return begins, max(begins, ends)


def _text(view: View, hits: Hits, core: Span) -> Text:
    words = view.places(core)
    if len(words) == len(view.words):
        return Text(view, hits, core, hits)
    within = {group: {at: hit for at, hit in places.items() if at in words} for group, places in hits.items()}
    return Text(view, hits, core, {group: places for group, places in within.items() if places})
