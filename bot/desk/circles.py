"""`/circles`: the circles somebody leads, in her own chat with the bot; for leads all of them, and who waits.

She sees flowers and words, never who they are. Every button says which circle it is about, and whoever neither leads
that circle nor is a lead is refused, and it goes on the record.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from msgspec import structs

from bot.desk import circle_screens, flowers, halls, held, joins, speaking
from bot.desk.circle_screens import Rows, flower, guides, named, on_record, screen
from bot.desk.work import Asked
from flows.circles import guide, seats
from flows.circles.guide import key
from flows.circles.model import Circle
from flows.desk import rights
from flows.desk.office import Leading
from flows.effects import GENERAL, Send
from flows.model import Button, Message, in_rows
from flows.programme import calendar

Act = Callable[[Asked, Circle, str], Awaitable[list[Send]]]

WEEK_OFF = timedelta(days=7)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


async def order(asked: Asked) -> list[Send]:
    """`/circles` and the buttons under its answers. What is said goes to her own chat: a circle is not for the group."""
    verb, _, rest = asked.about.partition(".") if asked.order.tapped else ("", "", "")
    if verb in OF_A_CIRCLE:
        said = await _in_circle(asked, verb, rest)
    elif verb in OF_HERS:
        said = await OF_HERS[verb](asked, rest)
    else:
        said = [await _listed(asked)]
    if not asked.order.private:
        said.append(Send(to=GENERAL, message=Message(text=asked.tell("circles.sent")), silent=True))
    return said


async def _in_circle(asked: Asked, verb: str, rest: str) -> list[Send]:
    number, _, about = rest.partition(".")
    circle = await guides(asked).one(asked.conn, int(number)) if number.isdecimal() else None
    if circle is None:
        return [screen(asked, asked.tell("circles.gone"))]
    if await guides(asked).sits(asked.conn, asked.member.row, circle.id):
        return [screen(asked, asked.tell("circles.sits"))]
    if not guide.may_lead(asked.member, circle) and not (verb in joins.OF_OTHERS and joins.is_offered(asked, circle)):
        await asked.put_on_record(f"refused:circles.{verb}", by=asked.member.id)
        return [screen(asked, asked.tell("circles.not_yours"))]
    return await OF_A_CIRCLE[verb](asked, circle, about)


# -- what is hers --------------------------------------------------------------------------------------------------


async def _listed(asked: Asked) -> Send:
    """Her circles, and how she leads."""
    found = [one for one in await guides(asked).alive(asked.conn) if one.guide == asked.member.row]
    to_ask = await guides(asked).to_ask(asked.conn)
    lines = [asked.tell("circles.head", n=len(found)) if found else asked.tell("circles.none")]
    lines += [
        asked.tell("circles.waits", circle=named(asked, one), n=to_ask[one.id]) for one in found if one.id in to_ask
    ]
    says = guide.leading(asked.desk, asked.member)
    if says.off_until is not None and asked.now < says.off_until:
        lines.append(asked.tell("circles.off", until=calendar.at_desk(asked.desk, says.off_until)))
    rows: list[tuple[Button, ...]] = [(key(named(asked, one), f"one.{one.id}"),) for one in found]
    rows.append((key(asked.tell("circles.set"), "set"),))
    if asked.member.role in rights.LEADS:
        rows.append((key(asked.tell("circles.all"), "all"),))
    return screen(asked, "\n".join(lines), tuple(rows))


async def _set(asked: Asked, _rest: str) -> list[Send]:
    """How many circles, in which languages, how posts come, a week off."""
    return [_settings(asked, guide.leading(asked.desk, asked.member), guide.most(asked.desk, asked.member))]


def _settings(asked: Asked, says: Leading, most: int) -> Send:
    tongues = ", ".join(says.languages) or asked.tell("circles.any_language")
    how = asked.tell("circles.by_digest" if says.digest else "circles.live")
    text = asked.tell("circles.settings", most=most, languages=tongues, how=how)
    numbers = tuple(key(f"{'✓ ' if n == most else ''}{n}", f"most.{n}") for n in range(guide.MOST_TO_LEAD + 1))
    spoken = [one for one in asked.tools.library.languages if one.live]
    tongue = tuple(
        key(f"{'✓ ' if one.code in says.languages else ''}{one.name}", f"tongue.{one.code}") for one in spoken
    )
    away = says.off_until is not None and asked.now < says.off_until
    rows: Rows = (
        numbers[:4],
        numbers[4:],
        tongue,
        (key(asked.tell("circles.to_live" if says.digest else "circles.to_digest"), "digest"),),
        (key(asked.tell("circles.back_now" if away else "circles.week_off"), "off"),),
        (key(asked.tell("circles.list"), "list"),),
    )
    return screen(asked, text, rows)


async def _says(asked: Asked, says: Leading, act: str) -> list[Send]:
    book = asked.desk.book
    await asked.tools.office.keep(asked.conn, structs.replace(book, leading=book.leading | {asked.member.row: says}))
    await asked.put_on_record(act, by=asked.member.id)
    most = says.most if says.most is not None else guide.most(asked.desk, asked.member)
    return [_settings(asked, says, most)]


async def _most(asked: Asked, rest: str) -> list[Send]:
    if not rest.isdecimal() or int(rest) > guide.MOST_TO_LEAD:
        return [await _listed(asked)]
    says = structs.replace(guide.leading(asked.desk, asked.member), most=int(rest))
    return await _says(asked, says, f"circles:most:{rest}")


async def _tongue(asked: Asked, rest: str) -> list[Send]:
    says = guide.leading(asked.desk, asked.member)
    spoken = [one.code for one in asked.tools.library.languages if one.live]
    chosen = set(says.languages) ^ {rest}
    languages = tuple(code for code in spoken if code in chosen)
    return await _says(asked, structs.replace(says, languages=languages), "circles:languages")


async def _digest(asked: Asked, _rest: str) -> list[Send]:
    says = guide.leading(asked.desk, asked.member)
    return await _says(asked, structs.replace(says, digest=not says.digest), "circles:digest")


async def _off(asked: Asked, _rest: str) -> list[Send]:
    """A week off, or back before it is over: her circles rest, and say so, with their next turn."""
    says = guide.leading(asked.desk, asked.member)
    away = says.off_until is not None and asked.now < says.off_until
    said = await _says(
        asked,
        structs.replace(says, off_until=None if away else asked.now + WEEK_OFF),
        "circles:back" if away else "circles:week_off",
    )
    for one in await guides(asked).alive(asked.conn):
        if one.guide == asked.member.row:
            await guides(asked).soon(asked.conn, one.id, asked.now)
    return said


async def _list(asked: Asked, _rest: str) -> list[Send]:
    return [await _listed(asked)]


OF_HERS: dict[str, Callable[[Asked, str], Awaitable[list[Send]]]] = {
    "list": _list,
    "set": _set,
    "most": _most,
    "tongue": _tongue,
    "digest": _digest,
    "off": _off,
    "all": halls.told,
}
"""What is about nobody's circle."""


# -- one circle ----------------------------------------------------------------------------------------------------


async def _one(asked: Asked, circle: Circle, _about: str) -> list[Send]:
    """How a circle is, and what can be done in it."""
    members = (await guides(asked).members(asked.conn, [circle.id]))[circle.id]
    waiting = (await guides(asked).to_ask(asked.conn)).get(circle.id, 0)
    leads = guide.of(asked.desk, circle)
    week = (asked.now - circle.begins_at) // timedelta(days=7) + 1
    text = asked.tell(
        "circles.one",
        circle=named(asked, circle),
        state=asked.tell(f"circles.state.{circle.state}"),
        week=max(0, week),
        guide=leads.name or asked.tell("people.unnamed") if leads is not None else asked.tell("circles.nobody"),
        n=len(members),
        flowers=", ".join(flower(asked, circle, one.flower) for one in members),
        posts=circle.posts,
        waiting=waiting,
        tea=asked.tell(f"circles.day.{DAYS[circle.terms.tea_day]}"),
        voice=asked.tell("circles.on" if circle.terms.voice else "circles.not_on"),
    )
    acts = ["speak", "people", "read"] + (["waiting"] if waiting else [])
    keys = [key(asked.tell(f"circles.act.{act}"), f"{act}.{circle.id}") for act in acts]
    keys.append(
        key(asked.tell("circles.act.voice_off" if circle.terms.voice else "circles.act.voice"), f"voice.{circle.id}")
    )
    keys += [key(asked.tell(f"circles.act.{act}"), f"{act}.{circle.id}") for act in ("tea", "hand")]
    if len(members) >= 2 * seats.SHRUNK:
        keys.append(key(asked.tell("circles.act.split"), f"split.{circle.id}"))
    return [screen(asked, text, (*in_rows(keys), (key(asked.tell("circles.list"), "list"),)))]


async def _voice(asked: Asked, circle: Circle, _about: str) -> list[Send]:
    """Voice notes are off until she allows them; each of them waits until she has listened."""
    changed = structs.replace(circle, terms=structs.replace(circle.terms, voice=not circle.terms.voice))
    await guides(asked).change(asked.conn, changed)
    await on_record(asked, "voice_on" if changed.terms.voice else "voice_off", circle)
    return await _one(asked, changed, "")


async def _tea(asked: Asked, circle: Circle, about: str) -> list[Send]:
    """On which weekday the tea hour is."""
    if about in DAYS:
        terms = structs.replace(circle.terms, tea_day=DAYS.index(about))
        changed = structs.replace(circle, terms=terms)
        await guides(asked).change(asked.conn, changed)
        await guides(asked).soon(asked.conn, circle.id, asked.now)
        await on_record(asked, "tea", circle, about)
        return await _one(asked, changed, "")
    keys = [key(asked.tell(f"circles.day.{one}"), f"tea.{circle.id}.{one}") for one in DAYS]
    rows = (*in_rows(keys, 4), (circle_screens.back(asked, circle),))
    return [screen(asked, asked.tell("circles.tea_when", circle=named(asked, circle)), rows)]


OF_A_CIRCLE: dict[str, Act] = {
    "one": _one,
    "voice": _voice,
    "tea": _tea,
    **speaking.ACTS,
    **flowers.ACTS,
    **held.ACTS,
    **joins.ACTS,
}
"""What is done in one circle, by the first word of the button."""
