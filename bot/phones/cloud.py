"""Telegram's side of the wire, whole: the chats, the people at their phones, and the Bot API's methods.

The time is the one given in, so that whoever owns the clock can step it; nothing here waits.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.phones import media, profile, sending, topics
from bot.phones.kept import Call, Query, User, Wire
from bot.phones.people import People
from bot.phones.profile import Profile
from bot.phones.refusals import NOT_FOUND, Refused

METHODS: dict[str, Callable[[Any, Wire], Any]] = {
    name.lower(): method
    for name, method in (sending.METHODS | media.METHODS | topics.METHODS | profile.METHODS).items()
}
"""Every method answered, by its name in small letters (Telegram takes any case); getUpdates is the server's."""


class Cloud(People):
    """All that Telegram keeps for one bot.

    `offered` and `confirmed` (update ids) and `calls` are the ledger tests judge by.
    """

    def __init__(self, now: Callable[[], datetime], bot: User | None = None) -> None:
        super().__init__(now, bot)
        self.queries: dict[str, Query] = {}
        self.query_life = timedelta(minutes=1)
        self.profile = Profile()
        self.files: dict[str, bytes] = {}
        self.about_files: dict[str, tuple[str, Any]] = {}
        """Of each file sent: its kind, and how the Bot API describes it."""
        self.calls: list[Call] = []

    @property
    def offered(self) -> list[int]:
        """Ids of the updates queued, in order."""
        return self.updates.offered

    @property
    def confirmed(self) -> list[int]:
        """Ids of the updates a later offset, or a webhook's 200, moved past."""
        return self.updates.confirmed

    def call(self, method: str, params: Wire) -> Any:
        """Carry out a method and give its `result`; raises `Refused` as the Bot API would answer."""
        action = METHODS.get(method.lower())
        if action is None:
            raise Refused(404, NOT_FOUND)
        return action(self, params)

    def called(self, method: str, chat_id: int | None = None) -> list[Call]:
        """The calls of a method that took effect, in order; to one chat, if given."""
        return [
            call
            for call in self.calls
            if call.happened and call.method.lower() == method.lower() and chat_id in (None, call.chat_id)
        ]
