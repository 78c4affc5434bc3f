"""What protects a member from the others, and warms: hearts, report, take back, mute, hide, how posts come, leaving.

Everything is a tap on a button of the room, which stands in her chat and answers no question; what it names is a claim,
held against the posts and flowers of her own circle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from msgspec import structs

from flows import menu
from flows.circles import reading, room, waiting
from flows.circles.model import GUIDE, HOUSE, Post, Seat
from flows.circles.reading import DAILY, LIVE, ROOM, TAPPED, button, comes, way
from flows.circles.round import can_go
from flows.effects import Become, Cancel, Heart, Hush, Report, Send, TakeBack
from flows.events import Tapped
from flows.model import Button, Message, Scene, in_rows
from flows.script import speak
from flows.step import Step

MUTED_FOR = timedelta(days=1)
LISTED = 6
GLIMPSE = 40
"""Characters of a post in a list."""
LIST = "room:list"
"""The slot of the latest list, whose choice is written into it."""


def is_tap(scene: Scene, event: Tapped) -> bool:
    """Whether she taps a button of the room. Who has agreed to nothing yet has never seen one."""
    return (event.talk, event.question) == (0, TAPPED) and bool(scene.person.profile.consent)


def tapped(step: Step, verb: str) -> None:
    """What the button `verb` does."""
    name, _, about = verb.partition("_")
    if name == "enter":
        room.enter(step)
    elif name == "leave":
        room.leave(step)
    elif step.scene.seat is None:
        step.say("circle.over")
    elif name in SCREENS and not about:
        SCREENS[name](step, step.scene.seat)
    elif name in DEEDS and about:
        DEEDS[name](step, step.scene.seat, about)
    else:
        step.say("tap.old")


def _shows(step: Step, text: str, buttons: Sequence[Button] = (), wide: int = 2, *, edit: bool = False) -> None:
    """A list with its buttons, or what came of it in its place."""
    message = Message(text=text, buttons=in_rows(buttons, wide))
    step.add(Send(message=message, slot=LIST, edit=edit))


# -- the posts to choose from --------------------------------------------------------------------------------------


def _others(scene: Scene, seat: Seat) -> list[Post]:
    """The latest posts of others, oldest first."""
    hidden = scene.person.profile.ways.hidden
    seen = [post for post in seat.recent if post.flower not in {seat.flower, HOUSE, *hidden}]
    return seen[-LISTED:]


def _mine(scene: Scene, seat: Seat) -> list[Post]:
    """Those of hers that can be taken back, oldest first."""
    out = [post for post in seat.recent if post.flower == seat.flower and can_go(post, scene.now)]
    return [*out, *seat.mine][-LISTED:]


def _list(step: Step, key: str, posts: Sequence[Post], verb: Callable[[Post], str]) -> None:
    """Posts by number with their first words, and a button for each."""
    scene = step.scene
    if not posts:
        step.say(f"{key}_none")
        return
    lines = [f"{at}. {_glimpse(scene, post)}" for at, post in enumerate(posts, 1)]
    buttons = [button(scene, verb(post), str(at)) for at, post in enumerate(posts, 1)]
    _shows(step, "\n".join([scene.say(key), "", *lines]), buttons, wide=3)


def _glimpse(scene: Scene, post: Post) -> str:
    words = " ".join(post.words.split()) or scene.say("circle.a_voice")
    short = words if len(words) <= GLIMPSE else f"{words[:GLIMPSE].rstrip()}…"
    hearts = f" ❤ {post.hearts}" if post.hearts else ""
    return f"{_name(scene, post.flower)}: {short}{hearts}"


def _name(scene: Scene, flower: str) -> str:
    return scene.say("circle.guide" if flower == GUIDE else f"flower.{flower}")


# -- screens -------------------------------------------------------------------------------------------------------


def hearts(step: Step, seat: Seat) -> None:
    """To which of the latest posts she gives a heart."""
    _list(step, "circle.hearts", _others(step.scene, seat), lambda post: f"heart_{post.number}")


def report(step: Step, seat: Seat) -> None:
    """Which of the latest posts should not stand; the one she replies to needs no list."""
    quoted = seat.quoted
    if quoted is not None and quoted.flower not in {seat.flower, GUIDE, HOUSE}:
        _report(step, seat, str(quoted.number))
        return
    others = [post for post in _others(step.scene, seat) if post.flower != GUIDE]
    _list(step, "circle.report", others, lambda post: f"report_{post.number}")


def back(step: Step, seat: Seat) -> None:
    """Which of her own posts she takes back; the one she replies to needs no list."""
    quoted = seat.quoted
    if quoted is not None and quoted.flower == seat.flower:
        _back(step, seat, str(quoted.number))
        return
    _list(step, "circle.back", _mine(step.scene, seat), _back_verb)


def _back_verb(post: Post) -> str:
    return f"back_{post.number}" if post.number else f"drop_{post.id}"


def _more(step: Step, _seat: Seat) -> None:
    scene = step.scene
    muted = reading.is_muted(scene)
    verbs = ("come", "unmute" if muted else "mute", "hide")
    _shows(step, scene.say("circle.more"), [button(scene, verb) for verb in verbs])


def come(step: Step, _seat: Seat) -> None:
    """How posts come to her."""
    scene = step.scene
    hows = (DAILY, ROOM) if scene.person.profile.shared else (LIVE, DAILY, ROOM)
    now = scene.say(f"circle.do_come_{comes(scene)}")
    _shows(step, scene.say("circle.come", now=now), [button(scene, f"come_{how}") for how in hows], wide=1)


def _hide(step: Step, seat: Seat) -> None:
    scene, hidden = step.scene, step.scene.person.profile.ways.hidden
    names = [(flower, _name(scene, flower)) for flower in seat.others]
    buttons = [button(scene, f"hide_{flower}", f"{'✓ ' if flower in hidden else ''}{name}") for flower, name in names]
    _shows(step, scene.say("circle.hide" if names else "circle.hide_none"), buttons)


def _mute(step: Step, _seat: Seat) -> None:
    step.add(way(step.scene, muted_until=step.scene.now + MUTED_FOR), Cancel(key=reading.KEY))
    _shows(step, step.scene.say("circle.muted"), edit=True)
    step.add(*reading.planned_if_waiting(step.scene))


def _unmute(step: Step, _seat: Seat) -> None:
    step.add(way(step.scene, muted_until=None))
    _shows(step, step.scene.say("circle.unmuted"), edit=True)


def _quit(step: Step, _seat: Seat) -> None:
    scene = step.scene
    _shows(step, scene.say("circle.quit"), [button(scene, "quit_no"), button(scene, "quit_yes")], wide=1)


# -- deeds ---------------------------------------------------------------------------------------------------------


def _heart(step: Step, seat: Seat, about: str) -> None:
    post = _known(_others(step.scene, seat), about)
    if post is None:
        _shows(step, step.scene.say("circle.gone"), edit=True)
        return
    step.add(Heart(circle=seat.circle.id, number=post.number))
    _shows(step, step.scene.say("circle.hearted_now", flower=_name(step.scene, post.flower)), edit=True)


def _report(step: Step, seat: Seat, about: str) -> None:
    known = [*_others(step.scene, seat), *([seat.quoted] if seat.quoted is not None else [])]
    post = _known(known, about)
    if post is None or post.flower == seat.flower:
        _shows(step, step.scene.say("circle.gone"), edit=True)
        return
    step.add(Report(circle=seat.circle.id, number=post.number))
    name = _name(step.scene, post.flower)
    hide = [button(step.scene, f"hide_{post.flower}", step.scene.say("circle.do_hide_one", flower=name))]
    shown = post.flower not in step.scene.person.profile.ways.hidden and post.flower != GUIDE
    _shows(step, step.scene.say("circle.reported"), hide if shown else (), edit=True)


def _back(step: Step, seat: Seat, about: str) -> None:
    known = [*_mine(step.scene, seat), *([seat.quoted] if seat.quoted is not None else [])]
    post = _known(known, about)
    late = post is not None and not can_go(post, step.scene.now)
    if post is None or post.flower != seat.flower or late:
        _shows(step, step.scene.say("circle.too_old" if late else "circle.gone"), edit=True)
        return
    step.add(TakeBack(circle=seat.circle.id, number=post.number))
    _shows(step, step.scene.say("circle.taken_back"), edit=True)


def _drop(step: Step, seat: Seat, about: str) -> None:
    """What has not gone out; if it went out since the list was made, it is taken back by its number all the same."""
    waits = next((post for post in seat.mine if str(post.id) == about), None)
    out = next((post for post in _mine(step.scene, seat) if post.number and str(post.id) == about), None)
    if waits is not None:
        step.add(TakeBack(circle=seat.circle.id, post=waits.id))
    elif out is not None:
        step.add(TakeBack(circle=seat.circle.id, number=out.number))
    _shows(step, step.scene.say("circle.taken_back" if waits or out else "circle.gone"), edit=True)


def _hide_one(step: Step, seat: Seat, about: str) -> None:
    hidden = step.scene.person.profile.ways.hidden
    if about in hidden:
        kept, key = tuple(flower for flower in hidden if flower != about), "circle.seen_again"
    elif about in seat.others:
        kept, key = (*hidden, about), "circle.hidden"
    else:
        _shows(step, step.scene.say("circle.gone"), edit=True)
        return
    step.add(way(step.scene, hidden=kept))
    _shows(step, step.scene.say(key, flower=_name(step.scene, about)), edit=True)


def _come(step: Step, _seat: Seat, about: str) -> None:
    if about not in {LIVE, DAILY, ROOM} or (about == LIVE and step.scene.person.profile.shared):
        step.say("tap.old")
        return
    step.add(way(step.scene, come=about), Cancel(key=reading.KEY))
    _shows(step, step.scene.say(f"circle.come_{about}"), edit=True)
    step.add(*reading.planned_if_waiting(step.scene))


def _quit_now(step: Step, _seat: Seat, about: str) -> None:
    """She leaves the circle for good, or stays. Nobody is told, and nothing of it reaches her any more."""
    if about != "yes":
        _shows(step, step.scene.say("circle.stays"), edit=True)
        return
    ways = structs.replace(type(step.scene.person.profile.ways)(), offered=True)
    step.add(Hush(), *reading.departed(step.scene), Cancel(key=waiting.WELCOME))
    step.add(Become(changes={"circle_wish": "no", "circle_since": None, "ways": ways}))
    step.scene = structs.replace(step.scene, seat=None)
    _shows(step, step.scene.say("circle.quitted"), edit=True)
    step.add(speak(step.scene.say("menu.below"), keys=menu.keys(step.scene)))


def _known(posts: Sequence[Post], number: str) -> Post | None:
    return next((post for post in posts if post.number and str(post.number) == number), None)


SCREENS: dict[str, Callable[[Step, Seat], None]] = {
    "hearts": hearts,
    "report": report,
    "back": back,
    "more": _more,
    "come": come,
    "mute": _mute,
    "unmute": _unmute,
    "hide": _hide,
    "quit": _quit,
}
DEEDS: dict[str, Callable[[Step, Seat, str], None]] = {
    "heart": _heart,
    "report": _report,
    "back": _back,
    "drop": _drop,
    "hide": _hide_one,
    "come": _come,
    "quit": _quit_now,
}


def wished(screen: Callable[[Step, Seat], None]) -> Callable[[Step], None]:
    """A screen of these as a wish: by a command or from the settings."""

    def granted(step: Step) -> None:
        if step.scene.seat is None:
            step.say("circle.over")
        else:
            screen(step, step.scene.seat)

    return granted
