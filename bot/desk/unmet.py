"""`/map`: what people needed and did not get, by need and district, from referrals that name nobody.

A cell of a few can point at one woman in a small district: what is under ten is shown to a lead alone, in her own chat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from bot.desk.work import Asked
from flows.desk import directory, rights
from flows.effects import Send
from storage.referrals import Tally, counted

PERIOD = timedelta(days=365)
LEAST = 10
"""The smallest cell that others may see (the usual threshold of statistics offices and health data)."""
MOST_ROWS = 30
UNMET = frozenset({"missed", "refused", "nowhere"})
MET = "better"
"""A reason for not going that is no unmet need."""

Cell = tuple[str, str, str]
"""Need, region, district."""


async def order(asked: Asked) -> list[Send]:
    """The table, of the last year."""
    found = await counted(asked.conn, asked.now - PERIOD)
    whole = asked.order.private and asked.member.role in rights.LEADS
    rows = _whole(asked, found) if whole else _large(asked, found)
    lines = [asked.tell("refer.map.head", days=PERIOD.days), *(rows or [asked.tell("refer.map.none")])]
    if not whole:
        lines += [asked.tell("refer.map.few"), asked.tell("refer.map.private")]
    await asked.put_on_record("map:whole" if whole else "map", by=asked.member.id)
    return [asked.answer("\n".join(lines))]


def _large(asked: Asked, found: Iterable[Tally]) -> list[str]:
    """Only how many were left without help, where they are many: with more beside it, small cells could be told."""
    cells = [(cell, n) for cell, n in unmet(found).most_common() if n >= LEAST]
    return [asked.tell("refer.map.unmet", **_names(asked, cell), unmet=n) for cell, n in cells[:MOST_ROWS]]


def _whole(asked: Asked, found: Iterable[Tally]) -> list[str]:
    """Every cell, those with most left without help first, and what stood in the way."""
    found, lines = tuple(found), list[str]()
    without = unmet(found)
    cells = sorted({_cell(one) for one in found}, key=lambda cell: (-without[cell], cell))
    for cell in cells[:MOST_ROWS]:
        here = [one for one in found if _cell(one) == cell]
        went = sum(one.n for one in here if one.state == "arrived")
        counts = {"n": sum(one.n for one in here), "went": went, "unmet": without[cell]}
        lines.append(asked.tell("refer.map.row", **_names(asked, cell), **counts))
        lines += [asked.tell("refer.map.why", why=_why(asked, one), n=one.n) for one in here if _is_unmet(one)]
    more = len(cells) - MOST_ROWS
    return [*lines, asked.tell("refer.map.more", n=more)] if more > 0 else lines


def unmet(found: Iterable[Tally]) -> Counter[Cell]:
    """How many were left without help, by need and district."""
    counts = Counter[Cell]()
    for one in found:
        if _is_unmet(one):
            counts[_cell(one)] += one.n
    return counts


def _is_unmet(one: Tally) -> bool:
    return one.state in UNMET and one.why != MET


def _cell(one: Tally) -> Cell:
    return one.need, one.region, one.district


def _names(asked: Asked, cell: Cell) -> dict[str, object]:
    need, region, district = cell
    library, language = asked.tools.library, asked.desk.language
    where = directory.named(library, district or region, language) or asked.tell("refer.nowhere")
    return {"need": asked.tell(f"refer.need.{need}"), "where": where}


def _why(asked: Asked, one: Tally) -> str:
    if one.state == "missed":
        return asked.tell(f"refer.why.{one.why or 'unsaid'}")
    return asked.tell(f"refer.map.state.{one.state}")
