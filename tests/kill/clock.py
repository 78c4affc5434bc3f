"""What the processes of a play share: the time on the wall, which act is being played, how the last life ended.

The wall stands still between acts and moves with them, so that every run of a script reads the same hours; the
monotonic clock is the real one.
"""

from __future__ import annotations

import mmap
import time
from datetime import UTC, datetime, timedelta

BEGINS = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)  # a Monday, 10:00 in Dushanbe
_MILLISECONDS, _ACT = 0, 1  # numbers of eight bytes
_WORDS = 16
_ROOM = 200


class SharedClock:
    """A page of memory shared by fork."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, mmap.PAGESIZE)
        # A view writes a number at one stroke; struct would first write zeros, which another process may read.
        self._numbers = memoryview(self._page).cast("q")

    def __deepcopy__(self, _: object) -> SharedClock:
        return self

    def now(self) -> datetime:
        return BEGINS + self.passed()

    def monotonic(self) -> float:
        return time.monotonic()

    def passed(self) -> timedelta:
        """How long after `BEGINS` it is."""
        return timedelta(milliseconds=self._get(_MILLISECONDS))

    def step_to(self, passed: timedelta) -> None:
        self._put(_MILLISECONDS, passed // timedelta(milliseconds=1))

    def reset(self) -> None:
        """The beginning of a play."""
        self.step_to(timedelta())
        self.act = 0

    @property
    def act(self) -> int:
        """The number of the act being played, from 0."""
        return self._get(_ACT)

    @act.setter
    def act(self, number: int) -> None:
        self._put(_ACT, number)

    def born(self) -> None:
        """A life begins: nothing is known of its end."""
        self.dies("")

    def dies(self, where: str) -> None:
        """Leave word of where a life ended."""
        # Cut at a character, for it is read back as one text.
        encoded = where.encode()[:_ROOM].decode(errors="ignore").encode()
        self._page[_WORDS : _WORDS + _ROOM] = encoded.ljust(_ROOM, b"\0")

    def last_words(self) -> str:
        """Where the last life ended; "" if nobody knows."""
        return self._page[_WORDS : _WORDS + _ROOM].rstrip(b"\0").decode()

    def _get(self, at: int) -> int:
        return self._numbers[at]

    def _put(self, at: int, value: int) -> None:
        self._numbers[at] = value
