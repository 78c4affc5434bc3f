"""One text in every kind of letters that rules are written in, and which groups of words stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import regex

from flows.concern.measures import measure
from flows.concern.spelling import View, even, split

if TYPE_CHECKING:
    from content.schema import Letters
    from flows.concern.rules import Rules
    from flows.concern.terms import Hits

_LATIN = regex.compile(r"\p{Latin}")


class Text(msgspec.Struct, frozen=True):
    """A text in one kind of letters, with what was found of every group."""

    view: View
    hits: Hits


Texts = dict["Letters", Text]


def in_all_letters(text: str, rules: Rules) -> Texts:
    """Give a text in each kind of letters, and which groups stand in it."""
    view = split(text)
    return {letters: _in(letters, view, text, rules) for letters in rules.lexicons}


def _in(letters: Letters, view: View, text: str, rules: Rules) -> Text:
    evened = even(view, letters) if letters != "latin" or _LATIN.search(text) else View([], [], [], [])
    hits = rules.lexicons[letters].hits(evened)
    measure(evened, hits, rules.measures)
    return Text(evened, hits)
