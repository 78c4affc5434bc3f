"""`/drill`: a made-up case to practise on. Which one, in which language, and it begins; one at a time."""

from __future__ import annotations

from bot.desk.work import Asked, Work, button
from content.drills import Drill
from flows.consent import CONSENT
from flows.desk.drill import STATE, STOP
from flows.effects import Schedule, Send
from flows.model import Person, Profile
from storage import drill, due

NAME, END = "drill", "stop"
SLOT = "drill"
ANY_HOUR = (0, 23)


async def order(asked: Asked) -> list[Send]:
    """Carry out `/drill`, which shows the scenarios, and its buttons."""
    wanted, _, language = asked.about.partition(":") if asked.order.tapped else ("", "", "")
    her = await drill.running(asked.conn)
    if wanted == END:
        return await _stopped(asked, her)
    if her is not None:
        ends = button(asked.tell("drill.act_stop"), NAME, END)
        return [asked.answer(asked.tell("drill.running"), ((ends,),))]
    one = next((one for one in asked.tools.library.drills if one.id == wanted), None)
    if one is None:
        return [_shown(asked)]
    spoken = {known.code: known.name for known in asked.tools.library.languages if known.live}
    if language not in spoken:
        rows = tuple((button(name, NAME, f"{one.id}:{code}"),) for code, name in spoken.items())
        return [asked.answer(asked.tell("drill.language", name=_name(asked, one)), rows, slot=SLOT, edit=True)]
    await drill.begin(asked.tools.db, asked.conn, _somebody(asked, one, language), asked.now)
    await asked.put_on_record(f"drill:{one.id}", by=asked.member.id)
    return [asked.answer(asked.tell("drill.begins", name=_name(asked, one)), slot=SLOT, edit=True)]


def _shown(asked: Asked) -> Send:
    rows = tuple((button(_name(asked, one), NAME, one.id),) for one in asked.tools.library.drills)
    return asked.answer(asked.tell("drill.which"), rows, slot=SLOT)


async def _stopped(asked: Asked, her: int | None) -> list[Send]:
    if her is None:
        return [asked.answer(asked.tell("drill.none"))]
    plan = Schedule(key=STOP, at=asked.now, safety=True)
    await due.plan(asked.tools.db, asked.conn, her, plan, asked.now)
    await asked.put_on_record("drill:end", by=asked.member.id)
    return []


def _name(asked: Asked, one: Drill) -> str:
    return one.name[asked.desk.language]


def _somebody(asked: Asked, one: Drill, language: str) -> Person:
    """A mother in her programme who can be reached at any hour, so that the drill can be played at any hour."""
    month = asked.now.year * 12 + asked.now.month - 1 - one.months
    profile = Profile(
        adult=True,
        consent=CONSENT,
        consented_at=asked.now,
        joined_at=asked.now,
        shared=one.shared,
        child=f"{month // 12}-{month % 12 + 1:02}",
        days=(0, 2, 4),
        hours=ANY_HOUR,
        drill=f"{one.id}:0",
    )
    id = asked.tools.db.ids.next(asked.now)
    return Person(id=id, state=STATE, language=language, role="mother", stage="child", profile=profile)


async def clear(work: Work) -> list[Send]:
    """Each minute: what is over since a day goes, so that nothing ever counts it."""
    await drill.clear(work.tools.db, work.conn, work.now)
    return []
