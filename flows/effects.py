"""What should follow: orders, carried out by the ledger in the commit that ends the event.

Effects are values. A flow yields them, a test compares them, the ledger's one `match` writes them down.
Nothing here has happened yet.
"""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Any

from msgspec import Struct

from content.schema import Level
from flows.events import AnyEvent
from flows.model import Case, Message, Place


class Lane(IntEnum):
    """How urgent a message is. A lower number overtakes; within a lane a chat's messages keep their order."""

    SAFETY = 0
    REPLY = 1
    CIRCLE = 2
    WEEKLY = 3


HER = "her"
GENERAL = "desk"
"""The desk's room itself, outside any topic of ours: where orders are given and answered."""
NOW, CASES, DIGEST, TECH = "desk:now", "desk:cases", "desk:digest", "desk:tech"


def topic_of(case: int) -> str:
    """The address of a case's own topic at the desk."""
    return f"desk:case:{case}"


def lead(index: int) -> str:
    """The address of one of `LEAD_IDS`, by position, in private."""
    return f"lead:{index}"


def staff(row: int) -> str:
    """The address of somebody who works at the desk, by our number (`Member.row`), in private."""
    return f"staff:{row}"


class Effect(Struct, frozen=True, kw_only=True):
    """An order to the ledger."""


class Send(Effect, frozen=True, kw_only=True):
    """Promise a message.

    `to` is HER, a desk topic, `lead(i)` or `staff(row)`. `slot` names the message so that it can be found again: with
    `edit`, the message last sent to that slot is changed in place (sent anew if it is gone). `held` keeps it
    back until `Release`. `push` marks what she did not ask for just now. `receipt` is the number of the desk
    message that this carries to her: when it has reached her, or cannot, an event says so. `stands`: an edit only of a
    message that stands in her chat, or of one that waits for her; it is never sent anew. `pin`: whenever it is sent
    anew, it is pinned, without a sound. `answers`: the slot of a message of the same chat that this one answers, so
    that the phone shows which; where none stands there it goes without.
    """

    message: Message
    lane: Lane = Lane.REPLY
    to: str = HER
    slot: str = ""
    edit: bool = False
    held: bool = False
    push: bool = False
    silent: bool = False
    receipt: int = 0
    stands: bool = False
    pin: bool = False
    answers: str = ""


class React(Effect, frozen=True, kw_only=True):
    """Put the bot's reaction on message number `message` of the chat `to`: a receipt."""

    to: str
    message: int
    emoji: str
    lane: Lane = Lane.SAFETY


class Remove(Effect, frozen=True, kw_only=True):
    """Remove a desk topic with all that stands in it."""

    to: str


class Retract(Effect, frozen=True, kw_only=True):
    """Take back what was sent to `slot` of a private chat `to`, hers or of somebody at the desk; only `message`, if given."""

    to: str
    slot: str
    message: int = 0
    lane: Lane = Lane.SAFETY


class Commands(Effect, frozen=True, kw_only=True):
    """Show these commands, (name, description) pairs, in Telegram's own menu of her chat. None: the bot's own list."""

    commands: tuple[tuple[str, str], ...]
    lane: Lane = Lane.REPLY
    to: str = HER


class Release(Effect, frozen=True, kw_only=True):
    """Let go every held message of hers, as if promised now."""


class Lapse(Effect, frozen=True, kw_only=True):
    """Forget every held weekly line to her. Each is a knock, and its question is still open in her stack."""


class Cancel(Effect, frozen=True, kw_only=True):
    """Forget the due row with this key. A key ending in `*` forgets all that begin so."""

    key: str


class Hush(Effect, frozen=True, kw_only=True):
    """Forget every unsent message to her that is not of the safety lane; with `safety`, of that lane too."""

    safety: bool = False


class Vanish(Effect, frozen=True, kw_only=True):
    """Delete what stands in her chat, of both sides, as far as Telegram allows; then `Vanished` says how it went.

    `how` is `day` (what is older than a day), `hide` or `delete` (everything). `at` is when she asked for it.
    """

    how: str
    at: datetime | None = None
    lane: Lane = Lane.REPLY
    to: str = HER


class Hand(Effect, frozen=True, kw_only=True):
    """Hand her everything kept of her, as a file. It is made when it is sent, so that no copy waits anywhere."""

    lane: Lane = Lane.REPLY
    to: str = HER
    held: bool = False


class Draw(Effect, frozen=True, kw_only=True):
    """Show the faces of her last weeks, as a picture and a sentence. Both are made when it is sent, from her answers.

    To her in her language, on a shared phone in words only; to `staff(row)` in the desk's, with `text` before it.
    """

    lane: Lane = Lane.REPLY
    to: str = HER
    held: bool = False
    slot: str = ""
    text: str = ""


class Forget(Effect, frozen=True, kw_only=True):
    """Destroy everything of hers, her key first of all. What else the turn sends to the desk no longer names her."""


class Schedule(Effect, frozen=True, kw_only=True):
    """Plan a due row; at most one per person and key, the new one replaces. `safety` rows are taken first."""

    key: str
    at: datetime
    about: str = ""
    safety: bool = False


class Keep(Effect, frozen=True, kw_only=True):
    """Keep an answer of hers for good, sealed."""

    question: str
    value: Any


class Become(Effect, frozen=True, kw_only=True):
    """Change what we know of her: fields of `Person` or of its `profile`, by name."""

    changes: dict[str, Any]


class Stand(Effect, frozen=True, kw_only=True):
    """She now stands at `place`; `depth` 0 is the bottom of the stack."""

    place: Place
    depth: int


class End(Effect, frozen=True, kw_only=True):
    """The talk is over."""

    talk: int


class Begin(Effect, frozen=True, kw_only=True):
    """Start another talk where this one ends. The step does it; the ledger never sees it."""

    flow: str
    about: str = ""


class Leave(Effect, frozen=True, kw_only=True):
    """End another talk of hers without a word; her own last order in a talk. The step does it, not the ledger."""

    talk: int


class Flag(Effect, frozen=True, kw_only=True):
    """Bring a person to her: `level` and `why` for the desk, `rule` and `words` for the card.

    `again`: told anew and paged even where somebody has the case in hand. `language` is that of the rule; `file` is
    what she showed, by kind and Telegram's id. `discreet`: not on words of hers, and she is to know nothing of it.
    The front door turns it into a case (`flows/desk/taps.py`); the ledger only ever sees what became of it.
    """

    level: Level
    why: str
    category: str = ""
    rule: str = ""
    words: str = ""
    again: bool = False
    language: str = ""
    file: str = ""
    discreet: bool = False


class Wish(Effect, frozen=True, kw_only=True):
    """What she chose on a screen, by its name, as if she had pressed its label: the front door grants it.

    The ledger never sees one.
    """

    name: str


class Stamp(Effect, frozen=True, kw_only=True):
    """The case is now as given here: opened, raised, taken or closed."""

    case: Case


class Line(Effect, frozen=True, kw_only=True):
    """Write a line into the case, sealed: `voice` is `hers`, `ours`, `note`, `draft` or `flag`; `file` what was shown.

    `message`: the number of the desk's message that said it.
    """

    case: int
    voice: str
    text: str
    by: str = ""
    file: str = ""
    message: int = 0


class Raised(Effect, frozen=True, kw_only=True):
    """A rule raised this in the case, for staff to judge; once for each rule and level of a case (`key`)."""

    case: int
    key: str
    rule: str
    category: str
    level: Level
    language: str


class Mark(Effect, frozen=True, kw_only=True):
    """Somebody at the desk judged what was raised under `key`: `right`, `wrong` or `none`. The last mark counts."""

    case: int
    key: str
    mark: str
    actor: int


class Refer(Effect, frozen=True, kw_only=True):
    """The row of a referral is now as given here: which need, from where, to which place, and how it went on.

    It names no person and no case. `ended_at` None: it is not over. Of its times only the day is kept.
    """

    id: int
    need: str
    region: str
    district: str
    place: str
    state: str
    why: str = ""
    asked_at: datetime
    ended_at: datetime | None = None


class Sample(Effect, frozen=True, kw_only=True):
    """These words of hers may be among the few that the lead reads; `draw` is their lot, the lowest stay."""

    words: str
    draw: int


class Tell(Effect, frozen=True, kw_only=True):
    """Let this happen to another person: an event of hers, in the same commit. Her own turn decides what follows."""

    person: int
    event: AnyEvent


class Invite(Effect, frozen=True, kw_only=True):
    """Invite somebody (`who`) to a link with her; an older invitation of the kind is gone. Codes only as they hash."""

    mark: str
    link: int
    who: str
    code: str
    until: datetime


class Tried(Effect, frozen=True, kw_only=True):
    """A code was typed for an invitation; it is spent by the right one."""

    mark: str
    right: bool


class Bind(Effect, frozen=True, kw_only=True):
    """Her link is now in this state: `cooling` (with whom), `linked`, `frozen`, or `ended`, and forgotten."""

    link: int
    state: str
    other: int = 0
    who: str = ""


class Write(Effect, frozen=True, kw_only=True):
    """Write a post to her circle: it goes out with the circle's next turn, at `at` at the latest, or is `held` for `why`.

    `message`: the number of her own message that said it; once it is out, that message stands for the post in her chat.
    `edits`: the number of the post of hers that it says anew. `late`: not before `at` either.
    """

    circle: int
    words: str
    at: datetime
    late: bool = False
    answers: int = 0
    edits: int = 0
    voice: str = ""
    why: str = ""
    message: int = 0


class Reword(Effect, frozen=True, kw_only=True):
    """She says anew, in other words, what has not gone out yet (`post`, its row): only these go out, or are held for `why`.

    `edits` and `message` are the post's own, as in `Write`. `after`: as in `Post`.
    """

    circle: int
    post: int
    words: str
    at: datetime
    after: datetime | None = None
    why: str = ""
    edits: int = 0
    message: int = 0


class TakeBack(Effect, frozen=True, kw_only=True):
    """She takes a post of hers back: it goes from all phones that Telegram lets us reach.

    By its `number`, or, where it has none yet, by its row (`post`): then it goes to nobody.
    """

    circle: int
    number: int = 0
    post: int = 0


class Report(Effect, frozen=True, kw_only=True):
    """A member finds that a post should not stand: its circle's turn tells the facilitator. Nothing says who it was."""

    circle: int
    number: int


class Withhold(Effect, frozen=True, kw_only=True):
    """What she wrote to her circle and has not gone out is dropped: she stopped, or is not to be reached any more."""

    circle: int


class Heart(Effect, frozen=True, kw_only=True):
    """She gives a post of her circle a heart, or, with `on` False, takes it away again."""

    circle: int
    number: int
    on: bool = True


class Reads(Effect, frozen=True, kw_only=True):
    """She was shown the posts of her circle up to this number."""

    circle: int
    number: int


class Vacate(Effect, frozen=True, kw_only=True):
    """She leaves her circle."""

    circle: int


class Record(Effect, frozen=True, kw_only=True):
    """Put an act on the append-only record. `actor` is a staff account's number, 0 for the bot. No words."""

    act: str
    case: int = 0
    actor: int = 0


AnyEffect = (
    Send
    | React
    | Remove
    | Retract
    | Commands
    | Vanish
    | Hand
    | Draw
    | Forget
    | Release
    | Lapse
    | Cancel
    | Hush
    | Schedule
    | Keep
    | Become
    | Stand
    | End
    | Begin
    | Leave
    | Flag
    | Wish
    | Stamp
    | Line
    | Raised
    | Mark
    | Sample
    | Refer
    | Tell
    | Invite
    | Tried
    | Bind
    | Write
    | Reword
    | TakeBack
    | Report
    | Withhold
    | Heart
    | Reads
    | Vacate
    | Record
)
