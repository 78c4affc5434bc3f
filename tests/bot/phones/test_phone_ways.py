"""What the page may do beside talking: phones that lie locked or off, more phones, a busy Telegram, files, commands."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeChat, BotCommandScopeChatMember
from telegram.error import BadRequest, RetryAfter

from bot.phones import Cast, Cloud, Levers, Server, default_cast, serve
from bot.phones.cast import MOST, STAFF
from bot.phones.levers import be_busy


class Reader:
    """Somebody at the page."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def does(self, what: str, status: int = 200, **body: Any) -> None:
        async with self.session.post(f"/phones/{what}", json=body) as answer:
            assert answer.status == status, await answer.text()

    async def sees(self) -> dict[str, Any]:
        async with self.session.get("/phones/state") as answer:
            return dict(await answer.json())

    async def phone(self, number: int = 0) -> dict[str, Any]:
        return dict((await self.sees())["phones"][number])


@pytest.fixture
def cast(cloud: Cloud) -> Cast:
    return default_cast(cloud)


@pytest.fixture
async def server(cloud: Cloud, cast: Cast) -> AsyncIterator[Server]:
    async with serve(cloud, "123456:phones-only", cast=cast, levers=Levers()) as running:
        yield running


@pytest.fixture
async def reader(server: Server) -> AsyncIterator[Reader]:
    async with aiohttp.ClientSession(server.url) as session:
        yield Reader(session)


async def test_a_locked_phone_shows_beginnings_newest_first_and_says_which_make_no_sound(
    reader: Reader, bot: Bot, cast: Cast, cloud: Cloud
) -> None:
    lola = cast.phones[0].user
    cloud.start(lola)
    await bot.send_message(lola.id, "before")
    await reader.does("lock", user=lola.id)
    await bot.send_message(lola.id, "A page\nis ready. " + "x" * 80)
    await bot.send_message(lola.id, "quietly", disable_notification=True)
    lit = (await reader.phone())["previews"]
    assert [(one["text"], one["silent"]) for one in lit] == [("quietly", True), ("A page is ready. " + "x" * 43, False)]
    await reader.does("say", 409, user=lola.id, text="under the lock")
    await reader.does("unlock", user=lola.id)
    assert (await reader.phone())["read"] is not None  # the unread stay marked until she does something
    await reader.does("say", user=lola.id, text="here")
    assert (await reader.phone())["read"] is None


async def test_a_phone_that_is_off_shows_what_it_showed_and_catches_up(
    reader: Reader, bot: Bot, cast: Cast, cloud: Cloud
) -> None:
    lola = cast.phones[0].user
    cloud.start(lola)
    await reader.does("off", user=lola.id)
    sent = await bot.send_message(lola.id, "one")
    await bot.send_message(lola.id, "two")
    await bot.delete_message(lola.id, sent.message_id)
    seen = await reader.phone()
    assert (seen["off"], seen["waiting"], [one["text"] for one in seen["messages"]]) == (True, 1, ["/start"])
    await reader.does("say", 409, user=lola.id, text="from a dark phone")
    await reader.does("on", user=lola.id)
    seen = await reader.phone()
    assert (seen["off"], [one["text"] for one in seen["messages"]]) == (False, ["/start", "two"])
    assert [one["text"] for one in seen["previews"]] == ["two"]


async def test_phones_are_added_while_there_is_room(reader: Reader, cast: Cast) -> None:
    wanted = {"role": "father", "language": "ru", "zone": "Europe/Moscow"}
    await reader.does("add", 409, **wanted | {"zone": "Atlantis"})
    while len(cast.phones) < MOST:
        await reader.does("add", **wanted)
    await reader.does("add", 409, **wanted)
    assert len({phone.user.first_name for phone in cast.phones}) == MOST
    assert cast.numbers == {phone.user.id for phone in cast.phones} - set(cast.staff(*STAFF))
    assert (await reader.sees())["choices"]["room"] == 0


async def test_a_busy_telegram_refuses_everything_but_news_for_a_while(
    reader: Reader, bot: Bot, server: Server, cast: Cast, cloud: Cloud
) -> None:
    lola = cast.phones[0].user
    cloud.start(lola)
    await reader.does("busy", seconds=30)
    await reader.does("busy", 409, seconds=100_000)
    assert 28 <= (await reader.sees())["busy"] <= 30
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(lola.id, "x")
    assert "30" in str(refused.value) or "29" in str(refused.value)
    assert len(await bot.get_updates()) == 1
    be_busy(server.faults, 0)
    assert await bot.send_message(lola.id, "x")
    assert (await reader.sees())["busy"] == 0


async def test_a_file_of_hers_reaches_the_bot_and_goes_on_by_its_id(
    reader: Reader, bot: Bot, cast: Cast, cloud: Cloud
) -> None:
    lola = cast.phones[0].user
    cloud.start(lola)
    data = base64.b64encode(b"OggS sound").decode()
    await reader.does("file", user=lola.id, kind="voice", data=data, duration=7)
    await reader.does("file", 409, user=lola.id, kind="voice", data="", duration=7)
    await reader.does("file", 400, user=lola.id, kind="voice", data="%%%", duration=7)
    voice = (await bot.get_updates())[-1].message.voice  # type: ignore[union-attr]
    assert voice is not None
    assert await (await bot.get_file(voice.file_id)).download_as_bytearray() == b"OggS sound"
    again = await bot.send_voice(cast.desk_chat_id, voice.file_id, caption="<b>new</b>", parse_mode="HTML")
    assert again.caption_entities[0].type == "bold"
    assert cloud.chat_view(cast.desk_chat_id)[-1].wire["voice"]["duration"] == 7
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type VoiceNote as Document"):
        await bot.send_document(lola.id, voice.file_id)
    with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
        await bot.send_voice(lola.id, "nobody-knows")
    with pytest.raises(BadRequest, match=r"(?i)non-empty"):
        await bot.send_document(lola.id, b"", filename="nothing.csv")
    shown = (await reader.phone())["messages"][-1]["file"]
    assert (shown["size"], shown["duration"]) == (10, 7)


async def test_a_caption_is_edited_and_a_text_has_none(bot: Bot, cast: Cast, cloud: Cloud) -> None:
    lola = cast.phones[0].user
    cloud.start(lola)
    sent = await bot.send_document(lola.id, b"x", filename="x.txt", caption="one")
    await bot.edit_message_caption(lola.id, sent.message_id, caption="two")
    assert cloud.chat_view(lola.id)[-1].text == "two"
    text = await bot.send_message(lola.id, "words")
    with pytest.raises(BadRequest, match=r"(?i)no caption in the message"):
        await bot.edit_message_caption(lola.id, text.message_id, caption="two")


async def test_each_phone_and_the_desk_show_the_narrowest_commands(reader: Reader, bot: Bot, cast: Cast) -> None:
    lola, gulru = cast.phones[0].user, cast.desk[0]
    await bot.set_my_commands([BotCommand("help", "for all")])
    await bot.set_my_commands([BotCommand("help", "тоҷикӣ")], language_code="tg")
    await bot.set_my_commands([BotCommand("week", "her own")], BotCommandScopeChat(lola.id))
    await bot.set_my_commands([BotCommand("duty", "groups")], BotCommandScopeAllGroupChats())
    seen = await reader.sees()
    assert [one["commands"][0]["description"] for one in seen["phones"][:2]] == ["her own", "for all"]
    assert seen["phones"][3]["commands"][0]["description"] == "тоҷикӣ"
    assert seen["desk"]["commands"][0]["command"] == "duty"
    await bot.set_my_commands([BotCommand("rota", "hers")], BotCommandScopeChatMember(cast.desk_chat_id, gulru.id))
    assert (await reader.sees())["desk"]["commands"][0]["command"] == "rota"
    await bot.delete_my_commands(BotCommandScopeChat(lola.id))
    assert (await reader.phone())["commands"][0]["description"] == "тоҷикӣ"


async def test_levers_that_are_not_there_are_not_moved(reader: Reader) -> None:
    seen = await reader.sees()
    assert (seen["can_step"], seen["can_restart"], seen["moving"]) == (False, False, None)
    await reader.does("clock", 409, hours=1)
    await reader.does("restart", 409)
    await reader.does("dance", 400, user=1)
