"""What the facilitator does about a member, by her flower: a kind word, her posts first, a day of rest, farewell.

The member alone hears of it, and kindly; the others hear nothing. Who she is, the screen never says.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct, structs

from bot.desk.circle_screens import Rows, back, flower, guides, line, member, named, on_record, screen
from bot.desk.work import Asked
from flows.circles import guide
from flows.circles.guide import key
from flows.circles.model import GUIDE, HOUSE, Circle, Seated, Terms, slot
from flows.effects import Send
from flows.events import CircleTold
from flows.model import in_rows
from storage.inbox import Inbox

DAY = timedelta(days=1)


class Telling(Struct, frozen=True):
    """How a member is told something, in sentences to choose from: the act on the buttons and on record, what is said."""

    act: str
    record: str
    news: str
    asks: str
    done: str
    leaves: bool = False


WARNED = Telling("warn", "warn", "warned", "circles.warn_how", "circles.warned")
REMOVED = Telling("out", "remove", "removed", "circles.out_why", "circles.removed", leaves=True)
DONE = {"watch": "watched", "mute": "muted"}
"""What is said once it is so; with `un` before both, once it is so no longer."""
REASONS = 3
"""Sentences to choose from, for a warning, a refusal and a farewell (`news.warned_1` and so on)."""


async def _people(asked: Asked, circle: Circle, _about: str) -> list[Send]:
    """The flowers of the circle."""
    members = (await guides(asked).members(asked.conn, [circle.id]))[circle.id]
    keys = [key(_label(asked, circle, one), f"her.{circle.id}.{one.flower}") for one in members]
    text = asked.tell("circles.people", circle=named(asked, circle), n=len(members))
    return [screen(asked, text, (*in_rows(keys), (back(asked, circle),)))]


def _label(asked: Asked, circle: Circle, one: Seated) -> str:
    marks = ("⏸" if _is_muted(asked, circle, one) else "") + ("👁" if one.person in circle.terms.watched else "")
    return f"{flower(asked, circle, one.flower)} {marks}".strip()


def _is_muted(asked: Asked, circle: Circle, one: Seated) -> bool:
    until = circle.terms.muted.get(one.person)
    return until is not None and asked.now < until


async def _her(asked: Asked, circle: Circle, about: str) -> list[Send]:
    """What can be done about a member."""
    one = await member(asked, circle, about)
    if one is None:
        return [_gone(asked, circle)]
    watched, muted = one.person in circle.terms.watched, _is_muted(asked, circle, one)
    acts = {
        "warn": "warn",
        "watch": "unwatch" if watched else "watch",
        "mute": "unmute" if muted else "mute",
        "out": "out",
    }
    keys = [key(asked.tell(f"circles.act.{said}"), f"{act}.{circle.id}.{about}") for act, said in acts.items()]
    text = asked.tell("circles.her", flower=flower(asked, circle, about), circle=named(asked, circle))
    return [screen(asked, text, (*in_rows(keys), (back(asked, circle),)))]


def _gone(asked: Asked, circle: Circle) -> Send:
    return screen(asked, asked.tell("circles.not_there"), ((back(asked, circle),),))


def reasons(asked: Asked, act: str, circle: Circle, about: object) -> Rows:
    """A button for each of the kind sentences one of which she will hear."""
    return (
        tuple(key(f"{n}", f"{act}.{circle.id}.{about}.{n}") for n in range(1, REASONS + 1)),
        (back(asked, circle),),
    )


def sentences(asked: Asked, circle: Circle, said: str) -> str:
    """The sentences to choose from as the desk reads them and, where that is another language, as they will be read."""
    keys = [f"news.{said}_{n}" for n in range(1, REASONS + 1)]
    if circle.language == asked.desk.language:
        return "\n".join(f"{n}. {asked.tell(key)}" for n, key in enumerate(keys, 1))
    library = asked.tools.library
    tongue = next((one.name for one in library.languages if one.code == circle.language), circle.language)
    each = (f"{n}. {asked.tell(key)}\n→ {library.text(circle.language, key)}" for n, key in enumerate(keys, 1))
    return "\n\n".join((asked.tell("circles.as_read", language=tongue), *each))


def chosen(about: str) -> tuple[str, str]:
    """What a button is about, and which sentence was chosen; "" where none was yet."""
    which, _, n = about.partition(".")
    return which, n if n in {str(n) for n in range(1, REASONS + 1)} else ""


async def tell(asked: Asked, circle: Circle, person: int, what: str, about: str = "") -> None:
    """Let a member hear of it: her own turn says how and when."""
    await Inbox(asked.tools.db).tell_all(
        asked.conn, [(person, CircleTold(circle=circle.id, what=what, about=about))], asked.now
    )


async def _told(asked: Asked, circle: Circle, about: str, how: Telling) -> list[Send]:
    """She hears one of three kind sentences, which the facilitator chooses first."""
    name, n = chosen(about)
    one = await member(asked, circle, name)
    if one is None:
        return [_gone(asked, circle)]
    if not n:
        text = f"{asked.tell(how.asks, flower=flower(asked, circle, name))}\n\n{sentences(asked, circle, how.news)}"
        return [screen(asked, text, reasons(asked, how.act, circle, name))]
    if how.leaves:
        await guides(asked).vacate(asked.conn, circle.id, one.person, asked.now)
    await tell(asked, circle, one.person, how.news, n)
    await on_record(asked, how.record, circle, name)
    return [_done(asked, circle, how.done, name)]


async def _warn(asked: Asked, circle: Circle, about: str) -> list[Send]:
    return await _told(asked, circle, about, WARNED)


async def _out(asked: Asked, circle: Circle, about: str) -> list[Send]:
    """She leaves the circle: she alone hears why, kindly."""
    return await _told(asked, circle, about, REMOVED)


async def _switched(
    asked: Asked, circle: Circle, about: str, act: str, turned: Callable[[Seated], tuple[bool, Terms]]
) -> tuple[list[Send], Seated | None]:
    """Something about her is on, or off again. What is said of it, and she, where it came on."""
    one = await member(asked, circle, about)
    if one is None:
        return [_gone(asked, circle)], None
    on, terms = turned(one)
    await guides(asked).change(asked.conn, structs.replace(circle, terms=terms))
    act, said = (act, DONE[act]) if on else (f"un{act}", f"un{DONE[act]}")
    await on_record(asked, act, circle, about)
    return [_done(asked, circle, f"circles.{said}", about)], one if on else None


async def _watch(asked: Asked, circle: Circle, about: str) -> list[Send]:
    """Her next posts wait for the facilitator, or no longer."""
    terms = circle.terms

    def turned(one: Seated) -> tuple[bool, Terms]:
        rest = tuple(person for person in terms.watched if person != one.person)
        on = rest == terms.watched
        return on, structs.replace(terms, watched=(*rest, one.person) if on else rest)

    return (await _switched(asked, circle, about, "watch", turned))[0]


async def _mute(asked: Asked, circle: Circle, about: str) -> list[Send]:
    """She may not write until tomorrow, and hears so; or may again."""
    terms = circle.terms

    def turned(one: Seated) -> tuple[bool, Terms]:
        rest = {person: until for person, until in terms.muted.items() if person != one.person}
        on = not _is_muted(asked, circle, one)
        return on, structs.replace(terms, muted=rest | ({one.person: asked.now + DAY} if on else {}))

    said, muted = await _switched(asked, circle, about, "mute", turned)
    if muted is not None:
        await tell(asked, circle, muted.person, "muted")
    return said


def _done(asked: Asked, circle: Circle, said: str, name: str) -> Send:
    return screen(asked, asked.tell(said, flower=flower(asked, circle, name)), ((back(asked, circle),),))


async def _post(asked: Asked, circle: Circle, about: str) -> list[Send]:
    """What can be done about a post and whoever wrote it."""
    found = await guides(asked).post(asked.conn, circle.id, number=int(about)) if about.isdecimal() else None
    if found is None or found.post.flower in {GUIDE, HOUSE}:
        return [_gone(asked, circle)]
    name = found.post.flower
    rows = (
        (key(asked.tell("circles.act.drop"), f"drop.{circle.id}.{about}"),),
        (key(flower(asked, circle, name), f"her.{circle.id}.{name}"),),
        (back(asked, circle),),
    )
    shown = line(
        asked.member.row, asked.tell("circles.post", flower=flower(asked, circle, name)), rows, slot=guide.NAME
    )
    return [structs.replace(shown, answers=slot(circle.id, found.post.number))]


async def _drop(asked: Asked, circle: Circle, about: str) -> list[Send]:
    """The post goes from all phones that Telegram lets us reach; whoever wrote it hears kindly why."""
    found = await guides(asked).post(asked.conn, circle.id, number=int(about)) if about.isdecimal() else None
    if found is None or found.post.state != "out":
        return [_gone(asked, circle)]
    await guides(asked).remove(asked.conn, circle.id, found.post.number, asked.now)
    if found.author:
        await tell(asked, circle, found.author, "dropped")
    await on_record(asked, "drop_post", circle, found.post.flower)
    return [_done(asked, circle, "circles.dropped", found.post.flower)]


ACTS = {"people": _people, "her": _her, "warn": _warn, "watch": _watch, "mute": _mute, "out": _out} | {
    "post": _post,
    "drop": _drop,
}
