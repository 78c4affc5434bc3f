"""What one row of the outbox asks of the sender, and the queue it waits in."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Struct

from flows.effects import HER, Commands, Draw, Hand, React, Remove, Retract, Send, Vanish
from flows.model import Message

DESK_CHAT = "desk"


class Parcel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing to do in one chat. Exactly one of eight is asked for.

    They are `message` to send (with `edit`, into the message last sent to `slot`), `emoji` to put on message number
    `react_to`, `remove`, the desk topic with all that is in it, `commands` to show in Telegram's own menu of her
    chat (none: the bot's own list), `vanish`, what is to be deleted of her chat (asked for `at`), or `hand`, the file
    of what is kept of her; or `retract`: what was sent to `slot` is deleted, or message `number` alone; or `draw`, the faces of her last
    weeks, with `text` before what is said of them. `topic` is the desk topic, "" in
    a private chat. `receipt`: the desk message that this carries to her. `stands`: an edit that is never sent anew.
    `pin`: it is pinned once it is sent. `answers`: the slot of the message in the same chat that it answers. `spoiled`: the row does not open any more, and can only be dropped.
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
    vanish: str = ""
    at: datetime | None = None
    hand: bool = False
    draw: bool = False
    text: str = ""
    receipt: int = 0
    spoiled: bool = False
    retract: bool = False
    stands: bool = False
    pin: bool = False
    answers: str = ""
    number: int = 0

    @property
    def alerts(self) -> bool:
        """Whether this tells the desk that somebody waits: an alert, and not what became of it."""
        return self.slot.startswith("alert:") and not self.edit and self.message is not None


_decoder = msgspec.json.Decoder(Parcel)
SPOILED = Parcel(spoiled=True)
Promise = Send | React | Remove | Retract | Commands | Vanish | Hand | Draw
"""The effects that become a row of the outbox."""


def chat_of(person: int) -> str:
    """The queue of a person's private chat."""
    return f"p{person}"


def menu_of(person: int) -> str:
    """The queue of what changes Telegram's own menu in her chat: none of her messages ever waits behind it."""
    return f"m{person}"


def cleared(person: int) -> str:
    """The queue in which what vanishes from her chat waits: apart, for no late message of hers may hold it up."""
    return f"v{person}"


def to_her(chat: str) -> bool:
    """Whether a queue is of a person's private chat."""
    return chat.startswith(("p", "m", "v"))


def queue(effect: Promise, person: int) -> str:
    """The queue an effect waits in: hers or one of the two beside it, the desk's one queue, or that of a lead."""
    to = effect.to
    if isinstance(effect, Commands):
        return menu_of(person)
    if isinstance(effect, Vanish):
        return cleared(person)
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
                stands=effect.stands,
                pin=effect.pin,
                answers=effect.answers,
            )
        case React():
            return Parcel(topic=topic, react_to=effect.message, emoji=effect.emoji)
        case Remove():
            return Parcel(topic=topic, remove=True)
        case Retract():
            return Parcel(slot=effect.slot, retract=True, number=effect.message)
        case Commands():
            return Parcel(commands=effect.commands)
        case Vanish():
            return Parcel(vanish=effect.how, at=effect.at)
        case Hand():
            return Parcel(hand=True)
        case Draw():
            return Parcel(draw=True, slot=effect.slot, text=effect.text)


def packed(effect: Promise) -> bytes:
    """The bytes to seal."""
    return msgspec.json.encode(parcel(effect))


def unpacked(data: bytes) -> Parcel:
    """The parcel in opened bytes. msgspec.MsgspecError if they hold none."""
    return _decoder.decode(data)
