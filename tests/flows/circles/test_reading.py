"""How posts reach her phone: live, once a day, in the room, or not now; and what a locked phone shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from flows.circles import reading
from flows.circles.model import Ways
from flows.circles.reading import KEY
from flows.effects import HER, Hush, Retract, Send, Vacate
from flows.events import Hearted, Withdrawn
from flows.model import Case
from flows.programme import calendar
from tests.talk import LIBRARY, Her

PREVIEW = 60
"""Characters a locked phone shows."""


@pytest.fixture
def her() -> Her:
    return Her().joins(part="Evening, 16 to 20").sits()


def knows(her: Her, **profile: Any) -> Her:
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, **profile))
    return her


def evening(her: Her) -> Her:
    """A minute inside her safe hours: five in the afternoon in Dushanbe."""
    her.now = her.now.replace(hour=12, minute=0)
    return her


def sent(her: Her) -> list[Send]:
    return [one for one in her.effects if isinstance(one, Send) and one.to == HER]


def test_in_the_room_a_post_shows_at_once_under_a_flowers_name(her: Her) -> None:
    her.says("/circle").quietly().is_brought("Who sleeps at all?").hears("=🌹 Rose\nWho sleeps at all?")
    assert sent(her)[0].silent
    assert her.kept.seat is not None
    assert her.kept.seat.unread == ()


def test_live_posts_come_without_a_sound_behind_a_neutral_line_that_fills_the_preview(her: Her) -> None:
    evening(her).is_brought("Who sleeps at all?")
    (one,) = sent(her)
    assert one.silent
    assert one.push
    assert "Rose" not in one.message.text[:PREVIEW]
    assert one.message.text.endswith("🌹 Rose\nWho sleeps at all?")


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
@pytest.mark.parametrize("key", ["circle.live"])
def test_the_neutral_line_fills_the_preview_in_each_language(language: str, key: str) -> None:
    assert len(LIBRARY.text(language, key)) >= PREVIEW


def test_in_the_room_with_the_phone_laid_down_the_neutral_line_goes_before(her: Her) -> None:
    her.says("/circle").quietly().waits(minutes=20).is_brought("Who sleeps at all?")
    assert sent(her)[0].message.text.startswith(LIBRARY.text("en", "circle.live"))


def test_outside_her_hours_posts_wait_and_one_line_says_how_many(her: Her) -> None:
    her.is_brought("One").is_brought("Two", "violet").hears()
    her.is_due(KEY).hears(f"={LIBRARY.text('en', 'circle.waiting', n=2)}")
    assert sent(her)[0].silent
    assert calendar.is_safe(her.person, her.now)
    her.taps("Open").hears("=🌹 Rose\nOne", "=💜 Violet\nTwo", "circle.room")


def test_what_came_live_is_not_shown_again_in_the_room(her: Her) -> None:
    her.is_brought("At night").hears()
    evening(her).is_brought("In the evening", "violet").quietly()
    her.says("/circle").hears("=🌹 Rose\nAt night", "circle.room")


def test_on_a_shared_phone_one_neutral_knock_a_day_and_nothing_more(her: Her) -> None:
    evening(knows(her, shared=True))
    her.is_brought("One").hears()
    her.is_due(KEY).hears("circle.knock")
    for word in ("circle", "Rose", "One"):
        assert word not in sent(her)[0].message.text
    day = calendar.day_of(her.person, her.now)
    her.is_brought("Two").is_brought("Three").hears()
    assert calendar.day_of(her.person, her.kept.due[KEY][0]) > day
    her.taps("Open").quietly()
    assert KEY not in her.kept.due


def test_once_a_day_is_once_a_day_on_her_own_phone_too(her: Her) -> None:
    evening(knows(her, ways=Ways(come="daily")))
    her.is_brought("One").is_brought("Two").hears()
    her.is_due(KEY).hears(f"={LIBRARY.text('en', 'circle.waiting', n=2)}")


def test_only_in_the_room_plans_nothing(her: Her) -> None:
    evening(knows(her, ways=Ways(come="room"))).is_brought("One").hears()
    assert KEY not in her.kept.due


@pytest.mark.parametrize(
    "profile",
    [
        {"paused_until": calendar.WITHOUT_END},
        {"quiet_at": "now"},
        {"lost_at": "now"},
    ],
)
def test_nothing_comes_where_she_wants_nothing(her: Her, profile: dict[str, Any]) -> None:
    told = {name: her.now if value == "now" else value for name, value in profile.items()}
    evening(knows(her, **told)).is_brought("One").hears()
    assert KEY not in her.kept.due


@pytest.mark.parametrize("name", ["paused_until", "hidden_until", "overlooked_until"])
def test_in_a_quiet_that_ends_the_line_comes_after_it(her: Her, name: str) -> None:
    until = her.now + timedelta(days=3)
    evening(knows(her, **{name: until})).is_brought("One").hears()
    assert her.kept.due[KEY][0] >= until


def test_muted_for_a_day_nothing_comes_and_the_line_comes_after(her: Her) -> None:
    evening(her).says("/circle").taps("Other things").taps("Quiet for a day").says("/leave").quietly()
    her.is_brought("One").hears()
    assert her.kept.due[KEY][0] >= her.now + timedelta(days=1)


def test_beside_a_red_case_nothing_of_the_circle_comes(her: Her) -> None:
    her.kept.case = Case(number=12345, level="now", category="self_harm", opened_at=her.now)
    evening(her).is_brought("One").hears()
    assert KEY not in her.kept.due


def test_who_stopped_gets_nothing(her: Her) -> None:
    evening(her).says("stop").quietly().is_brought("One").hears()
    assert KEY not in her.kept.due


def test_a_hidden_member_is_not_seen_anywhere(her: Her) -> None:
    evening(knows(her, ways=Ways(hidden=("rose",)))).is_brought("One").hears()
    her.says("/circle").hears("circle.room")
    her.is_brought("Two").hears()


def test_a_post_taken_back_before_her_turn_is_not_shown(her: Her) -> None:
    evening(her).is_brought("One").quietly()
    seat = her.kept.seat
    assert seat is not None
    her.kept.seat = structs.replace(seat, unread=())
    post = seat.recent[0]
    her._event(reading.Posted(circle=7, post=post))
    her.hears()


def test_what_is_taken_back_goes_from_her_phone(her: Her) -> None:
    her._event(Withdrawn(circle=7, number=1))
    assert [one.slot for one in her.effects if isinstance(one, Retract)] == ["post:7:1"]


def test_a_heart_lights_up_no_phone(her: Her) -> None:
    evening(her)._event(Hearted(circle=7, number=1, message=11))
    assert her.effects == []


def test_many_posts_come_in_parts_and_none_is_lost(her: Her) -> None:
    for at in range(30):
        her.is_brought(f"post {at}", "rose" if at % 2 else "violet")
    her.says("/circle").quietly()
    assert her.kept.seat is not None
    assert len(her.kept.seat.unread) == 18
    her.taps("Read on").quietly().taps("Read on").quietly()
    assert her.kept.seat.unread == ()


def test_a_page_waits_while_she_is_in_the_room(her: Her) -> None:
    evening(her)
    her.kept.due["session"] = (her.now, "")
    her.says("/circle").quietly().is_due("session").hears()
    assert her.kept.due["session"][0] == her.person.profile.room_until


def test_after_leaving_nothing_of_the_circle_reaches_her(her: Her) -> None:
    evening(her).says("/circle").taps("Leave for good").quietly()
    her.taps("Yes, leave for good").hears("circle.quitted", "menu.below")
    assert her.kept.seat is None
    assert [type(one) for one in her.effects if isinstance(one, Hush | Vacate)] == [Hush, Vacate]
    assert her.person.profile.circle_wish == "no"
    her.says("Hello?").hears("said.bot")
