"""The flow that plays every instrument: item by item, back, skip, rather not say, left open; what is kept and told."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from msgspec import structs

from flows.checkins import follow, screening
from flows.effects import Flag, Keep, Send
from flows.model import Scene
from flows.script import Ask, Given
from tests.beginnings import member
from tests.explore import Walker
from tests.screened import UNSAID, answers, begins, kept, with_person, with_profile
from tests.talk import LIBRARY, MORNING, Her

CALM = {"whooley": [0, 0, 0], "phq9": [0] * 9, "gad7": [0] * 7, "who5": [4] * 5}
HEAVY = {"whooley": [1, 1, 1], "phq9": [2] * 8 + [0], "gad7": [2] * 7, "who5": [0] * 5}
MOST_TAPS = {"whooley": 5, "phq9": 11, "gad7": 8, "who5": 5}
"""Once it is open; whether she opens it, now or later, is one more."""
HARM = [0] * 8 + [1]


@pytest.fixture
def her() -> Walker:
    return member("en", LIBRARY)


def open_question(her: Walker) -> str:
    return her.kept.places[-1].question if her.kept.places else ""


# -- taps, edits, back -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [CALM, HEAVY], ids=["calm", "heavy"])
@pytest.mark.parametrize("id", sorted(CALM))
def test_a_check_in_is_no_longer_than_it_says(her: Walker, id: str, how: dict[str, list[int]]) -> None:
    answers(begins(her, id), how[id])
    taps = len(how[id])
    while open_question(her) in {"dying", "help"}:
        her.taps("No")
        taps += 1
    assert taps <= MOST_TAPS[id]
    assert open_question(her) in {"", "offer", "unseen"}


def test_the_longest_way_through_phq9_is_eleven_taps(her: Walker) -> None:
    answers(begins(her, "phq9"), [2, 2, 2, 2, 2, 0, 0, 0, None])
    her.taps("No").taps("Yes")
    assert open_question(her) == ""


def test_the_questions_are_edited_in_place_and_one_stands_at_a_time(her: Walker) -> None:
    begins(her, "phq9")
    for _ in range(8):
        answers(her, [1])
        to_her = [effect for effect in her.effects if isinstance(effect, Send) and effect.to == "her"]
        assert [send.edit for send in to_her] == [True]
    assert len(her.standing) == 1


def test_back_undoes_the_last_answer_and_nothing_was_kept_before_the_end(her: Walker) -> None:
    answers(begins(her, "gad7"), [3, 3])
    her.taps("Back").taps("Not at all")
    assert kept(her) == {}
    answers(her, [0] * 5)
    assert kept(her)["gad7.2"] == 0
    assert kept(her)["gad7.result"]["score"] == 3


def test_answers_may_be_typed_by_number_and_by_word(her: Walker) -> None:
    begins(her, "phq9").says("2").says("not at all").says("nearly every day").says("skip").says("back")
    assert open_question(her) == "phq9.4"
    assert her.kept.places[-1].answers == {"phq9.1": "1", "phq9.2": "0", "phq9.3": "3"}


# -- every pattern of open questions -------------------------------------------------------------------------------


def steps_of(id: str, pattern: tuple[str | None, ...], after: str) -> tuple[list[str], list[Any]]:
    """Play the flow alone, quickly: the questions it put and the effects that followed."""
    walker = member("en", LIBRARY)
    scene = Scene(now=MORNING, person=walker.person, library=LIBRARY, desk=walker.desk_set)
    script = screening.FLOW.play(scene, screening.about(id, "open", "asked"))
    asked, effects, value = list[str](), list[Any](), None
    given = iter(pattern)
    for _ in range(200):
        try:
            step = script.send(value)
        except StopIteration:
            return asked, effects
        value = None
        match step:
            case Given(value=seen):
                value = seen
            case Ask(question=question) if question.startswith(f"{id}."):
                asked.append(question)
                value = next(given)
            case Ask(question=question):
                asked.append(question)
                value = after
            case _:
                effects.append(step)
    raise AssertionError(f"{id} does not end: {asked}")


@pytest.mark.parametrize("after", ["yes", "no", "unsaid"])
@pytest.mark.parametrize("id", sorted(CALM))
def test_every_pattern_of_answered_and_open_questions_ends_and_is_kept_truly(id: str, after: str) -> None:
    items = len(CALM[id])
    for pattern in product(("1", None), repeat=items):
        mixed = tuple("unsaid" if value is None and at % 2 else value for at, value in enumerate(pattern))
        asked, effects = steps_of(id, mixed, after)
        assert len(asked) == len(set(asked))
        answered = {effect.question: effect.value for effect in effects if isinstance(effect, Keep)}
        for at, value in enumerate(mixed):
            name = asked[at]
            expected = {"1": 1, "unsaid": "unsaid"}.get(value or "")
            assert answered.get(name) == expected, "what she passed over is kept as nothing"
        counted = [value for at, value in enumerate(mixed) if value == "1" and not asked[at].endswith("worry")]
        assert answered[f"{id}.result"]["answered"] == len(counted)


# -- acts at once ------------------------------------------------------------------------------------------------------


def test_the_ninth_question_acts_at_once_whatever_the_total(her: Walker) -> None:
    answers(begins(her, "phq9"), HARM)
    assert [effect.question for effect in her.effects if isinstance(effect, Keep)][-1] == "phq9.result"
    assert her.case is not None
    assert (her.case.level, her.case.category) == ("concern", follow.DYING)
    assert "Несколько дней" in her.kept.lines[0].text, "the desk reads her answer in its own language"
    assert "1 из 27" in her.kept.lines[0].text
    her.is_due("silence")
    assert her.case.level == "urgent"


@pytest.mark.parametrize(("answer", "level"), [("Yes", "urgent"), ("I'd rather not say", "urgent"), ("No", "concern")])
def test_what_she_answers_then_counts_as_after_words_about_dying(her: Walker, answer: str, level: str) -> None:
    answers(begins(her, "phq9"), HARM)
    her.taps(answer)
    assert her.case is not None
    assert her.case.level == level
    assert "silence" not in her.kept.due


@pytest.mark.parametrize("typed", [UNSAID["en"], "Skip"])
def test_passed_over_the_ninth_question_is_asked_on_its_own(her: Walker, typed: str) -> None:
    answers(begins(her, "phq9"), [0] * 8).says(typed).quietly()
    assert open_question(her) == "dying"
    assert "silence" not in her.kept.due, "she was asked, and said nothing of dying"
    her.taps(UNSAID["en"]).hears("safety.after_no")
    assert her.case is not None
    assert her.case.level == "watch"
    assert kept(her)["phq9.safety"] == "unsaid"


@pytest.mark.parametrize("answer", ["Yes", "Help now", "it has been on my mind at night"])
def test_the_safety_question_of_the_door_calls_a_person_and_ends_the_questions(her: Walker, answer: str) -> None:
    answers(begins(her, "whooley"), [1, 1, 0]).quietly()
    her.says(answer).hears("safety.after_yes", "who.open", "reach.alone")
    assert her.case is not None
    assert (her.case.level, her.case.category) == ("urgent", follow.DYING)
    assert kept(her)["whooley.safety"] in {"yes", "help", "words"}
    her.taps("Yes").taps("No").hears("reach.tonight", "reach.tonight_no")
    assert open_question(her) == ""


def test_it_is_asked_of_who_says_no_to_everything(her: Walker) -> None:
    answers(begins(her, "whooley"), [0, 0, 0])
    assert open_question(her) == "dying"
    her.quietly().taps("No").hears("screening.thanks")
    assert her.case is None


# -- the help question chooses the way and blocks nothing --------------------------------------------------------------


@pytest.mark.parametrize("answer", ["Yes", "No", "Skip"])
def test_the_next_questions_come_whatever_she_says_about_help(her: Walker, answer: str) -> None:
    answers(begins(her, "whooley"), [1, 0, 0])
    her.taps("No").taps(answer)
    assert open_question(her) == "offer"
    assert (her.case is not None) == (answer == "Yes")
    her.taps("Now")
    assert open_question(her) == "phq9.1"


def test_a_no_does_not_take_back_what_the_score_brought_and_the_desk_knows_it(her: Walker) -> None:
    answers(begins(her, "phq9"), HEAVY["phq9"][:5] + [0] * 4).quietly()
    her.taps("No").hears("screening.no_ok")
    assert her.case is not None
    assert her.case.level == "concern"
    assert "нет" in her.kept.lines[-1].text


def test_another_day_keeps_them_owed_and_answering_settles_it(her: Walker) -> None:
    answers(begins(her, "whooley"), [0, 1, 0])
    her.taps("No").taps("No").quietly().taps("Another day").hears("screening.later_ok")
    assert her.person.profile.owed == ("phq9:whooley",)
    answers(begins(her.waits(days=2), "phq9", "knock", "whooley").taps("Open"), CALM["phq9"])
    assert her.person.profile.owed == ("gad7:phq9",)
    answers(begins(her.waits(days=2), "gad7", "knock", "phq9").taps("Open"), CALM["gad7"])
    assert her.person.profile.owed == ()
    assert [done.of for done in her.person.profile.checked] == ["whooley", "phq9", "gad7"]


def test_what_was_asked_lately_is_not_asked_again(her: Walker) -> None:
    answers(begins(her, "phq9"), CALM["phq9"])
    answers(begins(her.waits(days=13), "whooley"), [1, 1, 1])
    her.taps("No").taps("No")
    assert open_question(her) == ""


# -- for whom ------------------------------------------------------------------------------------------------------


def test_a_grandmother_is_led_to_the_door_and_to_a_person_and_no_further(her: Walker) -> None:
    with_person(her, role="grandmother")
    answers(begins(her, "who5"), [0] * 5)
    her.taps("Now")
    answers(her, [1, 1, 1])
    her.taps("No")
    assert open_question(her) == "help"
    her.taps("No")
    assert open_question(her) == ""


def test_of_a_father_the_desk_is_told_that_the_thresholds_are_not_his(her: Walker) -> None:
    with_person(her, role="father")
    answers(begins(her, "phq9"), HEAVY["phq9"])
    assert LIBRARY.text("ru", "desk.why.father_score") in her.kept.lines[0].text


@pytest.mark.parametrize(("language", "validated"), [("en", True), ("ru", False), ("tg", False)])
def test_a_wording_nobody_has_studied_is_marked_with_the_result_and_on_the_card(language: str, validated: bool) -> None:
    her = member(language, LIBRARY)
    answers(begins(her, "phq9", "open", "week_12"), HEAVY["phq9"])
    result = kept(her)["phq9.result"]
    assert (result["validated"], result["language"], result["version"]) == (validated, language, "2")
    assert (result["score"], result["band"], result["reason"]) == (16, "moderately_severe", "week_12")
    assert (LIBRARY.text("ru", "desk.why.unvalidated") in her.kept.lines[0].text) is not validated


# -- knocks, shared phones, left open ------------------------------------------------------------------------------


def test_what_comes_by_itself_knocks_with_a_neutral_line(her: Walker) -> None:
    begins(her, "phq9", "knock", "week_12").hears("screening.knock")
    her.taps("Open")
    assert "2 weeks" in her.unheard[0]
    assert list(her.keyboard)[-2:] == ["Nearly every day", UNSAID["en"]], "there is nothing to go back to"


def test_on_a_shared_phone_no_answer_stands_under_its_question(her: Walker) -> None:
    with_profile(her, shared=True)
    answers(begins(her, "gad7"), [3] * 7)
    assert not any("Nearly every day" in text for text in her.standing.values())
    opener, words = (LIBRARY.text("en", f"screening.{key}") for key in ("opener", "carry"))
    assert f"{opener}\n\n{words}" in her.unheard


@pytest.mark.parametrize(("id", "days"), [("phq9", 14), ("gad7", 14), ("who5", 14), ("whooley", 30)])
def test_left_open_it_is_let_go_when_its_answers_would_be_about_other_weeks(her: Walker, id: str, days: int) -> None:
    answers(begins(her, id), [1])
    stale = f"{her.kept.places[-1].talk}:{open_question(her)}:1"
    her.waits(days=days - 1).taps_data(stale)
    assert open_question(her) not in {"", "mood"}
    later = f"{her.kept.places[-1].talk}:{open_question(her)}:1"
    her.waits(days=2).quietly().taps_data(later).hears("tap.old")
    assert her.kept.places == []
    (left,) = her.person.profile.checked
    whole = id == "whooley"  # both its own questions were answered, that about worry was not
    assert (left.of, left.score, left.band) == (id, 2 if whole else None, "yes" if whole else "")
    assert kept(her)[f"{id}.1"] == 1


def test_a_new_one_takes_the_place_of_one_left_open(her: Walker) -> None:
    answers(begins(her, "phq9"), [1, 1])
    begins(her.waits(days=1), "gad7")
    assert [place.about for place in her.kept.places] == ["gad7:open:asked"]


@pytest.mark.parametrize("id", ["nosuch", "pulse"])
def test_one_that_was_taken_away_or_has_no_score_ends_in_silence(her: Walker, id: str) -> None:
    begins(her, id)
    assert her.kept.places == []
    assert her.unheard == []


def test_stop_ends_it_and_words_of_despair_are_heard_in_the_midst_of_it(her: Walker) -> None:
    answers(begins(her, "phq9"), [1, 1]).says("I don't want to live any more")
    assert her.case is not None
    assert open_question(her) == "dying"
    her.says("/stop")
    assert her.kept.places == []


# -- WHO-5 over time -------------------------------------------------------------------------------------------------


def test_a_fall_that_holds_offers_the_door_and_tells_nobody(her: Walker) -> None:
    for values in ([4] * 5, [3, 3, 3, 3, 2], [3, 3, 3, 3, 2]):
        answers(begins(her.waits(days=20), "who5"), values)
    assert open_question(her) == "offer"
    assert her.case is None
    assert not any(isinstance(effect, Flag) for effect in her.effects)


# -- the pulse -------------------------------------------------------------------------------------------------------


def pulses(her: Walker) -> str:
    """She answers a face; which second tap came, if any."""
    her.quietly().says("How I feel").taps("🙂 Good")
    if open_question(her) != "second":
        return ""
    asked = her.unheard[-1]
    her.taps("Skip")
    items = LIBRARY.instruments["pulse"].structure.items
    return next(item.id for item in items if item.text == asked)


def test_the_second_tap_goes_round_one_a_week(her: Walker) -> None:
    with_person(her, stage="child")
    assert [pulses(her.waits(days=7)) for _ in range(5)] == ["sleep", "worry", "helped", "close", "sleep"]


@pytest.mark.parametrize("told", [{"stage": "expecting"}, {"stage": "child", "lost": True}])
def test_nobody_without_a_child_in_her_arms_is_asked_how_close_it_is(her: Walker, told: dict[str, Any]) -> None:
    with_person(her, stage=told["stage"])
    if told.get("lost"):
        with_profile(her, lost_at=MORNING - timedelta(days=60))
    assert [pulses(her.waits(days=7)) for _ in range(4)] == ["sleep", "worry", "helped", "sleep"]


def test_the_pulse_is_one_tap_or_two(her: Walker) -> None:
    her.says("How I feel").taps("🙂 Good")
    assert open_question(her) == "second"
    her.taps("Well").quietly()
    assert open_question(her) == "", "two taps"
    her.waits(days=1).says("How I feel").taps("🙂 Good")
    assert open_question(her) == "", "one tap"
    her.waits(days=7).says("How I feel").taps("Skip")
    assert open_question(her) == ""


def test_faces_twice_in_a_week_bring_one_second_tap(her: Walker) -> None:
    assert [pulses(her), pulses(her.waits(days=1)), pulses(her.waits(days=6))] == ["sleep", "", "worry"]


def test_its_answer_is_kept_beside_the_face(her: Walker) -> None:
    her.says("How I feel").taps("😊 Very good").taps("Badly")
    assert kept(her) == {"pulse.mood": 5, "pulse.sleep": 1}


def test_low_faces_in_a_row_are_counted_and_a_better_one_ends_them(her: Walker) -> None:
    for face, lows in (("🙁 Heavy", 1), ("🙁 Heavy", 2), ("😐 In between", 0)):
        her.waits(days=7).says("How I feel").taps(face)
        her.taps("No" if lows else "Skip")
        assert her.person.profile.lows == lows


def test_a_low_face_is_followed_by_company_and_no_second_tap(her: Walker) -> None:
    her.says("How I feel").taps("🙁 Heavy")
    assert open_question(her) == "company"
    assert structs.asdict(her.person.profile)["second"] == ""


# -- who writes, and when ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("score", "told"), [(12, "who.day"), (16, "who.soon")])
def test_who_wants_a_person_hears_when_one_will_write(her: Walker, score: int, told: str) -> None:
    answers(begins(her, "phq9"), [2] * (score // 2) + [0] * (9 - score // 2)).quietly()
    her.taps("Yes").hears(told)


def test_with_the_gravest_score_nobody_waits_for_her_yes(her: Walker) -> None:
    answers(begins(her, "gad7"), [3] * 6)
    her.quietly()
    answers(her, [3])
    her.hears("screening.carry", "who.open", "reach.alone")
    assert her.kept.due["page"]


def test_on_a_shared_phone_an_open_question_does_not_wait_for_whoever_takes_it_up_next() -> None:
    told = {"shared": True, "doors": {}, "put": {}}
    her = Her().joins()
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, **told))
    her.is_due("session").taps("Open").quietly()
    her.is_due("session").taps("Open").quietly()
    (place,) = [place for place in her.kept.places if place.flow == screening.NAME]
    assert place.question.startswith("whooley.")
    her.waits(minutes=31).says("/week").quietly()
    assert not [place for place in her.kept.places if place.flow == screening.NAME]
    assert her.person.profile.owed == ("whooley:birth_5w",)
