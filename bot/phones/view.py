"""What the page shows, as one JSON object: each phone as its owner would see it, and the desk."""

from __future__ import annotations

from bot.phones.cast import Cast, Phone
from bot.phones.cloud import Cloud
from bot.phones.kept import Chat, Message, User, Wire
from bot.phones.profile import commands_for

SHOWN = 300
MEDIA = ("voice", "audio", "photo", "document", "sticker", "contact", "location")


def state(cloud: Cloud, cast: Cast, *, can_step: bool) -> Wire:
    """Everything; the last `SHOWN` messages of each chat."""
    return {
        "now": cloud.now().isoformat(),
        "can_step": can_step,
        "bot": cloud.profile.words.get(("name", "")) or cloud.bot.first_name,
        "phones": [_phone(cloud, phone) for phone in cast.phones],
        "desk": _desk(cloud, cast),
    }


def _phone(cloud: Cloud, phone: Phone) -> Wire:
    user = phone.user
    words, code = cloud.profile.words, user.language_code
    return {
        "user": user.id,
        "chat": user.id,
        "name": user.first_name,
        "role": phone.role,
        "zone": phone.zone,
        "language": code,
        "bot": words.get(("name", code)) or words.get(("name", "")) or cloud.bot.first_name,
        "about": words.get(("description", code)) or words.get(("description", "")) or "",
        "started": user.started,
        "blocked": user.blocked,
        "keyboard": [[key["text"] for key in row] for row in cloud.keyboard(user)],
        "commands": commands_for(cloud, user.id, user.language_code),
        "notice": _notice(cloud, user),
        "messages": _messages(cloud.chats[user.id], user),
    }


def _desk(cloud: Cloud, cast: Cast) -> Wire:
    chat = cloud.chats[cast.desk_chat_id]
    member = cast.desk[0] if cast.desk else cloud.bot
    return {
        "user": member.id,
        "name": member.first_name,
        "people": [{"user": one.id, "name": one.first_name} for one in cast.desk],
        "chat": chat.id,
        "title": chat.title,
        "zone": cast.desk_zone,
        "is_forum": chat.is_forum,
        "topics": [{"id": one.id, "name": one.name, "closed": one.closed} for one in chat.topics.values()],
        "notice": _notice(cloud, member),
        "messages": _messages(chat, member),
    }


def _notice(cloud: Cloud, user: User) -> Wire | None:
    """The last answer to a tap of hers that has words to show."""
    for query in reversed(list(cloud.queries.values())[-20:]):
        if query.user is user and query.answers and query.answers[-1].get("text"):
            answer = query.answers[-1]
            return {"id": query.id, "text": answer["text"], "alert": bool(answer.get("show_alert"))}
    return None


def _messages(chat: Chat, reader: User) -> list[Wire]:
    return [_message(chat, one, reader) for one in list(chat.messages.values())[-SHOWN:]]


def _message(chat: Chat, message: Message, reader: User) -> Wire:
    wire = message.wire
    return {
        "id": message.id,
        "mine": message.sender is reader,
        "bot": message.sender.is_bot,
        "from": message.sender.first_name,
        "text": message.text,
        "entities": wire.get("entities", []),
        "date": message.date.isoformat(),
        "edited": message.edited,
        "silent": message.silent,
        "protected": "has_protected_content" in wire,
        "pinned": message.id in chat.pinned,
        "service": message.service,
        "topic_name": wire.get(message.service, {}).get("name", "") if message.service.startswith("forum") else "",
        "media": next((kind for kind in MEDIA if kind in wire), ""),
        "file": _file_of(message),
        "thread": message.thread_id,
        "reply": _reply(chat, message),
        "buttons": [[_button(button) for button in row] for row in message.inline],
        "reactions": [
            {"emoji": emoji, "mine": who == reader.id} for who, all_of in message.reactions.items() for emoji in all_of
        ],
    }


def _file_of(message: Message) -> Wire | None:
    """What the bot sent as bytes, to look at, to hear or to take away."""
    kind = next((one for one in ("photo", "voice", "audio", "document") if one in message.wire), None)
    if kind is None or not message.sender.is_bot:
        return None
    about: Wire = message.wire[kind][-1] if kind == "photo" else message.wire[kind]
    return {"id": about["file_id"], "name": about.get("file_name", "")}


def _reply(chat: Chat, message: Message) -> Wire | None:
    if message.reply_to is None:
        return None
    answered = chat.messages.get(message.reply_to)
    if answered is None:
        return {"id": message.reply_to, "from": "", "bot": False, "text": ""}
    who = answered.sender
    return {"id": answered.id, "from": who.first_name, "bot": who.is_bot, "text": answered.text[:80]}


def _button(button: Wire) -> Wire:
    shown: Wire = {"text": button["text"]}
    if "callback_data" in button:
        shown["data"] = button["callback_data"]
    if "url" in button:
        shown["url"] = button["url"]
    if "copy_text" in button:
        shown["copy"] = button["copy_text"]["text"]
    return shown
