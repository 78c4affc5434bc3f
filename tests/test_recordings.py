"""The whole bot: a facilitator records a page in her own chat, a mother listens; killed in between, on a shared phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.phones import Message, User
from content.library import Library, load
from flows.effects import Become
from flows.events import Staff
from tests.storage.people import Store
from tests.world import World, world

LIBRARY: Library = load()
LISTEN = LIBRARY.text("en", "listen.button")


def tell(key: str, **variables: object) -> str:
    return LIBRARY.text("ru", key, **variables)


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, joined=True) as one:
        yield one


async def somebody(w: World, name: str, role: str) -> User:
    """Somebody whom a lead has let in, with a chat of her own."""
    user = w.cloud.add_user(name, "tg")
    async with w.app.db.write() as conn:
        await w.app._office.enrol(conn, Staff(id=user.id, name=name), role, w.clock.now())  # type: ignore[arg-type]
        await w.app._office.desk(conn)
    user.started = True
    return user


async def presses(w: World, user: User, *labels: str) -> None:
    for label in labels:
        w.cloud.tap(user, user.id, None, label)
        await w.settle()


def keyboard(message: Message) -> list[list[dict[str, str]]]:
    rows: list[list[dict[str, str]]] = (message.wire.get("reply_markup") or {}).get("inline_keyboard", [])
    return rows


async def asked(w: World, user: User, part: str = "reflect", language: str = "English") -> None:
    await w.says("/record", user)
    await presses(w, user, tell("record.of.mums"))
    week = next(key["text"] for one in w.cloud.chat_view(user.id) for row in keyboard(one) for key in row)
    await presses(w, user, week, tell(f"record.part.{part}"), language)


async def speaks(w: World, user: User) -> None:
    w.cloud.send_voice(user)
    await w.settle()


def voices(w: World, user: User) -> list[Message]:
    """What the bot has played in somebody's chat."""
    return [one for one in w.cloud.chat_view(user.id) if one.sender is w.cloud.bot and "voice" in one.wire]


def last(w: World, user: User) -> str:
    return next(one.text for one in reversed(w.cloud.chat_view(user.id)) if one.sender is w.cloud.bot)


async def recorded(w: World, user: User) -> None:
    await asked(w, user)
    await speaks(w, user)
    await presses(w, user, tell("record.keep"))


async def reads(w: World) -> None:
    """Her first page comes, and she opens it."""
    await w.passes(hours=10)
    await w.taps("Open")


async def shares(w: World) -> None:
    """Others hold her phone too."""
    store = Store(w.app.db)
    store.now, store.ledger = w.clock.now(), w.app.turns._ledger
    await store.hear(w.her.id, "/help")
    await store.turns([Become(changes={"shared": True})])


async def test_a_facilitator_records_and_a_mother_listens(w: World) -> None:
    lola = await somebody(w, "Lola", "facilitator")
    await asked(w, lola)
    assert LIBRARY.programme("mums").bubbles(1, "reflect", "en")[-1] in last(w, lola)
    await speaks(w, lola)
    (heard,) = voices(w, lola)
    await presses(w, lola, tell("record.keep"))
    assert last(w, lola) == tell("record.kept", language="English")
    (heard,) = voices(w, lola)
    assert keyboard(heard) == [], "there is nothing left to decide"
    assert heard.wire["caption"].endswith(tell("record.is_kept", what="", language="").partition("\n")[2])

    await reads(w)
    page = next(one for one in w.screen if any(key["text"] == LISTEN for row in keyboard(one) for key in row))
    assert page.text == LIBRARY.programme("mums").bubbles(1, "reflect", "en")[-1]
    await w.taps(LISTEN)
    (voice,) = voices(w, w.her)
    assert voice.wire["voice"]["file_id"] == heard.wire["voice"]["file_id"]
    call = w.cloud.called("sendVoice")[-1]
    assert call.params["protect_content"]
    before = len(w.heard)
    await w.taps("Show it")
    game = LIBRARY.programme("mums").bubbles(1, "play", "en")
    assert w.heard[before:][: len(game)] == [*game]
    assert w.heard[-1] == LIBRARY.text("en", "session.end")
    assert not any("voice" in one.wire for one in w.cloud.chat_view(w.desk)), "nobody is told"


async def test_killed_between_the_voice_and_keep_nothing_is_lost_and_nothing_kept(w: World) -> None:
    lola = await somebody(w, "Lola", "facilitator")
    await asked(w, lola)
    await w.restart()
    await speaks(w, lola)
    await w.restart()
    await reads(w)
    assert not any(key["text"] == LISTEN for one in w.screen for row in keyboard(one) for key in row)
    await presses(w, lola, tell("record.keep"))
    assert last(w, lola) == tell("record.kept", language="English")
    await w.restart()
    await w.says("/week")
    await w.taps(LIBRARY.text("en", "week.latest"))
    await w.taps(LISTEN)
    assert len(voices(w, w.her)) == 1


async def test_on_a_shared_phone_the_voice_is_gone_after_a_day_and_the_menu_stays(w: World) -> None:
    await recorded(w, await somebody(w, "Lola", "facilitator"))
    await shares(w)
    await reads(w)
    await w.taps(LISTEN)
    (voice,) = voices(w, w.her)
    assert "keyboard" in str(w.cloud.called("sendVoice")[-1].params["reply_markup"])
    await w.passes(hours=23)
    assert voices(w, w.her) == [voice]
    await w.passes(hours=2)
    assert voices(w, w.her) == []


async def test_a_moderator_may_not_and_her_own_voice_goes_to_a_person(w: World) -> None:
    zarina = await somebody(w, "Zarina", "moderator")
    await w.says("/record", zarina)
    assert not [one for one in w.cloud.chat_view(zarina.id) if one.sender is w.cloud.bot]
    await w.joins(user=zarina)
    await speaks(w, zarina)
    assert last(w, zarina) == LIBRARY.text("en", "media.looked", opens="9:00", closes="18:00")


async def test_a_voice_in_the_same_breath_as_the_choice_is_the_recording(w: World) -> None:
    """Both wait at Telegram while the bot is down, and come in one batch."""
    lola = await somebody(w, "Lola", "facilitator")
    await w.says("/record", lola)
    await presses(w, lola, tell("record.of.mums"))
    week = next(key["text"] for one in w.cloud.chat_view(lola.id) for row in keyboard(one) for key in row)
    await presses(w, lola, week, tell("record.part.reflect"))
    await w.life.aclose()
    w.cloud.tap(lola, lola.id, None, "English")
    w.cloud.send_voice(lola)
    await w.restart()
    await w.settle()
    assert len(voices(w, lola)) == 1


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(
    "why", ["Bad Request: wrong file identifier/HTTP URL specified", "Bad Request: VOICE_MESSAGES_FORBIDDEN"]
)
async def test_where_the_voice_cannot_be_played_she_gets_words_in_her_language(
    w: World, why: str, *, shared: bool
) -> None:
    """Telegram gives it no more, or she lets nobody send her voices; with the menu under it or without."""
    await recorded(w, await somebody(w, "Lola", "facilitator"))
    if shared:
        await shares(w)
    await reads(w)
    w.server.faults.refuse(400, why, method="sendVoice", times=9)
    await w.taps(LISTEN)
    assert voices(w, w.her) == []
    assert w.heard[-1] == LIBRARY.text("en", "listen.gone")
