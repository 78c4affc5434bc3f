"""Who is there: the desk's rota, hours and people taken together, asked by everything that promises a person.

Without a rota the opening hours of the settings stand for it: then nobody in particular is on duty, and outside them
nobody is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.desk import rota
from flows.desk.rights import WORKERS
from flows.desk.rota import Hours, Span
from flows.effects import lead, staff
from flows.model import Desk


def has_rota(desk: Desk) -> bool:
    """Whether the desk has a rota at all."""
    return desk.book.rota.made


def serving(desk: Desk) -> frozenset[int]:
    """Our numbers of those who may act on cases, and so may stand in a shift."""
    return frozenset(one.row for one in desk.staff if one.role in WORKERS)


def hours_of(desk: Desk) -> Hours:
    """The opening hours as the rota's arithmetic takes them."""
    return Hours(desk.opens, desk.closes, ZoneInfo(desk.zone))


def on_duty(desk: Desk, now: datetime) -> tuple[int, ...]:
    """Who is on duty by the rota, the one to be called first at the head."""
    return rota.on_duty(desk.book.rota, serving(desk), now, ZoneInfo(desk.zone))


def is_open(desk: Desk, now: datetime) -> bool:
    """Whether words are read now: opening hours of a working day and, with a rota, somebody on duty."""
    return any(span.begins <= now < span.ends for span in _opening(desk, now, 0))


def is_staffed(desk: Desk, now: datetime) -> bool:
    """Whether somebody can be called now: on duty by the rota at any hour; without one, in opening hours."""
    return bool(on_duty(desk, now)) if has_rota(desk) else is_open(desk, now)


def opening(desk: Desk, now: datetime) -> Span | None:
    """The opening hours of now, else the next ones; None when there are none in three weeks."""
    return next((span for span in _opening(desk, now, rota.AHEAD) if span.ends > now), None)


def working_day_on(desk: Desk, now: datetime, days: int) -> datetime:
    """The same hour so many working days on, by the desk's clock; not after closing time of that day."""
    hours = hours_of(desk)
    local = now.astimezone(hours.zone)
    day = local.date()
    for _ in range(days):
        day += timedelta(days=1)
        for _ in range(rota.AHEAD):
            if rota.is_working(desk.book.rota, day):
                break
            day += timedelta(days=1)
    return rota.moment(day, min(local.hour * 60 + local.minute, hours.closes * 60), hours.zone)


def _opening(desk: Desk, now: datetime, ahead: int) -> list[Span]:
    hours = hours_of(desk)
    today = now.astimezone(hours.zone).date()
    return rota.opening(desk.book.rota, serving(desk), hours, today, today + timedelta(days=ahead))


# -- whom to call --------------------------------------------------------------------------------------------------


def called(desk: Desk, now: datetime, steps: int) -> list[str]:
    """The private chats a page goes to once it has come `steps` far: first on duty, second, leads, director.

    Where a step has nobody, that of the next counts. At the first step (0) nobody is called without a rota: the desk's
    topic has a sound. The operator's `LEAD_IDS` stand in where nobody is enrolled as lead or director.
    """
    ladder = _ladder(desk, now)
    if not any(ladder[2:]):
        here = [row for some in ladder[: steps + 1] for row in some]
        others = steps - 1 if ladder[1] else steps
        return [*map(staff, here), *map(lead, range(min(max(0, others), desk.leads)))]
    first = 0 if has_rota(desk) else 1
    rows: list[int] = []
    for step in range(first, steps + 1):
        rows += next((some for some in ladder[step:] if some), ())
    return [staff(row) for row in dict.fromkeys(rows)]


def leads(desk: Desk) -> list[str]:
    """The private chats of the leads; where nobody has that role, of the director, else the first of `LEAD_IDS`."""
    for role in ("lead", "director"):
        rows = [one.row for one in desk.staff if one.role == role]
        if rows:
            return [staff(row) for row in rows]
    return [lead(0)] if desk.leads else []


def _ladder(desk: Desk, now: datetime) -> list[tuple[int, ...]]:
    """Who is called at each step; in the order in which they came to the desk."""
    here = on_duty(desk, now)
    some = tuple(one.row for one in desk.staff if one.role == "lead")
    above = tuple(one.row for one in desk.staff if one.role == "director")
    return [here[:1], here[1:2] if has_rota(desk) else some[:1], some, above]
