"""A row of the book: one text in every language side by side, as the bubble or button it is on a phone, and what is known of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from msgspec import Struct

from content.approvals import Part, parts
from content.backs import outdated, read_backs
from content.entries import Entry, entries, path_of
from content.library import Library
from content.schema import Language
from content.tree import Tree
from content.wording import forms

WHOM = {
    "a": "child up to 6 months",
    "b": "child of 6 to 18 months",
    "c": "child older than 18 months",
    "own": "child with a disability, at the child's own pace",
    "plain": "every other child",
    "away": "he is away",
    "home": "he is at home",
}
"""Wordings of a bubble (content/courses.py), as a reader is told of them."""

MARKS = {
    "safety": "safety",
    "danger_sign": "danger sign",
    "push": "lights up on a locked phone",
    "staff": "at the desk",
    "user_speech": "words of hers, as the bot knows them",
}
STATES = {"draft": "draft", "approved": "approved", "fallen": "approval fallen: the words have changed"}
CODE = re.compile(r"`([^`]+)`")
VARIABLE = re.compile(r"\{[a-z_0-9]+\}")


class Leaves(Struct, frozen=True):
    """What the book is made of. `languages`: those with any words, the source first.

    `backs`: translations back, by language and file; those of `old` (language and name) are of older words.
    """

    tree: Tree
    library: Library
    languages: tuple[Language, ...]
    entries: tuple[Entry, ...]
    parts: dict[tuple[str, str], Part]
    backs: dict[tuple[str, str], dict[str, str]]
    old: set[tuple[str, str]]

    def at(self, name: str) -> Entry | None:
        """The text of this name."""
        return next((one for one in self.entries if one.name == name), None)

    def of(self, file: str) -> list[Entry]:
        """The texts of a file."""
        return [one for one in self.entries if one.file == file]


def leaves(tree: Tree, library: Library) -> Leaves:
    """Gather all that the book shows."""
    every = entries(tree)
    spoken = {code for one in every for code in one.words}
    languages = tuple(sorted((one for one in tree.languages if one.code in spoken), key=lambda one: not one.source))
    files = dict.fromkeys(one.file for one in every)
    backs = {(one.code, file): read_backs(tree, one.code, file) for one in languages for file in files}
    known = {(one.language, one.name): one for one in parts(tree)}
    return Leaves(tree, library, languages, every, known, backs, outdated(tree))


def head(book: Leaves) -> str:
    """The columns and their names."""
    columns = f'<col class="what" />{"<col />" * len(book.languages)}<col class="comments" />'
    names = "".join(f"<th>{escape(one.name)}{'' if one.live else ' (draft)'}</th>" for one in book.languages)
    return f"<colgroup>{columns}</colgroup><thead><tr><th>text</th>{names}<th>comments</th></tr></thead>"


def across(book: Leaves, html: str, kind: str) -> str:
    """A row over all columns."""
    return f'<tr class="{kind}"><td colspan="{len(book.languages) + 2}">{html}</td></tr>'


def part_head(book: Leaves, title: str, part: str) -> str:
    """A row that begins a part: what it is, the name it is approved by, and how it stands in each language."""
    said = (f"{one.code}: {state(book, one.code, part)}" for one in book.languages if (one.code, part) in book.parts)
    return across(book, f"<b>{escape(title)}</b> <code>{escape(part)}</code> {' '.join(said)}", "part")


def state(book: Leaves, language: str, part: str) -> str:
    """How a part stands in a language; who approved it, in what role, and when."""
    known = book.parts.get((language, part))
    if known is None:
        return ""
    by = f": {known.approval.by}, {known.approval.role}, {known.approval.on:%d.%m.%Y}" if known.approval else ""
    return f'<span class="{known.state}">{STATES[known.state]}{escape(by)}</span>'


def row(book: Leaves, group: Sequence[Entry], *, states: bool = False) -> str:
    """One text, or one and the buttons that follow it. `states`: each text is approved by itself, so say how it stands."""
    what = "".join(_what(one) for one in group)
    cells = "".join(f'<td lang="{one.code}">{_cell(book, one.code, group, states)}</td>' for one in book.languages)
    return f"<tr><th scope='row'>{what}</th>{cells}<td></td></tr>"


def frame(book: Leaves, about: str, names: Sequence[str]) -> str:
    """What stands around a page: texts that belong elsewhere in the book, so without anything but their words."""
    shown = [one for one in map(book.at, names) if one is not None]
    cells = []
    for language in book.languages:
        said = "".join(_phone(one, one.words[language.code], "") for one in shown if language.code in one.words)
        cells.append(f'<td lang="{language.code}">{said}</td>')
    return f'<tr class="frame"><th scope="row">{escape(about)}</th>{"".join(cells)}<td></td></tr>'


def _what(one: Entry) -> str:
    whom = WHOM.get(one.id.rpartition(".")[2], "") if one.file.startswith(("programmes", "shelves")) else ""
    marks = [said for tag, said in MARKS.items() if tag in one.tags and not one.file.startswith("programmes")]
    more = "".join(f"<span>{escape(said)}</span>" for said in (whom, *marks, one.note) if said)
    return f"<code>{escape(one.id)}</code>{more}"


def _cell(book: Leaves, language: str, group: Iterable[Entry], states: bool) -> str:  # noqa: FBT001
    found = []
    for one in group:
        if language not in one.words:
            found.append('<p class="missing">not written yet</p>')
            continue
        found.append(_phone(one, one.words[language], f' data-text="{language}:{escape(one.name)}"'))
        back = book.backs[language, one.file].get(one.id)
        doubt = book.tree.doubts.get((path_of(book.tree, one.file, language), one.id))
        old = "<b>Of older words:</b> " if (language, one.name) in book.old else ""
        found += [f'<p class="back" lang="en">{old}{escape(back)}</p>'] if back else []
        found += [f'<p class="doubt" lang="en">To a native reader: {escape(doubt)}</p>'] if doubt else []
        found += [f'<p class="state">{state(book, language, one.part)}</p>'] if states and one.is_safety else []
    return "".join(found)


def _phone(one: Entry, words: object, attribute: str) -> str:
    kind = "button" if "button" in one.tags else "hers" if "user_speech" in one.tags else "bubble"
    shown = []
    for end, form in forms(words):  # type: ignore[arg-type]
        label = f"<i>{end.removeprefix('.')}</i> " if end else ""
        shown.append(f'<div class="{kind}">{label}{said(form)}</div>')
    return f'<div class="text"{attribute}>{"".join(shown)}</div>'


def said(text: str) -> str:
    """A text as it is shown: what the bot fills in stands out."""
    return VARIABLE.sub(lambda found: f'<span class="filled">{found[0]}</span>', escape(text.strip(), quote=False))


def remark(text: str) -> str:
    """A comment of a source file as HTML: what stands in `backticks` as it is typed."""
    return CODE.sub(r"<code>\1</code>", escape(text, quote=False))
