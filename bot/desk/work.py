"""What an order of the desk, or something the desk does by itself, has in its hands: one transaction, and a moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from content.library import Library
from flows.desk.office import Member
from flows.effects import GENERAL, Send, staff
from flows.events import DeskOrdered
from flows.model import Button, Desk, Message
from storage import record
from storage.database import Database
from storage.office import Office
from storage.samples import Samples


class Tools(Struct, frozen=True):
    """What does not change from order to order."""

    db: Database
    library: Library
    office: Office
    samples: Samples
    username: Callable[[], str] = lambda: ""
    """The bot's own name in Telegram; "" until Telegram has said it."""


class Work(Struct, frozen=True, kw_only=True):
    """One piece of work within the caller's transaction. `desk` is as it was when the work began."""

    tools: Tools
    conn: AsyncConnection
    desk: Desk
    now: datetime

    def tell(self, key: str, /, **variables: object) -> str:
        """The text `key` in the desk's language."""
        return self.tools.library.text(self.desk.language, key, **variables)

    async def put_on_record(self, act: str, *, by: int = 0, case: int | None = None) -> None:
        """Add an act to the record; `by` is Telegram's number of whoever did it, 0 for the bot."""
        db = self.tools.db
        actor = db.master.lookup(by) if by else None
        await record.write(db, self.conn, [record.Act(act=act, case=case, actor=actor)], self.now)


class Asked(Work, frozen=True, kw_only=True):
    """An order, and who gave it."""

    order: DeskOrdered
    member: Member

    @property
    def about(self) -> str:
        """What stands behind the order's name."""
        return self.order.about.strip()

    def answer(
        self, text: str, buttons: tuple[tuple[Button, ...], ...] = (), *, slot: str = "", edit: bool = False
    ) -> Send:
        """A message to where the order was given: her own chat with the bot, or the desk's room."""
        to = staff(self.member.row) if self.order.private else GENERAL
        return Send(to=to, message=Message(text=text, buttons=buttons), slot=slot, edit=edit)


def button(label: str, name: str, about: str) -> Button:
    """A button that gives an order. Telegram takes 64 bytes: of `about` some 50."""
    return Button(label, f"desk:{name}:{about}")
