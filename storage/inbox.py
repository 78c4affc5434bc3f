"""What happened, stored before it is acknowledged: one row per event, sealed, in the order it arrived.

A row belongs to a *subject*, the account it is about: she herself, or, for what moderators do, the person of the
case. Turns are taken one per subject at a time, so the subject is what keeps her order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.events import AnyEvent, DeskSaid, DeskShowed, DeskTapped, Left, Reacted, Returned, Said, Showed
from storage.database import Database
from storage.parcel import DESK_CHAT
from storage.schema import CALM, accounts, cases, inbox, parked, people, seen, sent, topics
from storage.seal import INTAKE, place

REMEMBERED = timedelta(hours=48)
"""How long an update id is known again; Telegram restarts its numbers after a quiet week."""
RANKS = {"now": 0, "urgent": 1, "concern": 2, "watch": 3, "none": CALM}
CASE_TOPIC = "desk:case:"
OF_A_CASE = ("hers:", "card:", "alert:")
"""How the slots of messages at the desk that stand for a case begin; its number follows."""

DESK = DeskSaid | DeskShowed | DeskTapped
OF_THE_KNOWN = Left | Returned | Reacted
"""Of a stranger these say nothing: whoever was forgotten and then blocks the bot must not be met anew by it."""

SEEN = select(seen.c.update_id).where(seen.c.update_id.in_(bindparam("ids", expanding=True)))
BY_LOOKUP = (
    select(accounts.c.lookup, people.c.id)
    .join(people, people.c.account_id == accounts.c.id)
    .where(accounts.c.lookup.in_(bindparam("lookups", expanding=True)))
)
BY_PERSON = (
    select(people.c.id, accounts.c.lookup)
    .join(people, people.c.account_id == accounts.c.id)
    .where(people.c.id.in_(bindparam("people", expanding=True)))
)
BY_CASE = (
    select(cases.c.number, people.c.id, accounts.c.lookup)
    .join(people, people.c.id == cases.c.person_id)
    .join(accounts, people.c.account_id == accounts.c.id)
    .where(cases.c.number.in_(bindparam("numbers", expanding=True)))
)
BY_THREAD = select(topics.c.thread, topics.c.name).where(topics.c.thread.in_(bindparam("threads", expanding=True)))
BY_REPLY = select(sent.c.message_id, sent.c.slot).where(
    sent.c.chat == DESK_CHAT, sent.c.message_id.in_(bindparam("messages", expanding=True))
)
PUT, SEE, PARK = insert(inbox), insert(seen), insert(parked)
FORGET_SEEN = delete(seen).where(seen.c.seen_at < bindparam("before"))


class Arrival(Struct, frozen=True, kw_only=True):
    """An event as the edge hands it over.

    `sender`: the Telegram id of a private chat's owner. For events of the desk: `case`, its number, or `thread`,
    the desk topic it happened in. Outside a case's topic the case is that of the words, card or alert answered; an
    event whose case is not found is dropped.
    """

    update_id: int
    sender: int | None = None
    case: int | None = None
    thread: int | None = None
    event: AnyEvent


class Letter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is sealed in an inbox row. The sender is kept only where the account does not exist yet."""

    sender: int | None = None
    event: AnyEvent


class Owner(Struct, frozen=True):
    """Whom an arrival is about. `person` is None for somebody not met yet."""

    subject: bytes
    person: int | None = None
    case: int | None = None
    sender: int | None = None


def rank(event: AnyEvent) -> int:
    """How soon a person has to look: 0 (`now`) to 3 (`watch`), 4 without a finding."""
    if isinstance(event, Said | Showed) and event.finding is not None:
        return RANKS.get(event.finding.level, RANKS["urgent"])
    return CALM


class Inbox:
    """Writes the inbox. Every method works within the caller's transaction."""

    def __init__(self, db: Database) -> None:
        """Seal with the keys of `db`."""
        self._db = db

    async def put(self, conn: AsyncConnection, arrivals: Sequence[Arrival], now: datetime) -> int:
        """Store those not seen before, in their order. Returns how many events were stored."""
        fresh = await _fresh(conn, arrivals)
        if not fresh:
            return 0
        await conn.execute(SEE, [{"update_id": arrival.update_id, "seen_at": now} for arrival in fresh])
        owners = await self._owners(conn, fresh)
        found = [(owner, arrival.event) for owner, arrival in zip(owners, fresh, strict=True) if owner is not None]
        return await self._store(conn, found, now)

    async def fresh(self, conn: AsyncConnection, arrivals: Sequence[Arrival]) -> list[Arrival]:
        """Those not seen before."""
        return await _fresh(conn, arrivals)

    async def tell(self, conn: AsyncConnection, person: int, event: AnyEvent, now: datetime) -> bool:
        """Store an event that Telegram did not send but let us know (she blocked the bot). False: nobody there."""
        row = (await conn.execute(BY_PERSON, {"people": [person]})).first()
        return row is not None and bool(await self._store(conn, [(Owner(row.lookup, person), event)], now))

    async def tell_all(self, conn: AsyncConnection, told: Sequence[tuple[int, AnyEvent]], now: datetime) -> None:
        """Store events of persons that another turn brought about, in their order. Who is gone is passed over."""
        people = {person for person, _ in told}
        if people:
            known = dict((await conn.execute(BY_PERSON, {"people": list(people)})).all())
            found = [(Owner(known[person], person), event) for person, event in told if person in known]
            await self._store(conn, found, now)

    async def hand_back(self, conn: AsyncConnection, arrival: Arrival, now: datetime) -> None:
        """Store what was taken for an order of the desk and is its sender's own after all."""
        found = [(owner, arrival.event) for owner in await self._owners(conn, [arrival]) if owner is not None]
        await self._store(conn, found, now)

    async def park(self, conn: AsyncConnection, raw: bytes, update_id: int, why: str, now: datetime) -> bool:
        """Keep an update nobody could read, sealed, for a person to look at. `why` holds no words of hers.

        False if it was seen before.
        """
        if (await conn.execute(SEEN, {"ids": [update_id]})).first() is not None:
            return False
        await conn.execute(SEE, {"update_id": update_id, "seen_at": now})
        row = self._db.ids.next(now)
        content = self._db.keys[INTAKE].seal(place("parked", "content", row, INTAKE), raw)
        await conn.execute(PARK, {"id": row, "person_id": None, "parked_at": now, "why": why, "content": content})
        return True

    async def forget_seen(self, conn: AsyncConnection, now: datetime) -> int:
        """Forget update ids older than two days. Returns how many."""
        return (await conn.execute(FORGET_SEEN, {"before": now - REMEMBERED})).rowcount

    async def _store(self, conn: AsyncConnection, found: Sequence[tuple[Owner, AnyEvent]], now: datetime) -> int:
        await self._db.keys.load(conn, {owner.person or INTAKE for owner, _ in found})
        rows = [self._row(owner, event, now) for owner, event in found]
        if rows:
            await conn.execute(PUT, rows)
        return len(rows)

    def _row(self, owner: Owner, event: AnyEvent, now: datetime) -> dict[str, Any]:
        row, key = self._db.ids.next(now), owner.person or INTAKE
        letter = msgspec.json.encode(Letter(sender=owner.sender, event=event))
        return {
            "id": row,
            "subject": owner.subject,
            "person_id": owner.person,
            "case_number": owner.case,
            "rank": rank(event),
            "attempts": 0,
            "arrived_at": now,
            "event": self._db.keys[key].seal(place("inbox", "event", row, key), letter),
        }

    async def _owners(self, conn: AsyncConnection, arrivals: Sequence[Arrival]) -> list[Owner | None]:
        by_case = await _cases(conn, arrivals)
        lookup = self._db.master.lookup
        senders = {arrival.sender: lookup(arrival.sender) for arrival in arrivals if arrival.sender is not None}
        known = await met(conn, senders.values())
        owners: list[Owner | None] = []
        for number, arrival in zip(by_case.numbers, arrivals, strict=True):
            if isinstance(arrival.event, DESK):
                owners.append(by_case.owners.get(number) if number is not None else None)
            elif arrival.sender is not None:
                subject = senders[arrival.sender]
                person = known.get(subject)
                stranger = Owner(subject, None, None, arrival.sender)
                if person is not None:
                    owners.append(Owner(subject, person))
                else:
                    owners.append(None if isinstance(arrival.event, OF_THE_KNOWN) else stranger)
            else:
                owners.append(None)
        return owners


class Cases(Struct, frozen=True):
    """The case number of each arrival, and who the case of a number is about."""

    numbers: list[int | None]
    owners: dict[int, Owner]


async def met(conn: AsyncConnection, lookups: Iterable[bytes]) -> dict[bytes, int]:
    """Persons by the look-up of their account, for those we know."""
    wanted = list(lookups)
    if not wanted:
        return {}
    return dict((await conn.execute(BY_LOOKUP, {"lookups": wanted})).all())


async def _fresh(conn: AsyncConnection, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """The first of each update id, of those not seen before."""
    once: dict[int, Arrival] = {}
    for arrival in arrivals:
        once.setdefault(arrival.update_id, arrival)
    for (old,) in await conn.execute(SEEN, {"ids": list(once)}) if once else ():
        del once[old]
    return list(once.values())


async def _cases(conn: AsyncConnection, arrivals: Sequence[Arrival]) -> Cases:
    in_thread, of_words = await _in_thread(conn, arrivals), await _of_words(conn, arrivals)
    numbers = [_number(arrival, in_thread, of_words) for arrival in arrivals]
    wanted = {number for number in numbers if number is not None}
    if not wanted:
        return Cases(numbers, {})
    rows = await conn.execute(BY_CASE, {"numbers": list(wanted)})
    return Cases(numbers, {number: Owner(lookup, person, number) for number, person, lookup in rows})


def _number(arrival: Arrival, in_thread: dict[int, int], of_words: dict[int, int]) -> int | None:
    if arrival.case is not None:
        return arrival.case
    if isinstance(arrival.event, DeskTapped):
        return arrival.event.case
    in_topic = in_thread.get(arrival.thread) if arrival.thread is not None else None
    return of_words.get(_answered(arrival)) if in_topic is None else in_topic


def _answered(arrival: Arrival) -> int:
    """The message of the desk that this one answers; 0 if none."""
    return arrival.event.reply_to if isinstance(arrival.event, DeskSaid | DeskShowed) else 0


async def _in_thread(conn: AsyncConnection, arrivals: Sequence[Arrival]) -> dict[int, int]:
    """Cases by the topic they are talked of in."""
    threads = {arrival.thread for arrival in arrivals if arrival.case is None and arrival.thread is not None}
    if not threads:
        return {}
    rows = await conn.execute(BY_THREAD, {"threads": list(threads)})
    return {thread: int(name.removeprefix(CASE_TOPIC)) for thread, name in rows if name.startswith(CASE_TOPIC)}


async def _of_words(conn: AsyncConnection, arrivals: Sequence[Arrival]) -> dict[int, int]:
    """Cases by the message at the desk that shows her words, the card or an alert."""
    answered = {message for arrival in arrivals if (message := _answered(arrival))}
    if not answered:
        return {}
    rows = await conn.execute(BY_REPLY, {"messages": list(answered)})
    return {message: int(slot.split(":")[1]) for message, slot in rows if slot.startswith(OF_A_CASE)}
