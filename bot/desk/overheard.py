"""What a circle's turn brings to whoever leads it: posts as they went out, those that wait, and what its life brings."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.desk import speaking
from bot.desk.circle_screens import guides, line, named, telling, zone
from bot.desk.work import Work
from flows.circles import guide, life
from flows.circles.guide import key
from flows.circles.life import Life
from flows.circles.model import HOUSE, Circle, Room
from flows.circles.round import Round
from flows.effects import Retract, Send
from storage import copies
from storage.facts import keep_moment, moment

DIGESTS = (9, 20)
"""Hours of the desk at which whoever reads twice a day has what was said."""
TOLD = "circles told"
SUMMED = frozenset({"tea_over"})
OFFERED = {"tea": ("here", "speak"), "tea_alone": ("new",)}
"""What can be done at once about what she is told."""


async def told(work: Work, before: Circle, round: Round, lived: Life) -> list[Send | Retract]:
    """What goes to the private chat of whoever leads this circle: no word of a member's lights up there by itself."""
    circle, name = round.circle, named(work, round.circle)
    sends = guide.overheard(telling(work, circle), work.desk, before, round, named=name, now=work.now)
    for member in guide.to_hear(work.desk, circle, work.now):
        if round.asked:
            n = (await guides(work).to_ask(work.conn)).get(circle.id, 0)
            look = key(work.tell("circles.act.look"), f"waiting.{circle.id}")
            sends.append(line(member.row, work.tell("circles.waits", circle=name, n=n), ((look,),)))
        for number in sorted({report.answers for report in round.reported}):
            look = key(work.tell("circles.act.look"), f"look.{circle.id}.{number}")
            sends.append(line(member.row, work.tell("circles.report_new", circle=name), ((look,),)))
        for what in lived.led:
            if what in SUMMED:
                sends.append(speaking.asked_for_summary(work, circle, member))
            else:
                rows = tuple(
                    (key(work.tell(f"circles.act.{act}"), f"{act}.{circle.id}"),) for act in OFFERED.get(what, ())
                )
                sends.append(line(member.row, work.tell(f"circles.life.{what}", circle=name), rows))
    return sends


async def lived(work: Work, room: Room) -> Life:
    """What the life of the circle brings in this turn; its words are written to the circle."""
    there = guide.is_there(work.desk, room.circle, work.now)
    heard = await guides(work).heard(work.conn, [one.person for one in room.members])
    return life.lives(room, work.tools.library, zone(work), there=there, heard=heard)


async def said(work: Work, lived: Life) -> None:
    """The bot says in the circle what its life brings."""
    for one in lived.lines:
        await guides(work).say(
            work.conn, lived.circle.id, one.words, work.now, by=HOUSE, until=one.until, inside=one.inside
        )


# -- by itself, each minute ----------------------------------------------------------------------------------------


async def digested(work: Work) -> list[Send]:
    """Twice a day, to whoever wants it so: that something was said in her circles since, for as long as she has not read it."""
    if not await _is_time(work):
        return []
    sends: list[Send] = []
    for each in await guides(work).alive(work.conn):
        member = guide.of(work.desk, each)
        if member is None or not guide.leading(work.desk, member).digest or each.posts <= each.terms.shown:
            continue
        sends.append(guide.news(work.tell, member, each, named(work, each)))
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


async def cleared(work: Work) -> list[Send | Retract]:
    """Members' words go from the chats of those who lead before Telegram's two days are over."""
    return list(await copies.old(work.conn, work.now))
