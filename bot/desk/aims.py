"""`/aims`: how soon somebody is to be there; everybody may see it, a lead may change it."""

from __future__ import annotations

from typing import Final

from msgspec import structs

from bot.desk.work import Asked
from flows.desk import aims
from flows.desk.rights import LEADS
from flows.effects import Send

NAMES: Final = {
    "now": "now",
    "сейчас": "now",
    "ҳозир": "now",
    "urgent": "urgent",
    "срочно": "urgent",
    "таъҷилӣ": "urgent",
    "night": "urgent_closed",
    "ночью": "urgent_closed",
    "шабона": "urgent_closed",
    "soon": "soon",
    "скоро": "soon",
    "зуд": "soon",
    "call": "call",
    "звонок": "call",
    "занг": "call",
}
"""How the desk calls each aim, in its three languages."""
PARTS: Final = 2


async def order(asked: Asked) -> list[Send]:
    """`/aims`, and `/aims urgent 45`."""
    words = asked.about.casefold().split()
    if not words:
        return [asked.answer(shown(asked))]
    if asked.member.role not in LEADS:
        await asked.put_on_record("refused:aims", by=asked.member.id)
        return [asked.answer(asked.tell("desk.lead_only"))]
    name = NAMES.get(words[0], "")
    value = int(words[1]) if len(words) == PARTS and words[1].isascii() and words[1].isdigit() else 0
    new = aims.changed(asked.desk.book.aims, name, min(value, 10**6)) if name and value else None
    if new is None:
        low, high = aims.BOUNDS.get(name, (1, 480))
        known = ", ".join(one for one in NAMES if one.isascii() == (asked.desk.language == "en"))
        return [asked.answer(asked.tell("desk.aims.wrong", names=known, low=low, high=high))]
    book = structs.replace(asked.desk.book, aims=new)
    await asked.tools.office.keep(asked.conn, book)
    await asked.put_on_record(f"aims:{name}:{value}", by=asked.member.id)
    return [asked.answer(shown(structs.replace(asked, desk=structs.replace(asked.desk, book=book))))]


def shown(asked: Asked) -> str:
    """The aims in words."""
    agreed = asked.desk.book.aims
    return asked.tell(
        "desk.aims.shown",
        now=agreed.now,
        every=agreed.now_every,
        lead=agreed.now_lead,
        director=agreed.now_director,
        urgent=agreed.urgent,
        night=agreed.urgent_closed,
        soon=agreed.soon,
        call=agreed.call,
    )
