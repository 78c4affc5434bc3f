"""The page with the phones and the desk, and the small API behind it.

It acts for invented people on this machine only. Other sites must not reach it through the browser: the Host
has to be the loopback (against DNS rebinding), and what changes anything has to be JSON from our own origin.
"""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from bot.bell import rung
from bot.phones.cast import Cast
from bot.phones.cloud import Cloud
from bot.phones.door import from_elsewhere
from bot.phones.faults import Faults
from bot.phones.hands import Hands
from bot.phones.kept import Impossible, Wire
from bot.phones.levers import Levers, be_busy
from bot.phones.updates import encoded
from bot.phones.view import state

HERE = Path(__file__).parent / "page"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FILES = {f"/{file.name}": file for file in HERE.iterdir() if file.suffix in KINDS} | {"/": HERE / "index.html"}
GUARDS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
SHOWN_KINDS = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"RIFF": "image/webp",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
    b"\x1aE\xdf\xa3": "audio/webm",
}
LARGEST = 28 * 1024 * 1024
"""Bytes of an act: a file of 20 MB in base64."""
COALESCE = 0.05
HEARTBEAT = 15.0


class Page:
    """Serves the page, and lets it act through `Hands` and move the `Levers`."""

    def __init__(self, cloud: Cloud, cast: Cast, faults: Faults, levers: Levers) -> None:
        self.cloud = cloud
        self.cast = cast
        self._faults = faults
        self._levers = levers
        self._hands = Hands(cloud, cast)
        self._run = secrets.token_hex(8)
        """Tells the page that this is not the Telegram it knew: what it remembers of chats is void."""
        self._closing = False
        self._listeners: set[asyncio.Event] = set()
        self._stepping = asyncio.Lock()
        cloud.on_change.append(self._changed)

    def close(self) -> None:
        """End the open event streams, so that the server can stop."""
        self._closing = True
        self.cloud.on_change.remove(self._changed)
        self._changed()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """The page, its state, its events, or an act."""
        if request.method == "POST":
            return await self._post(request)
        if request.path == "/phones/state":
            return _json(state(self.cloud, self.cast) | self._moved())
        if request.path == "/phones/events":
            return await self._events(request)
        if request.path.startswith("/phones/file/"):
            return self._sent(request.path.removeprefix("/phones/file/"))
        return _file(request.path)

    def _moved(self) -> Wire:
        """How the levers stand."""
        return {
            "run": self._run,
            "can_step": self._levers.step is not None,
            "can_restart": self._levers.restart is not None,
            "moving": self._levers.moving(),
            "busy": self._faults.busy(asyncio.get_running_loop().time()),
        }

    def _sent(self, file_id: str) -> web.Response:
        """A file the bot sent. A picture may be shown; anything else is only ever downloaded, never opened here."""
        content = self.cloud.files.get(file_id)
        if content is None:
            return web.Response(status=404, text="Not Found")
        kind = next((kind for start, kind in SHOWN_KINDS.items() if content.startswith(start)), None)
        if content[4:8] == b"ftyp":
            kind = "audio/mp4"
        guards = GUARDS if kind else GUARDS | {"Content-Disposition": "attachment"}
        return web.Response(body=content, content_type=kind or "application/octet-stream", headers=guards)

    async def _post(self, request: web.BaseRequest) -> web.Response:
        if from_elsewhere(request):
            return web.Response(status=403, text="another site may not act here")
        if request.content_type != "application/json":
            return web.Response(status=415, text="JSON expected")
        if (request.content_length or 0) > LARGEST:
            return _json({"ok": False, "why": "too large"}, 413)
        try:
            wanted = msgspec.json.decode(await request.read(), type=dict[str, Any])
            await self._act(request.path.removeprefix("/phones/"), wanted)
        except Impossible as impossible:
            return _json({"ok": False, "why": str(impossible)}, 409)
        except (msgspec.MsgspecError, KeyError, TypeError, ValueError):
            return _json({"ok": False, "why": "not understood"}, 400)
        return _json({"ok": True})

    async def _act(self, what: str, wanted: Wire) -> None:
        match what:
            case "clock":
                await self._step(wanted)
            case "cancel":
                self._cancel()
            case "restart":
                await self._restart()
            case "busy":
                be_busy(self._faults, int(wanted["seconds"]))
                self.cloud.changed()
            case _:
                self._hands.do(what, wanted)

    async def _step(self, wanted: Wire) -> None:
        """One jump at a time: a second click waits for the first."""
        if self._levers.step is None:
            raise Impossible("there is no clock to move")
        async with self._stepping:
            try:
                await self._levers.step(wanted)
            finally:
                self.cloud.changed()

    def _cancel(self) -> None:
        if self._levers.cancel is not None:
            self._levers.cancel()

    async def _restart(self) -> None:
        """The clock stands while the bot is away."""
        if self._levers.restart is None:
            raise Impossible("there is no bot here to restart")
        self._cancel()
        async with self._stepping:
            await self._levers.restart()
        self.cloud.changed()

    def _changed(self) -> None:
        for listener in self._listeners:
            listener.set()

    async def _events(self, request: web.BaseRequest) -> web.StreamResponse:
        """Server-sent events: one `changed` after every change, several near each other as one."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **GUARDS})
        await response.prepare(request)
        changed = asyncio.Event()
        changed.set()
        self._listeners.add(changed)
        try:
            while not self._closing:
                await response.write(b"data: changed\n\n" if changed.is_set() else b": still here\n\n")
                changed.clear()
                await rung(changed, HEARTBEAT)
                await asyncio.sleep(0 if self._closing else COALESCE)
        except ConnectionError:
            pass
        finally:
            self._listeners.discard(changed)
        return response


def _json(body: Wire, status: int = 200) -> web.Response:
    return web.Response(status=status, body=encoded(body), content_type="application/json", headers=GUARDS)


def _file(path: str) -> web.Response:
    if path not in FILES:
        return web.Response(status=404, text="Not Found")
    file = FILES[path]
    return web.Response(body=file.read_bytes(), content_type=KINDS[file.suffix], charset="utf-8", headers=GUARDS)
