"""A drill: a made-up mother whose case is played by the desk's own code, so that people can practise.

She is a person without a phone: what is said to her is delivered to nobody (`bot/post.py`), and due rows say her lines.
Everything the desk sees of her begins with a mark, her acts on the record too; no figure, flag or sample counts her.
`profile.drill` is the scenario and the number of her next line, `despair:2`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from msgspec import structs

from content.drills import Drill, DrillLine
from flows import concern
from flows.desk.cases import waited
from flows.effects import (
    GENERAL,
    HER,
    AnyEffect,
    Become,
    Cancel,
    Mark,
    Raised,
    Record,
    Remove,
    Sample,
    Schedule,
    Send,
    Stamp,
    Stand,
    topic_of,
)
from flows.events import AnyEvent, Delivered, DeskSaid, Due, Said, Tapped
from flows.model import Case, Message, Scene

STATE = "drill"
"""The state of a made-up person: neither in the programme nor counted with those who are."""
KEY, OPEN, STOP = "drill", "drill:open", "drill:stop"
OPENS_AFTER = timedelta(seconds=20)
"""How long she takes to open what knocks."""
Play = Callable[[Scene, AnyEvent], list[AnyEffect]]


def is_one(scene: Scene) -> bool:
    """Whether this is about somebody made up."""
    return bool(scene.person.profile.drill)


def react(scene: Scene, event: AnyEvent, play: Play) -> list[AnyEffect]:
    """What follows for somebody made up: what would for anybody (`play`), marked, and her next line."""
    effects = _played(scene, event, play)
    effects += _heard(scene, event, _case(scene, effects))
    opens = any(isinstance(effect, Stand) and effect.place.flow == "late" for effect in effects)
    effects += [Schedule(key=OPEN, at=scene.now + OPENS_AFTER)] if opens else []
    return [*marked(scene, effects), *_over(scene, effects)]


def _played(scene: Scene, event: AnyEvent, play: Play) -> list[AnyEffect]:
    match event:
        case Due(key=key) if key == STOP:
            return _stopped(scene)
        case Due(key=key) if key == OPEN:
            late = next((place for place in scene.places if place.flow == "late"), None)
            tap = Tapped(talk=late.talk, question=late.question, value="open") if late is not None else None
            return list(play(scene, tap)) if tap is not None else []
        case Due(key=key, about=about) if key == KEY:
            return _says(scene, int(about), play)
        case DeskSaid(quoted=quoted):
            mark = f"{scene.tell('drill.mark')} "
            return list(play(scene, structs.replace(event, quoted=quoted.removeprefix(mark))))
        case _:
            return list(play(scene, event))


def _says(scene: Scene, number: int, play: Play) -> list[AnyEffect]:
    """She says a line, through the door everybody's words come in by; a next one to the bot follows by itself."""
    one, lines = scenario(scene), scenario(scene).lines
    text = lines[number].text[scene.person.language]
    said = Said(text=text, at=scene.now, finding=concern.read(text, scene.library.rules))
    following = number + 1
    more: list[AnyEffect] = [Become(changes={"drill": f"{one.id}:{following}"})]
    if following < len(lines) and lines[following].to == "bot":
        more.append(_plan(scene, lines[following], following))
    return [*play(scene, said), *more]


def _heard(scene: Scene, event: AnyEvent, case: Case | None) -> list[AnyEffect]:
    """Words of a person reached her: the time is noted once, and she will answer."""
    if not isinstance(event, Delivered) or event.failed or case is None:
        return []
    effects: list[AnyEffect] = []
    if case.matter.drill_heard_at is None:
        matter = structs.replace(case.matter, drill_heard_at=scene.now)
        effects.append(Stamp(case=structs.replace(case, matter=matter)))
    lines, number = scenario(scene).lines, int(scene.person.profile.drill.partition(":")[2])
    if number < len(lines) and lines[number].to == "person":
        effects.append(_plan(scene, lines[number], number))
    return effects


def _case(scene: Scene, effects: list[AnyEffect]) -> Case | None:
    """The case as these effects leave it."""
    return next((effect.case for effect in reversed(effects) if isinstance(effect, Stamp)), scene.case)


def _plan(scene: Scene, line: DrillLine, number: int) -> Schedule:
    return Schedule(key=KEY, at=scene.now + timedelta(seconds=line.after), about=str(number))


def _stopped(scene: Scene) -> list[AnyEffect]:
    """Ended by an order: the case is closed as it stands."""
    case = scene.case
    if case is None:
        return [Cancel(key="*")]
    new = structs.replace(case, state="closed", closed_at=scene.now, alarm_at=None)
    gone = [Remove(to=topic_of(case.number))] if case.state == "taken" else []
    return [Stamp(case=new), *gone, Record(act="stopped", case=case.number)]


def _over(scene: Scene, effects: list[AnyEffect]) -> list[AnyEffect]:
    """When the case is closed: nothing more is due, and those who played hear how it went, kindly."""
    closed = [effect.case for effect in effects if isinstance(effect, Stamp) and effect.case.state == "closed"]
    if not closed:
        return []
    text = debrief(scene, closed[-1])
    return [Cancel(key="*"), Send(to=GENERAL, message=Message(text=text))]


def debrief(scene: Scene, case: Case) -> str:
    """How long everything took, and what mattered in this scenario."""
    ends = {"taken": case.taken_at, "words": case.matter.drill_heard_at, "closed": case.closed_at}
    times = {
        name: waited(scene, at - case.opened_at) if at is not None else scene.tell("drill.never")
        for name, at in ends.items()
    }
    matters = scenario(scene).matters[scene.desk.language]
    mark = scene.tell("drill.mark")
    return scene.tell("drill.over", mark=mark, number=case.number, matters=matters, **times)


def scenario(scene: Scene) -> Drill:
    """What is being played; LookupError where it is no longer written."""
    id = scene.person.profile.drill.partition(":")[0]
    return next(one for one in scene.library.drills if one.id == id)


# -- marked everywhere, counted nowhere ----------------------------------------------------------------------------


def marked(scene: Scene, effects: list[AnyEffect]) -> list[AnyEffect]:
    """What follows for somebody made up, so that nobody takes it for real and nothing counts it; else as it is."""
    if not is_one(scene):
        return effects
    kept = [effect for effect in effects if not isinstance(effect, Raised | Mark | Sample)]
    return [_with_mark(scene, effect) for effect in kept]


def _with_mark(scene: Scene, effect: AnyEffect) -> AnyEffect:
    match effect:
        case Send(to=to, message=message) if to != HER:
            text = f"{scene.tell('drill.mark')} {message.text}"
            return structs.replace(effect, message=structs.replace(message, text=text))
        case Record(act=act):
            return structs.replace(effect, act=f"{STATE}:{act}")
        case Stamp(case=case):
            matter = structs.replace(case.matter, drill=scene.person.profile.drill.partition(":")[0])
            return structs.replace(effect, case=structs.replace(case, matter=matter))
        case Become(changes=changes) if "state" in changes:
            return Become(changes={name: value for name, value in changes.items() if name != "state"})
        case _:
            return effect
