"""A statement is one journey to SQLite's thread, and leaves nothing open there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from storage import journeys
from storage.database import Database
from storage.schema import settings
from tests.conftest import MASTER

ROW = {"name": "moon", "value": b"full"}
WRITE, READ = insert(settings), select(settings.c.value).where(settings.c.name == "moon")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that made a journey."""
    found: list[str] = []
    real = journeys.Connection._execute

    async def noted(self: journeys.Connection, work: object, *given: object, **named: object) -> object:
        found.append(str(given[2]) if len(given) > 2 else work.__name__)
        return await real(self, work, *given, **named)

    monkeypatch.setattr(journeys.Connection, "_execute", noted)
    return found


@pytest.fixture
async def own(sqlite_template: Path, tmp_path: Path, made: list[str]):
    file = shutil.copy(sqlite_template, tmp_path / "bot.db")
    database = await Database.open(f"sqlite:///{file}", MASTER, tmp_path)
    made.clear()
    yield database
    await database.close()


async def test_a_write_is_its_beginning_its_statements_and_its_end(own: Database, made: list[str]) -> None:
    async with own.write() as conn:
        await conn.execute(WRITE, ROW)
        assert (await conn.execute(READ)).scalar_one() == b"full"
    assert [one.split()[0] for one in made] == ["BEGIN", "INSERT", "SELECT", "commit"]


async def test_a_read_ends_without_holding_the_file(own: Database, made: list[str]) -> None:
    async with own.read() as conn:
        assert (await conn.execute(READ)).all() == []
    assert [one.split()[0] for one in made] == ["BEGIN", "SELECT", "rollback"]


async def test_many_rows_at_once_are_counted(own: Database) -> None:
    async with own.write() as conn:
        done = await conn.execute(WRITE, [{"name": f"star {number}", "value": b""} for number in range(3)])
        assert done.rowcount == 3
        assert (await conn.execute(text("DELETE FROM settings WHERE name LIKE 'star %'"))).rowcount == 3


async def test_a_fault_is_the_drivers_own_and_undoes_the_transaction(own: Database) -> None:
    async def twice() -> None:
        async with own.write() as conn:
            await conn.execute(WRITE, ROW)
            await conn.execute(WRITE, ROW)

    with pytest.raises(IntegrityError):
        await twice()
    async with own.read() as conn:
        assert (await conn.execute(READ)).first() is None
