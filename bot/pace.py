"""How fast Telegram lets us send, counted by the monotonic clock; pure but for the clock it is given.

Three budgets: everything, the bulk lanes within it, and the desk's group by the minute. Of the desk's a share is for
alerts alone and given out evenly, so that whatever stands before it a new alert waits a few seconds. And pauses: a chat that
answered 429 waits alone; when two different chats do so within seconds, the limit is everybody's and all wait a
little. The desk's group has a limit of its own, which says nothing about others.
And once worrying words are heard, all but help gives way for a moment, until their turn is taken and its help sent.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from flows.effects import Lane
from storage.parcel import to_her

SECOND, MINUTE = 1.05, 61.0
"""A second and a minute as we count them: what leaves us evenly may arrive a little closer together."""
BURSTS = 7
TOGETHER = 5.0
LONGEST_HALT = 60.0
GIVE_WAY = 0.5
"""Seconds for which all but help waits at most; a flood of worrying words gets half of the time, not all of it."""
ALERTS = 8 / 18
"""The share of the desk's minute that is for alerts alone: of 18 eight, one in eight seconds."""
BULK = frozenset({Lane.CIRCLE, Lane.WEEKLY})


class Window:
    """At most `most` in any `span` seconds, counted exactly: a bucket would let twice as many pass at an edge."""

    def __init__(self, most: int, span: float) -> None:
        self.most = most
        self.span = span
        self._taken: deque[float] = deque()

    def room(self, now: float) -> int:
        """How many may pass now."""
        self._forget(now)
        return max(0, self.most - len(self._taken))

    def wait(self, now: float) -> float:
        """Seconds until one more may pass; 0 when it may now."""
        self._forget(now)
        if len(self._taken) < self.most:
            return 0.0
        return self._taken[len(self._taken) - self.most] + self.span - now

    def take(self, now: float) -> None:
        """Count one."""
        self._taken.append(now)

    def _forget(self, now: float) -> None:
        while self._taken and self._taken[0] + self.span <= now:
            self._taken.popleft()


class Pace:
    """May this message go now? `monotonic` gives seconds; `every` and `bulk` are per second, `desk` per minute."""

    def __init__(self, monotonic: Callable[[], float], *, every: int = 28, bulk: int = 25, desk: int = 18) -> None:
        self._now = monotonic
        self._every = Window(every, SECOND)
        # A seventh of it in half a seventh of the time: a full second's share never leaves in one breath.
        self._burst = Window(-(-every // BURSTS), SECOND / BURSTS / 2)
        self._bulk = Window(bulk, SECOND)
        alerts = max(1, round(desk * ALERTS)) if desk > 1 else 0
        self._desk = Window(desk - alerts, MINUTE)
        self._alerts = Window(1, MINUTE / alerts if alerts else MINUTE)
        self._paused: dict[str, float] = {}
        self._all_paused = 0.0
        self._last_429: tuple[str, float, float] | None = None
        self._way_begins = self._way_ends = self._way_again = 0.0

    def wait(self, chat: str, lane: Lane, *, desk: bool = False) -> float:
        """Seconds until a message of `lane` may go to `chat`; 0 when it may now. Counts nothing."""
        now = self._now()
        waits = [self._paused.get(chat, 0.0) - now, self._halted(now)]
        if lane is not Lane.SAFETY:
            waits.append(self._way_ends - now)
        if lane in BULK:
            waits.append(self._bulk.wait(now))
        if desk:
            waits.append(self._desk_wait(now, lane))
        return max(0.0, *waits)

    def take(self, lane: Lane, *, desk: bool = False) -> None:
        """Count one message as sent now."""
        now = self._now()
        self._every.take(now)
        self._burst.take(now)
        if lane in BULK:
            self._bulk.take(now)
        if desk and (lane is not Lane.SAFETY or self._desk.wait(now) == 0):
            self._desk.take(now)
        elif desk:
            self._alerts.take(now)

    def take_alerts(self) -> None:
        """Count one list of alerts at the desk as sent now: of their own share, whatever else there is room for."""
        now = self._now()
        self._every.take(now)
        self._burst.take(now)
        self._alerts.take(now)

    def alerts_wait(self) -> float:
        """Seconds until the desk may get a list of alerts: of their own share, so that lists leave room for words."""
        return self._alerts.wait(self._now())

    def pause(self, chat: str, seconds: float, *, desk: bool = False) -> None:
        """Telegram asked this chat to wait. Asked of two chats within seconds, it is meant for all.

        All wait for the shorter of the two: the longer may be that chat's own.
        """
        now = self._now()
        self._paused[chat] = now + seconds
        if desk:
            return
        last, self._last_429 = self._last_429, (chat, now, seconds)
        if last is not None and _whose(last[0]) != _whose(chat) and now - last[1] <= TOGETHER:
            self._all_paused = max(self._all_paused, now + min(last[2], seconds, LONGEST_HALT))

    def give_way(self) -> None:
        """Worrying words were heard: until help is on its way, nothing else starts."""
        now = self._now()
        if now >= self._way_again:
            self._way_begins, self._way_ends, self._way_again = now, now + GIVE_WAY, now + 2 * GIVE_WAY

    def go_on(self) -> None:
        """Help has been sent: the others need not wait any longer, and as long again they need not."""
        now = self._now()
        if now < self._way_ends:
            self._way_ends, self._way_again = now, 2 * now - self._way_begins

    def paused(self) -> frozenset[str]:
        """The chats that wait because Telegram said so; those whose wait is over are forgotten."""
        now = self._now()
        self._paused = {chat: until for chat, until in self._paused.items() if until > now}
        return frozenset(self._paused)

    def room(self) -> int:
        """How many messages may go now over all; 0 while everything waits."""
        now = self._now()
        return 0 if self._all_paused > now else min(self._every.room(now), self._burst.room(now))

    def halted(self) -> float:
        """Seconds for which everything waits; 0 when nothing holds all."""
        return self._halted(self._now())

    def desk_full(self, lane: Lane = Lane.SAFETY) -> bool:
        """Whether the desk's group has had its minute's share of this lane."""
        return self._desk_wait(self._now(), lane) > 0

    def _desk_wait(self, now: float, lane: Lane) -> float:
        wait = self._desk.wait(now)
        return min(wait, self._alerts.wait(now)) if lane is Lane.SAFETY else wait

    def _halted(self, now: float) -> float:
        return max(0.0, self._all_paused - now, self._every.wait(now), self._burst.wait(now))


def _whose(chat: str) -> str:
    """One private chat has several queues (`storage/parcel.py`): what two of them meet is one chat's limit."""
    return chat[1:] if to_her(chat) else chat
