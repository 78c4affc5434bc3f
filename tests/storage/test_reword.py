"""A reply edited while it waits, and what a scene knows of a closed case: seen in the tables."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec import structs

from flows.effects import CASES, Lane, Line, Release, Send, Stamp, topic_of
from flows.events import DeskSaid, DeskShowed, DeskTapped, Staff
from flows.model import Case, Matter, Message
from storage.scenes import OTHER
from tests.storage.people import NOW, ZARINA, Store, texts

PARVINA = Staff(41, "Parvina")
CASE = Case(number=814, level="urgent", category="self_harm", opened_at=NOW, state="taken")


def line(words: str, **more: Any) -> Send:
    return Send(message=Message(text=words), **more)


def reply(words: str, **more: Any) -> Send:
    return line(words, lane=Lane.SAFETY, slot="reply:501", **more)


def edit(words: str) -> Send:
    return reply(words, edit=True, stands=True, receipt=501)


async def test_what_waits_is_changed_where_it_waits_and_the_edit_waits_with_it(store: Store) -> None:
    await store.turn(ZARINA, line("before"), reply("tomorow", held=True), line("between", held=True))
    await store.turn(ZARINA, edit("tomorrow"))
    assert texts(await store.send()) == ["before"]
    await store.turn(ZARINA, Release())
    sent = [await store.send(200 + at) for at in range(3)]
    assert [texts(rows) for rows in sent] == [["tomorrow"], ["tomorrow"], ["between"]]
    assert (sent[0][0].replaces, sent[0][0].parcel.stands) == (None, False)
    assert (sent[1][0].replaces, sent[1][0].parcel.stands) == (200, True)


async def test_what_is_on_its_way_gets_its_edit_behind_it(store: Store) -> None:
    await store.turn(ZARINA, reply("tomorow"))
    await store.turn(ZARINA, edit("tomorrow"))
    (first,) = await store.send(200)
    assert first.parcel.message == Message(text="tomorrow")
    (second,) = await store.send(201)
    assert (second.replaces, texts([second])) == (200, ["tomorrow"])


async def test_twice_edited_the_last_words_count(store: Store) -> None:
    await store.turn(ZARINA, reply("one", held=True))
    await store.turn(ZARINA, edit("two"))
    await store.turn(ZARINA, edit("three"))
    assert await store.send() == []
    await store.turn(ZARINA, Release())
    assert texts(await store.send(200)) == ["three"]


async def test_an_edit_of_what_was_sent_goes_at_once_and_knows_its_message(store: Store) -> None:
    await store.turn(ZARINA, reply("tomorow"), line("another", held=True, slot="reply:502"))
    await store.send(200)
    await store.turn(ZARINA, edit("tomorrow"))
    (row,) = await store.heads()
    assert (row.replaces, row.parcel.stands, row.parcel.receipt) == (200, True, 501)


async def test_a_closed_case_is_there_for_words_about_it_and_can_be_stamped(store: Store) -> None:
    await store.turn(ZARINA, Stamp(case=CASE), line("alert", to=CASES, slot="alert:814"))
    await store.turn(ZARINA, Line(case=814, voice="ours", text="hello", by="Parvina", message=501))
    await store.turn(ZARINA, Stamp(case=structs.replace(CASE, state="closed", closed_at=NOW)))
    await store.send(500)
    await store.desk(DeskSaid(by=PARVINA, text="one more word", reply_to=500))
    draft = Matter(draft=502)
    (scene,) = await store.turns(lambda scene: [Stamp(case=structs.replace(scene.closed or CASE, matter=draft))])
    assert (scene.case, scene.elsewhere, scene.quoted) == (None, 0, "alert:814")
    assert scene.closed is not None
    assert [one.message for one in scene.lines] == [501]
    await store.desk(DeskTapped(by=PARVINA, act="resend:502", case=814))
    (scene,) = await store.turns(lambda scene: [Stamp(case=structs.replace(scene.closed or CASE, state="taken"))])
    assert scene.closed is not None
    assert scene.closed.matter == draft
    again = await store.look()
    assert again.case is not None
    assert (again.case.number, again.case.state, again.closed) == (814, "taken", None)
    assert [one.text for one in again.lines] == ["hello"], "while somebody has it, the card can be made anew"


async def test_beside_another_open_case_the_closed_one_says_so(store: Store) -> None:
    await store.turn(ZARINA, Stamp(case=structs.replace(CASE, state="closed", closed_at=NOW)))
    await store.turn(ZARINA, Stamp(case=structs.replace(CASE, number=815, state="open")))
    await store.desk(DeskTapped(by=PARVINA, act="resend:502", case=814))
    (scene,) = await store.turns()
    assert scene.case is None
    assert scene.closed is not None
    assert (scene.closed.number, scene.elsewhere) == (814, 815)


async def test_a_message_of_the_bots_that_stands_for_nothing_is_known_as_such(store: Store) -> None:
    await store.turn(ZARINA, Stamp(case=CASE), line("Case 814 · a line of the bot's", to=topic_of(814)))
    await store.send(500)
    store.now += timedelta(minutes=1)
    for event in (
        DeskSaid(by=PARVINA, text="a note", reply_to=500, quoted="Case 814 · a line of the bot's"),
        DeskShowed(by=PARVINA, what="voice", reply_to=500),
    ):
        await store.desk(event, case=814)
        assert [scene.quoted for scene in await store.turns()] == [OTHER]
