"""Who works at the desk and what they have agreed on. Part of every scene; only orders of the desk change it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from flows.desk.aims import Aims
from flows.desk.announcement import Announcement
from flows.desk.load import Measures
from flows.desk.rota import Rota

Role = Literal["moderator", "facilitator", "lead", "director"]

ORDERS = (
    "capacity",
    "flags",
    "duty",
    "aims",
    "people",
    "calls",
    "debriefs",
    "reviews",
    "announce",
    "drill",
    "map",
    "verify",
    "record",
    "circles",
)
"""The orders there are, without their slash."""
QUOTING = frozenset({"announce"})
"""Those whose words may also stand in the message they answer."""

VOICE, FORWARDED = "voice", "forwarded"
"""A voice note of somebody who works here, in her own chat: the name it comes by, and what is said of one sent before."""
ANSWER = "answer"
"""The name by which words come that somebody who works here wrote, in her own chat, in answer to a message of ours."""


class Member(Struct, frozen=True, kw_only=True):
    """Somebody who may act at the desk. `row` is our number, `id` Telegram's; `name` is "" until she has acted."""

    row: int
    id: int
    name: str = ""
    role: Role = "moderator"


class Invite(Struct, frozen=True):
    """A link that lets one person in, once. `mark` is what its code hashes to, `by` the Telegram number of who gave it."""

    mark: str
    role: Role
    until: datetime
    by: int


class Debrief(Struct, frozen=True):
    """What somebody answered after a red case, by the questions' order. `who` is our number of her."""

    case: int
    who: int
    at: datetime
    answers: tuple[str, ...] = ()


class Checked(Struct, frozen=True, kw_only=True):
    """Somebody rang a number, and the right people answered."""

    number: str
    by: str
    on: date


class Leading(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How somebody leads circles: `most` at once (None: as her role has it), in which `languages` (none: in all we speak).

    `digest`: she reads them twice a day, not post by post. `off_until`: she has a week off, and her circles rest.
    """

    most: int | None = None
    languages: tuple[str, ...] = ()
    digest: bool = False
    off_until: datetime | None = None


class Book(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the desk keeps of itself: kept as one sealed value, so that a field more needs no migration.

    `rota_before` is the rota as it was before its last change, for whoever takes that back.
    """

    rota: Rota = Rota()
    rota_before: Rota | None = None
    aims: Aims = Aims()
    measures: Measures = Measures()
    invites: tuple[Invite, ...] = ()
    debriefs: tuple[Debrief, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    checked: dict[str, Checked] = {}
    """Numbers by their id: when they were last rung, beside what numbers.yaml says."""
    leading: dict[int, Leading] = {}
    """How somebody leads circles, by our number of her; what `Leading` says where she has not said."""
