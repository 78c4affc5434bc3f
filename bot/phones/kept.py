"""The nouns Telegram keeps: people, chats, topics, messages, taps, and the calls a bot made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Wire = dict[str, Any]
"""One object in the Bot API's JSON."""

FORUM_ICON = 7322096


class Impossible(ValueError):  # noqa: N818 - it names what is so, not who erred
    """A person cannot do this on a phone: there is no such button, message or chat in front of her."""


@dataclass(slots=True)
class User:
    """A person's account, or the bot's own. `started` once she has pressed Start."""

    id: int
    first_name: str
    language_code: str = "en"
    username: str = ""
    last_name: str = ""
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def wire(self) -> Wire:
        """As the Bot API shows it."""
        wire: Wire = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.last_name:
            wire["last_name"] = self.last_name
        if self.username:
            wire["username"] = self.username
        if self.language_code and not self.is_bot:
            wire["language_code"] = self.language_code
        return wire


@dataclass(slots=True)
class Topic:
    """A forum topic; its id is the id of the service message that opened it."""

    id: int
    name: str
    icon_color: int = FORUM_ICON
    closed: bool = False

    def wire(self) -> Wire:
        """As the Bot API shows it."""
        return {"message_thread_id": self.id, "name": self.name, "icon_color": self.icon_color}


@dataclass(slots=True)
class Message:
    """A message in a chat. `wire` is what the Bot API shows of it; the rest only a phone knows."""

    chat_id: int
    wire: Wire
    sender: User
    silent: bool = False
    keyboard: Wire | None = None
    reactions: dict[int, list[str]] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """Its number in its chat."""
        return int(self.wire["message_id"])

    @property
    def text(self) -> str:
        """Its words, or its caption's."""
        return str(self.wire.get("text", self.wire.get("caption", "")))

    @property
    def date(self) -> datetime:
        """When it was sent, in UTC."""
        return datetime.fromtimestamp(self.wire["date"], UTC)

    @property
    def edited(self) -> bool:
        """Whether its words were changed since."""
        return "edit_date" in self.wire

    @property
    def thread_id(self) -> int | None:
        """The topic it stands in; None in General and in private chats."""
        return self.wire["message_thread_id"] if self.wire.get("is_topic_message") else None

    @property
    def reply_to(self) -> int | None:
        """The message it answers, not counting the one that opened the topic."""
        answered = self.wire.get("reply_to_message")
        if answered is None or "forum_topic_created" in answered:
            return None
        return int(answered["message_id"])

    @property
    def inline(self) -> list[list[Wire]]:
        """The rows of its inline keyboard."""
        rows: list[list[Wire]] = self.wire.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> list[list[str]]:
        """The labels of its inline keyboard, row by row."""
        return [[str(button["text"]) for button in row] for row in self.inline]

    @property
    def service(self) -> str:
        """What Telegram itself says here (`forum_topic_created`…), or ''."""
        return next((kind for kind in SERVICE if kind in self.wire), "")


SERVICE = (
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "new_chat_members",
    "left_chat_member",
    "pinned_message",
    "migrate_to_chat_id",
)


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's) or a supergroup, with or without topics."""

    id: int
    kind: str
    title: str
    is_forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    rights: dict[str, bool] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    gone: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    deleted_topics: set[int] = field(default_factory=set)
    keyboard_from: Message | None = None
    pinned: list[int] = field(default_factory=list)
    last_id: int = 0
    migrated_to: int | None = None

    @property
    def private(self) -> bool:
        """Whether it is one person's chat with the bot."""
        return self.kind == "private"

    def wire(self) -> Wire:
        """As the Bot API shows it."""
        if self.private:
            return {"id": self.id, "type": "private", "first_name": self.title}
        wire: Wire = {"id": self.id, "type": self.kind, "title": self.title}
        if self.is_forum:
            wire["is_forum"] = True
        return wire


@dataclass(slots=True)
class Query:
    """A tap on an inline button, and what the bot answered to it."""

    id: str
    user: User
    data: str
    made: datetime
    answers: list[Wire] = field(default_factory=list)


@dataclass(slots=True)
class Call:
    """One call of the bot's, in the order they arrived. Times are the server's monotonic seconds.

    `outcome` is the HTTP status the bot saw (0: it saw none); `error` the description or the fault;
    `happened` is true when the call took effect, whatever the bot was told.
    """

    number: int
    method: str
    chat_id: int | str | None
    params: Wire
    time_started: float
    time_ended: float = 0.0
    outcome: int = 0
    error: str = ""
    happened: bool = False
    result: Any = None
