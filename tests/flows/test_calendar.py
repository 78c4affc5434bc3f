"""When anything may reach her: a table of moments, zones and parts of the day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from content.library import Library
from flows.desk.office import Book
from flows.desk.rota import Rota, Shift
from flows.effects import Cancel, Schedule
from flows.model import Desk, Person, Place, Profile, Scene
from flows.programme import calendar, pages
from flows.programme.calendar import DAYS, MARGIN_MINUTES, PARTS, PUT_OFF
from storage.ids import Ids
from tests.talk import STAFF
from tests.tree import made_up

ZONES = ("Asia/Dushanbe", "Europe/Moscow", "Europe/Berlin", "America/New_York")
KHUJAND = "Asia/Dushanbe"  # the tz database has one zone for all of Tajikistan


def person(part: str = "evening", zone: str = "Asia/Dushanbe", days: str = "mon", id: int = 12345 << 20) -> Person:
    return Person(id=id, zone=zone, profile=Profile(part=part, days=DAYS[days]))


def at(moment: str, zone: str = "Asia/Dushanbe") -> datetime:
    """A local moment, in UTC as everything in the bot is."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local(moment: datetime, her: Person) -> datetime:
    return moment.astimezone(her.tz)


# -- safe hours ----------------------------------------------------------------------------------------------------

EDGES = {
    "morning": ("06:59", "07:00", "10:59", "11:00"),
    "midday": ("10:59", "11:00", "15:59", "16:00"),
    "evening": ("15:59", "16:00", "19:59", "20:00"),
    "late": ("19:59", "20:00", "22:59", "23:00"),
}


@pytest.mark.parametrize("zone", [*ZONES, KHUJAND])
@pytest.mark.parametrize("part", EDGES)
@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-29", "2026-07-01", "2026-10-25"])
def test_safe_hours_begin_and_end_on_the_hour_in_her_zone(part: str, zone: str, day: str) -> None:
    her = person(part, zone)
    found = [calendar.is_safe(her, at(f"{day}T{hour}", zone)) for hour in EDGES[part]]
    assert found == [False, True, True, False]


def test_until_she_has_chosen_it_is_the_evening() -> None:
    assert calendar.safe_hours(Person(id=1)) == PARTS["evening"]


def test_the_same_moment_is_evening_in_dushanbe_and_midday_in_moscow() -> None:
    moment = at("2026-03-02T16:30")
    assert calendar.is_safe(person("evening"), moment)
    assert not calendar.is_safe(person("evening", "Europe/Moscow"), moment)
    assert calendar.is_safe(person("midday", "Europe/Moscow"), moment)


# -- her minute ------------------------------------------------------------------------------------------------------


def joined(kind: str) -> list[int]:
    """Ten thousand ids, as the bot makes them when women join at once, one a second, or over a year."""
    ids, begin = Ids(), datetime(2026, 3, 2, tzinfo=UTC)
    apart = {"in one burst": timedelta(), "one a second": timedelta(seconds=1), "over a year": timedelta(minutes=52)}
    return [ids.next(begin + apart[kind] * n) for n in range(10_000)]


@pytest.mark.parametrize("kind", ["in one burst", "one a second", "over a year"])
@pytest.mark.parametrize("part", PARTS)
def test_minutes_are_spread_over_safe_hours_with_a_margin(part: str, kind: str) -> None:
    begins, ends = PARTS[part]
    minutes = Counter(calendar.her_minute(person(part, id=id)) for id in joined(kind))
    assert min(minutes) >= begins * 60 + MARGIN_MINUTES
    assert max(minutes) < ends * 60 - MARGIN_MINUTES
    width = (ends - begins) * 60 - 2 * MARGIN_MINUTES
    assert len(minutes) == width, "every minute is somebody's"
    assert max(minutes.values()) < 2 * 10_000 / width, "no minute is everybody's"


def test_her_minute_never_changes() -> None:
    assert {calendar.her_minute(person(id=99 << 20)) for _ in range(3)} == {calendar.her_minute(person(id=99 << 20))}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01"])
def test_her_hour_is_the_same_on_the_clock_before_and_after_the_clocks_change(
    part: str, zone: str, change: str
) -> None:
    her, day = person(part, zone), date.fromisoformat(change)
    shown = set()
    for ahead in range(-2, 3):
        noon = datetime.combine(day + timedelta(days=ahead), time(12), her.tz)
        hour = calendar.her_hour(her, noon)
        assert local(hour, her).date() == noon.date()
        assert calendar.is_safe(her, hour)
        shown.add(local(hour, her).time())
    assert len(shown) == 1


# -- the next push ---------------------------------------------------------------------------------------------------


def moments() -> list[datetime]:
    """A fortnight around each change of clocks, every 5 hours and 7 minutes."""
    begins = (datetime(2026, 3, 22, tzinfo=UTC), datetime(2026, 10, 18, tzinfo=UTC))
    return [begin + n * timedelta(hours=5, minutes=7) for begin in begins for n in range(65)]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("days", DAYS)
@pytest.mark.parametrize("part", PARTS)
def test_the_next_push_is_strictly_after_on_her_day_at_her_hour_and_soon(part: str, days: str, zone: str) -> None:
    her = person(part, zone, days)
    for after in moments():
        push = calendar.next_push(her, after)
        assert push > after
        assert push - after <= timedelta(days=3, hours=2)
        assert local(push, her).weekday() in DAYS[days]
        assert push == calendar.her_hour(her, push)


@pytest.mark.parametrize("zone", ZONES)
def test_from_push_to_push_a_week_has_three_and_no_day_two(zone: str) -> None:
    for part in PARTS:
        her = person(part, zone)
        moment, days = at("2026-03-15T23:00", zone), []
        for _ in range(12):
            moment = calendar.next_day_push(her, moment)
            days.append(local(moment, her).date())
            # it goes out a little late; that does not bring a second one
            moment += timedelta(minutes=20)
        assert len(set(days)) == 12
        assert days[-1] - days[0] == timedelta(days=25)


def test_a_push_at_the_very_moment_is_not_the_next_one() -> None:
    her = person()
    push = calendar.next_push(her, at("2026-03-02T00:00"))
    assert local(push, her).date() == date(2026, 3, 2)
    assert local(calendar.next_push(her, push), her).date() == date(2026, 3, 4)
    assert calendar.next_push(her, push - timedelta(microseconds=1)) == push


def test_a_push_that_came_after_midnight_still_leaves_its_new_day_free() -> None:
    her = person("late")
    assert local(calendar.next_day_push(her, at("2026-03-04T00:10")), her).date() == date(2026, 3, 6)


def test_no_day_chosen_falls_back_and_a_day_that_is_none_is_a_fault() -> None:
    assert calendar.next_push(Person(id=1), at("2026-03-02T00:00"))
    with pytest.raises(ValueError, match="no day"):
        calendar.next_push(Person(id=1, profile=Profile(days=(9,))), at("2026-03-02T00:00"))


@pytest.mark.parametrize("days", DAYS)
def test_the_pulse_alone_comes_about_a_week_on(days: str) -> None:
    her = person(days=days)
    for after in moments():
        pulse = calendar.next_pulse(her, after)
        assert timedelta(days=6.4) < pulse - after < timedelta(days=9.6)
        assert calendar.is_safe(her, pulse)


# -- what is late, and what waits ----------------------------------------------------------------------------------

NOON_HER = person()
HOUR = f"{calendar.her_minute(NOON_HER) // 60:02}:{calendar.her_minute(NOON_HER) % 60:02}"
NEXT_SAFE = [
    ("2026-03-02T16:00", "2026-03-02T16:00"),
    ("2026-03-02T19:59", "2026-03-02T19:59"),
    ("2026-03-02T20:00", f"2026-03-03T{HOUR}"),
    ("2026-03-02T23:59", f"2026-03-03T{HOUR}"),
    ("2026-03-03T00:01", f"2026-03-03T{HOUR}"),
    ("2026-03-03T15:59", f"2026-03-03T{HOUR}"),
]


@pytest.mark.parametrize(("now", "wanted"), NEXT_SAFE)
def test_what_is_late_goes_now_if_the_hour_is_safe_else_at_her_next_minute(now: str, wanted: str) -> None:
    assert calendar.next_safe(NOON_HER, at(now)) == at(wanted)


LATER = [
    ("2026-03-02T16:10", "2026-03-02T19:10"),
    ("2026-03-02T16:59", "2026-03-02T19:59"),
    ("2026-03-02T17:00", f"2026-03-03T{HOUR}"),
    ("2026-03-02T21:30", f"2026-03-03T{HOUR}"),
    ("2026-03-03T00:30", f"2026-03-03T{HOUR}"),
    ("2026-03-02T10:00", f"2026-03-02T{HOUR}"),
    ("2026-03-02T13:30", "2026-03-02T16:30"),
]


@pytest.mark.parametrize(("now", "wanted"), LATER)
def test_later_today_is_three_hours_on_inside_her_hours_else_in_the_next_ones(now: str, wanted: str) -> None:
    found = calendar.later(NOON_HER, at(now))
    assert found == at(wanted)
    assert calendar.is_safe(NOON_HER, found)


def asked(minutes: float, question: str = "mood") -> tuple[Place, ...]:
    """She was asked so many minutes before six in the evening."""
    asked_at = at("2026-03-02T18:00") - timedelta(minutes=minutes)
    return (Place(talk=1, flow="pulse", question=question, asked_at=asked_at),)


PUT_OFFS = [
    ("nothing is open", "2026-03-02T18:00", (), None),
    ("asked an hour ago", "2026-03-02T18:00", asked(60), "2026-03-02T18:30"),
    ("asked just under two hours ago", "2026-03-02T18:00", asked(119), "2026-03-02T18:30"),
    ("asked two hours ago", "2026-03-02T18:00", asked(120), None),
    ("asked yesterday", "2026-03-02T18:00", asked(24 * 60), None),
    ("a place without a question", "2026-03-02T18:00", asked(1, ""), None),
    ("one of two was just asked", "2026-03-02T18:00", asked(300) + asked(5), "2026-03-02T18:30"),
    ("just asked, and her hours end", "2026-03-02T19:45", asked(-100), f"2026-03-04T{HOUR}"),
    ("outside her hours", "2026-03-02T21:00", (), f"2026-03-03T{HOUR}"),
    ("outside her hours, and just asked", "2026-03-02T21:00", asked(-170), f"2026-03-03T{HOUR}"),
    ("down for a night, her day has begun", "2026-03-03T09:00", (), f"2026-03-03T{HOUR}"),
]


@pytest.mark.parametrize(("why", "now", "places", "wanted"), PUT_OFFS, ids=[row[0] for row in PUT_OFFS])
def test_a_push_is_put_off(why: str, now: str, places: tuple[Place, ...], wanted: str | None) -> None:
    found = calendar.put_off(NOON_HER, places, at(now))
    assert found == (None if wanted is None else at(wanted)), why
    if found is not None:
        assert found > at(now)
        assert calendar.is_safe(NOON_HER, found)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("part", PARTS)
def test_whatever_is_put_off_comes_later_and_inside_her_hours(part: str, zone: str) -> None:
    her = person(part, zone)
    for now in moments():
        open_place = (Place(talk=1, flow="pulse", question="mood", asked_at=now - PUT_OFF),)
        for places in ((), open_place):
            found = calendar.put_off(her, places, now)
            assert found is None or (found > now and calendar.is_safe(her, found))
        assert calendar.is_safe(her, calendar.later(her, now))
        assert calendar.is_safe(her, calendar.next_safe(her, now))


# -- a pulse, a conversation, the desk -----------------------------------------------------------------------------


@pytest.mark.parametrize(("ago", "fresh"), [(0, True), (4.9, True), (5, False), (30, False)])
def test_a_pulse_is_fresh_for_five_days(ago: float, fresh: bool) -> None:
    now = at("2026-03-02T18:00")
    her = Person(id=1, profile=Profile(pulsed_at=now - timedelta(days=ago)))
    assert calendar.pulse_is_fresh(her, now) is fresh
    assert not calendar.pulse_is_fresh(Person(id=1), now)


@pytest.mark.parametrize(("ago", "here"), [(0, True), (30, True), (30.1, False), (600, False)])
def test_her_own_words_open_the_conversation_for_thirty_minutes(ago: float, here: bool) -> None:
    now = at("2026-03-02T02:00")
    assert calendar.conversation_open(Person(id=1, heard_at=now - timedelta(minutes=ago)), now) is here
    assert not calendar.conversation_open(Person(id=1), now)


DESK = [
    ("2026-03-02T08:59", False, "2026-03-02T09:00"),
    ("2026-03-02T09:00", True, "2026-03-02T09:00"),
    ("2026-03-02T17:59", True, "2026-03-02T17:59"),
    ("2026-03-02T18:00", False, "2026-03-03T09:00"),
    ("2026-03-02T23:30", False, "2026-03-03T09:00"),
    ("2026-03-03T00:30", False, "2026-03-03T09:00"),
]


@pytest.mark.parametrize(("now", "is_open", "opens"), DESK)
def test_the_desk_opens_by_its_own_clock(now: str, is_open: bool, opens: str) -> None:
    assert calendar.desk_open(Desk(), at(now)) is is_open
    assert calendar.desk_opens_at(Desk(), at(now)) == at(opens)


def test_a_desk_in_a_zone_with_summer_time_opens_at_nine_on_its_clock() -> None:
    sunday = {6: (Shift(begins=540, ends=1080, rows=(1,)),)}
    berlin = Desk(zone="Europe/Berlin", staff=STAFF, book=Book(rota=Rota(week=sunday)))
    for eve in ("2026-03-28T20:00", "2026-10-24T20:00"):
        opens = calendar.desk_opens_at(berlin, at(eve, "Europe/Berlin"))
        assert opens.astimezone(ZoneInfo("Europe/Berlin")).hour == 9
        assert opens - at(eve, "Europe/Berlin") in (timedelta(hours=12), timedelta(hours=14))


# -- the age of her child --------------------------------------------------------------------------------------------

AGES = [
    ("2026-03", "2026-03-02T10:00", "a"),
    ("2026-03", "2026-09-14T23:59", "a"),
    ("2026-03", "2026-09-15T00:00", "b"),
    ("2026-03", "2027-09-14T10:00", "b"),
    ("2026-03", "2027-09-15T10:00", "c"),
    ("2021-03", "2026-03-02T10:00", "c"),
    ("2026-05", "2026-03-02T10:00", "a"),
    ("", "2026-03-02T10:00", "a"),
]


@pytest.mark.parametrize(("child", "now", "band"), AGES)
def test_the_age_band_by_the_middle_of_the_month_of_birth(child: str, now: str, band: str) -> None:
    assert calendar.band(Person(id=1, stage="child", profile=Profile(child=child)), at(now)) == band


def test_a_child_not_born_yet_is_the_youngest_whatever_the_due_month() -> None:
    her = Person(id=1, stage="expecting", profile=Profile(child="2024-01"))
    assert calendar.band(her, at("2026-03-02T10:00")) == "a"


# -- hours of her own ------------------------------------------------------------------------------------------------

OWN_HOURS = [
    ((9, 12), "08:59", False),
    ((9, 12), "09:00", True),
    ((9, 12), "11:59", True),
    ((9, 12), "12:00", False),
    ((22, 2), "21:59", False),
    ((22, 2), "23:30", True),
    ((22, 2), "01:59", True),
    ((22, 2), "02:00", False),
    ((20, 24), "23:59", True),
    ((20, 24), "00:00", False),
    ((7, 7), "17:00", True),  # says nothing: the part she chose, the evening, speaks
    ((7, 7), "07:00", False),
]


@pytest.mark.parametrize(("hours", "clock", "safe"), OWN_HOURS)
def test_hours_of_her_own_go_before_the_part_of_the_day(hours: tuple[int, int], clock: str, safe: bool) -> None:
    her = structs.replace(person(), profile=Profile(part="evening", hours=hours))
    assert calendar.is_safe(her, at(f"2026-03-02T{clock}")) is safe
    assert calendar.is_safe(her, calendar.her_hour(her, at("2026-03-02T12:00")))


# -- who gets what when ----------------------------------------------------------------------------------------------
#
# One row, one person: what is known of her, the moment a push is planned anew (local), and when it then comes.

MON, TUE, WED, THU, FRI = (f"2026-03-{day:02}" for day in range(2, 7))
NEXT_MON, NEXT_WED = "2026-03-09", "2026-03-11"


def pushed(*moments: str) -> tuple[datetime, ...]:
    return tuple(at(moment) for moment in moments)


PLANS: list[tuple[str, dict[str, Any], str, str]] = [
    ("joined in the morning", {}, f"{MON}T10:00", MON),
    ("joined at night", {}, f"{MON}T21:00", WED),
    ("other days", {"days": DAYS["tue"]}, f"{MON}T10:00", TUE),
    ("days she picked herself", {"days": (3,)}, f"{MON}T10:00", THU),
    ("one came today already", {"pushed": pushed(f"{MON}T07:30")}, f"{MON}T10:00", WED),
    (
        "three came this week",
        {"pushed": pushed(f"{MON}T17:00", f"{TUE}T17:00", f"{WED}T17:00")},
        f"{WED}T18:00",
        NEXT_MON,
    ),
    ("a pause of some days", {"paused_until": at(f"{WED}T12:00")}, f"{MON}T10:00", WED),
    ("a pause past her hour", {"paused_until": at(f"{WED}T21:00")}, f"{MON}T10:00", FRI),
    ("a pause that is over", {"paused_until": at(f"{MON}T09:00")}, f"{MON}T10:00", MON),
    ("hidden for a day", {"hidden_until": at(f"{TUE}T10:00")}, f"{MON}T10:00", WED),
    ("paused and hidden, the longer counts", {"paused_until": at(f"{WED}T12:00"), "hidden_until": at(f"{THU}T12:00")},
     f"{MON}T10:00", FRI),
    ("a loss: four weeks of nothing", {"lost_at": at(f"{MON}T09:00")}, f"{MON}T10:00", "2026-03-30"),
    ("a loss, and the pulse came yesterday", {"lost_at": at("2026-01-05T09:00"), "pushed": pushed("2026-03-01T17:00")},
     f"{MON}T10:00", NEXT_MON),
    ("the day after a page that stirs", {"week": 3, "push": 1, "pushed": pushed(f"{MON}T17:00")}, f"{MON}T18:00", TUE),
    ("and then her own days again", {"week": 3, "push": 2, "pushed": pushed(f"{MON}T17:00", f"{TUE}T17:00")},
     f"{TUE}T18:00", WED),
    ("that day went by: her next one", {"week": 3, "push": 1, "pushed": pushed(f"{MON}T17:00")}, f"{TUE}T21:00", WED),
    ("a pause over the day after", {"week": 3, "push": 1, "pushed": pushed(f"{MON}T17:00"),
                                    "paused_until": at(f"{WED}T12:00")}, f"{MON}T18:00", WED),
    ("all written weeks read: a week on", {"week": 5, "told_end": True, "pushed": pushed(f"{MON}T17:00")},
     f"{MON}T18:00", NEXT_MON),
    ("new weeks written meanwhile", {"week": 4, "told_end": True, "pushed": pushed(f"{MON}T17:00")},
     f"{MON}T18:00", WED),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return made_up(tmp_path_factory.mktemp("tree"), 4, stirs=(3,))


@pytest.mark.parametrize("role", ["mother", "father", "grandmother", "carer"])
@pytest.mark.parametrize("stage", ["expecting", "child"])
@pytest.mark.parametrize("zone", ["Asia/Dushanbe", "Europe/Moscow"])
@pytest.mark.parametrize("row", PLANS, ids=[row[0] for row in PLANS])
def test_who_gets_what_when(
    library: Library, role: str, stage: str, zone: str, row: tuple[str, dict[str, Any], str, str]
) -> None:
    why, told, now, wanted = row
    known = {"part": "evening", "days": DAYS["mon"], "programme": "mums", "week": 1, **told}
    moved = ZoneInfo(zone).utcoffset(datetime(2026, 3, 2)) - ZoneInfo("Asia/Dushanbe").utcoffset(datetime(2026, 3, 2))  # type: ignore[operator]
    shifted = {name: _shifted(value, -moved) for name, value in known.items()}
    her = Person(id=12345 << 20, role=role, stage=stage, zone=zone, state="active", profile=Profile(**shifted))
    scene = Scene(now=at(now, zone), person=her, library=library, desk=Desk())
    (plan,) = pages.planned(scene)
    assert isinstance(plan, Schedule)
    assert plan.key == "session"
    assert local(plan.at, her).date().isoformat() == wanted, why
    assert calendar.is_safe(her, plan.at)
    assert plan.at > scene.now


def _shifted(value: Any, by: timedelta) -> Any:
    """The same moments on the clock of another zone."""
    if isinstance(value, datetime):
        return value + by
    if isinstance(value, tuple) and value and isinstance(value[0], datetime):
        return tuple(moment + by for moment in value)
    return value


def test_a_pause_without_end_plans_nothing(library: Library) -> None:
    her = Person(id=1, profile=Profile(programme="mums", week=1, paused_until=calendar.WITHOUT_END))
    scene = Scene(now=at(f"{MON}T10:00"), person=her, library=library, desk=Desk())
    assert pages.planned(scene) == [Cancel(key="session")]


LATE = [(hours, part) for hours in (30, 50) for part in PARTS]


@pytest.mark.parametrize(("hours", "part"), LATE)
@pytest.mark.parametrize("days", DAYS)
@pytest.mark.parametrize("zone", ZONES)
def test_what_is_late_by_an_outage_comes_in_safe_hours_within_a_day(
    hours: int, part: str, days: str, zone: str
) -> None:
    her = person(part, zone, days)
    planned = calendar.next_push(her, at(f"{MON}T00:00", zone))
    now = planned + timedelta(hours=hours)
    instead = calendar.put_off(her, (), now)
    came = now if instead is None else instead
    assert calendar.is_safe(her, came)
    assert came - now < timedelta(days=1)
    after = structs.replace(her, profile=structs.replace(her.profile, pushed=(came,)))
    following = calendar.next_free_push(after, came)
    assert local(following, her).date() > local(came, her).date(), "one a day"
