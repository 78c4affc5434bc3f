"""PTB's own Bot against the local Telegram: messages."""

from __future__ import annotations

import pytest
from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import BadRequest, Forbidden

from bot.phones import Cloud, Impossible, User

YES = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="7:company:yes")]])
KEYS = ReplyKeyboardMarkup([["My week", "Help now"], [KeyboardButton("Settings")]])


async def test_a_message_arrives_with_its_buttons(bot: Bot, cloud: Cloud, lola: User) -> None:
    assert (await bot.get_me()).username == "phones_bot"
    sent = await bot.send_message(lola.id, " How are you?\n", reply_markup=YES, protect_content=True)
    [_, seen] = cloud.chat_view(lola.id)
    assert (seen.id, seen.text, seen.buttons) == (sent.message_id, "How are you?", [["Yes"]])
    assert sent.has_protected_content


async def test_a_tap_becomes_a_query_and_is_answered(bot: Bot, cloud: Cloud, lola: User) -> None:
    sent = await bot.send_message(lola.id, "Company?", reply_markup=YES)
    query = cloud.tap(lola, lola.id, sent.message_id, "Yes")
    [_, update] = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "7:company:yes"
    assert update.callback_query.message is not None
    assert update.callback_query.message.message_id == sent.message_id
    await update.callback_query.answer("Heard.")
    assert query.answers[0]["text"] == "Heard."


async def test_an_old_or_unknown_query_is_refused(bot: Bot, cloud: Cloud, lola: User, clock) -> None:
    await bot.send_message(lola.id, "Company?", reply_markup=YES)
    query = cloud.tap(lola, lola.id, None, "7:company:yes")
    clock.step(minutes=16)
    for number in (query.id, "12345"):
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await bot.answer_callback_query(number)


async def test_an_edit_is_dated_and_the_same_again_is_not_modified(bot: Bot, lola: User, clock, cloud: Cloud) -> None:
    sent = await bot.send_message(lola.id, "One", reply_markup=YES)
    clock.step(minutes=1)
    edited = await bot.edit_message_text("Two", lola.id, sent.message_id, reply_markup=YES)
    assert not isinstance(edited, bool)
    assert edited.edit_date == clock.now()
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_text("Two", lola.id, sent.message_id, reply_markup=YES)
    await bot.edit_message_reply_markup(lola.id, sent.message_id)
    assert cloud.chat_view(lola.id)[-1].buttons == []


async def test_what_is_not_there_or_not_ours_cannot_be_edited(bot: Bot, lola: User, cloud: Cloud) -> None:
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await bot.edit_message_text("x", lola.id, 999)
    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await bot.edit_message_text("x", lola.id, cloud.chat_view(lola.id)[0].id)


async def test_messages_of_both_sides_can_be_deleted_for_48_hours(bot: Bot, cloud: Cloud, lola: User, clock) -> None:
    hers = cloud.chat_view(lola.id)[0]
    sent = await bot.send_message(lola.id, "One")
    clock.step(hours=47, minutes=59)
    assert await bot.delete_message(lola.id, sent.message_id)
    later = await bot.send_message(lola.id, "Two")
    clock.step(minutes=1)
    with pytest.raises(BadRequest, match=r"(?i)message can't be deleted for everyone"):
        await bot.delete_message(lola.id, hers.id)
    assert await bot.delete_messages(lola.id, [hers.id, later.message_id, 999])
    assert cloud.chat_view(lola.id) == [hers]
    with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
        await bot.delete_message(lola.id, sent.message_id)


async def test_a_reply_keyboard_comes_speaks_and_goes(bot: Bot, cloud: Cloud, lola: User) -> None:
    await bot.send_message(lola.id, "Menu", reply_markup=KEYS)
    assert cloud.tap_key(lola, "Help now").text == "Help now"
    with pytest.raises(Impossible):
        cloud.tap_key(lola, "Not there")
    await bot.send_message(lola.id, "Gone", reply_markup=ReplyKeyboardRemove())
    assert cloud.keyboard(lola) == []


async def test_a_reply_keyboard_goes_with_the_message_that_brought_it(bot: Bot, cloud: Cloud, lola: User) -> None:
    sent = await bot.send_message(lola.id, "Menu", reply_markup=KEYS)
    await bot.delete_message(lola.id, sent.message_id)
    assert cloud.keyboard(lola) == []


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", "text is empty"),
        (" \n ", "text is empty"),
        ("x" * 4097, "message is too long"),
        ("👍" * 2049, "message is too long"),
    ],
)
async def test_a_text_has_1_to_4096_characters(bot: Bot, lola: User, text: str, refusal: str) -> None:
    with pytest.raises(BadRequest, match=rf"(?i){refusal}"):
        await bot.send_message(lola.id, text)


async def test_button_data_has_at_most_64_bytes(bot: Bot, lola: User) -> None:
    for data, good in (("ҳ" * 32, True), ("ҳ" * 32 + "x", False)):
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("ok", callback_data=data)]])
        if good:
            assert await bot.send_message(lola.id, "x", reply_markup=keyboard)
        else:
            with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
                await bot.send_message(lola.id, "x", reply_markup=keyboard)


async def test_a_copy_button_tells_the_bot_nothing(bot: Bot, cloud: Cloud, lola: User) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Copy", copy_text=CopyTextButton("a card"))]])
    sent = await bot.send_message(lola.id, "x", reply_markup=keyboard)
    with pytest.raises(Impossible):
        cloud.tap(lola, lola.id, sent.message_id, "Copy")


async def test_html_becomes_entities_and_broken_html_is_refused(bot: Bot, lola: User) -> None:
    sent = await bot.send_message(lola.id, "😊 <b>Salom</b> &lt;3", parse_mode="HTML")
    assert sent.text == "😊 Salom <3"
    assert [(one.type, one.offset, one.length) for one in sent.entities] == [("bold", 3, 5)]
    with pytest.raises(BadRequest, match=r"(?i)can't parse entities"):
        await bot.send_message(lola.id, "<b>open", parse_mode="HTML")


async def test_who_blocked_left_or_never_came_cannot_be_written_to(bot: Bot, cloud: Cloud, lola: User) -> None:
    stranger, gone = cloud.add_user("Nargis"), cloud.add_user("Bunafsha")
    cloud.start(gone)
    cloud.deactivate(gone)
    cloud.block(lola)
    for user, said in ((lola, "blocked"), (stranger, "can't initiate"), (gone, "deactivated")):
        with pytest.raises(Forbidden, match=rf"(?i){said}"):
            await bot.send_message(user.id, "x")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(1, "x")
    cloud.unblock(lola)
    assert await bot.send_message(lola.id, "x")
    kinds = [
        update.my_chat_member.new_chat_member.status for update in await bot.get_updates() if update.my_chat_member
    ]
    assert kinds == ["kicked", "member"]


async def test_a_reaction_is_put_and_taken_back(bot: Bot, cloud: Cloud, lola: User) -> None:
    hers = cloud.chat_view(lola.id)[0]
    await bot.set_message_reaction(lola.id, hers.id, "❤")
    assert hers.reactions == {cloud.bot.id: ["❤"]}
    await bot.set_message_reaction(lola.id, hers.id)
    assert hers.reactions == {}
    with pytest.raises(BadRequest, match=r"(?i)reaction_invalid"):
        await bot.set_message_reaction(lola.id, hers.id, "🧅")


async def test_a_file_is_sent_again_by_its_id_and_can_be_read(bot: Bot, cloud: Cloud, lola: User) -> None:
    first = await bot.send_document(lola.id, b"my data", filename="data.json", caption="Yours")
    assert first.document is not None
    assert first.document.file_name == "data.json"
    file = await bot.get_file(first.document.file_id)
    assert await file.download_as_bytearray() == b"my data"
    voice = await bot.send_voice(lola.id, b"sound")
    assert voice.voice is not None
    again = await bot.send_voice(lola.id, voice.voice.file_id)
    assert again.voice is not None
    assert again.voice.file_id == voice.voice.file_id


async def test_commands_and_words_are_kept_by_scope_and_language(bot: Bot) -> None:
    await bot.set_my_commands([("help", "Кӯмак")], language_code="tg")
    await bot.set_my_commands([("help", "Help")])
    assert (await bot.get_my_commands(language_code="tg"))[0].description == "Кӯмак"
    await bot.set_my_name("Ҳамроҳ", language_code="tg")
    assert (await bot.get_my_name("tg")).name == "Ҳамроҳ"
    assert (await bot.get_my_name()).name == "Phones"
