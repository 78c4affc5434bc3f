"""All circles, for leads: how big, who leads them, who waits where, and what a facilitator is missing for."""

from __future__ import annotations

from collections import Counter

from bot.desk.circle_screens import guides, named, screen
from bot.desk.seating import looked
from bot.desk.work import Asked
from flows.circles import guide, matching
from flows.circles.guide import key
from flows.desk import directory, rights
from flows.effects import Send

MOST = 40
"""Circles with a button each; the screen is one message."""


async def told(asked: Asked, _rest: str) -> list[Send]:
    """The list, for leads alone."""
    if asked.member.role not in rights.LEADS:
        await asked.put_on_record("refused:circles.all", by=asked.member.id)
        return [screen(asked, asked.tell("circles.not_yours"))]
    alive = await guides(asked).alive(asked.conn)
    members = await guides(asked).members(asked.conn, [one.id for one in alive])
    lines = [asked.tell("circles.all_head", n=len(alive))]
    for one in alive:
        leads = guide.of(asked.desk, one)
        name = leads.name or asked.tell("people.unnamed") if leads is not None else asked.tell("circles.nobody")
        state = asked.tell(f"circles.state.{one.state}")
        lines.append(
            asked.tell("circles.all_line", circle=named(asked, one), n=len(members[one.id]), guide=name, state=state)
        )
    hall, found = await looked(asked, None)
    waits = matching.seat(hall).waits
    missing = {one.person for one in waits if one.why == "guide"}
    by_kind = Counter((one.language, one.stage) for one in hall.waiting)
    lines.append("")
    lines.append(asked.tell("circles.waiting_head", n=len(hall.waiting)))
    for (language, stage), n in sorted(by_kind.items()):
        of_kind = [one for one in hall.waiting if (one.language, one.stage) == (language, stage)]
        regions = Counter(found.regions[one.person] for one in of_kind)
        where = ", ".join(f"{_region(asked, code)} {count}" for code, count in regions.most_common())
        stage_name = asked.tell(f"circles.stage.{stage}")
        lines.append(asked.tell("circles.waiting_line", stage=stage_name, language=language, n=n, where=where))
        if any(one.person in missing for one in of_kind):
            lines.append(asked.tell("circles.missing", stage=stage_name, language=language))
    rows = [(key(named(asked, one), f"one.{one.id}"),) for one in alive[:MOST]]
    return [screen(asked, "\n".join(lines), (*rows, (key(asked.tell("circles.list"), "list"),)))]


def _region(asked: Asked, code: str) -> str:
    name = directory.named(asked.tools.library, code, asked.desk.language)
    return name or asked.tell("circles.region_unsaid")
