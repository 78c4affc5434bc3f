"""When a telephone number was last rung by somebody, and what follows when that was long ago.

A number's verification is due again on day 90 and warned of on day 60; an overdue emergency number stays, dated, any
other overdue or never checked number is not shown (product description, section 8).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from content.schema import Number, Verified
from flows.model import Desk, Scene
from flows.programme import calendar

DUE, WARNED = timedelta(days=90), timedelta(days=60)
Stage = Literal["never", "fresh", "soon", "late"]


def today(desk: Desk, now: datetime) -> date:
    """The desk's own day."""
    return now.astimezone(calendar.zone_of(desk)).date()


def last(desk: Desk, number: Number) -> Verified | None:
    """Who rang last, and when: what the file says or the desk's book, whichever is later. Another number is not this."""
    checked = desk.book.checked.get(number.id)
    ours = Verified(by=checked.by, on=checked.on) if checked and checked.number == number.number else None
    known = [one for one in (number.verified, ours) if one is not None]
    return max(known, key=lambda one: one.on, default=None)


def stage(desk: Desk, number: Number, day: date) -> Stage:
    """How a number stands on this day."""
    found = last(desk, number)
    if found is None:
        return "never"
    age = day - found.on
    return "late" if age >= DUE else "soon" if age >= WARNED else "fresh"


def emergency(scene: Scene) -> str:
    """The emergency numbers in her language, one a line: an unchecked one marked, an overdue one dated. Never empty.

    For who lives abroad those of that country come first, as far as we know any, and then those at home, named so.
    """
    day = today(scene.desk, scene.now)
    known = [one for one in scene.library.numbers if one.emergency]
    abroad = scene.person.region == calendar.ABROAD
    there = [one for one in known if abroad and scene.person.zone in one.zones]
    home = f", {scene.say('reach.at_home')}" if there else ""
    lines = [(one, "") for one in there] + [(one, home) for one in known if not one.zones]
    return "\n".join(f"{one.number} — {_name(scene, one)}{where}{_mark(scene, one, day)}" for one, where in lines)


def _name(scene: Scene, number: Number) -> str:
    return number.name[scene.person.language or scene.source]


def _mark(scene: Scene, number: Number, day: date) -> str:
    found = last(scene.desk, number)
    if found is None:
        return f" ({scene.say('help.unchecked')})"
    late = stage(scene.desk, number, day) == "late"
    return f" ({scene.say('numbers.overdue', day=f'{found.on:%d.%m.%Y}')})" if late else ""


def of_place(scene: Scene, service: str) -> tuple[str, ...]:
    """The numbers of a place that may be shown: checked, and not overdue."""
    day = today(scene.desk, scene.now)
    return tuple(
        one.number
        for one in scene.library.numbers
        if one.service == service and stage(scene.desk, one, day) in {"fresh", "soon"}
    )
