"""Listening: under what she reads stands a button, where somebody of the desk has recorded these very words.

A tap brings the voice and changes nothing else: it answers no question, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from content import passages
from flows.effects import Send
from flows.events import Tapped
from flows.model import Button, Message, Scene
from flows.script import speak
from flows.step import Step

LISTEN = "listen"
NO_TALK = 0
"""The button belongs to no talk: no question is ever answered by it."""

Rows = tuple[tuple[Button, ...], ...]


def under(scene: Scene, texts: Sequence[str]) -> Rows:
    """The button under words in her language; none where nobody has recorded them."""
    mark = passages.mark(scene.person.language, texts)
    if mark not in scene.desk.recorded:
        return ()
    return ((Button(scene.say("listen.button"), f"{NO_TALK}:{LISTEN}:{mark}"),),)


def spoken(scene: Scene, texts: Sequence[str]) -> list[Send]:
    """The messages of a passage, the button under the last one."""
    voice = under(scene, texts)
    return [speak(text, buttons=voice if number == len(texts) else ()) for number, text in enumerate(texts, 1)]


def is_tap(scene: Scene, event: Tapped) -> bool:
    """Whether she taps such a button. Who has agreed to nothing yet has never seen one."""
    return (event.talk, event.question) == (NO_TALK, LISTEN) and bool(scene.person.profile.consent)


def play(step: Step, event: Tapped) -> None:
    """Send the voice; words where it was taken away since."""
    file, gone = step.scene.desk.recorded.get(event.value, ""), step.scene.say("listen.gone")
    step.add(Send(message=Message(text="" if file else gone, file=file, instead=gone)))
