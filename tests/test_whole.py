"""The whole bot over HTTP: a mother joins, gets her week, says the worrying sentence, and a person answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, world


@pytest.fixture
async def w(fresh_url: str, tmp_path: Path, *, webhook: bool) -> AsyncIterator[World]:
    async with world(tmp_path, url=fresh_url, webhook=webhook) as one:
        yield one


def topic_id(w: World, name: str) -> int:
    """The thread id of the desk topic whose name begins so."""
    forum = w.cloud.chats[w.desk]
    return next(thread for thread, topic in forum.topics.items() if topic.name.startswith(name))


async def test_the_whole_loop(w: World) -> None:
    await w.joins()
    assert "first page" in w.heard[-1]
    await w.passes(days=1)
    assert "ready" in w.heard[-1]
    await w.taps("Open")
    await w.taps("Show it")

    await w.says("I don't want to live any more")
    assert "ending your life" in w.heard[-1]
    now = topic_id(w, "Сейчас")
    (alert,) = [message for message in w.cloud.chat_view(w.desk, now) if message.text]
    assert "want to live" not in alert.text
    w.cloud.tap(w.gulru, w.desk, alert.id, "Взять")
    await w.settle()

    case = alert.text.split()[1]
    thread = topic_id(w, case)
    shown = [message for message in w.cloud.chat_view(w.desk, thread) if message.text]
    hers = next(message for message in shown if message.text == "I don't want to live any more")
    w.cloud.say_in_group(w.gulru, w.desk, "only for us", thread_id=thread)
    reply = w.cloud.say_in_group(w.gulru, w.desk, "I am Gulru, I am here", thread_id=thread, reply_to=hers.id)
    await w.settle()
    assert w.heard[-1].endswith("I am Gulru, I am here")
    assert not any("only for us" in text for text in w.heard)
    assert w.cloud.seen(w.desk, reply.id).reactions, "the receipt is missing"

    await w.says("thank you, I am alone")
    assert any(message.text == "thank you, I am alone" for message in w.cloud.chat_view(w.desk, thread))

    w.cloud.tap(w.gulru, w.desk, None, "Закрыть")
    await w.settle()
    w.cloud.tap(w.gulru, w.desk, None, "Поговорили, спокойно")
    await w.settle()
    assert thread not in w.cloud.chats[w.desk].topics
