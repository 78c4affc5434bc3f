"""Words of the desk that were edited while they wait for her: she gets the new ones, and never sees the old.

An edit is a row behind the one it changes, and is sent into the message that has become of it. While that one still
waits, its words are changed where they are, and the edit waits as it does; nothing tells whether it is on its way at
this moment, so the edit is sent all the same.
"""

from __future__ import annotations

import msgspec
from msgspec import structs
from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.faults import SealError
from storage.parcel import Parcel, chat_of, unpacked
from storage.schema import outbox
from storage.seal import place

UNSENT = (
    select(outbox.c.id, outbox.c.held, outbox.c.parcel).where(outbox.c.chat == bindparam("queue")).order_by(outbox.c.id)
)
CHANGED = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(held=bindparam("waits"), parcel=bindparam("sealed", type_=outbox.c.parcel.type))
)


async def reword(db: Database, conn: AsyncConnection, person: int) -> None:
    """Bring what waits in her queue to the words it was edited to. Her key must be loaded."""
    waiting: dict[str, tuple[int, bool, Parcel]] = {}
    for row in (await conn.execute(UNSENT, {"queue": chat_of(person)})).all():
        try:
            parcel = unpacked(db.keys[person].open(place("outbox", "parcel", row.id, person), row.parcel))
        except (SealError, msgspec.MsgspecError):
            continue
        if not parcel.stands:
            if parcel.slot:
                waiting[parcel.slot] = (row.id, row.held, parcel)
        elif parcel.slot in waiting:
            first, held, old = waiting[parcel.slot]
            old = structs.replace(old, message=parcel.message)
            waiting[parcel.slot] = (first, held, old)
            await _change(db, conn, person, first, old, held=held)
            await _change(db, conn, person, row.id, parcel, held=held)


async def _change(db: Database, conn: AsyncConnection, person: int, row: int, parcel: Parcel, *, held: bool) -> None:
    sealed = db.keys[person].seal(place("outbox", "parcel", row, person), msgspec.json.encode(parcel))
    await conn.execute(CHANGED, {"row": row, "waits": held, "sealed": sealed})
