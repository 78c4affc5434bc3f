"""How far people have come in their programme: for whoever lets time pass until it has ended."""

from __future__ import annotations

import msgspec
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from content.library import Library
from flows.model import Profile
from storage.database import Database
from storage.schema import people
from storage.seal import place

ACTIVE = select(people.c.id, people.c.profile).where(people.c.state == "active").order_by(people.c.id)
CHUNK = 500

_profiles = msgspec.json.Decoder(Profile)


class Reached(Struct, frozen=True):
    """One person's week, of how many; `done` once she has been told that it was the last."""

    week: int
    weeks: int
    done: bool


async def reached(db: Database, conn: AsyncConnection, library: Library) -> list[Reached]:
    """Everybody who gets pages. SealError where a profile does not open."""
    rows = (await conn.execute(ACTIVE)).all()
    found = []
    for at, row in enumerate(rows):
        if at % CHUNK == 0:  # one query must not name everybody: databases allow some ten thousand names
            await db.keys.load(conn, [one.id for one in rows[at : at + CHUNK]])
        opened = db.keys[row.id].open(place("people", "profile", row.id, row.id), row.profile)
        profile = _profiles.decode(opened)
        found.append(Reached(profile.week, library.programme(profile.programme).length, profile.told_end))
    return found
