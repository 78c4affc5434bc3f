"""The queue of updates: what an offset confirms, what is waited for, what is spoilt on purpose."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict, EndPointNotFound, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.phones import Cloud, Server, User


async def test_an_offset_confirms_what_lies_before_it(bot: Bot, cloud: Cloud, lola: User) -> None:
    for word in ("one", "two", "three"):
        cloud.say(lola, word)
    first, *_ = cloud.offered
    assert [one.update_id for one in await bot.get_updates(limit=2)] == cloud.offered[:2]
    assert cloud.confirmed == []
    assert [one.update_id for one in await bot.get_updates(offset=first + 2)] == cloud.offered[2:]
    assert cloud.confirmed == cloud.offered[:2]
    assert [one.update_id for one in await bot.get_updates(offset=-1)] == cloud.offered[3:]
    assert cloud.confirmed == cloud.offered[:3]


async def test_a_long_poll_ends_as_soon_as_something_happens(bot: Bot, cloud: Cloud, lola: User) -> None:
    seen = (await bot.get_updates())[-1].update_id
    poll = asyncio.create_task(bot.get_updates(offset=seen + 1, timeout=20))
    await asyncio.sleep(0.05)
    cloud.say(lola, "hello")
    [update] = await asyncio.wait_for(poll, 1)
    assert update.message is not None
    assert update.message.text == "hello"


async def test_an_update_is_what_was_true_when_it_happened(bot: Bot, cloud: Cloud, lola: User) -> None:
    said = cloud.say(lola, "before")
    cloud.edit(lola, said.id, "after")
    [_, first, second] = await bot.get_updates()
    assert first.message is not None
    assert second.edited_message is not None
    assert (first.message.text, second.edited_message.text) == ("before", "after")


async def test_reactions_come_only_to_who_asks_for_them(bot: Bot, cloud: Cloud, lola: User) -> None:
    hers = cloud.chat_view(lola.id)[0]
    cloud.react(lola, hers.id, "👍")
    assert len(await bot.get_updates(allowed_updates=["message", "message_reaction"])) == 1
    cloud.react(lola, hers.id, "❤")
    assert (await bot.get_updates())[-1].message_reaction is not None


async def test_updates_are_kept_a_day(bot: Bot, cloud: Cloud, lola: User, clock) -> None:
    clock.step(hours=25)
    cloud.say(lola, "late")
    assert [one.update_id for one in await bot.get_updates()] == cloud.offered[1:]
    assert cloud.updates.forgotten == cloud.offered[:1]


async def test_after_a_quiet_week_the_numbers_start_anew(bot: Bot, cloud: Cloud, lola: User) -> None:
    last = cloud.offered[-1]
    await bot.get_updates(offset=last + 1)
    cloud.updates.next_id = 41
    cloud.say(lola, "again")
    assert [one.update_id for one in await bot.get_updates(offset=last + 1)] == [41]
    assert await bot.get_updates(offset=42) == ()


async def test_of_two_pollers_the_older_is_ended(bot: Bot, server: Server, lola: User, cloud: Cloud) -> None:
    offset = cloud.offered[-1] + 1
    older = asyncio.create_task(bot.get_updates(offset=offset, timeout=20))
    await asyncio.sleep(0.05)
    async with Bot(bot.token, base_url=server.base_url) as second:
        newer = asyncio.create_task(second.get_updates(offset=offset, timeout=20))
        with pytest.raises(Conflict):
            await asyncio.wait_for(older, 1)
        cloud.say(lola, "for the newer")
        assert len(await asyncio.wait_for(newer, 1)) == 1


async def test_malformed_updates_are_handed_out_as_they_are(server: Server, cloud: Cloud) -> None:
    cloud.push_raw({"message": {"text": "\ud83d\x00"}})
    cloud.push_raw({"update_id": 7, "nothing_we_know": []})
    async with aiohttp.ClientSession() as session, session.get(f"{server.base_url}{server.token}/getUpdates") as answer:
        assert answer.status == 200
        body = await answer.text()
    assert "\\ud83d\\u0000" in body
    assert cloud.offered[-1] == 7


async def test_a_wrong_token_and_an_unknown_method(server: Server, bot: Bot) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", base_url=server.base_url):
            pass
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("noSuchMethod")
    with pytest.warns(UserWarning, match="do_api_request"), pytest.raises(BadRequest, match=r"(?i)chat_id is empty"):
        await bot.do_api_request("sendChatAction", {"action": "typing"})


async def test_a_fault_before_the_effect_and_one_after(
    bot: Bot, server: Server, cloud: Cloud, lola: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    server.faults.too_many(35, method="sendMessage", chat_id=lola.id)
    with pytest.raises(RetryAfter) as late:
        await bot.send_message(lola.id, "one")
    assert late.value.retry_after == timedelta(seconds=35)
    server.faults.add(method="sendMessage", disconnect=True, after_effect=True)
    with pytest.raises(NetworkError):
        await bot.send_message(lola.id, "two")
    assert [one.text for one in cloud.chat_view(lola.id)[1:]] == ["two"]
    assert [(one.happened, one.outcome) for one in cloud.calls[-2:]] == [(False, 429), (True, 0)]
    assert await bot.send_message(lola.id, "three")


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 502, "body": "<html>Bad Gateway</html>", "content_type": "text/html"},
        {"status": 500, "body": ""},
        {"body": '{"ok":true,"resu'},
        {"body": '{"ok":true,"result":{"message_id":1}}', "cut": 9},
        {"status": 409},
        {"status": 401},
        {"body": '{"ok":', "drip": 0.01},
        {"disconnect": True},
    ],
)
async def test_every_broken_answer_is_an_error_and_only_once(
    bot: Bot, server: Server, lola: User, fault: dict[str, object]
) -> None:
    server.faults.add(method="sendMessage", **fault)
    with pytest.raises(TelegramError):
        await bot.send_message(lola.id, "x")
    assert await bot.send_message(lola.id, "x")


async def test_a_lasting_fault_ends_by_itself(bot: Bot, server: Server) -> None:
    server.faults.refuse(409, "Conflict: elsewhere", method="getUpdates", lasting=0.2)
    for _ in range(2):
        with pytest.raises(Conflict):
            await bot.get_updates()
    await asyncio.sleep(0.2)
    assert await bot.get_updates() == ()


async def test_a_round_trip_takes_its_time(bot: Bot, server: Server) -> None:
    server.rtt = 0.1
    begun = asyncio.get_running_loop().time()
    await bot.get_me()
    assert asyncio.get_running_loop().time() - begun >= 0.1


async def test_a_webhook_gets_each_update_until_it_takes_it(bot: Bot, cloud: Cloud, lola: User) -> None:
    got: list[tuple[str | None, int]] = []
    taken = asyncio.Event()

    async def door(request: web.BaseRequest) -> web.Response:
        got.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), (await request.json())["update_id"]))
        if len(got) == 3:
            taken.set()
        return web.Response(status=500 if len(got) == 1 else 200)

    runner = web.ServerRunner(web.Server(door))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/", secret_token="s" * 32)
        cloud.say(lola, "two")
        async with asyncio.timeout(3):
            await taken.wait()
        await asyncio.sleep(0.02)
        with pytest.raises(Conflict):
            await bot.get_updates()
        assert got == [("s" * 32, cloud.offered[0])] * 2 + [("s" * 32, cloud.offered[1])]
        assert (await bot.get_webhook_info()).pending_update_count == 0
    finally:
        await runner.cleanup()
