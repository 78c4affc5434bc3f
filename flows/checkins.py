"""When a deeper check-in comes: the door at its times, the next step after it, never by a push of its own.

The times are those of the instruments' schedule (clinical facts, section 2): the second or third day; pregnancy weeks
12, 18, 28 and 36; after birth the first contact, weeks 4 to 6, months 3 to 4, 6, 9 and 12; weeks 1, 7 and 14 of the
mothers' programme. At most three doors in fourteen weeks, the same instrument not again within its recall window of 14
days, none while a case is open. Grandmothers have the pulse and, if they ask, the rest; fathers the door in their
first, fourth and seventh week.

A month is all that is known of a birth, so that a time after it is wrong by half a month at most: each has room.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from flows import calendar, expecting
from flows.model import Person, Scene

DOOR, STEP, SECOND, GROWTH = "whooley", "phq9", "gad7", "who5"
RECALL = timedelta(days=14)
MOST, SPAN = 3, timedelta(weeks=14)
PREGNANCY = (12, 18, 28, 36)
EARLY, ROOM = 1, 3
"""Weeks of room before and after a week of pregnancy."""
AFTER_BIRTH: tuple[tuple[str, int, int], ...] = (
    ("birth_5w", 28, 56),
    ("birth_3m", 84, 135),
    ("birth_6m", 175, 215),
    ("birth_9m", 266, 306),
    ("birth_12m", 358, 400),
)
"""Days after the birth: from, until."""
WEEKS = {"mums": (7, 14), "dads": (4, 7)}
"""Weeks of a programme with a check-in of their own, beside the first."""
ENTRY, ENTRY_ENDS = timedelta(days=2), timedelta(days=14)
NEWS, NEWS_ENDS = timedelta(days=3), timedelta(days=21)
LOW, LOW_TWICE = 2, 2
"""A face of at most this is low; so many in a row lead to the next step."""


class Window(Struct, frozen=True):
    """A time for the door: its name, and from when until when."""

    name: str
    begins: datetime
    ends: datetime


def windows(person: Person, now: datetime) -> list[Window]:
    """The times of this person that are open now, the most telling first."""
    found = [*_of_birth(person), *_of_pregnancy(person), *_of_weeks(person, now), *_of_entry(person)]
    return [one for one in found if one.begins <= now < one.ends]


def _of_birth(person: Person) -> list[Window]:
    profile = person.profile
    if person.role == "father" or person.stage == expecting.STAGE or not profile.child or profile.lost_at is not None:
        return []
    birth, told = calendar.middle_of(person, profile.child), profile.birth_told_at
    news = [Window("birth", told + NEWS, told + NEWS_ENDS)] if told is not None else []
    timed = [Window(name, birth + timedelta(days=a), birth + timedelta(days=b)) for name, a, b in AFTER_BIRTH]
    return [*news, *timed]


def _of_pregnancy(person: Person) -> list[Window]:
    if person.role == "father" or not expecting.is_known(person) or person.profile.lost_at is not None:
        return []
    return [
        Window(
            f"pregnancy_{week}",
            expecting.begins(person, week - EARLY),
            min(expecting.begins(person, week + ROOM), expecting.begins(person, expecting.FULL_TERM)),
        )
        for week in PREGNANCY
    ]


def _of_weeks(person: Person, now: datetime) -> list[Window]:
    """The week she is in, where it has one; it stays open until the next has begun."""
    profile = person.profile
    week = profile.week if profile.push else profile.week - 1
    if week not in WEEKS.get(profile.programme, ()):
        return []
    return [Window(f"{profile.programme}_{week}", now, now + RECALL)]


def _of_entry(person: Person) -> list[Window]:
    joined = person.profile.joined_at
    return [Window("entry", joined + ENTRY, joined + ENTRY_ENDS)] if joined is not None else []


# -- whether it may come now ---------------------------------------------------------------------------------------


def due(scene: Scene) -> str:
    """What is to be asked now, as the screening talk takes it (`instrument:reason`); "" for nothing."""
    person, now = scene.person, scene.now
    if scene.case is not None or person.waits_since is not None:
        return ""
    for step in person.profile.owed:
        if not is_fresh(person, step.partition(":")[0], now):
            return step
    if person.role == "grandmother" or is_fresh(person, DOOR, now) or len(_doors(person, now)) >= MOST:
        return ""
    open_now = windows(person, now)
    name = next((one.name for one in open_now if not _had(person, one)), "")
    return f"{DOOR}:{name}" if name else ""


def is_fresh(person: Person, instrument: str, now: datetime) -> bool:
    """Whether the same was answered or put within its recall window."""
    last = person.profile.checked.get(instrument)
    return last is not None and now - last < RECALL


def _doors(person: Person, now: datetime) -> list[datetime]:
    return [moment for moment in person.profile.doors.values() if now - moment < SPAN]


def _had(person: Person, window: Window) -> bool:
    """Whether this time has been, by its own name or by another door inside it."""
    doors = person.profile.doors
    return window.name in doors or any(window.begins <= moment < window.ends for moment in doors.values())


# -- what changes of her -------------------------------------------------------------------------------------------


def put(person: Person, step: str, now: datetime) -> dict[str, object]:
    """What changes when a check-in has been put to her, whatever she answers."""
    instrument, _, reason = step.partition(":")
    profile = person.profile
    doors = {name: moment for name, moment in profile.doors.items() if now - moment < timedelta(days=500)}
    if instrument == DOOR and reason:
        doors[reason] = now
    owed = tuple(one for one in profile.owed if one != step)
    return {"checked": {**profile.checked, instrument: now}, "doors": doors, "owed": owed}


def owes(person: Person, *steps: str) -> dict[str, object]:
    """These come at the next pushes, one at each."""
    new = [
        step for step in steps if step.partition(":")[0] not in {one.partition(":")[0] for one in person.profile.owed}
    ]
    return {"owed": (*person.profile.owed, *new)}


def after_pulse(person: Person, mood: int) -> dict[str, object]:
    """What a face on the pulse changes: the second low one in a row leads to the next step."""
    lows = person.profile.lows + 1 if mood <= LOW else 0
    if lows < LOW_TWICE or person.role == "grandmother":
        return {"lows": lows}
    return {"lows": 0, **owes(person, f"{STEP}:low")}
