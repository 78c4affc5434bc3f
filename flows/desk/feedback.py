"""What staff say of a flag: right, the wrong level, no concern. So that the rules can be measured and mended.

Asked in the topic of a case once it is taken, and once more beside the closing of a case in which something is not
marked yet; it never holds up closing. A mark holds rule, category, level and who marked, and no word of hers. Only
what a rule raised can be marked: a case opened by a person who asked for one has no rule, and no mark.
"""

from __future__ import annotations

from zlib import crc32

from msgspec import structs

from flows.effects import CASES, AnyEffect, Flag, Mark, Raised, Record, Send, topic_of
from flows.events import DeskTapped
from flows.model import Button, Case, Judged, Message, Scene

MARKS = ("right", "wrong", "none")
AT_CLOSING = "last_"
"""Begins the acts of the buttons under the question whether to close."""
MOST = 3
"""Flags asked about at once: a topic is for her, not for our questions."""


def raised(case: Case, flag: Flag) -> list[AnyEffect]:
    """What a flag leaves to be marked: nothing where no rule raised it."""
    if not flag.rule:
        return []
    return [
        Raised(
            case=case.number,
            key=key_of(flag.rule, flag.level),
            rule=flag.rule,
            category=flag.category,
            level=flag.level,
            language=flag.language,
        )
    ]


def key_of(rule: str, level: str) -> str:
    """The key of a flag within its case: the same rule at the same level is one flag."""
    return f"{crc32(f'{rule}/{level}'.encode()):08x}"


def asked(scene: Scene, case: Case, to: str = "") -> list[AnyEffect]:
    """A question for each flag not marked yet, the latest few; in the topic of the case, or in `to`."""
    return [_question(scene, case, flag, to) for flag in unmarked(scene)]


def unmarked(scene: Scene) -> tuple[Judged, ...]:
    """What may still be asked about, the latest few."""
    return tuple(flag for flag in scene.flags if not flag.mark)[-MOST:]


def at_closing(scene: Scene, case: Case) -> tuple[str, tuple[tuple[Button, ...], ...]]:
    """A paragraph and buttons for the question whether to close; empty where all is marked."""
    flags = unmarked(scene)
    if not flags:
        return "", ()
    words = "\n".join([scene.tell("feedback.before_closing"), *(_named(scene, flag) for flag in flags)])
    return words, tuple(_keys(scene, case.number, flag, AT_CLOSING) for flag in flags)


def is_mark(event: DeskTapped) -> bool:
    """Whether a tap marks a flag."""
    return _mark_of(event)[0] in MARKS


def marked(scene: Scene, event: DeskTapped) -> list[AnyEffect]:
    """Write the mark down, also in a case that is closed by now, and show it where it was asked for."""
    mark, key = _mark_of(event)
    flag = next((flag for flag in scene.flags if flag.key == key), None)
    if flag is None:
        return []
    said = scene.tell("feedback.marked", mark=scene.tell(f"feedback.{mark}"), name=event.by.name)
    message = Message(text=f"{_named(scene, flag)}\n{said}", buttons=(_keys(scene, event.case, flag),))
    taken = scene.case is not None and scene.case.state == "taken"
    to = topic_of(event.case) if taken else CASES
    return [
        Mark(case=event.case, key=key, mark=mark, actor=event.by.id),
        Record(act=f"marked:{mark}", case=event.case, actor=event.by.id),
        Send(to=to, message=message, slot=_slot(event.case, flag), silent=True, edit=True),
    ]


def from_closing(event: DeskTapped) -> bool:
    """Whether it was marked under the question whether to close."""
    return event.act.startswith(AT_CLOSING)


def with_mark(scene: Scene, event: DeskTapped) -> Scene:
    """The scene once the mark is there."""
    mark, key = _mark_of(event)
    flags = tuple(structs.replace(flag, mark=mark) if flag.key == key else flag for flag in scene.flags)
    return structs.replace(scene, flags=flags)


def _slot(case: int, flag: Judged) -> str:
    return f"mark:{case}:{flag.key}"


def _mark_of(event: DeskTapped) -> tuple[str, str]:
    mark, _, key = event.act.removeprefix(AT_CLOSING).partition(":")
    return mark, key


def _question(scene: Scene, case: Case, flag: Judged, to: str) -> Send:
    text = f"{_named(scene, flag)}\n{scene.tell('feedback.ask')}"
    message = Message(text=text, buttons=(_keys(scene, case.number, flag),))
    return Send(to=to or topic_of(case.number), message=message, slot=_slot(case.number, flag), silent=True)


def _named(scene: Scene, flag: Judged) -> str:
    level = scene.tell(f"desk.level.{flag.level}")
    return scene.tell("feedback.flag", rule=flag.rule, level=level)


def _keys(scene: Scene, case: int, flag: Judged, before: str = "") -> tuple[Button, ...]:
    return tuple(Button(scene.tell(f"feedback.{mark}"), f"case:{case}:{before}{mark}:{flag.key}") for mark in MARKS)
