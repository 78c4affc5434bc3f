"""What time brings: a row of `due` whose moment has come, and what follows from it."""

from __future__ import annotations

from datetime import timedelta

from flows import calendar, cases, concern, consent, desk, joining, session, support
from flows.effects import AnyEffect, Become, Flag, Lapse, Schedule
from flows.events import Due
from flows.model import Scene
from flows.step import Step

UNWRITTEN = timedelta(days=7)
"""How long until we look again whether the programme she waits for is written."""


def came_due(step: Step, event: Due) -> None:
    """Whatever was planned under the row's key."""
    match event.key.split(":"):
        case ["session"]:
            _session_due(step, event.about)
        case ["page"]:
            step.add(*cases.paged(step.scene))
        case ["silence"]:
            _silence(step)
        case [joining.NUDGE]:
            _nudge(step)
        case ["late"]:
            _late(step, event.about)
        case ["wait", talk]:
            _wait_over(step, int(talk), event)


def _session_due(step: Step, about: str) -> None:
    person, now = step.scene.person, step.scene.now
    if person.state != "active":
        return
    if (instead := calendar.put_off(person, tuple(step.places), now)) is not None:
        step.add(Schedule(key="session", at=instead, about=about))
        return
    if consent.is_declined(step.scene):
        return
    if not person.profile.programme and not _programme_came(step):
        return
    if consent.is_older(step.scene):
        _consent_first(step)
        return
    person = step.scene.person
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


def _consent_first(step: Step) -> None:
    """The words of consent have changed: they are asked in place of the page, which waits."""
    step.leave("consent")
    step.add(Schedule(key="session", at=calendar.next_day_push(step.scene.person, step.scene.now)))
    step.begin("consent", "knock")


def _programme_came(step: Step) -> bool:
    """Whether the programme she waits for has been written meanwhile: it begins now. Else it is looked for in a week."""
    person, now = step.scene.person, step.scene.now
    programme = joining.programme_of(person)
    if programme not in step.scene.library.programmes:
        step.add(Schedule(key="session", at=calendar.next_push(person, now + UNWRITTEN)))
        return False
    step.add(Become(changes={"programme": programme, "week": 1, "push": 0}))
    return True


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


def _nudge(step: Step) -> None:
    """Joining was left midway: one neutral line, once and never again. Not before a day without a word of hers."""
    person, now = step.scene.person, step.scene.now
    midway = person.state == "joining" and any(place.flow == joining.FLOW.name for place in step.places)
    if not midway or person.profile.nudged_at is not None:
        return
    case = step.scene.case
    busy = case is not None and concern.red(case.level)
    rested = now if busy else (person.heard_at or now - joining.NUDGED_AFTER)
    at = calendar.next_safe(person, max(now, rested + joining.NUDGED_AFTER))
    if at > now:
        step.add(Schedule(key=joining.NUDGE, at=at))
        return
    step.add(Become(changes={"nudged_at": now}))
    step.begin(joining.REMINDER.name)


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
