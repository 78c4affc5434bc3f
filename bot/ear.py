"""Hears what somebody says together with what the same chat said a moment ago.

The moment is kept in memory only, and short: a sentence sent in three pieces is one sentence, and nothing of it is
ever written down for that.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Final

from flows import concern, menu
from flows.concern import Finding, Rules

MOMENT: Final = timedelta(minutes=10)
PIECES: Final = 4
PEOPLE: Final = 2000
"""Chats of which the last words are kept; those who were silent longest are let go."""


class Ear:
    """Reads words as they come in. Never raises: concern fails towards a human."""

    def __init__(self, rules: Rules) -> None:
        """Hear by these rules."""
        self._rules = rules
        self._said: OrderedDict[int, deque[tuple[datetime, str]]] = OrderedDict()

    def heard(self, text: str, chat: int, at: datetime) -> Finding | None:
        """Give the gravest finding in `text`, read as the end of what this chat has just said.

        A command by itself is our word, not hers, and no piece of a sentence: /calm pressed three times is no sign.
        """
        if text.strip().casefold().partition("@")[0] in menu.COMMANDS:
            return concern.read(text, self._rules)
        said = self._said.setdefault(chat, deque(maxlen=PIECES))
        earlier = [words for when, words in said if timedelta() <= at - when <= MOMENT]
        said.append((at, text))
        self._said.move_to_end(chat)
        self._let_go(at)
        return concern.read_after(earlier, text, self._rules)

    def _let_go(self, now: datetime) -> None:
        """Forget whoever has been silent for longer than the moment, and whoever is one too many."""
        while self._said:
            chat, said = next(iter(self._said.items()))
            if len(self._said) <= PEOPLE and now - said[-1][0] <= MOMENT:
                return
            del self._said[chat]
