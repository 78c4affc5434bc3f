"""Who lives on the page: phones, a desk, one person who answers there. Names are invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.phones.kept import User

if TYPE_CHECKING:
    from bot.phones.cloud import Cloud

DUSHANBE = "Asia/Dushanbe"


@dataclass(slots=True, frozen=True)
class Phone:
    """One phone on the page: whose, what to write above it, and its time zone."""

    user: User
    role: str
    zone: str = DUSHANBE


@dataclass(slots=True)
class Cast:
    """The phones, and the desk's group with those who answer there."""

    phones: list[Phone]
    desk_chat_id: int
    desk: list[User] = field(default_factory=list)
    desk_zone: str = DUSHANBE


def default_cast(cloud: Cloud, desk_chat_id: int | None = None) -> Cast:
    """Two mothers and a moderator, with a forum for the desk. The roles are keys of the page's words.

    On the page time jumps by days, so what still waits there is not forgotten after one.
    """
    cloud.updates.kept_for = None
    mother = cloud.add_user("Лола", "tg")
    second = cloud.add_user("Ромашка", "ru")
    moderator = cloud.add_user("Сӯсан", "tg")
    desk = cloud.add_forum("Desk", [moderator], chat_id=desk_chat_id)
    return Cast([Phone(mother, "mother"), Phone(second, "second_mother")], desk, [moderator])
