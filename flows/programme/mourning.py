"""Notes for the time after a loss she has told of: rare, behind a neutral knock, and ended by one tap.

They come in the four weeks in which nothing else does, too; one she left unopened waits in "My week"; never beside an open red case, and never on a day or in a
week that has brought enough: the one row that brings all pushes waits for that (`flows/rhythm.py`).
"""

from __future__ import annotations

from flows.model import Scene
from flows.programme import grief, pages, timed
from flows.script import Choice, Flow, Script, ask, become, speak

ENOUGH = "enough"
OPENED = "open"
"""How a note comes that she opened herself from "My week": it need not knock. What comes by itself has no how."""


def _mourning(scene: Scene, about: str) -> Script[None]:
    """She opens it, or wants no more of these, before she has read it or after. `about` is `shelf/page` or `open:shelf/page`."""
    how, _, named = about.rpartition(":")
    enough = (ENOUGH, scene.say("tracks.mourning_enough"))
    opened = Choice(((OPENED, scene.say("push.open")), enough))
    if how == OPENED or (yield from ask("knock", scene.say("push.words"), opened, loose=True)) == OPENED:
        said = yield from timed.spoken(scene, named)
        yield from said[:-1]
        if not said:
            return
        last = said[-1].message
        yield from ask(ENOUGH, last.text, Choice((enough,)), loose=True, under=last.buttons)
    scene = yield from become(scene, mourned=None)
    yield from pages.planned(scene)
    yield speak(scene.say("tracks.mourning_no_more"))


FLOW = Flow(name=grief.SHELF, version=1, play=_mourning)
