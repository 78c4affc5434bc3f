"""Raising and lowering a case by hand. Up goes anybody of the desk; down only who has it, or a lead, with a reason."""

from __future__ import annotations

from datetime import datetime

from msgspec import structs

from flows.concern import LEVELS, red
from flows.desk import history
from flows.desk.cases import PAGE, alert, waits_again
from flows.effects import AnyEffect, Cancel, Record, Stamp
from flows.events import Staff
from flows.family import threat
from flows.model import Button, Case, Scene

REASONS = ("talked", "idiom", "misread", "others")
"""Why a level may go down: she was talked with and it has passed; a way of speaking; misread; others are with her."""


GRADES = tuple(level for level in LEVELS if level != "none")
"""The levels a case can have, the lowest first."""


def keys(scene: Scene, case: Case) -> tuple[tuple[Button, ...], ...]:
    """A button for each other level, the highest first: up at once, down through the reason."""
    rows = []
    for level in reversed(GRADES):
        if level == case.level:
            continue
        up = GRADES.index(level) > GRADES.index(case.level)
        act = "raise" if up else "lower"
        label = scene.tell(f"cases.act.{act}", level=scene.tell(f"desk.level.{level}"))
        rows.append((Button(label, f"case:{case.number}:{act}:{level}"),))
    return tuple(rows)


def reasons(scene: Scene, case: Case, level: str) -> tuple[tuple[Button, ...], ...]:
    """A button for each reason to lower it to `level`."""
    data = f"case:{case.number}:lower:{level}"
    return tuple((Button(scene.tell(f"cases.reason.{reason}"), f"{data}.{reason}"),) for reason in REASONS)


def raised(scene: Scene, case: Case, level: str, by: Staff) -> tuple[Case, list[AnyEffect]] | None:
    """It is graver than it was. None: it is not. Whoever has it is there; else it pages by its new level."""
    if level not in GRADES or GRADES.index(level) <= GRADES.index(case.level):
        return None
    there = case.state == "taken" and case.matter.holder == by.id
    alarm: datetime | None = case.alarm_at if there else case.alarm_at or scene.now
    new = structs.replace(case, level=level, alarm_at=alarm)
    if there:
        new = structs.replace(new, handled_at=scene.now)
    acted = Record(act=f"raised:{level}", case=case.number, actor=by.id)
    kept_back = threat.grown(scene, new)
    if there:
        return new, [Stamp(case=new), acted, alert(scene, new, edit=True), *kept_back]
    new, effects = waits_again(scene, new)
    return new, [*effects, acted, *kept_back]


def is_lower(case: Case, level: str) -> bool:
    """Whether this level is below that of the case."""
    return level in GRADES and GRADES.index(level) < GRADES.index(case.level)


def lowered(scene: Scene, case: Case, about: str, by: Staff) -> tuple[Case, list[AnyEffect]] | None:
    """A named person lowers it, and says why. None: that is no reason, or not lower. What it was stays known."""
    level, _, reason = about.partition(".")
    if not is_lower(case, level) or reason not in REASONS:
        return None
    matter = structs.replace(case.matter, peak=history.level(case))
    new = structs.replace(case, level=level, alarm_at=None, handled_at=scene.now, matter=matter)
    return new, [
        Stamp(case=new),
        Cancel(key=PAGE),
        Record(act=f"lowered:{level}:{reason}", case=case.number, actor=by.id),
        alert(scene, new, edit=True),
    ]


def is_or_was_red(case: Case) -> bool:
    """Whether it is red, or was before somebody lowered it."""
    return red(history.level(case))
