"""Words of one that threaten the other: nothing of them goes to her, and a person at the desk looks after her her way."""

from __future__ import annotations

from msgspec import structs

from flows.concern import red
from flows.effects import AnyEffect, Become, Bind, Flag, Tell
from flows.events import KinThreat
from flows.family.model import MOTHER
from flows.model import Scene

THREATS = frozenset({"abuser_threat", "child_harm", "partner_violence"})
"""What he writes that threatens at home: "I will kill her" may be read as said of a child."""
FREEZES = frozenset({"partner_violence", "watched_phone"})
"""What she tells of, once it is red, that keeps everything of her links back."""


def frozen(scene: Scene) -> list[AnyEffect]:
    """Everything is kept back from now on, on this side; nobody is told."""
    kin = tuple(structs.replace(one, frozen=True) for one in scene.person.profile.kin)
    return [
        Become(changes={"kin": kin, "brought": ()}),
        *(Bind(link=one.link, state="frozen") for one in kin if one.person),
    ]


def followed(scene: Scene, flag: Flag) -> list[AnyEffect]:
    """What a flag does to the links of whoever raised it."""
    if not scene.person.profile.kin or not red(flag.level):
        return []
    if flag.category not in FREEZES | THREATS:
        return []
    told: list[AnyEffect] = [
        Tell(person=one.person, event=KinThreat(link=one.link, level=flag.level))
        for one in scene.person.profile.kin
        if one.who == MOTHER and one.person and flag.category in THREATS
    ]
    return [*frozen(scene), *told]


def heard(scene: Scene, event: KinThreat) -> list[AnyEffect]:
    """Her side: the desk is told to look after her, her way; nothing reaches her phone."""
    if all(one.link != event.link for one in scene.person.profile.kin):
        return []
    return [
        *frozen(scene),
        Flag(level=event.level, category="partner_violence", why=scene.tell("desk.why.kin_threat")),
    ]
