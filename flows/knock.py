"""The neutral line that a push begins with: what it announces shows only on her tap, now or later today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flows import reachable
from flows.desk import discreet
from flows.model import Place, Scene
from flows.programme import calendar
from flows.script import Choice, Script, ask, speak, wait

SOON = timedelta(hours=1)
"""So much later, where a page or a question has just come and is not answered yet."""
LOOK_AGAIN = timedelta(weeks=1)
"""Where nothing may come before a sign of a silent father, it is looked at again so much later: nothing is lost."""
AT_ONCE = frozenset({"open", "next"})
"""She asked for it herself: nothing knocks."""


def knock(scene: Scene, how: str, line: str) -> Script[None]:
    """The line `line` (an id), and nothing more until she opens it. `how`: `knock`, `later`, or one of `AT_ONCE`."""
    if how in AT_ONCE:
        return
    wanted = (("open", scene.say("push.open")), ("later", scene.say("push.later")))
    answer = "later"
    if how == "knock":
        answer = yield from ask("knock", scene.say(line), Choice(wanted, columns=2), loose=True)
    if answer == "later":
        yield speak(scene.say("push.later_ok"))
        yield from wait("later", calendar.later(scene.person, scene.now))
        yield from ask("knock_again", scene.say("push.page_waits"), Choice(wanted[:1]), loose=True)


def moment(scene: Scene, places: Sequence[Place]) -> datetime | None:
    """When something outside the weeks may knock at her: now, later, or never, where she wants nothing to come.

    Where a father's silence holds it back it is looked at again each day: a sign of his lets it come before his next page.
    """
    person, now = scene.person, scene.now
    if person.state != "active" or person.profile.paused_until == calendar.WITHOUT_END:
        return None
    if (quiet := calendar.quiet_until(person, now)) > now or calendar.hushed(person, now):
        return max(quiet, now + timedelta(days=1))
    if (free := reachable.free_at(person, now)) is None:
        return None
    if free > now:
        return calendar.day_after(person, now)
    if discreet.rests(scene):
        return calendar.day_after(person, now)
    if not calendar.is_safe(person, now):
        return calendar.next_safe(person, now)
    return now + SOON if is_fresh(places, now) else now


def is_fresh(places: Sequence[Place], now: datetime) -> bool:
    """Whether a question has come so lately that nothing else knocks beside it."""
    return any(place.asked_at is not None and now - place.asked_at < calendar.QUESTION_FRESH for place in places)
