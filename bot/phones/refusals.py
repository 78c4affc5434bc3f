"""What the Bot API says when it refuses, in its own words: the bot sorts failures by these."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - it is an answer like any other
    """An answer with `ok: false`: an HTTP status, a description, and perhaps `parameters`."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad_request(what: str) -> Refused:
    """A 400."""
    return Refused(400, f"Bad Request: {what}")


def forbidden(what: str) -> Refused:
    """A 403."""
    return Refused(403, f"Forbidden: {what}")


UNAUTHORIZED = "Unauthorized"
NOT_FOUND = "Not Found"
TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
TERMINATED_BY_WEBHOOK = "Conflict: terminated by setWebhook request"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
