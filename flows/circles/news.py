"""What concerns one member alone: a kind word of her facilitator, a post that did not go out, the end of her circle.

It knocks inside her safe hours with a line that says nothing, and is read on her tap; in the room it is said. `CircleTold.what`:

- `warned`, `refused`, `removed`: `about` is which of three sentences the facilitator chose;
- `released`: what waited for the facilitator has gone out; `unsent`: the circle ended before it could;
- `muted`, `dropped`, `missed`, `end`: nothing more;
- `merged`, `split`: she sits in another circle now, `about` is her flower there, and how those who came along were
  called and are called now (`iris:tulip>rose:violet>violet`);
- `waits`: `about` is why she waits and until when at the earliest; she is not told, she finds it where she asks;
- `case`: the facilitator called the desk; `about` is the level and what she had written.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

from content.schema import Level
from flows.circles import reading
from flows.effects import Become, Cancel, Flag, Lane, Schedule
from flows.events import CircleTold
from flows.knock import LOOK_AGAIN, SOON, moment
from flows.menu import day_and_date
from flows.model import Scene
from flows.programme import calendar
from flows.script import Choice, Flow, Script, ask, speak
from flows.step import Step

KEY = reading.NEWS
"""The due row that brings it: `news:warned`, about the sentence. A later piece of news of a kind replaces an earlier one."""
CHOSEN = frozenset({"warned", "refused", "removed"})
MOVED = frozenset({"merged", "split"})
SAID = CHOSEN | MOVED | {"released", "unsent", "muted", "dropped", "missed", "end"}
AT_ONCE = frozenset({"warned", "refused", "released", "muted", "dropped"})
"""What is said without a knock to whoever is in the room at this moment: she waits for what became of her words."""
TO_MEMBERS = MOVED | {"warned", "refused", "released", "muted", "dropped", "missed"}
"""What concerns only somebody who sits in the circle: who has left it meanwhile hears nothing any more."""
SENTENCES = frozenset({"1", "2", "3"})
HERE_AGAIN = timedelta(days=1)
"""Who was heard of within this time is not told that the circle has been without her."""
CATEGORY = "circle"
"""The category of a case that a facilitator opened."""


def brought(step: Step, event: CircleTold) -> None:
    """It happened: what is to be done at once, and when she hears of it."""
    scene = step.scene
    if event.what == "waits":
        step.add(Become(changes={"circle_date": event.about}))
    elif event.what == "case":
        step.add(*_called(scene, event.about))
    elif event.what in SAID and _concerns(scene, event):
        if event.what in {"removed", "end"}:
            step.add(Cancel(key=f"{KEY}:*"), Cancel(key=reading.KEY), Become(changes={"room_until": None}))
        elif event.what in MOVED:
            step.add(_with_others(scene, event))
        elif event.what in AT_ONCE and reading.is_there(scene):
            step.add(speak(words(scene, event.what, event.about), Lane.CIRCLE))
            return
        step.add(Schedule(key=f"{KEY}:{event.what}", at=scene.now, about=event.about))


def _concerns(scene: Scene, event: CircleTold) -> bool:
    """Whether it concerns her still: she sits there, or, where it is about the end of it, has not left by herself."""
    if event.what in TO_MEMBERS:
        return scene.seat is not None and scene.seat.circle.id == event.circle
    return scene.person.profile.circle_wish != "no"


def _with_others(scene: Scene, event: CircleTold) -> Become:
    """What she had set for her circle, in the words of the one she sits in now: whom she hid she still does not see."""
    names = dict(pair.split(">", 1) for pair in event.about.split(":")[1:] if ">" in pair)
    hidden = tuple(names[flower] for flower in scene.person.profile.ways.hidden if flower in names)
    return reading.way(scene, hidden=hidden, shown=())


def _called(scene: Scene, about: str) -> list[Flag]:
    """A case, with the words the facilitator was worried by: her number of rules is none, a person raised it."""
    level, _, words = about.partition(":")
    known: tuple[Level, ...] = get_args(Level)
    found = next((one for one in known if one == level), None)
    why = scene.tell("desk.why.circle")
    return [Flag(level=found, category=CATEGORY, why=why, words=words)] if found is not None else []


def came_due(step: Step, what: str, about: str) -> None:
    """The moment to knock: now, later, or never, where she wants nothing to come by itself."""
    scene, person, now = step.scene, step.scene.person, step.scene.now
    if what == "missed" and person.heard_at is not None and now - person.heard_at < HERE_AGAIN:
        return  # she was here meanwhile
    if reading.is_there(scene):
        if said := words(scene, what, about):
            step.add(speak(said, Lane.CIRCLE))
        return
    endless = person.profile.paused_until == calendar.WITHOUT_END
    if person.state != "active" or endless or not words(scene, what, about):
        return
    at = moment(scene, step.places)
    if at is None:
        at = now + LOOK_AGAIN
    elif at <= now and reading.is_in(scene):
        at = now + SOON  # what asks in the room closes it
    elif at <= now or (at == now + SOON and not calendar.is_safe(person, at)):
        at = _beside_her_circle(scene)  # a page holds it back for hours, and not from day to day with the next page
    if at > now:
        step.add(Schedule(key=f"{KEY}:{what}", at=at, about=about))
        return
    step.add(reading.way(scene, knocked_at=now))
    step.begin(FLOW.name, f"{what}:{about}")


def _beside_her_circle(scene: Scene) -> datetime:
    """When it may knock beside the lines of her circle: once a day on a shared phone, and not on top of another."""
    person, now, knocked = scene.person, scene.now, scene.person.profile.ways.knocked_at
    if person.profile.shared and reading.knocked_today(scene):
        return calendar.day_after(person, now)
    if knocked is not None and now - knocked < calendar.QUESTION_FRESH:
        return calendar.next_safe(person, now + SOON)
    return now


def words(scene: Scene, what: str, about: str) -> str:
    """What she reads; "" where there is nothing of this kind."""
    if what in CHOSEN:
        return scene.say(f"news.{what}_{about}") if about in SENTENCES else ""
    if what in MOVED:
        return scene.say(f"news.{what}", flower=scene.say(f"flower.{about.partition(':')[0]}"))
    if what == "muted":
        until = scene.seat.circle.terms.muted.get(scene.person.id) if scene.seat is not None else None
        told = until is not None and until > scene.now
        return scene.say("news.muted", **day_and_date(scene, until)) if told and until is not None else ""
    return scene.say(f"news.{what}") if what in SAID else ""


def _news(scene: Scene, about: str) -> Script[None]:
    what, _, more = about.partition(":")
    wanted = Choice((("open", scene.say("push.open")),))
    yield from ask("knock", scene.say("news.knock"), wanted, loose=True)
    yield speak(words(scene, what, more) or scene.say("news.pause_over"))


FLOW = Flow(name="circle_news", version=1, play=_news, again=False)
