"""The record grows and nothing else: every way to tamper with it is refused, or seen."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from bot.acts import exported
from flows.effects import Record, Stamp
from flows.events import Staff
from flows.model import Case, Desk
from storage import retention
from storage.facts import fact, keep_fact
from storage.office import Office
from storage.record import ANCHOR, HEAD, Act, entries, write
from storage.schema import record
from tests.storage.people import NOW, ZARINA, Store

UNGUARDED = {
    "sqlite": ("DROP TRIGGER record_update", "DROP TRIGGER record_delete"),
    "postgresql": ("ALTER TABLE record DISABLE TRIGGER ALL",),
}


async def put(store: Store, *acts: str) -> None:
    async with store.db.write() as conn:
        await write(store.db, conn, [Act(act=act, case=7) for act in acts], store.now)


async def faults(store: Store) -> list[tuple[int, str]]:
    async with store.db.read() as conn:
        return [(one.seq, one.fault) async for one in entries(store.db, conn, store.now - retention.YEAR) if one.fault]


async def forced(store: Store, *statements: object) -> None:
    """Somebody has the database and not the key."""
    kind = store.db.engine.dialect.name
    async with store.db.write() as conn:
        for line in UNGUARDED[kind]:
            await conn.execute(text(line))
        for statement in statements:
            await conn.execute(statement)  # type: ignore[call-overload]


async def test_turns_and_orders_stand_in_one_chain(store: Store) -> None:
    await store.turn(ZARINA, Record(act="taken"), Record(act="looked", actor=5))
    await put(store, "capacity:9")
    async with store.db.read() as conn:
        found = [(one.seq, one.act) async for one in entries(store.db, conn, NOW)]
    assert found == [(1, "taken"), (2, "looked"), (3, "capacity:9")]
    assert await faults(store) == []


@pytest.mark.parametrize(
    "statement",
    [
        update(record).values(act="nothing"),
        update(record).values(actor=b"somebody else"),
        update(record).values(seq=record.c.seq + 9),
        update(record).values(act="", actor=None, case_number=None, salt=None, link=b"x"),
        delete(record),
        delete(record).where(record.c.seq == 1),
    ],
)
async def test_the_database_itself_refuses_to_change_it(store: Store, statement: object) -> None:
    await put(store, "one", "two")
    with pytest.raises(DBAPIError, match="append-only"):
        async with store.db.write() as conn:
            await conn.execute(statement)  # type: ignore[call-overload]
    assert await faults(store) == []


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        (update(record).where(record.c.seq == 2).values(act="never"), (2, "it was changed")),
        (update(record).where(record.c.seq == 2).values(case_number=8), (2, "it was changed")),
        (update(record).where(record.c.seq == 2).values(actor=b"x"), (2, "it was changed")),
        (update(record).where(record.c.seq == 2).values(at=NOW + timedelta(days=1)), (2, "it was changed")),
        (delete(record).where(record.c.seq == 2), (3, "rows are missing before it")),
        (delete(record).where(record.c.seq == 1), (2, "rows are missing before it")),
        (delete(record).where(record.c.seq == 4), (0, "rows are missing at the end")),
        (delete(record), (0, "rows are missing at the end")),
        (
            update(record).where(record.c.seq == 2).values(act="", case_number=None, actor=None, salt=None),
            (2, "it was erased before its time"),
        ),
        (insert(record).values(id=1, at=NOW, act="forged"), (0, "there are rows outside the chain")),
        (
            insert(record).values(id=1, seq=5, at=NOW, act="forged", salt=b"", digest=b"", link=b""),
            (5, "it was changed"),
        ),
    ],
)
async def test_what_somebody_with_the_database_alone_did_is_seen(
    store: Store, statement: object, seen: tuple[int, str]
) -> None:
    await put(store, "one", "two", "three", "four")
    await forced(store, statement)
    assert seen in await faults(store)


async def test_a_forged_end_or_anchor_is_seen(store: Store) -> None:
    await put(store, "one")
    async with store.db.write() as conn:
        head = await fact(conn, HEAD)
        await keep_fact(conn, ANCHOR, head)
    assert (1, "the anchor was changed") in await faults(store) or (0, "the anchor was changed") in await faults(store)
    async with store.db.write() as conn:
        await keep_fact(conn, ANCHOR, b"")
        await keep_fact(conn, HEAD, head[:-1] + b"?")
    assert await faults(store) == [(0, "the newest link was changed")]


async def test_what_its_time_is_over_goes_and_the_chain_stays_whole(store: Store) -> None:
    case = Case(number=5, level="now", category="x", opened_at=NOW)
    await put(store, "first")
    await store.turn(ZARINA, Stamp(case=case), Record(act="taken", case=5), Record(act="looked"))
    store.wait(days=366)
    await put(store, "later")
    await retention.sweep(store.db, store.now)
    async with store.db.read() as conn:
        rows = [(row.seq, row.act) for row in await conn.execute(select(record).order_by(record.c.seq))]
    assert rows == [(2, "taken"), (3, ""), (4, "later")], "the beginning is cut off, a link stays behind within"
    assert await faults(store) == []
    store.wait(days=400)
    async with store.db.write() as conn:
        await conn.execute(text("UPDATE cases SET state = 'closed', closed_at = 0"))
    await retention.sweep(store.db, store.now)
    await put(store, "goes on")
    assert await faults(store) == []


async def test_rows_older_than_the_chain_are_tied_to_it(store: Store) -> None:
    async with store.db.write() as conn:
        await conn.execute(insert(record), [{"id": 1, "at": NOW, "act": "a"}, {"id": 2, "at": NOW, "act": "b"}])
    await put(store, "c")
    async with store.db.read() as conn:
        assert [one.act async for one in entries(store.db, conn, NOW)] == ["a", "b", "c"]
    assert await faults(store) == []


async def test_transactions_beside_each_other_make_one_chain(store: Store) -> None:
    await asyncio.gather(*(put(store, f"act{number}") for number in range(12)))
    async with store.db.read() as conn:
        assert len([one async for one in entries(store.db, conn, NOW)]) == 12
    assert await faults(store) == []


async def test_the_export_names_staff_and_hides_strangers(store: Store) -> None:
    async with store.db.write() as conn:
        await Office(store.db, Desk()).enrol(conn, Staff(id=5, name="=Gulru"), "lead", NOW)
    await store.turn(ZARINA, Record(act="taken", case=7, actor=5), Record(act="refused:take", actor=6), Record(act="p"))
    out, lines = io.StringIO(), io.StringIO()
    found = await exported(store.db, out, NOW)
    again = await exported(store.db, lines, NOW, as_json=True, noted=found.last)
    assert (found.acts, found.faults, again.missed) == (3, 0, False)
    rows = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [row["who"].partition("-")[0] for row in rows] == ["=Gulru", "stranger", "bot"]
    assert "'=Gulru" in out.getvalue()
    assert (await exported(store.db, io.StringIO(), NOW, noted="2:0000000000000000")).missed


def test_there_is_one_way_onto_the_record() -> None:
    """Whoever wrote beside the chain would break it."""
    root = Path(retention.__file__).parents[1]
    files = [file for package in ("bot", "storage") for file in (root / package).rglob("*.py")]
    beside = [file.name for file in files if "insert(record)" in file.read_text(encoding="utf-8")]
    assert beside == ["record.py"]
