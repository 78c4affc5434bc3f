"""Lays a text flat: nothing invisible, one way to write each sign, and where each sign stood."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import msgspec
import regex

from flows.concern.spelling import PATIENCE

Span = tuple[int, int]

_BLANK = "\u115f\u1160\u3164\uffa0\u2800\u180e"
"""Signs that are letters by their name and nothing to the eye."""
_AMONG_DIGITS = regex.compile(r"(?<![\p{L}\d])(?=[oоlI|]*\d)[\doоlI|]{2,}(?!\p{L})", regex.IGNORECASE)
_ALONE = regex.compile(r"(?<=\d[ .\-–]{1,3})[oо]{1,4}(?=[ .\-–]{1,3}\d)", regex.IGNORECASE)
_ROUND = str.maketrans("oOоОlLI|iі", "0000111111")


class Flat(msgspec.Struct, frozen=True):
    """A text laid flat, and for each of its signs its place in the text as it came in."""

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """Where this stood in the text as it came in."""
        return (self.places[start], self.places[end - 1] + 1) if end > start else (0, 0)


def flat(text: str) -> Flat:
    """Lay a text flat: digits of every script, full width, in rings and on keys become 0 to 9; O among them is 0."""
    if text.isascii():
        return Flat(_round(text), range(len(text)))
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        plain = _plain(sign)
        if plain and unicodedata.category(plain[0]) == "Mn" and not (signs and signs[-1].isalpha()):
            continue
        signs.extend(plain)
        places.extend([place] * len(plain))
    return Flat(_round("".join(signs)), places)


@lru_cache(maxsize=4096)
def _plain(sign: str) -> str:
    """One sign as it is read; nothing for what nobody sees. Letters keep their length, so that words keep theirs."""
    if unicodedata.category(sign) in {"Cf", "Me"} or sign in _BLANK or "\ufe00" <= sign <= "\ufe0f":
        return ""
    digit = unicodedata.digit(sign, None)
    return str(digit) if digit is not None else unicodedata.normalize("NFKC", sign)


def _round(text: str) -> str:
    """Make digits of the letters that stand for some: O5 is 05. As long as before."""
    return _ALONE.sub(_digits, _AMONG_DIGITS.sub(_digits, text, timeout=PATIENCE), timeout=PATIENCE)


def _digits(found: regex.Match[str]) -> str:
    return found[0].translate(_ROUND)
