"""How she was: what stands under her faces, what the card of her case says of it, and the picture for the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from flows.desk.office import Member
from flows.effects import Draw, Lane, Retract, Send, staff
from flows.model import Checked
from tests.talk import LIBRARY, STAFF, ZARINA, Her

DESPAIR = "I don't want to live any more"


@pytest.fixture
def her() -> Her:
    one = Her().joins().waits(days=1)
    one.desk_set = structs.replace(one.desk_set, staff=(*STAFF, Member(row=2, id=ZARINA.id, name="Zarina")))
    return one


def tell(key: str, **variables: object) -> str:
    return LIBRARY.text("ru", key, **variables)


def feels(her: Her, *labels: str) -> Her:
    for label in labels:
        her.says("How I feel").taps(label).quietly()
        her.taps("No" if label == "🙁 Heavy" else "Skip").quietly()
        her.waits(days=8)
    return her


def in_case(her: Her) -> Her:
    her.says(DESPAIR).desk_taps("take", ZARINA).quietly()
    return her


def card(her: Her) -> Send:
    return next(send for send in reversed(her.at_desk) if send.slot.startswith("card:"))


def acts(her: Her) -> list[str]:
    return [key.data.split(":", 2)[2] for row in card(her).message.buttons for key in row]


def drawn(her: Her) -> list[Draw]:
    return [one for one in her.beside if isinstance(one, Draw)]


# -- hers ----------------------------------------------------------------------------------------------------------


def test_whoever_has_pressed_a_face_before_may_see_her_weeks_under_them(her: Her) -> None:
    her.says("How I feel").quietly()
    assert "My last weeks" not in her.keyboard
    her.taps("🙂 Good").taps("Skip").quietly()
    her.says("How I feel").taps("My last weeks").hears("pulse.ask")
    assert drawn(her) == [Draw()]
    assert not her.kept.places, "the question is over"


def test_it_can_be_typed_like_every_button(her: Her) -> None:
    feels(her, "🙂 Good").says("How I feel").says("my last weeks").quietly()
    assert drawn(her) == [Draw()]


def test_nobody_is_offered_it_with_a_page(her: Her) -> None:
    feels(her, "🙂 Good")
    for _ in range(3):
        her.is_due("session")
    her.quietly().taps("Open").quietly()
    assert "🙂 Good" in her.keyboard
    assert "My last weeks" not in her.keyboard


def test_an_answer_to_what_she_asked_long_ago_waits_for_her_tap(her: Her) -> None:
    feels(her, "🙂 Good").says("How I feel").quietly()
    her.says("My last weeks", at=her.now - timedelta(hours=3))
    (one,) = drawn(her)
    assert one.held
    assert "late" in her.kept.due


# -- the card ------------------------------------------------------------------------------------------------------


def test_the_card_shows_the_last_four_faces_and_no_word_of_them(her: Her) -> None:
    in_case(feels(her, "😊 Very good", "🙂 Good", "😐 In between", "🙁 Heavy", "🙂 Good"))
    (line,) = [line for line in card(her).message.text.splitlines() if "😐" in line]
    assert line == tell("picture.faces", faces="11.03 🙂 · 19.03 😐 · 27.03 🙁 · 04.04 🙂")


def test_faces_of_long_ago_are_not_shown(her: Her) -> None:
    in_case(feels(her, "🙂 Good").waits(weeks=12))
    assert "🙂" not in card(her).message.text
    assert "trend" not in acts(her)


def test_the_card_shows_the_last_check_ins_and_what_must_be_known_of_them(her: Her) -> None:
    day = timedelta(days=1)
    checked = (
        Checked(of="who5", at=her.now - 40 * day, score=48, answered=5, asked=5, validated=True),
        Checked(of="phq9", at=her.now - 30 * day, score=4, answered=9, asked=9),
        Checked(of="gad7", at=her.now - 5 * day, answered=3, asked=7),
        Checked(of="phq9", at=her.now - 2 * day, score=12, answered=8, asked=9),
    )
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, checked=checked))
    in_case(her)
    unvalidated = tell("picture.unvalidated")
    phq = f"PHQ-9 12 (0–27), 01.03.26 ({tell('picture.partly', answered=8, asked=9)}, {unvalidated})"
    gad = f"GAD-7 {tell('picture.no_score')}, 26.02.26 ({tell('picture.partly', answered=3, asked=7)}, {unvalidated})"
    assert tell("picture.checks", checks=f"{phq}; {gad}") in card(her).message.text.splitlines()


def test_nothing_is_said_where_nothing_is_known(her: Her) -> None:
    in_case(her)
    text = card(her).message.text
    assert tell("picture.checks", checks="").strip() not in text
    assert tell("picture.faces", faces="").strip() not in text


# -- the picture for the desk --------------------------------------------------------------------------------------


def test_the_holder_gets_it_in_her_own_chat_for_two_minutes_on_record(her: Her) -> None:
    in_case(feels(her, "🙂 Good")).desk_taps("trend", ZARINA)
    (one,) = drawn(her)
    assert (one.to, one.lane) == (staff(2), Lane.SAFETY)
    assert str(her.case.number) in one.text  # type: ignore[union-attr]
    assert "saw:trend" in her.records
    (key,) = [key for key in her.kept.due if key.startswith("unshow:")]
    assert her.kept.due[key][0] - her.now == timedelta(minutes=2)
    her.is_due(key)
    assert her.effects == [Retract(to=staff(2), slot=one.slot)]


def test_pressed_again_while_it_stands_it_is_not_drawn_again(her: Her) -> None:
    in_case(feels(her, "🙂 Good")).desk_taps("trend", ZARINA).desk_taps("trend", ZARINA)
    assert len(drawn(her)) == 1
    her.waits(minutes=2).desk_taps("trend", ZARINA)
    assert len(drawn(her)) == 2
    assert len({one.slot for one in drawn(her)}) == 2


def test_nobody_draws_where_there_are_no_faces(her: Her) -> None:
    in_case(her)
    assert "trend" not in acts(her)
    her.desk_taps("trend", ZARINA)
    assert not drawn(her)
