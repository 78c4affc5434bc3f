"""Which city somebody means who types its name: in any of our letters, shortened, or a little misspelt.

Only the hours hang on it. Towns with the hours of a city we list are found under it (`also` in the directory).
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from content.schema import City
from flows.script import Choice, plain

SHORTEST = 3
"""Letters of a name's beginning that may stand for it."""
ALIKE = 0.8
LETTERS = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "e", "э": "e", "ж": "j", "з": "z",
        "и": "i", "й": "i", "ӣ": "i", "ы": "i", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
        "р": "r", "с": "s", "т": "t", "у": "u", "ӯ": "u", "ў": "u", "ф": "f", "х": "h", "ҳ": "h", "ц": "ts", "ч": "ch",
        "ҷ": "j", "ш": "sh", "щ": "sh", "ъ": "", "ь": "", "ю": "iu", "я": "ia", "y": "i", "q": "k", "x": "h", "w": "v",
    }
)  # fmt: skip
PAIRS = (("kh", "h"), ("zh", "j"), ("dj", "j"), ("ck", "k"), ("ii", "i"), ("ie", "e"), ("c", "k"))


Known = tuple[str, str, tuple[str, ...]]
"""A city as it is sought: its code, its zone, its spellings."""


class Sought(Choice, frozen=True):
    """A choice of cities, one of which may be typed as people write it."""

    known: tuple[Known, ...] = ()

    def typed(self, text: str) -> str | None:
        """The code by number or label, else of the one city that these words can mean."""
        return Choice(self.options, also=self.also).typed(text) or meant(self.known, text)


def sought(cities: Sequence[City]) -> tuple[Known, ...]:
    """The cities with all their spellings, as `Sought` has them."""
    return tuple(
        (one.code, one.zone, tuple(dict.fromkeys(sound(name) for name in (*one.name.values(), *one.also))))
        for one in cities
    )


def meant(known: Sequence[Known], text: str) -> str | None:
    """The city these words mean: by its name, its beginning, or nearly; None where two with other hours could be meant."""
    word = sound(text)
    if len(word) < SHORTEST:
        return None
    for fits in (_same, _begins, _alike):
        found = [(code, zone) for code, zone, names in known if any(fits(name, word) for name in names)]
        if found:
            return found[0][0] if len({zone for _, zone in found}) == 1 else None
    return None


def sound(text: str) -> str:
    """A name in Latin letters as it sounds, roughly: the same from whichever letters it was typed in."""
    word = "".join(sign for sign in plain(text) if sign.isalnum()).translate(LETTERS)
    for written, heard in PAIRS:
        word = word.replace("ch", "~").replace(written, heard).replace("~", "ch")
    return word


def _same(name: str, word: str) -> bool:
    return name == word


def _begins(name: str, word: str) -> bool:
    return name.startswith(word)


def _alike(name: str, word: str) -> bool:
    return len(word) > SHORTEST and difflib.SequenceMatcher(None, name, word).ratio() >= ALIKE
