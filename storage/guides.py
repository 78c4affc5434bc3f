"""Circles as those who lead them change them: looked at under a lock, spoken in, settled post by post.

Members are found by the flower under which they sit, and never shown by anything else. Every method works within the
caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.circles.model import CLOSED, HOUSE, RELEASED, Circle, Post, Seated
from storage.circles import NAMES, PRESENT, Circles
from storage.posts import NOT_OUT, SAID, SOON, WRITE, Words, sealed
from storage.schema import accounts, circle_members, circles, moderators, people, posts, sent
from storage.seal import INTAKE

ALIVE = select(circles).where(circles.c.state != CLOSED).order_by(circles.c.begins_at, circles.c.id)
ONE = select(circles).where(circles.c.id == bindparam("circle"), circles.c.state != CLOSED)
EVER = select(circle_members.c.name).where(circle_members.c.circle_id == bindparam("circle"))
WORN = (
    select(circle_members.c.person_id, circle_members.c.name)
    .where(circle_members.c.person_id.in_(bindparam("people", expanding=True)))
    .order_by(circle_members.c.joined_at)
)
HEARD = select(people.c.id, people.c.heard_at).where(people.c.id.in_(bindparam("people", expanding=True)))
TO_ASK = (
    select(posts.c.circle_id, func.count().label("many")).where(posts.c.state == "asked").group_by(posts.c.circle_id)
)
UNSETTLED = select(func.count()).where(posts.c.circle_id == bindparam("circle"), posts.c.state.in_(NOT_OUT))
PERSONS = (
    select(moderators.c.id, people.c.id.label("person"))
    .join(accounts, accounts.c.lookup == moderators.c.lookup)
    .join(people, people.c.account_id == accounts.c.id)
    .where(moderators.c.until.is_(None))
)
"""Who of the desk came to the bot for herself too: known by the look-up of her Telegram id, and said to nobody."""
SITS = PERSONS.join(circle_members, circle_members.c.person_id == people.c.id).where(
    moderators.c.id == bindparam("member"),
    circle_members.c.circle_id == bindparam("circle"),
    circle_members.c.left_at.is_(None),
)
SLOT = select(sent.c.slot).where(sent.c.chat == bindparam("queue"), sent.c.message_id == bindparam("message"))
STATE = (
    update(posts)
    .where(posts.c.id == bindparam("row"), posts.c.state == bindparam("was"))
    .values(state=bindparam("becomes"), words=bindparam("as_words", type_=posts.c.words.type))
)


class Held(Struct, frozen=True, kw_only=True):
    """A post and who wrote it, by our number; 0: nobody of the members."""

    circle: int
    author: int
    post: Post


class Guides(Circles):
    """Reads and changes circles for those who lead them."""

    async def alive(self, conn: AsyncConnection) -> list[Circle]:
        """Every circle that is not closed, the oldest first."""
        await self._db.keys.load(conn, [INTAKE])
        return list(self.alive_of(await conn.execute(ALIVE)).values())

    async def one(self, conn: AsyncConnection, circle: int) -> Circle | None:
        """A circle that is not closed, nobody else's to change until commit."""
        await self._db.keys.load(conn, [INTAKE])
        row = (await conn.execute(ONE.with_for_update(), {"circle": circle})).first()
        return None if row is None else self.alive_of([row]).get(circle)

    async def members(self, conn: AsyncConnection, which: Collection[int]) -> dict[int, tuple[Seated, ...]]:
        """Who sits in each of these circles now."""
        found: dict[int, tuple[Seated, ...]] = dict.fromkeys(which, ())
        for row in await conn.execute(PRESENT.order_by(circle_members.c.name), {"circles": list(which)}):
            member = Seated(person=row.person_id, flower=row.name, joined_at=row.joined_at)
            found[row.circle_id] = (*found[row.circle_id], member)
        return found

    async def ever(self, conn: AsyncConnection, which: Collection[int]) -> dict[int, frozenset[int]]:
        """Who sits, or ever sat, in each of these circles."""
        found: dict[int, frozenset[int]] = dict.fromkeys(which, frozenset())
        for row in await conn.execute(NAMES, {"circles": list(which)}):
            found[row.circle_id] |= {row.person_id}
        return found

    async def persons(self, conn: AsyncConnection) -> dict[int, int]:
        """Those of the desk who are persons of the programme too: our number of each as one, by that of the desk's."""
        return dict((await conn.execute(PERSONS)).all())

    async def sits(self, conn: AsyncConnection, member: int, circle: int) -> bool:
        """Whether somebody of the desk sits in this circle herself: she neither leads it nor acts in it."""
        return (await conn.execute(SITS, {"member": member, "circle": circle})).first() is not None

    async def unsettled(self, conn: AsyncConnection, circle: int) -> int:
        """How many posts have not gone out: whoever moves to another circle leaves hers behind."""
        return int((await conn.execute(UNSETTLED, {"circle": circle})).scalar_one())

    async def used(self, conn: AsyncConnection, circle: int) -> set[str]:
        """Every flower that anybody ever had in the circle: a name is nobody else's later."""
        return set((await conn.execute(EVER, {"circle": circle})).scalars())

    async def worn(self, conn: AsyncConnection, who: Collection[int]) -> dict[int, str]:
        """The last flower each of these had in any circle, for those who had one."""
        return {row.person_id: row.name for row in await conn.execute(WORN, {"people": list(who)})}

    async def heard(self, conn: AsyncConnection, who: Collection[int]) -> Mapping[int, datetime | None]:
        """When each of these last wrote or tapped anything."""
        return dict((await conn.execute(HEARD, {"people": list(who)})).all()) if who else {}

    async def to_ask(self, conn: AsyncConnection) -> dict[int, int]:
        """How many posts wait for the facilitator, by circle."""
        return dict((await conn.execute(TO_ASK)).all())

    async def slot_of(self, conn: AsyncConnection, chat: str, message: int) -> str:
        """What stands in this message of a chat of the desk's people, by the name of its slot."""
        return str((await conn.execute(SLOT, {"queue": chat, "message": message})).scalar() or "")

    async def post(self, conn: AsyncConnection, circle: int, *, number: int = 0, row: int = 0) -> Held | None:
        """A post by its number in the circle, or by its row."""
        which = posts.c.id == row if row else and_(posts.c.number == number, posts.c.number > 0)
        found = (await conn.execute(SAID.where(posts.c.circle_id == circle, which))).first()
        if found is None:
            return None
        said = await self._named_said(conn, [found], circle)
        return Held(circle=circle, author=found.person_id or 0, post=said[0]) if said else None

    async def waiting(self, conn: AsyncConnection, circle: int) -> list[Post]:
        """Posts that wait for the facilitator, oldest first."""
        found = (
            await conn.execute(SAID.where(posts.c.circle_id == circle, posts.c.state == "asked").order_by(posts.c.id))
        ).all()
        return await self._named_said(conn, found, circle)

    async def since(self, conn: AsyncConnection, circle: int, number: int, most: int) -> list[Post]:
        """What went out after this number, in its order: the latest so many."""
        query = SAID.where(posts.c.circle_id == circle, posts.c.number > number, posts.c.state == "out")
        found = (await conn.execute(query.order_by(posts.c.number.desc()).limit(most))).all()
        return await self._named_said(conn, found[::-1], circle)

    async def before(self, conn: AsyncConnection, circle: int, number: int, most: int) -> list[Post]:
        """What stood in the room up to and with this number, in its order."""
        query = SAID.where(posts.c.circle_id == circle, posts.c.number.between(1, number), posts.c.state == "out")
        found = (await conn.execute(query.order_by(posts.c.number.desc()).limit(most))).all()
        return await self._named_said(conn, found[::-1], circle)

    async def said_since(self, conn: AsyncConnection, circle: int, since: datetime) -> list[Post]:
        """What members wrote since, that went out."""
        query = SAID.where(
            posts.c.circle_id == circle, posts.c.at >= since, posts.c.state == "out", posts.c.person_id.is_not(None)
        )
        return await self._named_said(conn, (await conn.execute(query.order_by(posts.c.number))).all(), circle)

    async def say(
        self,
        conn: AsyncConnection,
        circle: int,
        words: str,
        now: datetime,
        *,
        answers: int = 0,
        by: str = "",
        until: datetime | None = None,
        inside: bool = False,
    ) -> None:
        """The facilitator speaks, or with `by` HOUSE the bot: it goes out with the circle's next turn, which is now.

        `until`: from then on it is past, and shown to nobody any more; `inside`: it is for those who are in the room.
        """
        await self._db.keys.load(conn, [INTAKE])
        id = self._db.ids.next(now)
        said = sealed(self._db, id, INTAKE, Words(words, by=by if by == HOUSE else "", until=until, inside=inside))
        row = {"id": id, "circle_id": circle, "person_id": None, "state": "waiting", "at": now, "number": 0}
        await conn.execute(WRITE, row | {"answers": answers, "words": said})
        await self.soon(conn, circle, now)

    async def soon(self, conn: AsyncConnection, circle: int, now: datetime) -> None:
        """The circle's turn comes now."""
        await conn.execute(SOON, {"circle": circle, "when": now})

    async def settle(self, conn: AsyncConnection, held: Held, state: str, now: datetime) -> bool:
        """A post that waited for the facilitator goes on (`waiting`) or goes to nobody (`refused`). False: no longer hers."""
        owner = held.author or INTAKE
        await self._db.keys.load(conn, [owner])
        post = held.post
        why = RELEASED if state == "waiting" else post.why
        words = Words(post.words, post.voice, why, post.edits, post.message)
        row = {"row": post.id, "was": "asked", "becomes": state, "as_words": sealed(self._db, post.id, owner, words)}
        done = bool((await conn.execute(STATE, row)).rowcount)
        await self.soon(conn, held.circle, now)
        return done

    async def close(self, conn: AsyncConnection, circle: Circle) -> None:
        """The circle is over."""
        await self.change(conn, structs.replace(circle, state=CLOSED, next_at=None))

    async def _named_said(self, conn: AsyncConnection, found: Collection[Any], circle: int) -> list[Post]:
        seated = await conn.execute(NAMES, {"circles": [circle]})
        names = {(row.circle_id, row.person_id): row.name for row in seated}
        return (await self._posts.opened(conn, found, names)).get(circle, [])
