"""The nouns of family links. Each side knows only its own: what it gives, what it takes, and our number of the other.

Nothing is ever computed for one of two people from what is known of the other. What passes between them passes as an
event (`effects.Tell`), and the other's own turn decides whether anything comes of it. So a link that never came about,
one that was left, one that is frozen and one whose other side is silent all look the same.
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
    `linked`. `person` is our number of the other, 0 where there is nobody: that shows nowhere. `gives` and `takes`: the
    pieces this side has ticked. `frozen`: the desk keeps everything back.
    """

    link: int
    who: str
    state: str = "invited"
    person: int = 0
    until: datetime | None = None
    gives: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    frozen: bool = False


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


def fits(invitation: Invitation, code: str, now: datetime) -> bool:
    """Whether this is its code, in time and within the tries."""
    right = hmac.compare_digest(invitation.code, hashed(code, invitation.mark))
    return right and now < invitation.until and invitation.tries < TRIES
