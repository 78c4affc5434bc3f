"""The desk: what a moderator's tap or word does. How cases come to be is in `cases.py`."""

from __future__ import annotations

from datetime import datetime

from msgspec import structs

from flows import calendar, feedback, first_week
from flows.cases import PAGE, alert, beside, button, in_topic, is_call, level_name, mirror_of, mirrored, stand_for, told
from flows.concern import red
from flows.effects import (
    CASES,
    GENERAL,
    AnyEffect,
    Become,
    Cancel,
    Lane,
    Line,
    React,
    Record,
    Release,
    Remove,
    Schedule,
    Send,
    Stamp,
    topic_of,
)
from flows.events import Delivered, DeskSaid, DeskShowed, DeskTapped, Staff
from flows.model import Case, Message, Scene

RECEIPT = "👍"
SILENCE = "silence"


def refused(scene: Scene, event: DeskTapped | DeskSaid | DeskShowed) -> list[AnyEffect]:
    """Whoever is not registered does nothing here: it goes on the record, and who did it is told so."""
    act = event.act if isinstance(event, DeskTapped) else "words"
    number = scene.case.number if scene.case is not None else 0
    text = scene.tell("desk.lead_only" if scene.desk.member(event.by.id) is not None else "desk.stranger")
    return [
        Record(act=f"refused:{act}", case=number, actor=event.by.id),
        Send(to=GENERAL, message=Message(text=text), silent=True),
    ]


def tapped(scene: Scene, event: DeskTapped) -> list[AnyEffect]:
    """A button on an alert or a card."""
    case = scene.case
    if feedback.is_mark(event):
        return _marked(scene, event)
    if case is None or case.number != event.case:
        return []
    match event.act:
        case "take" if case.state == "open":
            return _taken(scene, case, event.by)
        case "take" if case.alarm_at is not None:
            return _in_hand(scene, case, event.by)
        case "take":
            return [in_topic(case, scene.tell("desk.already", name=case.taken_by))]
        case "done" if is_call(case) and case.state == "open":
            return _closed(scene, case, event.by)
        case "close" if case.state == "taken":
            return [card(scene, case, confirm=True)]
        case "keep" if case.state == "taken":
            return [card(scene, case)]
        case "closed" if case.state == "taken":
            return _closed(scene, case, event.by)
    return []


def _marked(scene: Scene, event: DeskTapped) -> list[AnyEffect]:
    """A flag is judged; where that was asked beside the closing, that question is shown again without it."""
    effects, case = feedback.marked(scene, event), scene.case
    if effects and case is not None and case.state == "taken" and feedback.from_closing(event):
        effects.append(card(feedback.with_mark(scene, event), case, confirm=True))
    return effects


def _taken(scene: Scene, case: Case, by: Staff) -> list[AnyEffect]:
    new = structs.replace(
        case, state="taken", taken_at=scene.now, taken_by=by.name, alarm_at=None, handled_at=scene.now
    )
    effects: list[AnyEffect] = [
        Stamp(case=new),
        Cancel(key=PAGE),
        Record(act="taken", case=case.number, actor=by.id),
        alert(scene, new, edit=True),
        card(scene, new, first=True),
        *first_week.looked(scene, new, by.id),
    ]
    hers = [line for line in scene.lines if line.voice == "hers"]
    effects += [mirrored(new, count, line.text, line.file) for count, line in enumerate(hers, start=1)]
    effects.append(in_topic(new, scene.tell("desk.how_to_reply")))
    return [*effects, *feedback.asked(scene, new)]


def _in_hand(scene: Scene, case: Case, by: Staff) -> list[AnyEffect]:
    """A page about a case that somebody had taken is answered: it ends, and this person has the case now."""
    new = structs.replace(case, taken_by=by.name, alarm_at=None, handled_at=scene.now)
    return [
        Stamp(case=new),
        Cancel(key=PAGE),
        Record(act="answered", case=case.number, actor=by.id),
        alert(scene, new, edit=True),
        card(scene, new),
        *first_week.looked(scene, new, by.id),
    ]


def card(scene: Scene, case: Case, *, first: bool = False, confirm: bool = False) -> Send:
    """The card: why, who, when she may be written to, and how a reply would arrive now."""
    begins, ends = calendar.safe_hours(scene.person)
    why = "\n".join(f"• {line.text}" for line in scene.lines if line.voice == "flag")
    text = scene.tell(
        "desk.card",
        number=case.number,
        level=level_name(scene, case),
        name=case.taken_by,
        why=why,
        language=case.language,
        state=scene.tell(f"desk.state.{scene.person.state}"),
        begins=begins,
        ends=ends,
        zone=scene.person.zone,
        arrives=arrival(scene),
    )
    acts = ("closed", "keep") if confirm else ("refer", "close")
    row = tuple(button(scene, case, act) for act in acts)
    question, marks = feedback.at_closing(scene, case) if confirm else ("", ())
    waits = [scene.tell("desk.pages_wait")] if red(case.level) and scene.person.state == "active" else []
    parts = [text, *waits, *first_week.for_desk(scene, case), *([question] if question else [])]
    message = Message(text="\n\n".join(parts), buttons=(row, *marks))
    return Send(to=topic_of(case.number), message=message, slot=f"card:{case.number}", edit=not first)


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


def _closed(scene: Scene, case: Case, by: Staff) -> list[AnyEffect]:
    new = structs.replace(case, state="closed", closed_at=scene.now, alarm_at=None, taken_by=case.taken_by or by.name)
    return [
        Stamp(case=new),
        Cancel(key=PAGE),
        Cancel(key=SILENCE),
        *([Become(changes={"tonight": None})] if scene.person.profile.tonight is not None else []),
        Record(act="closed", case=case.number, actor=by.id),
        alert(scene, new, edit=True),
        *([Remove(to=topic_of(case.number))] if case.state == "taken" else feedback.asked(scene, new, CASES)),
    ]


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
    return event.quoted in hers or _heading(event.quoted) in {
        _heading(one.message.text) for one in (card(scene, case), alert(scene, case), alert(scene, case, call=True))
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


# -- small parts -------------------------------------------------------------------------------------------------


def asked_for_quiet(scene: Scene) -> bool:
    """She said stop, and has written nothing since."""
    person = scene.person
    stopped = person.profile.stopped_at
    return person.state == "stopped" and (stopped is None or person.heard_at is None or person.heard_at <= stopped)


def _desk_hour(scene: Scene, moment: datetime) -> str:
    return f"{moment.astimezone(calendar.zone_of(scene.desk)):%d.%m %H:%M}"
