"""A look: something of hers that somebody of the desk has open, in that person's own chat, for two minutes, on record.

Her safe contact (`contact.py`) and the picture of her weeks (`trend.py`) are shown so; then the message is deleted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from flows.desk.office import Member
from flows.effects import AnyEffect, Record, Retract, Schedule, Stamp, staff
from flows.events import Staff
from flows.model import Case, Scene

KEY = "unshow"
LASTS = timedelta(minutes=2)
MINUTES = LASTS.seconds // 60
Open = tuple[tuple[int, datetime], ...]
"""Who has it open and since when, by our number, as the case keeps it."""


class Look(Struct, frozen=True, kw_only=True):
    """One that begins now: the address and the slot its message goes to, and who has it open from now on."""

    to: str
    slot: str
    row: int
    mark: str
    seen: Open

    def follows(self, scene: Scene, case: Case, act: str, by: Staff, shows: AnyEffect) -> list[AnyEffect]:
        """All that follows: `case` as it knows of the look, the `act` on record, what is shown, and that it goes."""
        return [
            Stamp(case=case),
            Record(act=f"saw:{act}", case=case.number, actor=by.id),
            shows,
            Schedule(
                key=f"{KEY}:{self.slot.partition(':')[0]}:{self.row}:{self.mark}",
                at=scene.now + LASTS,
                about=f"{self.row}:{self.slot}",
                safety=True,
            ),
        ]


def begun(scene: Scene, case: Case, kind: str, seen: Open, by: Staff) -> Look | None:
    """A look at what `kind` names. None: whoever looks may not act here, or has it open already."""
    member: Member | None = scene.desk.member(by.id)
    standing = tuple((row, at) for row, at in seen if scene.now - at < LASTS)
    if member is None or member.row in dict(standing):
        return None
    mark = f"{case.number}:{int(scene.now.timestamp())}"
    return Look(
        to=staff(member.row),
        slot=f"{kind}:{mark}",
        row=member.row,
        mark=mark,
        seen=(*standing, (member.row, scene.now)),
    )


def over(about: str) -> list[AnyEffect]:
    """Two minutes are over."""
    row, _, slot = about.partition(":")
    return [Retract(to=staff(int(row)), slot=slot)] if row.isdigit() else []
