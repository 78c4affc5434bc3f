"""What answers to a screening instrument come to: pure counting, by the numbers of its own file and nothing else.

An answer that is missing, or that she would rather not give, is never counted as the lowest or the highest one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from content.instruments import Instrument, Structure
from flows.model import Checked, Person

FALL, HELD = 10, 2
"""So many points of WHO-5, in so many results in a row, are a fall that holds (clinical facts, section 2)."""
KEPT_FOR = timedelta(days=365)
"""As long as the answers themselves are kept (data minimum of the safety rules)."""


class Result(Struct, frozen=True, kw_only=True):
    """What came of it. `score` and `band` are None and "" where too much is missing.

    `floor` is the band that the given answers reach by themselves, whatever the missing ones are: a result cannot be
    lighter than that. "" where points make it lighter. `points`: what the given answers alone come to.
    """

    answered: int
    asked: int
    score: int | None
    band: str
    floor: str
    points: int = 0


def result_of(structure: Structure, answers: Mapping[str, int | None]) -> Result:
    """Count `answers`, by item; None, or no entry: not given. ValueError where an answer is not on its item's scale."""
    given = []
    for item in structure.counted:
        value = answers.get(item.id)
        if value is not None and value not in structure.values(item):
            raise ValueError(f"{structure.id}.{item.id} has no answer that counts {value}")
        if value is not None:
            given.append(value)
    asked, total = len(structure.counted), sum(given)
    score: int | None = None
    if given and asked - len(given) <= structure.most_missing:
        # The mean of the given answers in place of each missing one; a half counts as a whole.
        score = (2 * total * asked + len(given)) // (2 * len(given)) * structure.times
    return Result(
        answered=len(given),
        asked=asked,
        score=score,
        band="" if score is None else band_of(structure, score),
        floor=band_of(structure, total * structure.times) if given and structure.worse == "up" else "",
        points=total * structure.times,
    )


def band_of(structure: Structure, score: int) -> str:
    """The band a score lies in; "" where there is none."""
    return next((band.id for band in structure.bands if band.least <= score <= band.most), "")


def has_fallen(checked: tuple[Checked, ...], of: str) -> bool:
    """Whether the last two results are each ten points or more below the one before them."""
    scores = [one.score for one in checked if one.of == of and one.score is not None][-HELD - 1 :]
    return len(scores) == HELD + 1 and all(scores[0] - later >= FALL for later in scores[1:])


def kept(checked: tuple[Checked, ...], new: Checked) -> tuple[Checked, ...]:
    """Her results with a new one; those of a year ago and longer go."""
    return (*(one for one in checked if new.at - one.at < KEPT_FOR), new)


def fits(one: Instrument, person: Person) -> bool:
    """Whether the instrument is for somebody of her role."""
    return person.role in one.structure.whom


def may_ask(one: Instrument, person: Person, now: datetime) -> bool:
    """Whether it is for her, permitted, and not asked more often than its file allows."""
    last = [done.at for done in person.profile.checked if done.of == one.structure.id]
    rested = not last or now - max(last) >= timedelta(days=one.structure.again)
    return fits(one, person) and rested and not one.has_expired(now.date())
