"""A sitting: what she answered of a check-in in one go, what it came to, and what is kept and told of it.

Whether she came to its end (`screening.py`) or left it half-done (`left.py`), it is counted and told in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from content.instruments import Instrument, Item
from content.schema import Level
from flows.checkins import follow, instruments
from flows.checkins.follow import DYING, Follow
from flows.checkins.instruments import Result
from flows.concern import LEVELS, Finding
from flows.desk import cases
from flows.effects import AnyEffect, Flag, Keep
from flows.model import Checked, Scene
from flows.worry import context

NAME = "screening"
UNSAID = "unsaid"
BY_DESK = "desk"
"""The reason of a check-in that a moderator asked for."""
KNOCKS = frozenset({"knock", "offer"})
"""Where it was only announced: none of its questions has been seen."""
LOWS = 2
"""So many low faces in a row make a thought of dying graver (triage table, first row)."""
Answers = Mapping[str, int | None]


class Sitting(Struct, frozen=True, kw_only=True):
    """What she answered in one go, what it came to, and what follows.

    `left`: she did not come to its end. `begun_in`: the language it was begun in; she may have changed it since.
    """

    one: Instrument
    answers: Answers
    result: Result
    row: Follow
    reason: str
    begun_in: str
    left: bool = False


def items(one: Instrument) -> list[Item]:
    """The questions that are put one after the other: all but the safety question, which stands alone."""
    return [item for item in one.structure.items if item.special != "safety"]


def counted(said: Mapping[str, Any]) -> dict[str, int | None]:
    """Answers as they count. None: she passed it over, would rather not say, or was not asked."""
    return {id: None if answer in {None, UNSAID} else int(answer) for id, answer in said.items()}


def answered(one: Instrument, said: Mapping[str, Any]) -> list[AnyEffect]:
    """Her answers themselves, for good; what she passed over is kept as nothing."""
    given = [(id, answer) for id, answer in said.items() if answer is not None]
    return [Keep(question=f"{one.id}.{id}", value=UNSAID if answer == UNSAID else int(answer)) for id, answer in given]


def level(scene: Scene, sat: Sitting) -> Level:
    """The level of all of it: of its row, and of what she answered about dying."""
    return max(sat.row.level, harm(scene, sat), key=LEVELS.index)


def harm(scene: Scene, sat: Sitting) -> Level:
    """The level of an answer about dying, as it counts for her: soon after a birth, or in low weeks, it is graver."""
    found = follow.harm_of(sat.one, sat.answers)
    if found == "concern" and scene.person.profile.lows >= LOWS:
        return "urgent"
    finding = Finding(level=found, category=DYING, rule="", language="", spans=())
    return context.raised(finding, scene.person, scene.now).level if found != "none" else found


def then(scene: Scene, row: Follow) -> str:
    """What comes next for her; "" where nothing does, or it was asked lately."""
    following = scene.library.instruments.get(row.then)
    may = following is not None and instruments.may_ask(following, scene.person, scene.now)
    return row.then if may else ""


def checked(scene: Scene, one: Instrument, result: Result, *, validated: bool) -> Checked:
    """The result as her profile has it."""
    return Checked(
        of=one.id,
        at=scene.now,
        score=result.score,
        band=result.band,
        answered=result.answered,
        asked=result.asked,
        validated=validated,
    )


def is_validated(scene: Scene, sat: Sitting) -> bool:
    """Whether the words she read were studied, all of them."""
    return all(sat.one.is_validated(language) for language in (sat.begun_in, scene.person.language))


def known(scene: Scene, sat: Sitting, after: str) -> dict[str, object]:
    """What changes of her: one more result, and what is owed to her next."""
    profile = scene.person.profile
    owed = [step for step in profile.owed if step.partition(":")[0] not in {sat.one.id, after}]
    return {
        "checked": instruments.kept(
            profile.checked, checked(scene, sat.one, sat.result, validated=is_validated(scene, sat))
        ),
        "owed": (*owed, f"{after}:{sat.one.id}") if after else tuple(owed),
    }


def kept(scene: Scene, sat: Sitting) -> Keep:
    """The result as it is kept, with what a reader of it has to know."""
    one, result = sat.one, sat.result
    value = {
        "score": result.score,
        "band": result.band,
        "answered": result.answered,
        "asked": result.asked,
        "version": one.structure.version,
        "language": scene.person.language,
        "validated": is_validated(scene, sat),
        "reason": sat.reason,
    }
    return Keep(question=f"{one.id}.result", value=value | ({"left": True} if sat.left else {}))


def flagged(scene: Scene, sat: Sitting) -> Flag:
    """What brings a person to her, at the level of all of it."""
    found = harm(scene, sat)
    return Flag(level=level(scene, sat), category=_category(sat.row, found), why=_why(scene, sat, found))


def told(scene: Scene, sat: Sitting) -> list[AnyEffect]:
    """The moderator who asked for it reads in the case what came of it.

    Nobody else does: where no one has the case, it is kept for its card, and is not said beside the alert.
    """
    result = _why(scene, sat, harm(scene, sat))
    if scene.case is not None and scene.case.state == "taken":
        return cases.told(scene, "putting.answered", hers=True, result=result)
    return [Flag(level="watch", category=scene.case.category, why=result)] if scene.case is not None else []


def _category(row: Follow, found: Level) -> str:
    """What the case is called: by her thoughts of dying, unless the score brings a person sooner."""
    sooner = found == "concern" and row.category == follow.SCORE_SOON
    return row.category if found == "none" or sooner else DYING


def _why(scene: Scene, sat: Sitting, found: Level) -> str:
    """For the card: the score, what is missing of it, her answer about dying, and how far the tool can be trusted."""
    one, result = sat.one, sat.result
    counts = {"name": one.structure.name, "answered": result.answered, "asked": result.asked}
    whys = [scene.tell("desk.why.left")] if sat.left else []
    if result.score is not None:
        whys.append(scene.tell("desk.why.score", score=result.score, most=one.structure.most, **counts))
    elif result.floor:
        whys.append(scene.tell("desk.why.score_least", least=result.points, most=one.structure.most, **counts))
    else:
        whys.append(scene.tell("desk.why.score_partly", **counts))
    if found != "none":
        item = next(item for item in one.structure.items if item.special == "harm")
        label = dict(one.options(item, scene.desk.language)).get(str(sat.answers.get(item.id)), "")
        whys.append(scene.tell("desk.why.harm_item", item=item.id, answer=label))
    if not is_validated(scene, sat):
        whys.append(scene.tell("desk.why.unvalidated"))
    if scene.person.role == "father":
        whys.append(scene.tell("desk.why.father_score"))
    return "; ".join(whys)
