"""What a label of the menu, a command or a bare word asks for: one function a wish, in the table at the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from flows import calendar, cases, consent, joining, menu, rhythm, session, support
from flows.effects import Become, Cancel, Hush, Lane, Send
from flows.model import Message
from flows.script import speak
from flows.step import Step

CENTRE = re.compile(r"c_([a-z0-9_-]{1,32})")
"""What a centre's card carries behind /start. A family's `f_` joins like none, and so does anything else."""


def start(step: Step, text: str = "") -> None:
    """Join, go on with joining, or come back; the open question is put again. `text` is the whole command."""
    person = step.scene.person
    if not person.profile.joined:
        if (card := CENTRE.fullmatch(text.partition(" ")[2].strip())) is not None:
            step.add(Become(changes={"centre": card[1]}))
        join(step)
        return
    if person.state in {"stopped", "left"}:
        step.add(Become(changes={"state": "active", "stopped_at": None}), *rhythm.next_session(step.scene))
    step.add(Send(message=Message(text=step.scene.say("menu.here"), keys=menu.keys(step.scene))))
    step.put_again()


def join(step: Step) -> None:
    """On with joining at the question she left it at, or from the first."""
    step.leave(joining.REMINDER.name)
    if any(place.flow == "joining" for place in step.places):
        step.put_again()
    else:
        step.begin("joining")


def help_now(step: Step) -> None:
    """The numbers, at once."""
    numbers = support.emergency(step.scene)
    step.add(speak(step.scene.say("help.now", emergency=numbers), Lane.SAFETY))


def stop(step: Step, when: datetime) -> None:
    """One neutral line, and silence. What the safety of an open case needs at the desk goes on."""
    step.places.clear()
    step.add(Hush(), *(Cancel(key=key) for key in ("session", "late", "nudge", "wait:*")))
    step.add(Become(changes={"state": "stopped", "stopped_at": when}))
    step.add(*cases.told(step.scene, "desk.stopped"))
    step.say("stop.done")


def _feel(step: Step) -> None:
    step.begin("pulse")


def _person(step: Step) -> None:
    step.leave("person")
    step.begin("person")


def _week(step: Step) -> None:
    """Open the last page that was pushed, or say when the first one comes."""
    profile = step.scene.person.profile
    if not profile.joined:
        join(step)
        return
    if not profile.programme:
        step.say("join.waiting")
        return
    if consent.is_older(step.scene):
        step.leave("consent")
        step.begin("consent")
        return
    reached = (profile.week - 1) * session.PUSHES + profile.push
    length = step.scene.library.programme(profile.programme).length
    if not reached:
        first = calendar.next_push(step.scene.person, step.scene.now)
        step.say("week.first", **menu.day_and_hour(step.scene, first))
        return
    last = min(reached - 1, length * session.PUSHES - 1)
    week, push = last // session.PUSHES + 1, last % session.PUSHES
    step.leave("session")
    step.begin("session", f"{profile.programme}:{week}:{push}:open")


WISHES: dict[str, Callable[[Step], None]] = {"week": _week, "feel": _feel, "person": _person}
"""Those that need consent first. `start`, `help` and `stop` work in every state and are called by the front door."""
