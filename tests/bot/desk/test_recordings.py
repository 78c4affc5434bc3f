"""`/record`: choosing by buttons, speaking, hearing it back, keeping it; who may, and what becomes of other voices."""

from __future__ import annotations

from itertools import count

import pytest
from msgspec import structs
from sqlalchemy import select

from content.library import Library
from content.passages import mark, passage
from flows.effects import GENERAL, Send, staff
from flows.events import DeskOrdered, Staff
from storage.recordings import Recording, recorded, rehearsal
from storage.schema import inbox
from tests.bot.desk.office import LIBRARY, Room, texts

GAME = "mums.1.play.b"
_messages = count(100)


def tell(key: str, **variables: object) -> str:
    return LIBRARY.text("en", key, **variables)


async def speaks(room: Room, file: str = "voice:one", who: str = "Lola", **more: object) -> list[Send]:
    by = Staff(id=room.people[who].id, name=who)
    message = next(_messages)
    return await room.gives(
        DeskOrdered(message=message, at=room.now, by=by, name="voice", private=True, file=file, **more)  # type: ignore[arg-type]
    )


async def asks(room: Room, who: str = "Lola", language: str = "Тоҷикӣ") -> list[str]:
    """The way by buttons to the game of the first week for a child up to 18 months."""
    await room.says("record", who)
    for label in (tell("record.of.mums"), "1. ", tell("record.part.play"), tell("record.wording.b")):
        await room.taps(label, who)
    return await room.taps(language, who)


async def kept(room: Room) -> list[Recording]:
    async with room.db.read() as conn:
        return await recorded(conn)


async def known(room: Room) -> dict[str, str]:
    async with room.db.read() as conn:
        return (await room.office.desk(conn)).recorded


def words(language: str = "tg", library: Library = LIBRARY) -> tuple[str, ...]:
    one = passage(library, GAME)
    assert one is not None
    return one.texts(library, language)


def other_words(room: Room) -> None:
    """A translator has changed the game since."""
    programme = LIBRARY.programme("mums")
    changed = {**programme.texts["tg"], "1.play.2": "Other words."}
    mums = structs.replace(programme, texts={**programme.texts, "tg": changed})
    library = structs.replace(LIBRARY, programmes={**LIBRARY.programmes, "mums": mums})
    room.tools = structs.replace(room.tools, library=library)
    room.orders = type(room.orders)(room.tools)


async def test_she_reads_aloud_hears_it_back_and_keeps_it(room: Room) -> None:
    (shown,) = await asks(room)
    assert all(text in shown for text in words())
    (heard,) = await speaks(room)
    assert heard.to == staff(room.row("Lola"))
    assert heard.message.file == "voice:one"
    assert await kept(room) == [], "nobody hears it before she has"
    said = await room.taps(tell("record.keep"), "Lola")
    assert said[-1] == tell("record.kept", language="Тоҷикӣ")
    (one,) = await kept(room)
    assert (one.passage, one.language, one.file, one.by, one.at) == (
        GAME,
        "tg",
        "voice:one",
        room.row("Lola"),
        room.now,
    )
    assert await known(room) == {mark("tg", words()): "voice:one"}
    assert await room.acts() == [f"recorded:{GAME}.tg"]


async def test_she_speaks_again_until_it_is_good_and_only_the_last_is_kept(room: Room) -> None:
    await asks(room)
    (first,) = await speaks(room, "voice:one")
    old = first.message.buttons[0][0].data
    assert (await room.taps(tell("record.again"), "Lola"))[-1] == tell("record.speak")
    await speaks(room, "voice:two")
    await speaks(room, "voice:three")
    assert await room.taps_data(old, "Lola") == [tell("record.nothing")], "an older button keeps nothing"
    (last,) = await speaks(room, "voice:four")
    for answer in ("record.kept", "record.nothing"):
        said = await room.taps_data(last.message.buttons[0][0].data, "Lola")
        assert said[-1] == tell(answer, language="Тоҷикӣ"), "a second tap keeps nothing twice"
    assert [one.file for one in await kept(room)] == ["voice:four"]


async def test_cancelled_nothing_is_kept_and_the_next_voice_is_her_own(room: Room) -> None:
    await asks(room)
    await speaks(room)
    assert (await room.taps(tell("record.cancel"), "Lola"))[-1] == tell("record.off")
    assert await kept(room) == []
    assert texts(await speaks(room)) == [tell("record.nothing_asked")]


async def test_a_new_one_replaces_the_old_and_another_language_stands_beside(room: Room) -> None:
    for language, file in (("Тоҷикӣ", "voice:one"), ("Русский", "voice:two"), ("Тоҷикӣ", "voice:three")):
        await asks(room, "Gulru", language)
        await speaks(room, file, "Gulru")
        await room.taps(tell("record.keep"), "Gulru")
    assert {one.language: one.file for one in await kept(room)} == {"ru": "voice:two", "tg": "voice:three"}


@pytest.mark.parametrize("who", ["Savsan", "stranger"])
async def test_a_moderator_and_a_stranger_may_not(room: Room, who: str) -> None:
    await asks(room)
    await speaks(room)
    by = Staff(id=room.people[who].id if who in room.people else 999, name=who)
    for about in ("", "list", f"ask.{GAME}.tg", "keep.100", f"sure.{GAME}.tg"):
        for tapped in (False, True):
            order = DeskOrdered(by=by, name="record", about=about, private=True, tapped=tapped)
            assert await room.gives(order) == []
    assert set(await room.acts()) == {"refused:record"}
    async with room.db.read() as conn:
        assert await rehearsal(conn, room.row("Savsan")) is None


async def test_a_voice_nobody_asked_for_is_her_own(room: Room) -> None:
    """That of a moderator, and of a facilitator who was asked two hours ago and let it rest."""
    await asks(room)
    room.waits(hours=2)
    for who in ("Lola", "Savsan"):
        await room.store.hear(room.people[who].id, "salom")
        await room.store.turns()
    for who in ("Lola", "Savsan"):
        assert await speaks(room, who=who) == []
    async with room.db.read() as conn:
        assert len((await conn.execute(select(inbox.c.id))).all()) == 2
    assert await room.acts() == []


async def test_what_was_sent_elsewhere_before_is_not_taken(room: Room) -> None:
    await asks(room)
    assert texts(await speaks(room, about="forwarded")) == [tell("record.forwarded")]
    assert [send.message.file for send in await speaks(room)] == ["voice:one"]


async def test_when_the_words_change_it_is_not_offered_any_more_and_the_list_says_so(room: Room) -> None:
    await asks(room)
    await speaks(room)
    await room.taps(tell("record.keep"), "Lola")
    (listed,) = await room.says("record list", "Lola")
    assert "⚠️" not in listed
    assert "Lola" in listed
    other_words(room)
    assert mark("tg", words(library=room.tools.library)) not in await known(room)
    (listed,) = await room.says("record list", "Lola")
    assert "1. ⚠️" in listed


async def test_words_that_changed_while_she_spoke_are_not_kept(room: Room) -> None:
    await asks(room)
    await speaks(room)
    other_words(room)
    assert (await room.taps(tell("record.keep"), "Lola"))[-1] == tell("record.changed")
    assert await kept(room) == []


async def test_it_is_heard_from_the_list_and_removed_once_she_is_sure(room: Room) -> None:
    await asks(room)
    await speaks(room)
    await room.taps(tell("record.keep"), "Lola")
    await room.says("record list", "Gulru")
    sends = await room.gives(
        DeskOrdered(
            by=Staff(id=room.people["Gulru"].id, name="Gulru"),
            name="record",
            about=room.keys[0].data.removeprefix("desk:record:"),
            private=True,
            tapped=True,
        )
    )
    assert [send.message.file for send in sends] == ["voice:one"]
    await room.taps(tell("record.drop"))
    assert len(await kept(room)) == 1
    await room.taps(tell("record.sure"))
    assert await kept(room) == []
    assert await known(room) == {}
    assert await room.acts() == [f"recorded:{GAME}.tg", f"unrecorded:{GAME}.tg"]
    assert await room.says("record list", "Gulru") == [tell("record.none")]


async def test_in_the_room_it_is_answered_in_private(room: Room) -> None:
    order = DeskOrdered(by=Staff(id=room.people["Lola"].id, name="Lola"), name="record", private=False)
    said = await room.gives(order)
    assert [send.to for send in said] == [staff(room.row("Lola")), GENERAL]
    assert said[1].message.text == tell("record.sent")


async def test_whatever_a_button_claims_nothing_breaks(room: Room) -> None:
    claims = (
        "of.",
        "of.no",
        "at.mums.99",
        "in.mums.1.play.z",
        "ask.mums.1.play.b.xx",
        "ask.x",
        "keep.",
        "again.1",
        "x",
    )
    for claim in (*claims, "show.x", "drop.x", "sure.x", "off"):
        assert await room.taps_data(f"desk:record:{claim}", "Lola")
    order = DeskOrdered(by=Staff(id=room.people["Lola"].id, name="Lola"), name="voice", private=True, tapped=True)
    assert await room.gives(order) == []
    assert await kept(room) == []
    assert await room.acts() == []
