"""Her last weeks, at the moment they are sent: a picture where it can be drawn, and always a sentence.

Drawing takes its own thread, one picture at a time, so that nothing waits for it but itself. Where matplotlib is not
installed (the extra `pictures`), or drawing fails, the words go alone.
"""

from __future__ import annotations

import asyncio
import logging
from importlib.util import find_spec
from typing import Final

from bot.clock import Clock
from bot.log import fields
from content.library import Library
from flows.checkins import faces
from flows.checkins.faces import Week
from storage.database import Database
from storage.faces import Seen, seen

logger = logging.getLogger("bot.picture")

DAY: Final = "%d.%m"


class Picture:
    """Makes what one person, or the desk, sees of her weeks; nothing of it is kept."""

    def __init__(self, db: Database, library: Library, clock: Clock, desk: str) -> None:
        """Speak to staff in the language `desk`."""
        self._db = db
        self._library = library
        self._clock = clock
        self._desk = desk
        self._one = asyncio.Lock()

    async def __call__(self, person: int, *, hers: bool) -> tuple[str, bytes | None]:
        """The words and the PNG, None where words go alone. LookupError if she is gone."""
        async with self._db.read() as conn:
            found = await seen(self._db, conn, person, self._clock.now())
        language = self._language(found) if hers else self._desk
        image = None
        if faces.answered(found.weeks) and not (hers and found.shared):
            image = await self._drawn(found.weeks, language)
        told = self._said(found.weeks, language) if hers else self._noted(found.weeks)
        ends = self._ends(found.weeks, language) if image is None else ""
        return "\n\n".join(part for part in (told, ends) if part), image

    async def _drawn(self, weeks: tuple[Week, ...], language: str) -> bytes | None:
        if find_spec("matplotlib") is None:
            return None
        ends = [self._library.text(language, f"picture.{end}") for end in ("lighter", "heavier")]
        try:
            async with self._one:
                return await asyncio.to_thread(_draw, weeks, *ends)
        except Exception as error:  # noqa: BLE001 (whatever goes wrong with it, she gets the words)
            logger.warning("no picture", extra=fields(error=error))
            return None

    def _said(self, weeks: tuple[Week, ...], language: str) -> str:
        """What changed, in a sentence; where the weeks are heavy, that a person is there."""
        if not faces.answered(weeks):
            return self._library.text(language, "picture.none")
        change = faces.change(weeks)
        told = self._library.text(language, f"picture.change.{change}")
        if change == "heavier" or faces.is_low(weeks):
            told = f"{told}\n\n{self._library.text(language, 'picture.company')}"
        return told

    def _noted(self, weeks: tuple[Week, ...]) -> str:
        """The same for staff."""
        key = f"picture.noted.{faces.change(weeks)}" if faces.answered(weeks) else "picture.noted.none"
        return self._library.text(self._desk, key)

    def _ends(self, weeks: tuple[Week, ...], language: str) -> str:
        ends = faces.ends(weeks)
        if ends is None:
            return ""
        return self._library.text(language, "picture.ends", heavy=f"{ends[0]:{DAY}}", light=f"{ends[1]:{DAY}}")

    def _language(self, found: Seen) -> str:
        known = found.language in self._library.texts
        return found.language if known else next(one.code for one in self._library.languages if one.source)


def _draw(weeks: tuple[Week, ...], lighter: str, heavier: str) -> bytes:
    from bot import drawing

    return drawing.drawn(weeks, lighter, heavier)
