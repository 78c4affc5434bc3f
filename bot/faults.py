"""What went wrong with a call to Telegram, sorted once: one table, one verdict, no second opinion elsewhere.

Telegram says the reason in English prose, so the table reads prose. Sources: the Bot API server's own texts
(`telegram-bot-api`, `Client.cpp`), and the threads named in `docs` about deleted topics and blocked bots.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from msgspec import Struct
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.request import TooMany, seconds

LONGEST_WAIT: Final = 3600.0
SHORTEST_WAIT: Final = 0.5


class Kind(Enum):
    """What to do about it."""

    AGAIN = "again"
    WAIT = "wait"
    GONE = "gone"
    DONE = "done"
    MISSING = "missing"
    THREAD = "thread"
    NO_FORUM = "no_forum"
    PLAIN = "plain"
    MIGRATED = "migrated"
    OURS = "ours"
    QUERY_OLD = "query_old"
    AUTH = "auth"
    CONFLICT = "conflict"
    WEBHOOK = "webhook"


class Verdict(Struct, frozen=True):
    """`seconds` for WAIT, bounded to an hour; `moved_to` for MIGRATED: the group's new number."""

    kind: Kind
    seconds: float = 0.0
    moved_to: int = 0


_SAID: Final[tuple[tuple[str, Kind], ...]] = (
    ("message is not modified", Kind.DONE),
    ("message to edit not found", Kind.MISSING),
    ("message can't be edited", Kind.MISSING),
    ("message_id_invalid", Kind.MISSING),
    ("no text in the message to edit", Kind.MISSING),
    ("message to delete not found", Kind.DONE),
    ("message can't be deleted", Kind.DONE),
    ("message to react not found", Kind.DONE),
    ("reaction_invalid", Kind.DONE),
    ("webhook is active", Kind.WEBHOOK),
    ("query is too old", Kind.QUERY_OLD),
    ("query id is invalid", Kind.QUERY_OLD),
    ("query_id_invalid", Kind.QUERY_OLD),
    ("message thread not found", Kind.THREAD),
    ("topic_deleted", Kind.THREAD),
    ("topic_id_invalid", Kind.THREAD),
    ("topic_closed", Kind.THREAD),
    ("message thread is not found", Kind.THREAD),
    ("parent message", Kind.THREAD),
    ("is not a forum", Kind.NO_FORUM),
    ("chat_not_modified", Kind.DONE),
    ("topic_not_modified", Kind.DONE),
    ("not enough rights to create a topic", Kind.NO_FORUM),
    ("not enough rights to manage", Kind.NO_FORUM),
    ("message to be replied not found", Kind.PLAIN),
    ("can't parse entities", Kind.PLAIN),
    ("can't parse message", Kind.PLAIN),
    ("chat not found", Kind.GONE),
    ("user not found", Kind.GONE),
    ("peer_id_invalid", Kind.GONE),
    ("user_is_blocked", Kind.GONE),
    ("user is deactivated", Kind.GONE),
    ("input_user_deactivated", Kind.GONE),
    ("bot was blocked", Kind.GONE),
    ("bot was kicked", Kind.GONE),
    ("bot can't initiate conversation", Kind.GONE),
    ("bots can't send messages to bots", Kind.GONE),
    ("not a member of the", Kind.GONE),
    ("group chat was deactivated", Kind.GONE),
    ("need administrator rights", Kind.GONE),
    ("have no rights to send", Kind.GONE),
    ("not enough rights to send", Kind.GONE),
)


def sort(error: BaseException, method: str = "") -> Verdict:
    """The verdict on `error`, met by `method` of the Bot API. What is no error of Telegram's is `OURS`."""
    if isinstance(error, TooMany):
        return Verdict(Kind.WAIT, _bounded(error.seconds))
    if isinstance(error, RetryAfter):
        return Verdict(Kind.WAIT, _bounded(seconds(error.__reduce__()[1][0])))
    if isinstance(error, ChatMigrated):
        return Verdict(Kind.MIGRATED, moved_to=error.new_chat_id)
    if isinstance(error, TelegramError):
        return Verdict(_said(error.message, method) or _by_class(error))
    return Verdict(Kind.AGAIN if isinstance(error, OSError) else Kind.OURS)


def _said(text: str, method: str) -> Kind | None:
    lower = text.lower()
    kind = next((kind for part, kind in _SAID if part in lower), None)
    if kind is Kind.MISSING and method.startswith("delete"):
        return Kind.DONE
    return kind


def _by_class(error: TelegramError) -> Kind:
    """For refusals whose prose says nothing known. `BadRequest` is a `NetworkError`, so it is asked first."""
    if isinstance(error, InvalidToken):
        return Kind.AUTH
    if isinstance(error, Conflict):
        return Kind.CONFLICT
    if isinstance(error, Forbidden):
        return Kind.GONE
    if isinstance(error, BadRequest):
        return Kind.OURS
    return Kind.AGAIN if isinstance(error, NetworkError) else Kind.OURS


def _bounded(value: float) -> float:
    return min(max(value, SHORTEST_WAIT), LONGEST_WAIT)
