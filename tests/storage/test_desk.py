"""What is remembered of the desk's room goes with the room, and where it moved is known to the next process."""

from __future__ import annotations

from sqlalchemy import select

from flows.effects import Send
from flows.model import Message
from storage.desk import move, settled
from storage.outbox import save_topic
from storage.schema import sent, settings, topics
from tests.storage.people import ZARINA, Store

OLD, NEW, THIRD = -1001, -1002, -1003


async def settle(store: Store, chosen: int) -> int:
    async with store.db.write() as conn:
        return await settled(store.db, conn, chosen)


async def moves(store: Store, to: int) -> None:
    async with store.db.write() as conn:
        await move(store.db, conn, to)


async def furnish(store: Store) -> None:
    """A topic and a message at the desk, and a message to her."""
    words = Message(text="marigold")
    await store.turn(ZARINA, Send(to="desk:case:814", message=words, slot="hers:814:1"), Send(message=words))
    await store.send()
    async with store.db.write() as conn:
        await save_topic(conn, "desk:case:814", 77)


async def remembered(store: Store) -> tuple[int, int, int]:
    """Topics, messages at the desk, messages to her."""
    async with store.db.read() as conn:
        chats = (await conn.execute(select(sent.c.chat))).scalars().all()
        found = (await conn.execute(select(topics))).all()
    return len(found), chats.count("desk"), len(chats) - chats.count("desk")


async def test_the_same_room_keeps_what_is_remembered(store: Store) -> None:
    assert await settle(store, OLD) == OLD
    await furnish(store)
    assert await settle(store, OLD) == OLD
    assert await remembered(store) == (1, 1, 1)


async def test_another_room_begins_with_nothing(store: Store) -> None:
    await settle(store, OLD)
    await furnish(store)
    assert await settle(store, NEW) == NEW
    assert await remembered(store) == (0, 0, 1)


async def test_a_move_forgets_the_old_room_and_outlives_the_process(store: Store) -> None:
    await settle(store, OLD)
    await furnish(store)
    await moves(store, NEW)
    assert await remembered(store) == (0, 0, 1)
    await furnish(store)
    assert await settle(store, OLD) == NEW
    assert await remembered(store) == (1, 1, 1)


async def test_naming_the_number_it_moved_to_forgets_nothing(store: Store) -> None:
    await settle(store, OLD)
    await moves(store, NEW)
    await furnish(store)
    assert await settle(store, NEW) == NEW
    assert await settle(store, NEW) == NEW
    assert await remembered(store) == (1, 1, 1)
    assert await settle(store, THIRD) == THIRD
    assert await remembered(store) == (0, 0, 1)


async def test_no_number_of_a_chat_is_kept_in_the_clear(store: Store) -> None:
    await settle(store, OLD)
    await moves(store, NEW)
    async with store.db.read() as conn:
        kept = b"".join((await conn.execute(select(settings.c.value))).scalars())
    assert str(OLD).encode() not in kept
    assert str(NEW).encode() not in kept
