"""Joining: language, age, consent, when to write. Nothing typed, and nothing asked that the first week does not need."""

from __future__ import annotations

from flows import calendar, capacity, menu, support
from flows.effects import Flag, Schedule, Send
from flows.model import Message, Scene
from flows.script import Choice, Flow, Script, ask, become, speak

CONSENT = "1"
"""The version of the consent text; raise it when the text changes in meaning."""


def yes_no(scene: Scene) -> Choice:
    """Yes and no, in her language."""
    return Choice((("yes", scene.say("word.yes")), ("no", scene.say("word.no"))), columns=2)


def _join(scene: Scene, _about: str) -> Script[None]:
    languages = [language for language in scene.library.languages if language.offered]
    hello = "\n".join(scene.library.text(language.code, "join.language") for language in languages)
    names = tuple((language.code, language.name) for language in languages)
    language = yield from ask("language", hello, Choice(names))
    scene = yield from become(scene, language=language, state="joining")

    adult = yield from ask("adult", scene.say("join.adult"), yes_no(scene), back=True)
    if not (yield from _consent(scene, young=adult == "no")):
        yield speak(scene.say("join.no_consent", emergency=support.emergency(scene)))
        return
    scene = yield from become(scene, adult=adult == "yes", consent=CONSENT, consented_at=scene.now)
    if adult == "no":
        yield Flag(level="watch", category="under_age", why=scene.tell("desk.why.under_age"))
        yield speak(scene.say("help.now", emergency=support.emergency(scene)))

    days = yield from ask("days", scene.say("join.days"), _choices(scene, "days", tuple(calendar.DAYS)))
    part = yield from ask("part", scene.say("join.part"), _choices(scene, "part", tuple(calendar.PARTS)), back=True)
    scene = yield from become(
        scene, days=calendar.DAYS[days], part=part, programme="mums", week=1, push=0, state="active", role="mother"
    )
    first = calendar.next_push(scene.person, scene.now)
    yield Schedule(key="session", at=first)
    done = scene.say("join.done", **menu.day_and_hour(scene, first))
    yield Send(message=Message(text=done, keys=menu.keys(scene)))
    yield from capacity.seated(scene)


def _consent(scene: Scene, *, young: bool) -> Script[bool]:
    text = scene.say("join.consent")
    if young:
        text += "\n\n" + scene.say("join.consent_young")
    answers = (
        ("yes", scene.say("join.consent_yes")),
        ("more", scene.say("join.consent_more")),
        ("no", scene.say("join.consent_no")),
    )
    answer = yield from ask("consent", text, Choice(answers), back=True)
    if answer == "more":
        more = scene.say("join.consent_about")
        answer = yield from ask("consent_more", more, Choice((answers[0], answers[2])), back=True)
    return bool(answer == "yes")


def _choices(scene: Scene, kind: str, values: tuple[str, ...]) -> Choice:
    return Choice(tuple((value, scene.say(f"{kind}.{value}")) for value in values))


FLOW = Flow(name="joining", version=1, play=_join)
