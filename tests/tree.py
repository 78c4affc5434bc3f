"""A small content tree for tests of time: the real words and rules, and made-up programmes and shelves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from msgspec import structs

from content.library import HERE, Library, load

READ = ("reflect", "play", "have_a_go", "question")
"""The parts of a week that a mother reads."""

LANGUAGES = ("en", "ru", "tg")
SIX = (12, 16, 20, 24, 28, 32)
"""The earliest weeks of pregnancy of a made-up programme for the time before the birth."""

TIMED = ("pregnancy", "child", "hope", "later", "mourning")
"""The shelves whose pages come by themselves."""


def made_up(
    folder: Path,
    weeks: int = 3,
    stirs: tuple[int, ...] = (),
    alone: tuple[int, ...] = (),
    *,
    bumps: tuple[int, ...] = (),
    dads: int = 0,
    shelves: Mapping[str, tuple[int, ...]] | None = None,
    asks: bool = True,
) -> Library:
    """A library with so many weeks for mothers, one bubble a part, written below `folder` and read as any other.

    `stirs`, `alone`: the weeks marked so. `bumps`: weeks before the birth by their earliest week of pregnancy, and one
    after it; `dads`: so many weeks, the second of which stirs. `shelves`: pages by when each comes; of those that come
    by themselves no other is in the tree. Not `asks`: no questions but the faces, so that only time is looked at.
    """
    tree = folder / "content"
    shutil.copytree(HERE, tree, ignore=shutil.ignore_patterns("*.py", "__pycache__", *TIMED))
    _written(tree / "programmes" / "mums", source(weeks, stirs, alone), "")
    if bumps:
        course = [one_week(n, tag="bumps") | {"pregnancy": week} for n, week in enumerate(bumps, 1)]
        last = one_week(len(bumps) + 1, tag="bumps") | {"after_birth": True}
        _written(tree / "programmes" / "bumps", {"id": "bumps", "weeks": [*course, last]}, "bumps ")
    if dads:
        course = [one_week(n, n == 2, tag="dads") for n in range(1, dads + 1)]
        _written(tree / "programmes" / "dads", {"id": "dads", "weeks": course}, "dads ")
    for name, moments in (shelves or {}).items():
        _stocked(tree / "shelves" / name, name, moments)
    library = load(tree)
    return library if asks else structs.replace(library, instruments={})


def _written(folder: Path, source: dict[str, object], tag: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    weeks: list[object] = source["weeks"]  # type: ignore[assignment]
    for file in folder.glob("*.yaml"):
        file.unlink()  # a language that is still being written has words for the real weeks only
    for language in LANGUAGES:
        numbers = range(1, len(weeks) + 1)
        texts = {f"{week}.{place}": words for week in numbers for place, words in page(week, language, tag)}
        _dumped(folder, language, source if language == "en" else texts)


def _stocked(folder: Path, name: str, moments: tuple[int, ...]) -> None:
    for language in LANGUAGES:
        pages = [
            {"id": f"at{'abcdefghijklmnopqrstuvwxyz'[n]}", "title": f"{language} {name} {at}", "at": at,
             "text": [f"{language} {name} {at} words", f"{language} {name} {at} more"]}
            for n, at in enumerate(moments)
        ]  # fmt: skip
        texts = {f"{one['id']}.title": one["title"] for one in pages}
        texts |= {f"{one['id']}.{n}": text for one in pages for n, text in enumerate(one["text"], 1)}  # type: ignore[arg-type]
        _dumped(folder, language, {"id": name, "pages": pages} if language == "en" else texts)


def _dumped(folder: Path, language: str, said: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # JSON is YAML too.
    (folder / f"{language}.yaml").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def source(weeks: int, stirs: tuple[int, ...] = (), alone: tuple[int, ...] = ()) -> dict[str, object]:
    """The programme as its source file has it."""
    return {"id": "mums", "weeks": [one_week(week, week in stirs, week in alone) for week in range(1, weeks + 1)]}


def one_week(week: int, stirs: bool = False, alone: bool = False, tag: str = "") -> dict[str, object]:
    words = dict(page(week, "en", f"{tag} " if tag else ""))
    return {"title": words["title"], "stirs": stirs, "alone": alone, **{part: [words[f"{part}.1"]] for part in READ}}


def page(week: int, language: str, tag: str = "") -> list[tuple[str, str]]:
    """The texts of a week, by the ids translations use. Every one says where it belongs."""
    return [(place, f"{language} {tag}{week} {place}") for place in ("title", *(f"{part}.1" for part in READ))]


def words_of(name: str, at: int, language: str = "en") -> tuple[str, str]:
    """The messages of a made-up page of a shelf, as `hears` takes them."""
    said = f"{language} {name} {at}"
    return f"={said}\n\n{said} words", f"={said} more"
