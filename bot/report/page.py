"""The report as one page of HTML: it loads nothing, has no script, and can be printed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from bot.report.pictures import Picture
from bot.report.tables import WITHHELD, Table, Value, plain
from bot.report.withhold import FEW

LOOK: Final = (
    "body{font:16px/1.5 sans-serif;margin:1.5em auto;max-width:60em;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;margin:.5em 0;font-size:.85em}td,th{border:1px solid #ccc;padding:.2em .5em;"
    "text-align:left}td.n{text-align:right}th{background:#eef2f6}caption{text-align:left;"
    "font-weight:bold}.note{color:#444;font-size:.9em;max-width:50em}.no{color:#888;font-style:italic}"
    "img{max-width:100%}.wide{overflow-x:auto}@media print{section{break-inside:avoid}}"
)
LIMITS: Final = """
There is no group to compare with. People who seek help when things are at their worst feel better after some weeks with
or without it (regression to the mean), babies grow, seasons change: what changed is not what the programme changed.
Controlled trials of such programmes find less than before and after does.

Who stayed is not like who left. Every figure of a later week, and every pair, is of those who stayed.

The questionnaires have not been validated in Tajik. Only those who agreed to research, and answered twice, are in the
pairs: they are no picture of everybody.

Silence is no refusal and no harm: a phone is shared, broken, or out of reach.

Two reports of different days can be subtracted from one another, and the difference may be one person. Give out one a
quarter, and not the days between.
""".strip().split("\n\n")


def page(title: str, facts: Table, tables: Iterable[Table], pictures: Sequence[Picture]) -> str:
    """The page. What is withheld says so."""
    body = [f"<h1>{escape(title)}</h1>", _section(facts, ())]
    body += [_section(table, [one for one in pictures if one.under == table.name]) for table in tables]
    limits = "".join(f"<li>{escape(one)}</li>" for one in LIMITS)
    body.append(f"<section><h2>What this cannot show</h2><ul>{limits}</ul></section>")
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    return f'<!doctype html>\n<html lang="en"><head>{head}<style>{LOOK}</style></head>\n<body>\n' + "\n".join(
        [*body, "</body></html>\n"]
    )


def _section(table: Table, pictures: Sequence[Picture]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    rows = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in table.rows)
    listed = f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    return "\n".join([f"<section><h2>{escape(table.title)}</h2>", *map(_image, pictures), listed, note, "</section>"])


def _cell(value: Value) -> str:
    if value is None:
        return f'<td class="no">{WITHHELD}</td>'
    kind = ' class="n"' if value == FEW or not isinstance(value, str) else ""
    return f"<td{kind}>{escape(plain(value))}</td>"


def _image(one: Picture) -> str:
    return (
        f'<p><img alt="{escape(one.about)}" src="data:image/svg+xml;base64,{b64encode(one.svg.encode()).decode()}"></p>'
    )
