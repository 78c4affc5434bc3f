"""Who waits for a circle and who sits in one, as seating looks at them: read once a day, and when a lead asks.

What decides who may sit beside whom is sealed in profiles; it is opened here, handed to seating by rows, and kept nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.circles import stages
from flows.circles.model import CLOSED, Circle
from flows.circles.seats import Band, Running, Sitter, Stage, Waiting
from flows.model import Profile
from storage.database import Database
from storage.faults import SealError
from storage.schema import circle_members, circles, family_links, people
from storage.seal import place

WAITS = "waits"
"""`Profile.circle_wish` of somebody who wants a circle and has none yet."""
PAGE = 500
_who: Any = bindparam("people", expanding=True)
_sits = (
    exists()
    .where(circle_members.c.person_id == people.c.id, circle_members.c.left_at.is_(None))
    .where(circles.c.id == circle_members.c.circle_id, circles.c.state != CLOSED)
)
_FREE = select(people).where(people.c.state == "active", people.c.waits_since.is_(None), ~_sits)
FREE = _FREE.where(people.c.id > bindparam("after")).order_by(people.c.id).limit(PAGE)
OF = select(people).where(people.c.id.in_(_who))
FAMILY = select(family_links.c.mother_id, family_links.c.other_id).where(
    family_links.c.other_id.is_not(None), or_(family_links.c.mother_id.in_(_who), family_links.c.other_id.in_(_who))
)
SAT = select(circle_members.c.circle_id, circle_members.c.person_id, circle_members.c.name).where(
    circle_members.c.circle_id.in_(
        select(circle_members.c.circle_id).where(circle_members.c.person_id.in_(_who)).scalar_subquery()
    )
)

_profiles = msgspec.json.Decoder(Profile)


class Found(Struct):
    """Everybody seating looks at. `regions`: where those who wait live; `dates`: what they know of their date."""

    waiting: list[Waiting]
    sitting: dict[int, tuple[Sitter, ...]]
    regions: dict[int, str]
    dates: dict[int, str]


class _One(Struct):
    """Somebody with her profile, by our number."""

    id: int
    language: str
    role: str
    stage: str
    region: str
    profile: Profile


class Sitters:
    """Reads who waits and who sits. Every method works within the caller's transaction."""

    def __init__(self, db: Database) -> None:
        """Open with the keys of `db`."""
        self._db = db

    async def found(
        self,
        conn: AsyncConnection,
        members: dict[int, tuple[int, ...]],
        eased: dict[int, tuple[int, ...]],
        now: datetime,
        zone: ZoneInfo,
    ) -> Found:
        """Everybody. `members` are those of each circle, `eased` whose district no longer counted when they were seated."""
        waiting = [one for one in await self._free(conn) if one.profile.circle_wish == WAITS and one.profile.adult]
        seated = {one.id: one for one in await self._people(conn, {row for rows in members.values() for row in rows})}
        apart = await self._apart(conn, [*waiting, *seated.values()])
        today = now.astimezone(zone).date()
        wanted: list[Waiting] = []
        for one in waiting:
            profile = one.profile
            stage = stages.stage_of(one.role, one.stage, profile.child, today, own_pace=profile.own_pace)
            if stage is None:
                continue
            since = (profile.circle_since or now).astimezone(zone).date()
            wanted.append(
                Waiting(
                    **_sits_as(one, apart),
                    language=one.language,
                    stage=stage,
                    since=since,
                    adult=True,
                    child=profile.child,
                    rather_wait=profile.rather_wait,
                )
            )
        sitting = {
            circle: tuple(
                Sitter(**_sits_as(seated[row], apart), eased=row in eased[circle]) for row in rows if row in seated
            )
            for circle, rows in members.items()
        }
        regions, dates = ({one.id: one.region for one in waiting}, {one.id: one.profile.circle_date for one in waiting})
        return Found(wanted, sitting, regions, dates)

    async def wait(self, conn: AsyncConnection, who: Collection[int]) -> bool:
        """Whether all of these wait for a circle and sit in none."""
        if not who:
            return True
        rows = (await conn.execute(_FREE.where(people.c.id.in_(_who)), {"people": list(who)})).all()
        waiting = [
            one for one in await self._opened(conn, rows) if one.profile.circle_wish == WAITS and one.profile.adult
        ]
        return len(waiting) == len(who)

    async def _free(self, conn: AsyncConnection) -> list[_One]:
        """Those of the programme who sit in no circle, read page by page."""
        found: list[_One] = []
        after = 0
        while rows := (await conn.execute(FREE, {"after": after})).all():
            found += await self._opened(conn, rows)
            after = rows[-1].id
        return found

    async def _people(self, conn: AsyncConnection, who: Collection[int]) -> list[_One]:
        return await self._opened(conn, (await conn.execute(OF, {"people": list(who)})).all()) if who else []

    async def _opened(self, conn: AsyncConnection, rows: Iterable[Any]) -> list[_One]:
        """One whose profile does not open waits until it does: the others are seated."""
        listed = list(rows)
        await self._db.keys.load(conn, {row.id for row in listed})
        found: list[_One] = []
        for row in listed:
            try:
                opened = self._db.keys[row.id].open(place("people", "profile", row.id, row.id), row.profile)
                profile = _profiles.decode(opened)
            except (SealError, msgspec.MsgspecError):
                continue
            found.append(_One(row.id, row.language, row.role, row.stage, row.region, profile))
        return found

    async def _apart(self, conn: AsyncConnection, everybody: Collection[_One]) -> dict[int, frozenset[int]]:
        """For each the rows she is never seated with: her family, and whoever hid her or was hidden by her."""
        who = {"people": [one.id for one in everybody]}
        apart: defaultdict[int, set[int]] = defaultdict(set)
        if not everybody:
            return {}
        for mother, other in await conn.execute(FAMILY, who):
            apart[mother].add(other)
            apart[other].add(mother)
        hiding = {one.id: set(one.profile.ways.hidden) for one in everybody if one.profile.ways.hidden}
        if hiding:
            await self._hidden(conn, hiding, apart)
        return {row: frozenset(rows) for row, rows in apart.items()}

    async def _hidden(
        self, conn: AsyncConnection, hiding: dict[int, set[str]], apart: defaultdict[int, set[int]]
    ) -> None:
        """Somebody hid a flower: whoever had that flower in a circle of hers is never beside her again."""
        tables: defaultdict[int, dict[int, str]] = defaultdict(dict)
        for row in await conn.execute(SAT, {"people": list(hiding)}):
            tables[row.circle_id][row.person_id] = row.name
        for table in tables.values():
            for her in hiding.keys() & table.keys():
                for other, name in table.items():
                    if other != her and name in hiding[her]:
                        apart[her].add(other)
                        apart[other].add(her)


def as_seated(circle: Circle, members: tuple[Sitter, ...], ever: frozenset[int], zone: ZoneInfo) -> Running:
    """A circle as seating looks at it. `ever`: who sits or ever sat in it."""
    band: Band = "a" if circle.terms.band == "a" else "b" if circle.terms.band == "b" else ""
    return Running(
        id=circle.id,
        language=circle.language,
        stage=stage_named(circle.stage),
        begins=circle.begins_at.astimezone(zone).date(),
        guide=circle.guide,
        members=members,
        band=band,
        gone=ever - {one.person for one in members},
    )


def stage_named(stage: str) -> Stage:
    """A circle's stage by its name."""
    return cast("Stage", msgspec.convert(stage, Stage))


def _sits_as(one: _One, apart: dict[int, frozenset[int]]) -> dict[str, Any]:
    return {
        "person": one.id,
        "region": one.region,
        "district": one.profile.district,
        "centre": one.profile.centre,
        "neighbours": one.profile.neighbours,
        "apart": apart.get(one.id, frozenset()),
    }
