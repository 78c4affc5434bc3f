"""What Telegram keeps between a bot and people: accounts, chats, messages. No HTTP, no waiting.

Ids follow Telegram: a bot's private chats share one sequence of message ids (it is the bot account's own),
every supergroup has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from bot.phones.kept import Chat, Message, Topic, User, Wire
from bot.phones.updates import Updates

FIRST_USER_ID = 7_000_000_001
FIRST_GROUP_ID = -1_002_000_000_001
GENERAL = 1
"""The id of a forum's General topic: no message and no other topic ever has it."""
BOT_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_topics",
    "can_pin_messages",
    "can_restrict_members",
    "can_invite_users",
    "can_change_info",
)


class Chats:
    """People, chats and messages; every change wakes whoever listens in `on_change`."""

    def __init__(self, now: Callable[[], datetime], bot: User | None = None) -> None:
        self.now = now
        self.bot = bot or User(5_000_000_001, "Phones", username="phones_bot", is_bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.updates = Updates(now)
        self.on_change: list[Callable[[], None]] = []
        self.updates.listeners.append(self.changed)
        self._private_id = 0

    def changed(self) -> None:
        """Wake whoever draws or delivers."""
        for wake in tuple(self.on_change):
            wake()

    def stamp(self) -> int:
        """The moment as Telegram dates things: whole seconds since 1970."""
        return int(self.now().timestamp())

    # Accounts and chats

    def add_user(self, first_name: str, language_code: str = "en", user_id: int | None = None) -> User:
        """A new account with an empty private chat; the bot cannot write there before Start."""
        number = user_id if user_id is not None else FIRST_USER_ID + len(self.users) - 1
        if number in self.users:
            raise ValueError(f"user {number} is already there")
        user = User(number, first_name, language_code)
        self.users[number] = user
        self.chats[number] = Chat(number, "private", first_name)
        return user

    def add_forum(
        self,
        title: str,
        members: Iterable[User] = (),
        *,
        chat_id: int | None = None,
        is_forum: bool = True,
        announce: bool = False,
    ) -> int:
        """A supergroup with the bot as administrator; its id. `announce` sends the bot `my_chat_member`."""
        groups = sum(not chat.private for chat in self.chats.values())
        number = chat_id if chat_id is not None else FIRST_GROUP_ID - groups
        chat = Chat(number, "supergroup", title, is_forum=is_forum, last_id=GENERAL)
        chat.members = {user.id: "member" for user in members} | {self.bot.id: "left"}
        self.chats[number] = chat
        self.set_bot_status(number, "administrator", announce=announce)
        return number

    def set_bot_status(
        self, chat_id: int, status: str, by: User | None = None, *, announce: bool = True, **rights: bool
    ) -> None:
        """Promote, demote or remove the bot: `administrator`, `member`, `left`, `kicked`; rights by name."""
        chat = self.chats[chat_id]
        before = self.member(chat, self.bot)
        chat.members[self.bot.id] = status
        chat.rights = dict.fromkeys(BOT_RIGHTS, True) | rights if status == "administrator" else {}
        if announce:
            self.tell_membership("my_chat_member", chat, by, before, self.member(chat, self.bot))
        self.changed()

    def tell_membership(self, kind: str, chat: Chat, by: User | None, before: Wire, after: Wire) -> None:
        """An update of the kind `my_chat_member` or `chat_member`."""
        who = by or next((self.users[one] for one in chat.members if one != self.bot.id), self.bot)
        self.updates.offer(
            kind,
            {
                "chat": chat.wire(),
                "from": who.wire(),
                "date": self.stamp(),
                "old_chat_member": before,
                "new_chat_member": after,
            },
        )

    def member(self, chat: Chat, user: User) -> Wire:
        """A `ChatMember`; of somebody who was never there, `left`."""
        status = chat.members.get(user.id, "left")
        wire: Wire = {"status": status, "user": user.wire()}
        if status == "kicked":
            wire["until_date"] = 0
        if status == "administrator":
            wire |= _no_rights() | (chat.rights if user is self.bot else {"can_manage_chat": True})
        if status == "creator":
            wire["is_anonymous"] = False
        return wire

    # Messages

    def put(
        self,
        chat: Chat,
        sender: User,
        body: Wire,
        *,
        topic: Topic | None = None,
        answers: Message | None = None,
        silent: bool = False,
    ) -> Message:
        """A new message in the chat. Whoever is to hear of it is told by the caller."""
        wire: Wire = {"message_id": self._next_id(chat), "from": sender.wire(), "chat": chat.wire()}
        wire["date"] = self.stamp()
        wire |= self._placed(chat, topic, answers) | body
        message = Message(chat.id, wire, sender, silent)
        chat.messages[message.id] = message
        self.changed()
        return message

    def remove(self, chat: Chat, message_id: int) -> None:
        """Gone from every phone. A reply keyboard goes with the message that brought it, as in TDLib."""
        message = chat.messages.pop(message_id)
        chat.gone[message_id] = message
        if chat.keyboard_from is message:
            chat.keyboard_from = None
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
        self.changed()

    def _next_id(self, chat: Chat) -> int:
        if chat.private:
            self._private_id += 1
            return self._private_id
        chat.last_id += 1
        return chat.last_id

    def _placed(self, chat: Chat, topic: Topic | None, answers: Message | None) -> Wire:
        """Thread and reply, as the Bot API shows them (seen there, documented nowhere).

        In a topic, what answers nothing answers the message that opened the topic; a reply in General carries
        a thread id that is no topic.
        """
        wire: Wire = {}
        if topic is not None:
            wire = {"message_thread_id": topic.id, "is_topic_message": True}
            answers = answers or chat.messages.get(topic.id)
        elif answers is not None and not chat.private:
            wire = {"message_thread_id": answers.wire.get("message_thread_id", answers.id)}
        if answers is not None:
            wire["reply_to_message"] = {k: v for k, v in answers.wire.items() if k != "reply_to_message"}
        return wire


def _no_rights() -> Wire:
    names = (
        "can_be_edited",
        "is_anonymous",
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_promote_members",
        "can_change_info",
        "can_invite_users",
        "can_post_stories",
        "can_edit_stories",
        "can_delete_stories",
        "can_pin_messages",
        "can_manage_topics",
    )
    return dict.fromkeys(names, False)
