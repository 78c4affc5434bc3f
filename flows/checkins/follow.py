"""What follows from a result: the table a clinician reads and signs. Thresholds are in the files of the instruments.

Levels and categories are those of the triage table (`score`, `self_harm`), the order of instruments that of the
clinical facts, section 2. `tests/flows/test_follow.py` holds the same table in words, and is what is signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from content.instruments import Instrument
from content.schema import Level
from flows.checkins.instruments import Result
from flows.concern import LEVELS

SCORE, SCORE_SOON = "score", "score_soon"
"""Categories of a case: a probable disorder by its score; the same, and a person within hours (`aims.SOON`)."""
DYING = "self_harm"
PARTLY, FALLEN = "partly", "fallen"
"""In place of a band: too much is missing for a score; points that fell, and stayed so."""


class Follow(Struct, frozen=True, kw_only=True):
    """One row. `words` is what she gets (`content/strings`), `help`: she is asked whether a person may write.

    `then` is the instrument that comes next: offered at once (`now`), or in another sitting (`later`).
    """

    words: str
    level: Level = "none"
    category: str = ""
    help: bool = False
    then: str = ""
    when: Literal["now", "later"] = "later"


THANKS = Follow(words="screening.thanks")
OPEN = Follow(words="screening.partly", help=True)
DOOR_YES = Follow(words="screening.hard", help=True, then="phq9", when="now")
WATCHED = Follow(words="screening.hard", level="watch", category=SCORE, help=True)
CONCERN = Follow(words="screening.carry", level="concern", category=SCORE, help=True)
SOON = Follow(words="screening.carry", level="concern", category=SCORE_SOON, help=True)
URGENT = Follow(words="screening.carry", level="urgent", category=SCORE)


def _and_worry(row: Follow) -> Follow:
    """The same row, and the questions about worry in another sitting."""
    return Follow(
        words=row.words, level=row.level, category=row.category, help=row.help, then="gad7" if row is not URGENT else ""
    )


ROWS: dict[tuple[str, str], Follow] = {
    ("whooley", "no"): THANKS,
    ("whooley", "yes"): DOOR_YES,
    ("whooley", PARTLY): OPEN,
    ("phq9", "minimal"): _and_worry(THANKS),
    ("phq9", "mild"): _and_worry(THANKS),
    ("phq9", "moderate"): _and_worry(CONCERN),
    ("phq9", "moderately_severe"): _and_worry(SOON),
    ("phq9", "severe"): URGENT,
    ("phq9", PARTLY): _and_worry(OPEN),
    ("gad7", "minimal"): THANKS,
    ("gad7", "mild"): THANKS,
    ("gad7", "moderate"): CONCERN,
    ("gad7", "severe"): SOON,
    ("gad7", "most_severe"): URGENT,
    ("gad7", PARTLY): OPEN,
    ("who5", "usual"): THANKS,
    ("who5", "low"): THANKS,
    ("who5", "very_low"): Follow(words="screening.hard", then="whooley", when="now"),
    ("who5", FALLEN): Follow(words="screening.hard", then="whooley", when="now"),
    ("who5", PARTLY): THANKS,
}
"""By instrument of the tree and band."""

PLUGGED: dict[str, Follow] = {
    "below": THANKS,
    "watch": WATCHED,
    "concern": CONCERN,
    "soon": SOON,
    "urgent": URGENT,
    PARTLY: OPEN,
}
"""By band, of every instrument from outside the tree."""

HARM: dict[int, Level] = {1: "concern", 2: "urgent", 3: "urgent"}
"""What an answer to an item about dying brings at once, whatever the total; 0 is no such thought. Above 3: as 3."""


def row_of(one: Instrument, result: Result, answers: Mapping[str, int | None], *, fallen: bool = False) -> Follow:
    """The row of a result. Where too much is missing, what the given answers alone bring, if that is anything."""
    found = _row(one, result.band) if result.band else _partly(one, result)
    if fallen and found is THANKS:
        found = _row(one, FALLEN)
    worried = any(answers.get(item.id) for item in one.structure.items if item.special == "worry")
    return DOOR_YES if worried and found.level == "none" and not found.then else found


def harm_of(one: Instrument, answers: Mapping[str, int | None]) -> Level:
    """The level of her answer to an item about dying: `none` where there is no such item, answer or thought."""
    values = [answers.get(item.id) or 0 for item in one.structure.items if item.special == "harm"]
    levels = [HARM[min(value, max(HARM))] for value in values if value > 0]
    return max(levels, key=LEVELS.index, default="none")


def harm_unsaid(one: Instrument, answers: Mapping[str, int | None]) -> bool:
    """Whether there is an item about dying that she has not answered."""
    return any(answers.get(item.id) is None for item in one.structure.items if item.special == "harm")


def _partly(one: Instrument, result: Result) -> Follow:
    least = _row(one, result.floor) if result.floor else None
    grave = least is not None and (least.level != "none" or least is DOOR_YES)
    return least if least is not None and grave else _row(one, PARTLY)


def _row(one: Instrument, band: str) -> Follow:
    return PLUGGED[band] if one.structure.licence_holder else ROWS[one.structure.id, band]
