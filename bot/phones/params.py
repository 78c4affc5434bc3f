"""A call's parameters as the Bot API takes them: JSON, a form or multipart, all alike afterwards."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.phones.kept import Wire
from bot.phones.refusals import bad_request

NESTED = frozenset(
    {
        "allowed_updates",
        "caption_entities",
        "commands",
        "entities",
        "link_preview_options",
        "message_ids",
        "reaction",
        "reply_markup",
        "reply_parameters",
        "scope",
    }
)
NUMBERS = frozenset(
    {
        "cache_time",
        "chat_id",
        "icon_color",
        "limit",
        "max_connections",
        "message_id",
        "message_thread_id",
        "offset",
        "reply_to_message_id",
        "timeout",
        "user_id",
    }
)
FLAGS = frozenset(
    {
        "allow_sending_without_reply",
        "disable_notification",
        "drop_pending_updates",
        "is_big",
        "protect_content",
        "show_alert",
    }
)


def normal(given: dict[str, Any]) -> Wire:
    """A form holds only strings: turn them into what the same call in JSON would have held."""
    return {name: _value(name, value) if isinstance(value, str) else value for name, value in given.items()}


def _value(name: str, value: str) -> Any:
    if name in NUMBERS:
        return int(value) if value.lstrip("-").isdigit() else value
    if name in NESTED:
        return _nested(name, value)
    if name in FLAGS:
        return value.lower() in {"true", "1", "yes"}
    return value


def _nested(name: str, value: str) -> Any:
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeEncodeError) as broken:
        raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from broken
