"""The desk: what a moderator's tap does. How cases come to be is in `cases.py`; who may do what in `rights.py`.

Every tap names its act; whether it fits the case as it stands is asked here, so that a button pressed twice, late or
made up does nothing. What an act changes stands in the file of its noun; the card follows from the case.
"""

from __future__ import annotations

from msgspec import structs

from flows.concern import red
from flows.desk import (
    closing,
    contact,
    discreet,
    feedback,
    follows,
    history,
    holding,
    levels,
    links,
    look,
    putting,
    replies,
    rights,
    sketch,
    trend,
)
from flows.desk.cases import CALLED, alert, button, called, in_topic, is_call, level_name
from flows.desk.office import Member
from flows.effects import GENERAL, AnyEffect, Become, Record, Send, Stamp, staff, topic_of
from flows.events import DeskSaid, DeskShowed, DeskTapped, Staff
from flows.model import Button, Case, Message, Scene, in_rows
from flows.programme import calendar
from flows.script import changed

Buttons = tuple[tuple[Button, ...], ...]


def refused(scene: Scene, event: DeskTapped | DeskSaid | DeskShowed) -> list[AnyEffect]:
    """Whoever may not do that does nothing: it goes on the record, and who did it is told so; a stranger once a case."""
    act = event.act if isinstance(event, DeskTapped) else "words"
    case, member = scene.case, scene.desk.member(event.by.id)
    number = case.number if case is not None else 0
    effects: list[AnyEffect] = [Record(act=f"refused:{act}"[:LONGEST_ACT], case=number, actor=event.by.id)]
    if member is not None and member.role in rights.WORKERS and case is not None:
        return [*effects, _told_why(scene, case, member)]
    if case is None or event.by.id in case.matter.strangers:
        return effects
    strangers = (*case.matter.strangers, event.by.id)[-MOST_STRANGERS:]
    effects.append(Stamp(case=structs.replace(case, matter=structs.replace(case.matter, strangers=strangers))))
    text = scene.tell("desk.lead_only" if member is not None else "desk.stranger")
    return [*effects, Send(to=GENERAL, message=Message(text=text), silent=True)]


LONGEST_ACT = 60
MOST_STRANGERS = 50


def _told_why(scene: Scene, case: Case, member: Member) -> Send:
    """Why not, and what she can do instead, in her own chat: the desk need not read it."""
    if rights.has_passed(case, member.id):
        key = ("take_all_the_same",) if case.state == "open" else ()
        text = scene.tell("cases.you_passed", number=case.number)
    else:
        key = ("over",) if rights.relations(scene, case, member) & rights.ACTS["over"] else ()
        text = scene.tell("cases.not_yours" if case.state == "taken" else "cases.not_now", number=case.number)
        text = text if case.state != "taken" else f"{text} {scene.tell('desk.now_taken', name=case.taken_by)}"
    row = tuple(Button(scene.tell(f"cases.act.{one}"), f"case:{case.number}:{one}") for one in key)
    return Send(to=staff(member.row), message=Message(text=text, buttons=(row,) if row else ()))


def tapped(scene: Scene, event: DeskTapped) -> list[AnyEffect]:
    """A button on an alert or a card."""
    case = scene.case
    if feedback.is_mark(event):
        return _marked(scene, event)
    if case is None or case.number != event.case:
        return []
    act, _, about = event.act.partition(":")
    if case.state == "open":
        return _in_open(scene, case, act, about, event.by)
    return _in_taken(scene, case, act, about, event.by)


def _in_open(scene: Scene, case: Case, act: str, about: str, by: Staff) -> list[AnyEffect]:
    match act:
        case "take" | "take_all_the_same":
            new, effects = holding.taken(scene, case, by)
            return [*effects, card(scene, new, first=True), *holding.opened(scene, new)]
        case "pass" if by.id not in case.matter.passed:
            return holding.passed(scene, case, by)[1]
        case "raise":
            done = levels.raised(scene, case, about, by)
            return done[1] if done is not None else []
        case "done" if is_call(case):
            return _rang(scene, case, about, by)
    return []


def _in_taken(scene: Scene, case: Case, act: str, about: str, by: Staff) -> list[AnyEffect]:
    if act in VIEWS and not about:
        return [card(scene, case, view=act)]
    match act:
        case "take" if case.alarm_at is not None:
            new, effects = holding.in_hand(scene, case, by)
            return [*effects, card(scene, new)]
        case "take":
            return holding.already(scene, case, by)
        case "over" if case.matter.holder != by.id:
            new, effects = holding.took_over(scene, case, by)
            return [*effects, card(scene, new, first=True)]
        case "pass" if rights.is_holder(case, by.id):
            new, effects = holding.passed(scene, case, by)
            return [*effects, card(scene, new)]
        case "keep":
            return [card(scene, case)]
        case "history":
            return [in_topic(case, history.told(scene, case))]
        case "done" if is_call(case):
            return _rang(scene, case, about, by)
        case "lower" if levels.is_lower(case, about):
            return [card(scene, case, view=f"lower:{about}")]
    return _acted(scene, case, act, about, by)


def _acted(scene: Scene, case: Case, act: str, about: str, by: Staff) -> list[AnyEffect]:
    """What changes a taken case and its card."""
    done: tuple[Case, list[AnyEffect]] | None = None
    match act:
        case "hand" if about.isdecimal():
            done = holding.handed(scene, case, int(about), by)
        case "raise":
            done = levels.raised(scene, case, about, by)
        case "lower":
            done = levels.lowered(scene, case, about, by)
        case "closed" if about in closing.OUTCOMES and case.matter.closing is None:
            done = closing.asked(scene, case, about, by)
        case "agree" if case.matter.closing is not None:
            done = closing.agreed(scene, case, by)
        case "not_yet" if case.matter.closing is not None:
            done = closing.refused(scene, case, by)
        case "contact":
            done = contact.looked(scene, case, about, by)
        case "trend":
            done = trend.looked(scene, case, by)
        case putting.KEY:
            done = putting.put(scene, case, about, by)
        case links.FREEZE | links.THAW:
            done = links.acted(scene, case, act, by)
        case "followed" if case.matter.follow_due and about in follows.OUTCOMES:
            done = follows.followed(scene, case, about, by)
    if done is None:
        return []
    new, effects = done
    for effect in effects:
        scene = changed(scene, effect.changes) if isinstance(effect, Become) else scene
    view = "level" if (act, about) == ("followed", "worse") else ""
    return effects if new.state == "closed" else [*effects, Stamp(case=new), card(scene, new, view=view)]


def _rang(scene: Scene, case: Case, about: str, by: Staff) -> list[AnyEffect]:
    """A call-back is done, or is made a case."""
    outcome = about or CALLED[0]
    if outcome not in CALLED:
        return []
    if outcome != "case":
        return closing.rang(scene, case, outcome, by)[1]
    turned = closing.turned(scene, case)
    acted = Record(act="turned", case=case.number, actor=by.id)
    if case.state == "taken":
        return [Stamp(case=turned), acted, alert(scene, turned, edit=True), card(scene, turned)]
    new, effects = holding.taken(scene, turned, by)
    return [acted, *effects, card(scene, new, first=True), *holding.opened(scene, new)]


def _marked(scene: Scene, event: DeskTapped) -> list[AnyEffect]:
    """A flag is judged; where that was asked beside the closing, that question is shown again without it."""
    effects, case = feedback.marked(scene, event), scene.case
    if effects and case is not None and case.state == "taken" and feedback.from_closing(event):
        effects.append(card(feedback.with_mark(scene, event), case, view="close"))
    return effects


# -- the card ------------------------------------------------------------------------------------------------------

VIEWS = frozenset({"hand", "level", "close", "closed", "contact", putting.KEY})
"""What the card can ask instead of showing what may be done."""


def card(scene: Scene, case: Case, *, first: bool = False, view: str = "") -> Send:
    """The card: how it stands, why, when she may be written to, how a reply would arrive now, and what may be done."""
    begins, ends = calendar.safe_hours(scene.person)
    why = "\n".join(f"• {line.text}" for line in scene.lines if line.voice == "flag")
    text = scene.tell(
        "desk.card",
        number=case.number,
        level=level_name(scene, case),
        name=case.taken_by or scene.tell("desk.now_open"),
        summary=history.summary(scene, case),
        why=why,
        language=case.language,
        state=scene.tell(f"desk.state.{scene.person.state}"),
        begins=begins,
        ends=ends,
        zone=scene.person.zone,
        arrives=replies.arrival(scene, len(case.matter.waiting)),
    )
    question, keys = _asks(scene, case, view)
    pages = "wait" if red(discreet.level(case)) else "go_on"
    waits = [scene.tell(f"desk.pages_{pages}")] if red(case.level) and scene.person.state == "active" else []
    told = contact.for_card(scene, case)
    parts = [text, sketch.for_card(scene, case), *links.for_card(scene), *waits, *told, question]
    message = Message(text="\n\n".join(part for part in parts if part), buttons=keys)
    return Send(to=topic_of(case.number), message=message, slot=f"card:{case.number}", edit=not first)


def _asks(scene: Scene, case: Case, view: str) -> tuple[str, Buttons]:
    """What the card asks, and its buttons."""
    back: Buttons = ((Button(scene.tell("cases.act.back"), f"case:{case.number}:keep"),),)
    level = view.partition(":")[2]
    if level:
        return scene.tell("cases.ask.reason"), (*levels.reasons(scene, case, level), *back)
    match view:
        case "hand":
            names = holding.names(scene, case)
            return scene.tell("cases.ask.hand" if names else "cases.ask.nobody"), (*names, *back)
        case "level":
            return scene.tell("cases.ask.level"), (*levels.keys(scene, case), *back)
        case putting.KEY:
            return scene.tell("putting.ask"), (*putting.keys(scene, case), *back)
        case "contact":
            return scene.tell("cases.ask.look"), (*contact.keys(scene, case), *back)
        case "close" | "closed":
            question, marks = feedback.at_closing(scene, case)
            left = scene.tell("cases.ask.left", n=follows.left(case)) if follows.left(case) else ""
            asked = [scene.tell("cases.ask.close"), left, question]
            return "\n\n".join(part for part in asked if part), (*closing.keys(scene, case), *marks)
    return _main(scene, case)


def _main(scene: Scene, case: Case) -> tuple[str, Buttons]:
    """What may be done with it, two in a row."""
    if case.state == "open":
        return "", ((button(scene, case, "take"),),)
    if case.matter.closing is not None:
        by, outcome = case.matter.closing.name, scene.tell(f"cases.outcome.{case.matter.closing.outcome}")
        text = scene.tell("cases.second", number=case.number, name=by, outcome=outcome)
        return text, closing.agreement(scene, case)
    acts = ["pass", "hand", "level", "history", *(["contact"] if contact.is_there(scene) else [])]
    acts += [putting.KEY] if putting.there_are(scene) and not is_call(case) else []
    keys = [button(scene, case, "saved"), button(scene, case, "refer")]
    keys += [Button(scene.tell(f"cases.act.{act}"), f"case:{case.number}:{act}") for act in acts]
    if trend.is_there(scene):
        keys.append(Button(scene.tell("picture.trend"), f"case:{case.number}:trend"))
    keys += links.keys(scene, case)
    keys.append(button(scene, case, "close"))
    rows = in_rows(keys)
    return "", (*(called(scene, case) if is_call(case) else ()), *rows)


# -- what comes due in a case --------------------------------------------------------------------------------------


def came_due(scene: Scene, key: str, about: str) -> list[AnyEffect]:
    """A row planned in a case, by the first word of its key."""
    match key:
        case follows.KEY:
            return follows.came_due(scene)
        case holding.OFFER:
            return holding.unanswered(scene)
        case holding.ORPHAN:
            return holding.orphaned(scene)
        case look.KEY:
            return look.over(about)
    return []


DUE = (follows.KEY, holding.OFFER, holding.ORPHAN, look.KEY)
