"""The desk: what a moderator's tap or word does. How cases come to be is in `cases.py`."""

from __future__ import annotations

from msgspec import structs

from flows import calendar, feedback, first_week, replies
from flows.cases import PAGE, alert, answered, button, in_topic, is_call, level_name, mirrored
from flows.concern import red
from flows.effects import (
    CASES,
    GENERAL,
    AnyEffect,
    Become,
    Cancel,
    Record,
    Remove,
    Send,
    Stamp,
    topic_of,
)
from flows.events import DeskSaid, DeskShowed, DeskTapped, Staff
from flows.model import Case, Message, Scene

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
        *answered(scene, new),
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
        *answered(scene, new),
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
        arrives=replies.arrival(scene, len(case.matter.waiting)),
    )
    acts = ("closed", "keep") if confirm else ("saved", "refer", "close")
    row = tuple(button(scene, case, act) for act in acts)
    question, marks = feedback.at_closing(scene, case) if confirm else ("", ())
    waits = [scene.tell("desk.pages_wait")] if red(case.level) and scene.person.state == "active" else []
    parts = [text, *waits, *first_week.for_desk(scene, case), *([question] if question else [])]
    message = Message(text="\n\n".join(parts), buttons=(row, *marks))
    return Send(to=topic_of(case.number), message=message, slot=f"card:{case.number}", edit=not first)


def _closed(scene: Scene, case: Case, by: Staff) -> list[AnyEffect]:
    new = structs.replace(case, state="closed", closed_at=scene.now, alarm_at=None, taken_by=case.taken_by or by.name)
    return [
        Stamp(case=new),
        Cancel(key=PAGE),
        Cancel(key=SILENCE),
        *([Become(changes={"tonight": None})] if scene.person.profile.tonight is not None else []),
        Record(act="closed", case=case.number, actor=by.id),
        alert(scene, new, edit=True),
        *(answered(scene, new) if case.state == "open" else []),
        *([Remove(to=topic_of(case.number))] if case.state == "taken" else feedback.asked(scene, new, CASES)),
    ]
