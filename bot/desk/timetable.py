"""The rota in words: who is on duty now and next, the coming days line by line, and names of days and shifts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from bot.desk.work import Work
from flows.desk import duty, rota
from flows.desk.office import Member
from flows.desk.rights import WORKERS
from flows.desk.rota import DAY, Shift, Span
from flows.model import Desk

SHOWN: Final = 7
"""Days of the rota that are shown, today the first."""


def workers(desk: Desk) -> list[Member]:
    """Those who may stand in a shift, in the order in which they came."""
    return [one for one in desk.staff if one.role in WORKERS]


def name(desk: Desk, row: int) -> str:
    """Her name; her place in the list until she has one."""
    for place, one in enumerate(workers(desk), start=1):
        if one.row == row:
            return one.name or f"#{place}"
    return "?"


def names(desk: Desk, rows: Iterable[int]) -> str:
    """Names one after the other."""
    return ", ".join(name(desk, row) for row in rows)


def local(work: Work, moment: datetime) -> datetime:
    """A moment by the desk's clock."""
    return moment.astimezone(duty.hours_of(work.desk).zone)


def today(work: Work) -> date:
    """The day it is at the desk."""
    return local(work, work.now).date()


def minutes(begins: int, ends: int) -> str:
    """From and to as staff write them: 9–18, 18–9, 9:30–12."""
    return f"{_minute(begins)}–{_minute(ends if ends <= DAY else ends - DAY)}"


def _minute(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}" if minute % 60 else f"{minute // 60}"


def weekday(work: Work, number: int) -> str:
    """The short name of a weekday, Monday 0."""
    return work.tell("desk.duty.weekdays").split()[number]


def weekdays(work: Work, some: Iterable[int]) -> str:
    """Weekdays as spans where they follow on one another."""
    runs: list[list[int]] = []
    for number in sorted(some):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join("–".join(weekday(work, one) for one in dict.fromkeys((run[0], run[-1]))) for run in runs)


def dated(work: Work, day: date) -> str:
    """A day by weekday and date."""
    return work.tell("desk.duty.day", day=weekday(work, day.weekday()), date=f"{day.day}.{day:%m}")


def dates(work: Work, some: Iterable[date]) -> str:
    """Dates, spans of them as from and to."""
    kept = sorted(some)
    return dated(work, kept[0]) + (f" – {dated(work, kept[-1])}" if len(kept) > 1 else "")


def shift(work: Work, one: Shift) -> str:
    """A shift: its hours and who stands in it."""
    return f"{minutes(one.begins, one.ends)} {names(work.desk, one.rows) or work.tell('desk.duty.empty')}"


def shifts(work: Work, some: Iterable[Shift]) -> str:
    """The shifts of a day; that it is free where there are none."""
    return " · ".join(shift(work, one) for one in some) or work.tell("desk.duty.free")


def span(work: Work, one: Span) -> str:
    """A stretch of time by the desk's clock: its day, from and to."""
    begins, ends = local(work, one.begins), local(work, one.ends)
    hours = minutes(begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute or DAY)
    return f"{dated(work, begins.date())} {hours}"


def on_duty(work: Work) -> str:
    """Who is on duty now, and until when."""
    here = duty.on_duty(work.desk, work.now)
    if not here:
        return work.tell("desk.duty.nobody")
    zone = duty.hours_of(work.desk).zone
    near = rota.spans(work.desk.book.rota, here, today(work) - timedelta(days=2), today(work) + timedelta(days=1), zone)
    until = min(one.ends for one in near if one.begins <= work.now < one.ends)
    return work.tell("desk.duty.now", names=names(work.desk, here), until=f"{local(work, until):%H:%M}")


def shown(work: Work) -> str:
    """The rota of the coming days, gaps in it named; without a rota, what counts instead."""
    desk = work.desk
    if not duty.has_rota(desk):
        example = work.tell("desk.duty.example", name=_somebody(desk))
        plain = work.tell("desk.duty.none", opens=f"{desk.opens}:00", closes=f"{desk.closes}:00", example=example)
        return "\n".join([plain, *_free_days(work)])
    lines = [on_duty(work)]
    following = rota.next_duty(desk.book.rota, duty.serving(desk), work.now, duty.hours_of(desk).zone)
    if following is not None:
        begins = local(work, following.begins)
        when = f"{dated(work, begins.date())} {begins:%H:%M}"
        lines.append(work.tell("desk.duty.next", when=when, names=names(desk, following.rows)))
    lines += ["", *_coming(work), *_away(work), work.tell("desk.duty.zone", zone=desk.zone)]
    return "\n".join(lines)


def _coming(work: Work) -> list[str]:
    desk, first = work.desk, today(work)
    hours, serving = duty.hours_of(desk), duty.serving(desk)
    until = rota.moment(first + timedelta(days=SHOWN), 0, hours.zone)
    holes = rota.gaps(desk.book.rota, serving, hours, work.now, until)
    lines = []
    for day in rota.days(first, first + timedelta(days=SHOWN - 1)):
        some = rota.shifts(desk.book.rota, day, serving)
        told = [shift(work, one) for one in some]
        # An empty shift says so itself; what no shift covers is said beside the shifts.
        empty = [(one.begins, one.ends) for one in some if not one.rows]
        told += [
            f"{span(work, hole).rpartition(' ')[2]} {work.tell('desk.duty.empty')}"
            for hole in holes
            if hole.day == day and not any(_is(work, hole, day, ends) for ends in empty)
        ]
        lines.append(f"{dated(work, day)}: {' · '.join(told) or work.tell('desk.duty.free')}")
    return lines


def _is(work: Work, hole: Span, day: date, ends: tuple[int, int]) -> bool:
    zone = duty.hours_of(work.desk).zone
    return rota.moment(day, ends[0], zone) <= hole.begins and hole.ends <= rota.moment(day, ends[1], zone)


def _away(work: Work) -> list[str]:
    some = [one for one in work.desk.book.rota.away if one.last >= today(work)]
    return [
        work.tell("desk.duty.away", name=name(work.desk, one.row), first=f"{one.first:%d.%m}", last=f"{one.last:%d.%m}")
        for one in some
    ]


def _free_days(work: Work) -> list[str]:
    """Holidays that were set without a rota."""
    some = [day for day, kept in sorted(work.desk.book.rota.dates.items()) if not kept and day >= today(work)]
    return [f"{dated(work, day)}: {work.tell('desk.duty.free')}" for day in some]


def _somebody(desk: Desk) -> str:
    return next((one.name for one in workers(desk) if one.name), "#1")
