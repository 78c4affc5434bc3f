"""The words of a button of the room, typed: they do what the button does, in whichever language she types them."""

from __future__ import annotations

import pytest

from flows.events import Seated
from tests.talk import LIBRARY, Her


@pytest.fixture
def her() -> Her:
    return Her().joins().sits()


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
def test_the_way_into_the_circle_typed_is_the_way_in(her: Her, language: str) -> None:
    her.says(LIBRARY.text(language, "circle.do_enter")).hears("circle.room")
    her.says(LIBRARY.text(language, "circle.do_leave")).hears("circle.left")
    her.says(LIBRARY.text(language, "circle.do_mute")).hears("circle.muted")
    assert her.wrote == []


@pytest.mark.parametrize("verb", ["come_daily", "quit_no", "hide", "more"])
def test_in_the_room_no_button_is_a_post(her: Her, verb: str) -> None:
    her.says("/circle").quietly().says(LIBRARY.text("ru", f"circle.do_{verb}"))
    assert her.wrote == []


def test_what_is_typed_as_an_answer_stays_one(her: Her) -> None:
    her.says("/settings").quietly()
    her.says("In the circle").quietly()
    assert her.wrote == []


def test_after_the_welcome_nothing_is_put_again_under_its_button(her: Her) -> None:
    her.is_due("session").hears("push.page")
    her._event(Seated(circle=7, flower="tulip", begins_at=her.now))
    her.waits(hours=2, minutes=5).is_due("welcome").hears("circle.push").taps("Open")
    her.hears("circle.welcome", "circle.rule_reads", "circle.rule_passed", "circle.rule_free")
    her.says(LIBRARY.text("en", "circle.do_enter")).hears("circle.room")
