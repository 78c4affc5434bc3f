"""What of hers the others never get, and what only once a person has looked at it: each with its reason, which she is told.

The bot retypes words and nothing else: what Telegram sends beside them can name her or find her (a contact, the maker of
a sticker, the first sender of what is passed on).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from flows.circles import traces
from flows.concern import Finding, red
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
MARKED: Mapping[str, str] = {
    "url": "link",
    "text_link": "link",
    "email": "email",
    "phone_number": "phone",
    "mention": "handle",
    "text_mention": "handle",
}
"""What Telegram itself has seen in her words, as the kind of trace it is: for the case that we do not."""
RED = "red"
LONGEST = 2000
"""Characters of a post: a screenful is read, more is not, and it stays one message beside the name."""
KEPT_APART = "\n\u200d\ufe0f"
"""Signs without width that stay: a new line, and what holds a face together."""


def of_kind(what: str) -> str:
    """Why something that is not text is not passed on."""
    return SHOWN.get(what, OTHER)


def of_form(event: Said) -> str:
    """Why words of this form are not passed on; "" where they may be."""
    if event.forwarded:
        return "forward"
    if event.quote:
        return "quote"
    if event.text.lstrip().startswith("/"):
        return "command"
    if len(event.text) > LONGEST:
        return "long"
    return ""


def why_held(scene: Scene, event: Said, finding: Finding | None) -> str:
    """Why a person has to look before the others see these words; "": they may go. Sorrow goes.

    `finding` as it counts for her.
    """
    if finding is not None and red(finding.level):
        return RED
    words = traces.ready(scene.library.traces, tuple(number.number for number in scene.library.numbers))
    found = [*traces.of_finding(event.finding, words), *traces.traces(event.text, words)]
    marked = [MARKED[kind] for kind in event.entities if kind in MARKED]
    return next((kind for kind in (*(str(one.kind) for one in found), *marked)), "")


def plain(text: str) -> str:
    """Her words as they are retyped: without what cannot be seen, and without lines of nothing."""
    seen = "".join(c for c in text if c in KEPT_APART or unicodedata.category(c) not in {"Cf", "Cc", "Co", "Cn"})
    lines = [line.strip() for line in seen.splitlines()]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1])).strip()
