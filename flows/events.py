"""What happened: one thing, to one person, already in the past.

An event is all that a turn is told about the world outside. The edge makes it from Telegram's JSON or from a
due row, the inbox keeps it sealed, and `react` is its only reader. Staff events carry the person of the case
as their subject, so that two moderators and she herself take turns.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from content.schema import Level
from flows.circles.model import Post
from flows.concern import Finding


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """`message` is Telegram's number of the message it came with, 0 when there is none; `at`, when it was sent."""

    message: int = 0
    at: datetime | None = None


class Said(Event, frozen=True, kw_only=True, tag="said"):
    """She typed `text`. `finding` is what concern read in it at the door; `edited`: an older message, changed.

    `entities`: the kinds of what Telegram marks in it (`url`, `mention`, `bold` …). `forwarded`: not her own words, she
    passed them on or another bot made them; `quote`: beside them she shows words or a story from another chat.
    """

    text: str
    finding: Finding | None = None
    reply_to: int = 0
    edited: bool = False
    entities: tuple[str, ...] = ()
    forwarded: bool = False
    quote: bool = False


class Showed(Event, frozen=True, kw_only=True, tag="showed"):
    """She sent something that is not text: a photo, a voice note, a sticker. `text` is its caption.

    `file` is Telegram's id of it, where a person could look or listen. `album`: others belong to it. `forwarded`: she
    passed it on.
    """

    what: str
    text: str = ""
    finding: Finding | None = None
    file: str = ""
    album: bool = False
    reply_to: int = 0
    forwarded: bool = False


class Tapped(Event, frozen=True, kw_only=True, tag="tapped"):
    """She tapped a button. A claim of the phone's, not a fact: whatever it names is checked against her scene."""

    talk: int = 0
    question: str = ""
    value: str = ""


class Due(Event, frozen=True, kw_only=True, tag="due"):
    """A row of `due` whose time has come. `about` is what the flow that planned it wanted to be told."""

    key: str
    about: str = ""


class Posted(Event, frozen=True, kw_only=True, tag="posted"):
    """Something was said in her circle, by another member or by the facilitator."""

    circle: int
    post: Post


class Withdrawn(Event, frozen=True, kw_only=True, tag="withdrawn"):
    """A post of her circle was taken back, or removed: it is to go from her phone."""

    circle: int
    number: int


class Reacted(Event, frozen=True, kw_only=True, tag="reacted"):
    """She put a reaction on `message` of her chat, or took hers away; `hearts`: a warm one stands there now."""

    hearts: bool


class Hearted(Event, frozen=True, kw_only=True, tag="hearted"):
    """A post of hers got its first heart. `message` is her own message that said it, 0 where that is not known."""

    circle: int
    number: int


class Seated(Event, frozen=True, kw_only=True, tag="seated"):
    """She has a place in a circle now, under a flower's name. It begins at `begins_at`.

    `near`: somebody of her district or centre sits there; `eased`: she had waited long, so that no longer counted.
    """

    circle: int
    flower: str
    begins_at: datetime
    near: bool = False
    eased: bool = False


class CircleTold(Event, frozen=True, kw_only=True, tag="circle_told"):
    """Something of her circle concerns her alone (`flows/circles/news.py` says what there is). `about` says more of it."""

    circle: int
    what: str
    about: str = ""


class KinCame(Event, frozen=True, kw_only=True, tag="kin_came"):
    """Somebody (our number) came by the invitation to a link of hers, and typed its code."""

    link: int
    person: int


class KinLinked(Event, frozen=True, kw_only=True, tag="kin_linked"):
    """A link that this person asked for is there."""

    link: int


class KinGone(Event, frozen=True, kw_only=True, tag="kin_gone"):
    """The other side of a link is gone. It shows nowhere."""

    link: int


class KinBrought(Event, frozen=True, kw_only=True, tag="kin_brought"):
    """The other side of a link gave a piece: `note`, `thought` or `go`, and its words."""

    link: int
    piece: str
    words: str


class KinAnswered(Event, frozen=True, kw_only=True, tag="kin_answered"):
    """A heart or a line came back for a piece."""

    link: int
    words: str


class KinThreat(Event, frozen=True, kw_only=True, tag="kin_threat"):
    """The other side of a link wrote a threat. Its words stay where they were written."""

    link: int
    level: Level


class KinThawed(Event, frozen=True, kw_only=True, tag="kin_thawed"):
    """The desk no longer keeps a link back, on the side of the one it looks after. It shows nowhere."""

    link: int


class Left(Event, frozen=True, kw_only=True, tag="left"):
    """Telegram says that she blocked the bot or closed her account. She may come back."""


class Returned(Event, frozen=True, kw_only=True, tag="returned"):
    """She unblocked the bot."""


class Delivered(Event, frozen=True, kw_only=True, tag="delivered"):
    """A moderator's words (desk message `message`) reached her phone, or, with `failed`, cannot; `edited`: an edit of them.

    `held`: neither yet, they could not be sent at once and are kept back until she opens a knock.
    """

    failed: bool = False
    edited: bool = False
    held: bool = False


class Vanished(Event, frozen=True, kw_only=True, tag="vanished"):
    """What could be deleted of her chat is deleted. `left`: older messages stand there that Telegram lets nobody remove."""

    how: str
    left: bool = False


class Staff(Struct, frozen=True):
    """Who acted at the desk: Telegram's number for the account, and the name the desk sees."""

    id: int
    name: str


class DeskSaid(Event, frozen=True, kw_only=True, tag="desk_said"):
    """Someone wrote in the desk group, in the topic of a case. `reply_to`: the message answered, 0 if none.

    `quoted`: the words of the message answered, where the bot had sent it. `thread`: the topic it was written in, 0
    where the desk has none.
    """

    by: Staff
    text: str
    reply_to: int = 0
    quoted: str = ""
    thread: int = 0
    edited: bool = False


class DeskShowed(Event, frozen=True, kw_only=True, tag="desk_showed"):
    """Someone posted a photo, a voice note or a file about a case. `text` is its caption, `file` Telegram's id of it.

    The rest as in `DeskSaid`.
    """

    by: Staff
    what: str
    reply_to: int = 0
    text: str = ""
    file: str = ""
    quoted: str = ""
    thread: int = 0
    edited: bool = False


class DeskTapped(Event, frozen=True, kw_only=True, tag="desk_tapped"):
    """Someone tapped `act` (take, close …) on a card of case `case`."""

    by: Staff
    act: str
    case: int


class DeskOrdered(Event, frozen=True, kw_only=True, tag="desk_ordered"):
    """Someone gave an order to the desk: `/capacity 120` is `name` capacity, `about` 120. It is about nobody.

    `by` is None for whoever writes as the group or a channel, so that nobody could be put on record. `private`: in her
    own chat with the bot. `tapped`: by a button (`desk:name:about`), not in words. `reply_to`: the message answered.
    `file`: a voice note, by kind and Telegram's id; whether it is an order is known where it is carried out. `said`: what
    she wrote in answer to one of our messages, likewise: words to her circle, or her own.
    """

    by: Staff | None = None
    name: str
    about: str = ""
    private: bool = False
    tapped: bool = False
    reply_to: int = 0
    file: str = ""
    said: Said | None = None


class TopicLost(Event, frozen=True, kw_only=True, tag="topic_lost"):
    """Somebody deleted the topic of case `case`, and it was made anew, empty."""

    case: int


AnyEvent = (
    Said
    | Showed
    | Tapped
    | Due
    | Posted
    | Withdrawn
    | Seated
    | CircleTold
    | Reacted
    | Hearted
    | KinCame
    | KinLinked
    | KinGone
    | KinBrought
    | KinAnswered
    | KinThreat
    | KinThawed
    | Left
    | Returned
    | Delivered
    | Vanished
    | DeskSaid
    | DeskShowed
    | DeskTapped
    | DeskOrdered
    | TopicLost
)
