"""A check-in that a moderator asks for: it knocks in her hours, its answers reach the case, and nothing else brings one."""

from __future__ import annotations

import pytest
from msgspec import structs

from flows.checkins import times
from flows.desk.putting import OFFERED
from flows.model import Scene
from tests.talk import LIBRARY, Her

PILLS = "I took all the pills"


def tell(key: str, **variables: object) -> str:
    return LIBRARY.text("ru", key, **variables)


def topic(her: Her) -> list[str]:
    return [send.message.text for send in her.at_desk if send.to.startswith("desk:case:")]


@pytest.fixture
def her() -> Her:
    return Her().joins().says(PILLS).quietly().desk_taps("take").quietly()


def test_it_knocks_and_what_she_answers_is_told_in_the_case(her: Her) -> None:
    her.desk_taps("check_in:phq9").is_due("check_in").hears("screening.knock").taps("Open").quietly()
    for _ in range(9):
        her.says("1").quietly()
    name = LIBRARY.instruments["phq9"].structure.name
    said = tell("putting.answered", result="")
    assert [text for text in topic(her) if text.startswith(said) and name in text], topic(her)


def test_where_nobody_has_the_case_any_more_it_waits_on_the_card_and_not_under_the_alert(her: Her) -> None:
    her.desk_taps("check_in:who5").is_due("check_in").taps("Open").quietly()
    her.desk_taps("pass")
    assert her.case is not None
    assert her.case.state == "open"
    before = len(her.at_desk)
    for _ in range(5):
        her.says("1").quietly()
    name = LIBRARY.instruments["who5"].structure.name
    seen = [send.message.text for send in her.at_desk[before:] if not send.to.startswith("desk:case:")]
    assert not [text for text in seen if name in text], seen
    assert [line.text for line in her.kept.lines if line.voice == "flag" and name in line.text]


def test_outside_her_hours_it_waits(her: Her) -> None:
    her.waits(hours=14).desk_taps("check_in:whooley")
    moment, _ = her.kept.due["check_in"]
    assert 16 <= moment.astimezone(her.person.tz).hour < 20
    her.is_due("check_in").hears("screening.knock")


def test_of_a_closed_case_it_does_not_come_any_more(her: Her) -> None:
    her.desk_taps("check_in:phq9")
    her.kept.case = None
    her.is_due("check_in").hears()


def test_by_itself_none_comes_while_a_case_is_open(her: Her) -> None:
    her.waits(days=3)
    scene = Scene(now=her.now, person=her.person, library=LIBRARY, desk=her.desk_set, case=her.case)
    assert times.due(scene) == ""


def test_only_what_is_for_her_can_be_chosen(her: Her) -> None:
    her.kept.person = structs.replace(her.person, role="grandmother")
    her.desk_taps("check_in")
    labels = {key.label for row in her.at_desk[-1].message.buttons for key in row}
    names = {id: LIBRARY.instruments[id].structure.name for id in OFFERED}
    fitting = {names[id] for id in OFFERED if "grandmother" in LIBRARY.instruments[id].structure.whom}
    assert labels & set(names.values()) == fitting
    her.desk_taps("check_in:phq9")
    assert "check_in" not in her.kept.due
