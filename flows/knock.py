"""The neutral line that a push begins with: what it announces shows only on her tap, now or later today."""

from __future__ import annotations

from flows.model import Scene
from flows.programme import calendar
from flows.script import Choice, Script, ask, speak, wait

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
