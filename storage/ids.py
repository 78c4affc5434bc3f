"""Ids that are made before the insert and grow with time.

Made before, because a sealed column binds the id of its own row. Growing, because the order of the inbox and of
each chat is the order of ids: a clock set back must not reorder what she said.
"""

from __future__ import annotations

from datetime import datetime

from storage.types import milliseconds

COUNTER_BITS = 20


class Ids:
    """A source of ids for one process: milliseconds << 20, and a counter where that would not grow."""

    def __init__(self, last: int = 0) -> None:
        """Begin above `last`, the highest id the database holds."""
        self._last = last

    def next(self, now: datetime) -> int:
        """The next id: 63 bits, above every id given before."""
        self._last = max(self._last + 1, milliseconds(now) << COUNTER_BITS)
        return self._last
