"""A circle's turn: what was written goes out in one order for all, shuffled among what waits, so that time names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct, structs

from flows.circles.model import Circle, Post, Room
from flows.events import AnyEvent, Posted, Withdrawn

GATHERS = timedelta(seconds=15)
"""So long at least a post waits for others to leave beside it; at most twice as long. All are out within a minute."""


class Round(Struct, frozen=True, kw_only=True):
    """What follows from a circle's turn: the circle and its posts as they are now, and whom to tell what.

    `asked`: held posts of which the facilitator is to be told now, oldest first.
    """

    circle: Circle
    posts: tuple[Post, ...] = ()
    told: tuple[tuple[int, AnyEvent], ...] = ()
    asked: tuple[Post, ...] = ()


def gathered(now: datetime, chance: int) -> datetime:
    """When a post written now is to leave at the latest."""
    return now + GATHERS + timedelta(milliseconds=chance % int(GATHERS / timedelta(milliseconds=1)))


def follows(room: Room) -> Round:
    """What follows from a look at the circle. Pure."""
    fresh = shuffled([post for post in room.posts if post.state == "waiting"], room.chance)
    back = [post for post in room.posts if post.state == "back"]
    first = room.circle.posts + 1
    out = [structs.replace(post, number=first + at, state="out") for at, post in enumerate(fresh)]
    gone = [structs.replace(post, state="gone", words="") for post in back]
    told: list[tuple[int, AnyEvent]] = [
        (member.person, Posted(circle=room.circle.id, post=post))
        for post in out
        for member in room.members
        if member.person != room.authors.get(post.id)
    ]
    told += [
        (member.person, Withdrawn(circle=room.circle.id, number=post.number))
        for post in gone
        for member in room.members
        if post.number
    ]
    circle = structs.replace(room.circle, posts=room.circle.posts + len(out), next_at=None)
    return Round(circle=circle, posts=(*out, *gone), told=tuple(told))


def shuffled(posts: Sequence[Post], chance: int) -> list[Post]:
    """In an order that chance gives."""
    left, order = list(posts), []
    while left:
        chance, at = divmod(chance, len(left))
        order.append(left.pop(at))
    return order
