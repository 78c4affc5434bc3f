"""HTTP to Telegram: python-telegram-bot's request layer over aiohttp.

Its own layer over httpx slows down with many requests in flight (271 a second with 256 in flight, against 6,500
here, on one machine), and it puts whole answers, with her words in them, into its log and its exceptions. Here
every answer is judged at the door: what is no well-formed success becomes an error of the library's own kinds,
and no body ever goes into its text.
"""

from __future__ import annotations

import json
import math
from http import HTTPStatus
from typing import Any

import aiohttp
from telegram import Bot
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

NO_TIME_GIVEN = 3.0
_KINDS: dict[int, type[TelegramError]] = {
    HTTPStatus.BAD_REQUEST: BadRequest,
    HTTPStatus.UNAUTHORIZED: InvalidToken,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: InvalidToken,
    HTTPStatus.CONFLICT: Conflict,
}


class TooMany(TelegramError):  # noqa: N818 (it names what is so, not who erred)
    """Telegram asks us to wait `seconds`. The library's `RetryAfter` breaks on `"5"`, so this one is ours."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Too many requests")
        self.seconds = seconds


class AiohttpRequest(BaseRequest):
    """A pool of at most `connections`. All times in seconds; `pool` is the wait for a free connection.

    The default has room for every message in flight (`send.FLIGHT`) and for taps being acknowledged beside them.

    The session opens with the first request, so that a Telegram out of reach never stops the start. Redirects
    are not followed: they would carry her words and the token to another host.
    """

    def __init__(
        self,
        connections: int = 96,
        *,
        connect: float = 5.0,
        read: float = 10.0,
        write: float = 10.0,
        pool: float = 5.0,
    ) -> None:
        self._connections = connections
        self._connect, self._read, self._write, self._pool = connect, read, write, pool
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds waited for an answer when a call names no time of its own."""
        return self._read

    async def initialize(self) -> None:
        """Open the session; a second call does nothing."""
        self._opened()

    async def shutdown(self) -> None:
        """Close every connection; the next request opens anew."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0917 (the library's own signature)
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of a well-formed success; all else is raised (`NetworkError` and its like)."""
        timeout = _timeout(
            _chosen(pool_timeout, self._pool),
            _chosen(connect_timeout, self._connect),
            _chosen(write_timeout, self._write),
            _chosen(read_timeout, self._read),
        )
        try:
            async with self._opened().request(
                method, url, data=_body(request_data), timeout=timeout, allow_redirects=False
            ) as response:
                code, body = response.status, await response.read()
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            # The text of these names the URL, and the URL holds the token: only the kind goes on.
            raise NetworkError(type(error).__name__) from None
        return judged(code, body) if method == "POST" else (code, body)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )
        return self._session


def judged(code: int, body: bytes) -> tuple[int, bytes]:
    """Pass on an answer that says `ok` and has a result; raise for every other.

    A status of 200 around `"ok": false` counts as the error code inside it.
    """
    try:
        said = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise NetworkError(f"{code}, not JSON") from None
    if not isinstance(said, dict):
        raise NetworkError(f"{code}, not a JSON object")
    if not HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES or said.get("ok") is not True:
        raise refusal(code, said)
    if said.get("result") is None:
        raise NetworkError("ok without a result")
    return code, body


def refusal(code: int, said: dict[str, Any]) -> TelegramError:
    """What Telegram's refusal is in the library's words. Source: "Making requests" in the Bot API's manual."""
    if code < HTTPStatus.BAD_REQUEST and isinstance(said.get("error_code"), int):
        code = said["error_code"]
    given = said.get("parameters")
    parameters = given if isinstance(given, dict) else {}
    moved_to = parameters.get("migrate_to_chat_id")
    if isinstance(moved_to, int) and moved_to:
        return ChatMigrated(moved_to)
    if code == HTTPStatus.TOO_MANY_REQUESTS or "retry_after" in parameters:
        return TooMany(seconds(parameters.get("retry_after")))
    kind = _KINDS.get(code, NetworkError)
    return kind(str(said.get("description") or code)[:200])


def seconds(value: object) -> float:
    """`retry_after` in any shape it was seen in: a number, digits in a string, nothing at all."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return NO_TIME_GIVEN
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return NO_TIME_GIVEN
    return number if math.isfinite(number) and number >= 0 else NO_TIME_GIVEN


def bot(token: str, api_url: str, request: BaseRequest) -> Bot:
    """A `Bot` whose every call goes through `request`; `api_url` without a slash at its end."""
    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request,
        get_updates_request=request,
    )


def _chosen(given: ODVInput[float], default: float) -> float | None:
    return default if isinstance(given, DefaultValue) else given


def _timeout(
    pool: float | None, connect: float | None, write: float | None, read: float | None
) -> aiohttp.ClientTimeout:
    """Aiohttp's clocks from the library's. The sum bounds the whole, so that a byte a second cannot hold it."""
    each = (pool, connect, write, read)
    whole = None if None in each else sum(one for one in each if one is not None)
    return aiohttp.ClientTimeout(
        total=whole,
        connect=None if pool is None or connect is None else pool + connect,
        sock_connect=connect,
        sock_read=read,
    )


def _body(data: RequestData | None) -> dict[str, str] | aiohttp.FormData | None:
    if data is None:
        return None
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
