"""A circle in which something breaks: the others go on, its own words are not lost, and everybody is still answered."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text, update

from bot.desk import overheard
from flows.circles.model import Circle
from storage.circles import Circles
from storage.schema import circles
from tests.seated import Seated

WORDS = "The little one has a new tooth"


async def another(s: Seated) -> int:
    """A second circle, in which nobody sits, and whose turn has come."""
    now = s.w.clock.now()
    made = Circle(id=s.w.app.db.ids.next(now), language="en", stage="under18m", begins_at=now, next_at=now)
    async with s.w.app.db.write() as conn:
        await Circles(s.w.app.db).begin(conn, made, [], now)
    return made.id


async def spoil(s: Seated, which: int) -> None:
    async with s.w.app.db.write() as conn:
        now = s.w.clock.now()
        await conn.execute(update(circles).where(circles.c.id == which).values(terms=b"spoiled", next_at=now))


async def test_a_circle_that_does_not_open_holds_up_no_other(s: Seated) -> None:
    her, other, _ = s.all
    await spoil(s, await another(s))
    await s.writes(her, WORDS)
    await s.goes_out()
    assert len(s.shown(other, WORDS)) == 1


async def test_whose_circle_does_not_open_is_answered_as_somebody_without_one(s: Seated) -> None:
    her, other, _ = s.all
    await spoil(s, s.id)
    await s.writes(her, "/help")
    before = len(s.w.cloud.chat_view(other.id))
    await s.writes(other, "I want to die")
    assert "103" in s.w.cloud.chat_view(her.id)[-1].text
    assert [one.sender for one in s.w.cloud.chat_view(other.id)[before + 1 :]].count(s.w.cloud.bot) >= 1


async def test_where_the_database_refuses_a_circles_turn_its_words_wait_and_another_circles_go_out(
    s: Seated, monkeypatch: pytest.MonkeyPatch
) -> None:
    her, other, _ = s.all
    broken, told = await another(s), overheard.told

    async def refused(work: Any, before: Any, followed: Any, lived: Any) -> Any:
        if lived.circle.id == broken:
            await work.conn.execute(text("SELECT * FROM nowhere"))
        return await told(work, before, followed, lived)

    monkeypatch.setattr(overheard, "told", refused)
    async with s.w.app.db.write() as conn:
        await Circles(s.w.app.db).later(conn, broken, s.w.clock.now())
    await s.writes(her, WORDS)
    await s.goes_out()
    assert len(s.shown(other, WORDS)) == 1
    broken = 0
    await s.goes_out()
    assert len(s.shown(other, WORDS)) == 1
