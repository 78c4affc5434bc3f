"""How people come and go: blocking, joining, leaving; and topics opened or taken away by hand."""

from __future__ import annotations

from bot.phones.chats import Chats
from bot.phones.kept import Chat, Impossible, Topic, User, Wire

OUT = frozenset({"left", "kicked"})


class Coming(Chats):
    """Who is where, and what the bot is told of it."""

    def block(self, user: User) -> None:
        """She blocks the bot."""
        self._set_blocked(user, blocked=True)

    def unblock(self, user: User) -> None:
        """She unblocks the bot."""
        self._set_blocked(user, blocked=False)

    def deactivate(self, user: User) -> None:
        """Her account is deleted; Telegram tells the bot only when it writes."""
        user.deactivated = True
        self.changed()

    def join(self, user: User, chat_id: int) -> None:
        """She joins a group."""
        chat = self.chats[chat_id]
        self._move(user, chat, "member")
        body = {"new_chat_members": [user.wire()]}
        self.updates.offer("message", self.put(chat, user, body).wire)

    def leave(self, user: User, chat_id: int) -> None:
        """She leaves a group."""
        chat = self.chats[chat_id]
        body = {"left_chat_member": user.wire()}
        self.updates.offer("message", self.put(chat, user, body).wire)
        self._move(user, chat, "left")

    def open_topic(self, user: User, chat_id: int, name: str) -> Topic:
        """She opens a topic in a forum."""
        chat = self.chat_of(user, chat_id)
        topic = self.new_topic(chat, user, name)
        self.updates.offer("message", chat.messages[topic.id].wire)
        return topic

    def remove_topic(self, chat_id: int, thread_id: int) -> None:
        """Somebody deletes a topic with all that stands in it. Telegram tells a bot nothing of it."""
        chat = self.chats[chat_id]
        chat.topics.pop(thread_id)
        chat.deleted_topics.add(thread_id)
        for message in [one for one in chat.messages.values() if thread_id in (one.id, one.thread_id)]:
            self.remove(chat, message.id)
        self.changed()

    def new_topic(self, chat: Chat, by: User, name: str, icon_color: int | None = None) -> Topic:
        """A topic and the service message whose id it has; nobody is told."""
        topic = Topic(0, name) if icon_color is None else Topic(0, name, icon_color)
        made = {"forum_topic_created": {"name": name, "icon_color": topic.icon_color}}
        opening = self.put(chat, by, made)
        topic.id = opening.id
        opening.wire |= {"message_thread_id": topic.id, "is_topic_message": True}
        chat.topics[topic.id] = topic
        return topic

    def chat_of(self, user: User, chat_id: int) -> Chat:
        """The chat, if she is in it; raises `Impossible` otherwise."""
        chat = self.chats.get(chat_id)
        if chat is None or (chat_id != user.id if chat.private else chat.members.get(user.id, "left") in OUT):
            raise Impossible("she is not in that chat")
        return chat

    def _set_blocked(self, user: User, *, blocked: bool) -> None:
        if user.blocked == blocked:
            return
        user.blocked = blocked
        member: Wire = {"status": "member", "user": self.bot.wire()}
        kicked: Wire = {"status": "kicked", "user": self.bot.wire(), "until_date": 0}
        before, after = (member, kicked) if blocked else (kicked, member)
        self.tell_membership("my_chat_member", self.chats[user.id], user, before, after)
        self.changed()

    def _move(self, user: User, chat: Chat, status: str) -> None:
        before = self.member(chat, user)
        chat.members[user.id] = status
        self.tell_membership("chat_member", chat, user, before, self.member(chat, user))
