"""The facilitator speaks: she answers a post of her circle where it stands in her chat, or the bot's prompt.

After a tea hour she is asked for two lines about it in the same way; they go out when she has read them once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from msgspec import structs

from bot.desk.circle_screens import back, guides, line, named, on_record, screen, telling
from bot.desk.work import Asked, Work
from flows.circles import guide, life
from flows.circles.guide import key
from flows.circles.model import HOUSE, Circle, Post, numbered
from flows.desk.office import Member
from flows.effects import Send, staff
from flows.events import DeskOrdered
from flows.model import Message, in_rows
from storage.inbox import Arrival, Inbox

PROMPT, SUMMARY, POST, DRAFT = "speak", "tea", "post", "draft"
OPEN_FOR = timedelta(hours=12)
"""So long an answer to the bot's prompt goes to the circle; later it is asked for anew."""
LONGEST = 1500
LAST, MOST = 10, 40
"""Posts shown at once: to whoever reads up, and of what is new."""


async def _speak(asked: Asked, circle: Circle, _about: str) -> list[Send]:
    """Her answer to this goes to the circle."""
    return [prompt(asked, circle, asked.member)]


def prompt(work: Work, circle: Circle, member: Member) -> Send:
    """What she answers to speak to the circle."""
    return line(member.row, work.tell("circles.speak", circle=named(work, circle)), slot=f"{PROMPT}:{circle.id}")


def asked_for_summary(work: Work, circle: Circle, member: Member) -> Send:
    """After a tea hour: two lines of it, in her words."""
    return line(member.row, work.tell("circles.tea_over", circle=named(work, circle)), slot=f"{SUMMARY}:{circle.id}")


async def _here(asked: Asked, circle: Circle, _about: str) -> list[Send]:
    """She says that she is there for the tea hour: the circle hears so, and she has before her what was said."""
    if not circle.terms.tea_open:
        return [line(asked.member.row, asked.tell("circles.tea_past", circle=named(asked, circle)))]
    here = await _is_here(asked, circle)
    since, begun = await guides(asked).since(asked.conn, circle.id, circle.terms.shown, MOST), circle.terms.tea_at
    said = [post for post in since if post.flower != HOUSE or begun is None or post.at >= begun]
    shown = await _shown(asked, here, said)
    if not circle.terms.tea_here:
        text = asked.tools.library.text(circle.language, "life.tea_here")
        await guides(asked).say(asked.conn, circle.id, text, asked.now, by=HOUSE, until=life.tea_until(circle))
        await on_record(asked, "tea_here", circle)
    return [line(asked.member.row, asked.tell("circles.tea_here", circle=named(asked, circle))), *shown]


async def _is_here(work: Work, circle: Circle) -> Circle:
    """Somebody of ours is at the tea hour."""
    here = structs.replace(circle, terms=structs.replace(circle.terms, tea_here=True))
    await guides(work).change(work.conn, here)
    return here


async def _read(asked: Asked, circle: Circle, _about: str) -> list[Send]:
    """The latest posts, each in its slot, so that she can answer them."""
    said = await guides(asked).since(asked.conn, circle.id, 0, LAST)
    if not said:
        return [screen(asked, asked.tell("circles.silent"), ((back(asked, circle),),))]
    return await _shown(asked, circle, said)


async def _new(asked: Asked, circle: Circle, _about: str) -> list[Send]:
    """What she has not read yet, and the line that said so, which now says that she has."""
    said = await guides(asked).since(asked.conn, circle.id, circle.terms.shown, MOST)
    message = Message(text=asked.tell("circles.seen", circle=named(asked, circle)))
    line = Send(to=staff(asked.member.row), message=message, slot=guide.new(circle.id), edit=True, stands=True)
    return [line, *(await _shown(asked, circle, said))]


async def _shown(asked: Asked, circle: Circle, said: Sequence[Post]) -> list[Send]:
    """Posts in her chat. If the circle is hers she has it before her from now on, for some minutes."""
    if circle.guide == asked.member.row:
        await guides(asked).change(asked.conn, guide.shown(circle, asked.now))
    name = named(asked, circle)
    return [guide.stands(telling(asked, circle), asked.member, circle, post, name) for post in said]


async def answered(work: Work, order: DeskOrdered) -> list[Send]:
    """Words of somebody of the desk in answer to a message of ours: to her circle, or her own as anybody's."""
    if order.by is None or order.said is None:
        return []
    member = work.desk.member(order.by.id)
    slot = await guides(work).slot_of(work.conn, staff(member.row), order.reply_to) if member is not None else ""
    kind, _, rest = slot.partition(":")
    number = rest.partition(":")[0]
    if member is None or kind not in {PROMPT, SUMMARY, POST} or not number.isdecimal():
        return await _hers(work, order)
    circle = await guides(work).one(work.conn, int(number))
    if circle is None:
        return [line(member.row, work.tell("circles.gone"))]
    if await guides(work).sits(work.conn, member.row, circle.id):
        return [line(member.row, work.tell("circles.sits"))]
    if not guide.may_lead(member, circle):
        await work.put_on_record("refused:circles.speak", by=member.id)
        return [line(member.row, work.tell("circles.not_yours"))]
    words = order.said.text.strip()
    if not words or len(words) > LONGEST:
        return [line(member.row, work.tell("circles.too_long", n=LONGEST))]
    if kind == SUMMARY:
        return await _drafted(work, member, circle, words)
    return await _said(work, member, circle, words, numbered(slot, circle.id))


async def _said(work: Work, member: Member, circle: Circle, words: str, answers: int) -> list[Send]:
    if circle.terms.tea_open:
        circle = await _is_here(work, circle)
    await guides(work).say(work.conn, circle.id, words, work.now, answers=answers)
    await work.put_on_record(f"circle:speak:{circle.id}", by=member.id)
    read = circle.terms.shown >= circle.posts
    if guide.leading(work.desk, member).digest or member.row != circle.guide or not read:
        return [line(member.row, work.tell("circles.went", circle=named(work, circle)))]
    found = await guides(work).one(work.conn, circle.id)
    if found is not None:  # it comes back to her as it went out
        await guides(work).change(work.conn, guide.shown(found, work.now))
    return []


async def _hers(work: Work, order: DeskOrdered) -> list[Send]:
    """It stands in no circle: it goes the way of anybody's words."""
    if order.by is not None and order.said is not None:
        arrival = Arrival(update_id=0, sender=order.by.id, event=order.said)
        await Inbox(work.tools.db).hand_back(work.conn, arrival, work.now)
    return []


async def _drafted(work: Work, member: Member, circle: Circle, words: str) -> list[Send]:
    """The two lines as they would go out."""
    changed = structs.replace(circle, terms=structs.replace(circle.terms, draft=words))
    await guides(work).change(work.conn, changed)
    keys = [key(work.tell(f"circles.act.{act}"), f"{act}.{circle.id}") for act in ("sum", "drop_sum")]
    text = work.tell("circles.tea_draft", circle=named(work, circle), words=words)
    return [line(member.row, text, in_rows(keys), slot=f"{DRAFT}:{circle.id}")]


async def _sum(asked: Asked, circle: Circle, _about: str) -> list[Send]:
    """She approves: the circle hears it."""
    words = circle.terms.draft
    if not words:
        return [screen(asked, asked.tell("circles.no_draft"))]
    await guides(asked).change(asked.conn, structs.replace(circle, terms=structs.replace(circle.terms, draft="")))
    text = asked.tools.library.text(circle.language, "life.tea_summary", words=words)
    await guides(asked).say(asked.conn, circle.id, text, asked.now)
    await on_record(asked, "tea_summary", circle)
    head = asked.tell("circles.tea_sent")
    message = Message(text=f"{named(asked, circle)}\n{head}\n\n{words}")
    return [Send(to=staff(asked.member.row), message=message, slot=f"{DRAFT}:{circle.id}", edit=True, stands=True)]


async def _drop_sum(asked: Asked, circle: Circle, _about: str) -> list[Send]:
    await guides(asked).change(asked.conn, structs.replace(circle, terms=structs.replace(circle.terms, draft="")))
    return [asked_for_summary(asked, circle, asked.member)]


ACTS = {"speak": _speak, "here": _here, "read": _read, "new": _new, "sum": _sum, "drop_sum": _drop_sum}
