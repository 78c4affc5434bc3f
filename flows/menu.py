"""The menu at the bottom of her screen, and the bare words and commands that work in every state.

On a phone she shares the menu is neutral: three labels that say nothing of what they open. Labels and words are
looked up in every language: a phone may still show yesterday's keyboard.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from msgspec import structs

from content.library import Library
from flows.effects import AnyEffect, Send
from flows.model import Message, Scene
from flows.script import plain

ITEMS = ("week", "circle", "feel", "nearby", "person", "help", "settings")
NEUTRAL = {"page": "week", "ask": "ask", "more": "more"}
"""The labels on a shared phone, and the wish each stands for."""
COMMANDS = {
    "/start": "start",
    "/stop": "stop",
    "/help": "help",
    "/menu": "menu",
    "/week": "week",
    "/page": "week",
    "/feel": "feel",
    "/calm": "calm",
    "/nearby": "nearby",
    "/places": "nearby",
    "/person": "person",
    "/ask": "ask",
    "/more": "more",
    "/settings": "settings",
    "/language": "language",
    "/contact": "contact",
    "/research": "research",
    "/hide": "hide",
    "/privacy": "privacy",
    "/data": "data",
    "/export": "data",
    "/delete": "delete",
    "/delete_me": "delete",
    "/circle": "circle",
    "/family": "family",
    "/leave": "leave_room",
    "/report": "report",
    "/back": "take_back",
    "/born": "born",
    "/sad": "sad",
}
SPOKEN = ("stop", "help", "born", "sad", "hide", "privacy", "delete", "data", "settings", "language", "menu")
FIRST = frozenset(("stop", "help"))
"""What these words ask for is done whatever she is being asked."""


def keys(scene: Scene) -> tuple[tuple[str, ...], ...]:
    """The rows of the keyboard, in her language."""
    if scene.person.profile.shared:
        return neutral(scene)
    week, circle, feel, nearby, person, help_now, settings = (scene.say(f"menu.{item}") for item in ITEMS)
    return ((week, circle), (feel, nearby), (person, help_now), (settings,))


def neutral(scene: Scene) -> tuple[tuple[str, ...], ...]:
    """The keyboard that says nothing of what it opens: on a shared phone, and under the page that hide leaves."""
    return (tuple(scene.say(f"menu.{item}") for item in NEUTRAL),)


def brought_back(scene: Scene, effects: list[AnyEffect]) -> list[AnyEffect]:
    """The effects of a turn of hers, the last plain line with the menu under it, on a shared phone.

    There the message that brought the menu vanishes after a day, and Telegram takes the menu away with it.
    """
    if not (scene.person.profile.shared and scene.person.profile.joined):
        return effects
    for at in reversed(range(len(effects))):
        match effects[at]:
            case Send(to="her", edit=False, message=Message(buttons=(), keys=None) as message) as send:
                shown = structs.replace(send, message=structs.replace(message, keys=keys(scene)))
                return [*effects[:at], shown, *effects[at + 1 :]]
    return effects


def meant(library: Library, text: str) -> str:
    """What a command, a label of the menu or a bare word asks for; "" if it is none of these."""
    first = text.split(maxsplit=1)[0].split("@", maxsplit=1)[0].casefold() if text.strip() else ""
    if first in COMMANDS:
        return COMMANDS[first]
    return _spoken(library).get(plain(text), "")


def is_label(library: Library, text: str) -> bool:
    """Whether these are the very words of a button of the menu, in any language: they are ours, not hers."""
    return plain(text) in _labels(library)


@lru_cache(maxsize=4)
def _labels(library: Library) -> frozenset[str]:
    codes = [language.code for language in library.languages]
    return frozenset(plain(library.text(code, f"menu.{item}")) for code in codes for item in (*ITEMS, *NEUTRAL))


@lru_cache(maxsize=4)
def courtesies(library: Library) -> frozenset[str]:
    """Thanks and greetings in every language, as `plain` has them: said to somebody, they answer no question."""
    every = (library.text(language.code, "words.thanks") for language in library.languages)
    return frozenset(plain(word) for several in every for word in several.split("|"))


@lru_cache(maxsize=4)
def _spoken(library: Library) -> dict[str, str]:
    """What each label and word asks for, the first that has it; made once for a library."""
    known: dict[str, str] = {}
    for language in library.languages:
        labels = [(item, library.text(language.code, f"menu.{item}")) for item in ITEMS]
        labels += [(wish, library.text(language.code, f"menu.{item}")) for item, wish in NEUTRAL.items()]
        words = [(item, library.text(language.code, f"words.{item}")) for item in SPOKEN]
        said = labels + [(item, word) for item, several in words for word in several.split("|")]
        for item, word in said:
            known.setdefault(plain(word), item)
    return known


def day_and_date(scene: Scene, moment: datetime) -> dict[str, str]:
    """The same with `date` as well, for what may be weeks away."""
    return {**day_and_hour(scene, moment), "date": f"{moment.astimezone(scene.person.tz):%d.%m}"}


def day_and_hour(scene: Scene, moment: datetime) -> dict[str, str]:
    """`day` ("on Monday", or "today") and `hour` as her texts need them, in her own zone."""
    local, today = moment.astimezone(scene.person.tz), scene.now.astimezone(scene.person.tz).date()
    day = "today" if local.date() == today else str(local.weekday())
    return {"day": scene.say(f"day.{day}"), "hour": f"{local:%H:%M}"}
