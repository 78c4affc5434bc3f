"""What an announcement is for her: a neutral knock inside her safe hours, and its words on her tap."""

from __future__ import annotations

from datetime import timedelta

from flows.concern import red
from flows.desk.announcement import found
from flows.effects import Schedule
from flows.model import Scene
from flows.programme import calendar
from flows.script import Choice, Flow, Script, ask, given, speak
from flows.step import Step

KEY = "announce"
SOON = timedelta(hours=1)


def _notice(scene: Scene, about: str) -> Script[None]:
    """It knocks on every phone: what is held back over an outage is put again as this knock, and no word is lost."""
    wanted = Choice((("open", scene.say("push.open")),))
    yield from ask("knock", scene.say("announce.knock"), wanted, loose=True)
    # Looked up when she opens it: it may have been stopped since.
    yield speak((yield from given("words", words(scene, about))) or scene.say("announce.stopped"))


FLOW = Flow(name="notice", version=1, play=_notice)


def words(scene: Scene, about: str) -> str:
    """What is announced, in her language; "" if it was stopped, or is not for her language."""
    one = found(scene.desk.book.announcements, int(about))
    return "" if one is None or one.state != "agreed" else one.texts.get(scene.person.language, "")


def came_due(step: Step, number: str) -> None:
    """Its turn with her: now, later, or never, where it was stopped or she wants nothing to come by itself."""
    scene, person, now = step.scene, step.scene.person, step.scene.now
    endless = person.profile.paused_until == calendar.WITHOUT_END
    if person.state != "active" or endless or not words(scene, number):
        return
    if (quiet := calendar.quiet_until(person, now)) > now or calendar.hushed(person, now):
        at = max(quiet, now + timedelta(days=1))
    elif scene.case is not None and red(scene.case.level):
        at = calendar.day_after(person, now)
    elif not calendar.is_safe(person, now):
        at = calendar.next_safe(person, now)
    elif any(place.asked_at is not None and now - place.asked_at < calendar.QUESTION_FRESH for place in step.places):
        at = now + SOON
    else:
        step.begin(FLOW.name, number)
        return
    step.add(Schedule(key=f"{KEY}:{number}", at=at))
