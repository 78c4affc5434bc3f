"""The life of a circle from its first day to its last: what comes when, and what the circle hears then.

Everything follows from the day it began and from the clock, so that nothing has to be planned: what lies between the
moment up to which it has lived and now is its due. What came while nobody was running and makes no sense any more (an
evening's tea on the next morning) is passed over without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from content.library import Library
from content.names import FATHERS
from flows.circles.model import CLOSED, RED, Circle, Room
from flows.circles.round import Round
from flows.events import AnyEvent, CircleTold

PROGRAMMES = {
    "expecting": "bumps",
    "under18m": "mums",
    "older": "mums",
    "pace": "mums",
    "grandmothers": "grandmothers",
    "fathers": "dads",
}
"""Which programme's questions a stage talks about (`flows/circles/seats.py`)."""
WEEK = timedelta(days=7)
EVENING = (5, 19)
"""Weekday and hour of the circle's evening: the sixth day of the week, as the outline of the programme has it (section C)."""
TEA_HOUR, TEA_DAY = 19, 2
"""When a tea hour begins, unless its facilitator chose another weekday."""
TEA_LASTS = timedelta(hours=1)
TEA_TOLD = timedelta(days=1)
"""So long before it the circle hears of it."""
TEA_EVERY = 2
"""Weeks from one tea hour to the next; the first is in the second week, the last before the closing."""
OPEN_FOR = timedelta(days=14)
"""So long newcomers come; then the circle is closed to them, and hears so (`flows/circles/matching.py`)."""
PARTS = timedelta(days=5)
"""So long before its end the circle says farewell."""
QUIET = timedelta(days=10)
"""A member who neither wrote nor tapped for so long is asked after, once."""
LOOKS = 11
"""Hour at which it is looked whether somebody is absent."""
STALE = timedelta(hours=3)
"""What is later than this is not said any more; a tea hour not once it is over (`TEA_LASTS`)."""
LASTING = frozenset({"welcome", "full", "parting", "end", "question"})
"""What is said however late."""
AT_REST = frozenset({"end"})
"""What comes also while it rests."""
_ENDS = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"»”])\s+")
"""Where a sentence ends, its closing quotation mark with it."""


class Moment(Struct, frozen=True, order=True):
    """Something in the life of a circle: when, what, and of which week."""

    at: datetime
    what: str
    week: int = 0


class Line(Struct, frozen=True):
    """Words of the bot in the circle's language. Who has not read them `until` then never will: they are past.

    `inside`: they are for those alone who are in the room as they are said.
    """

    words: str
    until: datetime | None = None
    inside: bool = False


class Life(Struct, frozen=True, kw_only=True):
    """What a look at a circle's life brings: the circle as it is now, what the bot says in it, whom to tell what.

    `led`: what its facilitator is told, by name.
    """

    circle: Circle
    lines: tuple[Line, ...] = ()
    told: tuple[tuple[int, AnyEvent], ...] = ()
    led: tuple[str, ...] = ()

    @property
    def says(self) -> tuple[str, ...]:
        """The words alone."""
        return tuple(line.words for line in self.lines)


def length(library: Library, stage: str) -> int:
    """Weeks a circle of the stage lives: those of its programme."""
    return library.programme(PROGRAMMES[stage]).length


def together(stays: Circle, goes: Circle) -> Circle:
    """The older of two circles once the younger's members sit in it: it ends with the later of both.

    The programme of those who came is not over yet; whoever has had hers stays as long as she likes. Pure.
    """
    start = max(one.begins_at + one.terms.ahead * WEEK for one in (stays, goes))
    over = [one.ends_at for one in (stays, goes) if one.ends_at is not None]
    terms = structs.replace(stays.terms, merges=0, agreed=False, ahead=round((start - stays.begins_at) / WEEK))
    return structs.replace(stays, terms=terms, ends_at=max(over, default=None))


def ends(library: Library, stage: str, begins: datetime) -> datetime:
    """When a circle that begins then ends."""
    return begins + length(library, stage) * WEEK


def moments(circle: Circle, zone: ZoneInfo) -> list[Moment]:
    """Everything in its life, in order; nothing where nobody said when it ends."""
    over = circle.ends_at
    if over is None:
        return []
    return sorted(one for one in _moments(circle, over, zone) if circle.begins_at <= one.at <= over)


def next_at(circle: Circle, zone: ZoneInfo) -> datetime | None:
    """When its life goes on. A circle that never lived yet begins with its first day."""
    lived = circle.terms.lived_at
    return next((one.at for one in moments(circle, zone) if lived is None or one.at > lived), None)


def lives(
    room: Room, library: Library, zone: ZoneInfo, *, there: bool, heard: Mapping[int, datetime | None] | None = None
) -> Life:
    """What has come since its life was last looked at. Pure.

    `there`: its facilitator is. `heard`: when members last wrote or tapped anything, by our number, where that is known.
    """
    circle, now = room.circle, room.now
    if circle.state == CLOSED:
        return Life(circle=structs.replace(circle, next_at=None))
    lived = circle.terms.lived_at
    came = [one for one in moments(circle, zone) if (lived is None or one.at > lived) and one.at <= now]
    life = _rested(circle, library, there=there)
    for one in came:
        if _is_past(one, now):
            life = structs.replace(life, circle=_without(life.circle, one))
            continue
        if life.circle.state == "resting" and one.what not in AT_REST:
            continue
        life = _with(life, _brings(one, structs.replace(room, circle=life.circle), library, zone, heard or {}))
    terms = structs.replace(life.circle.terms, lived_at=now if came else lived)
    circle = structs.replace(life.circle, terms=terms)
    if circle.state == CLOSED:  # nobody is there to hear what else had come
        return structs.replace(life, circle=structs.replace(circle, next_at=None), lines=())
    planned = circle.next_at if circle.next_at is not None and circle.next_at > now else None
    return structs.replace(life, circle=structs.replace(circle, next_at=soonest(planned, next_at(circle, zone))))


def _is_past(one: Moment, now: datetime) -> bool:
    """Whether it is too late to say it: nobody is called to a tea that is over."""
    if one.what in LASTING:
        return False
    return now - one.at >= TEA_LASTS if one.what == "tea" else now - one.at > STALE


def _without(circle: Circle, one: Moment) -> Circle:
    """The circle once this moment was passed over: a tea hour ends without a word too."""
    if one.what != "tea_over":
        return circle
    return structs.replace(circle, terms=structs.replace(circle.terms, tea_open=False, tea_here=False))


def tea_until(circle: Circle) -> datetime | None:
    """When the tea hour that was opened last ends; None before the first."""
    return circle.terms.tea_at + TEA_LASTS if circle.terms.tea_at is not None else None


def soonest(*moments: datetime | None) -> datetime | None:
    """The first of these moments; None where there is none."""
    return min((one for one in moments if one is not None), default=None)


def at_rest(room: Room) -> Room:
    """What a circle's turn may look at: while it rests its members' posts wait, and nothing of them is lost.

    In its last turn nothing waits for a later one.
    """
    if room.circle.state == "open":
        return _hurried(room) if _is_last(room) else room
    return structs.replace(
        room, posts=tuple(one for one in room.posts if one.state != "waiting" or not room.authors.get(one.id))
    )


def _is_last(room: Room) -> bool:
    """Whether the circle ends with this turn."""
    over = room.circle.ends_at
    return room.circle.state != CLOSED and over is not None and over <= room.now


def _hurried(room: Room) -> Room:
    return structs.replace(room, posts=tuple(structs.replace(one, after=None) for one in room.posts))


def left_over(room: Room, round: Round) -> Round:
    """What can go out no more goes to nobody, and whoever wrote it is told. Grave words were answered long ago."""
    if not _is_last(room):
        return round
    out = {post.id for post in round.posts if post.state == "out"}
    left = [post for post in room.posts if post.state in {"waiting", "held", "asked"} and post.id not in out]
    authors = dict.fromkeys(room.authors.get(post.id, 0) for post in left if post.why != RED)
    ids = {post.id for post in left}
    return structs.replace(
        round,
        posts=(
            *(post for post in round.posts if post.id not in ids),
            *(structs.replace(post, state="refused") for post in left),
        ),
        asked=(),
        told=(*round.told, *_tell(round.circle, [author for author in authors if author], "unsent")),
    )


def absent(room: Room, heard: Mapping[int, datetime | None]) -> list[int]:
    """Members of whom nothing was heard for ten days, and who were not asked after yet."""
    return [
        one.person
        for one in room.members
        if one.person in heard
        and one.person not in room.circle.terms.nudged
        and room.now - max(one.joined_at, heard[one.person] or one.joined_at) >= QUIET
    ]


def joined(round: Round, life: Life) -> Round:
    """A circle's turn with what its life brings."""
    return structs.replace(round, circle=life.circle, told=(*round.told, *life.told))


def _with(life: Life, more: Life) -> Life:
    return Life(
        circle=more.circle,
        lines=(*life.lines, *more.lines),
        told=(*life.told, *more.told),
        led=(*life.led, *more.led),
    )


def _rested(circle: Circle, library: Library, *, there: bool) -> Life:
    """A circle whose facilitator is away rests, and says so; when she is back it goes on, and says so too."""
    if circle.state == "open" and not there:
        terms = structs.replace(circle.terms, tea_open=False, tea_here=False)
        resting = structs.replace(circle, state="resting", terms=terms)
        return Life(circle=resting, lines=(Line(library.text(circle.language, "life.rests")),), led=("rests",))
    if circle.state == "resting" and there:
        awake = structs.replace(circle, state="open")
        return Life(circle=awake, lines=(Line(library.text(circle.language, "life.awake")),), led=("awake",))
    return Life(circle=circle)


def _moments(circle: Circle, over: datetime, zone: ZoneInfo) -> Iterator[Moment]:
    begins = circle.begins_at
    yield Moment(begins, "welcome", 1)
    yield Moment(begins + OPEN_FOR, "full", 3)
    yield Moment(over - PARTS, "parting")
    yield Moment(over, "end")
    weeks = max(1, round((over - begins) / WEEK))
    for week in range(1, weeks + 1):
        if week < weeks:  # the last week is the farewell's
            yield Moment(_at(begins, week, EVENING[0], EVENING[1], zone), "question", week)
        if week % TEA_EVERY == 0 and week < weeks:
            tea = _at(begins, week, circle.terms.tea_day, TEA_HOUR, zone)
            yield Moment(tea - TEA_TOLD, "tea_soon", week)
            yield Moment(tea, "tea", week)
            yield Moment(tea + TEA_LASTS, "tea_over", week)
    for day in range(1, int((over - begins) / timedelta(days=1))):
        yield Moment(_local(begins + timedelta(days=day), LOOKS, zone), "look")


def _at(begins: datetime, week: int, weekday: int, hour: int, zone: ZoneInfo) -> datetime:
    """An hour on a weekday of one of the circle's weeks."""
    first = begins + (week - 1) * WEEK
    ahead = (weekday - first.astimezone(zone).weekday()) % 7
    return _local(first + timedelta(days=ahead), hour, zone)


def _local(day: datetime, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day.astimezone(zone).date(), time(hour), zone).astimezone(day.tzinfo)


def _brings(one: Moment, room: Room, library: Library, zone: ZoneInfo, heard: Mapping[int, datetime | None]) -> Life:
    """What one moment brings."""
    circle, terms = room.circle, room.circle.terms

    kind = "fathers" if circle.stage == FATHERS else "flowers"
    names = library.text(circle.language, f"circle.names_{kind}")

    def says(key: str, of: datetime | None = None, until: datetime | None = None) -> tuple[Line, ...]:
        on = dated(library, circle.language, of.astimezone(zone)) if of is not None else {}
        return (Line(library.text(circle.language, f"life.{key}", names=names, **on), until),)

    match one.what:
        case "welcome" | "full":
            return Life(circle=circle, lines=says(one.what), led=(one.what,) if one.what != "welcome" else ())
        case "parting":
            return Life(circle=circle, lines=says("parting", one.at + PARTS), led=("parting",))
        case "tea_soon":
            tea = one.at + TEA_TOLD
            return Life(circle=circle, lines=says("tea_soon", tea, tea + TEA_LASTS), led=("tea_soon",))
        case "question":
            return _question(one, circle, library)
        case "tea":
            opened = structs.replace(circle, terms=structs.replace(terms, tea_open=True, tea_here=False, tea_at=one.at))
            return Life(circle=opened, lines=says("tea", one.at, one.at + TEA_LASTS), led=("tea",))
        case "tea_over" if terms.tea_open:
            how = "tea_over" if terms.tea_here else "tea_alone"
            lines = tuple(structs.replace(line, inside=True) for line in says(how))
            return Life(circle=_without(circle, one), lines=lines, led=(how,))
        case "look":
            missed = absent(room, heard)
            asked = structs.replace(circle, terms=structs.replace(terms, nudged=(*terms.nudged, *missed)))
            return Life(circle=asked, told=_tell(circle, missed, "missed"))
        case "end":
            over = structs.replace(circle, state=CLOSED, next_at=None)
            return Life(circle=over, told=_tell(circle, [each.person for each in room.members], "end"), led=("end",))
    return Life(circle=circle)


def dated(library: Library, language: str, local: datetime) -> dict[str, str]:
    """A day by its name and date: many read it only on the next day, when "tomorrow" would mislead them."""
    return {"day": library.text(language, f"day.{local.weekday()}"), "date": f"{local:%d.%m}"}


def _question(one: Moment, circle: Circle, library: Library) -> Life:
    """The week's question, opened for talk. A week that stirs old pain has none, nor one whose page asks nothing.

    Where two circles became one it is that of the younger's week: nobody is asked about a page that is still to come.
    """
    week = one.week - circle.terms.ahead
    asked = structs.replace(circle, terms=structs.replace(circle.terms, asked=week))
    words = question(library, circle.stage, week, circle.language)
    text = library.text(circle.language, "life.question", question=words) if words else ""
    return Life(circle=asked, lines=(Line(text, one.at + WEEK),) if text else ())


def question(library: Library, stage: str, week: int, language: str) -> str:
    """What a circle of the stage talks about in a week: that week's question without what leads up to it; "" where none is."""
    course = library.programme(PROGRAMMES[stage])
    if not 1 <= week <= course.length or course.stirs(week):
        return ""
    said = " ".join(course.bubbles(week, "question", language))
    return next((one for one in reversed(_ENDS.split(said)) if one.endswith("?")), "")


def _tell(circle: Circle, people: Iterable[int], what: str) -> tuple[tuple[int, AnyEvent], ...]:
    return tuple((person, CircleTold(circle=circle.id, what=what)) for person in people)
