"""What somebody may send or say at the end of a week, if they like: words for whoever is near to the child, or far away.

A father's own words stand at the end of his week, with a way to write at once. Beside them may be a button to what the
mothers' weeks that go with his own offer to him. It hangs on nothing but what he himself has ticked: it does not go
away when she leaves or the desk freezes the link, for then he could read it off. What it shows is written for every
family, and the same for all; nothing of it depends on her, on what she reads or on whether she reads anything.
The week of the mothers on safe and unsafe love has none, and the check of the content holds it so.
"""

from __future__ import annotations

from content.courses import Part, Programme
from flows.events import Tapped
from flows.family.model import GO, MOTHER
from flows.model import Button, Scene
from flows.programme import calendar, pages
from flows.script import Script, given, speak
from flows.step import Step

HOOK: Part = "hook"
NO_TALK = 0
"""The buttons belong to no talk, and stay."""
DADS, MUMS, GRANDMOTHERS = "dads", "mums", "grandmothers"
WRITE, BOTH, AWAY = "write", "both", "away"


def words(scene: Scene, course: Programme, week: int, push: int) -> Script[tuple[str, ...]]:
    """A father's own words, behind the last page of a week; none elsewhere."""
    if course.id != DADS or push != pages.order(course, week)[-1]:
        return ()
    wordings = yield from given("hook", list(calendar.wordings(scene.person, scene.now)))
    return course.bubbles(week, HOOK, scene.person.language, wordings)


def under(scene: Scene, course: Programme, week: int, push: int) -> Script[tuple[tuple[Button, ...], ...]]:
    """The buttons under the last words of a week, where the week has words to send or say."""
    if push != pages.order(course, week)[-1] or not course.course.weeks[week - 1].hook:
        return ()
    if course.id == GRANDMOTHERS:
        return ((_button(scene, f"{AWAY}.{week}"),),)
    if course.id != DADS:
        return ()
    both = yield from given("both", _may(scene) and bool(_for_both(scene, week)))
    return tuple((_button(scene, name),) for name in ((WRITE, f"{BOTH}.{week}") if both else (WRITE,)))


def is_tap(scene: Scene, event: Tapped) -> bool:
    """Whether such a button was pressed."""
    return (event.talk, event.question) == (NO_TALK, HOOK) and scene.person.profile.joined


def play(step: Step, event: Tapped) -> None:
    """What the button leads to; nothing of it is told to anybody."""
    name, _, number = event.value.partition(".")
    if name == WRITE:
        step.leave("home")
        step.begin("home")
        return
    texts = _texts(step.scene, name, int(number)) if number.isdecimal() else ()
    for text in texts or (step.scene.say("hook.none"),):
        step.add(speak(text))


def _texts(scene: Scene, name: str, week: int) -> tuple[str, ...]:
    if name == BOTH:
        return _for_both(scene, week) if _may(scene) else ()
    course = scene.library.programme(GRANDMOTHERS)
    if name != AWAY or not 1 <= week <= course.length:
        return ()
    return course.bubbles(week, HOOK, scene.person.language, calendar.wordings(scene.person, scene.now))


def _may(scene: Scene) -> bool:
    """Whether he has ticked it in a link of his, whatever became of the link."""
    return any(one.who == MOTHER and one.state == "linked" and GO in one.gives for one in scene.person.profile.kin)


def _for_both(scene: Scene, week: int) -> tuple[str, ...]:
    """What the mothers' weeks that go with this week of his offer to a father."""
    dads, mums = (scene.library.programmes.get(name) for name in (DADS, MUMS))
    if dads is None or mums is None or not 1 <= week <= dads.length:
        return ()
    wordings = calendar.wordings(scene.person, scene.now)
    pairs = [pair for pair in dads.course.weeks[week - 1].pairs if pair <= mums.length]
    return tuple(text for pair in pairs for text in mums.bubbles(pair, HOOK, scene.person.language, wordings))


def _button(scene: Scene, name: str) -> Button:
    return Button(scene.say(f"hook.{name.partition('.')[0]}"), f"{NO_TALK}:{HOOK}:{name}")
