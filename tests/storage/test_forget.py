"""Forgetting a person, on both databases: what goes, what stays, and that no byte of her key is left."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from flows.effects import Forget, Hand, Hush, Lane, Record, Send, Vanish
from flows.events import Left, Returned
from flows.model import Message
from storage import forget
from storage.outbox import Sent
from storage.schema import keys, people, sent, tombstones
from tests.storage.people import MALIKA, ZARINA, Store, texts
from tests.storage.test_secrets import contents, dump, say_everything


async def forgotten(store: Store) -> int:
    her = await say_everything(store)
    await store.turns(lambda scene: [Forget()] if scene.person.id == her else [])
    return her


async def left(store: Store, table: str) -> int:
    async with store.db.read() as conn:
        return int((await conn.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def test_nothing_of_hers_is_left_and_others_are_not_touched(store: Store) -> None:
    her = await forgotten(store)
    for table in ("talks", "answers", "lines", "due", "sent"):
        assert await left(store, table) == 0, table
    async with store.db.read() as conn:
        assert her not in list((await conn.execute(select(people.c.id))).scalars())
        assert her not in list((await conn.execute(select(keys.c.id))).scalars())
        bare = (await conn.execute(text("SELECT number, person_id, level, taken_by, state FROM cases"))).one()
    assert tuple(bare) == (814, None, "now", None, "closed")
    assert store.db.master.lookup(ZARINA) not in (await dump(store.db)).replace(b"\n", b"")
    assert await left(store, "people") == await left(store, "accounts") == 1, "the other one stays"


async def test_what_the_desk_is_told_outlives_her(store: Store) -> None:
    await store.turn(ZARINA)
    to_desk = Send(message=Message(text="a case was deleted"), to="desk:cases")
    await store.turn(ZARINA, Send(message=Message(text="unsent")), Forget(), to_desk, Record(act="forgotten", case=814))
    assert texts(await store.heads()) == ["a case was deleted"]
    assert await left(store, "record") == 1


async def test_a_message_under_way_is_written_down_without_her(store: Store) -> None:
    await store.turn(ZARINA, Send(message=Message(text="on its way"), slot="x"))
    rows = await store.heads()
    await store.turn(ZARINA, Forget())
    async with store.db.write() as conn:
        await store.outbox.done(conn, [Sent(row=rows[0], message=9, at=store.now)])
        await store.outbox.hold_back(conn, rows[0].person or 0, store.now + timedelta(hours=1))
    async with store.db.read() as conn:
        assert (await conn.execute(select(sent))).all() == []


async def test_no_byte_of_her_key_is_left(store: Store, tmp_path: Path) -> None:
    her = (await store.turn(ZARINA)).person.id
    await store.turn(MALIKA)
    async with store.db.read() as conn:
        wrapped = (await conn.execute(select(keys.c.wrapped).where(keys.c.id == her))).scalar_one()
    assert wrapped in await stored(store, tmp_path)
    await store.turn(ZARINA, Forget())
    assert await forget.scrub(store.db, tmp_path)
    assert wrapped not in await stored(store, tmp_path)
    assert (tmp_path / forget.FILE).read_text().split()[0] == store.db.master.lookup(ZARINA).hex()


async def stored(store: Store, folder: Path) -> bytes:
    """The bytes the database keeps: every file of SQLite, or the file of PostgreSQL's table of keys."""
    if store.db.sqlite:
        return b"".join(contents(folder).values())
    async with store.db._apart() as conn:
        await conn.exec_driver_sql("CHECKPOINT")
        found = await conn.exec_driver_sql("SELECT pg_read_binary_file(pg_relation_filepath('keys'))")
        return bytes(found.scalar_one())


async def test_a_scrub_that_is_owed_is_owed_after_a_restart(store: Store, tmp_path: Path) -> None:
    await store.turn(ZARINA)
    assert await forget.scrub(store.db, tmp_path)
    assert not (tmp_path / forget.FILE).exists(), "nobody was forgotten"
    await store.turn(ZARINA, Forget())
    if store.db.sqlite:
        async with store.db.read() as reading:
            await reading.execute(select(people))
            assert not await forget.scrub(store.db, tmp_path), "somebody was reading"
    assert await forget.scrub(store.db, tmp_path)


async def test_whoever_comes_back_with_a_backup_is_forgotten_and_whoever_joined_anew_is_not(
    store: Store, tmp_path: Path
) -> None:
    await store.turn(ZARINA)
    old = store.db.master.lookup(ZARINA).hex()
    await store.turn(MALIKA)
    new = store.db.master.lookup(MALIKA).hex()
    ms = int(store.now.timestamp() * 1000)
    (tmp_path / forget.FILE).write_text(f"{old} {ms + 5}\nspoiled line\n{new} {ms - 5}\n")
    assert await forget.rise(store.db, tmp_path, store.now + timedelta(days=1)) == 1
    assert await left(store, "people") == 1
    async with store.db.read() as conn:
        assert len((await conn.execute(select(tombstones))).all()) == 2
    store.wait(days=2)
    await store.turn(ZARINA)
    assert await forget.rise(store.db, tmp_path, store.now) == 0, "she joined anew after the first reminder"


async def test_tombstones_go_when_no_backup_can_need_them(store: Store, tmp_path: Path) -> None:
    await store.turn(ZARINA)
    await store.turn(ZARINA, Forget())
    await forget.scrub(store.db, tmp_path)
    async with store.db.write() as conn:
        await forget.lapse(conn, tmp_path, store.now + forget.KEPT - timedelta(days=1))
    assert await left(store, "tombstones") == 1
    async with store.db.write() as conn:
        await forget.lapse(conn, tmp_path, store.now + forget.KEPT + timedelta(days=1))
    assert await left(store, "tombstones") == 0
    assert (tmp_path / forget.FILE).read_text() == ""


async def test_hush_with_safety_leaves_nothing_but_what_vanishes(store: Store) -> None:
    help_text = Send(message=Message(text="help"), lane=Lane.SAFETY)
    await store.turn(ZARINA, help_text, Hand(), Send(message=Message(text="x")))
    await store.turn(ZARINA, help_text, Hush(safety=True), Vanish(how="hide"))
    (row,) = await store.heads()
    assert row.parcel.vanish == "hide"
    assert row.chat.startswith("v")
    assert row.address == ZARINA


async def test_whoever_is_forgotten_while_it_scrubs_is_written_down_too(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.turn(ZARINA)
    await store.turn(MALIKA)
    await store.turn(ZARINA, Forget())
    scrubbed = store.db.scrub

    async def slow() -> bool:
        done = await scrubbed()
        await store.turn(MALIKA, Forget())
        return done

    monkeypatch.setattr(store.db, "scrub", slow)
    assert not await forget.scrub(store.db, tmp_path)
    monkeypatch.undo()
    assert await forget.scrub(store.db, tmp_path)
    assert len((tmp_path / forget.FILE).read_text().splitlines()) == 2


async def test_a_list_full_of_rubbish_stops_no_start(store: Store, tmp_path: Path) -> None:
    await store.turn(ZARINA)
    old, ms = store.db.master.lookup(ZARINA).hex(), int(store.now.timestamp() * 1000)
    (tmp_path / forget.FILE).write_bytes(
        f"{old} {'9' * 30}\n".encode() + b"\xff\xfe 1\n" + f"{old} {ms + 5}\n".encode()
    )
    assert await forget.rise(store.db, tmp_path, store.now) == 1


async def test_leaving_after_she_was_forgotten_does_not_make_her_known_again(store: Store) -> None:
    await store.turn(ZARINA)
    await store.turn(ZARINA, Forget())
    await store.hear(ZARINA, Left(), Returned())
    assert await store.turns() == []
    assert await left(store, "accounts") == 0


async def test_whoever_was_forgotten_by_a_clock_ahead_and_joined_anew_stays(store: Store, tmp_path: Path) -> None:
    await store.turn(ZARINA)
    store.wait(days=2)
    await store.turn(ZARINA, Forget())
    assert await forget.scrub(store.db, tmp_path)
    store.wait(days=-2)
    await store.turn(ZARINA)
    assert await forget.rise(store.db, tmp_path, store.now) == 0
    assert await left(store, "people") == 1
