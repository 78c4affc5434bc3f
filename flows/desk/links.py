"""Family links on a case's card: what kinds there are and how they stand, and keeping them back or letting them go on.

The desk sees no name, no piece and no words of the other side. Keeping back is silent: nothing is told to either of
the two, and what each hears stays as it was.
"""

from __future__ import annotations

from msgspec import structs

from flows.effects import AnyEffect, Record
from flows.events import Staff
from flows.family import threat
from flows.family.model import Kin
from flows.model import Button, Case, Scene

FREEZE, THAW = "freeze", "thaw"
ACTS = frozenset({FREEZE, THAW})


def act(scene: Scene) -> str:
    """What can be done with her links now: `freeze`, `thaw`, or "" where there is none."""
    kin = scene.person.profile.kin
    if not kin:
        return ""
    return THAW if all(one.frozen for one in kin) else FREEZE


def keys(scene: Scene, case: Case) -> list[Button]:
    """The button for it, if there is anything to do."""
    name = act(scene)
    return [Button(scene.tell(f"cases.act.{name}"), f"case:{case.number}:{name}")] if name else []


def for_card(scene: Scene) -> list[str]:
    """One line: how many, of which kinds, how each stands. Nothing where she has none."""
    kin = scene.person.profile.kin
    if not kin:
        return []
    # Whether the other can be reached is a word of `flows/family/reachable.py`, where that is there: it goes here.
    words = "; ".join(_word(scene, one) for one in kin)
    return [scene.tell("desk.links", n=len(kin), links=words)]


def _word(scene: Scene, kin: Kin) -> str:
    state = scene.tell(f"desk.link.{'frozen' if kin.frozen else kin.state}")
    return f"{scene.tell(f'desk.link_with.{kin.who}')}, {state}"


def acted(scene: Scene, case: Case, name: str, by: Staff) -> tuple[Case, list[AnyEffect]] | None:
    """Keep them back, or let them go on. None: that is so already."""
    if name != act(scene):
        return None
    done = threat.frozen(scene) if name == FREEZE else threat.thawed(scene)
    acts = Record(act=name, case=case.number, actor=by.id)
    return structs.replace(case, handled_at=scene.now), [acts, *done]
