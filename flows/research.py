"""The consent to research: apart from everything else, asked once, and taken back at any time.

Nothing made from answers for research may hold anyone without it (Telegram's terms for bot developers, 4.3, and the
law ask for individual, active, revocable consent). Grown-ups alone are asked. A baseline of its own belongs to it;
its questionnaires come with the check-ins, and until then she is told just that.
"""

from __future__ import annotations

from flows.effects import Keep
from flows.model import Scene
from flows.script import Choice, Flow, Script, ask, become, given, speak

VERSION = "1"
"""The version of the text; raise it when the text changes in meaning."""

QUESTIONS = frozenset({"research", "research_more"})
"""Passed over, it is not put again by a later page."""


def asked(scene: Scene, *, well: bool) -> Script[None]:
    """Ask after a pulse that was not heavy, unless she has answered before or a person is with her just now."""
    told = scene.person.profile
    may = well and bool(told.adult) and told.research_at is None and scene.case is None
    if (yield from given("research_now", may)):
        yield from _consent(scene)


def _consent(scene: Scene) -> Script[None]:
    answers = tuple((value, scene.say(f"research.{value}")) for value in ("yes", "more", "no"))
    answer = yield from ask("research", scene.say("research.ask"), Choice(answers), loose=True)
    if answer == "more":
        choice = Choice((answers[0], answers[2]))
        answer = yield from ask("research_more", scene.say("research.about"), choice, loose=True)
    yes = answer == "yes"
    yield from become(scene, research=VERSION if yes else "", research_at=scene.now)
    yield Keep(question="research", value=VERSION if yes else "no")
    yield speak(scene.say("research.thanks" if yes else "research.no_ok"))


def _research(scene: Scene, _about: str) -> Script[None]:
    """As she finds it in her settings: what holds now, and the other choice."""
    if not (yield from given("adult", bool(scene.person.profile.adult))):
        yield speak(scene.say("research.grown"))
        return
    if not (yield from given("taking_part", bool(scene.person.profile.research))):
        yield from _consent(scene)
        return
    stay_or_stop = tuple((value, scene.say(f"research.{value}")) for value in ("stay", "stop"))
    if (yield from ask("research_stop", scene.say("research.taking_part"), Choice(stay_or_stop), loose=True)) == "stop":
        yield from become(scene, research="", research_at=scene.now)
        yield Keep(question="research", value="no")
        yield speak(scene.say("research.stopped"))
    else:
        yield speak(scene.say("research.stays"))


FLOW = Flow(name="research", version=1, play=_research)
