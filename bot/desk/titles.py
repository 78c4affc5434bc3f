"""What passages, languages and people are called on the screens of `/record`, and the buttons there."""

from __future__ import annotations

from datetime import datetime

from bot.desk.work import Asked, Work, button
from content.passages import Passage, passage
from flows.effects import Send, staff
from flows.model import Button, Message
from flows.programme import calendar

NAME, SLOT, HEARD = "record", "record", "record:heard"
LONGEST_LABEL = 22

Rows = tuple[tuple[Button, ...], ...]


def course(work: Work, of: str) -> str:
    """A programme or shelf; its id where nobody has named it yet."""
    key = f"record.of.{of}"
    return work.tell(key) if key in work.tools.library.texts[work.desk.language] else of


def place(work: Work, one: Passage) -> str:
    """The week or page, with its title."""
    library, language = work.tools.library, work.desk.language
    if one.of in library.programmes:
        title = library.programmes[one.of].title(int(one.place), language)
        return f"{one.place}. {title}"
    return library.shelves[one.of].text(language, f"{one.place}.title")


def part(work: Work, one: Passage) -> str:
    """The part of a week."""
    return work.tell(f"record.part.{one.part}")


def wordings(work: Work, one: Passage) -> str:
    """Whom the words are for; "" where they are the same for everybody."""
    return " · ".join(work.tell(f"record.wording.{name}") for name in one.wordings)


def whole(work: Work, id: str) -> str:
    """A passage by its id, in full; the id where there is no such any more."""
    one = passage(work.tools.library, id)
    if one is None:
        return id
    named = (course(work, one.of), place(work, one), part(work, one) if one.part else "", wordings(work, one))
    return " · ".join(name for name in named if name)


def language(work: Work, code: str) -> str:
    """A language by its own name."""
    return next((one.name for one in work.tools.library.languages if one.code == code), code)


def who(work: Work, row: int) -> str:
    """Somebody of the desk by our number of her."""
    member = next((one for one in work.desk.staff if one.row == row), None)
    if member is None:
        return work.tell("record.left")
    return member.name or work.tell("people.unnamed")


def when(work: Work, moment: datetime) -> str:
    """A day and an hour by the desk's clock."""
    return calendar.at_desk(work.desk, moment)


def key(label: str, about: str) -> Button:
    """A button of these screens."""
    short = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"
    return button(short, NAME, about)


def screen(asked: Asked, text: str, rows: Rows = ()) -> Send:
    """The screen in her own chat, in place of the one whose button she tapped."""
    message = Message(text=text, buttons=rows)
    return Send(to=staff(asked.member.row), message=message, slot=SLOT, edit=asked.order.tapped)


def line(row: int, text: str, rows: Rows = ()) -> Send:
    """A new message in somebody's own chat; with buttons it is the screen from now on."""
    return Send(to=staff(row), message=Message(text=text, buttons=rows), slot=SLOT if rows else "")
