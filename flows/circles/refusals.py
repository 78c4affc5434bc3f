"""What of hers the others never get, and what only once a person has looked at it: each with its reason, which she is told.

The bot retypes words and nothing else: what Telegram sends beside them can name her or find her (a contact, the maker of
a sticker, the first sender of what is passed on).
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.circles import traces
from flows.circles.model import RED
from flows.circles.plain import Plain, plain
from flows.concern import Finding, by_rules, red
from flows.events import Said
from flows.model import Scene

SHOWN: Mapping[str, str] = {
    **dict.fromkeys(("photo", "video", "video_note", "animation", "paid_media"), "picture"),
    **dict.fromkeys(("voice", "audio"), "voice"),
    **dict.fromkeys(("sticker", "dice", "game"), "sticker"),
    **dict.fromkeys(("location", "venue"), "place"),
    **dict.fromkeys(("poll", "checklist"), "poll"),
    "document": "file",
    "contact": "contact",
    "story": "story",
}
"""What she is told of each kind that is not text, as `circle.no_…`."""
OTHER = "other"


def of_kind(what: str) -> str:
    """Why something that is not text is not passed on."""
    return SHOWN.get(what, OTHER)


def of_form(event: Said) -> str:
    """Why words of this form are not passed on; "" where they may be."""
    if event.forwarded:
        return "forward"
    if event.quote:
        return "quote"
    return "command" if event.text.lstrip().startswith("/") else ""


def retyped(scene: Scene, event: Said) -> Plain:
    """Her words as the bot retypes them, and what in them could find somebody."""
    return plain(event.text, frozenset(event.entities), _words(scene))


def why_held(scene: Scene, event: Said, said: Plain, finding: Finding | None) -> str:
    """Why a person has to look before the others see these words; "": they may go. Sorrow goes.

    `finding` as it counts for her.
    """
    if finding is not None and red(by_rules(finding).level):
        return RED
    named = traces.methods(event.text, event.finding, scene.library.rules, _words(scene))
    found = [*named, *said.traces]
    return str(found[0].kind) if found else ""


def _words(scene: Scene) -> traces.Words:
    return traces.ready(scene.library.traces, tuple(number.number for number in scene.library.numbers))
