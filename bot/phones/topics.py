"""The Bot API's methods for forum topics and for membership of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.phones.kept import Chat, Topic, Wire
from bot.phones.refusals import bad_request
from bot.phones.sending import chat_for

if TYPE_CHECKING:
    from bot.phones.cloud import Cloud

MAX_NAME = 128


def _forum(cloud: Cloud, params: Wire, right: str, doing: str) -> Chat:
    chat = chat_for(cloud, params)
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not chat.rights.get(right):
        raise bad_request(f"not enough rights to {doing}")
    return chat


def _topic(chat: Chat, params: Wire) -> Topic:
    topic = chat.topics.get(params.get("message_thread_id", 0))
    if topic is not None:
        return topic
    gone = params.get("message_thread_id") in chat.deleted_topics
    raise bad_request("TOPIC_DELETED" if gone else "TOPIC_ID_INVALID")


def _named(params: Wire) -> str:
    name = str(params.get("name") or "").strip()
    if not name or len(name) > MAX_NAME:
        raise bad_request("topic name is empty" if not name else "TOPIC_TITLE_TOO_LONG")
    return name


def create(cloud: Cloud, params: Wire) -> Wire:
    """`createForumTopic`."""
    chat = _forum(cloud, params, "can_manage_topics", "create a topic")
    return cloud.new_topic(chat, cloud.bot, _named(params), params.get("icon_color")).wire()


def edit(cloud: Cloud, params: Wire) -> bool:
    """`editForumTopic`: its name."""
    chat = _forum(cloud, params, "can_manage_topics", "edit the topic")
    topic = _topic(chat, params)
    if not params.get("name") or params["name"] == topic.name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = _named(params)
    cloud.put(chat, cloud.bot, {"forum_topic_edited": {"name": topic.name}}, topic=topic)
    return True


def _set_closed(*, closed: bool) -> Any:
    said = "forum_topic_closed" if closed else "forum_topic_reopened"

    def act(cloud: Cloud, params: Wire) -> bool:
        chat = _forum(cloud, params, "can_manage_topics", "close the topic")
        topic = _topic(chat, params)
        if topic.closed == closed:
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic.closed = closed
        cloud.put(chat, cloud.bot, {said: {}}, topic=topic)
        return True

    return act


def delete(cloud: Cloud, params: Wire) -> bool:
    """All messages of the topic go, however old."""
    chat = _forum(cloud, params, "can_delete_messages", "delete the topic")
    cloud.remove_topic(chat.id, _topic(chat, params).id)
    return True


def get_chat(cloud: Cloud, params: Wire) -> Wire:
    """`getChat`."""
    chat = chat_for(cloud, params)
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    full = chat.wire() | {"accent_color_id": 0, "max_reaction_count": 11}
    full["accepted_gift_types"] = dict.fromkeys(gifts, False)
    if not chat.private:
        full["permissions"] = {"can_send_messages": True}
    return full


def get_member(cloud: Cloud, params: Wire) -> Wire:
    """`getChatMember`."""
    chat = chat_for(cloud, params)
    user = cloud.users.get(params.get("user_id", 0))
    if user is None:
        raise bad_request("invalid user_id specified")
    if chat.private:
        return {"status": "member", "user": user.wire()}
    return cloud.member(chat, user)


def get_administrators(cloud: Cloud, params: Wire) -> list[Wire]:
    """`getChatAdministrators`."""
    chat = chat_for(cloud, params)
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    ranks = {"administrator", "creator"}
    return [cloud.member(chat, cloud.users[one]) for one, rank in chat.members.items() if rank in ranks]


def count_members(cloud: Cloud, params: Wire) -> int:
    """`getChatMemberCount`."""
    chat = chat_for(cloud, params)
    return 2 if chat.private else sum(rank not in {"left", "kicked"} for rank in chat.members.values())


def leave(cloud: Cloud, params: Wire) -> bool:
    """`leaveChat`."""
    chat = chat_for(cloud, params)
    if chat.private:
        raise bad_request("chat member status can't be changed in private chats")
    cloud.set_bot_status(chat.id, "left", by=cloud.bot)
    return True


METHODS: dict[str, Any] = {
    "createForumTopic": create,
    "editForumTopic": edit,
    "closeForumTopic": _set_closed(closed=True),
    "reopenForumTopic": _set_closed(closed=False),
    "deleteForumTopic": delete,
    "getChat": get_chat,
    "getChatMember": get_member,
    "getChatAdministrators": get_administrators,
    "getChatMemberCount": count_members,
    "leaveChat": leave,
}
