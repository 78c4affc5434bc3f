"""The outbox: each chat in its order, the most urgent first, nobody held up by another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from flows.effects import CASES, TECH, Lane, Schedule, Send, lead
from flows.events import Due
from flows.model import Message
from storage import outbox
from storage.outbox import (
    Sent,
    forget_topic,
    save_topic,
    topic,
    waiting,
)
from storage.parcel import SPOILED
from storage.pending import next_time, pending
from storage.vanish import standing
from tests.storage.people import MALIKA, NIGINA, NOW, ZARINA, Store, texts


def line(words: str, lane: Lane = Lane.REPLY, **more: Any) -> Send:
    return Send(message=Message(text=words), lane=lane, **more)


async def test_one_row_a_chat_in_the_order_of_promise(store: Store) -> None:
    await store.turn(ZARINA, line("z1"), line("z2"), line("z3"))
    await store.turn(MALIKA, line("m1"))
    sent = []
    while rows := await store.send():
        sent.append(texts(rows))
    assert sent == [["z1", "m1"], ["z2"], ["z3"]]


async def test_the_most_urgent_lane_goes_first_within_a_chat_and_between_chats(store: Store) -> None:
    await store.turn(
        ZARINA, line("week", Lane.WEEKLY), line("circle", Lane.CIRCLE), line("help", Lane.SAFETY), line("reply")
    )
    await store.turn(MALIKA, line("m-week", Lane.WEEKLY), line("m-reply"))
    sent = []
    while rows := await store.send():
        sent.append(texts(rows))
    assert sent == [["help", "m-reply"], ["reply", "m-week"], ["circle"], ["week"]]


async def test_a_busy_chat_is_left_out_and_the_limit_is_kept(store: Store) -> None:
    for sender in (ZARINA, MALIKA, NIGINA):
        await store.turn(sender, line(str(sender)))
    rows = await store.heads()
    assert texts(await store.heads(rows[0].chat)) == [str(MALIKA), str(NIGINA)]
    assert texts(await store.heads(limit=2)) == [str(ZARINA), str(MALIKA)]


async def test_what_is_put_off_keeps_its_place_and_lets_the_urgent_pass(store: Store) -> None:
    await store.turn(ZARINA, line("first"), line("second"))
    (row,) = await store.heads()
    async with store.db.write() as conn:
        await store.outbox.put_off(conn, [row.id], store.now + timedelta(minutes=3))
    assert await store.heads() == []
    await store.turn(ZARINA, line("help", Lane.SAFETY))
    await store.turn(MALIKA, line("other"))
    assert texts(await store.send()) == ["help", "other"]
    store.wait(minutes=3)
    (again,) = await store.send()
    assert (texts([again]), again.attempts) == (["first"], 1)
    assert texts(await store.send()) == ["second"]


async def test_after_a_clock_set_back_nothing_waits_long(store: Store) -> None:
    await store.turn(ZARINA, line("put off"), line("behind it"))
    await store.turn(MALIKA, line("asked to wait"))
    store.wait(hours=5)
    first, other = await store.heads()
    async with store.db.write() as conn:
        await store.outbox.put_off(conn, [first.id], store.now)
        await store.outbox.put_off(conn, [other.id], store.now - timedelta(hours=4, minutes=30))
    await store.turn(NIGINA, line("just promised", Lane.SAFETY))
    store.wait(hours=-5)
    assert await store.heads() == []
    async with store.db.write() as conn:
        await store.outbox.pull_in(conn, store.now)
    assert texts(await store.heads()) == ["just promised"]
    store.wait(minutes=30)
    assert texts(await store.heads()) == ["just promised", "asked to wait"]
    store.wait(minutes=30)
    assert texts(await store.heads()) == ["just promised", "asked to wait", "put off"]


async def test_what_is_given_up_is_gone(store: Store) -> None:
    await store.turn(ZARINA, line("first"), line("second"))
    async with store.db.write() as conn:
        await store.outbox.drop(conn, [row.id for row in await store.heads()])
    assert texts(await store.heads()) == ["second"]


async def test_the_newest_message_of_a_slot_is_the_one_to_edit(store: Store) -> None:
    await store.turn(ZARINA, line("How are you?", slot="talk:1"), line("plain"))
    (row,) = await store.send(number=10)
    await store.send(number=11)
    async with store.db.read() as conn:
        newest = await outbox.standing(conn, row.chat, "talk:1")
        assert newest is not None
        assert newest.message == 10
        assert await outbox.standing(conn, row.chat, "talk:2") is None
        assert (await standing(conn, row.person or 0, "hide", store.now)).messages == (10, 11)
    await store.turn(ZARINA, line("How was it?", slot="talk:1", edit=True), line("anew", slot="talk:1"))
    (edit,) = await store.send(number=10)
    assert edit.replaces == 10
    await store.send(number=12)
    await store.turn(ZARINA, line("edited again", slot="talk:1", edit=True), line("never sent", slot="x", edit=True))
    assert [row.replaces for row in await store.send(number=12)] == [12]
    assert [row.replaces for row in await store.heads()] == [None]


async def test_an_edit_keeps_the_time_the_message_was_sent(store: Store) -> None:
    await store.turn(ZARINA, line("one", slot="s"))
    (row,) = await store.send(number=10)
    store.wait(hours=47)
    await store.turn(ZARINA, line("two", slot="s", edit=True))
    await store.send(number=10)
    async with store.db.read() as conn:
        assert (await standing(conn, row.person or 0, "day", store.now)).messages == (10,)


async def test_what_leaves_no_message_is_done_all_the_same(store: Store) -> None:
    await store.turn(ZARINA, line("x"))
    (row,) = await store.heads()
    async with store.db.write() as conn:
        await store.outbox.done(conn, [Sent(row=row, message=None, at=NOW)])
        await store.outbox.done(conn, [])
        assert (await standing(conn, row.person or 0, "hide", store.now)).messages == ()
    assert await store.heads() == []


async def test_a_desk_row_knows_its_thread_once_the_topic_is_made(store: Store) -> None:
    await store.turn(ZARINA, line("card", to=CASES))
    assert [row.thread for row in await store.heads()] == [None]
    async with store.db.write() as conn:
        await save_topic(conn, CASES, 6)
        await save_topic(conn, CASES, 7)
        assert await topic(conn, CASES) == 7
    assert [row.thread for row in await store.heads()] == [7]
    async with store.db.write() as conn:
        await forget_topic(conn, CASES)
        assert await topic(conn, CASES) is None


async def test_the_desk_is_told_what_is_about_nobody(store: Store) -> None:
    async with store.db.write() as conn:
        await store.outbox.put(conn, None, [line("parked: KeyError", to=TECH), line("page", to=lead(0))], store.now)
        await store.outbox.put(conn, None, [], store.now)
    rows = await store.heads()
    assert [(row.address, row.person) for row in rows] == [("desk", None), ("lead:0", None)]
    assert texts(rows) == ["parked: KeyError", "page"]


async def test_late_replies_are_held_and_announced_by_a_knock(store: Store) -> None:
    her = (await store.turn(ZARINA, line("late"), line("post", Lane.CIRCLE), line("help", Lane.SAFETY))).person.id
    await store.turn(MALIKA, line("hers"))
    store.wait(minutes=11)
    await store.turn(ZARINA, line("fresh"))
    async with store.db.write() as conn:
        assert await store.outbox.hold_back(conn, her, store.now) == 3
        assert await store.outbox.hold_back(conn, her, store.now) == 0
    assert texts(await store.heads()) == ["hers", "fresh"]
    (claim,) = await store.claim()
    assert (claim.person, claim.event) == (her, Due(key="late"))


async def test_what_does_not_open_is_spoiled_and_holds_up_only_its_chat(store: Store) -> None:
    await store.turn(ZARINA, line("one"))
    await store.turn(MALIKA, line("two"))
    async with store.db.write() as conn:
        first, second = await store.outbox.heads(conn, NOW, (), 9)
        swap = text("UPDATE outbox SET parcel = (SELECT parcel FROM outbox WHERE id = :other) WHERE id = :this")
        await conn.execute(swap, {"this": first.id, "other": second.id})
    rows = await store.heads()
    assert rows[0].parcel == SPOILED
    assert texts(rows[1:]) == ["two"]


async def test_what_waits_is_counted_and_the_next_moment_known(store: Store) -> None:
    async with store.db.read() as conn:
        assert await next_time(conn) is None
    await store.turn(ZARINA, Schedule(key="session", at=NOW + timedelta(days=2)))
    async with store.db.read() as conn:
        assert await next_time(conn) == NOW + timedelta(days=2)
    await store.turn(ZARINA, line("a"), line("b", held=True), line("c", Lane.SAFETY))
    async with store.db.read() as conn:
        assert await next_time(conn) == NOW
        assert await pending(conn, NOW) == 2
        assert await waiting(conn) == {Lane.SAFETY: 1, Lane.REPLY: 2, Lane.CIRCLE: 0, Lane.WEEKLY: 0}


async def test_heads_are_found_at_once_among_many_waiting_chats(store: Store) -> None:
    """The plan is what is tested: no step may walk over what waits for later."""
    if not store.db.sqlite:
        return
    for sender in range(900_000, 900_003):
        await store.turn(sender, line("later", Lane.WEEKLY))
    async with store.db.write() as conn:
        seen: list[str] = []
        raw = await conn.get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.set_trace_callback(seen.append)
        await store.outbox.heads(conn, NOW, (), 9)
        await raw.driver_connection.set_trace_callback(None)
        (query,) = [statement for statement in seen if "UNION ALL" in statement]
        plan = [row[3] for row in await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
    assert not [step for step in plan if step.startswith("SCAN outbox")]
    assert (
        len([step for step in plan if "ix_outbox_held_lane_not_before (held=? AND lane=? AND not_before<?)" in step])
        == 4
    )
