"""Who approved what: a part stands by a name until one of its words changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot import gate
from content import approvals
from content.approvals import Part
from content.reader import read
from tests import grown

DAY = date(2026, 3, 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return grown.copy(tmp_path)


def part(folder: Path, name: str, language: str = "tg") -> Part:
    return next(one for one in approvals.parts(read(folder)) if (one.language, one.name) == (language, name))


def approve(folder: Path, *names: str, language: str = "tg") -> None:
    gate.approve(language, list(names), "Made Up", "psychologist", DAY, folder=folder)


def test_a_part_is_a_draft_until_somebody_approves_it_in_that_language(folder: Path) -> None:
    assert part(folder, "mums.1.reflect").state == "draft"
    approve(folder, "mums.1.reflect")
    found = part(folder, "mums.1.reflect")
    assert found.state == "approved"
    assert found.approval is not None
    assert (found.approval.by, found.approval.role, found.approval.on) == ("Made Up", "psychologist", DAY)
    assert part(folder, "mums.1.reflect", "ru").state == "draft"
    assert part(folder, "mums.1.play").state == "draft"


def test_an_approval_falls_with_one_word_and_check_says_whose(folder: Path) -> None:
    approve(folder, "mums.1")
    path = folder / "programmes/mums/tg.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Монда нашавед.", "Салом.", 1), encoding="utf-8")
    assert part(folder, "mums.1.reflect").state == "fallen"
    assert part(folder, "mums.1.play").state == "approved"
    (line,) = [line for line in gate.standing(folder) if line.startswith("tg mums")]
    assert line.startswith(
        "tg mums.1.reflect: approved by Made Up (psychologist) on 02.03.2026, but its words have changed"
    )
    assert line.endswith("run_bot.py approve tg mums.1.reflect")
    approve(folder, "mums.1.reflect")
    assert part(folder, "mums.1.reflect").state == "approved"


def test_words_put_back_are_the_words_that_were_approved(folder: Path) -> None:
    approve(folder, "help.now")
    grown.change(folder / "strings/tg/help.yaml", "Ҳозир занг зада метавонед, шаб", "Занг зада метавонед, шаб")
    assert part(folder, "help.now").state == "fallen"
    grown.change(folder / "strings/tg/help.yaml", "Занг зада метавонед, шаб", "Ҳозир занг зада метавонед, шаб")
    assert part(folder, "help.now").state == "approved"


def test_a_text_that_comes_to_a_part_makes_it_a_draft(folder: Path) -> None:
    approve(folder, "strings/menu")
    assert part(folder, "strings/menu").state == "approved"
    for language in ("en", "tg", "ru"):
        grown.add(folder / f"strings/{language}/menu.yaml", 'menu.tea: "1"\n')
    assert part(folder, "strings/menu").state == "fallen"


def test_what_is_approved_as_one(folder: Path) -> None:
    for language in ("en", "tg", "ru"):
        words = (
            "id: tea\npages:\n- {id: one, title: A, text: [B, C]}\n"
            if language == "en"
            else "{one.title: A, one.1: B, one.2: C}\n"
        )
        grown.add(folder / f"shelves/tea/{language}.yaml", words)
    found = {one.name: set(one.words) for one in approvals.parts(read(folder)) if one.language == "tg"}
    assert found["mums.4.question"] == {"4.question.1"}
    assert found["tea.one"] == {"one.title", "one.1", "one.2"}
    assert found["worry.opener"] == {"worry.opener"}
    assert "menu.week" in found["strings/menu"]
    assert "help.now" not in found.get("strings/help", set())
    assert {"drill.fever", "directory/services", "mums.4.title", "strings/worry"} <= set(found)


def test_safety_is_what_is_tagged_weeks_that_stir_and_some_shelves(folder: Path) -> None:
    grave = {one.name for one in approvals.unapproved(read(folder))["tg"]}
    tagged = {"worry.opener", "danger.baby", "person.closed", "sad.words", "refer.offer", "said.sorry"}
    pages = {"mums.3.reflect", "drink.near", "mourning.first", "child.newborn", "pregnancy.week8", "rights.home"}
    assert tagged | pages <= grave
    assert not {"mums.1.reflect", "calm.breath", "strings/menu", "strings/worry"} & grave


def test_a_draft_language_keeps_no_bot_from_starting(folder: Path) -> None:
    grown.speak(folder, "{code: ky, name: Кыргызча, status: draft}")
    grown.add(folder / "strings/ky/help.yaml", "help.now: Азыр\n")
    tree = read(folder)
    assert part(folder, "help.now", "ky").state == "draft"
    assert set(approvals.unapproved(tree)) == {"en", "tg", "ru"}


def test_an_approval_of_nothing_is_a_fault(folder: Path) -> None:
    approve(folder, "help.now")
    grown.change(folder / "reviews/tg/approved.yaml", "help.now:", "help.never:")
    faults = [str(one) for one in approvals.faults(read(folder))]
    assert faults == ["content/reviews/tg/approved.yaml: help.never: there is no such part any more. Take the line out"]


@pytest.mark.parametrize(
    ("language", "name", "by", "why"),
    [
        ("xx", "help.now", "Made Up", "no language xx"),
        ("tg", "help.never", "Made Up", "nothing called help.never"),
        ("tg", "mums.1.reflect.1", "Made Up", "nothing called mums.1.reflect.1"),
        ("tg", "help.now", " ", "a name and a role"),
    ],
)
def test_what_cannot_be_approved_is_said_and_nothing_written(
    folder: Path, language: str, name: str, by: str, why: str
) -> None:
    with pytest.raises(gate.GateError, match=why):
        gate.approve(language, ["help.now", name], by, "lawyer", DAY, folder=folder)
    assert not (folder / "reviews/tg/approved.yaml").exists()
