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
from typing import Any

from msgspec import Struct

from content.library import Library
from flows.checkins import instruments
from flows.model import Person, Scene
from flows.programme import calendar, expecting

DOOR, STEP = "whooley", "phq9"
STEPS = ("phq9", "gad7")
"""The deeper questions about mood, then in another sitting those about worry."""
BY_HERSELF = {"grandmother": (DOOR, "who5")}
"""What comes for whoever asks for questions herself, one at a time: by role where it is not STEPS and WHO-5."""
ASKED = "asked"
BATTERY = ("phq9", "gad7", "who5")
"""What the evaluation compares, before and after."""
BASELINE, END = "baseline", "end"
WELLBEING, APART = "who5", timedelta(weeks=1)
"""WHO-5 does not come in a week of the deeper questions about mood and worry."""
RESEARCH_ROOM = timedelta(weeks=4)
LAST = {"mums": 14}
KEPT = timedelta(days=500)
"""So long it is known when a time was met: a year of check-ins, and room."""
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
OF_A_CHILD, ANOTHER = ("pregnancy", "birth"), timedelta(weeks=12)
"""A time of a pregnancy or a birth that was met so long before this one begins was that of another child."""
FROM_PULSE = "low"
"""The reason of what follows from low faces in a row."""
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
    """What is to be put to her now, as `instrument:reason`; "" for nothing.

    What follows from an answer of hers comes first, then what belongs to the research she agreed to, then the door.
    """
    person, now = scene.person, scene.now
    if scene.case is not None or person.waits_since is not None:
        return ""
    steps = [*person.profile.owed, *_of_research(person, now), *_of_door(person, now)]
    return next((step for step in steps if _may(scene, step.partition(":")[0])), "")


def asked(scene: Scene) -> str:
    """What she may answer now that asks for it herself, as `instrument:reason`; "" for nothing.

    It keeps to the rest of each instrument, and waits like all check-ins: while a case is open, or there is no room.
    """
    if scene.case is not None or scene.person.waits_since is not None:
        return ""
    return next((f"{id}:{ASKED}" for id in by_herself(scene.library, scene.person) if _may(scene, id)), "")


def by_herself(library: Library, person: Person) -> tuple[str, ...]:
    """What there is for her to ask for herself, the first first."""
    wanted = BY_HERSELF.get(person.role, (*STEPS, WELLBEING))
    return tuple(id for id in wanted if id in library.instruments and instruments.fits(library.instruments[id], person))


def _may(scene: Scene, instrument: str) -> bool:
    """Whether there is such an instrument for her, and it was not put within its recall window."""
    one, last = scene.library.instruments.get(instrument), scene.person.profile.put.get(instrument)
    rested = last is None or scene.now - last >= RECALL
    apart = instrument != WELLBEING or not _is_week_of_steps(scene.person, scene.now)
    return rested and apart and one is not None and instruments.may_ask(one, scene.person, scene.now)


def _is_week_of_steps(person: Person, now: datetime) -> bool:
    """Whether PHQ-9 or GAD-7 was put to her, or answered, within a week."""
    profile = person.profile
    moments = [at for id, at in profile.put.items() if id in STEPS]
    moments += [one.at for one in profile.checked if one.of in STEPS]
    return any(now - moment < APART for moment in moments)


def _of_door(person: Person, now: datetime) -> list[str]:
    joined = person.profile.joined_at
    if person.role == "grandmother" or len(_doors(person, now)) >= MOST or (joined and now - joined < ENTRY):
        return []
    if _is_week_of_steps(person, now):  # they ask more than the door does
        return []
    return [f"{DOOR}:{one.name}" for one in windows(person, now) if not _had(person, one)][:1]


def _of_research(person: Person, now: datetime) -> list[str]:
    """The baseline in the first weeks after her consent, and the same at the end; each instrument at a push of its own."""
    profile = person.profile
    if not profile.research or profile.research_at is None:
        return []
    early = [BASELINE] if now - profile.research_at < RESEARCH_ROOM else []
    last = LAST.get(profile.programme, 0)
    late = [END] if last and (profile.week > last or (profile.week == last and profile.push)) else []
    return [f"{id}:{when}" for when in (*early, *late) for id in BATTERY if f"{when}_{id}" not in profile.doors]


def _doors(person: Person, now: datetime) -> list[datetime]:
    """When the door was put in the last fourteen weeks."""
    return [
        moment
        for name, moment in person.profile.doors.items()
        if now - moment < SPAN and not name.startswith((BASELINE, END))
    ]


def _had(person: Person, window: Window) -> bool:
    """Whether this time has been, by its own name or by another door inside it."""
    others = {name: at for name, at in person.profile.doors.items() if not name.startswith((BASELINE, END))}
    met = others.get(window.name)
    if met is not None and window.name.startswith(OF_A_CHILD) and window.begins - met >= ANOTHER:
        met = None
    return met is not None or any(window.begins <= moment < window.ends for moment in others.values())


# -- what changes of her -------------------------------------------------------------------------------------------


def put(person: Person, step: str, now: datetime) -> dict[str, object]:
    """What changes when a check-in is put to her, whatever she answers."""
    instrument, _, reason = step.partition(":")
    profile = person.profile
    doors = {name: moment for name, moment in profile.doors.items() if now - moment < KEPT}
    if reason in {BASELINE, END}:
        doors[f"{reason}_{instrument}"] = now
    elif instrument == DOOR:
        doors[reason] = now
    owed = tuple(one for one in profile.owed if one.partition(":")[0] != instrument)
    return {"put": {**profile.put, instrument: now}, "doors": doors, "owed": owed}


def after_pulse(person: Person, mood: int) -> dict[str, Any]:
    """What a face on the pulse changes: the second low one in a row leads to the next step. It survives JSON."""
    profile = person.profile
    lows = profile.lows + 1 if mood <= LOW else 0
    is_owed = any(step.partition(":")[0] == STEP for step in profile.owed)
    leads = lows >= LOW_TWICE and not is_owed and person.role != "grandmother"
    return {"lows": lows, "owed": [*profile.owed, *([f"{STEP}:{FROM_PULSE}"] if leads else [])]}
