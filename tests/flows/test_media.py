"""Voice notes, photos, files: a person looks, and she is told so and when."""

from __future__ import annotations

import pytest

from flows.effects import CASES, topic_of
from tests.talk import Her

DESPAIR = "I don't want to live any more"
VOICE, PHOTO = {"file": "voice:AwAC1"}, {"file": "photo:AgAC2"}


@pytest.fixture
def her() -> Her:
    return Her().joins()


def files(her: Her) -> list[str]:
    """What the topic of her case shows to look at or listen to."""
    return [send.message.file for send in her.at_desk if send.message.file]


@pytest.mark.parametrize("what", ["voice", "audio", "video", "video_note", "photo", "document"])
def test_without_a_case_it_opens_one_to_watch_and_she_is_told_when(her: Her, what: str) -> None:
    her.shows(what, file=f"{what}:x").hears("media.looked")
    assert her.case is not None
    assert (her.case.level, her.case.category) == ("watch", "media")
    assert her.desk_sees(CASES)
    assert files(her) == [], "it opens after Take, as her words do"
    her.desk_taps("take")
    assert files(her) == [f"{what}:x"]
    shown = next(send for send in her.at_desk if send.message.file)
    assert shown.to == topic_of(her.case.number)
    assert shown.slot == f"hers:{her.case.number}:1"


def test_what_she_is_told_says_the_hours_and_the_days(her: Her) -> None:
    her.shows("voice", **VOICE)
    (said,) = her.unheard
    assert "three working days" in said.replace("\n", " ")
    assert "9:00" in said
    assert "18:00" in said


@pytest.mark.parametrize("what", ["sticker", "animation", "location", "contact", "dice"])
def test_what_carries_no_words_is_answered_as_before(her: Her, what: str) -> None:
    her.shows(what).hears("said.only_text")
    assert her.case is None


def test_with_words_that_worry_nobody_a_program_has_read_it(her: Her) -> None:
    her.shows("photo", "our garden", **PHOTO).hears("said.only_text")
    assert her.case is None


def test_with_worrying_words_it_comes_with_them(her: Her) -> None:
    her.shows("photo", DESPAIR, **PHOTO).quietly().desk_taps("take")
    assert files(her) == ["photo:AgAC2"]
    mirrored = [send.message.text for send in her.at_desk if send.slot.startswith("hers:")]
    assert mirrored == [DESPAIR, ""], "her words once"


def test_into_a_case_nobody_has_taken_it_waits_with_her_words(her: Her) -> None:
    her.says(DESPAIR).quietly().shows("voice", **VOICE).hears("media.in_case")
    assert files(her) == []
    assert her.case is not None
    assert her.case.level in {"urgent", "now"}
    her.desk_taps("take")
    assert files(her) == ["voice:AwAC1"]


def test_into_a_taken_case_it_goes_at_once_with_its_caption(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take").quietly()
    her.shows("photo", "our garden", **PHOTO).hears("media.taken")
    assert (her.at_desk[-1].message.file, her.at_desk[-1].message.text) == ("photo:AgAC2", "our garden")


def test_beside_a_danger_sign_it_turns_no_call_back_into_a_case(her: Her) -> None:
    her.says("my baby has fever 39 and is not sucking").quietly()
    before = her.case
    her.shows("photo", **PHOTO).hears("media.in_case")
    assert her.case is not None
    assert before is not None
    assert (her.case.category, her.case.level) == (before.category, before.level)
    her.desk_taps("take")
    assert files(her) == ["photo:AgAC2"]


def test_before_consent_nobody_looks() -> None:
    her = Her()
    her.says("/start").taps("English").quietly().shows("voice", **VOICE).hears("said.only_text")
    assert her.case is None
    assert files(her) == []


def test_of_an_album_one_answer(her: Her) -> None:
    her.shows("photo", album=True, **PHOTO).hears("media.looked")
    her.shows("photo", album=True, file="photo:AgAC3").hears()
    her.desk_taps("take")
    assert files(her) == ["photo:AgAC2", "photo:AgAC3"]


def test_an_answer_without_words_does_not_reach_her_as_an_answer_to_her_photo(her: Her) -> None:
    her.shows("photo", **PHOTO).desk_taps("take").quietly().desk_says("a note among us").hears()
    assert her.kept.lines[-1].voice == "note"
