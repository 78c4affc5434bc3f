"""What time brings: a row of `due` whose moment has come, and what follows from it."""

from __future__ import annotations

from flows import calendar, cases, desk, privacy, session, support
from flows.effects import AnyEffect, Become, Flag, Lapse, Schedule, Vanish
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
        case ["vanish"] if step.scene.person.profile.shared and step.scene.person.state != "left":
            step.add(Vanish(how="day"))
        case ["delete"]:
            privacy.leave(step)
        case ["forget"]:
            privacy.forget(step)
        case ["wait", talk]:
            _wait_over(step, int(talk), event)


def _session_due(step: Step, about: str) -> None:
    person, now = step.scene.person, step.scene.now
    if person.state != "active":
        return
    if (instead := calendar.put_off(person, tuple(step.places), now)) is not None:
        step.add(Schedule(key="session", at=instead, about=about))
        return
    if person.profile.told_end:
        _pulse_alone(step)
        return
    profile = person.profile
    if profile.week > step.scene.library.programme(profile.programme).length:
        step.add(Become(changes={"told_end": True}))
        step.add(Schedule(key="session", at=calendar.next_pulse(step.scene.person, now)))
    else:
        week, push = (profile.week, profile.push + 1) if profile.push + 1 < session.PUSHES else (profile.week + 1, 0)
        step.add(Become(changes={"week": week, "push": push}))
        step.add(Schedule(key="session", at=calendar.next_day_push(person, now)))
    step.begin("session", f"{profile.programme}:{profile.week}:{profile.push}:knock")


def _pulse_alone(step: Step) -> None:
    step.leave("pulse")
    step.add(Schedule(key="session", at=calendar.next_pulse(step.scene.person, step.scene.now)))
    step.begin("pulse", "knock")


def next_session(scene: Scene) -> list[AnyEffect]:
    """Plan her next page anew."""
    return [Schedule(key="session", at=calendar.next_push(scene.person, scene.now))]


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
