"""Hears what somebody says together with what the same chat said a moment ago.

The moment is kept in memory only, and short: a sentence sent in three pieces is one sentence, and nothing of it is
ever written down for that.
"""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from bot.log import fields
from flows import concern, menu
from flows.concern import Finding, Rules

logger = logging.getLogger("bot.ear")

MOMENT: Final = timedelta(minutes=10)
PIECES: Final = 4
PEOPLE: Final = 2000
"""Chats of which the last words are kept; those who were silent longest are let go."""


class Piece(NamedTuple):
    """What was said in one message, or in one part of it."""

    at: datetime
    message: int
    text: str


class Ear:
    """Reads words as they come in. Never raises: concern fails towards a human."""

    def __init__(self, rules: Rules) -> None:
        """Hear by these rules."""
        self._rules = rules
        self._said: OrderedDict[int, deque[Piece]] = OrderedDict()

    def heard(self, text: str, chat: int, at: datetime, message: int) -> Finding | None:
        """Give the gravest finding in `text`, read as the end of what this chat has just said.

        A message that is changed, or comes a second time, is no piece of itself. A command by itself is our word, not
        hers, and no piece of a sentence: /calm pressed three times is no sign.
        """
        self.let_go(at)
        found = self._read(chat, Piece(at, message, text))
        if found is not None and found.category == concern.UNREAD.category:
            # Whoever keeps the bot learns that it happens, and nothing of the words.
            logger.warning("words could not be read, or not whole: a person is asked to look", extra=fields())
        return found

    def _read(self, chat: int, one: Piece) -> Finding | None:
        if one.text.strip().casefold().partition("@")[0] in menu.COMMANDS:
            return concern.read(one.text, self._rules)
        earlier = [piece for piece in self._said.get(chat, ()) if _is_before(piece, one)]
        self._said[chat] = deque([*earlier, one], maxlen=PIECES)
        self._said.move_to_end(chat)
        return concern.read_after([piece.text for piece in earlier], one.text, self._rules)

    def let_go(self, now: datetime) -> None:
        """Forget whoever has been silent for longer than the moment, and whoever is one too many."""
        while self._said:
            chat, said = next(iter(self._said.items()))
            if len(self._said) < PEOPLE and now - said[-1].at <= MOMENT:
                return
            del self._said[chat]


def _is_before(piece: Piece, one: Piece) -> bool:
    """Say whether a piece was said a moment before one, and is not what that message said until it was changed."""
    is_itself = piece.message == one.message and (piece.at != one.at or piece.text == one.text)
    return not is_itself and timedelta() <= one.at - piece.at <= MOMENT
