"""She leaves her circle, sits in another, is taken out of one: what of the old one still counts, and what never comes."""

from __future__ import annotations

import pytest
from msgspec import structs

from flows.circles.model import Post
from flows.effects import Reword, TakeBack, Vacate
from flows.events import CircleTold, Said
from tests.talk import Her


@pytest.fixture
def her() -> Her:
    return Her().joins().sits()


def told(her: Her, what: str, about: str = "", circle: int = 7) -> Her:
    return her._event(CircleTold(circle=circle, what=what, about=about))


def plans(her: Her) -> set[str]:
    return {key for key in her.kept.due if key.startswith("news:")}


def test_what_was_to_be_said_to_a_member_is_not_said_once_she_has_left(her: Her) -> None:
    told(her, "warned", "1")
    assert plans(her) == {"news:warned"}
    her.says("/circle").quietly().taps("Leave for good").quietly().taps("Yes, leave for good").quietly()
    assert plans(her) == set()


@pytest.mark.parametrize("what", ["warned", "refused", "muted", "dropped", "missed"])
def test_what_comes_for_a_member_after_she_left_is_for_nobody(her: Her, what: str) -> None:
    her.kept.seat = None
    told(her, what, "1").hears()
    assert plans(her) == set()


def test_who_is_taken_out_hears_that_and_nothing_that_came_before_it(her: Her) -> None:
    told(her, "warned", "1")
    her.kept.seat = None
    told(her, "removed", "1")
    assert plans(her) == {"news:removed"}


def test_where_circles_become_one_she_still_does_not_see_whom_she_hid_and_sees_every_new_post(her: Her) -> None:
    ways = structs.replace(her.person.profile.ways, hidden=("rose", "iris"), shown=(1, 2, 3))
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, ways=ways))
    her.kept.seat = structs.replace(her.kept.seat, circle=structs.replace(her.kept.seat.circle, id=8, posts=0))
    told(her, "merged", "tulip:iris>iris:rose>peony:tulip>tulip", circle=8)
    assert her.person.profile.ways.hidden == ("peony", "iris")
    assert her.person.profile.ways.shown == ()


def test_who_turns_out_to_be_under_18_sits_in_no_circle_any_more(her: Her) -> None:
    her.says("/settings").quietly()
    for label in ("About me", "Who I am", "Mother", "No"):
        her.taps(label).quietly()
    assert any(isinstance(one, Vacate) for one in her.to_circle)


def test_the_room_is_closed_when_the_phone_becomes_shared(her: Her) -> None:
    her.says("/circle").quietly()
    assert her.person.profile.room_until is not None
    her.says("/settings").quietly().taps("Phone and language").quietly()
    her.taps("In whose hands it is").quietly().taps("Others hold it too").quietly()
    assert her.person.profile.shared
    assert her.person.profile.room_until is None


def test_a_long_word_that_waits_in_two_posts_is_changed_whole(her: Her) -> None:
    her.says("/circle").quietly()
    halves = tuple(
        Post(id=id, flower="tulip", at=her.now, words=words, message=40) for id, words in ((1, "one"), (2, "my number"))
    )
    her.kept.seat = structs.replace(her.kept.seat, mine=halves)
    her._event(Said(text="only this", message=40, edited=True, at=her.now))
    (anew,) = [one for one in her.to_circle if isinstance(one, Reword)]
    assert (anew.post, anew.words) == (1, "only this")
    assert [one.post for one in her.to_circle if isinstance(one, TakeBack)] == [2]
