"""Made-up people who wait for a circle, and what comes of a day: the language seating is tested in."""

from __future__ import annotations

from datetime import date, timedelta

from flows.circles.seats import Guide, Hall, Running, Seating, Sitter, Waiting

DAY = timedelta(days=1)
BEGINS = date(2026, 11, 9)
"""A calendar date."""
PLACES = [("", ""), ("sughd", ""), ("sughd", "asht"), ("sughd", "ayni"), ("dushanbe", "sino"), ("gbao", "vanj")]
PLACES += [("khatlon", code) for code in ("vose", "panj", "norak")]


def woman(person: int, **told) -> Waiting:
    known = {"language": "tg", "stage": "older", "since": BEGINS - DAY, "adult": True}
    return Waiting(person=person, **{**known, **told})


def leads(id: int = 900, more: int = 9, languages: str = "tg ru") -> Guide:
    return Guide(id=id, languages=frozenset(languages.split()), more=more)


def hall(*waiting: Waiting, today: date = BEGINS, circles=(), guides=None, **more) -> Hall:
    guides = (leads(),) if guides is None else guides
    return Hall(today=today, waiting=waiting, circles=tuple(circles), guides=tuple(guides), **more)


def circle(id: int, *members: int, begins: date = BEGINS, **told) -> Running:
    known = {"language": "tg", "stage": "older", "begins": begins, "guide": 900}
    return Running(id=id, members=tuple(Sitter(person=row) for row in members), **{**known, **told})


def sizes(found: Seating) -> list[int]:
    return sorted(len(one.newcomers) for one in found.openings)


def seated(found: Seating) -> list[int]:
    return [one.person for opening in found.openings for one in opening.newcomers] + [
        one.newcomer.person for one in found.joinings
    ]
