"""Posts as rows: what a member's turn orders of them, and how they are opened.

A post is sealed with the key of whoever wrote it, the intake's for the facilitator and the bot, so that forgetting
her takes her words from every circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import and_, bindparam, delete, exists, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.circles.model import GUIDE, Post
from flows.circles.round import GATHERS
from flows.effects import Heart, Lane, Reads, Report, Reword, TakeBack, Vacate, Withhold, Write
from storage.database import Database
from storage.faults import SealError
from storage.parcel import chat_of
from storage.schema import circle_members, circles, hearts, outbox, posts
from storage.seal import INTAKE, place

TO_DO = ("waiting", "held", "back", "reported")
"""The states of a post that a circle's turn has something to do with."""
NOT_OUT = ("waiting", "held", "asked")
"""The states of a post that nobody but its author, and the facilitator, has seen."""

_count = (
    select(hearts.c.circle_id, hearts.c.number, func.count().label("hearts"))
    .group_by(hearts.c.circle_id, hearts.c.number)
    .subquery()
)
SAID = select(posts, func.coalesce(_count.c.hearts, 0).label("hearts")).outerjoin(
    _count, and_(_count.c.circle_id == posts.c.circle_id, _count.c.number == posts.c.number)
)
WRITE, HEART = insert(posts), insert(hearts)
_of_hers = and_(posts.c.circle_id == bindparam("circle"), posts.c.person_id == bindparam("her"))
_hers = and_(
    _of_hers,
    or_(*(posts.c.state == state for state in NOT_OUT)),  # for many rows at once `in` cannot be used
)
REWORD = (
    update(posts)
    .where(_hers, posts.c.id == bindparam("row"))
    .values(words=bindparam("as_words"), state=bindparam("as_state"))
)
_unseen = and_(_of_hers, or_(posts.c.state == "waiting", posts.c.state == "held"))
_looked_at = and_(_of_hers, posts.c.state == "asked")
DROP, DROP_ALL = delete(posts).where(_unseen, posts.c.id == bindparam("row")), delete(posts).where(_unseen)
UNASK = update(posts).where(_looked_at, posts.c.id == bindparam("row")).values(state="back")
UNASK_ALL = update(posts).where(_looked_at).values(state="back")
"""What the facilitator has been asked about goes with the circle's next turn, from her chat too."""
SOON = (
    update(circles)
    .where(
        circles.c.id == bindparam("circle"),
        or_(circles.c.next_at.is_(None), circles.c.next_at > bindparam("when", type_=circles.c.next_at.type)),
    )
    .values(next_at=bindparam("when", type_=circles.c.next_at.type))
)
UNASKED = SOON.where(exists().where(posts.c.circle_id == circles.c.id, posts.c.state == "back"))
"""Soon only where something is to go: what others wrote keeps waiting for its own time."""
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
STATEMENTS = (
    WRITE,
    REWORD,
    UNASK,
    UNASK_ALL,
    DROP,
    DROP_ALL,
    BACK,
    UNHEART,
    HEART,
    READ,
    VACATE,
    NO_KNOCK,
    UNASKED,
    SOON,
)
"""What a member's turn may leave, in the order in which it is written."""


class Words(Struct, frozen=True, omit_defaults=True):
    """What is sealed of a post; see `Post`. `by` HOUSE, where no person wrote it; `until` and `inside` of its words."""

    text: str
    voice: str = ""
    why: str = ""
    edits: int = 0
    message: int = 0
    by: str = ""
    after: datetime | None = None
    until: datetime | None = None
    inside: bool = False


_words = msgspec.json.Decoder(Words)
InCircle = Write | Reword | TakeBack | Report | Withhold | Heart | Reads | Vacate
"""What a member's turn may order of her circle."""
Of = dict[tuple[int, int], str]
"""Flowers by circle and person."""


def rows(db: Database, her: int, effect: InCircle, now: datetime) -> list[tuple[Any, Any]]:
    """What a member's order leaves, as statements with their parameters. Her key must be loaded."""
    hers = {"circle": effect.circle, "her": her}
    match effect:
        case Write():
            row = written(db, her, effect, now)
            return [(WRITE, row), (SOON, {"circle": effect.circle, "when": now if effect.why else effect.at})]
        case Reword():
            said = Words(effect.words, "", effect.why, effect.edits, effect.message, after=effect.after)
            anew: dict[str, Any] = {"row": effect.post, "as_state": "held" if effect.why else "waiting"}
            anew["as_words"] = sealed(db, effect.post, her, said)
            return [(REWORD, hers | anew), (SOON, {"circle": effect.circle, "when": now if effect.why else effect.at})]
        case Report():
            return [(WRITE, _reported(db, effect, now)), (SOON, {"circle": effect.circle, "when": now})]
        case TakeBack(number=0):
            one = hers | {"row": effect.post}
            return [(UNASK, one), (DROP, one), (UNASKED, {"circle": effect.circle, "when": now})]
        case TakeBack():
            return [(BACK, hers | {"which": effect.number}), (SOON, {"circle": effect.circle, "when": now})]
        case Withhold():
            return [(UNASK_ALL, hers), (DROP_ALL, hers), (UNASKED, {"circle": effect.circle, "when": now})]
        case Heart():
            given = {"circle_id": effect.circle, "number": effect.number, "person_id": her, "told": False}
            gone: list[tuple[Any, Any]] = [(UNHEART, hers | {"which": effect.number})]
            return (
                [*gone, (HEART, given), (SOON, {"circle": effect.circle, "when": now + GATHERS})] if effect.on else gone
            )
        case Reads():
            return [(READ, hers | {"upto": effect.number})]
        case Vacate():
            return [
                (UNASK_ALL, hers),
                (DROP_ALL, hers),
                (VACATE, hers | {"when": now}),
                (NO_KNOCK, {"queue": chat_of(her)}),
                (SOON, {"circle": effect.circle, "when": now}),
            ]


_now = circle_members.alias("now")
_moved = exists().where(
    _now.c.person_id == circle_members.c.person_id,
    _now.c.joined_at == circle_members.c.left_at,
    _now.c.left_at.is_(None),
)
"""She did not leave: she was moved to another circle, and may still read what was said in this one."""


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
            or_(circle_members.c.left_at.is_(None), _moved),
        )
    )
    return (await conn.execute(found)).first() is not None


async def is_kept(conn: AsyncConnection, slot: str) -> bool:
    """Whether a post that stands in this slot of a facilitator's chat may still go there: `post:…` is out, `asked:…` waits."""
    kind, circle, number = slot.split(":")[:3]
    which = (
        and_(posts.c.number == int(number), posts.c.state == "out")
        if kind == "post"
        else and_(posts.c.id == int(number), posts.c.state == "asked")
    )
    found = select(posts.c.id).where(posts.c.circle_id == int(circle), which)
    return (await conn.execute(found)).first() is not None


class Posts:
    """Opens posts. Every method works within the caller's transaction."""

    def __init__(self, db: Database) -> None:
        """Open with the keys of `db`."""
        self._db = db

    async def said(self, conn: AsyncConnection, query: Any, names: Of) -> dict[int, list[Post]]:
        """What a query of posts finds, by circle, in its order."""
        return await self.opened(conn, (await conn.execute(query)).all(), names)

    async def opened(self, conn: AsyncConnection, found: Iterable[Any], names: Of) -> dict[int, list[Post]]:
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
            until=words.until,
            inside=words.inside,
        )


def written(db: Database, author: int | None, said: Write, now: datetime) -> dict[str, Any]:
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
        "words": sealed(db, id, author or INTAKE, words),
    }


def _reported(db: Database, report: Report, now: datetime) -> dict[str, Any]:
    """A report as a row of the circle's own: which post it is about (`answers`), and nobody's name."""
    id = db.ids.next(now)
    row = {"id": id, "circle_id": report.circle, "person_id": None, "state": "reported", "at": now, "number": 0}
    return row | {"answers": report.number, "words": sealed(db, id, INTAKE, Words("", why="report"))}


def sealed(db: Database, row: int, owner: int, words: Words) -> bytes:
    """The words of a post, bound to its row. The owner's key must be loaded."""
    return db.keys[owner].seal(place("posts", "words", row, owner), msgspec.json.encode(words))
