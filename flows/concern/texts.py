"""One text in every kind of letters that rules are written in, and which groups of words stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import regex

from flows.concern.measures import measure
from flows.concern.spelling import even

if TYPE_CHECKING:
    from content.schema import Letters
    from flows.concern.rules import Rules
    from flows.concern.spelling import View
    from flows.concern.terms import Hits

_LATIN = regex.compile(r"\p{Latin}")


class Text(msgspec.Struct, frozen=True):
    """A text in one kind of letters, with what was found of every group."""

    view: View
    hits: Hits


Texts = dict["Letters", Text]


def in_all_letters(text: str, rules: Rules) -> Texts:
    """Give a text in each kind of letters, and which groups stand in it."""
    return {letters: _in(letters, text, rules) for letters in rules.lexicons}


def _in(letters: Letters, text: str, rules: Rules) -> Text:
    view = even(text if letters != "latin" or _LATIN.search(text) else "", letters)
    hits = rules.lexicons[letters].hits(view)
    measure(view, hits, rules.measures)
    return Text(view, hits)
