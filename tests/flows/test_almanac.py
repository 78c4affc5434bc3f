"""Notes of the calendar: inside a page's push or once a month alone, the newest only, and none after a loss."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from msgspec import structs

from content.library import Library
from flows.model import Scene
from flows.programme import almanac, expecting
from tests.life import Life
from tests.talk import MORNING
from tests.tree import made_up, words_of

WEEKS = (8, 10, 12, 14, 16, 20, 22, 24)
MONTHS = (0, 1, 2, 4, 6)
HOPES = (10, 20)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    shelves = {"pregnancy": WEEKS, "child": MONTHS, "hope": HOPES}
    return made_up(tmp_path_factory.mktemp("tree"), 12, bumps=(20, 22), shelves=shelves, asks=False)


def waits(library: Library, week: int, **profile: object) -> Life:
    """A mother-to-be in this week of pregnancy."""
    life = Life(library, who={"role": "mother", "stage": "expecting"}, programme="bumps", child="2026-10", **profile)
    life.her.now = expecting.begins(life.her.person, week) + timedelta(hours=10)
    life.plan_anew()
    return life


def raises(library: Library, child: str = "2026-01", **profile: object) -> Life:
    return Life(library, who={"role": "mother", "stage": "child"}, child=child, **profile)


def passes(life: Life, days: int, *, reads: bool = True) -> None:
    for _ in range(days):
        life.passes(timedelta(days=1))
        if reads:
            life.reads()


def notes(life: Life) -> list[str]:
    """The notes she has read, in their order."""
    shelves = ("pregnancy", "child", "hope", "later")
    return [
        line.removeprefix("en ").removesuffix(" more")
        for line in life.her.unheard
        if line.endswith(" more") and line.split()[1] in shelves
    ]


# -- inside a page ---------------------------------------------------------------------------------------------------


def test_a_note_stands_behind_the_words_of_the_first_page_of_a_week(library: Library) -> None:
    her = raises(library, offered="never").her
    her.is_due("session").taps("Open").quietly()
    her.taps("Show it").hears("=en 1 play.1", *words_of("child", 1), "session.end")
    assert her.person.profile.noted is not None
    assert (her.person.profile.noted.shelf, her.person.profile.noted.at) == ("child", 1)
    her.is_due("session").taps("Open").hears("push.page", "=en 1 have_a_go.1")


def test_it_is_no_push_more_and_each_comes_once(library: Library) -> None:
    life = raises(library)
    passes(life, 7 * 12)
    assert notes(life) == ["child 1", "child 2", "child 4"]
    assert {flow for _, flow, _ in life.came} == {"session"}
    assert len(life.pushes) == 36


def test_late_notes_are_not_piled_up(library: Library) -> None:
    life = raises(library, child="2025-10")
    passes(life, 7)
    assert notes(life) == ["child 4"]


def test_a_page_left_unread_keeps_its_note_for_the_next_week(library: Library) -> None:
    life = raises(library)
    passes(life, 7, reads=False)
    assert life.her.person.profile.noted is None
    passes(life, 1)
    assert notes(life) == ["child 1"]


def test_a_long_week_carries_none_and_the_next_one_does(library: Library) -> None:
    course = library.programmes["mums"]
    long = {code: {**said, "1.reflect.1": "word " * 900} for code, said in course.texts.items()}
    heavy = {**library.programmes, "mums": structs.replace(course, texts=long)}
    life = raises(structs.replace(library, programmes=heavy))
    passes(life, 7)
    assert notes(life) == []
    passes(life, 1)
    assert notes(life) == ["child 1"]


def test_an_older_page_read_again_brings_none(library: Library) -> None:
    life = raises(library, week=5)
    life.her.says("My week").taps("All the weeks").taps("en 2 title").taps("A thought and a game")
    life.reads()
    assert notes(life) == []


@pytest.mark.parametrize("child", ["", "2026-05"])
def test_without_a_month_or_before_it_there_is_none(library: Library, child: str) -> None:
    life = raises(library, child=child)
    passes(life, 7)
    assert notes(life) == []


@pytest.mark.parametrize("programme", ["dads", "grandmothers", ""])
def test_none_is_for_other_readers(library: Library, programme: str) -> None:
    person = raises(library).her.person
    other = structs.replace(person, profile=structs.replace(person.profile, programme=programme))
    assert almanac.due(Scene(now=MORNING, person=other, library=library, desk=raises(library).her.desk_set)) is None


def test_the_words_fit_the_childs_own_pace(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("tree")
    library = made_up(folder, 3, shelves={"child": MONTHS}, asks=False)
    shelf = library.shelves["child"]
    texts = {
        code: {**said, "atb.1.own": f"{code} own pace", "atb.1.plain": "plain"} for code, said in shelf.texts.items()
    }
    pages = tuple(
        structs.replace(one, text=({"plain": "plain", "own": "own"},)) if one.at == 1 else one for one in shelf.pages
    )
    library = structs.replace(library, shelves={"child": structs.replace(shelf, texts=texts, pages=pages)})
    life = raises(library, own_pace=True)
    passes(life, 1)
    assert "en child 1\n\nen own pace" in life.her.unheard


# -- alone -----------------------------------------------------------------------------------------------------------


def test_in_weeks_without_a_page_one_push_a_month_brings_one_alone(library: Library) -> None:
    life = waits(library, 8)
    passes(life, 7 * 12 - 1)
    alone = [moment for moment, flow, _ in life.came if flow == "note"]
    assert notes(life) == ["pregnancy 8", "pregnancy 12", "pregnancy 16"]
    assert all(later - sooner >= timedelta(days=30) for sooner, later in pairwise(alone))
    assert {flow for _, flow, _ in life.came} == {"note", "pulse"}
    passes(life, 9)
    assert notes(life)[-1] == "pregnancy 20", "inside her first page"
    assert [flow for _, flow, _ in life.came].count("note") == 3


def test_it_knocks_first_and_gives_way_unread(library: Library) -> None:
    life = waits(library, 8)
    her = life.her
    her.is_due("session").hears("push.words")
    her.is_due("session").hears("push.question")
    assert [place.flow for place in her.kept.places] == ["pulse"]
    assert her.person.profile.waiting == ()
    her.says("My week").quietly().taps("The last short note").hears(*words_of("pregnancy", 8))


def test_later_today(library: Library) -> None:
    her = waits(library, 8).her
    her.is_due("session").taps("Later").quietly()
    (wait,) = [key for key in her.kept.due if key.startswith("wait:")]
    her.is_due(wait).taps("Open").hears("push.page_waits", *words_of("pregnancy", 8))


def test_a_note_of_the_pregnancy_is_not_put_again_after_the_birth(library: Library) -> None:
    life = waits(library, 36)
    passes(life, 6)
    life.her.says("/born").taps("This month").says("My week")
    assert "The last short note" not in life.her.keyboard or not almanac.latest(
        Scene(now=life.her.now, person=life.her.person, library=library, desk=life.her.desk_set)
    )
    read = len(notes(life))
    passes(life, 12)
    assert notes(life)[read:] == ["child 0"]


# -- never -----------------------------------------------------------------------------------------------------------


def test_none_comes_after_a_loss_nor_while_words_of_one_stand_unanswered(library: Library) -> None:
    life = waits(library, 8)
    life.her.says("/sad").taps("Yes, let it stop")
    passes(life, 120)
    assert notes(life) == []
    assert {flow for _, flow, _ in life.came} == {"pulse"}
    for told in ({"loss_asked_at": MORNING}, {"lost_at": MORNING}):
        person = raises(library, **told).her.person
        assert almanac.due(Scene(now=MORNING, person=person, library=library, desk=life.her.desk_set)) is None


def test_one_that_knocks_goes_with_the_news(library: Library) -> None:
    her = waits(library, 8).her
    her.is_due("session").says("/sad").taps("Yes, let it stop")
    assert her.kept.places == []
    her.says("My week")
    assert not [row for row in her.transcript if "The last short note" in row]


# -- hope ------------------------------------------------------------------------------------------------------------


def test_who_told_of_a_loss_before_gets_the_gentle_notes_where_both_are_due(library: Library) -> None:
    life = waits(library, 10, lost_before=True)
    passes(life, 2)
    assert notes(life) == ["hope 10"]
    passes(life, 7 * 8)
    assert notes(life) == ["hope 10", "pregnancy 14"]
    passes(life, 7 * 4)
    assert notes(life) == ["hope 10", "pregnancy 14", "pregnancy 16", "hope 20", "pregnancy 22"]


def test_a_new_pregnancy_after_a_loss_begins_anew_and_is_known_as_such(library: Library) -> None:
    life = waits(library, 20)
    passes(life, 10)
    her = life.her
    her.says("/sad").taps("Yes, let it stop")
    passes(life, 200)
    her.says("My week").taps("The pages again").taps("Yes, start again").quietly()
    her.taps("May").hears("week.resumed")
    profile = her.person.profile
    assert (profile.lost_at, profile.lost_before, profile.week, profile.push) == (None, True, 1, 0)
    assert profile.child.endswith("-05")
    passes(life, 200)
    assert "hope 10" in notes(life)
    assert "bumps:1:0" in [page for _, page in life.pages][3:]


@pytest.mark.parametrize("programme", ["bumps", "mums"])
def test_what_was_put_off_waits_too_while_words_of_a_loss_stand_unanswered(library: Library, programme: str) -> None:
    life = waits(library, 8) if programme == "bumps" else raises(library)
    her = life.her
    her.is_due("session").taps("Later")
    (wait,) = [key for key in her.kept.due if key.startswith("wait:")]
    told = structs.replace(her.person.profile, loss_asked_at=her.now)
    her.kept.person = structs.replace(her.person, profile=told)
    her.quietly().is_due(wait).hears()
    assert wait in her.kept.due
    her.kept.person = structs.replace(her.person, profile=structs.replace(told, loss_asked_at=None))
    her.is_due(wait).hears("push.page_waits")
