"""A `Message` of ours as Telegram can show it: keyboards, and texts cut where a reader would breathe.

Texts are sent plain, with no markup language, so that nothing anyone typed can be taken for markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from flows.model import Button, Message

LONGEST: Final = 4096
LONGEST_CAPTION: Final = 1024
MOST_DATA: Final = 64
MOST_COPIED: Final = 256
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove
_BREATHS: Final = tuple(re.compile(pattern) for pattern in (r"\n\s*\n", r"\n", r"(?<=[.!?…])\s", r"\s"))


class Unsendable(Exception):  # noqa: N818 (it names what is so, not who erred)
    """The message breaks a rule of Telegram's that no retry mends. Says which, never what stood in it."""


class Part(Struct, frozen=True):
    """One message as Telegram takes it: 1 to 4096 characters, and at most one kind of keyboard.

    With `file` (its kind and Telegram's id) the text is the caption, and may be empty; `instead` is said where Telegram
    does not give the file any more.
    """

    text: str
    markup: Markup | None = None
    file: str = ""
    instead: str = ""


def parts(message: Message) -> tuple[Part, ...]:
    """`message` in the order it is sent: buttons under the last part, the bottom keyboard with the first.

    Telegram allows one kind of keyboard a message, so a message with both is sent in two. Raises `Unsendable`.
    """
    under, below = buttons(message), keys(message)
    if message.file:
        caption = next(split(message.text, LONGEST_CAPTION), "")
        return (Part(caption, under if under is not None else below, message.file, message.instead),)
    pieces = list(split(message.text))
    if not pieces:
        raise Unsendable("no text")
    if under is not None and below is not None and len(pieces) == 1:
        pieces = _halved(pieces[0])
    markups: list[Markup | None] = [None] * len(pieces)
    markups[0] = below if below is not None else None
    markups[-1] = under if under is not None else markups[-1]
    return tuple(Part(text, markup) for text, markup in zip(pieces, markups, strict=True))


def buttons(message: Message) -> InlineKeyboardMarkup | None:
    """The buttons under a message; None when it has none. Raises `Unsendable` over 64 bytes of data."""
    rows = [row for row in message.buttons if row]
    if not all(_is_whole(one) for row in rows for one in row):
        raise Unsendable("a button without label or data, or with too much of it")
    made = [[_made(one) for one in row] for row in rows]
    return InlineKeyboardMarkup(made) if made else None


def _is_whole(one: Button) -> bool:
    held = length(one.copy) <= MOST_COPIED if one.copy else 0 < len(one.data.encode()) <= MOST_DATA
    return held and bool(one.label.strip())


def _made(one: Button) -> InlineKeyboardButton:
    if one.copy:
        return InlineKeyboardButton(one.label, copy_text=CopyTextButton(one.copy))
    return InlineKeyboardButton(one.label, callback_data=one.data)


def keys(message: Message) -> ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    """The keyboard at the bottom; None leaves what is there."""
    if message.keys is None:
        return None
    rows = [list(row) for row in message.keys if row]
    return ReplyKeyboardMarkup(rows, resize_keyboard=True, is_persistent=True) if rows else ReplyKeyboardRemove()


def split(text: str, longest: int = LONGEST) -> Iterator[str]:
    """`text` in pieces of at most `longest` UTF-16 units, cut at a paragraph, a line, a sentence or a word."""
    rest = text.strip()
    while rest:
        head, rest = _cut(rest, longest)
        yield head


def length(text: str) -> int:
    """In UTF-16 code units, as Telegram counts."""
    return len(text) + sum(char > "\uffff" for char in text)


def _cut(text: str, longest: int) -> tuple[str, str]:
    if length(text) <= longest:
        return text, ""
    end = _fitting(text, longest)
    for breath in _BREATHS:
        # A cut in the first third would leave a crumb before a long piece.
        last = max((found.start() for found in breath.finditer(text, end // 3, end + 1)), default=0)
        if text[:last].strip():
            return text[:last].rstrip(), text[last:].lstrip()
    return text[:end], text[end:].lstrip()


def _fitting(text: str, longest: int) -> int:
    """How many characters of `text` fit."""
    units = 0
    for at, char in enumerate(text):
        units += 2 if char > "\uffff" else 1
        if units > longest:
            return at
    return len(text)


def _halved(text: str) -> list[str]:
    """In two at the last paragraph, else the last line, else the last sentence; whole when it has only one."""
    for breath in _BREATHS[:3]:
        cuts = [found.start() for found in breath.finditer(text)]
        for cut in reversed(cuts):
            head, tail = text[:cut].strip(), text[cut:].strip()
            if head and tail:
                return [head, tail]
    return [text]
