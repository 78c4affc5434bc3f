"""What `check` says of the desk once there is a token: how the bot stands in its group, and who may act there.

It only asks. Nothing is sent or migrated, so that it can be run beside the bot at any time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import Final

from msgspec import Struct
from telegram import Bot
from telegram.error import TelegramError

from bot.request import AiohttpRequest
from bot.request import bot as telegram_bot
from bot.room import RIGHTS, lacking
from bot.settings import Settings, founders
from flows.model import Desk
from storage.database import Database, address
from storage.faults import StorageError
from storage.office import Office
from storage.seal import Master, load_master

ALLOWED: Final = {"topics": "manage topics", "delete": "delete messages", "pin": "pin messages"}
THERE: Final = frozenset({"creator", "administrator", "member", "restricted"})


class Found(Struct):
    """Sentences: `fine` about what is in order, `faults` about what somebody must do."""

    fine: list[str]
    faults: list[str]


def asked(settings: Settings) -> Found:
    """Ask Telegram. Never raises what Telegram answers: that is a fault in words."""
    return asyncio.run(look(settings))


async def look(settings: Settings) -> Found:
    """As `asked`, within a loop."""
    found = Found([], [])
    async with AiohttpRequest() as request:
        bot = telegram_bot(settings.token, settings.telegram_api_url, request)
        try:
            me = await bot.get_me()
        except TelegramError as error:
            found.faults.append(f"BOT_TOKEN: Telegram does not know this bot, or is out of reach ({error.message}).")
            return found
        found.fine.append(f"The bot is @{me.username}.")
        if await _group(bot, settings, me.id, found):
            await _people(bot, settings, found)
    return found


async def _group(bot: Bot, settings: Settings, me: int, found: Found) -> bool:
    """Whether the group can be asked of anything more."""
    try:
        chat = await bot.get_chat(settings.desk_chat_id)
        member = (await bot.get_chat_member(settings.desk_chat_id, me)).to_dict()
    except TelegramError as error:
        found.faults.append(f"DESK_CHAT_ID: the bot is not in that group ({error.message}). Add it as administrator.")
        return False
    name = chat.title or "without a name"
    if chat.is_forum:
        found.fine.append(f"The desk is the group “{name}”, with topics.")
    else:
        found.fine.append(f"The desk is the group “{name}”, without topics: cases are answered by replying.")
    missing = lacking(member)
    if missing in {("out",), ("admin",)}:
        found.faults.append(f"The bot is not an administrator of “{name}”: make it one, with {_rights(RIGHTS)}.")
        return missing != ("out",)
    found.fine.append("The bot is an administrator there.")
    given = [name for name in RIGHTS if name not in missing]
    if given:
        found.fine.append(f"It may {_rights(given)}.")
    found.faults += [f"The bot may not {ALLOWED[one]} in “{name}”: give it that right." for one in missing]
    return True


def _rights(names: Collection[str]) -> str:
    return ", ".join(said for name, said in ALLOWED.items() if name in names)


async def _people(bot: Bot, settings: Settings, found: Found) -> None:
    """Those who serve, as the database has them, and those whom the settings name."""
    if not settings.lead_ids:
        found.faults.append("LEAD_IDS: nobody is named, so nobody can be reached in private or register the others.")
    titles: dict[int, str] = dict(founders(settings))
    try:
        titles |= {one.id: one.role for one in (await desk_as_kept(settings)).staff}
    except (StorageError, OSError) as error:
        found.fine.append(f"Who was registered at the desk itself cannot be read here: {error}")
    for id, title in titles.items():
        await _person(bot, settings, title, id, found)


async def desk_as_kept(settings: Settings) -> Desk:
    """The desk with those whom leads registered and its book; an empty one where there is no database yet.

    StorageError, OSError. Nothing is made or migrated.
    """
    master = _master(settings)
    if master is None:
        return Desk()
    db = await Database.open(settings.database_url or None, master, settings.data_dir, alone=False, migrate=False)
    try:
        async with db.read() as conn:
            return await Office(db, Desk()).desk(conn)
    finally:
        await db.close()


def _master(settings: Settings) -> Master | None:
    """The key of the database that is there; none is made for one that is not."""
    where = address(settings.database_url or None, settings.data_dir)
    if not where.drivername.startswith("sqlite"):
        return load_master(settings.data_key, settings.data_dir, None)[0] if settings.data_key else None
    file = Path(where.database or "")
    return load_master(settings.data_key or None, settings.data_dir, file)[0] if file.exists() else None


async def _person(bot: Bot, settings: Settings, title: str, id: int, found: Found) -> None:
    try:
        member = await bot.get_chat_member(settings.desk_chat_id, id)
    except TelegramError:
        found.faults.append(f"{id}, registered as {title}, is not in the desk's group.")
        return
    if member.status not in THERE:
        found.faults.append(f"{member.user.first_name} ({id}), registered as {title}, is not in the desk's group.")
    elif getattr(member, "is_anonymous", False):
        who = f"{member.user.first_name} ({id}), registered as {title},"
        found.faults.append(f"{who} writes as the group: turn “Remain anonymous” off, for the record needs a person.")
    else:
        found.fine.append(f"Registered as {title}: {member.user.first_name} ({id}).")
