"""What time brings: a row of `due` whose moment has come, and what follows from it."""

from __future__ import annotations

from flows import baby, calendar, cases, desk, pages, support
from flows.effects import AnyEffect, Become, Flag, Lapse, Schedule
from flows.events import Due
from flows.model import Scene
from flows.step import Step


def came_due(step: Step, event: Due) -> None:
    """Whatever was planned under the row's key."""
    match event.key.split(":"):
        case ["session"]:
            _session_due(step, event.about)
        case ["page"]:
            step.add(*cases.paged(step.scene))
        case ["silence"]:
            _silence(step)
        case ["late"]:
            _late(step, event.about)
        case ["wait", talk]:
            _wait_over(step, int(talk), event)


def _session_due(step: Step, about: str) -> None:
    person, now = step.scene.person, step.scene.now
    if person.state != "active":
        return
    if person.profile.paused_until == calendar.WITHOUT_END:
        return
    if (instead := calendar.put_off(person, tuple(step.places), now)) is not None:
        step.add(Schedule(key="session", at=instead, about=about))
        return
    step.add(*pages.shelved(step.scene))
    flow, about, changes = _coming(step.scene)
    pushed = (*person.profile.pushed, now)[-calendar.WEEKLY_MOST :]
    step.add(Become(changes={**changes, "pushed": pushed}))
    step.add(*pages.planned(step.scene))
    step.begin(flow, about)


def _coming(scene: Scene) -> tuple[str, str, dict[str, object]]:
    """What this push is: the flow, what it is about, and what changes of her."""
    profile = scene.person.profile
    if baby.is_to_ask(scene):
        return "birth", "knock", {"births_asked": profile.births_asked + 1, "birth_asked_at": scene.now}
    if pages.is_alone(scene):
        return "pulse", "knock", {}
    week, push = pages.coming(scene)
    over = week > pages.course_of(scene).length
    return "session", f"{profile.programme}:{week}:{push}:knock", {"told_end": True} if over else pages.advanced(scene)


def next_session(scene: Scene) -> list[AnyEffect]:
    """Plan what comes next anew: after her days, hours or zone changed, or she came back."""
    return pages.planned(scene)


def _silence(step: Step) -> None:
    """She did not answer the safety question: counts as `urgent` until a person has reached her."""
    step.add(Flag(level="urgent", category=support.DYING, why=step.scene.tell("desk.why.silence")))


def _late(step: Step, about: str) -> None:
    person, now = step.scene.person, step.scene.now
    if person.state == "left" or desk.asked_for_quiet(step.scene):
        return
    if not calendar.is_safe(person, now):
        step.add(Schedule(key="late", at=calendar.next_safe(person, now), about=about))
        return
    # Each weekly line is a knock whose question is still open: it is put again rather than sent late, so that
    # knocks do not pile up over an outage.
    step.add(Lapse())
    if about == calendar.WEEKLY_ALONE:
        step.put_again()
        return
    step.leave("late")
    step.begin("late")


def _wait_over(step: Step, talk: int, event: Due) -> None:
    person, now = step.scene.person, step.scene.now
    if not calendar.is_safe(person, now):
        step.add(Schedule(key=event.key, at=calendar.next_safe(person, now), about=event.about))
        return
    step.wake(talk, event.about)
