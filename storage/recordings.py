"""Recordings: the voice of a passage in a language, and what somebody of the desk is recording just now.

What is kept is Telegram's id of a voice, not a word of anybody's, so it stands in the clear; an id is good for this
bot alone. What is being recorded is one fact for each person, so that it outlives the process.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.facts import fact, keep_fact
from storage.schema import recordings
from storage.types import Moment

ALL = select(recordings).order_by(recordings.c.at, recordings.c.passage)
PUT = text(
    "INSERT INTO recordings (passage, language, mark, file, moderator_id, at)"
    " VALUES (:passage, :language, :mark, :file, :by, :at) ON CONFLICT (passage, language)"
    " DO UPDATE SET mark = excluded.mark, file = excluded.file, moderator_id = excluded.moderator_id, at = excluded.at"
).bindparams(bindparam("at", type_=Moment))
DROP = delete(recordings).where(
    recordings.c.passage == bindparam("which"), recordings.c.language == bindparam("spoken")
)


class Recording(Struct, frozen=True, kw_only=True):
    """A recording that is kept. `mark` is that of the words it was made from, `by` our number of who spoke it.

    `file` is its kind and Telegram's id (`voice:AwAC…`).
    """

    passage: str
    language: str
    mark: str
    file: str
    by: int
    at: datetime


class Rehearsal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody was asked to record, `at` that moment; once she has spoken, the voice and its message."""

    passage: str
    language: str
    mark: str
    at: datetime
    file: str = ""
    message: int = 0


async def recorded(conn: AsyncConnection) -> list[Recording]:
    """Every recording, the oldest first."""
    return [
        Recording(
            passage=row.passage, language=row.language, mark=row.mark, file=row.file, by=row.moderator_id, at=row.at
        )
        for row in await conn.execute(ALL)
    ]


async def keep(conn: AsyncConnection, one: Recording) -> None:
    """Keep a recording instead of what there was of this passage in this language."""
    await conn.execute(PUT, msgspec.structs.asdict(one))


async def remove(conn: AsyncConnection, passage: str, language: str) -> bool:
    """Forget a recording. False: there was none."""
    return bool((await conn.execute(DROP, {"which": passage, "spoken": language})).rowcount)


async def rehearsal(conn: AsyncConnection, who: int) -> Rehearsal | None:
    """What somebody (our number of her) is recording."""
    kept = await fact(conn, _of(who))
    return msgspec.json.decode(kept, type=Rehearsal) if kept else None


async def keep_rehearsal(conn: AsyncConnection, who: int, one: Rehearsal | None) -> None:
    """Note what somebody is recording; None: nothing any more."""
    await keep_fact(conn, _of(who), msgspec.json.encode(one) if one is not None else b"")


def _of(who: int) -> str:
    return f"recording {who}"
