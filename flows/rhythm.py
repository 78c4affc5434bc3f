"""What time brings: a row of `due` whose moment has come, and what follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta

from flows import capacity, consent, joining, privacy, reachable
from flows.checkins import left, screening
from flows.circles import news, reading, waiting
from flows.desk import cases, discreet, notice, putting, referred, replies, taps
from flows.effects import AnyEffect, Become, Flag, Lapse, Schedule, Vanish
from flows.events import Due
from flows.family import inviting, linking, pieces
from flows.model import Person, Scene
from flows.programme import almanac, baby, calendar, grief, older, pages
from flows.step import Step
from flows.worry import harm, sorrow, support

PRESENT = timedelta(minutes=2)
"""For so long after she wrote or tapped what she herself began goes on; an exercise lasts a minute."""
UNWRITTEN = timedelta(days=7)
"""How long until we look again whether the programme she waits for is written."""


Coming = tuple[str, str, dict[str, object]]
"""What a push is: the flow, what it is about, and what changes of her."""


def came_due(step: Step, event: Due) -> None:
    """Whatever was planned under the row's key."""
    left.passed(step)
    match event.key.split(":"):
        case ["session"]:
            _session_due(step, event.about)
        case [reading.KEY]:
            reading.came_due(step)
        case [waiting.WELCOME]:
            waiting.came_due(step)
        case ["page"]:
            step.add(*cases.paged(step.scene))
        case [left.KEY]:
            left.came_due(step)
        case ["silence"]:
            _silence(step)
        case [harm.REASK]:
            harm.came_due(step, event.about)
        case [joining.NUDGE]:
            _nudge(step)
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
        case [key, *_] if key in taps.DUE:
            step.add(*taps.came_due(step.scene, key, event.about))
        case [news.KEY, what]:
            news.came_due(step, what, event.about)
        case [notice.KEY, number]:
            notice.came_due(step, number)
        case [referred.ASK | referred.AFTER, _]:
            referred.came_due(step, event)
        case ["arrives"]:
            pass  # the card is brought up to date after every event (`flows/desk/arriving.py`)
        case [putting.KEY]:
            putting.came_due(step, event.about)
        case [inviting.KEY, link]:
            linking.came_due(step, int(link))
        case [pieces.KEY]:
            pieces.came_due(step)
        case [capacity.ADMIT]:
            step.add(*capacity.admitted(step.scene, event.about))


def _session_due(step: Step, about: str) -> None:
    person, now = step.scene.person, step.scene.now
    if person.state != "active":
        return
    if person.profile.paused_until == calendar.WITHOUT_END:
        return
    if (free := reachable.free_at(person, now)) is None:
        return  # it is planned again with his next sign
    if free > now:
        step.add(Schedule(key="session", at=calendar.next_free_push(person, free), about=about))
        return
    if reading.is_in(step.scene) and (closes := reading.closes(step.scene)) is not None:
        step.add(Schedule(key="session", at=closes, about=about))
        return
    mourns = grief.due(step.scene) is not None
    if (instead := calendar.put_off(person, tuple(step.places), now, mourns=mourns)) is not None:
        if person.profile.lost_at is not None:
            instead = min(instead, pages.next_at(step.scene))  # a note may come before the quiet is over
        step.add(Schedule(key="session", at=instead, about=about))
        return
    if _is_grave(step.scene):
        step.add(Schedule(key="session", at=calendar.next_day_push(person, now), about=about))
        return
    if sorrow.holds_back(step) or consent.is_declined(step.scene) or _put_again(step):
        return
    if (coming := _apart(step.scene)) is None:
        if not person.profile.programme and not _programme_came(step):
            return
        if consent.is_older(step.scene):
            _consent_first(step)
            return
        if pages.goes_further(step.scene) and not _went_further(step):
            return
        coming = _coming(step.scene)
    flow, about, changes = coming
    if flow == "pulse" and pages.pulse_is_early(step.scene):
        step.add(*pages.planned(step.scene))
        return
    if _is_empty(step.scene, coming):
        step.add(Become(changes=changes), Schedule(key="session", at=calendar.next_day_push(person, now)))
        return
    older.closed(step)
    step.add(*pages.shelved(step.scene))
    step.let_go(pages.OFFERS)
    for screen in ("settings", "choose"):
        step.leave(screen)  # left open hours ago: it is not put again behind the page
    if flow == "birth":  # her own older talk of the birth would ask once more what she now answers
        step.leave("birth")
    pushed = (*person.profile.pushed, now)[-calendar.WEEKLY_MOST :]
    step.add(Become(changes={**changes, "pushed": pushed}))
    step.add(*pages.planned(step.scene))
    step.begin(flow, about)


def _put_again(step: Step) -> bool:
    """Whether a father's knock stands without a sign: it knocks once more in other words, and no page overtakes it."""
    person, now = step.scene.person, step.scene.now
    place = reachable.knocking(person, step.places)
    if place is None or place.flow not in pages.PUSHED:
        return False
    line = reachable.LINES[len(reachable.standing(person))]
    if not step.put_in(place, step.scene.say(line)):
        return False
    step.add(Become(changes={"pushed": (*person.profile.pushed, now)[-calendar.WEEKLY_MOST :]}))
    step.add(*pages.planned(step.scene))
    return True


def _is_grave(scene: Scene) -> bool:
    """Whether a red case of hers is open: no page and no question of the programme comes beside it. They wait."""
    return discreet.rests(scene)


def _is_empty(scene: Scene, coming: Coming) -> bool:
    """Whether nothing is left of the push: a check-in alone, while check-ins wait for her."""
    flow, _, _ = coming
    if scene.person.waits_since is None or flow not in {"pulse", pages.SESSION}:
        return False
    return flow == "pulse" or not pages.says_something(scene)


def _apart(scene: Scene) -> Coming | None:
    """What comes whether her programme is written or not: the question about the birth; after a loss, a note or the pulse."""
    profile = scene.person.profile
    if baby.is_to_ask(scene):
        return "birth", "knock", {"births_asked": profile.births_asked + 1, "birth_asked_at": scene.now}
    if profile.lost_at is None:
        return None
    return grief.coming(scene) or ("pulse", "knock", {})


def _coming(scene: Scene) -> Coming:
    """The page that comes next; where none comes now, a note of the calendar, or the pulse alone."""
    if pages.is_alone(scene):
        return almanac.alone(scene) or ("pulse", "knock", {})
    week, push = pages.coming(scene)
    over = week > pages.course_of(scene).length
    about = f"{scene.person.profile.programme}:{week}:{push}:knock"
    return "session", about, {"told_end": True, "ended_at": scene.now} if over else pages.advanced(scene)


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
    step.add(Become(changes=pages.begun(programme)))
    return True


def _went_further(step: Step) -> bool:
    """The programme after hers begins now; where it is not written, it is looked for each week."""
    step.add(*pages.shelved(step.scene), Become(changes=pages.begun("")))
    return _programme_came(step)


def next_session(scene: Scene) -> list[AnyEffect]:
    """Plan what comes next anew: after her days, hours or zone changed, or she came back."""
    return pages.planned(scene)


def _silence(step: Step) -> None:
    """She did not answer the safety question: counts as `urgent` until a person has reached her."""
    step.add(Flag(level="urgent", category=support.DYING, why=step.scene.tell("desk.why.silence")))


def _nudge(step: Step) -> None:
    """Joining was left midway: one neutral line, once and never again. Not before a day without a word of hers."""
    person, now = step.scene.person, step.scene.now
    midway = person.state == "joining" and any(place.flow == joining.FLOW.name for place in step.places)
    if not midway or person.profile.nudged_at is not None:
        return
    rested = now if _is_grave(step.scene) else (person.heard_at or now - joining.NUDGED_AFTER)
    at = calendar.next_safe(person, max(now, rested + joining.NUDGED_AFTER))
    if at > now:
        step.add(Schedule(key=joining.NUDGE, at=at))
        return
    step.add(Become(changes={"nudged_at": now}))
    step.begin(joining.REMINDER.name)


def _late(step: Step, about: str) -> None:
    person, now = step.scene.person, step.scene.now
    if person.state == "left" or replies.asked_for_quiet(step.scene):
        return
    if not calendar.is_safe(person, now) and not calendar.agreed(person, now):
        step.add(Schedule(key="late", at=calendar.next_safe(person, now), about=about))
        return
    # Each weekly line is a knock whose question is still open: it is put again rather than sent late, so that
    # knocks do not pile up over an outage.
    step.add(Lapse())
    if about == calendar.WEEKLY_ALONE:
        if not screening.is_before_her(step):  # the page came whole: what lies beneath is no knock
            step.put_again()
        return
    step.leave("late")
    step.begin("late")


def _wait_over(step: Step, talk: int, event: Due) -> None:
    person, now = step.scene.person, step.scene.now
    if not calendar.is_safe(person, now) and not _is_there(person, now):
        step.add(Schedule(key=event.key, at=calendar.next_safe(person, now), about=event.about))
        return
    held = sorrow.is_open(step.scene) and any(
        place.talk == talk and place.flow in pages.PUSHED for place in step.places
    )
    if held or _is_grave(step.scene):
        step.add(Schedule(key=event.key, at=calendar.day_after(person, now), about=event.about))
        return
    step.wake(talk, event.about)


def _is_there(person: Person, now: datetime) -> bool:
    """Whether she did something a moment ago: an exercise she began goes on at any hour of hers."""
    return person.heard_at is not None and now - person.heard_at < PRESENT and not calendar.hushed(person, now)
