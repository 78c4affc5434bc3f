"""Who joined, how far they came, who is still there: tables of people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from bot.report.intervals import share
from bot.report.period import Scope
from bot.report.tables import Table, Value
from bot.report.withhold import Cell, cell, nested, parts, whole
from content.library import Library
from flows.reachable import REACHABLE
from storage.cohort import Participant

STATES = ("left", "opted out", "unreachable", "quiet", "waiting", "reachable")
"""Each person is in one. A second table by other words would give small groups away by what lies between the two."""
NOWHERE = "not said"
UNNAMED = "none yet"
"""Those whose programme is not written."""


def joined(found: Scope) -> Table:
    """Everybody counted, and by what is known of them. Only what somebody is has a row, but for how they stand now."""
    people = found.people
    rows: list[tuple[Value, ...]] = [("everybody", "", whole(cell(one.id for one in people)))]
    if len(people):
        rows += _by("programme", {**found.groups, "joined lately": found.recent})
        for name, group in (*found.groups.items(), ("joined lately", found.recent)):
            rows += _by(f"role, {name or UNNAMED}", _grouped(group, lambda one: one.role))
        rows += _by("language", _grouped(people, lambda one: one.language))
        rows += _by("region", _grouped(people, lambda one: one.region or NOWHERE))
        rows += _by("now", {state: [one for one in people if _state(one) == state] for state in STATES}, listed=True)
        for some in ([one for group in found.groups.values() for one in group], found.recent):
            rows += _by("month of joining", _grouped(some, lambda one: f"{one.joined_at:%Y-%m}"))
    return Table(
        name="people",
        title="People who joined",
        columns=("by", "group", "people"),
        rows=tuple(rows),
        note=f"Joined lately: less than {found.weeks} weeks before the report, any programme. "
        "Opted out: asked for quiet. Left: blocked the bot, or has no account any more. Quiet: no word and no tap for two "
        "weeks after something was sent; unreachable: for four. Where Telegram is blocked that is no wish, and says "
        "nothing about anybody. Waiting: reached, and on the waiting list for check-ins and circles. "
        "Whoever asked to be forgotten is in no table.",
    )


def weeks(found: Scope, library: Library) -> Table:
    """By programme and week: how many came to its first page, and how many were heard from then or later."""
    rows: list[tuple[Value, ...]] = []
    for programme, people in found.groups.items():
        if programme not in library.programmes:
            continue
        last = library.programme(programme).length
        numbers = range(1, min(last, found.weeks) + 1)
        came = nested(len(people), [sum(_came(one, week) for one in people) for week in numbers])
        there = nested(len(people), [sum(_heard(one, week) for one in people) for week in numbers])
        for week, reached, active in zip(numbers, came, there, strict=True):
            shares = _share(reached, len(people)), _share(active, len(people))
            rows.append((programme, week, len(people), reached, *shares[0], active, *shares[1]))
    return Table(
        name="weeks",
        title="Reached and active, by week of the programme",
        columns=(
            "programme", "week", "joined", "reached", "reached %", "reached low %", "reached high %",
            "active", "active %", "active low %", "active high %",
        ),
        rows=tuple(rows),
        note="Reached: the first page of that week was sent. Active: she wrote or tapped in that week after joining, or "
        f"in a later one. Only people who joined {found.weeks} weeks ago or earlier. A figure is withheld where fewer "
        "than ten people differ from the last figure shown above it (for the first: from those who joined).",
    )  # fmt: skip


def _by(
    name: str, groups: Mapping[str, Iterable[Participant]], *, listed: bool = False
) -> list[tuple[str, str, Value]]:
    """A row a group. `listed`: also the groups with nobody in them, which then count as small."""
    cells: dict[str, Cell] = {group: cell(one.id for one in some) for group, some in groups.items()}
    cells = {group or UNNAMED: one for group, one in cells.items() if listed or one.n}
    return [(name, group, n) for group, n in zip(cells, parts(list(cells.values())), strict=True)]


def _grouped(people: Iterable[Participant], key: Callable[[Participant], str]) -> dict[str, list[Participant]]:
    found: dict[str, list[Participant]] = {}
    for one in people:
        found.setdefault(key(one), []).append(one)
    return dict(sorted(found.items()))


def _state(one: Participant) -> str:
    word = one.reached.replace("_", " ")
    return "waiting" if word == REACHABLE and one.waits else word


def _came(one: Participant, week: int) -> bool:
    return one.week > week or (one.week == week and one.push > 0)


def _heard(one: Participant, week: int) -> bool:
    if one.joined_at is None or one.heard_at is None:
        return False
    return one.heard_at >= one.joined_at + timedelta(weeks=week - 1)


def _share(part: int | None, of: int) -> tuple[Value, Value, Value]:
    return (None, None, None) if part is None else share(part, of)
