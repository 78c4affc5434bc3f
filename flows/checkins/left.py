"""A check-in she has left: nothing she answered is lost, nothing she did not answer is guessed.

However it ends (its time is over, another one takes its place, she stops, hides, tells of a birth) what she had
answered is kept as an incomplete result, and what it brings by itself follows by the table: a band that no further
answer could undo. Where that calls a person, an hour without an answer is enough; her questions stay open meanwhile.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from content.instruments import Instrument
from flows.checkins import follow, instruments, sitting, times
from flows.checkins.sitting import BY_DESK, KNOCKS, NAME, Sitting
from flows.concern import LEVELS
from flows.effects import AnyEffect, Become, Keep, Schedule, Vanish
from flows.model import Place, Scene
from flows.programme import calendar
from flows.step import Step
from flows.worry import support

KEY = "left"
WAITS = timedelta(hours=1)
"""So long without an answer, what the given ones bring does not wait for the rest: the aim of the triage table for the
gravest score. A choice of ours, for a clinician to confirm."""
TOLD = "told"
"""The fact of a talk by which it is known at which level the desk has heard of it."""
MOMENT = timedelta(minutes=1)
AGAIN = "again"
"""The reason of what followed from an answer, was left, and is put once more: once, and no third time."""


def waiting(scene: Scene) -> Schedule:
    """She has answered a question and has the next one in front of her: when to look whether she went on."""
    return Schedule(key=KEY, at=scene.now + WAITS, safety=True)


def gives_way(place: Place) -> bool:
    """Whether this is a check-in; a question about her safety stays."""
    return place.flow == NAME and place.question != support.QUESTION


def passed(step: Step) -> None:
    """Let go of check-ins left open for longer than their answers look back: they would be about other weeks.

    On a phone she shares whoever takes it up next must not meet one: there it waits half an hour, and is owed.
    """
    for place in list(step.places):
        if not gives_way(place):
            continue
        if _is_over(step.scene, place):
            step.drop(place)
        elif _is_left_lying(step.scene, place):
            step.drop(place)
            if _is_before_its_end(place):
                id, _, reason = place.about.split(":", 2)
                others = [one for one in step.scene.person.profile.owed if one.partition(":")[0] != id]
                step.add(Become(changes={"owed": (*others, f"{id}:{reason}")}))


def came_due(step: Step) -> None:
    """She has not gone on: what her answers bring by themselves follows now. The rest waits until its time is over."""
    for place in list(step.places):
        sat = half_done(step.scene, place)
        if sat is None:
            continue
        step.add(*_brought(step.scene, place, sat))
        step.note(place, **{TOLD: sitting.level(step.scene, sat)})
        step.add(Schedule(key=KEY, at=_ends(sat.one, place) + MOMENT, safety=True))


def kept(step: Step) -> None:
    """Of a check-in that this turn ended before its end: what she had answered. Not where she is being forgotten."""
    if any(isinstance(effect, Vanish) and effect.how == "delete" for effect in step.effects):
        return
    here = {place.talk for place in step.places}
    done = {effect.question for effect in step.effects if isinstance(effect, Keep)}
    for place in step.scene.places:
        is_gone = place.talk not in here and f"{place.about.partition(':')[0]}.result" not in done
        if place.flow == NAME and is_gone and _is_before_its_end(place):
            step.add(*_ended(step.scene, place))


def is_open(scene: Scene) -> bool:
    """Whether there is one she can go on with."""
    return any(place.flow == NAME and _is_before_its_end(place) for place in scene.places)


def half_done(scene: Scene, place: Place) -> Sitting | None:
    """What she has answered of a check-in that stands at one of its questions; None where there is nothing of that."""
    id, _, reason = (*place.about.split(":", 2), "", "")[:3]
    one = scene.library.instruments.get(id)
    if place.flow != NAME or one is None or not place.question.startswith(f"{id}."):
        return None
    said = _said(one, place)
    if all(answer is None for answer in said.values()):
        return None
    answers = sitting.counted(said)
    result = instruments.result_of(one.structure, answers)
    row = follow.row_of(one, result, answers)
    begun_in = place.facts.get("language", scene.person.language)
    return Sitting(one=one, answers=answers, result=result, row=row, reason=reason, begun_in=begun_in, left=True)


def _ended(scene: Scene, place: Place) -> list[AnyEffect]:
    """What is kept of it and what follows. Where nothing does, what it came from still stands: it is put once more."""
    id, _, reason = place.about.split(":", 2)
    sat, owed = half_done(scene, place), scene.person.profile.owed
    once_more = next((step for step in owed if step.partition(":")[0] == id), "")  # on a shared phone
    if not once_more and (reason == times.FROM_PULSE or reason in scene.library.instruments):
        once_more = f"{id}:{AGAIN}"
    if sat is None:
        wanted = once_more and once_more not in owed
        return [Become(changes={"owed": (*owed, once_more)})] if wanted else []
    after = sitting.then(scene, sat.row) if sat.row.when == "now" else ""
    known = sitting.known(scene, sat, after)
    if once_more and not after and sitting.level(scene, sat) == "none":
        known["owed"] = (*(step for step in owed if step.partition(":")[0] != id), once_more)
    told = sitting.told(scene, sat) if reason == BY_DESK else []
    answers = sitting.answered(sat.one, _said(sat.one, place))
    return [*answers, sitting.kept(scene, sat), Become(changes=known), *told, *_brought(scene, place, sat)]


def _brought(scene: Scene, place: Place, sat: Sitting) -> list[AnyEffect]:
    """A person, where the answers bring one and the desk does not know of it yet."""
    found = sitting.level(scene, sat)
    before = place.facts.get(TOLD, "none")
    return [sitting.flagged(scene, sat)] if LEVELS.index(found) > LEVELS.index(before) else []


def _said(one: Instrument, place: Place) -> dict[str, Any]:
    """Her answers by item, as they stand in the talk."""
    names = {item.id: f"{one.id}.{item.id}" for item in sitting.items(one)}
    return {id: place.answers[name] for id, name in names.items() if name in place.answers}


def _is_before_its_end(place: Place) -> bool:
    """Whether it was not counted yet: what comes behind its last question has other names."""
    return place.question in KNOCKS or place.question.startswith(f"{place.about.partition(':')[0]}.")


def _is_left_lying(scene: Scene, place: Place) -> bool:
    asked, shared = place.asked_at, scene.person.profile.shared
    return shared and asked is not None and scene.now - asked > calendar.REPLY_WINDOW


def _is_over(scene: Scene, place: Place) -> bool:
    one = scene.library.instruments.get(place.about.partition(":")[0])
    if one is None or "begun" not in place.facts:
        return one is None
    return scene.now > _ends(one, place)


def _ends(one: Instrument, place: Place) -> datetime:
    """When its answers would be about other weeks."""
    return datetime.fromisoformat(place.facts["begun"]) + timedelta(days=one.structure.recall)
