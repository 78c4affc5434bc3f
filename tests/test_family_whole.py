"""A family link over HTTP: a link and a spoken code, the yes of both, a day, and nothing of one with the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.schema import invitations
from tests.kin import comes, his, invited, linked, links, opens, ticks, until_knocked
from tests.talk import LIBRARY
from tests.world import World, world


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, joined=True) as one:
        await one.app.rounds()  # the bot learns its own name
        yield one


async def test_both_agree_and_a_day_passes(w: World) -> None:
    token, code = await invited(w)
    him = w.cloud.add_user("Somebody", "en")
    await comes(w, him, token)
    assert "six digits" in "\n".join(his(w, him))
    await w.says(code, him)
    before = len(his(w, him))
    await w.mover.advance(w.clock.now() + timedelta(days=1, hours=12))
    await w.taps("Open")
    await w.taps("Yes")
    assert await links(w) == ["cooling"]
    await w.mover.advance(w.clock.now() + timedelta(hours=25))
    assert await links(w) == ["linked"]
    await w.mover.advance(w.clock.now() + timedelta(days=5))
    assert len(his(w, him)) > before
    async with w.app.db.read() as conn:
        assert not (await conn.execute(select(invitations))).all(), "an invitation is good for once"


async def test_digits_are_answered_alike_right_or_wrong(w: World) -> None:
    token, code = await invited(w)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    heard = []
    for name, carried, digits in (("A", token, wrong), ("B", "f_" + "x" * 22, code), ("C", token, code)):
        him = w.cloud.add_user(name, "en")
        await comes(w, him, carried)
        before = len(his(w, him))
        await w.says(digits, him)
        heard.append(his(w, him)[before:])
    assert heard[0] == heard[1] == heard[2]
    assert len(heard[0]) == 1


async def test_digits_that_come_too_late_are_answered_alike_and_she_is_not_asked(w: World) -> None:
    token, code = await invited(w)
    heard = []
    him = w.cloud.add_user("Somebody", "en")
    await comes(w, him, token)
    for digits, later in ((f"{(int(code) + 1) % 10**6:06}", timedelta()), (code, timedelta(hours=49))):
        await w.mover.advance(w.clock.now() + later)
        before = len(his(w, him))
        await w.says(digits, him)
        heard.append(his(w, him)[before:])
    assert heard[0] == heard[1]
    before = len(w.heard)
    await w.mover.advance(w.clock.now() + timedelta(days=2))
    assert not [one for one in w.heard[before:] if "invitation" in one]


async def test_after_five_wrong_digits_the_right_ones_do_nothing(w: World) -> None:
    token, code = await invited(w)
    him = w.cloud.add_user("Somebody", "en")
    await comes(w, him, token)
    for off in range(1, 6):
        await w.says(f"{(int(code) + off) % 10**6:06}", him)
    before = len(w.heard)
    await w.says(code, him)
    await w.mover.advance(w.clock.now() + timedelta(days=1))
    assert not [one for one in w.heard[before:] if "invitation" in one]
    assert await links(w) == []


async def test_his_lines_reach_her_where_both_ticked_them_and_a_heart_goes_back(w: World) -> None:
    him = await linked(w)
    await ticks(w, him, "Lines for the child", "A heart or a line")
    await ticks(w, w.her, "Lines for the child", "A heart or a line")
    await w.says("/family", him)
    await w.taps("Send something home", him)
    await w.taps("Lines for the child", him)
    await w.says("Sleep well, little one. The snow here is high.", him)
    assert [one for one in his(w, him)[-3:] if one.startswith("Kept.")], his(w, him)[-5:]
    assert not [one for one in w.heard if "snow" in one]
    await w.mover.advance(w.clock.now() + timedelta(days=3))
    await opens(w, w.her)
    assert [one for one in w.heard if "The snow here is high" in one], w.heard[-8:]
    await w.taps("❤️")
    await until_knocked(w, him)
    await opens(w, him)
    assert "From home:\n\n❤️" in his(w, him)


async def test_what_she_did_not_tick_never_comes_and_he_hears_the_same(w: World) -> None:
    him = await linked(w)
    await ticks(w, him, "Lines for the child")
    await w.says("/family", him)
    await w.taps("Send something home", him)
    await w.taps("Lines for the child", him)
    await w.says("Sleep well, little one. The snow here is high.", him)
    assert [one for one in his(w, him)[-3:] if one.startswith("Kept.")], his(w, him)[-5:]
    await w.mover.advance(w.clock.now() + timedelta(days=3))
    assert not [one for one in w.heard if "snow" in one]


async def test_his_threat_freezes_the_link_and_brings_the_desk_to_her_without_a_word_on_her_phone(w: World) -> None:
    him = await linked(w)
    before = len(w.heard)
    await w.says("I will kill her when I come home", him)
    assert len(w.heard) == before
    assert (await links(w)) == ["frozen"]


async def test_a_card_holds_what_a_copy_button_holds_and_names_nothing(w: World) -> None:
    await w.says("/family")
    await w.taps("A card to pass on")
    await w.taps("A game")
    card = next(one for one in reversed(w.screen) if one.text.startswith("From home."))
    copied = card.wire["reply_markup"]["inline_keyboard"][0][0]["copy_text"]["text"]
    assert copied == card.text
    await w.taps("Heard: five stones")
    assert "Then it arrived." in w.heard[-1]


@pytest.mark.parametrize("language", ["en", "tg", "ru"])
def test_no_card_is_longer_than_a_copy_button_or_says_where_it_is_from(language: str) -> None:
    shelf = LIBRARY.shelf("carry")
    assert shelf is not None
    name = LIBRARY.text(language, "intro.name")
    for page in shelf.pages:
        text, words = shelf.bubbles(page, language)
        assert len(text) <= 256
        assert text.count("?") == 1
        assert words in text
        assert not [sign for sign in ("http", "t.me", "@", "/", name) if sign in text]
