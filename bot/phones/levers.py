"""What the page may move beside the phones: the clock, the bot itself, and Telegram's patience."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.phones.kept import Impossible, Wire

if TYPE_CHECKING:
    from bot.phones.faults import Faults

LONGEST_BUSY = 120
Step = Callable[[Wire], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Levers:
    """The owner's hand-holds; one that is None is not shown on the page.

    `step` is given `{"hours": n}`, `{"days": n}` or `{"to": "next" | "end"}` and returns when what was due is dealt
    with; `cancel` ends it early; `moving` says how far it has come, None when the clock is not being moved;
    `restart` ends the bot and returns when it runs again.
    """

    step: Step | None = None
    cancel: Callable[[], None] | None = None
    moving: Callable[[], Wire | None] = lambda: None
    restart: Callable[[], Awaitable[None]] | None = None


def be_busy(faults: Faults, seconds: int) -> None:
    """Telegram answers 429 for so many real seconds, to everything but the question for news; 0 ends it."""
    if not 0 <= seconds <= LONGEST_BUSY:
        raise Impossible(f"Telegram is busy for 0 to {LONGEST_BUSY} seconds")
    for fault in [one for one in faults.waiting if one.counts_down]:
        faults.lift(fault)
    if seconds:
        faults.too_many(seconds, lasting=float(seconds), sparing="getUpdates", counts_down=True)
