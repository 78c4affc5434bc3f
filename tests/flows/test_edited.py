"""She changes a message she has sent: a person gets the new words; as an answer the first ones stay, and she is told so."""

from __future__ import annotations

from tests.talk import Her


def test_an_answer_that_is_changed_afterwards_stays_and_she_is_told() -> None:
    her = Her().joins().says("/contact").quietly()
    her.says("only here, after nine").quietly()
    asked = her.kept.places[-1].question
    her.says("only here, after eight", edited=True).hears("said.edited")
    assert her.kept.places[-1].question == asked
    assert her.person.profile.contact == "" or "nine" in her.person.profile.contact


def test_with_a_person_the_new_words_go_to_her_and_nothing_else_is_said() -> None:
    her = Her().joins().says("Talk to a person").quietly()
    her.says("I would like to talk").quietly()
    assert her.case is not None
    her.says("I would like to talk to Gulru", edited=True).hears()
    assert her.kept.lines[-1].text == "I would like to talk to Gulru"


def test_before_consent_nothing_is_said() -> None:
    her = Her().says("/start").quietly()
    her.says("hello", edited=True).hears()
