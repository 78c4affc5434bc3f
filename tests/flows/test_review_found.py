"""What may not be lost: answers to what was put before a change of ours, a check-in put off, a wish for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from flows.checkins import follow
from flows.checkins.instruments import Result
from flows.programme import calendar
from tests.screened import SLEEP, answers, begins, with_profile
from tests.talk import LIBRARY, MORNING, Her, to_her

NEW = {"check_in", "turn", "after_pulse"}
"""Facts that talks begun before check-ins came do not have."""


@pytest.fixture
def her() -> Her:
    return Her().joins()


def questions(her: Her) -> list[tuple[str, str]]:
    return [(place.flow, place.question) for place in her.kept.places]


def begun_before(her: Her) -> Her:
    """Her open talks are from before check-ins came, and by now it is time for one."""
    her.kept.places = [
        structs.replace(place, facts={name: fact for name, fact in place.facts.items() if name not in NEW})
        for place in her.kept.places
    ]
    return with_profile(her, owed=("phq9:low",))


def at_faces(her: Her, flow: str) -> Her:
    """The faces as they come at the end of the week's third page, or alone after a loss."""
    if flow == "pulse":
        with_profile(her, lost_at=MORNING - timedelta(weeks=6), mourned=None)
    pages = 2 if flow == "pulse" else 3  # the first row comes in her first week: too early for the pulse alone
    for _ in range(pages):
        her.is_due("session").quietly()
    her.taps("Open").quietly()
    assert questions(her)[-1] == (flow, "mood")
    return her


# -- talks begun before check-ins came ---------------------------------------------------------------------------------


@pytest.mark.parametrize("flow", ["session", "pulse"])
def test_a_face_put_before_check_ins_came_is_answered(her: Her, flow: str) -> None:
    begun_before(at_faces(her, flow)).taps("🙁 Heavy").hears("pulse.company")
    assert her.person.profile.lows == 1


@pytest.mark.parametrize("flow", ["session", "pulse"])
def test_so_is_the_safety_question_after_it(her: Her, flow: str) -> None:
    begun_before(at_faces(her, flow).taps("😞 Very heavy").quietly())
    her.taps("Yes").quietly()
    assert her.case is not None
    assert her.case.level == "urgent"


def test_a_page_offered_behind_the_faces_opens_although_there_was_no_second_tap(her: Her) -> None:
    at_faces(her, "session").taps("🙂 Good").taps("Skip").quietly()
    while questions(her) and questions(her)[-1][1].partition(".")[0] != "another":
        her.taps({"research": "No", "second": "Skip"}.get(questions(her)[-1][1], "No"))
    place = her.kept.places[-1]
    with_profile(her, second="", second_at=None)
    without = {name: answer for name, answer in place.answers.items() if name != "second"}
    her.kept.places = [structs.replace(place, answers=without)]
    begun_before(her).quietly().taps("Open that page")
    assert SLEEP[1:] not in her.unheard


# -- one check-in at a time --------------------------------------------------------------------------------------------


def test_one_left_half_way_gives_way_to_the_next(her: Her) -> None:
    with_profile(her, put={})
    answers(begins(her, "whooley"), [1, 1, 0])
    her.taps("No").taps("No").taps("Now").quietly()  # the safety question, a person, the longer one
    answers(her, [1, 1])
    assert questions(her)[-1] == ("screening", "phq9.3")
    her.is_due("session").is_due("session").taps("Open").quietly()
    assert [flow for flow, _ in questions(her)].count("screening") == 1, questions(her)


def test_a_question_about_her_safety_stays_open_beside_the_next(her: Her) -> None:
    answers(begins(her, "whooley"), [0, 0, 0])
    assert questions(her)[-1] == ("screening", "dying")
    tap = f"{her.kept.places[-1].talk}:dying:yes"
    begins(her, "who5").waits(days=31).taps_data(tap)
    assert her.case is not None
    assert her.case.level == "urgent"


def test_what_she_puts_off_is_kept(her: Her) -> None:
    with_profile(her, owed=("phq9:low",))
    her.is_due("session").is_due("session").taps("Open").taps("Another day").quietly()
    assert her.person.profile.owed == ("phq9:low",)


# -- beneath a page that comes whole -----------------------------------------------------------------------------------


def test_no_question_beneath_a_page_lights_up_with_it(her: Her) -> None:
    with_profile(her, knocks=False)
    her.is_due("session").taps("Go on").taps("Show it").quietly()
    answers(begins(her, "phq9"), [1] * 8)
    her.is_due("session")
    pushed = [send.message.text for send in to_her(her.effects) if send.push]
    assert len(pushed) == 1, pushed


def test_nor_is_another_page_offered_with_it(her: Her) -> None:
    with_profile(her, knocks=False)
    her.is_due("session").is_due("session")
    pushed = [send.message.text for send in to_her(her.effects) if send.push]
    assert len(pushed) == 1, pushed
    assert her.person.profile.waiting == ("1:0",)


# -- a wish for a person -----------------------------------------------------------------------------------------------


def test_a_yes_to_a_person_after_the_desk_has_closed_the_case_opens_one(her: Her) -> None:
    answers(begins(her, "phq9"), [2] * 5 + [0] * 4).quietly()
    assert questions(her)[-1] == ("screening", "help")
    her.desk_taps("take").desk_closes().quietly()
    assert her.case is None
    her.taps("Yes").quietly()
    assert her.case is not None
    assert her.case.level == "concern"


def test_a_yes_to_worry_never_makes_a_result_lighter() -> None:
    phq9 = LIBRARY.instruments["phq9"]
    items = (structs.replace(phq9.structure.items[0], special="worry"), *phq9.structure.items[1:])
    plugged = structs.replace(phq9, structure=structs.replace(phq9.structure, items=items, licence_holder="somebody"))
    result = Result(answered=9, asked=9, score=25, band="urgent", floor="urgent")
    assert follow.row_of(plugged, result, {"1": 3}) is follow.URGENT


# -- a loss nobody has told of -----------------------------------------------------------------------------------------


def test_notes_after_an_older_loss_do_not_come_for_one_she_has_not_confirmed(her: Her) -> None:
    with_profile(her, lost_before=True, mourned=10, child="2026-02")
    her.says("my baby died").quietly()
    for _ in range(40):
        if her.person.profile.lost_at is not None or "session" not in her.kept.due:
            break
        her.is_due("session").quietly()
    assert her.person.profile.lost_at is not None
    her.kept.case = None
    for _ in range(12):
        her.is_due("session").quietly()
        assert not [flow for flow, _ in questions(her) if flow == "mourning"]


def test_no_question_she_had_opened_lights_up_after_an_outage(her: Her) -> None:
    answers(begins(her, "phq9"), [1] * 8)
    her.kept.due["late"] = (her.now + timedelta(hours=8), calendar.WEEKLY_ALONE)
    her.quietly().is_due("late").hears()


def test_an_answer_about_dying_is_met_at_once_wherever_it_stands(her: Her) -> None:
    phq9 = LIBRARY.instruments["phq9"]
    items = (phq9.structure.items[-1], *phq9.structure.items[:-1])
    first = structs.replace(phq9, structure=structs.replace(phq9.structure, items=items))
    her.library = structs.replace(LIBRARY, instruments={**LIBRARY.instruments, "phq9": first})
    answers(begins(her, "phq9").quietly(), [2]).hears("screening.harm")
    assert her.case is not None
    assert her.case.level == "urgent"
