"""The forms a word may take: `шавҳар~` in a rule finds шавҳарам and шавҳарамро, `муж~` finds мужем.

Russian forms come from a dictionary (pymorphy3), English ones from the Snowball stemmer. For Tajik and Uzbek, which
have neither, endings are cut off: possessives, plurals, cases and persons, as their grammars list them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import regex
import snowballstemmer
from pymorphy3 import MorphAnalyzer

from flows.concern.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Callable

SHORTEST = 3
"""Letters that are left of a word when its endings are cut off."""

# Evened out: о is а, е is и, я is иа (spelling.py).
_TAJIK_NOUN = r"(?:ха|ан|ган|иан|ха?иа)?(?:аму?|ат|аш|аман|атан|ашан|ум|им|ит|иш|м|т|ш|ман|тан|шан|и|иу|у)?(?:ра|ра?ву|а|ба|да|кати)?"
_TAJIK_VERB = r"(?:а|аг)?(?:ам|ум|им|ад|ат|ид|анд|ан|и|аст|идан|итан|гист|ги|дан|тан)?"
_TAJIK = regex.compile(rf"(?P<not>на)?(?:ми|би|бу)?(?P<stem>.{{{SHORTEST},}}?)(?:{_TAJIK_NOUN}|{_TAJIK_VERB})")
_UZBEK_NOUN = r"(?:лар)?(?:им|инг|си|и|имиз|ингиз|м|нг)?(?:ни|га|ка|да|дан|нинг|ча)?(?:ман|сан|миз|сиз)?"
_UZBEK_WHO = r"(?:ман|сан|миз|сиз|ти|ди|дилар|тилар|м|нг|к)?"
_UZBEK_VERB = rf"(?:а|и|ади|иди|иапти?|аиапти?|ватти?|иабди?|иб|б|ган|гани?м?|ди|са|ар|адиган|макчи|маки?|иш|ш)?{_UZBEK_WHO}(?:ни|га|дан)?"
_UZBEK = regex.compile(rf"(?P<stem>.{{{SHORTEST},}}?)(?:{_UZBEK_NOUN}|{_UZBEK_VERB})")


@cache
def _russian() -> MorphAnalyzer:
    return MorphAnalyzer()


@cache
def _english() -> Callable[[str], str]:
    stem: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem


def russian_forms(word: str) -> frozenset[str]:
    """Give every form of a Russian word, evened out."""
    return frozenset(spell(form.word, "cyrillic") for form in _russian().parse(word)[0].lexeme)


def known_in_russian(word: str) -> bool:
    """Say whether a word, spelt as it came in, stands in the Russian dictionary."""
    return bool(_russian().word_is_known(word.casefold()))


def stem(word: str, language: str) -> str:
    """Cut the endings off a word that is evened out; a language without endings of ours gives the word back."""
    if language == "en":
        return _english()(word)
    cut = {"tg": _TAJIK, "uz": _UZBEK}.get(language)
    found = cut.fullmatch(word) if cut else None
    return (found.groupdict().get("not") or "") + found["stem"] if found else word
