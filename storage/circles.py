"""Circles as rows: rooms for a circle's own turn, what follows from it, and how they begin, are filled and change.

What was written waits in `posts`; `circles.next_at` says when the circle's turn comes, and is never later than its
oldest waiting post asks for. A closed circle has a turn too, where something of it is taken back.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy import and_, bindparam, false, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.circles.model import HOUSE, Circle, Post, Room, Seated, Terms, slot
from flows.circles.round import REACH, Round
from flows.effects import Vacate
from storage.database import Database
from storage.faults import SealError
from storage.inbox import Inbox
from storage.parcel import chat_of
from storage.posts import NOT_OUT, SOON, TO_DO, Of, Posts, Words, rows, sealed
from storage.schema import circle_members, circles, hearts, posts, sent
from storage.seal import INTAKE, place

logger = logging.getLogger("storage.circles")

SPOILED = timedelta(hours=1)
"""So long after it was found not to open a circle is looked at again."""

_circles: Any = bindparam("circles", expanding=True)
PRESENT = select(circle_members).where(circle_members.c.circle_id.in_(_circles), circle_members.c.left_at.is_(None))
_is_due = circles.c.next_at <= bindparam("now")
DUE = select(circles.c.id).where(_is_due).order_by(circles.c.next_at, circles.c.id).limit(bindparam("limit"))
HELD = select(circles).where(_is_due, circles.c.id.in_(_circles)).order_by(circles.c.id).with_for_update()
"""Nobody else's to change until commit: a post that is written meanwhile asks for its turn after this one, not before."""
LATER = (
    update(circles)
    .where(circles.c.id == bindparam("circle"))
    .values(next_at=bindparam("when", type_=circles.c.next_at.type))
)
_hearts = hearts.select().where(hearts.c.circle_id == posts.c.circle_id, hearts.c.number == posts.c.number)
LOVED = and_(
    posts.c.state == "out",
    _hearts.where(hearts.c.told == false()).exists(),
    ~_hearts.where(hearts.c.told == true()).exists(),
)
"""It has got its first heart."""
_ending = and_(posts.c.state == "asked", circles.c.ends_at <= bindparam("now"))
"""In its last turn also what its facilitator has not settled."""
WORK = (
    select(posts)
    .join(circles, circles.c.id == posts.c.circle_id)
    .where(posts.c.circle_id.in_(_circles), or_(posts.c.state.in_(TO_DO), LOVED, _ending))
    .order_by(posts.c.id)
)
EARLIER = select(posts).where(
    posts.c.circle_id == bindparam("circle"), posts.c.number == bindparam("which"), posts.c.state == "out"
)
TOLD = update(hearts).where(hearts.c.circle_id.in_(_circles), hearts.c.told == false()).values(told=True)
LATELY_LEFT = select(circle_members.c.circle_id, circle_members.c.person_id).where(
    circle_members.c.circle_id.in_(_circles), circle_members.c.left_at > bindparam("since")
)
SETTLED = (
    update(posts)
    .where(posts.c.id == bindparam("row"))
    .values(
        state=bindparam("as_state"), number=bindparam("as_number"), at=bindparam("as_at"), words=bindparam("as_words")
    )
)
OWN = (
    update(sent)
    .where(sent.c.chat == bindparam("queue"), sent.c.message_id == bindparam("message"))
    .values(slot=bindparam("name"))
)
"""Her own message stands for the post that it became."""
NAMES = select(circle_members).where(circle_members.c.circle_id.in_(_circles))
"""Of all who were ever there: a post outlives a member's leaving, and keeps her flower."""

BEGUN, SEATED = insert(circles), insert(circle_members)
NOW = (
    update(circles)
    .where(circles.c.id == bindparam("circle"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "posts", "next_at", "ends_at", "guide", "terms")})
)
_terms = msgspec.json.Decoder(Terms)


async def any_due(conn: AsyncConnection, now: datetime) -> bool:
    """Whether the turn of a circle has come."""
    return (await conn.execute(DUE, {"now": now, "limit": 1})).first() is not None


class Circles:
    """Reads and writes circles. Every method works within the caller's transaction."""

    def __init__(self, db: Database) -> None:
        """Open and seal with the keys of `db`."""
        self._db = db
        self._inbox = Inbox(db)
        self._posts = Posts(db)

    async def due(self, conn: AsyncConnection, now: datetime, chance: int, limit: int) -> list[Room]:
        """The rooms of circles whose turn has come, held against other processes until commit."""
        due = list((await conn.execute(DUE, {"now": now, "limit": limit})).scalars())
        held = await self._db.hold(conn, due) if due else set()
        rows = (await conn.execute(HELD, {"now": now, "circles": list(held)})).all() if held else []
        alive = self.alive_of(rows)
        for row in rows:
            if row.id not in alive:
                logger.error("a circle does not open: nobody has a seat in it until it does")
                await self.later(conn, row.id, now + SPOILED)
        found = [row for row in rows if row.id in alive]
        if not found:
            return []
        which = {"circles": [row.id for row in found]}
        names = await named(conn, NAMES, {row.id for row in found})
        present = (await conn.execute(PRESENT, which)).all()
        left = (await conn.execute(LATELY_LEFT, which | {"since": now - REACH})).all()
        said, authors = await self._work(conn, which | {"now": now}, names)
        return [
            Room(
                now=now,
                circle=alive[row.id],
                members=tuple(
                    Seated(person=one.person_id, flower=one.name, joined_at=one.joined_at)
                    for one in present
                    if one.circle_id == row.id
                ),
                posts=tuple(said.get(row.id, [])),
                authors=authors,
                gone=tuple(one.person_id for one in left if one.circle_id == row.id),
                chance=chance,
            )
            for row in found
        ]

    async def _work(
        self, conn: AsyncConnection, which: dict[str, Any], names: Of
    ) -> tuple[dict[int, list[Post]], dict[int, int]]:
        """The posts something is to be done with, by circle, and their authors. What says anew goes with what it says."""
        work = list((await conn.execute(WORK, which)).all())
        said = await self._posts.opened(conn, work, names)
        for circle, found in said.items():
            for post in found:  # grows while it is walked
                if post.state == "back" and post.edits and post.number:
                    rows = (await conn.execute(EARLIER, {"circle": circle, "which": post.edits})).all()
                    work += rows
                    earlier = (await self._posts.opened(conn, rows, names)).get(circle, [])
                    found += [structs.replace(one, state="back") for one in earlier]
        return said, {row.id: row.person_id or 0 for row in work}

    async def carry_out(self, conn: AsyncConnection, room: Room, round: Round, now: datetime) -> None:
        """Write down what follows from a circle's turn."""
        await self._db.keys.load(conn, {INTAKE, *(owner for owner in room.authors.values() if owner)})
        for post in round.posts:
            author = room.authors[post.id]
            owner = author or INTAKE
            by = HOUSE if post.flower == HOUSE else ""
            after = post.after if post.state in NOT_OUT else None
            words = Words(
                *(post.words, post.voice, post.why, post.edits, post.message),
                by=by,
                after=after,
                until=post.until,
                inside=post.inside,
            )
            settled = {"row": post.id, "as_state": post.state, "as_number": post.number, "as_at": post.at}
            await conn.execute(SETTLED, settled | {"as_words": sealed(self._db, post.id, owner, words)})
            if author and post.state == "out" and post.message:
                name = slot(room.circle.id, post.number)
                await conn.execute(OWN, {"queue": chat_of(author), "message": post.message, "name": name})
        await conn.execute(TOLD, {"circles": [room.circle.id]})
        await self.change(conn, round.circle)
        await self._inbox.tell_all(conn, round.told, now)

    async def remove(self, conn: AsyncConnection, circle: int, number: int, now: datetime) -> bool:
        """The facilitator takes a post off: it goes from all phones. False: it is not out."""
        off = update(posts).where(posts.c.circle_id == circle, posts.c.number == number, posts.c.state == "out")
        if not (await conn.execute(off.values(state="back"))).rowcount:
            return False
        await conn.execute(SOON, {"circle": circle, "when": now})
        return True

    async def vacate(self, conn: AsyncConnection, circle: int, person: int, now: datetime) -> None:
        """Somebody sits in the circle no more; what she had written and nobody has seen goes to nobody."""
        for statement, row in rows(self._db, person, Vacate(circle=circle), now):
            await conn.execute(statement, row)

    async def begin(
        self, conn: AsyncConnection, circle: Circle, members: Iterable[tuple[int, str]], now: datetime
    ) -> None:
        """A new circle, with those who sit in it and their flowers."""
        await conn.execute(
            BEGUN,
            {
                name: getattr(circle, name)
                for name in ("id", "language", "stage", "state", "begins_at", "ends_at", "posts")
            },
        )
        await self.change(conn, circle)
        await self.seat(conn, circle.id, members, now)

    async def seat(
        self, conn: AsyncConnection, circle: int, members: Iterable[tuple[int, str]], now: datetime, *, read: int = 0
    ) -> None:
        """These sit in the circle from now on, each under her flower's name; what was said up to post `read` is not hers."""
        for person, flower in members:
            await conn.execute(
                SEATED, {"circle_id": circle, "person_id": person, "name": flower, "joined_at": now, "read": read}
            )

    async def change(self, conn: AsyncConnection, circle: Circle) -> None:
        """A circle is now as given here."""
        await self._db.keys.load(conn, [INTAKE])
        at = place("circles", "terms", circle.id, INTAKE)
        terms = self._db.keys[INTAKE].seal(at, msgspec.json.encode(circle.terms)) if circle.terms != Terms() else None
        new = {name: getattr(circle, name) for name in ("state", "posts", "next_at", "ends_at", "guide")}
        await conn.execute(
            NOW, {"circle": circle.id, **{f"new_{name}": value for name, value in new.items()}, "new_terms": terms}
        )

    async def later(self, conn: AsyncConnection, circle: int, when: datetime) -> None:
        """The circle's turn comes then, and nothing else of it changes."""
        await conn.execute(LATER, {"circle": circle, "when": when})

    def alive_of(self, rows: Iterable[Any]) -> dict[int, Circle]:
        """Circles by number. One whose terms do not open any more is left out: nobody else's turn may break of it."""
        found: dict[int, Circle] = {}
        for row in rows:
            with suppress(SealError, msgspec.MsgspecError):
                found[row.id] = self._circle(row)
        return found

    def _circle(self, row: Any) -> Circle:
        sealed = row.terms
        at = place("circles", "terms", row.id, INTAKE)
        return Circle(
            id=row.id,
            language=row.language,
            stage=row.stage,
            state=row.state,
            begins_at=row.begins_at,
            ends_at=row.ends_at,
            posts=row.posts,
            guide=row.guide,
            next_at=row.next_at,
            terms=Terms() if sealed is None else _terms.decode(self._db.keys[INTAKE].open(at, sealed)),
        )


async def named(conn: AsyncConnection, query: Any, which: Collection[int]) -> Of:
    """The flowers that a query of members finds."""
    rows = await conn.execute(query, {"circles": list(which)})
    return {(row.circle_id, row.person_id): row.name for row in rows}
