"""Seating: what holds on every day for everybody, tried on made-up halls, and the most that any way could seat."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from flows.circles import dates
from flows.circles.company import PATIENCE
from flows.circles.matching import seat
from flows.circles.seats import Hall, Running, Seating, Sitter, Waiting
from flows.circles.stages import band
from tests.hall import BEGINS, DAY, PLACES, hall, leads, seated, woman

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
        Running(
            id=id,
            language="tg",
            stage="under18m",
            begins=today - draw(st.sampled_from([0, 5, 13, 14, 40])) * DAY,
            band=draw(st.sampled_from(["", "a", "b"])),
            guide=draw(st.sampled_from([900, 999])),
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
    return hall(*waiting, today=today, circles=circles, guides=desk)


def tables(one: Hall, found: Seating) -> list[tuple[dict, list[Sitter], list[Waiting]]]:
    """Each circle as it is now: what it is, who sat there before, who came today (as she stands today)."""
    people = {
        who.person: structs.replace(who, eased=not who.rather_wait and dates.between(who.since, one.today) >= PATIENCE)
        for who in one.waiting
    }
    result = [(structs.asdict(new), [], [people[who.person] for who in new.newcomers]) for new in found.openings]
    for old in one.circles:
        came = [people[join.newcomer.person] for join in found.joinings if join.circle == old.id]
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
        and what["guide"] != 999
        and (not what["band"] or band(one, what["begins"]) == what["band"])
        and all(stranger(one, who) for who in there)
    )


@given(halls())
@settings(max_examples=40, deadline=None)
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
        assert 5 <= len(new.newcomers) <= 12
        assert new.begins == one.today
        assert dates.on_or_before(one.today) == one.today
    led = Counter(new.guide for new in found.openings)
    for leader in one.guides:
        assert led.pop(leader.id, 0) <= leader.more
        assert all(new.language in leader.languages for new in found.openings if new.guide == leader.id)
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
@settings(max_examples=25, deadline=None)
def test_the_order_in_which_they_are_handed_in_does_not_matter(one: Hall, chance):
    mixed = [list(some) for some in (one.waiting, one.circles, one.guides)]
    for some in mixed:
        chance.shuffle(some)
    waiting, circles, guides = map(tuple, mixed)
    assert seat(structs.replace(one, waiting=waiting, circles=circles, guides=guides)) == seat(one)


def applied(one: Hall, found: Seating, today: date) -> Hall:
    """The hall after what was found has been done."""
    sat = {who.person for new in found.openings for who in new.newcomers} | {j.newcomer.person for j in found.joinings}
    people = {who.person: who for who in one.waiting}
    names = structs.fields(Sitter)

    def sitter(who) -> Sitter:
        told = {name.name: getattr(people[who.person], name.name) for name in names}
        return Sitter(**{**told, "eased": who.eased})

    old = [
        structs.replace(
            kept, members=kept.members + tuple(sitter(j.newcomer) for j in found.joinings if j.circle == kept.id)
        )
        for kept in one.circles
    ]
    new = [
        Running(
            id=1000 + today.toordinal() * 100 + at,
            language=it.language,
            stage=it.stage,
            begins=it.begins,
            guide=it.guide,
            band=it.band,
            members=tuple(map(sitter, it.newcomers)),
        )
        for at, it in enumerate(found.openings)
    ]
    led = Counter(it.guide for it in found.openings)
    return structs.replace(
        one,
        today=today,
        waiting=tuple(who for who in one.waiting if who.person not in sat),
        circles=(*old, *new),
        guides=tuple(structs.replace(who, more=who.more - led[who.id]) for who in one.guides),
    )


@given(halls())
@settings(max_examples=30, deadline=None)
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
@settings(max_examples=50, deadline=None)
def test_one_circle_seats_as_many_as_any_could(people):
    assert len(seated(seat(hall(*people)))) == most_of(people)


@given(pools(10, 11))
@settings(max_examples=25, deadline=None)
def test_two_circles_seat_as_many_as_any_could(people):
    assert len(seated(seat(hall(*people)))) == most_of(people)
