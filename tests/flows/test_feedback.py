"""Staff say of a flag whether it was right: asked once it is taken and beside the closing, and never in the way."""

from __future__ import annotations

import pytest

from flows.desk.closing import OUTCOMES
from flows.desk.feedback import key_of
from flows.effects import CASES, Mark, Send, topic_of
from flows.model import Button
from tests.talk import Her

DESPAIR = "I don't want to live any more"
FEVER = "my baby has fever 39 and is not sucking"


@pytest.fixture
def her() -> Her:
    return Her().joins()


def buttons(send: Send) -> list[Button]:
    return [button for row in send.message.buttons for button in row]


def questions(her: Her) -> list[Send]:
    return [send for send in her.at_desk if send.slot.startswith("mark:")]


def key(her: Her) -> str:
    return next(iter(her.kept.flags))


def test_it_is_asked_in_the_topic_once_somebody_has_it(her: Her) -> None:
    her.says(DESPAIR)
    assert questions(her) == []
    number = her.case.number if her.case else 0
    her.desk_taps("take")
    (asked,) = questions(her)
    assert asked.to == topic_of(number)
    assert [button.label for button in buttons(asked)] == ["Верно", "Не тот уровень", "Тревоги нет"]
    assert all(len(button.data.encode()) <= 64 for button in buttons(asked))
    flag = her.kept.flags[key(her)]
    assert (flag.category, flag.language, flag.mark) == ("self_harm", "en", "")
    assert flag.rule.startswith("en.")
    assert flag.key == key_of(flag.rule, flag.level)


def test_a_mark_is_written_down_with_who_gave_it_and_the_last_one_counts(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take")
    for mark in ("none", "right"):
        her.desk_taps(f"{mark}:{key(her)}")
        assert [effect.mark for effect in her.effects if isinstance(effect, Mark)] == [mark]
        assert [effect.actor for effect in her.effects if isinstance(effect, Mark)] == [900001]
    assert her.kept.flags[key(her)].mark == "right"
    assert her.records[-2:] == ["marked:none", "marked:right"]
    shown = questions(her)[-1]
    assert shown.edit
    assert "Верно (Gulru)" in shown.message.text
    assert DESPAIR not in shown.message.text


def test_closing_asks_beside_the_question_and_does_not_wait(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take").desk_taps("close")
    acts = [button.data.split(":", 2)[2] for button in buttons(her.at_desk[-1])]
    assert acts[: len(OUTCOMES) + 1] == [*(f"closed:{one}" for one in OUTCOMES), "keep"]
    assert acts[len(OUTCOMES) + 1 :] == [f"last_{mark}:{key(her)}" for mark in ("right", "wrong", "none")]
    her.desk_taps("closed:supported")
    assert her.case is None
    assert her.kept.flags[key(her)].mark == ""


def test_marked_beside_the_closing_only_the_question_whether_to_close_is_left(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take").desk_taps("close").desk_taps(f"last_wrong:{key(her)}")
    assert her.kept.flags[key(her)].mark == "wrong"
    card = her.at_desk[-1]
    assert card.slot.startswith("card:")
    assert len(buttons(card)) == len(OUTCOMES) + 1
    her.desk_taps("keep").desk_taps("close")
    assert len(buttons(her.at_desk[-1])) == len(OUTCOMES) + 1


def test_a_call_back_closed_from_its_alert_is_asked_about_beside_it(her: Her) -> None:
    her.says(FEVER).desk_taps("done")
    assert her.case is None
    asked = questions(her)
    assert asked
    assert {send.to for send in asked} == {CASES}
    assert all(send.silent for send in asked)


def test_the_same_rule_at_the_same_level_is_one_flag(her: Her) -> None:
    her.says(DESPAIR).says(DESPAIR)
    assert len(her.kept.flags) == 1


@pytest.mark.parametrize("act", ["right", "right:", "right:00000000", "last_none:", "left:00000000", "last_closed"])
def test_a_mark_of_what_was_never_raised_is_nothing(her: Her, act: str) -> None:
    her.says(DESPAIR).desk_taps("take").desk_taps(act)
    assert her.effects == []


def test_a_case_opened_by_asking_has_no_mark(her: Her) -> None:
    her.says("Talk to a person").says("please write to me").desk_taps("take")
    assert her.kept.flags == {}
    assert questions(her) == []
    her.desk_taps("close")
    assert len(buttons(her.at_desk[-1])) == len(OUTCOMES) + 1
