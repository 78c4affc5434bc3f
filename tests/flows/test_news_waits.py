"""On a shared phone a knock vanishes after a day: what she did not open is put again, and is not lost."""

from __future__ import annotations

import pytest
from msgspec import structs

from flows.events import CircleTold
from tests.talk import Her


@pytest.fixture
def her() -> Her:
    her = Her().joins().sits()
    shared = structs.replace(her.person.profile, shared=True, offered="never", research_at=her.now)
    her.kept.person = structs.replace(her.person, profile=shared)
    her.is_due("session").taps("Open").taps("Show it").quietly()
    her._event(CircleTold(circle=7, what="warned", about="1"))
    while "news:warned" in her.kept.due:
        her.is_due("news:warned")
    return her.hears("news.knock")


def test_news_not_opened_comes_again_behind_the_page_she_opens(her: Her) -> None:
    her.waits(days=1, hours=6).is_due("session").hears("push.page")
    her.taps("Open")
    assert her.unheard.pop() == her.library.texts["en"]["news.knock"]
    her.quietly().taps("Open").hears("news.warned_1")


def test_news_not_opened_comes_again_when_she_writes(her: Her) -> None:
    her.waits(days=1, hours=6).says("hello").hears("said.bot", "news.knock")
    her.taps("Open").hears("news.warned_1")
