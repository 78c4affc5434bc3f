"""What one row of the outbox asks of the sender, and the queue it waits in."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from flows.effects import HER, Commands, React, Remove, Send
from flows.model import Message

DESK_CHAT = "desk"
Promise = Send | React | Remove | Commands
"""What the outbox carries."""


class Parcel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing to do in one chat. Exactly one of four is asked for.

    They are `message` to send (with `edit`, into the message last sent to `slot`), `emoji` to put on message number
    `react_to`, `remove`, the desk topic with all that is in it, or `commands` to show in Telegram's own menu of
    her chat (none: the bot's own list). `topic` is the desk topic, "" in a private chat. `receipt`: the desk message
    that this carries to her. `spoiled`: the row does not open any more, and can only be dropped.
    """

    message: Message | None = None
    topic: str = ""
    slot: str = ""
    edit: bool = False
    silent: bool = False
    push: bool = False
    react_to: int = 0
    emoji: str = ""
    remove: bool = False
    commands: tuple[tuple[str, str], ...] | None = None
    receipt: int = 0
    spoiled: bool = False


_decoder = msgspec.json.Decoder(Parcel)
SPOILED = Parcel(spoiled=True)


def chat_of(person: int) -> str:
    """The queue of a person's private chat."""
    return f"p{person}"


def menu_of(person: int) -> str:
    """The queue of what changes Telegram's own menu in her chat: none of her messages ever waits behind it."""
    return f"m{person}"


def queue(effect: Promise, person: int) -> str:
    """The queue an effect goes by: hers, that of her menu, the desk's one queue, or that of a lead."""
    to = effect.to
    if isinstance(effect, Commands):
        return menu_of(person)
    if to == HER:
        return chat_of(person)
    return DESK_CHAT if to.startswith(DESK_CHAT) else to


def parcel(effect: Promise) -> Parcel:
    """What is sealed of an effect."""
    topic = effect.to if effect.to.startswith(f"{DESK_CHAT}:") else ""
    match effect:
        case Send():
            return Parcel(
                message=effect.message,
                topic=topic,
                slot=effect.slot,
                edit=effect.edit,
                silent=effect.silent,
                push=effect.push,
                receipt=effect.receipt,
            )
        case React():
            return Parcel(topic=topic, react_to=effect.message, emoji=effect.emoji)
        case Remove():
            return Parcel(topic=topic, remove=True)
        case Commands():
            return Parcel(commands=effect.commands)


def packed(effect: Promise) -> bytes:
    """The bytes to seal."""
    return msgspec.json.encode(parcel(effect))


def unpacked(data: bytes) -> Parcel:
    """The parcel in opened bytes. msgspec.MsgspecError if they hold none."""
    return _decoder.decode(data)
