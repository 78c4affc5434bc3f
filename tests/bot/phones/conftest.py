"""A cloud with a clock that is stepped by hand, one mother, a desk, and PTB's own Bot speaking to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from telegram import Bot

from bot.phones import Cloud, Server, User, serve

TOKEN = "123456:phones-only"


class Clock:
    """Stands still until told."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def step(self, **by: float) -> None:
        self.moment += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cloud(clock: Clock) -> Cloud:
    return Cloud(clock.now)


@pytest.fixture
def lola(cloud: Cloud) -> User:
    """A mother who has pressed Start; the update of it is still waiting."""
    lola = cloud.add_user("Lola", "tg")
    cloud.start(lola)
    return lola


@pytest.fixture
def susan(cloud: Cloud) -> User:
    return cloud.add_user("Susan", "tg")


@pytest.fixture
def desk(cloud: Cloud, susan: User) -> int:
    return cloud.add_forum("Desk", [susan])


@pytest.fixture
async def server(cloud: Cloud) -> AsyncIterator[Server]:
    async with serve(cloud, TOKEN) as running:
        yield running


@pytest.fixture
async def bot(server: Server) -> AsyncIterator[Bot]:
    speaking = Bot(TOKEN, base_url=server.base_url, base_file_url=server.base_file_url)
    async with speaking:
        yield speaking
