"""The queue of updates, as Telegram hands it out: an offset confirms, a limit bounds, a day forgets.

Rules from core.telegram.org/bots/api#getupdates; that an offset far in the future is served from the head
of the queue, without confirming anything, is tdlib/telegram-bot-api `Client::do_get_updates`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from bot.phones.kept import Wire

KINDS_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Sent only to a bot that names them in `allowed_updates`."""

FIRST_ID = 500_000_001
FUTURE = 10


def encoded(wire: object) -> bytes:
    """JSON, also for lone surrogates, which strict UTF-8 refuses and a hostile client can send."""
    try:
        return msgspec.json.encode(wire)
    except (UnicodeEncodeError, ValueError):
        return json.dumps(wire).encode()


def queue_of(wire: Wire, update_id: int) -> object:
    """In which queue of a webhook an update waits: messages by chat, taps by who taps, what is unknown alone.

    tdlib/telegram-bot-api, `Client.cpp`: `webhook_queue_id`. So a tap may arrive before the words written before it.
    """
    for kind, body in wire.items():
        if isinstance(body, dict):
            about = body.get("from") if kind == "callback_query" else body.get("chat")
            if isinstance(about, dict) and isinstance(about.get("id"), int):
                return ("message" if kind.endswith("message") else kind, about["id"])
    return update_id


@dataclass(slots=True, frozen=True)
class Waiting:
    """An update not yet confirmed. It is encoded when it happens: later edits do not change it.

    `queue`: a webhook gets those of one queue one after the other (see `queue_of`).
    """

    id: int
    raw: bytes
    since: datetime
    queue: object = None


class Updates:
    """One bot's queue. `offered` and `confirmed` are the ledger tests judge by: update ids, in order."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.kept_for: timedelta | None = timedelta(hours=24)
        self.waiting: list[Waiting] = []
        self.offered: list[int] = []
        self.confirmed: list[int] = []
        self.forgotten: list[int] = []
        self.next_id = FIRST_ID
        self.listeners: list[Callable[[], None]] = []
        self._asked_for: frozenset[str] | None = None

    @property
    def asked_for(self) -> list[str]:
        """The kinds the bot named, in order of the alphabet; [] is the usual set."""
        return sorted(self._asked_for or ())

    def allow(self, kinds: list[str] | None) -> None:
        """Remember `allowed_updates`; None leaves it as it was, [] is the usual set."""
        if kinds is not None:
            self._asked_for = frozenset(kinds) or None

    def wanted(self, kind: str) -> bool:
        """Whether the bot asked for updates of this kind."""
        if self._asked_for is None:
            return kind not in KINDS_ON_REQUEST
        return kind in self._asked_for

    def offer(self, kind: str, body: Wire) -> int | None:
        """Queue `{kind: body}`; its id, or None if the bot did not ask for this kind."""
        if not self.wanted(kind):
            return None
        return self.push({kind: body})

    def push(self, wire: Wire) -> int:
        """Queue any object. Without an `update_id` of its own it gets the next."""
        update_id = wire.get("update_id")
        if not isinstance(update_id, int):
            update_id = self.next_id
            wire = {"update_id": update_id, **wire}
            self.next_id += 1
        self.waiting.append(Waiting(update_id, encoded(wire), self.now(), queue_of(wire, update_id)))
        self.offered.append(update_id)
        for wake in tuple(self.listeners):
            wake()
        return update_id

    def take(self, offset: int, limit: int) -> list[msgspec.Raw]:
        """Confirm what lies before `offset`, then show up to `limit` (1..100) updates from there."""
        self.forget_old()
        if offset < 0:
            self._confirm(self.waiting[:offset])
        elif offset <= self.next_id + FUTURE:
            self._confirm([one for one in self.waiting if one.id < offset])
        count = limit if 1 <= limit <= 100 else 100
        return [msgspec.Raw(one.raw) for one in self.waiting[:count]]

    def take_one(self, one: Waiting) -> None:
        """A webhook's 2xx confirms this one."""
        if one in self.waiting:
            self._confirm([one])

    def drop(self) -> None:
        """`drop_pending_updates`."""
        self._leave(self.waiting, self.forgotten)

    def _confirm(self, these: list[Waiting]) -> None:
        self._leave(these, self.confirmed)

    def forget_old(self) -> None:
        """What nobody took for a day is gone."""
        if self.kept_for is None or not self.waiting:
            return
        before = self.now() - self.kept_for
        self._leave([one for one in self.waiting if one.since < before], self.forgotten)

    def _leave(self, these: list[Waiting], where_to: list[int]) -> None:
        if not these:
            return
        where_to.extend(one.id for one in these)
        leaving = {id(one) for one in these}
        self.waiting = [one for one in self.waiting if id(one) not in leaving]
