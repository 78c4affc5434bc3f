"""The digest at the shift's start, the pinned overview, and a quiet word to the lead when one person carries too much.

All three say how many cases there are, which wait, and who has how many: numbers, levels and times, nothing else.
They come without a sound, in the topic of digests; the word to a lead comes in private.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Final

import msgspec
from msgspec import Struct

from bot.desk import timetable as table
from bot.desk.work import Work
from content.schema import Level
from flows.concern import LEVELS
from flows.desk import duty, load, waiting
from flows.effects import DIGEST, Lane, Send
from flows.model import Case, Message
from flows.programme import calendar
from storage.cases import open_cases
from storage.facts import fact, keep_fact

SLOT: Final = "overview"
MOST_LINES: Final = 15
TOLD, SEEN, MUCH = "digest", "overview", "load told"
"""The facts that say which day's digest was sent, what the overview shows, and of whose load a lead was told."""
QUIETER: Final = 2
"""So many cases below the cap, and a lead is told anew when it is passed again."""
SHOWN: Final[tuple[Level, ...]] = ("now", "urgent", "concern", "watch")


class Standing(Struct, frozen=True):
    """How the desk stands at a moment; `load`: how many cases each has, by our number."""

    cases: tuple[Case, ...]
    load: dict[int, int]

    @property
    def waiting(self) -> list[Case]:
        """Those that wait for a person to act, the gravest first, the longest among equals."""
        some = [case for case in self.cases if case.alarm_at is not None]
        return sorted(some, key=lambda case: (-LEVELS.index(case.level), case.alarm_at or case.opened_at))


async def standing(work: Work) -> Standing:
    """How the desk stands now."""
    cases = tuple(one.case for one in await open_cases(work.tools.db, work.conn) if not one.made_up)
    held = Counter(row for case in cases if case.state != "open" and (row := _holder(work, case)))
    return Standing(cases, {one.row: held[one.row] for one in table.workers(work.desk)})


def _holder(work: Work, case: Case) -> int:
    """Our number of whoever has the case; by her name where the case says no more. 0: nobody who serves."""
    for one in work.desk.staff:
        if case.matter.holder == one.id or (not case.matter.holder and one.name and one.name == case.taken_by):
            return one.row
    return 0


# -- what is said --------------------------------------------------------------------------------------------------


def told(work: Work, now: Standing) -> str:
    """Open, waiting, late, load a person, who is there, whose turn it is."""
    late = [case for case in now.cases if waiting.is_late(work.desk, case, work.now)]
    counts = Counter(case.level for case in now.cases)
    here = duty.on_duty(work.desk, work.now)
    lines = [work.tell("desk.digest.levels", **{level: counts[level] for level in SHOWN})]
    lines += _waiting(work, now, {case.number for case in late}) or [work.tell("desk.digest.calm")]
    if any(now.load.values()):
        loads = ", ".join(f"{table.name(work.desk, row)} {count}" for row, count in now.load.items())
        lines.append(work.tell("desk.digest.load", loads=loads))
    if duty.has_rota(work.desk):
        lines.append(table.on_duty(work))
    turn = load.next_in_turn(now.load, here or ([] if duty.has_rota(work.desk) else now.load))
    if turn is not None and len(now.load) > 1:
        lines.append(work.tell("desk.digest.turn", name=table.name(work.desk, turn)))
    counted = {"open": len(now.cases), "waiting": len(now.waiting), "late": len(late)}
    return work.tell("desk.digest", date=table.dated(work, table.today(work)), **counted, lines="\n".join(lines))


def _waiting(work: Work, now: Standing, late: set[int]) -> list[str]:
    lines = []
    for case in now.waiting[:MOST_LINES]:
        since = calendar.at_desk(work.desk, case.alarm_at or case.opened_at)
        key = "desk.digest.case_late" if case.number in late else "desk.digest.case"
        level = work.tell(f"desk.level.{case.level}")
        lines.append(work.tell(key, number=case.number, level=level, since=since))
    more = len(now.waiting) - MOST_LINES
    return [*lines, work.tell("desk.digest.more", n=more)] if more > 0 else lines


# -- rounds --------------------------------------------------------------------------------------------------------


async def daily(work: Work) -> list[Send]:
    """Once a day, when the first shift of the desk's hours begins. Nothing while there is nothing to say at all."""
    today = table.today(work)
    begun = calendar.desk_open(work.desk, work.now) or (
        table.local(work, work.now).hour >= work.desk.opens and bool(duty.on_duty(work.desk, work.now))
    )
    if not begun or (await fact(work.conn, TOLD)).decode() == str(today):
        return []
    await keep_fact(work.conn, TOLD, str(today).encode())
    now = await standing(work)
    if not now.cases and not duty.has_rota(work.desk):
        return []
    return [Send(to=DIGEST, message=Message(text=told(work, now)), lane=Lane.WEEKLY, silent=True)]


async def by_the_minute(work: Work) -> list[Send]:
    """The overview and the quiet word, from one look at the open cases."""
    now = await standing(work)
    return [*await _overview(work, now), *await _much(work, now)]


async def _overview(work: Work, now: Standing) -> list[Send]:
    """The pinned message, changed in place whenever it would say something else; begun with the first case or rota."""
    seen = await fact(work.conn, SEEN)
    if not seen and not now.cases and not duty.has_rota(work.desk):
        return []
    text = f"{work.tell('desk.overview')} · {told(work, now)}"
    mark = hashlib.sha256(text.encode()).digest()
    if mark == seen:
        return []
    await keep_fact(work.conn, SEEN, mark)
    message = Message(text=text)
    return [Send(to=DIGEST, message=message, lane=Lane.WEEKLY, slot=SLOT, edit=True, silent=True, pin=True)]


async def _much(work: Work, now: Standing) -> list[Send]:
    """Somebody has more open cases than was agreed on: a lead hears of it once, until it was clearly less again."""
    measures = work.desk.book.measures
    before = set(await _numbers(work, MUCH))
    over = load.overloaded(now.load, measures)
    still = {row for row in before if now.load.get(row, 0) > measures.most - QUIETER}
    if over.keys() | still != before:
        await keep_fact(work.conn, MUCH, msgspec.json.encode(sorted(over.keys() | still)))
    return [
        Send(to=to, message=Message(text=_word(work, row, count)), silent=True)
        for row, count in over.items()
        if row not in before
        for to in duty.leads(work.desk)
    ]


def _word(work: Work, row: int, count: int) -> str:
    most = work.desk.book.measures.most
    return work.tell("desk.load.much", name=table.name(work.desk, row), count=count, most=most)


async def _numbers(work: Work, name: str) -> list[int]:
    kept = await fact(work.conn, name)
    return msgspec.json.decode(kept, type=list[int]) if kept else []
