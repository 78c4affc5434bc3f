"""A drill is played by the desk's own code, marked wherever it shows and counted nowhere."""

from __future__ import annotations

import pytest
from msgspec import structs

from content.drills import Drill
from flows.consent import CONSENT
from flows.desk.drill import STATE
from flows.effects import GENERAL, HER, Raised, Sample, Send, Stamp
from flows.events import Due
from flows.model import Person, Profile
from tests.talk import LIBRARY, MORNING, Her

MARK = LIBRARY.text("ru", "drill.mark")
LANGUAGES = ("tg", "ru", "en")


def played(one: Drill, language: str = "en") -> Her:
    """Her first words have been said."""
    profile = Profile(
        adult=True, consent=CONSENT, joined_at=MORNING, hours=(0, 23), drill=f"{one.id}:0", shared=one.shared
    )
    person = Person(id=1 << 40, state=STATE, language=language, role="mother", stage="child", profile=profile)
    return Her(person=person)._event(Due(key="drill", about="0"))


def named(id: str) -> Drill:
    return next(one for one in LIBRARY.drills if one.id == id)


def all_marked(her: Her) -> bool:
    seen = [one for one in her.effects if isinstance(one, Send) and one.to != HER]
    return all(one.message.text.startswith(MARK) for one in seen)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", LIBRARY.drills, ids=lambda one: one.id)
def test_each_opens_a_case_of_its_level(one: Drill, language: str) -> None:
    her = played(one, language)
    assert her.case is not None
    assert (her.case.level, her.case.matter.drill) == (one.level, one.id)
    assert her.at_desk
    assert all_marked(her)
    assert not [effect for effect in her.effects if isinstance(effect, Raised | Sample)]
    assert her.records == [f"drill:opened:{one.level}"]


def test_there_are_five_and_each_speaks_three_languages() -> None:
    assert [one.id for one in LIBRARY.drills] == ["despair", "violence", "fever", "relinquishment", "false_alarm"]


def test_she_answers_a_persons_words_and_it_ends_with_a_kind_debrief() -> None:
    her = played(named("despair")).waits(minutes=2).desk_taps("take")
    assert all_marked(her)
    card = next(one for one in her.at_desk if one.slot.startswith("card:"))
    assert "выдуманная" in card.message.text
    for number in (1, 2, 3):
        her.waits(minutes=1).desk_says("I am Gulru", quoting=f"hers:{her.case.number}:1")
        her.delivered(77)
        assert her.kept.due["drill"][1] == str(number)
        her.is_due("drill")
        said = f"{MARK} {named('despair').lines[number].text['en']}"
        assert said in [send.message.text for send in her.at_desk[-3:]]
    her.desk_says("Good night", quoting=f"hers:{her.case.number}:1").delivered(77)
    assert "drill" not in her.kept.due, "she has said all she has to say"
    if her.case is not None:
        her.desk_closes()
    over = her.desk_sees(GENERAL)[-1]
    assert over.startswith(MARK)
    assert "2 мин" in over
    assert named("despair").matters["ru"] in over
    assert her.kept.due == {}


def test_words_answered_by_their_text_alone_are_known_under_the_mark() -> None:
    her = played(named("despair")).desk_taps("take")
    card = next(one for one in her.at_desk if one.slot.startswith("card:")).message.text
    her.desk_says("I am here", quoted=card)
    assert [line.text for line in her.kept.lines if line.voice == "ours"] == ["I am here"]


def test_a_knock_is_opened_by_herself() -> None:
    her = played(named("despair")).desk_taps("take").waits(hours=1)
    her.desk_says("Are you there?", quoting=f"hers:{her.case.number}:1").is_due("late")
    her.is_due("drill:open")
    assert her.kept.places == [] or her.kept.places[-1].flow != "late"


def test_it_is_ended_by_an_order() -> None:
    her = played(named("violence"))._event(Due(key="drill:stop"))
    assert her.case is None
    assert MARK in her.desk_sees(GENERAL)[-1]
    assert her.kept.due == {}


def test_she_stays_made_up_whatever_a_flow_makes_of_her() -> None:
    her = played(named("despair")).leaves()
    assert her.person.state == STATE
    stamps = [one for one in her.effects if isinstance(one, Stamp)]
    assert all(one.case.matter.drill for one in stamps)
    assert structs.asdict(her.person)["state"] == STATE
