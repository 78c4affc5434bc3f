"""When the next page comes, what stands on her phone from before loses its buttons: one knock, however long it was off."""

from __future__ import annotations

import pytest
from msgspec import structs

from content.library import Library
from flows.effects import Send
from tests.talk import Her, to_her
from tests.tree import made_up


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return made_up(tmp_path_factory.mktemp("tree"), 5)


@pytest.fixture
def her(library: Library) -> Her:
    her = Her(library).joins()
    told = structs.replace(her.person.profile, offered="never", research_at=her.now)
    her.kept.person = structs.replace(her.person, profile=told)
    return her


def edits(her: Her) -> list[Send]:
    return [send for send in to_her(her.effects) if send.edit]


def test_after_weeks_without_her_one_knock_has_buttons(her: Her) -> None:
    for _ in range(9):
        her.is_due("session")
    knocks = [
        text for text in her.standing.values() if text == "Your page for this week is ready. Open it when it suits you."
    ]
    kept = [text for text in her.standing.values() if text == her.library.texts["en"]["week.older"]]
    assert (len(knocks), len(kept)) == (1, 8)


def test_a_knock_gives_way_to_where_its_page_is_kept_and_nothing_lights_up(her: Her) -> None:
    her.is_due("session").is_due("session")
    (older,) = edits(her)
    assert older.message.text == her.library.texts["en"]["week.older"]
    assert older.message.buttons == ()
    assert older.stands
    assert not older.push
    her.quietly().taps("Open").taps("Open that page").quietly()
    assert her.person.profile.waiting == ()


def test_a_half_read_page_keeps_its_words(her: Her) -> None:
    her.is_due("session").taps("Open")
    her.is_due("session")
    (older,) = edits(her)
    texts = her.library.texts["en"]
    assert older.message.text == f"{texts['session.play_ready']}\n\n{texts['week.older']}"


def test_a_question_she_left_says_that_it_is_past(her: Her) -> None:
    for _ in range(3):
        her.is_due("session")
    her.taps("Open")
    assert her.kept.places[-1].question == "mood"
    her.is_due("session")
    (older,) = edits(her)
    assert older.message.text.endswith(str(her.library.texts["en"]["week.past"]))
    assert older.message.buttons == ()


def test_what_she_put_off_and_what_is_read_to_its_end_stay_as_they_are(her: Her) -> None:
    her.is_due("session").taps("Later").is_due("session")
    assert edits(her) == []
    assert her.standing  # the knock of the page that came


def test_a_question_put_anew_leaves_no_second_set_of_buttons(her: Her) -> None:
    her.is_due("session").taps("Open")
    her.says("/feel")
    her.says("a day like others")
    asked = her.kept.places[-1]
    her.taps_data("99:knock:open")  # an old button: where she is now is put once more
    again = [send for send in to_her(her.effects) if send.slot == f"talk:{asked.talk}"]
    assert [(send.edit, send.stands, bool(send.message.buttons)) for send in again] == [
        (True, True, False),
        (False, False, True),
    ]
    assert again[0].message.text == again[1].message.text
    assert again[0].lane == again[1].lane, "in another lane it could come behind, and take the new buttons"


def test_who_goes_on_tapping_an_old_button_is_answered(her: Her) -> None:
    her.is_due("session").taps("Open").taps("Show it").quietly()
    old = her.keyboard["Show it"]
    for _ in range(3):
        her.waits(seconds=4).taps_data(old)
    her.hears("tap.old")
