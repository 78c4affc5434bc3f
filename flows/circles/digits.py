"""Finds telephone numbers and bank cards: digits and words for numbers that run on, whatever stands between them.

Figures of life run on too: weights, dates, times, sizes, counting songs. What tells them apart is how many there are,
how they are set apart, how they begin, and whether somebody speaks of calling.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec
import regex

from content.traces import Shapes
from flows.concern.spelling import PATIENCE, View
from flows.concern.terms import Hit, Hits

FILLER, UNIT, PLUS, CALL, CARD, STREET = "filler", "unit", "plus", "call", "card_word", "street"
BETWEEN = 3
"""Words of no meaning that may stand between two parts of one number."""
BEFORE, AFTER = 6, 4
"""Words before and after a number in which somebody may speak of calling, or of a card."""
LONGEST_GAP = 40
GROWTH = 1500
"""Grams from one weighing to the next, at most. Parts of a card hardly ever rise so evenly."""
PHONE = range(9, 16)
"""Digits of a number with its code; fifteen is the most there are (ITU-T E.164)."""
LOCAL = range(6, 9)
ACCOUNT = 16
"""Digits of a bank card, and the fewest of an account."""

_DIGITS = regex.compile(r"\d+")
_FIGURES = regex.compile(
    r"(?<![\d.:/\-])(?:"
    r"(?:0?[1-9]|[12]\d|3[01])([./\-])(?:0?[1-9]|1[0-2])\1(?:19|20)?\d\d"  # a date
    r"|(?:19|20)\d\d([./\-])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?"  # a time
    r"|\d{1,2}:\d{1,2}"  # a score
    r"|\d{1,3}[.,]\d{1,2}"  # a part of a whole
    r")(?![\d:/]|[.\-]\d)"
)
_WRITTEN = regex.compile(r"\d(?:[ ().\-]{0,2}\d){4,}")
_APART = regex.compile(r"[;\n]|,(?!\d)|(?<!\d),|[.!?]\s")
_OF_A_HUNDRED = ("%", "°", "‰")


class Chunk(msgspec.Struct, frozen=True):
    """Digits that stand together, or a number in words: where, and whether it is in words."""

    start: int
    end: int
    digits: str
    said: bool


class Run(msgspec.Struct, frozen=True):
    """Chunks that run on. `loose`: something stands between them that also sets figures of a list apart."""

    chunks: tuple[Chunk, ...]
    loose: bool

    @property
    def digits(self) -> str:
        """All of them in a row."""
        return "".join(chunk.digits for chunk in self.chunks)


class Page(msgspec.Struct, frozen=True):
    """A text laid flat, its words, and what was found of every group."""

    text: str
    view: View
    hits: Hits
    values: dict[int, tuple[Hit, int]]
    """Numbers in words, by the first word of each."""
    starts: list[int]
    fillers: frozenset[int]
    """Words that mean nothing between two numbers."""

    @classmethod
    def of(cls, text: str, view: View, hits: Hits, values: dict[int, tuple[Hit, int]]) -> Page:
        """Make a page of a text laid flat."""
        fillers = {place for hit in hits.get(FILLER, {}).values() for place in range(hit.first, hit.last + 1)}
        return cls(text, view, hits, values, [start for start, _ in view.spans], frozenset(fillers))

    def words(self, start: int, end: int) -> range:
        """The words that begin between two places of the text."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))

    def after(self, end: int) -> int:
        """The first word that begins here or later; as many as there are words when none does."""
        return bisect_left(self.starts, end)

    def before(self, start: int) -> int:
        """The last word that ends here or earlier; -1 when none does."""
        place = bisect_left(self.starts, start) - 1
        return place - 1 if place >= 0 and self.view.spans[place][1] > start else place


class Plan(msgspec.Struct, frozen=True):
    """How telephone numbers are made here, and those that anybody may say."""

    prefixes: tuple[str, ...]
    countries: dict[str, int]
    spoken: frozenset[str]

    def fits(self, digits: str) -> bool:
        """Say whether so many digits with this beginning are a mobile number, at home or from abroad."""
        plain = digits.removeprefix("00") if len(digits) > 12 else digits
        if len(plain) == 10 and plain[0] == "0":
            plain = plain[1:]
        at_home = len(plain) == 9 and plain.startswith(self.prefixes)
        return at_home or any(plain.startswith(code) and len(plain) == all for code, all in self.countries.items())

    def only_spoken(self, text: str) -> bool:
        """Say whether every long number in a text is one that anybody may say, and there is at least one."""
        written = _WRITTEN.findall(text, timeout=PATIENCE)
        return bool(written) and all("".join(filter(str.isdecimal, one)) in self.spoken for one in written)


def plan(shapes: Shapes, spoken: Iterable[str]) -> Plan:
    """Make the plan ready. `spoken`: numbers of the directory, as they are printed."""
    plain = {"".join(filter(str.isdecimal, number)) for number in spoken}
    short = {number[len(code) :] for number in plain for code in shapes.countries if number.startswith(code)}
    return Plan(shapes.prefixes, shapes.countries, frozenset(filter(None, plain | short)))


def found_numbers(page: Page, plan: Plan) -> Iterator[tuple[Literal["phone", "card"], int, int]]:
    """Give the telephone numbers and cards of a page: their kind, and from where to where."""
    chunks = _chunks(page)
    measured = [match.span() for match in _FIGURES.finditer(page.text, timeout=PATIENCE)]
    walls = [start for start, _ in measured]
    covered = {place for start, end in measured for place in range(start, end)}
    masked = [one for one in chunks if one.start not in covered]
    if woven := _woven(page, plan):
        yield "phone", *woven
    for careful, known in ((True, masked), (False, chunks)):
        for run in _runs(page, known, walls if careful else []):
            spoken_of = _near(page, run, CALL)
            if careful or spoken_of:
                kind = _judge(page, run, plan, called=spoken_of)
                if kind is not None:
                    yield kind, run.chunks[0].start, run.chunks[-1].end


def without_measures(page: Page) -> str:
    """The text, as long as it was, without the numbers that a unit follows: what is left may be that of a house."""
    signs = list(page.text)
    for chunk in _chunks(page):
        if _measured(page, chunk.end):
            signs[chunk.start : chunk.end] = " " * (chunk.end - chunk.start)
    return "".join(signs)


# -- reading ----------------------------------------------------------------------------------------------------------


def _chunks(page: Page) -> list[Chunk]:
    digits = [Chunk(*match.span(), match[0], said=False) for match in _DIGITS.finditer(page.text, timeout=PATIENCE)]
    return sorted([*digits, *_said(page)], key=lambda chunk: chunk.start)


def _said(page: Page) -> Iterator[Chunk]:
    """Put words for numbers together: nine hundred, ninety and two is 992."""
    start = end = total = least = 0
    last = -2
    for place, (hit, value) in sorted(page.values.items()):
        if place <= last:
            continue
        first, until = page.view.spans[hit.first][0], page.view.spans[hit.last][1]
        next_to = last >= 0 and _only_joined(page, last, place)
        if next_to and value == 100 and 0 < total < 10:
            total, least = total * 100, 100
        elif next_to and total and 0 < value < least:
            total, least = total + value, _place_of(value)
        else:
            if last >= 0:
                yield Chunk(start, end, str(total), said=True)
            start, total, least = first, value, _place_of(value)
        end, last = until, hit.last
    if last >= 0:
        yield Chunk(start, end, str(total), said=True)


def _place_of(value: int) -> int:
    """What may follow in the same number is less than this: tens after hundreds, ones after tens."""
    return 100 if value >= 100 else 10 if value % 10 == 0 and value else 0


def _only_joined(page: Page, last: int, place: int) -> bool:
    """Say whether two words of numbers stand side by side, or with one "and" between them."""
    gap = page.text[page.view.spans[last][1] : page.view.spans[place][0]]
    return place - last <= 2 and not _APART.search(gap) and (place - last == 1 or last + 1 in page.hits.get("and", {}))


def _runs(page: Page, chunks: Sequence[Chunk], walls: Sequence[int]) -> Iterator[Run]:
    row: list[Chunk] = []
    loose = False
    for chunk in chunks:
        how = _between(page, row[-1].end, chunk.start, walls) if row else None
        if row and how is None:
            yield Run(tuple(row), loose)
            row, loose = [], False
        row.append(chunk)
        loose = loose or bool(how)
    if row:
        yield Run(tuple(row), loose)


def _between(page: Page, start: int, end: int, walls: Sequence[int]) -> bool | None:
    """Say whether what stands between two chunks is loose; None where it ends the run."""
    gap = page.text[start:end]
    if end - start > LONGEST_GAP or bisect_left(walls, start) != bisect_left(walls, end):
        return None
    real = [place for place in page.words(start, end) if any(map(str.isalnum, page.view.words[place]))]
    if len(real) > BETWEEN or not page.fillers.issuperset(real):
        return None
    return bool(real) or _APART.search(gap) is not None


def _woven(page: Page, plan: Plan) -> tuple[int, int] | None:
    """Find a number whose digits stand one by one between words: 9 мама 3 папа 5 дом."""
    row: list[tuple[int, str]] = []
    for place, word in enumerate([*page.view.words, ""]):
        if len(word) == 1 and word.isdecimal() and (not row or place - row[-1][0] <= 2):
            row.append((place, word))
        elif not row or place - row[-1][0] > 1 or not word:
            digits = "".join(digit for _, digit in row)
            if plan.fits(digits) and not _counting(list(map(int, digits))):
                return page.view.spans[row[0][0]][0], page.view.spans[row[-1][0]][1]
            row = [(place, word)] if len(word) == 1 and word.isdecimal() else []
    return None


# -- judging ----------------------------------------------------------------------------------------------------------


def _judge(page: Page, run: Run, plan: Plan, *, called: bool) -> Literal["phone", "card"] | None:
    digits, chunks = run.digits, [int(chunk.digits) for chunk in run.chunks]
    count = len(digits)
    if digits in plan.spoken or all(chunk.digits in plan.spoken for chunk in run.chunks):
        return None
    if _plus(page, run) and (count in range(7, 16) or (count >= 4 and digits.startswith(tuple(plan.countries)))):
        return "phone"
    if count < LOCAL.start or _counting(chunks) or _measure(page, run, count):
        return None
    lengths = [len(chunk.digits) for chunk in run.chunks]
    listed = run.loose and len(chunks) > 2 and chunks == sorted(chunks)
    if count >= ACCOUNT:
        return "card" if not run.loose or set(lengths[:-1]) <= {4} or _near(page, run, CARD) else None
    if count in PHONE and plan.fits(digits) and not listed:
        return "phone"
    if called and not listed and (not run.loose or count >= PHONE.start or count == 7):
        return "phone"
    if count in range(12, ACCOUNT) and _near(page, run, CARD):
        return "card"
    return "phone" if not run.loose and _like_a_phone(run, lengths, count) else None


def _like_a_phone(run: Run, lengths: list[int], count: int) -> bool:
    """Say whether digits with nothing but signs between them are set as a telephone number is."""
    if count in PHONE:
        single = set(lengths) == {1} and count == PHONE.start and not all(chunk.said for chunk in run.chunks)
        alike = len(lengths) > 2 and len(set(lengths)) == 1 and lengths[0] in {3, 4}
        return not single and not alike
    return lengths[-3:] == [3, 2, 2] or (count == 7 and lengths == [1, 2, 2, 2])


def _counting(chunks: list[int]) -> bool:
    """Counting, and tables: one, two, three; 56, 62, 68; the grams of a child, month by month; years."""
    steps = {after - before for before, after in itertools.pairwise(chunks)}
    even = len(steps) == 1 and steps != {0}
    return len(chunks) > 2 and (even or (min(chunks) >= 1000 and min(steps) > 0 and max(steps) <= GROWTH))


def _measure(page: Page, run: Run, count: int) -> bool:
    """Say whether this is one number with its unit: 1 200 000 сум."""
    end = run.chunks[-1].end
    lengths = [len(chunk.digits) for chunk in run.chunks]
    whole = len(lengths) == 1 or (lengths[0] <= 3 and set(lengths[1:]) == {3})
    return whole and count <= PHONE.start and _measured(page, end)


def _measured(page: Page, end: int) -> bool:
    """Say whether a unit stands right behind. Somoni is a street too."""
    if page.text[end : end + LONGEST_GAP].lstrip().startswith(_OF_A_HUNDRED):
        return True
    place = page.after(end)
    return (
        place in page.hits.get(UNIT, {})
        and place + 1 not in page.hits.get(STREET, {})
        and not _APART.search(page.text[end : page.starts[place]])
    )


def _plus(page: Page, run: Run) -> bool:
    start = run.chunks[0].start
    return page.before(start) in page.hits.get(PLUS, {}) or page.text[max(0, start - LONGEST_GAP) : start].rstrip(
        " ("
    ).endswith("+")


def _near(page: Page, run: Run, group: str) -> bool:
    """Say whether a word of this group stands near the run."""
    start, end = run.chunks[0].start, run.chunks[-1].end
    before, after = page.before(start) + 1, page.after(end)
    near = (*range(max(0, before - BEFORE), before), *range(after, after + AFTER))
    return not page.hits.get(group, {}).keys().isdisjoint(near)
