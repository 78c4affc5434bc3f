"""How the bot introduces itself in Telegram, before anybody speaks with it: its name, its description, its commands.

Telegram allows these to be set only rarely, so each is read first and set only where it differs. Nothing waits for
it and nothing fails with it: it is done beside the loops, and what did not work is tried again an hour later.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

from telegram import Bot, BotCommand
from telegram.error import BadRequest, TelegramError

from bot.log import fields
from bot.request import TooMany
from content.library import Library
from flows import commands

logger = logging.getLogger("bot.introduction")

DEFAULT: Final = "tg"
"""The language of whoever has a Telegram in another than ours: Tajik first."""
AGAIN: Final = 3600.0

Call = Callable[..., Awaitable[Any]]


class Introduction:
    """Sets what differs, once a life. `library` holds the words, in every language offered."""

    def __init__(self, bot: Bot, library: Library) -> None:
        self._bot = bot
        self._library = library

    async def run(self) -> None:
        """Return once Telegram has all of it. Never raises but when cancelled."""
        while True:
            try:
                await self.agree()
            except Exception as error:  # noqa: BLE001 (a name is worth no restart)
                logger.warning("the introduction was not set, and is tried again", extra=fields(error=error))
                await asyncio.sleep(AGAIN)
            else:
                return

    async def agree(self) -> int:
        """Make Telegram's words ours, and return how many had to be set. Raises what Telegram answers (`TelegramError`)."""
        changed = 0
        refused: TelegramError | None = None
        for step in self._steps():
            try:
                changed += await step
            except (BadRequest, TooMany) as error:
                refused = error  # what else there is need not wait for this: a name may be refused for a whole day
        if refused is not None:
            raise refused
        return changed

    def _steps(self) -> Iterator[Awaitable[int]]:
        for code, language in self._languages().items():
            for get, set_, field, key in self._words():
                yield self._word(code, self._library.text(language, key), get, set_, field)
            yield self._commands(code, language)

    async def _word(self, code: str, wanted: str, get: Call, set_: Call, field: str) -> int:
        if getattr(await get(language_code=code), field) == wanted:
            return 0
        await set_(wanted, language_code=code)
        return 1

    async def _commands(self, code: str, language: str) -> int:
        wanted = commands.listed(self._library, language, commands.EVERYWHERE)
        shown = await self._bot.get_my_commands(language_code=code)
        if tuple((one.command, one.description) for one in shown) == wanted:
            return 0
        await self._bot.set_my_commands([BotCommand(*one) for one in wanted], language_code=code)
        return 1

    def _languages(self) -> dict[str, str]:
        """By Telegram's code, "" for everybody else: the default first, as the others fall back to it."""
        offered = [language.code for language in self._library.languages if language.live]
        default = DEFAULT if DEFAULT in offered else offered[0]
        return {"": default} | {code: code for code in offered}

    def _words(self) -> tuple[tuple[Call, Call, str, str], ...]:
        bot = self._bot
        return (
            (bot.get_my_name, bot.set_my_name, "name", "intro.name"),
            (bot.get_my_short_description, bot.set_my_short_description, "short_description", "intro.short"),
            (bot.get_my_description, bot.set_my_description, "description", "intro.description"),
        )
