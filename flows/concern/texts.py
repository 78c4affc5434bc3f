"""One text in every kind of letters that rules are written in, and which groups of words stand in it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import msgspec
import regex

from flows.concern.measures import measure
from flows.concern.spelling import View, even, split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from content.schema import Letters
    from flows.concern.findings import Span
    from flows.concern.rules import Rules
    from flows.concern.terms import Hit, Hits

_LATIN = regex.compile(r"\p{Latin}")


OPENING, CLOSING = "opening", "closing"
"""Groups of what is said before and behind what is meant: greetings and excuses; thanks, and "what should I do".

It says nothing of danger or of none, and sounds like what does: "салом" like a year, "чӣ кор кунам" like work.
"""


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
    views = {letters: _even(view, letters, text) for letters in rules.lexicons}
    hits = {letters: lexicon.hits(views[letters]) for letters, lexicon in rules.lexicons.items()}
    said = [[_spans(views[letters], hits[letters].pop(group, {})) for letters in views] for group in (OPENING, CLOSING)]
    core = _core(view, *(sorted(itertools.chain(*spans)) for spans in said))
    return {letters: _text(views[letters], hits[letters], core, rules) for letters in views}


def _even(view: View, letters: Letters, text: str) -> View:
    return even(view, letters) if letters != "latin" or _LATIN.search(text) else View([], [], [], [])


def _spans(view: View, hits: Mapping[int, Hit]) -> list[Span]:
    return [(view.spans[hit.first][0], view.spans[hit.last][1]) for hit in hits.values()]


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


def _text(view: View, hits: Hits, core: Span, rules: Rules) -> Text:
    measure(view, hits, rules.measures)
    words = view.places(core)
    if len(words) == len(view.words):
        return Text(view, hits, core, hits)
    within = {group: {at: hit for at, hit in places.items() if at in words} for group, places in hits.items()}
    return Text(view, hits, core, {group: places for group, places in within.items() if places})
