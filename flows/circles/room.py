"""The room of her circle: she enters, writes, reads, leaves. While she is in it, what she types goes to the circle.

The bot retypes every word. What concern found in them was answered before they come here.
"""

from __future__ import annotations

from datetime import timedelta

from flows.circles.model import GUIDE, Post, numbered, slot
from flows.circles.round import can_go, gathered
from flows.effects import (
    HER,
    AnyEffect,
    Become,
    Heart,
    Lane,
    React,
    Reads,
    Retract,
    Reword,
    Send,
    Vacate,
    Withhold,
    Write,
)
from flows.events import Hearted, Posted, Reacted, Refused, Said, Withdrawn
from flows.model import Message, Scene
from flows.step import Step

HEART = "❤"
IDLE = timedelta(hours=1)
"""After so long without a word of hers the room closes."""


def is_in(scene: Scene) -> bool:
    """Whether what she types goes to her circle."""
    until = scene.person.profile.room_until
    return scene.seat is not None and until is not None and scene.now < until


def enter(step: Step) -> None:
    """She enters: what she has not read yet, and where her words go from now on."""
    seat = step.scene.seat
    if seat is None:
        step.say("circle.none")
        return
    step.add(Become(changes={"room_until": step.scene.now + IDLE}))
    step.say("circle.room", flower=flower(step.scene, seat.flower))
    for post in seat.unread:
        step.add(shown(step.scene, seat.circle.id, post))
    step.add(Reads(circle=seat.circle.id, number=seat.circle.posts))


def leave(step: Step) -> None:
    """She leaves the room: what she types goes to the bot again."""
    step.add(Become(changes={"room_until": None}))
    step.say("circle.left")


def says(step: Step, words: str, message: int = 0) -> None:
    """What she types in the room, on its way to the others. `message`: its number in her chat."""
    seat, scene = step.scene.seat, step.scene
    if seat is None:
        return
    answers = numbered(scene.quoted, seat.circle.id)
    step.add(Become(changes={"room_until": scene.now + IDLE}))
    at = gathered(scene.now, scene.chance)
    step.add(Write(circle=seat.circle.id, words=words, at=at, answers=answers, message=message))


def anew(step: Step, event: Said) -> bool:
    """She edited what she had written to her circle. Whether she had: what waits is said in the new words alone.

    What is out stays as it was, and its new words follow it, for as long as Telegram still takes the old from phones.
    """
    seat, scene = step.scene.seat, step.scene
    if seat is None:
        return False
    at, circle, message = gathered(scene.now, scene.chance), seat.circle.id, event.message
    waits = next((post for post in seat.mine if post.message == message), None)
    said = seat.quoted if seat.quoted is not None and seat.quoted.flower == seat.flower else None
    if waits is not None:
        step.add(Reword(circle=circle, post=waits.id, words=event.text, at=at, edits=waits.edits, message=message))
    elif said is not None and can_go(said, scene.now):
        step.add(Write(circle=circle, words=event.text, at=at, answers=said.number, edits=said.number, message=message))
    return waits is not None or said is not None


def brought(step: Step, event: Posted | Withdrawn | Reacted | Hearted | Refused) -> None:
    """Something was said in her circle, goes from it, or was given a heart."""
    seat = step.scene.seat
    if isinstance(event, Withdrawn):
        step.add(Retract(to=HER, slot=slot(event.circle, event.number), lane=Lane.CIRCLE))
    elif isinstance(event, Reacted):
        _reacted(step, event)
    elif seat is None or seat.circle.id != event.circle:
        return  # what was on its way when she left
    elif isinstance(event, Posted) and is_in(step.scene) and event.post.number > seat.read:
        step.add(shown(step.scene, event.circle, event.post), Reads(circle=event.circle, number=event.post.number))
    elif isinstance(event, Hearted) and is_in(step.scene) and event.message:
        step.add(React(to=HER, message=event.message, emoji=HEART, lane=Lane.CIRCLE))


def _reacted(step: Step, event: Reacted) -> None:
    """She gave a post of another's a heart, or took it away."""
    seat = step.scene.seat
    if seat is not None and seat.quoted is not None and seat.quoted.flower != seat.flower:
        step.add(Heart(circle=seat.circle.id, number=seat.quoted.number, on=event.hearts))


def silenced(scene: Scene) -> list[AnyEffect]:
    """She stopped, or is out of reach: the room is closed, and what she wrote and nobody has seen goes to nobody."""
    closed: list[AnyEffect] = [Become(changes={"room_until": None})] if scene.person.profile.room_until else []
    return closed + ([Withhold(circle=scene.seat.circle.id)] if scene.seat is not None else [])


def departed(scene: Scene) -> list[AnyEffect]:
    """She leaves her circle, and takes along what she wrote and nobody has seen."""
    left: list[AnyEffect] = [Vacate(circle=scene.seat.circle.id)] if scene.seat is not None else []
    return silenced(scene) + left


def shown(scene: Scene, circle: int, post: Post) -> AnyEffect:
    """A post as it stands on her phone: who, and what."""
    name = scene.say("circle.guide") if post.flower == GUIDE else flower(scene, post.flower)
    return Send(
        message=Message(text=f"{name}\n{post.words}"),
        lane=Lane.CIRCLE,
        slot=slot(circle, post.number),
        answers=slot(circle, post.answers) if post.answers else "",
    )


def flower(scene: Scene, name: str) -> str:
    """A flower's name in her language."""
    return scene.say(f"flower.{name}")
