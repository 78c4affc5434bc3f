"""The Bot API over HTTP on this machine: long polling, refusals and faults, with a ledger of every call.

It listens on the loopback only. Tens of thousands of calls a minute are usual in the tests, so there is no
routing by pattern, no access log, and one encoding per answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import msgspec
from aiohttp import web

from bot.phones.cast import Cast
from bot.phones.cloud import Cloud
from bot.phones.door import from_browser, is_loopback
from bot.phones.faults import Fault, Faults, refusal
from bot.phones.kept import Call, Wire
from bot.phones.levers import Levers
from bot.phones.media import Upload
from bot.phones.page import Page
from bot.phones.params import normal
from bot.phones.refusals import NOT_FOUND, TERMINATED, TERMINATED_BY_WEBHOOK, UNAUTHORIZED, WEBHOOK_ACTIVE, Refused
from bot.phones.webhook import Courier

LOOPBACK = "127.0.0.1"
LONGEST_POLL = 50.0
MAX_BODY = 52_428_800


class Server:
    """Answers `/bot<token>/<method>`; `faults` spoil answers, `rtt` seconds lie between question and answer."""

    def __init__(self, cloud: Cloud, token: str) -> None:
        self.cloud = cloud
        self.token = token
        self.page: Page | None = None
        self.faults = Faults()
        self.rtt = 0.0
        self.url = ""
        self.courier = Courier(cloud)
        self._poll: asyncio.Future[bool] | None = None

    @property
    def base_url(self) -> str:
        """For `telegram.Bot(base_url=…)`, which appends the token."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """For `telegram.Bot(base_file_url=…)`."""
        return f"{self.url}/file/bot"

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Every request comes through here."""
        path = request.path
        if not is_loopback(request.headers.get("Host", "")):
            return web.Response(status=403, text="this Telegram is for this machine only")
        if path.startswith(("/bot", "/file/")) and from_browser(request):
            return web.Response(status=403, text="this is for bots, not for pages")
        if path.startswith("/bot"):
            token, _, method = path[4:].rpartition("/")
            return await self._api(request, token, method)
        if path.startswith(f"/file/bot{self.token}/files/"):
            content = self.cloud.files.get(path.rpartition("/")[2])
            return web.Response(status=404, text=NOT_FOUND) if content is None else web.Response(body=content)
        if self.page is not None and not path.startswith("/file/"):
            return await self.page.answer(request)
        return web.Response(status=404, text=NOT_FOUND)

    async def _api(self, request: web.BaseRequest, token: str, method: str) -> web.StreamResponse:
        loop = asyncio.get_running_loop()
        if token != self.token:
            return _json(401, msgspec.json.encode(refusal(401, UNAUTHORIZED)))
        try:
            params = normal(await _given(request))
        except Refused as refused:
            return _refused(refused)
        call = Call(len(self.cloud.calls) + 1, method, params.get("chat_id"), params, loop.time())
        self.cloud.calls.append(call)
        try:
            return await self._carried_out(request, call)
        finally:
            call.time_ended = loop.time()

    async def _carried_out(self, request: web.BaseRequest, call: Call) -> web.StreamResponse:
        if self.rtt:
            await asyncio.sleep(self.rtt / 2)
        fault = self.faults.take(call.method, call.params, call.time_started)
        if fault is not None and not fault.after_effect:
            await asyncio.sleep(fault.delay)
        if fault is None or not fault.answers or fault.after_effect:
            response: web.StreamResponse = await self._effect(call)
        if fault is not None and fault.after_effect:
            await asyncio.sleep(fault.delay)
        if self.rtt:
            await asyncio.sleep(self.rtt / 2)
        if fault is not None and fault.answers:
            response = await _spoilt(request, call, fault)
        return response

    async def _effect(self, call: Call) -> web.Response:
        try:
            call.result = await self._result(call)
        except Refused as refused:
            call.outcome, call.error = refused.status, refused.description
            return _refused(refused)
        call.outcome, call.happened = 200, True
        return _json(200, msgspec.json.encode({"ok": True, "result": call.result}))

    async def _result(self, call: Call) -> Any:
        if call.method.lower() == "getupdates":
            return await self._get_updates(call.params)
        result = self.cloud.call(call.method, call.params)
        if call.method.lower() == "setwebhook" and self.cloud.profile.webhook:
            self.interrupt()
        return result

    async def _get_updates(self, params: Wire) -> list[msgspec.Raw]:
        """Long polling: at once if there is something, else when there is, else [] after `timeout` seconds."""
        updates = self.cloud.updates
        if self.cloud.profile.webhook:
            raise Refused(409, WEBHOOK_ACTIVE)
        self.interrupt()
        updates.allow(params.get("allowed_updates"))
        offset, limit = int(params.get("offset") or 0), int(params.get("limit") or 100)
        found = updates.take(offset, limit)
        wait = min(float(params.get("timeout") or 0), LONGEST_POLL)
        if found or wait <= 0:
            return found
        await self._wait(wait)
        return updates.take(offset, limit)

    def interrupt(self) -> None:
        """A second poll, or a webhook, ends the first with a 409, as Telegram does."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(False)

    async def _wait(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        poll: asyncio.Future[bool] = loop.create_future()
        self._poll = poll
        timer = loop.call_later(seconds, _settle, poll)
        wake = partial(_settle, poll)
        self.cloud.updates.listeners.append(wake)
        try:
            if not await poll:
                raise Refused(409, TERMINATED_BY_WEBHOOK if self.cloud.profile.webhook else TERMINATED)
        finally:
            timer.cancel()
            self.cloud.updates.listeners.remove(wake)


def _request(*parts: Any) -> web.BaseRequest:
    message, payload, protocol, writer, task = parts
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=MAX_BODY)


def _settle(poll: asyncio.Future[bool]) -> None:
    if not poll.done():
        poll.set_result(True)


async def _given(request: web.BaseRequest) -> dict[str, Any]:
    """The parameters, from wherever the bot put them."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            given |= msgspec.json.decode(await request.read() or b"{}", type=dict[str, Any])
        except msgspec.MsgspecError as broken:
            raise Refused(400, "Bad Request: can't parse JSON") from broken
    elif request.can_read_body:
        for name, value in (await request.post()).items():
            given[name] = value if isinstance(value, str) else _uploaded(value)
    return given


def _uploaded(value: Any) -> Any:
    if isinstance(value, web.FileField):
        return Upload(value.filename, value.file.read())
    return value.decode() if isinstance(value, bytes | bytearray) else value


def _json(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, content_type="application/json")


def _refused(refused: Refused) -> web.Response:
    body = refusal(refused.status, refused.description, dict(refused.parameters) or None)
    return _json(refused.status, msgspec.json.encode(body))


async def _spoilt(request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
    """The answer the fault gives instead."""
    call.outcome, call.error = fault.status or 200, "fault"
    if fault.disconnect:
        call.outcome = 0
        _hang_up(request)
        return web.Response(status=500)
    if fault.cut is None and not fault.drip:
        return web.Response(status=call.outcome, body=fault.payload, content_type=fault.content_type)
    response = web.StreamResponse(status=call.outcome, headers={"Content-Type": fault.content_type})
    response.content_length = len(fault.payload)
    await response.prepare(request)
    for byte in fault.payload[: fault.cut]:
        await response.write(bytes((byte,)))
        await asyncio.sleep(fault.drip)
    if fault.cut is not None:
        _hang_up(request)
    return response


def _hang_up(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.abort()


@asynccontextmanager
async def serve(
    cloud: Cloud,
    token: str,
    port: int = 0,
    *,
    cast: Cast | None = None,
    levers: Levers | None = None,
    host: str = LOOPBACK,
) -> AsyncIterator[Server]:
    """A running server; with a `cast`, also the page at `/`. `levers` are what the page may move."""
    server = Server(cloud, token)
    if cast is not None:
        server.page = Page(cloud, cast, server.faults, levers or Levers())
    runner = web.ServerRunner(
        web.Server(server.answer, request_factory=_request, access_log=None), shutdown_timeout=0.2
    )
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    server.url = f"http://{host}:{runner.addresses[0][1]}"
    courier = asyncio.create_task(server.courier.run())
    try:
        yield server
    finally:
        courier.cancel()
        server.interrupt()
        if server.page is not None:
            server.page.close()
        await runner.cleanup()
