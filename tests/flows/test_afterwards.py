"""After the last week: a few words, one short note a month for mothers, and then only the question how she is."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from content.library import Library
from flows.programme import calendar
from tests.flows.test_almanac import notes, passes, raises
from tests.life import Life
from tests.tree import made_up, words_of

SIX = (1, 2, 3, 4, 5, 6)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    shelves = {"later": SIX, "child": (3, 9)}
    return made_up(tmp_path_factory.mktemp("tree"), 1, dads=1, shelves=shelves, asks=False)


def ended(library: Library, **profile: object) -> Life:
    life = raises(library, child="", **profile)
    passes(life, 8)
    return life


def test_she_is_told_what_comes_and_that_everything_stays(library: Library) -> None:
    life = raises(library, child="")
    her = life.her
    for _ in range(3):
        her.is_due("session").taps("Open")
    her.quietly().is_due("session").taps("Open").taps("I tried it")
    her.hears("push.words", "tried.ask", "tried.glad_yes_1", "tracks.end_mums", "session.another")


def test_one_note_a_month_for_half_a_year_and_then_silence(library: Library) -> None:
    life = ended(library)
    passes(life, 400)
    assert notes(life) == [f"later {month}" for month in SIX]
    came = [moment for moment, flow, _ in life.came if flow == "note"]
    assert all(28 <= (later - sooner).days <= 36 for sooner, later in pairwise(came))
    assert {flow for moment, flow, _ in life.came if moment > came[-1]} == {"pulse"}
    assert all(later - sooner >= timedelta(days=2) for sooner, later in pairwise(life.pushes))


def test_a_note_of_the_calendar_rides_on_it_and_does_not_come_alone(library: Library) -> None:
    life = raises(library, child="2025-10", noted=None)
    passes(life, 8)
    assert notes(life) == ["child 3"]
    passes(life, 400)
    months = [f"later {month}" for month in SIX]
    assert notes(life) == ["child 3", *months[:5], "child 9", months[5]]


def test_the_last_one_says_goodbye_with_nothing_behind_it_and_the_calendar_goes_on_alone(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    shelves = {"later": SIX, "child": tuple(range(25))}
    life = raises(made_up(tmp_path_factory.mktemp("tree"), 1, shelves=shelves, asks=False), child="2026-02")
    passes(life, 700)
    said = notes(life)
    end = said.index("later 6")
    months = [int(note.removeprefix("child ")) for note in said[end + 1 :]]
    assert [note for note in said if note.startswith("later")] == [f"later {month}" for month in SIX]
    assert months == sorted(set(months))
    assert months[-1] >= 20


def test_missed_ones_are_not_piled_up(library: Library) -> None:
    life = ended(library)
    life.knows(paused_until=life.her.now + timedelta(days=100))
    passes(life, 140)
    assert notes(life)[:2] == ["later 3", "later 4"]


def test_the_last_one_can_be_opened_again(library: Library) -> None:
    life = ended(library)
    passes(life, 36)
    life.her.says("My week").quietly().taps("The last short note").hears(*words_of("later", 1))


def test_what_is_said_of_a_pause_then_is_true(library: Library) -> None:
    life = ended(library)
    her = life.her
    her.says("My week").taps("Change something").taps("Pause").quietly().taps("One week").hears("tracks.paused")
    her.says("My week").hears("tracks.paused")
    her.taps("Change something").quietly().taps("Go on again").hears("tracks.resumed")


def test_after_a_loss_none_comes(library: Library) -> None:
    life = ended(library)
    life.her.says("/sad").taps("Yes, let it stop")
    passes(life, 100)
    assert notes(life) == []


def test_fathers_end_with_the_line_and_have_no_notes(library: Library) -> None:
    life = Life(library, who={"role": "father", "stage": "child"}, programme="dads", child="2025-10")
    passes(life, 8)
    assert any("All pages of these weeks" in line for line in life.her.unheard)
    passes(life, 100)
    assert notes(life) == []
    assert {flow for _, flow, _ in life.came} == {"session", "pulse"}


def test_a_programme_begun_anew_forgets_the_end(library: Library) -> None:
    life = ended(library)
    passes(life, 70)
    her = life.her
    her.says("/settings").taps("About me").taps("Who I am").taps("Father").taps("Yes").quietly()
    assert (her.person.profile.ended_at, her.person.profile.later, her.person.profile.told_end) == (None, 0, False)
    assert calendar.is_paused(her.person, her.now) is False
