"""Her safe contact and where an ambulance would come, at the desk.

Shown to whoever has a case of level `now`, and to leads: in that person's own chat with the bot, never in the group,
after a reason from a short list, for two minutes, on record. Then the message is deleted.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from flows.effects import AnyEffect, Lane, Record, Retract, Schedule, Send, Stamp, staff
from flows.events import Staff
from flows.model import Button, Case, Message, Scene

REASONS = ("emergency", "no_answer", "agreed", "review")
"""Why somebody may look: help must be sent, she does not answer, it was agreed with her, a lead looks a case through."""
SHOWN_FOR = timedelta(minutes=2)
KEY = "unshow"


def is_there(scene: Scene) -> bool:
    """Whether she told anything of this."""
    told = scene.person.profile
    return bool(told.contact or told.never_know or told.ambulance)


def for_card(scene: Scene, case: Case) -> list[str]:
    """A paragraph for the card: that there is something to be seen, never what."""
    if is_there(scene):
        return [scene.tell("cases.contact_there")]
    return [scene.tell("desk.contact.none")] if case.level == "now" else []


def keys(scene: Scene, case: Case) -> tuple[tuple[Button, ...], ...]:
    """A button for each reason."""
    return tuple((Button(scene.tell(f"cases.look.{one}"), f"case:{case.number}:contact:{one}"),) for one in REASONS)


def looked(scene: Scene, case: Case, reason: str, by: Staff) -> tuple[Case, list[AnyEffect]] | None:
    """Show it, and plan that it goes. None: no reason, or it still stands there."""
    member = scene.desk.member(by.id)
    if member is None or reason not in REASONS:
        return None
    standing = tuple((row, at) for row, at in case.matter.shown if scene.now - at < SHOWN_FOR)
    if member.row in dict(standing):
        return None
    shown = (*standing, (member.row, scene.now))
    new = structs.replace(case, matter=structs.replace(case.matter, shown=shown))
    mark = f"{case.number}:{int(scene.now.timestamp())}"
    slot = f"shown:{mark}"
    about = f"{member.row}:{slot}"
    return new, [
        Stamp(case=new),
        Record(act=f"saw:contact:{reason}", case=case.number, actor=by.id),
        Send(to=staff(member.row), message=Message(text=_words(scene, case)), lane=Lane.SAFETY, slot=slot),
        Schedule(key=f"{KEY}:{member.row}:{mark}", at=scene.now + SHOWN_FOR, about=about, safety=True),
    ]


def unshown(about: str) -> list[AnyEffect]:
    """Two minutes are over."""
    row, _, slot = about.partition(":")
    return [Retract(to=staff(int(row)), slot=slot)] if row.isdigit() else []


def _words(scene: Scene, case: Case) -> str:
    told = scene.person.profile
    lines = [scene.tell("cases.look", number=case.number, minutes=SHOWN_FOR.seconds // 60)]
    lines.append(
        scene.tell("desk.contact.way", words=told.contact) if told.contact else scene.tell("desk.contact.none")
    )
    if told.never_know:
        lines.append(scene.tell("desk.contact.never_know", words=told.never_know))
    if told.ambulance:
        lines.append(scene.tell("desk.contact.ambulance", words=told.ambulance))
    return "\n\n".join(lines)
