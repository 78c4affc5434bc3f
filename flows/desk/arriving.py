"""The card says how a reply would arrive now, and goes on saying so as that changes.

It is changed in place with whatever happens to her, and by a due row at the moment it would become untrue by itself:
nothing asks every minute. That her window has moved on by a minute or two is no reason to change it: what the card
says is then still true.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import structs

from flows.desk import replies, taps
from flows.desk.cases import in_topic
from flows.effects import AnyEffect, Become, Cancel, Forget, Hush, Lapse, Line, Release, Schedule, Send, Stamp
from flows.events import AnyEvent, DeskSaid, DeskShowed, DeskTapped, Said, Showed
from flows.model import Arrival, Case, CaseLine, Scene
from flows.programme import calendar
from flows.script import changed

ARRIVES = "arrives"
"""The key of the due row at the moment the card would become untrue."""
AWAY = timedelta(minutes=5)
"""So much longer her window must have become for the card to be changed."""


def kept_true(scene: Scene, event: AnyEvent, effects: list[AnyEffect]) -> list[AnyEffect]:
    """What follows from an event, with what the card of a taken case now has to say.

    Her own words open the conversation also to replies that wait for her tap.
    """
    case = _case_after(scene, effects)
    if case is None or any(isinstance(effect, Forget) for effect in effects):
        return effects
    if case.state != "taken":
        was_taken = scene.case is not None and scene.case.state == "taken"
        return [*effects, Cancel(key=ARRIVES)] if was_taken else effects
    more: list[AnyEffect] = []
    if case.matter.waiting and any(isinstance(effect, Hush) for effect in effects):
        more.append(in_topic(case, scene.tell("replies.withdrawn", n=len(case.matter.waiting))))
        case = structs.replace(case, matter=structs.replace(case.matter, waiting=()))
    after = _after(scene, case, effects)
    if case.matter.waiting and _writes_now(event, after):
        # As where a late answer comes: of what the programme held back no word is lost, it is put again.
        more += [Lapse(), Release(), Cancel(key="late")]
    now = replies.arrives(after, len(case.matter.waiting))
    shown = any(isinstance(one, Send) and one.slot == f"card:{case.number}" for one in effects)
    if not _differs(case.matter.arrives, now, scene.now) or not (shown or _may_change(scene, event, case)):
        return [*effects, *([Stamp(case=case), *more] if more else [])]
    case = structs.replace(case, matter=structs.replace(case.matter, arrives=now))
    more.append(Stamp(case=case))
    if not shown:
        more.append(structs.replace(taps.card(after, case), silent=True))
    at = replies.turns(after)
    more.append(Cancel(key=ARRIVES) if at is None else Schedule(key=ARRIVES, at=at))
    return [*effects, *more]


def _may_change(scene: Scene, event: AnyEvent, case: Case) -> bool:
    """Whether this can have changed how a reply arrives: what the desk does cannot, but for a reply of its own."""
    if not isinstance(event, DeskSaid | DeskShowed | DeskTapped):
        return True
    return scene.case is None or scene.case.matter.waiting != case.matter.waiting


def _writes_now(event: AnyEvent, after: Scene) -> bool:
    """Whether she has just written, where nobody else sees it; not long ago while we were down, nor by an edit."""
    if not isinstance(event, Said | Showed) or (isinstance(event, Said) and event.edited):
        return False
    late = event.at is not None and after.now - event.at > calendar.LATE
    return not late and not replies.out_of_reach(after) and calendar.conversation_open(after.person, after.now)


def _case_after(scene: Scene, effects: Sequence[AnyEffect]) -> Case | None:
    stamped = [effect.case for effect in effects if isinstance(effect, Stamp)]
    return stamped[-1] if stamped else scene.case


def _after(scene: Scene, case: Case, effects: Sequence[AnyEffect]) -> Scene:
    """The scene once the effects are carried out, as far as a card shows it."""
    lines = list(scene.lines)
    for effect in effects:
        if isinstance(effect, Become):
            scene = changed(scene, effect.changes)
        elif isinstance(effect, Line):
            lines.append(CaseLine(at=scene.now, voice=effect.voice, text=effect.text, by=effect.by, file=effect.file))
    return structs.replace(scene, case=case, lines=tuple(lines))


def _differs(said: Arrival | None, now: Arrival, moment: datetime) -> bool:
    """Whether what the card says has become untrue, or truer by minutes that count."""
    if said is None or (said.kind, said.waiting) != (now.kind, now.waiting):
        return True
    if said.until is None or now.until is None:
        return (said.until, said.knock) != (now.until, now.knock)
    return said.knock != now.knock or said.until < moment or not timedelta(0) <= now.until - said.until < AWAY
