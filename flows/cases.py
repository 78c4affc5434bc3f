"""How a flag becomes a case, and who is told of it until somebody has it in hand.

Aims, and who is reached when nobody takes a red case, are those of the product description (section 8): `now`
pages again every 5 minutes, `urgent` at half its aim; a second person, the lead and the director follow. Until
people have roles of their own, `LEAD_IDS` stand in for those three, in their order.

A page runs while `alarm_at` is set: from the moment something red was said until a person acts on it. That can be
twice in one case: red words days after somebody took it page again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import structs

from flows import calendar, feedback
from flows.concern import LEVELS, red
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
    lead,
    topic_of,
)
from flows.model import Button, Case, Message, Scene

PAGE = "page"
CALLS = frozenset({"infant_danger", "mother_danger"})
"""Danger signs: the answer is "go now", and the desk owes one call back, which one person closes in one tap."""

CALL_AIM = timedelta(minutes=15)
NOW_EVERY = timedelta(minutes=5)
NOW_WIDENS = (timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=45))
URGENT_AIM_OPEN, URGENT_AIM_CLOSED = timedelta(minutes=60), timedelta(hours=4)
SOON = frozenset({"relinquishment", "no_shelter"})
"""A `concern` that does not wait for the next working day (product description, section 8)."""
SOON_AIM = timedelta(hours=4)
CALM_AIMS = {"concern": 1, "watch": 3}
"""Working days, as she is told."""
IN_HAND = timedelta(hours=1)
"""For how long after a person's last act at the desk red words in a taken case need no page: somebody is there."""


# -- a flag becomes a case ---------------------------------------------------------------------------------------


def flagged(scene: Scene, flag: Flag) -> list[AnyEffect]:
    """Open a case for a flag, or let it join the open one and raise it."""
    return _opened(scene, flag) if scene.case is None else _joined(scene, scene.case, flag)


def _opened(scene: Scene, flag: Flag) -> list[AnyEffect]:
    case = Case(
        number=10000 + scene.chance % 90000,
        level=flag.level,
        category=flag.category,
        language=scene.person.language or scene.source,
        opened_at=scene.now,
        alarm_at=scene.now,
        lines=1 if flag.words or flag.file else 0,
    )
    return [
        Stamp(case=case),
        *_lines(case, flag),
        *feedback.raised(case, flag),
        alert(scene, case),
        *_page_plan(scene, case),
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
    new = structs.replace(
        case,
        level=flag.level if raised else case.level,
        category=(flag.category or case.category) if turned or (raised and not call) else case.category,
        lines=case.lines + (1 if flag.words or flag.file else 0),
    )
    again = flag.again or raised or turned or (red(flag.level) and (call != was_call or _nobody_there(scene, case)))
    if again:
        new = structs.replace(new, alarm_at=new.alarm_at or scene.now)
    effects: list[AnyEffect] = [Stamp(case=new), *_lines(new, flag), *feedback.raised(new, flag)]
    if case.state == "taken":
        effects += _shown(scene, new, flag)
    if again:
        effects += [alert(scene, new, call=call), *_page_plan(scene, new)]
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
    case = scene.case
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
    return case.category in CALLS


def alert(scene: Scene, case: Case, to: str = "", *, call: bool = False, edit: bool = False) -> Send:
    """The alert: number, level, language, how long it waits. Nothing else may light up on a moderator's phone.

    With `edit` it says who has the case now and can no longer be tapped.
    """
    to = to or (NOW if red(case.level) else CASES)
    waits = waited(scene, scene.now - (case.alarm_at or case.opened_at))
    what = "desk.alert_call" if call or is_call(case) else "desk.alert"
    text = scene.tell(what, number=case.number, level=level_name(scene, case), language=case.language, waits=waits)
    keys = [button(scene, case, "take")] + ([button(scene, case, "done")] if is_call(case) else [])
    if edit:
        text, keys = f"{text}\n{scene.tell(f'desk.now_{case.state}', name=case.taken_by)}", []
    message = Message(text=text, buttons=(tuple(keys),) if keys else ())
    return Send(to=to, message=message, lane=Lane.SAFETY, slot=f"alert:{case.number}", edit=edit)


class Tells(Protocol):
    """Whoever has the desk's words."""

    def tell(self, key: str, /, **variables: object) -> str:
        """The text `key` in the desk's language."""


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


def _page_plan(scene: Scene, case: Case) -> list[AnyEffect]:
    at = scene.now + _next_page(scene, case)
    return [Schedule(key=PAGE, at=at, about=str(case.number), safety=True)]


def _next_page(scene: Scene, case: Case) -> timedelta:
    if is_call(case):
        return calendar.desk_opens_at(scene.desk, scene.now) - scene.now + CALL_AIM
    if case.level == "concern" and case.category in SOON:
        return SOON_AIM
    if not red(case.level):
        return calendar.working_days_on(scene.desk, scene.now, CALM_AIMS[case.level]) - scene.now
    return NOW_EVERY if case.level == "now" else _urgent_aim(scene, scene.now) / 2


def _urgent_aim(scene: Scene, moment: datetime) -> timedelta:
    return URGENT_AIM_OPEN if calendar.desk_open(scene.desk, moment) else URGENT_AIM_CLOSED


def paged(scene: Scene) -> list[AnyEffect]:
    """Page again: at the desk, and wider the longer nobody acts. Ends only with a person; a call-back pages once."""
    case = scene.case
    if case is None or case.alarm_at is None:
        return []
    new = structs.replace(case, pages=case.pages + 1)
    reached = leads_paged(scene, case)
    effects: list[AnyEffect] = [Stamp(case=new), alert(scene, new)]
    effects += [alert(scene, new, lead(index)) for index in range(reached)]
    effects.append(Record(act=f"paged:{new.pages}:{reached}", case=case.number))
    return effects if is_call(case) else [*effects, *_page_plan(scene, new)]


def leads_paged(scene: Scene, case: Case) -> int:
    """How many of `LEAD_IDS` are paged by now: the second person, the lead, the director, in turn."""
    since = case.alarm_at or case.opened_at
    if is_call(case):
        return min(1, scene.desk.leads)
    if not red(case.level):
        return 0
    aim = _urgent_aim(scene, since)
    steps = NOW_WIDENS if case.level == "now" else (aim, 2 * aim, 3 * aim)
    return min(sum(scene.now - since >= step for step in steps), scene.desk.leads)
