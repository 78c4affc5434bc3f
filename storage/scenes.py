"""Everything a batch of turns may look at, in a few queries for all of them together."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar, cast

import msgspec
from msgspec import Struct, structs
from sqlalchemy import BindParameter, bindparam, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from content.library import Library
from flows.circles.model import Seat
from flows.events import DeskSaid, DeskShowed, Reacted, Said, Showed
from flows.family.model import Invitation
from flows.model import Case, CaseLine, Desk, Judged, Person, Place, Profile, Scene
from storage import capacity, family, marks
from storage.cases import case_of
from storage.claims import Claim
from storage.database import Database
from storage.faults import SealError
from storage.inbox import DESK
from storage.office import Office
from storage.parcel import DESK_CHAT, chat_of
from storage.schema import cases, lines, people, sent, talks
from storage.seal import place
from storage.seats import Seats

V = TypeVar("V")

_hers: BindParameter[Any] = bindparam("people", expanding=True)
PEOPLE = select(people, people.c.id.label("person_id")).where(people.c.id.in_(_hers))
TALKS = (
    select(talks.c.person_id, talks.c.number, talks.c.place)
    .where(talks.c.person_id.in_(_hers))
    .order_by(talks.c.person_id, talks.c.depth)
)
CASES = (
    select(cases)
    .where(cases.c.person_id.in_(_hers), cases.c.state != "closed")
    .order_by(cases.c.opened_at, cases.c.number)
)
CLOSED = select(cases).where(
    cases.c.number.in_(bindparam("numbers", expanding=True)), cases.c.state == "closed", cases.c.person_id.is_not(None)
)
LINES = select(lines).where(lines.c.case_number.in_(bindparam("numbers", expanding=True))).order_by(lines.c.id)
SLOTS = select(sent.c.chat, sent.c.message_id, sent.c.slot).where(
    tuple_(sent.c.chat, sent.c.message_id).in_(bindparam("messages", expanding=True))
)

TOKEN_BYTES = 16
OTHER = "other"
"""For the slot of a message of the bot's that stands for nothing: known, so that nobody has to guess what it is."""

_profiles = msgspec.json.Decoder(Profile)
_places = msgspec.json.Decoder(Place)


class Words(Struct, frozen=True, omit_defaults=True):
    """What is sealed of a case line."""

    text: str
    by: str = ""
    file: str = ""
    message: int = 0


_words = msgspec.json.Decoder(Words)


class Found(Struct):
    """What the queries brought, by person, by case and by message; `spoiled` are people of whom not all opens."""

    people: dict[int, Person]
    places: dict[int, tuple[Place, ...]]
    cases: dict[int, list[Case]]
    lines: dict[int, tuple[CaseLine, ...]]
    flags: dict[int, tuple[Judged, ...]]
    slots: dict[tuple[str, int], str]
    spoiled: set[int]
    closed: dict[int, Case]
    seats: dict[int, Seat]
    invitations: dict[str, Invitation]

    def opened(self, rows: Iterable[Any], open: Callable[[Any], V]) -> Iterator[tuple[Any, V]]:
        """Rows with what was sealed in them; what does not open spoils its person's scene and nobody else's."""
        for row in rows:
            try:
                yield row, open(row)
            except (SealError, msgspec.MsgspecError):
                self.spoiled.add(row.person_id)


class Scenes:
    """Loads scenes; what does not change from turn to turn is given once."""

    def __init__(
        self,
        db: Database,
        library: Library,
        office: Office,
        chance: Callable[[], int],
        username: Callable[[], str] = lambda: "",
    ) -> None:
        """`chance` gives 63 random bits at each call, `username` the bot's own name in Telegram, "" while unknown."""
        self._db = db
        self._library = library
        self._office = office
        self._chance = chance
        self._username = username
        self._seats = Seats(db)

    async def load(self, conn: AsyncConnection, claims: Sequence[Claim], now: datetime) -> list[Scene | None]:
        """One scene a claim, in their order; None where something of hers does not open any more."""
        found = await self._found(conn, claims, now)
        desk = await self._office.desk(conn)
        scenes = [None if claim.person in found.spoiled else self._scene(claim, found, desk, now) for claim in claims]
        return await _with_room(conn, scenes, now)

    async def _found(self, conn: AsyncConnection, claims: Sequence[Claim], now: datetime) -> Found:
        known = [claim.person for claim in claims if claim.person is not None]
        found = Found({}, {}, {}, {}, {}, {}, set(), {}, {}, {})
        if not known:
            return found
        await self._db.keys.load(conn, known)
        rows = await conn.execute(PEOPLE, {"people": known})
        found.people = {row.person_id: person for row, person in found.opened(rows, self._person)}
        rows = await conn.execute(TALKS, {"people": known})
        found.places = _grouped((row.person_id, place) for row, place in found.opened(rows, self._place))
        for row, case in found.opened(await conn.execute(CASES, {"people": known}), self._case):
            found.cases.setdefault(row.person_id, []).append(case)
        numbers = [claim.case for claim in claims if claim.case is not None]
        unclosed = [case.number for some in found.cases.values() for case in some]
        if numbers or unclosed:
            rows = await conn.execute(LINES, {"numbers": [*{*numbers, *unclosed}]})
            found.lines = _grouped((row.case_number, line) for row, line in self._opened_lines(found, rows, numbers))
        if numbers:
            rows = await conn.execute(CLOSED, {"numbers": numbers})
            found.closed = {row.number: case for row, case in found.opened(rows, self._case)}
            rows = await conn.execute(marks.OF_CASES, {"numbers": numbers})
            found.flags = _grouped((row.case_number, _judged(row)) for row in rows)
        if messages := [message for claim in claims if (message := _quoted(claim)) is not None]:
            rows = await conn.execute(SLOTS, {"messages": messages})
            found.slots = {(row.chat, row.message_id): row.slot or OTHER for row in rows}
        came_by = {person.profile.invited for person in found.people.values() if person.profile.invited}
        found.invitations = await family.found(conn, came_by)
        found.seats = await self._seats.of(conn, known, _quoted_posts(claims, found.slots), now)
        return found

    def _scene(self, claim: Claim, found: Found, desk: Desk, now: datetime) -> Scene:
        known = claim.person is not None
        person = found.people[claim.person] if claim.person is not None else Person(id=self._db.ids.next(now))
        all_open = open_cases = found.cases.get(person.id, [])
        if isinstance(claim.event, DESK):
            open_cases = [case for case in open_cases if case.number == claim.case]
        case = open_cases[-1] if open_cases else None
        number = claim.case if claim.case is not None else case.number if case is not None else 0
        message = _quoted(claim)
        return Scene(
            now=now,
            person=person,
            library=self._library,
            desk=desk,
            places=found.places.get(person.id, ()),
            case=case,
            lines=found.lines.get(number, ()),
            flags=found.flags.get(claim.case, ()) if claim.case is not None else (),
            quoted=found.slots.get(message, "") if message is not None else "",
            chance=self._chance(),
            known=known,
            closed=found.closed.get(number),
            elsewhere=all_open[-1].number if all_open and case is None else 0,
            seat=found.seats.get(person.id),
            invitation=found.invitations.get(person.profile.invited),
            token=secrets.token_urlsafe(TOKEN_BYTES),
            bot=self._username(),
        )

    def _opened_lines(
        self, found: Found, rows: Iterable[Any], needed: Collection[int]
    ) -> Iterator[tuple[Any, CaseLine]]:
        """Lines with their rows. One that does not open holds up the desk's turn and never hers: she is answered."""
        for row in rows:
            if row.case_number in needed:
                yield from found.opened([row], self._line)
                continue
            with suppress(SealError, msgspec.MsgspecError):
                yield row, self._line(row)

    def _open(self, table: str, column: str, row: int, person: int, sealed: bytes) -> bytes:
        return self._db.keys[person].open(place(table, column, row, person), sealed)

    def _person(self, row: Any) -> Person:
        return Person(
            id=row.id,
            state=row.state,
            language=row.language,
            role=row.role,
            stage=row.stage,
            region=row.region,
            zone=row.zone,
            talks=row.talks,
            heard_at=row.heard_at,
            waits_since=row.waits_since,
            profile=_profiles.decode(self._open("people", "profile", row.id, row.id, row.profile)),
        )

    def _place(self, row: Any) -> Place:
        return _places.decode(self._open("talks", "place", row.number, row.person_id, row.place))

    def _case(self, row: Any) -> Case:
        def opened(column: str) -> bytes:
            sealed = getattr(row, column)
            return b"" if sealed is None else self._open("cases", column, row.number, row.person_id, sealed)

        return case_of(row, opened)

    def _line(self, row: Any) -> CaseLine:
        words = _words.decode(self._open("lines", "words", row.id, row.person_id, row.words))
        return CaseLine(
            at=row.at, voice=row.voice, text=words.text, by=words.by, file=words.file, message=words.message
        )


async def _with_room(conn: AsyncConnection, scenes: list[Scene | None], now: datetime) -> list[Scene | None]:
    """The scenes, those of people who are joining with what room is left: each sees the room without those before."""
    joining = [at for at, scene in enumerate(scenes) if scene is not None and _joins(scene)]
    if joining and (found := await capacity.limited(conn, now)) is not None:
        for more, at in enumerate(joining):
            scenes[at] = structs.replace(cast("Scene", scenes[at]), capacity=capacity.taken(found, more))
    return scenes


def _joins(scene: Scene) -> bool:
    return scene.known and not scene.person.profile.programme


def _quoted(claim: Claim) -> tuple[str, int] | None:
    """The chat and number of the message an event replies to, or is about: her own that she edited, one she reacted to."""
    match claim.event:
        case Said(edited=True, message=message) | Reacted(message=message) if message and claim.person is not None:
            return chat_of(claim.person), message
        case Said(reply_to=message) | Showed(reply_to=message) if message and claim.person is not None:
            return chat_of(claim.person), message
        case DeskSaid(reply_to=message) | DeskShowed(reply_to=message) if message:
            return DESK_CHAT, message
        case _:
            return None


def _quoted_posts(claims: Sequence[Claim], slots: dict[tuple[str, int], str]) -> dict[int, tuple[int, int]]:
    """The circle and number of the post that a person replied to, by person."""
    found = {}
    for claim in claims:
        kind, _, rest = slots.get(_quoted(claim) or ("", 0), "").partition(":")
        of, _, number = rest.partition(":")
        if claim.person is not None and kind == "post" and of.isdecimal() and number.isdecimal():
            found[claim.person] = (int(of), int(number))
    return found


def _judged(row: Any) -> Judged:
    named = {name: getattr(row, name) for name in ("key", "rule", "category", "level", "language")}
    return Judged(**named, mark=row.mark or "")


def _grouped(pairs: Iterable[tuple[int, V]]) -> dict[int, tuple[V, ...]]:
    groups: defaultdict[int, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
