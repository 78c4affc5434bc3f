"""A city typed as people write it: in Cyrillic or Latin letters, shortened, by its other names, a little misspelt."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from flows import cities
from tests.talk import LIBRARY, Her

KNOWN = cities.sought(LIBRARY.cities)
ZONES = {one.code: one.zone for one in LIBRARY.cities}


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("питер", "Europe/Moscow"),
        ("spb", "Europe/Moscow"),
        ("СПб", "Europe/Moscow"),
        ("piter", "Europe/Moscow"),
        ("moskva", "Europe/Moscow"),
        ("Маскав", "Europe/Moscow"),
        ("москав", "Europe/Moscow"),
        ("Екатеринбург", "Asia/Yekaterinburg"),
        ("ekb", "Asia/Yekaterinburg"),
        ("екатирин бург", "Asia/Yekaterinburg"),
        ("ekaterinburg", "Asia/Yekaterinburg"),
        ("сургут", "Asia/Yekaterinburg"),
        ("chelyabinsk", "Asia/Yekaterinburg"),
        ("новосиб", "Asia/Novosibirsk"),
        ("novosibirsk", "Asia/Novosibirsk"),
        ("хабаровск", "Asia/Vladivostok"),
        ("habarovsk", "Asia/Vladivostok"),
        ("khabarovsk", "Asia/Vladivostok"),
        ("kazan'", "Europe/Moscow"),
        ("қазон", "Europe/Moscow"),
        ("якутск", "Asia/Yakutsk"),
        ("иркуцк", "Asia/Irkutsk"),
    ],
)
def test_a_city_is_found_as_people_write_it(typed: str, zone: str) -> None:
    found = cities.meant(KNOWN, typed)
    assert found is not None
    assert ZONES[found] == zone


@pytest.mark.parametrize("typed", ["", "м", "нов", "не знаю", "где-то", "qwerty", "никуда", "рахмат", "стоп", "хуб"])
def test_words_that_name_no_city_or_two_are_asked_again(typed: str) -> None:
    assert cities.meant(KNOWN, typed) is None


def test_every_spelling_finds_its_own_hours() -> None:
    for city in LIBRARY.cities:
        ZoneInfo(city.zone)
        for name in (*city.name.values(), *city.also):
            found = cities.meant(KNOWN, name)
            assert found is not None, name
            assert ZONES[found] == city.zone, name


def test_a_father_types_his_city_while_joining_and_later_in_settings() -> None:
    him = Her().says("/start").taps("English").taps("Father")
    for typed in ("yes", "1", "1", "1", "1", "In another country"):
        him.says(typed)
    him.says("новосиб")
    assert him.person.zone == "Asia/Novosibirsk"
