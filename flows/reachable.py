"""Whether somebody is reached: from what Telegram answers, from what was asked for, and from silence.

That Telegram takes a message says nothing of a phone: where it is blocked, all that is sent is taken and nothing
arrives. So only a sign counts, which is any word or tap. Silence is never a wish: whoever is silent is not reached,
and nothing is concluded about anybody.

For fathers more follows, since Telegram reaches many of them only now and then: what is sent meanwhile would arrive
all at once. So after a push without a sign the next one waits a week, the one after it four weeks, and then nothing
comes until there is a sign. All his pages wait where they are. For everybody else the word only informs the desk and
the figures. The spans are choices of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flows.effects import HER, Become, Lapse, Send
from flows.model import Person, Place

if TYPE_CHECKING:
    from flows.step import Step

REACHABLE, QUIET, UNREACHABLE, LEFT, OPTED_OUT = "reachable", "quiet", "unreachable", "left", "opted_out"
QUIET_AFTER, UNREACHABLE_AFTER = timedelta(weeks=2), timedelta(weeks=4)
"""So long after the first push without a sign."""
SPACES = (timedelta(0), timedelta(weeks=1), timedelta(weeks=4))
"""How long the next push waits for a father, by how many stand without a sign. With as many as these, none comes."""
FATHER = "father"
KNOCKS = frozenset({"knock", "knock_again"})
LINES = {1: "reach.waits", 2: "reach.rests"}
"""What is said in place of the next page, by how many pushes stand without a sign."""


def word(state: str, unseen: Sequence[datetime], heard_at: datetime | None, now: datetime) -> str:
    """One of the five words, from `Person.state`, `Profile.unseen` and when the last sign came."""
    if state == "left":
        return LEFT
    if state == "stopped":
        return OPTED_OUT
    first = min((at for at in unseen if heard_at is None or at > heard_at), default=now)
    if now - first >= UNREACHABLE_AFTER:
        return UNREACHABLE
    return QUIET if now - first >= QUIET_AFTER else REACHABLE


def of(person: Person, now: datetime) -> str:
    """The word for this person now."""
    return word(person.state, person.profile.unseen, person.heard_at, now)


def standing(person: Person) -> tuple[datetime, ...]:
    """The pushes since the last sign, oldest first; of more than `SPACES` has, the first ones."""
    return tuple(at for at in person.profile.unseen if person.heard_at is None or at > person.heard_at)


def rests(person: Person) -> bool:
    """Whether a father's pushes wait for longer than his days and hours say."""
    return person.role == FATHER and len(standing(person)) > 0


def free_at(person: Person, now: datetime) -> datetime | None:
    """From when on the next push may come, as far as silence decides; None: not before a sign."""
    if not rests(person):
        return now
    unseen = standing(person)
    return None if len(unseen) >= len(SPACES) else max(now, unseen[-1] + SPACES[len(unseen)])


def knocking(person: Person, places: Sequence[Place]) -> Place | None:
    """A father's knock without a sign since: it is put again rather than overtaken by the next page."""
    if not rests(person):
        return None
    heard = person.heard_at
    open_ = [one for one in places if one.question in KNOCKS and one.asked_at is not None]
    return next((one for one in reversed(open_) if heard is None or (one.asked_at or heard) > heard), None)


def counted(step: Step) -> None:
    """Keep that a push went out in this turn. One in place of another that never left counts once."""
    new = [one for one in step.effects if isinstance(one, Send) and one.to == HER and one.push and not one.edit]
    if not new:
        return
    before = standing(step.scene.person)
    if any(isinstance(one, Lapse) for one in step.effects):
        before = before[:-1]
    step.add(Become(changes={"unseen": (*before, step.scene.now)[: len(SPACES)]}))
