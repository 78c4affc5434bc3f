"""What protects a member from the others, and warms: hearts, report, take back, mute, hide, how posts come, leaving.

Everything is a tap on a button of the room, which stands in her chat and answers no question; what it names is a claim,
held against the posts and flowers of her own circle.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from msgspec import structs

from flows import menu
from flows.circles import lists, reading, room, waiting
from flows.circles.model import CLOSED, GUIDE, HOUSE, Seat
from flows.circles.reading import DAILY, LIVE, ROOM, TAPPED, button, comes, way
from flows.circles.round import can_go
from flows.effects import Become, Cancel, Heart, Hush, Report, TakeBack
from flows.events import Tapped
from flows.model import Scene
from flows.script import speak
from flows.step import Step

MUTED_FOR = timedelta(days=1)
WHEN_OVER = frozenset({"back", "drop", "past"})
"""What is left of the room for two days after the circle has ended."""


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
    elif step.scene.seat is None or (step.scene.seat.circle.state == CLOSED and name not in WHEN_OVER):
        step.say("circle.over")
    elif name in SCREENS and not about:
        SCREENS[name](step, step.scene.seat)
    elif name in DEEDS and about:
        DEEDS[name](step, step.scene.seat, about)
    else:
        step.say("tap.old")


# -- screens -------------------------------------------------------------------------------------------------------


def hearts(step: Step, seat: Seat) -> None:
    """To which of the latest posts she gives a heart."""
    lists.listed(step, "circle.hearts", lists.others(step.scene, seat), lambda post: f"heart_{post.number}")


def report(step: Step, seat: Seat) -> None:
    """Which of the latest posts should not stand; the one she replies to needs no list."""
    quoted = seat.quoted
    if quoted is not None and quoted.flower not in {seat.flower, GUIDE, HOUSE}:
        _report(step, seat, str(quoted.number))
        return
    others = [post for post in lists.others(step.scene, seat) if post.flower != GUIDE]
    lists.listed(step, "circle.report", others, lambda post: f"report_{post.number}")


def back(step: Step, seat: Seat) -> None:
    """Which of her own posts she takes back; the one she replies to needs no list."""
    quoted = seat.quoted
    if quoted is not None and quoted.flower == seat.flower:
        _back(step, seat, str(quoted.number))
        return
    now = [(post, f"back_{post.number}" if post.number else f"drop_{post.id}") for post in lists.mine(step.scene, seat)]
    before = [(post, f"past_{one.circle}_{post.number}") for one in seat.former for post in one.mine]
    verbs = dict([*before, *now][-lists.LISTED :])
    lists.listed(step, "circle.back", list(verbs), verbs.__getitem__)


def _more(step: Step, _seat: Seat) -> None:
    scene = step.scene
    muted = reading.is_muted(scene)
    verbs = ("come", "unmute" if muted else "mute", "hide")
    lists.shows(step, scene.say("circle.more"), [button(scene, verb) for verb in verbs])


def come(step: Step, _seat: Seat) -> None:
    """How posts come to her."""
    scene = step.scene
    hows = (DAILY, ROOM) if scene.person.profile.shared else (LIVE, DAILY, ROOM)
    now = scene.say(f"circle.do_come_{comes(scene)}")
    lists.shows(step, scene.say("circle.come", now=now), [button(scene, f"come_{how}") for how in hows], wide=1)


def _hide(step: Step, seat: Seat) -> None:
    scene, hidden = step.scene, step.scene.person.profile.ways.hidden
    names = [(flower, lists.named(scene, flower)) for flower in seat.others]
    buttons = [button(scene, f"hide_{flower}", f"{'✓ ' if flower in hidden else ''}{name}") for flower, name in names]
    lists.shows(step, scene.say("circle.hide" if names else "circle.hide_none"), buttons)


def _mute(step: Step, _seat: Seat) -> None:
    step.add(way(step.scene, muted_until=step.scene.now + MUTED_FOR), Cancel(key=reading.KEY))
    lists.shows(step, step.scene.say("circle.muted"), edit=True)
    step.add(*reading.planned_if_waiting(step.scene))


def _unmute(step: Step, _seat: Seat) -> None:
    step.add(way(step.scene, muted_until=None))
    lists.shows(step, step.scene.say("circle.unmuted"), edit=True)


def _quit(step: Step, _seat: Seat) -> None:
    scene = step.scene
    lists.shows(step, scene.say("circle.quit"), [button(scene, "quit_no"), button(scene, "quit_yes")], wide=1)


# -- deeds ---------------------------------------------------------------------------------------------------------


def _heart(step: Step, seat: Seat, about: str) -> None:
    post = lists.known(lists.others(step.scene, seat), about)
    if post is None:
        lists.shows(step, step.scene.say("circle.gone"), edit=True)
        return
    step.add(Heart(circle=seat.circle.id, number=post.number))
    lists.shows(step, step.scene.say("circle.hearted_now", flower=lists.named(step.scene, post.flower)), edit=True)


def _report(step: Step, seat: Seat, about: str) -> None:
    known = [*lists.others(step.scene, seat), *([seat.quoted] if seat.quoted is not None else [])]
    post = lists.known(known, about)
    if post is None or post.flower == seat.flower:
        lists.shows(step, step.scene.say("circle.gone"), edit=True)
        return
    step.add(Report(circle=seat.circle.id, number=post.number))
    name = lists.named(step.scene, post.flower)
    hide = [button(step.scene, f"hide_{post.flower}", step.scene.say("circle.do_hide_one", flower=name))]
    shown = post.flower not in step.scene.person.profile.ways.hidden and post.flower != GUIDE
    lists.shows(step, step.scene.say("circle.reported"), hide if shown else (), edit=True)


def _back(step: Step, seat: Seat, about: str) -> None:
    known = [*lists.mine(step.scene, seat), *([seat.quoted] if seat.quoted is not None else [])]
    post = lists.known(known, about)
    late = post is not None and not can_go(post, step.scene.now)
    if post is None or post.flower != seat.flower or late:
        lists.shows(step, step.scene.say("circle.too_old" if late else "circle.gone"), edit=True)
        return
    step.add(TakeBack(circle=seat.circle.id, number=post.number))
    lists.shows(step, step.scene.say("circle.taken_back"), edit=True)


def _past(step: Step, seat: Seat, about: str) -> None:
    """What she wrote where she sat before she was moved here: it goes from the phones of those who read it there."""
    circle, _, number = about.partition("_")
    former = next((one for one in seat.former if str(one.circle) == circle), None)
    post = lists.known(former.mine, number) if former is not None else None
    if former is None or post is None or not can_go(post, step.scene.now):
        lists.shows(step, step.scene.say("circle.too_old"), edit=True)
        return
    step.add(TakeBack(circle=former.circle, number=post.number))
    lists.shows(step, step.scene.say("circle.taken_back"), edit=True)


def _drop(step: Step, seat: Seat, about: str) -> None:
    """What has not gone out; if it went out since the list was made, it is taken back by its number all the same."""
    waits = next((post for post in seat.mine if str(post.id) == about), None)
    out = next((post for post in lists.mine(step.scene, seat) if post.number and str(post.id) == about), None)
    if waits is not None:
        step.add(TakeBack(circle=seat.circle.id, post=waits.id))
    elif out is not None:
        step.add(TakeBack(circle=seat.circle.id, number=out.number))
    lists.shows(step, step.scene.say("circle.taken_back" if waits or out else "circle.gone"), edit=True)


def _hide_one(step: Step, seat: Seat, about: str) -> None:
    hidden = step.scene.person.profile.ways.hidden
    if about in hidden:
        kept, key = tuple(flower for flower in hidden if flower != about), "circle.seen_again"
    elif about in seat.others:
        kept, key = (*hidden, about), "circle.hidden"
    else:
        lists.shows(step, step.scene.say("circle.gone"), edit=True)
        return
    step.add(way(step.scene, hidden=kept))
    lists.shows(step, step.scene.say(key, flower=lists.named(step.scene, about)), edit=True)


def _come(step: Step, _seat: Seat, about: str) -> None:
    if about not in {LIVE, DAILY, ROOM} or (about == LIVE and step.scene.person.profile.shared):
        step.say("tap.old")
        return
    step.add(way(step.scene, come=about), Cancel(key=reading.KEY))
    lists.shows(step, step.scene.say(f"circle.come_{about}"), edit=True)
    step.add(*reading.planned_if_waiting(step.scene))


def _quit_now(step: Step, _seat: Seat, about: str) -> None:
    """She leaves the circle for good, or stays. Nobody is told, and nothing of it reaches her any more."""
    if about != "yes":
        lists.shows(step, step.scene.say("circle.stays"), edit=True)
        return
    ways = structs.replace(type(step.scene.person.profile.ways)(), offered=True)
    step.add(Hush(), *reading.departed(step.scene), Cancel(key=waiting.WELCOME))
    step.add(Become(changes={"circle_wish": "no", "circle_since": None, "ways": ways}))
    step.scene = structs.replace(step.scene, seat=None)
    lists.shows(step, step.scene.say("circle.quitted"), edit=True)
    step.add(speak(step.scene.say("menu.below"), keys=menu.keys(step.scene)))


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
    "past": _past,
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
