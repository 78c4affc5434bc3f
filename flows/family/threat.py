"""Words of one that threaten the other: nothing of them goes to her, and a person at the desk looks after her her way."""

from __future__ import annotations

from msgspec import structs

from flows.concern import red
from flows.desk import discreet
from flows.effects import AnyEffect, Become, Bind, Flag, Tell
from flows.events import KinThawed, KinThreat
from flows.family.model import MOTHER
from flows.model import Case, Scene

THREATS = frozenset({"abuser_threat", "child_harm", "partner_violence"})
"""What he writes that threatens at home: "I will kill her" may be read as said of a child."""
FREEZES = frozenset({"partner_violence", "watched_phone", "under_age_or_forced"})
"""What she tells of, once it is red, that keeps everything of her links back."""
HOLDS = FREEZES | THREATS
"""Categories of a red flag or case that keep back the links of whoever it is about."""


def frozen(scene: Scene) -> list[AnyEffect]:
    """Everything is kept back from now on, on this side; nobody is told."""
    kin = tuple(structs.replace(one, frozen=True) for one in scene.person.profile.kin)
    return [
        Become(changes={"kin": kin, "brought": ()}),
        *(Bind(link=one.link, state="frozen") for one in kin if one.person),
    ]


def thawed(scene: Scene) -> list[AnyEffect]:
    """Nothing is kept back any more: on this side, and where a threat froze the other side too. Nobody is told."""
    kin = tuple(structs.replace(one, frozen=False) for one in scene.person.profile.kin)
    hers = [one for one in kin if one.who != MOTHER and one.person]
    return [
        Become(changes={"kin": kin}),
        *(Bind(link=one.link, state=one.state) for one in hers),
        *(Tell(person=one.person, event=KinThawed(link=one.link)) for one in hers),
    ]


def holds(scene: Scene) -> bool:
    """Whether her open case is one that keeps links back: then a new one begins so."""
    case = discreet.at_desk(scene)
    return case is not None and red(case.level) and case.category in HOLDS


def grown(scene: Scene, case: Case) -> list[AnyEffect]:
    """What a level that a person has raised does to her links: the same as a flag of that level."""
    kin = scene.person.profile.kin
    return frozen(scene) if kin and red(case.level) and case.category in HOLDS else []


def followed(scene: Scene, flag: Flag) -> list[AnyEffect]:
    """What a flag does to the links of whoever raised it."""
    if not scene.person.profile.kin or not red(flag.level) or flag.category not in HOLDS:
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
        Flag(level=event.level, category="partner_violence", why=scene.tell("desk.why.kin_threat"), discreet=True),
    ]
