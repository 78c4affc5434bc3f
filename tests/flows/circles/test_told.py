"""What her circle tells her at the moment it is true, and not a moment later: learnt from living through one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from flows.circles.model import Terms
from flows.circles.reading import KEY
from flows.events import CircleTold, Due
from tests.talk import LIBRARY, Her


@pytest.fixture
def her() -> Her:
    one = Her().joins(part="Evening, 16 to 20").sits()
    one.now = one.now.replace(hour=12, minute=0)  # five in the afternoon in Dushanbe
    return one


def comes_due(her: Her, what: str, about: str = "") -> Her:
    return her._event(Due(key=f"news:{what}", about=about))


def paused(her: Her, **span: float) -> Her:
    return her.circle_is(terms=Terms(muted={her.person.id: her.now + timedelta(**span)}))


def test_who_was_here_meanwhile_is_not_told_that_the_circle_was_without_her(her: Her) -> None:
    comes_due(her.says("/circle").quietly().waits(minutes=4), "missed").hears()
    comes_due(her.waits(days=11), "missed").hears("news.knock")


def test_news_does_not_close_the_room_she_is_in(her: Her) -> None:
    comes_due(her.says("/circle").quietly().waits(minutes=4), "warned", "1").hears("news.warned_1")
    her.says("I am here").quietly()
    assert her.wrote == ["I am here"]
    comes_due(her.waits(minutes=30), "warned", "2").hears()
    assert "news:warned" in her.kept.due, "she reads, or the phone lies on a table: later"


def test_news_waits_for_an_hour_after_a_page_and_never_for_the_next_day_with_its_page(her: Her) -> None:
    her._event(Due(key="session"))
    comes_due(her.quietly(), "end").hears()
    assert her.kept.due["news:end"][0] == her.now + timedelta(hours=1)
    comes_due(her.waits(hours=1), "end").hears()
    comes_due(her.waits(hours=1), "end").hears("news.knock")


def test_a_pause_says_until_when_and_is_not_told_when_it_is_over(her: Her) -> None:
    comes_due(paused(her.waits(days=1), hours=20), "muted").hears("news.knock").taps("Open")
    until = her.now.astimezone(her.person.tz) + timedelta(hours=20)
    assert f"{until:%d.%m, %H:%M}" in her.unheard[0]
    comes_due(paused(her.quietly().waits(days=2), minutes=-1), "muted").hears()


def test_who_opens_it_after_the_pause_hears_that_it_is_over(her: Her) -> None:
    comes_due(paused(her.waits(days=1), hours=1), "muted").hears("news.knock")
    her.waits(hours=2).taps("Open").hears("news.pause_over")


def test_after_the_welcome_the_way_into_the_circle_stands_last(her: Her) -> None:
    her.kept.person = structs.replace(
        her.person,
        profile=structs.replace(her.person.profile, ways=structs.replace(her.person.profile.ways, greets="plain")),
    )
    her._event(Due(key="session"))
    assert her.unheard, "a page has come"
    her.quietly().waits(hours=2, minutes=30)._event(Due(key="welcome"))
    her.hears("circle.push").taps("Open")
    assert her.unheard[-1] == LIBRARY.text("en", "circle.rule_free")


def test_what_was_said_anew_before_she_read_it_she_reads_once(her: Her) -> None:
    her.waits(hours=15)  # eight in the morning
    her.is_brought("I slept bad").is_brought("And I").is_brought("I slept well", edits=1).quietly()
    her.says("/circle").hears("=🌹 Rose\nAnd I", "=🌹 Rose says it anew:\nI slept well", "circle.room")


def test_the_line_of_the_circle_does_not_come_in_the_minute_of_a_page(her: Her) -> None:
    her.now = her.now.replace(hour=3)
    her.is_brought("Who sleeps at all?").hears()
    her.now = her.now.replace(hour=12)
    her._event(Due(key="session"))
    assert her.unheard
    her.quietly()._event(Due(key=KEY)).hears()
    assert her.kept.due[KEY][0] == her.now + timedelta(hours=1)


def test_whose_posts_the_facilitator_sees_first_hears_that_a_person_looks_first(her: Her) -> None:
    her.circle_is(terms=Terms(watched=(her.person.id,)))
    her.says("/circle").quietly().says("I am better now").hears("circle.held_look")
    assert her.wrote == ["watched: I am better now"]


def test_a_voice_for_the_facilitator_is_answered_once(her: Her) -> None:
    her.circle_is(terms=Terms(voice=True)).says("/circle").quietly()
    her.shows("voice", file="AwACAgIAAx").hears("circle.voice")


def test_it_is_told_to_nobody_of_another_circle(her: Her) -> None:
    her._event(CircleTold(circle=8, what="missed")).hears()
    assert not [key for key in her.kept.due if key.startswith("news:")]
