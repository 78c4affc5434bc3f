"""More questions at her own wish: what comes, what rests, and when a kind word stands in their place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from flows.desk.putting import KEY
from flows.model import Case, Checked
from tests.beginnings import member
from tests.explore import Walker
from tests.screened import answers, kept, with_person, with_profile
from tests.talk import LIBRARY, MORNING

LANGUAGES = ("en", "ru", "tg")
MORE = LIBRARY.text("en", "feel.more")


@pytest.fixture
def her() -> Walker:
    return member("en", LIBRARY)


def wishes(her: Walker, language: str = "en") -> Walker:
    her.says(LIBRARY.text(language, "menu.feel")).quietly()
    return her.taps(LIBRARY.text(language, "feel.more"))


def open_one(her: Walker) -> str:
    """The check-in in front of her, and at which question."""
    return her.kept.places[-1].question if her.kept.places else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_she_is_asked_at_once_and_without_a_knock(language: str) -> None:
    her = wishes(member(language, LIBRARY), language)
    assert open_one(her) == "phq9.1"
    assert her.unheard[-1].startswith(LIBRARY.text(language, "screening.begin"))
    answers(her, [0] * 9)
    assert kept(her)["phq9.result"]["reason"] == "asked"
    assert her.person.profile.put["phq9"] == her.now


def test_it_may_be_typed_as_every_button(her: Walker) -> None:
    her.says("How I feel").says("more questions")
    assert open_one(her) == "phq9.1"


def test_one_sitting_at_a_time_and_then_a_kind_word_and_the_way_to_a_person(her: Walker) -> None:
    answers(wishes(her), [0] * 9)
    answers(wishes(her.waits(hours=1)), [0] * 7)
    assert open_one(her) == ""
    wishes(her.waits(hours=1).quietly()).hears("feel.more_rests")
    wishes(her.waits(days=6).quietly()).hears("feel.more_rests")
    wishes(her.waits(days=1))
    assert open_one(her) == "who5.1", "not in the week of the deeper questions"
    answers(her, [4] * 5)
    wishes(her.waits(days=6).quietly()).hears("feel.more_rests")
    wishes(her.waits(days=1))
    assert open_one(her) == "phq9.1", "fourteen days after the last"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_kind_words_name_the_way_to_a_person(language: str) -> None:
    for key in ("feel.more_rests", "feel.more_waits"):
        words = LIBRARY.text(language, key)
        assert LIBRARY.text(language, "menu.person") in words
        assert "/person" in words


def test_what_was_put_and_not_answered_rests_as_well(her: Walker) -> None:
    late = {"phq9": MORNING - timedelta(days=13), "gad7": MORNING - timedelta(days=13), "who5": MORNING}
    wishes(with_profile(her, put=late)).hears("feel.more_rests")


def test_what_she_has_open_comes_again_and_nothing_she_answered_is_lost(her: Walker) -> None:
    answers(wishes(her), [2, 2, 2])
    wishes(her.waits(hours=3).quietly())
    assert open_one(her) == "phq9.4"
    answers(her, [0] * 6)
    assert kept(her)["phq9.result"]["score"] == 6


def test_never_beside_a_case_unless_a_moderator_asks(her: Walker) -> None:
    her.kept.case = Case(number=12345, level="concern", category="asked", opened_at=her.now)
    her.says("How I feel").quietly().taps(MORE).hears("feel.more_waits")
    her.desk_taps("take").desk_taps(f"{KEY}:phq9").is_due(KEY).taps("Open")
    assert open_one(her) == "phq9.1"


def test_on_the_waiting_list_it_waits_like_every_check_in(her: Walker) -> None:
    with_person(her, waits_since=her.now)
    her.says("How I feel").hears("capacity.not_yet")
    assert MORE not in her.keyboard


def test_a_place_lost_between_two_taps_is_said_truthfully(her: Walker) -> None:
    her.says("How I feel").quietly()
    with_person(her, waits_since=her.now).taps(MORE).hears("capacity.not_yet")


def test_a_grandmother_has_the_door_and_how_it_goes_over_time(her: Walker) -> None:
    with_person(her, role="grandmother")
    answers(wishes(her), [0, 0, 0])
    her.taps("No")
    assert her.person.profile.checked[-1].of == "whooley"
    wishes(her)
    assert open_one(her) == "who5.1"


@pytest.mark.parametrize("role", ["father", "carer"])
def test_fathers_and_carers_have_what_mothers_have(her: Walker, role: str) -> None:
    assert open_one(wishes(with_person(her, role=role))) == "phq9.1"


def test_it_is_offered_to_nobody_with_a_page_nor_in_the_midst_of_joining(her: Walker) -> None:
    with_profile(her, programme="", joined_at=None)
    her.says("How I feel")
    assert MORE not in her.keyboard


def test_on_a_shared_phone_no_answer_shows_and_what_is_left_does_not_lie_open(her: Walker) -> None:
    with_profile(her, shared=True)
    her.says("/feel").quietly().taps(MORE)
    answers(her, [3, 3])
    assert not any("Nearly every day" in text for text in her.standing.values())
    her.waits(minutes=31).says("/menu")
    assert open_one(her) == ""
    assert [one.of for one in her.person.profile.checked] == ["phq9"]


def test_on_a_shared_phone_a_grave_half_does_not_wait_for_somebody_to_take_up_the_phone(her: Walker) -> None:
    with_profile(her, shared=True)
    her.says("/feel").quietly().taps(MORE)
    answers(her, [3, 3, 3, 3]).quietly()
    her.is_due("left").hears()
    assert her.case is not None
    assert (her.case.level, her.case.category) == ("concern", "score")
    assert her.kept.places == []
    assert her.person.profile.owed == (), "a person looks: it is not put again"


def test_a_result_of_another_is_no_reason_to_rest(her: Walker) -> None:
    with_profile(her, checked=(Checked(of="whooley", at=MORNING, score=0, band="no"),))
    assert open_one(wishes(her)) == "phq9.1"


# -- what is put is known ----------------------------------------------------------------------------------------------


def test_the_pulse_is_known_to_have_been_put_whether_she_answers_or_not(her: Walker) -> None:
    her.says("How I feel")
    assert her.person.profile.put == {"pulse": her.now}
    her.waits(days=7).says("How I feel").taps("Skip")
    assert her.person.profile.put == {"pulse": her.now}
    assert her.person.profile.pulsed_at is None


def test_a_page_she_does_not_open_puts_no_pulse() -> None:
    one = member("en", LIBRARY, week=1, push=2)
    one.kept.due["session"] = (one.now + timedelta(hours=9), "")
    one.is_due("session")
    assert "pulse" not in one.person.profile.put
    one.taps("Open")
    assert one.person.profile.put["pulse"] == one.now


def test_where_a_check_in_comes_in_its_place_no_pulse_was_put() -> None:
    one = member("en", LIBRARY, week=1, push=2)
    one.kept.person = structs.replace(
        one.person, profile=structs.replace(one.person.profile, joined_at=MORNING - timedelta(days=3))
    )
    one.kept.due["session"] = (one.now + timedelta(hours=9), "")
    one.is_due("session").taps("Open")
    assert set(one.person.profile.put) == {"whooley"}
