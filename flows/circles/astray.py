"""Words that came to the bot and may have been meant for her circle.

The room had closed by itself while she read; or on her own phone words of the circle came live, and she answers what she
sees. She is asked at once; on her yes they go there, screened as ever, and the room is open again. Where something
graver stands before her she is told only, and asked nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flows.circles import reading, refusals, room, writing
from flows.circles.model import Astray
from flows.circles.reading import way
from flows.concern import Finding, red
from flows.effects import Become, Lane, Wish
from flows.events import Said
from flows.model import Scene
from flows.script import Choice, Flow, Script, ask, speak
from flows.step import Step

NAME, TO_CIRCLE = "astray", "to_circle"
LATELY = timedelta(hours=3)
"""So long after the room closed by itself her words may well have been meant for it."""
JUST = timedelta(hours=1)
"""So long after words of the circle came to her phone hers may well answer them."""
MOST = 5
"""Messages kept until she has answered."""


def is_one(step: Step, event: Said, when: datetime) -> bool:
    """Whether these words may have been meant for the circle, and nothing else asks for them."""
    return _may_go(step, event) and (_closed_lately(step.scene, when) or _answers(step.scene, when))


def _may_go(step: Step, event: Said) -> bool:
    """Whether there is a circle they could go to, and no question in front of her that they answer."""
    seat, top = step.scene.seat, step.open()
    if seat is None or seat.circle.state != "open" or event.reply_to or event.edited or refusals.of_form(event):
        return False
    if top is None:
        return True
    return top[1].loose and top[1].lane is not Lane.SAFETY and top[1].kind.typed(event.text) is None


def _closed_lately(scene: Scene, when: datetime) -> bool:
    until = reading.closes(scene)
    return until is not None and until <= when < until + LATELY


def _answers(scene: Scene, when: datetime) -> bool:
    """Whether words of the circle have just come to her phone by themselves, since she last left the room."""
    seat, profile = scene.seat, scene.person.profile
    if seat is None or profile.shared or reading.comes(scene) != reading.LIVE:
        return False
    ways, quiet = profile.ways, profile.hidden_until
    since = max(when - JUST, ways.left_at or seat.joined_at, quiet or seat.joined_at)
    return any(
        post.at > since and post.flower != seat.flower and (post.number <= seat.read or post.number in ways.shown)
        for post in seat.recent
    )


def asked(step: Step, event: Said, finding: Finding | None = None) -> None:
    """Ask her, and keep the words until she has answered. `finding`: what concern has read in them."""
    scene = step.scene
    why = refusals.why_held(scene, event, refusals.retyped(scene, event), finding)
    kept = Astray(words=event.text, entities=event.entities, message=event.message, why=why)
    step.add(way(scene, astray=(*scene.person.profile.ways.astray, kept)[-MOST:]))
    top = step.open()
    if top is not None and top[0].flow == NAME:
        step.put_again()
    else:
        step.leave(NAME)
        step.begin(NAME)


def beside(step: Step, event: Said, finding: Finding, when: datetime) -> None:
    """Worrying words were answered. Where that asks her nothing she is asked of these; else told where they are."""
    if event.edited or not _closed_lately(step.scene, when):
        return
    if _may_go(step, event) and not red(finding.level):
        asked(step, event, finding)
    else:
        was_closed(step, Lane.SAFETY)


def was_closed(step: Step, lane: Lane = Lane.REPLY) -> None:
    """She is told that the room had closed, and that her words came to the bot."""
    scene = step.scene
    if scene.person.profile.room_until is None or reading.is_in(scene) or TO_CIRCLE in step.wished:
        return
    step.add(Become(changes={"room_until": None}))
    if scene.seat is None:
        step.add(speak(scene.say("circle.out"), lane))
    else:
        back = () if scene.person.profile.shared or lane is Lane.SAFETY else ((reading.button(scene, "enter"),),)
        step.add(speak(scene.say("circle.closed"), lane, buttons=back))


def to_circle(step: Step) -> None:
    """They were for the circle: she is in the room again, and they go their way."""
    scene, kept = step.scene, step.scene.person.profile.ways.astray
    step.add(way(scene, astray=()))
    if scene.seat is None or not kept:
        step.say("circle.over" if scene.seat is None else "tap.old")
        return
    room.enter(step)
    for one in kept:
        writing.says(step, Said(text=one.words, entities=one.entities, message=one.message), why=one.why)


def _astray(scene: Scene, _about: str) -> Script[None]:
    options = tuple((value, scene.say(f"circle.astray_{value}")) for value in ("yes", "no"))
    also = tuple((value, scene.say(f"safety.{value}")) for value in ("yes", "no"))
    answer = yield from ask(NAME, scene.say("circle.astray"), Choice(options, also=also), loose=True)
    if answer == "yes":
        yield Wish(name=TO_CIRCLE)
        return
    yield way(scene, astray=(), left_at=scene.now)
    yield Become(changes={"room_until": None})
    yield speak(scene.say("circle.astray_kept"))


FLOW = Flow(name=NAME, version=1, play=_astray, again=False)
