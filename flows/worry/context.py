"""What we know of her beside her words, and how it changes what concern found in them. It can only raise.

The cases are those of the triage table (its rows on passive wishes, psychosis, feeling estranged, and rule 1). The
month of a birth is all we know of it: a birth counts as late in its month, so that six weeks are never too short.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec import structs

from content.schema import Level
from flows.concern import LEVELS, UNREAD, Finding
from flows.model import Person

WATCHED = timedelta(days=7)
"""A `watch` on another day of the week before makes the next one `concern`."""
MOST_WATCHED = 8
POSTNATAL = timedelta(weeks=6)
AFTER_BIRTH: dict[tuple[str, str], Level] = {
    ("self_harm", "concern"): "urgent",
    ("severe_low_mood", "concern"): "urgent",
    ("psychosis", "urgent"): "now",
}
MINORS = frozenset({"partner_violence", "under_age_or_forced"})
"""Where her being under 18 makes it `urgent` at least."""


def raised(finding: Finding, person: Person, now: datetime) -> Finding:
    """The finding as it counts for this person at this moment: of its own level or a higher one."""
    if is_watch(finding) and any(day < _today(person, now) for day in watched(person, now)):
        finding = structs.replace(finding, level="concern")
    if is_after_birth(person, now):
        finding = after_birth(finding)
    if person.profile.adult is False and finding.category in MINORS:
        finding = structs.replace(finding, level=max(finding.level, "urgent", key=LEVELS.index))
    return finding


def after_birth(finding: Finding) -> Finding:
    """The finding as it counts for a mother in the first six weeks after a birth."""
    return structs.replace(finding, level=AFTER_BIRTH.get((finding.category, finding.level), finding.level))


def is_watch(finding: Finding) -> bool:
    """Whether this says that she has it hard, and no more. A text that could not be read does not."""
    return finding.level == "watch" and finding.category != UNREAD.category


def watched(person: Person, now: datetime) -> tuple[date, ...]:
    """The days of the last seven, and today, on which something to watch was found."""
    since = _today(person, now) - WATCHED
    return tuple(day for day in person.profile.watched if day >= since)


def watched_today(person: Person, now: datetime) -> tuple[date, ...]:
    """The same, with today: what `profile.watched` becomes."""
    return tuple(sorted({*watched(person, now), _today(person, now)}))[-MOST_WATCHED:]


def is_after_birth(person: Person, now: datetime) -> bool:
    """Whether she may have given birth in the last six weeks."""
    if person.stage != "child" or person.role != "mother" or not person.profile.child:
        return False
    year, month = map(int, person.profile.child.split("-"))
    begins = date(year, month, 1)
    ends = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return begins <= _today(person, now) <= ends + POSTNATAL


def _today(person: Person, now: datetime) -> date:
    return now.astimezone(person.tz).date()
