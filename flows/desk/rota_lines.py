"""What a tired person types to set the rota, one line for each thing, in any of the desk's languages.

    Mon-Fri 9-18 Gulru, Savsan      in place of what it touches there; called first, then second
    Sun off · 21.03-24.03 off       nobody is expected
    12.03 9-18 Savsan · 12.03 usual one date, instead of the pattern; the pattern again
    swap 12.03 Gulru Savsan         each takes the other's shifts of that day; with a second date, of that one
    away Gulru 5.03-12.03 · back Gulru

Words may stand in any order. A line that is not understood spoils the whole message: nothing is half done.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from flows.desk import rota
from flows.desk.office import Member
from flows.desk.rota import DAY, Away, Rota, Shift, Swap

DAYS: tuple[frozenset[str], ...] = (
    frozenset({"mon", "monday", "пн", "пон", "понедельник", "дш", "душанбе"}),
    frozenset({"tue", "tues", "tuesday", "вт", "вторник", "сш", "сешанбе"}),
    frozenset({"wed", "wednesday", "ср", "среда", "среду", "чш", "чоршанбе"}),
    frozenset({"thu", "thur", "thurs", "thursday", "чт", "четверг", "пш", "панҷшанбе", "панчшанбе"}),
    frozenset({"fri", "friday", "пт", "пятница", "пятницу", "ҷм", "ҷумъа", "чумъа"}),
    frozenset({"sat", "saturday", "сб", "суббота", "субботу", "шн", "шанбе"}),
    frozenset({"sun", "sunday", "вс", "воскресенье", "яш", "якшанбе"}),
)
"""The names of the weekdays, Monday first, in English, Russian and Tajik."""
WORDS: dict[str, frozenset[str]] = {
    "off": frozenset(
        {"off", "free", "closed", "holiday", "выходной", "выходные", "закрыто", "праздник", "истироҳат", "ид"}
    ),
    "usual": frozenset({"usual", "normal", "обычно", "обычный", "ҳамешагӣ", "муқаррарӣ"}),
    "swap": frozenset({"swap", "change", "замена", "обмен", "иваз"}),
    "away": frozenset({"away", "vacation", "ill", "нет", "отпуск", "болеет", "больничный", "нест", "рухсатӣ", "бемор"}),
    "back": frozenset({"back", "снова", "вышла", "вернулась", "омад", "боз"}),
    "today": frozenset({"today", "сегодня", "имрӯз"}),
    "tomorrow": frozenset({"tomorrow", "завтра", "пагоҳ", "фардо"}),
    "": frozenset(
        {"как", "as", "and", "и", "ва", "with", "с", "бо", "from", "to", "on", "the", "is", "на", "аз", "то", "по"}
    ),
}
"""Words with a meaning, and those that are passed over."""
FARTHEST = timedelta(days=300)
"""A date without its year that would lie farther ahead is taken for one that has passed."""
LONGEST = 92
"""Days of one span: a slip of the finger must not close the desk for a year."""
LEAST_OF_A_NAME = 3

_DATE = r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?\.?"
_SPAN = re.compile(rf"(?<![\d.])(?:(\d{{1,2}})\.?|{_DATE})-{_DATE}(?![\d:])|(?<![\d.]){_DATE}(?![\d:])")
_HOURS = re.compile(r"(?<![\d.:])(\d{1,2})(?::(\d{2}))?-(\d{1,2})(?::(\d{2}))?(?![\d.:])")
_DASH = re.compile(r"\s*[-–—]\s*")
_TO = re.compile(r"(?<=\d)\s+(?:to|до|по|то)\s+(?=\d)")
_WORD = re.compile(r"#?\w+(?:['’ʼ-]\w+)*")


class Misread(Exception):  # noqa: N818 (it names what happened, not who erred)
    """A line that was not understood: the line as typed, and why (the end of a text's id)."""

    def __init__(self, line: str, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


class Change(Struct, frozen=True, kw_only=True):
    """One line understood. `kind`: week, dates, usual, swap, away, back; what of the rest counts follows from it."""

    kind: str
    days: tuple[int, ...] = ()
    dates: tuple[date, ...] = ()
    shifts: tuple[Shift, ...] = ()
    swaps: tuple[Swap, ...] = ()
    away: Away | None = None
    row: int = 0


class Reader(Struct):
    """Reads lines for whoever wrote them, on a day of the desk, with these people to be named."""

    staff: Sequence[Member]
    today: date
    kept: Rota
    me: int = 0

    def read(self, text: str) -> list[Change]:
        """Every line of a message as a change. Misread names the first that was not understood."""
        return [self._line(line) for line in re.split(r"[\n;]+", text) if line.strip()]

    def _line(self, line: str) -> Change:
        rest = _TO.sub("-", _DASH.sub("-", line.casefold()))
        dates, rest = self._dates(rest, line)
        hours, rest = _hours(rest, line)
        words = _WORD.findall(rest)
        days, words = _weekdays(words)
        verbs, words = self._verbs(words)
        rows = self._people(words, line)
        if len(verbs) > 1 or (days and dates):
            raise Misread(line, "words")
        match next(iter(verbs), ""):
            case "swap":
                return self._swap(line, dates, rows)
            case "away":
                return self._away(line, dates, rows)
            case "back":
                return Change(kind="back", row=_one(rows, line))
            case "usual":
                return Change(kind="usual", dates=_some(dates, line))
            case "off" if not rows and not hours:
                return _on(days, dates, (), line)
            case "off":
                raise Misread(line, "words")
        return self._shifts(line, days, dates, hours, rows)

    def _shifts(
        self, line: str, days: tuple[int, ...], dates: tuple[date, ...], hours: list[tuple[int, int]], rows: list[int]
    ) -> Change:
        if not rows:
            raise Misread(line, "nobody")
        if hours:
            return _on(days, dates, tuple(Shift(begins=one, ends=end, rows=tuple(rows)) for one, end in hours), line)
        # Only a name for a date: she takes what is planned there.
        planned = rota.planned(self.kept, dates[0]) if len(dates) == 1 else ()
        if not planned:
            raise Misread(line, "hours")
        return _on((), dates, tuple(Shift(begins=one.begins, ends=one.ends, rows=tuple(rows)) for one in planned), line)

    def _swap(self, line: str, dates: tuple[date, ...], rows: list[int]) -> Change:
        if not dates:
            raise Misread(line, "day")
        if len(rows) != 2 or rows[0] == rows[1]:
            raise Misread(line, "pair")
        one, two = rows
        first, last = dates[0], dates[-1]
        if not (self._stands(first, one) if last != first else self._stands(first, one, two)):
            raise Misread(line, "pair")
        if last != first and not self._stands(last, two):
            raise Misread(line, "pair")
        return Change(kind="swap", swaps=(Swap(on=first, gone=one, comes=two), Swap(on=last, gone=two, comes=one)))

    def _stands(self, day: date, *rows: int) -> bool:
        return any(row in one.rows for one in rota.planned(self.kept, day) for row in rows)

    def _away(self, line: str, dates: tuple[date, ...], rows: list[int]) -> Change:
        some = _some(dates, line)
        return Change(kind="away", away=Away(row=_one(rows, line), first=some[0], last=some[-1]))

    def _dates(self, rest: str, line: str) -> tuple[tuple[date, ...], str]:
        """Every date in the line, spans of them opened, in the order they stand; a swap has two that are no span."""
        found: list[date] = []
        for match in _SPAN.finditer(rest):
            day, *groups = match.groups()
            first, last, alone = groups[0:3], groups[3:6], groups[6:9]
            if alone[0]:
                found.append(self._date(line, *alone))
                continue
            ends = self._date(line, *last)
            begins = _before(ends, day or first[0], first[1] or last[1], first[2], line)
            if (ends - begins).days > LONGEST:
                raise Misread(line, "day")
            found += rota.days(begins, ends)
        return tuple(found), _SPAN.sub(" ", rest)

    def _date(self, line: str, day: str, month: str, year: str | None) -> date:
        """The next day of that name; with a year, that day. Not one that has passed."""
        found = _day(line, day, month, int(year) % 100 + 2000 if year else self.today.year)
        if not year and found < self.today:
            found = _day(line, day, month, self.today.year + 1)
        if found < self.today or (not year and found - self.today > FARTHEST):
            raise Misread(line, "past")
        return found

    def _verbs(self, words: list[str]) -> tuple[list[str], list[str]]:
        """Words with a meaning, and the rest. A word of the desk's people is a name, whatever else it could be."""
        verbs: list[str] = []
        left: list[str] = []
        names = {one.name.casefold() for one in self.staff}
        for word in words:
            kind = next((kind for kind, some in WORDS.items() if word in some), None)
            if kind is None or word in names:
                left.append(word)
            elif kind and kind not in verbs:
                verbs.append(kind)
        return verbs, left

    def _people(self, words: list[str], line: str) -> list[int]:
        rows: list[int] = []
        at = 0
        while at < len(words):
            row, taken = self._person(words[at:], line)
            rows += [] if row in rows else [row]
            at += taken
        return rows

    def _person(self, words: list[str], line: str) -> tuple[int, int]:
        """Whose name these words begin with, and how many of them it takes: whole names before beginnings of one."""
        if words[0] in {"me", "я", "ман", "меня"} and self.me:
            return self.me, 1
        if re.fullmatch(r"#\d+", words[0]) and 0 < int(words[0][1:]) <= len(self.staff):
            return self.staff[int(words[0][1:]) - 1].row, 1
        for taken in range(min(len(words), 4), 0, -1):
            some = [one.row for one in self.staff if _WORD.findall(one.name.casefold()) == words[:taken]]
            if len(some) == 1:
                return some[0], taken
        if len(words[0]) >= LEAST_OF_A_NAME:
            some = [one.row for one in self.staff if one.name.casefold().startswith(words[0])]
            if len(some) == 1:
                return some[0], 1
        raise Misread(line, "name")


def applied(kept: Rota, changes: Sequence[Change]) -> Rota:
    """The rota after these changes.

    A new shift takes the place of those of its day that it touches; what it does not touch stays. Those of one message
    never displace each other. A day said to be free begins empty.
    """
    week = _given(changes, {day: kept.week.get(day, ()) for one in changes for day in one.days})
    dates = _given(changes, {day: rota.agreed(kept, day) for one in changes for day in one.dates}, "dates")
    new = rota.with_week(kept, week) if week else kept
    new = rota.with_dates(new, dates) if dates else new
    for one in changes:
        if one.kind == "usual":
            new = rota.as_usual(new, one.dates)
        elif one.kind == "back":
            new = rota.back(new, one.row)
        elif one.away is not None:
            new = rota.with_away(new, one.away)
        for swap in one.swaps:
            new = rota.with_swap(new, swap)
    return new


def _given(
    changes: Sequence[Change], had: dict[Any, tuple[Shift, ...]], kind: str = "week"
) -> dict[Any, tuple[Shift, ...]]:
    """The shifts of each day named, from those it had."""
    given: dict[Any, tuple[Shift, ...]] = {}
    for one in changes:
        if one.kind == kind:
            for day in (*one.days, *one.dates):
                given[day] = (*given.get(day, ()), *one.shifts)
                had |= {} if one.shifts else {day: ()}
    return {day: rota.beside(had[day], some) for day, some in given.items()}


def of(change: Change) -> frozenset[int]:
    """Everybody whose shifts a change gives or takes."""
    rows = {row for shift in change.shifts for row in shift.rows}
    rows |= {row for swap in change.swaps for row in (swap.gone, swap.comes)}
    rows |= {change.row} if change.row else set()
    return frozenset(rows | ({change.away.row} if change.away is not None else set()))


def is_own(change: Change, row: int) -> bool:
    """Whether a person may do this of herself: a swap she is part of, her own absence, her own return."""
    return change.kind in {"swap", "away", "back"} and row in of(change)


# -- small parts ---------------------------------------------------------------------------------------------------


def _on(days: tuple[int, ...], dates: tuple[date, ...], shifts: tuple[Shift, ...], line: str) -> Change:
    if days:
        return Change(kind="week", days=days, shifts=shifts)
    return Change(kind="dates", dates=_some(dates, line), shifts=shifts)


def _some(dates: tuple[date, ...], line: str) -> tuple[date, ...]:
    if not dates:
        raise Misread(line, "day")
    return dates


def _one(rows: list[int], line: str) -> int:
    if len(rows) != 1:
        raise Misread(line, "nobody" if not rows else "words")
    return rows[0]


def _hours(rest: str, line: str) -> tuple[list[tuple[int, int]], str]:
    """From and to in minutes; an end that is no later than the beginning is one of the next day."""
    found: list[tuple[int, int]] = []
    for match in _HOURS.finditer(rest):
        begins, ends = _minute(match[1], match[2], line), _minute(match[3], match[4], line)
        if begins == DAY:
            raise Misread(line, "hours")
        found.append((begins, ends if ends > begins else ends + DAY))
    return found, _HOURS.sub(" ", rest)


def _minute(hour: str, minute: str | None, line: str) -> int:
    found = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) >= 60 or found > DAY:
        raise Misread(line, "hours")
    return found


def _weekdays(words: list[str]) -> tuple[tuple[int, ...], list[str]]:
    """The weekdays named, spans of them opened (Fri-Mon passes Sunday), and the words that name none."""
    days: list[int] = []
    left: list[str] = []
    for word in words:
        ends = [_weekday(part) for part in word.split("-")]
        if None in ends or len(ends) > 2:
            left.append(word)
            continue
        first, last = ends[0] or 0, ends[-1] or 0
        days += [(first + ahead) % 7 for ahead in range((last - first) % 7 + 1)]
    return tuple(dict.fromkeys(days)), left


def _weekday(word: str) -> int | None:
    return next((day for day, some in enumerate(DAYS) if word in some), None)


def _day(line: str, day: str, month: str, year: int) -> date:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        raise Misread(line, "day") from None


def _before(ends: date, day: str, month: str, year: str | None, line: str) -> date:
    """The beginning of a span: in the year of its end, or in the one before where the new year lies between."""
    if year:
        found = _day(line, day, month, int(year) % 100 + 2000)
    else:
        found = _day(line, day, month, ends.year)
        found = _day(line, day, month, ends.year - 1) if found > ends else found
    if found > ends:
        raise Misread(line, "day")
    return found
