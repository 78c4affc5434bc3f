"""The week: one flow plays every session of every programme, one plays the pulse, one the late answer.

`about` of a session is `programme:week:push:how`: push 0 reflects and plays, 1 is the have-a-go, 2 the question and
the pulse; `how` is `knock` for a push, `open` when she opened it herself from the menu.
"""

from __future__ import annotations

from flows import calendar, capacity, first_week, research, support
from flows.effects import Flag, Keep, Release
from flows.model import Scene
from flows.script import Choice, Flow, Scale, Script, ask, become, given, speak, wait

PUSHES = 3
LOW = 2
LOWEST = 1


def _session(scene: Scene, about: str) -> Script[None]:
    programme, number, push, how = about.split(":")
    week = int(number)
    if how == "knock":
        yield from _knock(scene)
    yield from capacity.told(scene)
    if push == "0" and week > 1:
        yield from _followed_up(scene, week - 1)
    if week > scene.library.programme(programme).length:
        yield speak(scene.say("session.no_more"))
    elif push == "0":
        yield from _reflect_and_play(scene, programme, week)
    elif push == "1":
        yield from _bubbles(scene, programme, week, "have_a_go")
        yield from first_week.offered(scene, week, quiet=_is_quiet(scene, how))
    else:
        yield from _bubbles(scene, programme, week, "question")
        mood = yield from pulse(scene)
        well = mood is not None and mood > LOW
        yield from research.asked(scene, well=well and _is_quiet(scene, how))


def _is_quiet(scene: Scene, how: str) -> bool:
    """Whether no other page waits behind this one: an offer she leaves alone would hold it back."""
    standing = [place for place in scene.places if not place.question.startswith("~")]
    return how == "open" or len(standing) <= 1


def _knock(scene: Scene) -> Script[None]:
    """The neutral line first; what is in the page shows only on her tap."""
    wanted = (("open", scene.say("push.open")), ("later", scene.say("push.later")))
    answer = yield from ask("knock", scene.say("push.page"), Choice(wanted, columns=2), loose=True)
    if answer == "later":
        yield speak(scene.say("push.later_ok"))
        yield from wait("later", calendar.later(scene.person, scene.now))
        yield from ask("knock_again", scene.say("push.page_waits"), Choice(wanted[:1]), loose=True)


def _reflect_and_play(scene: Scene, programme: str, week: int) -> Script[None]:
    yield speak(scene.library.programme(programme).title(week, scene.person.language))
    yield from _bubbles(scene, programme, week, "reflect")
    go = Choice((("go", scene.say("session.play_go")),))
    yield from ask("play", scene.say("session.play_ready"), go, loose=True)
    yield from _bubbles(scene, programme, week, "play")
    yield speak(scene.say("session.end"))


def _followed_up(scene: Scene, week: int) -> Script[None]:
    """How the last have-a-go went; glad of any answer."""
    tried = tuple((value, scene.say(f"tried.{value}")) for value in ("yes", "partly", "no"))
    answer = yield from ask("tried", scene.say("tried.ask"), Choice(tried), skip=True, loose=True)
    if answer is not None:
        yield Keep(question=f"tried.{week}", value=answer)
        yield speak(scene.say(f"tried.glad_{answer}"))


def _bubbles(scene: Scene, programme: str, week: int, part: str) -> Script[None]:
    for text in scene.library.programme(programme).bubbles(week, part, scene.person.language):  # type: ignore[arg-type]
        yield speak(text)


def pulse(scene: Scene, *, asked: bool = False) -> Script[int | None]:
    """Five faces, one tap; gives the answer. Low offers company, lowest asks the safety question; no score is shown.

    Left out when she answered one in the last days, unless she asked for it herself, and while check-ins wait.
    """
    if (yield from capacity.waits(scene, asked=asked)):
        return None
    if (yield from given("fresh", calendar.pulse_is_fresh(scene.person, scene.now) and not asked)):
        return None
    faces = Scale(1, tuple(scene.say(f"pulse.{value}") for value in range(1, 6)))
    mood = yield from ask("mood", scene.say("pulse.ask"), faces, skip=True, loose=True)
    if mood is None:
        yield speak(scene.say("pulse.skipped"))
        return None
    scene = yield from become(scene, pulsed_at=scene.now)
    yield Keep(question="pulse.mood", value=mood)
    if mood == LOWEST and (yield from support.safety_question(scene, in_pulse=True)) != "no":
        return int(mood)
    if mood <= LOW:
        yield from _company(scene)
    else:
        yield speak(scene.say("pulse.thanks"))
    return int(mood)


def _company(scene: Scene) -> Script[None]:
    wanted = Choice((("yes", scene.say("word.yes")), ("no", scene.say("word.no"))), columns=2)
    company = yield from ask("company", scene.say("pulse.company"), wanted)
    if company == "yes":
        yield Flag(level="watch", category="asked", why=scene.tell("desk.why.company"))
        yield speak(scene.say("pulse.company_yes", emergency=support.emergency(scene), **support.hours(scene)))
    else:
        yield speak(scene.say("pulse.thanks"))


def _pulse(scene: Scene, about: str) -> Script[None]:
    if about == "knock":
        wanted = (("open", scene.say("push.open")),)
        yield from ask("knock", scene.say("push.question"), Choice(wanted), loose=True)
    yield from capacity.told(scene)
    yield from pulse(scene, asked=True)


def _late(scene: Scene, _about: str) -> Script[None]:
    """An answer she is no longer waiting for is a push: it knocks, and comes on her tap."""
    yield from ask("knock", scene.say("push.answer"), Choice((("open", scene.say("push.open")),)), loose=True)
    yield Release()


SESSION = Flow(name="session", version=1, play=_session)
PULSE = Flow(name="pulse", version=1, play=_pulse)
LATE = Flow(name="late", version=1, play=_late)
