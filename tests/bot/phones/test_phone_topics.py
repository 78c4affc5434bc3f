"""The desk as a forum: topics, threads, and what Telegram says of those that are gone."""

from __future__ import annotations

import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.phones import Cloud, Impossible, User


async def test_a_topic_is_opened_renamed_closed_and_deleted(bot: Bot, cloud: Cloud, desk: int) -> None:
    topic = await bot.create_forum_topic(desk, "0413 urgent")
    thread = topic.message_thread_id
    sent = await bot.send_message(desk, "card", message_thread_id=thread)
    assert (sent.message_thread_id, sent.is_topic_message) == (thread, True)
    assert await bot.edit_forum_topic(desk, thread, name="0413")
    with pytest.raises(BadRequest, match=r"(?i)topic_not_modified"):
        await bot.edit_forum_topic(desk, thread, name="0413")
    assert await bot.close_forum_topic(desk, thread)
    assert await bot.send_message(desk, "an administrator may", message_thread_id=thread)
    assert await bot.delete_forum_topic(desk, thread)
    assert cloud.chat_view(desk) == []
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await bot.send_message(desk, "x", message_thread_id=thread)
    with pytest.raises(BadRequest, match=r"(?i)topic_deleted"):
        await bot.edit_forum_topic(desk, thread, name="x")


async def test_general_has_no_thread_and_its_replies_are_no_topic(
    bot: Bot, cloud: Cloud, desk: int, susan: User
) -> None:
    first = cloud.say_in_group(susan, desk, "in General")
    cloud.say_in_group(susan, desk, "a reply there", reply_to=first.id)
    [one, two] = [update.message for update in await bot.get_updates()]
    assert one is not None
    assert two is not None
    assert (one.message_thread_id, one.is_topic_message) == (None, None)
    assert (two.message_thread_id, two.is_topic_message) == (first.id, None)
    with pytest.raises(BadRequest, match=r"(?i)thread not found"):
        await bot.send_message(desk, "x", message_thread_id=1)


async def test_in_a_topic_every_message_seems_to_answer_the_one_that_opened_it(
    bot: Bot, cloud: Cloud, desk: int, susan: User
) -> None:
    thread = (await bot.create_forum_topic(desk, "0413")).message_thread_id
    card = await bot.send_message(desk, "her words", message_thread_id=thread)
    plain = cloud.say_in_group(susan, desk, "among ourselves", thread_id=thread)
    answer = cloud.say_in_group(susan, desk, "to her", reply_to=card.message_id)
    [one, two] = [update.message for update in await bot.get_updates()]
    assert one is not None
    assert one.reply_to_message is not None
    assert one.reply_to_message.forum_topic_created is not None
    assert two is not None
    assert two.reply_to_message is not None
    assert two.reply_to_message.message_id == card.message_id
    assert (plain.reply_to, answer.reply_to, answer.thread_id) == (None, card.message_id, thread)


async def test_a_topic_taken_away_by_hand_is_gone_for_the_bot(bot: Bot, cloud: Cloud, desk: int) -> None:
    thread = (await bot.create_forum_topic(desk, "0413")).message_thread_id
    cloud.remove_topic(desk, thread)
    assert await bot.get_updates() == ()
    with pytest.raises(BadRequest, match=r"(?i)thread not found"):
        await bot.send_message(desk, "x", message_thread_id=thread)


async def test_rights_are_told_and_kept_to(bot: Bot, cloud: Cloud, desk: int, susan: User) -> None:
    assert (await bot.get_chat_member(desk, bot.id)).can_manage_topics  # type: ignore[attr-defined]
    assert (await bot.get_chat_member(desk, susan.id)).status == "member"
    assert (await bot.get_chat(desk)).is_forum
    cloud.set_bot_status(desk, "administrator", can_manage_topics=False)
    with pytest.raises(BadRequest, match=r"(?i)not enough rights"):
        await bot.create_forum_topic(desk, "x")
    cloud.set_bot_status(desk, "kicked", by=susan)
    with pytest.raises(Forbidden, match=r"(?i)kicked"):
        await bot.send_message(desk, "x")


async def test_a_group_left_or_moved_says_so(bot: Bot, cloud: Cloud, desk: int) -> None:
    old = cloud.add_forum("Old", is_forum=False)
    cloud.chats[old].migrated_to = desk
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(old, "x")
    assert moved.value.new_chat_id == desk
    await bot.leave_chat(desk)
    with pytest.raises(Forbidden):
        await bot.send_message(desk, "x")


def test_who_is_not_in_a_group_cannot_write_there(cloud: Cloud, desk: int, lola: User) -> None:
    with pytest.raises(Impossible):
        cloud.say_in_group(lola, desk, "let me in")
    cloud.join(lola, desk)
    cloud.say_in_group(lola, desk, "now I am")
