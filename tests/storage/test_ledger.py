"""What each effect leaves behind, seen through the next scene, the outbox and the tables."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import msgspec
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from flows.effects import (
    CASES,
    HER,
    Become,
    Cancel,
    End,
    Flag,
    Hush,
    Keep,
    Lane,
    Line,
    React,
    Record,
    Release,
    Remove,
    Schedule,
    Send,
    Stamp,
    Stand,
    lead,
    topic_of,
)
from flows.effects import (
    NOW as NOW_TOPIC,
)
from flows.events import DeskSaid, DeskTapped, Said, Staff
from flows.model import Button, Case, CaseLine, Message, Person, Place
from storage.faults import StorageError
from storage.parcel import Parcel
from storage.schema import answers, due, record
from storage.seal import place
from tests.storage.people import LIBRARY, MALIKA, NOW, ZARINA, Store, texts

PARVINA = Staff(41, "Parvina")


def line(words: str, **more: Any) -> Send:
    return Send(message=Message(text=words), **more)


def case(number: int = 814, **more: Any) -> Case:
    made = {"level": "urgent", "category": "self_harm", "opened_at": NOW, "language": "tg"} | more
    return Case(number=number, **cast("Any", made))


async def count(store: Store, table: str) -> int:
    async with store.db.read() as conn:
        return cast("int", (await conn.execute(text(f"SELECT count(*) FROM {table}"))).scalar())


async def test_somebody_met_for_the_first_time_is_kept(store: Store) -> None:
    first = await store.turn(ZARINA)
    second = await store.turn(ZARINA)
    assert (first.known, second.known) == (False, True)
    assert second.person == first.person == Person(id=first.person.id)
    assert (await store.turn(MALIKA)).person.id != first.person.id


async def test_a_scene_brings_moment_library_desk_and_chance(store: Store) -> None:
    scene = await store.look()
    assert (scene.now, scene.library, scene.desk.leads, scene.chance) == (NOW, LIBRARY, 1, 1)


async def test_become_changes_the_person_and_her_profile(store: Store) -> None:
    await store.turn(ZARINA, Become(changes={"language": "tg", "days": (1, 3, 5), "consented_at": NOW}))
    await store.turn(ZARINA, Become(changes={"state": "active", "stage": "expecting", "zone": "Europe/Moscow"}))
    await store.turn(
        ZARINA, Become(changes={"talks": 2}), Become(changes={"talks": 3, "part": "evening", "heard_at": NOW})
    )
    person = (await store.look()).person
    assert (person.language, person.state, person.stage, person.zone) == ("tg", "active", "expecting", "Europe/Moscow")
    assert person.heard_at == NOW
    assert (person.talks, person.profile.part) == (3, "evening")
    assert (person.profile.days, person.profile.consented_at) == ((1, 3, 5), NOW)


def stands(talk: int, **more: Any) -> Place:
    return Place(talk=talk, flow="session", version="1/a", **more)


async def test_where_she_stands_comes_back_in_the_order_of_depth(store: Store) -> None:
    below = stands(1, answers={"mood": 2, "who": None, "words": "сӯзан"}, facts={"late": True}, question="next")
    above = stands(2, asked_at=NOW, misses=2)
    await store.turn(ZARINA, Stand(place=above, depth=1), Stand(place=below, depth=0))
    assert (await store.look()).places == (below, above)
    moved = stands(1, answers={"mood": 2, "next": "yes"})
    await store.turn(ZARINA, Stand(place=above, depth=0), Stand(place=moved, depth=1))
    assert (await store.look()).places == (above, moved)
    await store.turn(ZARINA, End(talk=2), Stand(place=moved, depth=0))
    assert (await store.look()).places == (moved,)


async def test_talks_of_two_people_do_not_meet(store: Store) -> None:
    await store.turn(ZARINA, Stand(place=stands(1), depth=0))
    await store.turn(MALIKA, Stand(place=stands(1, question="other"), depth=0))
    await store.turn(ZARINA, End(talk=1))
    assert (await store.look(MALIKA)).places == (stands(1, question="other"),)


async def test_an_answer_is_kept_sealed(store: Store) -> None:
    her = (await store.turn(ZARINA, Keep(question="mood", value=2), Keep(question="words", value=["marigold"]))).person
    async with store.db.read() as conn:
        rows = (await conn.execute(select(answers).order_by(answers.c.id))).all()
    key = store.db.keys[her.id]
    values = [msgspec.json.decode(key.open(place("answers", "value", row.id, her.id), row.value)) for row in rows]
    assert [(row.question, row.kept_at) for row in rows] == [("mood", NOW), ("words", NOW)]
    assert values == [2, ["marigold"]]


async def test_every_kind_of_promise_reaches_its_queue(store: Store) -> None:
    buttons = ((Button("Yes", "1:q:yes"),),)
    hello = Message(text="hello", buttons=buttons, keys=(("Menu",),))
    her = (
        await store.turn(
            ZARINA,
            Send(message=hello, slot="talk:1", edit=True, silent=True, push=True, lane=Lane.WEEKLY),
            line("card", to=CASES, slot="card:814", lane=Lane.SAFETY),
            line("page", to=lead(1), lane=Lane.SAFETY),
        )
    ).person
    rows = {row.chat: row for row in await store.heads()}
    mine, desk, phone = rows[f"p{her.id}"], rows["desk"], rows["lead:1"]
    assert mine.parcel == Parcel(message=hello, slot="talk:1", edit=True, silent=True, push=True)
    assert (mine.address, mine.lane, mine.person, mine.made_at) == (ZARINA, Lane.WEEKLY, her.id, NOW)
    assert (desk.address, desk.parcel.topic, desk.parcel.slot, desk.person) == ("desk", CASES, "card:814", her.id)
    assert (phone.address, phone.lane) == ("lead:1", Lane.SAFETY)


async def test_a_receipt_and_a_removal_are_parcels_too(store: Store) -> None:
    await store.turn(
        ZARINA,
        React(to=topic_of(5), message=9, emoji="👍"),
        Remove(to=topic_of(5)),
        React(to=HER, message=3, emoji="❤"),
    )
    (desk,) = [row for row in await store.heads() if row.chat == "desk"]
    (hers,) = [row for row in await store.heads() if row.chat != "desk"]
    assert desk.parcel == Parcel(topic="desk:case:5", react_to=9, emoji="👍")
    assert hers.parcel == Parcel(react_to=3, emoji="❤")
    await store.send()
    (desk,) = await store.heads()
    assert desk.parcel == Parcel(topic="desk:case:5", remove=True)


async def test_held_messages_wait_for_release_and_then_are_as_if_promised_now(store: Store) -> None:
    await store.turn(ZARINA, line("knock"), line("content", held=True))
    assert texts(await store.send()) == ["knock"]
    assert await store.heads() == []
    store.wait(hours=5)
    await store.turn(ZARINA, line("the same turn", held=True), Release())
    (content,) = await store.send()
    assert (texts([content]), content.made_at) == (["content"], store.now)
    assert texts(await store.send()) == ["the same turn"]


async def test_release_lets_go_only_hers(store: Store) -> None:
    await store.turn(MALIKA, line("hers", held=True))
    await store.turn(ZARINA, Release())
    assert await store.heads() == []


async def test_hush_forgets_what_is_unsent_but_help_and_what_comes_after(store: Store) -> None:
    await store.turn(
        ZARINA,
        line("week", lane=Lane.WEEKLY),
        line("held", held=True),
        line("help", lane=Lane.SAFETY),
        line("d", to=CASES),
    )
    await store.turn(MALIKA, line("other"))
    await store.turn(ZARINA, line("gone too"), Hush(), line("as you wish"))
    sent = texts(await store.send()) + texts(await store.send()) + texts(await store.send())
    assert sorted(sent) == ["as you wish", "d", "help", "other"]


async def planned(store: Store) -> dict[str, Any]:
    async with store.db.read() as conn:
        return {row.key: row.at for row in await conn.execute(select(due))}


async def test_a_plan_replaces_the_one_with_its_key(store: Store) -> None:
    later = NOW + timedelta(days=1)
    await store.turn(ZARINA, Schedule(key="session", at=later, about="1"), Schedule(key="nudge", at=later))
    await store.turn(ZARINA, Schedule(key="session", at=later + timedelta(hours=1), about="2"))
    assert await planned(store) == {"session": later + timedelta(hours=1), "nudge": later}


async def test_cancel_forgets_by_key_or_by_beginning(store: Store) -> None:
    later = NOW + timedelta(days=1)
    plans = [Schedule(key=key, at=later) for key in ("page:1", "page:2", "pageant", "page%", "wait:3", "wait:33")]
    await store.turn(MALIKA, Schedule(key="page:1", at=later))
    await store.turn(ZARINA, *plans)
    await store.turn(ZARINA, Cancel(key="page:*"), Cancel(key="wait:3"))
    async with store.db.read() as conn:
        left = [row.key for row in await conn.execute(select(due).order_by(due.c.id))]
    assert left == ["page:1", "pageant", "page%", "wait:33"]


async def test_within_a_turn_the_later_order_wins(store: Store) -> None:
    later = NOW + timedelta(days=1)
    await store.turn(ZARINA, Schedule(key="a", at=later), Cancel(key="*"), Schedule(key="b", at=later))
    await store.turn(ZARINA, Cancel(key="b"), Schedule(key="b", at=NOW + timedelta(days=2)))
    assert await planned(store) == {"b": NOW + timedelta(days=2)}


async def test_a_row_planned_anew_by_its_own_turn_survives(store: Store) -> None:
    await store.turn(ZARINA, Schedule(key="session", at=NOW))
    store.wait(minutes=1)
    await store.turns([Schedule(key="session", at=NOW + timedelta(days=2))])
    assert await planned(store) == {"session": NOW + timedelta(days=2)}


async def test_a_case_lives_through_its_states(store: Store) -> None:
    opened = case()
    await store.turn(ZARINA, Stamp(case=opened), Line(case=814, voice="flag", text="rule 3"))
    assert (await store.look()).case == opened
    taken = msgspec.structs.replace(opened, state="taken", taken_at=NOW, taken_by="Parvina", pages=2, lines=1)
    await store.turn(ZARINA, Stamp(case=opened), Stamp(case=taken))
    assert (await store.look()).case == taken
    await store.turn(ZARINA, Stamp(case=msgspec.structs.replace(taken, state="closed", closed_at=NOW)))
    assert (await store.look()).case is None
    await store.turn(ZARINA, Stamp(case=case(815)))
    assert (await store.look()).case == case(815)


async def test_the_lines_of_a_case_come_with_it_whoever_acts(store: Store) -> None:
    hers = Line(case=814, voice="hers", text="marigold")
    await store.turn(ZARINA, Stamp(case=case()), hers, Line(case=814, voice="note", text="rang her", by="Parvina"))
    told = (await store.look()).lines
    await store.desk(DeskTapped(by=PARVINA, act="take", case=814))
    (scene,) = await store.turns()
    assert (scene.case, scene.known) == (case(), True)
    assert scene.lines == told
    assert scene.lines == (
        CaseLine(at=NOW, voice="hers", text="marigold"),
        CaseLine(at=NOW, voice="note", text="rang her", by="Parvina"),
    )


async def test_a_tap_on_the_card_of_a_closed_case_meets_no_other_case(store: Store) -> None:
    await store.turn(ZARINA, Stamp(case=case()))
    await store.turn(ZARINA, Stamp(case=case(state="closed")))
    await store.turn(ZARINA, Stamp(case=case(815)))
    await store.desk(DeskTapped(by=PARVINA, act="take", case=814))
    (scene,) = await store.turns()
    assert scene.case is None


async def test_a_number_another_case_has_is_refused_whole(store: Store) -> None:
    await store.turn(ZARINA, Stamp(case=case()))
    with pytest.raises(IntegrityError):
        await store.turn(MALIKA, Stamp(case=case()), line("never promised"))
    assert await count(store, "outbox") == 0
    await store.turns([Stamp(case=case(815))])
    assert (await store.look(MALIKA)).case == case(815)


async def test_the_record_is_added_to(store: Store) -> None:
    await store.turn(ZARINA, Record(act="took", case=814, actor=41), Record(act="woke"))
    async with store.db.read() as conn:
        rows = (await conn.execute(select(record).order_by(record.c.id))).all()
    assert [(row.act, row.case_number, row.actor, row.at) for row in rows] == [
        ("took", 814, store.db.master.lookup(41), NOW),
        ("woke", None, None, NOW),
    ]


async def test_nothing_on_the_record_is_ever_changed(store: Store) -> None:
    await store.turn(ZARINA, Record(act="took", case=814, actor=41))
    with pytest.raises(Exception, match="append-only"):
        await execute(store, "UPDATE record SET act = 'x'")


async def execute(store: Store, statement: str) -> None:
    async with store.db.write() as conn:
        await conn.execute(text(statement))


async def test_what_she_replies_to_is_found(store: Store) -> None:
    await store.turn(
        ZARINA, line("How are you?", slot="talk:1"), Stamp(case=case()), line("card", to=NOW_TOPIC, slot="card")
    )
    sent = {row.chat: 100 + at for at, row in enumerate(await store.send(100))}
    await store.hear(ZARINA, Said(text="fine", reply_to=next(n for chat, n in sent.items() if chat != "desk")))
    assert [scene.quoted for scene in await store.turns()] == ["talk:1"]
    await store.hear(ZARINA, Said(text="fine", reply_to=999))
    assert [scene.quoted for scene in await store.turns()] == [""]
    await store.desk(DeskSaid(by=PARVINA, text="hello", reply_to=sent["desk"]), case=814)
    assert [scene.quoted for scene in await store.turns()] == ["card"]


async def test_a_flag_never_comes_this_far(store: Store) -> None:
    with pytest.raises(TypeError):
        await store.turn(ZARINA, Flag(level="now", why="made up"))


async def test_a_batch_is_written_whole_or_not_at_all(store: Store) -> None:
    await store.hear(ZARINA, "one")
    await store.hear(MALIKA, "two")
    with pytest.raises(TypeError):
        await store.turns(lambda scene: [line("x")] if scene.chance == 1 else [Flag(level="now", why="made up")])
    assert await count(store, "outbox") == await count(store, "people") == 0
    assert len(await store.claim()) == 2


async def test_an_event_that_had_its_turn_has_no_second(store: Store) -> None:
    await store.hear(ZARINA, "once")
    claims = await store.claim()
    await store.turns()

    async def again() -> None:
        async with store.db.write() as conn:
            scenes = await store.ledger.scenes(conn, claims, store.now)
            await store.ledger.carry_out(conn, [(claims[0], scenes[0], [line("twice")])], store.now)

    with pytest.raises(StorageError, match="already"):
        await again()
    assert await count(store, "outbox") == 0


async def test_many_people_in_one_batch_keep_what_is_theirs(store: Store) -> None:
    senders = range(900_000, 900_040)
    for sender in senders:
        await store.hear(sender, f"I am {sender}")
    claims = await store.claim(limit=40)
    spoken = {claim.sender: claim.event for claim in claims}
    assert spoken == {sender: Said(text=f"I am {sender}") for sender in senders}
    await store.turns(lambda scene: [line(f"to {scene.person.id}")])
    rows = await store.heads()
    assert texts(rows) == [f"to {row.person}" for row in rows]
    assert {row.address for row in rows} == set(senders)
