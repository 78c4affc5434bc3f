"""Seating: what holds on every day for everybody, tried on made-up halls, and what each rule does, on small ones."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from flows.circles import dates
from flows.circles.company import ABROAD, PATIENCE
from flows.circles.matching import seat
from flows.circles.seats import Circle, Facilitator, Hall, Seating, Sitter, Waiting
from flows.circles.stages import INFANT, SMALL, band, stage_of
from flows.programme import calendar

DAY = timedelta(days=1)
BEGINS = date(2026, 11, 9)
"""A calendar date."""
PLACES = [("", ""), ("sughd", ""), ("sughd", "asht"), ("sughd", "ayni"), ("dushanbe", "sino"), ("gbao", "vanj")]
PLACES += [("khatlon", code) for code in ("vose", "panj", "norak")]


def woman(person: int, **told) -> Waiting:
    known = {"language": "tg", "stage": "older", "since": BEGINS - DAY, "adult": True}
    return Waiting(person=person, **{**known, **told})


def leads(id: int = 900, room: int = 9, languages: str = "tg ru") -> Facilitator:
    return Facilitator(id=id, languages=frozenset(languages.split()), room=room)


def hall(*waiting: Waiting, today: date = BEGINS, circles=(), facilitators=None, **more) -> Hall:
    facilitators = (leads(),) if facilitators is None else facilitators
    return Hall(today=today, waiting=waiting, circles=tuple(circles), facilitators=tuple(facilitators), **more)


def circle(id: int, *members: int, begins: date = BEGINS, **told) -> Circle:
    known = {"language": "tg", "stage": "older", "begins": begins, "facilitator": 900}
    return Circle(id=id, members=tuple(Sitter(person=row) for row in members), **{**known, **told})


def sizes(found: Seating) -> list[int]:
    return sorted(len(one.seats) for one in found.openings)


def seated(found: Seating) -> list[int]:
    return [one.person for opening in found.openings for one in opening.seats] + [
        one.seat.person for one in found.joinings
    ]


# -- what holds of every hall --------------------------------------------------------------------------------------


@st.composite
def halls(draw, most: int = 40) -> Hall:
    count = draw(st.integers(0, most))
    today = BEGINS + draw(st.sampled_from([0, 0, 0, 3, 13])) * DAY
    rows = range(1, count + 1)
    apart = draw(st.lists(st.tuples(st.integers(1, 55), st.integers(1, 55)), max_size=count))
    centres = draw(st.sampled_from([["", "c1", "c2"], ["", "", "", "c1"], [""]]))
    places = draw(st.sampled_from([PLACES, PLACES[:1], PLACES[-4:]]))

    def person(row: int) -> dict:
        region, district = draw(st.sampled_from(places))
        return {
            "person": row,
            "region": region,
            "district": district,
            "centre": draw(st.sampled_from(centres)),
            "neighbours": draw(st.integers(0, 2)) == 0,
            "apart": frozenset({b for a, b in apart if a == row}),
        }

    waiting = [
        Waiting(
            **person(row),
            language=draw(st.sampled_from(["tg", "tg", "ru"])),
            stage=draw(st.sampled_from(["under18m", "under18m", "expecting"])),
            since=today - draw(st.integers(0, 60)) * DAY,
            adult=True,
            child=draw(st.sampled_from(["", "2026-08", "2026-09", "2025-10", "2025-12"])),
            rather_wait=draw(st.integers(0, 5)) == 0,
        )
        for row in rows
    ]
    circles = [
        Circle(
            id=id,
            language="tg",
            stage="under18m",
            begins=today - draw(st.sampled_from([0, 5, 13, 14, 40])) * DAY,
            band=draw(st.sampled_from(["", "a", "b"])),
            facilitator=draw(st.sampled_from([900, 999])),
            members=tuple(
                Sitter(**person(100 * id + n), eased=draw(st.booleans())) for n in range(draw(st.integers(1, 12)))
            ),
        )
        for id in range(1, draw(st.integers(0, 3)) + 1)
    ]
    desk = [
        leads(900, draw(st.integers(0, 3)), "tg"),
        leads(901, draw(st.integers(0, 2)), "ru"),
        leads(902, draw(st.integers(0, 2)), "tg ru"),
    ]
    return hall(*waiting, today=today, circles=circles, facilitators=desk)


def tables(one: Hall, found: Seating) -> list[tuple[dict, list[Sitter], list[Waiting]]]:
    """Each circle as it is now: what it is, who sat there before, who came today (as she stands today)."""
    people = {
        who.person: structs.replace(who, eased=not who.rather_wait and dates.between(who.since, one.today) >= PATIENCE)
        for who in one.waiting
    }
    result = [(structs.asdict(new), [], [people[who.person] for who in new.seats]) for new in found.openings]
    for old in one.circles:
        came = [people[join.seat.person] for join in found.joinings if join.circle == old.id]
        result.append((structs.asdict(old), list(old.members), came))
    return result


def stranger(a: Sitter, b: Sitter) -> bool:
    """The rule of who may sit together, said once more in other words."""
    if a.person in b.apart or b.person in a.apart:
        return False
    both = a.neighbours and b.neighbours
    if a.centre and a.centre == b.centre and not both:
        return False
    easy = (a.neighbours or a.eased) and (b.neighbours or b.eased)
    if a.region in {"", "abroad", "dushanbe"} or a.region != b.region or easy:
        return True
    return bool(a.district and b.district and a.district != b.district)


def takes(table: tuple[dict, list[Sitter], list[Waiting]], one: Waiting, today: date, without: int = 0) -> bool:
    what, before, came = table
    there = [who for who in (*before, *came) if who.person != without]
    return (
        len(there) < 12
        and (what["language"], what["stage"]) == (one.language, one.stage)
        and what["begins"] <= today < what["begins"] + 14 * DAY
        and what["facilitator"] != 999
        and (not what["band"] or band(one, what["begins"]) == what["band"])
        and all(stranger(one, who) for who in there)
    )


@given(halls())
@settings(max_examples=120, deadline=None)
def test_on_every_day(one: Hall):
    found = seat(one)
    people = {who.person: who for who in one.waiting}
    now = tables(one, found)
    assert sorted([*seated(found), *(who.person for who in found.waits)]) == sorted(people)  # all, and nobody twice
    for what, before, came in now:
        assert not came or len(before) + len(came) <= 12
        for who in came:
            assert takes((what, before, came), who, one.today, without=who.person)
    for new in found.openings:
        assert 5 <= len(new.seats) <= 12
        assert new.begins == one.today
        assert dates.on_or_before(one.today) == one.today
    led = Counter(new.facilitator for new in found.openings)
    for leader in one.facilitators:
        assert led.pop(leader.id, 0) <= leader.room
        assert all(new.language in leader.languages for new in found.openings if new.facilitator == leader.id)
    assert not led
    # Nobody waits whom a circle would take, nor in whose place sits somebody who came later.
    for left in found.waits:
        her = people[left.person]
        her = structs.replace(her, eased=not her.rather_wait and dates.between(her.since, one.today) >= PATIENCE)
        for table in now:
            assert not takes(table, her, one.today)
            for later in table[2]:
                if (later.since, later.person) > (her.since, her.person):
                    assert not takes(table, her, one.today, without=later.person)


@given(halls(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_they_are_handed_in_does_not_matter(one: Hall, chance):
    mixed = [list(some) for some in (one.waiting, one.circles, one.facilitators)]
    for some in mixed:
        chance.shuffle(some)
    waiting, circles, facilitators = map(tuple, mixed)
    assert seat(structs.replace(one, waiting=waiting, circles=circles, facilitators=facilitators)) == seat(one)


def applied(one: Hall, found: Seating, today: date) -> Hall:
    """The hall after what was found has been done."""
    sat = {who.person for new in found.openings for who in new.seats} | {j.seat.person for j in found.joinings}
    people = {who.person: who for who in one.waiting}
    names = structs.fields(Sitter)

    def sitter(who) -> Sitter:
        told = {name.name: getattr(people[who.person], name.name) for name in names}
        return Sitter(**{**told, "eased": who.eased})

    old = [
        structs.replace(
            kept, members=kept.members + tuple(sitter(j.seat) for j in found.joinings if j.circle == kept.id)
        )
        for kept in one.circles
    ]
    new = [
        Circle(
            id=1000 + today.toordinal() * 100 + at,
            language=it.language,
            stage=it.stage,
            begins=it.begins,
            facilitator=it.facilitator,
            band=it.band,
            members=tuple(map(sitter, it.seats)),
        )
        for at, it in enumerate(found.openings)
    ]
    led = Counter(it.facilitator for it in found.openings)
    return structs.replace(
        one,
        today=today,
        waiting=tuple(who for who in one.waiting if who.person not in sat),
        circles=(*old, *new),
        facilitators=tuple(structs.replace(who, room=who.room - led[who.id]) for who in one.facilitators),
    )


@given(halls())
@settings(max_examples=80, deadline=None)
def test_seating_again_at_once_seats_nobody_more(one: Hall):
    again = seat(applied(one, seat(one), one.today))
    assert not again.openings
    assert not again.joinings


@given(halls())
@settings(max_examples=40, deadline=None)
def test_if_nobody_comes_or_goes_she_sits_by_the_date_that_was_foreseen(one: Hall):
    one = structs.replace(one, circles=())
    found = seat(one)
    ahead = dates.on_or_after(one.today + DAY)
    foreseen = {who.person for who in found.waits if who.until == ahead and who.why == "date"}
    one = applied(one, found, ahead)
    one = structs.replace(one, circles=())  # those that began today are closed by then
    assert foreseen <= set(seated(seat(one)))


# -- as many as can be ---------------------------------------------------------------------------------------------


def most_of(people: list[Waiting]) -> int:
    """By looking at every way: how many can sit at tables of five to twelve."""

    def whole(some: tuple[int, ...]) -> bool:
        return all(stranger(people[a], people[b]) for a, b in combinations(some, 2))

    groups = [
        sum(1 << at for at in some)
        for size in range(5, min(12, len(people)) + 1)
        for some in combinations(range(len(people)), size)
        if whole(some)
    ]

    @cache
    def best(free: int) -> int:
        if not free:
            return 0
        first = free & -free
        inside = [group for group in groups if group & first and group & free == group]
        return max([best(free ^ first), *(group.bit_count() + best(free & ~group) for group in inside)])

    return best((1 << len(people)) - 1)


@st.composite
def pools(draw, least: int, most: int) -> list[Waiting]:
    count = draw(st.integers(least, most))
    pairs = draw(st.lists(st.tuples(st.integers(1, count), st.integers(1, count)), max_size=2 * count))
    places = draw(st.sampled_from([PLACES, PLACES[-3:], PLACES[:1]]))
    people = []
    for row in range(1, count + 1):
        region, district = draw(st.sampled_from(places))
        people.append(
            woman(
                row,
                region=region,
                district=district,
                centre=draw(st.sampled_from(["", "", "c1", "c2"])),
                neighbours=draw(st.booleans()),
                apart=frozenset({b for a, b in pairs if a == row and b != row}),
            )
        )
    return people


@given(pools(5, 9))
@settings(max_examples=150, deadline=None)
def test_one_circle_seats_as_many_as_any_could(people):
    assert len(seated(seat(hall(*people)))) == most_of(people)


@given(pools(10, 11))
@settings(max_examples=60, deadline=None)
def test_two_circles_seat_as_many_as_any_could(people):
    assert len(seated(seat(hall(*people)))) == most_of(people)


# -- each rule by itself -------------------------------------------------------------------------------------------


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
    assert not seat(hall(woman(1), today=BEGINS + DAY, circles=[circle(7, 11, facilitator=999)])).joinings


def test_late_joiners_fill_a_circle_to_twelve_the_longest_waiting_first():
    waiting = [woman(row, since=BEGINS - row * DAY) for row in range(1, 6)]
    found = seat(hall(*waiting, today=BEGINS + DAY, circles=[circle(7, *range(11, 20))]))
    assert sorted(seated(found)) == [3, 4, 5]


def test_without_a_facilitator_of_her_language_she_waits_and_it_is_said():
    people = [woman(row) for row in range(6)]
    found = seat(hall(*people, facilitators=[leads(languages="ru")]))
    assert not found.openings
    assert {(one.why, one.until) for one in found.waits} == {("facilitator", None)}


def test_the_one_facilitator_goes_to_those_who_wait_longest():
    old = [woman(row, stage="older", since=BEGINS - 9 * DAY) for row in range(5)]
    many = [woman(row, stage="expecting", since=BEGINS - 2 * DAY) for row in range(10, 22)]
    found = seat(hall(*old, *many, facilitators=[leads(room=1)]))
    assert [one.stage for one in found.openings] == ["older"]
    assert {one.why for one in found.waits} == {"facilitator"}


def test_who_speaks_two_languages_is_kept_for_the_one_where_nobody_else_is():
    desk = [leads(1, 1, "tg ru"), leads(2, 1, "tg")]
    people = [woman(row) for row in range(5)] + [woman(row, language="ru") for row in range(5, 10)]
    found = seat(hall(*people, facilitators=desk))
    assert {one.language: one.facilitator for one in found.openings} == {"tg": 2, "ru": 1}


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
    assert [(one.eased, one.near) for one in found.openings[0].seats] == [(True, True)] * 5
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
    assert [(one.band, len(one.seats)) for one in seat(hall(*babies, *walking)).openings] == [("a", 9), ("b", 8)]
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
    # Two are lacking and two come in four weeks: the first date after those.
    slow = seat(hall(*five[:3], today=day, came={("tg", "older"): 2}))
    assert {(one.why, one.until) for one in slow.waits} == {("few", BEGINS + 42 * DAY)}
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
