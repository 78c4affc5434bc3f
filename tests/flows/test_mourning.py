"""After a loss she has told of: a few notes behind a neutral knock, none against her will, none beside an alarm."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from content.library import Library
from flows.model import Case
from flows.programme import calendar
from tests.flows.test_almanac import passes, raises
from tests.life import Life
from tests.tree import made_up, words_of

DAYS = (10, 40, 100)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return made_up(
        tmp_path_factory.mktemp("tree"), 3, bumps=(12,), shelves={"mourning": DAYS, "child": (0, 1, 2)}, asks=False
    )


@pytest.fixture
def life(library: Library) -> Life:
    life = raises(library)
    passes(life, 3)
    life.her.says("/sad").taps("Yes, let it stop").desk_closes()
    life.her.quietly()
    return life


def came(life: Life) -> list[int]:
    """How many days after the loss each note knocked."""
    lost = life.her.person.profile.lost_at
    assert lost is not None
    return [(moment - lost).days for moment, flow, _ in life.came if flow == "mourning"]


def test_they_come_on_her_days_from_the_tenth_on_also_in_the_quiet_weeks(life: Life) -> None:
    passes(life, 130, reads=False)
    assert len(came(life)) == 3
    assert all(at <= day <= at + 4 for at, day in zip(DAYS, came(life), strict=True))
    lost = life.her.person.profile.lost_at
    pulses = [moment for moment, flow, _ in life.came if flow == "pulse"]
    assert lost is not None
    assert pulses[0] - lost >= timedelta(weeks=4)


def test_a_neutral_knock_her_words_and_a_way_to_end_them(life: Life) -> None:
    her = life.her
    her.is_due("session").hears("push.words")
    assert {"Open", "No more of these"} <= set(her.keyboard)
    her.taps("Open").hears(*words_of("mourning", 10))
    her.taps("No more of these").hears("tracks.mourning_no_more")
    passes(life, 130)
    assert len(came(life)) == 0, "that one was let happen by the test itself"


def test_ended_before_it_was_opened(life: Life) -> None:
    passes(life, 14, reads=False)
    life.her.quietly().taps("No more of these").hears("tracks.mourning_no_more")
    assert life.her.kept.places == []
    passes(life, 130, reads=False)
    assert len(came(life)) == 1
    assert [flow for _, flow, _ in life.came][-1] == "pulse"


def test_a_note_she_left_open_ends_no_talk_of_hers(life: Life) -> None:
    passes(life, 14, reads=False)
    life.her.taps("Open").quietly()
    passes(life, 30, reads=False)
    assert [place.flow for place in life.her.kept.places] in (["pulse"], ["mourning"])


def test_one_left_unopened_can_be_opened_from_my_week(life: Life) -> None:
    passes(life, 14, reads=False)
    her = life.her.quietly()
    her.says("My week").hears("week.quiet").taps("Notes that came").hears(*words_of("mourning", 10))
    her.taps("No more of these").hears("tracks.mourning_no_more")
    her.keyboard.clear()
    her.says("My week").hears("week.quiet")
    assert "Notes that came" not in her.keyboard


def test_what_came_before_the_newest_can_be_opened_too(life: Life) -> None:
    passes(life, 45, reads=False)
    her = life.her.quietly()
    her.says("My week").hears("week.quiet").taps("Notes that came").hears("tracks.mourning_which")
    titles = [label for label in her.keyboard if "mourning" in label]
    assert len(titles) == 2
    her.taps(titles[-1]).hears(*words_of("mourning", 10))


def test_before_the_first_has_come_there_is_nothing_to_open(life: Life) -> None:
    life.her.says("My week").hears("week.quiet")
    assert "Notes that came" not in life.her.keyboard


def test_none_comes_while_a_red_case_is_open(life: Life) -> None:
    her = life.her
    her.kept.case = Case(number=10001, level="urgent", category="self_harm", opened_at=her.now, lines=1)
    passes(life, 20, reads=False)
    assert came(life) == []
    her.kept.case = None
    passes(life, 3, reads=False)
    (day,) = came(life)
    assert day >= 19


def test_never_two_pushes_a_day_with_the_pulse(library: Library) -> None:
    for at in range(26, 45):
        tree = structs.replace(library.shelves["mourning"], pages=(_at(library, at),))
        life = raises(structs.replace(library, shelves={"mourning": tree}))
        life.her.says("/sad").taps("Yes, let it stop").desk_closes()
        passes(life, 60, reads=False)  # two on one day fail inside
        assert len(came(life)) == 1
        assert at <= came(life)[0] <= at + 4


def _at(library: Library, at: int) -> object:
    return structs.replace(library.shelves["mourning"].pages[0], at=at)


@pytest.mark.parametrize("quiet", ["stop", "Until I say"])
def test_none_comes_in_a_quiet_she_asked_for(life: Life, quiet: str) -> None:
    if quiet == "stop":
        life.her.says("stop")
    else:
        told = structs.replace(life.her.person.profile, paused_until=calendar.WITHOUT_END)
        life.her.kept.person = structs.replace(life.her.person, profile=told)
    passes(life, 130, reads=False)
    assert came(life) == []


def test_who_never_answered_has_not_told_and_gets_none(library: Library) -> None:
    life = raises(library)
    her = life.her
    person = structs.replace(her.person, profile=structs.replace(her.person.profile, lost_at=her.now))
    her.kept.person = person
    life.plan_anew()
    passes(life, 130, reads=False)
    assert came(life) == []


def test_the_pages_again_end_them(life: Life) -> None:
    life.her.says("My week").taps("The pages again").taps("Yes, start again")
    passes(life, 40, reads=False)
    assert not [flow for _, flow, _ in life.came if flow == "mourning"]
    assert life.her.person.profile.lost_before


def test_a_row_that_comes_too_early_does_not_lose_the_note(life: Life) -> None:
    life.her.kept.due["session"] = (calendar.next_push(life.her.person, life.her.now), "")
    passes(life, 20, reads=False)
    (day,) = came(life)
    assert 10 <= day <= 14


def test_another_loss_has_notes_of_its_own(life: Life) -> None:
    passes(life, 14, reads=False)
    her = life.her
    her.taps("No more of these").says("My week").taps("The pages again").taps("Yes, start again")
    passes(life, 3, reads=False)
    her.says("/sad").taps("Yes, let it stop").desk_closes()
    passes(life, 20, reads=False)
    assert [flow for _, flow, _ in life.came].count("mourning") == 2
