"""The names people have in circles: enough of them, each with a sign of its own, and others for fathers."""

from __future__ import annotations

import shutil
from pathlib import Path

from content.check import faults
from content.library import HERE
from content.names import LEAST
from tests.talk import LIBRARY


def test_each_name_has_its_own_sign_and_word_in_every_language() -> None:
    for kind in ("under18m", "fathers"):
        names = LIBRARY.names.of(kind)
        assert len(names) >= LEAST
        for language in ("en", "ru", "tg"):
            said = [LIBRARY.text(language, f"flower.{name}").split(" ", 1) for name in names]
            assert len({sign for sign, _ in said}) == len({word for _, word in said}) == len(names), (kind, language)


def test_fathers_have_no_flower_and_nobody_else_has_what_is_theirs() -> None:
    assert not set(LIBRARY.names.fathers) & set(LIBRARY.names.flowers)
    assert LIBRARY.names.of("grandmothers") == LIBRARY.names.of("older") == LIBRARY.names.flowers


def test_two_names_that_share_a_sign_and_one_without_words_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = folder / "strings" / "ru" / "names.yaml"
    file.write_text(file.read_text().replace("🌹 Роза", "🌷 Роза"))
    names = folder / "names.yaml"
    names.write_text(names.read_text().replace("[tulip", "[lily, tulip"))
    found = {(fault.file, fault.place) for fault in faults(folder)}
    assert {("content/names.yaml", "flowers.lily"), ("content/names.yaml", "flowers.rose")} <= found
