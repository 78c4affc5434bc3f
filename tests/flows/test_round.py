"""A circle's turn: one order for all, and nothing in order or time that says who wrote."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from msgspec import Struct, structs

from flows.circles.model import Circle, Post, Room, Seated
from flows.circles.round import GATHERS, REACH, follows, gathered
from flows.events import Hearted, Posted, Withdrawn
from tests.talk import MORNING

FLOWERS = ("tulip", "violet", "mallow", "iris", "jasmine")
CIRCLE = Circle(id=7, language="tg", stage="under18m", begins_at=MORNING, posts=10)


def seats(*persons: int) -> tuple[Seated, ...]:
    return tuple(
        Seated(person=one, flower=flower, joined_at=MORNING) for one, flower in zip(persons, FLOWERS, strict=False)
    )


def waiting(id: int, flower: str, words: str = "words", *, at: datetime = MORNING, **more: object) -> Post:
    return structs.replace(Post(id=id, flower=flower, at=at, words=words), **more)


def room(posts: Sequence[Post], authors: dict[int, int], chance: int = 1, **more: object) -> Room:
    made = Room(
        now=MORNING + GATHERS,
        circle=CIRCLE,
        members=seats(1, 2, 3, 4, 5),
        posts=tuple(posts),
        authors=authors,
        chance=chance,
    )
    return structs.replace(made, **more)


def copies(told: Sequence[tuple[int, object]], person: int) -> list[int]:
    """The numbers of the posts that reach a person, in their order."""
    return [event.post.number for one, event in told if one == person and isinstance(event, Posted)]


def test_all_see_one_order_and_nobody_her_own() -> None:
    posts = [waiting(100 + at, flower) for at, flower in enumerate(FLOWERS)]
    authors = {100 + at: at + 1 for at in range(5)}
    followed = follows(room(posts, authors, 12345))
    assert [post.number for post in followed.posts] == [11, 12, 13, 14, 15]
    assert followed.circle.posts == 15
    for person in range(1, 6):
        own = next(post.number for post in followed.posts if authors[post.id] == person)
        assert copies(followed.told, person) == [number for number in range(11, 16) if number != own]


def test_what_one_person_writes_stays_in_her_order() -> None:
    posts = [waiting(at, "tulip" if at % 2 else "violet") for at in range(1, 9)]
    authors = {at: at % 2 + 1 for at in range(1, 9)}
    orders = set()
    for chance in range(200):
        out = [post.id for post in follows(room(posts, authors, chance)).posts]
        assert [one for one in out if one % 2] == [1, 3, 5, 7]
        assert [one for one in out if not one % 2] == [2, 4, 6, 8]
        orders.add(tuple(out))
    assert len(orders) > 40  # of the 70 that there are


def test_the_copies_of_a_post_leave_in_any_order() -> None:
    firsts = [
        follows(room([waiting(1, "tulip")], {1: 1}, chance)).told[0][0]
        for chance in random.Random(7).sample(range(9**9), 800)
    ]
    for person in (2, 3, 4, 5):
        assert firsts.count(person) == pytest.approx(200, abs=50)


def test_of_the_moment_of_writing_and_of_her_own_message_the_others_learn_nothing() -> None:
    followed = follows(room([waiting(1, "tulip", message=4321)], {1: 1}))
    for _, event in followed.told:
        assert isinstance(event, Posted)
        assert event.post.message == 0
        assert event.post.at == MORNING + GATHERS


def test_what_somebody_left_behind_goes_to_nobody() -> None:
    followed = follows(room([waiting(1, "aster")], {1: 9}))
    assert followed.told == ()
    assert followed.circle.posts == 10


def test_held_posts_are_shown_to_the_facilitator_once() -> None:
    followed = follows(room([waiting(1, "tulip", state="held", why="link")], {1: 1}))
    assert [(post.state, post.why) for post in followed.asked] == [("asked", "link")]
    assert followed.posts == followed.asked
    assert followed.told == ()


def test_what_is_taken_back_goes_from_every_phone_as_long_as_telegram_allows() -> None:
    for age, phones in ((REACH - timedelta(minutes=1), {1, 2, 3, 4, 5, 8}), (REACH + timedelta(minutes=1), set())):
        old = waiting(1, "tulip", number=4, state="back", at=MORNING + GATHERS - age)
        followed = follows(room([old], {1: 1}, gone=(8,)))
        assert {person for person, event in followed.told if event == Withdrawn(circle=7, number=4)} == phones
        assert [(post.state, post.words) for post in followed.posts] == [("gone", "")]


def test_the_first_heart_is_told_to_the_author_alone_and_not_from_whom() -> None:
    followed = follows(room([waiting(1, "tulip", number=4, state="out", message=77)], {1: 1}))
    assert followed.told == ((1, Hearted(circle=7, number=4, message=77)),)
    assert followed.posts == ()


def test_everything_leaves_within_half_a_minute_of_its_writing() -> None:
    draw = random.Random(3)
    for chance in (draw.getrandbits(63) for _ in range(500)):
        assert GATHERS <= gathered(MORNING, chance) - MORNING < 2 * GATHERS


# -- the guesser -------------------------------------------------------------------------------------------------


class Seen(Struct, frozen=True):
    """What somebody sees who watches all five at their phones: who typed when, and which copy came where and when.

    `typed`: moments by person, to the second. `arrived`: the posts and moments on the phones of those who wrote
    nothing, in their order, as the sender carries them out one after another. (On whose phone a post does not arrive
    has written it: whoever holds all five phones in the hand needs no guess.)
    """

    typed: dict[int, datetime]
    arrived: dict[int, list[tuple[int, datetime]]]


Guess = Callable[[Seen, int, int], bool]
"""Whether the post that came first on the others' phones is that of the first of two persons."""


def first_typed_first_out(seen: Seen, one: int, other: int) -> bool:
    return seen.typed[one] < seen.typed[other]


def last_typed_first_out(seen: Seen, one: int, other: int) -> bool:
    return seen.typed[one] > seen.typed[other]


def by_the_gap(seen: Seen, one: int, other: int) -> bool:
    """Who typed closest to half a minute before the batch left began it."""
    left = min(moment for some in seen.arrived.values() for _, moment in some)
    return abs((left - seen.typed[one]).seconds - 22) < abs((left - seen.typed[other]).seconds - 22)


def by_seat(seen: Seen, one: int, other: int) -> bool:
    return one < other


def by_the_second(seen: Seen, one: int, other: int) -> bool:
    """A sum of everything, as a clock that leaks might show it."""
    left = min(moment for some in seen.arrived.values() for _, moment in some)
    return (left.microsecond // 1000 + seen.typed[one].second - seen.typed[other].second) % 2 == 0


def by_who_got_it_first(seen: Seen, one: int, other: int) -> bool:
    """Of those who wrote nothing, whoever got the first copy sits nearest to its author."""
    bystanders = sorted((some[0][1], person) for person, some in seen.arrived.items())
    nearest = bystanders[0][1]
    return abs(nearest - one) < abs(nearest - other)


def gathered_pair(draw: random.Random) -> tuple[Seen, int, int, int]:
    """Two of five write within one gathering; what is seen, the two, and whose post is number 11 in truth."""
    one, other = draw.sample(range(1, 6), 2)
    begun = MORNING + timedelta(milliseconds=draw.randrange(60_000))
    leaves = gathered(begun, draw.getrandbits(63))
    second = begun + timedelta(milliseconds=draw.randrange(int((leaves - begun) / timedelta(milliseconds=1))))
    moments = {one: begun, other: second}
    flowers = dict(zip((1, 2, 3, 4, 5), draw.sample(FLOWERS, 5), strict=True))
    posts = [waiting(1, flowers[one], at=begun), waiting(2, flowers[other], at=second)]
    followed = follows(room(posts, {1: one, 2: other}, draw.getrandbits(63), now=leaves))
    arrived: dict[int, list[tuple[int, datetime]]] = {}
    at = leaves
    for person, event in followed.told:
        at += timedelta(milliseconds=40)
        assert isinstance(event, Posted)
        if person not in (one, other):
            arrived.setdefault(person, []).append((event.post.number, at))
    typed = {person: moment.replace(microsecond=0) for person, moment in moments.items()}
    truth = {1: one, 2: other}[next(post.id for post in followed.posts if post.number == 11)]
    return Seen(typed, arrived), one, other, truth


@pytest.mark.parametrize(
    "guess",
    [first_typed_first_out, last_typed_first_out, by_the_gap, by_seat, by_the_second, by_who_got_it_first],
)
def test_whoever_watches_all_five_type_and_all_copies_arrive_guesses(guess: Guess) -> None:
    """Who wrote which of two posts gathered together: within chance, whatever is tried."""
    draw, rounds = random.Random(11), 2000
    right = 0
    for _ in range(rounds):
        seen, one, other, truth = gathered_pair(draw)
        right += (one if guess(seen, one, other) else other) == truth
    assert 0.45 <= right / rounds <= 0.55


def test_without_the_shuffle_the_guesser_would_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guesser is no fool: in the order of writing it is right every time."""
    monkeypatch.setattr("flows.circles.round.shuffled", lambda these, _: list(these))
    draw = random.Random(11)
    found = [gathered_pair(draw) for _ in range(100)]
    assert all((one if seen.typed[one] <= seen.typed[other] else other) == truth for seen, one, other, truth in found)


def test_who_writes_faster_than_the_others_read_waits_her_time_whoever_else_writes() -> None:
    late = MORNING + timedelta(minutes=2)
    posts = [waiting(1, "tulip", "a", after=late), waiting(2, "tulip", "b"), waiting(3, "violet", "c")]
    authors = {1: 1, 2: 1, 3: 2}
    followed = follows(room(posts, authors))
    assert [post.id for post in followed.posts] == [3]
    assert followed.circle.next_at == late
    then = follows(room(posts[:2], authors, now=late))
    assert [post.id for post in then.posts] == [1, 2]
    assert then.circle.next_at is None
