"""How a flag becomes a case, and who is told of it until somebody has it in hand.

Aims, and who is reached when nobody takes a red case, are those of the product description (section 8), unless the
staff agreed on others (`aims.py`): `now` pages again every 5 minutes, `urgent` at half its aim; whoever is on duty is
called in private, then a second person, the leads and the director (`duty.py`).

A page runs while `alarm_at` is set: from the moment something red was said until a person acts on it. That can be
twice in one case: red words days after somebody took it page again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from msgspec import structs

from flows.concern import LEVELS, red
from flows.desk import aims, discreet, duty, feedback, waiting
from flows.desk.aims import CALLS, SOON
from flows.effects import (
    CASES,
    NOW,
    AnyEffect,
    Flag,
    Lane,
    Line,
    Record,
    Schedule,
    Send,
    Stamp,
    staff,
    topic_of,
)
from flows.model import Button, Case, Matter, Message, Scene, in_rows
from flows.programme import calendar

PAGE = "page"
IN_HAND = timedelta(hours=1)
"""For how long after a person's last act at the desk red words in a taken case need no page: somebody is there."""


# -- a flag becomes a case ---------------------------------------------------------------------------------------


def flagged(scene: Scene, flag: Flag) -> list[AnyEffect]:
    """Open a case for a flag, or let it join the open one and raise it."""
    case = discreet.at_desk(scene)
    return _opened(scene, flag) if case is None else _joined(scene, case, flag)


def _opened(scene: Scene, flag: Flag) -> list[AnyEffect]:
    case = Case(
        number=10000 + scene.chance % 90000,
        level=flag.level,
        category=flag.category,
        language=scene.person.language or scene.source,
        opened_at=scene.now,
        alarm_at=scene.now,
        lines=1 if flag.words or flag.file else 0,
        matter=Matter(own=discreet.NOTHING if flag.discreet else ""),
    )
    called = _called(scene, case)
    case = structs.replace(case, matter=_with_paged(case.matter, called))
    return [
        Stamp(case=case),
        *_lines(case, flag),
        *feedback.raised(case, flag),
        alert(scene, case),
        *(alert(scene, case, to) for to in called),
        *page_plan(scene, case),
        Record(act=f"opened:{case.level}", case=case.number),
    ]


def _joined(scene: Scene, case: Case, flag: Flag) -> list[AnyEffect]:
    """The flag's words join the case; what makes it graver, or comes while nobody is there, is told anew.

    Words about anything but a danger sign turn a call-back into a case. A danger sign never turns a case into a
    call-back: it is told beside it.
    """
    call, was_call = flag.category in CALLS, is_call(case)
    sooner = flag.level == case.level == "concern" and flag.category in SOON and case.category not in SOON
    raised = sooner or LEVELS.index(flag.level) > LEVELS.index(case.level)
    turned = was_call and not call
    hers = discreet.joined(case, flag.level, scene.now, discreet=flag.discreet)
    new = structs.replace(
        hers,
        level=flag.level if raised else case.level,
        category=(flag.category or case.category) if turned or (raised and not call) else case.category,
        lines=case.lines + (1 if flag.words or flag.file else 0),
    )
    anew = turned or discreet.became_hers(case, hers)
    again = flag.again or raised or anew or (red(flag.level) and (call != was_call or _nobody_there(scene, case)))
    called = _called(scene, new) if again else []
    if again:
        new = structs.replace(new, alarm_at=new.alarm_at or scene.now, matter=_with_paged(new.matter, called))
    effects: list[AnyEffect] = [Stamp(case=new), *_lines(new, flag), *feedback.raised(new, flag)]
    if case.state == "taken":
        effects += _shown(scene, new, flag)
    if again:
        effects += [alert(scene, new, call=call), *(alert(scene, new, to, call=call) for to in called)]
        effects += page_plan(scene, new)
        effects.append(Record(act=f"raised:{new.level}", case=new.number))
    return effects


def _nobody_there(scene: Scene, case: Case) -> bool:
    """A taken case in which no person has acted for a while, so that new red words might wait unseen."""
    return case.state == "taken" and (case.handled_at is None or scene.now - case.handled_at > IN_HAND)


def _lines(case: Case, flag: Flag) -> list[AnyEffect]:
    why = flag.why + (f" [{flag.rule}]" if flag.rule else "")
    lines: list[AnyEffect] = [Line(case=case.number, voice="flag", text=why)]
    if flag.words or flag.file:
        lines.append(Line(case=case.number, voice="hers", text=flag.words, file=flag.file))
    return lines


def _shown(scene: Scene, case: Case, flag: Flag) -> list[AnyEffect]:
    shown: list[AnyEffect] = [in_topic(case, scene.tell("desk.flagged_again", why=flag.why), hers=True)]
    if flag.words or flag.file:
        shown.append(mirrored(case, case.lines, flag.words, flag.file))
    return shown


def said(case: Case, text: str, file: str = "") -> list[AnyEffect]:
    """Her further words, and what she shows, go into the case, and to its topic once it is taken."""
    new = structs.replace(case, lines=case.lines + 1)
    effects: list[AnyEffect] = [Stamp(case=new), Line(case=case.number, voice="hers", text=text, file=file)]
    if case.state == "taken":
        effects.append(mirrored(new, new.lines, text, file))
    return effects


def mirrored(case: Case, count: int, text: str, file: str = "") -> Send:
    """Her words as they stand in the topic. Replying to this message is what sends words to her.

    Not of the safety lane: a long talk in one topic must not hold up another woman's alert.
    """
    message = Message(text=text, file=file)
    return Send(to=topic_of(case.number), message=message, slot=f"{mirror_of(case)}{count}", silent=True)


def mirror_of(case: Case) -> str:
    """How the slots of her mirrored words begin."""
    return f"hers:{case.number}:"


def stand_for(case: Case) -> frozenset[str]:
    """The slots of messages that stand for her where no words of hers do: the card, and the alert.

    A case opened by taps alone holds no word of hers that could be answered.
    """
    return frozenset({f"card:{case.number}", f"alert:{case.number}"})


def told(scene: Scene, key: str, *, hers: bool = False, **variables: object) -> list[AnyEffect]:
    """Tell the desk something about her open case, if there is one: in its topic, or beside its alert."""
    case = discreet.at_desk(scene)
    if case is None:
        return []
    text = scene.tell(key, number=case.number, **variables)
    if case.state == "taken":
        return [in_topic(case, text, hers=hers)]
    return [beside(case, text)]


def in_topic(case: Case, text: str, *, hers: bool = False) -> Send:
    """A line of the bot's own in the topic of a case; of something `hers`, it can be answered as her words can."""
    slot = f"{mirror_of(case)}told" if hers else ""
    return Send(to=topic_of(case.number), message=Message(text=text), slot=slot, silent=True)


def beside(case: Case, text: str, *, silent: bool = False) -> Send:
    """A line of the bot's own where the case's alert stands."""
    to = NOW if red(case.level) else CASES
    return Send(to=to, message=Message(text=text), lane=Lane.SAFETY, silent=silent)


# -- alerts and pages --------------------------------------------------------------------------------------------


def is_call(case: Case) -> bool:
    """Whether this is a call-back after a danger sign rather than a case to be talked through."""
    return case.category in CALLS and not case.matter.turned


def alert(scene: Scene, case: Case, to: str = "", *, call: bool = False, edit: bool = False) -> Send:
    """The alert: number, level, language, how long it waits. Nothing else may light up on a moderator's phone.

    With `edit` it says who has the case now and can no longer be tapped.
    """
    to = to or (NOW if red(case.level) else CASES)
    waits = waited(scene, scene.now - (case.alarm_at or case.opened_at))
    what = "desk.alert_call" if call or is_call(case) else "desk.alert"
    text = scene.tell(what, number=case.number, level=level_name(scene, case), language=case.language, waits=waits)
    rows = _offered(scene, case)
    if edit:
        text, rows = f"{text}\n{scene.tell(f'desk.now_{case.state}', name=case.taken_by)}", ()
    message = Message(text=text, buttons=rows)
    return Send(to=to, message=message, lane=Lane.SAFETY, slot=f"alert:{case.number}", edit=edit)


CALLED = ("reached", "clinic", "no_answer", "case")
"""What may come of a call-back: over in one tap, or a case."""


def called(scene: Scene, case: Case) -> tuple[tuple[Button, ...], ...]:
    """What came of a call-back, in one tap."""
    keys = [Button(scene.tell(f"cases.done.{one}"), f"case:{case.number}:done:{one}") for one in CALLED]
    return in_rows(keys)


def _offered(scene: Scene, case: Case) -> tuple[tuple[Button, ...], ...]:
    """The buttons under an alert."""
    passing = Button(scene.tell("cases.act.pass"), f"case:{case.number}:pass")
    take = (button(scene, case, "take"), passing)
    return (take, *called(scene, case)) if is_call(case) else (take,)


class Tells(Protocol):
    """Whatever speaks the desk's language: a scene, a piece of work."""

    def tell(self, key: str, /, **variables: object) -> str:
        """The text `key`."""
        ...


def waited(scene: Tells, how_long: timedelta) -> str:
    """How long somebody has been waiting, in the desk's words: minutes, then hours, then days with their hours."""
    days, hours = how_long.days, how_long.seconds // 3600
    if days:
        rest = f" {scene.tell('desk.waits.hours', n=hours)}" if hours else ""
        return scene.tell("desk.waits.days", n=days) + rest
    if hours:
        return scene.tell("desk.waits.hours", n=hours)
    return scene.tell("desk.waits.minutes", n=how_long.seconds // 60)


def button(scene: Scene, case: Case, act: str) -> Button:
    """A button of the desk for this case."""
    return Button(scene.tell(f"desk.act.{act}"), f"case:{case.number}:{act}")


def level_name(scene: Scene, case: Case) -> str:
    """The level in the desk's words."""
    return scene.tell(f"desk.level.{case.level}")


def page_plan(scene: Scene, case: Case) -> list[AnyEffect]:
    """The next page of this case is planned."""
    at = scene.now + _next_page(scene, case)
    return [Schedule(key=PAGE, at=at, about=str(case.number), safety=True)]


def _next_page(scene: Scene, case: Case) -> timedelta:
    if red(case.level) and not is_call(case):
        is_open = calendar.desk_open(scene.desk, scene.now)
        return aims.every(scene.desk.book.aims, case.level, is_open=is_open)
    return waiting.aim_at(scene.desk, case, scene.now) - scene.now


def paged(scene: Scene) -> list[AnyEffect]:
    """Page again: at the desk, and wider the longer nobody acts. Ends only with a person; a call-back pages once."""
    case = scene.case
    if case is None or case.alarm_at is None:
        return []
    reached = _reached(scene, case, steps_come(scene, case))
    late = _told_late(scene, case)
    matter = structs.replace(case.matter, late_told=scene.now) if late else case.matter
    new = structs.replace(case, pages=case.pages + 1, matter=_with_paged(matter, reached))
    effects: list[AnyEffect] = [Stamp(case=new), alert(scene, new)]
    effects += [alert(scene, new, to) for to in reached]
    effects.append(Record(act=f"paged:{new.pages}:{len(reached)}", case=case.number))
    effects += late
    return effects if is_call(case) else [*effects, *page_plan(scene, new)]


def _called(scene: Scene, case: Case) -> list[str]:
    """The private chats of those called at once, when a red case begins to wait."""
    return _reached(scene, case, 0)


def _reached(scene: Scene, case: Case, steps: int) -> list[str]:
    """Whoever has a red case already, and then those whose turn it is by rota and role."""
    if not red(case.level):
        return []
    holder = scene.desk.member(case.matter.holder) if case.state == "taken" else None
    hers = [staff(holder.row)] if holder is not None else []
    called = [*hers, *duty.called(scene.desk, scene.now, steps)]
    passed = {staff(one.row) for one in scene.desk.staff if one.id in case.matter.passed}
    return list(dict.fromkeys([to for to in called if to not in passed] or called))


def _with_paged(matter: Matter, reached: list[str]) -> Matter:
    return structs.replace(matter, paged=tuple(dict.fromkeys((*matter.paged, *reached))))


def waits_again(scene: Scene, case: Case) -> tuple[Case, list[AnyEffect]]:
    """A case that waits for a person anew: told in its topic and to those called at once, and paged from now on."""
    called = _called(scene, case)
    new = structs.replace(case, matter=_with_paged(case.matter, called))
    told: list[AnyEffect] = [alert(scene, new), *(alert(scene, new, to) for to in called)]
    return new, [Stamp(case=new), *told, *page_plan(scene, new)]


def answered(scene: Scene, case: Case) -> list[AnyEffect]:
    """Whoever was called in private sees there who has the case now; the page can no longer be tapped."""
    return [structs.replace(alert(scene, case, to, edit=True), stands=True) for to in case.matter.paged]


def steps_come(scene: Scene, case: Case) -> int:
    """How far the page of a red case has come: 1 the second person, 2 the lead, 3 the director. A call-back's is 1."""
    if is_call(case):
        return 1
    since = case.alarm_at or case.opened_at
    is_open = calendar.desk_open(scene.desk, since)
    steps = aims.steps(scene.desk.book.aims, case.level, is_open=is_open)
    return sum(scene.now - since >= step for step in steps)


def is_late(scene: Scene, case: Case) -> bool:
    """Whether a red case waits longer for a person than she was told it would."""
    case = discreet.for_her(case)
    return red(case.level) and not is_call(case) and waiting.is_late(scene.desk, case, scene.now)


def _told_late(scene: Scene, case: Case) -> list[AnyEffect]:
    """She is told the truth once: nobody has come yet. Only where a person's words would reach her at once."""
    told, since = case.matter.late_told, case.alarm_at or case.opened_at
    if not is_late(scene, case) or (told is not None and told >= since):
        return []
    person = scene.person
    if person.state in {"stopped", "left"} or not calendar.conversation_open(person, scene.now):
        return []
    return [Send(message=Message(text=scene.say("who.late")), lane=Lane.SAFETY)]
