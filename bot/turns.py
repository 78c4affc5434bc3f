"""The turn: take one event, look at the scene, play it forward, write down what follows.

Turns are taken in batches of distinct people, and a batch is one commit; nothing here waits for the network. A turn
that breaks is tried again alone and at last set aside, with an apology to her and a flag to people. A database that
refuses a batch is asked once more, one turn at a time; if it refuses that too, the process ends and is started again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.bell import rung
from bot.clock import Clock
from bot.door import OnParked
from bot.log import error_kind, fields
from flows.effects import TECH, AnyEffect, Send
from flows.model import Message, Scene
from flows.react import apologise, react
from storage import circles
from storage.claims import Claim
from storage.database import Database
from storage.faults import StorageError
from storage.ledger import Ledger, Outcome

logger = logging.getLogger("bot.turns")

BATCH = 200
TICK = 1.0


class Turns:
    """The loop between inbox and outbox. `wake` says that there may be work; `bell` tells the sender so.

    `circles` takes the turns of circles; whether there was one.
    """

    def __init__(
        self,
        db: Database,
        ledger: Ledger,
        clock: Clock,
        *,
        wake: asyncio.Event,
        bell: asyncio.Event,
        circles: Callable[[], Awaitable[bool]] | None = None,
        on_parked: OnParked | None = None,
    ) -> None:
        self._db = db
        self._ledger = ledger
        self._clock = clock
        self._wake = wake
        self._bell = bell
        self._on_parked = on_parked
        self._circles = circles
        self._singly = 0
        self._circles_due = True
        self._taking: list[tuple[Claim, Scene]] = []

    async def run(self) -> None:
        """Take turns until cancelled; looks for due rows once a second when nothing wakes it."""
        while True:
            self._wake.clear()
            if not await self.batch():
                await rung(self._wake, TICK)

    async def drain(self) -> int:
        """Take turns until there is none to take now; how many batches it took."""
        batches = 0
        while await self.batch():
            batches += 1
        return batches

    async def batch(self) -> bool:
        """One batch of people, one commit, and then circles. False: nobody's turn."""
        took = await self._people()
        if self._circles is None or not self._circles_due or not await self._circles():
            return took
        self._bell.set()
        return True

    async def _people(self) -> bool:
        limit = 1 if self._singly else BATCH
        self._taking = []
        try:
            took = await self._take(limit)
        except (SQLAlchemyError, StorageError) as error:
            if limit > 1:
                logger.warning("a batch was refused, taking its turns singly", extra=fields(error=error))
                self._singly = BATCH
            elif self._taking:
                await self._refused(self._taking[0], error)
            else:
                raise
            return True
        self._singly = max(0, self._singly - 1) if took else 0
        if took:
            self._bell.set()
        return took

    async def _take(self, limit: int) -> bool:
        now = self._clock.now()
        async with self._db.write() as conn:
            taken = await self._ledger.take(conn, now, limit)
            self._taking = taken.turns
            outcomes, broken = played(taken.turns)
            await self._ledger.carry_out(conn, outcomes, now)
            for claim, scene, error in broken:
                logger.error("a turn broke", extra=fields(error=error, count=claim.attempts + 1))
                given_up = await self._ledger.failed(conn, claim, error_kind(error), now)
                if given_up is not None:
                    sorry = _sorry(scene, claim, error)
                    await self._ledger.carry_out(conn, [(given_up, scene, sorry)], now)
            if taken.parked and self._on_parked is not None:
                await self._on_parked(conn, taken.parked)
            self._circles_due = await circles.any_due(conn, now)
        return bool(taken.turns) or bool(taken.parked)

    async def _refused(self, turn: tuple[Claim, Scene], error: Exception) -> None:
        """The database refused one turn taken alone: count it, set it aside at the third time, and go on.

        Raises when the database refuses that too: then it is not the turn, and the process must end.
        """
        logger.error("a turn was refused", extra=fields(error=error, count=turn[0].attempts + 1))
        now = self._clock.now()
        async with self._db.write() as conn:
            given_up = await self._ledger.failed(conn, turn[0], error_kind(error), now)
            if given_up is not None and self._on_parked is not None:
                await self._on_parked(conn, 1)


def _sorry(scene: Scene, claim: Claim, error: Exception) -> list[AnyEffect]:
    """The apology; a bare line to Tech where even that cannot be made."""
    try:
        return apologise(scene, claim.event, error_kind(error))
    except Exception as worse:
        logger.exception("no apology could be made", extra=fields(error=worse))
        return [Send(to=TECH, message=Message(text=f"{error_kind(error)}; {error_kind(worse)}"), silent=True)]


def played(turns: Sequence[tuple[Claim, Scene]]) -> tuple[list[Outcome], list[tuple[Claim, Scene, Exception]]]:
    """What follows from each claim in its scene, and those whose turn broke."""
    outcomes: list[Outcome] = []
    broken: list[tuple[Claim, Scene, Exception]] = []
    for claim, scene in turns:
        try:
            effects: list[AnyEffect] = react(scene, claim.event)
        except Exception as error:  # noqa: BLE001 - whatever broke, the others' turns go on
            broken.append((claim, scene, error))
        else:
            outcomes.append((claim, scene, effects))
    return outcomes, broken
