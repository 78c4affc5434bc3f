"""The turn's reader and writer: whose turn it is, what they may look at, and what follows, as rows.

`carry_out` is the only place where effects become rows: the effects of each turn are folded first (`turn.py`, one
readable `match`), then the rows of the whole batch are written together, table by table (`sheet.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.effects import AnyEffect
from flows.model import Scene
from storage import claims, forget, record
from storage.claims import Claim
from storage.database import Database
from storage.faults import SealError, StorageError
from storage.inbox import Inbox
from storage.reword import reword
from storage.samples import DRAWN, TRIM, Samples
from storage.scenes import Scenes
from storage.schema import cases
from storage.seal import INTAKE
from storage.sheet import Sheet
from storage.turn import Turn

Outcome = tuple[Claim, Scene, Sequence[AnyEffect]]

LEVEL = select(cases.c.level).where(cases.c.number == bindparam("case"))


class Taken(msgspec.Struct, frozen=True):
    """A batch to be played. `parked`: how many events were set aside because they or their scene do not open."""

    turns: list[tuple[Claim, Scene]]
    parked: int


class Ledger:
    """Every method works within the caller's transaction: claim, scenes and carry_out belong to the same one."""

    def __init__(self, db: Database, scenes: Scenes, samples: Samples) -> None:
        """`scenes` loads what turns look at; from `samples` goes what somebody wrote who is not to be read any more."""
        self._db = db
        self._scenes = scenes
        self._inbox = Inbox(db)
        self._samples = samples

    async def take(self, conn: AsyncConnection, now: datetime, limit: int) -> Taken:
        """Up to `limit` events of distinct people with their scenes, most urgent first; a failed one comes alone.

        Whoever's row or scene does not open any more is set aside, so that the others' turns go on.
        """
        claimed = await claims.claim(self._db, conn, now, limit)
        scenes = await self._scenes.load(conn, claimed.claims, now)
        turns = [(claim, scene) for claim, scene in zip(claimed.claims, scenes, strict=True) if scene is not None]
        spoiled = [claim for claim, scene in zip(claimed.claims, scenes, strict=True) if scene is None]
        for claim in spoiled:
            await claims.park(self._db, conn, claim, SealError.__name__, now)
        return Taken(turns, claimed.parked + len(spoiled))

    async def claim(self, conn: AsyncConnection, now: datetime, limit: int) -> list[Claim]:
        """Whose turn it is, without a scene."""
        return (await claims.claim(self._db, conn, now, limit)).claims

    async def scenes(self, conn: AsyncConnection, taken: Sequence[Claim], now: datetime) -> list[Scene]:
        """One scene a claim, in their order. SealError if anything in them does not open."""
        loaded = await self._scenes.load(conn, taken, now)
        scenes = [scene for scene in loaded if scene is not None]
        if len(scenes) < len(loaded):
            raise SealError("something of a person's does not open: take her turn singly, or set it aside")
        return scenes

    async def failed(self, conn: AsyncConnection, claim: Claim, why: str, now: datetime) -> Claim | None:
        """Note a failed turn. The claim comes back, without a row, once it will not be tried again soon."""
        return await claims.failed(self._db, conn, claim, why, now)

    async def carry_out(self, conn: AsyncConnection, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Write down what follows from a batch of turns, and delete their events.

        StorageError if one of the events was no longer there: then nothing of the batch may be committed.
        """
        await self._db.keys.load(conn, [INTAKE, *(scene.person.id for _, scene, _ in outcomes if scene.known)])
        sheet = Sheet(self._db, now)
        for claim, scene, effects in outcomes:
            turn = Turn(claim, scene)
            for effect in effects:
                turn.take(effect)
            sheet.write(turn)
        await _delete_events(conn, [claim for claim, _, _ in outcomes])
        for statement, rows in sheet.rows.items():
            if rows:
                await conn.execute(statement, rows)
        await record.write(self._db, conn, sheet.acts, now)
        if sheet.rows[DRAWN]:
            await conn.execute(TRIM)
        await self._inbox.tell_all(conn, sheet.told, now)
        for person in sheet.reworded:
            await reword(self._db, conn, person)
        for person in sheet.emptied:
            await self._samples.withdraw(conn, person, now)
        for person in sheet.forgotten:
            await forget.destroy(self._db, conn, person, now)


async def _delete_events(conn: AsyncConnection, taken: Sequence[Claim]) -> None:
    for source, statement in claims.DROP.items():
        rows = [claim.row for claim in taken if claim.source == source and claim.row]
        if rows and (await conn.execute(statement, {"rows": rows})).rowcount != len(rows):
            raise StorageError("an event had its turn already, in another process")


async def level_of(conn: AsyncConnection, case: int) -> str:
    """The level of a case, for its topic's title; `watch` when there is no such case any more."""
    found = (await conn.execute(LEVEL, {"case": case})).scalar_one_or_none()
    return str(found or "watch")
