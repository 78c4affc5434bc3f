"""The pulse's second tap: sleep, worry, somebody helped me, felt close to my child. One a week, in turn."""

from __future__ import annotations

from content.instruments import Instrument, Item
from flows.effects import Keep
from flows.model import Scene
from flows.programme import calendar
from flows.script import Choice, Script, ask, become, given

PULSE = "pulse"
QUESTION = "second"


def asked(scene: Scene) -> Script[None]:
    """Put the one whose turn it is, once a week; her answer is kept beside that of the face."""
    one = scene.library.instruments.get(PULSE)
    turn = yield from given("turn", "" if one is None else _turn(scene, one), older="")
    if one is None or not turn:
        return
    item = one.structure.item(turn)
    language = scene.person.language
    scene = yield from become(scene, second=turn, second_at=scene.now)
    kind = Choice(one.options(item, language), columns=1)
    answer = yield from ask(QUESTION, one.asks(item, language), kind, skip=True, loose=True)
    if answer is not None:
        yield Keep(question=f"{PULSE}.{turn}", value=int(answer))


def _turn(scene: Scene, one: Instrument) -> str:
    """The one after the last, of those that are for her; "" where this week has had one."""
    profile = scene.person.profile
    if profile.second_at is not None and scene.now - profile.second_at < calendar.PULSE_FRESH:
        return ""
    ids = [item.id for item in one.structure.items]
    after = ids.index(profile.second) + 1 if profile.second in ids else 0
    turns = [*one.structure.items[after:], *one.structure.items[:after]]
    return next((item.id for item in turns if _is_for(scene, item)), "")


def _is_for(scene: Scene, item: Item) -> bool:
    lost = item.babies and scene.person.profile.lost_at is not None
    return not lost and (not item.stages or scene.person.stage in item.stages)
