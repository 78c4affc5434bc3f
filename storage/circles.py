"""Circles as rows: seats for the turns of members, rooms for a circle's own turn, and what follows from both.

A post is sealed with the key of whoever wrote it, so that forgetting her takes her words from every circle. What was
written waits in `posts`; `circles.next_at` says when the circle's turn comes, and is never later than its oldest
waiting post asks for.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct, structs
from sqlalchemy import and_, bindparam, delete, exists, false, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.circles.model import GUIDE, HOUSE, Circle, Post, Room, Seat, Seated, Terms, slot
from flows.circles.round import GATHERS, REACH, Round
from flows.effects import Heart, Lane, Reads, Report, Reword, TakeBack, Vacate, Withhold, Write
from flows.events import AnyEvent, Withdrawn
from storage.database import Database
from storage.faults import SealError
from storage.inbox import Inbox
from storage.parcel import chat_of
from storage.schema import circle_members, circles, hearts, outbox, posts, sent
from storage.seal import INTAKE, place

logger = logging.getLogger("storage.circles")

SPOILED = timedelta(hours=1)
"""So long after it was found not to open a circle is looked at again."""
MOST_UNREAD = 50
"""Posts a member is shown at once; who was away longer sees the latest."""
RECENT = 20
"""Of so many of the latest posts she can say which she gives a heart, reports or takes back, without replying to it."""
TO_DO = ("waiting", "held", "back", "reported")
"""The states of a post that a circle's turn has something to do with."""
NOT_OUT = ("waiting", "held", "asked")
"""The states of a post that nobody but its author, and the facilitator, has seen."""
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
_is_due = and_(circles.c.next_at <= bindparam("now"), circles.c.state != CLOSED)
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
WORK = select(posts).where(posts.c.circle_id.in_(_circles), or_(posts.c.state.in_(TO_DO), LOVED)).order_by(posts.c.id)
EARLIER = select(posts).where(
    posts.c.circle_id == bindparam("circle"), posts.c.number == bindparam("which"), posts.c.state == "out"
)
TOLD = update(hearts).where(hearts.c.circle_id.in_(_circles), hearts.c.told == false()).values(told=True)
LATELY_LEFT = select(circle_members.c.circle_id, circle_members.c.person_id).where(
    circle_members.c.circle_id.in_(_circles), circle_members.c.left_at > bindparam("since")
)
MINE = select(posts).where(posts.c.person_id.in_(_people), posts.c.state.in_(NOT_OUT)).order_by(posts.c.id)
NAMES = select(circle_members).where(circle_members.c.circle_id.in_(_circles))
"""Of all who were ever there: a post outlives a member's leaving, and keeps her flower."""

WRITE = insert(posts)
_hers = and_(
    posts.c.circle_id == bindparam("circle"),
    posts.c.person_id == bindparam("her"),
    or_(*(posts.c.state == state for state in NOT_OUT)),  # for many rows at once `in` cannot be used
)
REWORD = (
    update(posts)
    .where(_hers, posts.c.id == bindparam("row"))
    .values(words=bindparam("as_words"), state=bindparam("as_state"))
)
DROP = delete(posts).where(_hers, posts.c.id == bindparam("row"))
DROP_ALL = delete(posts).where(_hers)
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
        posts.c.state == "out",
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
NO_KNOCK = delete(outbox).where(
    outbox.c.chat == bindparam("queue"), outbox.c.lane == int(Lane.CIRCLE), outbox.c.held == true()
)
"""Who has left opens nothing of the circle any more; what is on its way to her is looked at once more (`stands`)."""
NOW = (
    update(circles)
    .where(circles.c.id == bindparam("circle"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "posts", "next_at", "ends_at", "guide", "terms")})
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
STATEMENTS = (WRITE, REWORD, DROP, DROP_ALL, BACK, UNHEART, HEART, READ, VACATE, NO_KNOCK, SOON)
"""What a member's turn may leave, in the order in which it is written."""


class Words(Struct, frozen=True, omit_defaults=True):
    """What is sealed of a post; see `Post`. `by` HOUSE, where no person wrote it."""

    text: str
    voice: str = ""
    why: str = ""
    edits: int = 0
    message: int = 0
    by: str = ""
    after: datetime | None = None


_words, _terms = msgspec.json.Decoder(Words), msgspec.json.Decoder(Terms)
InCircle = Write | Reword | TakeBack | Report | Withhold | Heart | Reads | Vacate
"""What a member's turn may order of her circle."""
Of = dict[tuple[int, int], str]
"""Flowers by circle and person."""


async def any_due(conn: AsyncConnection, now: datetime) -> bool:
    """Whether the turn of a circle has come."""
    return (await conn.execute(DUE, {"now": now, "limit": 1})).first() is not None


def rows(db: Database, her: int, effect: InCircle, now: datetime) -> list[tuple[Any, Any]]:
    """What a member's order leaves, as statements with their parameters. Her key must be loaded."""
    hers = {"circle": effect.circle, "her": her}
    match effect:
        case Write():
            row = _written(db, her, effect, now)
            return [(WRITE, row), (SOON, {"circle": effect.circle, "when": now if effect.why else effect.at})]
        case Reword():
            said = Words(effect.words, "", effect.why, effect.edits, effect.message, after=effect.after)
            anew: dict[str, Any] = {"row": effect.post, "as_state": "held" if effect.why else "waiting"}
            anew["as_words"] = _sealed(db, effect.post, her, said)
            return [(REWORD, hers | anew), (SOON, {"circle": effect.circle, "when": now if effect.why else effect.at})]
        case Report():
            return [(WRITE, _reported(db, effect, now)), (SOON, {"circle": effect.circle, "when": now})]
        case TakeBack(number=0):
            return [(DROP, hers | {"row": effect.post})]
        case TakeBack():
            return [(BACK, hers | {"which": effect.number}), (SOON, {"circle": effect.circle, "when": now})]
        case Withhold():
            return [(DROP_ALL, hers)]
        case Heart():
            given = {"circle_id": effect.circle, "number": effect.number, "person_id": her, "told": False}
            gone: list[tuple[Any, Any]] = [(UNHEART, hers | {"which": effect.number})]
            return (
                [*gone, (HEART, given), (SOON, {"circle": effect.circle, "when": now + GATHERS})] if effect.on else gone
            )
        case Reads():
            return [(READ, hers | {"upto": effect.number})]
        case Vacate():
            soon = (SOON, {"circle": effect.circle, "when": now})
            return [(DROP_ALL, hers), (VACATE, hers | {"when": now}), (NO_KNOCK, {"queue": chat_of(her)}), soon]


async def stands(conn: AsyncConnection, person: int, slot: str) -> bool:
    """Whether a copy of the post of this slot may still go to this person: it is not taken back, and she is there."""
    circle, number = (int(part) for part in slot.split(":")[1:3])
    found = (
        select(posts.c.id)
        .join(circle_members, circle_members.c.circle_id == posts.c.circle_id)
        .where(
            posts.c.circle_id == circle,
            posts.c.number == number,
            posts.c.state == "out",
            circle_members.c.person_id == person,
            circle_members.c.left_at.is_(None),
        )
    )
    return (await conn.execute(found)).first() is not None


async def withdraw(db: Database, conn: AsyncConnection, person: int, now: datetime) -> None:
    """Before she is forgotten: what she said in circles goes from the others' phones, as far as Telegram allows."""
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
    await Inbox(db).tell_all(conn, told, now)


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
        listed = (await conn.execute(SEATS, {"people": list(people)})).all() if people else []
        alive = self._alive({row.id: row for row in listed}.values())
        found = [row for row in listed if row.id in alive]
        if not found:
            return {}
        here = await _named(conn, PRESENT, {row.id for row in found})
        names = await _named(conn, NAMES, {row.id for row in found})
        wanted = [
            and_(
                posts.c.circle_id == row.id,
                posts.c.number > min(row.posts - RECENT, max(row.read, row.posts - MOST_UNREAD)),
            )
            for row in found
        ]
        wanted += [and_(posts.c.circle_id == of, posts.c.number == number) for of, number in quoted.values()]
        said = await self._said(conn, SAID.where(posts.c.state == "out", or_(*wanted)).order_by(posts.c.number), names)
        mine = await self._said(conn, MINE.params(people=[row.person_id for row in found]), names)
        return {
            row.person_id: self._seat(
                row, alive[row.id], here, quoted, said=said.get(row.id, []), mine=mine.get(row.id, [])
            )
            for row in found
        }

    def _seat(
        self,
        row: Any,
        circle: Circle,
        here: Of,
        quoted: dict[int, tuple[int, int]],
        *,
        said: list[Post],
        mine: list[Post],
    ) -> Seat:
        of, number = quoted.get(row.person_id, (0, 0))
        return Seat(
            circle=circle,
            flower=row.name,
            joined_at=row.joined_at,
            others=tuple(
                sorted(
                    flower for (circle, person), flower in here.items() if circle == row.id and person != row.person_id
                )
            ),
            read=row.read,
            unread=tuple(
                _for_others(post)
                for post in said
                if post.number > max(row.read, row.posts - MOST_UNREAD) and post.flower != row.name
            ),
            quoted=next((_for_others(post) for post in said if of == row.id and post.number == number), None),
            recent=tuple(_for_others(post) for post in said if post.number > row.posts - RECENT),
            mine=tuple(post for post in mine if post.flower == row.name),
        )

    async def due(self, conn: AsyncConnection, now: datetime, chance: int, limit: int) -> list[Room]:
        """The rooms of circles whose turn has come, held against other processes until commit."""
        due = list((await conn.execute(DUE, {"now": now, "limit": limit})).scalars())
        held = await self._db.hold(conn, due) if due else set()
        rows = (await conn.execute(HELD, {"now": now, "circles": list(held)})).all() if held else []
        alive = self._alive(rows)
        for row in rows:
            if row.id not in alive:
                logger.error("a circle does not open: nobody has a seat in it until it does")
                await self.later(conn, row.id, now + SPOILED)
        found = [row for row in rows if row.id in alive]
        if not found:
            return []
        which = {"circles": [row.id for row in found]}
        names = await _named(conn, NAMES, {row.id for row in found})
        present = (await conn.execute(PRESENT, which)).all()
        left = (await conn.execute(LATELY_LEFT, which | {"since": now - REACH})).all()
        said, authors = await self._work(conn, which, names)
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
        said = await self._opened(conn, work, names)
        for circle, found in said.items():
            for post in found:  # grows while it is walked
                if post.state == "back" and post.edits:
                    rows = (await conn.execute(EARLIER, {"circle": circle, "which": post.edits})).all()
                    work += rows
                    earlier = (await self._opened(conn, rows, names)).get(circle, [])
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
            words = Words(post.words, post.voice, post.why, post.edits, post.message, by, after)
            settled = {"row": post.id, "as_state": post.state, "as_number": post.number, "as_at": post.at}
            await conn.execute(SETTLED, settled | {"as_words": _sealed(self._db, post.id, owner, words)})
            if author and post.state == "out" and post.message:
                name = slot(room.circle.id, post.number)
                await conn.execute(OWN, {"queue": chat_of(author), "message": post.message, "name": name})
        await conn.execute(TOLD, {"circles": [room.circle.id]})
        await self.change(conn, round.circle)
        await self._inbox.tell_all(conn, round.told, now)

    async def speak(self, conn: AsyncConnection, said: Write, now: datetime) -> int:
        """The facilitator writes to the circle; the row of her post."""
        await self._db.keys.load(conn, [INTAKE])
        row = _written(self._db, None, said, now)
        await conn.execute(WRITE, row)
        await conn.execute(SOON, {"circle": said.circle, "when": said.at})
        return int(row["id"])

    async def read(self, conn: AsyncConnection, row: int) -> tuple[int, Post] | None:
        """A post by its row, and its circle; None where it is not there any more, or does not open."""
        found = (await conn.execute(select(posts).where(posts.c.id == row))).all()
        names = await _named(conn, NAMES, {one.circle_id for one in found})
        opened = await self._opened(conn, found, names)
        return next(((circle, post) for circle, some in opened.items() for post in some), None)

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
            message=words.message,
            after=words.after,
        )

    async def later(self, conn: AsyncConnection, circle: int, when: datetime) -> None:
        """The circle's turn comes then, and nothing else of it changes."""
        await conn.execute(LATER, {"circle": circle, "when": when})

    def _alive(self, rows: Iterable[Any]) -> dict[int, Circle]:
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


def _written(db: Database, author: int | None, said: Write, now: datetime) -> dict[str, Any]:
    """A post as its row. The key of its author, or the intake's, must be loaded."""
    id = db.ids.next(now)
    after = said.at if said.late else None
    words = Words(said.words, said.voice, said.why, said.edits, said.message, after=after)
    return {
        "id": id,
        "circle_id": said.circle,
        "person_id": author,
        "state": "held" if said.why else "waiting",
        "at": now,
        "number": 0,
        "answers": said.answers,
        "words": _sealed(db, id, author or INTAKE, words),
    }


def _reported(db: Database, report: Report, now: datetime) -> dict[str, Any]:
    """A report as a row of the circle's own: which post it is about (`answers`), and nobody's name."""
    id = db.ids.next(now)
    row = {"id": id, "circle_id": report.circle, "person_id": None, "state": "reported", "at": now, "number": 0}
    return row | {"answers": report.number, "words": _sealed(db, id, INTAKE, Words("", why="report"))}


def _for_others(post: Post) -> Post:
    """Without the number of the message that said it, which is its author's business."""
    return structs.replace(post, message=0)


def _out_of(person: int, now: datetime) -> Any:
    """Posts of hers that Telegram still lets us take from the others' phones."""
    return and_(posts.c.person_id == person, posts.c.state.in_(("out", "back")), posts.c.at > now - REACH)


def _of_a_post_of(person: int) -> Any:
    return exists().where(
        posts.c.person_id == person, posts.c.circle_id == hearts.c.circle_id, posts.c.number == hearts.c.number
    )


async def _named(conn: AsyncConnection, query: Any, which: Collection[int]) -> Of:
    rows = await conn.execute(query, {"circles": list(which)})
    return {(row.circle_id, row.person_id): row.name for row in rows}


def _sealed(db: Database, row: int, owner: int, words: Words) -> bytes:
    return db.keys[owner].seal(place("posts", "words", row, owner), msgspec.json.encode(words))
