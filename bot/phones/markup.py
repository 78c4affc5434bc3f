"""What a text and a keyboard must be for Telegram to take them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from bot.phones.kept import Wire
from bot.phones.refusals import bad_request

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_DATA_BYTES = 64
MAX_BUTTONS = 100
ENTITY_OF = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
}
COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?")


def length(text: str) -> int:
    """In UTF-16 code units, as entities are counted."""
    return len(text) + sum(char > "\uffff" for char in text)


def commands(text: str) -> list[Wire]:
    """`bot_command` entities, which the sender's Telegram marks by itself."""
    if "/" not in text:
        return []
    return [
        {"type": "bot_command", "offset": length(text[: found.start()]), "length": len(found.group())}
        for found in COMMAND.finditer(text)
    ]


def formatted(text: Any, mode: str, entities: list[Wire] | None, limit: int) -> tuple[str, list[Wire]]:
    """Plain text and its entities, or the refusal Telegram gives. HTML is read; MarkdownV2 is not."""
    text = str(text or "")
    if mode.upper() == "HTML":
        text, entities = from_html(text)
    elif mode:
        raise bad_request(f"unsupported parse_mode {mode}")
    stripped = text.strip()
    if not stripped and limit == MAX_TEXT:
        raise bad_request("message text is empty")
    if length(stripped) > limit:
        raise bad_request("message is too long" if limit == MAX_TEXT else "message caption is too long")
    return stripped, list(entities or [])


def from_html(text: str) -> tuple[str, list[Wire]]:
    """The Bot API's HTML as plain text and entities; raises `Refused` where a tag is unknown or open."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.open:
        raise bad_request(
            f"can't parse entities: Can't find end tag corresponding to start tag \"{reader.open[-1][0]}\""
        )
    return reader.text, sorted(reader.entities, key=lambda one: (one["offset"], -one["length"]))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[tuple[str, Wire]] = []
        self.entities: list[Wire] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ENTITY_OF:
            raise bad_request(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {self.getpos()[1]}')
        entity: Wire = {"type": ENTITY_OF[tag], "offset": length(self.text)}
        if tag == "a":
            entity["url"] = dict(attrs).get("href") or ""
        self.open.append((tag, entity))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            raise bad_request(f'can\'t parse entities: Unexpected end tag "{tag}"')
        entity = self.open.pop()[1]
        entity["length"] = length(self.text) - entity["offset"]
        if entity["length"]:
            self.entities.append(entity)

    def handle_data(self, data: str) -> None:
        self.text += data


def checked_keyboard(markup: Any) -> Wire | None:
    """The reply markup as given, if Telegram would take it."""
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        _check_inline(markup["inline_keyboard"])
    elif "keyboard" in markup:
        _check_buttons(markup["keyboard"], "keyboard button")
    return markup


def _check_inline(rows: list[list[Wire]]) -> None:
    _check_buttons(rows, "inline keyboard button")
    for button in (button for row in rows for button in row):
        if len(button) < 2:
            raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        data = button.get("callback_data")
        if data is not None and not 1 <= len(str(data).encode()) <= MAX_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        copied = button.get("copy_text")
        if copied is not None and not 1 <= len(copied.get("text", "")) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_buttons(rows: list[list[Any]], what: str) -> None:
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for button in (button for row in rows for button in row):
        text = button if isinstance(button, str) else button.get("text", "")
        if not str(text).strip():
            raise bad_request(f'can\'t parse {what}: Field "text" must be of type String and not empty')
