"""What she types may be the words of a button in another of the languages: many mix two of them in one day.

A phone may also still show a screen from before she changed the language.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from content.library import Library
from flows.script import plain

LONGEST = 40
"""Characters of a button at most, with room: longer texts are none."""


def in_hers(library: Library, language: str, labels: Iterable[str], text: str) -> str:
    """The one of these `labels`, which are in `language`, that `text` says in another language; else `text` as it is.

    Where two of them could be meant nothing is guessed.
    """
    own = list(labels)
    keys, texts = _keys(library).get(plain(text), frozenset[str]()), library.texts.get(language, {})
    if not keys or any(plain(text) == plain(label) for label in own):
        return text
    said = {texts[key] for key in keys if key in texts and isinstance(texts[key], str)}
    found = [label for label in own if label in said]
    return found[0] if len(found) == 1 else text


@lru_cache(maxsize=4)
def _keys(library: Library) -> dict[str, frozenset[str]]:
    """The ids of the buttons that have these words in some language, as `plain` has them; made once for a library."""
    known: dict[str, set[str]] = {}
    for texts in library.texts.values():
        for key, text in texts.items():
            if isinstance(text, str) and len(text) <= LONGEST and (word := plain(text)):
                known.setdefault(word, set()).add(key)
    return {word: frozenset(keys) for word, keys in known.items()}
