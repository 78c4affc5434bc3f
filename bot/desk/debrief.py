"""Three short questions to whoever had a red case, once it is closed, in her own chat; read by leads alone.

Only taps, so that nothing typed can be mistaken for words of a mother. Whoever wants to talk is named to the leads at
once, with the number of the case. The record says that a debrief was answered, never what.
"""

from __future__ import annotations

from msgspec import structs
from sqlalchemy import bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk.work import Asked, button
from flows.desk import rights
from flows.desk.office import Debrief
from flows.effects import Send, staff
from flows.model import Button, Message
from flows.programme import calendar
from storage.schema import cases, record

QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("light", "heavy", "very_heavy"),
    ("rest", "talk", "nothing"),
    ("sooner", "words", "beside", "nothing"),
)
"""The answers to each question, in their order."""
TALK = "talk"
MOST_KEPT, MOST_SHOWN = 500, 20

HAD = select(
    exists().where(
        cases.c.number == bindparam("case"),
        cases.c.state == "closed",
        record.c.case_number == cases.c.number,
        record.c.actor == bindparam("actor"),
        record.c.act.in_(("taken", "answered", "took_over")),
    )
)


async def answered(asked: Asked) -> list[Send]:
    """One answer, by a button. Anything else, or out of its order, is nothing."""
    number, _, rest = asked.about.partition(".")
    question, _, answer = rest.partition(".")
    at = int(question) - 1 if question in {"1", "2", "3"} else -1
    fits = asked.order.tapped and asked.order.private and at >= 0 and answer in QUESTIONS[at]
    if not fits or not number.isdecimal() or not await _had(asked, asked.conn, int(number)):
        return []
    book = asked.desk.book
    old = next((one for one in book.debriefs if (one.case, one.who) == (int(number), asked.member.row)), None)
    kept = old or Debrief(int(number), asked.member.row, asked.now)
    if len(kept.answers) != at:
        return []
    new = structs.replace(kept, answers=(*kept.answers, answer))
    others = tuple(one for one in book.debriefs if one is not old)
    await asked.tools.office.keep(asked.conn, structs.replace(book, debriefs=(*others, new)[-MOST_KEPT:]))
    await asked.put_on_record("debrief", by=asked.member.id, case=int(number))
    said = [_next(asked, int(number), at + 1)]
    return [*said, *_told(asked, number)] if answer == TALK else said


async def order(asked: Asked) -> list[Send]:
    """`/debriefs`: what was answered lately, for a lead, in her own chat."""
    if not asked.order.private:
        return [asked.answer(asked.tell("debrief.in_private"))]
    await asked.put_on_record("saw:debriefs", by=asked.member.id)
    found = asked.desk.book.debriefs[-MOST_SHOWN:]
    if not found:
        return [asked.answer(asked.tell("debrief.none"))]
    return [asked.answer("\n".join([asked.tell("debrief.head"), *(_line(asked, one) for one in found)]))]


def _next(asked: Asked, case: int, at: int) -> Send:
    """The next question, in place of the one just answered."""
    number = at + 1
    keys: tuple[Button, ...] = ()
    if at < len(QUESTIONS):
        text = asked.tell(f"debrief.{number}", number=case) if at == 0 else asked.tell(f"debrief.{number}")
        keys = tuple(
            button(asked.tell(f"debrief.{number}.{one}"), "debrief", f"{case}.{number}.{one}") for one in QUESTIONS[at]
        )
    else:
        text = asked.tell("debrief.thanks")
    return asked.answer(text, tuple((key,) for key in keys), slot=f"debrief:{case}", edit=True)


def _told(asked: Asked, case: str) -> list[Send]:
    text = asked.tell("debrief.wants", name=asked.member.name or "?", number=case)
    leads = [one for one in rights.leading(asked.desk) if one.id != asked.member.id]
    return [Send(to=staff(one.row), message=Message(text=text)) for one in leads]


def _line(asked: Asked, one: Debrief) -> str:
    names = {member.row: member.name for member in asked.desk.staff}
    at = calendar.at_desk(asked.desk, one.at)
    said = ", ".join(asked.tell(f"debrief.{at}.{answer}") for at, answer in enumerate(one.answers, start=1))
    return asked.tell("debrief.line", at=at, number=one.case, name=names.get(one.who) or "?", answers=said)


async def _had(asked: Asked, conn: AsyncConnection, case: int) -> bool:
    """Whether she had this case, and it is closed."""
    actor = asked.tools.db.master.lookup(asked.member.id)
    return case <= LARGEST and bool((await conn.execute(HAD, {"case": case, "actor": actor})).scalar())


LARGEST = 2**63 - 1
