"""The menu at the bottom of her screen, and the bare words and commands that work in every state.

Labels and words are looked up in every language: a phone may still show yesterday's keyboard.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from content.library import Library
from flows.model import Scene
from flows.script import plain

ITEMS = ("week", "feel", "person", "help")
COMMANDS = {"/start": "start", "/stop": "stop", "/help": "help", "/week": "week", "/feel": "feel", "/person": "person"}
COMMANDS |= {"/hide": "hide", "/privacy": "privacy", "/data": "data", "/delete": "delete"}
SPOKEN = ("stop", "help")


def keys(scene: Scene) -> tuple[tuple[str, ...], ...]:
    """The rows of the keyboard, in her language."""
    week, feel, person, help_now = (scene.say(f"menu.{item}") for item in ITEMS)
    return ((week, feel), (person,), (help_now,))


def meant(library: Library, text: str) -> str:
    """What a command, a label of the menu or a bare word asks for; "" if it is none of these."""
    first = text.split(maxsplit=1)[0].split("@", maxsplit=1)[0].casefold() if text.strip() else ""
    if first in COMMANDS:
        return COMMANDS[first]
    return _spoken(library).get(plain(text), "")


@lru_cache(maxsize=4)
def _spoken(library: Library) -> dict[str, str]:
    """What each label and word asks for, the first that has it; made once for a library."""
    known: dict[str, str] = {}
    for language in library.languages:
        labels = [(item, library.text(language.code, f"menu.{item}")) for item in ITEMS]
        words = [(item, library.text(language.code, f"words.{item}")) for item in SPOKEN]
        said = labels + [(item, word) for item, several in words for word in several.split("|")]
        for item, word in said:
            known.setdefault(plain(word), item)
    return known


def day_and_hour(scene: Scene, moment: datetime) -> dict[str, str]:
    """`day` and `hour` as her texts need them, in her own zone."""
    local = moment.astimezone(scene.person.tz)
    return {"day": scene.say(f"day.{local.weekday()}"), "hour": f"{local:%H:%M}"}
