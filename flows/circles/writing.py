"""What she writes or shows on its way to her circle: whether it is for it, whether it may go, and when it leaves.

The bot retypes every word. What concern found in them was answered before they come here. A reply to a post goes to the
circle wherever she is; a reply to anything else, a command, a label and the words of a button in front of her never do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flows.circles import reading, refusals
from flows.circles.model import CLOSED, RED, WATCHED, Post, Seat, numbered
from flows.circles.reading import is_in, way
from flows.circles.room import flower
from flows.circles.round import can_go, gathered
from flows.concern import Finding
from flows.effects import HER, AnyEffect, Become, Lane, React, Reword, TakeBack, Write
from flows.events import Said, Showed
from flows.menu import day_and_date
from flows.model import Scene
from flows.script import speak
from flows.step import Step

MINUTE, FEW, MINUTE_ON = timedelta(minutes=1), 5, timedelta(minutes=2)
HOUR, MANY, HOUR_ON = timedelta(hours=1), 20, timedelta(minutes=10)
"""More than FEW posts in a minute, or MANY in an hour, leave so much later: the others read slowly, and none is lost."""
SENT = "🕊"
"""The bot's reaction on what went to the circle, once she knows what it means."""
HELD = frozenset({"phone", "link", "handle", "email", "address", "money", "card", "name", "method", RED})
"""Why words are held, as she is told; of anything else she hears that a person has to look."""


# -- whether it is for the circle ----------------------------------------------------------------------------------


def is_for(step: Step, event: Said | Showed, when: datetime) -> bool:
    """Whether what she writes or shows is for her circle: she answers a post, or is in the room and answers nothing."""
    if step.scene.seat is None or (isinstance(event, Said) and step.is_button(event.text)):
        return False
    if isinstance(event, Said) and event.edited:
        return _again(step.scene, event) is not None
    return _answered(step.scene) > 0 if event.reply_to else is_in(step.scene, when)


def answers_bot(step: Step, event: Said, when: datetime) -> bool:
    """Whether she is in the room and answers a message that is none of the circle's."""
    return is_in(step.scene, when) and event.reply_to > 0 and not event.edited and _answered(step.scene) == 0


def _answered(scene: Scene) -> int:
    return 0 if scene.seat is None else numbered(scene.quoted, scene.seat.circle.id)


def _again(scene: Scene, event: Said) -> Post | None:
    """The post of hers whose message she has changed, as long as the older words can go from the others' phones."""
    seat = scene.seat
    if seat is None:
        return None
    waits = next((post for post in seat.mine if event.message and post.message == event.message), None)
    out = seat.quoted if seat.quoted is not None and seat.quoted.flower == seat.flower else None
    return waits or (out if out is not None and can_go(out, scene.now) else None)


# -- what she writes -----------------------------------------------------------------------------------------------


def says(step: Step, event: Said, finding: Finding | None = None, why: str = "") -> None:
    """What she types, on its way to the others. `finding`: what concern has read in it, as it counts for her.

    `why`: why it is held, where that was read before.

    The words of a button of the room are that button.
    """
    scene, seat = step.scene, step.scene.seat
    if seat is None:
        return
    if (no := _barred(scene, seat) or refusals.of_form(event)) != "":
        step.add(speak(_no(scene, seat, no), _lane(finding)))
        _stays(step)
        return
    said = refusals.retyped(scene, event)
    why = why or refusals.why_held(scene, event, said, finding) or _watched(scene, seat)
    again = _again(scene, event) if event.edited else None
    long = said.too_long or (again is not None and len(said.parts) > 1)
    if (long and not why) or not (said.parts or why):
        step.add(speak(_no(scene, seat, "long" if long else "other"), _lane(finding)))
        _stays(step)
        return
    at = _leaves_at(scene)
    _stays(step)
    step.add(*_written(scene, seat, event, said.parts or ("",), again=again, at=at, why=why))
    wrote = (*(one for one in scene.person.profile.ways.wrote if scene.now - one < HOUR), scene.now)
    step.add(way(step.scene, wrote=wrote[-MANY - 1 :]))
    if why:
        _held(step, why, _lane(finding))
    else:
        _confirmed(step, event, _lane(finding), late=at > scene.now + MINUTE)


def _written(
    scene: Scene, seat: Seat, event: Said, parts: Sequence[str], *, again: Post | None, at: datetime, why: str
) -> list[AnyEffect]:
    """Her words as one post, or two where they are long; what she has edited as one that says so."""
    said: dict[str, Any] = {"circle": seat.circle.id, "at": at, "why": why, "message": event.message}
    late = at > gathered(scene.now, scene.chance)
    if again is None:
        answers = _answered(scene) if event.reply_to else 0
        return [Write(**said, words=part, answers=answers, late=late) for part in parts]
    words = "\n".join(parts)
    if again.number:
        return [Write(**said, words=words, answers=again.number, edits=again.number, late=late)]
    rest = [post for post in seat.mine if post.message == again.message and post.id != again.id]
    after = max((moment for moment in (again.after, at if late else None) if moment is not None), default=None)
    return [
        Reword(**said, words=words, post=again.id, edits=again.edits, after=after),
        *(TakeBack(circle=seat.circle.id, post=post.id) for post in rest),  # the other half of what was long
    ]


def _stays(step: Step) -> None:
    """Her word keeps the room open."""
    if is_in(step.scene):
        step.add(Become(changes={"room_until": step.scene.now + reading.idle(step.scene)}))


def _barred(scene: Scene, seat: Seat) -> str:
    """Why nobody, or she, cannot write just now; "" if she can."""
    muted = seat.circle.terms.muted.get(scene.person.id)
    if muted is not None and muted > scene.now:
        return "muted"
    if seat.circle.begins_at > scene.now:
        return "early"
    return {"open": "", CLOSED: "over"}.get(seat.circle.state, "resting")


def _watched(scene: Scene, seat: Seat) -> str:
    """Whether the facilitator wants to see her words first: she hears so as she writes."""
    return WATCHED if scene.person.id in seat.circle.terms.watched else ""


def _no(scene: Scene, seat: Seat, no: str) -> str:
    until = seat.circle.terms.muted.get(scene.person.id) or seat.circle.begins_at
    return scene.say(f"circle.no_{no}", **(day_and_date(scene, until) if no in {"muted", "early"} else {}))


def _leaves_at(scene: Scene) -> datetime:
    """When her words leave at the latest; later, and not before, where she writes faster than the others read."""
    wrote = scene.person.profile.ways.wrote
    if sum(scene.now - one < HOUR for one in wrote) >= MANY:
        return scene.now + HOUR_ON
    if sum(scene.now - one < MINUTE for one in wrote) >= FEW:
        return scene.now + MINUTE_ON
    return gathered(scene.now, scene.chance)


def _held(step: Step, why: str, lane: Lane) -> None:
    """She hears at once that the others do not see it, and why. After grave words the room is closed: people answer her."""
    if why == RED:
        step.add(Become(changes={"room_until": None}))
    key = why if why in HELD else "look"
    step.add(speak(step.scene.say(f"circle.held_{key}"), Lane.SAFETY if why == RED else lane))


def _confirmed(step: Step, event: Said, lane: Lane, *, late: bool) -> None:
    """A receipt that cannot be mistaken: words at first, then the bot's reaction; on a shared phone always words.

    After words that are answered for themselves it comes behind the answer, and promises no sign.
    """
    scene, inside = step.scene, is_in(step.scene)
    seat = scene.seat
    if seat is None:
        return
    if late:
        step.add(speak(scene.say("circle.slow"), lane))
    elif inside and scene.person.profile.ways.said and event.message and not scene.person.profile.shared:
        step.add(React(to=HER, message=event.message, emoji=SENT, lane=Lane.CIRCLE))
    elif inside:
        profile = scene.person.profile
        again = profile.ways.said or profile.shared or lane is Lane.SAFETY
        key = "circle.sent_again" if again else "circle.sent"
        step.add(
            way(scene, said=profile.ways.said or not again), speak(scene.say(key, flower=flower(scene, seat)), lane)
        )
    else:
        step.add(speak(scene.say("circle.sent_outside", flower=flower(scene, seat)), lane))


def shows(step: Step, event: Showed) -> bool:
    """Something that is not text: not passed on, but a voice note where the facilitator has allowed them, once heard.

    True: a person hears it, and she was told so.
    """
    scene, seat = step.scene, step.scene.seat
    if seat is None:
        return False
    _stays(step)
    voice = event.what == "voice" and seat.circle.terms.voice and bool(event.file) and not event.forwarded
    if (no := _barred(scene, seat) or ("" if voice else refusals.of_kind(event.what))) != "":
        step.add(speak(_no(scene, seat, no), _lane(event.finding)))
        return False
    said: dict[str, Any] = {
        "words": "\n".join(refusals.retyped(scene, Said(text=event.text)).parts),
        "voice": event.file,
        "message": event.message,
    }
    answers = _answered(scene) if event.reply_to else 0
    at = gathered(scene.now, scene.chance)
    step.add(Write(circle=seat.circle.id, at=at, answers=answers, why="voice", **said))
    step.add(speak(scene.say("circle.voice"), _lane(event.finding)))
    return True


def _lane(finding: Finding | None) -> Lane:
    return Lane.REPLY if finding is None else Lane.SAFETY
