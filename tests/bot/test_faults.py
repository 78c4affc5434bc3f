"""Every failure Telegram is known to answer with, and what is done about it."""

from __future__ import annotations

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.faults import LONGEST_WAIT, Kind, Verdict, sort
from bot.request import TooMany

TABLE = [
    (BadRequest("Bad Request: message is not modified: specified new message content is the same"), Kind.DONE),
    (BadRequest("Bad Request: message to edit not found"), Kind.MISSING),
    (BadRequest("Bad Request: message can't be edited"), Kind.MISSING),
    (BadRequest("Bad Request: MESSAGE_ID_INVALID"), Kind.MISSING),
    (BadRequest("Bad Request: there is no text in the message to edit"), Kind.MISSING),
    (BadRequest("Bad Request: message to delete not found"), Kind.DONE),
    (BadRequest("Bad Request: message can't be deleted for everyone"), Kind.DONE),
    (BadRequest("Bad Request: message to react not found"), Kind.DONE),
    (BadRequest("Bad Request: message thread not found"), Kind.THREAD),
    (BadRequest("Bad Request: TOPIC_DELETED"), Kind.THREAD),
    (BadRequest("Bad Request: TOPIC_ID_INVALID"), Kind.THREAD),
    (BadRequest("Bad Request: TOPIC_CLOSED"), Kind.THREAD),
    (BadRequest("Bad Request: the chat is not a forum"), Kind.NO_FORUM),
    (BadRequest("Bad Request: not enough rights to create a topic"), Kind.NO_FORUM),
    (BadRequest("Bad Request: message to be replied not found"), Kind.PLAIN),
    (BadRequest("Bad Request: can't parse entities: unsupported start tag"), Kind.PLAIN),
    (BadRequest("Bad Request: chat not found"), Kind.GONE),
    (BadRequest("Bad Request: PEER_ID_INVALID"), Kind.GONE),
    (BadRequest("Bad Request: not enough rights to send text messages to the chat"), Kind.GONE),
    (BadRequest("Bad Request: message is too long"), Kind.OURS),
    (BadRequest("Bad Request: message text is empty"), Kind.OURS),
    (BadRequest("Bad Request: BUTTON_DATA_INVALID"), Kind.OURS),
    (BadRequest("Bad Request: something nobody has seen before"), Kind.OURS),
    (BadRequest("Bad Request: query is too old and response timeout expired or query ID is invalid"), Kind.QUERY_OLD),
    (Forbidden("Forbidden: bot was blocked by the user"), Kind.GONE),
    (Forbidden("Forbidden: user is deactivated"), Kind.GONE),
    (Forbidden("Forbidden: bot can't initiate conversation with a user"), Kind.GONE),
    (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Kind.GONE),
    (Forbidden("Forbidden: bot is not a member of the supergroup chat"), Kind.GONE),
    (Forbidden("Forbidden: something else"), Kind.GONE),
    (InvalidToken("Unauthorized"), Kind.AUTH),
    (InvalidToken("Not Found"), Kind.AUTH),
    (Conflict("Conflict: terminated by other getUpdates request"), Kind.CONFLICT),
    (Conflict("Conflict: can't use getUpdates method while webhook is active; use deleteWebhook"), Kind.WEBHOOK),
    (NetworkError("502, not JSON"), Kind.AGAIN),
    (NetworkError("Internal Server Error"), Kind.AGAIN),
    (TimedOut(), Kind.AGAIN),
    (TelegramError("not a list of updates"), Kind.OURS),
    (ConnectionResetError(), Kind.AGAIN),
    (ValueError(), Kind.OURS),
]


@pytest.mark.parametrize(("error", "kind"), TABLE, ids=lambda one: str(one)[:60])
def test_each_failure_has_one_verdict(error: Exception, kind: Kind) -> None:
    assert sort(error, "sendMessage").kind is kind


@pytest.mark.parametrize(("given", "waited"), [(1, 1), (35, 35), (3600, 3600), (10**9, LONGEST_WAIT), (0, 0.5)])
def test_a_wait_is_kept_to_within_an_hour(given: float, waited: float) -> None:
    assert sort(TooMany(given)) == Verdict(Kind.WAIT, seconds=waited)


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
def test_the_librarys_own_wait_is_read_too() -> None:
    assert sort(RetryAfter(7)) == Verdict(Kind.WAIT, seconds=7)


def test_a_group_that_moved_says_where() -> None:
    assert sort(ChatMigrated(-1007)) == Verdict(Kind.MIGRATED, moved_to=-1007)


def test_deleting_what_is_gone_is_done() -> None:
    assert sort(BadRequest("Bad Request: MESSAGE_ID_INVALID"), "deleteMessage").kind is Kind.DONE
