"""`/announce`: a lead writes to everybody, another lead agrees, any lead stops it before it is out.

The words stand in the order itself, or in the message it answers. Nothing goes out on one person's word.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from bot.desk.work import Asked, Work, button
from flows.desk.announcement import (
    BLANK,
    FRESH,
    LONGEST,
    Announcement,
    found,
    next_number,
    stopped,
    texts_in,
    with_one,
)
from flows.desk.notice import KEY
from flows.effects import GENERAL, Send
from flows.model import Button, Message
from storage import crowd
from storage.facts import fact, keep_fact

NAME, TEMPLATE, STOP = "announce", "breach", "stop"
AT = "announcing"
"""The fact that says how far the spreading of an announcement is: its number, and the last person."""


async def order(asked: Asked) -> list[Send]:
    """Carry out `/announce`, with texts or without, and its buttons."""
    act, _, number = asked.about.partition(":")
    if asked.order.tapped:
        return await _tapped(asked, act, int(number) if number.isdigit() else 0)
    if not asked.about:
        return [asked.answer(await _shown(asked), ((button(asked.tell("announce.breach"), NAME, TEMPLATE),),))]
    texts = texts_in(asked.about.removeprefix(f"/{NAME}"))
    wrong = list(_faults(asked, texts))
    if wrong:
        return [asked.answer("\n".join([*wrong, "", _how(asked)]))]
    return await _asked_for(asked, texts)


async def _tapped(asked: Asked, act: str, number: int) -> list[Send]:
    if act == TEMPLATE:
        return [asked.answer(template(asked))]
    one = found(asked.desk.book.announcements, number)
    if one is None:
        return [asked.answer(asked.tell("announce.gone"))]
    if act == "agree" and one.state == "asked":
        return await _agreed(asked, one)
    if act == STOP and one.state != "stopped":
        return await _keep(asked, stopped(one), "stopped")
    return []


async def _asked_for(asked: Asked, texts: dict[str, str]) -> list[Send]:
    number = next_number(asked.desk.book.announcements)
    one = Announcement(number=number, texts=texts, by=asked.member.id, made_at=asked.now)
    sends = await _keep(asked, one, "asked")
    return [*sends, asked.answer(asked.tell("announce.at_desk"))] if asked.order.private else sends


async def _agreed(asked: Asked, one: Announcement) -> list[Send]:
    """Somebody else than who wrote it, and soon: what was written last month may not be true any more."""
    if asked.member.id == one.by:
        return [asked.answer(asked.tell("announce.another"))]
    if asked.now - one.made_at > FRESH:
        return await _keep(asked, stopped(one), "lapsed")
    return await _keep(asked, structs.replace(one, state="agreed", agreed_by=asked.member.id), "agreed")


async def _keep(asked: Asked, one: Announcement, act: str) -> list[Send]:
    """Into the book, on the record, and shown to all at the desk, in place."""
    book = asked.desk.book
    new = structs.replace(book, announcements=with_one(book.announcements, one))
    await asked.tools.office.keep(asked.conn, new)
    await asked.put_on_record(f"announce:{one.number}:{act}", by=asked.member.id)
    return [await _preview(asked, one, edit=act != "asked")]


async def _preview(asked: Asked, one: Announcement, *, edit: bool) -> Send:
    """What will be read, by whom how many, and what can be done about it now."""
    head = asked.tell(f"announce.is_{one.state}", number=one.number)
    texts = [f"{code}: {text}" for code, text in one.texts.items()]
    numbers = await _counted(asked, one)
    acts = {"asked": ("agree", STOP), "agreed": (STOP,), "stopped": ()}[one.state]
    row: tuple[Button, ...] = tuple(
        button(asked.tell(f"announce.act_{act}"), NAME, f"{act}:{one.number}") for act in acts
    )
    message = Message(text="\n\n".join([head, *texts, *numbers]), buttons=(row,) if row else ())
    return Send(to=GENERAL, message=message, slot=f"{NAME}:{one.number}", edit=edit)


async def _counted(asked: Asked, one: Announcement) -> list[str]:
    """Whom it reaches by language, whom it does not by state."""
    counts = await crowd.counts(asked.conn)
    reached = {code: count for (code, state), count in counts.items() if state == "active" and code in one.texts}
    others: dict[str, int] = {}
    for (_, state), count in counts.items():
        if state != "active":
            others[state] = others.get(state, 0) + count
    by_language = ", ".join(f"{code} {count}" for code, count in sorted(reached.items())) or "0"
    by_state = ", ".join(f"{asked.tell(f'desk.state.{state}')} {count}" for state, count in sorted(others.items()))
    lines = [asked.tell("announce.reaches", count=sum(reached.values()), languages=by_language)]
    return [*lines, asked.tell("announce.not_to", states=by_state)] if by_state else lines


async def _shown(asked: Asked) -> str:
    """What was announced lately, and how far it is; how to write one."""
    lines = []
    for one in asked.desk.book.announcements:
        left = await crowd.waiting(asked.conn, f"{KEY}:{one.number}")
        lines.append(asked.tell(f"announce.is_{one.state}", number=one.number))
        if one.state == "agreed":
            lines.append(asked.tell("announce.left", count=left))
    return "\n".join([*lines, *([""] if lines else []), _how(asked)])


def _faults(asked: Asked, texts: dict[str, str]) -> Iterator[str]:
    """What keeps these texts from going out. Every language in which we speak needs one: nobody is left out unseen."""
    if not texts:
        yield asked.tell("announce.no_texts")
        return
    spoken = {one.code for one in asked.tools.library.languages if one.live}
    for code in sorted(spoken.symmetric_difference(texts)):
        yield asked.tell("announce.no_text" if code in spoken else "announce.no_language", code=code)
    for code, text in texts.items():
        if not text or len(text) > LONGEST:
            yield asked.tell("announce.length", code=code, count=len(text), most=LONGEST)
        if BLANK.search(text):
            yield asked.tell("announce.blank", code=code)


def _how(asked: Asked) -> str:
    spoken = [one.code for one in asked.tools.library.languages if one.live]
    return asked.tell("announce.how", example="\n".join([f"/{NAME}", *(f"{code}: …" for code in spoken)]))


def template(work: Work) -> str:
    """The notice of a breach, to be copied, filled in and sent: what happened, what it touches, what we and you do."""
    library = work.tools.library
    texts = [f"{one.code}: {library.text(one.code, 'announce.breach_text')}" for one in library.languages if one.live]
    return "\n\n".join([f"/{NAME}", *texts])


# -- by itself, each minute --------------------------------------------------------------------------------------


async def spread(work: Work) -> list[Send]:
    """Give everybody her row, some in each minute, from where the last commit stopped."""
    one = next((one for one in work.desk.book.announcements if one.state == "agreed" and not one.spread), None)
    if one is None:
        return []
    number, _, after = (await fact(work.conn, AT)).decode().partition(":")
    last = await crowd.plan_some(
        work.tools.db, work.conn, f"{KEY}:{one.number}", int(after) if number == str(one.number) else 0, work.now
    )
    if last:
        await keep_fact(work.conn, AT, f"{one.number}:{last}".encode())
        return []
    book = work.desk.book
    done = with_one(book.announcements, structs.replace(one, spread=True))
    await work.tools.office.keep(work.conn, structs.replace(book, announcements=done))
    await work.put_on_record(f"announce:{one.number}:spread")
    return []
