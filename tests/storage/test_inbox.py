"""The inbox: stored once, sealed, and about the right person."""

from __future__ import annotations

import msgspec
from sqlalchemy import select, text

from flows.effects import Send, Stamp
from flows.events import DeskSaid, DeskShowed, DeskTapped, Due, Left, Returned, Said, Showed, Staff, Tapped
from flows.model import Case, Message
from storage.inbox import Arrival, rank
from storage.outbox import save_topic
from storage.schema import inbox, parked, seen
from storage.seal import INTAKE, place
from tests.storage.people import MALIKA, NOW, ZARINA, Store, finding

STAFF = Staff(41, "Parvina")


async def arrive(store: Store, *arrivals: Arrival) -> int:
    async with store.db.write() as conn:
        return await store.inbox.put(conn, arrivals, store.now)


async def open_case(store: Store, number: int = 814) -> int:
    case = Case(number=number, level="urgent", category="self_harm", opened_at=NOW)
    return (await store.turn(ZARINA, Stamp(case=case))).person.id


EVENTS = [
    Said(text="marigold", finding=finding("now"), reply_to=3, edited=True, message=9),
    Showed(what="photo", text="marigold", finding=None),
    Tapped(talk=3, question="mood", value="2"),
    Left(),
    Returned(),
]


async def test_an_event_comes_out_as_it_went_in(store: Store) -> None:
    for sender, event in enumerate(EVENTS, start=ZARINA):
        await store.hear(sender, event)
    told = [event for event in EVENTS if not isinstance(event, Left | Returned)]
    claims = sorted(await store.claim(), key=lambda claim: claim.sender or 0)
    assert [claim.event for claim in claims] == told, "whoever is not known cannot leave"
    assert [claim.sender for claim in claims] == [ZARINA + EVENTS.index(event) for event in told]


async def test_an_update_is_stored_once(store: Store) -> None:
    one = Arrival(update_id=5, sender=ZARINA, event=Said(text="once"))
    assert await arrive(store, one, one) == 1
    assert await arrive(store, one) == 0
    assert await arrive(store, one, Arrival(update_id=4, sender=ZARINA, event=Said(text="a lower number"))) == 1
    await store.turns()
    assert await arrive(store, one) == 0


async def test_a_seen_update_is_forgotten_after_two_days(store: Store) -> None:
    await store.hear(ZARINA, "early")
    store.wait(hours=47)
    await store.hear(ZARINA, "later")
    store.wait(hours=2)
    async with store.db.write() as conn:
        assert await store.inbox.forget_seen(conn, store.now) == 1
        assert len((await conn.execute(select(seen))).all()) == 1


async def test_a_stranger_is_sealed_with_the_intake_key_and_afterwards_with_her_own(store: Store) -> None:
    await store.hear(ZARINA, "first", "second")
    scenes = await store.turns()
    await store.hear(ZARINA, "third")
    async with store.db.read() as conn:
        rows = (await conn.execute(select(inbox).order_by(inbox.c.id))).all()
    assert [row.person_id for row in rows] == [None, scenes[0].person.id]
    assert [claim.sender for claim in await store.claim()] == [ZARINA]


async def test_an_event_of_nobody_is_dropped_but_seen(store: Store) -> None:
    assert await arrive(store, Arrival(update_id=1, event=Left())) == 0
    assert await arrive(store, Arrival(update_id=1, sender=ZARINA, event=Left())) == 0


async def test_the_desk_is_heard_by_case_and_by_topic(store: Store) -> None:
    her = await open_case(store)
    async with store.db.write() as conn:
        await save_topic(conn, "desk:case:814", 77)
        await save_topic(conn, "desk:now", 78)
    assert await store.desk(DeskTapped(by=STAFF, act="take", case=814)) == 1
    assert await store.desk(DeskSaid(by=STAFF, text="hello"), thread=77) == 1
    assert await store.desk(DeskShowed(by=STAFF, what="photo"), case=814) == 1
    for expected in (DeskTapped, DeskSaid, DeskShowed):
        (claim,) = await store.claim()
        assert isinstance(claim.event, expected)
        assert (claim.person, claim.case) == (her, 814)
        await store.turns()


async def test_an_event_of_the_desk_without_a_case_is_dropped(store: Store) -> None:
    await open_case(store)
    async with store.db.write() as conn:
        await save_topic(conn, "desk:now", 78)
    nowhere: list[dict[str, int]] = [{}, {"thread": 78}, {"thread": 5}, {"case": 815}]
    for where in nowhere:
        assert await store.desk(DeskSaid(by=STAFF, text="to nobody"), **where) == 0


async def mirror(store: Store, slot: str) -> int:
    """Something stands at a desk without topics; its number there."""
    number = 100 + len(slot)
    await store.turn(ZARINA, Send(to="desk:case:814", message=Message(text="marigold"), slot=slot))
    await store.send(number)
    return number


async def test_at_a_desk_without_topics_an_answer_finds_the_case_of_her_words(store: Store) -> None:
    her = await open_case(store)
    words, card, alert = [await mirror(store, slot) for slot in ("hers:814:1", "card:814", "alert:814")]
    answers = [
        *(DeskSaid(by=STAFF, text="I am here", reply_to=one) for one in (words, card, alert)),
        DeskShowed(by=STAFF, what="photo", reply_to=words),
    ]
    for answer in answers:
        assert await store.desk(answer) == 1
        (claim,) = await store.claim()
        assert (claim.person, claim.case, claim.event) == (her, 814, answer)
        await store.turns()
    assert await store.desk(DeskSaid(by=STAFF, text="to nobody", reply_to=await mirror(store, "talk:1"))) == 0
    assert await store.desk(DeskSaid(by=STAFF, text="to nobody", reply_to=5)) == 0


async def test_a_topic_of_a_case_goes_before_the_words_answered_in_it(store: Store) -> None:
    await open_case(store)
    await open_case(store, 815)
    words = await mirror(store, "hers:814:1")
    async with store.db.write() as conn:
        await save_topic(conn, "desk:case:815", 77)
        await save_topic(conn, "desk:now", 78)
    for thread, case in ((77, 815), (78, 814)):
        await store.desk(DeskSaid(by=STAFF, text="I am here", reply_to=words), thread=thread)
        (claim,) = await store.claim()
        assert claim.case == case
        await store.turns()


async def test_a_made_up_case_number_is_dropped(store: Store) -> None:
    assert await store.desk(DeskTapped(by=STAFF, act="take", case=1)) == 0


async def test_that_she_left_is_told_by_the_sender_of_messages(store: Store) -> None:
    her = (await store.turn(ZARINA)).person.id
    async with store.db.write() as conn:
        assert await store.inbox.tell(conn, her, Left(), store.now)
        assert not await store.inbox.tell(conn, 12345, Left(), store.now)
    (claim,) = await store.claim()
    assert (claim.event, claim.person) == (Left(), her)


async def test_what_nobody_can_read_is_parked_once_and_sealed(store: Store) -> None:
    async with store.db.write() as conn:
        assert await store.inbox.park(conn, b'{"odd": "marigold"}', 9, "KeyError", store.now)
        assert not await store.inbox.park(conn, b'{"odd": "marigold"}', 9, "KeyError", store.now)
        row = (await conn.execute(select(parked))).one()
    assert row.why == "KeyError"
    assert b"marigold" not in row.content
    sealed = store.db.keys[INTAKE].open(place("parked", "content", row.id, INTAKE), row.content)
    assert msgspec.json.decode(sealed) == {"odd": "marigold"}
    assert await arrive(store, Arrival(update_id=9, sender=MALIKA, event=Left())) == 0


def test_the_rank_of_an_event_is_how_soon_a_person_must_look() -> None:
    levels = ["now", "urgent", "concern", "watch"]
    assert [rank(Said(text="", finding=finding(level))) for level in levels] == [0, 1, 2, 3]
    assert rank(Showed(what="photo", finding=finding("now"))) == 0
    assert rank(Said(text="", finding=finding("what?"))) == 1
    assert [rank(event) for event in (Said(text="fine"), Tapped(), Due(key="session"))] == [4, 4, 4]


async def test_nothing_is_left_after_the_last_turn(store: Store) -> None:
    await store.hear(ZARINA, "one", "two")
    await store.turns()
    await store.turns()
    async with store.db.read() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM inbox"))).scalar() == 0
