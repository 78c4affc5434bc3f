"""Help: the numbers, the one safety question, a word to a person.

Levels, what is said at once and who answers follow the triage table; wording was modelled on its six examples.
Help texts travel by the safety lane and never wait for anything.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from content.schema import Level
from flows import menu
from flows.concern import LEVELS, Finding, red
from flows.desk import cases, discreet, duty, numbers
from flows.effects import Cancel, Flag, Keep, Lane, Schedule
from flows.model import Scene
from flows.programme import calendar
from flows.script import Flow, Script, Words, ask, given, speak
from flows.worry import reach

SILENCE = timedelta(minutes=15)
"""No answer to the safety question for this long, after words about dying, counts as `urgent` (triage, rule 4)."""

DANGERS = {"infant_danger": "danger.baby", "mother_danger": "danger.mother"}
DYING = "self_harm"
After = Literal["dying", "mood", "pulse"]
QUESTION = "dying"
"""The safety question's name, whichever flow puts it."""


def emergency(scene: Scene) -> str:
    """The emergency numbers, one a line, unverified ones marked as such, overdue ones dated."""
    return numbers.emergency(scene)


def hours(scene: Scene) -> dict[str, str]:
    """When the desk reads, by her own clock: `opens` and `closes` of now or the next time, and `next`, with its day."""
    span = duty.opening(scene.desk, scene.now)
    if span is None:
        usual = {"opens": f"{scene.desk.opens}:00", "closes": f"{scene.desk.closes}:00"}
        return {**usual, "next": scene.say("duty.unknown")}
    begins, ends, now = (one.astimezone(scene.person.tz) for one in (span.begins, span.ends, scene.now))
    ahead = max(0, (begins.date() - now.date()).days)
    key = f"duty.day_{ahead}" if ahead in {0, 1} else f"duty.weekday_{begins.weekday()}"
    date = "" if ahead < calendar.DAYS_OF_WEEK else f" ({begins:%d.%m})"
    closes = _clock(ends) if ends.hour or ends.minute else "24:00"
    return {"opens": _clock(begins), "closes": closes, "next": scene.say(key, hour=_clock(begins)) + date}


def _clock(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02}"


def aim(scene: Scene, minutes: int) -> str:
    """So many minutes in her words: as hours where they are whole ones."""
    if minutes % 60:
        return scene.say("duty.minutes", n=minutes)
    return scene.say("duty.hour") if minutes == 60 else scene.say("duty.hours", n=minutes // 60)


def _safety(scene: Scene, about: str) -> Script[None]:
    """After worrying words (`about` is their level): numbers at once for `now`, else the one question first."""
    if about == "now":
        yield speak(reach.opening(scene, "safety.now", emergency=emergency(scene)), Lane.SAFETY)
        yield speak(who(scene, "now"), Lane.SAFETY)
        yield from reach.asked(scene)
        return
    yield from safety_question(scene, scene.say("safety.ask"), level=level_of(about))


def safety_question(
    scene: Scene, text: str, *, after: After = "dying", level: Level = "none", keep: str = ""
) -> Script[str]:
    """The one plain question, and what follows each answer; gives the answer back.

    `text` ends with the question; `level` is that of the words it follows. Silence and "rather not say" raise the
    level only `after` words about dying, not after a face in the `pulse` or words of a low `mood`; and after words a
    person writes to her whatever she answers. Whatever she types instead counts as yes, but for thanks and greetings:
    these answer nothing, and the question stays open. `keep`: the name under which her answer is kept; of words she
    typed, which are with the case, only that there were some.
    """
    if after == "dying":
        yield Schedule(key="silence", at=scene.now + SILENCE, safety=True)
    answers = tuple((value, scene.say(f"safety.{value}")) for value in ("yes", "no", "unsaid", "help"))
    idle, leaves = menu.courtesies(scene.library), scene.say("safety.settled")
    kind = Words(answers, columns=2, idle=idle)
    answer = yield from ask(QUESTION, text, kind, lane=Lane.SAFETY, leaves=leaves)
    yield Cancel(key="silence")
    typed = answer not in {value for value, _ in answers}
    if keep:
        yield Keep(question=keep, value="words" if typed else answer)
    if answer == "no" and after == "pulse":
        return "no"
    grave = answer not in {"no", "unsaid"} or (answer == "unsaid" and after == "dying")
    if answer != "no":
        yield Flag(
            level="urgent" if grave else "watch",
            category=DYING,
            why=scene.tell("desk.why.safety_unsaid" if answer == "unsaid" else "desk.why.safety_yes"),
            # Words typed into an open case have reached it already.
            words=answer if typed and scene.case is None else "",
        )
    yield from _answered(scene, "safety.after_no" if answer in {"no", "unsaid"} else "safety.after_yes")
    # Silence may have raised it meanwhile.
    case_is_red = yield from given("red", discreet.rests(scene))
    if grave or red(level) or case_is_red:
        yield from reach.asked(scene)
    return str(answer)


def _answered(scene: Scene, after: str) -> Script[None]:
    yield speak(scene.say(after, emergency=emergency(scene), **hours(scene)), Lane.SAFETY)
    if after == "safety.after_yes":
        yield speak(who(scene, "urgent"), Lane.SAFETY)


def who(scene: Scene, level: Level, *, soon: bool = False) -> str:
    """Who will write to her and when, truthfully: by the level, or a graver one of her open case, and the desk's hours.

    `soon` is a `concern` that does not wait for the next working day. While a person writes with her, only that.
    """
    case, agreed = scene.case, scene.desk.book.aims
    if case is not None and case.state == "taken":
        return scene.say("said.passed_on")
    here = calendar.desk_open(scene.desk, scene.now)
    gravest = max(level, discreet.level(case) if case is not None else "none", key=LEVELS.index)
    if red(gravest):
        if case is not None and cases.is_late(scene, case):
            return scene.say("who.late")
        minutes = agreed.now if gravest == "now" else agreed.urgent if here else agreed.urgent_closed
        if here:
            return scene.say("who.now" if gravest == "now" else "who.open", aim=aim(scene, minutes))
        if duty.has_rota(scene.desk) and duty.is_staffed(scene.desk, scene.now):
            return scene.say("who.on_duty", aim=aim(scene, minutes))
        return scene.say("who.closed", **hours(scene))
    if soon:
        return scene.say("who.soon" if here else "who.soon_closed", **hours(scene), aim=aim(scene, agreed.soon))
    return scene.say("who.day", **hours(scene))


def _person(scene: Scene, _about: str) -> Script[None]:
    """Talk to a person. Outside opening hours she is told so.

    With no rota at all no text is taken then, for nobody would be called if it were grave.
    """
    is_open = yield from given("open", calendar.desk_open(scene.desk, scene.now))
    if not is_open and not (yield from given("rota", duty.has_rota(scene.desk))):
        yield speak(scene.say("person.closed", emergency=emergency(scene), **hours(scene)))
        return
    cancel = (("cancel", scene.say("person.cancel")),)
    asks = scene.say("person.ask", **hours(scene))
    if not is_open:
        asks = scene.say("person.ask_later", emergency=emergency(scene), **hours(scene))
    words = yield from ask("words", asks, Words(cancel))
    if words == "cancel":
        yield speak(scene.say("person.cancelled"))
        return
    # Words typed into a case that people read have reached it already.
    kept = "" if scene.case is not None and not cases.is_call(scene.case) else words
    yield Flag(level="concern", category="asked", why=scene.tell("desk.why.asked"), words=kept)
    yield speak(scene.say("person.sent", **hours(scene)))


def level_of(about: str) -> Level:
    """The level a talk was begun with."""
    return next(level for level in LEVELS if level == about)


def higher(level: Level, than: Level) -> bool:
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
