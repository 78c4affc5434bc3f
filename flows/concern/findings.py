"""What concern found: how grave, of what kind, by which rule, and where."""

from __future__ import annotations

from typing import get_args

import msgspec

from content.schema import Concern, Level

LEVELS: tuple[Level, ...] = get_args(Level)
CATEGORIES: tuple[Concern, ...] = get_args(Concern)
"""In the order in which one is named when several are equally grave."""

IDIOM = "idiom"
"""The category of words that are worrying only when taken by the letter: she is asked once, and no case opens."""

COMMON = "common"
"""The language of rules which are made of words of Tajik, Russian and Uzbek alike."""

SIGNS = "signs"
"""The second ear: the rule and the language of what it hears (the rule is `signs.category` where it is sure), and, under
`deaf`, the kind of guard it is."""

Span = tuple[int, int]


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was found, by which rule, and where: spans are offsets in the text as it came in.

    guards: the ids of the guards that stood beside it, whether they lowered it or not. `joined`: there only together
    with what she said a moment ago; her last words alone say nothing of it. `was`: the level that rules and guards gave,
    where the second ear left less; `behind`: the red one they gave to something behind it that was lowered so.
    `unlikely`: that ear takes another category, found as grave, for much likelier.
    """

    level: Level
    category: str
    rule: str
    language: str
    spans: tuple[Span, ...]
    guards: tuple[str, ...] = ()
    joined: bool = False
    was: Level | None = None
    behind: Level | None = None
    unlikely: bool = False


UNREAD = Finding("watch", "unread", "unread", "", ())


def red(level: str) -> bool:
    """Say whether a person has to come within hours."""
    return level in {"urgent", "now"}


def by_rules(finding: Finding) -> Finding:
    """Give the finding as grave as rules and guards found the text: for words nobody reads who could judge the ear."""
    return msgspec.structs.replace(finding, level=finding.behind or finding.was or finding.level)


def gravest_first(finding: Finding) -> tuple[int, bool, bool, int, bool, str]:
    """Give the key by which findings are sorted: by level, then by category, then by rule.

    What the second ear took weight from stands behind what it left as it was, what it takes for unlikely behind the
    likely. Of two alike the one that tells her language goes first: who has chosen none is answered in it.
    """
    place = next((place for place, known in enumerate(CATEGORIES) if known == finding.category), len(CATEGORIES))
    return (
        -LEVELS.index(finding.level),
        finding.was is not None,
        finding.unlikely,
        place,
        finding.language == COMMON,
        finding.rule,
    )
