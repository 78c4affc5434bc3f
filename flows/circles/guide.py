"""The facilitator of a circle: which circles are hers to lead, and how what is said there stands in her private chat.

She sees flowers, as everybody in the circle does. Who a flower is, nobody at the desk can look up: only where a case is
opened does a person come out from behind one, and then by the rules of cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from msgspec import structs

from flows.circles.model import GUIDE, HOUSE, RELEASED, VOICE, WATCHED, Circle, Post, Room, slot
from flows.circles.round import Round
from flows.desk import rights
from flows.desk.office import Leading, Member
from flows.effects import Lane, Retract, Send, staff
from flows.model import Button, Desk, Message, in_rows

Tell = Callable[..., str]
"""A text in the desk's language, by its key and what stands in its blanks; a flower's name in her circle's."""

OURS = frozenset({GUIDE, HOUSE})
THERE = timedelta(minutes=10)
"""So long after she read or spoke in a circle its facilitator has it before her."""
CAN_LEAD = 2
"""Circles a facilitator leads at once unless she says otherwise; anybody else leads none until she says so."""
MOST_TO_LEAD = 6
NAME = "circles"


def leading(desk: Desk, member: Member) -> Leading:
    """How somebody leads circles, by what she said or what her role has."""
    return desk.book.leading.get(member.row, Leading())


def most(desk: Desk, member: Member) -> int:
    """How many circles somebody can lead at once."""
    said = leading(desk, member).most
    return said if said is not None else CAN_LEAD if member.role == "facilitator" else 0


def of(desk: Desk, circle: Circle) -> Member | None:
    """Who leads the circle; None where she does not work here any more."""
    return next((one for one in desk.staff if one.row == circle.guide), None)


def is_there(desk: Desk, circle: Circle, now: datetime) -> bool:
    """Whether its facilitator works here and has no week off. One that never had any rests no more than it did."""
    if not circle.guide:
        return True
    member = of(desk, circle)
    if member is None:
        return False
    until = leading(desk, member).off_until
    return until is None or now >= until


def may_lead(member: Member, circle: Circle) -> bool:
    """Whether somebody may act in this circle: it is hers, or she is a lead."""
    return member.row == circle.guide or member.role in rights.LEADS


def to_hear(desk: Desk, circle: Circle, now: datetime) -> list[Member]:
    """Who is to hear what cannot wait: its facilitator; the leads where there is none, or she has a week off."""
    member = of(desk, circle)
    return [member] if member is not None and is_there(desk, circle, now) else rights.leading(desk)


def screened(room: Room) -> Room:
    """A circle's posts with those held that its facilitator wants to see first: of some members, and every voice note."""
    return structs.replace(room, posts=tuple(_screened(room, post) for post in room.posts))


def _screened(room: Room, post: Post) -> Post:
    author = room.authors.get(post.id)
    if post.state != "waiting" or not author:
        return post
    if post.why == RELEASED:
        return post
    if post.voice:
        return structs.replace(post, state="held", why=VOICE)
    return structs.replace(post, state="held", why=WATCHED) if author in room.circle.terms.watched else post


# -- on her phone --------------------------------------------------------------------------------------------------


def reads_along(desk: Desk, circle: Circle, now: datetime) -> bool:
    """Whether its facilitator has the circle before her just now: only then words come to her as they go out.

    Otherwise her phone may lie on a table, and what lights up there names the circle alone.
    """
    member, read = of(desk, circle), circle.terms.read_at
    live = member is not None and not leading(desk, member).digest
    return live and circle.terms.shown >= circle.posts and read is not None and now - read < THERE


def shown(circle: Circle, now: datetime) -> Circle:
    """The circle once its facilitator has seen all that went out, at this moment."""
    return structs.replace(circle, terms=structs.replace(circle.terms, shown=circle.posts, read_at=now))


def followed(desk: Desk, before: Circle, after: Circle, now: datetime) -> Circle:
    """A circle after its turn: what went out stands with its facilitator already, if she reads along."""
    if not reads_along(desk, before, now):
        return after
    return structs.replace(after, terms=structs.replace(after.terms, shown=after.posts))


def overheard(
    tell: Tell, desk: Desk, before: Circle, round: Round, *, named: str, now: datetime
) -> list[Send | Retract]:
    """What a circle's turn brings to its facilitator's private chat: posts, or one line that there are some.

    `before`: the circle as it was; `named` is what it is called there.
    """
    circle, member = round.circle, of(desk, round.circle)
    if member is None:
        return []
    reports = {post.id for post in round.reported}
    gone = [post for post in round.posts if post.state in {"gone", "refused"} and post.id not in reports]
    names = [
        name for post in gone for name in (slot(circle.id, post.number) if post.number else "", at(circle.id, post.id))
    ]
    sends: list[Send | Retract] = [Retract(to=staff(member.row), slot=name, lane=Lane.CIRCLE) for name in names if name]
    out = [post for post in round.posts if post.state == "out"]
    if reads_along(desk, before, now):
        sends += [stands(tell, member, circle, post, named) for post in out]
    elif not leading(desk, member).digest and any(post.flower not in OURS for post in out):
        sends.append(news(tell, member, circle, named, again=before.posts > before.terms.shown))
    return sends


def news(tell: Tell, member: Member, circle: Circle, named: str, *, again: bool = False) -> Send:
    """The one line that something was said, without a word of it. `again`: one stands there unread; it is changed."""
    text = tell("circles.digest", circle=named, n=circle.posts - circle.terms.shown)
    message = Message(text=text, buttons=((key(tell("circles.act.new"), f"new.{circle.id}"),),))
    return Send(to=staff(member.row), message=message, slot=new(circle.id), edit=again, lane=Lane.CIRCLE, silent=True)


def new(circle: int) -> str:
    """The slot of the line that says that something was said in a circle."""
    return f"new:{circle}"


def stands(tell: Tell, member: Member, circle: Circle, post: Post, named: str) -> Send:
    """A post in her private chat, in a slot of its own: her reply to it is a post of hers."""
    own = post.flower in OURS
    buttons = () if own else ((key(tell("circles.act.more"), f"post.{circle.id}.{post.number}"),),)
    text = f"{flower(tell, post.flower)} · {named}\n{post.words}".rstrip()
    return Send(
        to=staff(member.row),
        message=Message(text=text, buttons=buttons, file=post.voice),
        slot=slot(circle.id, post.number),
        answers=slot(circle.id, post.answers) if post.answers else "",
        lane=Lane.CIRCLE,
        silent=True,
    )


def put(tell: Tell, member: Member, circle: Circle, post: Post, named: str) -> Send:
    """A post that waits for her: why, the words, and what can be done."""
    text = tell("circles.held", flower=flower(tell, post.flower), circle=named, why=why(tell, post.why))
    keys = [key(tell(f"circles.act.{act}"), f"{act}.{circle.id}.{post.id}") for act in ("free", "refuse", "call")]
    message = Message(text=f"{text}\n\n{post.words}".rstrip(), buttons=in_rows(keys), file=post.voice)
    return Send(to=staff(member.row), message=message, slot=at(circle.id, post.id), lane=Lane.REPLY)


def at(circle: int, row: int) -> str:
    """The slot in which a post that waits stands with the facilitator."""
    return f"asked:{circle}:{row}"


def why(tell: Tell, code: str) -> str:
    """Why a post waits, in words. What concern found says only how grave it is: which words, she reads herself."""
    return tell(f"circles.why.{code if code in WHY else 'other'}")


WHY = frozenset(
    {VOICE, WATCHED, "red", "method", "phone", "link", "handle", "email", "address", "money", "card", "name"}
)
"""Reasons with words of their own."""


def flower(tell: Tell, name: str) -> str:
    """A flower's name as the desk reads it; the facilitator's own, and the bot's."""
    return tell({GUIDE: "circle.guide", HOUSE: "circle.house"}.get(name) or f"flower.{name}")


def named(tell: Tell, circle: Circle, zone: str, *, at: Callable[[datetime, str], str]) -> str:
    """What a circle is called at the desk: for whom, in which language, and when it began; the second that day `23.11-2`."""
    day = at(circle.begins_at, zone) + (f"-{circle.terms.nth + 1}" if circle.terms.nth else "")
    return tell("circles.name", stage=tell(f"circles.stage.{circle.stage}"), language=circle.language, day=day)


def nth(alike: Iterable[Circle], circle: Circle) -> Circle:
    """The circle once nobody mistakes it for another of those there are: the name of one that lives is never given again."""
    same = [
        one.terms.nth
        for one in alike
        if (one.begins_at, one.language, one.stage) == (circle.begins_at, circle.language, circle.stage)
    ]
    return structs.replace(circle, terms=structs.replace(circle.terms, nth=max(same, default=-1) + 1))


LONGEST_LABEL = 22


def key(label: str, about: str) -> Button:
    """A button of `/circles`."""
    short = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"
    return Button(short, f"desk:{NAME}:{about}")


def free_flowers(known: Iterable[str], used: Iterable[str], last: str = "") -> list[str]:
    """Flowers nobody ever had in a circle; the one somebody had in her last circle comes at the very end."""
    worn = set(used)
    return sorted((name for name in known if name not in worn), key=lambda name: name == last)
