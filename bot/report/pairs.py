"""The pairs themselves, for the statistician alone: scores and weeks under names that last for one file.

Only people with the consent to research; no date, no place, no language, nothing else of anybody. The names are drawn
anew for each file and kept nowhere. Whoever has two files can still lay equal scores beside each other: so the file
goes to one named person, and the page to everybody else.
"""

from __future__ import annotations

import csv
import hmac
import io
from collections.abc import Callable

from bot.report.change import Change, Found, all_in_pairs

COLUMNS = ("person", "check-in", "start_week", "start", "end_week", "end")
SALT, DIGITS = 32, 12
"""Bytes of the salt; hexadecimal digits of a name."""


def written(found: Change, chance: Callable[[int], bytes]) -> str | None:
    """As CSV, in the order of the names. None: fewer than ten people, or a number of them that is withheld elsewhere."""
    shown = [one for one in found.found if one.n is not None]
    if all_in_pairs(found) is None:
        return None
    salt = chance(SALT)
    rows = sorted(row for one in shown for row in _rows(one, salt))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue()


def _rows(one: Found, salt: bytes) -> list[tuple[str, str, int, int, int, int]]:
    return [
        (_name(salt, pair.person), one.instrument, pair.before_week, pair.before, pair.after_week, pair.after)
        for pair in one.pairs
    ]


def _name(salt: bytes, person: int) -> str:
    return f"p-{hmac.digest(salt, str(person).encode(), 'sha256').hex()[:DIGITS]}"
