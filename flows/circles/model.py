"""The nouns of circles: what a member's turn sees of hers, and what a circle's own turn may look at.

A circle has turns of its own, as a person has: it puts what was written in one order for all, and tells each member,
whose own turn decides how and when it reaches her phone. So no turn ever sees two people.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

GUIDE = "guide"
"""Stands for a flower's name where the facilitator speaks."""
HOUSE = "house"
"""Stands for one where the bot itself speaks to the circle: it opens the week's question, it announces the tea hour."""
VOICE, WATCHED = "voice", "watched"
"""Why a post waits for the facilitator: it is a voice note; she wants to see this member's posts first."""
CLOSED = "closed"
"""The state of a circle that is over. For two days more it can be read, and words taken back."""
RED = "red"
"""Why a post is held of which people take care: a case is open."""
RELEASED = "released"
"""What stands for a reason once the facilitator let a post go; the others learn nothing of it."""


class Post(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something written to a circle, and who by: a flower's name, or GUIDE.

    `id` is its row, `number` its place in the circle, 0 before it went out. `answers`: the number of the post it
    answers, `edits`: of the one it says anew. `voice`: Telegram's id of a voice note, by kind. `state`: `waiting` (for the
    circle's turn), `held` (from the others, for `why`), `asked` (held, and the facilitator was told), `refused`, `out`,
    `back` (she takes it back), `gone`. `message`: the number of her own message that said it. `at`: when it was written,
    and from when it is out, when it went out: of the moment in which she wrote it the others learn nothing. `after`: it
    goes out no earlier, for she writes faster than the others read. `until`: of words of the bot, from then on they are
    past, and shown to nobody any more; `inside`: they are for those alone who are in the room as they go out.
    """

    id: int
    flower: str
    at: datetime
    words: str = ""
    number: int = 0
    answers: int = 0
    edits: int = 0
    voice: str = ""
    state: str = "waiting"
    why: str = ""
    hearts: int = 0
    message: int = 0
    after: datetime | None = None
    until: datetime | None = None
    inside: bool = False


class Terms(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is sealed of a circle and no query needs; persons by our number.

    `voice`: voice notes are allowed. `muted`: who may not write until when. `tea_at`: when the last tea hour began,
    `tea_open`: it is going on, `tea_here`: with somebody of ours, who said so or spoke. `asked`: the last week whose question was opened for talk.
    `watched`: whose posts wait for the facilitator until she lets them go. `lived_at`: up to then what its life brings
    has been (`flows/circles/life.py`). `nudged`: who was asked after, once and never again. `tea_day`: the weekday of
    the tea hour. `draft`: what the facilitator wrote of the last one, until she says that it may go out. `shown`: up to
    which post she has seen them. `eased`, `band`: as seating left them. `merges`: with
    which circle this one might become one, `agreed`: its facilitator said yes. `offered`: to whom it is offered to lead.
    `read_at`: when its facilitator last read or spoke there; words come to her as they go out only while she is there.
    `ahead`: by so many weeks it is older than the youngest of those who joined it by a merge. `nth`: tells it at the desk
    from others alike that began on the same day; the first of them has 0.
    """

    voice: bool = False
    muted: dict[int, datetime] = {}
    tea_at: datetime | None = None
    tea_open: bool = False
    tea_here: bool = False
    asked: int = 0
    watched: tuple[int, ...] = ()
    lived_at: datetime | None = None
    nudged: tuple[int, ...] = ()
    tea_day: int = 2
    draft: str = ""
    shown: int = 0
    eased: tuple[int, ...] = ()
    band: str = ""
    merges: int = 0
    agreed: bool = False
    offered: int = 0
    read_at: datetime | None = None
    ahead: int = 0
    nth: int = 0


class Circle(Struct, frozen=True, kw_only=True):
    """A circle. `state`: `open`, `resting` (no facilitator this week), `closed`. `guide` is our number of its facilitator.

    `posts`: how many have gone out. `next_at`: when its turn comes, None: when somebody writes.
    """

    id: int
    language: str
    stage: str
    state: str = "open"
    begins_at: datetime
    ends_at: datetime | None = None
    posts: int = 0
    guide: int = 0
    next_at: datetime | None = None
    terms: Terms = Terms()


class Seated(Struct, frozen=True, kw_only=True):
    """A member as her circle's turn sees her: nothing but our number, her flower, and since when."""

    person: int
    flower: str
    joined_at: datetime


class Former(Struct, frozen=True, kw_only=True):
    """A circle in which she sat before she was moved: what she has not read there, and what of hers can still go."""

    circle: int
    unread: tuple[Post, ...] = ()
    mine: tuple[Post, ...] = ()


class Seat(Struct, frozen=True, kw_only=True):
    """A member's place in her circle, as her own turn sees it.

    `others`: the flowers of those who are there beside her. `read`: the number up to which she was shown posts;
    `unread`: those after it, oldest first, the latest fifty at most. `quoted`: the post that she replied to or put a
    reaction on, or her own whose message she edited. `mine`: what she wrote and has not gone out, oldest first.
    `recent`: the latest few that are out, whoever wrote them, oldest first. `former`: where she sat before, where two
    circles became one, one became two, or hers ended, within the last two days.
    """

    circle: Circle
    flower: str
    joined_at: datetime
    others: tuple[str, ...] = ()
    read: int = 0
    unread: tuple[Post, ...] = ()
    quoted: Post | None = None
    mine: tuple[Post, ...] = ()
    recent: tuple[Post, ...] = ()
    former: tuple[Former, ...] = ()


class Astray(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Words that came to the bot, until she says whether they were for the circle.

    `why`: why they would be held, as of a `Post`; `message`: the number of the message that said them.
    """

    words: str
    entities: tuple[str, ...] = ()
    message: int = 0
    why: str = ""


class Ways(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How she has it with her circle; sealed in her profile.

    `come`: how posts come to her, `live`, `daily` or `room` (only there); "" as it is where nothing was chosen: live on a
    phone of her own, once a day on a shared one. `muted_until`: nothing comes by itself before. `hidden`: flowers whose
    posts she does not see. `shown`: numbers of posts on her phone that came live, beyond those she has read in the room.
    `knocked_at`: when a line last said that posts wait. `wrote`: when she wrote her latest posts, for the brake.
    `said`: since she entered she was told that her words went out. `offered`: she was told once that there are circles.
    `greets`: she has not heard yet how it goes in her circle (`plain`, or `near`: somebody of where she lives is there).
    `astray`: words of which she is asked whether they were for the circle. `left_at`: when she last closed the room.
    """

    come: str = ""
    muted_until: datetime | None = None
    hidden: tuple[str, ...] = ()
    shown: tuple[int, ...] = ()
    knocked_at: datetime | None = None
    wrote: tuple[datetime, ...] = ()
    said: bool = False
    offered: bool = False
    greets: str = ""
    astray: tuple[Astray, ...] = ()
    left_at: datetime | None = None


class Room(Struct, frozen=True, kw_only=True):
    """All that one turn of a circle may look at. `posts`: those that something is to be done with, oldest first.

    `authors`: who wrote them (our number of the person, 0: the facilitator), by row. `gone`: who left so lately that
    posts on their phones can still be taken back. A post that is `out` here has got its first heart. `chance` is 63
    random bits.
    """

    now: datetime
    circle: Circle
    members: tuple[Seated, ...] = ()
    posts: tuple[Post, ...] = ()
    authors: dict[int, int] = {}
    gone: tuple[int, ...] = ()
    chance: int = 0


def slot(circle: int, number: int) -> str:
    """The slot of a post on each phone: by it a reply, a heart and a taking back find it."""
    return f"post:{circle}:{number}"


def numbered(slot: str, circle: int) -> int:
    """The number of the post that stands in a slot of this circle; 0 if it is none."""
    kind, _, rest = slot.partition(":")
    of, _, number = rest.partition(":")
    return int(number) if kind == "post" and of == str(circle) and number.isdecimal() else 0
