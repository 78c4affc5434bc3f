"""Talking to her: which words of a moderator go to her, how they arrive, and what tells the moderator so."""

from __future__ import annotations

from datetime import datetime

from msgspec import structs

from flows import calendar
from flows.cases import PAGE, alert, beside, in_topic, mirror_of, stand_for, told
from flows.effects import CASES, AnyEffect, Cancel, Lane, Line, React, Record, Release, Schedule, Send, Stamp, topic_of
from flows.events import Delivered, DeskSaid
from flows.model import Case, Message, Scene

RECEIPT = "👍"


def wrote(scene: Scene, event: DeskSaid) -> list[AnyEffect]:
    """Words about a case: a reply to words of hers or to the card goes to her, anything else stays as a note.

    The first note of a case is answered with how to reach her: who wrote it may believe that it went to her.
    """
    case = scene.case
    if case is None:
        return _after_closing(scene, event)
    if case.state != "taken":
        return told(scene, "desk.take_first") if _answers_her(scene, case, event) else []
    if event.edited:
        return [in_topic(case, scene.tell("desk.edit_stays"))]
    if not _answers_her(scene, case, event):
        first = not any(line.voice == "note" for line in scene.lines)
        hint = [in_topic(case, scene.tell("desk.stays_here"))] if first else []
        return [Line(case=case.number, voice="note", text=event.text, by=event.by.name), *hint]
    if _is_among_staff(scene, event):
        return [beside(case, scene.tell("desk.in_its_topic", number=case.number), silent=True)]
    return _replied(scene, case, event)


def _answers_her(scene: Scene, case: Case, event: DeskSaid) -> bool:
    """Whether this answers words of hers, or what stands for her: the card, the alert.

    A message that Telegram took just before the process ended is in no map of ours: it is known by its words.
    """
    if scene.quoted:
        return scene.quoted.startswith(mirror_of(case)) or scene.quoted in stand_for(case)
    hers = [line.text.strip() for line in scene.lines if line.voice == "hers" and line.text.strip()]
    # A card begins as the alert does (the tests hold the texts to that).
    return event.quoted in hers or _heading(event.quoted) in {
        _heading(one.message.text) for one in (alert(scene, case), alert(scene, case, call=True))
    }


def _after_closing(scene: Scene, event: DeskSaid) -> list[AnyEffect]:
    """Words for somebody whose case is closed: they are told not to have gone. Not where staff talk by themselves."""
    kind, _, number = scene.quoted.partition(":")
    if event.thread or kind not in {"hers", "card", "alert"}:
        return []
    text = scene.tell("desk.is_closed", number=number.partition(":")[0])
    return [Send(to=CASES, message=Message(text=text), silent=True)]


def _heading(text: str) -> str:
    """What a card or an alert begins with: the word for a case, and its number."""
    return text.partition(" · ")[0]


def _is_among_staff(scene: Scene, event: DeskSaid) -> bool:
    """An alert answered in the topic of alerts: there staff talk with each other, and nothing of it goes to her."""
    return bool(event.thread) and scene.quoted.startswith("alert:")


def _replied(scene: Scene, case: Case, event: DeskSaid) -> list[AnyEffect]:
    if asked_for_quiet(scene) or scene.person.state == "left":
        return [in_topic(case, scene.tell("desk.arrives_not"))]
    here = calendar.conversation_open(scene.person, scene.now)
    new = structs.replace(case, alarm_at=None, handled_at=scene.now)
    words = Message(text=f"{scene.say('push.person')}\n\n{event.text}")
    effects: list[AnyEffect] = [
        Stamp(case=new),
        Cancel(key=PAGE),
        Line(case=case.number, voice="ours", text=event.text, by=event.by.name),
        Record(act="replied", case=case.number, actor=event.by.id),
        Send(message=words, lane=Lane.SAFETY, held=not here, receipt=event.message),
    ]
    if here:
        # What was held back earlier goes first: she is writing now.
        return [Release(), Cancel(key="late"), *effects]
    at = calendar.next_knock(scene.person, scene.now)
    return [*effects, Schedule(key="late", at=at), in_topic(case, arrival(scene))]


def showed(scene: Scene) -> list[AnyEffect]:
    """A photo or voice note in a topic reaches nobody yet, and says so."""
    case = scene.case
    if case is None or not (scene.quoted.startswith(mirror_of(case)) or scene.quoted in stand_for(case)):
        return []
    return told(scene, "desk.only_text")


def delivered(scene: Scene, event: Delivered) -> list[AnyEffect]:
    """The receipt for a reply: the bot's reaction when it reached her phone, words when it cannot."""
    case = scene.case
    if case is None or case.state != "taken":
        return []
    if event.failed:
        return [in_topic(case, scene.tell("desk.failed"))]
    return [React(to=topic_of(case.number), message=event.message, emoji=RECEIPT)]


def arrival(scene: Scene) -> str:
    """How a reply would reach her if it were sent now, in words."""
    if asked_for_quiet(scene):
        return scene.tell("desk.arrives_not")
    if scene.person.profile.quiet_at is not None:
        return scene.tell("desk.arrives_quiet")
    if calendar.conversation_open(scene.person, scene.now) and scene.person.heard_at is not None:
        heard = scene.person.heard_at + calendar.REPLY_WINDOW
        tonight = scene.person.profile.tonight
        until = max(heard, tonight) if tonight is not None and not scene.person.profile.shared else heard
        return scene.tell("desk.arrives_open", hour=_desk_hour(scene, until))
    at = calendar.next_knock(scene.person, scene.now)
    return scene.tell("desk.arrives_knock", hour=_desk_hour(scene, at))


# -- small parts -------------------------------------------------------------------------------------------------


def asked_for_quiet(scene: Scene) -> bool:
    """She said stop, and has written nothing since."""
    person = scene.person
    stopped = person.profile.stopped_at
    return person.state == "stopped" and (stopped is None or person.heard_at is None or person.heard_at <= stopped)


def _desk_hour(scene: Scene, moment: datetime) -> str:
    return f"{moment.astimezone(calendar.zone_of(scene.desk)):%d.%m %H:%M}"
