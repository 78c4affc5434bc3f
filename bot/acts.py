"""`run_bot.py record`: whether the record is whole, and what stands on it, as CSV or JSON lines.

One line an act: number, time, act, case, who. Staff are named as the desk knows them; whoever never worked there is
`stranger-` and a few digits that stay the same for the same person. No line holds a word of hers.
"""

from __future__ import annotations

import asyncio
import csv
import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import msgspec
from msgspec import Struct
from sqlalchemy import select

from bot.app import master_of
from bot.settings import Settings
from storage.database import Database, address
from storage.faults import StorageError
from storage.office import Who, sealed_at
from storage.record import Entry, entries
from storage.retention import YEAR
from storage.schema import moderators
from storage.seal import INTAKE

COLUMNS = ("number", "at", "act", "case", "who", "fault")
NOTED = re.compile(r"([0-9]{1,15}):([0-9a-f]{16})")
SHOWN = 16
"""How many digits of a link are shown to be noted on paper."""


class Found(Struct):
    """What reading the record brought. `last` is its newest link, to be noted; `missed`: the noted one is not there."""

    acts: int = 0
    erased: int = 0
    faults: int = 0
    last: str = ""
    missed: bool = False


def write(settings: Settings, out: IO[str], now: datetime, *, as_json: bool = False, noted: str = "") -> Found:
    """Read the record to its end, write it to `out`, and say how it stands. StorageError if it cannot be read."""
    where = address(settings.database_url or None, settings.data_dir)
    if where.drivername.startswith("sqlite") and not Path(where.database or "").exists():
        raise StorageError(f"There is no database at {where.database}: run this where the bot runs.")
    return asyncio.run(_written(settings, out, now, as_json=as_json, noted=noted))


async def _written(settings: Settings, out: IO[str], now: datetime, *, as_json: bool, noted: str) -> Found:
    db = await Database.open(settings.database_url or None, master_of(settings), settings.data_dir, alone=False)
    try:
        return await exported(db, out, now, as_json=as_json, noted=noted)
    finally:
        await db.close()


async def exported(db: Database, out: IO[str], now: datetime, *, as_json: bool = False, noted: str = "") -> Found:
    """The same over an open database."""
    found, put = Found(missed=bool(noted)), _lines(out) if as_json else _table(out)
    async with db.read() as conn:
        await db.keys.load(conn, [INTAKE])
        names = {bytes(row.lookup): _name(db, row) for row in await conn.execute(select(moderators))}
        async for entry in entries(db, conn, now - YEAR):
            _count(found, entry, noted)
            put(_shown(entry, names))
    return found


def _count(found: Found, entry: Entry, noted: str) -> None:
    found.faults += bool(entry.fault)
    if entry.seq:
        found.acts += bool(entry.act)
        found.erased += not entry.act
        found.last = f"{entry.seq}:{entry.link.hex()[:SHOWN]}"
        found.missed = found.missed and found.last != noted


def _shown(entry: Entry, names: dict[bytes, str]) -> dict[str, Any]:
    who = "bot" if entry.actor is None else names.get(entry.actor) or f"stranger-{entry.actor.hex()[:8]}"
    values = (entry.seq, entry.at.isoformat(), entry.act, entry.case, who if entry.act else "", entry.fault)
    return dict(zip(COLUMNS, values, strict=True))


def _name(db: Database, row: Any) -> str:
    who = msgspec.json.decode(db.keys[INTAKE].open(sealed_at(row.id), row.who), type=Who)
    return f"{who.name or row.role}-{row.id % 10_000}"


def _table(out: IO[str]) -> Any:
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    return lambda row: writer.writerow({name: _plain(value) for name, value in row.items()})


def _plain(value: Any) -> Any:
    """A name that begins like a formula stays a name in a spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@"} else value


def _lines(out: IO[str]) -> Any:
    return lambda row: out.write(json.dumps(row, ensure_ascii=False) + "\n")


def to(path: str) -> IO[str]:
    """Where the lines go: a file for its owner alone, or - for what comes next in a pipe."""
    if path == "-":
        return sys.stdout
    file = Path(path)
    file.touch(mode=0o600)
    return file.open("w", encoding="utf-8", newline="")
