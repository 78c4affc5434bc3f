"""The history of a case: everything on the record of it, with names, and what can be told from it at a glance.

It is written behind every turn, whoever brought it about: an act that is on the record cannot be missing here, and a
reply, her answer or a new level moves the case on by itself.
"""

from __future__ import annotations

from msgspec import structs

from flows.concern import LEVELS
from flows.desk import follows, sketch
from flows.effects import AnyEffect, Forget, Line, Record, Stamp
from flows.events import AnyEvent, DeskSaid, DeskShowed, DeskTapped
from flows.model import Case, Deed, Scene
from flows.programme import calendar

LONGEST = 200
"""Deeds kept, the first and the latest of them."""
PAGED = "paged:"
SHOWN = 40
"""Deeds told at the desk at once: they fit in one message."""
TOLD = frozenset(
    {
        *("opened", "taken", "answered", "took_over", "passed", "raised", "lowered", "replied", "offered"),
        *("asked_closing", "not_yet", "agreed", "closed", "done", "turned", "followed", "due", "saw", "paged"),
        *("refused", "marked", "orphaned", "saved", "edited", "reopened", "referral", "check_in", "freeze", "thaw"),
    }
)
"""Acts that have words of their own at the desk."""


def kept(scene: Scene, event: AnyEvent, effects: list[AnyEffect]) -> list[AnyEffect]:
    """The effects of a turn, with what they mean for the case written into it."""
    case = _last(scene, effects)
    if case is None or any(isinstance(effect, Forget) for effect in effects):
        return effects
    new = sketch.heard(_moved(_told(scene, event, case, effects), effects), effects)
    ahead: list[AnyEffect] = []
    if new.state != "closed":
        new, ahead = follows.begun(scene, new)
    return effects if new == case else [*effects, Stamp(case=new), *ahead]


def level(case: Case) -> str:
    """The highest level the case ever had, whatever it was lowered to."""
    return max((case.level, case.matter.peak or case.level), key=LEVELS.index)


def _last(scene: Scene, effects: list[AnyEffect]) -> Case | None:
    """The case as the turn leaves it."""
    return next((effect.case for effect in reversed(effects) if isinstance(effect, Stamp)), scene.case)


def _told(scene: Scene, event: AnyEvent, case: Case, effects: list[AnyEffect]) -> Case:
    acts = [effect for effect in effects if isinstance(effect, Record) and effect.case == case.number]
    if not acts:
        return case
    by = event.by if isinstance(event, DeskTapped | DeskSaid | DeskShowed) else None
    deeds = [Deed(scene.now, one.act, by.name if by is not None and one.actor == by.id else "") for one in acts]
    before = case.matter.history
    if before and deeds[0].act.startswith(PAGED) and before[-1].act.startswith(PAGED):
        before = before[:-1]  # pages every five minutes would push out what people did
    history = (*before, *deeds)
    history = history if len(history) <= LONGEST else (history[0], *history[1 - LONGEST :])
    return structs.replace(case, matter=structs.replace(case.matter, history=history))


def _moved(case: Case, effects: list[AnyEffect]) -> Case:
    """On from one stage to the next: a reply of ours waits for her, a word of hers for us."""
    voices = [effect.voice for effect in effects if isinstance(effect, Line) and effect.voice in {"hers", "ours"}]
    if case.state != "taken" or not voices:
        return case
    matter = case.matter
    if voices[-1] == "ours":
        return structs.replace(case, matter=structs.replace(matter, stage="waiting"))
    # She has written since somebody asked to close it: that was said of another conversation.
    stage = "followed" if matter.follows else ""
    return structs.replace(case, matter=structs.replace(matter, stage=stage, closing=None))


# -- what the desk reads of it -----------------------------------------------------------------------------------


def summary(scene: Scene, case: Case) -> str:
    """What whoever comes next reads in ten seconds: how it stands, who spoke last, what is due, the last note."""
    lines = [_standing(scene, case), _spoken(scene)]
    if (due := follows.next_due(scene, case)) is not None:
        lines.append(due)
    note = next((line for line in reversed(scene.lines) if line.voice == "note"), None)
    if note is not None:
        lines.append(scene.tell("cases.summary.note", name=note.by, words=_short(note.text)))
    return "\n".join(line for line in lines if line)


def _standing(scene: Scene, case: Case) -> str:
    standing = scene.tell(f"cases.stage.{case.matter.stage or 'working'}")
    peak = level(case)
    if peak != case.level:
        was = scene.tell(f"desk.level.{peak}")
        standing = f"{standing} · {scene.tell('cases.summary.peak', level=was)}"
    return scene.tell("cases.summary.since", standing=standing, at=calendar.at_desk(scene.desk, case.opened_at))


def _spoken(scene: Scene) -> str:
    """Who spoke last, and when."""
    last = next((line for line in reversed(scene.lines) if line.voice in {"hers", "ours"}), None)
    if last is None:
        return scene.tell("cases.summary.silent")
    return scene.tell(f"cases.summary.{last.voice}", name=last.by, at=calendar.at_desk(scene.desk, last.at))


NOTE_SHOWN = 160


def _short(words: str) -> str:
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= NOTE_SHOWN else f"{one_line[:NOTE_SHOWN].rstrip()}…"


def told(scene: Scene, case: Case) -> str:
    """The whole history, a line a deed, the latest last."""
    deeds = [deed for deed in case.matter.history if deed.act.partition(":")[0] in TOLD][-SHOWN:]
    lines = [f"{calendar.at_desk(scene.desk, deed.at)} · {_deed(scene, deed)}" for deed in deeds]
    return "\n".join([scene.tell("cases.history", number=case.number), *lines])


def _deed(scene: Scene, deed: Deed) -> str:
    act, _, about = deed.act.partition(":")
    words = scene.tell(f"cases.did.{act}") if act in TOLD else act
    detail = _detail(scene, act, about)
    return " · ".join(part for part in (words, detail, deed.name) if part)


def _detail(scene: Scene, act: str, about: str) -> str:
    """What an act was about, in words where there are some."""
    first, _, rest = about.partition(":")
    match act:
        case "opened" | "raised" if first in LEVELS:
            return scene.tell(f"desk.level.{first}")
        case "lowered" if first in LEVELS:
            return f"{scene.tell(f'desk.level.{first}')}, {scene.tell(f'cases.reason.{rest}')}"
        case "closed" | "asked_closing" if first:
            return scene.tell(f"cases.outcome.{first}")
        case "done" if first:
            return scene.tell(f"cases.done.{first}")
        case "followed" if first:
            return scene.tell(f"cases.followed.{first}")
        case _:
            return ""
