"""What the screens of `/circles` share: how a circle is called, its buttons, and the messages they stand in."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.desk.work import Asked, Work
from flows.circles import guide
from flows.circles.guide import key
from flows.circles.model import Circle, Seated
from flows.effects import Send, staff
from flows.model import Button, Message
from storage.guides import Guides

SLOT = "circles"
Rows = tuple[tuple[Button, ...], ...]


def guides(work: Work) -> Guides:
    """Circles as those who lead them change them."""
    return Guides(work.tools.db)


def zone(work: Work) -> ZoneInfo:
    """The desk's clock, by which circles live."""
    return ZoneInfo(work.desk.zone)


def named(work: Work, circle: Circle) -> str:
    """What a circle is called at the desk."""
    return guide.named(work.tell, circle, work.desk.zone, at=day)


def day(moment: datetime, zone: str) -> str:
    """A day by the desk's clock."""
    return f"{moment.astimezone(ZoneInfo(zone)):%d.%m}"


def telling(work: Work, circle: Circle) -> guide.Tell:
    """Texts in the desk's language, but for flowers' names: they are as the members call one another."""

    def tell(key: str, **variables: object) -> str:
        language = circle.language if key.startswith("flower.") else work.desk.language
        return work.tools.library.text(language, key, **variables)

    return tell


def flower(work: Work, circle: Circle, name: str) -> str:
    """A flower as the circle calls her."""
    return guide.flower(telling(work, circle), name)


def back(work: Work, circle: Circle) -> Button:
    """To the circle's own screen."""
    return key(work.tell("circles.back"), f"one.{circle.id}")


def screen(asked: Asked, text: str, rows: Rows = ()) -> Send:
    """The screen in her own chat, in place of the one whose button she tapped."""
    message = Message(text=text, buttons=rows)
    return Send(to=staff(asked.member.row), message=message, slot=SLOT, edit=asked.order.tapped)


def line(row: int, text: str, rows: Rows = (), *, slot: str = "") -> Send:
    """A new message in somebody's own chat."""
    return Send(to=staff(row), message=Message(text=text, buttons=rows), slot=slot)


async def member(work: Work, circle: Circle, name: str) -> Seated | None:
    """Who sits in the circle under this flower, for what is to be done; it is shown to nobody."""
    found = await guides(work).members(work.conn, [circle.id])
    return next((one for one in found[circle.id] if one.flower == name), None)


async def on_record(asked: Asked, act: str, circle: Circle, about: str = "") -> None:
    """Put an act in a circle on the record: which circle, and at most a flower's name."""
    await asked.put_on_record(f"circle:{act}:{circle.id}" + (f":{about}" if about else ""), by=asked.member.id)
