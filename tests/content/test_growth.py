"""The tree grows by YAML alone: a week, a programme, a shelf, a language, each in a copy of our own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from content import backs, stamps
from content.library import Library, load
from content.reader import read
from tests import grown

WEEK = """
  - title: A cup of tea
    reflect: [Sit down with it., {away: He is far., home: He is near.}]
    play: [{a: Hum., b: Clap., c: Jump., own: "Turn to the light."}]
    have_a_go: [One sip.]
    question: [Which cup?]
    hook: [Bring the cup.]
"""
WORDS = {
    "title": ("Як пиёла чой", "Чашка чая"),
    "reflect.1": ("Бо он шинед.", "Посидите с ней."),
    "reflect.2.away": ("Ӯ дур аст.", "Он далеко."),
    "reflect.2.home": ("Ӯ наздик аст.", "Он рядом."),
    "play.1.a": ("Замзама кунед.", "Напевайте."),
    "play.1.b": ("Чапак занед.", "Хлопайте."),
    "play.1.c": ("Ҷаҳида бинед.", "Прыгайте."),
    "play.1.own": ("Ба сӯйи нур тоб диҳед.", "Поверните к свету."),
    "have_a_go.1": ("Як ҷуръа нӯшед.", "Один глоток."),
    "question.1": ("Кадом пиёла шуд?", "Какая чашка?"),
    "hook.1": ("Пиёларо биёред.", "Принесите чашку."),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return grown.copy(tmp_path)


def words(week: int, language: int) -> str:
    return "".join(f'{week}.{id}: "{both[language]}"\n' for id, both in WORDS.items())


def faults(folder: Path) -> list[str]:
    """Without the rules of good writing, which take their time and are not about growth."""
    tree = read(folder)
    return [str(one) for one in (*stamps.faults(tree), *backs.faults(tree), *tree.faults)]


def test_a_fifteenth_week(folder: Path) -> None:
    root = folder / "programmes/mums"
    grown.add(root / "en.yaml", WEEK)
    for n, language in enumerate(("tg", "ru")):
        grown.add(root / f"{language}.yaml", words(15, n))
    assert all("run_bot.py translated" in line for line in faults(folder))
    assert len(faults(folder)) == 2
    grown.stamp(folder)
    assert faults(folder) == []
    mums = load(folder).programme("mums")
    assert (mums.length, mums.title(15, "tg")) == (15, "Як пиёла чой")
    assert mums.bubbles(15, "reflect", "ru", ("away",)) == ("Посидите с ней.", "Он далеко.")
    assert mums.bubbles(15, "play", "tg", ("own", "b")) == ("Ба сӯйи нур тоб диҳед.",)


def test_a_programme_of_its_own(folder: Path) -> None:
    root = folder / "programmes/neighbours"
    grown.add(root / "en.yaml", "id: neighbours\nweeks:" + WEEK)
    for n, language in enumerate(("tg", "ru")):
        grown.add(root / f"{language}.yaml", words(1, n))
    grown.stamp(folder)
    assert faults(folder) == []
    assert load(folder).programme("neighbours").title(1, "ru") == "Чашка чая"


def test_a_shelf_and_a_page_more(folder: Path) -> None:
    pages = "id: tea\npages:\n- {id: one, title: Green tea, source: [made up], text: [Pour it.], at: 3}\n"
    grown.add(folder / "shelves/tea/en.yaml", pages)
    for language, title, text in (("tg", "Чойи кабуд", "Онро резед."), ("ru", "Зелёный чай", "Налейте его.")):
        grown.add(folder / f"shelves/tea/{language}.yaml", f"one.title: {title}\none.1: {text}\n")
    grown.stamp(folder)
    assert faults(folder) == []
    grown.add(folder / "shelves/tea/en.yaml", "- {id: two, title: Black tea, text: [Wait for it.]}\n")
    for language, title, text in (("tg", "Чойи сиёҳ", "Каме истед."), ("ru", "Чёрный чай", "Подождите немного.")):
        grown.add(folder / f"shelves/tea/{language}.yaml", f"two.title: {title}\ntwo.1: {text}\n")
    grown.stamp(folder)
    assert faults(folder) == []
    shelf = load(folder).shelf("tea")
    assert shelf is not None
    assert [shelf.title(page, "tg") for page in shelf.pages] == ["Чойи кабуд", "Чойи сиёҳ"]


def test_a_language_as_a_draft(folder: Path) -> None:
    grown.speak(folder, "{code: ky, name: Кыргызча, status: draft}")
    grown.add(folder / "strings/ky/help.yaml", 'safety.yes: "Ооба"\n')
    grown.stamp(folder)
    assert faults(folder) == []
    known = load(folder)
    assert "ky" not in {one.code for one in known.languages}
    assert known.text("ky", "safety.yes") == "Ооба"


def test_a_language_that_people_are_offered(folder: Path) -> None:
    grown.speak(folder, "{code: ky, name: Кыргызча, status: live}")
    kinds: dict[str, Callable[[Path], Path]] = {
        "strings/ru/*.yaml": lambda file: folder / "strings/ky" / file.name,
        "programmes/*/ru.yaml": lambda file: file.with_name("ky.yaml"),
        "shelves/*/ru.yaml": lambda file: file.with_name("ky.yaml"),
        "instruments/*/ru.yaml": lambda file: file.with_name("ky.yaml"),
    }
    for pattern, where in kinds.items():
        for file in folder.glob(pattern):
            grown.add(where(file), as_kyrgyz(file))
    sources = ("directory/*.yaml", "drills/*.yaml", "instruments/*/en.yaml")
    for file in (file for pattern in sources for file in folder.glob(pattern)):
        named = named_too(yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader))
        file.write_text(yaml.safe_dump(named, allow_unicode=True), encoding="utf-8")
    known = load(folder)
    assert [one.code for one in known.languages if one.live] == ["tg", "ru", "en", "ky"]
    spoken_everywhere(known)


def as_kyrgyz(file: Path) -> str:
    """The Russian, with the plural forms that Kyrgyz has."""
    texts = yaml.safe_load(file.read_text(encoding="utf-8"))
    for id, text in texts.items():
        if isinstance(text, dict) and "few" in text:
            texts[id] = {"one": text["one"], "other": text["other"]}
    return yaml.safe_dump(texts, allow_unicode=True)


def named_too(node: Any) -> Any:
    """The same, with a name in the new language wherever there is one in Russian."""
    if isinstance(node, dict):
        found = {key: named_too(value) for key, value in node.items()}
        return found | ({"ky": node["ru"]} if "ru" in node else {})
    if isinstance(node, list):
        return [named_too(one) for one in node]
    return None if node == "null" else node


def spoken_everywhere(known: Library) -> None:
    """Nothing is missing: each text, page and name."""
    assert set(known.texts["ky"]) == set(known.texts["en"])
    assert known.programme("mums").title(1, "ky") == known.programme("mums").title(1, "ru")
    assert all("ky" in one.name for one in (*known.numbers, *known.regions, *known.cities, *known.directory.services))
