"""The book: every text once in every language, sound HTML, nothing from outside, and what is known of the words beside them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot import book, gate
from content.backs import outdated
from content.entries import entries
from content.library import load
from content.reader import read
from tests import grown

DAY = date(2026, 3, 2)
EVIL = '<script src="https://evil.example/x.js">alert("&amp;")</script>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our tree, with a page whose words would like to be markup, and an approval that has fallen."""
    folder = grown.copy(tmp_path_factory.mktemp("book"))
    source = "# Read by nobody.\nid: tea\npages:\n- {id: one, title: Tea, source: ['WHO <2023>'], text: [{plain: A, own: B}, 'C'], at: 4}\n"
    grown.add(folder / "shelves/tea/en.yaml", source)
    for code, evil in (("tg", EVIL), ("ru", "В")):
        words = f"one.title: Чой\none.1.plain: А\none.1.own: '{evil}'\none.2: {{text: Г, for_native_review: '<b>?'}}\n"
        grown.add(folder / f"shelves/tea/{code}.yaml", words)
    gate.approve("tg", ["tea.one"], "Made <Up>", "psychologist", DAY, folder=folder)
    gate.approve("ru", ["tea.one", "help.now"], "Made Up", "psychologist", DAY, folder=folder)
    grown.change(folder / "strings/ru/help.yaml", "help.now: >-\n  ", "help.now: >-\n  Вот. ")
    return folder


@pytest.fixture(scope="module")
def html(folder: Path) -> str:
    return book.book(load(folder), DAY, folder)


def text_of(html: str, name: str) -> str:
    """The cell or bubble that a text stands in."""
    found = [one for one in tree_of(html).iter() if one.get("data-text") == name]
    assert len(found) == 1
    return "".join(found[0].itertext())


def tree_of(html: str) -> ET.Element:
    return ET.fromstring(html.partition("\n")[2])


def test_every_text_stands_there_once_in_each_language(folder: Path, html: str) -> None:
    tree = read(folder)
    known = {language.code for language in tree.languages}
    wanted = {f"{language}:{one.name}" for one in entries(tree) for language in one.words.keys() & known}
    times = Counter(re.findall(r'data-text="([^"]+)"', html))
    assert set(times) == wanted
    assert set(times.values()) == {1}
    assert len(wanted) > 3000


def test_it_is_sound_html_with_ids_that_stand_once(html: str) -> None:
    assert html.startswith("<!DOCTYPE html>\n<html")
    page = tree_of(html)
    ids = [one.get("id") for one in page.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    links = {(one.get("href") or "")[1:] for one in page.iter("a")}
    assert links <= set(ids)
    assert {"mums", "mums.14", "tea", "strings/worry", "directory/services", "drills/fever", "cards"} <= links


def test_it_needs_nothing_from_outside(html: str) -> None:
    page = tree_of(html)
    assert {one.tag for one in page.iter()}.isdisjoint(
        {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    )
    attributes = {name for one in page.iter() for name in one.attrib}
    assert attributes <= {"class", "id", "lang", "charset", "name", "content", "scope", "colspan", "href", "data-text"}
    assert all((one.get("href") or "#").startswith("#") for one in page.iter())
    styles = "".join(one.text or "" for one in page.iter("style"))
    assert "url(" not in styles
    assert "@import" not in styles


def test_words_are_words_and_never_markup(html: str) -> None:
    assert "<script" not in html
    assert text_of(html, "tg:tea.one.1.own") == EVIL
    assert "Made &lt;Up&gt;" in html
    assert "To a native reader: &lt;b&gt;?" in html


def test_what_is_known_of_a_text_stands_with_it(html: str) -> None:
    words = " ".join("".join(tree_of(html).itertext()).split())
    assert "Read by nobody." in words
    assert "Source: WHO <2023>" in words
    assert "child with a disability, at the child's own pace" in words
    assert "tea.one en: draft tg: approved: Made <Up>, psychologist, 02.03.2026" in words
    assert "approval fallen: the words have changed: Made Up, psychologist, 02.03.2026" in words
    assert "May you not be tired (greeting to one at work)" in words
    assert "ru help.now: approved by Made Up" in words
    assert "A child in danger from the hands it is in." in words
    assert "triage table, infant_danger" in words


def test_a_week_is_led_through_as_she_lives_it(html: str) -> None:
    mums = next(one for one in tree_of(html).iter("section") if one[0].get("id") == "mums")
    way = next(one for one in mums.iter("table") if one.get("class") == "way")
    rows = [["".join(cell.itertext()) for cell in row] for row in way.iter("tr")]
    assert len(rows) == 15
    assert rows[11][1] == load().programme("mums").title(11, "en")
    assert "stirs" in rows[11][-1]
    assert "alone" in rows[11][-1]
    assert rows[1][-1] == ""


def test_a_card_has_the_numbers_in_every_language(html: str) -> None:
    cards = [one for one in tree_of(html).iter() if one.get("class") == "card"]
    assert Counter(one.get("lang") for one in cards) == {"en": book.CARDS, "tg": book.CARDS, "ru": book.CARDS}
    for card in cards:
        words = "".join(card.itertext())
        assert "103" in words
        assert "112" in words


def test_translation_back_of_older_words_says_so(folder: Path) -> None:
    before = len(outdated(read(folder)))
    path = folder / "strings/tg/worry.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("Раҳмат, ки гуфтед. Кӯдакро дар ҷойи", "Раҳмат. Кӯдакро дар ҷойи", 1),
        encoding="utf-8",
    )
    html = book.book(load(folder), DAY, folder)
    assert html.count("Of older words:") == before + 1
