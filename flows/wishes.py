"""What a label of the menu, a command or a bare word asks for: one function a wish, in the table at the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial

from flows import consent, joining, menu, privacy, rhythm
from flows.circles import astray, reading, room, shield
from flows.desk import cases
from flows.effects import Become, Cancel, Hush, Lane, Leave, Send
from flows.family import linking
from flows.model import Message
from flows.script import speak
from flows.step import Step
from flows.worry import support

DOORS = ("hide", "privacy", "data", "delete", "pause", "contact", "research", "family", "come")
"""What the settings open beside their own questions, where it exists."""

SCREENS = ("settings", "choose", "contact", "research", "family")
"""What she opens herself from a menu: left open, it is not put again when something else she opened is done."""

CENTRE = re.compile(r"c_([a-z0-9_-]{1,32})")
"""What a centre's card carries behind /start. A family's `f_` joins like none, and so does anything else."""


def start(step: Step, text: str = "") -> None:
    """Join, go on with joining, or come back; the open question is put again. `text` is the whole command."""
    person = step.scene.person
    if privacy.undo(step) and not person.profile.shared:
        return
    carried = text.partition(" ")[2].strip()
    invited = linking.came(step, carried)
    if not person.profile.joined:
        if (card := CENTRE.fullmatch(carried)) is not None:
            step.add(Become(changes={"centre": card[1]}))
        join(step)
        return
    if person.state in {"stopped", "left"}:
        step.add(Become(changes={"state": "active", "stopped_at": None}), *rhythm.next_session(step.scene))
    _menu(step, "kin.code_ask" if invited else "menu.here")
    step.leave("week")
    step.put_again()


def deed(wish: str) -> Callable[[Step], None] | None:
    """What carries out a wish; None where there is nothing of that name."""
    return partial(_anew, name=wish) if wish in BY_NAME else (WISHES | ALWAYS).get(wish)


def grant(step: Step, wish: str) -> None:
    """Do what a label, a command, a word or a choice on a screen asks for; the menu, where it names nothing we have."""
    if (done := deed(wish)) is not None:
        done(step)
    elif wish == "stop":
        stop(step, step.scene.now)
    elif wish == "help":
        help_now(step)
    elif step.knows(wish):
        _anew(step, wish)
    else:
        _menu(step)


def _anew(step: Step, name: str) -> None:
    """Begin the talk of this name, in place of an older one and of what she opened before and did not end."""
    for passed in {name, *SCREENS}:
        step.leave(passed)
    step.begin(name)


def _menu(step: Step, words: str = "menu.below") -> None:
    """The keyboard at the bottom, sent anew."""
    step.add(Send(message=Message(text=step.scene.say(words), keys=menu.keys(step.scene))))


def _ask(step: Step) -> None:
    """Behind the neutral label: a person, the numbers."""
    _choose(step, "ask", ("person", "nearby", "help"))


def _more(step: Step) -> None:
    """Behind the other neutral label: the rest."""
    _choose(step, "more", ("circle", "feel", "settings", "hide"))


def _choose(step: Step, screen: str, items: tuple[str, ...]) -> None:
    step.leave("choose")
    step.begin("choose", f"{screen}:{_there(step, items)}")


def _settings(step: Step, about: str = "") -> None:
    step.leave("settings")
    step.begin("settings", f"{about}:{_there(step, DOORS)}")


def _language(step: Step) -> None:
    _settings(step, "language")


def _there(step: Step, names: tuple[str, ...]) -> str:
    """Those of `names` that lead somewhere."""
    return ",".join(name for name in names if name == "help" or deed(name) is not None or step.knows(name))


def join(step: Step) -> None:
    """On with joining at the question she left it at, or from the first."""
    step.leave(joining.REMINDER.name)
    if any(place.flow == "joining" for place in step.places):
        step.put_again()
    else:
        step.begin("joining")


def help_now(step: Step) -> None:
    """The numbers, at once; before she has chosen a language, in each of ours."""
    step.leave("choose")
    for scene in step.scene.in_each():
        step.add(speak(scene.say("help.now", emergency=support.emergency(scene)), Lane.SAFETY))


def stop(step: Step, when: datetime) -> None:
    """One neutral line, and silence. What the safety of an open case needs at the desk goes on."""
    step.places.clear()
    step.add(Hush(), *(Cancel(key=key) for key in ("session", "late", "nudge", "wait:*")))
    step.add(Become(changes={"state": "stopped", "stopped_at": when, "tonight": None}))
    step.add(*reading.put_away(step.scene))
    step.add(*cases.told(step.scene, "desk.stopped"))
    step.say("stop.done")


def _feel(step: Step) -> None:
    """The faces, once: those she left open, at the end of a page or by themselves, are not put again after these."""
    step.let_go({"mood", "second"})
    step.add(*(Leave(talk=place.talk) for place in step.places if (place.flow, place.question) == ("pulse", "knock")))
    step.begin("pulse")


def _week(step: Step) -> None:
    """The menu of her week; if the words of consent have changed meanwhile, these come first."""
    if step.scene.person.profile.programme and consent.is_older(step.scene):
        step.leave("consent")
        step.begin("consent")
        return
    _open(step, "week")


def _nearby(step: Step) -> None:
    _open(step, "nearby")


def _family(step: Step) -> None:
    _open(step, "family")


def _circle(step: Step) -> None:
    """Into the room of her circle; whether she wants one, where she has none."""
    if step.scene.person.profile.joined:
        room.enter(step)
    else:
        join(step)


def _calm(step: Step) -> None:
    _open(step, "calm")


def _sad(step: Step) -> None:
    step.leave("birth")
    _open(step, "sad")


def _born(step: Step) -> None:
    _open(step, "birth")


def _open(step: Step, flow: str) -> None:
    """Begin a talk that needs her to have joined, in place of an older one of its kind."""
    if not step.scene.person.profile.joined:
        join(step)
        return
    _anew(step, flow)


BY_NAME = frozenset(("person", "contact", "research"))
"""Wishes that begin the flow of the same name, after consent and whether or not she has joined."""

WISHES: dict[str, Callable[[Step], None]] = {
    "week": _week,
    "feel": _feel,
    "calm": _calm,
    "family": _family,
    "nearby": _nearby,
    "circle": _circle,
    "leave_room": room.leave,
    astray.TO_CIRCLE: astray.to_circle,
    "report": shield.wished(shield.report),
    "take_back": shield.wished(shield.back),
    "come": shield.wished(shield.come),
    "born": _born,
    "sad": _sad,
    "ask": _ask,
    "more": _more,
    "menu": _menu,
    "settings": _settings,
    "language": _language,
}
"""Those that need consent first. `start`, `help` and `stop` work in every state and are called by the front door."""

ALWAYS: dict[str, Callable[[Step], None]] = {
    "hide": privacy.hide,
    "privacy": privacy.policy,
    "data": privacy.data,
    "delete": privacy.delete,
}
"""Those that need no consent: they work in every state, like `start`, `help` and `stop`."""
