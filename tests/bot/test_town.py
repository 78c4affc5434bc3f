"""The town on this machine: one at a time, and its clock never jumps over what would have happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot import cli
from bot.clock import SteppedClock
from bot.phones import Cloud, mover
from bot.phones.mover import Mover
from bot.phones.town import alone

NOON = datetime(2030, 3, 1, 12, tzinfo=UTC)
PAGE = timedelta(minutes=5)


class Paging(Mover):
    """Something is due every five minutes, for ever, as when nobody takes a case."""

    def __init__(self) -> None:
        clock = SteppedClock(frozen=NOON)
        super().__init__(clock, Cloud(clock.now))
        self.stops: list[datetime] = []

    async def settle(self) -> None:
        self.stops.append(self.clock.now())

    async def _next(self) -> datetime | None:
        return self.clock.now() + PAGE


async def test_a_long_way_is_gone_step_by_step_to_its_end() -> None:
    mover = Paging()
    await mover.advance(NOON + timedelta(days=7))
    assert mover.clock.now() == NOON + timedelta(days=7)
    assert {later - sooner for sooner, later in zip(mover.stops, mover.stops[1:], strict=False)} <= {PAGE, timedelta()}


async def test_a_way_that_takes_too_long_ends_where_it_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mover, "LONGEST_MOVE", 0.05)
    moving = Paging()
    await moving.advance(datetime(9000, 1, 1, tzinfo=UTC))
    assert moving.stops[-1] == moving.clock.now() < datetime(9000, 1, 1, tzinfo=UTC)
    await moving.step({"to": "next"})


def test_a_second_run_deletes_nothing_and_says_so_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "phones" / "bot.db"
    kept.parent.mkdir()
    kept.write_text("the first one's")
    monkeypatch.chdir(tmp_path)
    for name in ("BOT_TOKEN", "DATABASE_URL", "DATA_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with alone(tmp_path):
        assert cli.main(["serve"]) == cli.FAILED
    assert kept.read_text() == "the first one's"
    said = cast("Any", capsys.readouterr()).err.splitlines()
    assert len(said) == 1
    assert "running already" in said[0]
    with alone(tmp_path):
        pass
