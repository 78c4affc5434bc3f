"""Whatever she types for an answer, the safety question that follows is what stands on her screen, whole, with its buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, world

SAFETY = ["Yes", "No", "I'd rather not say", "Help now"]
SETTLED = "One of our questions"


@pytest.fixture
async def w(fresh_url: str, tmp_path: Path, *, webhook: bool) -> AsyncIterator[World]:
    async with world(tmp_path, url=fresh_url, webhook=webhook) as one:
        await one.joins()
        yield one


def keys(w: World) -> list[str]:
    """The buttons under the last message."""
    return [label for row in w.screen[-1].buttons for label in row]


@pytest.mark.parametrize("typed", ["1", "very heavy"])
async def test_after_the_lowest_face_typed(w: World, typed: str) -> None:
    await w.says("/feel")
    await w.says(typed)
    assert "ending your life" in w.heard[-1]
    assert keys(w) == SAFETY


@pytest.mark.parametrize("typed", ["2", "I'd rather not say"])
async def test_after_the_question_about_dying_typed(w: World, typed: str) -> None:
    await w.says("/feel")
    await w.taps("More questions")
    for _ in range(8):
        await w.taps("Not at all")
    assert "better off dead" in w.heard[-1]
    await w.says(typed)
    assert "ending your life" in w.heard[-1]
    assert keys(w) == SAFETY
    assert not any("better off dead" in text for text in w.heard), "it stays in no older message"
    assert sum(text.startswith(SETTLED) for text in w.heard) == 1
