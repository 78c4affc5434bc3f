"""The rota: who is on duty when, as arithmetic on days and minutes. Knows no desk, no text and no clock.

A shift belongs to the day it begins on and may pass midnight. The week is a pattern; a date of its own takes its
place (a holiday is a date with no shifts). A swap puts one person in another's shift; whoever is away leaves her
shifts empty. People are the desk's own numbers (`Member.row`); who serves no more is on no shift.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

DAY = 24 * 60
WORKING = frozenset({0, 1, 2, 3, 4, 5})
"""The days on which the desk works, Monday 0, where no rota says otherwise: the usual six of the country."""
AHEAD = 21
"""Days searched for the next time that somebody is there."""
KEPT = timedelta(days=7)
"""For so long what was said of a day that has passed is kept."""


class Shift(Struct, frozen=True, kw_only=True):
    """From and to in minutes after midnight of its day; `ends` is later and may lie in the next day.

    `rows`: who is called first, then second, and so on.
    """

    begins: int
    ends: int
    rows: tuple[int, ...] = ()


class Swap(Struct, frozen=True, kw_only=True):
    """On this day `comes` stands in for `gone`: in the shift that begins at minute `begins`, or (-1) in all."""

    on: date
    gone: int
    comes: int
    begins: int = -1


class Away(Struct, frozen=True, kw_only=True):
    """Somebody is not there from `first` to `last`, both included."""

    row: int
    first: date
    last: date


class Rota(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A pattern of the week, and what is different on some days.

    `week` by weekday, Monday 0: one with no shifts is a day on which nobody is expected, one that is not there was
    never spoken of. `dates` take the place of the pattern.
    """

    week: dict[int, tuple[Shift, ...]] = {}
    dates: dict[date, tuple[Shift, ...]] = {}
    swaps: tuple[Swap, ...] = ()
    away: tuple[Away, ...] = ()

    @property
    def made(self) -> bool:
        """Whether there is a rota: a holiday alone is none."""
        return any((*self.week.values(), *self.dates.values()))


class Span(Struct, frozen=True):
    """From one moment to another, in UTC, and who is on duty; `day` is the day of the desk it belongs to."""

    begins: datetime
    ends: datetime
    rows: tuple[int, ...] = ()
    day: date | None = None


class Hours(Struct, frozen=True):
    """The desk's opening hours, whole hours of its zone."""

    opens: int
    closes: int
    zone: ZoneInfo


# -- one day -------------------------------------------------------------------------------------------------------


def planned(rota: Rota, day: date) -> tuple[Shift, ...]:
    """The shifts of a day before anybody swapped or went away."""
    return rota.dates[day] if day in rota.dates else rota.week.get(day.weekday(), ())


def shifts(rota: Rota, day: date, serving: Collection[int]) -> tuple[Shift, ...]:
    """The shifts that begin on this day with those who really stand in them; a shift may be empty."""
    return tuple(_staffed(rota, day, one, serving) for one in sorted(planned(rota, day), key=_order))


def _staffed(rota: Rota, day: date, shift: Shift, serving: Collection[int]) -> Shift:
    rows: list[int] = []
    for row in shift.rows:
        here = stands(rota, day, shift, row, serving)
        if here is not None and here not in rows:
            rows.append(here)
    return structs.replace(shift, rows=tuple(rows))


def stands(rota: Rota, day: date, shift: Shift, row: int, serving: Collection[int]) -> int | None:
    """Who really stands in a shift where `row` was planned; None when nobody does."""
    here = _in_place(rota, day, shift, row)
    return here if here in serving and not is_away(rota, here, day) else None


def agreed(rota: Rota, day: date) -> tuple[Shift, ...]:
    """The shifts of a day as they were swapped, whoever is away or has left."""
    return tuple(
        structs.replace(one, rows=tuple(dict.fromkeys(_in_place(rota, day, one, row) for row in one.rows)))
        for one in planned(rota, day)
    )


def beside(kept: Iterable[Shift], new: Iterable[Shift]) -> tuple[Shift, ...]:
    """New shifts of a day, and of those it had whatever none of them touches."""
    added = tuple(new)
    left = [one for one in kept if not any(one.begins < other.ends and other.begins < one.ends for other in added)]
    return tuple(sorted((*left, *added), key=_order))


def _in_place(rota: Rota, day: date, shift: Shift, row: int) -> int:
    """Who stands where `row` was to: the last swap that was made of the pattern counts, they are no chain."""
    for swap in reversed(rota.swaps):
        if swap.on == day and swap.gone == row and swap.begins in {-1, shift.begins}:
            return swap.comes
    return row


def is_away(rota: Rota, row: int, day: date) -> bool:
    """Whether somebody is away on this day."""
    return any(one.row == row and one.first <= day <= one.last for one in rota.away)


def is_closed(rota: Rota, day: date) -> bool:
    """Whether nobody is expected: a holiday, or a weekday that the desk has said to be free."""
    if day in rota.dates:
        return not rota.dates[day]
    if day.weekday() in rota.week:
        return not rota.week[day.weekday()]
    return day.weekday() not in WORKING


def is_working(rota: Rota, day: date) -> bool:
    """Whether this is a working day: one of the usual six or of the rota's, and no holiday."""
    return not is_closed(rota, day)


def _order(shift: Shift) -> tuple[int, int]:
    return shift.begins, shift.ends


def moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The moment a minute of a day is, by the clock on the wall."""
    return (datetime.combine(day, time(0), zone) + timedelta(minutes=minute)).astimezone(UTC)


# -- moments -------------------------------------------------------------------------------------------------------


def days(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    for ahead in range((last - first).days + 1):
        yield first + timedelta(days=ahead)


def spans(rota: Rota, serving: Collection[int], first: date, last: date, zone: ZoneInfo) -> list[Span]:
    """Every shift that begins between these days and in which somebody stands, by beginning."""
    found = [
        Span(moment(day, one.begins, zone), moment(day, one.ends, zone), one.rows, day)
        for day in days(first, last)
        for one in shifts(rota, day, serving)
        if one.rows
    ]
    return sorted(found, key=lambda span: (span.begins, span.ends))


def on_duty(rota: Rota, serving: Collection[int], now: datetime, zone: ZoneInfo) -> tuple[int, ...]:
    """Who is on duty at this moment, the one to be called first at the head; nobody twice."""
    today = now.astimezone(zone).date()
    around = spans(rota, serving, today - timedelta(days=2), today + timedelta(days=1), zone)
    standing = [row for span in around if span.begins <= now < span.ends for row in span.rows]
    return tuple(dict.fromkeys(standing))


def next_duty(rota: Rota, serving: Collection[int], now: datetime, zone: ZoneInfo) -> Span | None:
    """The next shift that begins after this moment, None if none does in three weeks."""
    today = now.astimezone(zone).date()
    coming = spans(rota, serving, today, today + timedelta(days=AHEAD), zone)
    return next((span for span in coming if span.begins > now), None)


def opening(rota: Rota, serving: Collection[int], hours: Hours, first: date, last: date) -> list[Span]:
    """When words are read, from day to day: the opening hours in which somebody is on duty.

    Without a rota that is taken of every working day.
    """
    held = spans(rota, serving, first - timedelta(days=1), last, hours.zone) if rota.made else []
    found = []
    for day in days(first, last):
        whole = _opening_hours(hours, day)
        if rota.made:
            found += joined(_cut(span, whole) for span in held)
        elif not is_closed(rota, day):
            found.append(whole)
    return found


def _opening_hours(hours: Hours, day: date) -> Span:
    return Span(moment(day, hours.opens * 60, hours.zone), moment(day, hours.closes * 60, hours.zone), day=day)


def _cut(span: Span, within: Span) -> Span:
    """What of a span lies within another; it may be empty (ends no later than it begins)."""
    return Span(max(span.begins, within.begins), min(span.ends, within.ends), span.rows, within.day)


def joined(some: Iterable[Span]) -> list[Span]:
    """The same time as few spans, those that touch made one; empty ones are left away, and who stands in them."""
    found: list[Span] = []
    for span in sorted((one for one in some if one.begins < one.ends), key=lambda one: (one.begins, one.ends)):
        if found and span.begins <= found[-1].ends:
            found[-1] = Span(found[-1].begins, max(found[-1].ends, span.ends), day=found[-1].day)
        else:
            found.append(Span(span.begins, span.ends, day=span.day))
    return found


def without(some: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What of `some` no span of `taken` covers, in order."""
    left, covered = joined(some), joined(taken)
    for away in covered:
        rest: list[Span] = []
        for span in left:
            if away.ends <= span.begins or span.ends <= away.begins:
                rest.append(span)
                continue
            rest += [Span(span.begins, min(span.ends, away.begins), day=span.day)] if span.begins < away.begins else []
            rest += [Span(away.ends, span.ends, day=span.day)] if away.ends < span.ends else []
        left = rest
    return left


def gaps(rota: Rota, serving: Collection[int], hours: Hours, now: datetime, until: datetime) -> list[Span]:
    """When somebody should be there and nobody is, between two moments, day by day; nothing where there is no rota.

    Somebody should be there in every shift that was planned, and in the opening hours of every day that is not free.
    Each begins where it really begins, so that one that has been told of is known again.
    """
    if not rota.made:
        return []
    first, last = (one.astimezone(hours.zone).date() for one in (now, until))
    held = spans(rota, serving, first - timedelta(days=2), last, hours.zone)
    found: list[Span] = []
    for day in days(first - timedelta(days=1), last):
        found += without(_expected(rota, hours, day), held)
    return [span for span in _once(found) if span.ends > now and span.begins < until]


def _expected(rota: Rota, hours: Hours, day: date) -> list[Span]:
    wanted = [
        Span(moment(day, one.begins, hours.zone), moment(day, one.ends, hours.zone), day=day)
        for one in planned(rota, day)
    ]
    return wanted if is_closed(rota, day) else [*wanted, _opening_hours(hours, day)]


def _once(some: list[Span]) -> list[Span]:
    """The spans in order, none of which covers time of an earlier one."""
    found: list[Span] = []
    for span in sorted(some, key=lambda one: (one.begins, one.ends)):
        found += without([span], found)
    return found


# -- changes -------------------------------------------------------------------------------------------------------


def pruned(rota: Rota, today: date) -> Rota:
    """The rota without what was said of days long past."""
    oldest = today - KEPT
    return structs.replace(
        rota,
        dates={day: some for day, some in rota.dates.items() if day >= oldest},
        swaps=tuple(one for one in rota.swaps if one.on >= oldest),
        away=tuple(one for one in rota.away if one.last >= oldest),
    )


def with_week(rota: Rota, week: dict[int, tuple[Shift, ...]]) -> Rota:
    """These weekdays are as given; the others stay."""
    return structs.replace(rota, week={**rota.week, **week})


def with_dates(rota: Rota, dates: dict[date, tuple[Shift, ...]]) -> Rota:
    """These dates are as given; what had been swapped on them is forgotten."""
    left = tuple(one for one in rota.swaps if one.on not in dates)
    return structs.replace(rota, dates={**rota.dates, **dates}, swaps=left)


def as_usual(rota: Rota, some: Collection[date]) -> Rota:
    """On these dates the pattern counts again, with no swap."""
    return structs.replace(
        rota,
        dates={day: kept for day, kept in rota.dates.items() if day not in some},
        swaps=tuple(one for one in rota.swaps if one.on not in some),
    )


def with_swap(rota: Rota, swap: Swap) -> Rota:
    """Somebody stands in for another; an earlier swap of the same place gives way."""
    left = tuple(
        one
        for one in rota.swaps
        if not (one.on == swap.on and one.gone == swap.gone and swap.begins in {-1, one.begins})
    )
    return structs.replace(rota, swaps=(*left, swap))


def with_away(rota: Rota, away: Away) -> Rota:
    """Somebody is away; what was said of her before for days that touch these is one with it."""
    near = timedelta(days=1)
    mine = [
        one
        for one in rota.away
        if one.row == away.row and one.first <= away.last + near and away.first <= one.last + near
    ]
    whole = Away(
        row=away.row,
        first=min(one.first for one in (away, *mine)),
        last=max(one.last for one in (away, *mine)),
    )
    return structs.replace(rota, away=(*(one for one in rota.away if one not in mine), whole))


def back(rota: Rota, row: int) -> Rota:
    """Somebody is away no more."""
    return structs.replace(rota, away=tuple(one for one in rota.away if one.row != row))
