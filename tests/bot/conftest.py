"""Where what is tested is no matter of the database: SQLite alone."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.conftest import MASTER


@pytest.fixture
async def db(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """An open, empty database."""
    shutil.copy(sqlite_template, tmp_path / "bot.db")
    database = await Database.open(None, MASTER, tmp_path)
    yield database
    await database.close()
