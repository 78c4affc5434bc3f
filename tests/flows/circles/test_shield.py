"""Hearts, reports, taking back, hiding: in two taps, held against her own circle, and nobody learns of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from flows.circles.model import Post
from flows.effects import Heart, Report, TakeBack
from flows.events import Reacted
from tests.talk import Her


@pytest.fixture
def her() -> Her:
    one = Her().joins().sits()
    one.is_brought("Who sleeps at all?").is_brought("Nobody here", "violet").is_brought("I do", "tulip")
    return one.says("/circle").quietly()


def test_a_heart_in_two_taps(her: Her) -> None:
    her.taps("❤ Give a heart").quietly().taps("2").hears("circle.hearted_now")
    assert her.to_circle == [Heart(circle=7, number=2)]


def test_a_heart_by_telegrams_own_reaction(her: Her) -> None:
    seat = her.kept.seat
    assert seat is not None
    her.kept.seat = structs.replace(seat, quoted=seat.recent[0])
    her._event(Reacted(message=55, hearts=True))._event(Reacted(message=55, hearts=False))
    assert her.to_circle == [Heart(circle=7, number=1), Heart(circle=7, number=1, on=False)]


def test_no_heart_for_her_own_words(her: Her) -> None:
    seat = her.kept.seat
    assert seat is not None
    her.kept.seat = structs.replace(seat, quoted=seat.recent[2])
    her._event(Reacted(message=55, hearts=True))
    assert her.to_circle == []


def test_a_report_in_two_taps_and_she_may_hide_whoever_wrote_it(her: Her) -> None:
    her.taps("Report").quietly().taps("1").hears("circle.reported")
    assert her.to_circle == [Report(circle=7, number=1)]
    her.taps("Hide 🌹 Rose").hears("circle.hidden")
    assert her.person.profile.ways.hidden == ("rose",)


def test_a_report_by_a_reply(her: Her) -> None:
    her.replies(2, "/report").hears("circle.reported")
    assert her.to_circle == [Report(circle=7, number=2)]


def test_taking_back_in_two_taps_and_by_a_reply(her: Her) -> None:
    her.taps("Take back").quietly().taps("1").hears("circle.taken_back")
    her.replies(3, "/back").hears("circle.taken_back")
    assert her.to_circle == [TakeBack(circle=7, number=3)] * 2


def test_what_has_not_gone_out_is_taken_back_by_its_row(her: Her) -> None:
    seat = her.kept.seat
    assert seat is not None
    her.kept.seat = structs.replace(seat, mine=(Post(id=99, flower="tulip", at=her.now, words="Not yet"),))
    her.taps("Take back").quietly().taps("2").hears("circle.taken_back")
    assert her.to_circle == [TakeBack(circle=7, post=99)]


def test_after_two_days_it_cannot_be_taken_back(her: Her) -> None:
    her.waits(hours=49).replies(3, "/back").hears("circle.too_old")
    her.says("/back").hears("circle.back_none")
    assert her.to_circle == []


@pytest.mark.parametrize(
    "verb", ["heart_3", "report_3", "back_1", "heart_99", "report_x", "hide_nobody", "drop_5", "back_"]
)
def test_a_forged_button_does_nothing(her: Her, verb: str) -> None:
    her.taps_data(f"0:room:{verb}")
    assert her.to_circle == []
    assert her.person.profile.ways.hidden == ()


def test_hiding_again_brings_her_back(her: Her) -> None:
    her.taps("Other things").taps("Hide a member").quietly().taps("🌹 Rose").hears("circle.hidden")
    her.taps("Other things").taps("Hide a member").quietly().taps("✓ 🌹 Rose").hears("circle.seen_again")
    assert her.person.profile.ways.hidden == ()


def test_how_posts_come_is_hers_to_choose_in_the_room_and_in_the_settings(her: Her) -> None:
    her.taps("Other things").taps("How words come").quietly().taps("One line a day").hears("circle.come_daily")
    assert her.person.profile.ways.come == "daily"
    her.says("/settings").taps("When pages come").quietly().taps("Words of my circle")
    her.quietly().taps("Only when I open it").hears("circle.come_room")
    assert her.person.profile.ways.come == "room"


def test_a_shared_phone_is_not_offered_posts_one_by_one(her: Her) -> None:
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, shared=True))
    her.keyboard.clear()
    her.says("/circle").taps("Other things").taps("How words come")
    assert "One by one, no sound" not in her.keyboard
    her.quietly().taps_data("0:room:come_live")
    assert her.person.profile.ways.come == ""


def test_without_a_circle_the_buttons_say_so(her: Her) -> None:
    her.kept.seat = None
    her.taps("Report").hears("circle.over")
    her.says("/report").hears("circle.over")


def test_hearts_are_counted_without_names(her: Her) -> None:
    seat = her.kept.seat
    assert seat is not None
    loved = structs.replace(seat.recent[2], hearts=2, at=her.now - timedelta(hours=1))
    her.kept.seat = structs.replace(seat, recent=(*seat.recent[:2], loved))
    her.taps("Take back")
    assert "I do ❤ 2" in her.unheard[-1]
