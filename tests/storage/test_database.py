"""Opening: migrated from nothing, refused where it must be, and nothing changed by a refusal."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, text

from storage.database import Database, address
from storage.faults import StorageError
from storage.schema import metadata, topics
from storage.seal import Master
from tests.conftest import MASTER
from tests.storage.people import NOW


async def test_the_migrations_lead_to_the_schema(db: Database) -> None:
    def differences(conn: Connection) -> object:
        return compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata)

    async with db.read() as conn:
        assert await conn.run_sync(differences) == []


async def test_an_empty_place_becomes_a_database_from_any_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "somewhere else 100%"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    db = await Database.open(None, MASTER, elsewhere / "var")
    await db.close()
    file = elsewhere / "var" / "bot.db"
    assert file.stat().st_mode & 0o077 == 0
    assert sqlite3.connect(file).execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_it_opens_again_and_keeps_what_was_written(fresh_url: str, tmp_path: Path) -> None:
    first = await Database.open(fresh_url, MASTER, tmp_path)
    async with first.write() as conn:
        await conn.execute(insert(topics), {"name": "desk:now", "thread": 3})
    await first.close()
    again = await Database.open(fresh_url, MASTER, tmp_path)
    async with again.read() as conn:
        assert (await conn.execute(text("SELECT thread FROM topics"))).scalar() == 3
    await again.close()


async def test_a_newer_database_is_refused(fresh_url: str, tmp_path: Path) -> None:
    db = await Database.open(fresh_url, MASTER, tmp_path)
    async with db.write() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await db.close()
    with pytest.raises(StorageError, match="newer version"):
        await Database.open(fresh_url, MASTER, tmp_path)


async def test_another_key_is_refused(fresh_url: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="DATA_KEY"):
        await Database.open(fresh_url, Master(bytes(32)), tmp_path)


async def test_a_second_process_is_refused_and_a_reader_is_not(db: Database, fresh_url: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="stop it first"):
        await Database.open(fresh_url, MASTER, tmp_path)
    reader = await Database.open(fresh_url, MASTER, tmp_path, alone=False)
    await reader.close()
    async with db.read() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM people"))).scalar() == 0


async def test_once_closed_another_may_open_it(fresh_url: str, tmp_path: Path) -> None:
    for _ in range(2):
        await (await Database.open(fresh_url, MASTER, tmp_path)).close()


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    file.write_bytes(b"dear diary " * 500)
    with pytest.raises(StorageError, match="not a database"):
        await Database.open(None, MASTER, tmp_path)
    assert file.read_bytes() == b"dear diary " * 500


async def test_tables_of_somebody_else_are_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    before = file.read_bytes()
    with pytest.raises(StorageError, match="database of its own"):
        await Database.open(None, MASTER, tmp_path)
    assert file.read_bytes() == before


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="check folder and owner"):
        await Database.open(None, MASTER, tmp_path / "file" / "var")


async def test_a_server_that_is_away_is_named_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as raised:
        await Database.open("postgresql://bot:hush-hush@127.0.0.1:1/bot", MASTER, tmp_path)
    assert "127.0.0.1/bot" in str(raised.value)
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "no url at all", "sqlite:///:memory:"])
def test_an_address_we_do_not_know_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="DATABASE_URL"):
        address(url, tmp_path)


async def test_what_is_raised_within_undoes_the_transaction(db: Database) -> None:
    async def write() -> None:
        async with db.write() as conn:
            await conn.execute(insert(topics), {"name": "desk:now", "thread": 3})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await write()
    async with db.read() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM topics"))).scalar() == 0


async def test_a_fault_before_the_commit_undoes_it_and_after_it_does_not(db: Database) -> None:
    async def write(name: str, stop: str) -> None:
        def boundary(where: str) -> None:
            if where == stop:
                raise RuntimeError(where)

        db.boundary = boundary
        async with db.write() as conn:
            await conn.execute(insert(topics), {"name": name, "thread": 3})

    with pytest.raises(RuntimeError):
        await write("lost", "before commit")
    with pytest.raises(RuntimeError):
        await write("kept", "after commit")
    async with db.read() as conn:
        assert (await conn.execute(text("SELECT name FROM topics"))).scalars().all() == ["kept"]


async def test_every_commit_of_sqlite_is_on_the_disk_before_it_counts(tmp_path: Path) -> None:
    db = await Database.open(None, MASTER, tmp_path)
    async with db.write() as conn:
        settings = [(await conn.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in PRAGMAS]
    await db.close()
    assert settings == ["wal", 2, 1, 1]


PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")


async def test_ids_never_go_back_even_if_the_clock_did(fresh_url: str, tmp_path: Path) -> None:
    db = await Database.open(fresh_url, MASTER, tmp_path)
    async with db.write() as conn:
        await conn.execute(text("INSERT INTO record (id, at, act) VALUES (:id, 0, 'seen')"), {"id": 2**62})
    await db.close()
    again = await Database.open(fresh_url, MASTER, tmp_path)
    assert again.ids.next(NOW) == 2**62 + 1
    await again.close()
