"""What the page shows, as one JSON object: each phone as its owner would see it, and the desk."""

from __future__ import annotations

from bot.phones.cast import LANGUAGES, MOST, ROLES, ZONES, Cast, Phone
from bot.phones.cloud import Cloud
from bot.phones.kept import Chat, Message, User, Wire
from bot.phones.profile import commands_for, commands_in_group

SHOWN = 300
MEDIA = ("voice", "audio", "photo", "document", "video", "sticker", "contact", "location")
PREVIEW = 60
"""Characters of a message that light up on a locked phone: what the texts count on (Android shows about as many)."""


def state(cloud: Cloud, cast: Cast) -> Wire:
    """Everything; the last `SHOWN` messages of each chat."""
    return {
        "now": cloud.now().isoformat(),
        "bot": cloud.profile.words.get(("name", "")) or cloud.bot.first_name,
        "choices": {"roles": ROLES, "languages": LANGUAGES, "zones": ZONES, "room": MOST - len(cast.phones)},
        "phones": [_phone(cloud, phone) for phone in cast.phones],
        "desk": _desk(cloud, cast),
    }


def _phone(cloud: Cloud, phone: Phone) -> Wire:
    """As it lies there: one that is off shows what it showed, and how many messages wait for it."""
    if phone.frozen is None:
        return phone_view(cloud, phone)
    seen = {message["id"] for message in phone.frozen["messages"]}
    chat = cloud.chats[phone.user.id]
    waiting = sum(
        message.sender is not phone.user and message.id > max(seen, default=0) for message in chat.messages.values()
    )
    return phone.frozen | {"off": True, "waiting": waiting, "locked": phone.locked}


def phone_view(cloud: Cloud, phone: Phone) -> Wire:
    """A phone that is on."""
    user, chat = phone.user, cloud.chats[phone.user.id]
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
        "locked": phone.locked,
        "off": False,
        "waiting": 0,
        "read": phone.read,
        "keyboard": [[key["text"] for key in row] for row in cloud.keyboard(user)],
        "commands": commands_for(cloud, user.id, user.language_code),
        "notice": _notice(cloud, user),
        "previews": _previews(chat, phone),
        "messages": _messages(cloud, chat, user),
    }


def _previews(chat: Chat, phone: Phone) -> list[Wire]:
    """What an onlooker reads: of each message she has not seen the beginning, newest first; else of the last one."""
    theirs = [one for one in chat.messages.values() if one.sender is not phone.user and not one.service]
    unread = theirs[-1:] if phone.read is None else [one for one in theirs if one.id > phone.read]
    return [
        {
            "id": one.id,
            "text": " ".join(one.text.split())[:PREVIEW],
            "media": _media_of(one),
            "date": one.date.isoformat(),
            "silent": one.silent,
        }
        for one in reversed(unread)
    ]


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
        "commands": commands_in_group(cloud, chat.id, member),
        "username": cloud.bot.username,
        "notices": {str(one.id): _notice(cloud, one) for one in cast.desk},
        "messages": _messages(cloud, chat, member),
    }


def _notice(cloud: Cloud, user: User) -> Wire | None:
    """The last answer to a tap of hers that has words to show."""
    for query in reversed(list(cloud.queries.values())[-20:]):
        if query.user is user and query.answers and query.answers[-1].get("text"):
            answer = query.answers[-1]
            return {"id": query.id, "text": answer["text"], "alert": bool(answer.get("show_alert"))}
    return None


def _messages(cloud: Cloud, chat: Chat, reader: User) -> list[Wire]:
    return [_message(cloud, chat, one, reader) for one in list(chat.messages.values())[-SHOWN:]]


def _message(cloud: Cloud, chat: Chat, message: Message, reader: User) -> Wire:
    wire = message.wire
    return {
        "id": message.id,
        "user": message.sender.id,
        "mine": message.sender is reader,
        "bot": message.sender.is_bot,
        "from": message.sender.first_name,
        "text": message.text,
        "entities": wire.get("entities") or wire.get("caption_entities") or [],
        "date": message.date.isoformat(),
        "edited": message.edited,
        "silent": message.silent,
        "protected": "has_protected_content" in wire,
        "pinned": message.id in chat.pinned,
        "service": message.service,
        "topic_name": wire.get(message.service, {}).get("name", "") if message.service.startswith("forum") else "",
        "media": _media_of(message),
        "file": _file_of(cloud, message),
        "thread": message.thread_id,
        "reply": _reply(chat, message),
        "buttons": [[_button(button) for button in row] for row in message.inline],
        "reactions": [
            {"emoji": emoji, "user": who, "mine": who == reader.id}
            for who, all_of in message.reactions.items()
            for emoji in all_of
        ],
    }


def _media_of(message: Message) -> str:
    return next((kind for kind in MEDIA if kind in message.wire), "")


def _file_of(cloud: Cloud, message: Message) -> Wire | None:
    """What came as bytes, to look at, to hear or to take away."""
    kind = next((one for one in ("photo", "voice", "audio", "video", "document") if one in message.wire), None)
    if kind is None:
        return None
    about: Wire = message.wire[kind][-1] if kind == "photo" else message.wire[kind]
    if not cloud.files.get(about["file_id"]):
        return None
    name = about.get("file_name", "")
    return {"id": about["file_id"], "name": name, "size": about["file_size"], "duration": about.get("duration", 0)}


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
