"""`/reviews`: each red case is looked back on by a lead within 72 hours, and what was found is on the record.

The time is that of the clinical triage, rule 8. What was found is one of a short list, which is the hazard log: the
record gives it by case and day (`run_bot.py record`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.desk import timetable as table
from bot.desk.work import Asked, Work, button
from flows.desk import cases, duty
from flows.effects import Send
from flows.model import Button, Message, in_rows
from flows.programme import calendar
from storage import reviews
from storage.facts import fact, keep_fact

WITHIN: Final = timedelta(hours=72)
REMINDED: Final = timedelta(hours=48)
"""From this age on a lead is reminded once a day."""
LOOKED_BACK: Final = timedelta(days=90)
FINDINGS: Final = ("nothing", "late", "missed", "words", "referral", "rule")
"""What a review may find: nothing to mend, a person came late, a sign was missed, the words, the referral, a rule."""
MOST: Final = 10
TOLD: Final = "reviews told"


async def order(asked: Asked) -> list[Send]:
    """The cases that wait for a review; with a number the findings to choose from; with a finding it is kept."""
    if not asked.order.private:
        return [asked.answer(asked.tell("reviews.in_private"))]
    number, _, finding = asked.about.partition(".")
    owed = await reviews.owed(asked.conn, asked.now - LOOKED_BACK)
    known = next((one for one in owed if str(one.case) == number), None)
    if known is None:
        return [_listed(asked, owed)]
    if finding in FINDINGS and asked.order.tapped:
        await asked.put_on_record(f"{reviews.REVIEWED}{finding}", by=asked.member.id, case=known.case)
        return [_listed(asked, [one for one in owed if one is not known], edit=True)]
    keys = [button(asked.tell(f"reviews.{one}"), "reviews", f"{number}.{one}") for one in FINDINGS]
    return [
        asked.answer(asked.tell("reviews.ask", number=number), in_rows(keys), slot="reviews", edit=asked.order.tapped)
    ]


def _listed(asked: Asked, owed: list[reviews.Owed], *, edit: bool = False) -> Send:
    if not owed:
        return asked.answer(asked.tell("reviews.none"), slot="reviews", edit=edit)
    lines = [_line(asked, one) for one in owed[:MOST]]
    keys: list[Button] = [button(str(one.case), "reviews", str(one.case)) for one in owed[:MOST]]
    text = "\n".join([asked.tell("reviews.head", n=len(owed)), *lines])
    return asked.answer(text, in_rows(keys, 3), slot="reviews", edit=edit)


def _line(asked: Asked, one: reviews.Owed) -> str:
    late = asked.now - one.since > WITHIN
    key = "reviews.line_late" if late else "reviews.line"
    return asked.tell(key, number=one.case, waits=cases.waited(asked, asked.now - one.since))


async def reminded(work: Work) -> list[Send]:
    """Once a day, when the desk opens, leads hear how many reviews are nearly due."""
    today = str(table.today(work))
    if not calendar.desk_open(work.desk, work.now) or (await fact(work.conn, TOLD)).decode() == today:
        return []
    await keep_fact(work.conn, TOLD, today.encode())
    owed = await reviews.owed(work.conn, work.now - LOOKED_BACK)
    near = [one for one in owed if work.now - one.since >= REMINDED]
    if not near:
        return []
    text = work.tell("reviews.near", n=len(near))
    key = button(work.tell("reviews.open"), "reviews", "")
    return [Send(to=to, message=Message(text=text, buttons=((key,),)), silent=True) for to in duty.leads(work.desk)]
