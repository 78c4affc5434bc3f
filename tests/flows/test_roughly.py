"""A check-in roughly handled: old buttons, double taps, nonsense, forged answers, another language, gone in the middle."""

from __future__ import annotations

import pytest

from flows.model import Place
from tests.beginnings import member
from tests.explore import Walker
from tests.screened import answers, begins, kept, with_person, with_profile
from tests.talk import LIBRARY

DESPAIR = "I don't want to live any more"


@pytest.fixture
def her() -> Walker:
    return member("en", LIBRARY)


def open_place(her: Walker) -> Place:
    return her.kept.places[-1]


def button(her: Walker, value: object) -> str:
    place = open_place(her)
    return f"{place.talk}:{place.question}:{value}"


def test_every_old_button_of_one_that_is_over_says_that_it_is_old(her: Walker) -> None:
    old = []
    begins(her, "gad7")
    for _ in range(4):
        old += [button(her, value) for value in (0, 3, "unsaid", "~skip", "~back")]
        answers(her, [1])
    her.waits(days=20).says("/menu").quietly()
    before = (her.person.profile.checked, len(her.beside))
    for data in old:
        her.waits(minutes=1).taps_data(data).hears("tap.old")
    assert (her.person.profile.checked, len(her.beside)) == before
    assert her.kept.places == []


def test_a_second_tap_on_the_same_button_answers_nothing_twice(her: Walker) -> None:
    begins(her, "phq9")
    for at in range(9):
        data = button(her, 1 if at < 8 else 0)
        her.taps_data(data)
        stood, said = list(her.kept.places), dict(her.standing)
        her.taps_data(data)
        assert [place.question for place in her.kept.places] == [place.question for place in stood]
        assert her.standing == said
    assert kept(her)["phq9.result"]["score"] == 8
    assert len(her.person.profile.checked) == 1


@pytest.mark.parametrize("value", [4, -1, "99", "yes", "~back", "", "0:1"])
def test_a_forged_answer_is_none(her: Walker, value: object) -> None:
    begins(her, "phq9")
    her.taps_data(button(her, value))
    assert open_place(her).question == "phq9.1"
    assert open_place(her).answers == {}


def test_an_answer_to_another_question_than_the_open_one_is_none(her: Walker) -> None:
    talk = open_place(begins(her, "phq9")).talk
    for question in ("phq9.9", "gad7.1", "phq9.result", "dying", "help"):
        her.taps_data(f"{talk}:{question}:3")
    assert open_place(her).answers == {}
    assert her.case is None


def test_nonsense_moves_nothing_and_the_question_can_still_be_answered(her: Walker) -> None:
    answers(begins(her, "phq9"), [1]).quietly()
    words_of_it = f"={her.standing[f'talk:{open_place(her).talk}']}"
    for words in ("бале-не", "7", "🙃🙃🙃", "nearly", "-1", "1,5"):
        her.says(words).hears("said.bot", *([words_of_it] if words == "бале-не" else []))
        assert open_place(her).answers == {"phq9.1": "1"}
    her.says("several days")
    assert open_place(her).question == "phq9.3"


def test_red_words_in_the_midst_of_it_come_first_and_what_she_had_answered_is_not_lost(her: Walker) -> None:
    answers(begins(her, "phq9"), [3, 3, 3, 3]).says(DESPAIR)
    assert open_place(her).question == "dying"
    assert her.case is not None
    number = her.case.number
    her.taps("No").is_due("left")
    assert her.case.number == number, "the points join the case there is"
    assert [line for line in her.kept.lines if line.voice == "flag" and "12 из 27" in line.text]
    her.says("/stop")
    assert kept(her)["phq9.result"]["answered"] == 4


def test_another_language_in_the_middle_keeps_her_answers_and_is_not_called_studied() -> None:
    her = member("ru", LIBRARY)
    answers(begins(her, "phq9"), [1, 1, 1])
    with_tg = LIBRARY.instruments["phq9"]
    her.says("/language").taps("Тоҷикӣ").quietly()
    assert her.person.language == "tg"
    her.says("/start")
    assert with_tg.asks(with_tg.structure.item("4"), "tg") in her.unheard[-1]
    answers(her, [1] * 5 + [0])
    result = kept(her)["phq9.result"]
    assert (result["score"], result["language"], result["validated"]) == (8, "tg", False)
    assert not her.person.profile.checked[-1].validated


def test_nor_is_it_where_it_was_begun_in_words_nobody_has_studied() -> None:
    her = member("tg", LIBRARY)
    answers(begins(her, "phq9"), [1, 1, 1]).says("/language").taps("Русский").says("/start")
    answers(her, [1] * 5 + [0])
    assert kept(her)["phq9.result"]["validated"] is False


def test_a_no_to_being_forgotten_leaves_it_as_it_was(her: Walker) -> None:
    answers(begins(her, "phq9"), [2, 2]).says("/delete").taps("No, keep it")
    assert open_place(her).question == "phq9.3"
    answers(her, [0] * 7)
    assert kept(her)["phq9.result"]["score"] == 4


def test_forgotten_in_the_middle_nothing_of_it_is_kept(her: Walker) -> None:
    answers(begins(her, "phq9"), [3] * 8).says("/delete").taps("Yes, delete it")
    her.is_due("delete")
    assert kept(her) == {}
    assert her.case is None


def test_blocked_in_the_middle_her_points_still_reach_the_desk(her: Walker) -> None:
    answers(begins(her, "phq9"), [3, 3, 3, 3]).leaves()
    her.is_due("left").quietly()
    assert her.case is not None
    her.is_due("left").hears()
    assert kept(her)["phq9.result"]["left"] is True


def test_so_many_talks_on_top_of_it_that_it_falls_off_lose_nothing(her: Walker) -> None:
    answers(begins(her, "phq9"), [3, 3, 3, 3])
    for wish in ("/person", "/delete", "/sad", "/born", "/feel", "/circle", "/contact"):
        her.says(wish)
    assert not [place for place in her.kept.places if place.flow == "screening"]
    assert kept(her)["phq9.result"]["answered"] == 4
    assert her.case is not None
    assert her.case.category == "score"


def test_news_of_a_birth_in_the_middle_keeps_what_she_had_answered(her: Walker) -> None:
    with_person(with_profile(her, programme="bumps", child="2026-03"), stage="expecting")
    answers(begins(her, "whooley"), [1])
    her.says("/born").taps("This month")
    assert not [place for place in her.kept.places if place.flow == "screening"]
    assert kept(her)["whooley.result"]["answered"] == 1
    assert her.person.profile.owed == ("phq9:whooley",)


def test_hours_of_going_back_and_forth_end_in_one_result(her: Walker) -> None:
    begins(her, "gad7")
    for _ in range(6):
        answers(her, [3]).waits(minutes=20).taps("Back")
    assert open_place(her).answers == {}
    her.is_due("left")
    assert her.case is None, "what she took back counts for nothing"
    answers(her, [0] * 7)
    assert kept(her)["gad7.result"]["score"] == 0
    assert "left" not in her.kept.due
