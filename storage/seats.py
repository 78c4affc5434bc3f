"""The seats of members, as their own turns see them: what waits to be read, what is theirs, and what can still go.

A circle that has ended can be read for two days more. Who was moved to another (two became one, one became two) sees
there too what she had not read, and can take back what she wrote where she sat before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec import structs
from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.circles.model import CLOSED, Circle, Former, Post, Seat
from flows.circles.round import REACH
from storage.circles import NAMES, PRESENT, Circles, named
from storage.database import Database
from storage.posts import NOT_OUT, SAID, Of, Posts
from storage.schema import circle_members, circles, posts

MOST_UNREAD = 50
"""Posts a member is shown at once; who was away longer sees the latest."""
RECENT = 20
"""Of so many of the latest posts she can say which she gives a heart, reports or takes back, without replying to it."""

_people: Any = bindparam("people", expanding=True)
_sits = and_(circle_members.c.left_at.is_(None), or_(circles.c.state != CLOSED, circles.c.ends_at > bindparam("since")))
SAT = (
    select(
        circle_members.c.person_id,
        circle_members.c.name,
        circle_members.c.joined_at,
        circle_members.c.left_at,
        circle_members.c.read,
        circles,
    )
    .join(circles, circles.c.id == circle_members.c.circle_id)
    .where(circle_members.c.person_id.in_(_people), or_(_sits, circle_members.c.left_at > bindparam("since")))
    .order_by(circle_members.c.joined_at)
)
"""Where each sits, and where she sat so lately that her words can still go."""
MINE = select(posts).where(posts.c.person_id.in_(_people), posts.c.state.in_(NOT_OUT)).order_by(posts.c.id)


class Seats:
    """Reads seats. Every method works within the caller's transaction."""

    def __init__(self, db: Database) -> None:
        """Open with the keys of `db`."""
        self._circles = Circles(db)
        self._posts = Posts(db)

    async def of(
        self, conn: AsyncConnection, people: Collection[int], quoted: dict[int, tuple[int, int]], now: datetime
    ) -> dict[int, Seat]:
        """The seats of those who have one. `quoted`: the circle and number of the post a person replied to."""
        sat = (await conn.execute(SAT, {"people": list(people), "since": now - REACH})).all() if people else []
        alive = self._circles.alive_of({row.id: row for row in sat}.values())
        found, before = _parted([row for row in sat if row.id in alive])
        if not found:
            return {}
        known = [*found, *(one for some in before.values() for one in some)]
        here = await named(conn, PRESENT, {row.id for row in found})
        names = await named(conn, NAMES, {row.id for row in known})
        wanted = [and_(posts.c.circle_id == row.id, posts.c.number > _from(row)) for row in known]
        wanted += [and_(posts.c.circle_id == of, posts.c.number == number) for of, number in quoted.values()]
        said = await self._posts.said(
            conn, SAID.where(posts.c.state == "out", or_(*wanted)).order_by(posts.c.number), names
        )
        mine = await self._posts.said(conn, MINE.params(people=[row.person_id for row in found]), names)
        return {
            row.person_id: structs.replace(
                _seat(row, alive[row.id], here, quoted, said=said.get(row.id, []), mine=mine.get(row.id, [])),
                former=tuple(_former(one, said.get(one.id, []), now) for one in before[row.person_id]),
            )
            for row in found
        }


def _parted(sat: list[Any]) -> tuple[list[Any], dict[int, list[Any]]]:
    """Where each sits now, and where she sat before she was moved there; who left by herself has left it behind."""
    found: dict[int, Any] = {}
    for row in sat:
        if row.left_at is None and (row.person_id not in found or row.state != CLOSED):
            found[row.person_id] = row
    before: defaultdict[int, list[Any]] = defaultdict(list)
    for row in sat:
        seat = found.get(row.person_id)
        if seat is not None and row.id != seat.id and row.left_at in {None, seat.joined_at}:
            before[row.person_id].append(row)
    return list(found.values()), before


def _from(row: Any) -> int:
    """The number after which posts are looked at."""
    return int(min(row.posts - RECENT, max(row.read, row.posts - MOST_UNREAD)))


def _seat(
    row: Any, circle: Circle, here: Of, quoted: dict[int, tuple[int, int]], *, said: list[Post], mine: list[Post]
) -> Seat:
    of, number = quoted.get(row.person_id, (0, 0))
    return Seat(
        circle=circle,
        flower=row.name,
        joined_at=row.joined_at,
        others=tuple(
            sorted(flower for (circle, person), flower in here.items() if circle == row.id and person != row.person_id)
        ),
        read=row.read,
        unread=_unread(row, said),
        quoted=next((_for_others(post) for post in said if of == row.id and post.number == number), None),
        recent=tuple(_for_others(post) for post in said if post.number > row.posts - RECENT),
        mine=tuple(post for post in mine if post.flower == row.name),
    )


def _former(row: Any, said: list[Post], now: datetime) -> Former:
    mine = (_for_others(post) for post in said if post.flower == row.name and now - post.at < REACH)
    return Former(circle=row.id, unread=_unread(row, said), mine=tuple(mine))


def _unread(row: Any, said: list[Post]) -> tuple[Post, ...]:
    since = max(row.read, row.posts - MOST_UNREAD)
    return tuple(_for_others(post) for post in said if post.number > since and post.flower != row.name)


def _for_others(post: Post) -> Post:
    """Without the number of the message that said it, which is its author's business."""
    return structs.replace(post, message=0)
