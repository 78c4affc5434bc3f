"""A circle's turn: what was written goes out in one order for all, shuffled among what waits, so that time names nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TypeVar

from msgspec import Struct, structs

from flows.circles.model import RELEASED, Circle, Post, Room
from flows.events import AnyEvent, CircleTold, Hearted, Posted, Withdrawn

T = TypeVar("T")
GATHERS = timedelta(seconds=15)
"""So long at least a post waits for others to leave beside it; at most twice as long. All are out within a minute."""
REACH = timedelta(hours=48) - timedelta(minutes=5)
"""So long after a post went out it can be taken back from phones: Telegram's 48 hours, less what clocks may differ."""


class Round(Struct, frozen=True, kw_only=True):
    """What follows from a circle's turn: the circle and its posts as they are now, and whom to tell what.

    `asked`: held posts of which the facilitator is to be told now, oldest first; `reported`: rows of which each says that
    some member finds the post it `answers` should not stand.
    """

    circle: Circle
    posts: tuple[Post, ...] = ()
    told: tuple[tuple[int, AnyEvent], ...] = ()
    asked: tuple[Post, ...] = ()
    reported: tuple[Post, ...] = ()


def gathered(now: datetime, chance: int) -> datetime:
    """When a post written now is to leave at the latest."""
    return now + GATHERS + timedelta(milliseconds=chance % int(GATHERS / timedelta(milliseconds=1)))


def follows(room: Room) -> Round:
    """What follows from a look at the circle. Pure."""
    here = {0, *(member.person for member in room.members)}
    waiting, later = _ready(room, here)
    first = room.circle.posts + 1
    out = [
        structs.replace(post, number=first + at, state="out", at=room.now, after=None, why="")
        for at, post in enumerate(_in_order(room, waiting))
    ]
    back = [post for post in room.posts if post.state == "back"]
    asked = tuple(structs.replace(post, state="asked") for post in room.posts if post.state == "held")
    reported = tuple(post for post in room.posts if post.state == "reported")
    gone = [structs.replace(post, state="gone", words="", voice="") for post in (*back, *reported)]
    released = [post for post in waiting if post.why == RELEASED]
    told = [*_copies(room, out), *_withdrawals(room, back), *_thanks(room), *_freed(room, released)]
    circle = structs.replace(room.circle, posts=room.circle.posts + len(out), next_at=later)
    return Round(circle=circle, posts=(*out, *gone, *asked), told=tuple(told), asked=asked, reported=reported)


def _ready(room: Room, here: set[int]) -> tuple[list[Post], datetime | None]:
    """What may go out now, and when the next of the rest may. Behind a post of hers that has to wait her later ones wait."""
    ready: list[Post] = []
    later: dict[int, datetime] = {}
    for post in room.posts:
        author = room.authors.get(post.id, 0)
        if post.state != "waiting" or author not in here:
            continue
        if post.after is not None and post.after > room.now:
            later[author] = max(post.after, later.get(author, post.after))
        elif author not in later:
            ready.append(post)
    return ready, min(later.values(), default=None)


def can_go(post: Post, now: datetime) -> bool:
    """Whether Telegram still lets us take it from phones."""
    return now - post.at < REACH


def shuffled(these: Sequence[T], chance: int) -> list[T]:
    """In an order that chance gives."""
    left, order = list(these), []
    while left:
        chance, at = divmod(chance, len(left))
        order.append(left.pop(at))
    return order


def _in_order(room: Room, waiting: Sequence[Post]) -> Iterable[Post]:
    """Shuffled; but what one person wrote stays in the order in which she wrote it."""
    authors = [room.authors.get(post.id, 0) for post in waiting]
    hers = {author: iter([post for post in waiting if room.authors.get(post.id, 0) == author]) for author in authors}
    return [next(hers[author]) for author in shuffled(authors, _chance(room, "order"))]


def _copies(room: Room, out: Iterable[Post]) -> Iterable[tuple[int, AnyEvent]]:
    """Each post to all but its author, to one after the other in an order of its own."""
    for post in out:
        for member in shuffled(room.members, _chance(room, f"copies {post.number}")):
            if member.person != room.authors.get(post.id):
                copy = structs.replace(post, message=0)  # the number of her own message is nobody's business
                yield member.person, Posted(circle=room.circle.id, post=copy)


def _withdrawals(room: Room, back: Iterable[Post]) -> Iterable[tuple[int, AnyEvent]]:
    """To everybody on whose phone it may stand, her own too: her words stand there as the post."""
    phones = shuffled([*(member.person for member in room.members), *room.gone], _chance(room, "back"))
    for post in back:
        if post.number and can_go(post, room.now):
            yield from ((person, Withdrawn(circle=room.circle.id, number=post.number)) for person in phones)


def _thanks(room: Room) -> Iterable[tuple[int, AnyEvent]]:
    """Whose post got its first heart hears so, once, and not from whom."""
    here = {member.person for member in room.members}
    for post in room.posts:
        author = room.authors.get(post.id)
        if post.state == "out" and author in here:
            yield author, Hearted(circle=room.circle.id, number=post.number, message=post.message)


def _freed(room: Room, released: Iterable[Post]) -> Iterable[tuple[int, AnyEvent]]:
    """Whose words waited for the facilitator hears that they are out."""
    for post in released:
        if author := room.authors.get(post.id):
            yield author, CircleTold(circle=room.circle.id, what="released")


def _chance(room: Room, what: str) -> int:
    """Random bits for one purpose: nothing about one order can be told from another."""
    drawn = blake2b(f"{room.chance}:{room.circle.id}:{what}".encode(), digest_size=32)
    return int.from_bytes(drawn.digest(), "big")
