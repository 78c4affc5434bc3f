"""How staff judged what the rules raised, and what the lead found in words they did not raise: counted for reports.

Nothing here holds a word or a person. A mark stands with its case for as long as the case is kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import bindparam, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.desk.feedback import MARKS
from flows.desk.sample import MARKS as READ
from storage.schema import cases, flags, sample_marks

_stamped = ("case_number", "key", "at", "rule", "category", "level", "language")
FLAGGED = insert(flags).from_select(
    _stamped,
    select(*(bindparam(f"new_{name}", type_=flags.c[name].type) for name in _stamped)).where(
        ~exists().where(
            flags.c.case_number == bindparam("new_case_number", type_=flags.c.case_number.type),
            flags.c.key == bindparam("new_key", type_=flags.c.key.type),
        )
    ),
)
"""The same rule at the same level is one flag of a case, and keeps its mark."""
MARKED = (
    update(flags)
    .where(flags.c.case_number == bindparam("case"), flags.c.key == bindparam("which"))
    .values(mark=bindparam("new_mark"), marked_at=bindparam("when"), actor=bindparam("by"))
)
OF_CASES = (
    select(flags).where(flags.c.case_number.in_(bindparam("numbers", expanding=True))).order_by(flags.c.at, flags.c.key)
)
OLD_FLAGS = delete(flags).where(
    flags.c.case_number.in_(
        select(cases.c.number).where(
            cases.c.state == "closed", cases.c.closed_at < bindparam("before", type_=cases.c.closed_at.type)
        )
    )
)
OLD_READ = delete(sample_marks).where(sample_marks.c.at < bindparam("before", type_=sample_marks.c.at.type))

_by = ("category", "level", "language", "rule")
_since, _until = (bindparam(name, type_=flags.c.at.type) for name in ("since", "until"))
_columns = [flags.c[name] for name in _by]
TALLIES = (
    select(*_columns, flags.c.mark, func.count().label("n"))
    .where(flags.c.at >= _since, flags.c.at < _until)
    .group_by(*_columns, flags.c.mark)
    .order_by(*_columns)
)
TALLIED = (
    select(sample_marks.c.mark, func.count().label("n"))
    .where(sample_marks.c.at >= _since, sample_marks.c.at < _until)
    .group_by(sample_marks.c.mark)
)


class Tally(Struct, frozen=True, kw_only=True):
    """How often one rule raised one level, and how that was judged. `language` is that of the rule."""

    category: str
    level: str
    language: str
    rule: str
    right: int = 0
    wrong: int = 0
    none: int = 0
    unmarked: int = 0


class Sampled(Struct, frozen=True, kw_only=True):
    """How many unflagged texts the lead read, and of how many she said which level they should have had."""

    read: int = 0
    missed: dict[str, int] = {}


class Marks(Struct, frozen=True, kw_only=True):
    """All of it for one period: flags by when they were raised, texts by when they were read."""

    flags: tuple[Tally, ...]
    sample: Sampled

    @property
    def total(self) -> Tally:
        """All flags together."""
        names = (*MARKS, "unmarked")
        sums: dict[str, Any] = {name: sum(getattr(one, name) for one in self.flags) for name in names}
        return Tally(category="", level="", language="", rule="", **sums)


async def marks(conn: AsyncConnection, since: datetime, until: datetime) -> Marks:
    """Counts of what was raised, and of what was read, from `since` to before `until`.

    They are small numbers about people: a report shows them in groups of ten or more.
    """
    period = {"since": since, "until": until}
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for *which, mark, count in await conn.execute(TALLIES, period):
        found.setdefault(tuple(which), {})[mark or "unmarked"] = count
    tallies = tuple(Tally(**dict(zip(_by, which, strict=True)), **counts) for which, counts in found.items())  # type: ignore[arg-type]
    read: dict[str, int] = dict((await conn.execute(TALLIED, period)).all())
    missed = {mark: read[mark] for mark in READ[1:] if mark in read}
    return Marks(flags=tallies, sample=Sampled(read=sum(read.values()), missed=missed))
