"""The report, put together: read once, counted, written as one page and a file a table."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.app import desk_of, master_of
from bot.report import change, checkins, desk, page, pairs, people, pictures, tables
from bot.report.period import Period, Scope, scope
from bot.report.tables import Table
from bot.report.withhold import FEW, LEAST, cell, whole
from bot.settings import Settings
from content.library import Library
from flows.model import Desk
from storage.cohort import Cohort, cohort
from storage.database import Database, address
from storage.faults import StorageError
from storage.office import Office

ROOT: Final = Path(__file__).parents[2]
CODE: Final = ("bot", "flows", "storage")
TITLE: Final = "What the programme did"
PAGE: Final = "report.html"


class Made(Struct, frozen=True):
    """The files by name. `pairs` None: too few of them. `enough`: ten people or more are counted."""

    files: dict[str, str]
    pairs: str | None
    enough: bool


def write(settings: Settings, library: Library, asked: Period, now: datetime) -> Made:
    """Read the database as it is and make all of it. StorageError if it cannot be read."""
    where = address(settings.database_url or None, settings.data_dir)
    if where.drivername.startswith("sqlite") and not Path(where.database or "").exists():
        raise StorageError(f"There is no database at {where.database}: run this where the bot runs.")
    return asyncio.run(_read(settings, library, asked, now))


async def _read(settings: Settings, library: Library, asked: Period, now: datetime) -> Made:
    db = await Database.open(settings.database_url or None, master_of(settings), settings.data_dir, alone=False)
    try:
        async with db.read() as conn:
            found = await cohort(db, conn, now)
            agreed = await Office(db, desk_of(settings)).desk(conn)
    finally:
        await db.close()
    return made(found, agreed, library, asked, now)


def made(
    found: Cohort,
    agreed: Desk,
    library: Library,
    asked: Period,
    now: datetime,
    *,
    chance: Callable[[int], bytes] = secrets.token_bytes,
) -> Made:
    """The files, of what was read."""
    counted = scope(found.people, asked, now)
    paired = change.change(counted)
    answered = checkins.answered(counted, paired)
    body = [
        people.joined(counted),
        people.weeks(counted, library),
        answered,
        checkins.faces(counted, answered),
        change.table(paired),
        change.drop_out(paired),
        desk.cases(found.cases, asked, agreed),
        desk.judged(found.judged, asked),
        desk.read(found.read, asked),
        desk.referred(found.referrals, asked),
        desk.room(found.capacity),
    ]
    facts = _facts(found, counted, library, now)
    drawn = pictures.drawn({table.name: table for table in body})
    files = {f"{table.name}.csv": tables.written(table) for table in (facts, *body)}
    files[PAGE] = page.page(TITLE, facts, body, drawn)
    return Made(files, pairs.written(paired, chance), bool(counted.people))


def _facts(found: Cohort, counted: Scope, library: Library, now: datetime) -> Table:
    gone = [moment for moment in found.forgotten if counted.period.holds(moment)]
    facts = (
        ("made on", f"{now:%Y-%m-%d}"),
        ("people who joined, and cases and referrals begun, from", str(counted.period)),
        ("how far they have come", "as on the day of the report"),
        ("version of the content", library.version),
        ("version of the code", code_version()),
        ("the smallest group that is shown, in people", LEAST),
        (f"where it says {FEW}", "a group of fewer than ten people, perhaps of nobody"),
        (f"where it says {tables.WITHHELD}", "it is small, or small groups could be computed from it"),
        ("weeks since joining, at least, of those counted by week", counted.weeks),
        (
            "left out: in groups of fewer than ten (by programme; or joined lately)",
            whole(cell(one.id for one in counted.left_out)),
        ),
        ("left out: began to join and did not end", whole(cell(one.id for one in counted.unfinished))),
        ("left out: asked to be forgotten", whole(cell(range(len(gone))))),
        ("left out: could not be read", whole(cell(range(found.unreadable)))),
        ("left out: made-up people and cases for practice", "all"),
    )
    return tables.pairs_of(facts, "about", "About this report")


def code_version() -> str:
    """The release, and a short name for exactly this code."""
    release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    digest = hashlib.sha256()
    for path in sorted(path for folder in CODE for path in (ROOT / folder).rglob("*.py")):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{release} · {digest.hexdigest()[:12]}"
