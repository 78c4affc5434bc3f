"""The library: what it gives, and that every fault in a file is one clear line with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from content import check, courses, schema
from content.library import load
from content.schema import ContentError

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "languages.yaml": """
- {code: en, name: English, source: true}
- {code: tg, name: Тоҷикӣ}
- {code: ru, name: Русский}
- {code: uz, name: Oʻzbekcha, status: draft}
""",
    "strings/en/words.yaml": """
menu.help: {text: Help now, button: true}
greeting: Hello, {name}.
days: {one: "{n} day", other: "{n} days"}
word.no: No
""",
    "strings/tg/words.yaml": """
menu.help: Ҳозир ёрӣ лозим
greeting: Салом, {name}.
days: {other: "{n} рӯз"}
word.no: Не
""",
    "strings/ru/words.yaml": """
menu.help: Нужна помощь
greeting: Здравствуйте, {name}.
days: {one: "{n} день", few: "{n} дня", many: "{n} дней", other: "{n} дня"}
word.no: Нет
""",
    "programmes/mums/en.yaml": """
id: mums
weeks:
  - {title: A start, stirs: true, reflect: [One., Two.], play: [Three.]}
""",
    "programmes/mums/tg.yaml": "{1.title: Оғоз, 1.reflect.1: Як., 1.reflect.2: Ду., 1.play.1: Се.}",
    "programmes/mums/ru.yaml": "{1.title: Начало, 1.reflect.1: Раз., 1.reflect.2: Два., 1.play.1: Три.}",
    "directory/numbers.yaml": "- {id: ambulance, number: 103, name: {en: Ambulance, tg: Ёрӣ, ru: Скорая}}",
    "directory/regions.yaml": """
- code: sughd
  name: {en: Sughd, tg: Суғд, ru: Согд}
  districts: [{code: khujand, name: {en: Khujand, tg: Хуҷанд, ru: Худжанд}}]
""",
    "directory/services.yaml": "{services: []}",
    "directory/cities.yaml": "- {code: moscow, name: {en: Moscow, tg: Маскав, ru: Москва}, zone: Europe/Moscow}",
    "concern/self_harm/ru.yaml": """
groups: {no: [нет]}
rules:
  - {id: ru.one, level: watch, why: made up, any_of: [{near: [no]}], must: [нет], must_not: [да]}
""",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    for name, text in FILES.items():
        write(folder, name, text)
    return folder


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.lstrip("\n"), encoding="utf-8")


def change(folder: Path, name: str, old: str, new: str) -> None:
    assert old in FILES[name]
    write(folder, name, FILES[name].replace(old, new))


def complaints(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as raised:
        load(folder)
    return str(raised.value).splitlines()


def test_a_sound_tree_loads(tree: Path) -> None:
    known = load(tree)
    assert [language.name for language in known.languages] == ["English", "Тоҷикӣ", "Русский"]
    assert known.text("tg", "greeting", name="Гулнора") == "Салом, Гулнора."
    assert known.text("ru", "word.no") == "Нет"
    assert known.numbers[0].number == "103"
    assert known.numbers[0].verified is None


@pytest.mark.parametrize(
    ("language", "n", "said"),
    [
        ("en", 1, "1 day"),
        ("en", 2, "2 days"),
        ("ru", 1, "1 день"),
        ("ru", 3, "3 дня"),
        ("ru", 11, "11 дней"),
        ("ru", 21, "21 день"),
        ("tg", 1, "1 рӯз"),
        ("tg", 5, "5 рӯз"),
    ],
)
def test_a_plural_follows_its_language(tree: Path, language: str, n: int, said: str) -> None:
    assert load(tree).text(language, "days", n=n) == said


def test_a_programme_gives_its_weeks(tree: Path) -> None:
    mums = load(tree).programme("mums")
    assert mums.length == 1
    assert mums.stirs(1)
    assert mums.title(1, "ru") == "Начало"
    assert mums.bubbles(1, "reflect", "tg") == ("Як.", "Ду.")
    assert mums.bubbles(1, "question", "tg") == ()


SHELF = """
id: calm
pages:
  - {id: breath, title: Breath, at: 3, seconds: [4, 0], text: [In., {plain: Out., own: Near.}]}
"""


def with_shelf(tree: Path, source: str = SHELF) -> None:
    folder = tree / "shelves" / "calm"
    folder.mkdir(parents=True)
    (folder / "en.yaml").write_text(source)
    for code in ("tg", "ru"):
        doubt = "{text: Ба берун., for_native_review: said so in the north?}" if code == "tg" else "Выдох."
        words = {"title": "Нафас", "1": "Ба дарун.", "2.plain": doubt, "2.own": "Наздик."}
        (folder / f"{code}.yaml").write_text("".join(f"breath.{id}: {text}\n" for id, text in words.items()))


def test_a_shelf_gives_its_pages_in_the_wording_that_fits(tree: Path) -> None:
    with_shelf(tree)
    shelf = load(tree).shelf("calm")
    assert shelf is not None
    page = shelf.page("breath")
    assert page is not None
    assert (page.at, page.seconds, shelf.title(page, "tg")) == (3, (4, 0), "Нафас")
    assert shelf.bubbles(page, "en") == ("In.", "Out.")
    assert shelf.bubbles(page, "en", ("own", "a")) == ("In.", "Near.")
    assert shelf.bubbles(page, "tg") == ("Ба дарун.", "Ба берун.")
    assert load(tree).shelf("gone") is None


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("[4, 0]", "[4]", "breath: has 2 texts and 1 seconds"),
        ("plain: Out.", "a: Out.", "breath.2: has words for a, own. A text told apart"),
        ("id: calm", "id: calmer", "id: says calmer, but the folder"),
        ("Breath,", "Breath, kind: x,", "unknown field `kind`"),
    ],
)
def test_a_fault_of_a_shelf_is_named(tree: Path, old: str, new: str, fault: str) -> None:
    with_shelf(tree, SHELF.replace(old, new))
    assert any(fault in line for line in complaints(tree))


@pytest.mark.parametrize(
    ("language", "key", "said"),
    [("tg", "menu.gone", "menu.gone (tg)"), ("xx", "word.no", "word.no (xx)"), ("tg", "greeting", "no value for name")],
)
def test_nothing_is_guessed(tree: Path, language: str, key: str, said: str) -> None:
    with pytest.raises(KeyError) as raised:
        load(tree).text(language, key)
    assert said in str(raised.value)


def test_a_version_is_its_bytes(tree: Path) -> None:
    before = load(tree).version
    assert load(tree).version == before
    change(tree, "strings/ru/words.yaml", "Нет", "Не надо")
    assert load(tree).version != before


def test_a_library_is_frozen(tree: Path) -> None:
    known = load(tree)
    with pytest.raises(AttributeError):
        known.version = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        (
            "strings/tg/words.yaml",
            "word.no: Не",
            "",
            "content/strings/tg/words.yaml: word.no: missing translation. Add it, or",
        ),
        (
            "strings/tg/words.yaml",
            "word.no: Не",
            "word.no: Не\nword.so: Хуб",
            "content/strings/tg/words.yaml: word.so: en has no",
        ),
        (
            "strings/tg/words.yaml",
            "{name}",
            "{nom}",
            "content/strings/tg/words.yaml: greeting: variables are {nom}, in en {name}",
        ),
        ("strings/tg/words.yaml", "{name}", "{ном}", "content/strings/tg/words.yaml: greeting: "),
        ("strings/tg/words.yaml", "word.no: Не", "word.no: ''", "content/strings/tg/words.yaml: word.no: is empty"),
        ("strings/tg/words.yaml", "word.no: Не", "word.no: [Не", "content/strings/tg/words.yaml: line "),
        (
            "strings/tg/words.yaml",
            "word.no: Не",
            "word.no: Не\nword.no: Ҳа",
            "content/strings/tg/words.yaml: line 5: not YAML: 'word.no'",
        ),
        (
            "strings/ru/words.yaml",
            'few: "{n} дня", ',
            "",
            "content/strings/ru/words.yaml: days: plural forms are many, one, other. ",
        ),
        (
            "strings/en/words.yaml",
            "button: true",
            "buton: true",
            "content/strings/en/words.yaml: menu.help: Object contains unknown",
        ),
        (
            "programmes/mums/en.yaml",
            "stirs",
            "stir",
            "content/programmes/mums/en.yaml: weeks[0]: Object contains unknown",
        ),
        ("programmes/mums/en.yaml", "id: mums", "id: moms", "content/programmes/mums/en.yaml: id: says moms"),
        (
            "programmes/mums/ru.yaml",
            "1.play.1: Три.",
            "",
            "content/programmes/mums/ru.yaml: 1.play.1: missing translation",
        ),
        ("languages.yaml", ", source: true", "", "content/languages.yaml: 0 languages have `source: true`"),
        ("directory/numbers.yaml", ", ru: Скорая", "", "content/directory/numbers.yaml: ambulance: no name in ru"),
        (
            "directory/numbers.yaml",
            "id: ambulance",
            "id: a, verified: yes",
            "content/directory/numbers.yaml: [0].verified: ",
        ),
        ("directory/regions.yaml", "Sughd, tg: Суғд", "Sughd", "content/directory/regions.yaml: sughd: no name in tg"),
        ("directory/regions.yaml", "khujand", "sughd", "content/directory/regions.yaml: sughd: stands twice"),
        ("directory/cities.yaml", "Europe/", "Asia/", "content/directory/cities.yaml: moscow: Asia/Moscow is no time"),
        (
            "concern/self_harm/ru.yaml",
            "near: [no]",
            "near: [on]",
            "content/concern/self_harm/ru.yaml: ru.one: there is no group",
        ),
        (
            "concern/self_harm/ru.yaml",
            "near: [no]",
            "near: []",
            "content/concern/self_harm/ru.yaml: ru.one: a shape has nothing under `near`",
        ),
        (
            "concern/self_harm/ru.yaml",
            "level: watch",
            "level: red",
            "content/concern/self_harm/ru.yaml: rules[0].level: Invalid",
        ),
    ],
)
def test_a_fault_is_a_line_with_its_place(tree: Path, name: str, old: str, new: str, line: str) -> None:
    change(tree, name, old, new)
    assert any(said.startswith(line) for said in complaints(tree)), complaints(tree)


def test_every_fault_is_said_at_once_and_each_place_once(tree: Path) -> None:
    change(tree, "strings/tg/words.yaml", "word.no: Не", "")
    change(tree, "programmes/mums/ru.yaml", "1.play.1: Три.", "")
    change(tree, "directory/numbers.yaml", "id: ambulance", "id: ambulance, names: x")
    said = complaints(tree)
    assert len(said) == 3
    assert len({line.rsplit(": ", 1)[0] for line in said}) == 3


@pytest.mark.parametrize(
    "name", ["strings/ru/words.yaml", "languages.yaml", "programmes/mums/en.yaml", "directory/numbers.yaml"]
)
def test_a_file_that_is_gone_is_one_line(tree: Path, name: str) -> None:
    (tree / name).unlink()
    assert f"content/{name}: there is no such file. Add it" in complaints(tree)


def test_a_shared_group_is_known_in_its_own_letters_alone(tree: Path) -> None:
    words = tree / "concern/words/ru.yaml"
    words.parent.mkdir()
    words.write_text("groups: {yes: [да], dash: ['-']}", encoding="utf-8")
    change(tree, "concern/self_harm/ru.yaml", "near: [no]", "near: [yes]")
    assert complaints(tree) == [
        "content/concern/words/ru.yaml: dash: «-» is no term: there is no word in it. Remove it"
    ]
    words.write_text("letters: latin\ngroups: {yes: [да]}", encoding="utf-8")
    [said] = complaints(tree)
    assert said.startswith("content/concern/self_harm/ru.yaml: ru.one: there is no group called yes in these letters")


def test_no_rules_is_a_fault(tree: Path) -> None:
    (tree / "concern/self_harm/ru.yaml").unlink()
    assert complaints(tree)[0].startswith("content/concern: no rules at all")


def test_a_language_is_added_with_files_alone(tree: Path) -> None:
    change(tree, "languages.yaml", ", status: draft", "")
    write(
        tree,
        "strings/uz/words.yaml",
        'menu.help: Yordam\ngreeting: Salom, {name}.\ndays: {one: "{n} kun", other: "{n} kun"}\nword.no: Yoq',
    )
    write(
        tree, "programmes/mums/uz.yaml", "{1.title: Boshlanish, 1.reflect.1: Bir., 1.reflect.2: Ikki., 1.play.1: Uch.}"
    )
    change(tree, "directory/numbers.yaml", "ru: Скорая", "ru: Скорая, uz: Tez yordam")
    change(tree, "directory/regions.yaml", "{en: ", "{uz: Xojand, en: ")
    change(tree, "directory/cities.yaml", "ru: Москва", "ru: Москва, uz: Moskva")
    known = load(tree)
    assert known.text("uz", "days", n=1) == "1 kun"
    assert known.languages[-1].code == "uz"


def test_an_unfinished_language_may_lack_texts_but_not_be_wrong(tree: Path) -> None:
    write(tree, "strings/uz/words.yaml", "word.no: Yoq")
    assert load(tree).text("uz", "word.no") == "Yoq"
    write(tree, "strings/uz/words.yaml", "greeting: Salom, {nom}.")
    assert complaints(tree) == [
        "content/strings/uz/words.yaml: greeting: variables are {nom}, in en {name}. Use the same ones"
    ]


SIGNS = {
    "categories": ["self_harm"],
    "start": [0, 0, []],
    "signs": {"=a": [1, 1, [[0, 5]]]},
    "limits": {"hear": 1.0, "doubt": -1.0, "sure": 1.0, "unsure": -1.0},
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"limits": SIGNS["limits"] | {"doubt": 1.0}}, "limits: `doubt` has to lie below `hear`"),
        ({"limits": SIGNS["limits"] | {"unsure": 2.0}}, "limits: `doubt` has to lie below `hear`"),
        ({"signs": {"=a": [1, 1, [[1, 5]]]}}, "=a: weighs for a category that `categories` does not have"),
        ({"signs": {"=a": [1, 1, [[-1, 5]]]}}, "=a: weighs for a category that `categories` does not have"),
        ({"signs": {"=a": ["much", 1]}}, "Expected `int`, got `str`"),
        ({"categories": ["bad_weather"]}, "Invalid enum value 'bad_weather'"),
    ],
)
def test_weights_that_were_not_learnt_so_are_blamed(tree: Path, change: dict, said: str) -> None:
    path = tree / "concern/signs.json"
    path.write_bytes(msgspec.json.encode(SIGNS))
    assert load(tree).rules.signs is not None
    path.write_bytes(msgspec.json.encode(SIGNS | change))
    [complaint] = complaints(tree)
    assert complaint.startswith("content/concern/signs.json: ")
    assert said in complaint
    assert complaint.endswith("Write the file anew: python -m tests.concern.train")


def test_the_real_tree_loads_and_passes_its_check() -> None:
    assert [str(fault) for fault in check.faults()] == []
    known = load()
    mums = known.programme("mums")
    for language in known.languages:
        assert mums.title(1, language.code)
    assert [(number.number, number.verified) for number in known.numbers] == [
        ("103", None),
        ("112", None),
        ("112", None),
    ]


@pytest.mark.parametrize("shape", [schema.Phrase, schema.Rendering, courses.Course, courses.Week, courses.Page])
def test_shapes_are_strict(shape: type[msgspec.Struct]) -> None:
    assert shape.__struct_config__.forbid_unknown_fields


def test_the_names_of_regions_and_cities_fit_on_a_button_and_into_two_screens() -> None:
    real, widest = load(), {"en": 20, "ru": 22, "tg": 22, "uz": 22}
    named = [one for region in real.regions for one in (region, *region.districts)] + list(real.cities)
    assert not [one.code for one in named for code, name in one.name.items() if len(name) > widest[code]]
    assert max(len(listed) for listed in (*(region.districts for region in real.regions), real.cities)) <= 25
