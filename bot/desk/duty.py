"""`/duty`: the rota, shown, and set in typed lines or by buttons.

A lead sets everything. A moderator may swap her own shifts, take another's in a swap, and say that she is away or
back; a lead is told. Every change says what it did and can be taken back with one tap, as long as nothing else has
changed. Buttons carry what they mean in full (days, minutes, people), never a place in a list that may have moved.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec
from msgspec import structs

from bot.desk import timetable as table
from bot.desk.work import Asked, button
from flows.desk import duty, rota, rota_lines
from flows.desk.office import Member
from flows.desk.rights import LEADS, WORKERS
from flows.desk.rota import DAY, Away, Rota, Shift, Swap
from flows.desk.rota_lines import Change, Misread, Reader
from flows.effects import Send
from flows.model import Button, Message, in_rows

SCREEN: Final = "duty"
HELP: Final = frozenset({"help", "?", "помощь", "ёрӣ"})
LONGEST_LABEL: Final = 22
DAY_SETS: Final = ((0, 4), (0, 5), (0, 6), *((day, day) for day in range(7)))
LENGTHS: Final = (1, 2, 3, 5, 7, 14, 30)
AHEAD_AWAY, AHEAD_FREE = 8, 14
MOST_SHIFTS: Final = 20
NOBODY: Final = "⚠️"
_PREFIX: Final = re.compile(r"^\s*/duty(?:@\w+)?\s*", re.IGNORECASE | re.MULTILINE)

Keys = tuple[tuple[Button, ...], ...]


async def order(asked: Asked) -> list[Send]:
    """`/duty`, `/duty help`, `/duty` with lines that set it, and its buttons."""
    if asked.order.tapped:
        return await _tapped(asked, asked.about.split("."))
    if not asked.about:
        return [_screen(asked, table.shown(asked), _menu(asked))]
    if asked.about.casefold() in HELP:
        return [_help(asked)]
    reader = Reader(table.workers(asked.desk), table.today(asked), asked.desk.book.rota, asked.member.row)
    text = _PREFIX.sub("", asked.about)
    try:
        changes = reader.read(text)
    except Misread as found:
        known = ", ".join(table.name(asked.desk, one.row) for one in table.workers(asked.desk))
        why = asked.tell(f"desk.duty.why.{found.why}", **({"names": known} if found.why == "name" else {}))
        return [asked.answer(asked.tell("desk.duty.wrong", why=why, line=found.line.strip()))]
    return await _set(asked, changes)


# -- changes -------------------------------------------------------------------------------------------------------


async def _set(asked: Asked, changes: Sequence[Change]) -> list[Send]:
    """Carry out what was said, if she may; the rota as it is now, with a way back."""
    is_lead = asked.member.role in LEADS
    stands = asked.member.role in WORKERS and all(rota_lines.is_own(one, asked.member.row) for one in changes)
    if not is_lead and not stands:
        await asked.put_on_record("refused:duty", by=asked.member.id)
        return [asked.answer(asked.tell("desk.duty.not_yours"))]
    old = asked.desk.book.rota
    new = rota.pruned(rota_lines.applied(old, changes), table.today(asked))
    what = "\n".join(_said(asked, one) for one in changes)
    for kind in dict.fromkeys(one.kind for one in changes):
        await asked.put_on_record(f"duty:{kind}", by=asked.member.id)
    after = await _keep(asked, new, old)
    said = [_screen(after, f"{asked.tell('desk.duty.done', what=what)}\n\n{table.shown(after)}", _menu(after))]
    return said if is_lead else [*said, *_told_leads(asked, what)]


async def _keep(asked: Asked, new: Rota, before: Rota | None) -> Asked:
    book = structs.replace(asked.desk.book, rota=new, rota_before=before)
    await asked.tools.office.keep(asked.conn, book)
    return structs.replace(asked, desk=structs.replace(asked.desk, book=book))


async def _undo(asked: Asked, mark: str) -> list[Send]:
    before = asked.desk.book.rota_before
    if before is None or mark != _mark(asked.desk.book.rota):
        return [_screen(asked, f"{asked.tell('desk.duty.stale')}\n\n{table.shown(asked)}", _menu(asked))]
    if asked.member.role not in LEADS:
        await asked.put_on_record("refused:duty", by=asked.member.id)
        return [asked.answer(asked.tell("desk.duty.not_yours"))]
    await asked.put_on_record("duty:undone", by=asked.member.id)
    after = await _keep(asked, before, None)
    return [_screen(after, f"{asked.tell('desk.duty.undone')}\n\n{table.shown(after)}", _menu(after))]


def _told_leads(asked: Asked, what: str) -> list[Send]:
    text = asked.tell("desk.duty.changed", name=table.name(asked.desk, asked.member.row), what=what)
    return [Send(to=to, message=Message(text=text), silent=True) for to in duty.leads(asked.desk)]


def _said(asked: Asked, one: Change) -> str:
    """A change in words."""
    desk = asked.desk
    match one.kind:
        case "week":
            days = table.weekdays(asked, one.days)
            return asked.tell("desk.duty.set_week", days=days, shifts=table.shifts(asked, one.shifts))
        case "dates":
            days = table.dates(asked, one.dates)
            return asked.tell("desk.duty.set_week", days=days, shifts=table.shifts(asked, one.shifts))
        case "usual":
            return asked.tell("desk.duty.usual", days=table.dates(asked, one.dates))
        case "back":
            return asked.tell("desk.duty.back", name=table.name(desk, one.row))
    if one.away is not None:
        first, last = f"{one.away.first:%d.%m}", f"{one.away.last:%d.%m}"
        return asked.tell("desk.duty.away", name=table.name(desk, one.away.row), first=first, last=last)
    return "\n".join(
        asked.tell(
            "desk.duty.swapped",
            day=table.dated(asked, swap.on),
            comes=table.name(desk, swap.comes),
            gone=table.name(desk, swap.gone),
        )
        for swap in one.swaps
        if _is_planned(desk.book.rota, swap)
    )


def _is_planned(kept: Rota, swap: Swap) -> bool:
    return any(swap.gone in one.rows for one in rota.planned(kept, swap.on))


# -- screens -------------------------------------------------------------------------------------------------------


async def _tapped(asked: Asked, parts: list[str]) -> list[Send]:
    """A button. What it carries is a claim of the phone's: whatever does not read as meant shows the rota again."""
    try:
        return await _step(asked, parts[0], parts[1:])
    except (ValueError, IndexError, LookupError, OverflowError):
        return [_screen(asked, f"{asked.tell('desk.duty.stale')}\n\n{table.shown(asked)}", _menu(asked))]


async def _step(asked: Asked, verb: str, rest: list[str]) -> list[Send]:
    match verb:
        case "help":
            return [_help(asked)]
        case "undo":
            return await _undo(asked, rest[0])
        case "w":
            return await _week(asked, rest)
        case "s":
            return await _swap(asked, rest)
        case "a":
            return await _away(asked, rest)
        case "b":
            return await _set(asked, [Change(kind="back", row=_person(asked, rest[0]).row)])
        case "f" if rest:
            return await _set(asked, [Change(kind="dates", dates=(_day(asked, rest[0]),))])
        case "f":
            return [_ask(asked, asked.tell("desk.duty.ask.free"), _day_keys(asked, "f", AHEAD_FREE))]
    return [_screen(asked, table.shown(asked), _menu(asked))]


async def _week(asked: Asked, rest: list[str]) -> list[Send]:
    """Days, hours, who is called first and perhaps second; then it is set, in place of what it touches."""
    if not rest:
        sets = [_key(table.weekdays(asked, {*range(a, b + 1)}), f"w.{a}-{b}") for a, b in DAY_SETS]
        return [_ask(asked, asked.tell("desk.duty.ask.days"), sets)]
    first, last = (int(one) for one in rest[0].split("-"))
    days = tuple(range(max(0, first), min(6, last) + 1))
    told = table.weekdays(asked, days)
    if len(rest) == 1:
        keys = [_key(table.minutes(a, b), f"w.{rest[0]}.{a}-{b}") for a, b in _usual_hours(asked)]
        free = _key(asked.tell("desk.duty.act.closed"), f"w.{rest[0]}.off")
        return [_ask(asked, asked.tell("desk.duty.ask.hours", days=told), [*keys, free])]
    if rest[1] == "off":
        return await _set(asked, [Change(kind="week", days=days)])
    begins, ends = (int(one) for one in rest[1].split("-"))
    if not (0 <= begins < DAY and begins < ends <= begins + DAY):
        raise ValueError(begins, ends)
    what = f"{told} {table.minutes(begins, ends)}"
    if len(rest) == 2:
        return [_ask(asked, asked.tell("desk.duty.ask.who", what=what), _people_keys(asked, ".".join(("w", *rest))))]
    sure = rest[-1] == "yes"
    rows = tuple(_person(asked, one).row for one in rest[2:4] if one not in {"yes", "and"})
    shift = Shift(begins=begins, ends=ends, rows=rows)
    what = f"{told} {table.shift(asked, shift)}"
    so_far = ".".join(("w", *rest[: 2 + len(rows)]))
    if rest[-1] == "and":
        return [_ask(asked, asked.tell("desk.duty.ask.second", what=what), _people_keys(asked, so_far, but=rows))]
    if not (sure and rows):
        keys = [_key(asked.tell("desk.duty.act.set"), f"{so_far}.yes")]
        keys += [_key(asked.tell("desk.duty.act.and"), f"{so_far}.and")] if len(rows) == 1 else []
        return [_ask(asked, asked.tell("desk.duty.ask.keep", what=what), keys)]
    return await _set(asked, [Change(kind="week", days=days, shifts=(shift,))])


def _usual_hours(asked: Asked) -> list[tuple[int, int]]:
    """The desk's hours, its halves, its nights, and the whole day."""
    opens, closes = asked.desk.opens * 60, asked.desk.closes * 60
    middle = (opens + closes) // 120 * 60
    some = [(opens, closes), (opens, middle), (middle, closes), (closes, opens + DAY), (0, DAY)]
    return [(begins % DAY, ends if begins < DAY else ends - DAY) for begins, ends in some if begins < ends]


async def _swap(asked: Asked, rest: list[str]) -> list[Send]:
    """One shift of the coming days, and who takes it."""
    if not rest:
        keys = _shift_keys(asked)
        key = "desk.duty.ask.shift" if keys else "desk.duty.no_shifts"
        return [_ask(asked, asked.tell(key), keys, columns=1)]
    day, begins, gone = _day(asked, rest[0]), int(rest[1]), _number(rest[2])
    planned = [one for one in rota.planned(asked.desk.book.rota, day) if one.begins == begins and gone in one.rows]
    if not planned:
        raise LookupError(gone)
    if len(rest) == 3:
        here = next(
            one for one in rota.shifts(asked.desk.book.rota, day, duty.serving(asked.desk)) if one.begins == begins
        )
        what = f"{table.dated(asked, day)} {table.shift(asked, here)}"
        keys = _people_keys(asked, ".".join(("s", *rest)), but=here.rows)
        return [_ask(asked, asked.tell("desk.duty.ask.comes", what=what), keys)]
    swap = Swap(on=day, gone=gone, comes=_person(asked, rest[3]).row, begins=begins)
    return await _set(asked, [Change(kind="swap", swaps=(swap,))])


def _shift_keys(asked: Asked) -> list[Button]:
    """A button for everybody planned in the coming days; it names who stands there as it is now."""
    kept, serving, first = asked.desk.book.rota, duty.serving(asked.desk), table.today(asked)
    keys = []
    for day in rota.days(first, first + timedelta(days=table.SHOWN - 1)):
        for shift in sorted(rota.planned(kept, day), key=lambda one: one.begins):
            if rota.moment(day, shift.ends, duty.hours_of(asked.desk).zone) <= asked.now:
                continue
            for row in shift.rows:
                stands = rota.stands(kept, day, shift, row, serving)
                who = NOBODY if stands is None else table.name(asked.desk, stands)
                label = f"{table.dated(asked, day)} {table.minutes(shift.begins, shift.ends)} {who}"
                keys.append(_key(label, f"s.{day:%Y%m%d}.{shift.begins}.{_short(row)}"))
    return keys[:MOST_SHIFTS]


async def _away(asked: Asked, rest: list[str]) -> list[Send]:
    """Who, from which day, for how long. Whoever is away already can be called back."""
    if not rest:
        gone = [one.row for one in asked.desk.book.rota.away if one.last >= table.today(asked)]
        keys = [
            _key(asked.tell("desk.duty.back", name=table.name(asked.desk, row)), f"b.{_short(row)}")
            for row in dict.fromkeys(gone)
        ]
        return [_ask(asked, asked.tell("desk.duty.ask.away"), [*_people_keys(asked, "a"), *keys])]
    who = _person(asked, rest[0])
    called = table.name(asked.desk, who.row)
    if len(rest) == 1:
        keys = _day_keys(asked, f"a.{rest[0]}", AHEAD_AWAY)
        return [_ask(asked, asked.tell("desk.duty.ask.first", name=called), keys)]
    first = _day(asked, rest[1])
    if len(rest) == 2:
        keys = [_key(asked.tell("desk.duty.act.days", n=n), f"a.{rest[0]}.{rest[1]}.{n}") for n in LENGTHS]
        return [_ask(asked, asked.tell("desk.duty.ask.long", name=called, day=table.dated(asked, first)), keys)]
    last = first + timedelta(days=LENGTHS[LENGTHS.index(int(rest[2]))] - 1)
    return await _set(asked, [Change(kind="away", away=Away(row=who.row, first=first, last=last))])


# -- small parts ---------------------------------------------------------------------------------------------------


def _screen(asked: Asked, text: str, keys: Keys) -> Send:
    """The one message of the rota in this chat: sent anew by the order, changed in place by its buttons."""
    return asked.answer(text, keys, slot=SCREEN, edit=asked.order.tapped)


def _ask(asked: Asked, text: str, keys: Sequence[Button], columns: int = 2) -> Send:
    rows = in_rows(keys, columns)
    return _screen(asked, text, (*rows, (_key(asked.tell("desk.duty.act.show"), "show"),)))


def _menu(asked: Asked) -> Keys:
    verbs = (("week", "w"), ("swap", "s"), ("away", "a"), ("free", "f"), ("help", "help"))
    keys = [_key(asked.tell(f"desk.duty.act.{name}"), verb) for name, verb in verbs]
    rows = [*in_rows(keys)]
    if asked.desk.book.rota_before is not None and asked.member.role in LEADS:
        rows.append((_key(asked.tell("desk.duty.act.undo"), f"undo.{_mark(asked.desk.book.rota)}"),))
    return tuple(rows)


def _help(asked: Asked) -> Send:
    some = [table.name(asked.desk, one.row) for one in table.workers(asked.desk)]
    one, two = (*some, "#1", "#2")[:2] if len(some) != 1 else (some[0], "#2")
    back = ((_key(asked.tell("desk.duty.act.show"), "show"),),)
    return _screen(asked, asked.tell("desk.duty.help", one=one, two=two), back)


def _key(label: str, about: str) -> Button:
    return button(label[:LONGEST_LABEL], "duty", about)


def _people_keys(asked: Asked, so_far: str, but: Sequence[int] = ()) -> list[Button]:
    some = [one for one in table.workers(asked.desk) if one.row not in but]
    return [_key(table.name(asked.desk, one.row), f"{so_far}.{_short(one.row)}") for one in some]


def _day_keys(asked: Asked, so_far: str, ahead: int) -> list[Button]:
    some = (table.today(asked) + timedelta(days=after) for after in range(ahead))
    return [_key(table.dated(asked, day), f"{so_far}.{day:%Y%m%d}") for day in some]


def _day(asked: Asked, text: str) -> date:
    """A day of a button's, not one that has passed. ValueError."""
    day = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    if day < table.today(asked):
        raise ValueError(text)
    return day


def _person(asked: Asked, text: str) -> Member:
    """Somebody who may stand in a shift. ValueError, StopIteration never: LookupError for anybody else."""
    row = _number(text)
    for one in table.workers(asked.desk):
        if one.row == row:
            return one
    raise LookupError(row)


DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def _short(row: int) -> str:
    """A number of ours in the fewest signs: two of them and a shift must go into one button."""
    signs = ""
    while row:
        row, rest = divmod(row, len(DIGITS))
        signs = DIGITS[rest] + signs
    return signs or "0"


def _number(text: str) -> int:
    return int(text, len(DIGITS))


def _mark(kept: Rota) -> str:
    """What tells this rota from another: a change in between must not be taken back unseen."""
    return f"{zlib.crc32(msgspec.json.encode(kept)):08x}"
