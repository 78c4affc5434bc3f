"""Nothing she said can be read in the files, and a ciphertext moved elsewhere does not open."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from flows.effects import Become, Keep, Line, Schedule, Send, Stamp, Stand
from flows.events import Said
from flows.model import Case, Message, Place
from storage.database import Database
from storage.schema import parked
from tests.conftest import MASTER
from tests.storage.people import MALIKA, NOW, ZARINA, Store

MARK = "marigold-4711"


async def say_everything(store: Store) -> int:
    """Her words, in every column that can hold some."""
    case = Case(number=814, level="now", category="x", opened_at=NOW, taken_by=MARK)
    place = Place(talk=1, flow="session", answers={"words": MARK})
    scene = await store.turn(
        ZARINA,
        Become(changes={"programme": MARK}),
        Stand(place=place, depth=0),
        Keep(question="words", value=MARK),
        Schedule(key="later", at=NOW, about=MARK),
        Stamp(case=case),
        Line(case=814, voice="hers", text=MARK, by=MARK),
        Send(message=Message(text=MARK), slot="s"),
    )
    await store.hear(ZARINA, Said(text=MARK))
    async with store.db.write() as conn:
        await store.inbox.park(conn, MARK.encode(), 99, "KeyError", NOW)
    await store.hear(MALIKA, Said(text=MARK))
    return scene.person.id


async def dump(db: Database) -> bytes:
    """All rows of all tables, as they stand in the database."""
    async with db.read() as conn:
        tables = [
            "people",
            "answers",
            "talks",
            "cases",
            "lines",
            "inbox",
            "parked",
            "due",
            "outbox",
            "accounts",
            "sent",
        ]
        rows = [tuple(row) for table in tables for row in await conn.execute(text(f"SELECT * FROM {table}"))]
    return b"\n".join(v if isinstance(v, bytes) else str(v).encode() for row in rows for v in row)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}


async def test_no_word_and_no_telegram_id_stands_in_the_tables(store: Store) -> None:
    await say_everything(store)
    everything = await dump(store.db)
    assert MARK.encode() not in everything
    assert str(ZARINA).encode() not in everything


async def test_no_word_stands_in_any_file(tmp_path: Path) -> None:
    db = await Database.open(None, MASTER, tmp_path)
    await say_everything(Store(db))
    written = contents(tmp_path)
    modes = {(tmp_path / name).stat().st_mode & 0o077 for name in written}
    await db.close()
    assert set(written) == {"bot.db", "bot.db-wal", "bot.db-shm", "bot.db.lock"}
    assert [name for name, data in written.items() if MARK.encode() in data] == []
    assert modes == {0}


@pytest.mark.parametrize("table", ["people", "talks"])
async def test_the_sealed_columns_of_two_people_cannot_be_swapped(store: Store, table: str) -> None:
    column = {"people": "profile", "talks": "place"}[table]
    owner = {"people": "id", "talks": "person_id"}[table]
    first = (await store.turn(ZARINA, Stand(place=Place(talk=1, flow="a"), depth=0))).person.id
    second = (await store.turn(MALIKA, Stand(place=Place(talk=1, flow="b"), depth=0))).person.id
    take = f"(SELECT {column} FROM {table} WHERE {owner} = :other)"
    async with store.db.write() as conn:
        swap = text(f"UPDATE {table} SET {column} = {take} WHERE {owner} = :this")
        await conn.execute(swap, {"this": first, "other": second})
    assert await set_aside(store) == ["SealError"]
    await store.turn(MALIKA)


async def set_aside(store: Store) -> list[str]:
    """She taps and nothing can be played: why, as the table of parked events has it."""
    await store.hear(ZARINA, Said(text="hello"))
    assert await store.turns() == []
    async with store.db.read() as conn:
        return list((await conn.execute(select(parked.c.why))).scalars())


async def test_a_row_copied_within_one_person_does_not_open(store: Store) -> None:
    await store.turn(
        ZARINA, Stand(place=Place(talk=1, flow="a"), depth=0), Stand(place=Place(talk=2, flow="b"), depth=1)
    )
    async with store.db.write() as conn:
        await conn.execute(text("UPDATE talks SET place = (SELECT place FROM talks WHERE number = 2) WHERE number = 1"))
    assert await set_aside(store) == ["SealError"]


async def test_forgetting_her_takes_her_rows_and_leaves_the_bare_case(store: Store) -> None:
    her = await say_everything(store)
    async with store.db.write() as conn:
        await conn.execute(text("DELETE FROM people WHERE id = :her"), {"her": her})
        await conn.execute(text("DELETE FROM keys WHERE id = :her"), {"her": her})
    store.db.keys.forget(her)
    await store.db.scrub()
    async with store.db.read() as conn:
        left = {
            table: (await conn.execute(text(f"SELECT count(*) FROM {table}"))).scalar()
            for table in ("people", "talks", "answers", "lines", "due", "outbox", "cases", "inbox", "parked")
        }
        bare = (await conn.execute(text("SELECT number, person_id, level FROM cases"))).one()
    assert left == dict.fromkeys(left, 0) | {"cases": 1, "inbox": 1, "parked": 1}
    assert tuple(bare) == (814, None, "now")


async def test_a_forgotten_key_leaves_the_files(tmp_path: Path) -> None:
    db = await Database.open(None, MASTER, tmp_path)
    store = Store(db)
    her = (await store.turn(ZARINA)).person.id
    async with db.write() as conn:
        wrapped = (await conn.execute(text("SELECT wrapped FROM keys WHERE id = :her"), {"her": her})).scalar_one()
        await conn.execute(text("DELETE FROM people WHERE id = :her"), {"her": her})
        await conn.execute(text("DELETE FROM keys WHERE id = :her"), {"her": her})
    assert wrapped in (tmp_path / "bot.db-wal").read_bytes()
    assert await db.scrub()
    assert [name for name, data in contents(tmp_path).items() if wrapped in data] == []
    await db.close()


async def test_a_fault_of_the_database_repeats_no_values(store: Store) -> None:
    with pytest.raises(Exception, match="hidden") as raised:
        async with store.db.write() as conn:
            await conn.execute(text("INSERT INTO topics (name, thread) VALUES (:name, NULL)"), {"name": MARK})
    if store.db.sqlite:
        assert MARK not in str(raised.value)
