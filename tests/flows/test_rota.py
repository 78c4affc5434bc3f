"""The rota: a table of cases, and what holds of every rota: swaps, holidays, shifts past midnight, gaps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from flows.desk import rota, rota_lines
from flows.desk.office import Member
from flows.desk.rota import DAY, Away, Hours, Rota, Shift, Span, Swap
from flows.desk.rota_lines import Misread, Reader, applied

DUSHANBE = ZoneInfo("Asia/Dushanbe")
HOURS = Hours(9, 18, DUSHANBE)
GULRU, SAVSAN, NIGORA = 1, 2, 3
ALL = frozenset({GULRU, SAVSAN, NIGORA})
STAFF = (
    Member(row=GULRU, id=11, name="Gulru", role="lead"),
    Member(row=SAVSAN, id=12, name="Савсан"),
    Member(row=NIGORA, id=13, name="Nigora Sh", role="moderator"),
)
MONDAY = date(2026, 3, 2)
PATTERN = """Mon-Fri 9-18 Gulru, Савсан
Mon-Fri 18-9 nigora sh
Sat 9-18 Савсан
Sun off"""


def local(words: str) -> datetime:
    return datetime.fromisoformat(f"2026-{words}").replace(tzinfo=DUSHANBE).astimezone(UTC)


def typed(text: str, kept: Rota | None = None, *, me: int = 0, today: date = MONDAY) -> Rota:
    kept = kept or Rota()
    return applied(kept, Reader(STAFF, today, kept, me).read(text))


WEEK = typed(PATTERN)


def on(words: str, kept: Rota, serving: frozenset[int] = ALL) -> tuple[int, ...]:
    return rota.on_duty(kept, serving, local(words), DUSHANBE)


# -- who is on duty ------------------------------------------------------------------------------------------------

TABLE = [
    ("", "03-02T08:59", ()),  # Monday before the first shift: Sunday is free
    ("", "03-02T09:00", (GULRU, SAVSAN)),
    ("", "03-02T17:59", (GULRU, SAVSAN)),
    ("", "03-02T18:00", (NIGORA,)),
    ("", "03-03T02:00", (NIGORA,)),  # past midnight it is still Monday's shift
    ("", "03-07T03:00", (NIGORA,)),  # Friday's night ends on Saturday morning
    ("", "03-07T12:00", (SAVSAN,)),
    ("", "03-08T12:00", ()),
    ("swap 3.03 gulru nigora", "03-03T12:00", (NIGORA, SAVSAN)),
    ("swap 3.03 gulru nigora", "03-03T22:00", (GULRU,)),
    ("swap 3.03 gulru nigora", "03-04T02:00", (GULRU,)),
    ("swap 3.03 gulru nigora", "03-03T02:00", (NIGORA,)),  # Monday's night is not swapped
    ("swap 3.03 gulru nigora", "03-10T12:00", (GULRU, SAVSAN)),
    ("swap 3.03 gulru 4.03 nigora", "03-03T12:00", (NIGORA, SAVSAN)),
    ("swap 3.03 gulru 4.03 nigora", "03-04T12:00", (GULRU, SAVSAN)),
    ("swap 3.03 gulru 4.03 nigora", "03-04T22:00", (GULRU,)),
    ("swap 3.03 gulru nigora\n3.03 usual", "03-03T12:00", (GULRU, SAVSAN)),
    ("away gulru 3.03-5.03", "03-03T12:00", (SAVSAN,)),
    ("away gulru 3.03-5.03", "03-06T12:00", (GULRU, SAVSAN)),
    ("away nigora 3.03", "03-04T02:00", ()),  # her night of the third
    ("away gulru 3.03-5.03\nback gulru", "03-03T12:00", (GULRU, SAVSAN)),
    ("away gulru 3.03\nswap 3.03 gulru nigora", "03-03T12:00", (NIGORA, SAVSAN)),
    ("3.03-4.03 off", "03-03T12:00", ()),
    ("3.03-4.03 off", "03-03T08:00", (NIGORA,)),  # the night before the holiday runs to its end
    ("3.03-4.03 off", "03-05T02:00", ()),
    ("3.03-4.03 off\n4.03 usual", "03-04T12:00", (GULRU, SAVSAN)),
    ("8.03 10-14 nigora", "03-08T12:00", (NIGORA,)),
    ("8.03 10-14 nigora", "03-15T12:00", ()),
    ("3.03 9-18 nigora", "03-03T12:00", (NIGORA,)),  # the day alone: the night stays as it is
    ("3.03 9-18 nigora", "03-03T20:00", (NIGORA,)),
    ("3.03 9-18 gulru", "03-03T20:00", (NIGORA,)),
    ("swap 3.03 gulru nigora\n3.03 9-18 савсан", "03-03T20:00", (GULRU,)),  # and stays swapped
    ("Mon-Fri 10-16 nigora", "03-03T17:00", ()),  # it takes the place of the shift it touches
    ("Mon-Fri 10-16 nigora", "03-03T20:00", (NIGORA,)),
    ("Tue 9-13 gulru; Tue 12-18 савсан", "03-03T12:30", (GULRU, SAVSAN)),  # one message displaces nothing of its own
    ("Mon off; Mon 20-22 gulru", "03-02T12:00", ()),
    ("Mon off; Mon 20-22 gulru", "03-02T21:00", (GULRU,)),
    ("3.03 nigora", "03-03T12:00", (NIGORA,)),
    ("3.03 nigora", "03-03T20:00", (NIGORA,)),
]


@pytest.mark.parametrize(("more", "when", "who"), TABLE)
def test_who_is_on_duty(more: str, when: str, who: tuple[int, ...]) -> None:
    kept = WEEK
    for line in more.splitlines():
        kept = typed(line, kept)
    assert on(when, kept) == who
    assert on(when, json.decode(json.encode(kept), type=Rota)) == who


def test_whoever_serves_no_more_is_on_no_shift() -> None:
    assert on("03-02T12:00", WEEK, frozenset({SAVSAN, NIGORA})) == (SAVSAN,)
    assert on("03-02T20:00", WEEK, frozenset({GULRU})) == ()


def test_the_next_shift_is_the_next_one_in_which_somebody_stands() -> None:
    after = rota.next_duty(typed("away nigora 6.03-8.03", WEEK), ALL, local("03-06T12:00"), DUSHANBE)
    assert after is not None
    assert (after.begins, after.rows) == (local("03-07T09:00"), (SAVSAN,))
    assert rota.next_duty(Rota(), ALL, local("03-06T12:00"), DUSHANBE) is None


# -- when words are read, and gaps ---------------------------------------------------------------------------------


def reads(kept: Rota, first: str, last: str) -> list[tuple[str, str]]:
    days = (date.fromisoformat(f"2026-{one}") for one in (first, last))
    return [_told(span) for span in rota.opening(kept, ALL, HOURS, *days)]


def _told(span: Span) -> tuple[str, str]:
    begins, ends = (one.astimezone(DUSHANBE) for one in (span.begins, span.ends))
    return f"{begins:%d %H:%M}", f"{ends:%d %H:%M}"


def test_words_are_read_in_opening_hours_while_somebody_is_on_duty() -> None:
    assert reads(Rota(), "03-07", "03-09") == [("07 09:00", "07 18:00"), ("09 09:00", "09 18:00")]
    assert reads(typed("9.03 off"), "03-07", "03-09") == [("07 09:00", "07 18:00")]
    assert reads(WEEK, "03-06", "03-08") == [("06 09:00", "06 18:00"), ("07 09:00", "07 18:00")]
    assert reads(typed("Mon 10-12 gulru\nMon 15-20 gulru"), "03-02", "03-03") == [
        ("02 10:00", "02 12:00"),
        ("02 15:00", "02 18:00"),
    ]


def missing(kept: Rota, now: str, hours: int = 48, serving: frozenset[int] = ALL) -> list[tuple[str, str]]:
    found = rota.gaps(kept, serving, HOURS, local(now), local(now) + timedelta(hours=hours))
    return [_told(span) for span in found]


GAPS = [
    ("", "03-02T10:00", []),
    ("", "03-06T20:00", []),  # Sunday is free, and said to be
    ("away nigora 3.03", "03-02T10:00", [("03 18:00", "04 09:00")]),
    ("away nigora 3.03", "03-01T10:00", []),  # more than two days ahead
    ("away nigora 3.03", "03-04T03:00", [("03 18:00", "04 09:00")]),  # begun: it begins where it began
    ("away gulru 3.03", "03-02T10:00", []),  # the second is there
    ("away gulru 3.03\naway савсан 3.03", "03-02T10:00", [("03 09:00", "03 18:00")]),
    ("3.03 off", "03-02T10:00", []),  # a holiday is none
    ("3.03 off\n3.03 12-15 gulru", "03-02T10:00", [("03 09:00", "03 12:00"), ("03 15:00", "03 18:00")]),
    ("Sat 9-13 савсан", "03-06T10:00", [("07 13:00", "07 18:00")]),
]


@pytest.mark.parametrize(("more", "now", "expected"), GAPS)
def test_a_gap_is_when_somebody_should_be_there_and_nobody_is(
    more: str, now: str, expected: list[tuple[str, str]]
) -> None:
    kept = WEEK
    for line in more.splitlines():
        kept = typed(line, kept)
    assert missing(kept, now) == expected


def test_somebody_who_left_leaves_a_gap_and_no_rota_leaves_none() -> None:
    assert missing(WEEK, "03-02T10:00", 12, frozenset({GULRU})) == [("02 18:00", "03 09:00")]
    assert missing(Rota(), "03-02T10:00") == []


def test_working_days_follow_the_rota() -> None:
    assert [rota.is_working(Rota(), day) for day in rota.days(MONDAY, date(2026, 3, 8))] == [True] * 6 + [False]
    kept = typed("Sun 9-18 gulru\nMon off\n3.03 off")
    assert [rota.is_working(kept, day) for day in rota.days(MONDAY, date(2026, 3, 8))] == [False, False] + [True] * 5


# -- what holds of every rota --------------------------------------------------------------------------------------

MOMENTS = st.integers(0, 21 * DAY).map(lambda minute: local("03-02T00:00") + timedelta(minutes=minute))
ROWS = st.lists(st.sampled_from(sorted(ALL)), min_size=1, max_size=2, unique=True).map(tuple)
SHIFTS = st.builds(
    lambda begins, long, rows: Shift(begins=begins, ends=begins + long, rows=rows),
    st.integers(0, DAY - 1),
    st.integers(15, DAY),
    ROWS,
)
SOME = st.lists(SHIFTS, max_size=3).map(tuple)
DATES = st.integers(0, 20).map(lambda ahead: MONDAY + timedelta(days=ahead))
ROTAS = st.builds(
    Rota,
    week=st.dictionaries(st.integers(0, 6), SOME),
    dates=st.dictionaries(DATES, SOME, max_size=4),
    swaps=st.lists(
        st.builds(Swap, on=DATES, gone=st.sampled_from(sorted(ALL)), comes=st.sampled_from(sorted(ALL))), max_size=4
    ).map(tuple),
    away=st.lists(
        st.builds(
            lambda row, first, long: Away(row=row, first=first, last=first + timedelta(days=long)),
            st.sampled_from(sorted(ALL)),
            DATES,
            st.integers(0, 5),
        ),
        max_size=3,
    ).map(tuple),
)


def _covers(some: list[Span], moment: datetime) -> bool:
    return any(span.begins <= moment < span.ends for span in some)


@given(ROTAS, MOMENTS)
def test_at_every_moment_somebody_is_on_duty_or_it_is_a_gap_or_nobody_was_expected(
    kept: Rota, moment: datetime
) -> None:
    here = rota.on_duty(kept, ALL, moment, DUSHANBE)
    holes = rota.gaps(kept, ALL, HOURS, moment, moment + timedelta(minutes=1))
    assert not (here and _covers(holes, moment))
    if kept.made and not here and not _covers(holes, moment):
        local_day = moment.astimezone(DUSHANBE).date()
        for day in (local_day - timedelta(days=1), local_day):
            assert not _covers(
                [
                    Span(rota.moment(day, one.begins, DUSHANBE), rota.moment(day, one.ends, DUSHANBE))
                    for one in rota.planned(kept, day)
                ],
                moment,
            )


@given(ROTAS, MOMENTS)
def test_whoever_is_away_or_gone_is_never_called(kept: Rota, moment: datetime) -> None:
    some = rota.on_duty(kept, frozenset({GULRU, SAVSAN}), moment, DUSHANBE)
    assert set(some) <= {GULRU, SAVSAN}
    assert len(set(some)) == len(some)
    day = moment.astimezone(DUSHANBE).date()
    near = [row for row in some if rota.is_away(kept, row, day) and rota.is_away(kept, row, day - timedelta(days=1))]
    assert not near


@given(ROTAS, MOMENTS)
def test_gaps_never_cover_one_another_and_are_known_again_an_hour_later(kept: Rota, moment: datetime) -> None:
    until = moment + timedelta(hours=48)
    now = rota.gaps(kept, ALL, HOURS, moment, until)
    assert all(one.ends <= other.begins for one, other in pairwise(now))
    later = rota.gaps(kept, ALL, HOURS, moment + timedelta(hours=1), until)
    assert {span.begins for span in later} <= {span.begins for span in now}


@given(ROTAS, DATES, st.sampled_from(sorted(ALL)), st.sampled_from(sorted(ALL)), MOMENTS)
def test_a_swap_and_then_as_usual_leave_the_pattern(
    kept: Rota, day: date, gone: int, comes: int, moment: datetime
) -> None:
    plain = rota.as_usual(kept, {day})
    swapped = rota.with_swap(
        rota.with_swap(plain, Swap(on=day, gone=gone, comes=comes)), Swap(on=day, gone=comes, comes=gone)
    )
    assert rota.on_duty(rota.as_usual(swapped, {day}), ALL, moment, DUSHANBE) == rota.on_duty(
        plain, ALL, moment, DUSHANBE
    )


@given(ROTAS, MOMENTS)
def test_a_day_has_as_many_minutes_of_reading_as_of_duty_in_its_hours(kept: Rota, moment: datetime) -> None:
    is_open = _covers(rota.opening(kept, ALL, HOURS, MONDAY - timedelta(days=1), MONDAY + timedelta(days=30)), moment)
    in_hours = 9 <= moment.astimezone(DUSHANBE).hour < 18
    if kept.made:
        assert is_open == (in_hours and bool(rota.on_duty(kept, ALL, moment, DUSHANBE)))


def test_what_has_passed_is_forgotten_in_time() -> None:
    kept = typed("3.03 off\naway gulru 3.03-5.03\nswap 4.03 nigora савсан", WEEK)
    assert rota.pruned(kept, date(2026, 3, 8)) == kept
    assert rota.pruned(kept, date(2026, 4, 1)) == WEEK


# -- what is typed -------------------------------------------------------------------------------------------------

ALIKE = [
    ("Mon-Fri 9-18 Gulru", "пн-пт 9-18 gulru"),
    ("Mon-Fri 9-18 Gulru", "дш-ҷм 9-18 Gulru"),
    ("Mon-Fri 9-18 Gulru", "Gulru, пн – пт, с 9 до 18"),
    ("Mon-Fri 9-18 Gulru", "mon,tue,wed,thu,fri 09:00-18:00 gul"),
    ("Mon-Fri 18-9 савсан", "понедельник-пятница 18-9 #2"),
    ("Fri-Mon 9-18 Gulru", "fri,sat,sun,mon 9-18 Gulru"),
    ("Sun off", "вс выходной"),
    ("Sun off", "яш истироҳат"),
    ("12.03 off", "12.3.2026 off"),
    ("5.03-12.03 off", "5-12.03 выходной"),
    ("5.03-12.03 off", "с 5.03 по 12.03 выходной"),
    ("12.03 9-18 Gulru, савсан", "12.03 Gulru и Савсан 9-18"),
    ("3.03 9-18 gulru; Sun off", "3.03 9-18 gulru\nSun off"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_the_same_said_in_other_words(one: str, other: str) -> None:
    assert typed(one) == typed(other) != Rota()


WRONG = [
    ("Mon-Fri 9-18", "nobody"),
    ("Mon-Fri Gulru", "hours"),
    ("9-18 Gulru", "day"),
    ("Mon 9-18 Zebo", "name"),
    ("Mon 9-25 Gulru", "hours"),
    ("Mon 24-8 Gulru", "hours"),
    ("Mon 9:70-18 Gulru", "hours"),
    ("32.03 off", "day"),
    ("1.03 off", "past"),
    ("1.03.2025 off", "past"),
    ("Mon 12.03 9-18 Gulru", "words"),
    ("swap 12.03 Gulru", "pair"),
    ("swap 12.03 Gulru Gulru", "pair"),
    ("swap 14.03 Gulru Nigora", "pair"),  # a Saturday: neither of them is on duty
    ("swap Gulru Nigora", "day"),
    ("away Gulru", "day"),
    ("away 5.03", "nobody"),
    ("away off 5.03", "words"),
    ("Sun off Gulru", "words"),
    ("usual", "day"),
    ("9.00-18.00 Mon Gulru", "day"),
    ("hello", "name"),
    ("12.03-5.03.2026 off", "day"),
]


@pytest.mark.parametrize(("line", "why"), WRONG)
def test_a_line_that_is_not_understood_spoils_the_message(line: str, why: str) -> None:
    with pytest.raises(Misread) as found:
        typed(f"Tue 9-18 Gulru\n{line}", WEEK)
    assert found.value.why == why
    assert found.value.line.strip() == line


def test_two_of_one_name_are_told_apart_by_number_only() -> None:
    two = (Member(row=1, id=1, name="Zebo"), Member(row=2, id=2, name="Zebo"))
    with pytest.raises(Misread):
        Reader(two, MONDAY, Rota()).read("Mon 9-18 Zebo")
    assert applied(Rota(), Reader(two, MONDAY, Rota()).read("Mon 9-18 #2")).week[0][0].rows == (2,)


def test_a_name_that_is_also_a_word_is_a_name() -> None:
    some = (Member(row=1, id=1, name="Боз"), Member(row=2, id=2, name="Monavvar"))
    kept = applied(Rota(), Reader(some, MONDAY, Rota()).read("Tue 9-18 Боз, Monavvar"))
    assert kept.week == {1: (Shift(begins=540, ends=1080, rows=(1, 2)),)}


def test_days_that_are_not_named_stay_and_a_span_over_new_year_is_one() -> None:
    kept = typed("Sat 10-14 Gulru", WEEK)
    assert kept.week[5] == (Shift(begins=600, ends=840, rows=(GULRU,)),)
    assert {day: some for day, some in kept.week.items() if day != 5} == {
        day: some for day, some in WEEK.week.items() if day != 5
    }
    away = typed("away gulru 30.12-3.01", today=date(2026, 12, 28)).away
    assert away == (Away(row=GULRU, first=date(2026, 12, 30), last=date(2027, 1, 3)),)


def test_what_a_moderator_may_do_of_herself() -> None:
    reader = Reader(STAFF, MONDAY, WEEK, SAVSAN)
    own = [
        rota_lines.is_own(reader.read(line)[0], SAVSAN)
        for line in ("away me 3.03", "swap 3.03 me nigora", "swap 3.03 gulru nigora", "away gulru 3.03", "Mon 9-18 me")
    ]
    assert own == [True, True, False, False, False]
