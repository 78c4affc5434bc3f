"""What an announcement is for her: a neutral knock inside her safe hours, and its words on her tap."""

from __future__ import annotations

from flows import knock
from flows.desk.announcement import found
from flows.effects import Schedule
from flows.model import Scene
from flows.script import Choice, Flow, Script, ask, given, speak
from flows.step import Step

KEY = "announce"


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
    if not words(step.scene, number):
        return
    at = knock.moment(step.scene, step.places)
    if at is not None and at <= step.scene.now:
        step.begin(FLOW.name, number)
    elif at is not None:
        step.add(Schedule(key=f"{KEY}:{number}", at=at))
