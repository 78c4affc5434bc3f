"""Evens a text out, so that what sounds alike is written alike, and keeps where each word stood.

Tajik with and without its letters, Russian and Uzbek in either script, look-alike letters, digits for letters,
l e t t e r s set apart and words drawn ouuut all become the same row of words.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec
import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from content.schema import Letters
    from flows.concern.findings import Span

    Row = tuple[str, Span, int, int]
    """A word, its span, its sentence, its clause."""

PATIENCE = 0.05
"""Seconds one pattern may take."""


class View(msgspec.Struct, frozen=True):
    """The words of a text, and for each its span in the text as it came in, its sentence and its clause.

    Numbers, single signs of feeling and rows of brackets, which are smiles here, count as words.
    """

    words: list[str]
    spans: list[Span]
    sentences: list[int]
    clauses: list[int]

    def places(self, part: Span) -> range:
        """Give the numbers of the words that stand whole in a part of the text; words stand in its order."""
        first = bisect_left(self.spans, part[0], key=itemgetter(0))
        return range(first, max(first, bisect_right(self.spans, part[1], key=itemgetter(1))))

    def rows(self) -> Iterator[Row]:
        """Give word after word, each with its span, its sentence and its clause."""
        return zip(self.words, self.spans, self.sentences, self.clauses, strict=True)


def as_view(rows: Sequence[Row]) -> View:
    """Make a view of such rows."""
    return View(*map(list, zip(*rows, strict=True))) if rows else View([], [], [], [])


_APOSTROPHES = "'’‘ʻʼʹ`´′ˈ＇"
_LETTER_OF_WORD = rf"[[\w\p{{M}}\p{{Cf}}{_APOSTROPHES}]--[_]]"
_WORD = regex.compile(
    # A 4 before "to" is a ч; any other digits before letters are a number of their own: 10kunlik, 38градус.
    rf"(?:4(?=[tт][oоe0])|[^\W\d_]){_LETTER_OF_WORD}*|\d+(?:[.,]\d{{1,2}})?|\p{{Extended_Pictographic}}|[)(]{{2,}}",
    regex.VERSION1,
)
_FEELING = regex.compile(r"\p{Extended_Pictographic}")
_DIGIT_INSIDE = regex.compile(r"(?<=\p{L})[0-9](?=\p{L})|^4(?=[tт])", regex.MULTILINE)
_DIGITS = {"0": "o", "1": "i", "3": "з", "4": "ч"}
_DIGITS_IN_LATIN = {"0": "o", "1": "i", "3": "z", "4": "ch"}
_BREAK = regex.compile(r"[,;:—–()\n]")
_MARKS = regex.compile(r"[\p{M}\p{Cf} ]+")
_STOP = regex.compile(r"(?<![.!?…])[.!?](?![.!?…])\s")
_SPACED = regex.compile(r"(?<!\w)\w(?:[^\w\n]\w){3,}(?!\w)")
_MIXED = regex.compile(r"\b\w*(?:\p{Latin}\p{Cyrillic}|\p{Cyrillic}\p{Latin})\w*")
_LATIN = regex.compile(r"\p{Latin}")
_REPEATED = regex.compile(r"([^\n\d])\1+")
_LOOKALIKES = str.maketrans("aceopxykmtihb", "асеорхукмтихв")
_LOOKALIKES_BACK = str.maketrans("асеорхукмтихв", "aceopxykmtihb")
# Letters of old Tajik fonts and others that do not come apart into a letter and a mark.
_TWINS = str.maketrans(
    {"љ": "ҷ", "њ": "ҳ", "ⱪ": "қ", "ⱨ": "ҳ", "ı": "i", "š": "sh", "ž": "zh", "č": "ch", "ş": "sh"}
    | dict.fromkeys(_APOSTROPHES, "'")
)
# One sound, one letter: о as а, е and й as и, ж and ҷ as ч. What Latin spelling or a slip confuses is made the same.
_SOUNDS = str.maketrans(
    dict(zip("оеэыйіғґқҳҷжщ", "аииииигґкхччш".replace("ґ", "г"), strict=True))
    | dict(zip("aobcdefghijklmnpqrstuvwxyz", "аабчдифгхичклмнпкрстувшхиз", strict=True))
    | {"я": "иа", "ю": "иу"}
)
_SILENT = str.maketrans("", "", "ьъ'")
_CLUSTERS = (
    dict.fromkeys(("shch", "sch", "sh"), "ш")
    | dict.fromkeys(("ch", "zh", "dzh", "dj"), "ч")
    | dict.fromkeys(("ts", "тс"), "ц")
)
_CLUSTERS |= {"дж": "ч", "дҷ": "ч", "kh": "х", "gh": "г", "yo": "и"}
_CLUSTER = regex.compile("|".join(sorted(map(regex.escape, _CLUSTERS), key=len, reverse=True)))


def split(text: str) -> View:
    """Split a text into words as they came in."""
    spans = [match.span() for match in _WORD.finditer(text, timeout=PATIENCE)]
    words = [text[start:end] for start, end in spans]
    if _SPACED.search(text, timeout=PATIENCE):
        spans, words = _join(spans, words)
    sentences: list[int] = []
    clauses: list[int] = []
    sentence = clause = before = 0
    for start, end in spans:
        if sentences and text[before:start] != " ":
            stop = start - before > 1 and _STOP.search(text, before, start + 1, timeout=PATIENCE)
            sentence += bool(stop)
            clause += bool(stop or _BREAK.search(text, before, start, timeout=PATIENCE))
        sentences.append(sentence)
        clauses.append(clause)
        before = end
    whole = View(words, spans, sentences, clauses)
    return _feelings_last(whole) if _FEELING.search(text) else whole


def _feelings_last(view: View) -> View:
    """Put signs of feeling behind the words of their clause: one in the midst of a saying must not break it."""
    rows = sorted(view.rows(), key=lambda row: (row[3], _FEELING.match(row[0]) is not None))
    behind = 0  # what was moved stands where its clause ends: spans stay in order
    moved: list[Row] = []
    for word, (start, end), sentence, clause in rows:
        moved.append((word, (max(start, behind), max(end, behind)), sentence, clause))
        behind = max(end, behind)
    return as_view(moved)


def even(view: View, letters: Letters) -> View:
    """Even the words of a text out; of some, as of a lone ь, nothing is left."""
    words = spell(view.words, letters)
    if all(words):
        return View(words, view.spans, view.sentences, view.clauses)
    rows = zip(words, view.rows(), strict=True)
    return as_view([(word, span, sentence, clause) for word, (_, span, sentence, clause) in rows if word])


def spell(words: Sequence[str], letters: Letters) -> list[str]:
    """Spell words, hers as those of rules; all at once, which is many times quicker than one by one."""
    return _spell("\n".join(words), letters).split("\n") if words else []


def _join(spans: list[Span], words: list[str]) -> tuple[list[Span], list[str]]:
    """Put l e t t e r s together that were set apart by one sign each."""
    joined: list[tuple[Span, str, bool]] = []
    for span, word in zip(spans, words, strict=True):
        before, said, apart = joined[-1] if joined else ((-2, -2), "", False)
        if apart and len(word) == 1 and span[0] == before[1] + 1:
            joined[-1] = ((before[0], span[1]), said + word, True)
        else:
            joined.append((span, word, len(word) == 1))
    return [span for span, _, _ in joined], [word for _, word, _ in joined]


def _spell(words: str, letters: Letters) -> str:
    """Spell words, one a line, so that those which sound alike are written alike."""
    plain = unicodedata.normalize("NFKD", words.translate(_TWINS).casefold().translate(_TWINS))
    plain = _DIGIT_INSIDE.sub(_letter, _MARKS.sub("", plain).casefold())
    if letters == "latin":
        plain = _MIXED.sub(lambda word: word[0].translate(_LOOKALIKES_BACK), plain).replace("'", "")
    else:
        plain = _MIXED.sub(_unmix, plain).replace("o'", "у").replace("g'", "г").translate(_SILENT)
        plain = _CLUSTER.sub(lambda cluster: _CLUSTERS[cluster[0]], plain).translate(_SOUNDS)
    return _REPEATED.sub(r"\1", plain)


def _letter(digit: regex.Match[str]) -> str:
    """Give the letter a digit stands for, in the script of the letter beside it."""
    beside = digit.string[digit.start() - 1 : digit.start()].strip() or digit.string[digit.end() : digit.end() + 1]
    letters = _DIGITS_IN_LATIN if beside.isascii() else _DIGITS
    return letters.get(digit[0], digit[0])


def _unmix(word: regex.Match[str]) -> str:
    """Make a Cyrillic word of one that has a few Latin look-alikes in it."""
    latin = _LATIN.findall(word[0])
    looks = len(latin) * 2 <= len(word[0]) or all(ord(letter) in _LOOKALIKES for letter in latin)
    return word[0].translate(_LOOKALIKES) if looks else word[0]
