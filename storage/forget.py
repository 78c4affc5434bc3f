"""Forgetting a person for good: her rows, her key, and every way by which she could be found again.

What a case keeps is its number, level, category, times and acts. A tombstone (the keyed look-up of her Telegram id,
and when) stays for as long as a backup may: people of a restored backup who were met before their tombstone are
forgotten again. It keeps nobody from joining anew. The list also lies in a file beside the database, because a
backup that is restored brings an old list with it.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import BindParameter, bindparam, case, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.departed import withdraw
from storage.facts import fact, keep_fact
from storage.faults import SealError
from storage.schema import accounts, cases, inbox, keys, parked, people, tombstones
from storage.seal import INTAKE, place
from storage.types import EPOCH, milliseconds

FILE = "forgotten.list"
TRIES, PAUSE = 20, 0.05
"""How often, and after how many seconds, to look for a moment in which nobody reads."""
SCRUB = "scrub"
"""The fact that bytes of somebody forgotten may still lie in the files; its value is new each time."""
KEPT = timedelta(days=90)
"""How long a tombstone stays: backups are kept for at most 30 days, and one may lie about longer than it should."""

_her: BindParameter[Any] = bindparam("her")
ACCOUNT = (
    select(accounts.c.id, accounts.c.lookup, accounts.c.telegram)
    .join(people, people.c.account_id == accounts.c.id)
    .where(people.c.id == _her)
)
BARE = (
    update(cases)
    .where(cases.c.person_id == _her)
    .values(
        taken_by=None,
        matter=None,
        alarm_at=None,
        state="closed",
        closed_at=case(
            (cases.c.closed_at.is_(None), bindparam("when", type_=cases.c.closed_at.type)), else_=cases.c.closed_at
        ),
    )
)
UNHEARD = delete(inbox).where(inbox.c.subject == bindparam("lookup"))
PERSON, KEY = delete(people).where(people.c.id == _her), delete(keys).where(keys.c.id == _her)
NO_ACCOUNT = delete(accounts).where(
    accounts.c.id == bindparam("account"), ~exists().where(people.c.account_id == bindparam("account"))
)
STRANGE = select(parked.c.id, parked.c.content).where(parked.c.person_id.is_(None))
UNPARK = delete(parked).where(parked.c.id == bindparam("row"))
UNBURIED, BURIED = delete(tombstones).where(tombstones.c.lookup == bindparam("stone")), insert(tombstones)
STONES = select(tombstones.c.lookup, tombstones.c.at).order_by(tombstones.c.at)
RISEN = (
    select(people.c.id)
    .join(accounts, people.c.account_id == accounts.c.id)
    .join(tombstones, tombstones.c.lookup == accounts.c.lookup)
    .where(people.c.created_at < tombstones.c.at)
)
LAPSED = delete(tombstones).where(tombstones.c.at < bindparam("before"))


async def destroy(db: Database, conn: AsyncConnection, person: int, now: datetime) -> bool:
    """Forget her, within the caller's transaction; `scrub` has to follow its commit. False: there is no such person."""
    account = (await conn.execute(ACCOUNT, {"her": person})).first()
    if account is None:
        return False
    await db.keys.load(conn, [person, INTAKE])
    await withdraw(db, conn, person, now)
    await _unpark(db, conn, _telegram(db, person, account.id, account.telegram))
    await conn.execute(UNBURIED, {"stone": account.lookup})
    await conn.execute(BURIED, {"lookup": account.lookup, "at": now})
    await conn.execute(BARE, {"her": person, "when": now})
    await conn.execute(UNHEARD, {"lookup": account.lookup})
    await conn.execute(PERSON, {"her": person})
    await conn.execute(NO_ACCOUNT, {"account": account.id})
    await conn.execute(KEY, {"her": person})
    await keep_fact(conn, SCRUB, str(db.ids.next(now)).encode())
    db.keys.forget(person)
    return True


async def rise(db: Database, folder: Path, now: datetime) -> int:
    """At the start: take the list from its file, and forget again whoever a restored backup brought back."""
    async with db.write() as conn:
        await _bury(conn, _later(_read(folder / FILE), dict((await conn.execute(STONES)).all())))
        found = list((await conn.execute(RISEN)).scalars())
        stones = dict((await conn.execute(STONES)).all())
        for person in found:
            await destroy(db, conn, person, now)
        # Forgotten when she asked for it, not when we were reminded: she may have joined anew since.
        await _bury(conn, stones)
    return len(found)


async def scrub(db: Database, folder: Path) -> bool:
    """After somebody was forgotten: write the list down, and leave no byte of hers. False: it has to be tried again."""
    async with db.read() as conn:
        owed = await fact(conn, SCRUB)
        if not owed:
            return True
        stones = dict((await conn.execute(STONES)).all())
    _write(folder / FILE, _later(_read(folder / FILE), stones))
    for _ in range(TRIES):
        if await db.scrub():
            break
        await asyncio.sleep(PAUSE)
    else:
        return False
    async with db.write() as conn:
        if await fact(conn, SCRUB) != owed:
            return False  # somebody was forgotten meanwhile
        await keep_fact(conn, SCRUB, b"")
    return True


async def lapse(conn: AsyncConnection, folder: Path, now: datetime) -> None:
    """Let go of tombstones that no backup can need any more."""
    await conn.execute(LAPSED, {"before": now - KEPT})
    listed = _read(folder / FILE)
    young = {lookup: at for lookup, at in listed.items() if at >= now - KEPT}
    if young != listed:
        _write(folder / FILE, young)


async def _unpark(db: Database, conn: AsyncConnection, telegram: bytes) -> None:
    """What was set aside before it was known to be hers, sealed with the intake's key."""
    for row, content in (await conn.execute(STRANGE)).all() if telegram else ():
        for table, column in (("parked", "content"), ("inbox", "event")):
            with suppress(SealError):
                if telegram in db.keys[INTAKE].open(place(table, column, row, INTAKE), content):
                    await conn.execute(UNPARK, {"row": row})


def _telegram(db: Database, person: int, account: int, sealed: bytes) -> bytes:
    """Her Telegram id as digits; empty if it does not open any more."""
    try:
        return db.keys[person].open(place("accounts", "telegram", account, person), sealed)
    except SealError:
        return b""


async def _bury(conn: AsyncConnection, stones: dict[bytes, datetime]) -> None:
    for lookup, at in stones.items():
        await conn.execute(UNBURIED, {"stone": lookup})
        await conn.execute(BURIED, {"lookup": lookup, "at": at})


def _later(first: dict[bytes, datetime], second: dict[bytes, datetime]) -> dict[bytes, datetime]:
    """Both lists; of one who was forgotten twice, the later time."""
    return first | {lookup: max(at, first.get(lookup, at)) for lookup, at in second.items()}


def _read(file: Path) -> dict[bytes, datetime]:
    """The list in the file. A line that is spoiled is passed over: the others still count."""
    stones: dict[bytes, datetime] = {}
    for line in file.read_text(errors="replace").splitlines() if file.exists() else ():
        with suppress(ValueError, OverflowError):
            lookup, at = line.split()
            stones[bytes.fromhex(lookup)] = EPOCH + timedelta(milliseconds=int(at))
    return stones


def _write(file: Path, stones: dict[bytes, datetime]) -> None:
    """Replace the list, in one step and for good."""
    text = "".join(f"{lookup.hex()} {milliseconds(at)}\n" for lookup, at in stones.items())
    new = file.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
