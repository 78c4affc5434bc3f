"""A translation whose source changed after it is named, until somebody says that it is up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import gate
from content import backs, stamps
from content.library import HERE, load
from content.reader import read
from tests import grown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return grown.copy(tmp_path)


def said(folder: Path) -> list[str]:
    return [str(fault) for fault in stamps.faults(read(folder))]


def test_our_own_translations_are_all_stamped() -> None:
    assert said(HERE) == []


@pytest.mark.parametrize(
    ("file", "old", "path", "name"),
    [
        ("strings/en/help.yaml", "You can call now,", "content/strings/{}/help.yaml", "help.now"),
        ("programmes/mums/en.yaml", "You came, that is a start", "content/programmes/mums/{}.yaml", "mums.1.title"),
        ("drills/fever.yaml", 'en: "', "content/drills/fever.yaml", "drill.fever.name"),
        (
            "directory/services.yaml",
            "en: Classes before",
            "content/directory/services.yaml",
            "services.reproductive_health_centres.what",
        ),
    ],
)
def test_a_source_that_changed_names_the_file_the_text_and_the_cure(
    folder: Path, file: str, old: str, path: str, name: str
) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, f"{old}Well, ", 1), encoding="utf-8")
    found = said(folder)
    assert len(found) == 2, found
    for line, language in zip(found, ("tg", "ru"), strict=True):
        assert line.startswith(f"{path.format(language)}: ")
        assert line.endswith(f"run_bot.py translated {language} {name}")
        assert "its en has changed since" in line


def test_what_changed_is_stamped_only_by_name(folder: Path) -> None:
    grown.change(folder / "strings/en/help.yaml", "You can call now,", "You may call now,")
    told, faults = gate.translated([], folder=folder)
    assert told == ["Nothing was new."]
    assert "tg help.now, ru help.now." in faults[0]
    assert len(said(folder)) == 2
    assert gate.translated(["tg", "help.now"], folder=folder) == (["Stamped 1 texts: tg help.now."], [])
    assert [line.partition(":")[0] for line in said(folder)] == ["content/strings/ru/help.yaml"]
    gate.translated(["content/strings/ru/help.yaml"], folder=folder)
    assert said(folder) == []


def test_a_translation_that_changed_itself_needs_no_stamp(folder: Path) -> None:
    path = folder / "strings/ru/menu.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("menu.week: ", "menu.week: А ", 1), encoding="utf-8")
    assert said(folder) == []


def test_a_new_text_and_its_translations_are_one_command_more(folder: Path) -> None:
    for language, words in (("en", "Tea is ready."), ("tg", "Чой тайёр аст."), ("ru", "Чай готов.")):
        grown.add(folder / f"strings/{language}/menu.yaml", f'menu.tea: "{words}"\n')
    assert said(folder) == [
        f"content/strings/{code}/menu.yaml: 1 new texts in {code}: menu.tea. When they say what the en says: "
        "run_bot.py translated"
        for code in ("tg", "ru")
    ]
    told, faults = gate.translated([], folder=folder)
    assert (told, faults) == (["Stamped 2 texts: tg menu.tea, ru menu.tea."], [])
    assert said(folder) == []


def test_the_stamp_of_a_text_that_is_gone_goes_with_the_next(folder: Path) -> None:
    sheet = folder / "reviews/tg/strings/menu.yaml"
    grown.add(sheet, 'menu.gone: "00000000"\n')
    gate.translated([], folder=folder)
    assert "menu.gone" not in sheet.read_text(encoding="utf-8")


def test_a_name_that_means_nothing_stamps_nothing(folder: Path) -> None:
    grown.change(folder / "strings/en/help.yaml", "You can call now,", "You may call now,")
    with pytest.raises(gate.GateError, match="nothing called help\\.never"):
        gate.translated(["help.now", "help.never"], folder=folder)
    assert len(said(folder)) == 2


def test_stamps_that_cannot_be_read_are_not_written_over(folder: Path) -> None:
    sheet = folder / "reviews/tg/strings/help.yaml"
    sheet.write_text("<<<<<<< two: hands: at work\n", encoding="utf-8")
    with pytest.raises(gate.GateError, match="content/reviews/tg/strings/help\\.yaml"):
        gate.translated([], folder=folder)
    assert sheet.read_text(encoding="utf-8").startswith("<<<<<<<")


def test_what_is_said_of_words_is_no_part_of_them(folder: Path) -> None:
    version = load(folder).version
    (folder / "reviews/tg/strings/help.yaml").write_text("[", encoding="utf-8")
    (folder / "back/tg/strings/help.yaml").write_text("[", encoding="utf-8")
    assert load(folder).version == version


def test_a_translation_back_is_of_certain_words(folder: Path) -> None:
    before = backs.outdated(read(folder))
    assert ("tg", "help.now") not in before
    grown.change(folder / "strings/tg/help.yaml", "Ҳозир занг зада метавонед, шаб", "Занг зада метавонед, шаб")
    assert backs.outdated(read(folder)) == before | {("tg", "help.now")}
    assert gate.standing(folder)[-1].startswith(f"{len(before) + 1} translations back into en are of older words: ")
    gate.translated(["tg", "help.now"], back=True, folder=folder)
    assert backs.outdated(read(folder)) == before


def test_a_translation_back_of_nothing_is_a_fault(folder: Path) -> None:
    grown.add(folder / "back/tg/strings/help.yaml", "help.never: nothing\n")
    assert [str(one) for one in backs.faults(read(folder))] == [
        "content/back/tg/strings/help.yaml: help.never: there is no such text. Take it out, or correct its id"
    ]


def test_a_doubt_beside_a_short_text_is_read_and_never_said(folder: Path) -> None:
    tree = read(folder)
    path = tree.strings_path("tg", "worry")
    assert "woman of faith" in tree.doubts[path, "worry.watch"]
    assert "woman of faith" not in load(folder).text("tg", "worry.watch", opens="9:00", closes="18:00")
