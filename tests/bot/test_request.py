"""Telegram over aiohttp, against the Telegram of this machine and against one that answers badly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.request import NO_TIME_GIVEN, AiohttpRequest, TooMany, bot, judged, seconds

TOKEN = "12345678:invented-token-invented-token-inv"
WORDS = "зимистони гарми дилам"
pytestmark = pytest.mark.asyncio


class Far:
    """A server that keeps what it is asked and answers what it is told."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status = 200
        self.body = b'{"ok": true, "result": true}'
        self.delay = 0.0
        self.url = ""

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Keep the parameters, wait, answer."""
        given = await request.post()
        self.asked.append({name: getattr(one, "filename", one) for name, one in given.items()})
        await asyncio.sleep(self.delay)
        return web.Response(status=self.status, body=self.body, headers={"Location": f"{self.url}/elsewhere"})


@pytest_asyncio.fixture
async def far() -> AsyncIterator[Far]:
    it = Far()
    runner = web.ServerRunner(web.Server(it.answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    it.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield it
    await runner.cleanup()


@pytest_asyncio.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    it = AiohttpRequest(2, connect=0.2, read=0.3, write=0.1, pool=0.1)
    yield it
    await it.shutdown()


@pytest.fixture
def ours(far: Far, request_: AiohttpRequest) -> Bot:
    return bot(TOKEN, far.url, request_)


async def test_parameters_arrive(ours: Bot, far: Far) -> None:
    await ours.delete_message(7, 8)
    assert far.asked == [{"chat_id": "7", "message_id": "8"}]


async def test_a_file_arrives_as_multipart(far: Far, request_: AiohttpRequest) -> None:
    from telegram import InputFile

    parameters = [
        RequestParameter.from_input("chat_id", 7),
        RequestParameter.from_input("document", InputFile(b"a,b\n1,2\n", filename="mine.csv")),
    ]
    await request_.post(f"{far.url}/x", RequestData(parameters))
    assert far.asked == [{"chat_id": "7", "document": "mine.csv"}]


async def test_a_download_is_given_as_it_is(far: Far, request_: AiohttpRequest) -> None:
    far.body = b"\x89PNG"
    assert await request_.retrieve(f"{far.url}/x") == b"\x89PNG"


async def test_a_slow_answer_times_out(ours: Bot, far: Far) -> None:
    far.delay = 1
    with pytest.raises(TimedOut):
        await ours.delete_message(7, 8)


async def test_a_full_pool_times_out_and_another_pool_is_free(ours: Bot, far: Far) -> None:
    far.delay = 0.15
    reserved = AiohttpRequest(1, read=1)
    urgent = bot(TOKEN, far.url, reserved)
    crowd = [asyncio.create_task(ours.delete_message(7, n)) for n in range(12)]
    await asyncio.sleep(0.05)
    assert await asyncio.wait_for(urgent.delete_message(7, 8), 0.3)
    await asyncio.gather(*crowd, return_exceptions=True)
    assert any(isinstance(one.exception(), TimedOut) for one in crowd)
    await reserved.shutdown()


async def test_nobody_there_and_no_token_in_what_is_said(request_: AiohttpRequest) -> None:
    with pytest.raises(NetworkError) as caught:
        await bot(TOKEN, "http://127.0.0.1:9", request_).delete_message(7, 8)
    assert TOKEN not in repr(caught.value)
    assert caught.value.__cause__ is None


async def test_a_redirect_is_not_followed(ours: Bot, far: Far) -> None:
    far.status = 307
    with pytest.raises(NetworkError):
        await ours.delete_message(7, 8)
    assert len(far.asked) == 1


async def test_it_opens_again_after_shutdown(ours: Bot, request_: AiohttpRequest) -> None:
    await ours.delete_message(7, 8)
    await request_.shutdown()
    await request_.initialize()
    assert await ours.delete_message(7, 8)
    assert request_.read_timeout == 0.3


def said(description: str = "", **more: object) -> bytes:
    return json.dumps({"ok": False, "description": description, **more}).encode()


@pytest.mark.parametrize(
    ("code", "body", "kind"),
    [
        (400, said("Bad Request: chat not found"), BadRequest),
        (401, said("Unauthorized"), InvalidToken),
        (403, said("Forbidden: bot was blocked by the user"), Forbidden),
        (404, said("Not Found"), InvalidToken),
        (409, said("Conflict"), Conflict),
        (429, said("Too Many Requests"), TooMany),
        (429, said(parameters={"retry_after": "5"}), TooMany),
        (400, said(parameters={"migrate_to_chat_id": -1007}), ChatMigrated),
        (200, said("Forbidden", error_code=403), Forbidden),
        (200, b'{"ok": true}', NetworkError),
        (200, b'{"ok": true, "result": null}', NetworkError),
        (200, b'{"ok": "yes", "result": 1}', NetworkError),
        (200, b"<html>captive portal</html>", NetworkError),
        (200, b'{"ok": true, "result": [{"mess', NetworkError),
        (200, b"[]", NetworkError),
        (200, b"", NetworkError),
        (200, b"[" * 100_000, NetworkError),
        (500, said("Internal Server Error"), NetworkError),
        (502, b"<html>bad gateway</html>", NetworkError),
        (404, b"<html>not here</html>", NetworkError),
        (599, b'{"ok": false, "parameters": 5, "description": 7}', NetworkError),
    ],
)
async def test_each_answer_that_is_no_success(code: int, body: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        judged(code, body)
    assert type(caught.value) is kind


async def test_no_body_is_ever_quoted(ours: Bot, far: Far, caplog: pytest.LogCaptureFixture) -> None:
    for status in (200, 400, 502):
        far.status, far.body = status, f'{{"ok": true, "result": "{WORDS}'.encode()
        with pytest.raises(NetworkError) as caught:
            await ours.delete_message(7, 8)
        assert WORDS not in repr(caught.value)
    assert WORDS not in caplog.text


@pytest.mark.parametrize(
    ("given", "wanted"),
    [(1, 1), (0.5, 0.5), ("5", 5), ("x", 3), (None, 3), (True, 3), ([5], 3), (-1, 3), (float("nan"), 3), (10**400, 3)],
)
async def test_retry_after_in_any_shape(given: object, wanted: float) -> None:
    assert NO_TIME_GIVEN == 3
    assert seconds(given) == wanted
