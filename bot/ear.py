"""Hears what somebody says together with what the same chat said a moment ago.

The moment is kept in memory only, and short: a sentence sent in three pieces is one sentence, and nothing of it is
ever written down for that.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Final

from flows import concern
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
        """Give the gravest finding in `text`, read as the end of what this chat has just said."""
        said = self._said.setdefault(chat, deque(maxlen=PIECES))
        earlier = [words for when, words in said if timedelta() <= at - when <= MOMENT]
        said.append((at, text))
        self._said.move_to_end(chat)
        if len(self._said) > PEOPLE:
            self._said.popitem(last=False)
        return concern.read_after(earlier, text, self._rules)
