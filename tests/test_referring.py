"""The whole bot: somebody is referred, asks and card and question arrive, the map counts, and numbers are checked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.phones import User
from content.library import Library, load
from storage.schema import people, record, referrals
from tests.world import World, world

LIBRARY: Library = load()


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, joined=True) as one:
        yield one


def ru(key: str, **variables: object) -> str:
    return LIBRARY.text("ru", key, **variables)


async def orders(w: World, words: str) -> str:
    """What Gulru, a lead, writes to the bot in private, and what it answers last."""
    await w.says(words, w.gulru)
    return w.cloud.chat_view(w.gulru.id)[-1].text


async def desk_taps(w: World, label: str) -> None:
    """The newest button of this name at the desk."""
    w.cloud.tap(w.gulru, w.desk, None, label)
    await w.settle()


async def replies(w: World, to: str, words: str) -> None:
    """Gulru answers the newest message of the desk that holds these words."""
    found = next(one for one in reversed(w.cloud.chat_view(w.desk)) if to in one.text)
    w.cloud.say_in_group(w.gulru, w.desk, words, thread_id=found.thread_id, reply_to=found.id)
    await w.settle()


async def test_a_referral_from_need_to_did_you_get_there(w: World) -> None:
    await w.says(LIBRARY.text("en", "menu.person"))
    await w.says("made-up words")
    await desk_taps(w, ru("desk.act.take"))
    await desk_taps(w, ru("desk.act.refer"))
    await desk_taps(w, ru("refer.need.low_mood"))
    service = LIBRARY.directory.service("family_physicians")
    assert service is not None
    await desk_taps(w, service.short["ru"])
    await desk_taps(w, ru("refer.ask_her"))
    await w.taps(LIBRARY.text("en", "refer.yes"))
    assert w.heard[-1] == LIBRARY.text("en", "refer.thanks")
    await replies(w, ru("refer.next.who"), "Madina (made up)")
    await replies(w, ru("refer.next.when"), "Tuesday at ten")
    await desk_taps(w, ru("refer.takes"))
    assert not any("Madina" in line for line in w.heard)
    await desk_taps(w, ru("refer.send"))
    assert "Madina (made up)" in w.heard[-1]
    assert "Tuesday at ten" in w.heard[-1]
    await w.passes(days=8)
    # The week's page may come behind it: it is the knock of the answer that she opens.
    knock = next(one for one in reversed(w.cloud.chat_view(w.her.id)) if one.text == LIBRARY.text("en", "push.answer"))
    w.cloud.tap(w.her, w.her.id, knock.id, LIBRARY.text("en", "push.open"))
    await w.settle()
    await w.taps(LIBRARY.text("en", "refer.went"))
    async with w.app.db.read() as conn:
        (row,) = (await conn.execute(select(referrals))).all()
        her = (await conn.execute(select(people.c.id))).scalar_one()
        acts = list((await conn.execute(select(record.c.act).where(record.c.act.like("referral:%")))).scalars())
    assert (row.need, row.place, row.state, row.why) == ("low_mood", "family_physicians", "arrived", "")
    assert her not in tuple(row)
    assert acts == [f"referral:{act}" for act in ("asked", "who", "when", "confirmed", "sent")]


async def test_the_map_shows_small_cells_to_a_lead_alone(w: World) -> None:
    async with w.app.db.write() as conn:
        for n, (district, count) in enumerate((("isfara", 12), ("ayni", 3))):
            row = {"need": "low_mood", "region": "sughd", "district": district, "place": "", "state": "missed"}
            rows = [
                row | {"id": 100 * n + i + 1, "why": "far", "asked_at": w.clock.now(), "ended_at": None}
                for i in range(count)
            ]
            await conn.execute(insert(referrals), rows)
    whole = await orders(w, "/map")
    assert ru("refer.map.row", need=ru("refer.need.low_mood"), where="Айни", n=3, went=0, unmet=3) in whole
    w.cloud.say_in_group(w.gulru, w.desk, "/map")
    await w.settle()
    shown = w.cloud.chat_view(w.desk)[-1].text
    assert ru("refer.map.unmet", need=ru("refer.need.low_mood"), where="Исфара", unmet=12) in shown
    assert "Айни" not in shown
    assert ru("refer.map.few") in shown


async def test_a_number_is_marked_as_rung_and_warned_of_once(w: World) -> None:
    listed = await orders(w, "/verify")
    assert listed.count(ru("numbers.never")) == len(LIBRARY.numbers)
    assert await orders(w, "/verify 999 Zarina") == ru("numbers.wrong", ids="ambulance|rescue|rescue_russia")
    await orders(w, "/verify")
    key = f"✓ 103 {LIBRARY.numbers[0].name['ru']}"
    await tapped(w, w.gulru, key)
    await tapped(w, w.gulru, ru("numbers.yes"))
    assert "103" in w.cloud.chat_view(w.gulru.id)[-1].text
    assert (await orders(w, "/verify")).count(ru("numbers.never")) == len(LIBRARY.numbers) - 1
    assert (await orders(w, "/verify rescue Zarina (made up)")).count("Zarina (made up)") == 1
    head = ru("numbers.told")
    for days, times in ((59, 0), (2, 1), (10, 1), (20, 2), (30, 2)):
        await w.passes(days=days)
        await w.app.rounds()
        await w.settle()
        assert sum(one.text.startswith(head) for one in w.cloud.chat_view(w.gulru.id)) == times, days


async def tapped(w: World, who: User, label: str) -> None:
    w.cloud.tap(who, who.id, None, label)
    await w.settle()
