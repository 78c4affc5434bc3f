"""A moderator asks for a check-in: it knocks at her, and what she answers is told in the case.

The one way a check-in comes while a case is open (no case has one by itself).
"""

from __future__ import annotations

from msgspec import structs

from flows.checkins import screening
from flows.desk import discreet, replies
from flows.desk.cases import in_topic
from flows.effects import AnyEffect, Record, Schedule
from flows.events import Staff
from flows.model import Button, Case, Scene, in_rows
from flows.programme import calendar
from flows.step import Step

KEY = "check_in"
OFFERED = ("whooley", "phq9", "gad7", "who5")


def there_are(scene: Scene) -> bool:
    """Whether there is anything to ask her with."""
    return any(_fits(scene, id) for id in OFFERED)


def keys(scene: Scene, case: Case) -> tuple[tuple[Button, ...], ...]:
    """One button for each that is for her, with its name."""
    fitting = [(id, scene.library.instruments[id].structure.name) for id in OFFERED if _fits(scene, id)]
    return in_rows([Button(name, f"case:{case.number}:{KEY}:{id}") for id, name in fitting])


def put(scene: Scene, case: Case, id: str, by: Staff) -> tuple[Case, list[AnyEffect]] | None:
    """It comes at her next moment; None where it is not for her."""
    if id not in OFFERED or not _fits(scene, id):
        return None
    new = discreet.spoken(structs.replace(case, handled_at=scene.now))
    acted = Record(act=f"{KEY}:{id}", case=case.number, actor=by.id)
    if replies.out_of_reach(scene):
        return new, [acted, in_topic(case, replies.arrival(scene))]
    name = scene.library.instruments[id].structure.name
    here = calendar.conversation_open(scene.person, scene.now)
    at = scene.now if here else calendar.next_knock(scene.person, scene.now)
    text = scene.tell("putting.asked", name=name, hour=calendar.at_desk(scene.desk, at))
    return new, [acted, Schedule(key=KEY, at=at, about=id, safety=True), in_topic(case, text)]


def came_due(step: Step, id: str) -> None:
    """Her moment: it knocks, unless the case is over, or she wants nothing now."""
    scene = step.scene
    if scene.case is None or replies.out_of_reach(scene) or not _fits(scene, id):
        return
    if not (calendar.is_safe(scene.person, scene.now) or calendar.conversation_open(scene.person, scene.now)):
        step.add(Schedule(key=KEY, at=calendar.next_knock(scene.person, scene.now), about=id, safety=True))
        return
    screening.begin(step, id, "knock", screening.BY_DESK)


def _fits(scene: Scene, id: str) -> bool:
    one = scene.library.instruments.get(id)
    return one is not None and scene.person.role in one.structure.whom and not one.has_expired(scene.now.date())
