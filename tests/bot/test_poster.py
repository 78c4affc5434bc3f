"""Posters and cards: what stands on them, and that they need nothing but themselves."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import segno
from msgspec import structs

from bot import poster
from content.library import load
from content.schema import Verified

LIBRARY = load()
BOT, CENTRE = "family_diary_bot", "rudaki-1"
LINK = "https://t.me/family_diary_bot?start=c_rudaki-1"
PAGES = poster.pages(LIBRARY, BOT, CENTRE)


def test_there_is_a_poster_and_a_sheet_of_cards_in_every_language() -> None:
    assert set(PAGES) == {f"rudaki-1-{kind}.{code}.html" for kind in ("poster", "cards") for code in ("tg", "ru", "en")}


@pytest.mark.parametrize("name", PAGES)
def test_the_code_on_every_page_is_that_of_the_deep_link(name: str) -> None:
    """Read back from the drawing: which squares of the page's own SVG are dark."""
    drawn = re.findall(r'viewBox="0 0 (\d+) \d+".*? d="([^"]+)"', PAGES[name])
    wanted = {
        (x, y)
        for y, row in enumerate(segno.make(LINK, error="q", micro=False).matrix)
        for x, dark in enumerate(row)
        if dark
    }
    assert len(drawn) == (poster.CARDS if "cards" in name else 1)
    for side, path in drawn:
        assert dark_squares(path, border=4) == wanted
        assert int(side) == segno.make(LINK, error="q", micro=False).symbol_size(border=4)[0]


def dark_squares(path: str, border: int) -> set[tuple[int, int]]:
    """The squares that horizontal strokes of width 1 cover: `M`, `m` move, `h` draws."""
    found, x, y = set(), 0.0, 0.0
    for order, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(value) for value in re.findall(r"-?(?:\d*\.\d+|\d+)", numbers)]
        if order == "h":
            found |= {(int(x) + step - border, int(y) - border) for step in range(int(values[0]))}
            x += values[0]
        else:
            x, y = (values[0], values[1]) if order == "M" else (x + values[0], y + values[1])
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_from_outside(name: str) -> None:
    assert not re.search(r"https?:|//|<script|<link|<img|url\(|@import|src=", PAGES[name].replace("<!DOCTYPE", ""))


@pytest.mark.parametrize("code", ["tg", "ru", "en"])
@pytest.mark.parametrize("kind", ["poster", "cards"])
def test_it_says_how_to_come_and_which_numbers_nobody_has_checked(code: str, kind: str) -> None:
    page = PAGES[f"rudaki-1-{kind}.{code}.html"]
    assert f'<html lang="{code}">' in page
    assert f"@{BOT}" in page
    assert LIBRARY.text(code, "poster.title") in page
    per_sheet = poster.CARDS if kind == "cards" else 1
    assert page.count("<b>103</b>") == page.count("<b>112</b>") == per_sheet
    assert page.count(f"({LIBRARY.text(code, 'poster.unchecked')})") == 2 * per_sheet


def test_a_number_that_was_checked_is_not_marked() -> None:
    numbers = tuple(
        structs.replace(one, verified=Verified(by="Made Up", on=date(2026, 1, 31))) for one in LIBRARY.numbers
    )
    made = poster.pages(structs.replace(LIBRARY, numbers=numbers), BOT, CENTRE)
    assert not any(
        LIBRARY.text(code, "poster.unchecked") in page for page in made.values() for code in ("tg", "ru", "en")
    )


def test_texts_are_words_and_never_markup() -> None:
    texts = {**LIBRARY.texts, "en": {**LIBRARY.texts["en"], "poster.title": "<script>&</script>"}}
    made = poster.pages(structs.replace(LIBRARY, texts=texts), BOT, CENTRE)
    assert "<script>" not in made["rudaki-1-poster.en.html"]
    assert "&lt;script&gt;&amp;" in made["rudaki-1-poster.en.html"]


@pytest.mark.parametrize("words", ["violence", "mood", "depress", "насил", "настроен", "зӯроварӣ", "кризис"])
def test_nothing_on_paper_speaks_of_trouble(words: str) -> None:
    assert not any(words in page.casefold() for page in PAGES.values())


@pytest.mark.parametrize("centre", ["", "Rudaki", "rudaki 1", "рудаки", "x" * 33, "../x", "a\n"])
def test_a_wrong_centre_is_said_in_one_line(centre: str) -> None:
    with pytest.raises(poster.PosterError, match="centre's name") as wrong:
        poster.link(BOT, centre)
    assert "a-z" in str(wrong.value)


@pytest.mark.parametrize("bot", ["", "x", "a b", "@family", "семья", "x" * 33, "a?b=c"])
def test_a_wrong_bot_is_said_in_one_line(bot: str) -> None:
    with pytest.raises(poster.PosterError, match="bot's name"):
        poster.link(bot, CENTRE)


@pytest.mark.parametrize("centre", ["a", "rudaki-1", "x" * 32, "0_0"])
def test_the_link_keeps_to_what_telegram_allows(centre: str) -> None:
    payload = poster.link(BOT, centre).partition("?start=")[2]
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)


def test_they_are_written_into_a_folder_that_is_made(tmp_path: Path) -> None:
    files = poster.write(LIBRARY, BOT, CENTRE, tmp_path / "deep" / "posters")
    assert {file.name: file.read_text(encoding="utf-8") for file in files} == PAGES
