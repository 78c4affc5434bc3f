"""What translators and clinicians type about words: these are up to date, these I approve. And what stands in a real bot's way.

Who approves what is written beside the content, by name; the gate at the start of a real bot reads it there.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from content import approvals, backs, stamps
from content.approvals import Approval
from content.library import HERE, Library
from content.reader import read
from content.tree import Tree
from flows.desk import numbers
from flows.model import Desk

FEW = 12
"""Names in a line before it ends in a number."""


class GateError(Exception):
    """Why nothing was written; each line is a sentence for whoever typed."""


def translated(words: list[str], *, back: bool = False, folder: Path = HERE) -> tuple[list[str], list[str]]:
    """Stamp translations as made from their source as it is: sentences on what was done, and on what was not. GateError.

    `words` may begin with a language; then names of texts, parts or files. Without names, all that is new is stamped,
    translations `back` too; with them and `back`, these alone.
    """
    tree = _sound(folder)
    codes = [one.code for one in tree.languages]
    languages, names = (words[:1], words[1:]) if words and words[0] in codes else (codes, words)
    forth = [sheet for sheet in stamps.sheets(tree) if sheet.language in languages]
    again = [sheet for sheet in backs.sheets(tree) if sheet.language in languages]
    done = stamps.stamp(tree, again if back else forth, names)
    _known(done.unknown)
    new = done.stamped + ([] if names or back else stamps.stamp(tree, again).stamped)
    told = [f"Stamped {len(new)} texts: {_few(new)}"] if new else ["Nothing was new."]
    if names or not done.changed:
        return told, []
    cure = "Bring them up to date, or see that they still fit; then name them: run_bot.py translated LANGUAGE NAME…"
    return told, [f"Not stamped, for what they were made from has changed: {_few(done.changed)}", cure]


def approve(language: str, names: list[str], by: str, role: str, on: date, *, folder: Path = HERE) -> list[str]:
    """Write down who approved the parts named, as they stand; sentences on what was done. GateError."""
    tree = _sound(folder)
    if language not in {one.code for one in tree.languages}:
        raise GateError(
            f"There is no language {language}. Write one of {', '.join(one.code for one in tree.languages)}."
        )
    if not by.strip() or not role.strip():
        raise GateError("--by and --role: an approval has a name and a role.")
    given, unknown = approvals.approve(tree, language, names, Approval(by.strip(), role.strip(), on, ""))
    _known(unknown)
    return [f"Approved in {language} by {by.strip()} ({role.strip()}) on {on:%d.%m.%Y}, as they stand: {_few(given)}"]


def standing(folder: Path = HERE) -> list[str]:
    """How far the words are approved: a line a language, what approvals have fallen, what was translated back of old."""
    tree = read(folder)
    old = sorted(" ".join(one) for one in backs.outdated(tree))
    told = f"{len(old)} translations back into {tree.source} are of older words: {_few(old)}"
    return [*approvals.summary(tree), *approvals.fallen(tree), *([told] if old else [])]


def barred(library: Library, desk: Desk | None, folder: Path = HERE) -> list[str]:
    """Why a real bot does not start, in a few lines: safety texts nobody approved, emergency numbers nobody has rung.

    Without a `desk`, whose book may know of calls, numbers are passed over.
    """
    drafts = approvals.unapproved(read(folder))
    found = [f"  {language}: {approvals.counts(parts)}" for language, parts in drafts.items()]
    if found:
        found.insert(0, "Safety texts that no named person has approved as they stand (run_bot.py book, then approve):")
    emergency = [one for one in library.numbers if one.emergency]
    unrung = [one for one in emergency if numbers.last(desk, one) is None] if desk is not None else []
    if unrung:
        names = ", ".join(f"{one.number} ({one.id})" for one in unrung)
        cure = "Ring them; then `verified` in content/directory/numbers.yaml, or /verify at the desk"
        found.append(f"Emergency numbers that nobody has verified: {names}. {cure}.")
    if not found:
        return []
    head = "ALLOW_DRAFTS: it is not 1, and a real bot does not start with what follows"
    return [f"{head}. For a trial with people who know, set it to 1.", *found]


def _sound(folder: Path) -> Tree:
    """The tree, if all that was stamped and approved in it can be read: else a stamp would be made over another, unseen."""
    tree = read(folder)
    _ = [*stamps.faults(tree), *approvals.faults(tree), *backs.outdated(tree)]
    wrong = [str(fault) for fault in tree.faults if f"/{stamps.FOLDER}/" in fault.file]
    if wrong:
        raise GateError("\n".join(dict.fromkeys(wrong)))
    return tree


def _known(unknown: list[str]) -> None:
    if unknown:
        raise GateError(f"There is nothing called {', '.join(unknown)}. Names are as `check` and the book show them.")


def _few(names: list[str]) -> str:
    rest = len(names) - FEW
    return ", ".join(names[:FEW]) + (f" and {rest} more." if rest > 0 else ".")
