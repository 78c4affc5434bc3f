"""Two circles become one, one becomes two, a circle gets another facilitator: never without those whom it concerns.

Small circles are found by seating, once a day. They merge when the facilitators of both say yes; every member then
hears of it, and may leave as she may at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import structs

from bot.desk.circle_screens import back, guides, line, named, on_record, screen, zone
from bot.desk.work import Asked, Work
from flows.circles import guide, life
from flows.circles.guide import key
from flows.circles.model import HOUSE, Circle, Seated
from flows.desk.office import Member
from flows.effects import Send, staff
from flows.events import CircleTold
from flows.model import Message, in_rows
from storage.inbox import Inbox

MERGE = "merge"
OF_OTHERS = frozenset({"take"})
"""What somebody may do who neither leads the circle nor is a lead: take it, where it was offered to her."""


def is_offered(asked: Asked, circle: Circle) -> bool:
    """Whether a circle was offered to whoever taps, and to nobody else since."""
    return circle.terms.offered == asked.member.row


# -- another facilitator -------------------------------------------------------------------------------------------


async def _hand(asked: Asked, circle: Circle, about: str) -> list[Send]:
    """Offer a circle to somebody else, who takes it or does not."""
    others = [one for one in asked.desk.staff if one.row != circle.guide and guide.most(asked.desk, one) > 0]
    other = next((one for one in others if str(one.row) == about), None)
    if other is None:
        keys = [key(_name(asked, one), f"hand.{circle.id}.{one.row}") for one in others]
        text = asked.tell("circles.hand_whom" if others else "circles.hand_nobody", circle=named(asked, circle))
        return [screen(asked, text, (*in_rows(keys), (back(asked, circle),)))]
    await guides(asked).change(
        asked.conn, structs.replace(circle, terms=structs.replace(circle.terms, offered=other.row))
    )
    await on_record(asked, "offer", circle)
    row = ((key(asked.tell("circles.act.take"), f"take.{circle.id}.{other.row}"),),)
    offered = asked.tell("circles.offered", circle=named(asked, circle), name=_name(asked, asked.member))
    return [line(other.row, offered, row), screen(asked, asked.tell("circles.hand_asked", name=_name(asked, other)))]


async def _take(asked: Asked, circle: Circle, _about: str) -> list[Send]:
    """From now on she leads it; the circle hears that somebody else is there."""
    if not is_offered(asked, circle) or circle.guide == asked.member.row:
        return [screen(asked, asked.tell("circles.settled"))]
    before = guide.of(asked.desk, circle)
    terms = structs.replace(circle.terms, offered=0)
    await guides(asked).change(asked.conn, structs.replace(circle, guide=asked.member.row, terms=terms))
    await _says(asked, circle, "life.handed")
    await on_record(asked, "take", circle)
    said = [line(asked.member.row, asked.tell("circles.taken", circle=named(asked, circle)))]
    if before is not None:
        text = asked.tell("circles.took", circle=named(asked, circle), name=_name(asked, asked.member))
        said.append(line(before.row, text))
    return said


# -- one of two ----------------------------------------------------------------------------------------------------


async def proposed(work: Work, pairs: Iterable[tuple[int, int]]) -> list[Send]:
    """Ask the facilitators of both circles of each pair, once; one that was asked already is not asked again."""
    sends: list[Send] = []
    for first, second in pairs:
        both = [await guides(work).one(work.conn, id) for id in (first, second)]
        found = [one for one in both if one is not None]
        if len(found) < len(both) or any(one.terms.merges for one in found):
            continue
        for one, other in (found, reversed(found)):
            terms = structs.replace(one.terms, merges=other.id, agreed=False)
            await guides(work).change(work.conn, structs.replace(one, terms=terms))
            if one is found[0] or one.guide != other.guide:
                sends += [_question(work, one, other, member) for member in guide.to_hear(work.desk, one, work.now)]
    return sends


def _question(work: Work, one: Circle, other: Circle, member: Member) -> Send:
    keys = (
        key(work.tell("circles.act.merge"), f"merge.{one.id}"),
        key(work.tell("circles.act.apart"), f"apart.{one.id}"),
    )
    text = work.tell("circles.merge_ask", circle=named(work, one), other=named(work, other))
    return line(member.row, text, (keys,), slot=f"{MERGE}:{one.id}")


def _answered(asked: Asked, circle: Circle, text: str) -> Send:
    """What became of the question, in its place: there she has tapped, and there she looks."""
    message = Message(text=text)
    return Send(to=staff(asked.member.row), message=message, slot=f"{MERGE}:{circle.id}", edit=True)


async def _merge(asked: Asked, circle: Circle, _about: str) -> list[Send]:
    """One says yes. When both have, the younger circle's members sit in the older one, which ends with the later of both."""
    other = await guides(asked).one(asked.conn, circle.terms.merges) if circle.terms.merges else None
    if other is None or other.terms.merges != circle.id:
        return [_answered(asked, circle, asked.tell("circles.settled"))]
    await on_record(asked, "merge_yes", circle)
    if not other.terms.agreed and other.guide != circle.guide:
        await guides(asked).change(
            asked.conn, structs.replace(circle, terms=structs.replace(circle.terms, agreed=True))
        )
        return [_answered(asked, circle, asked.tell("circles.merge_waits"))]
    stays, goes = sorted((circle, other), key=lambda one: (one.begins_at, one.id))
    if waiting := await guides(asked).unsettled(asked.conn, goes.id):
        return [line(asked.member.row, asked.tell("circles.unsettled", circle=named(asked, goes), n=waiting))]
    if await _comes_back(asked, goes, stays) or await _would_sit(asked, goes, stays):
        return [_answered(asked, circle, asked.tell("circles.settled"))]
    await _merged(asked, stays, goes)
    text = asked.tell("circles.merged", circle=named(asked, stays))
    hear = {one.row: one for each in (stays, goes) for one in guide.to_hear(asked.desk, each, asked.now)}
    return [_answered(asked, circle, text), *(line(row, text) for row in hear if row != asked.member.row)]


async def _comes_back(asked: Asked, goes: Circle, stays: Circle) -> bool:
    """Whether somebody would come back to a circle that she left: seating knows it, but she may have left since."""
    members = (await guides(asked).members(asked.conn, [goes.id]))[goes.id]
    ever = (await guides(asked).ever(asked.conn, [stays.id]))[stays.id]
    return any(one.person in ever for one in members)


async def _would_sit(asked: Asked, goes: Circle, stays: Circle) -> bool:
    """Whether whoever leads one of them sits in the other: she would sit in a circle that she leads."""
    return await guides(asked).sits(asked.conn, stays.guide, goes.id)


async def _merged(asked: Asked, stays: Circle, goes: Circle) -> None:
    members = (await guides(asked).members(asked.conn, [goes.id]))[goes.id]
    stays = life.together(stays, goes)
    await guides(asked).change(asked.conn, stays)
    over = (stays.ends_at or asked.now).astimezone(zone(asked))
    await _says(asked, stays, "life.merged", **life.dated(asked.tools.library, stays.language, over))
    await _moved(asked, goes, stays, members, "merged")
    await guides(asked).close(asked.conn, goes)
    await on_record(asked, "merge", stays)


async def _apart(asked: Asked, circle: Circle, _about: str) -> list[Send]:
    """She would rather not: both stay as they are. The question comes again when a day's seating finds it again."""
    other = await guides(asked).one(asked.conn, circle.terms.merges) if circle.terms.merges else None
    for one in (circle, other):
        if one is not None:
            # `merges` stays: a no is not asked about every day.
            await guides(asked).change(asked.conn, structs.replace(one, terms=structs.replace(one.terms, agreed=False)))
    await on_record(asked, "merge_no", circle)
    return [_answered(asked, circle, asked.tell("circles.stays_apart"))]


# -- two of one ----------------------------------------------------------------------------------------------------


async def _split(asked: Asked, circle: Circle, about: str) -> list[Send]:
    """Half of a circle sits apart from now on, with the same facilitator; each keeps her flower."""
    members = (await guides(asked).members(asked.conn, [circle.id]))[circle.id]
    if about != "sure":
        sure = key(asked.tell("circles.act.split"), f"split.{circle.id}.sure")
        return [screen(asked, asked.tell("circles.split_sure", n=len(members)), ((sure,), (back(asked, circle),)))]
    if len(members) < 2:
        return [screen(asked, asked.tell("circles.settled"))]
    if waiting := await guides(asked).unsettled(asked.conn, circle.id):
        return [screen(asked, asked.tell("circles.unsettled", circle=named(asked, circle), n=waiting))]
    half = sorted(members, key=lambda one: (one.joined_at, one.flower))[1::2]
    id = asked.tools.db.ids.next(asked.now)
    terms = structs.replace(circle.terms, draft="", merges=0, agreed=False, shown=0, lived_at=asked.now)
    new = structs.replace(circle, id=id, posts=0, terms=terms, next_at=None)
    new = guide.nth(await guides(asked).alive(asked.conn), new)
    await guides(asked).begin(asked.conn, structs.replace(new, next_at=life.next_at(new, zone(asked))), [], asked.now)
    await _moved(asked, circle, new, half, "split")
    await _says(asked, circle, "life.split")
    await on_record(asked, "split", circle)
    return [screen(asked, asked.tell("circles.was_split", circle=named(asked, new), n=len(half)))]


async def _moved(work: Work, old: Circle, new: Circle, members: Sequence[Seated], what: str) -> None:
    """These sit in another circle: each keeps her flower where nobody there ever had it, and hears of it.

    What was said there before they came was not said to them.
    """
    used = await guides(work).used(work.conn, new.id)
    here = [one.flower for one in (await guides(work).members(work.conn, [new.id]))[new.id]]
    names: dict[int, str] = {}
    for one in members:
        free = guide.free_flowers(flowers(work, new), used, one.flower)
        # More came and went than there are names: then the name of somebody who has left it long ago.
        spare = guide.free_flowers(flowers(work, new), [*here, *names.values()], one.flower)
        name = one.flower if one.flower not in used else (free or spare)[0]
        used.add(name)
        names[one.person] = name
        await guides(work).vacate(work.conn, old.id, one.person, work.now)
    await guides(work).seat(work.conn, new.id, names.items(), work.now, read=new.posts)
    came = ":".join(sorted(f"{one.flower}>{names[one.person]}" for one in members))
    told = [(one.person, CircleTold(circle=new.id, what=what, about=f"{names[one.person]}:{came}")) for one in members]
    await Inbox(work.tools.db).tell_all(work.conn, told, work.now)


def flowers(work: Work, circle: Circle) -> tuple[str, ...]:
    """All names there are for a circle."""
    return work.tools.library.names.of(circle.stage)


async def _says(work: Work, circle: Circle, words: str, **variables: str) -> None:
    """The bot says something to a circle, in its language."""
    text = work.tools.library.text(circle.language, words, **variables)
    await guides(work).say(work.conn, circle.id, text, work.now, by=HOUSE)


def _name(work: Work, member: Member) -> str:
    return member.name or work.tell("people.unnamed")


ACTS = {"hand": _hand, "take": _take, "merge": _merge, "apart": _apart, "split": _split}
