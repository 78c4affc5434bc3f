"""The forms a word may take: `шавҳар~` in a rule finds шавҳарам and шавҳарамро, `муж~` finds мужем.

Russian forms come from a dictionary (pymorphy3), English ones from the Snowball stemmer. For Tajik and Uzbek, which
have neither, endings are cut off: possessives, plurals, cases and persons, as their grammars list them.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import regex
import snowballstemmer
from pymorphy3 import MorphAnalyzer

from flows.concern.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Callable

REMEMBERED = 65536
"""Letters at the end of a word of which it is remembered whether they are an ending."""
LONGEST_ENDING = 60
"""Letters: more than the patterns below can take, all their parts together."""
SHORTEST = 2
"""Letters that are left of a word when its endings are cut off."""

# Evened out: о is а, е is и, я is иа (spelling.py).
_TAJIK_NOUN = r"(?:ха|ан|ган|иан|ха?иа)?(?:аму?|ат|аш|аман|атан|ашан|ум|им|ит|иш|м|т|ш|ман|тан|шан|и|иу|у)?(?:ра|ра?ву|а|ба|да|кати)?"
_TAJIK_VERB = r"(?:а|аг)?(?:ам|ум|им|ад|ат|ид|анд|ан|и|аст|идан|итан|гист|ги|дан|тан)?"
_TAJIK = rf"{_TAJIK_NOUN}|{_TAJIK_VERB}"
_TAJIK_BEFORE = regex.compile(r"(?P<not>на)?(?:ми|би|бу)(?P<rest>.{2,})")
_UZBEK_NOUN = (
    r"(?:ча|гина|чан|хан)?(?:лар)?(?:имиз|ингиз|миз|нгиз|им|инг|си|и|м|нг)?(?:ни|га|ка|да|даги|дан|нинг|дай|дак|ча)?"
    r"(?:ман|сан|миз|сиз|дир)?"
)
_UZBEK_WHO = r"(?:ман|сан|миз|сиз|сизлар|ти|ди|дилар|тилар|м|нг|нгиз|нглар|к)?"
_UZBEK_VERB = (
    r"(?:и?б)?(?:вар|вал|вати?)?(?:и?ш)?"
    rf"(?:(?:а|и)(?:ди)?|(?:а|и)диган|(?:а|и)?иатган(?:им|и)?|(?:а|и)?(?:иап|иаб|ап)(?:ти|ди)?|и?б|(?:г|к)ан(?:и|им|ин|ида|имда|имдан|ига)?|ди|ти"
    rf"|са|ар|макда|макчи|маки?|аи|аин|аилик|син|(?:г|к)и(?:м|нг)?|и?ш)?{_UZBEK_WHO}(?:ни|га|дан|да|иди|идим|кан)?"
)
_UZBEK_LAST = r"(?:ми|микан|ку|да|иам|хам|ам)?"
"""Particles. Nowhere is there the -ма- of a negation: урмади is no form of ур."""
_UZBEK = rf"(?:{_UZBEK_NOUN}|{_UZBEK_VERB}){_UZBEK_LAST}"
# Read from behind: so it shows at once that no ending ends as a word does.
_ENDINGS = {
    language: regex.compile(rf"(?r)(?:{endings})") for language, endings in {"tg": _TAJIK, "uz": _UZBEK}.items()
}


@cache
def _russian() -> MorphAnalyzer:
    return MorphAnalyzer()


@cache
def _english() -> Callable[[str], str]:
    stem: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem


def russian_forms(word: str) -> frozenset[str]:
    """Give every form of a Russian word, evened out."""
    return frozenset(spell([form.word for form in _russian().parse(word)[0].lexeme], "cyrillic"))


def stems(word: str, language: str) -> frozenset[str]:
    """Give what a word, evened out, may be a form of: each way of cutting an ending off, and the word itself.

    A Tajik verb is also given without its me-, its "not" kept: намехоҳам is a form of нахоҳ, not of хоҳ.
    """
    if language == "en":
        return frozenset((word, _english()(word)))
    cut = {word}
    for end in range(len(word) - 1, max(SHORTEST, len(word) - LONGEST_ENDING) - 1, -1):
        whole = _ending(language, word[end:])
        if whole is None:
            break
        if whole:
            cut.add(word[:end])
    if language == "tg":
        bare = (_TAJIK_BEFORE.fullmatch(one) for one in tuple(cut))
        cut |= {(one["not"] or "") + one["rest"] for one in bare if one}
    return frozenset(cut)


@lru_cache(maxsize=REMEMBERED)
def _ending(language: str, letters: str) -> bool | None:
    """Say whether these are an ending, or only the end of one; None where they are neither, with whatever before them.

    Endings are few and met all the time.
    """
    found = _ENDINGS[language].fullmatch(letters, partial=True)
    return None if found is None else not found.partial
