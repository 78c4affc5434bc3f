"""The room of her circle: she enters, writes, reads, leaves. While she is in it, what she types goes to the circle.

The bot retypes every word. What concern found in them was answered before they come here.
"""

from __future__ import annotations

from datetime import timedelta

from flows.circles.model import GUIDE, Post, numbered, slot
from flows.circles.round import gathered
from flows.effects import HER, AnyEffect, Become, Lane, Reads, Retract, Send, Write
from flows.events import Posted, Withdrawn
from flows.model import Message, Scene
from flows.step import Step

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


def says(step: Step, words: str) -> None:
    """What she types in the room, on its way to the others."""
    seat, scene = step.scene.seat, step.scene
    if seat is None:
        return
    answers = numbered(scene.quoted, seat.circle.id)
    step.add(Become(changes={"room_until": scene.now + IDLE}))
    step.add(Write(circle=seat.circle.id, words=words, at=gathered(scene.now, scene.chance), answers=answers))


def brought(step: Step, event: Posted | Withdrawn) -> None:
    """Something was said in her circle, or goes from it."""
    seat = step.scene.seat
    if seat is None or seat.circle.id != event.circle:
        return
    if isinstance(event, Withdrawn):
        step.add(Retract(to=HER, slot=slot(event.circle, event.number), lane=Lane.CIRCLE))
    elif is_in(step.scene):
        step.add(shown(step.scene, event.circle, event.post), Reads(circle=event.circle, number=event.post.number))


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
