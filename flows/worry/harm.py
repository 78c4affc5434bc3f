"""A child in danger from the hands it is in: now, already hurt, long ago and regretted, or only in frightening thoughts.

Nobody is shamed. What may happen now is answered first of all with something to do, and asked about again after ten
minutes (triage table, `child_harm` and `intrusive_thoughts`).
"""

from __future__ import annotations

from datetime import timedelta

from content.schema import Level
from flows.concern import red
from flows.desk import replies
from flows.effects import Cancel, Flag, Lane, Schedule
from flows.model import Scene
from flows.programme import calendar
from flows.script import Choice, Flow, Script, Words, ask
from flows.step import Step
from flows.worry import reach, support
from flows.worry.reach import aid, opening, yes_no

REASK = "reask"
REASKED = timedelta(minutes=10)
ANSWERED_WITHIN = timedelta(minutes=15)
SILENT = "silent"
CHILD = "child_harm"
HURTS: Level = "now"


def child_harm(scene: Scene, level: Level) -> Script[None]:
    """By its level: it might happen now, it has happened, it is past and regretted."""
    if level == "now":
        yield from _might_now(scene)
    elif level == "urgent":
        yield from _done(scene)
    else:
        yield from _regretted(scene)


def _might_now(scene: Scene) -> Script[None]:
    """Something to do with the child and with oneself, one question, and again in ten minutes.

    What is right for a baby in arms is not for a child who walks; of a child whose age nobody knows, as for a baby.
    """
    older = "_older" if calendar.band(scene.person, scene.now) == "c" else ""
    yield Schedule(key=REASK, at=scene.now + REASKED, safety=True)
    yield aid(opening(scene, f"worry.child_now{older}", emergency=support.emergency(scene)))
    yield aid(support.who(scene, HURTS))
    holders = tuple((value, scene.say(f"worry.holder_{value}")) for value in ("here", "call", "nobody"))
    holder = yield from ask("holder", scene.say(f"worry.holder{older}"), Words(holders), lane=Lane.SAFETY)
    if holder in {value for value, _ in holders}:
        yield from reach.noted(scene, f"desk.why.holder_{holder}")
    held = "worry.held" if holder in {"here", "call"} else "worry.held_nobody"
    yield aid(scene.say(f"{held}{older}", emergency=support.emergency(scene)))


def _done(scene: Scene) -> Script[None]:
    """No shame, what the team has to do, and whether the child is hurt now."""
    yield aid(opening(scene, "worry.child_hurt"))
    yield aid(support.who(scene, "urgent"))
    hurt = yield from ask("hurt", scene.say("worry.hurt"), yes_no(scene, unsaid=True), lane=Lane.SAFETY)
    if hurt == "yes":
        yield Flag(level=HURTS, category=CHILD, why=scene.tell("desk.why.hurt"))
        yield aid(scene.say("worry.hurt_yes", emergency=support.emergency(scene)))
        yield aid(support.who(scene, HURTS))
    else:
        yield from reach.noted(scene, f"desk.why.hurt_{hurt}")
        yield aid(scene.say(f"worry.hurt_{hurt}", emergency=support.emergency(scene)))
    yield from reach.asked(scene)


def _regretted(scene: Scene) -> Script[None]:
    """Kind, and a person if she likes."""
    wanted = yield from ask("write", opening(scene, "worry.child_regret"), yes_no(scene), lane=Lane.SAFETY)
    if wanted == "no":
        yield from reach.noted(scene, "desk.why.not_wanted")
        yield aid(scene.say("worry.regret_no"))
        return
    yield from reach.wished(scene, CHILD, "desk.why.wanted")
    yield aid(support.who(scene, "concern"))


def thoughts(scene: Scene, level: Level) -> Script[None]:
    """Frightening thoughts she does not want: common, no plans. One question; only a yes makes it a danger."""
    yield aid(opening(scene, "worry.thoughts"))
    yield aid(support.who(scene, level))
    act = yield from ask("act", scene.say("worry.act"), yes_no(scene, unsaid=True), lane=Lane.SAFETY)
    if act == "yes":
        yield Flag(level=HURTS, category=CHILD, why=scene.tell("desk.why.might_act"))
        yield from _might_now(scene)
        return
    yield from reach.noted(scene, f"desk.why.act_{act}")
    yield aid(scene.say(f"worry.thoughts_{act}"))
    if red(level):
        yield from reach.asked(scene)


# -- ten minutes later -------------------------------------------------------------------------------------------


def came_due(step: Step, about: str) -> None:
    """Ask how it is now; where she cannot be asked, or has not answered, the desk is called again."""
    scene = step.scene
    if scene.case is None:
        return  # a person has closed it
    quiet = scene.person.state == "left" or replies.asked_for_quiet(scene)
    if about == SILENT or quiet or not calendar.conversation_open(scene.person, scene.now):
        step.add(_again(scene, "desk.why.no_answer"))
        return
    step.let_go({"holder", "still"})
    step.begin(REASK)


def _reask(scene: Scene, _about: str) -> Script[None]:
    yield Schedule(key=REASK, at=scene.now + ANSWERED_WITHIN, about=SILENT, safety=True)
    answers = Choice(tuple((value, scene.say(f"worry.still_{value}")) for value in ("better", "same")), columns=2)
    still = yield from ask("still", scene.say("worry.still"), answers, lane=Lane.SAFETY, loose=True)
    yield Cancel(key=REASK)
    if still == "better":
        yield from reach.noted(scene, "desk.why.better")
        yield aid(scene.say("worry.better"))
    else:
        yield _again(scene, "desk.why.not_better")
        yield aid(scene.say("worry.not_better", emergency=support.emergency(scene)))
    yield from reach.tonight(scene)


def _again(scene: Scene, why: str) -> Flag:
    return Flag(level=HURTS, category=CHILD, why=scene.tell(why), again=True)


AGAIN = Flow(name=REASK, version=1, play=_reask, again=False)
