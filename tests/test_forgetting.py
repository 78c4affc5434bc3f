"""Delete me: asked once, done for good, and it is done whatever happens on the way."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from storage.database import Database
from storage.schema import keys, metadata, people
from storage.seal import INTAKE, Master, place
from tests.storage.test_secrets import contents
from tests.test_vanishing import change, numbers
from tests.test_words_stay import numbers as spelled
from tests.test_words_stay import spellings
from tests.world import World, world

MARK = "zardolu-i kabud"
MASTER = Master(bytes(range(32)))


async def asks(w: World) -> None:
    await w.says("/delete")
    await w.taps("Yes, delete it")


async def known(w: World) -> int:
    async with w.app.db.read() as conn:
        return len((await conn.execute(select(people.c.id))).all())


async def rows(db: Database) -> bytes:
    async with db.read() as conn:
        found = [row for table in metadata.sorted_tables for row in await conn.execute(select(table))]
    return b"\n".join(v if isinstance(v, bytes) else str(v).encode() for row in found for v in row)


async def opened(db: Database) -> bytes:
    """All that the master key still opens: every sealed value with every key there is, at every place it may have."""
    plain = []
    async with db.read() as conn:
        held = [(owner, MASTER.unwrap(wrapped, owner)) for owner, wrapped in await conn.execute(select(keys))]
        for table in metadata.sorted_tables:
            for row in (await conn.execute(select(table))).mappings():
                for column, value in row.items():
                    if not isinstance(value, bytes):
                        continue
                    number = row.get("id", row.get("number", 0))
                    for owner, key in held:
                        for named, of in (
                            (table.name, column.name if hasattr(column, "name") else column),
                            ("inbox", "event"),
                        ):
                            try:
                                plain.append(key.open(place(named, str(of), number, owner), value))
                            except Exception:  # noqa: BLE001 - it does not open: that is what is looked for
                                continue
    return b"\n".join(plain)


async def test_nothing_of_hers_is_left_with_the_master_key_in_hand(fresh_url: str, tmp_path: Path) -> None:
    """On PostgreSQL the files are the server's: there the rows are searched, sealed and opened."""
    async with world(tmp_path, url=fresh_url) as w:
        await w.joins()
        await forgotten_for_good(w, tmp_path)


async def forgotten_for_good(w: World, tmp_path: Path) -> None:
    """She tells a secret everywhere it can stand, is forgotten, and it is looked for."""
    w.cloud.push_raw(
        {"message": {"message_id": 1, "date": "x", "chat": {"id": w.her.id, "type": "private"}, "text": MARK}}
    )
    await w.says(f"{MARK} one")
    await w.says("How I feel")
    await w.says("4")
    await w.says(f"I don't want to live any more, {MARK}")
    alert = next(one for one in w.cloud.chat_view(w.desk) if one.buttons)
    w.cloud.tap(w.gulru, w.desk, alert.id, "Взять")
    await w.settle()
    assert MARK.encode() in await opened(w.app.db)
    async with w.app.db.read() as conn:
        wrapped = [one for owner, one in await conn.execute(select(keys)) if owner != INTAKE]
        (lookup,) = (await conn.execute(text("SELECT lookup FROM accounts"))).scalars()
    assert len(wrapped) == 1
    await asks(w)
    assert "It is done" in w.heard[-1]
    await w.passes(minutes=1)
    assert await known(w) == 0
    assert await w.app.upkeep.scrub()
    async with w.app.db.read() as conn:
        cases = (await conn.execute(text("SELECT person_id, taken_by, state, level FROM cases"))).all()
        stones = (await conn.execute(text("SELECT lookup FROM tombstones"))).scalars().all()
    assert [tuple(one) for one in cases] == [(None, None, "closed", "urgent")]
    assert stones == [lookup]
    lying = b"".join(contents(tmp_path).values())
    for where in (lying, await rows(w.app.db), await opened(w.app.db)):
        assert not [one for one in (*spellings(MARK), *spelled(w.her.id)) if one in where]
        assert wrapped[0] not in where
    shown = [one.text for one in w.cloud.chat_view(w.desk)]
    assert not any(MARK in one for one in shown), "her words stand in a topic"
    assert any("удалено" in one for one in shown)


async def test_the_chat_is_emptied_and_the_last_line_stays(w: World) -> None:
    before = numbers(w)
    await asks(w)
    assert not before & numbers(w)
    assert [one.text for one in w.screen] == [w.heard[-1]]
    sent = len(w.cloud.called("sendMessage", w.her.id))
    await w.passes(days=9)
    assert len(w.cloud.called("sendMessage", w.her.id)) == sent


async def test_no_keeps_everything(w: World) -> None:
    await w.says("/delete")
    await w.taps("No, keep it")
    await w.passes(hours=1)
    assert await known(w) == 1


async def test_she_may_join_anew_and_stays(w: World) -> None:
    await asks(w)
    await w.passes(minutes=1)
    await w.joins()
    await w.restart()
    await w.settle()
    assert await known(w) == 1
    assert "first page" in w.heard[-1]


async def test_a_restored_backup_forgets_her_again(w: World, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "bot.db") as here, sqlite3.connect(tmp_path / "backup") as there:
        here.backup(there)
    here.close()
    there.close()
    await asks(w)
    await w.passes(minutes=1)
    assert await w.app.upkeep.scrub()
    await w.life.aclose()
    for name in ("bot.db", "bot.db-wal", "bot.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "backup").rename(tmp_path / "bot.db")
    await w.restart()
    assert await known(w) == 0


async def test_on_a_shared_phone_it_waits_a_day_and_can_be_undone(w: World) -> None:
    await change(w, shared=True)
    await asks(w)
    sent = len(w.cloud.called("sendMessage", w.her.id))
    await w.passes(hours=23)
    assert await known(w) == 1
    assert len(w.cloud.called("sendMessage", w.her.id)) == sent, "nothing is pushed meanwhile"
    await w.taps("Undo")
    await w.passes(hours=3)
    assert await known(w) == 1
    await asks(w)
    await w.says("/start")
    await w.passes(hours=30)
    assert await known(w) == 1
    await asks(w)
    await w.passes(hours=25)
    assert await known(w) == 0
    assert w.screen == []


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("commits", range(1, 10))
async def test_it_is_completed_whenever_the_process_ended(tmp_path: Path, commits: int) -> None:
    left = 0

    def boundary(where: str) -> None:
        nonlocal left
        left -= where == "after commit"
        if where == "after commit" and left == 0:
            raise Killed

    async with world(tmp_path, boundary=boundary, joined=True) as w:
        await w.says("/delete")
        left = commits
        w.cloud.tap(w.her, w.her.id, None, "Yes, delete it")
        for _ in range(60):
            await asyncio.sleep(0.01)
            w.clock.step(timedelta(seconds=1))
            if left <= 0:
                break
        left = -1
        with contextlib.suppress(Killed):
            await w.life.aclose()
        await w.restart()
        await w.settle()
        await w.passes(minutes=12)
        assert await known(w) == 0
        assert await w.app.upkeep.scrub()


async def test_what_comes_late_for_her_is_not_sent(w: World) -> None:
    await w.says("I don't want to live any more")
    alert = next(one for one in w.cloud.chat_view(w.desk) if one.buttons)
    w.cloud.tap(w.gulru, w.desk, alert.id, "Взять")
    await w.settle()
    hers = next(one for one in w.cloud.chat_view(w.desk) if one.text == "I don't want to live any more")
    await w.passes(hours=2)
    w.cloud.say_in_group(w.gulru, w.desk, "a late reply", thread_id=hers.thread_id, reply_to=hers.id)
    await w.settle()
    await asks(w)
    w.cloud.say_in_group(w.gulru, w.desk, "a later reply", thread_id=hers.thread_id, reply_to=hers.id)
    await w.passes(days=3)
    assert not any("a later reply" in call.params["text"] for call in w.cloud.called("sendMessage", w.her.id))


async def test_she_who_blocked_the_bot_is_forgotten_all_the_same(w: World) -> None:
    await change(w, shared=True)
    await asks(w)
    w.her.blocked = True
    await w.passes(hours=25)
    assert await known(w) == 0


async def test_what_was_said_to_be_done_is_not_undone_by_a_start_a_moment_later(tmp_path: Path) -> None:
    async with world(tmp_path, joined=True) as w:
        await w.says("/delete")
        await w.taps("Yes, delete it")
        done = w.app.library.text("en", "delete.done")
        assert w.heard[-1] == done
        await w.says("/start")
        assert w.heard[-1] == done
        await w.mover.advance(w.clock.now() + timedelta(minutes=1))
        await w.says("/start")
        assert "Which language" in w.heard[-1]
