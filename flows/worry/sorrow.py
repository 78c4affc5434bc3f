"""Words of hers that tell of a loss: all about babies is held back until she has said whether it shall stop.

Only her tap stops it at once. Left unanswered the question is put once more after a week; after two weeks all that
speaks of babies stops by itself, as after a loss she has told of: better no page than a wrong one. A person is told
then, and she can ask for the pages again in "My week".
"""

from __future__ import annotations

from datetime import timedelta

from content.schema import Level
from flows.effects import Become, Flag, Hush, Lane, Schedule
from flows.model import Scene
from flows.programme import baby, calendar, pages
from flows.script import Choice, Flow, Script, ask, become, given, speak
from flows.step import Step
from flows.worry import reach, support
from flows.worry.reach import aid, opening

CATEGORY = "loss"
WHICH, QUESTION = "loss_which", "loss"
DEATH, BIRTH = "death", "birth"
KINDS = {
    **dict.fromkeys(("en.lost_child", "ru.baby_died", "tg.child_died", "tg.pregnancy_lost"), DEATH),
    **dict.fromkeys(("en.early_or_trauma", "ru.in_intensive_care", "ru.birth_hurt", "tg.early_child"), BIRTH),
}
"""Rules whose words tell which it is. After any other she is asked."""
NOTED = {DEATH: "desk.why.loss_death", BIRTH: "desk.why.loss_birth"}
AGAIN = "loss_again"
ASKED_AGAIN = timedelta(days=7)
UNSAID = timedelta(days=14)
"""Both are choices of ours, for a clinician to confirm."""


def loss(scene: Scene, level: Level, kind: str = "") -> Script[None]:
    """So sorry. One question; once she has told of it before, only that nothing comes.

    A death is met in other words than a hard birth or a child in hospital, where pages only wait. Where her own words
    did not tell which it is (`kind`), she can say it with a tap, or not.
    """
    if (yield from given("told", scene.person.profile.lost_at is not None)):
        yield aid(opening(scene, "worry.loss_known"))
        yield aid(support.who(scene, level))
        return
    yield Hush()
    yield from become(scene, loss_asked_at=scene.now, loss_again_at=None)
    told = kind or (yield from _which(scene))
    if told in NOTED:
        yield from reach.noted(scene, NOTED[told])
    if told == DEATH:
        if (yield from _stop(scene, opening(scene, "worry.loss"))):
            return
    else:
        yield from _wait(scene, opening(scene, "worry.loss_birth" if told == BIRTH else "worry.loss_unnamed"))
    if scene.case is not None:
        yield aid(support.who(scene, level))


def _which(scene: Scene) -> Script[str]:
    answers = Choice(tuple((value, scene.say(f"worry.loss_which_{value}")) for value in (DEATH, BIRTH, "unsaid")))
    text = opening(scene, "worry.loss_which")
    return str((yield from ask(WHICH, text, answers, lane=Lane.SAFETY, loose=True)))


def _wait(scene: Scene, text: str) -> Script[None]:
    """Whether pages wait until she wants them. Nothing she told us of a child is forgotten for that."""
    answers = Choice(tuple((value, scene.say(f"worry.loss_{value}")) for value in ("wait", "keep")))
    if (yield from ask(QUESTION, text, answers, lane=Lane.SAFETY, loose=True)) == "keep":
        yield from become(scene, loss_asked_at=None, loss_again_at=None)
        yield aid(scene.say("worry.loss_kept"))
        return
    yield from reach.noted(scene, "desk.why.loss_waits")
    yield from reach.put_away(scene)
    yield from become(scene, loss_asked_at=None, loss_again_at=None, paused_until=calendar.WITHOUT_END)
    yield aid(scene.say("worry.loss_waits"))


def _once_more(scene: Scene, _about: str) -> Script[None]:
    """A week later, behind a knock."""
    yield from ask("knock", scene.say("push.question"), Choice((("open", scene.say("push.open")),)), loose=True)
    yield from _stop(scene, scene.say("worry.loss_again"))


def _stop(scene: Scene, text: str) -> Script[bool]:
    """Whether all about babies stopped by her answer to this question."""
    answers = Choice(tuple((value, scene.say(f"worry.loss_{value}")) for value in ("stop", "keep")))
    if (yield from ask(QUESTION, text, answers, lane=Lane.SAFETY, loose=True)) == "stop":
        yield from baby.stopped(scene)
        yield speak(scene.say("sad.words", **support.hours(scene)))
        return True
    yield from become(scene, loss_asked_at=None, loss_again_at=None)
    yield aid(scene.say("worry.loss_kept"))
    return False


# -- while it is unanswered ----------------------------------------------------------------------------------------


def is_open(scene: Scene) -> bool:
    """Whether words of hers told of a loss, and she has not said yet what shall stop."""
    return scene.person.profile.loss_asked_at is not None


def holds_back(step: Step) -> bool:
    """Whether a push that is due gives way to a question about a loss that she has not answered."""
    profile, now = step.scene.person.profile, step.scene.now
    if profile.loss_asked_at is None:
        return False
    waited = now - profile.loss_asked_at
    if waited >= UNSAID:
        _unsaid(step)
        return True
    step.add(Schedule(key="session", at=calendar.next_day_push(step.scene.person, now)))
    if waited >= ASKED_AGAIN and profile.loss_again_at is None:
        step.let_go(baby.OF_LOSS)
        step.add(*pages.shelved(step.scene))
        step.add(Become(changes={"loss_again_at": now, "pushed": (*profile.pushed, now)[-calendar.WEEKLY_MOST :]}))
        step.begin(AGAIN)
    return True


def _unsaid(step: Step) -> None:
    """Two weeks, and no answer: what speaks of babies stops without a word to her, and a person is told."""
    step.let_go(baby.OF_LOSS)
    step.leave(AGAIN)
    asked_at = step.scene.person.profile.loss_asked_at
    step.add(*pages.shelved(step.scene))
    # Notes for the time after a loss are for one she has told of herself, and none is left over from an earlier one.
    step.add(Become(changes={"lost_at": asked_at, "loss_asked_at": None, "loss_again_at": None, "mourned": None}))
    step.add(*pages.planned(step.scene))
    step.add(Flag(level="watch", category="loss", why=step.scene.tell("desk.why.loss_unsaid")))


ONCE_MORE = Flow(name=AGAIN, version=1, play=_once_more, again=False)
