"""Somebody far away who is held, or whose papers were taken (triage table, a father abroad)."""

from __future__ import annotations

import pytest
from msgspec import structs

from flows.programme import calendar
from tests.kinpair import Somebody, father, mother
from tests.talk import LIBRARY

WORDS = ("меня задержала полиция, забрали паспорт", "Маро полис дастгир кард, паспортамро гирифтанд")


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("abroad", [True, False])
def test_a_father_gets_numbers_of_where_he_is_and_the_safety_question(words: str, *, abroad: bool) -> None:
    him = Somebody(father())
    if not abroad:
        him.kept.person = structs.replace(him.person, region="", zone="Asia/Dushanbe")
    him.says(words)
    heard = "\n".join(text for _, text, _, _ in him.got)
    assert ("Rescue service, Russia" in heard) is abroad
    assert "consulate" in heard
    assert "ending your life" in heard
    assert "sleep tonight" not in heard
    assert him.case is not None
    assert (him.case.level, him.case.category) == ("concern", "basic_need")


def test_a_mother_at_home_is_asked_where_she_sleeps() -> None:
    her = Somebody(structs.replace(mother(), region="khatlon")).says(WORDS[0])
    assert any("sleep tonight" in text for _, text, _, _ in her.got)
    assert her.person.region != calendar.ABROAD


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
def test_no_number_of_a_consulate_stands_in_the_words(language: str) -> None:
    words = LIBRARY.text(language, "worry.detained_papers")
    assert not any(sign.isdigit() for sign in words)
