"""The list of everybody who waits for a person: what stands for the alerts when too many come for a message each.

It says of each case what an alert says, and nothing else. While it stands it is kept true: whoever is taken leaves it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from bot.desk.work import Work
from bot.rush import SLOT
from flows.concern import LEVELS, red
from flows.desk.aims import CALLS
from flows.desk.cases import waited
from flows.effects import CASES, NOW, Send
from flows.model import Button, Message, in_rows
from storage.alarms import Waits, waiting
from storage.facts import fact, keep_fact
from storage.outbox import standing
from storage.parcel import DESK_CHAT

LINES: Final = 90
"""Of forty letters each, so that the list is one message."""
NEWEST: Final = 20
BUTTONS: Final = 8
SHOWN: Final = "list of waiting"


async def listed(work: Work) -> Message | None:
    """Everybody who waits, the gravest and then the longest waiting first; None when nobody does.

    Where there are too many for one message, those in the middle are only counted: the newest are always named.
    """
    found = sorted(await waiting(work.conn), key=lambda one: (-LEVELS.index(one.level), one.since, one.number))
    if not found:
        return None
    shown, left = found, 0
    if len(found) > LINES:
        grave = [one for one in found if red(one.level)] or found
        newest = sorted(grave, key=lambda one: one.since)[-NEWEST:]
        shown = [one for one in found if one not in newest][: LINES - len(newest)]
        shown = sorted([*shown, *newest], key=found.index)
        left = len(found) - len(shown)
    lines = [work.tell("group.waiting", n=len(found)), *(_line(work, one) for one in shown)]
    lines += [work.tell("group.more", n=left)] if left else []
    lines.append(work.tell("group.how", number=found[0].number))
    buttons = [Button(work.tell("group.take", number=one.number), f"case:{one.number}:take") for one in found[:BUTTONS]]
    rows = in_rows(buttons)
    return Message(text="\n".join(lines), buttons=rows)


async def kept_true(work: Work) -> list[Send]:
    """Change the lists that stand, where they are no longer true. An empty one says so and is left behind."""
    sends = []
    for to in (NOW, CASES):
        slot = f"{SLOT}:{to}"
        if await standing(work.conn, DESK_CHAT, slot) is None:
            continue
        if not await says_more(work, to):
            continue
        message = await listed(work)
        text = message or Message(text=work.tell("group.nobody"))
        sends.append(Send(to=to, message=text, slot=slot, edit=True, silent=True))
    return sends


async def says_more(work: Work, to: str) -> bool:
    """Whether anybody waits of whom `to` was not told yet; from now on it was."""
    mark = _mark(await waiting(work.conn))
    if mark == await fact(work.conn, f"{SHOWN}:{to}"):
        return False
    await keep_fact(work.conn, f"{SHOWN}:{to}", mark)
    return True


def _line(work: Work, one: Waits) -> str:
    key = "desk.alert_call" if one.category in CALLS else "desk.alert"
    level, waits = work.tell(f"desk.level.{one.level}"), waited(work, _since(work.now, one.since))
    line = work.tell(key, number=one.number, level=level, language=one.language, waits=waits)
    return f"{work.tell('drill.mark')} {line}" if one.made_up else line


def _since(now: datetime, since: datetime) -> timedelta:
    return max(now - since, timedelta())


def _mark(found: list[Waits]) -> bytes:
    """What the list says but for the minutes."""
    said = ",".join(f"{one.number}{one.level}" for one in sorted(found, key=lambda one: one.number))
    return hashlib.sha256(said.encode()).digest()
