"""A real bot does not start on safety texts and emergency numbers that nobody has answered for by name."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from bot import cli, gate, serving
from bot.app import assembled
from bot.clock import RealClock
from bot.settings import Faulty, Settings
from content import approvals
from content.library import Library, load
from content.reader import read
from content.schema import ContentError, Verified
from flows.concern import reading
from flows.desk.office import Book, Checked
from flows.model import Desk
from tests import grown

DAY = date(2026, 3, 2)
LIBRARY = load()
REAL = Settings(token="12345678:" + "invented-token-" * 3, desk_chat_id=-1001234567890)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return grown.copy(tmp_path)


@pytest.fixture
def verified() -> Library:
    rung = Verified(by="Made Up", on=DAY)
    return structs.replace(LIBRARY, numbers=tuple(structs.replace(one, verified=rung) for one in LIBRARY.numbers))


def approve_safety(folder: Path) -> None:
    for language, drafts in approvals.unapproved(read(folder)).items():
        gate.approve(language, [part.name for part in drafts], "Made Up", "psychologist", DAY, folder=folder)


def test_it_says_which_texts_and_numbers_by_area_and_briefly(folder: Path) -> None:
    said = gate.barred(LIBRARY, Desk(), folder)
    assert said[0].startswith("ALLOW_DRAFTS: ")
    assert {line.split(":")[0].strip() for line in said[2:5]} == {"en", "tg", "ru"}
    assert len(said) == 6
    for line in said[2:5]:
        assert re.search(r"strings/worry \d+, .*programmes/mums \d+, .*strings/help \d+", line)
    assert "103 (ambulance), 112 (rescue)" in said[-1]


def test_with_everything_approved_and_rung_it_starts_and_one_word_later_not(folder: Path, verified: Library) -> None:
    approve_safety(folder)
    assert gate.barred(verified, Desk(), folder) == []
    assert len(gate.barred(LIBRARY, Desk(), folder)) == 2
    grown.change(folder / "strings/tg/help.yaml", "Ҳозир занг зада метавонед, шаб", "Занг зада метавонед, шаб")
    assert gate.barred(verified, Desk(), folder)[2:] == ["  tg: strings/help 1"]


def test_a_number_rung_at_the_desk_counts_until_the_file_has_another(folder: Path) -> None:
    approve_safety(folder)
    rung = {one.id: Checked(number=one.number, by="Made Up", on=DAY) for one in LIBRARY.numbers}
    assert gate.barred(LIBRARY, Desk(book=Book(checked=rung)), folder) == []
    other = structs.replace(LIBRARY, numbers=tuple(structs.replace(one, number="911") for one in LIBRARY.numbers))
    assert gate.barred(other, Desk(book=Book(checked=rung)), folder) != []


def test_a_real_bot_refuses_before_anything_is_made(tmp_path: Path) -> None:
    settings = structs.replace(REAL, data_dir=tmp_path / "data")
    with pytest.raises(Faulty, match="no named person has approved"):
        serving.serve(settings)
    assert not (tmp_path / "data").exists()


def test_allowed_drafts_are_not_even_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def never(*_: object) -> list[str]:
        raise AssertionError("nobody asked")

    class Started(Exception):  # noqa: N818
        pass

    def starts(*_: object, **__: object) -> object:
        raise Started

    monkeypatch.setattr(gate, "barred", never)
    monkeypatch.setattr(serving, "assembled", starts)
    with pytest.raises(Started):
        serving.serve(structs.replace(REAL, allow_drafts=True, data_dir=tmp_path / "data"))

    async def phones(_: Settings) -> int:
        await asyncio.sleep(0)
        return 0

    monkeypatch.setattr(serving, "live", phones)
    assert serving.serve(Settings()) == 0, "the page with the phones never refuses"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["approve", "xx", "mums.1", "--by", "Made Up", "--role", "lawyer"], "no language xx"),
        (["approve", "tg", "mums.99", "--by", "Made Up", "--role", "lawyer"], "nothing called mums.99"),
        (["translated", "tg", "no.such.text"], "nothing called no.such.text"),
        (["book", "--out", "/dev/null/book.html"], "nothing can be written"),
    ],
)
def test_what_is_typed_wrongly_is_one_sentence(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(typed) != 0
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


async def test_a_bot_that_cannot_hear_does_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(reading, "in_all_letters", fails)
    with pytest.raises(ContentError, match="its example cannot be read"):
        async with assembled(structs.replace(REAL, data_dir=tmp_path / "data"), RealClock()):
            pass
    assert not (tmp_path / "data").exists()
