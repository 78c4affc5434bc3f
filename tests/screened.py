"""Check-ins in the language of flow tests: one is begun as the bot would begin it, and answered item by item."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from msgspec import structs

from flows.checkins import left, screening
from flows.effects import Keep
from flows.model import Scene
from flows.react import FLOWS
from flows.step import Step
from tests.talk import Her

SomeHer = TypeVar("SomeHer", bound=Her)
SLEEP = "=Thank you. And how was your sleep this week?"
UNSAID = {"en": "I'd rather not say", "ru": "Лучше не отвечать", "tg": "Намехоҳам ҷавоб диҳам"}


def begins(her: SomeHer, instrument: str, how: screening.How = "open", reason: str = "asked") -> SomeHer:
    """A check-in is begun, as by a row that is due."""
    kept = her.kept
    scene = Scene(
        now=her.now,
        person=kept.person,
        library=her.library,
        desk=her.desk_set,
        places=tuple(kept.places),
        case=kept.case,
        chance=her.chance,
    )
    step = Step(scene, FLOWS, pushed=how == "knock")
    screening.begin(step, instrument, how, reason)
    left.kept(step)  # as the front door ends every turn
    her.transcript.append(f"  -- {instrument}, {how}")
    her.effects = step.close()
    for effect in her.effects:
        her._carry_out(scene, effect)
    return her


def with_profile(her: SomeHer, **told: Any) -> SomeHer:
    """She, with this told before."""
    her.kept.person = structs.replace(her.kept.person, profile=structs.replace(her.person.profile, **told))
    return her


def with_person(her: SomeHer, **told: Any) -> SomeHer:
    """She, as somebody else."""
    her.kept.person = structs.replace(her.kept.person, **told)
    return her


def answers(her: SomeHer, values: Iterable[int | str | None]) -> SomeHer:
    """Tap an answer to each item that comes: its value, None to skip it, `unsaid` for rather not say."""
    for value in values:
        place = her.kept.places[-1]
        her.taps_data(f"{place.talk}:{place.question}:{'~skip' if value is None else value}")
    return her


def kept(her: Her) -> dict[str, Any]:
    """What was kept of her answers so far, the last under each name."""
    return {effect.question: effect.value for effect in her.beside if isinstance(effect, Keep)}
