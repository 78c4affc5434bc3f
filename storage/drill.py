"""Somebody made up, for a drill: a person with an account that no phone has, and no trace of her a day after it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import BindParameter, bindparam, delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.desk.drill import KEY, STATE
from flows.effects import Schedule
from flows.model import Person
from storage import due
from storage.database import Database
from storage.schema import accounts, cases, keys, people
from storage.seal import place

NOBODYS: Final = -(10**15)
"""Below this no chat of Telegram's lies: its users count upwards from 1, its groups end at some 13 digits below 0."""
KEPT = timedelta(days=1)
LONGEST = timedelta(days=7)

MADE_UP = select(people.c.id).where(people.c.state == STATE)
"""The people made up: whatever counts or lists cases of all people leaves theirs out, or marks them."""
_of_her = cases.c.person_id == people.c.id
RUNNING = (
    select(people.c.id)
    .where(people.c.state == STATE, ~exists().where(_of_her, cases.c.state == "closed"))
    .order_by(people.c.id.desc())
    .limit(1)
)
OVER = select(people.c.id, people.c.account_id).where(
    people.c.state == STATE,
    exists().where(
        _of_her, cases.c.state == "closed", cases.c.closed_at < bindparam("closed", type_=cases.c.closed_at.type)
    )
    | (people.c.created_at < bindparam("begun", type_=people.c.created_at.type)),
)
OF_CASE = select(cases.c.number).where(cases.c.number == bindparam("case"), cases.c.person_id.in_(MADE_UP))
_all: BindParameter[Any] = bindparam("rows", expanding=True)
GONE = (
    (delete(cases).where(cases.c.person_id.in_(_all)), 0),
    (delete(people).where(people.c.id.in_(_all)), 0),
    (delete(accounts).where(accounts.c.id.in_(_all)), 1),
    (delete(keys).where(keys.c.id.in_(_all)), 0),
)


async def begin(db: Database, conn: AsyncConnection, person: Person, now: datetime) -> None:
    """Have her there; her first words are due at once."""
    her, account = person.id, db.ids.next(now)
    wrapped = db.keys.make(her)
    key, phone = db.keys[her], NOBODYS - account
    await conn.execute(insert(keys), {"id": her, "wrapped": wrapped})
    telegram = key.seal(place("accounts", "telegram", account, her), str(phone).encode())
    await conn.execute(insert(accounts), {"id": account, "lookup": db.master.lookup(phone), "telegram": telegram})
    profile = key.seal(place("people", "profile", her, her), msgspec.json.encode(person.profile))
    named = ("state", "language", "role", "stage", "region", "zone", "talks", "heard_at", "waits_since")
    row = {name: getattr(person, name) for name in named}
    await conn.execute(insert(people), {"id": her, "account_id": account, "created_at": now, **row, "profile": profile})
    await due.plan(db, conn, her, Schedule(key=KEY, at=now, about="0"), now)


async def running(conn: AsyncConnection) -> int | None:
    """The person of the drill that is being played."""
    return (await conn.execute(RUNNING)).scalar()


async def is_drill(conn: AsyncConnection, case: int) -> bool:
    """Whether a case is made up."""
    return (await conn.execute(OF_CASE, {"case": case})).first() is not None


async def clear(db: Database, conn: AsyncConnection, now: datetime) -> int:
    """Take away what is over since a day, case and all; what nobody ever closed, after a week. How many."""
    found = (await conn.execute(OVER, {"closed": now - KEPT, "begun": now - LONGEST})).all()
    for statement, column in GONE if found else ():
        await conn.execute(statement, {"rows": [row[column] for row in found]})
    for person, _ in found:
        db.keys.forget(person)
    return len(found)


def is_nobodys(address: int | str) -> bool:
    """Whether no phone has this address."""
    return isinstance(address, int) and address < NOBODYS
