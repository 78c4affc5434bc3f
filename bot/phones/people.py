"""What people do on their phones. Each act becomes the update Telegram would send the bot."""

from __future__ import annotations

from typing import Any

from bot.phones.coming import OUT, Coming
from bot.phones.kept import Chat, Impossible, Message, Query, User, Wire
from bot.phones.markup import MAX_TEXT, commands, length


class People(Coming):
    """The hands on the phones: for tests, and for the page."""

    queries: dict[str, Query]

    # Writing

    def say(self, user: User, text: str, reply_to: int | None = None) -> Message:
        """She writes to the bot in her private chat."""
        return self._write(user, user.id, text_body(text), reply_to=reply_to)

    def start(self, user: User, payload: str = "") -> Message:
        """She presses Start, perhaps by a deep link."""
        return self.say(user, f"/start {payload}".strip())

    def say_in_group(
        self, user: User, chat_id: int, text: str, thread_id: int | None = None, reply_to: int | None = None
    ) -> Message:
        """A member writes in a group: in a topic, or in General with `thread_id` None."""
        return self._write(user, chat_id, text_body(text), thread_id, reply_to)

    def send_sticker(self, user: User, chat_id: int | None = None) -> Message:
        """She sends a sticker."""
        return self._send(user, chat_id, "sticker", _file(1) | _size(512) | STICKER)

    def send_photo(self, user: User, caption: str = "", chat_id: int | None = None) -> Message:
        """She sends a photo, which nobody can open."""
        return self._send(user, chat_id, "photo", [_file(2) | _size(90), _file(3) | _size(800)], caption)

    def send_voice(self, user: User, duration: int = 3, chat_id: int | None = None) -> Message:
        """She sends a voice message of so many seconds."""
        return self._send(user, chat_id, "voice", _file(4) | {"duration": duration, "mime_type": "audio/ogg"})

    def send_document(self, user: User, file_name: str, caption: str = "", chat_id: int | None = None) -> Message:
        """She sends a file by its name."""
        return self._send(user, chat_id, "document", _file(5) | {"file_name": file_name}, caption)

    def send_contact(self, user: User, phone_number: str = "+000000000", chat_id: int | None = None) -> Message:
        """She shares a contact: her own."""
        about = {"phone_number": phone_number, "first_name": user.first_name, "user_id": user.id}
        return self._send(user, chat_id, "contact", about)

    def send_location(self, user: User, chat_id: int | None = None) -> Message:
        """She shares a place: zero, zero."""
        return self._send(user, chat_id, "location", {"latitude": 0.0, "longitude": 0.0})

    def send_body(
        self,
        user: User,
        body: Wire,
        chat_id: int | None = None,
        thread_id: int | None = None,
        reply_to: int | None = None,
    ) -> Message:
        """Any message Telegram could send, by its own fields."""
        return self._write(user, chat_id or user.id, body, thread_id, reply_to)

    def edit(self, user: User, message_id: int, text: str, chat_id: int | None = None) -> Message:
        """She edits a message of her own."""
        message = self.seen(chat_id or user.id, message_id)
        if message.sender is not user:
            raise Impossible("only her own message can be edited")
        said = text_body(text) if "text" in message.wire else {"caption": text}
        message.wire = message.wire | said | {"edit_date": self.stamp()}
        self.updates.offer("edited_message", message.wire)
        self.changed()
        return message

    def erase(self, user: User, message_id: int, chat_id: int | None = None) -> None:
        """She deletes a message for everyone. Telegram tells a bot nothing of it."""
        message = self.seen(chat_id or user.id, message_id)
        self.remove(self.chats[message.chat_id], message.id)

    # Touching

    def tap(self, user: User, chat_id: int, message_id: int | None, what: str, *, forged: bool = False) -> Query:
        """She taps an inline button, named by its label or its data.

        `message_id` None is the newest message that has it. `forged`: a hostile client sends any data at all,
        on a button or none.
        """
        chat = self.chat_of(user, chat_id)
        data: str | None
        if forged:
            message, data = chat.messages.get(message_id or 0), what
        else:
            message, button = self._button(chat, message_id, what)
            data = button.get("callback_data")
            if data is None:
                raise Impossible(f"the button {button['text']!r} tells the bot nothing")
        shown: Wire = {"chat": chat.wire(), "message_id": message_id or 0, "date": 0}
        return self._ask(user, chat, message.wire if message else shown, data)

    def tap_key(self, user: User, label: str) -> Message:
        """She taps a key of the reply keyboard, which sends its words."""
        for key in (key for row in self.keyboard(user) for key in row):
            if key.get("text") == label:
                return self.send_contact(user) if key.get("request_contact") else self.say(user, label)
        raise Impossible(f"no key {label!r} on her keyboard")

    def keyboard(self, user: User) -> list[list[Wire]]:
        """The reply keyboard now under her chat, row by row; [] when there is none."""
        message = self.chats[user.id].keyboard_from
        rows = (message.keyboard or {}).get("keyboard", []) if message else []
        return [[{"text": key} if isinstance(key, str) else key for key in row] for row in rows]

    def react(self, user: User, message_id: int, emoji: str | None, chat_id: int | None = None) -> None:
        """She puts a reaction on a message, or takes hers away with None."""
        message = self.seen(chat_id or user.id, message_id)
        before = message.reactions.pop(user.id, [])
        after = [emoji] if emoji else []
        if after:
            message.reactions[user.id] = after
        body = {
            "chat": message.wire["chat"],
            "message_id": message_id,
            "user": user.wire(),
            "date": self.stamp(),
        }
        changed = {"old_reaction": emojis(before), "new_reaction": emojis(after)}
        self.updates.offer("message_reaction", body | changed)
        self.changed()

    # Anything else

    def push_raw(self, wire: Wire) -> int:
        """Any object at all as an update, malformed or not; its update id."""
        return self.updates.push(wire)

    # What stands on a phone

    def chat_view(self, chat_id: int, thread_id: int | None = None) -> list[Message]:
        """The messages visible in a chat, oldest first; of one topic, if given."""
        messages = list(self.chats[chat_id].messages.values())
        return messages if thread_id is None else [one for one in messages if thread_id in (one.thread_id, one.id)]

    def seen(self, chat_id: int, message_id: int) -> Message:
        """A message still standing in the chat; raises `Impossible` when it is gone."""
        message = self.chats[chat_id].messages.get(message_id)
        if message is None:
            raise Impossible(f"message {message_id} is not there")
        return message

    # Within

    def _write(
        self, user: User, chat_id: int, body: Wire, thread_id: int | None = None, reply_to: int | None = None
    ) -> Message:
        chat = self.chat_of(user, chat_id)
        if chat.private and (user.blocked or user.deactivated):
            raise Impossible("she has blocked the bot")
        user.started = user.started or chat.private
        answers = self.seen(chat_id, reply_to) if reply_to is not None else None
        topic_id = thread_id or (answers.thread_id if answers else None)
        topic = chat.topics.get(topic_id) if topic_id else None
        if topic_id and (topic is None or topic.closed):
            raise Impossible("that topic is closed or gone")
        message = self.put(chat, user, body, topic=topic, answers=answers)
        if chat.members.get(self.bot.id) not in OUT:
            self.updates.offer("message", message.wire)
        return message

    def _send(self, user: User, chat_id: int | None, kind: str, what: Any, caption: str = "") -> Message:
        return self._write(user, chat_id or user.id, {kind: what} | ({"caption": caption} if caption else {}))

    def _button(self, chat: Chat, message_id: int | None, what: str) -> tuple[Message, Wire]:
        messages = [self.seen(chat.id, message_id)] if message_id else reversed(chat.messages.values())
        for message in messages:
            for button in (button for row in message.inline for button in row):
                if what in (button["text"], button.get("callback_data")):
                    return message, button
        raise Impossible(f"no button {what!r} in front of her")

    def _ask(self, user: User, chat: Chat, shown: Wire, data: str) -> Query:
        number = len(self.queries) + 1
        query = Query(str(4_100_000_000_000_000_000 + number), user, data, self.now())
        self.queries[query.id] = query
        body = {"id": query.id, "from": user.wire(), "chat_instance": str(-chat.id), "data": data}
        self.updates.offer("callback_query", body | {"message": dict(shown)})
        return query


STICKER = {"is_animated": False, "is_video": False, "type": "regular"}


def text_body(text: str) -> Wire:
    """A text as a person's Telegram sends it, commands marked."""
    if not text.strip() or length(text) > MAX_TEXT:
        raise Impossible("a message has 1 to 4096 characters")
    marked = commands(text)
    return {"text": text} | ({"entities": marked} if marked else {})


def emojis(these: list[str]) -> list[Wire]:
    """Reactions as the Bot API writes them."""
    return [{"type": "emoji", "emoji": one} for one in these]


def _file(number: int) -> Wire:
    return {"file_id": f"phone-file-{number}", "file_unique_id": f"phone-{number}", "file_size": 1024}


def _size(side: int) -> Wire:
    return {"width": side, "height": side}
