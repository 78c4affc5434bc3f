"""The room of her circle: she enters, writes, reads, leaves. While she is in it, what she types goes to the circle.

The bot retypes every word. What concern found in them was answered before they come here. A reply to a post goes to the
circle wherever she is; a reply to anything else, a command, a label and the words of a button in front of her never do.
"""

from __future__ import annotations

from functools import lru_cache

from content.library import Library
from flows.circles import reading, waiting
from flows.circles.model import CLOSED, Seat
from flows.circles.reading import button, is_in, way
from flows.circles.round import REACH
from flows.effects import HER, AnyEffect, Become, Cancel, Lane, Reads, Send
from flows.menu import day_and_date
from flows.model import Button, Scene
from flows.script import plain, slot, speak
from flows.step import Step

AT_ONCE = 12
"""So many posts are shown as she enters; more, the oldest first, on a tap."""
PANEL = ("hearts", "report", "back", "more")
SMALL = ("come", "mute", "unmute", "hide", "come_live", "come_daily", "come_room", "quit_no", "quit_yes")
VERBS = {**{verb: verb for verb in (*PANEL, *SMALL, "enter", "leave", "quit")}, "further": "enter"}
"""What the words of a button of the room do, by the end of their id."""
Rows = tuple[tuple[Button, ...], ...]


# -- in and out ----------------------------------------------------------------------------------------------------


def enter(step: Step) -> None:
    """She enters: what she has not read yet, then where her words go from now on. Without a circle: whether she wants one."""
    scene, seat = step.scene, step.scene.seat
    if seat is None:
        waiting.opened(step)
        return
    if seat.circle.state == CLOSED:
        _ended(step, seat)
        return
    if scene.person.profile.ways.greets:
        step.leave(waiting.WELCOME)
        step.begin(waiting.WELCOME, "open")
        return
    if seat.circle.begins_at > scene.now:
        step.say("circle.begins", flower=flower(scene, seat), **day_and_date(scene, seat.circle.begins_at))
        return
    rows = _read_up(step, seat)
    step.add(Become(changes={"room_until": scene.now + reading.idle(scene)}))
    step.add(way(step.scene, said=False))
    rest = "circle.room_resting" if seat.circle.state == "resting" else "circle.room"
    step.add(speak(scene.say(rest, flower=flower(scene, seat)), buttons=(*rows, *panel(scene))))


def _read_up(step: Step, seat: Seat) -> Rows:
    """What she has not read yet, so much at once; the button that brings more, where there is more."""
    scene, ways = step.scene, step.scene.person.profile.ways
    before, new = reading.before(scene, seat), reading.unread(scene, seat)
    every = [*before, *((seat.circle.id, post) for post in new)]
    for circle, post in every[:AT_ONCE]:
        step.add(reading.shown(scene, circle, post, opened=True, lane=Lane.REPLY))
    for former in seat.former:
        if read := [post.number for circle, post in every[:AT_ONCE] if circle == former.circle]:
            step.add(Reads(circle=former.circle, number=read[-1]))
    more = len(every) > AT_ONCE
    if not more:
        upto = seat.circle.posts
    else:
        upto = max((post.number for circle, post in every[:AT_ONCE] if circle == seat.circle.id), default=seat.read)
    shown = tuple(number for number in ways.shown if number > upto)
    step.add(Reads(circle=seat.circle.id, number=upto), Cancel(key=reading.KEY), way(scene, shown=shown))
    return ((button(scene, "enter", scene.say("circle.do_further")),),) if more else ()


def _ended(step: Step, seat: Seat) -> None:
    """For two days after its end she can read what was said last and take her words back; or she asks for another circle."""
    scene = step.scene
    until = (seat.circle.ends_at or scene.now) + REACH
    step.add(Become(changes={"room_until": None}))
    rows = _read_up(step, seat)
    text = scene.say("circle.ended", **day_and_date(scene, until))
    step.add(speak(text, buttons=(*rows, (button(scene, "back"),))))
    if not rows:
        waiting.opened(step)


def panel(scene: Scene) -> Rows:
    """The buttons of the room."""
    hearts, report, back, more = (button(scene, verb) for verb in PANEL)
    return (hearts, report), (back, more), (button(scene, "leave"), button(scene, "quit"))


def leave(step: Step) -> None:
    """She leaves the room: what she types goes to the bot again."""
    step.add(Become(changes={"room_until": None}), way(step.scene, left_at=step.scene.now))
    step.say("circle.left")


def interrupted(step: Step, before: tuple[int, str] | None) -> None:
    """Another question has come before her in the room (`before`: the one that was open): what she types answers that.

    She is told so. A question that buttons alone answer, about a way of speaking, leaves her in the room.
    """
    now = standing(step)
    if not is_in(step.scene) or now is None or now == before or now[1] == "idiom":
        return
    step.add(Become(changes={"room_until": None}))
    lane = Lane.SAFETY if any(isinstance(one, Send) and one.lane is Lane.SAFETY for one in step.effects) else Lane.REPLY
    step.add(speak(step.scene.say("circle.out"), lane))
    question_last(step)


def question_last(step: Step) -> None:
    """What she is asked stands at the end of her screen, below what she hears of her words.

    Of the lines in the lane of safety nothing but a line or two goes before it: all of them leave at once.
    """
    top = step.open()
    name = "" if top is None or top[1].lane is not Lane.SAFETY else slot(top[0].talk)
    asked = [one for one in step.effects if isinstance(one, Send) and one.to == HER and name and one.slot == name]
    if asked and not asked[-1].edit:
        step.effects.remove(asked[-1])
        step.effects.append(asked[-1])


def standing(step: Step) -> tuple[int, str] | None:
    """The talk she is in and the name of its open question."""
    top = step.open()
    return None if top is None else (top[0].talk, top[1].question)


def called(scene: Scene, effects: list[AnyEffect]) -> list[AnyEffect]:
    """The effects of a turn of the desk's. Where a person's words reach her in the room, it closes: she will answer them."""
    reached = any(isinstance(one, Send) and one.to == HER and one.receipt and not one.held for one in effects)
    if not (reached and is_in(scene)):
        return effects
    return [*effects, Become(changes={"room_until": None}), speak(scene.say("circle.out"))]


def is_word(step: Step, text: str) -> str:
    """The button of the room whose words she has typed, in any of our languages; "" if they are none.

    Outside the room only where nothing else is open: an answer is an answer, and a person who writes with her is told.
    """
    verb = "" if step.is_button(text) else _labels(step.scene.library).get(plain(text), "")
    if not verb or is_in(step.scene):
        return verb
    top = step.open()
    busy = step.scene.case is not None or (top is not None and not top[1].loose)
    return "" if step.scene.seat is None or busy else verb


@lru_cache(maxsize=4)
def _labels(library: Library) -> dict[str, str]:
    """What the words of each button of the room do, in all languages."""
    codes = [language.code for language in library.languages]
    return {plain(library.text(code, f"circle.do_{said}")): verb for code in codes for said, verb in VERBS.items()}


def flower(scene: Scene, seat: Seat) -> str:
    """Her name in the circle."""
    return scene.say(f"flower.{seat.flower}")
