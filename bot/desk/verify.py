"""`/verify`: when each telephone number was last rung and by whom; a lead marks one as checked. And a round that warns.

What is marked is kept in the desk's book beside numbers.yaml. Only a number that was checked once is warned of: one
that never was is shown as such, and the operator is told of it at the start.
"""

from __future__ import annotations

from datetime import date

import msgspec
from msgspec import structs

from bot.desk.work import Asked, Work, button
from content.schema import Number
from flows.desk import numbers, rights
from flows.desk.office import Checked
from flows.effects import GENERAL, Send, staff
from flows.model import Button, Message
from flows.programme import calendar
from storage.facts import fact, keep_fact

ORDER = "verify"
TOLD = "numbers told"
"""The fact that says of which number, checked when, the leads were last told what."""
LONGEST = 64
LABEL = 22
DAY = "%d.%m.%Y"


async def order(asked: Asked) -> list[Send]:
    """`/verify` lists; its buttons, or `/verify ambulance Name`, mark a number as rung today."""
    if not asked.about:
        return [_list(asked)]
    name, _, more = asked.about.partition(":" if asked.order.tapped else " ")
    number = next((one for one in asked.tools.library.numbers if name in {one.id, one.number}), None)
    if number is None:
        ids = "|".join(one.id for one in asked.tools.library.numbers)
        return [asked.answer(asked.tell("numbers.wrong", ids=ids))]
    today = numbers.today(asked.desk, asked.now)
    if asked.order.tapped:
        return await _marked(asked, number, _own(asked)) if more == today.isoformat() else [_sure(asked, number, today)]
    by = " ".join(more.split())[:LONGEST]
    return await _marked(asked, number, by) if by else [_sure(asked, number, today)]


def _list(asked: Asked) -> Send:
    listed = asked.tools.library.numbers
    lines = [asked.tell("numbers.head", days=numbers.DUE.days), *(_row(asked, one) for one in listed)]
    language = asked.desk.language
    keys = tuple((button(f"✓ {one.number} {one.name[language]}"[:LABEL].strip(), ORDER, one.id),) for one in listed)
    return asked.answer("\n".join(lines), keys)


def _sure(asked: Asked, number: Number, today: date) -> Send:
    text = asked.tell("numbers.sure", number=number.number, name=number.name[asked.desk.language])
    keys: tuple[tuple[Button, ...], ...] = (
        (button(asked.tell("numbers.yes"), ORDER, f"{number.id}:{today.isoformat()}"),),
    )
    return asked.answer(text, keys)


async def _marked(asked: Asked, number: Number, by: str) -> list[Send]:
    today = numbers.today(asked.desk, asked.now)
    checked = asked.desk.book.checked | {number.id: Checked(number=number.number, by=by, on=today)}
    await asked.tools.office.keep(asked.conn, structs.replace(asked.desk.book, checked=checked))
    await asked.put_on_record(f"verified:{number.id}", by=asked.member.id)
    name = number.name[asked.desk.language]
    return [asked.answer(asked.tell("numbers.done", number=number.number, name=name, by=by, on=f"{today:{DAY}}"))]


def _own(asked: Asked) -> str:
    by = asked.order.by
    return asked.member.name or (by.name if by is not None else "")


def _row(work: Work, number: Number) -> str:
    found = numbers.last(work.desk, number)
    stage = numbers.stage(work.desk, number, numbers.today(work.desk, work.now))
    state = work.tell("numbers.never")
    if found is not None:
        due = found.on + numbers.DUE
        state = work.tell(f"numbers.{stage}", by=found.by, on=f"{found.on:{DAY}}", due=f"{due:{DAY}}")
    return work.tell("numbers.row", number=number.number, name=number.name[work.desk.language], state=state)


async def warned(work: Work) -> list[Send]:
    """Tell the leads, in the desk's hours and once a stage, which numbers are due soon or overdue."""
    if not calendar.desk_open(work.desk, work.now):
        return []
    today = numbers.today(work.desk, work.now)
    due = {
        one.id: f"{stage}:{found.on}"
        for one in work.tools.library.numbers
        if (stage := numbers.stage(work.desk, one, today)) in {"soon", "late"}
        and (found := numbers.last(work.desk, one)) is not None
    }
    if not due:
        return []
    told = msgspec.json.decode(await fact(work.conn, TOLD) or b"{}", type=dict[str, str])
    if due.items() <= told.items():
        return []
    await keep_fact(work.conn, TOLD, msgspec.json.encode(due))
    lines = [work.tell("numbers.told"), *(_row(work, one) for one in work.tools.library.numbers if one.id in due)]
    leads = [staff(one.row) for one in rights.leading(work.desk)]
    return [Send(to=to, message=Message(text="\n".join(lines))) for to in leads or [GENERAL]]
