"""What a small phone shows of a check-in: rows of buttons, what stands above a question, and a way to pass it over.

Heights are those seen on the page of phones at 360 by 740: more rows than these, and the question is pushed off the screen.
"""

from __future__ import annotations

import pytest

from content.instruments import Instrument, Item
from flows.effects import Send
from flows.script import SHORT, paired
from tests.beginnings import member
from tests.explore import Walker
from tests.screened import UNSAID, answers, begins, kept, with_profile
from tests.talk import LIBRARY, MORNING

LANGUAGES = ("en", "ru", "tg")
ROWS = {"whooley": 2, "phq9": 4, "gad7": 4, "who5": 5}
LONGER = {("who5", "ru"): 6}
"""The answers of WHO in Russian are too long to stand side by side, and are not ours to shorten."""
MOST_PULSE = 5


def rows(her: Walker) -> list[list[str]]:
    """The rows of buttons under the last message that has some."""
    sends = [effect for effect in her.effects if isinstance(effect, Send) and effect.to == "her"]
    last = next(send for send in reversed(sends) if send.message.buttons)
    return [[button.label for button in row] for row in last.message.buttons]


def asked(one: Instrument) -> list[Item]:
    return [item for item in one.structure.items if item.special != "safety"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id", sorted(ROWS))
def test_every_question_has_rather_not_say_beside_back_and_no_more_rows_than_fit(id: str, language: str) -> None:
    her, say = begins(member(language, LIBRARY), id), LIBRARY.text
    unsaid = say(language, "screening.unsaid")
    for at, item in enumerate(asked(LIBRARY.instruments[id])):
        under = rows(her)
        assert under[-1] == ([say(language, "ask.back"), unsaid] if at else [unsaid])
        assert len(under) == LONGER.get((id, language), ROWS[id])
        labels = [label for _, label in LIBRARY.instruments[id].options(item, language)]
        assert [label for row in under[:-1] for label in row] == labels, "in the order of the form"
        her.taps(labels[-1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id", sorted(ROWS))
def test_what_stands_side_by_side_is_read_whole(id: str, language: str) -> None:
    one = LIBRARY.instruments[id]
    for item in asked(one):
        options = one.options(item, language)
        shape = paired(options)
        assert sum(shape) == len(options)
        begins_at = [sum(shape[:at]) for at in range(len(shape))]
        pairs = [options[at : at + 2] for at, wide in zip(begins_at, shape, strict=True) if wide > 1]
        assert all(len(label) <= SHORT for pair in pairs for _, label in pair)
    for key in ("screening.unsaid", "ask.back", "feel.calm", "picture.ask", "feel.more", "ask.skip"):
        assert len(LIBRARY.text(language, key)) <= SHORT + 2, key


@pytest.mark.parametrize("how", ["tap", "typed", "typed as at the safety question"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_passed_over_by_its_button_is_kept_as_such_and_goes_on(language: str, how: str) -> None:
    her = begins(member(language, LIBRARY), "gad7")
    words = LIBRARY.text(language, "screening.unsaid")
    her.taps(words) if how == "tap" else her.says(UNSAID[language] if "safety" in how else words)
    assert her.kept.places[-1].question == "gad7.2"
    answers(her, [0] * 6)
    assert kept(her)["gad7.1"] == "unsaid"
    assert kept(her)["gad7.result"]["answered"] == 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_lead_stands_above_the_first_question_and_a_short_one_above_the_others(language: str) -> None:
    her, one = begins(member(language, LIBRARY), "phq9"), LIBRARY.instruments["phq9"]
    assert one.lead(language) in her.unheard[-1]
    answers(her, [0])
    assert her.unheard[-1] == f"{one.brief(language)}\n\n{one.asks(one.structure.item('2'), language)}"
    assert len(one.brief(language)) < len(one.lead(language))


def test_on_a_shared_phone_every_question_begins_with_words_that_tell_an_onlooker_nothing() -> None:
    her, one = with_profile(member("ru", LIBRARY), shared=True), LIBRARY.instruments["phq9"]
    answers(begins(her, "phq9"), [0] * 8)
    assert her.unheard[-1].startswith(one.lead("ru"))


def test_what_was_said_with_the_offer_is_not_said_again_above_the_first_question() -> None:
    her, begin = member("en", LIBRARY), LIBRARY.text("en", "screening.begin")
    begins(her, "phq9", "offer", "low")
    assert her.unheard[-1].endswith(begin)
    her.quietly().taps("Now")
    assert begin not in her.unheard[-1]


@pytest.mark.parametrize("drawn", [True, False])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_faces_stand_in_three_rows_and_what_is_beside_them_in_two(language: str, *, drawn: bool) -> None:
    her = with_profile(member(language, LIBRARY), pulsed_at=MORNING if drawn else None)
    her.says(LIBRARY.text(language, "menu.feel"))
    under = rows(her)
    faces = [LIBRARY.text(language, f"pulse.{value}") for value in range(1, 6)]
    assert under[:3] == [faces[:2], [faces[2]], faces[3:]]
    assert len(under) == MOST_PULSE
    assert under[-1][-1] == LIBRARY.text(language, "ask.skip")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_stands_last_right_above_the_faces(language: str) -> None:
    words = LIBRARY.text(language, "pulse.ask")
    before, _, after = words.rpartition("?")
    assert len(after.split()) <= 10
    assert len(before.rpartition(".")[2].split()) <= 8
