"""A table of the report: what the files, the page and the pictures are made from, and all they are made from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from msgspec import Struct

Value = str | int | float | None
"""None is withheld; "" is a place where nothing belongs."""
WITHHELD = "withheld"


class Table(Struct, frozen=True, kw_only=True):
    """`note` says what the figures mean and what they leave out. Columns whose name ends in % are shares."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""

    def column(self, name: str) -> list[Value]:
        """One column, from top to bottom."""
        at = self.columns.index(name)
        return [row[at] for row in self.rows]

    def where(self, **values: str) -> list[dict[str, Value]]:
        """The rows with these values, as column and value."""
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return [row for row in rows if all(row[name] == value for name, value in values.items())]


def written(table: Table) -> str:
    """The table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([[plain(value) for value in row] for row in table.rows])
    return out.getvalue()


def plain(value: Value) -> str:
    """A value in words."""
    return WITHHELD if value is None else str(value)


def pairs_of(facts: Iterable[tuple[str, Value]], name: str, title: str) -> Table:
    """A table of facts."""
    return Table(name=name, title=title, columns=("what", "value"), rows=tuple(facts))
