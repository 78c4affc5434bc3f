"""Who lives on the page: phones, a desk, those who answer there. Names are invented: flowers and trees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.phones.kept import Impossible, User, Wire

if TYPE_CHECKING:
    from bot.phones.cloud import Cloud

DUSHANBE = "Asia/Dushanbe"
MOSCOW = "Europe/Moscow"
ZONES = (DUSHANBE, MOSCOW, "Asia/Yekaterinburg", "Asia/Novosibirsk")
"""Where families of Tajikistan live and work; the page offers these."""
LANGUAGES = ("tg", "ru", "en")
ROLES = ("mother", "father", "grandmother", "carer")
STAFF = ("moderator", "lead", "director")
MOST = 24
"""Phones on the page; each is drawn whole after every change."""
NAMES = {
    "mother": ("Савсан", "Наргис", "Бунафша", "Настаран", "Раъно", "Гулафшон"),
    "father": ("Сарв", "Эман", "Бед", "Себ"),
    "grandmother": ("Арғувон", "Санавбар", "Анор"),
    "carer": ("Сунбул", "Пудина", "Шафтолу"),
}


@dataclass(slots=True)
class Phone:
    """One phone on the page: whose, what to write above it, its time zone, and how it lies.

    `read`: while she is not looking, the last message she has seen; None when she has seen all. `frozen`: what it
    showed when it went off, None while it is on.
    """

    user: User
    role: str
    zone: str = DUSHANBE
    locked: bool = False
    read: int | None = None
    frozen: Wire | None = None


@dataclass(slots=True)
class Cast:
    """The phones, and the desk's group with those who answer there: they have phones too, for what is theirs alone.

    `numbers` are those of the people the bot is for; it grows with their phones.
    """

    phones: list[Phone]
    desk_chat_id: int
    desk: list[User] = field(default_factory=list)
    desk_zone: str = DUSHANBE
    numbers: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = {phone.user.id for phone in self.phones if phone.role not in STAFF}

    def staff(self, *roles: str) -> tuple[int, ...]:
        """The numbers of those who answer at the desk, by what they are there."""
        return tuple(phone.user.id for role in roles for phone in self.phones if phone.role == role)

    def phone(self, user: User) -> Phone | None:
        """Her phone, if it is one of those on the page."""
        return next((phone for phone in self.phones if phone.user is user), None)

    def add(self, cloud: Cloud, role: str, language: str, zone: str) -> Phone:
        """One more phone, with a name nobody here has yet. Impossible when there is no room or no such choice."""
        if len(self.phones) >= MOST:
            raise Impossible(f"there is room for {MOST} phones")
        if role not in ROLES or language not in LANGUAGES or zone not in ZONES:
            raise Impossible("no such phone can be added")
        taken = {phone.user.first_name for phone in self.phones}
        free = [name for name in NAMES[role] if name not in taken]
        name = free[0] if free else f"{NAMES[role][0]} {len(self.phones) + 1}"
        phone = Phone(cloud.add_user(name, language), role, zone)
        self.phones.append(phone)
        self.numbers.add(phone.user.id)
        return phone


def default_cast(cloud: Cloud, desk_chat_id: int | None = None) -> Cast:
    """Two mothers, a father abroad, a grandmother; two moderators (a red case is closed by two), their lead, a director.

    The roles are keys of the page's words. On the page time jumps by days, so what still waits there is not
    forgotten after one.
    """
    cloud.updates.kept_for = None
    phones = [
        Phone(cloud.add_user("Лола", "tg"), "mother"),
        Phone(cloud.add_user("Ромашка", "ru"), "second_mother"),
        Phone(cloud.add_user("Чинор", "ru"), "father", MOSCOW),
        Phone(cloud.add_user("Арча", "tg"), "grandmother"),
    ]
    desk = [
        Phone(cloud.add_user("Сӯсан", "tg"), "moderator"),
        Phone(cloud.add_user("Ирис", "ru"), "moderator"),
        Phone(cloud.add_user("Нилуфар", "ru"), "lead"),
        Phone(cloud.add_user("Сафедор", "ru"), "director"),
    ]
    for one in desk:
        one.user.started = True  # each of them has pressed START once, as real ones must
    people = [one.user for one in desk]
    return Cast([*phones, *desk], cloud.add_forum("Desk", people, chat_id=desk_chat_id), people)
