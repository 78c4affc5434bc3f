"""A father comes back after a silence: he goes on where he was, and nothing is made up for.

What he taps or asks for is answered as ever. Words that nothing had asked for bring one message with what waits.
"""

from __future__ import annotations

from datetime import timedelta

from flows import reachable
from flows.effects import Begin, Leave
from flows.model import Scene
from flows.programme import myweek, pages
from flows.script import Choice, Flow, Script, ask, given, speak
from flows.step import Step

NAME = "comeback"
AWAY = timedelta(days=5)
"""Who had blocked the bot for so long is greeted by the first words."""


def is_one(scene: Scene) -> bool:
    """Whether this father was silent for so long that he is greeted."""
    person = scene.person
    silent = reachable.of(person, scene.now) in {reachable.QUIET, reachable.UNREACHABLE} and reachable.rests(person)
    return (silent or _was_away(scene)) and person.state == "active"


def _was_away(scene: Scene) -> bool:
    """Whether these are the first words of a father who had blocked the bot for days."""
    person, left_at = scene.person, scene.person.profile.left_at
    if person.role != reachable.FATHER or left_at is None or scene.now - left_at < AWAY:
        return False
    return person.heard_at is None or person.heard_at <= left_at


def greeted(step: Step) -> None:
    """One message, with what waits."""
    step.leave(NAME)
    step.begin(NAME)


def resumed(step: Step) -> None:
    """After a sign the next page is planned by his days and hours again."""
    if step.scene.person.state == "active":
        step.add(*pages.planned(step.scene))


def _comeback(scene: Scene, _about: str) -> Script[None]:
    profile = scene.person.profile
    there = yield from given("there", [bool(profile.programme), bool(profile.brought)])
    names = [name for name, is_there in zip(("page", "home"), there, strict=True) if is_there]
    wanted = Choice(tuple((name, scene.say(f"reach.{name}")) for name in (*names, "later")))
    choice = yield from ask("where", scene.say("reach.hello"), wanted, loose=True)
    if choice == "page":
        yield from myweek.onward(scene)
    elif choice == "home":
        yield from (Leave(talk=place.talk) for place in scene.places if place.flow == "brought")
        yield Begin(flow="brought", about="open")
    else:
        yield speak(scene.say("reach.later_ok"))


FLOW = Flow(name=NAME, version=1, play=_comeback, passing=True)
