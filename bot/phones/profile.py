"""The Bot API's methods for the bot itself: its name, its words, its commands, its webhook."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from bot.phones.kept import User, Wire
from bot.phones.refusals import bad_request

if TYPE_CHECKING:
    from bot.phones.cloud import Cloud

LONGEST = {"name": 64, "description": 512, "short_description": 120}
MAX_COMMANDS = 100
LONGEST_SECRET = 256
USUAL_CONNECTIONS, MOST_CONNECTIONS = 40, 100
SHOWN = ("max_connections", "last_error_date", "last_error_message")
"""What `getWebhookInfo` tells of a webhook beside its address."""


@dataclass(slots=True)
class Profile:
    """Words by `(field, language)`, commands by `(scope, language)`; '' is every language."""

    words: dict[tuple[str, str], str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Wire]] = field(default_factory=dict)
    webhook: Wire = field(default_factory=dict)


def get_me(cloud: Cloud, _params: Wire) -> Wire:
    """`getMe`."""
    return cloud.bot.wire() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _language(params: Wire) -> str:
    return str(params.get("language_code") or "")


def _set_words(name: str) -> Any:
    def act(cloud: Cloud, params: Wire) -> bool:
        words = str(params.get(name) or "")
        if len(words) > LONGEST[name]:
            raise bad_request(f"BOT_{name.upper()}_INVALID")
        cloud.profile.words[name, _language(params)] = words
        cloud.changed()
        return True

    return act


def _get_words(name: str) -> Any:
    def act(cloud: Cloud, params: Wire) -> Wire:
        words = cloud.profile.words
        default = cloud.bot.first_name if name == "name" else ""
        return {name: words.get((name, _language(params))) or words.get((name, "")) or default}

    return act


def _place(params: Wire) -> tuple[str, str]:
    scope = params.get("scope") or {"type": "default"}
    return msgspec.json.encode(scope, order="sorted").decode(), _language(params)


def set_commands(cloud: Cloud, params: Wire) -> bool:
    """`setMyCommands`."""
    commands = params.get("commands") or []
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        _check_command(str(one.get("command", "")), str(one.get("description", "")))
    cloud.profile.commands[_place(params)] = commands
    cloud.changed()
    return True


def _check_command(command: str, description: str) -> None:
    plain = command.replace("_", "")
    good = 1 <= len(command) <= 32 and plain.isascii() and plain.isalnum() and command == command.lower()
    if not good:
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


def get_commands(cloud: Cloud, params: Wire) -> list[Wire]:
    """`getMyCommands`."""
    return cloud.profile.commands.get(_place(params), [])


def delete_commands(cloud: Cloud, params: Wire) -> bool:
    """`deleteMyCommands`."""
    cloud.profile.commands.pop(_place(params), None)
    cloud.changed()
    return True


def commands_for(cloud: Cloud, chat_id: int, language: str) -> list[Wire]:
    """The menu a phone shows in a private chat.

    The narrowest scope first, each in her language, then in any (Bot API, "Determining list of commands").
    """
    return _first(cloud, language, {"type": "chat", "chat_id": chat_id}, {"type": "all_private_chats"})


def commands_in_group(cloud: Cloud, chat_id: int, member: User) -> list[Wire]:
    """The menu a member's phone shows in a group, by the same rule."""
    ranks = {"administrator", "creator"}
    leads = cloud.chats[chat_id].members.get(member.id) in ranks
    return _first(
        cloud,
        member.language_code,
        {"type": "chat_member", "chat_id": chat_id, "user_id": member.id},
        *([{"type": "chat_administrators", "chat_id": chat_id}] if leads else []),
        {"type": "chat", "chat_id": chat_id},
        *([{"type": "all_chat_administrators"}] if leads else []),
        {"type": "all_group_chats"},
    )


def _first(cloud: Cloud, language: str, *scopes: Wire) -> list[Wire]:
    for scope in (*scopes, {"type": "default"}):
        for code in (language, ""):
            found = cloud.profile.commands.get(_place({"scope": scope, "language_code": code}))
            if found:
                return found
    return []


def set_webhook(cloud: Cloud, params: Wire) -> bool:
    """`setWebhook`.

    An address over plain HTTP is taken, as by a Bot API server of one's own, and no address is tried out; the real
    one also refuses a second call within a second. The same again changes nothing, what else was set begins anew
    (tdlib/telegram-bot-api, `Client::process_set_webhook_query`).
    """
    if not params.get("url"):
        return delete_webhook(cloud, params)
    secret = str(params.get("secret_token") or "")
    if len(secret) > LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    if params.get("drop_pending_updates"):
        cloud.updates.drop()
    cloud.updates.allow(params.get("allowed_updates"))
    asked = int(params.get("max_connections") or USUAL_CONNECTIONS)
    webhook = {"url": params["url"], "secret_token": secret, "max_connections": min(max(asked, 1), MOST_CONNECTIONS)}
    if webhook != {name: cloud.profile.webhook.get(name) for name in webhook}:
        cloud.profile.webhook = webhook
    cloud.changed()
    return True


def delete_webhook(cloud: Cloud, params: Wire) -> bool:
    """`deleteWebhook`."""
    cloud.profile.webhook = {}
    if params.get("drop_pending_updates"):
        cloud.updates.drop()
    cloud.changed()
    return True


def webhook_info(cloud: Cloud, _params: Wire) -> Wire:
    """`getWebhookInfo`; the last error stays until another webhook is set."""
    webhook = cloud.profile.webhook
    info = {
        "url": webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(cloud.updates.waiting),
    }
    info |= {name: webhook[name] for name in SHOWN if name in webhook}
    if webhook:
        info["ip_address"] = "127.0.0.1"
    if cloud.updates.asked_for:
        info["allowed_updates"] = cloud.updates.asked_for
    return info


def logged_out(_cloud: Cloud, _params: Wire) -> bool:
    """`close` and `logOut`: nothing to do here."""
    return True


METHODS: dict[str, Any] = {
    "getMe": get_me,
    **{
        f"{verb}My{field_name}": act(name)
        for name, field_name in {
            "name": "Name",
            "description": "Description",
            "short_description": "ShortDescription",
        }.items()
        for verb, act in {"set": _set_words, "get": _get_words}.items()
    },
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
    "close": logged_out,
    "logOut": logged_out,
}
