"""Seating, once a day by itself: circles begin on their dates, late joiners are seated, small circles may merge.

Who sits with whom is decided in `flows/circles/matching.py`; here its answer becomes rows, and each hears of her seat.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from bot.desk import joins
from bot.desk.circle_screens import guides, line, named, zone
from bot.desk.work import Tools, Work
from flows.circles import dates, guide, life, matching
from flows.circles.model import HOUSE, Circle, Terms
from flows.circles.seats import Guide, Hall, Joining, Newcomer, Opening, Seating
from flows.desk.office import Member
from flows.effects import Send
from flows.events import AnyEvent, CircleTold, Seated
from storage.facts import keep_moment, moment
from storage.inbox import Inbox
from storage.sitters import Found, Sitters, as_seated

SEATED = "circles seated"
TEA_DAYS = (2, 3, 1, 4, 0, 6)
"""Weekdays of a new circle's tea hour, the likeliest first; Saturday evening is the week's question's."""


class Ahead(Struct, frozen=True):
    """What was found before anything is written: opening everybody's profile takes its time, and turns wait for writers."""

    hall: Hall
    found: Found
    seating: Seating


async def ahead(tools: Tools, now: datetime) -> Ahead | None:
    """Who would sit where, if the hour has come: read beside the turns. None: it has not."""
    async with tools.db.read() as conn:
        work = Work(tools=tools, conn=conn, desk=await tools.office.desk(conn), now=now)
        last = await moment(conn, SEATED)
        if not _is_time(work, last):
            return None
        hall, found = await looked(work, _day(work, last) if last is not None else None)
    return Ahead(hall, found, matching.seat(hall))


async def daily(work: Work, before: Ahead | None = None) -> list[Send]:
    """Once a day, at its hour: seat those who wait, and let everybody know whom it concerns.

    `before`: what was found a moment ago. Where it is not so any more it is all looked at anew.
    """
    last = await moment(work.conn, SEATED)
    if not _is_time(work, last):
        return []
    await keep_moment(work.conn, SEATED, work.now)
    if before is not None and await _is_so(work, before):
        found, seating = before.found, before.seating
    else:
        hall, found = await looked(work, _day(work, last) if last is not None else None)
        seating = matching.seat(hall)
    sends = [send for opening in seating.openings for send in await _opened(work, opening)]
    for circle in {one.circle for one in seating.joinings}:
        sends += await _joined(work, circle, [one for one in seating.joinings if one.circle == circle])
    sends += await joins.proposed(work, seating.merges)
    await _waited(work, seating, found.dates)
    await _emptied(work)
    return sends


def _is_time(work: Work, last: datetime | None) -> bool:
    """Whether it is the hour of seating, and nobody was seated today. `last`: when people last were."""
    return work.now.astimezone(zone(work)).hour >= dates.HOUR and (last is None or _day(work, last) < _today(work))


async def _is_so(work: Work, before: Ahead) -> bool:
    """Whether all who would be seated still wait, and circles and their members are as they were."""
    alive = await guides(work).alive(work.conn)
    members = await guides(work).members(work.conn, [one.id for one in alive])
    then = {(one.id, one.guide, frozenset(each.person for each in one.members)) for one in before.hall.circles}
    now = {(one.id, one.guide, frozenset(each.person for each in members[one.id])) for one in alive}
    new = {one.person for opening in before.seating.openings for one in opening.newcomers}
    new |= {one.newcomer.person for one in before.seating.joinings}
    return then == now and await Sitters(work.tools.db).wait(work.conn, new)


async def looked(work: Work, last: date | None) -> tuple[Hall, Found]:
    """All that seating looks at, today."""
    alive = await guides(work).alive(work.conn)
    members = await guides(work).members(work.conn, [one.id for one in alive])
    ever = await guides(work).ever(work.conn, [one.id for one in alive])
    found = await Sitters(work.tools.db).found(
        work.conn,
        {circle: tuple(one.person for one in seated) for circle, seated in members.items()},
        {one.id: one.terms.eased for one in alive},
        work.now,
        zone(work),
    )
    persons = await guides(work).persons(work.conn)
    hall = Hall(
        today=_today(work),
        waiting=tuple(found.waiting),
        circles=tuple(
            as_seated(one, found.sitting[one.id], ever[one.id] | {persons.get(one.guide, 0)}, zone(work))
            for one in alive
        ),
        guides=tuple(_leaders(work, alive, persons)),
        last=last,
    )
    return hall, found


def _leaders(work: Work, alive: list[Circle], persons: dict[int, int]) -> list[Guide]:
    """Who can lead how many circles more. Whoever has a week off is there for those she leads, and takes no new ones."""
    spoken = frozenset(one.code for one in work.tools.library.languages if one.live)
    found = []
    for member in work.desk.staff:
        leads = sum(one.guide == member.row for one in alive)
        says = guide.leading(work.desk, member)
        room = max(0, guide.most(work.desk, member) - leads)
        away = says.off_until is not None and work.now < says.off_until
        if leads or room:
            languages = frozenset(says.languages) or spoken
            person = persons.get(member.row, 0)
            found.append(Guide(id=member.row, languages=languages, more=0 if away else room, person=person))
    return found


async def _opened(work: Work, opening: Opening) -> list[Send]:
    """A circle begins, with those who sit in it."""
    id = work.tools.db.ids.next(work.now)
    begins = _begins(work, opening.begins)
    eased = tuple(one.person for one in opening.newcomers if one.eased)
    circle = Circle(
        id=id,
        language=opening.language,
        stage=opening.stage,
        begins_at=begins,
        ends_at=life.ends(work.tools.library, opening.stage, begins),
        guide=opening.guide,
        next_at=work.now,
        terms=Terms(eased=eased, band=opening.band, tea_day=await _free_evening(work, opening.guide)),
    )
    circle = guide.nth(await guides(work).alive(work.conn), circle)
    await guides(work).begin(work.conn, circle, [], work.now)
    await _seat(work, circle, opening.newcomers)
    await work.put_on_record(f"circle:begins:{id}")
    return _hear(work, circle, "circles.begins", len(opening.newcomers))


async def _free_evening(work: Work, guide: int) -> int:
    """The weekday of a new circle's tea hour: one on which whoever leads it has none yet, for they are at one hour."""
    hers = [one.id for one in await guides(work).alive(work.conn) if one.guide == guide]
    whole = [await guides(work).one(work.conn, id) for id in hers]
    taken = {one.terms.tea_day for one in whole if one is not None}
    return next((day for day in TEA_DAYS if day not in taken), TEA_DAYS[0])


async def _joined(work: Work, id: int, joinings: list[Joining]) -> list[Send]:
    """Late joiners of a circle's first two weeks."""
    circle = await guides(work).one(work.conn, id)
    if circle is None:
        return []
    seats = tuple(one.newcomer for one in joinings)
    flowers = await _seat(work, circle, seats)
    say = work.tools.library.text
    named = ", ".join(say(circle.language, f"flower.{name}") for name in flowers)
    if named:
        text = say(circle.language, "life.newcomers", flowers=named)
        await guides(work).say(work.conn, circle.id, text, work.now, by=HOUSE)
    await work.put_on_record(f"circle:joined:{id}")
    return _hear(work, circle, "circles.joined", len(seats))


def _hear(work: Work, circle: Circle, said: str, n: int) -> list[Send]:
    member: Member | None = guide.of(work.desk, circle)
    text = work.tell(said, circle=named(work, circle), n=n)
    return [line(member.row, text)] if member is not None else []


async def _seat(work: Work, circle: Circle, seats: tuple[Newcomer, ...]) -> list[str]:
    """Each has a flower that nobody had there, and not the one of her last circle; each hears of it. The flowers."""
    used = await guides(work).used(work.conn, circle.id)
    worn = await guides(work).worn(work.conn, [one.person for one in seats])
    told: list[tuple[int, AnyEvent]] = []
    rows: list[tuple[int, str]] = []
    for one in seats:
        free = guide.free_flowers(_shuffled(joins.flowers(work, circle), circle.id), used, worn.get(one.person, ""))
        if not free:
            continue  # more came and went than there are flowers: she is seated elsewhere another day
        used.add(free[0])
        rows.append((one.person, free[0]))
        told.append(
            (
                one.person,
                Seated(circle=circle.id, flower=free[0], begins_at=circle.begins_at, near=one.near, eased=one.eased),
            )
        )
    await guides(work).seat(work.conn, circle.id, rows, work.now)
    await Inbox(work.tools.db).tell_all(work.conn, told, work.now)
    return sorted(name for _, name in rows)


def _shuffled(flowers: Iterable[str], circle: int) -> list[str]:
    """In an order of the circle's own: who was seated first must not show in the names."""
    return sorted(flowers, key=lambda name: hashlib.sha256(f"{circle}:{name}".encode()).digest())


async def _waited(work: Work, seating: Seating, known: dict[int, str]) -> None:
    """Whoever goes on waiting knows until when at the earliest, where that has changed."""
    why = {one.person: f"{one.why}:{one.until or ''}" for one in seating.waits}
    told: list[tuple[int, AnyEvent]] = [
        (person, CircleTold(circle=0, what="waits", about=date))
        for person, date in why.items()
        if date != known.get(person)
    ]
    await Inbox(work.tools.db).tell_all(work.conn, told, work.now)


async def _emptied(work: Work) -> None:
    """A circle in which nobody sits any more is closed."""
    alive = await guides(work).alive(work.conn)
    members = await guides(work).members(work.conn, [one.id for one in alive])
    for one in alive:
        if members[one.id] or work.now - one.begins_at <= timedelta(days=1):
            continue
        if (circle := await guides(work).one(work.conn, one.id)) is not None:
            await guides(work).close(work.conn, circle)
            await work.put_on_record(f"circle:empty:{one.id}")


def _today(work: Work) -> date:
    return _day(work, work.now)


def _day(work: Work, at: datetime) -> date:
    return at.astimezone(zone(work)).date()


def _begins(work: Work, day: date) -> datetime:
    """A circle begins at the hour of seating of its day, by the desk's clock."""
    return datetime.combine(day, time(dates.HOUR), zone(work)).astimezone(work.now.tzinfo)
