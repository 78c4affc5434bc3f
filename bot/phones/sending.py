"""The Bot API's methods for messages of words: send, edit, delete, react, answer a tap."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from telegram.constants import ReactionEmoji

from bot.phones.coming import OUT
from bot.phones.kept import Chat, Message, Topic, Wire
from bot.phones.markup import MAX_CAPTION, MAX_TEXT, checked_keyboard, formatted
from bot.phones.refusals import NOT_MODIFIED, QUERY_TOO_OLD, bad_request, forbidden

if TYPE_CHECKING:
    from bot.phones.cloud import Cloud

DELETABLE = timedelta(hours=48)
KNOWN_REACTIONS = frozenset(one.value for one in ReactionEmoji)


def chat_for(cloud: Cloud, params: Wire) -> Chat:
    """The chat named, if the bot may act in it."""
    chat = cloud.chats.get(params.get("chat_id", 0))
    if chat is None:
        raise bad_request("chat not found" if params.get("chat_id") else "chat_id is empty")
    if chat.private:
        _check_private(cloud, chat)
    elif chat.migrated_to is not None:
        refused = bad_request("group chat was upgraded to a supergroup chat")
        refused.parameters = {"migrate_to_chat_id": chat.migrated_to}
        raise refused
    elif chat.members.get(cloud.bot.id, "left") in OUT:
        how = "was kicked from" if chat.members.get(cloud.bot.id) == "kicked" else "is not a member of"
        raise forbidden(f"bot {how} the supergroup chat")
    return chat


def _check_private(cloud: Cloud, chat: Chat) -> None:
    user = cloud.users[chat.id]
    if user.deactivated:
        raise forbidden("user is deactivated")
    if user.blocked:
        raise forbidden("bot was blocked by the user")
    if not user.started:
        raise forbidden("bot can't initiate conversation with a user")


def send_message(cloud: Cloud, params: Wire) -> Wire:
    """`sendMessage`."""
    chat = chat_for(cloud, params)
    text, entities = formatted(params.get("text"), params.get("parse_mode") or "", params.get("entities"), MAX_TEXT)
    return post(cloud, chat, params, {"text": text} | ({"entities": entities} if entities else {}))


def post(cloud: Cloud, chat: Chat, params: Wire, body: Wire) -> Wire:
    """Put the bot's message where it belongs, with its keyboard; the message as the bot is told of it."""
    markup = checked_keyboard(params.get("reply_markup"))
    answers = _answered(chat, params)
    topic = _topic(chat, params.get("message_thread_id") or (answers.thread_id if answers else None))
    if params.get("protect_content"):
        body["has_protected_content"] = True
    if markup and "inline_keyboard" in markup:
        body["reply_markup"] = markup
    silent = bool(params.get("disable_notification"))
    message = cloud.put(chat, cloud.bot, body, topic=topic, answers=answers, silent=silent)
    _place_keyboard(chat, message, markup)
    return message.wire


def _place_keyboard(chat: Chat, message: Message, markup: Wire | None) -> None:
    if not markup or "inline_keyboard" in markup:
        return
    message.keyboard = markup
    if markup.get("keyboard"):
        chat.keyboard_from = message
    elif markup.get("remove_keyboard"):
        chat.keyboard_from = None


def _answered(chat: Chat, params: Wire) -> Message | None:
    wanted: Wire = params.get("reply_parameters") or {}
    number = wanted.get("message_id", params.get("reply_to_message_id"))
    if number is None:
        return None
    message = chat.messages.get(int(number))
    lenient = wanted.get("allow_sending_without_reply") or params.get("allow_sending_without_reply")
    if message is None and not lenient:
        raise bad_request("message to be replied not found")
    return message


def _topic(chat: Chat, thread_id: int | None) -> Topic | None:
    """General has no thread id: its own, 1, is refused like any that is not there."""
    if thread_id is None:
        return None
    topic = chat.topics.get(thread_id)
    if topic is None:
        raise bad_request("message thread not found")
    if topic.closed and not chat.rights.get("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return topic


def _own(cloud: Cloud, params: Wire) -> Message:
    message = chat_for(cloud, params).messages.get(params.get("message_id", 0))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender is not cloud.bot or message.keyboard is not None or message.service:
        raise bad_request("message can't be edited")
    return message


def edit_text(cloud: Cloud, params: Wire) -> Wire:
    """`editMessageText`."""
    message = _own(cloud, params)
    text, entities = formatted(params.get("text"), params.get("parse_mode") or "", params.get("entities"), MAX_TEXT)
    if "text" not in message.wire:
        raise bad_request("there is no text in the message to edit")
    return _edit(cloud, message, {"text": text, "entities": entities}, params)


def edit_caption(cloud: Cloud, params: Wire) -> Wire:
    """`editMessageCaption`."""
    message = _own(cloud, params)
    if "text" in message.wire:
        raise bad_request("there is no caption in the message to edit")
    caption, entities = formatted(
        params.get("caption"), params.get("parse_mode") or "", params.get("caption_entities"), MAX_CAPTION
    )
    return _edit(cloud, message, {"caption": caption, "caption_entities": entities}, params)


def edit_markup(cloud: Cloud, params: Wire) -> Wire:
    """`editMessageReplyMarkup`."""
    return _edit(cloud, _own(cloud, params), {}, params)


def _edit(cloud: Cloud, message: Message, new: Wire, params: Wire) -> Wire:
    """Without a `reply_markup` an edit takes the inline keyboard away, as in the Bot API."""
    markup = checked_keyboard(params.get("reply_markup"))
    if markup and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    wanted = message.wire | new | {"reply_markup": markup or {}}
    wire = {name: value for name, value in wanted.items() if value or name not in DROPPED_EMPTY}
    if not wire.get("reply_markup", {}).get("inline_keyboard"):
        wire.pop("reply_markup", None)
    if wire == message.wire:
        raise bad_request(NOT_MODIFIED)
    message.wire = wire if not new else wire | {"edit_date": cloud.stamp()}
    cloud.changed()
    return message.wire


DROPPED_EMPTY = frozenset({"caption", "caption_entities", "entities", "reply_markup"})


def delete_message(cloud: Cloud, params: Wire) -> bool:
    """`deleteMessage`."""
    chat = chat_for(cloud, params)
    message = chat.messages.get(params.get("message_id", 0))
    if message is None:
        raise bad_request("message to delete not found")
    if not _deletable(cloud, chat, message):
        raise bad_request("message can't be deleted" + (" for everyone" if chat.private else ""))
    cloud.remove(chat, message.id)
    return True


def delete_messages(cloud: Cloud, params: Wire) -> bool:
    """What cannot go is skipped without a word."""
    chat = chat_for(cloud, params)
    numbers = params.get("message_ids") or []
    if not 1 <= len(numbers) <= 100:
        raise bad_request("message identifiers are not specified" if not numbers else "too many messages to delete")
    for number in numbers:
        message = chat.messages.get(number)
        if message is not None and _deletable(cloud, chat, message):
            cloud.remove(chat, number)
    return True


def _deletable(cloud: Cloud, chat: Chat, message: Message) -> bool:
    """Under 48 hours, in groups too (TDLib refuses older ones to bots); others' words in a group need the right."""
    if cloud.now() - message.date >= DELETABLE:
        return False
    return chat.private or message.sender is cloud.bot or bool(chat.rights.get("can_delete_messages"))


def set_reaction(cloud: Cloud, params: Wire) -> bool:
    """`setMessageReaction`."""
    message = chat_for(cloud, params).messages.get(params.get("message_id", 0))
    if message is None:
        raise bad_request("message to react not found")
    wanted = [str(one.get("emoji", "")) for one in params.get("reaction") or []]
    if len(wanted) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not KNOWN_REACTIONS.issuperset(wanted):
        raise bad_request("REACTION_INVALID")
    message.reactions.pop(cloud.bot.id, None)
    if wanted:
        message.reactions[cloud.bot.id] = wanted
    cloud.changed()
    return True


def answer_query(cloud: Cloud, params: Wire) -> bool:
    """`answerCallbackQuery`: an unknown query is refused, and one older than `query_life`."""
    query = cloud.queries.get(str(params.get("callback_query_id")))
    if query is None or cloud.now() - query.made > cloud.query_life:
        raise bad_request(QUERY_TOO_OLD)
    if len(str(params.get("text") or "")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answers.append(params)
    cloud.changed()
    return True


def send_action(cloud: Cloud, params: Wire) -> bool:
    """`sendChatAction`."""
    chat_for(cloud, params)
    return True


def pin(cloud: Cloud, params: Wire) -> bool:
    """`pinChatMessage`."""
    chat = chat_for(cloud, params)
    number = params.get("message_id", 0)
    if number not in chat.messages:
        raise bad_request("message to pin not found")
    if not chat.private and not chat.rights.get("can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    if number not in chat.pinned:
        chat.pinned.append(number)
    cloud.changed()
    return True


def unpin(cloud: Cloud, params: Wire) -> bool:
    """`unpinChatMessage`; the newest, if none is named."""
    chat = chat_for(cloud, params)
    number = params.get("message_id", chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    cloud.changed()
    return True


METHODS: dict[str, Any] = {
    "sendMessage": send_message,
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "setMessageReaction": set_reaction,
    "answerCallbackQuery": answer_query,
    "sendChatAction": send_action,
    "pinChatMessage": pin,
    "unpinChatMessage": unpin,
}
