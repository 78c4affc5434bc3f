"""A few words in which concern found nothing, once a week, for the lead to read.

What did the rules miss? Unflagged words may be kept for 72 hours (table of retention in the product's safety rules), so they are gathered in
the two days before the reading, and a day is left to read them in. At most twenty stay, the lowest lots; without
name and number, and without whatever in them looks like one. Only from those who agreed to words that say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from flows import consent, first_week, menu
from flows.effects import AnyEffect, Lane, Sample, Send, lead
from flows.model import Button, Desk, Message, Scene
from flows.programme import calendar
from flows.script import Words
from flows.step import Step
from flows.worry import support

MOST = 20
"""Texts a reading."""
KEPT = timedelta(hours=72)
GATHERED = timedelta(hours=48)
READING_DAY = 2
"""Wednesday: the gathering begins on Monday morning."""
WEEK = timedelta(days=7)
LONGEST = 1000
"""Characters kept of a text: with its buttons it stays one message, which can be changed in place."""
FEWEST_LETTERS = 3
MARKS = ("nothing", "watch", "concern", "urgent", "now")
SLOT = "sample"

_LINK = re.compile(r"\S*(?:://|www\.|t\.me/)\S*|\S+@\S+|@\w+", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\d(?:[\s()./,_\u2010-\u2015\u200b-\u200f\u2060-]*\d){4,}")
HIDDEN = "•••"


def reading(desk: Desk, now: datetime) -> datetime:
    """The latest moment of a reading, now or before."""
    local = now.astimezone(calendar.zone_of(desk))
    back = (local.weekday() - READING_DAY) % 7
    at = (local - timedelta(days=back)).replace(hour=desk.opens, minute=0, second=0, microsecond=0)
    at = at if at <= local else at - WEEK
    return at.astimezone(now.tzinfo)


def gathers(desk: Desk, now: datetime) -> bool:
    """Whether words are gathered now: in the two days before the next reading, where somebody reads them."""
    return desk.samples and desk.leads > 0 and reading(desk, now) + WEEK - now <= GATHERED


def drawn(step: Step, text: str) -> list[AnyEffect]:
    """Whether these words of hers take part, with their lot. Call it before they are answered."""
    scene = step.scene
    if not gathers(scene.desk, scene.now) or not _may(scene) or not _is_talk(step, text):
        return []
    return [Sample(words=bare(text), draw=scene.chance)]


def bare(text: str) -> str:
    """Without what looks like a number, a name or an address on the net; cut to what is kept."""
    return _NUMBER.sub(HIDDEN, _LINK.sub(HIDDEN, text))[:LONGEST]


def shown(tell: Callable[..., str], words: str, row: int, left: int) -> Message:
    """One text with the five answers under it."""
    keys = tuple((Button(tell(f"sample.{mark}"), f"desk:sample:{row}:{mark}"),) for mark in MARKS)
    return Message(text="\n\n".join([tell("sample.one", left=left), words, tell("sample.ask")]), buttons=keys)


def sent(message: Message, *, edit: bool) -> Send:
    """It goes to the first of `LEAD_IDS` in private, and to nobody else."""
    return Send(to=lead(0), message=message, slot=SLOT, lane=Lane.WEEKLY, silent=True, edit=edit)


def _may(scene: Scene) -> bool:
    """She agreed to the words that say so, is of age, and has neither hidden, stopped nor asked to be forgotten."""
    profile = scene.person.profile
    agreed = profile.consent == consent.CONSENT and profile.adult is True and scene.person.state == "active"
    return agreed and scene.case is None and profile.delete_at is None and not calendar.hushed(scene.person, scene.now)


def _is_talk(step: Step, text: str) -> bool:
    """Words of her own: no command, no label, no button, and nothing she was told that only the desk would see.

    Nor what she writes to a person: people read it anyway.
    """
    if text.startswith("/") or sum(char.isalpha() for char in text) < FEWEST_LETTERS:
        return False
    if menu.meant(step.scene.library, text) or step.is_button(text):
        return False
    top = step.open()
    if top is None:
        return True
    place, question = top
    private = place.flow in {first_week.FLOW.name, support.PERSON.name} or question.question in first_week.QUESTIONS
    return not private and (isinstance(question.kind, Words) or question.kind.typed(text) is None)
