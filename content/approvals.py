"""Who has approved which words: a part in one language is a draft until a named person has, and again once a word changes.

Approvals are kept in content/reviews/<language>/approved.yaml: a part's name, then by, role, on, and the digest of exactly
the words that were approved.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from content.entries import digest, entries, means
from content.schema import Fault, Strict, Text
from content.stamps import FOLDER
from content.tree import Tree, open_as

LENGTH = 16
HEAD = """\
# Whose approval these words have. Written by: run_bot.py approve (docs/words.md). Do not write here by hand.
"""


class Approval(Strict, frozen=True):
    """Who read a part and found it right, in what role, and when. `words` is a digest of what was read."""

    by: str
    role: str
    on: date
    words: str


class Part(msgspec.Struct, frozen=True):
    """What is approved as one, in one language: the texts of a page, of a part of a week, or of an area.

    `approval` is what was said of it, even where it has fallen.
    """

    name: str
    file: str
    language: str
    words: dict[str, Text]
    is_safety: bool
    approval: Approval | None

    @property
    def digest(self) -> str:
        """What an approval of these words carries."""
        return digest(self.words, LENGTH)

    @property
    def state(self) -> Literal["draft", "approved", "fallen"]:
        """`fallen`: approved once, but the words have changed since; it counts as a draft."""
        if self.approval is None:
            return "draft"
        return "approved" if self.approval.words == self.digest else "fallen"


def approved_path(tree: Tree, language: str) -> Path:
    """Where the approvals of a language are kept."""
    return tree.folder / FOLDER / language / "approved.yaml"


def read_approvals(tree: Tree, language: str) -> dict[str, Approval]:
    """The approvals of a language by part, those that have fallen too."""
    path = approved_path(tree, language)
    return (open_as(tree, path, dict[str, Approval]) or {}) if path.exists() else {}


def parts(tree: Tree) -> list[Part]:
    """Every part in every language that has words for it."""
    known, found = {one.code: read_approvals(tree, one.code) for one in tree.languages}, dict[tuple[str, str], Part]()
    for one in entries(tree):
        for language, text in one.words.items():
            approval = known.get(language, {}).get(one.part)
            fresh = Part(one.part, one.file, language, {}, one.is_safety, approval)
            found.setdefault((language, one.part), fresh).words[one.id] = text
    return list(found.values())


def faults(tree: Tree) -> Iterator[Fault]:
    """Approvals of parts that there are not (any more), and those that cannot be read."""
    there = {(part.language, part.name) for part in parts(tree)}
    for language in tree.languages:
        for name in read_approvals(tree, language.code):
            if (language.code, name) not in there:
                path = tree.name(approved_path(tree, language.code))
                yield Fault(path, name, "there is no such part any more. Take the line out")


def fallen(tree: Tree) -> list[str]:
    """A sentence for each approval that has fallen: whose, of what, and what to do."""
    return [
        f"{part.language} {part.name}: approved by {gone.by} ({gone.role}) on {gone.on:%d.%m.%Y}, but its words have "
        f"changed since. It is a draft again: have it read, then run_bot.py approve {part.language} {part.name}"
        for part in parts(tree)
        if part.state == "fallen" and (gone := part.approval) is not None
    ]


def unapproved(tree: Tree) -> dict[str, list[Part]]:
    """The safety parts of each live language that nobody has approved as they stand."""
    live, found = {one.code for one in tree.languages if one.live}, dict[str, list[Part]]()
    for part in parts(tree):
        if part.language in live and part.is_safety and part.state != "approved":
            found.setdefault(part.language, []).append(part)
    return found


def counts(some: Iterable[Part]) -> str:
    """How many parts of which file, the most first: `strings/worry 88, strings/help 20`."""
    found = dict[str, int]()
    for part in some:
        found[part.file] = found.get(part.file, 0) + 1
    return ", ".join(f"{file} {n}" for file, n in sorted(found.items(), key=lambda one: (-one[1], one[0])))


def summary(tree: Tree) -> list[str]:
    """A line for each language: how much of it is approved, and where its drafts are."""
    every, lines = parts(tree), list[str]()
    for language in tree.languages:
        ours = [part for part in every if part.language == language.code]
        drafts = [part for part in ours if part.state != "approved"]
        head = f"{language.code}: {len(ours) - len(drafts)} of {len(ours)} parts approved"
        lines.append(f"{head}. Drafts: {counts(drafts)}" if drafts else f"{head}.")
    return lines


def approve(tree: Tree, language: str, names: Collection[str], approval: Approval) -> tuple[list[str], list[str]]:
    """Write down that the parts named were read and found right as they stand: those parts, and names that mean none.

    `approval.words` is filled in for each.
    """
    ours = [part for part in parts(tree) if part.language == language]
    unknown = [name for name in names if not any(means(name, part.name, part.file) for part in ours)]
    if unknown:
        return [], unknown
    chosen = [part for part in ours if any(means(name, part.name, part.file) for name in names)]
    given = {part.name: msgspec.structs.replace(approval, words=part.digest) for part in chosen}
    _write(approved_path(tree, language), read_approvals(tree, language) | given)
    return list(given), []


def _write(path: Path, approvals: dict[str, Approval]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # JSON is YAML too.
    lines = (f"{name}: {json.dumps(msgspec.to_builtins(one), ensure_ascii=False)}\n" for name, one in approvals.items())
    path.write_text(HEAD + "".join(sorted(lines)), encoding="utf-8")
