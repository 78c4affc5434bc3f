"""The faces of a person's last weeks, opened: for the picture of them, at the moment it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.checkins import faces
from flows.model import Face, Profile
from storage.database import Database
from storage.faults import SealError
from storage.schema import answers, people
from storage.seal import place

MOOD = "pulse.mood"
HER = select(people.c.language, people.c.zone, people.c.profile)
ANSWERS = select(answers.c.id, answers.c.kept_at, answers.c.value).where(answers.c.question == MOOD)
_profiles = msgspec.json.Decoder(Profile)


class Seen(Struct, frozen=True, kw_only=True):
    """Her last weeks; the language she reads, and whether others hold her phone."""

    language: str
    shared: bool
    weeks: tuple[faces.Week, ...]


async def seen(db: Database, conn: AsyncConnection, person: int, now: datetime) -> Seen:
    """The weeks up to `now`. LookupError if she is gone, SealError if her profile does not open."""
    her = (await conn.execute(HER.where(people.c.id == person))).first()
    if her is None:
        raise LookupError(person)
    await db.keys.load(conn, [person])
    zone = ZoneInfo(her.zone)
    begun = ANSWERS.where(answers.c.person_id == person, answers.c.kept_at >= faces.since(now, zone))
    found = [_face(db, person, row) for row in await conn.execute(begun)]
    profile = _profiles.decode(db.keys[person].open(place("people", "profile", person, person), her.profile))
    weeks = faces.weeks([face for face in found if face is not None], now, zone)
    return Seen(language=her.language, shared=profile.shared, weeks=weeks)


def _face(db: Database, person: int, row: Any) -> Face | None:
    """The face; None where it does not open: it is a gap then, as if not given."""
    try:
        value = msgspec.json.decode(
            db.keys[person].open(place("answers", "value", row.id, person), row.value), type=int
        )
    except (SealError, msgspec.MsgspecError):
        return None
    return Face(row.kept_at, value)
