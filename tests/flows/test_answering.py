"""How a person at the desk answers her, also where a case holds no word of hers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.desk.cases import waited
from flows.effects import CASES, NOW
from flows.model import Desk, Scene
from tests.talk import LIBRARY, MORNING, Her

ANSWER = "I am Gulru. I am here."
DESPAIR = "I don't want to live any more"


def desk_text(her: Her, key: str, **variables: object) -> str:
    return LIBRARY.text(her.desk_set.language, key, **variables)


def number_of(her: Her) -> int:
    assert her.case is not None
    return her.case.number


def topic_of(her: Her) -> str:
    return f"desk:case:{number_of(her)}"


def company() -> Her:
    return Her().joins().says("How I feel").taps("🙁 Heavy").taps("Yes").quietly()


def heaviest() -> Her:
    return Her().joins().says("How I feel").taps("😞 Very heavy").taps("Yes").quietly()


def loss() -> Her:
    return Her().joins().says("/sad").taps("Yes, let it stop").quietly()


def young() -> Her:
    her = Her().says("/start").taps("English")
    for typed in ("2", "2", "1"):
        her.says(typed)
    return her.quietly()


BY_TAPS = [company, heaviest, loss, young]


@pytest.mark.parametrize("opened", BY_TAPS)
def test_a_case_of_taps_alone_is_answered_by_its_card(opened: object) -> None:
    her: Her = opened()  # type: ignore[operator]
    number = number_of(her)
    her.desk_taps("take")
    assert not [line for line in her.kept.lines if line.voice == "hers"]
    her.desk_says(ANSWER, quoting=f"card:{number}")
    (heard,) = her.unheard
    assert heard.endswith(ANSWER)
    assert "replied" in her.records


def test_a_card_that_stands_in_no_map_is_known_by_its_heading() -> None:
    her = company().desk_taps("take")
    card = next(send.message.text for send in her.at_desk if send.slot.startswith("card:"))
    her.desk_says(ANSWER, quoted=card)
    assert her.unheard[-1].endswith(ANSWER)
    other = card.replace(str(number_of(her)), "99")
    her.quietly().desk_says("for us only", quoted=other).hears()


def test_the_card_or_alert_of_another_case_is_no_address() -> None:
    her = company().desk_taps("take")
    for slot in ("card:99", "alert:99"):
        her.desk_says("for us only", quoting=slot).hears()


def test_at_a_desk_without_topics_the_alert_of_a_taken_case_can_be_answered() -> None:
    her = company().desk_taps("take")
    her.desk_says(ANSWER, quoting=f"alert:{number_of(her)}")
    assert her.unheard[-1].endswith(ANSWER)


@pytest.mark.parametrize(("opened", "where"), [(company, CASES), (heaviest, NOW)])
def test_before_take_nothing_goes_and_the_moderator_hears_it(opened: object, where: str) -> None:
    her: Her = opened()  # type: ignore[operator]
    her.desk_says(ANSWER, quoting=f"alert:{number_of(her)}").hears()
    assert her.desk_sees(where)[-1] == desk_text(her, "desk.take_first", number=number_of(her))
    assert "replied" not in her.records


def test_under_an_alert_in_the_topic_of_alerts_staff_talk_with_each_other() -> None:
    her = heaviest().desk_taps("take")
    her.desk_says("Shall I help you with her?", quoting=f"alert:{number_of(her)}", thread=12).hears()
    assert her.desk_sees(NOW)[-1] == desk_text(her, "desk.in_its_topic", number=number_of(her))


def test_a_note_is_answered_once_with_how_to_reach_her() -> None:
    her = company().desk_taps("take")
    her.desk_says("Hello, how are you?").hears()
    assert her.desk_sees(topic_of(her))[-1] == desk_text(her, "desk.stays_here")
    before = len(her.at_desk)
    her.desk_says("A note for colleagues").hears()
    assert len(her.at_desk) == before
    assert [line.text for line in her.kept.lines if line.voice == "note"] == [
        "Hello, how are you?",
        "A note for colleagues",
    ]


def test_what_she_taps_or_shows_later_can_be_answered_where_it_is_told() -> None:
    her = company().desk_taps("take").says("How I feel").taps("😞 Very heavy").taps("Yes").quietly()
    told = her.at_desk[-1] if her.at_desk[-1].slot.startswith("hers:") else None
    told = told or next(send for send in reversed(her.at_desk) if send.slot == f"hers:{number_of(her)}:told")
    her.desk_says(ANSWER, quoting=told.slot)
    assert her.unheard[-1].endswith(ANSWER)


def test_words_for_a_closed_case_are_told_not_to_have_gone() -> None:
    her = company().desk_taps("take")
    number = number_of(her)
    her.desk_closes()
    her.desk_says(ANSWER, quoting=f"card:{number}").hears()
    assert her.desk_sees(CASES)[-1] == desk_text(her, "replies.reopen", number=number)
    her.desk_says("she was well", quoting=f"alert:{number}", thread=12).hears()
    assert her.case is None


# -- how long somebody waits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how_long", "said"),
    [
        (timedelta(minutes=0), "0 мин"),
        (timedelta(minutes=59, seconds=59), "59 мин"),
        (timedelta(minutes=60), "1 час"),
        (timedelta(hours=23, minutes=59), "23 часа"),
        (timedelta(days=1), "1 день"),
        (timedelta(minutes=11948), "8 дней 7 часов"),
    ],
)
def test_waiting_is_told_in_words(how_long: timedelta, said: str) -> None:
    scene = Scene(now=MORNING, person=Her().person, library=LIBRARY, desk=Desk())
    assert waited(scene, how_long) == said
