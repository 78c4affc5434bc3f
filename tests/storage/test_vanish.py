"""What stands in her chat by number, and when it is to go."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from flows.effects import Become, Send
from flows.events import Said
from flows.model import Message as Line
from storage import vanish
from storage.database import Database
from storage.schema import due, sent
from tests.storage.people import ZARINA, Store


async def standing(store: Store, person: int) -> list[tuple[int, str]]:
    async with store.db.read() as conn:
        rows = await conn.execute(
            select(sent.c.message_id, sent.c.slot).where(sent.c.person_id == person).order_by(sent.c.message_id)
        )
        return [(number, slot) for number, slot in rows]


async def test_her_numbers_are_kept_once_and_without_words(store: Store) -> None:
    for text, edited in (("one", False), ("two", True)):
        await store.hear(ZARINA, Said(text=text, message=7, at=store.now, edited=edited))
        await store.turns()
    person = (await store.look()).person.id
    assert await standing(store, person) == [(7, "")]


async def test_the_next_time_is_a_day_after_the_oldest(store: Store) -> None:
    hello = Send(message=Line(text="hello"))
    person = (await store.turn(ZARINA, Become(changes={"shared": True}), hello)).person.id
    await store.send(10)
    store.wait(hours=3)
    await store.turn(ZARINA, hello)
    await store.send(20)
    store.wait(hours=22)
    async with store.db.write() as conn:
        asked = await vanish.standing(conn, person, "day", store.now)
        assert asked.messages == (10,)
        assert not await vanish.settle(store.db, conn, person, "day", asked)
    assert await standing(store, person) == [(20, "")]
    assert await planned(store.db, "vanish") == [store.now + timedelta(hours=2)]
    store.wait(hours=50)
    async with store.db.write() as conn:
        asked = await vanish.standing(conn, person, "day", store.now)
        assert await vanish.settle(store.db, conn, person, "day", asked)
        again = await vanish.standing(conn, person, "day", store.now)
        assert again.messages == ()
        assert not await vanish.settle(store.db, conn, person, "day", again), "she is told once"
        assert await vanish.settle(store.db, conn, person, "hide", again), "hide says it each time"


async def planned(db: Database, key: str) -> list[object]:
    async with db.read() as conn:
        return list((await conn.execute(select(due.c.at).where(due.c.key == key))).scalars())
