"""Who may do what at the desk. Asked of every tap, word and order, whatever the button said."""

from __future__ import annotations

from flows.events import DeskSaid, DeskShowed, DeskTapped
from flows.model import Scene
from flows.office import Member, Role

WORKERS: frozenset[Role] = frozenset({"moderator", "lead", "director"})
"""Who may act on cases. Facilitators have circles."""
LEADS: frozenset[Role] = frozenset({"lead", "director"})
ANY: frozenset[Role] = WORKERS | {"facilitator"}
ORDERS: dict[str, frozenset[Role]] = {
    "aims": ANY,
    "beside": ANY,
    "capacity": WORKERS,
    "duty": ANY,
    "flags": LEADS,
    "sample": LEADS,
    "map": WORKERS,
    "verify": LEADS,
}
"""Who may give which order."""


def may_order(member: Member | None, name: str) -> bool:
    """Whether somebody may give this order of the desk."""
    return member is not None and member.role in ORDERS.get(name, frozenset())


def may(scene: Scene, event: DeskTapped | DeskSaid | DeskShowed) -> bool:
    """Whether whoever acts here may do that to the scene's case."""
    member = scene.desk.member(event.by.id)
    return member is not None and member.role in WORKERS
