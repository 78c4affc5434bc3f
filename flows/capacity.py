"""Capacity: how many mothers the staff can carry, and the waiting list once that is reached.

The programme, *Help now* and *Talk to a person* are open to everybody. Check-ins and circles wait, because every
check-in may ask for a person and about one mother in four is expected to need one (hazard 8 of the safety notes: a
cap on enrolment keeps the desk from drowning).

Entry check-ins need no queue of their own to be staggered: the first pulse comes with the third page of a mother's
own week, on one of three sets of days she chose, at a minute spread over her part of the day by her id
(`calendar.her_minute`). So a hundred mothers who join on one morning are asked on three different days, in four parts
of the day, and no two sets of weeks need the same hour of the staff.
"""

from __future__ import annotations

from flows.effects import AnyEffect, Become, Record
from flows.model import Capacity, Scene
from flows.script import Script, become, given, speak

ADMIT = "admit"
"""The due row that ends somebody's waiting; `about` is MOVED or RAISED."""

MOVED, RAISED = "moved", "raised"
"""Why there is room: another mother has gone, or the desk can carry more. Only the first says how fast a list moves."""

COUNTED_WEEKS = 4


def full(capacity: Capacity | None) -> bool:
    """Whether one more has to wait: no place is free, or those before her will need it."""
    if capacity is None or capacity.limit is None:
        return False
    return capacity.limit - capacity.active <= capacity.waiting


def weeks(capacity: Capacity) -> int | None:
    """How many weeks one more would wait if the list moved as in the last four; None: it has not moved yet."""
    if not capacity.moved or capacity.limit is None:
        return None
    before = capacity.waiting - max(0, capacity.limit - capacity.active)
    return max(1, -(-(before + 1) * COUNTED_WEEKS // capacity.moved))


def seated(scene: Scene) -> Script[Scene]:
    """At the end of joining: a mother for whom there is no room goes on the list, and is told so once."""
    if not (yield from given("waits", scene.person.role == "mother" and full(scene.capacity))):
        return scene
    scene = yield from become(scene, waits_since=scene.now, waited=True)
    known = None if scene.capacity is None else weeks(scene.capacity)
    when = scene.say("capacity.unknown") if known is None else scene.say("capacity.weeks", n=known)
    yield speak(scene.say("capacity.waits", when=when))
    return scene


def waits(scene: Scene, *, asked: bool) -> Script[bool]:
    """Whether check-ins wait for her; said again only when she `asked` for one herself."""
    waiting = yield from given("check_ins_wait", scene.person.waits_since is not None)
    if waiting and asked:
        yield speak(scene.say("capacity.not_yet"))
    return waiting


def told(scene: Scene) -> Script[None]:
    """On a page she opens: that there is room for her now, once."""
    person = scene.person
    if (yield from given("room", person.profile.waited and person.waits_since is None)):
        yield from become(scene, waited=False)
        yield speak(scene.say("capacity.room"))


def admitted(scene: Scene, why: str) -> list[AnyEffect]:
    """Her waiting ends. She hears of it on her next page: it is no reason for a push."""
    if scene.person.waits_since is None:
        return []
    return [Become(changes={"waits_since": None}), Record(act=f"admitted:{why}")]
