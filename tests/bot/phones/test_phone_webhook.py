"""The webhook of this machine's Telegram posts as the real one does: side by side, in queues, again after a pause."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict

from bot.phones import Cloud, Server, User

SECOND = 0.05


class Shop:
    """Whoever is posted to. `judge` says the status; `most` is how many posts were here at once."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[tuple[float, int]] = []
        self.headers: list[Any] = []
        self.here = self.most = 0
        self.takes = 0.0
        self.judge: Callable[[int], int] = lambda _: 200
        self.more: dict[str, str] = {}

    async def answer(self, request: web.BaseRequest) -> web.Response:
        number = (await request.json())["update_id"]
        self.got.append((time.monotonic(), number))
        self.headers.append(request.headers)
        self.here += 1
        self.most = max(self.most, self.here)
        await asyncio.sleep(self.takes)
        self.here -= 1
        return web.Response(status=self.judge(number), headers=self.more)

    @property
    def numbers(self) -> list[int]:
        return [number for _, number in self.got]


@pytest.fixture
async def shop(server: Server) -> AsyncIterator[Shop]:
    server.courier.second = SECOND
    one = Shop()
    runner = web.ServerRunner(web.Server(one.answer, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield one
    await runner.cleanup()


async def until(enough: Callable[[], Any]) -> None:
    async with asyncio.timeout(5):
        while not enough():  # noqa: ASYNC110 (nothing rings)
            await asyncio.sleep(0.005)


async def test_many_are_posted_at_once_and_never_more_than_allowed(bot: Bot, cloud: Cloud, shop: Shop) -> None:
    shop.takes = 0.05
    for n in range(12):
        cloud.start(cloud.add_user(f"Woman {n}"))
    await bot.set_webhook(shop.url, max_connections=4)
    await until(lambda: not cloud.updates.waiting)
    assert shop.most == 4
    assert sorted(shop.numbers) == cloud.offered


async def test_one_chat_is_posted_one_after_the_other_and_a_tap_does_not_wait(
    bot: Bot, cloud: Cloud, lola: User, shop: Shop
) -> None:
    shop.takes = 0.05
    cloud.say(lola, "two")
    cloud.tap(lola, lola.id, None, "1:mood:2", forged=True)
    start, words, tap = cloud.offered
    await bot.set_webhook(shop.url)
    await until(lambda: not cloud.updates.waiting)
    assert shop.numbers.index(tap) < shop.numbers.index(words)
    assert shop.numbers.index(start) < shop.numbers.index(words)
    assert shop.most == 2


async def test_a_failed_one_comes_again_at_once_then_after_growing_pauses_and_keeps_its_chat_waiting(
    bot: Bot, cloud: Cloud, lola: User, susan: User, shop: Shop
) -> None:
    first = cloud.offered[0]
    failures = 4

    def judge(number: int) -> int:
        nonlocal failures
        failures -= number == first
        return 500 if number == first and failures >= 0 else 200

    shop.judge = judge
    await bot.set_webhook(shop.url)
    cloud.say(lola, "waits behind it")
    cloud.start(susan)
    await until(lambda: not cloud.updates.waiting)
    tried = [moment for moment, number in shop.got if number == first]
    pauses = [after - before for before, after in pairwise(tried)]
    assert len(pauses) == 4
    assert pauses[0] < SECOND
    assert [pause >= seconds * SECOND for pause, seconds in zip(pauses[1:], (2, 4, 8), strict=True)] == [True] * 3
    assert shop.numbers.index(cloud.offered[2]) < shop.numbers.index(cloud.offered[1])
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    assert info.last_error_date == cloud.now()


async def test_retry_after_is_kept_to(bot: Bot, cloud: Cloud, lola: User, shop: Shop) -> None:
    shop.judge, shop.more = (lambda _: 503 if len(shop.got) == 1 else 200), {"Retry-After": "6"}
    await bot.set_webhook(shop.url)
    await until(lambda: not cloud.updates.waiting)
    (first, _), (second, _) = shop.got
    assert second - first >= 6 * SECOND


async def test_what_the_bot_is_told_of_it(bot: Bot, cloud: Cloud, lola: User, shop: Shop) -> None:
    assert (await bot.get_webhook_info()).url == ""
    shop.judge = lambda _: 403
    await bot.set_webhook(shop.url, secret_token="s" * 40, max_connections=7, allowed_updates=["message"])
    await until(lambda: len(shop.got) > 1)
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (shop.url, 1, 7)
    assert info.allowed_updates == ("message",)
    assert "403" in (info.last_error_message or "")
    assert {one["X-Telegram-Bot-Api-Secret-Token"] for one in shop.headers} == {"s" * 40}
    assert {one["Content-Type"] for one in shop.headers} == {"application/json"}
    await bot.set_webhook(shop.url, secret_token="t" * 40)
    assert (await bot.get_webhook_info()).last_error_message is None, "another webhook begins anew"


async def test_nobody_there(bot: Bot, cloud: Cloud, lola: User) -> None:
    await bot.set_webhook("http://127.0.0.1:9/")
    await until(lambda: "last_error_message" in cloud.profile.webhook)
    assert (await bot.get_webhook_info()).last_error_message == "Connection refused"
    assert (await bot.get_webhook_info()).pending_update_count == 1


async def test_a_redirect_is_no_yes(bot: Bot, cloud: Cloud, lola: User, shop: Shop) -> None:
    shop.judge, shop.more = (lambda _: 307), {"Location": shop.url}
    await bot.set_webhook(shop.url)
    await until(lambda: len(shop.got) > 1)
    assert cloud.confirmed == []


async def test_from_one_way_to_the_other_and_back(bot: Bot, cloud: Cloud, lola: User, shop: Shop) -> None:
    offset = (await bot.get_updates())[-1].update_id + 1
    poll = asyncio.create_task(bot.get_updates(offset=offset, timeout=20))
    await asyncio.sleep(0.05)
    await bot.set_webhook(shop.url)
    with pytest.raises(Conflict, match="terminated by setWebhook"):
        await poll
    with pytest.raises(Conflict, match="use deleteWebhook"):
        await bot.get_updates()
    cloud.say(lola, "posted")
    await until(lambda: not cloud.updates.waiting)
    await bot.delete_webhook()
    cloud.say(lola, "polled")
    assert [one.message.text for one in await bot.get_updates() if one.message] == ["polled"]
    await bot.set_webhook(shop.url)
    await until(lambda: not cloud.updates.waiting)
    assert shop.numbers == cloud.offered[1:]
    await bot.set_webhook("")
    assert await bot.get_updates() == ()


@pytest.mark.parametrize("secret", ["x" * 257, "with space", "é"])
async def test_a_secret_telegram_does_not_take(bot: Bot, cloud: Cloud, secret: str) -> None:
    with pytest.raises(BadRequest, match="ecret token"):
        await bot.set_webhook("http://127.0.0.1:9/", secret_token=secret)
    assert cloud.profile.webhook == {}


async def test_pending_ones_are_dropped_only_when_asked(bot: Bot, cloud: Cloud, lola: User, shop: Shop) -> None:
    shop.judge = lambda _: 500
    await bot.set_webhook(shop.url)
    await bot.delete_webhook()
    assert cloud.updates.waiting
    await bot.set_webhook(shop.url, drop_pending_updates=True)
    assert not cloud.updates.waiting
