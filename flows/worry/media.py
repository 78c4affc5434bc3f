"""Voice notes, photos, files: no rule can read them, so a person looks.

Into an open case they go as her words do. Without one they open a case of level `watch`; the desk opens them after
*Take*, as it does her words. She is told that a person will look, and when. Before consent nobody may.
"""

from __future__ import annotations

from datetime import timedelta

from flows.desk import cases
from flows.effects import Flag
from flows.events import Showed
from flows.step import Step
from flows.worry import support

KINDS = ("voice", "audio", "video", "video_note", "photo", "document")
"""What may carry words or a wound. Stickers, places and contacts do not, and are answered as before."""
CATEGORY = "media"
ALBUM = timedelta(minutes=1)
"""The pictures of one album come within seconds: one answer for all of them."""


def offer(step: Step, event: Showed) -> bool:
    """Bring it to the desk, and tell her. False: nobody will look, because a program has read what it says."""
    case = step.scene.case
    talked_in = case is not None and not cases.is_call(case)
    if not event.file or (event.text and not talked_in) or not (case or step.scene.person.profile.consent):
        return False
    beside(step, event)
    if case is None or not event.album or not _just_heard(step):
        told = "media.looked" if case is None else "media.taken" if case.state == "taken" else "media.in_case"
        step.say(told, **support.hours(step.scene))
    return True


def beside(step: Step, event: Showed) -> None:
    """Put what she showed into her case, or open one. With words that worried somebody it is there already."""
    case = step.scene.case
    if not event.file:
        return
    if case is None:
        why = step.scene.tell("desk.why.media", what=event.what)
        step.add(Flag(level="watch", category=CATEGORY, why=why, file=event.file))
        return
    caption = "" if event.finding is not None else event.text
    step.add(*cases.said(case, caption, event.file))
    if cases.is_call(case):
        step.add(*cases.told(step.scene, "media.in_call"))


def _just_heard(step: Step) -> bool:
    heard = step.scene.person.heard_at
    return heard is not None and step.scene.now - heard < ALBUM
