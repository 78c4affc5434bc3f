"""Hide: the chat is emptied, nothing unsent comes, a day of quiet; what cannot go is said."""

from __future__ import annotations

from datetime import timedelta

from tests.test_vanishing import change, numbers
from tests.world import World

PAGE = "This page is empty. It stays quiet here for a day. To go on, press /start."


async def test_the_chat_is_emptied_and_a_neutral_page_is_left(w: World) -> None:
    await w.says("How I feel")
    await w.says("something of mine")
    await w.says("/hide")
    assert [one.text for one in w.screen] == [PAGE]
    assert w.cloud.keyboard(w.her)


async def test_what_is_older_than_two_days_is_said_to_stay(w: World) -> None:
    await w.passes(hours=50)
    old = numbers(w)
    await w.says("something of today")
    await w.says("/hide")
    assert [one.text for one in w.screen if one.id not in old][1:] == [PAGE]
    assert "Clear history" in w.heard[-2]
    assert "something of today" not in [one.text for one in w.screen]


async def test_nothing_comes_by_itself_for_a_day_and_she_is_answered(w: World) -> None:
    await w.says("/hide")
    before = len(w.cloud.called("sendMessage", w.her.id))
    await w.passes(hours=23)
    assert len(w.cloud.called("sendMessage", w.her.id)) == before
    await w.says("help")
    assert "103" in w.heard[-1]
    await w.passes(hours=40)
    assert "ready" in w.heard[-1]


async def test_five_rows_pending_are_not_sent_also_across_a_restart(w: World) -> None:
    w.server.faults.add(
        method="sendMessage", chat_id=w.her.id, times=50, status=502, json={"ok": False, "description": "Bad Gateway"}
    )
    for n in range(5):
        w.cloud.say(w.her, f"How I feel {n}")
    w.cloud.say(w.her, "/help")
    w.cloud.say(w.her, "/hide")
    for _ in range(3):
        await w.settle()
    await w.life.aclose()
    w.server.faults.clear()
    await w.restart()
    await w.settle()
    w.clock.step(timedelta(minutes=2))
    await w.settle()
    assert [text for text in w.heard if text != PAGE] == []


async def test_her_open_talks_are_dropped(w: World) -> None:
    await w.says("How I feel")
    await w.says("/hide")
    await w.says("4")
    assert "I am a bot" in w.heard[-1]


async def test_the_desk_is_told_where_a_case_is_open_and_its_reply_waits_a_day(w: World) -> None:
    await w.says("I don't want to live any more")
    alert = next(one for one in w.cloud.chat_view(w.desk) if one.buttons)
    w.cloud.tap(w.gulru, w.desk, alert.id, "Взять")
    await w.settle()
    await w.says("/hide")
    assert any("/hide" in one.text for one in w.cloud.chat_view(w.desk))
    hers = next(one for one in w.cloud.chat_view(w.desk) if one.text == "I don't want to live any more")
    w.cloud.say_in_group(w.gulru, w.desk, "I am here", thread_id=hers.thread_id, reply_to=hers.id)
    await w.settle()
    await w.passes(hours=20)
    assert w.heard == [PAGE]
    await w.passes(hours=15)
    knock = next(one for one in w.screen if one.text == w.app.library.text("en", "push.answer"))
    assert not any("I am here" in text for text in w.heard)
    w.cloud.tap(w.her, w.her.id, knock.id, "Open")
    await w.settle()
    assert any(text.endswith("I am here") for text in w.heard)


async def test_before_anything_was_agreed_it_works_too(w: World) -> None:
    other = w.cloud.add_user("Malika", "ru")
    await w.says("/hide", other)
    assert len([one for one in w.cloud.chat_view(other.id) if one.sender is w.cloud.bot]) == 1


async def test_on_a_shared_phone_the_page_itself_vanishes(w: World) -> None:
    await change(w, shared=True)
    await w.says("/hide")
    await w.passes(hours=30)
    assert PAGE not in w.heard
