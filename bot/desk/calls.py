"""`/calls`: the queue of call-backs after danger signs, the longest wait first, each closed in one tap where it stands."""

from __future__ import annotations

from bot.desk.work import Asked
from flows.desk import cases
from flows.effects import Send
from flows.model import Button, Case, in_rows
from storage.cases import open_cases

MOST = 20


async def order(asked: Asked) -> list[Send]:
    """Numbers, levels, languages and minutes alone; whoever takes one sees why."""
    found = [one.case for one in await open_cases(asked.tools.db, asked.conn) if cases.is_call(one.case)]
    if not found:
        return [asked.answer(asked.tell("calls.none"))]
    lines = [_line(asked, case) for case in found[:MOST]]
    keys = [
        Button(asked.tell("calls.take", number=case.number), f"case:{case.number}:take")
        for case in found[:MOST]
        if case.state == "open"
    ]
    rows = in_rows(keys)
    return [asked.answer("\n".join([asked.tell("calls.head"), *lines]), rows)]


def _line(asked: Asked, case: Case) -> str:
    waits = cases.waited(asked, asked.now - (case.alarm_at or case.opened_at))
    key = "calls.line" if case.state == "open" else "calls.taken"
    level = asked.tell(f"desk.level.{case.level}")
    return asked.tell(key, number=case.number, level=level, language=case.language, waits=waits)
