"""Check-ins: to how many they were put, how many answered, and the faces of the pulse by month."""

from __future__ import annotations

from bot.report.change import Change
from bot.report.intervals import mean, share
from bot.report.period import Scope
from bot.report.tables import Table, Value
from bot.report.withhold import LEAST, fits
from storage.cohort import Participant

PULSE = "pulse"
DEEPER = ("whooley", "phq9", "gad7", "who5")


def answered(scope: Scope, change: Change) -> Table:
    """A row a check-in. Pairs of results are shown elsewhere, so nothing here may tell who is not in one."""
    people = len(scope.people)
    rows = list[tuple[Value, ...]]()
    known = {result.instrument for one in scope.people for result in one.results}
    for name in (PULSE, *DEEPER, *sorted(known - set(DEEPER))):
        did = [one for one in scope.people if _did(one, name)]
        put = [one for one in scope.people if name in one.put or _did(one, name)]
        within = change.of(name)
        below = [] if within is None else [within.n, within.started]
        done = len(did) if fits(len(did), above=[people], below=below) else None
        offered = len(put) if fits(len(put), above=[people], below=[*below, done]) else None
        of_put = (None,) * 3 if done is None or offered is None else share(done, offered)
        of_all = None if done is None else share(done, people)[0]
        rows.append((name, offered, done, *of_put, of_all))
    return Table(
        name="checkins",
        title="Check-ins: put and answered",
        columns=("check-in", "put to", "answered by", "answered %", "low %", "high %", "% of everybody"),
        rows=tuple(rows),
        note="People, each counted once: put to her at least once, and answered at least once. Put is what stood in front "
        "of her, on a page she opened or at her own wish; how often is not kept. Answers are kept for 12 months.",
    )


def faces(scope: Scope, answered: Table) -> Table:
    """The pulse by month: of each person the mean of her faces, and the mean of those."""
    people = len(scope.people)
    done = answered.where(**{"check-in": PULSE})[0]["answered by"]
    ever = done if isinstance(done, int) else None
    rows: list[tuple[Value, ...]] = []
    for month in sorted({month for one in scope.people for month in one.faces}):
        theirs = [one.faces[month][0] / one.faces[month][1] for one in scope.people if month in one.faces]
        if not fits(len(theirs), above=[people, ever]):
            rows.append((month, None, None, None, None))
            continue
        found = mean(theirs, digits=2)
        rows.append((month, len(theirs), *((None,) * 3 if found is None else (found.mean, found.low, found.high))))
    return Table(
        name="pulse",
        title="The pulse, by month",
        columns=("month", "people", "mean face", "low", "high"),
        rows=tuple(rows),
        note="Faces from 1 (very hard) to 5 (good). Each person counts once a month, with the mean of her answers. "
        f"Other people answer in each month, and months with fewer than {LEAST} of them are withheld: a line through "
        "these points is nobody's course.",
    )


def _did(one: Participant, name: str) -> bool:
    if name == PULSE:
        return bool(one.faces)
    return any(result.instrument == name for result in one.results)
