"""Whoever is forgotten leaves no word in a circle: neither on the others' phones nor on those of people who lead."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.circles.round import REACH
from flows.events import AnyEvent, Withdrawn
from storage import copies
from storage.database import Database
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.schema import circle_members, hearts, posts


async def withdraw(db: Database, conn: AsyncConnection, person: int, now: datetime) -> None:
    """Before she is forgotten: what she said in circles goes from all phones, as far as Telegram allows.

    From the phones of the others, and of those who lead: there also what only they have seen.
    """
    hers = (await conn.execute(select(posts.c.circle_id, posts.c.number).where(_out_of(person, now)))).all()
    told: list[tuple[int, AnyEvent]] = []
    for row in hers:
        there = select(circle_members.c.person_id).where(
            circle_members.c.circle_id == row.circle_id,
            circle_members.c.person_id != person,
            or_(circle_members.c.left_at.is_(None), circle_members.c.left_at > now - REACH),
        )
        others = (await conn.execute(there)).scalars()
        told += [(other, Withdrawn(circle=row.circle_id, number=row.number)) for other in others]
    await conn.execute(delete(hearts).where(_of_a_post_of(person)))
    await Outbox(db).put(conn, None, await copies.of_person(conn, person, now), now)
    await Inbox(db).tell_all(conn, told, now)


def _out_of(person: int, now: datetime) -> Any:
    """Posts of hers that Telegram still lets us take from the others' phones."""
    return and_(posts.c.person_id == person, posts.c.state.in_(("out", "back")), posts.c.at > now - REACH)


def _of_a_post_of(person: int) -> Any:
    return exists().where(
        posts.c.person_id == person, posts.c.circle_id == hearts.c.circle_id, posts.c.number == hearts.c.number
    )
