"""*My data* as one file: a page of HTML that any phone opens with a tap and no app, in her language.

The same rows stand in it once more as JSON, for whoever moves them elsewhere. It loads nothing, has no script, and
its name says nothing.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any, Final

from bot.clock import Clock
from content.library import Library
from content.schema import ContentError
from storage.database import Database
from storage.export import Kept, everything

NAME: Final = "page.html"
LOOK: Final = "body{font:17px/1.5 sans-serif;margin:1em;max-width:40em}dt{color:#555}dd{margin:0 0 .5em}"


class Paper:
    """Makes the file of one person; nothing of it is kept."""

    def __init__(self, db: Database, library: Library, clock: Clock) -> None:
        self._db = db
        self._library = library
        self._clock = clock

    async def __call__(self, person: int) -> tuple[str, bytes]:
        """Its name and its bytes. LookupError if she is gone."""
        async with self._db.read() as conn:
            kept = await everything(self._db, conn, person)
        return NAME, page(self._library, kept, f"{self._clock.now():%d.%m.%Y}").encode()


def page(library: Library, kept: Kept, day: str) -> str:
    """The page, in her language or else in the source's."""
    language = (
        kept.language
        if kept.language in library.texts
        else next(known.code for known in library.languages if known.source)
    )
    say = _Words(library, language)
    head = [f"<h1>{say('data.title')}</h1>", f"<p>{say('data.made', day=day)}</p>"]
    parts = [
        f"<h2>{say.named('table', name)}</h2>" + "<hr>".join(map(say.row, rows)) for name, rows in kept.tables.items()
    ]
    tail = [f"<p>{say('data.notes', n=kept.notes)}</p>", f"<p>{say('data.chat', n=kept.messages)}</p>"]
    # A closing tag inside the JSON would end the block that holds it.
    plain = json.dumps(kept.tables, ensure_ascii=False, default=str).replace("<", "\\u003c")
    data = f'<script type="application/json" id="data">{plain}</script>'
    top = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return "\n".join([top, f"<title>{say('data.title')}</title><style>{LOOK}</style>", *head, *parts, *tail, data])


class _Words:
    def __init__(self, library: Library, language: str) -> None:
        self._library = library
        self._language = language

    def __call__(self, key: str, **variables: object) -> str:
        return escape(self._library.text(self._language, key, **variables))

    def named(self, kind: str, name: str) -> str:
        """The name of a table or field in her language; as it is called in the database where it has none."""
        try:
            return self(f"data.{kind}.{name}")
        except (ContentError, KeyError):
            return escape(name)

    def row(self, row: dict[str, Any]) -> str:
        items = (f"<dt>{self.named('field', name)}</dt><dd>{self._value(value)}</dd>" for name, value in row.items())
        return f"<dl>{''.join(items)}</dl>"

    def _value(self, value: Any) -> str:
        return escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
