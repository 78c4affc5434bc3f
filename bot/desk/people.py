"""`/people`: who works here, in a lead's own chat: listed, let in by a link that works once, and let go.

A link carries a code of which only a hash is kept; it is good for one person, for 48 hours, for one role, and dies
with whoever gave it. Whoever is let go may do nothing here from that commit on, and cases in her hands are open again.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import get_args

from msgspec import structs

from bot.desk.work import Asked, Work, button
from flows.desk import holding, rights
from flows.desk.office import Invite, Member, Role
from flows.effects import GENERAL, Lane, Schedule, Send, staff
from flows.events import Staff
from flows.model import Button, Message, in_rows
from flows.programme import calendar
from storage import due
from storage.cases import open_cases
from storage.facts import keep_moment, moment

VALID_FOR = timedelta(hours=48)
CODE_BYTES = 18
MOST_LINKS = 30
TOLD_EVERY = timedelta(hours=1)
"""How often leads hear of links that are not valid: whoever tries many must not fill their chats."""
ROLES: tuple[Role, ...] = get_args(Role)
TRIED = "bad link told"
LONGEST_LABEL = 22


async def order(asked: Asked) -> list[Send]:
    """`/people` and the buttons under its answer. What is said goes to the lead's own chat, for links are for one."""
    name, _, about = asked.about.partition(".")
    tapped = asked.order.tapped
    if tapped and name == "invite":
        said = await _invited(asked, about)
    elif tapped and name == "remove":
        said = _ask(asked, about)
    elif tapped and name == "sure":
        said = await _removed(asked, about)
    elif tapped and name == "void":
        await asked.tools.office.keep(asked.conn, structs.replace(asked.desk.book, invites=()))
        await asked.put_on_record("links:void", by=asked.member.id)
        said = [_privately(asked, asked.tell("people.voided"))]
    else:
        said = [_listed(asked)]
    if not asked.order.private:
        said.append(Send(to=GENERAL, message=Message(text=asked.tell("people.sent")), silent=True))
    return said


def _listed(asked: Asked) -> Send:
    lines = [asked.tell("people.head")]
    for one in asked.desk.staff:
        key = "people.you" if one.id == asked.member.id else "people.line"
        lines.append(asked.tell(key, name=_name(asked, one), role=_role(asked, one.role)))
    for invite in _valid(asked):
        until = calendar.at_desk(asked.desk, invite.until)
        lines.append(asked.tell("people.waiting", role=_role(asked, invite.role), until=until))
    rows: list[tuple[Button, ...]] = [
        (_button(asked, "people.remove", f"remove.{one.row}", name=_name(asked, one)),)
        for one in asked.desk.staff
        if _manages(asked, one)
    ]
    keys = [
        _button(asked, "people.invite", f"invite.{role}", role=_role(asked, role))
        for role in ROLES
        if role in rights.MANAGED[asked.member.role]
    ]
    rows += in_rows(keys)
    if _valid(asked):
        rows.append((_button(asked, "people.void", "void"),))
    return _privately(asked, "\n".join(lines), tuple(rows))


async def _invited(asked: Asked, role: str) -> list[Send]:
    known = next((one for one in rights.MANAGED[asked.member.role] if one == role), None)
    if known is None:
        await asked.put_on_record("refused:invite", by=asked.member.id)
        return []
    name = asked.tools.username()
    if not name:
        return [_privately(asked, asked.tell("people.too_soon"))]
    code = secrets.token_urlsafe(CODE_BYTES)
    invite = Invite(_mark(code), known, asked.now + VALID_FOR, asked.member.id)
    book = structs.replace(asked.desk.book, invites=(*_valid(asked), invite)[-MOST_LINKS:])
    await asked.tools.office.keep(asked.conn, book)
    await asked.put_on_record(f"invited:{known}", by=asked.member.id)
    until = calendar.at_desk(asked.desk, invite.until)
    text = asked.tell("people.link", role=_role(asked, known), until=until)
    return [_privately(asked, text), _privately(asked, f"https://t.me/{name}?start=desk-{code}")]


def _ask(asked: Asked, row: str) -> list[Send]:
    one = _who(asked, row)
    if one is None:
        return [_listed(asked)]
    keys = (_button(asked, "people.yes", f"sure.{one.row}"), _button(asked, "people.no", "no"))
    text = asked.tell("people.sure", name=_name(asked, one), role=_role(asked, one.role))
    return [_privately(asked, text, (keys,))]


async def _removed(asked: Asked, row: str) -> list[Send]:
    one = _who(asked, row)
    if one is None:
        await asked.put_on_record("refused:remove", by=asked.member.id)
        return [_listed(asked)]
    await asked.tools.office.dismiss(asked.conn, one, asked.now)
    left = tuple(invite for invite in asked.desk.book.invites if invite.by != one.id)
    await asked.tools.office.keep(asked.conn, structs.replace(asked.desk.book, invites=left))
    await asked.put_on_record(f"removed:{one.role}", by=asked.member.id)
    for open in await open_cases(asked.tools.db, asked.conn):
        if open.person is not None and open.case.state == "taken" and open.case.matter.holder == one.id:
            plan = Schedule(key=holding.ORPHAN, at=asked.now, about=str(open.case.number), safety=True)
            await due.plan(asked.tools.db, asked.conn, open.person, plan, asked.now)
    await asked.tools.office.desk(asked.conn)
    text = asked.tell("people.removed", name=_name(asked, one))
    return [_privately(asked, f"{text}\n{asked.tell('people.founder')}")]


async def join(work: Work, by: Staff, code: str) -> list[Send]:
    """Whoever comes with a valid link works here from now on. Every other link lets nobody in, and leads hear of it."""
    given, mark = _valid(work), _mark(code)
    invite = next((one for one in given if secrets.compare_digest(one.mark, mark)), None)
    if invite is None:
        return await _turned_away(work, by)
    office = work.tools.office
    old = work.desk.member(by.id)
    role = old.role if old is not None and not _outranked(old.role, invite.role) else invite.role
    member = await office.enrol(work.conn, by, role, work.now)
    left = tuple(one for one in given if one.mark != invite.mark)
    await office.keep(work.conn, structs.replace(work.desk.book, invites=left))
    await work.put_on_record(f"joined:{role}", by=by.id)
    await office.desk(work.conn)
    named = {"name": by.name, "role": work.tell(f"people.role.{role}")}
    said = [Send(to=staff(member.row), message=Message(text=work.tell("people.welcome", **named)))]
    giver = work.desk.member(invite.by)
    if giver is not None:
        said.append(Send(to=staff(giver.row), message=Message(text=work.tell("people.came", **named))))
    return said


def _outranked(old: Role, new: Role) -> bool:
    """Whether a link makes somebody more than she is; never less."""
    ranks: tuple[Role, ...] = ("facilitator", "moderator", "lead", "director")
    return ranks.index(new) > ranks.index(old)


async def _turned_away(work: Work, by: Staff) -> list[Send]:
    await work.put_on_record("refused:join", by=by.id)
    told = await moment(work.conn, TRIED)
    if told is not None and abs(work.now - told) < TOLD_EVERY:
        return []
    await keep_moment(work.conn, TRIED, work.now)
    message = Message(text=work.tell("people.bad_link"))
    return [Send(to=staff(one.row), message=message) for one in rights.leading(work.desk)]


def _valid(work: Work) -> tuple[Invite, ...]:
    """Links that still let somebody in: not too old, and given by somebody who may still give them."""
    return tuple(one for one in work.desk.book.invites if work.now < one.until and _may_still(work, one))


def _may_still(work: Work, invite: Invite) -> bool:
    giver = work.desk.member(invite.by)
    return giver is not None and invite.role in rights.MANAGED.get(giver.role, frozenset())


def _who(asked: Asked, row: str) -> Member | None:
    """Somebody whom this lead may remove."""
    return next((one for one in asked.desk.staff if str(one.row) == row and _manages(asked, one)), None)


def _manages(asked: Asked, one: Member) -> bool:
    return one.id != asked.member.id and one.role in rights.MANAGED[asked.member.role]


def _name(work: Work, one: Member) -> str:
    return one.name or work.tell("people.unnamed")


def _role(work: Work, role: str) -> str:
    return work.tell(f"people.role.{role}")


def _mark(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _button(asked: Asked, key: str, about: str, **named: object) -> Button:
    return button(asked.tell(key, **named)[:LONGEST_LABEL], "people", about)


def _privately(asked: Asked, text: str, rows: tuple[tuple[Button, ...], ...] = ()) -> Send:
    return Send(to=staff(asked.member.row), message=Message(text=text, buttons=rows), lane=Lane.REPLY)
