"""Her protections: hide, our policy, her data as a file, delete me; and what time and Telegram bring of them.

Nothing here takes anything out of a table: it says what is to be deleted, and in which order. A chat is emptied first
(`Vanish`), then she is told, then everything of hers is destroyed (`Forget`), each in a commit of its own, so that a
process killed between any two of them goes on where it stood.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flows import menu
from flows.circles import reading
from flows.concern import red
from flows.desk import cases, discreet
from flows.effects import (
    CASES,
    NOW,
    AnyEffect,
    Become,
    Cancel,
    Flag,
    Forget,
    Hand,
    Hush,
    Lane,
    Record,
    Remove,
    Schedule,
    Send,
    Vanish,
    topic_of,
)
from flows.events import Vanished
from flows.family import inviting
from flows.model import Message, Scene
from flows.programme import calendar
from flows.script import Choice, Flow, Script, ask, become, given, speak
from flows.step import Step

UNDO = timedelta(hours=24)
"""How long *delete me* can be undone on a shared phone."""
FAREWELL = timedelta(seconds=20)
"""What the last line gets to reach her before her address is destroyed."""
PATIENCE = timedelta(minutes=10)
"""Everything is destroyed by then, whether her chat could be emptied or not."""
PUSHES = ("session", "late", "nudge", "wait:*")


# -- hide --------------------------------------------------------------------------------------------------------


def hide(step: Step, when: datetime | None = None) -> None:
    """Empty the chat, cancel what is unsent, and be quiet for a day. Her open talks are dropped."""
    asked = when or step.scene.now
    step.places.clear()
    step.add(Hush(safety=True), Cancel(key="late"), Cancel(key="wait:*"))
    step.add(Become(changes={"hidden_until": step.scene.now + calendar.HIDDEN_FOR, "tonight": None}))
    step.add(*reading.closed(step.scene))
    step.add(*cases.told(step.scene, "desk.hidden"), Vanish(how="hide", at=asked))


def vanished(step: Step, event: Vanished) -> None:
    """What could be deleted is deleted."""
    if event.how == "day":
        step.add(Become(changes={"left_behind": True}))
    elif event.how == "hide":
        _hidden(step, event)
    elif step.scene.person.profile.delete_at is not None:
        _emptied(step, event)


def _hidden(step: Step, event: Vanished) -> None:
    """A neutral page, and a menu that says nothing either; nothing at all where so much time has passed that it would be a push."""
    if event.at is not None and step.scene.now - event.at > calendar.LATE:
        return
    if event.left:
        step.say("hide.left")
    keys = menu.neutral(step.scene) if step.scene.person.profile.joined else ()
    step.add(Send(message=Message(text=step.scene.say_to_all("hide.page"), keys=keys)))


def owed(step: Step) -> None:
    """She has just written: say what she does not know yet, and put again a question that vanished from her chat."""
    person, now = step.scene.person, step.scene.now
    if person.profile.left_behind and not calendar.hushed(person, now):
        step.add(Become(changes={"left_behind": False}))
        step.say("vanish.left")
    if person.profile.shared and (step.scene.case is None or step.scene.case.state != "taken"):
        step.renew(now - timedelta(hours=24))


# -- our policy, her data ----------------------------------------------------------------------------------------


def policy(step: Step) -> None:
    """What is kept, for how long, who reads it, what she may ask for; on a shared phone, how it goes there."""
    sample = ("sample",) if step.scene.desk.samples else ()
    for part in ("kept", "long", *sample, "rights_shared" if step.scene.person.profile.shared else "rights"):
        step.say(f"privacy.{part}")


def data(step: Step) -> None:
    """The file; on a shared phone never into the chat: a person of the centre can hand it over."""
    if step.scene.person.profile.shared:
        step.add(Flag(level="watch", category="data", why=step.scene.tell("desk.why.data")))
        step.say("data.shared")
        return
    step.say("data.coming")
    step.add(Hand())


# -- delete me ---------------------------------------------------------------------------------------------------


def delete(step: Step) -> None:
    """Ask whether she is sure; on a phone of her own not again after her yes: it is done, as she was told."""
    profile = step.scene.person.profile
    if profile.delete_at is not None and not profile.shared:
        step.say("delete.done")
        return
    step.leave("delete")
    step.begin("delete")


def _delete(scene: Scene, _about: str) -> Script[None]:
    shared = yield from given("shared", scene.person.profile.shared)
    sure = Choice((("no", scene.say("delete.no")), ("yes", scene.say("delete.yes"))))
    text = scene.say("delete.ask_shared" if shared else "delete.ask")
    if (yield from ask("sure", text, sure)) == "no":
        # Asked anew while an earlier yes still runs: this no is for that one too.
        yield from become(scene, delete_at=None)
        yield Cancel(key="delete")
        yield speak(scene.say("delete.kept"))
        return
    at = scene.now + UNDO if shared else scene.now
    yield from cases.told(scene, "desk.deleting_shared" if shared else "desk.deleting")
    yield from become(scene, delete_at=at)
    yield Schedule(key="delete", at=at, safety=True)
    if shared:
        undo = Choice((("undo", scene.say("delete.undo")),))
        yield from ask("undo", scene.say("delete.planned"), undo, loose=True)
        yield from become(scene, delete_at=None)
        yield Cancel(key="delete")
        yield speak(scene.say("delete.kept"))


def undo(step: Step) -> bool:
    """She came back before it was done. False: there was nothing to undo.

    On a phone of her own it was done at her yes, but for the seconds that the last line to her takes: she is told the
    same again, and what she was promised stays true.
    """
    if step.scene.person.profile.delete_at is None:
        return False
    if not step.scene.person.profile.shared:
        step.say("delete.done")
        return True
    step.leave("delete")
    step.add(Become(changes={"delete_at": None}), Cancel(key="delete"), Cancel(key="forget"))
    step.say("delete.kept")
    return True


def leave(step: Step) -> None:
    """Her time to undo it is over: nothing more comes, and the chat is emptied."""
    if step.scene.person.profile.delete_at is None:
        return
    step.places.clear()
    step.add(
        Hush(safety=True), *reading.departed(step.scene), *(Cancel(key=key) for key in PUSHES), Vanish(how="delete")
    )
    step.add(Schedule(key="forget", at=step.scene.now + PATIENCE, safety=True))


def _emptied(step: Step, event: Vanished) -> None:
    """The last line to her; on a shared phone none, for nobody is waiting for it now."""
    shared = step.scene.person.profile.shared
    if not shared:
        step.say("delete.done_left" if event.left else "delete.done")
    at = step.scene.now if shared else step.scene.now + FAREWELL
    step.add(Schedule(key="forget", at=at, safety=True))


def forget(step: Step) -> None:
    """Everything of hers is destroyed with this commit. An open case is closed, and its topic goes."""
    if step.scene.person.profile.delete_at is None:
        return
    step.places.clear()
    step.add(*inviting.forgotten(step.scene), Forget(), *_bare(step.scene))


def _bare(scene: Scene) -> list[AnyEffect]:
    case = discreet.at_desk(scene)
    if case is None:
        return []
    text = Message(text=scene.tell("desk.forgotten", number=case.number))
    effects: list[AnyEffect] = [Record(act="forgotten", case=case.number)]
    effects.append(Send(to=NOW if red(case.level) else CASES, message=text, lane=Lane.SAFETY))
    return [*effects, *([Remove(to=topic_of(case.number))] if case.state == "taken" else [])]


DELETE = Flow(name="delete", version=1, play=_delete, again=False)
