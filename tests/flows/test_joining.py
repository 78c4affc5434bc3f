"""Joining: the first five minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.talk import Her


@pytest.fixture
def her() -> Her:
    return Her()


def test_she_joins_with_taps_alone_and_learns_when_the_first_page_comes(her: Her) -> None:
    her.says("/start").quietly()
    her.taps("English").hears("join.adult")
    her.taps("Yes").hears("join.consent")
    her.taps("I agree").hears("join.days")
    her.taps("Mon, Wed, Fri").hears("join.part")
    her.taps("Evening, 16 to 20").hears("join.done")
    assert her.person.state == "active"
    assert her.kept.due.keys() == {"session"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("English", ["yes", "i agree", "tue, thu, sat", "morning, 7 to 11"]),
        ("English", ["1", "1", "2", "1"]),
        ("Русский", ["1", "1", "2", "1"]),
        ("Тоҷикӣ", ["1", "1", "2", "1"]),
    ],
)
def test_she_joins_without_a_button(her: Her, language: str, words: list[str]) -> None:
    her.says("/start").says(language)
    for word in words:
        her.says(word)
    assert her.person.state == "active"
    assert her.person.profile.days == (1, 3, 5)
    assert her.person.profile.part == "morning"


def test_a_younger_mother_is_welcome_gets_the_numbers_and_the_desk_is_told_quietly(her: Her) -> None:
    her.says("/start").taps("English").taps("No").quietly()
    her.taps("I agree").hears("help.now", "join.days")
    assert her.case is not None
    assert (her.case.level, her.case.category) == ("watch", "under_age")
    assert her.kept.due["page"][0] - her.now == timedelta(days=3)


def test_without_consent_nothing_is_asked_and_the_numbers_are_given(her: Her) -> None:
    her.says("/start").taps("English").taps("Yes").quietly()
    her.taps("Not now").hears("join.no_consent")
    assert not her.kept.places
    her.says("/start").taps("English").quietly()
    assert her.kept.places


def test_tell_me_more_comes_back_to_the_same_choice(her: Her) -> None:
    her.says("/start").taps("English").taps("Yes").quietly()
    her.taps("Tell me more").hears("join.consent_about")
    her.taps("I agree").hears("join.days")


def test_back_asks_the_question_before(her: Her) -> None:
    her.says("/start").taps("English").taps("Yes").quietly()
    her.taps("Back").hears("join.adult")
    her.taps("Yes").hears("join.consent")


def test_typed_nonsense_gets_a_kind_repeat_and_after_the_third_a_way_out(her: Her) -> None:
    her.says("/start").taps("English").quietly()
    her.says("hmm").hears("ask.tap_please", "join.adult")
    her.says("what").hears("ask.tap_please", "join.adult")
    her.says("eh").hears("ask.way_out", "join.adult")
    her.says("1").hears("join.consent")


def test_coming_back_midway_goes_on_at_the_open_question(her: Her) -> None:
    her.says("/start").taps("English").taps("Yes").taps("I agree").quietly().waits(days=3)
    her.says("hello?").hears("ask.tap_please", "join.days")


def test_a_second_tap_on_the_same_button_says_nothing_twice(her: Her) -> None:
    her.says("/start").taps("English").quietly()
    button = her.keyboard["Yes"]
    her.taps_data(button).hears("join.consent")
    her.taps_data(button).hears()
    assert her.waits(minutes=5).taps_data(button).hears("tap.old_open", "join.consent")


def test_a_forged_button_does_nothing_but_ask_again(her: Her) -> None:
    her.says("/start").taps("English").quietly().waits(minutes=1)
    her.taps_data("1:adult:maybe").hears("tap.old_open", "join.adult")
    her.taps_data("99:adult:yes").hears("tap.old_open", "join.adult")
    her.taps_data("1:consent:yes").hears("tap.old_open", "join.adult")
    assert not her.person.profile.consent
