"""Three of them sit in one circle: whole-bot tests of circles begin here."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.phones import Message, User
from flows.circles.model import Circle, Post, slot
from storage.circles import NAMES, Circles, named
from storage.database import FILE
from storage.inbox import met
from storage.posts import InCircle, Posts, rows
from storage.schema import outbox, posts, sent
from tests.world import Ground, World, world

FLOWERS = ("tulip", "violet", "mallow", "iris", "jasmine")


@dataclass
class Seated:
    """A world in which `all` sit in circle `id`, in the order of FLOWERS, and are in its room."""

    w: World
    id: int
    all: tuple[User, ...]

    async def person(self, user: User) -> int:
        """Our number of hers."""
        lookup = self.w.app.db.master.lookup(user.id)
        async with self.w.app.db.read() as conn:
            return (await met(conn, [lookup]))[lookup]

    async def writes(self, user: User, text: str, **more: Any) -> Message:
        """She writes, and the bot has taken her turn; nothing has gone out yet."""
        message = self.w.cloud.say(user, text, **more)
        await self.w.settle()
        return message

    async def edits(self, user: User, message: Message, text: str) -> None:
        """She changes what she has written."""
        self.w.cloud.edit(user, message.id, text)
        await self.w.settle()

    async def passes(self, **span: float) -> None:
        await self.w.mover.advance(self.w.clock.now() + timedelta(**span))

    async def goes_out(self) -> None:
        await self.passes(seconds=60)

    async def orders(self, user: User, effect: InCircle) -> None:
        """What a member's turn would order."""
        db, now, person = self.w.app.db, self.w.clock.now(), await self.person(user)
        async with db.write() as conn:
            await db.keys.load(conn, [person])
            for statement, row in rows(db, person, effect, now):
                await conn.execute(statement, row)
        self.w.app.wake.set()
        await self.w.settle()

    async def posts(self) -> list[Any]:
        async with self.w.app.db.read() as conn:
            return list((await conn.execute(select(posts).order_by(posts.c.id))).all())

    async def unsent(self, user: User) -> int:
        queue = f"p{await self.person(user)}"
        async with self.w.app.db.read() as conn:
            return len((await conn.execute(select(outbox.c.id).where(outbox.c.chat == queue))).all())

    async def place(self, user: User, message: Message) -> str:
        """The slot of a message of her chat."""
        chat = f"p{await self.person(user)}"
        async with self.w.app.db.read() as conn:
            found = select(sent.c.slot).where(sent.c.chat == chat, sent.c.message_id == message.id)
            return str((await conn.execute(found)).scalar_one())

    async def read(self, number: int) -> Post:
        async with self.w.app.db.read() as conn:
            names = await named(conn, NAMES, [self.id])
            found = await Posts(self.w.app.db).said(conn, select(posts).where(posts.c.number == number), names)
        (post,) = found[self.id]
        return post

    def shown(self, user: User, words: str) -> list[Message]:
        """The bot's messages on her phone in which these words stand."""
        view = self.w.cloud.chat_view(user.id)
        return [one for one in view if words in one.text and one.sender is self.w.cloud.bot]

    def stands(self, user: User, words: str) -> list[Message]:
        """Whoever wrote them."""
        return [one for one in self.w.cloud.chat_view(user.id) if words in one.text]

    def slot(self, number: int) -> str:
        return slot(self.id, number)


async def seated(w: World, many: int = 3) -> Seated:
    """She and others join, sit in one circle, and enter its room. Gulru stays at the desk: she may have to lead it."""
    users = (w.her, *(w.cloud.add_user(f"Malika{at}", "en") for at in range(many - 1)))
    for one in users[1:]:
        await w.joins(user=one)
    it = Seated(w, 0, users)
    async with w.app.db.write() as conn:
        now = w.clock.now()
        circle = Circle(id=w.app.db.ids.next(now), language="en", stage="under18m", begins_at=now)
        members = [(await it.person(one), flower) for one, flower in zip(users, FLOWERS, strict=False)]
        await Circles(w.app.db).begin(conn, circle, members, now)
    it.id = circle.id
    for one in users:
        await w.says("/circle", one)
    return it


_GROUND: list[tuple[Ground, int]] = []
"""Made once a process, as in `tests/world.py`: joining thrice takes longer than most of what follows."""


@asynccontextmanager
async def circle(folder: Path, **more: Any) -> AsyncIterator[Seated]:
    """Three in the room of their circle, on SQLite. `more` as for `world`."""
    if not _GROUND:
        with tempfile.TemporaryDirectory() as made:
            async with world(Path(made), joined=True) as one:
                it = await seated(one)
            _GROUND.append((Ground((Path(made) / FILE).read_bytes(), one.cloud, one.clock.now()), it.id))
    ground, id = _GROUND[0]
    async with world(folder, ground=ground, **more) as w:
        yield Seated(w, id, (w.her, *(user for user in w.cloud.users.values() if user.first_name.startswith("Malika"))))
