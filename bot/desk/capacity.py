"""`/capacity`: how many active mothers the staff can carry; shown, set, or taken away."""

from __future__ import annotations

from bot.desk.work import Asked
from flows.capacity import RAISED
from flows.effects import Send
from storage import capacity

MOST = 100_000
"""The highest capacity taken for meant: far above any staff, far below a slip of the finger on a telephone number."""
OFF = "off"


async def order(asked: Asked) -> list[Send]:
    """Carry out `/capacity`, `/capacity 120` and `/capacity off`."""
    wanted = asked.about.casefold()
    if not wanted:
        return [asked.answer(await _shown(asked))]
    if wanted != OFF and not (wanted.isascii() and wanted.isdigit() and int(wanted) <= MOST):
        return [asked.answer(asked.tell("desk.capacity.wrong", most=MOST, off=OFF))]
    most = None if wanted == OFF else int(wanted)
    await capacity.set_limit(asked.conn, most)
    await asked.put_on_record(f"capacity:{OFF if most is None else most}", by=asked.member.id)
    count = await capacity.admit(asked.tools.db, asked.conn, asked.now, RAISED)
    said = [asked.answer(await _shown(asked))]
    return [*said, asked.answer(asked.tell("desk.capacity.let_in", count=count))] if count else said


async def _shown(asked: Asked) -> str:
    found = await capacity.capacity(asked.conn, asked.now)
    if found.limit is None:
        return asked.tell("desk.capacity.none", active=found.active, waiting=found.waiting)
    counts = {"limit": found.limit, "active": found.active, "waiting": found.waiting}
    return asked.tell("desk.capacity.shown", **counts, off=OFF)
