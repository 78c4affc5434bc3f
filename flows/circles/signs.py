"""Finds what shows itself by its signs: links, addresses of mail, @names and the names people have elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
import regex

from content.traces import Held, Shapes
from flows.concern.spelling import PATIENCE

Found = tuple[Held, int, int]
"""A kind, and from where to where in the text laid flat."""

_DOT = r"(?:[.。·•]|\s{1,2}[.。·•]\s{0,2}|\s{0,2}[\[({<]\s?[.。·•]\s?[\])}>]\s{0,2})"
"""A dot that may stand apart or between brackets, but is no full stop: before that stands no space, behind it one."""
_ANY_DOT = rf"(?:{_DOT}|[.。·•,]\s{{1,2}})"
_NAME = r"[a-z0-9][a-z0-9_.\-]{3,}"
_NICK = r"(?=[a-z\-]+(?:\d|_|\.\w))[a-z0-9][a-z0-9_.\-]{3,}"
_LOOKALIKES = str.maketrans("асеорхукмтвнзіјАСЕОРХУКМТВНЗІ", "aceopxykmtbh3ijACEOPXYKMTBH3I")
_LOOKALIKES_BACK = str.maketrans("aceopxykmtACEOPXYKMTBH", "асеорхукмтАСЕОРХУКМТВН")
_MIXED = regex.compile(r"\b\p{L}*(?:\p{Latin}\p{Cyrillic}|\p{Cyrillic}\p{Latin})\p{L}*")
SPACED = regex.compile(r"(?<!\w)\p{L}(?:[ .\-_*|/,]\p{L}){9,}(?!\w)")
"""L e t t e r s set apart, so many that they are more than a word: nobody can tell here where the words end."""


class Signs(msgspec.Struct, frozen=True):
    """The patterns, made ready from what content knows of links and of the places people write in."""

    patterns: tuple[tuple[Held, regex.Pattern[str]], ...]


def signs(shapes: Shapes, apps: Iterable[str]) -> Signs:
    """Make the patterns ready. `apps`: what the places are called, and words that go before a nick."""
    hosts = "|".join(regex.escape(host).replace(r"\.", _ANY_DOT) for host in shapes.hosts)
    endings = "|".join(map(regex.escape, shapes.endings))
    named = "|".join(sorted({_called(app) for app in apps}, key=len, reverse=True))
    sources: tuple[tuple[Held, str], ...] = (
        ("email", rf"[\w.+\-]+\s?@\s?[\w\-]+(?:{_DOT}[\w\-]+)+"),
        ("link", r"\bh[tx]{2}ps?\b|\bwww\b|\btg://"),
        ("link", rf"(?<![\w@'’ʼ])(?:{hosts})(?:\s?[/\\]|\b)"),
        ("link", rf"(?<![\w@])[\w\-]{{2,}}(?:{_DOT})(?:{endings})(?![\w\-])"),
        ("link", r"(?<![\w@])[a-z][\w\-]+\.[a-z]{2,6}/\w"),
        ("handle", r"(?<![\w.])@\s?\w{3,}"),
        ("handle", r"\b(?=\w{5,})[^\W\d_]\w*?_+\w+"),
        ("handle", rf"\b(?:{named})\b\s*[:=]\s*\p{{L}}+(?:\s+\p{{L}}+)?\s*(?:[.,!;\n]|$)"),
        ("handle", rf"\b(?:{named})\b\W{{1,3}}(?:\p{{L}}+\W{{1,3}}){{0,2}}{_NICK}"),
        ("handle", r"(?<=:\s?)\b[a-z][a-z0-9]*\.[a-z0-9]{3,}\b(?!\s+[a-z])"),
        ("card", r"\b(?:T[1-9A-HJ-NP-Za-km-z]{33}|0x[0-9a-f]{40}|bc1[a-z0-9]{20,}|[A-Z]{2}\d{2}[A-Z0-9]{12,30})\b"),
    )
    # Beside Cyrillic words a name in Latin letters is a name: "инстаграм nargis".
    mixed = rf"\b(?:{named})\b(?<=\p{{Cyrillic}}+)\W{{1,3}}(?:\p{{Cyrillic}}+\W{{1,3}}){{0,1}}{_NAME}"
    every = (*sources, ("handle", mixed))
    return Signs(tuple((kind, regex.compile(source, regex.IGNORECASE)) for kind, source in every))


def found_signs(text: str, ready: Signs) -> Iterator[Found]:
    """Give what the signs show in a text laid flat, and in the same with Cyrillic look-alikes as Latin ones."""
    latin = text.translate(_LOOKALIKES)
    text = _MIXED.sub(lambda word: word[0].translate(_LOOKALIKES_BACK), text, timeout=PATIENCE)
    for kind, pattern in ready.patterns:
        for one in (text, latin) if kind in {"link", "email"} and latin != text else (text,):
            yield from ((kind, *match.span()) for match in pattern.finditer(one, timeout=PATIENCE))


def _called(app: str) -> str:
    """A term as a pattern of letters: `word*` may go on."""
    return regex.escape(app.rstrip("*~")) + (r"\p{L}{0,4}" if app.endswith(("*", "~")) else "")
