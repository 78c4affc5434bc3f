"""A text that tells her to press a label of the menu gives a way that is true on a shared phone too."""

from __future__ import annotations

import re

import pytest

from content.library import load

LIBRARY = load()
PRESS = {"en": 'press ["«]{}["»]', "ru": 'нажмите ["«]{}["»]', "tg": '["«]{}["»](?: ё [^ ]+)?-ро пахш'}
"""How each language tells to press a label."""
ELSE = {
    "help": {"en": '"help"', "ru": "«помощь»", "tg": "«ёрӣ»"},
    "person": dict.fromkeys(PRESS, "/person"),
    "week": dict.fromkeys(PRESS, "/week"),
}
"""What works where the menu at the bottom is neutral and has no such label."""


@pytest.mark.parametrize("language", PRESS)
@pytest.mark.parametrize("label", ELSE)
def test_who_is_told_to_press_a_label_has_another_way(language: str, label: str) -> None:
    name = re.escape(LIBRARY.text(language, f"menu.{label}"))
    told = re.compile(PRESS[language].format(name), re.IGNORECASE)
    texts = LIBRARY.texts[language].items()
    only = [id for id, text in texts if told.search(str(text)) and ELSE[label][language] not in str(text)]
    assert not only
