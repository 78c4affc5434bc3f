"""What leads tell everybody at once: written by one, agreed to by another, stopped by any.

Its words stand in the desk's book, by language. Each person's turn looks there: what was stopped reaches nobody
from that moment on, however far its way was.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct, structs

KEPT = 10
"""How many the book holds. The words of an older one, knocked and never opened, are gone."""
FRESH = timedelta(days=7)
"""An announcement not agreed to for so long is of another week: it has to be written anew."""
LONGEST = 600
"""Characters of a text: the most for a message to her (product description, section 2)."""
BLANK = re.compile(r"\(\s*(?:…|\.\.\.)\s*\)")
"""What a template leaves to be filled in."""
_PART = re.compile(r"^[ \t]*([a-z]{2})[ \t]*:[ \t]*", re.IGNORECASE | re.MULTILINE)

State = Literal["asked", "agreed", "stopped"]


class Announcement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`by` and `agreed_by` are Telegram's numbers of the two who answer for it. `texts` by language."""

    number: int
    texts: dict[str, str]
    by: int
    made_at: datetime
    state: State = "asked"
    agreed_by: int = 0
    spread: bool = False


def found(announcements: tuple[Announcement, ...], number: int) -> Announcement | None:
    """The announcement with this number, if it is still kept."""
    return next((one for one in announcements if one.number == number), None)


def with_one(announcements: tuple[Announcement, ...], new: Announcement) -> tuple[Announcement, ...]:
    """The announcements with this one in its place, or behind the others; the oldest over KEPT go."""
    if found(announcements, new.number) is None:
        return (*announcements, new)[-KEPT:]
    return tuple(new if one.number == new.number else one for one in announcements)


def next_number(announcements: tuple[Announcement, ...]) -> int:
    """A number no announcement has had."""
    return max((one.number for one in announcements), default=0) + 1


def stopped(one: Announcement) -> Announcement:
    """The same, from now on for nobody."""
    return structs.replace(one, state="stopped")


def texts_in(words: str) -> dict[str, str]:
    """The texts in an order: each begins on a line of its own with its language and a colon. {} if none does."""
    parts = _PART.split(words)
    if parts[0].strip():
        return {}
    return {code.lower(): text.strip() for code, text in zip(parts[1::2], parts[2::2], strict=True)}
