"""A home where somebody is to be feared, a phone somebody else reads, what was done by force.

The way is that of the WHO's first-line support (LIVES): she is believed, blamed for nothing, asked whether she can read
this, and given choices. Nothing pushes her to leave, and nothing here names a person.
"""

from __future__ import annotations

from content.schema import Level
from flows.concern import red
from flows.effects import Lane
from flows.model import Scene
from flows.script import Choice, Script, ask, changed
from flows.worry import reach, support
from flows.worry.reach import aid, opening


def violence(scene: Scene, level: Level) -> Script[None]:
    """She is afraid of somebody at home, or has been hurt."""
    yield from _believed(scene, level, "worry.violence_now" if level == "now" else "worry.violence")


def forced(scene: Scene, level: Level) -> Script[None]:
    """She is under 18 or was forced: the same, and that health help within 72 hours can prevent harm."""
    yield from _believed(scene, level, "worry.forced_now" if level == "now" else "worry.forced")


def _believed(scene: Scene, level: Level, key: str) -> Script[None]:
    """Her words are believed; then choices, if nobody else can see them. If somebody can: a neutral screen, and quiet."""
    yield aid(opening(scene, key, emergency=support.emergency(scene)))
    yield aid(support.who(scene, level))
    if not (yield from reach.is_alone(scene, scene.say("worry.unseen"))):
        yield aid(scene.say("reach.quiet"))
        yield from reach.quieted(scene)
        return
    choices = tuple((value, scene.say(f"worry.choice_{value}")) for value in ("person", "numbers", "heard"))
    choice = yield from ask("choice", scene.say("worry.choices"), Choice(choices), lane=Lane.SAFETY, loose=True)
    if choice == "heard":
        yield from reach.noted(scene, "desk.why.only_heard")
        yield aid(scene.say("worry.only_heard", **support.hours(scene)))
        return
    if choice == "numbers":
        yield aid(scene.say("worry.numbers", emergency=support.emergency(scene)))
    else:
        yield from reach.wished(scene, "asked", "desk.why.asked")
        yield aid(scene.say("worry.chosen"))
    if red(level):
        yield from reach.tonight(scene)


def watched(scene: Scene, _level: Level) -> Script[None]:
    """Somebody reads this phone: quiet until she writes, and a neutral screen from the same moment."""
    yield aid(opening(changed(scene, {"shared": True}), "worry.watched"))
    yield from reach.quieted(scene, watched=True)
