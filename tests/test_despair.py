"""Despair at any moment, over HTTP: heard in that turn, in her language, and a person at the desk answers her."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.phones import Message, User
from bot.translate import ANONYMOUS
from storage.outbox import waiting
from storage.schema import cases, lines, outbox, record
from tests.world import World, world

SENTENCES = {
    "en": "I don't want to live any more",
    "ru": "Не хочу больше жить",
    "tg": "Дигар зистан намехоҳам",
    "uz": "Yashashni xohlamayman",
}
ANSWERED_IN = {"en": "en", "ru": "ru", "tg": "tg", "uz": "tg"}
"""We hear Uzbek and do not speak it yet: Tajik answers."""
NAMES = {"en": "English", "ru": "Русский", "tg": "Тоҷикӣ", "uz": "Тоҷикӣ"}


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as one:
        yield one


# -- the desk, as Gulru sees it ----------------------------------------------------------------------------------


def topic(w: World, name: str) -> int:
    """The thread of the desk topic whose name begins so."""
    return next(thread for thread, one in w.cloud.chats[w.desk].topics.items() if one.name.startswith(name))


def told(w: World, name: str) -> list[Message]:
    """What stands in that topic."""
    if not any(one.name.startswith(name) for one in w.cloud.chats[w.desk].topics.values()):
        return []
    return [one for one in w.cloud.chat_view(w.desk, topic(w, name)) if one.text]


def seen_by(w: World, her: User) -> list[str]:
    """The bot's lines on her phone."""
    return [one.text for one in w.cloud.chat_view(her.id) if one.sender is w.cloud.bot]


async def take(w: World) -> str:
    """Gulru takes the case of the newest alert; its number."""
    alert = told(w, "Сейчас")[-1]
    w.cloud.tap(w.gulru, w.desk, alert.id, "Взять")
    await w.settle()
    return alert.text.split()[1]


async def reply(w: World, case: str, words: str, to: str) -> Message:
    """Gulru answers the line `to` of hers, in the topic of the case."""
    hers = next(one for one in reversed(told(w, case)) if one.text == to)
    wrote = w.cloud.say_in_group(w.gulru, w.desk, words, topic(w, case), hers.id)
    await w.settle()
    return wrote


def receipt(w: World, wrote: Message) -> list[str]:
    """The bot's reaction on a line of the desk's."""
    return w.cloud.seen(w.desk, wrote.id).reactions.get(w.cloud.bot.id, [])


# -- moments -----------------------------------------------------------------------------------------------------


async def at_the_first_word(w: World, her: User, words: str, language: str) -> None:
    await w.says(words, her)


async def at_consent(w: World, her: User, words: str, language: str) -> None:
    for line in ("/start", NAMES[language], "1", words):
        await w.says(line, her)


async def at_the_menu(w: World, her: User, words: str, language: str) -> None:
    await w.joins(NAMES[language], her)
    await w.says(words, her)


async def in_a_pulse(w: World, her: User, words: str, language: str) -> None:
    await w.joins(NAMES[language], her)
    await w.says(w.app.library.text(ANSWERED_IN[language], "menu.feel"), her)
    await w.says(words, her)


async def as_an_answer_to_something_old(w: World, her: User, words: str, language: str) -> None:
    await w.joins(NAMES[language], her)
    old = w.cloud.chat_view(her.id)[1]
    await w.passes(days=1)
    w.cloud.say(her, words, reply_to=old.id)
    await w.settle()


async def while_asking_for_a_person(w: World, her: User, words: str, language: str) -> None:
    await w.joins(NAMES[language], her)
    await w.says(w.app.library.text(ANSWERED_IN[language], "menu.person"), her)
    await w.says(words, her)


async def after_stop(w: World, her: User, words: str, language: str) -> None:
    await w.joins(NAMES[language], her)
    await w.says("/stop", her)
    await w.says(words, her)


Moment = Callable[[World, User, str, str], Awaitable[None]]
MOMENTS: list[Moment] = [
    at_the_first_word,
    at_consent,
    at_the_menu,
    in_a_pulse,
    as_an_answer_to_something_old,
    while_asking_for_a_person,
    after_stop,
]


async def heard_and_answered(w: World, moment: Moment, language: str) -> None:
    """The whole of it, for a woman of her own."""
    her = w.cloud.add_user("Parvina", ANSWERED_IN[language])
    words = SENTENCES[language]
    alerts = len(told(w, "Сейчас"))
    await moment(w, her, words, language)
    asked = w.app.library.text(ANSWERED_IN[language], "safety.ask")
    assert any(asked in line for line in seen_by(w, her)[-2:]), f"not answered {moment.__name__}"
    assert len(told(w, "Сейчас")) == alerts + 1, f"the desk was not told {moment.__name__}"
    assert words not in told(w, "Сейчас")[-1].text

    case = await take(w)
    wrote = await reply(w, case, "I am Gulru. I read what you wrote.", to=words)
    assert seen_by(w, her)[-1].endswith("I am Gulru. I read what you wrote."), f"no reply {moment.__name__}"
    assert receipt(w, wrote), f"no receipt {moment.__name__}"

    await w.says("my sister is here with me now", her)
    assert told(w, case)[-1].text == "my sister is here with me now", f"her next words are lost {moment.__name__}"


EACH = {"en": MOMENTS[0:4], "ru": MOMENTS[3:6], "tg": MOMENTS[4:], "uz": MOMENTS[5:7]}
"""Every moment in one language at least, the later ones in two."""


@pytest.mark.parametrize("language", SENTENCES)
async def test_despair_is_heard_at_any_moment(w: World, language: str) -> None:
    for moment in EACH[language]:
        await heard_and_answered(w, moment, language)


ONE_EACH = dict(zip(SENTENCES, (at_the_menu, in_a_pulse, at_consent, as_an_answer_to_something_old), strict=True))


@pytest.mark.parametrize("fresh_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("language", SENTENCES)
async def test_despair_is_heard_by_webhook_and_on_postgresql(tmp_path: Path, fresh_url: str, language: str) -> None:
    async with world(tmp_path, url=fresh_url, webhook=True) as w:
        await heard_and_answered(w, ONE_EACH[language], language)


async def test_the_conversation_waits_where_it_was(w: World) -> None:
    await w.joins()
    await w.says("How I feel")
    await w.says(SENTENCES["en"])
    await w.says("No")
    await w.taps("🙂 Good")
    await w.taps("Well")
    assert w.heard[-1] == w.app.library.text("en", "pulse.thanks")


# -- what reaches her and what does not --------------------------------------------------------------------------


async def talked_to(w: World) -> str:
    """She joined, wrote the sentence, and Gulru took her case; its number."""
    await w.joins()
    await w.says(SENTENCES["en"])
    return await take(w)


async def test_a_reply_that_cannot_reach_her_is_said_in_words(w: World) -> None:
    case = await talked_to(w)
    w.her.blocked = True  # Telegram tells nobody until somebody writes
    wrote = await reply(w, case, "Are you there?", to=SENTENCES["en"])
    said = [one.text for one in told(w, case)]
    assert w.app.library.text("ru", "desk.failed") in said
    assert not receipt(w, wrote)
    assert w.app.library.text("ru", "desk.left", number=case) in said
    await reply(w, case, "And now?", to=SENTENCES["en"])
    assert told(w, case)[-1].text == w.app.library.text("ru", "replies.not")


async def test_a_note_stays_at_the_desk(w: World) -> None:
    case = await talked_to(w)
    before = len(w.screen)
    note = w.cloud.say_in_group(w.gulru, w.desk, "she sounds tired", topic(w, case))
    hint = next(one for one in told(w, case) if one.text == w.app.library.text("ru", "desk.how_to_reply"))
    other = w.cloud.say_in_group(w.gulru, w.desk, "answers the hint", topic(w, case), hint.id)
    general = w.cloud.say_in_group(w.gulru, w.desk, "tea, anyone?")
    hers = next(one for one in told(w, case) if one.text == SENTENCES["en"])
    await w.settle()
    assert len(w.screen) == before
    assert not any(receipt(w, one) for one in (note, other, general, hers))


def message(w: World, sender: dict[str, Any], chat: int, text: str, **more: Any) -> dict[str, Any]:
    """A message as Telegram would bring it from somebody the phones have no hands for."""
    shown = {**w.cloud.chats[chat].wire()}
    return {
        "message": {"message_id": 900_001, "date": w.cloud.stamp(), "from": sender, "chat": shown, "text": text, **more}
    }


async def kept(w: World) -> tuple[list[int], dict[str, int]]:
    """How much the bot has written down and sent so far."""
    async with w.app.db.read() as conn:
        tables = [
            (await conn.execute(select(func.count()).select_from(table))).scalar() or 0
            for table in (cases, lines, record, outbox)
        ]
        assert sum((await waiting(conn)).values()) == 0
    calls = {name: len(w.cloud.called(name)) for name in ("sendMessage", "editMessageText", "setMessageReaction")}
    return tables, calls


async def test_nobody_else_reaches_her_or_her_case(w: World) -> None:
    case = await talked_to(w)
    thread = topic(w, case)
    hers = next(one for one in told(w, case) if one.text == SENTENCES["en"])
    answers = {"message_thread_id": thread, "is_topic_message": True, "reply_to_message": hers.wire}
    stranger = w.cloud.add_user("Stranger", "ru")
    elsewhere = w.cloud.add_forum("Desk", [stranger])
    copy = w.cloud.open_topic(stranger, elsewhere, case)
    await w.settle()
    before = await kept(w)

    w.cloud.say_in_group(stranger, elsewhere, "I am from the team", copy.id)
    w.cloud.tap(stranger, elsewhere, None, f"case:{case}:take", forged=True)
    w.cloud.tap(stranger, elsewhere, hers.id, f"case:{case}:closed", forged=True)
    bot = {"id": 5_555_000_001, "is_bot": True, "first_name": "Helper"}
    admin = {"id": ANONYMOUS, "is_bot": True, "first_name": "Group"}
    w.cloud.push_raw(message(w, bot, w.desk, "from another bot", **answers))
    w.cloud.push_raw(message(w, admin, w.desk, "hidden", sender_chat=w.cloud.chats[w.desk].wire(), **answers))
    w.cloud.push_raw(message(w, {**admin, "is_bot": False}, w.desk, "hidden, and says it is no bot", **answers))
    channel = {"id": -1_009_000_000_001, "type": "channel", "title": "News"}
    w.cloud.push_raw(
        message(w, {**bot, "id": 777000, "is_bot": False}, w.desk, "linked", sender_chat=channel, **answers)
    )
    w.cloud.push_raw(message(w, stranger.wire(), elsewhere, "with the desk's thread", **answers))
    await w.settle()
    assert await kept(w) == before
    assert not w.cloud.updates.waiting

    w.cloud.start(stranger)
    await w.settle()
    quiet, last = await kept(w), len(w.cloud.calls)
    w.cloud.tap(stranger, stranger.id, None, f"case:{case}:closed", forged=True)
    await w.settle()
    assert (await kept(w))[0] == quiet[0], "a stranger's private tap changed a case"
    told_her = [call for call in w.cloud.called("sendMessage", w.her.id) if call.number > last]
    assert not told_her


async def test_a_reply_after_half_an_hour_knocks_and_comes_on_her_tap(w: World) -> None:
    case = await talked_to(w)
    await w.says("No")
    await w.passes(minutes=31)
    before = len(w.screen)
    wrote = await reply(w, case, "How is your evening?", to=SENTENCES["en"])
    assert len(w.screen) == before, "nothing may light up outside her hours"
    assert not receipt(w, wrote)
    assert told(w, case)[-1].text.endswith("придёт нейтральная строка. Ответ откроется по нажатию.")

    await w.passes(hours=10)
    knocks = [text for text in w.heard if text == w.app.library.text("en", "push.answer")]
    assert len(knocks) == 1
    assert not any("How is your evening?" in text for text in w.heard)
    await w.taps("Open")
    assert any(text.endswith("How is your evening?") for text in w.heard)
    assert receipt(w, wrote)
    await w.says("a little lighter")
    assert told(w, case)[-1].text == "a little lighter"
