"""The whole bot: a moderator and she talk, by words, edits, voices, saved replies, and after the closing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.phones import Message
from tests.world import World, world

DESPAIR = "I don't want to live any more"
NOTE = "ring her aunt"
VOICE = {"voice": {"file_id": "phone-file-9", "file_unique_id": "phone-9", "duration": 3, "mime_type": "audio/ogg"}}


@pytest.fixture
async def w(tmp_path: Path, *, webhook: bool) -> AsyncIterator[World]:
    async with world(tmp_path, webhook=webhook, joined=True) as one:
        await one.says(DESPAIR)
        await presses(one, "Взять")
        yield one


async def presses(w: World, label: str, message: int | None = None) -> None:
    w.cloud.tap(w.gulru, w.desk, message, label)
    await w.settle()


async def replies(w: World, text: str, to: Message) -> Message:
    said = w.cloud.say_in_group(w.gulru, w.desk, text, thread_id=to.thread_id, reply_to=to.id)
    await w.settle()
    return w.cloud.chats[w.desk].messages[said.id]


async def edits(w: World, message: Message, text: str) -> None:
    w.cloud.edit(w.gulru, message.id, text, w.desk)
    await w.settle()


def at_desk(w: World, text: str) -> Message:
    """The newest message there that says so."""
    return [one for one in w.cloud.chat_view(w.desk) if text in one.text][-1]


def marks(w: World, message: Message) -> list[str]:
    """The bot's reaction."""
    return message.reactions.get(w.cloud.bot.id, [])


def tell(w: World, key: str, **variables: object) -> str:
    return w.app.library.text("ru", key, **variables)


async def test_an_edit_changes_her_message_in_place_and_what_waits(w: World) -> None:
    first = await replies(w, "Come tomorow", at_desk(w, DESPAIR))
    assert marks(w, first) == ["👍"]
    number = next(one.id for one in w.screen if "tomorow" in one.text)
    await edits(w, first, "Come tomorrow")
    assert marks(w, first) == ["✍"]
    assert [one.id for one in w.screen if "Come tomorrow" in one.text] == [number]
    assert not any("tomorow" in text for text in w.heard)
    # Her window is over: the next one waits, is edited while it waits, and she only ever gets the new words.
    await w.passes(minutes=40)
    assert tell(w, "replies.knock", knock="16:00").partition("16:00")[2] in at_desk(w, "Почему:").text
    second = await replies(w, "At tne", at_desk(w, DESPAIR))
    await edits(w, second, "At ten")
    assert marks(w, second) == []
    assert not any("At t" in text for text in w.heard)
    assert tell(w, "replies.waiting", n=1) in at_desk(w, "Почему:").text
    await w.passes(hours=10)
    await w.taps("Open")
    assert any("At ten" in text for text in w.heard)
    assert not any("At tne" in str(call.params) for call in w.cloud.called("sendMessage"))
    assert marks(w, second) in (["👍"], ["✍"])
    assert tell(w, "replies.waiting", n=1) not in at_desk(w, "Почему:").text


async def notes(w: World) -> None:
    """A note wherever one can be written: in General, in every topic, and in answer to all that stands there."""
    view = w.cloud.chat_view(w.desk)
    hers = [one.id for one in view if DESPAIR in one.text or "voice" in one.wire or "Почему:" in one.text]
    for thread in {one.thread_id for one in view}:
        w.cloud.say_in_group(w.gulru, w.desk, NOTE, thread_id=thread or None)
    for one in view:
        if one.id not in hers:
            said = w.cloud.say_in_group(w.gulru, w.desk, "ring her", thread_id=one.thread_id, reply_to=one.id)
            w.cloud.edit(w.gulru, said.id, NOTE, w.desk)
            w.cloud.send_body(w.gulru, VOICE | {"caption": NOTE}, w.desk, one.thread_id, one.id)
    await w.settle()


async def test_voices_go_both_ways_and_a_note_stays(w: World) -> None:
    hers = at_desk(w, DESPAIR)
    await presses(w, tell(w, "desk.act.saved"))
    await presses(w, tell(w, "saved.title.hello"))
    await notes(w)
    await w.says("Hello")
    assert not any("ring her" in text for text in w.heard)
    assert not any("ring her" in str(call.params) for call in w.cloud.calls if call.params.get("chat_id") == w.her.id)
    w.cloud.send_body(w.gulru, dict(VOICE), w.desk, hers.thread_id)
    await w.settle()
    assert not [one for one in w.screen if "voice" in one.wire], "a voice note to nobody is a note"
    spoken = w.cloud.send_body(w.gulru, dict(VOICE), w.desk, hers.thread_id, hers.id)
    await w.settle()
    (heard,) = [one for one in w.screen if "voice" in one.wire]
    assert heard.wire["caption"] == w.app.library.text("en", "push.person")
    (call,) = w.cloud.called("sendVoice")
    assert (call.params["voice"], call.params["protect_content"]) == ("phone-file-9", True)
    assert marks(w, w.cloud.chats[w.desk].messages[spoken.id]) == ["👍"]
    w.cloud.send_voice(w.her)
    await w.settle()
    note = [one for one in w.cloud.chat_view(w.desk) if "voice" in one.wire and one.sender is w.cloud.bot][-1]
    photo = {"photo": [{"file_id": "phone-file-3", "file_unique_id": "x", "width": 90, "height": 90}]}
    w.cloud.send_body(w.gulru, photo, w.desk, hers.thread_id, note.id)
    await w.settle()
    (call,) = w.cloud.called("sendPhoto")
    assert call.params["chat_id"] == w.her.id
    assert call.params["has_spoiler"]
    shown = next(one for one in w.cloud.chat_view(w.desk) if "photo" in one.wire and one.sender is w.gulru)
    await edits(w, shown, "the way to the centre")
    (hers_now,) = [one for one in w.screen if "photo" in one.wire]
    assert hers_now.wire["caption"].endswith("the way to the centre")
    assert marks(w, shown) == ["✍"]


async def test_a_saved_reply_is_seen_sent_and_its_arrival_shown(w: World) -> None:
    await presses(w, tell(w, "desk.act.saved"))
    await presses(w, tell(w, "saved.title.hello"))
    words = w.app.library.text("en", "saved.words.hello")
    assert words in at_desk(w, words).text
    assert not any(words in text for text in w.heard)
    await presses(w, tell(w, "desk.act.saved_send"))
    assert [text for text in w.heard if words in text]
    sent = at_desk(w, tell(w, "saved.title.hello"))
    assert sent.buttons == []
    assert marks(w, sent) == ["👍"]


@pytest.mark.parametrize("topics", [True, False])
async def test_words_to_a_closed_case_open_it_again_after_two_taps(w: World, *, topics: bool) -> None:
    w.cloud.chats[w.desk].is_forum = topics
    await presses(w, tell(w, "desk.act.close"))
    await presses(w, tell(w, "cases.outcome.supported"))
    alert = next(one for one in w.cloud.chat_view(w.desk) if "закрыт: Gulru" in one.text)
    late = await replies(w, "I thought of you", alert)
    assert not any("thought of you" in text for text in w.heard)
    await presses(w, tell(w, "desk.act.reopen"))
    await w.restart()
    await presses(w, tell(w, "desk.act.resend"))
    assert w.heard[-1].endswith("I thought of you")
    assert marks(w, late) == ["👍"]
    hers = at_desk(w, DESPAIR)
    await replies(w, "How are you now?", hers)
    assert w.heard[-1].endswith("How are you now?")


async def test_an_edit_of_what_stands_no_more_is_not_sent_anew(w: World) -> None:
    first = await replies(w, "Come tomorow", at_desk(w, DESPAIR))
    number = next(one.id for one in w.screen if "tomorow" in one.text)
    w.cloud.remove(w.cloud.chats[w.her.id], number)
    w.clock.step(timedelta(minutes=1))
    before = len(w.heard)
    await edits(w, first, "Come tomorrow")
    assert len(w.heard) == before
    assert at_desk(w, tell(w, "replies.edit_missed"))
