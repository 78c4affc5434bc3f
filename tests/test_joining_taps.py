"""Joining on a real phone: by taps alone, over HTTP, questions changed in place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, world

BY_TAPS = (
    "Тоҷикӣ",
    "Модар",
    "Ҳа",
    "Розӣ ҳастам",
    "Дигарон ҳам мегиранд",
    "2025",
    "Июн",
    "Хатлон",
    "Номҳои дигар",
    "Норак",
)


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as one:
        yield one


async def test_she_joins_by_taps_by_a_centres_card_and_leaves_no_button_behind(w: World) -> None:
    w.cloud.start(w.her, "c_norak")
    await w.settle()
    for label in (*BY_TAPS, "Душанбе, чор., ҷумъа", "Бегоҳӣ, соати 16 то 20"):
        await w.taps(label)
    assert w.heard[-1].startswith("Раҳмат. Саҳифаи аввал")
    assert not [message.text for message in w.screen if message.buttons]
    assert len(w.heard) <= 3, "questions are changed in place"
    await w.passes(days=1)
    assert w.heard[-1] == "Саҳифаи ин ҳафта тайёр аст. Ҳар вақт, ки қулай бошад, кушоед."


async def test_left_midway_she_is_reminded_once_in_the_evening_and_goes_on(w: World) -> None:
    await w.says("/start")
    for label in BY_TAPS[:4]:
        await w.taps(label)
    before = len(w.heard)
    await w.passes(days=9)
    assert [line for line in w.heard[before:] if "савол" in line] == [w.heard[-1]]
    await w.taps("Кушодан")
    await w.taps(BY_TAPS[4])
    assert "Кӯдак кадом сол" in w.heard[-1]
