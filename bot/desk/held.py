"""Posts that wait for the facilitator: she lets them go, refuses them kindly, or calls the desk.

Who calls the desk opens a case by the author's own turn: the case knows her, the facilitator does not.
"""

from __future__ import annotations

from msgspec import structs

from bot.desk.circle_screens import flower, guides, line, named, on_record, screen, telling
from bot.desk.flowers import chosen, reasons, sentences, tell
from bot.desk.work import Asked
from content.schema import Level
from flows.circles import guide
from flows.circles.guide import key
from flows.circles.model import Circle
from flows.effects import Lane, Send, staff
from flows.model import Button, Message
from storage.guides import Held

AROUND = 6
"""Posts shown where one was reported: it, and what stood before it."""
CALLS: dict[str, Level] = {"c": "concern", "u": "urgent"}
"""How soon somebody of the desk is to look, as the facilitator says it; one letter, for a button holds 64 bytes."""


async def _waiting(asked: Asked, circle: Circle, _about: str) -> list[Send]:
    """Every post that waits, anew."""
    found = await guides(asked).waiting(asked.conn, circle.id)
    name = named(asked, circle)
    if not found:
        return [screen(asked, asked.tell("circles.nothing_waits"))]
    return [guide.put(telling(asked, circle), asked.member, circle, post, name) for post in found]


async def _held(asked: Asked, circle: Circle, row: str) -> Held | None:
    found = await guides(asked).post(asked.conn, circle.id, row=int(row)) if row.isdecimal() else None
    return found if found is not None and found.post.state == "asked" else None


async def _free(asked: Asked, circle: Circle, about: str) -> list[Send]:
    """It goes out, with the circle's next turn."""
    found = await _held(asked, circle, about)
    if found is None or not await guides(asked).settle(asked.conn, found, "waiting", asked.now):
        return [screen(asked, asked.tell("circles.settled"))]
    await on_record(asked, "release", circle, found.post.flower)
    return [_became(asked, circle, found, "circles.freed")]


async def _refuse(asked: Asked, circle: Circle, about: str) -> list[Send]:
    """It goes to nobody, and its author hears one of three kind sentences."""
    row, n = chosen(about)
    found = await _held(asked, circle, row)
    if found is None:
        return [screen(asked, asked.tell("circles.settled"))]
    if not n:
        text = f"{asked.tell('circles.refuse_how')}\n\n{sentences(asked, circle, 'refused')}"
        numbers, _ = reasons(asked, "refuse", circle, row)
        return [_beneath(asked, circle, found, text, numbers)]
    if not await guides(asked).settle(asked.conn, found, "refused", asked.now):
        return [screen(asked, asked.tell("circles.settled"))]
    if found.author:
        await tell(asked, circle, found.author, "refused", n)
    await on_record(asked, "refuse", circle, found.post.flower)
    return [_became(asked, circle, found, "circles.refused")]


async def _call(asked: Asked, circle: Circle, about: str) -> list[Send]:
    """A case is opened, in which her words stand; the post goes on waiting for the facilitator."""
    row, _, soon = about.partition(".")
    found = await _held(asked, circle, row)
    if found is None:
        return [screen(asked, asked.tell("circles.settled"))]
    level = CALLS.get(soon)
    if level is None:
        keys = (key(asked.tell(f"circles.call.{said}"), f"call.{circle.id}.{row}.{one}") for one, said in CALLS.items())
        return [_beneath(asked, circle, found, asked.tell("circles.call_how"), tuple(keys))]
    if found.author:
        await tell(asked, circle, found.author, "case", f"{level}:{found.post.words}")
    await on_record(asked, f"call_{level}", circle, found.post.flower)
    again = guide.put(telling(asked, circle), asked.member, circle, found.post, named(asked, circle))
    return [structs.replace(again, edit=True), line(asked.member.row, asked.tell("circles.called"))]


async def _ask(asked: Asked, circle: Circle, row: str) -> list[Send]:
    """Back to what can be done with it."""
    found = await _held(asked, circle, row)
    if found is None:
        return [screen(asked, asked.tell("circles.settled"))]
    put = guide.put(telling(asked, circle), asked.member, circle, found.post, named(asked, circle))
    return [structs.replace(put, edit=True)]


def _beneath(asked: Asked, circle: Circle, found: Held, question: str, keys: tuple[Button, ...]) -> Send:
    """A question about a post that waits, in its own message: there she has tapped, and there she looks."""
    post = found.post
    put = guide.put(telling(asked, circle), asked.member, circle, post, named(asked, circle))
    rows = (keys, (key(asked.tell("circles.back_post"), f"ask.{circle.id}.{post.id}"),))
    said = f"{flower(asked, circle, post.flower)} · {named(asked, circle)}\n{post.words}".rstrip()
    return structs.replace(put, message=Message(text=f"{said}\n\n{question}", buttons=rows, file=post.voice), edit=True)


def _became(asked: Asked, circle: Circle, found: Held, said: str) -> Send:
    """What became of a post, in place of the buttons that asked."""
    post = found.post
    head = asked.tell(said, flower=flower(asked, circle, post.flower), circle=named(asked, circle))
    message = Message(text=f"{head}\n\n{post.words}".rstrip(), file=post.voice)
    return Send(to=staff(asked.member.row), message=message, slot=guide.at(circle.id, post.id), edit=True, stands=True)


async def _look(asked: Asked, circle: Circle, about: str) -> list[Send]:
    """A post that somebody reported, after what stood before it. How many did, and who, is not said."""
    number = int(about) if about.isdecimal() else 0
    posts = await guides(asked).before(asked.conn, circle.id, number, AROUND)
    found = next((post for post in posts if post.number == number), None)
    if found is None:
        return [screen(asked, asked.tell("circles.not_there"))]  # taken back meanwhile
    name = named(asked, circle)
    said = asked.tell("circles.reported", circle=name, flower=flower(asked, circle, found.flower))
    # In the lane of posts, so that none of them overtakes it and it none of them.
    under = structs.replace(line(asked.member.row, said), lane=Lane.CIRCLE)
    return [*(guide.stands(telling(asked, circle), asked.member, circle, post, name) for post in posts), under]


ACTS = {
    "look": _look,
    "waiting": _waiting,
    "free": _free,
    "refuse": _refuse,
    "call": _call,
    "ask": _ask,
}
