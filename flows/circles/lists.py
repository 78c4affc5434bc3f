"""Posts to choose from in the room: the latest of the others, and hers that can still be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flows.circles.model import GUIDE, HOUSE, Post, Seat
from flows.circles.reading import button
from flows.circles.round import can_go
from flows.effects import Send
from flows.model import Button, Message, Scene, in_rows
from flows.step import Step

LISTED = 6
GLIMPSE = 40
"""Characters of a post in a list."""
LIST = "room:list"
"""The slot of the latest list, whose choice is written into it."""


def shows(step: Step, text: str, buttons: Sequence[Button] = (), wide: int = 2, *, edit: bool = False) -> None:
    """A list with its buttons, or what came of it in its place."""
    message = Message(text=text, buttons=in_rows(buttons, wide))
    step.add(Send(message=message, slot=LIST, edit=edit))


def others(scene: Scene, seat: Seat) -> list[Post]:
    """The latest posts of others, oldest first."""
    hidden = scene.person.profile.ways.hidden
    seen = [post for post in seat.recent if post.flower not in {seat.flower, HOUSE, *hidden}]
    return seen[-LISTED:]


def mine(scene: Scene, seat: Seat) -> list[Post]:
    """Those of hers that can be taken back, oldest first."""
    out = [post for post in seat.recent if post.flower == seat.flower and can_go(post, scene.now)]
    return [*out, *seat.mine][-LISTED:]


def listed(step: Step, key: str, posts: Sequence[Post], verb: Callable[[Post], str]) -> None:
    """Posts by number with their first words, and a button for each."""
    scene = step.scene
    if not posts:
        step.say(f"{key}_none")
        return
    lines = [f"{at}. {_glimpse(scene, post)}" for at, post in enumerate(posts, 1)]
    buttons = [button(scene, verb(post), str(at)) for at, post in enumerate(posts, 1)]
    shows(step, "\n".join([scene.say(key), "", *lines]), buttons, wide=3)


def _glimpse(scene: Scene, post: Post) -> str:
    words = " ".join(post.words.split()) or scene.say("circle.a_voice")
    short = words if len(words) <= GLIMPSE else f"{words[:GLIMPSE].rstrip()}…"
    hearts = f" ❤ {post.hearts}" if post.hearts else ""
    return f"{named(scene, post.flower)}: {short}{hearts}"


def named(scene: Scene, flower: str) -> str:
    """Who wrote a post, as she knows her."""
    return scene.say("circle.guide" if flower == GUIDE else f"flower.{flower}")


def known(posts: Sequence[Post], number: str) -> Post | None:
    """The one of these posts that a button names by its number; None: it names none of them."""
    return next((post for post in posts if post.number and str(post.number) == number), None)
