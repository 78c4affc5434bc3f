"""Instruments as files: what is refused and how it is named, and that a translation cannot move a number."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from content.instruments import PLUGGED
from content.library import HERE, Library, load
from content.schema import ContentError
from flows.checkins import follow, instruments
from flows.model import Person
from tests import screened
from tests.beginnings import member
from tests.screened import answers, begins

TODAY = date(2026, 3, 2)
FORBIDDEN = ("epds", "k6", "srq20", "swyc")
"""Not ours to ship (clinical facts, section 1)."""
WORDS = {"lead": "Made up", "item.1": "One?", "item.2": "Two?", "scale.much.0": "Not", "scale.much.2": "Much"}


def source(**more: Any) -> dict[str, Any]:
    """An instrument that does not exist."""
    return {
        "id": "madeup",
        "version": "1",
        "name": "Made up",
        "whom": ["mother"],
        "recall": 7,
        "again": 14,
        "source": "nobody",
        "licence": "by letter",
        "wording": {code: {"official": False, "validated": False, "source": "us"} for code in ("en", "tg", "ru")},
        "lead": "Made up",
        "scales": {"much": [{"value": 2, "text": "Much"}, {"value": 0, "text": "Not"}]},
        "items": [{"id": "1", "text": "One?"}, {"id": "2", "text": "Two?", "special": "harm"}],
        "bands": [{"id": "below", "least": 0, "most": 2}, {"id": "soon", "least": 3, "most": 4}],
        "licence_holder": "An institute",
        "permission_ref": "letter 7",
        "expires": "2026-03-02",
        **more,
    }


def plugins(folder: Path, words: dict[str, Any] | None = None, **more: Any) -> Path:
    """A folder of plug-ins that holds it; None takes a field away."""
    path = folder / "plugins" / "madeup"
    path.mkdir(parents=True)
    kept = {name: value for name, value in source(**more).items() if value is not None}
    (path / "en.yaml").write_text(json.dumps(kept), encoding="utf-8")
    for code in ("tg", "ru"):
        (path / f"{code}.yaml").write_text(json.dumps(words or WORDS), encoding="utf-8")
    return path.parent


def refused(folder: Path, today: date = TODAY) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(plugins=folder, today=today)
    return [str(fault) for fault in caught.value.faults]


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


# -- what is shipped ---------------------------------------------------------------------------------------------------


def test_what_is_not_ours_is_not_here(library: Library) -> None:
    assert sorted(library.instruments) == ["gad7", "phq9", "pulse", "who5", "whooley"]
    assert not set(FORBIDDEN) & {path.name for path in (HERE / "instruments").iterdir()}


@pytest.mark.parametrize("id", ["gad7", "phq9", "pulse", "who5", "whooley"])
def test_each_says_its_licence_its_source_and_where_its_words_are_from(id: str, library: Library) -> None:
    structure = library.instruments[id].structure
    assert structure.licence
    assert structure.source
    assert {"en", "ru", "tg"} <= {*structure.wording}
    assert not structure.wording["tg"].validated
    assert all(wording.source for wording in structure.wording.values())
    for code, wording in structure.wording.items():
        text = (HERE / "instruments" / id / f"{code}.yaml").read_text(encoding="utf-8")
        if not wording.validated and id != "pulse" and code == "tg":
            assert "validated: false" in text


def test_the_lowest_answer_of_worry_and_of_mood_says_not_at_all(library: Library) -> None:
    for id in ("phq9", "gad7"):
        assert library.instruments[id].text("en", "scale.often.0") == "Not at all"


@pytest.mark.parametrize("code", ["ru", "tg"])
@pytest.mark.parametrize("id", ["gad7", "phq9", "pulse", "who5", "whooley"])
def test_a_translation_is_a_flat_map_of_words_and_the_order_of_answers_is_that_of_the_source(
    id: str, code: str, library: Library
) -> None:
    one = library.instruments[id]
    words = yaml.safe_load((HERE / "instruments" / id / f"{code}.yaml").read_text(encoding="utf-8"))
    assert all(isinstance(text, str) for text in words.values())
    for item in one.structure.items:
        values = [value for value, _ in one.options(item, code)]
        assert values == [value for value, _ in one.options(item, "en")]
        assert len({label for _, label in one.options(item, code)}) == len(values)


@pytest.mark.parametrize("extra", [{"bands": []}, {"times": 9}, {"item.2.special": ""}, {"scale.much.1": "Some"}])
def test_a_translation_cannot_bring_or_move_a_number(tmp_path: Path, extra: dict[str, Any]) -> None:
    found = refused(plugins(tmp_path, WORDS | extra))
    assert any(next(iter(extra)) in fault for fault in found)


def test_a_translation_that_says_numbers_says_only_words(tmp_path: Path) -> None:
    words = WORDS | {"scale.much.0": "2", "scale.much.2": "0"}
    one = load(plugins=plugins(tmp_path, words), today=TODAY).instruments["madeup"]
    assert instruments.result_of(one.structure, {"1": 2, "2": 2}).score == 4
    assert one.options(one.structure.items[0], "tg") == (("2", "0"), ("0", "2"))


# -- from outside the tree -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["licence_holder", "permission_ref", "expires"])
def test_a_plug_in_without_permission_is_refused(tmp_path: Path, field: str) -> None:
    found = refused(plugins(tmp_path, **{field: None}))
    assert [fault.split(": ")[:2] for fault in found] == [["plugins/madeup/en.yaml", field]]


def test_every_fault_of_a_plug_in_is_named_at_once(tmp_path: Path) -> None:
    found = refused(plugins(tmp_path, licence_holder=None, permission_ref=" ", expires="2026-03-01", most_missing=5))
    assert [fault.split(": ")[1] for fault in found] == ["expires", "licence_holder", "most_missing", "permission_ref"]
    assert "2026-03-01" in found[0]


def test_permission_counts_through_its_last_day_and_not_beyond(tmp_path: Path) -> None:
    folder = plugins(tmp_path)
    one = load(plugins=folder, today=TODAY).instruments["madeup"]
    assert not one.has_expired(TODAY)
    assert one.has_expired(date(2026, 3, 3))
    assert refused(folder, date(2026, 3, 3))


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"bands": [{"id": "below", "least": 0, "most": 1}, {"id": "soon", "least": 3, "most": 4}]}, "bands.soon"),
        ({"bands": [{"id": "below", "least": 0, "most": 3}]}, "bands"),
        ({"bands": [{"id": "severe", "least": 0, "most": 4}]}, "bands.severe"),
        ({"bands": []}, "bands"),
        ({"items": []}, "items"),
        ({"id": "other"}, "id"),
        ({"wording": {}}, "wording"),
        ({"items": [{"id": "1", "text": "One?", "scale": "nosuch"}]}, "items.1"),
        ({"items": [{"id": "1", "text": "One?"}, {"id": "1", "text": "Two?"}]}, "items.1"),
        ({"scales": {"much": [{"value": 0, "text": "Much"}, {"value": 0, "text": "Not"}]}}, "scales.much"),
        ({"scoring": "median"}, ""),
    ],
)
def test_a_fault_of_structure_says_where_it_is(tmp_path: Path, more: dict[str, Any], place: str) -> None:
    found = refused(plugins(tmp_path, **more))
    assert any(fault.startswith(": ".join(filter(None, ("plugins/madeup/en.yaml", place)))) for fault in found), found


def test_it_cannot_take_the_name_of_one_of_ours(tmp_path: Path) -> None:
    folder = plugins(tmp_path)
    shutil.copytree(HERE / "instruments" / "phq9", folder / "phq9")
    found = refused(folder)
    assert any("phq9/en.yaml: id" in fault for fault in found)


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    assert "PLUGIN_INSTRUMENTS" in refused(tmp_path)[0]


def test_one_that_is_allowed_is_played_as_any_other_and_ends_with_its_permission(tmp_path: Path) -> None:
    library = load(plugins=plugins(tmp_path), today=TODAY)
    her = member("en", library)
    answers(begins(her, "madeup"), [2, 2])
    assert her.case is not None
    assert (her.case.level, screened.kept(her)["madeup.result"]["band"]) == ("urgent", "soon")
    late = member("en", library)
    begins(late.waits(days=1), "madeup")
    assert late.kept.places == []
    person = Person(id=1, role="mother")
    assert instruments.may_ask(library.instruments["madeup"], person, her.now)
    assert not instruments.may_ask(library.instruments["madeup"], person, late.now)


def test_the_version_of_the_content_counts_it(tmp_path: Path, library: Library) -> None:
    assert load(plugins=plugins(tmp_path), today=TODAY).version != library.version


def test_the_bands_of_plug_ins_are_those_the_table_knows() -> None:
    assert {*PLUGGED} | {follow.PARTLY} == {*follow.PLUGGED}
