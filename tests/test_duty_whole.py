"""The whole bot: the rota is set at the desk, whoever is on duty is called on her own phone, the overview is pinned."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.phones import Message, User
from bot.phones.chats import FIRST_USER_ID
from tests.world import World, world

PILLS = "I took all the pills"
SAVSAN = FIRST_USER_ID + 2
TAKE = "Взять"


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, joined=True, staff_ids=(SAVSAN,)) as one:
        yield one


async def with_a_rota(w: World, *, starts: bool = True) -> User:
    """Savsan, a moderator who writes to the bot once (or never), is on duty; Gulru, the lead, has set it."""
    savsan = w.cloud.add_user("Savsan", "ru")
    assert savsan.id == SAVSAN
    for user in (w.gulru, *([savsan] if starts else [])):
        await w.says("/start", user)
    w.cloud.say_in_group(w.gulru, w.desk, "/duty пн-вс 0-24 #2")
    await w.settle()
    return savsan


def pages(w: World, user: User) -> list[Message]:
    """The pages on her phone."""
    return [one for one in w.cloud.chat_view(user.id) if "Случай" in one.text]


def pinned(w: World) -> list[Message]:
    chat = w.cloud.chats[w.desk]
    return [chat.messages[number] for number in chat.pinned]


async def test_whoever_is_on_duty_is_called_on_her_own_phone_and_takes_the_case_there(w: World) -> None:
    savsan = await with_a_rota(w)
    await w.says(PILLS)
    (page,) = pages(w, savsan)
    assert PILLS not in page.text
    assert not pages(w, w.gulru)
    await w.passes(minutes=15)
    assert pages(w, w.gulru)
    newest = pages(w, savsan)[-1]
    w.cloud.tap(savsan, savsan.id, newest.id, TAKE)
    await w.settle()
    for phone in (savsan, w.gulru):
        last = pages(w, phone)[-1]
        assert "Savsan" in last.text
        assert not last.buttons
    so_far = len(w.cloud.chat_view(savsan.id))
    await w.passes(hours=1)
    assert len(w.cloud.chat_view(savsan.id)) == so_far


async def test_the_overview_is_pinned_once_and_changes_in_place(w: World) -> None:
    await with_a_rota(w)
    await w.app.rounds()
    await w.settle()
    (first,) = pinned(w)
    assert first.thread_id is not None
    before = first.text
    await w.says(PILLS)
    await w.app.rounds()
    await w.settle()
    (now,) = pinned(w)
    assert now.id == first.id
    assert now.text != before
    assert PILLS not in now.text


async def test_a_page_to_somebody_without_a_chat_reaches_the_lead_instead(w: World) -> None:
    await with_a_rota(w, starts=False)
    await w.says(PILLS)
    assert pages(w, w.gulru)


async def test_in_the_group_the_rota_is_one_message_that_its_buttons_change(w: World) -> None:
    await with_a_rota(w)
    shown = [one for one in w.cloud.chat_view(w.desk) if one.sender is w.cloud.bot][-1]
    for label in ("Праздник", "Вт 3.03"):
        w.cloud.tap(w.gulru, w.desk, shown.id, label)
        await w.settle()
    now = [one for one in w.cloud.chat_view(w.desk) if one.sender is w.cloud.bot][-1]
    assert now.id == shown.id
    assert "Вт 3.03: выходной" in now.text
