"""Closing a case: with an outcome from a short list, and one that is `now`, or ever was, by two different people.

After a red case whoever had it is asked three short questions, in her own chat with the bot.
"""

from __future__ import annotations

from msgspec import structs

from flows.desk import feedback, follows, history, holding, levels, sketch
from flows.desk.cases import PAGE, alert, answered
from flows.effects import CASES, AnyEffect, Become, Cancel, Record, Remove, Send, Stamp, staff, topic_of
from flows.events import Staff
from flows.model import Button, Case, Closing, Message, Scene, in_rows

OUTCOMES = ("supported", "referred", "handed_on", "no_answer", "declined", "false_alarm")
"""How a case may end."""
SILENCE = "silence"
FEELS = ("light", "heavy", "very_heavy")
"""The answers to the first question of a debrief; the others stand in `bot/desk/debrief.py`."""


def keys(scene: Scene, case: Case) -> tuple[tuple[Button, ...], ...]:
    """A button for each outcome, two in a row, and the way back."""
    given = [Button(scene.tell(f"cases.outcome.{one}"), f"case:{case.number}:closed:{one}") for one in OUTCOMES]
    back = Button(scene.tell("desk.act.keep"), f"case:{case.number}:keep")
    return (*in_rows(given), (back,))


def agreement(scene: Scene, case: Case) -> tuple[tuple[Button, ...], ...]:
    """What a second person may say to a closing that is asked for."""
    acts = ("agree", "not_yet")
    return (tuple(Button(scene.tell(f"cases.act.{act}"), f"case:{case.number}:{act}") for act in acts),)


def wants_two(case: Case) -> bool:
    """Whether one person alone may not close it."""
    return history.level(case) == "now"


def asked(scene: Scene, case: Case, outcome: str, by: Staff) -> tuple[Case, list[AnyEffect]]:
    """Closed at once, or, where two are needed, asked of a second person."""
    if not wants_two(case):
        return closed(scene, case, outcome, by)
    matter = structs.replace(case.matter, closing=Closing(outcome, by.id, by.name))
    new = structs.replace(case, matter=matter, handled_at=scene.now)
    said = scene.tell("cases.second", number=case.number, name=by.name, outcome=scene.tell(f"cases.outcome.{outcome}"))
    if not holding.others(scene, case, by.id):
        said = f"{said} {scene.tell('cases.ask.nobody')}"
    return new, [
        Stamp(case=new),
        Record(act=f"asked_closing:{outcome}", case=case.number, actor=by.id),
        Send(to=CASES, message=Message(text=said, buttons=agreement(scene, new)), slot=_slot(case)),
    ]


def agreed(scene: Scene, case: Case, by: Staff) -> tuple[Case, list[AnyEffect]]:
    """The second person says so too."""
    outcome = case.matter.closing.outcome if case.matter.closing is not None else ""
    new, effects = closed(scene, case, outcome, by)
    return new, [Record(act="agreed", case=case.number, actor=by.id), *effects, _answered(scene, case, "agreed", by)]


def refused(scene: Scene, case: Case, by: Staff) -> tuple[Case, list[AnyEffect]]:
    """Not yet: the case goes on."""
    new = structs.replace(case, matter=structs.replace(case.matter, closing=None))
    acted = Record(act="not_yet", case=case.number, actor=by.id)
    return new, [Stamp(case=new), acted, _answered(scene, case, "not_yet", by)]


def closed(scene: Scene, case: Case, outcome: str, by: Staff) -> tuple[Case, list[AnyEffect]]:
    """It is over: nothing of it comes any more, and its topic goes."""
    matter = structs.replace(case.matter, closing=None, outcome=outcome, offered=0, follow_due=False)
    name = case.taken_by or by.name
    new = structs.replace(case, state="closed", closed_at=scene.now, alarm_at=None, taken_by=name, matter=matter)
    topic = case.taken_at is not None
    return new, [
        Stamp(case=new),
        *(Cancel(key=key) for key in (PAGE, SILENCE, follows.KEY, holding.OFFER)),
        *([Become(changes={"tonight": None})] if scene.person.profile.tonight is not None else []),
        Record(act=f"closed:{outcome}", case=case.number, actor=by.id),
        alert(scene, new, edit=True),
        *(answered(scene, new) if case.state == "open" else []),
        *([Remove(to=topic_of(case.number))] if topic else feedback.asked(scene, new, CASES)),
        *sketch.closed(scene, history.level(case), outcome),
        *_debrief(scene, case),
    ]


def rang(scene: Scene, case: Case, outcome: str, by: Staff) -> tuple[Case, list[AnyEffect]]:
    """A call-back is done: one person closes it in one tap."""
    new, effects = closed(scene, case, outcome, by)
    return new, [Record(act=f"done:{outcome}", case=case.number, actor=by.id), *effects]


def turned(scene: Scene, case: Case) -> Case:
    """A call-back becomes a case, because a person says so."""
    return structs.replace(case, matter=structs.replace(case.matter, turned=True), handled_at=scene.now)


def _answered(scene: Scene, case: Case, how: str, by: Staff) -> Send:
    """The question to a second person, answered: its buttons go."""
    text = scene.tell(f"cases.second_{how}", number=case.number, name=by.name)
    return Send(to=CASES, message=Message(text=text), slot=_slot(case), silent=True, edit=True)


def _slot(case: Case) -> str:
    return f"second:{case.number}"


def _debrief(scene: Scene, case: Case) -> list[AnyEffect]:
    """Three questions for whoever had a red case, for her and the lead alone. Their answers are orders."""
    holder = scene.desk.member(case.matter.holder)
    if holder is None or not levels.is_or_was_red(case):
        return []
    row = tuple(Button(scene.tell(f"debrief.1.{one}"), f"desk:debrief:{case.number}.1.{one}") for one in FEELS)
    text = scene.tell("debrief.1", number=case.number)
    return [Send(to=staff(holder.row), message=Message(text=text, buttons=(row,)), slot=f"debrief:{case.number}")]
