"""What a circle's turn brings to whoever leads it: posts as they went out, those that wait, and what its life brings."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import structs

from bot.desk import speaking
from bot.desk.circle_screens import guides, line, named, zone
from bot.desk.work import Work
from flows.circles import guide, life
from flows.circles.life import Life
from flows.circles.model import HOUSE, Circle, Room
from flows.circles.round import Round
from flows.desk.office import Member
from flows.effects import Lane, Retract, Send
from storage.facts import keep_moment, moment

DIGESTS = (9, 20)
"""Hours of the desk at which whoever reads twice a day has what was said."""
AROUND = 6
"""Posts shown where one was reported: it, and what stood before it."""
MOST = 40
"""Posts shown at once; who wants to see more reads up."""
TOLD = "circles told"
SUMMED = frozenset({"tea_over"})


async def told(work: Work, followed: Round, lived: Life) -> list[Send | Retract]:
    """What goes to the private chat of whoever leads this circle."""
    circle = lived.circle
    sends = guide.overheard(
        work.tell, work.desk, structs.replace(followed, circle=circle), named(work, circle), work.now
    )
    for number in sorted({report.answers for report in followed.reported}):
        sends += await _reported(work, circle, number)
    for member in guide.to_hear(work.desk, circle, work.now):
        for what in lived.led:
            if what in SUMMED:
                sends.append(speaking.asked_for_summary(work, circle, member))
            else:
                sends.append(line(member.row, work.tell(f"circles.life.{what}", circle=named(work, circle))))
    return sends


async def _reported(work: Work, circle: Circle, number: int) -> list[Send]:
    """A post that somebody reported, after what stood before it. How many did, and who, is not said."""
    name = named(work, circle)
    posts = await guides(work).before(work.conn, circle.id, number, AROUND)
    found = next((post for post in posts if post.number == number), None)
    if found is None:
        return []  # taken back meanwhile
    said = work.tell("circles.reported", circle=name, flower=guide.flower(work.tell, found.flower))
    return [
        send
        for member in guide.to_hear(work.desk, circle, work.now)
        for send in (*(guide.stands(work.tell, member, circle, post, name) for post in posts), _under(member, said))
    ]


def _under(member: Member, said: str) -> Send:
    """A line in the lane of posts, so that none of them overtakes it and it none of them."""
    return structs.replace(line(member.row, said), lane=Lane.CIRCLE)


async def lived(work: Work, room: Room) -> Life:
    """What the life of the circle brings in this turn; its words are written to the circle."""
    there = guide.is_there(work.desk, room.circle, work.now)
    heard = await guides(work).heard(work.conn, [one.person for one in room.members])
    return life.lives(room, work.tools.library, zone(work), there=there, heard=heard)


async def said(work: Work, lived: Life) -> None:
    """The bot says in the circle what its life brings."""
    for words in lived.says:
        await guides(work).say(work.conn, lived.circle.id, words, work.now, by=HOUSE)


# -- by itself, each minute ----------------------------------------------------------------------------------------


async def digested(work: Work) -> list[Send]:
    """Twice a day, to whoever wants it so: what was said in her circles since, each post in its slot."""
    if not await _is_time(work):
        return []
    sends: list[Send] = []
    for each in await guides(work).alive(work.conn):
        member = guide.of(work.desk, each)
        if member is None or not guide.leading(work.desk, member).digest or each.posts <= each.terms.shown:
            continue
        circle = await guides(work).one(work.conn, each.id)
        if circle is None:
            continue
        posts = await guides(work).since(work.conn, circle.id, circle.terms.shown, MOST)
        name = named(work, circle)
        sends.append(line(member.row, work.tell("circles.digest", circle=name, n=circle.posts - circle.terms.shown)))
        sends += [guide.stands(work.tell, member, circle, post, name) for post in posts]
        terms = structs.replace(circle.terms, shown=circle.posts)
        await guides(work).change(work.conn, structs.replace(circle, terms=terms))
    return sends


async def _is_time(work: Work) -> bool:
    """Whether an hour of the digest has come since it was last looked; from now on it was."""
    last = await moment(work.conn, TOLD)
    if last is not None and last >= _hour_before(work):
        return False
    await keep_moment(work.conn, TOLD, work.now)
    return last is not None


def _hour_before(work: Work) -> datetime:
    """The last hour of the digest that has struck."""
    local = work.now.astimezone(zone(work))
    struck = [
        day.replace(hour=hour, minute=0, second=0, microsecond=0)
        for day in (local - timedelta(days=1), local)
        for hour in DIGESTS
    ]
    return max(one for one in struck if one <= local)


async def woken(work: Work) -> list[Send]:
    """A circle whose facilitator went away, or came back, has its turn: it rests, or goes on, and says so."""
    for one in await guides(work).alive(work.conn):
        if (one.state == "open") != guide.is_there(work.desk, one, work.now) and one.begins_at <= work.now:
            await guides(work).soon(work.conn, one.id, work.now)
    return []
