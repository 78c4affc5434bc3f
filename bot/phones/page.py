"""The page with the phones and the desk, and the small API behind it.

It acts for invented people on this machine only. Other sites must not reach it through the browser: the Host
has to be the loopback (against DNS rebinding), and what changes anything has to be JSON from our own origin.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from bot.phones.cast import Cast
from bot.phones.cloud import Cloud
from bot.phones.kept import Impossible, User, Wire
from bot.phones.updates import encoded
from bot.phones.view import state

FILES = {
    "/": ("index.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
    "/words.js": ("words.js", "text/javascript"),
    "/bubbles.js": ("bubbles.js", "text/javascript"),
    "/favicon.svg": ("favicon.svg", "image/svg+xml"),
}
HERE = Path(__file__).parent / "page"
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
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
}
COALESCE = 0.05
HEARTBEAT = 15.0
Step = Callable[[Wire], Awaitable[None]]


class Page:
    """Serves the page. `step` is the owner's way to move the clock.

    It is given `{"hours": n}`, `{"days": n}` or `{"to": "next"}`, and returns when what was due is dealt with.
    """

    def __init__(self, cloud: Cloud, cast: Cast, step: Step | None) -> None:
        self.cloud = cloud
        self.cast = cast
        self.step = step
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
        if not _is_loopback(request.headers.get("Host", "")):
            return web.Response(status=403, text="this page is for this machine only")
        if request.method == "POST":
            return await self._post(request)
        if request.path == "/phones/state":
            return _json(state(self.cloud, self.cast, can_step=self.step is not None))
        if request.path == "/phones/events":
            return await self._events(request)
        if request.path.startswith("/phones/file/"):
            return self._sent(request.path.removeprefix("/phones/file/"))
        return _file(request.path)

    def _sent(self, file_id: str) -> web.Response:
        """A file the bot sent. A picture may be shown; anything else is only ever downloaded, never opened here."""
        content = self.cloud.files.get(file_id)
        if content is None:
            return web.Response(status=404, text="Not Found")
        kind = next((kind for start, kind in SHOWN_KINDS.items() if content.startswith(start)), None)
        guards = GUARDS if kind else GUARDS | {"Content-Disposition": "attachment"}
        return web.Response(body=content, content_type=kind or "application/octet-stream", headers=guards)

    async def _post(self, request: web.BaseRequest) -> web.Response:
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
            return web.Response(status=403, text="another site may not act here")
        if request.content_type != "application/json":
            return web.Response(status=415, text="JSON expected")
        try:
            wanted = msgspec.json.decode(await request.read(), type=dict[str, Any])
            await self._act(request.path, wanted)
        except Impossible as impossible:
            return _json({"ok": False, "why": str(impossible)}, 409)
        except (msgspec.MsgspecError, KeyError, TypeError, ValueError):
            return _json({"ok": False, "why": "not understood"}, 400)
        return _json({"ok": True})

    async def _act(self, path: str, wanted: Wire) -> None:
        if path == "/phones/clock":
            await self._step(wanted)
            return
        act = ACTS.get(path)
        if act is None:
            raise KeyError(path)
        act(self.cloud, self._person(int(wanted["user"])), wanted)

    async def _step(self, wanted: Wire) -> None:
        """One jump at a time: a second click waits for the first."""
        if self.step is None:
            raise Impossible("there is no clock to move")
        async with self._stepping:
            await self.step(wanted)
        self.cloud.changed()

    def _person(self, number: int) -> User:
        """Only those on the page can be acted for."""
        for user in [phone.user for phone in self.cast.phones] + self.cast.desk:
            if user.id == number:
                return user
        raise Impossible("nobody here has that phone")

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
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), HEARTBEAT)
                await asyncio.sleep(0 if self._closing else COALESCE)
        except ConnectionError:
            pass
        finally:
            self._listeners.discard(changed)
        return response


def _say(cloud: Cloud, user: User, wanted: Wire) -> None:
    chat, text, reply = wanted.get("chat"), str(wanted["text"]), wanted.get("reply_to")
    if chat in (None, user.id):
        cloud.say(user, text, reply)
    else:
        cloud.say_in_group(user, int(chat), text, wanted.get("thread"), reply)


def _tap(cloud: Cloud, user: User, wanted: Wire) -> None:
    cloud.tap(user, int(wanted.get("chat") or user.id), int(wanted["message"]), str(wanted["data"]))


def _react(cloud: Cloud, user: User, wanted: Wire) -> None:
    cloud.react(user, int(wanted["message"]), wanted.get("emoji"), wanted.get("chat"))


def _edit(cloud: Cloud, user: User, wanted: Wire) -> None:
    cloud.edit(user, int(wanted["message"]), str(wanted["text"]), wanted.get("chat"))


ACTS: dict[str, Callable[[Cloud, User, Wire], object]] = {
    "/phones/say": _say,
    "/phones/tap": _tap,
    "/phones/key": lambda cloud, user, wanted: cloud.tap_key(user, str(wanted["label"])),
    "/phones/react": _react,
    "/phones/edit": _edit,
    "/phones/erase": lambda cloud, user, wanted: cloud.erase(user, int(wanted["message"]), wanted.get("chat")),
    "/phones/start": lambda cloud, user, wanted: cloud.start(user, str(wanted.get("payload") or "")),
    "/phones/block": lambda cloud, user, _: cloud.block(user),
    "/phones/unblock": lambda cloud, user, _: cloud.unblock(user),
    "/phones/voice": lambda cloud, user, wanted: cloud.send_voice(user, chat_id=wanted.get("chat")),
    "/phones/photo": lambda cloud, user, wanted: cloud.send_photo(user, chat_id=wanted.get("chat")),
    "/phones/sticker": lambda cloud, user, wanted: cloud.send_sticker(user, wanted.get("chat")),
}


def _is_loopback(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK_NAMES
    except ValueError:
        return False


def _json(body: Wire, status: int = 200) -> web.Response:
    return web.Response(status=status, body=encoded(body), content_type="application/json", headers=GUARDS)


def _file(path: str) -> web.Response:
    if path not in FILES:
        return web.Response(status=404, text="Not Found")
    name, kind = FILES[path]
    return web.Response(body=(HERE / name).read_bytes(), content_type=kind, charset="utf-8", headers=GUARDS)
