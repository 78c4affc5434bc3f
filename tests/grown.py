"""A copy of the content, to be changed: what a writer, a translator or a clinician would do to it with an editor."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from content import backs, stamps
from content.library import HERE
from content.reader import read


def copy(folder: Path) -> Path:
    """Our own tree below `folder`, in the three languages it began with, so that no draft changes what is expected.

    Its rules, which nobody changes here and which are large, are there by a link.
    """
    ignored = shutil.ignore_patterns("*.py", "__pycache__", "concern")
    tree = shutil.copytree(HERE, folder / "content", ignore=ignored)
    (tree / "concern").symlink_to(HERE / "concern")
    spoken = [one for one in read(HERE).languages if one.code in {"tg", "ru", "en"}]
    (tree / "languages.yaml").write_bytes(msgspec.json.encode(spoken))  # JSON is YAML too
    return tree


def change(path: Path, old: str, new: str) -> None:
    """Put other words in the place of some; AssertionError where these are not there once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path, text.count(old))
    path.write_text(text.replace(old, new), encoding="utf-8")


def add(path: Path, text: str) -> None:
    """Write more at the end of a file, or a new file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8").rstrip("\n") + "\n" if path.exists() else ""
    path.write_text(before + text.lstrip("\n"), encoding="utf-8")


def stamp(folder: Path) -> None:
    """What is new is translated."""
    tree = read(folder)
    stamps.stamp(tree, [*stamps.sheets(tree), *backs.sheets(tree)])


def speak(folder: Path, language: str) -> None:
    """One language more, as it is written in languages.yaml."""
    path = folder / "languages.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8').rstrip(']')}, {language}]", encoding="utf-8")
