"""One flow plays every screening instrument: item by item, and then what follows by the table (`follow.py`).

`about` is `instrument:how:reason`. `how`: `knock` where it comes by itself, `offer` where it is offered first, `open`
where she asked for it. `reason` is a word of ours that is kept with the result. A check-in is never called a test; no
score, no band and no verdict is shown to her.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from content.instruments import Instrument, Item
from content.schema import Level
from flows.checkins import follow, instruments, left, sitting
from flows.checkins.follow import Follow
from flows.checkins.sitting import KNOCKS, UNSAID, Sitting
from flows.concern import LEVELS, red
from flows.effects import Begin, Cancel, Flag, Leave
from flows.model import Place, Scene
from flows.script import Choice, Flow, Script, ask, become, given, paired, speak
from flows.step import Step
from flows.worry import reach, support
from flows.worry.reach import aid

NAME = sitting.NAME
BY_DESK = sitting.BY_DESK
HELP = "help"
How = Literal["knock", "offer", "open"]


# -- at the front door ---------------------------------------------------------------------------------------------


def about(instrument: str, how: How, reason: str) -> str:
    """What the flow is begun with."""
    return f"{instrument}:{how}:{reason}"


def begin(step: Step, instrument: str, how: How, reason: str) -> None:
    """Begin a check-in in place of an older one that is still open."""
    step.add(*given_way(step.places))
    step.begin(NAME, about(instrument, how, reason))


def given_way(places: Sequence[Place]) -> list[Leave]:
    """What ends the check-ins among these talks, so that one is open at a time; a question about her safety stays."""
    return [Leave(talk=place.talk) for place in places if left.gives_way(place)]


def is_before_her(step: Step) -> bool:
    """Whether the open question is one of a check-in that she has opened: it is never put without a tap of hers."""
    top = step.open()
    return top is not None and top[0].flow == NAME and top[0].question not in KNOCKS


# -- the flow ------------------------------------------------------------------------------------------------------


def _screening(scene: Scene, about: str) -> Script[None]:
    id, how, reason = about.split(":", 2)
    one = scene.library.instruments.get(id)
    if one is None or not one.structure.bands:
        return
    yield from given("begun", scene.now.isoformat())
    begun_in = yield from given("language", scene.person.language)
    if (yield from given("expired", one.has_expired(scene.now.date()))):
        return
    if not (yield from _entered(scene, one, how, reason)):
        return
    yield from _followed(scene, (yield from _sat(scene, one, reason, begun_in, told=how == "offer")))


def _entered(scene: Scene, one: Instrument, how: str, reason: str) -> Script[bool]:
    """A knock where it comes by itself, an offer where it follows from something: whether it goes on."""
    if how == "knock":
        yield from ask("knock", scene.say("screening.knock"), Choice((("open", scene.say("push.open")),)), loose=True)
    if how == "offer":
        wanted = Choice((("now", scene.say("screening.now")), ("later", scene.say("screening.later"))), columns=2)
        words = f"{scene.say('screening.offer', n=len(one.structure.items))}\n\n{scene.say('screening.begin')}"
        if (yield from ask("offer", words, wanted, loose=True)) == "later":
            others = [step for step in scene.person.profile.owed if step.partition(":")[0] != one.id]
            yield from become(scene, owed=(*others, f"{one.id}:{reason}"))
            yield speak(scene.say("screening.later_ok"))
            return False
    return True


def _answered(scene: Scene, one: Instrument, *, told: bool) -> Script[dict[str, int | None]]:
    """Every item but the safety question; then all answers are kept. None: she passed it over, or was not asked.

    `told`: she has read already that it is no diagnosis.

    After an answer about dying nothing more of it is asked: what she said is met at once.
    """
    veiled = yield from given("shared", scene.person.profile.shared)
    said: dict[str, Any] = {}
    for item in sitting.items(one):
        if said:
            yield left.waiting(scene)
        options, harm = one.options(item, scene.person.language), item.special == "harm"
        # One row for back and rather not say, and short answers side by side: more would push the question off the screen.
        unsaid, longer = ((UNSAID, scene.say(key)) for key in ("screening.unsaid", "safety.unsaid"))
        kind = Choice(options, shape=paired(options), unsaid=unsaid, also=(longer,))
        begin = scene.say("screening.begin") if not said and not told else ""
        text = _words(scene, one, item, begin, whole=veiled or not said)
        name = f"{one.id}.{item.id}"
        leaves = scene.say("safety.settled") if harm else ""
        said[item.id] = yield from ask(
            name, text, kind, back=bool(said), skip=True, loose=True, veiled=veiled, leaves=leaves
        )
        if harm and said[item.id] not in {None, UNSAID, "0"}:
            break
    yield Cancel(key=left.KEY)
    yield from sitting.answered(one, said)
    return sitting.counted(said)


def _sat(scene: Scene, one: Instrument, reason: str, begun_in: str, *, told: bool) -> Script[Sitting]:
    """Every question of it, and what the answers come to."""
    answers = yield from _answered(scene, one, told=told)
    result = instruments.result_of(one.structure, answers)
    had = (*scene.person.profile.checked, sitting.checked(scene, one, result, validated=False))
    fallen = yield from given("fallen", instruments.has_fallen(had, one.id))
    row = follow.row_of(one, result, answers, fallen=fallen)
    return Sitting(one=one, answers=answers, result=result, row=row, reason=reason, begun_in=begun_in)


def _words(scene: Scene, one: Instrument, item: Item, begin: str, *, whole: bool) -> str:
    """A question as it is put: above the first one that it is no diagnosis, and the whole lead; then the short one.

    On a shared phone the whole one each time: a question that is put once more could light up with its first words.
    """
    language = scene.person.language
    lead = one.lead(language) if whole else one.brief(language)
    return "\n\n".join(text for text in (begin, lead, one.asks(item, language)) if text)


def _followed(scene: Scene, sat: Sitting) -> Script[None]:
    """Keep the result, call a person where the table says so, ask about her safety, and say a few words."""
    one, row = sat.one, sat.row
    harm: Level = yield from given("harm", sitting.harm(scene, sat))
    level = max(row.level, harm, key=LEVELS.index)
    then = yield from given("then", sitting.then(scene, row) if not red(level) and harm == "none" else "")
    yield sitting.kept(scene, sat)
    scene = yield from become(scene, **sitting.known(scene, sat, then))
    if sat.reason == BY_DESK:
        yield from sitting.told(scene, sat)
    if level != "none":
        yield sitting.flagged(scene, sat)
    if not (yield from _is_safe(scene, sat, harm, level)):
        return
    if red(level):
        yield aid(_opening(scene, row.words))
        yield aid(support.who(scene, level))
        yield from reach.asked(scene)
        return
    yield from _spoken(scene, row)
    if then and row.when == "now":
        yield Begin(flow=NAME, about=about(then, "offer", one.id))


def _is_safe(scene: Scene, sat: Sitting, harm: Level, level: Level) -> Script[bool]:
    """The safety question, where it belongs to the instrument, or her answer was of dying, or left that open.

    Whether nothing came of it: otherwise she has been told who will write, and hears no more here.
    """
    one, language, keep = sat.one, scene.person.language, f"{sat.one.id}.safety"
    if harm != "none":
        yield from support.safety_question(scene, _opening(scene, "screening.harm"), level=level, keep=keep)
        return False
    text = next((one.asks(item, language) for item in one.structure.items if item.special == "safety"), "")
    if not text and follow.harm_unsaid(one, sat.answers):
        text = scene.say("screening.safety")
    if not text:
        return True
    answer = yield from support.safety_question(scene, text, after="pulse", level=level, keep=keep)
    return answer == "no"


def _spoken(scene: Scene, row: Follow) -> Script[None]:
    """Warm words; where it seems heavy, whether a person may write. Her answer chooses the way and blocks nothing."""
    if not row.help:
        yield speak(scene.say(row.words))
        return
    text = f"{_opening(scene, row.words)}\n\n{scene.say('screening.help')}"
    wanted = Choice((("yes", scene.say("word.yes")), ("no", scene.say("word.no"))), columns=2)
    answer = yield from ask(HELP, text, wanted, skip=True, loose=True)
    if row.level == "concern":
        if answer == "yes":
            yield from reach.wished(scene, row.category, "desk.why.wanted")
        else:
            yield from reach.noted(scene, "desk.why.not_wanted")
        soon = row.category == follow.SCORE_SOON
        yield speak(scene.say("screening.no_ok") if answer != "yes" else support.who(scene, row.level, soon=soon))
    elif answer == "yes":
        yield Flag(level="watch", category="asked", why=scene.tell("desk.why.company"))
        yield speak(scene.say("pulse.company_yes", emergency=support.emergency(scene), **support.hours(scene)))
    else:
        yield speak(scene.say("screening.thanks"))


def _opening(scene: Scene, key: str) -> str:
    """The first words of an answer. On a shared phone the line that lights up is a neutral one."""
    words = scene.say(key)
    return f"{scene.say('screening.opener')}\n\n{words}" if scene.person.profile.shared else words


FLOW = Flow(name=NAME, version=1, play=_screening)
