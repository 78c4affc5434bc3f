"""Her safe contact and where an ambulance would come, at the desk.

Shown to whoever has a case of level `now`, and to leads, never in the group, after a reason from a short list: a look
(`look.py`).
"""

from __future__ import annotations

from msgspec import structs

from flows.desk import look
from flows.effects import AnyEffect, Lane, Send
from flows.events import Staff
from flows.model import Button, Case, Message, Scene

REASONS = ("emergency", "no_answer", "agreed", "review")
"""Why somebody may look: help must be sent, she does not answer, it was agreed with her, a lead looks a case through."""


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
    one = look.begun(scene, case, "shown", case.matter.shown, by) if reason in REASONS else None
    if one is None:
        return None
    new = structs.replace(case, matter=structs.replace(case.matter, shown=one.seen))
    shows = Send(to=one.to, message=Message(text=_words(scene, case)), lane=Lane.SAFETY, slot=one.slot)
    return new, one.follows(scene, new, f"contact:{reason}", by, shows)


def _words(scene: Scene, case: Case) -> str:
    told = scene.person.profile
    lines = [scene.tell("cases.look", number=case.number, minutes=look.MINUTES)]
    lines.append(
        scene.tell("desk.contact.way", words=told.contact) if told.contact else scene.tell("desk.contact.none")
    )
    if told.never_know:
        lines.append(scene.tell("desk.contact.never_know", words=told.never_know))
    if told.ambulance:
        lines.append(scene.tell("desk.contact.ambulance", words=told.ambulance))
    return "\n\n".join(lines)
