"""Seating: each rule by itself, on small halls."""

from __future__ import annotations

import pytest
from msgspec import structs

from flows.circles.company import ABROAD
from flows.circles.matching import seat
from flows.circles.seats import Guide, Sitter
from flows.circles.stages import INFANT, SMALL, stage_of
from flows.programme import calendar
from tests.hall import BEGINS, DAY, circle, hall, leads, seated, sizes, woman


@pytest.mark.parametrize(
    ("waiting", "circles"),
    [
        (4, []),
        (5, [5]),
        (8, [8]),
        (12, [12]),
        (13, [6, 7]),
        (16, [8, 8]),
        (24, [12, 12]),
        (25, [8, 8, 9]),
        (61, [10] * 5 + [11]),
    ],
)
def test_sizes(waiting, circles):
    assert sizes(seat(hall(*(woman(row) for row in range(waiting))))) == circles


def test_circles_begin_on_mondays_two_weeks_apart():
    five = [woman(row) for row in range(5)]
    days = [BEGINS + n * DAY for n in range(28)]
    assert [day for day in days if seat(hall(*five, today=day)).openings] == [BEGINS, BEGINS + 14 * DAY]
    assert BEGINS.strftime("%A") == "Monday"


def test_a_date_that_nobody_seated_on_is_made_up_for_on_the_next_day():
    five = [woman(row) for row in range(5)]
    late = seat(hall(*five, today=BEGINS + DAY, last=BEGINS - DAY))
    assert [one.begins for one in late.openings] == [BEGINS]
    assert not seat(hall(*five, today=BEGINS + DAY, last=BEGINS)).openings


@pytest.mark.parametrize(("days", "joined"), [(0, True), (13, True), (14, False), (15, False)])
def test_a_circle_is_closed_after_two_weeks(days, joined):
    found = seat(hall(woman(1), today=BEGINS + days * DAY, circles=[circle(7, 11, 12, 13)]))
    assert [one.circle for one in found.joinings] == [7] * joined


def test_nobody_joins_a_circle_that_rests():
    assert not seat(hall(woman(1), today=BEGINS + DAY, circles=[circle(7, 11, guide=999)])).joinings


def test_late_joiners_fill_a_circle_to_twelve_the_longest_waiting_first():
    waiting = [woman(row, since=BEGINS - row * DAY) for row in range(1, 6)]
    found = seat(hall(*waiting, today=BEGINS + DAY, circles=[circle(7, *range(11, 20))]))
    assert sorted(seated(found)) == [3, 4, 5]


def test_without_a_facilitator_of_her_language_she_waits_and_it_is_said():
    people = [woman(row) for row in range(6)]
    found = seat(hall(*people, guides=[leads(languages="ru")]))
    assert not found.openings
    assert {(one.why, one.until) for one in found.waits} == {("guide", None)}


def test_the_one_facilitator_goes_to_those_who_wait_longest():
    old = [woman(row, stage="older", since=BEGINS - 9 * DAY) for row in range(5)]
    many = [woman(row, stage="expecting", since=BEGINS - 2 * DAY) for row in range(10, 22)]
    found = seat(hall(*old, *many, guides=[leads(more=1)]))
    assert [one.stage for one in found.openings] == ["older"]
    assert {one.why for one in found.waits} == {"guide"}


def test_who_speaks_two_languages_is_kept_for_the_one_where_nobody_else_is():
    desk = [leads(1, 1, "tg ru"), leads(2, 1, "tg")]
    people = [woman(row) for row in range(5)] + [woman(row, language="ru") for row in range(5, 10)]
    found = seat(hall(*people, guides=desk))
    assert {one.language: one.guide for one in found.openings} == {"tg": 2, "ru": 1}


def test_a_facilitator_found_first_gives_way_where_another_can_lead_instead():
    desk = [leads(1, 1, "tg ru"), leads(2, 1, "tg en")]
    people = [woman(row, since=BEGINS - 9 * DAY) for row in range(5)]
    people += [woman(row, language="ru") for row in range(5, 10)]
    found = seat(hall(*people, guides=desk))
    assert {one.language: one.guide for one in found.openings} == {"tg": 2, "ru": 1}


def test_neither_family_nor_the_blocked_whichever_of_them_it_was():
    people = [woman(row, apart=frozenset({6}) if row == 1 else frozenset()) for row in range(1, 7)]
    found = seat(hall(*people))
    assert sizes(found) == [5]
    assert len({1, 6} & set(seated(found))) == 1


HERE = {"region": "khatlon", "district": "vose"}


def test_neighbours_only_if_both_want_them():
    people = [woman(row, **HERE, neighbours=row < 5) for row in range(6)]
    assert sorted(seated(seat(hall(*people)))) == [0, 1, 2, 3, 4]


def test_two_who_waited_long_may_sit_with_their_district_and_are_told():
    ago = BEGINS - 28 * DAY
    found = seat(hall(*(woman(row, **HERE, since=ago) for row in range(5))))
    assert [(one.eased, one.near) for one in found.openings[0].newcomers] == [(True, True)] * 5
    new = BEGINS - 27 * DAY  # one date fewer
    assert not seat(hall(*(woman(row, **HERE, since=new) for row in range(5)))).openings


def test_who_would_rather_wait_is_never_eased_and_the_centre_never_is():
    ago = BEGINS - 365 * DAY
    assert not seat(hall(*(woman(row, **HERE, since=ago, rather_wait=True) for row in range(5)))).openings
    assert not seat(hall(*(woman(row, centre="c1", since=ago) for row in range(5)))).openings
    assert {one.why for one in seat(hall(*(woman(row, centre="c1") for row in range(5)))).waits} == {"near"}


def test_a_district_of_the_capital_is_no_village_and_abroad_is_no_place():
    for told in ({"region": "dushanbe", "district": "sino"}, {"region": calendar.ABROAD}, {}):
        assert sizes(seat(hall(*(woman(row, **told) for row in range(5))))) == [5]
    assert ABROAD == calendar.ABROAD


def test_who_told_her_region_alone_may_live_in_any_of_its_districts():
    people = [woman(row, region="khatlon", district=code) for row, code in enumerate(["vose", "panj", "norak", "", ""])]
    assert not seat(hall(*people)).openings


def test_small_children_are_parted_by_age_where_both_fill_circles():
    babies = [woman(row, stage="under18m", child="2026-09") for row in range(9)]
    walking = [woman(row, stage="under18m", child="2025-09") for row in range(20, 28)]
    assert [(one.band, len(one.newcomers)) for one in seat(hall(*babies, *walking)).openings] == [("a", 9), ("b", 8)]
    assert [one.band for one in seat(hall(*babies, *walking[:7])).openings] == ["", ""]
    unknown = woman(50, stage="under18m")
    assert [one.band for one in seat(hall(*babies, *walking, unknown)).openings] == ["", ""]


def test_a_circle_of_a_band_takes_its_band_alone():
    known = circle(7, 11, 12, stage="under18m", band="a")
    for child, joined in (("2026-09", 1), ("2025-09", 0), ("", 0)):
        people = [woman(1, stage="under18m", child=child)]
        assert len(seat(hall(*people, today=BEGINS + DAY, circles=[known])).joinings) == joined


def test_two_shrunk_circles_might_merge():
    long = BEGINS - 28 * DAY
    one, two, three = (circle(id, id * 10, id * 10 + 1, begins=long) for id in (1, 2, 3))
    whole, other = circle(4, 41, 42, 43, 44, begins=long), circle(5, 51, stage="expecting", begins=long)
    assert seat(hall(circles=[one, two, three, whole, other])).merges == ((1, 2),)
    family = structs.replace(one, members=(Sitter(person=10, apart=frozenset({21})),))
    assert seat(hall(circles=[family, two])).merges == ()


def test_dates_are_those_that_numbers_allow():
    day = BEGINS + DAY
    ahead = BEGINS + 14 * DAY
    five = [woman(row) for row in range(5)]
    assert {(one.why, one.until) for one in seat(hall(*five, today=day)).waits} == {("date", ahead)}
    assert {(one.why, one.until) for one in seat(hall(*five[:3], today=day)).waits} == {("few", None)}
    # Five of one district: the date on which the last of them has waited long enough.
    near = seat(hall(*(woman(row, **HERE) for row in range(5)), today=day))
    assert {(one.why, one.until) for one in near.waits} == {("date", BEGINS + 28 * DAY)}


def test_nobody_under_eighteen_and_nobody_twice():
    with pytest.raises(ValueError, match="not known to be 18"):
        woman(1, adult=False)
    with pytest.raises(ValueError, match="more than once"):
        seat(hall(woman(11), circles=[circle(7, 11, 12)]))


@pytest.mark.parametrize(
    ("told", "stage"),
    [
        (("mother", "expecting", "2027-01"), "expecting"),
        (("mother", "child", "2026-09"), "under18m"),
        (("mother", "child", "2025-01"), "older"),
        (("mother", "child", ""), "older"),
        (("grandmother", "child", "2026-09"), "grandmothers"),
        (("father", "expecting", "2027-01"), "fathers"),
        (("carer", "child", "2026-09"), None),
    ],
)
def test_stages(told, stage):
    assert stage_of(*told, BEGINS) == stage
    assert stage_of("mother", "child", "2026-09", BEGINS, own_pace=True) == "pace"
    assert (INFANT, SMALL) == (calendar.YOUNG, calendar.GROWING)


def test_nobody_is_seated_again_in_a_circle_she_left():
    left = circle(1, 10, 11, 12, 13, 14, gone=frozenset({50}))
    found = seat(hall(woman(50), woman(51), today=BEGINS + DAY, circles=[left]))
    assert seated(found) == [51]


def test_two_circles_do_not_become_one_where_somebody_would_come_back():
    one, other = circle(1, 10, 11, begins=BEGINS - 42 * DAY), circle(2, 20, 21, begins=BEGINS - 42 * DAY)
    assert seat(hall(circles=[one, other])).merges == ((1, 2),)
    left = structs.replace(one, gone=frozenset({20}))
    assert seat(hall(circles=[left, other])).merges == ()


# -- nobody sits in a circle that she leads ------------------------------------------------------------------------


def leads_and_waits(id: int, person: int, more: int = 1) -> Guide:
    return Guide(id=id, languages=frozenset(("tg",)), more=more, person=person)


def test_whoever_leads_sits_in_a_circle_that_another_leads():
    both = (leads_and_waits(901, 1), leads_and_waits(902, 2))
    found = seat(hall(*(woman(row) for row in range(1, 13)), guides=both))
    (opening,) = found.openings
    assert sizes(found) == [11]
    assert {1: 901, 2: 902}[next(iter({1, 2} & set(seated(found))))] != opening.guide
    found = seat(hall(*(woman(row) for row in range(1, 13)), guides=(*both, leads(903, more=1))))
    (opening,) = found.openings
    assert sizes(found) == [12]
    assert opening.guide == 903


def test_where_nobody_else_could_lead_it_she_waits_so_that_the_others_need_not():
    found = seat(hall(*(woman(row) for row in range(1, 7)), guides=(leads_and_waits(901, 1),)))
    assert sizes(found) == [5]
    assert 1 not in seated(found)
    assert [(one.person, one.why) for one in found.waits] == [(1, "guide")]


def test_whoever_leads_joins_no_circle_of_hers():
    hers = circle(5, *range(11, 17), gone=frozenset({1}))
    found = seat(
        hall(
            woman(1), woman(2), circles=(hers,), guides=(Guide(id=900, languages=frozenset(("tg",)), more=0, person=1),)
        )
    )
    assert seated(found) == [2]
