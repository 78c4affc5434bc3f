"""Following up: after something red she is asked after again and again, as triage says, by somebody named.

Contacts at 24 hours, 72 hours, 7 and 14 days, then weekly four times (brief contact: mhGAP; clinical triage, rule 7).
Counted from when somebody took the case, or it became red. Each waits for the desk to be open, is told to whoever has
the case, and is told again a day later until somebody says what came of it.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from flows.concern import LEVELS, red
from flows.effects import AnyEffect, Cancel, Record, Schedule, Send, Stamp, staff, topic_of
from flows.events import Staff
from flows.model import Button, Case, Message, Scene
from flows.programme import calendar

KEY = "follow"
CONTACTS = (
    *(timedelta(hours=24), timedelta(hours=72), timedelta(days=7), timedelta(days=14)),
    *(timedelta(days=14 + 7 * week) for week in (1, 2, 3, 4)),
)
AGAIN = timedelta(days=1)
OUTCOMES = ("reached", "clinic", "no_answer", "worse")
"""What may come of asking after her."""


def begun(scene: Scene, case: Case) -> tuple[Case, list[AnyEffect]]:
    """A case that somebody has and that is red, or was, is followed up from now on."""
    if case.state == "taken" and case.matter.outcome:  # opened again: all begins anew
        fresh = structs.replace(case.matter, outcome="", follow_from=None, follows=0, follow_due=False, stage="")
        case = structs.replace(case, matter=fresh)
    highest = max((case.level, case.matter.peak or case.level), key=LEVELS.index)
    if case.state != "taken" or case.matter.follow_from is not None or not red(highest):
        return case, []
    new = structs.replace(case, matter=structs.replace(case.matter, follow_from=scene.now))
    return new, _planned(scene, new)


def came_due(scene: Scene) -> list[AnyEffect]:
    """It is time to ask after her. Told again every day until somebody says what came of it."""
    case = scene.case
    if case is None or case.state != "taken" or case.matter.follow_from is None:
        return []
    new = structs.replace(case, matter=structs.replace(case.matter, follow_due=True))
    text = scene.tell("cases.follow", number=case.number, day=_day(case))
    effects: list[AnyEffect] = [
        Stamp(case=new),
        Send(to=topic_of(case.number), message=Message(text=text, buttons=buttons(scene, case)), slot=_slot(case)),
        Record(act=f"due:{case.matter.follows + 1}", case=case.number),
        Schedule(key=KEY, at=calendar.desk_opens_at(scene.desk, scene.now + AGAIN), about=str(case.number)),
    ]
    holder = scene.desk.member(case.matter.holder)
    if holder is not None:
        effects.append(Send(to=staff(holder.row), message=Message(text=text, buttons=buttons(scene, case))))
    return effects


def followed(scene: Scene, case: Case, outcome: str, by: Staff) -> tuple[Case, list[AnyEffect]]:
    """Somebody asked after her, and this came of it; the next contact is planned."""
    stage = "followed" if outcome != "no_answer" else "waiting"
    matter = structs.replace(case.matter, follows=case.matter.follows + 1, follow_due=False, stage=stage)
    new = structs.replace(case, matter=matter, handled_at=scene.now)
    said = scene.tell("cases.follow_done", name=by.name, outcome=scene.tell(f"cases.followed.{outcome}"))
    over = "" if matter.follows < len(CONTACTS) else scene.tell("cases.follow_over")
    text = "\n".join(
        part for part in (scene.tell("cases.follow", number=case.number, day=_day(case)), said, over) if part
    )
    return new, [
        *_planned(scene, new),
        Record(act=f"followed:{outcome}", case=case.number, actor=by.id),
        Send(to=topic_of(case.number), message=Message(text=text), slot=_slot(case), edit=True, silent=True),
    ]


def buttons(scene: Scene, case: Case) -> tuple[tuple[Button, ...], ...]:
    """What came of it, in one tap."""
    keys = [Button(scene.tell(f"cases.followed.{one}"), f"case:{case.number}:followed:{one}") for one in OUTCOMES]
    return (tuple(keys[:2]), tuple(keys[2:]))


def left(case: Case) -> int:
    """How many contacts are still to come."""
    return len(CONTACTS) - case.matter.follows if case.matter.follow_from is not None else 0


def next_due(scene: Scene, case: Case) -> str | None:
    """When she is asked after next, in words; None where nothing is planned."""
    if case.matter.follow_from is None or not left(case):
        return None
    if case.matter.follow_due:
        return scene.tell("cases.summary.due_now")
    at = calendar.desk_opens_at(scene.desk, case.matter.follow_from + CONTACTS[case.matter.follows])
    return scene.tell("cases.summary.due", at=calendar.at_desk(scene.desk, at))


def _planned(scene: Scene, case: Case) -> list[AnyEffect]:
    began = case.matter.follow_from
    if began is None or not left(case):
        return [Cancel(key=KEY)]
    at = max(scene.now, began + CONTACTS[case.matter.follows])
    return [Schedule(key=KEY, at=calendar.desk_opens_at(scene.desk, at), about=str(case.number))]


def _day(case: Case) -> int:
    """Which day the contact belongs to."""
    return CONTACTS[min(case.matter.follows, len(CONTACTS) - 1)].days


def _slot(case: Case) -> str:
    return f"follow:{case.number}:{case.matter.follows}"
