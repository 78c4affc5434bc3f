"""A store with its clock, on both databases."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.storage.people import Store


@pytest.fixture
def store(db: Database) -> Store:
    """An empty store; the clock stands at NOW."""
    return Store(db)
