"""`/capacity`: how many active mothers the staff can carry: set, reckoned from paid hours, or taken away.

What the reckoning rests on stands beside it and can be corrected, as can the number of open cases a person above
which a lead hears a quiet word.
"""

from __future__ import annotations

from typing import Final

from msgspec import structs

from bot.desk.work import Asked
from flows.capacity import RAISED
from flows.desk import load
from flows.desk.load import Measures
from flows.effects import Send
from storage import capacity

MOST = 100_000
"""The highest capacity taken for meant: far above any staff, far below a slip of the finger on a telephone number."""
OFF = "off"
NAMES: Final = {
    "hours": "hours",
    "часов": "hours",
    "часы": "hours",
    "соат": "hours",
    "case": "case",
    "случай": "case",
    "ҳолат": "case",
    "share": "share",
    "доля": "share",
    "ҳисса": "share",
    "load": "most",
    "нагрузка": "most",
    "бор": "most",
}
"""How the desk calls each measure, in its three languages."""
BOUNDS: Final = {"hours": (1, 2000), "case": (1, 40), "share": (10, 100), "most": (1, 100)}
PARTS: Final = 2


async def order(asked: Asked) -> list[Send]:
    """Carry out `/capacity`, `/capacity 120`, `/capacity off`, and `/capacity hours 40` with its like."""
    wanted = asked.about.casefold()
    if not wanted:
        return [asked.answer(await _shown(asked))]
    words = wanted.split()
    if words[0] in NAMES:
        return await _measured(asked, NAMES[words[0]], words[1] if len(words) == PARTS else "")
    if wanted != OFF and not (_is_number(wanted) and int(wanted) <= MOST):
        return [_wrong(asked)]
    most = None if wanted == OFF else int(wanted)
    return await _limited(await _noted(asked, structs.replace(asked.desk.book.measures, hours=0)), most)


async def _measured(asked: Asked, name: str, value: str) -> list[Send]:
    """A measure set anew; the capacity follows where it rests on paid hours."""
    low, high = BOUNDS[name]
    if not (_is_number(value) and low <= int(value) <= high):
        return [_wrong(asked)]
    asked = await _noted(asked, structs.replace(asked.desk.book.measures, **{name: int(value)}))
    await asked.put_on_record(f"capacity:{name}:{value}", by=asked.member.id)
    if name == "most" or not asked.desk.book.measures.hours:
        return [asked.answer(await _shown(asked))]
    return await _limited(asked, load.mothers(asked.desk.book.measures))


async def _limited(asked: Asked, most: int | None) -> list[Send]:
    await capacity.set_limit(asked.conn, most)
    await asked.put_on_record(f"capacity:{OFF if most is None else most}", by=asked.member.id)
    count = await capacity.admit(asked.tools.db, asked.conn, asked.now, RAISED)
    said = [asked.answer(await _shown(asked))]
    return [*said, asked.answer(asked.tell("desk.capacity.let_in", count=count))] if count else said


async def _noted(asked: Asked, measures: Measures) -> Asked:
    if measures == asked.desk.book.measures:
        return asked
    book = structs.replace(asked.desk.book, measures=measures)
    await asked.tools.office.keep(asked.conn, book)
    return structs.replace(asked, desk=structs.replace(asked.desk, book=book))


async def _shown(asked: Asked) -> str:
    found, measures = await capacity.capacity(asked.conn, asked.now), asked.desk.book.measures
    counts = {"limit": found.limit, "active": found.active, "waiting": found.waiting}
    if found.limit is None:
        plain = asked.tell("desk.capacity.none", active=found.active, waiting=found.waiting)
    else:
        plain = asked.tell("desk.capacity.shown", **counts, off=OFF)
    return "\n\n".join([plain, _rests_on(asked, measures), asked.tell("desk.capacity.load", most=measures.most)])


def _rests_on(asked: Asked, measures: Measures) -> str:
    if not measures.hours:
        return asked.tell("desk.capacity.no_hours")
    figures = {name: getattr(measures, name) for name in ("hours", "flag", "weeks", "case", "share")}
    return asked.tell("desk.capacity.hours", **figures, mothers=load.mothers(measures))


def _wrong(asked: Asked) -> Send:
    return asked.answer(asked.tell("desk.capacity.wrong", most=MOST, off=OFF))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
