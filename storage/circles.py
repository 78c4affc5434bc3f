"""Circles as rows: seats for the turns of members, rooms for a circle's own turn, and what follows from both.

A post is sealed with the key of whoever wrote it, so that forgetting her takes her words from every circle. What was
written waits in `posts`; `circles.next_at` says when the circle's turn comes, and is never later than its oldest
waiting post asks for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.circles.model import GUIDE, HOUSE, Circle, Post, Room, Seat, Seated, Terms
from flows.circles.round import Round
from flows.effects import Heart, Reads, TakeBack, Vacate, Write
from storage.database import Database
from storage.faults import SealError
from storage.inbox import Inbox
from storage.schema import circle_members, circles, hearts, posts
from storage.seal import INTAKE, place

MOST_UNREAD = 50
"""Posts a member is shown at once; who was away longer sees the latest."""
TO_DO = ("waiting", "held", "back")
"""The states of a post that a circle's turn has something to do with."""
CLOSED = "closed"

_people: Any = bindparam("people", expanding=True)
_circles: Any = bindparam("circles", expanding=True)
SEATS = (
    select(
        circle_members.c.person_id, circle_members.c.name, circle_members.c.joined_at, circle_members.c.read, circles
    )
    .join(circles, circles.c.id == circle_members.c.circle_id)
    .where(circle_members.c.person_id.in_(_people), circle_members.c.left_at.is_(None), circles.c.state != CLOSED)
)
PRESENT = select(circle_members).where(circle_members.c.circle_id.in_(_circles), circle_members.c.left_at.is_(None))
_count = (
    select(hearts.c.circle_id, hearts.c.number, func.count().label("hearts"))
    .group_by(hearts.c.circle_id, hearts.c.number)
    .subquery()
)
SAID = select(posts, func.coalesce(_count.c.hearts, 0).label("hearts")).outerjoin(
    _count, and_(_count.c.circle_id == posts.c.circle_id, _count.c.number == posts.c.number)
)
DUE = (
    select(circles)
    .where(circles.c.next_at <= bindparam("now"), circles.c.state != CLOSED)
    .order_by(circles.c.next_at, circles.c.id)
    .limit(bindparam("limit"))
)
WORK = select(posts).where(posts.c.circle_id.in_(_circles), posts.c.state.in_(TO_DO)).order_by(posts.c.id)
NAMES = select(circle_members).where(circle_members.c.circle_id.in_(_circles))
"""Of all who were ever there: a post outlives a member's leaving, and keeps her flower."""

WRITE = insert(posts)
SOON = (
    update(circles)
    .where(
        circles.c.id == bindparam("circle"),
        or_(circles.c.next_at.is_(None), circles.c.next_at > bindparam("when", type_=circles.c.next_at.type)),
    )
    .values(next_at=bindparam("when", type_=circles.c.next_at.type))
)
BACK = (
    update(posts)
    .where(
        posts.c.circle_id == bindparam("circle"),
        posts.c.number == bindparam("which"),
        posts.c.person_id == bindparam("her"),
    )
    .values(state="back")
)
UNHEART = delete(hearts).where(
    hearts.c.circle_id == bindparam("circle"),
    hearts.c.number == bindparam("which"),
    hearts.c.person_id == bindparam("her"),
)
HEART = insert(hearts)
BEGUN, SEATED = insert(circles), insert(circle_members)
READ = (
    update(circle_members)
    .where(circle_members.c.circle_id == bindparam("circle"), circle_members.c.person_id == bindparam("her"))
    .values(read=bindparam("upto"))
)
VACATE = (
    update(circle_members)
    .where(circle_members.c.circle_id == bindparam("circle"), circle_members.c.person_id == bindparam("her"))
    .values(left_at=bindparam("when", type_=circle_members.c.left_at.type))
)
NOW = (
    update(circles)
    .where(circles.c.id == bindparam("circle"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "posts", "next_at", "ends_at", "guide", "terms")})
)
SETTLED = (
    update(posts)
    .where(posts.c.id == bindparam("row"))
    .values(state=bindparam("as_state"), number=bindparam("as_number"), words=bindparam("as_words"))
)
STATEMENTS = (WRITE, BACK, UNHEART, HEART, READ, VACATE, SOON)
"""What a member's turn may leave, in the order in which it is written."""


class Words(Struct, frozen=True, omit_defaults=True):
    """What is sealed of a post. `number` of the post it says anew in `edits`; `by` HOUSE, where no person wrote it."""

    text: str
    voice: str = ""
    why: str = ""
    edits: int = 0
    by: str = ""


_words, _terms = msgspec.json.Decoder(Words), msgspec.json.Decoder(Terms)
InCircle = Write | TakeBack | Heart | Reads | Vacate
"""What a member's turn may order of her circle."""
Of = dict[tuple[int, int], str]
"""Flowers by circle and person."""


async def any_due(conn: AsyncConnection, now: datetime) -> bool:
    """Whether the turn of a circle has come."""
    return (await conn.execute(DUE, {"now": now, "limit": 1})).first() is not None


def rows(db: Database, her: int, effect: InCircle, now: datetime) -> list[tuple[Any, Any]]:
    """What a member's order leaves, as statements with their parameters. Her key must be loaded."""
    match effect:
        case Write():
            id = db.ids.next(now)
            said = Words(effect.words, effect.voice, effect.why, effect.edits)
            row = {
                "id": id,
                "circle_id": effect.circle,
                "person_id": her,
                "state": "held" if effect.why else "waiting",
                "at": now,
                "number": 0,
                "answers": effect.answers,
                "words": _sealed(db, id, her, said),
            }
            return [(WRITE, row), (SOON, {"circle": effect.circle, "when": now if effect.why else effect.at})]
        case TakeBack():
            taken = {"circle": effect.circle, "which": effect.number, "her": her}
            return [(BACK, taken), (SOON, {"circle": effect.circle, "when": now})]
        case Heart():
            hers = {"circle": effect.circle, "which": effect.number, "her": her}
            given = {"circle_id": effect.circle, "number": effect.number, "person_id": her}
            return [(UNHEART, hers), *([(HEART, given)] if effect.on else [])]
        case Reads():
            return [(READ, {"circle": effect.circle, "her": her, "upto": effect.number})]
        case Vacate():
            left = {"circle": effect.circle, "her": her, "when": now}
            return [(VACATE, left), (SOON, {"circle": effect.circle, "when": now})]


class Circles:
    """Reads and writes circles. Every method works within the caller's transaction."""

    def __init__(self, db: Database) -> None:
        """Open and seal with the keys of `db`."""
        self._db = db
        self._inbox = Inbox(db)

    async def seats(
        self, conn: AsyncConnection, people: Collection[int], quoted: dict[int, tuple[int, int]]
    ) -> dict[int, Seat]:
        """The seats of those who have one. `quoted`: the circle and number of the post a person replied to."""
        found = (await conn.execute(SEATS, {"people": list(people)})).all() if people else []
        if not found:
            return {}
        here = await _named(conn, PRESENT, {row.id for row in found})
        names = await _named(conn, NAMES, {row.id for row in found})
        wanted = [
            and_(posts.c.circle_id == row.id, posts.c.number > max(row.read, row.posts - MOST_UNREAD)) for row in found
        ]
        wanted += [and_(posts.c.circle_id == of, posts.c.number == number) for of, number in quoted.values()]
        said = await self._said(conn, SAID.where(posts.c.state == "out", or_(*wanted)).order_by(posts.c.number), names)
        return {row.person_id: self._seat(row, here, said.get(row.id, []), quoted) for row in found}

    def _seat(self, row: Any, here: Of, said: list[Post], quoted: dict[int, tuple[int, int]]) -> Seat:
        of, number = quoted.get(row.person_id, (0, 0))
        return Seat(
            circle=self._circle(row),
            flower=row.name,
            joined_at=row.joined_at,
            others=tuple(
                sorted(
                    flower for (circle, person), flower in here.items() if circle == row.id and person != row.person_id
                )
            ),
            read=row.read,
            unread=tuple(post for post in said if post.number > row.read and post.flower != row.name),
            quoted=next((post for post in said if of == row.id and post.number == number), None),
        )

    async def due(self, conn: AsyncConnection, now: datetime, chance: int, limit: int) -> list[Room]:
        """The rooms of circles whose turn has come, held against other processes until commit."""
        found = (await conn.execute(DUE, {"now": now, "limit": limit})).all()
        held = await self._db.hold(conn, [row.id for row in found]) if found else set()
        found = [row for row in found if row.id in held]
        if not found:
            return []
        which = {"circles": [row.id for row in found]}
        names = await _named(conn, NAMES, {row.id for row in found})
        present = (await conn.execute(PRESENT, which)).all()
        work = (await conn.execute(WORK, which)).all()
        said = await self._opened(conn, work, names)
        authors = {row.id: row.person_id or 0 for row in work}
        return [
            Room(
                now=now,
                circle=self._circle(row),
                members=tuple(
                    Seated(person=one.person_id, flower=one.name, joined_at=one.joined_at)
                    for one in present
                    if one.circle_id == row.id
                ),
                posts=tuple(said.get(row.id, [])),
                authors=authors,
                chance=chance,
            )
            for row in found
        ]

    async def carry_out(self, conn: AsyncConnection, room: Room, round: Round, now: datetime) -> None:
        """Write down what follows from a circle's turn."""
        await self._db.keys.load(conn, {INTAKE, *(owner for owner in room.authors.values() if owner)})
        for post in round.posts:
            owner = room.authors[post.id] or INTAKE
            words = Words(post.words, post.voice, post.why, post.edits, HOUSE if post.flower == HOUSE else "")
            settled = {"row": post.id, "as_state": post.state, "as_number": post.number}
            await conn.execute(SETTLED, settled | {"as_words": _sealed(self._db, post.id, owner, words)})
        await self.change(conn, round.circle)
        await self._inbox.tell_all(conn, round.told, now)

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

    async def seat(self, conn: AsyncConnection, circle: int, members: Iterable[tuple[int, str]], now: datetime) -> None:
        """These sit in the circle from now on, each under her flower's name."""
        for person, flower in members:
            await conn.execute(
                SEATED, {"circle_id": circle, "person_id": person, "name": flower, "joined_at": now, "read": 0}
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

    async def _said(self, conn: AsyncConnection, query: Any, names: Of) -> dict[int, list[Post]]:
        return await self._opened(conn, (await conn.execute(query)).all(), names)

    async def _opened(self, conn: AsyncConnection, found: Iterable[Any], names: Of) -> dict[int, list[Post]]:
        """Posts by circle. One that does not open any more is passed over: the others can still be read."""
        listed = list(found)
        await self._db.keys.load(conn, {row.person_id or INTAKE for row in listed})
        said: defaultdict[int, list[Post]] = defaultdict(list)
        for row in listed:
            with suppress(SealError, msgspec.MsgspecError):
                said[row.circle_id].append(self._post(row, names))
        return said

    def _post(self, row: Any, names: Of) -> Post:
        owner = row.person_id or INTAKE
        words = _words.decode(self._db.keys[owner].open(place("posts", "words", row.id, owner), row.words))
        return Post(
            id=row.id,
            flower=words.by or GUIDE if row.person_id is None else names.get((row.circle_id, row.person_id), GUIDE),
            at=row.at,
            words=words.text,
            number=row.number,
            answers=row.answers,
            edits=words.edits,
            voice=words.voice,
            state=row.state,
            why=words.why,
            hearts=getattr(row, "hearts", 0),
        )

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


async def _named(conn: AsyncConnection, query: Any, which: Collection[int]) -> Of:
    rows = await conn.execute(query, {"circles": list(which)})
    return {(row.circle_id, row.person_id): row.name for row in rows}


def _sealed(db: Database, row: int, owner: int, words: Words) -> bytes:
    return db.keys[owner].seal(place("posts", "words", row, owner), msgspec.json.encode(words))
