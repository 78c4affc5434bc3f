"""How she may be reached after grave words: can she read alone, may we write tonight, quiet until she writes.

A yes to *may we write tonight* opens this conversation only (product description, section 8): it ends with her night,
and with the case.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flows import menu
from flows.effects import AnyEffect, Become, Cancel, Flag, Hush, Lane, Release, Send
from flows.model import Message, Scene
from flows.programme import calendar, pages
from flows.script import Choice, Script, ask, changed, given, speak
from flows.step import Step

OVERLOOKED = timedelta(days=1)
"""For how long replies knock after she said that others can see the screen."""
FRESH = timedelta(hours=6)
"""After so long these questions are about another moment, and are dropped unanswered."""
OF_THE_MOMENT = frozenset({"unseen", "tonight", "holder", "still", "at_home", "choice", "idiom"})
"""Nor are they put again once she has turned to something else: somebody may have come into the room."""


def opening(scene: Scene, key: str, /, **variables: object) -> str:
    """The first words of an answer. On a shared phone the line that lights up is a neutral one."""
    words = scene.say(key, **variables)
    return f"{scene.say('worry.opener')}\n\n{words}" if scene.person.profile.shared else words


def aid(text: str) -> Send:
    """A line of help: it overtakes everything."""
    return speak(text, Lane.SAFETY)


def yes_no(scene: Scene, *, unsaid: bool = False) -> Choice:
    """Yes, no, and, where wanted, rather not say."""
    values = ("yes", "no", "unsaid") if unsaid else ("yes", "no")
    return Choice(tuple((value, scene.say(f"safety.{value}")) for value in values), columns=2)


def noted(scene: Scene, key: str) -> list[AnyEffect]:
    """A fact for the card of her open case, that raises nothing; nothing where there is no case any more."""
    if scene.case is None:
        return []
    return [Flag(level="watch", category=scene.case.category, why=scene.tell(key))]


def wished(scene: Scene, category: str, key: str) -> list[AnyEffect]:
    """She wants a person to write: for the card of her case, or a case anew where the desk has closed it meanwhile."""
    return noted(scene, key) or [Flag(level="concern", category=category, why=scene.tell(key))]


def asked(scene: Scene) -> Script[None]:
    """After a red answer: can she read this alone, may we write tonight. A no to the first ends the questions."""
    if (yield from is_alone(scene, scene.say("reach.alone"))):
        yield from tonight(scene)
    else:
        yield from overlooked(scene)


def is_alone(scene: Scene, text: str) -> Script[bool]:
    """Whether nobody else can see the screen; `text` ends with the question."""
    answer = yield from ask("unseen", text, yes_no(scene), lane=Lane.SAFETY, loose=True, veiled=True)
    if answer == "no":
        yield from noted(scene, "desk.why.not_alone")
    return bool(answer == "yes")


def tonight(scene: Scene) -> Script[None]:
    """May we write at any hour until her next morning."""
    until = scene.person.profile.tonight
    if (yield from given("agreed", until is not None and until > scene.now)):
        return
    answer = yield from ask("tonight", scene.say("reach.tonight"), yes_no(scene), lane=Lane.SAFETY, loose=True)
    if answer == "yes":
        yield Become(changes={"tonight": calendar.tonight_ends(scene.person, scene.now)})
        yield from noted(scene, "desk.why.tonight")
    yield aid(scene.say(f"reach.tonight_{answer}"))


def overlooked(scene: Scene) -> list[AnyEffect]:
    """Others can see the screen: replies knock for a day, and a neutral line stands last."""
    return [Become(changes={"overlooked_until": scene.now + OVERLOOKED}), blank(scene)]


def blank(scene: Scene) -> Send:
    """A line that says nothing, with the menu in its plain names: what whoever takes the phone sees last."""
    return Send(message=Message(text=scene.say("reach.blank"), keys=menu.neutral(scene)), lane=Lane.SAFETY)


# -- quiet until she writes --------------------------------------------------------------------------------------


def quieted(scene: Scene, *, watched: bool = False) -> list[AnyEffect]:
    """Nothing comes by itself until she writes. What is unsent is forgotten; pages wait in *My week*.

    `watched`: somebody reads her phone, so that it counts as shared from now on, and pages wait until she asks for
    them. What the safety of an open case needs at the desk goes on.
    """
    changes: dict[str, object] = {"quiet_at": scene.now, "tonight": None, "replied": _moments(scene)}
    if watched:
        changes |= {"shared": True, "knocks": True, "paused_until": calendar.WITHOUT_END}
    quiet = changed(scene, changes)
    return [*put_away(scene), Cancel(key="late"), Become(changes=changes), blank(quiet)]


def _moments(scene: Scene) -> dict[str, datetime]:
    """When she was last answered, without the categories: after the quiet the same words begin their talk anew."""
    return {what: at for what, at in scene.person.profile.replied.items() if ":" not in what}


def put_away(scene: Scene) -> list[AnyEffect]:
    """What is unsent is forgotten, what was planned is not: pages wait in *My week*."""
    return [Hush(), *(Cancel(key=key) for key in ("session", "nudge", "wait:*")), *pages.shelved(scene)]


def woken(step: Step, text: str) -> None:
    """She writes or taps again: the quiet is over, what a person wrote meanwhile is let go, pages are planned anew.

    *Stop* and *hide* leave it as it is: she wants no words on her screen now.
    """
    profile = step.scene.person.profile
    if profile.quiet_at is None or menu.meant(step.scene.library, text) in {"stop", "hide"}:
        return
    step.add(Become(changes={"quiet_at": None}), Cancel(key="late"), Release())
    if profile.joined and step.scene.person.state == "active":
        step.add(*pages.planned(step.scene))


def turned_to(step: Step, talk: int, question: str) -> None:
    """She answers another question that is open: those of the moment are not put again after it."""
    is_open = any(place.talk == talk and place.question == question for place in step.places)
    if is_open and question not in OF_THE_MOMENT:
        step.let_go(OF_THE_MOMENT)


def passed(step: Step) -> None:
    """Drop her unanswered questions about a moment that is over."""
    for place in list(step.places):
        old = place.asked_at is not None and step.scene.now - place.asked_at > FRESH
        if old and place.question in OF_THE_MOMENT:
            step.drop(place)
