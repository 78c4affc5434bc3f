"""Help: the numbers, the one safety question, a word to a person.

Levels, what is said at once and who answers follow the triage table; wording was modelled on its six examples.
Help texts travel by the safety lane and never wait for anything.
"""

from __future__ import annotations

from datetime import timedelta

from content.schema import Level
from flows import calendar
from flows.concern import LEVELS, Finding, red
from flows.effects import Cancel, Flag, Lane, Schedule
from flows.model import Scene
from flows.script import Flow, Script, Words, ask, given, speak

SILENCE = timedelta(minutes=15)
"""No answer to the safety question for this long, after words about dying, counts as `urgent` (triage, rule 4)."""

DANGERS = {"infant_danger": "danger.baby", "mother_danger": "danger.mother"}
DYING = "self_harm"
QUESTION = "dying"
"""The safety question's name, whichever flow puts it."""


def emergency(scene: Scene) -> str:
    """The emergency numbers, one a line, unverified ones marked as such."""
    language = scene.person.language or scene.source
    lines = []
    for number in scene.library.numbers:
        if number.emergency:
            mark = "" if number.verified else f" ({scene.say('help.unchecked')})"
            lines.append(f"{number.number} — {number.name[language]}{mark}")
    return "\n".join(lines)


def hours(scene: Scene) -> dict[str, str]:
    """`opens` and `closes` of the desk as texts need them."""
    return {"opens": f"{scene.desk.opens}:00", "closes": f"{scene.desk.closes}:00"}


def _safety(scene: Scene, about: str) -> Script[None]:
    """After worrying words (`about` is their level): numbers at once for `now`, else the one question first."""
    if about == "now":
        yield speak(scene.say("safety.now", emergency=emergency(scene)), Lane.SAFETY)
        yield speak(scene.say(_who_comes(scene), **hours(scene)), Lane.SAFETY)
        return
    yield from safety_question(scene)


def safety_question(scene: Scene, *, in_pulse: bool = False) -> Script[str]:
    """The one plain question, and what follows each answer; gives the answer back.

    Silence and "rather not say" raise the level only after words about dying, not after a face in the pulse; and
    after such words a person writes to her whatever she answers.
    """
    if not in_pulse:
        yield Schedule(key="silence", at=scene.now + SILENCE, safety=True)
    answers = tuple((value, scene.say(f"safety.{value}")) for value in ("yes", "no", "unsaid", "help"))
    answer = yield from ask(
        QUESTION,
        scene.say("safety.ask_pulse" if in_pulse else "safety.ask"),
        Words(answers, columns=2),
        lane=Lane.SAFETY,
    )
    yield Cancel(key="silence")
    if answer == "no" and in_pulse:
        return "no"
    if answer != "no":
        why = "desk.why.safety_unsaid" if answer == "unsaid" else "desk.why.safety_yes"
        typed = answer not in {value for value, _ in answers}
        # Words typed into an open case have reached it already.
        words = answer if typed and scene.case is None else ""
        level: Level = "watch" if answer == "unsaid" and in_pulse else "urgent"
        yield Flag(level=level, category=DYING, why=scene.tell(why), words=words)
    after = "safety.after_no" if answer in {"no", "unsaid"} else "safety.after_yes"
    yield speak(scene.say(after, emergency=emergency(scene), **hours(scene)), Lane.SAFETY)
    if after == "safety.after_yes":
        yield speak(scene.say(_who_comes(scene), **hours(scene)), Lane.SAFETY)
    return str(answer)


def _who_comes(scene: Scene) -> str:
    """Which line says truthfully who will read, and when."""
    return "who.open" if calendar.desk_open(scene.desk, scene.now) else "who.closed"


def _person(scene: Scene, _about: str) -> Script[None]:
    """Talk to a person. Outside opening hours no text is taken, as nobody would read it before the morning."""
    if not (yield from given("open", calendar.desk_open(scene.desk, scene.now))):
        yield speak(scene.say("person.closed", emergency=emergency(scene), **hours(scene)))
        return
    cancel = (("cancel", scene.say("person.cancel")),)
    words = yield from ask("words", scene.say("person.ask", **hours(scene)), Words(cancel))
    if words == "cancel":
        yield speak(scene.say("person.cancelled"))
        return
    yield Flag(level="concern", category="asked", why=scene.tell("desk.why.asked"), words=words)
    yield speak(scene.say("person.sent", **hours(scene)))


def higher(level: str, than: str) -> bool:
    """Whether one level is above another."""
    return LEVELS.index(level) > LEVELS.index(than)


def is_dying(finding: Finding) -> bool:
    """Whether concern read words about dying."""
    return finding.category == DYING


def is_red(finding: Finding | None) -> bool:
    """Whether a finding is `urgent` or `now`."""
    return finding is not None and red(finding.level)


SAFETY = Flow(name="safety", version=1, play=_safety, again=False)
PERSON = Flow(name="person", version=1, play=_person)
