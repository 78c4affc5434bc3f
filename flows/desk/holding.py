"""Who has a case: taking it, letting others do it, handing it over, taking it over from somebody who is not there.

Somebody always has a case that was ever taken, or it pages again: it is handed over only by being taken.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from flows.desk import feedback, rights
from flows.desk.cases import PAGE, alert, answered, in_topic, level_name, mirrored, waited, waits_again
from flows.desk.office import Member
from flows.effects import AnyEffect, Cancel, Lane, Record, Schedule, Send, Stamp, staff
from flows.events import Staff
from flows.model import Button, Case, Message, Scene, in_rows

OFFER, ORPHAN = "offer", "orphan"
ANSWERED_IN = timedelta(minutes=15)
"""After so long the holder hears that nobody has taken over what she offered."""
MOST_NAMES = 8
LONGEST_NAME = 22


def taken(scene: Scene, case: Case, by: Staff) -> tuple[Case, list[AnyEffect]]:
    """An open case is hers now. Her words open; whoever passed it before and takes it all the same knew it."""
    first = case.taken_at is None
    new = _held(scene, case, by)
    effects: list[AnyEffect] = [Stamp(case=new), Cancel(key=PAGE), Record(act="taken", case=case.number, actor=by.id)]
    effects += [alert(scene, new, edit=True), *answered(scene, new)]
    return new, effects if first else [*effects, *_told_others(scene, case, by)]


def opened(scene: Scene, case: Case) -> list[AnyEffect]:
    """Her words in the topic of a case just taken, those that do not stand there yet; at first, how to answer them."""
    hers = list(enumerate((line for line in scene.lines if line.voice == "hers"), start=1))[case.matter.mirrored :]
    effects: list[AnyEffect] = [mirrored(case, count, line.text, line.file) for count, line in hers]
    if case.taken_at != scene.now:
        return effects
    return [*effects, in_topic(case, scene.tell("desk.how_to_reply")), *feedback.asked(scene, case)]


def in_hand(scene: Scene, case: Case, by: Staff) -> tuple[Case, list[AnyEffect]]:
    """A page about a case that somebody had taken is answered: it ends, and this person has the case now."""
    new = _held(scene, case, by)
    effects: list[AnyEffect] = [Stamp(case=new), Cancel(key=PAGE)]
    effects.append(Record(act="answered", case=case.number, actor=by.id))
    return new, [*effects, alert(scene, new, edit=True), *answered(scene, new), *_told_others(scene, case, by)]


def already(scene: Scene, case: Case, by: Staff) -> list[AnyEffect]:
    """Two took it at once: this one hears who has it. Whoever has it hears nothing."""
    member = scene.desk.member(by.id)
    if member is None or case.matter.holder == by.id:
        return []
    text = f"{case.number}: {scene.tell('desk.already', name=case.taken_by)}"
    return [Send(to=staff(member.row), message=Message(text=text))]


def took_over(scene: Scene, case: Case, by: Staff) -> tuple[Case, list[AnyEffect]]:
    """The case changes hands: it was offered, or its holder is not there, or a lead does it."""
    new = _held(scene, case, by)
    effects: list[AnyEffect] = [Stamp(case=new), Cancel(key=PAGE), Cancel(key=OFFER)]
    effects += [Record(act="took_over", case=case.number, actor=by.id), alert(scene, new, edit=True)]
    effects += answered(scene, new)
    return new, [*effects, *_told_others(scene, case, by)]


def passed(scene: Scene, case: Case, by: Staff) -> tuple[Case, list[AnyEffect]]:
    """She knows the woman: another takes it. Somebody's case is open again, and pages at once."""
    matter = structs.replace(case.matter, passed=(*case.matter.passed, by.id))
    new = structs.replace(case, matter=matter)
    effects: list[AnyEffect] = [Record(act="passed", case=case.number, actor=by.id)]
    if rights.is_holder(case, by.id):
        new, more = _opened_again(scene, new)
        effects += more
    else:
        effects.append(Stamp(case=new))
    effects += _privately(scene, by.id, scene.tell("cases.passed", number=case.number))
    if not others(scene, new, by.id):
        text = scene.tell("cases.all_passed", number=case.number)
        effects += [
            Send(to=staff(one.row), message=Message(text=text), lane=Lane.SAFETY) for one in rights.leading(scene.desk)
        ]
    return new, effects


def orphaned(scene: Scene) -> list[AnyEffect]:
    """Whoever had this case works here no more: it is open again, and pages."""
    case = scene.case
    if case is None or case.state != "taken" or scene.desk.member(case.matter.holder) is not None:
        return []
    _, effects = _opened_again(scene, case)
    return [*effects, Record(act="orphaned", case=case.number)]


def _opened_again(scene: Scene, case: Case) -> tuple[Case, list[AnyEffect]]:
    shown = sum(line.voice == "hers" for line in scene.lines)
    matter = structs.replace(case.matter, holder=0, offered=0, closing=None, mirrored=shown)
    new = structs.replace(case, state="open", taken_by="", alarm_at=scene.now, matter=matter)
    new, effects = waits_again(scene, new)
    return new, [*effects, Cancel(key=OFFER)]


def names(scene: Scene, case: Case) -> tuple[tuple[Button, ...], ...]:
    """A button for each to whom a case can be handed over, two in a row."""
    able = [one for one in scene.desk.staff if _can_have(case, one)][:MOST_NAMES]
    keys = [Button(called(scene, one), f"case:{case.number}:hand:{one.row}") for one in able]
    return in_rows(keys)


def others(scene: Scene, case: Case, id: int) -> list[Member]:
    """Who else may act on this case."""
    able = [one for one in scene.desk.staff if one.role in rights.WORKERS and one.id not in case.matter.passed]
    return [one for one in able if one.id != id]


def called(scene: Scene, member: Member) -> str:
    """Her name as a button has it; what she is, where we do not know her name yet."""
    return (member.name or scene.tell(f"people.role.{member.role}"))[:LONGEST_NAME]


def handed(scene: Scene, case: Case, row: int, by: Staff) -> tuple[Case, list[AnyEffect]] | None:
    """Offer the case to somebody: it stays whose it is until that person takes it. None: it cannot be hers."""
    to = next((one for one in scene.desk.staff if one.row == row and _can_have(case, one)), None)
    if to is None or case.matter.offered == to.id:
        return None
    new = structs.replace(case, matter=structs.replace(case.matter, offered=to.id), handled_at=scene.now)
    waits = waited(scene, scene.now - case.opened_at)
    said = scene.tell(
        "cases.offered",
        number=case.number,
        level=level_name(scene, case),
        language=case.language,
        waits=waits,
        name=by.name,
    )
    key = Button(scene.tell("cases.act.over"), f"case:{case.number}:over")
    return new, [
        Stamp(case=new),
        Record(act="offered", case=case.number, actor=by.id),
        Send(to=staff(to.row), message=Message(text=said, buttons=((key,),)), lane=Lane.SAFETY),
        in_topic(new, scene.tell("cases.offered_to", name=called(scene, to), holder=case.taken_by)),
        Schedule(key=OFFER, at=scene.now + ANSWERED_IN, about=str(case.number)),
    ]


def unanswered(scene: Scene) -> list[AnyEffect]:
    """Nobody has taken over what was offered: whoever has the case hears that it is still hers."""
    case = scene.case
    if case is None or case.state != "taken" or not case.matter.offered:
        return []
    to = scene.desk.member(case.matter.offered)
    text = scene.tell("cases.offer_waits", number=case.number, name=called(scene, to) if to is not None else "?")
    return _privately(scene, case.matter.holder, text) or [in_topic(case, text)]


def _can_have(case: Case, one: Member) -> bool:
    return one.role in rights.WORKERS and one.id != case.matter.holder and one.id not in case.matter.passed


def _held(scene: Scene, case: Case, by: Staff) -> Case:
    kept = tuple(id for id in case.matter.passed if id != by.id)
    matter = structs.replace(case.matter, holder=by.id, offered=0, passed=kept)
    at = case.taken_at or scene.now
    changes = {"taken_at": at, "taken_by": by.name, "alarm_at": None, "handled_at": scene.now, "matter": matter}
    return structs.replace(case, state="taken", **changes)


def _told_others(scene: Scene, case: Case, by: Staff) -> list[AnyEffect]:
    """Whoever had it until now is told that she need not."""
    if case.state != "taken" or case.matter.holder == by.id:
        return []
    return _privately(scene, case.matter.holder, scene.tell("cases.gone_over", number=case.number, name=by.name))


def _privately(scene: Scene, id: int, text: str) -> list[AnyEffect]:
    member = scene.desk.member(id)
    return [Send(to=staff(member.row), message=Message(text=text))] if member is not None else []
