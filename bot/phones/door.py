"""Who may come in: programs and the page of this machine, and no other web page through somebody's browser."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from aiohttp import web

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


@lru_cache(maxsize=64)
def is_loopback(host: str) -> bool:
    """Whether a Host names this machine: a name of somebody's that leads here (DNS rebinding) does not."""
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK_NAMES
    except ValueError:
        return False


def from_browser(request: web.BaseRequest) -> bool:
    """Whether a browser asks: only they send these, and no page may forge or drop them (Fetch Metadata, W3C)."""
    return "Sec-Fetch-Site" in request.headers or "Origin" in request.headers


def from_elsewhere(request: web.BaseRequest) -> bool:
    """Whether a page of another origin asks."""
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("Host")
