"""Circles as rows: what many members order in one commit, and what is left of it after a month."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from flows.circles.model import Circle, Terms, slot
from flows.circles.round import follows
from flows.effects import AnyEffect, Forget, Heart, Lane, Reads, Reword, Send, TakeBack, Vacate, Withhold, Write
from flows.events import Posted, Tapped
from flows.model import Message, Scene
from storage import retention
from storage.circles import Circles
from storage.schema import circle_members, circles, hearts, outbox, posts, sent
from tests.storage.people import MALIKA, NIGINA, ZARINA, Store

FLOWERS = ("tulip", "violet", "mallow")
WORDS = "words of the circle"


async def seated(store: Store, **more: Any) -> Circle:
    """Three in one circle; its number."""
    people = [(await store.turn(sender)).person.id for sender in (ZARINA, MALIKA, NIGINA)]
    made = Circle(id=store.db.ids.next(store.now), language="tg", stage="x", begins_at=store.now, **more)
    async with store.db.write() as conn:
        await Circles(store.db).begin(conn, made, zip(people, FLOWERS, strict=True), store.now)
    return made


async def round(store: Store) -> None:
    async with store.db.write() as conn:
        for room in await Circles(store.db).due(conn, store.now, 7, 20):
            await Circles(store.db).carry_out(conn, room, follows(room), store.now)


async def of(store: Store, table: Any) -> list[Any]:
    async with store.db.read() as conn:
        return list((await conn.execute(select(table))).all())


async def all_three(store: Store, *effects: AnyEffect) -> list[Scene]:
    """One batch: the same follows for each of them."""
    for sender in (ZARINA, MALIKA, NIGINA):
        await store.hear(sender, Tapped(value="on"))
    return await store.turns(effects)


@pytest.mark.parametrize("order", ["write", "reword", "take_back", "drop", "withhold", "heart", "reads", "vacate"])
async def test_whatever_many_order_in_one_commit(store: Store, order: str) -> None:
    it = (await seated(store)).id
    await all_three(store, Write(circle=it, words=WORDS, at=store.now))
    row = (await of(store, posts))[0].id
    made: dict[str, AnyEffect] = {
        "write": Write(circle=it, words="again", at=store.now),
        "reword": Reword(circle=it, post=row, words="again", at=store.now),
        "take_back": TakeBack(circle=it, number=1),
        "drop": TakeBack(circle=it, post=row),
        "withhold": Withhold(circle=it),
        "heart": Heart(circle=it, number=1),
        "reads": Reads(circle=it, number=1),
        "vacate": Vacate(circle=it),
    }
    await all_three(store, made[order])
    left = {"write": 6, "drop": 2, "withhold": 0, "vacate": 0}
    assert len(await of(store, posts)) == left.get(order, 3)
    assert len(await of(store, hearts)) == (3 if order == "heart" else 0)
    assert len([one for one in await of(store, circle_members) if one.left_at]) == (3 if order == "vacate" else 0)


async def test_a_post_that_was_written_while_the_circle_took_its_turn_waits_for_the_next(store: Store) -> None:
    it = (await seated(store)).id
    await store.turn(ZARINA, Write(circle=it, words=WORDS, at=store.now + timedelta(seconds=20)))
    await round(store)
    assert [one.state for one in await of(store, posts)] == ["waiting"]
    store.wait(seconds=20)
    await round(store)
    await store.turns()
    await store.turn(MALIKA, Write(circle=it, words=WORDS, at=store.now + timedelta(seconds=20)))
    ((circle,), states) = await of(store, circles), [one.state for one in await of(store, posts)]
    assert states == ["out", "waiting"]
    assert circle.next_at == store.now + timedelta(seconds=20)


async def test_after_a_month_its_words_hearts_and_places_are_gone_everywhere(store: Store) -> None:
    it = (await seated(store, terms=Terms(voice=True), guide=9, ends_at=store.now + timedelta(days=10))).id
    name = slot(it, 1)
    await store.turn(ZARINA, Write(circle=it, words=WORDS, at=store.now))
    await round(store)
    copy = Send(message=Message(text=WORDS), lane=Lane.CIRCLE, slot=name)
    await store.turns(lambda scene: [copy])
    await store.turn(NIGINA, Heart(circle=it, number=1))
    await store.send()
    await store.turn(NIGINA, Send(message=Message(text=WORDS), lane=Lane.CIRCLE, slot=name, held=True))
    store.wait(days=29)
    assert await retention.sweep(store.db, store.now)
    assert (len(await of(store, posts)), len(await of(store, hearts)), len(await of(store, outbox))) == (1, 1, 1)
    assert [one.slot for one in await of(store, sent)] == [name, name]
    assert len(await of(store, circle_members)) == 3
    store.wait(days=2)
    assert await retention.sweep(store.db, store.now)
    assert (await of(store, posts), await of(store, hearts), await of(store, outbox)) == ([], [], [])
    assert [one.slot for one in await of(store, sent)] == ["", ""], "that something stands there is not forgotten"
    assert len(await of(store, circle_members)) == 3, "it has ended three weeks ago"
    store.wait(days=10)
    assert await retention.sweep(store.db, store.now)
    assert await of(store, circle_members) == []
    (circle,) = await of(store, circles)
    assert (circle.posts, circle.terms, circle.guide) == (1, None, 0)


async def test_who_is_forgotten_leaves_no_word_and_each_of_the_others_is_told(store: Store) -> None:
    it = (await seated(store)).id
    await store.turn(ZARINA, Write(circle=it, words=WORDS, at=store.now))
    await round(store)
    told = await store.turns(lambda scene: [])
    assert len(told) == 2
    await store.turn(ZARINA, Forget())
    assert await of(store, posts) == []
    async with store.db.write() as conn:
        claims = (await store.ledger.take(conn, store.now, 9)).turns
    assert {type(claim.event).__name__ for claim, _ in claims} == {"Withdrawn"}
    assert len(claims) == 2


async def test_a_members_turn_sees_what_waits_of_hers_and_never_whose_message_anothers_was(store: Store) -> None:
    it = (await seated(store)).id
    await store.turn(ZARINA, Write(circle=it, words=WORDS, at=store.now, message=55))
    hers, others = await store.look(ZARINA), await store.look(MALIKA)
    assert hers.seat is not None
    assert others.seat is not None
    assert [(post.words, post.message) for post in hers.seat.mine] == [(WORDS, 55)]
    assert others.seat.mine == ()
    await round(store)
    events: list[Any] = []
    async with store.db.write() as conn:
        events += [claim.event for claim, _ in (await store.ledger.take(conn, store.now, 9)).turns]
    await store.turns()
    others = await store.look(MALIKA)
    assert others.seat is not None
    assert [post.message for post in others.seat.unread] == [0]
    assert [event.post.message for event in events if isinstance(event, Posted)] == [0, 0]
