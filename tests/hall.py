"""Made-up people who wait for a circle, and what comes of a day: the language seating is tested in."""

from __future__ import annotations

from datetime import date, timedelta

from flows.circles.seats import Circle, Facilitator, Hall, Seating, Sitter, Waiting

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
