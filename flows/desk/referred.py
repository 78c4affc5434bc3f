"""What she is asked and told about a place: whether we may ask there, and a week after the card, whether she got there.

Both go as a reply does: at once while she writes with us, else behind a neutral knock inside her safe hours. A reason
why not is kept without words and without her.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec

from flows.desk import cases, referral, replies
from flows.effects import AnyEffect, Cancel, Flag, Lane, Schedule
from flows.events import Due
from flows.model import Referral, Scene
from flows.programme import calendar
from flows.script import Choice, Flow, Script, ask, given
from flows.step import Step
from flows.worry import support
from flows.worry.reach import aid, yes_no

ASK, AFTER = "refer_ask", "refer_after"
WEEK, GIVEN_UP = timedelta(days=7), timedelta(days=14)
LONGEST = timedelta(days=60)
"""For how long we look for a moment in which she may be asked."""
OVER = "over"
WHY = ("far", "money", "child", "not_allowed", "afraid", "ashamed", "nobody", "better", "unsaid")
GRAVE = frozenset({"not_allowed", "afraid"})
"""Reasons a person looks at, whether she asks for that or not: a home of fear or control (triage table)."""


# -- may we ask there ----------------------------------------------------------------------------------------------


def ask_her(step: Step, one: Referral) -> None:
    """Put the question now, if she is writing with us; else when a reply could knock."""
    scene = step.scene
    if calendar.conversation_open(scene.person, scene.now):
        step.begin(ASK, f"{one.id}:here")
    else:
        at = calendar.next_knock(scene.person, scene.now)
        step.add(Schedule(key=_key(ASK, one), at=at))


def _ask(scene: Scene, about: str) -> Script[None]:
    one = yield from _remembered(scene, about)
    if one is None:
        return
    yield from _knock(scene, about)
    answers = Choice(tuple((value, scene.say(f"refer.{value}")) for value in ("yes", "no")))
    text = scene.say("refer.offer", **referral.parts(scene, one))
    answer = yield from ask("offer", text, answers, lane=Lane.SAFETY, loose=True, veiled=True)
    if answer == "yes":
        agreed = msgspec.structs.replace(one, state="agreed")
        yield from referral.kept(scene, agreed)
        yield from _agreed(scene, agreed)
        yield aid(scene.say("refer.thanks"))
        return
    yield from referral.ended(scene, one, "declined")
    yield from cases.told(scene, "refer.said_no", name=referral.at_desk(scene, one))
    yield aid(scene.say("refer.left"))


def _agreed(scene: Scene, one: Referral) -> list[AnyEffect]:
    """The desk sees her yes with what is to be confirmed; where the case was closed meanwhile, a case anew."""
    if scene.case is not None and not cases.is_call(scene.case):
        return [referral.form(scene, scene.case, one)]
    why = scene.tell("refer.flag.yes", name=referral.at_desk(scene, one))
    return [Flag(level="concern", category="referral", why=why)]


# -- did she get there ---------------------------------------------------------------------------------------------


def planned(scene: Scene, one: Referral) -> Schedule:
    """The question in a week."""
    return Schedule(key=_key(AFTER, one), at=scene.now + WEEK)


def _after(scene: Scene, about: str) -> Script[None]:
    one = yield from _remembered(scene, about)
    if one is None:
        return
    yield from _knock(scene, about)
    text = scene.say("refer.after", name=referral.parts(scene, one)["name"])
    went = Choice((("yes", scene.say("refer.went")), ("no", scene.say("refer.went_not"))))
    answer = yield from ask("went", text, went, lane=Lane.SAFETY, loose=True, veiled=True)
    yield Cancel(key=_key(AFTER, one))
    if answer == "yes":
        yield from referral.ended(scene, one, "arrived")
        yield from cases.told(scene, "refer.got_there", name=referral.at_desk(scene, one))
        yield aid(scene.say("refer.glad"))
        return
    yield from referral.ended(scene, one, "missed")
    reasons = Choice(tuple((value, scene.say(f"refer.why.{value}")) for value in WHY))
    why = yield from ask("why", scene.say("refer.why"), reasons, lane=Lane.SAFETY, loose=True, veiled=True)
    yield referral.row(one, "missed", "" if why == "unsaid" else why, ended_at=scene.now)
    yield from _missed(scene, one, str(why))


def _missed(scene: Scene, one: Referral, why: str) -> Script[None]:
    reason = scene.tell(f"refer.why.{why}")
    yield from cases.told(scene, "refer.got_not", name=referral.at_desk(scene, one), why=reason)
    if why in GRAVE:
        yield Flag(level="concern", category="referral", why=scene.tell("refer.flag.why", why=reason))
    if why == "better":
        yield aid(scene.say("refer.better"))
        return
    wanted = yield from ask("person", scene.say("refer.person"), yes_no(scene), lane=Lane.SAFETY, loose=True)
    if wanted == "yes":
        yield Flag(level="concern", category="asked", why=scene.tell("refer.flag.person"))
        yield aid(support.who(scene, "concern"))
    else:
        yield aid(scene.say("refer.alright"))


# -- what is due ---------------------------------------------------------------------------------------------------


def came_due(step: Step, event: Due) -> None:
    """A question to her that waited for its moment, or one that she has left unanswered."""
    kind, _, id = event.key.partition(":")
    one = referral.live(step.scene, int(id))
    if one is None:
        return
    scene = step.scene
    gone = replies.out_of_reach(scene)
    if event.about == OVER or gone or scene.now - one.asked_at > LONGEST:
        _give_up(step, one, kind)
    elif _wants_quiet(scene):
        step.add(Schedule(key=event.key, at=scene.now + WEEK))
    elif not (calendar.is_safe(scene.person, scene.now) or calendar.agreed(scene.person, scene.now)):
        step.add(Schedule(key=event.key, at=calendar.next_safe(scene.person, scene.now)))
    else:
        step.begin(kind, f"{one.id}:knock")
        step.add(Schedule(key=event.key, at=scene.now + GIVEN_UP, about=OVER))


def _give_up(step: Step, one: Referral, kind: str) -> None:
    """It ends without an answer of hers, and the desk is told."""
    for place in [place for place in step.places if place.flow == kind and place.about.startswith(f"{one.id}:")]:
        step.drop(place)
    state, key = ("unreached", "refer.not_asked") if kind == ASK else ("unknown", "refer.no_word")
    step.add(*referral.ended(step.scene, one, state))
    step.add(*cases.told(step.scene, key, name=referral.at_desk(step.scene, one)))


def _wants_quiet(scene: Scene) -> bool:
    return scene.person.profile.quiet_at is not None or calendar.is_paused(scene.person, scene.now)


# -- small parts ---------------------------------------------------------------------------------------------------


def _key(kind: str, one: Referral) -> str:
    return f"{kind}:{one.id}"


def _remembered(scene: Scene, about: str) -> Script[Referral | None]:
    """The referral as it was when she was asked; what becomes of it meanwhile changes no words of the talk."""
    one = referral.live(scene, int(about.partition(":")[0]))
    found = yield from given("one", msgspec.to_builtins(one))
    return msgspec.convert(found, Referral) if found is not None else None


def _knock(scene: Scene, about: str) -> Script[None]:
    if about.endswith(":knock"):
        opens = Choice((("open", scene.say("push.open")),))
        yield from ask("knock", scene.say("push.answer"), opens, lane=Lane.SAFETY, loose=True)


FLOWS = (
    Flow(name=ASK, version=1, play=_ask),
    Flow(name=AFTER, version=1, play=_after),
)
