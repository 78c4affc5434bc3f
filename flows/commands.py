"""The commands in Telegram's own menu of her chat: in the language she chose, and neutral on a phone she shares.

Telegram shows the bot's own list in the language of her app, which may be Russian while she reads Tajik; so her chat
gets a list of its own once she has joined, and another when language or phone change.
"""

from __future__ import annotations

from content.library import Library
from flows.effects import Commands
from flows.model import Person
from flows.wishes import deed

EVERYWHERE = ("start", "help", "settings", "privacy", "stop")
"""What every chat shows that has no list of its own: anyone may be holding that phone."""
OWN = (
    *("week", "circle", "feel", "nearby", "person", "family", "help", "settings"),
    *("hide", "privacy", "data", "delete", "stop"),
)
SHARED = ("page", "ask", "more", "help", "hide", "stop")

_ALWAYS = {"start", "help", "stop", "page"}


def listed(library: Library, language: str, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """(name, description) pairs of those commands that do something."""
    return tuple((name, library.text(language, f"command.{name}")) for name in names if name in _ALWAYS or deed(name))


def anew(library: Library, before: Person, now: Person) -> tuple[Commands, ...]:
    """The list of her chat, where this step has made another of it."""
    if now.state != "active" or now.language not in library.texts:
        return ()
    if before.state not in {"new", "joining"} and _look(before) == _look(now):
        return ()
    return (Commands(commands=listed(library, now.language, SHARED if now.profile.shared else OWN)),)


def _look(person: Person) -> tuple[str, bool]:
    return person.language, person.profile.shared
