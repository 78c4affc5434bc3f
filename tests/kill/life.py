"""One life of the bot: its boundaries counted, its death by its own hand at the one it was given.

A boundary stands before and after every commit that changes something, and before and after every HTTP call: of
`getUpdates`, before the one that confirms and after one that brought something. The hourly sweep and turns with
nothing to do have none.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from bot.request import AiohttpRequest
from tests.kill.clock import SharedClock
from tests.kill.verdict import blotted

NEVER = 0
SHOWN = 24
CHANGES = ("INSERT", "UPDATE", "DELETE", "CREATE")
SWEEP = "DELETE FROM seen"


class Writes:
    """Whether the transaction under way changes anything. One writes at a time on SQLite; on PostgreSQL it blurs."""

    def __init__(self) -> None:
        self.changed = False

    def note(self, _conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """Listens to SQLAlchemy's `before_cursor_execute`."""
        if statement.startswith(CHANGES) and not statement.startswith(SWEEP):
            self.changed = True


@dataclass(frozen=True)
class Fate:
    """Where a life ends: at its `count`-th boundary (0: it goes on), or at the first of these `targets`."""

    count: int = NEVER
    targets: frozenset[str] = frozenset()


class Boundaries:
    """Called by the app as its `boundary`, and around every request."""

    def __init__(self, clock: SharedClock, writes: Writes, fate: Fate = Fate()) -> None:
        self.clock = clock
        self.writes = writes
        self.fate = fate
        self.met: list[str] = []
        self._act = -1
        self._counts: Counter[str] = Counter()
        self._last_sent = ""

    def __call__(self, what: str) -> None:
        """A commit; HTTP is seen where requests are made, also those the app does not tell of."""
        if not what.endswith("commit") or not self.writes.changed:
            return
        who = committing()
        self._meet(f"{what} {who}" + (f" of {self._last_sent}" if who == "send" else ""))
        if what.startswith("after"):
            self.writes.changed = False

    def request(self, what: str, method: str, words: str) -> None:
        """A call goes out, or its answer is there."""
        self._last_sent = words if what.startswith("after") else self._last_sent
        self._meet(f"{what} {method} {words}".strip())

    def _meet(self, label: str) -> None:
        """Stand at a boundary: note it, and die if this is the one."""
        act = self.clock.act
        if act != self._act:
            self._act, self._counts = act, Counter()
        self._counts[label] += 1
        label += f" ({self._counts[label]})" if self._counts[label] > 1 else ""
        self.met.append(f"{act}: {label}")
        found = self.fate.targets.intersection(names(self.met[-1]))
        if found or len(self.met) == self.fate.count:
            self.clock.dies(next(iter(found), self.met[-1]))
            os.kill(os.getpid(), signal.SIGKILL)


def names(where: str) -> tuple[str, str]:
    """A boundary by the act it is met in, and by the one before: people do not wait for what they cannot see."""
    act, _, label = where.partition(": ")
    return where, f"{int(act) - 1}: {label}"


def committing() -> str:
    """Who commits: "receive", "turns", "send", "post"."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith("bot."):
            return module.removeprefix("bot.")
        frame = frame.f_back
    return "storage"


@contextmanager
def listened(boundaries: Boundaries) -> Iterator[None]:
    """Have every request pass two boundaries: as it goes out, and once its answer is there."""
    real = AiohttpRequest.do_request

    async def request(self: AiohttpRequest, url: str, method: str, request_data: Any = None, **more: Any) -> Any:
        name, given = url.rpartition("/")[2], request_data.json_parameters if request_data else {}
        polls, words = name == "getUpdates", blotted(given.get("text") or given.get("name") or "")[:SHOWN]
        if not polls or given.get("offset") not in {None, "0"}:
            boundaries.request("before http", name, words)
        answer = await real(self, url, method, request_data, **more)
        if not polls or not answer[1].endswith(b'"result":[]}'):
            boundaries.request("after http", name, words)
        return answer

    AiohttpRequest.do_request = request  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        AiohttpRequest.do_request = real  # type: ignore[method-assign]
