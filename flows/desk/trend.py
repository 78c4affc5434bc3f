"""How she was, at the desk: her last check-ins and faces on the card, and the picture of her last weeks.

The picture is a look (`look.py`), for whoever has the case.
"""

from __future__ import annotations

from msgspec import structs

from flows.checkins import faces
from flows.desk import look
from flows.effects import AnyEffect, Draw, Lane
from flows.events import Staff
from flows.model import Case, Checked, Scene
from flows.programme import calendar

CHECKS = 2
"""So many check-ins the card shows: of each instrument the last one, the latest of them."""


def for_card(scene: Scene) -> list[str]:
    """A line of check-ins and one of faces, where there are any."""
    checks = [_check(scene, one) for one in _last(scene.person.profile.checked)]
    seen = faces.shown(scene.person.profile.faces, scene.now)
    zone = calendar.zone_of(scene.desk)
    pressed = [f"{one.at.astimezone(zone):%d.%m} {_face(scene, one.value)}" for one in seen]
    lines = [scene.tell("picture.checks", checks="; ".join(checks))] if checks else []
    return [*lines, scene.tell("picture.faces", faces=" · ".join(pressed))] if pressed else lines


def is_there(scene: Scene) -> bool:
    """Whether there is something to draw."""
    return bool(faces.shown(scene.person.profile.faces, scene.now))


def looked(scene: Scene, case: Case, by: Staff) -> tuple[Case, list[AnyEffect]] | None:
    """Draw it, and plan that it goes. None: there is nothing to draw, or it still stands there."""
    one = look.begun(scene, case, "drawn", case.matter.drawn, by) if is_there(scene) else None
    if one is None:
        return None
    new = structs.replace(case, matter=structs.replace(case.matter, drawn=one.seen))
    text = scene.tell("picture.look", number=case.number, minutes=look.MINUTES)
    shows = Draw(to=one.to, lane=Lane.SAFETY, slot=one.slot, text=text)
    return new, one.follows(scene, new, "trend", by, shows)


def _last(checked: tuple[Checked, ...]) -> list[Checked]:
    """Of each instrument the last result, the latest first."""
    latest = {one.of: one for one in sorted(checked, key=lambda one: one.at)}
    return sorted(latest.values(), key=lambda one: one.at, reverse=True)[:CHECKS]


def _check(scene: Scene, one: Checked) -> str:
    """What came of a check-in, with what a reader of it has to know."""
    known = scene.library.instruments.get(one.of)
    name, most = (known.structure.name, known.structure.most) if known is not None else (one.of, None)
    score = scene.tell("picture.no_score") if one.score is None else str(one.score)
    if one.score is not None and most is not None:
        score = scene.tell("picture.score", score=one.score, most=most)
    notes = []
    if one.answered < one.asked:
        notes.append(scene.tell("picture.partly", answered=one.answered, asked=one.asked))
    if not one.validated:
        notes.append(scene.tell("picture.unvalidated"))
    day = f"{one.at.astimezone(calendar.zone_of(scene.desk)):%d.%m.%y}"
    noted = f" ({', '.join(notes)})" if notes else ""
    return f"{name} {score}, {day}{noted}"


def _face(scene: Scene, value: int) -> str:
    """The face alone, without its words."""
    return scene.tell(f"pulse.{value}").partition(" ")[0]
