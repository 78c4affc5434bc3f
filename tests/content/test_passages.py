"""Passages: every reader of every page finds the mark of exactly what is read."""

from __future__ import annotations

import re

import pytest

from content.courses import Programme
from content.library import load
from content.passages import READ_ALOUD, READERS, mark, passage, passages

LIBRARY = load()
ALL = (*LIBRARY.programmes, *LIBRARY.shelves)
LANGUAGES = tuple(language.code for language in LIBRARY.languages)


def test_a_programme_and_a_shelf_never_share_a_name() -> None:
    assert not set(LIBRARY.programmes) & set(LIBRARY.shelves)


@pytest.mark.parametrize("of", ALL)
def test_names_are_told_apart_fit_into_a_button_and_lead_back(of: str) -> None:
    found = passages(LIBRARY, of)
    names = [one.id for one in found]
    assert names
    assert len(set(names)) == len(names)
    longest = max(map(len, LANGUAGES)) + len("again..")
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]{1,50}", name) and len(name) + longest <= 50 for name in names)
    assert [passage(LIBRARY, name) for name in names] == found


@pytest.mark.parametrize("programme", LIBRARY.programmes.values(), ids=lambda one: one.id)
def test_whatever_a_reader_reads_is_one_of_them(programme: Programme) -> None:
    marks = {mark("tg", one.texts(LIBRARY, "tg")) for one in passages(LIBRARY, programme.id)}
    for week in range(1, programme.length + 1):
        for part in READ_ALOUD:
            for wanted in READERS:
                texts = programme.bubbles(week, part, "tg", wanted)
                assert not texts or mark("tg", texts) in marks, (week, part, wanted)


def test_every_language_and_every_change_of_a_word_has_a_mark_of_its_own() -> None:
    one = passage(LIBRARY, "mums.1.play.b")
    assert one is not None
    texts = one.texts(LIBRARY, "en")
    assert texts == LIBRARY.programme("mums").bubbles(1, "play", "en", ("b",))
    assert len({mark(language, one.texts(LIBRARY, language)) for language in LANGUAGES}) == len(LANGUAGES)
    assert mark("en", texts) != mark("en", (texts[0] + ".", *texts[1:]))
    assert mark("en", ("ab", "c")) != mark("en", ("a", "bc"))


def test_a_name_of_nothing_leads_nowhere() -> None:
    assert [passage(LIBRARY, id) for id in ("mums.1.play", "mums.99.play.a", "nothing.1", "")] == [None] * 4
