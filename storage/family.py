"""Family links as rows: invitations by what their token hashes to, and who is linked to whom, for seating and forgetting.

What each of the two gives and takes is sealed with each one's own profile; a row here says no more than that two
people are family.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.effects import Bind, Invite, Tried
from flows.family.model import Invitation
from storage.schema import family_links, invitations

InFamily = Invite | Tried | Bind
"""What a turn may order of family links."""

BY_MARK = select(invitations).where(invitations.c.mark.in_(bindparam("marks", expanding=True)))
WITHDRAWN = delete(invitations).where(
    invitations.c.person_id == bindparam("her"), invitations.c.who == bindparam("kind")
)
CALLED_OFF = delete(invitations).where(
    invitations.c.person_id == bindparam("her"), invitations.c.link == bindparam("link")
)
OLD = delete(invitations).where(invitations.c.until < bindparam("before"))
INVITED = insert(invitations)
TRIED = update(invitations).where(invitations.c.mark == bindparam("which")).values(tries=invitations.c.tries + 1)
SPENT = delete(invitations).where(invitations.c.mark == bindparam("which"))
UNBOUND = delete(family_links).where(family_links.c.id == bindparam("link"))
BOUND = insert(family_links)
NOW = update(family_links).where(family_links.c.id == bindparam("link")).values(state=bindparam("as_state"))
STATEMENTS = (WITHDRAWN, CALLED_OFF, INVITED, TRIED, SPENT, UNBOUND, BOUND, NOW)
"""In the order in which a batch writes them."""


def rows(her: int, effect: InFamily, now: datetime) -> list[tuple[Any, dict[str, Any]]]:
    """What an order leaves, as statements with their parameters."""
    match effect:
        case Invite():
            row = {"mark": effect.mark, "link": effect.link, "who": effect.who, "code": effect.code}
            invited = row | {"person_id": her, "until": effect.until, "tries": 0}
            return [(WITHDRAWN, {"her": her, "kind": effect.who}), (INVITED, invited)]
        case Tried(right=right):
            return [(SPENT if right else TRIED, {"which": effect.mark})]
        case Bind(state="ended"):
            return [(CALLED_OFF, {"her": her, "link": effect.link}), (UNBOUND, {"link": effect.link})]
        case Bind(other=0):
            return [(NOW, {"link": effect.link, "as_state": effect.state})]
        case Bind():
            row = {"id": effect.link, "mother_id": her, "other_id": effect.other, "kind": effect.who}
            return [(UNBOUND, {"link": effect.link}), (BOUND, row | {"state": effect.state, "made_at": now})]


async def found(conn: AsyncConnection, marks: Collection[str]) -> dict[str, Invitation]:
    """Invitations by mark."""
    if not marks:
        return {}
    rows = await conn.execute(BY_MARK, {"marks": list(marks)})
    return {
        row.mark: Invitation(
            mark=row.mark,
            link=row.link,
            mother=row.person_id,
            who=row.who,
            code=row.code,
            until=row.until,
            tries=row.tries,
        )
        for row in rows
    }
