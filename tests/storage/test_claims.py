"""Whose turn it is: people in danger first, everybody in their own order, nobody starved."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, text

from flows.effects import Schedule, Stamp
from flows.events import DeskTapped, Due, Said, Staff
from flows.model import Case
from storage.claims import Claim
from storage.schema import parked
from tests.storage.people import MALIKA, NIGINA, NOW, ZARINA, Store, finding


def said(claims: list[Claim]) -> list[str]:
    return [claim.event.text if isinstance(claim.event, Said) else getattr(claim.event, "key", "?") for claim in claims]


def flagged(level: str) -> Said:
    return Said(text=level, finding=finding(level))


async def test_one_event_a_person_and_hers_in_the_order_they_came(store: Store) -> None:
    await store.hear(ZARINA, "z1", "z2", "z3")
    await store.hear(MALIKA, "m1")
    await store.hear(ZARINA, "z4")
    heard = []
    while claims := await store.claim():
        heard.append(said(claims))
        await store.turns()
    assert heard == [["z1", "m1"], ["z2"], ["z3"], ["z4"]]


async def test_people_with_a_flagged_event_come_first_with_their_oldest_event(store: Store) -> None:
    await store.hear(NIGINA, "calm")
    await store.hear(ZARINA, "before", flagged("urgent"))
    await store.hear(MALIKA, flagged("now"))
    assert said(await store.claim()) == ["now", "before", "calm"]
    assert said(await store.claim(limit=1)) == ["now"]


async def test_safety_rows_come_after_red_words_and_before_all_else(store: Store) -> None:
    for sender in (ZARINA, MALIKA, NIGINA, 700_004, 700_005):
        await store.turn(sender)
    await store.turn(700_004, Schedule(key="page", at=NOW + timedelta(minutes=1), safety=True))
    await store.turn(700_005, Schedule(key="session", at=NOW))
    store.wait(minutes=1)
    await store.hear(NIGINA, "calm")
    await store.hear(ZARINA, flagged("watch"))
    await store.hear(MALIKA, flagged("urgent"))
    claims = await store.claim()
    assert said(claims) == ["urgent", "page", "watch", "calm", "session"]
    assert [claim.safety for claim in claims] == [False, True, False, False, False]


async def test_ordinary_due_rows_always_get_a_share(store: Store) -> None:
    for sender in range(900_000, 900_010):
        await store.hear(sender, "hello")
    await store.turns(lambda _: [Schedule(key="session", at=NOW)])
    for sender in range(910_000, 910_040):
        await store.hear(sender, flagged("now"))
    claims = await store.claim(limit=10)
    assert said(claims) == ["now"] * 8 + ["session"] * 2
    assert said(await store.claim(limit=2)) == ["now", "session"]
    assert len(await store.claim(limit=100)) == 50


async def test_room_nobody_needs_goes_to_those_who_do(store: Store) -> None:
    for sender in range(900_000, 900_010):
        await store.hear(sender, "hello")
    assert len(await store.claim(limit=10)) == 10
    await store.turns(lambda _: [Schedule(key="session", at=NOW)])
    assert said(await store.claim(limit=10)) == ["session"] * 10


async def test_a_due_row_comes_when_it_is_due_and_says_what_it_is_about(store: Store) -> None:
    at = NOW + timedelta(hours=3)
    await store.turn(ZARINA, Schedule(key="session", at=at, about="week 3"))
    store.wait(hours=2, minutes=59, seconds=59)
    assert await store.claim() == []
    store.wait(seconds=1)
    (claim,) = await store.claim()
    assert (claim.source, claim.event) == ("due", Due(key="session", about="week 3"))
    (scene,) = await store.turns()
    assert scene.known
    assert await store.claim() == []


async def test_two_due_rows_of_one_person_take_two_turns(store: Store) -> None:
    await store.turn(ZARINA, Schedule(key="nudge", at=NOW + timedelta(minutes=1)), Schedule(key="session", at=NOW))
    store.wait(minutes=5)
    assert said(await store.claim()) == ["session"]
    await store.turns()
    assert said(await store.claim()) == ["nudge"]


async def test_staff_and_she_take_turns(store: Store) -> None:
    await store.turn(ZARINA, Stamp(case=Case(number=5, level="now", category="", opened_at=NOW)))
    await store.hear(ZARINA, "hello?")
    await store.desk(DeskTapped(by=Staff(41, "Parvina"), act="take", case=5))
    assert said(await store.claim()) == ["hello?"]
    await store.turns()
    (claim,) = await store.claim()
    assert isinstance(claim.event, DeskTapped)


async def test_somebody_met_meanwhile_is_one_person(store: Store) -> None:
    await store.hear(ZARINA, "as a stranger 1", "as a stranger 2")
    (first,) = await store.turns()
    await store.hear(ZARINA, "as herself")
    (second,) = await store.turns()
    (third,) = await store.turns()
    assert [first.known, second.known, third.known] == [False, True, True]
    assert len({first.person.id, second.person.id, third.person.id}) == 1


async def fail(store: Store) -> Claim | None:
    async with store.db.write() as conn:
        claims = await store.ledger.claim(conn, store.now, 50)
        assert len(claims) == 1
        return await store.ledger.failed(conn, claims[0], "KeyError", store.now)


async def test_a_failed_turn_is_tried_alone_and_parked_after_the_third_time(store: Store) -> None:
    await store.hear(ZARINA, "trouble")
    assert await fail(store) is None
    await store.hear(MALIKA, "fine")
    assert said(await store.claim()) == ["trouble"]
    assert await fail(store) is None
    given_up = await fail(store)
    assert given_up is not None
    assert (given_up.row, said([given_up])) == (0, ["trouble"])
    assert said(await store.claim()) == ["fine"]
    async with store.db.read() as conn:
        assert (await conn.execute(select(parked.c.why))).scalars().all() == ["KeyError"]


async def test_an_apology_can_be_carried_out_for_what_was_parked(store: Store) -> None:
    await store.hear(ZARINA, "trouble")
    for _ in range(3):
        given_up = await fail(store)
    assert given_up is not None
    async with store.db.write() as conn:
        scenes = await store.ledger.scenes(conn, [given_up], store.now)
        await store.ledger.carry_out(conn, [(given_up, scenes[0], [])], store.now)
    assert (await store.look()).known


async def test_one_that_failed_waits_for_those_in_danger(store: Store) -> None:
    await store.hear(ZARINA, "trouble")
    await fail(store)
    await store.hear(MALIKA, flagged("now"))
    await store.hear(NIGINA, "calm")
    assert said(await store.claim()) == ["now", "calm"]


async def test_a_safety_row_is_never_given_up(store: Store) -> None:
    await store.turn(ZARINA, Schedule(key="page", at=NOW, safety=True))
    for _ in range(3):
        given_up = await fail(store)
    assert given_up is not None
    assert await store.claim() == []
    store.wait(minutes=5)
    assert said(await store.claim()) == ["page"]


async def test_a_row_that_does_not_open_is_set_aside_and_stops_nobody(store: Store) -> None:
    await store.hear(ZARINA, "spoiled")
    async with store.db.write() as conn:
        await conn.execute(text("UPDATE inbox SET id = id - 1"))
    await store.hear(MALIKA, "fine")
    assert said(await store.claim()) == ["fine"]
    async with store.db.read() as conn:
        assert (await conn.execute(select(parked.c.why))).scalars().all() == ["SealError"]
