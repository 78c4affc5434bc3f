"""Messages promised and not yet sent: what the sender takes next, and what became of it.

The next batch is the head of each chat's queue, most urgent lane first: one row a chat at most, so that a chat's
messages keep their order, an urgent one overtakes, and one blocked chat holds up nobody. A row that was put off
holds back what stands behind it in its chat, but not what is more urgent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import (
    BindParameter,
    String,
    bindparam,
    cast,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    select,
    true,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.effects import Lane, Remove, Schedule
from flows.programme import calendar
from storage import due
from storage.database import Database
from storage.facts import fact, keep_fact
from storage.faults import SealError
from storage.parcel import SPOILED, Parcel, Promise, chat_of, packed, queue, to_her, unpacked
from storage.schema import accounts, cases, outbox, people, sent, topics
from storage.seal import INTAKE, place

LONGEST_WAIT = timedelta(hours=1)
"""What Telegram may ask for at most (`bot/faults.py`)."""
LATE_KEY = "late"
BEGUN = "topic begun"
"""The fact that a topic is being made: Telegram lists no topics, so that a second one could not be found."""

_before = outbox.alias("before")
_head = ~exists().where(
    _before.c.chat == outbox.c.chat,
    _before.c.held == false(),
    tuple_(_before.c.lane, _before.c.id) < tuple_(outbox.c.lane, outbox.c.id),
)


def _heads_of(lane: Lane) -> Any:
    """One lane's heads, oldest first. Lane by lane, so that rows put off to a later time are never walked over."""
    return (
        select(outbox)
        .where(
            outbox.c.held == false(),
            outbox.c.lane == int(lane),
            outbox.c.not_before <= bindparam("now"),
            outbox.c.chat.not_in(bindparam("busy", expanding=True)),
            _head,
        )
        .order_by(outbox.c.not_before, outbox.c.id)
        .limit(bindparam("limit"))
        .subquery()
    )


HEADS = union_all(*(select(_heads_of(lane)) for lane in Lane))
ADDRESSES = (
    select(people.c.id, accounts.c.id.label("account"), accounts.c.telegram)
    .join(accounts, people.c.account_id == accounts.c.id)
    .where(people.c.id.in_(bindparam("people", expanding=True)))
)
_rows: BindParameter[Any] = bindparam("rows", expanding=True)
PUT, DROP = insert(outbox), delete(outbox).where(outbox.c.id.in_(_rows))
PUT_OFF = (
    update(outbox).where(outbox.c.id.in_(_rows)).values(not_before=bindparam("until"), attempts=outbox.c.attempts + 1)
)
HOLD_BACK = (
    update(outbox)
    .where(
        outbox.c.chat == bindparam("queue"),
        outbox.c.held == false(),
        outbox.c.made_at < bindparam("before"),
    )
    .values(held=True)
)
HELD = select(outbox).where(outbox.c.chat == bindparam("queue"), outbox.c.held == true()).order_by(outbox.c.id)
HELD_OTHERS = select(func.count()).where(
    outbox.c.chat == bindparam("queue"), outbox.c.held == true(), outbox.c.lane != int(Lane.WEEKLY)
)
RELEASE = (
    update(outbox)
    .where(outbox.c.chat == bindparam("queue"), outbox.c.held == true())
    .values(held=False, made_at=bindparam("when"), not_before=bindparam("when"))
)
AHEAD = select(exists().where((outbox.c.made_at > bindparam("now")) | (outbox.c.not_before > bindparam("until"))))
MADE_NOW = (
    update(outbox)
    .where(outbox.c.made_at > bindparam("now"))
    .values(made_at=bindparam("now"), not_before=bindparam("now"))
)
NOT_LATER = update(outbox).where(outbox.c.not_before > bindparam("until")).values(not_before=bindparam("until"))
HUSH = delete(outbox).where(
    outbox.c.chat == bindparam("queue"), (outbox.c.lane != int(Lane.SAFETY)) | (outbox.c.held == true())
)
HUSH_ALL = delete(outbox).where(outbox.c.chat == bindparam("queue"))
LAPSE = delete(outbox).where(
    outbox.c.chat == bindparam("queue"), outbox.c.lane == int(Lane.WEEKLY), outbox.c.held == true()
)
WAITING = select(outbox.c.lane, func.count()).group_by(outbox.c.lane)

UNSENT = delete(sent).where(sent.c.chat == bindparam("queue"), sent.c.message_id == bindparam("message"))
# Not for somebody who was forgotten while it was on its way.
SENT = insert(sent).from_select(
    ["chat", "message_id", "slot", "sent_at", "person_id"],
    select(
        bindparam("queue", type_=sent.c.chat.type),
        bindparam("message", type_=sent.c.message_id.type),
        bindparam("name", type_=sent.c.slot.type),
        bindparam("when", type_=sent.c.sent_at.type),
        bindparam("her", type_=sent.c.person_id.type),
    ).where(
        (bindparam("her", type_=sent.c.person_id.type).is_(None))
        | exists().where(people.c.id == bindparam("her", type_=sent.c.person_id.type))
    ),
)
STANDS = (
    select(sent.c.message_id, sent.c.sent_at)
    .where(sent.c.chat == bindparam("queue"), sent.c.slot == bindparam("slot"))
    .order_by(sent.c.message_id.desc())
    .limit(1)
)
SLOTS = (
    select(sent.c.chat, sent.c.slot, func.max(sent.c.message_id))
    .where(tuple_(sent.c.chat, sent.c.slot).in_(bindparam("slots", expanding=True)))
    .group_by(sent.c.chat, sent.c.slot)
)
TOPIC = select(topics.c.thread).where(topics.c.name == bindparam("topic"))
TOPICS = select(topics.c.name, topics.c.thread).where(topics.c.name.in_(bindparam("topics", expanding=True)))
LEFT_OVER = select(topics.c.name).where(
    exists().where(
        topics.c.name == literal("desk:case:") + cast(cases.c.number, String),
        cases.c.state == "closed",
        cases.c.closed_at < bindparam("before"),
    )
)
NO_TOPIC, NEW_TOPIC = delete(topics).where(topics.c.name == bindparam("topic")), insert(topics)


class Row(Struct, frozen=True, kw_only=True):
    """A row to be sent now. `address`: her Telegram chat id, "desk" or "lead:<i>".

    `thread` is the topic's thread id, where the topic has one; `replaces` the message to edit or to take back, where
    the parcel does that to a slot that was sent before. A list of alerts `covers` all their rows, and is written anew
    instead of the message it `renews`. `answers`: the message of the same chat that it is shown to answer.
    """

    id: int
    chat: str
    address: int | str
    person: int | None
    lane: Lane
    made_at: datetime
    attempts: int
    parcel: Parcel
    thread: int | None = None
    replaces: int | None = None
    renews: int | None = None
    answers: int | None = None
    covers: tuple[int, ...] = ()

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of the outbox that this carries out."""
        return self.covers or (self.id,)


class Sent(Struct, frozen=True, kw_only=True):
    """What became of a row: the message it is now, None where it left none (a reaction, a removed topic)."""

    row: Row
    message: int | None
    at: datetime


class Outbox:
    """Reads and settles the outbox. Every method works within the caller's transaction."""

    def __init__(self, db: Database) -> None:
        """Open with the keys of `db`."""
        self._db = db

    async def heads(self, conn: AsyncConnection, now: datetime, busy: Collection[str], limit: int) -> list[Row]:
        """The head of each chat's queue that may go now, most urgent lane first; `busy` chats are left out."""
        found = (await conn.execute(HEADS, {"now": now, "busy": list(busy), "limit": limit})).all()[:limit]
        if not found:
            return []
        await self._db.keys.load(conn, {row.person_id or INTAKE for row in found})
        parcels = {row.id: self._parcel(row) for row in found}
        addresses = await self._addresses(conn, [row.person_id for row in found if to_her(row.chat)])
        threads = await _threads(conn, {parcel.topic for parcel in parcels.values() if parcel.topic})
        slots = await _slots(conn, [(row.chat, slot) for row in found for slot in _looked_up(parcels[row.id])])
        return [self._row(row, parcels[row.id], addresses, threads, slots) for row in found]

    async def put(self, conn: AsyncConnection, person: int | None, effects: Iterable[Promise], now: datetime) -> None:
        """Promise messages outside a turn, sealed for `person`, or with the intake key for the desk's own."""
        await self._db.keys.load(conn, [person or INTAKE])
        rows = [promise(self._db, person, effect, now) for effect in effects]
        if rows:
            await conn.execute(PUT, rows)

    async def done(self, conn: AsyncConnection, results: Sequence[Sent]) -> None:
        """Delete what was sent, and remember which message it is. An edited message keeps its time."""
        if not results:
            return
        await self.drop(conn, [one for result in results for one in result.row.rows])
        told = [result for result in results if result.message is not None and result.message != result.row.replaces]
        if told:
            await conn.execute(UNSENT, [{"queue": result.row.chat, "message": result.message} for result in told])
            await conn.execute(SENT, [_sent(result) for result in told])

    async def drop(self, conn: AsyncConnection, rows: Sequence[int]) -> None:
        """Give up rows by id."""
        await conn.execute(DROP, {"rows": list(rows)})

    async def put_off(self, conn: AsyncConnection, rows: Sequence[int], until: datetime) -> None:
        """Try these rows again, not before `until`; each counts one attempt more."""
        await conn.execute(PUT_OFF, {"rows": list(rows), "until": until})

    async def pull_in(self, conn: AsyncConnection, now: datetime) -> None:
        """After the clock was set back: what was made in the future is of now, and nothing waits over an hour.

        No row is ever put off for longer, and one that waits holds back all that stands behind it in its chat.
        """
        if (await conn.execute(AHEAD, {"now": now, "until": now + LONGEST_WAIT})).scalar():
            await conn.execute(MADE_NOW, {"now": now})
            await conn.execute(NOT_LATER, {"until": now + LONGEST_WAIT})

    async def receipts(self, conn: AsyncConnection, person: int) -> list[int]:
        """The desk's messages whose words are kept back for her."""
        found = await conn.execute(HELD, {"queue": chat_of(person)})
        parcels = [self._parcel(row) for row in found]
        return [parcel.receipt for parcel in parcels if parcel.receipt and not parcel.stands]

    async def hold_back(self, conn: AsyncConnection, person: int, now: datetime) -> int:
        """Keep back what is late for her, and plan the knock that announces it.

        Returns how many rows were held.
        """
        late = {"queue": chat_of(person), "before": now - calendar.LATE}
        held = (await conn.execute(HOLD_BACK, late)).rowcount
        if held:
            others = (await conn.execute(HELD_OTHERS, {"queue": chat_of(person)})).scalar_one()
            about = "" if others else calendar.WEEKLY_ALONE
            await due.plan(self._db, conn, person, Schedule(key=LATE_KEY, at=now, about=about), now)
        return held

    def _parcel(self, row: Any) -> Parcel:
        owner = row.person_id or INTAKE
        try:
            return unpacked(self._db.keys[owner].open(place("outbox", "parcel", row.id, owner), row.parcel))
        except (SealError, msgspec.MsgspecError):
            return SPOILED

    def _row(
        self,
        row: Any,
        parcel: Parcel,
        addresses: dict[int, int],
        threads: dict[str, int],
        slots: dict[tuple[str, str], int],
    ) -> Row:
        hers = to_her(row.chat)
        address = addresses.get(row.person_id) if hers else row.chat
        return Row(
            id=row.id,
            chat=row.chat,
            address=0 if address is None else address,
            person=row.person_id,
            lane=Lane(row.lane),
            made_at=row.made_at,
            attempts=row.attempts,
            parcel=SPOILED if address is None else parcel,
            thread=threads.get(parcel.topic),
            replaces=slots.get((row.chat, parcel.slot)) if _looks_back(parcel) else None,
            answers=slots.get((row.chat, parcel.answers)) if parcel.answers else None,
        )

    async def _addresses(self, conn: AsyncConnection, persons: Sequence[int]) -> dict[int, int]:
        if not persons:
            return {}
        found = {}
        for row in await conn.execute(ADDRESSES, {"people": persons}):
            try:
                at = place("accounts", "telegram", row.account, row.id)
                found[row.id] = int(self._db.keys[row.id].open(at, row.telegram))
            except SealError:
                continue
        return found


def promise(db: Database, person: int | None, effect: Promise, now: datetime, *, held: bool = False) -> dict[str, Any]:
    """An effect as its row. The keys of `person` (or the intake's) must be loaded."""
    id, owner = db.ids.next(now), person or INTAKE
    return {
        "id": id,
        "chat": queue(effect, owner),
        "person_id": person,
        "lane": int(Lane.REPLY if isinstance(effect, Remove) else effect.lane),
        "made_at": now,
        "not_before": now,
        "held": held,
        "attempts": 0,
        "parcel": db.keys[owner].seal(place("outbox", "parcel", id, owner), packed(effect)),
    }


class Standing(Struct, frozen=True):
    """A message that was sent to a slot, and when."""

    message: int
    at: datetime


async def standing(conn: AsyncConnection, chat: str, slot: str) -> Standing | None:
    """The newest message sent to `slot` of `chat`, and when it was sent."""
    found = (await conn.execute(STANDS, {"queue": chat, "slot": slot})).first()
    return Standing(found.message_id, found.sent_at) if found is not None else None


async def all_standing(conn: AsyncConnection, chat: str, slot: str) -> list[int]:
    """Every message sent to `slot` of `chat`: a post may have been shown more than once."""
    found = select(sent.c.message_id).where(sent.c.chat == chat, sent.c.slot == slot)
    return list((await conn.execute(found.order_by(sent.c.message_id))).scalars())


async def topic(conn: AsyncConnection, name: str) -> int | None:
    """The thread id of a desk topic, None if it is not made yet."""
    return (await conn.execute(TOPIC, {"topic": name})).scalar()


async def save_topic(conn: AsyncConnection, name: str, thread: int) -> None:
    """Remember a topic's thread id; a new one replaces the old."""
    await forget_topic(conn, name)
    await drop_topic(conn)
    await conn.execute(NEW_TOPIC, {"name": name, "thread": thread})


async def begin_topic(conn: AsyncConnection, name: str) -> str:
    """Note that a topic is about to be made: the one that was begun before and never came to an end, or ""."""
    before = (await fact(conn, BEGUN)).decode()
    await keep_fact(conn, BEGUN, name.encode())
    return before


async def drop_topic(conn: AsyncConnection) -> None:
    """The topic that was begun was not made."""
    await keep_fact(conn, BEGUN, b"")


async def left_over(conn: AsyncConnection, before: datetime) -> list[str]:
    """The topics of cases closed before that moment."""
    return list((await conn.execute(LEFT_OVER, {"before": before})).scalars())


async def forget_topic(conn: AsyncConnection, name: str) -> None:
    """The topic is gone."""
    await conn.execute(NO_TOPIC, {"topic": name})


async def waiting(conn: AsyncConnection) -> dict[Lane, int]:
    """How many rows wait in each lane, held ones included."""
    counts: dict[int, int] = dict((await conn.execute(WAITING)).all())
    return {lane: counts.get(int(lane), 0) for lane in Lane}


def _looks_back(parcel: Parcel) -> bool:
    """Whether it is about a message sent before."""
    return parcel.edit or parcel.retract


def _looked_up(parcel: Parcel) -> list[str]:
    """The slots that the sender has to know the messages of."""
    return [slot for slot in (parcel.slot if _looks_back(parcel) else "", parcel.answers) if slot]


def _sent(result: Sent) -> dict[str, Any]:
    row = result.row
    return {
        "queue": row.chat,
        "message": result.message,
        "name": row.parcel.slot,
        "when": result.at,
        "her": row.person if to_her(row.chat) else None,
    }


async def _threads(conn: AsyncConnection, names: Collection[str]) -> dict[str, int]:
    if not names:
        return {}
    return dict((await conn.execute(TOPICS, {"topics": list(names)})).all())


async def _slots(conn: AsyncConnection, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    if not wanted:
        return {}
    return {(chat, slot): message for chat, slot, message in await conn.execute(SLOTS, {"slots": list(wanted)})}
