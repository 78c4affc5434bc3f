"""A case she does not know of: it was opened on the words of somebody else, who may be watching her phone.

While it stands so, nothing on her phone may be other than it was: her pages and her circle go on, what she writes is
answered as if there were no case, and goes nowhere. Her own words make it hers, as far as they went (`Matter.own`): what
waits beside a red case waits only once they were red. Once the desk has written to her she knows that somebody is there.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import structs

from content.schema import Level
from flows.concern import LEVELS, red
from flows.events import AnyEvent, Due, Left, Returned, Said, Showed, Tapped, Vanished
from flows.model import Case, Scene

NOTHING: Level = "none"
SPOKEN: Level = "watch"
"""What the level of her own words counts as at least once the desk has written to her."""


def is_one(case: Case | None) -> bool:
    """Whether she knows nothing of this case."""
    return case is not None and case.matter.own == NOTHING


def veiled(scene: Scene, event: AnyEvent, of_the_desk: frozenset[str]) -> Scene:
    """The scene as her own talks may see it: without a case she does not know of. `of_the_desk`: keys of its due rows."""
    hers = isinstance(event, Said | Showed | Tapped | Left | Returned | Vanished)
    hers = hers or (isinstance(event, Due) and event.key.split(":")[0] not in of_the_desk)
    return structs.replace(scene, case=None, hidden=scene.case) if hers and is_one(scene.case) else scene


def at_desk(scene: Scene) -> Case | None:
    """Her open case as the desk has it."""
    return scene.case or scene.hidden


def level(case: Case) -> Level:
    """How grave a case is by her own words; of one that is hers, its level."""
    own = next((one for one in LEVELS if one == case.matter.own), None)
    return case.level if own is None else own


def became_hers(before: Case, after: Case) -> bool:
    """Whether her own words have now made it red."""
    return bool(after.matter.own) and red(level(after)) and not red(level(before))


def for_her(case: Case) -> Case:
    """The case as she waits in it: by how grave her words were, and since they came."""
    since = case.matter.hers_at
    later = max(case.alarm_at, since) if case.alarm_at is not None and since is not None else case.alarm_at
    return structs.replace(case, level=level(case), alarm_at=later)


def rests(scene: Scene) -> bool:
    """Whether her pages and whatever comes by itself wait beside her case: it is red, and by her own words."""
    return scene.case is not None and red(level(scene.case))


def spoken(case: Case) -> Case:
    """The case once the desk has written to her in it."""
    return structs.replace(case, matter=structs.replace(case.matter, own=SPOKEN)) if is_one(case) else case


def joined(case: Case, flag: Level, now: datetime, *, discreet: bool) -> Case:
    """Whose the case is once a flag of this level has joined it: her own words count, those of others do not."""
    matter = case.matter
    if discreet:
        own = matter.own or ("" if red(case.level) else case.level)
        return structs.replace(case, matter=structs.replace(matter, own=own))
    if not matter.own:
        return case
    own = max(flag, matter.own, key=_height)
    since = now if matter.own == NOTHING else matter.hers_at
    return structs.replace(case, matter=structs.replace(matter, own=own, hers_at=since))


def _height(level: str) -> int:
    return [str(one) for one in LEVELS].index(level)
