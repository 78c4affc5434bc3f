"""Consent: asked once at joining, and once more when its words have changed in meaning.

Who agreed to older words is asked before the next page is opened to her. Until she says yes her pages rest; help and
talking to a person go on. It is not asked of somebody in an open red case.
"""

from __future__ import annotations

from flows.desk import discreet
from flows.effects import Cancel, Schedule
from flows.model import Scene
from flows.programme import pages
from flows.script import Choice, Flow, Script, ask, become, speak

CONSENT = "3"
"""The version of the consent text; raise it when the text changes in meaning."""


def is_older(scene: Scene) -> bool:
    """Whether she agreed to older words and may be asked now."""
    agreed = scene.person.profile.consent
    return bool(agreed) and agreed != CONSENT and not discreet.rests(scene)


def is_declined(scene: Scene) -> bool:
    """Whether she said no to the words of today, so that her pages rest."""
    return scene.person.profile.declined == CONSENT


def asked(scene: Scene, *, young: bool, back: bool = True) -> Script[bool]:
    """One screen, and what stands behind it on a tap. Whether she agreed."""
    if young:
        yield speak(scene.say("join.consent_young"))
    answers = (
        ("yes", scene.say("join.consent_yes")),
        ("more", scene.say("join.consent_more")),
        ("no", scene.say("join.consent_no")),
    )
    answer = yield from ask("consent", scene.say("join.consent"), Choice(answers), back=back)
    if answer == "more":
        yield speak(scene.say("join.consent_kept"))
        more = scene.say("join.consent_about")
        answer = yield from ask("consent_more", more, Choice((answers[0], answers[2])), back=True)
    return bool(answer == "yes")


def _renewed(scene: Scene, about: str) -> Script[None]:
    """In place of a page; `about` is `knock` when it comes as a push. With her yes the page that was due comes.

    Where she opened it herself, no page is due: the next one keeps its day.
    """
    if about == "knock":
        wanted = (("open", scene.say("push.open")),)
        yield from ask("knock", scene.say("push.question"), Choice(wanted), loose=True)
    yield speak(scene.say("join.consent_again"))
    if not (yield from asked(scene, young=scene.person.profile.adult is False, back=False)):
        yield Cancel(key="session")
        yield from become(scene, declined=CONSENT)
        yield speak(scene.say("join.consent_paused"))
        return
    scene = yield from become(scene, consent=CONSENT, consented_at=scene.now, declined="")
    yield speak(scene.say("join.consent_thanks" if about == "knock" else "join.consent_open"))
    yield Schedule(key="session", at=scene.now if about == "knock" else pages.next_at(scene))


FLOW = Flow(name="consent", version=1, play=_renewed)
