"""The nouns of family links. Each side knows only its own: what it gives, what it takes, and our number of the other.

Nothing is ever computed for one of two people from what is known of the other. What passes between them passes as an
event (`effects.Tell`), and the other's own turn decides whether anything comes of it. So a link that never came about,
one that was left, one that is frozen and one whose other side is silent all look the same.

What may show all the same, and no more (`tests/test_family_leaks.py`, `tests/flows/family` hold it):

* To her: that somebody came by her invitation and knew the digits. She is asked at her own minute of the day after.
* To him: that her yes held for a day. He asked, and she answered him. He hears it at his own minute, on the third,
  sixth, ninth ... day after his digits (`HEARS`): not when she tapped, nor on which day. That she left, was frozen or was
  forgotten after that day does not take it back; before it, it looks like a no.
* To either: a piece that both have ticked.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from msgspec import Struct

NOTE, THOUGHT, GO, ANSWER = "note", "thought", "go", "answer"
PIECES = (NOTE, THOUGHT, GO, ANSWER)
"""What can pass: three lines for the child, "I am thinking of you", a have-a-go to do together; and a line or a heart back."""
HUSBAND, GRANDMOTHER, MOTHER = "husband", "grandmother", "mother"
LASTS = timedelta(hours=48)
"""How long an invitation can be used."""
TRIES = 5
"""How often its code may be typed."""
COOLS = timedelta(hours=24)
"""Between the yes of both and the link: either can still let it go."""
DIGITS = 6
HEARS = timedelta(days=3)
"""Whoever typed digits hears of the link only so many days after them, or twice, three times as many."""
ASKED_MOST = 3
"""How often she is asked about somebody who came. Then the invitation is over, as after a no."""
COMES: dict[str, frozenset[str]] = {HUSBAND: frozenset({"father"}), GRANDMOTHER: frozenset({"grandmother", "carer"})}
"""Which roles an invitation of each kind is good for."""


class Invitation(Struct, frozen=True, kw_only=True):
    """An invitation somebody came by, found by its `mark`: whose link it would be, and what its code hashes to."""

    mark: str
    link: int
    mother: int
    who: str
    code: str
    until: datetime
    tries: int = 0


class Kin(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One link as one of the two has it. `who` the other is to her: HUSBAND, GRANDMOTHER, or MOTHER.

    `state`: `invited` (nobody came yet), `asked` (somebody came by it and she is asked), `cooling` (until `until`),
    `agreed` (on the other side: it is there, and is told at `HEARS`), `linked`. `person` is our number of the other, 0
    where there is nobody: that shows nowhere. `gives` and `takes`: the pieces this side has ticked. `frozen`: everything
    is kept back, and neither side is told. `since`: when the digits were typed, on the side that typed them. `asked`:
    how often she was asked.
    """

    link: int
    who: str
    state: str = "invited"
    person: int = 0
    until: datetime | None = None
    gives: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    frozen: bool = False
    since: datetime | None = None
    asked: int = 0


class Parcel(Struct, frozen=True, kw_only=True):
    """A piece that came through a link and waits for its hour."""

    link: int
    piece: str
    words: str
    at: datetime


def marked(token: str) -> str:
    """What is kept of an invitation's token, which is 128 bits of chance."""
    return hashlib.sha256(token.encode()).hexdigest()


def hashed(code: str, mark: str) -> str:
    """What is kept of a spoken code: good against a glance at the table, no more; its five tries protect it."""
    return hashlib.sha256(f"{mark}:{code}".encode()).hexdigest()


def numbered(mark: str, chance: int) -> int:
    """A number for a link, from which neither its token nor its code can be found again."""
    return int(hashlib.sha256(f"{mark}/{chance}".encode()).hexdigest()[:15], 16)


def fits(invitation: Invitation, code: str, now: datetime) -> bool:
    """Whether this is its code, in time and within the tries."""
    right = hmac.compare_digest(invitation.code, hashed(code, invitation.mark))
    return right and now < invitation.until and invitation.tries < TRIES
