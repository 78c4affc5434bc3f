"""The whole bot: a voice note, a photo, a file come to the desk by Telegram's id, and a person answers them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, world

DESPAIR = "I don't want to live any more"


@pytest.fixture
async def w(tmp_path: Path, *, webhook: bool) -> AsyncIterator[World]:
    async with world(tmp_path, webhook=webhook) as one:
        await one.joins()
        yield one


async def presses(w: World, label: str) -> None:
    w.cloud.tap(w.gulru, w.desk, None, label)
    await w.settle()


def shown(w: World) -> list[tuple[str, int]]:
    """What the desk can look at or listen to: its kind, and the topic."""
    kinds = ("voice", "photo", "document", "video_note")
    bot = [one for one in w.cloud.chat_view(w.desk) if one.sender is w.cloud.bot]
    return [(kind, one.thread_id or 0) for one in bot for kind in kinds if kind in one.wire]


async def test_a_voice_note_is_offered_taken_heard_and_answered(w: World) -> None:
    w.cloud.send_voice(w.her)
    await w.settle()
    assert w.heard[-1] == w.app.library.text("en", "media.looked", opens="9:00", closes="18:00")
    assert shown(w) == []
    await presses(w, "Взять")
    ((kind, thread),) = shown(w)
    assert kind == "voice"
    assert thread
    (call,) = w.cloud.called("sendVoice")
    assert call.params["voice"] == "phone-file-4"
    assert call.params["protect_content"]
    note = next(one for one in w.cloud.chat_view(w.desk) if "voice" in one.wire)
    w.cloud.say_in_group(w.gulru, w.desk, "among us", thread_id=thread)
    w.cloud.say_in_group(w.gulru, w.desk, "I heard you", thread_id=thread, reply_to=note.id)
    await w.settle()
    assert w.heard[-1].endswith("I heard you")
    assert not any("among us" in text for text in w.heard)


async def test_into_a_taken_case_photos_and_files_go_at_once(w: World) -> None:
    await w.says(DESPAIR)
    await presses(w, "Взять")
    w.cloud.send_photo(w.her, caption="our garden")
    w.cloud.send_document(w.her, "paper.pdf")
    note = {"file_id": "phone-file-9", "file_unique_id": "phone-9", "length": 240, "duration": 3}
    w.cloud.send_body(w.her, {"video_note": note})
    await w.settle()
    assert [kind for kind, _ in shown(w)] == ["photo", "document", "video_note"]
    assert any(one.wire.get("caption") == "our garden" for one in w.cloud.chat_view(w.desk) if "photo" in one.wire)
    assert w.app.library.text("en", "media.taken") in w.heard


async def test_a_sticker_brings_nobody(w: World) -> None:
    before = len(w.cloud.chat_view(w.desk))
    w.cloud.send_sticker(w.her)
    await w.settle()
    assert len(w.cloud.chat_view(w.desk)) == before
    assert w.heard[-1] == w.app.library.text("en", "said.only_text")


async def test_what_telegram_gives_no_more_is_named_so_that_people_ask(w: World) -> None:
    w.cloud.send_voice(w.her)
    await w.settle()
    w.server.faults.refuse(400, "Bad Request: wrong file identifier/HTTP URL specified", method="sendVoice")
    await presses(w, "Взять")
    assert shown(w) == []
    assert any(one.text.startswith("⚠️ voice") for one in w.cloud.chat_view(w.desk))
