"""One flow plays every screening instrument: item by item, and then what follows by the table (`follow.py`).

`about` is `instrument:how:reason`. `how`: `knock` where it comes by itself, `offer` where it is offered first, `open`
where she asked for it. `reason` is a word of ours that is kept with the result. A check-in is never called a test; no
score, no band and no verdict is shown to her.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from msgspec import Struct

from content.instruments import Instrument, Item
from content.schema import Level
from flows.checkins import follow, instruments
from flows.checkins.follow import DYING, Follow
from flows.checkins.instruments import Result
from flows.concern import LEVELS, Finding, red
from flows.desk import cases
from flows.effects import Become, Begin, Flag, Keep, Leave
from flows.model import Checked, Place, Scene
from flows.programme import calendar
from flows.script import Choice, Flow, Script, ask, become, given, speak
from flows.step import Step
from flows.worry import context, reach, support
from flows.worry.reach import aid

NAME = "screening"
UNSAID = "unsaid"
BY_DESK = "desk"
"""The reason of a check-in that a moderator asked for."""
HELP = "help"
KNOCKS = frozenset({"knock", "offer"})
"""Where it was only announced: none of its questions has been seen."""
LOWS = 2
"""So many low faces in a row make a thought of dying graver (triage table, first row)."""
Answers = Mapping[str, int | None]
How = Literal["knock", "offer", "open"]


class Sitting(Struct, frozen=True, kw_only=True):
    """What she answered in one go, what it came to, and what follows."""

    one: Instrument
    answers: Answers
    result: Result
    row: Follow
    reason: str


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
    return [Leave(talk=place.talk) for place in places if _gives_way(place)]


def is_before_her(step: Step) -> bool:
    """Whether the open question is one of a check-in that she has opened: it is never put without a tap of hers."""
    top = step.open()
    return top is not None and top[0].flow == NAME and top[0].question not in KNOCKS


def passed(step: Step) -> None:
    """Let go of check-ins left open for longer than their answers look back: they would be about other weeks.

    On a phone she shares whoever takes it up next must not meet one: there it waits half an hour, and is owed.
    """
    for place in list(step.places):
        if not _gives_way(place):
            continue
        if _is_over(step.scene, place):
            step.drop(place)
        elif _is_left_lying(step.scene, place):
            id, _, reason = place.about.split(":", 2)
            others = [one for one in step.scene.person.profile.owed if one.partition(":")[0] != id]
            step.drop(place)
            step.add(Become(changes={"owed": (*others, f"{id}:{reason}")}))


def _is_left_lying(scene: Scene, place: Place) -> bool:
    asked, shared = place.asked_at, scene.person.profile.shared
    return shared and asked is not None and scene.now - asked > calendar.REPLY_WINDOW


def _gives_way(place: Place) -> bool:
    return place.flow == NAME and place.question != support.QUESTION


def _is_over(scene: Scene, place: Place) -> bool:
    one = scene.library.instruments.get(place.about.partition(":")[0])
    begun = place.facts.get("begun")
    if one is None or begun is None:
        return one is None
    return scene.now - datetime.fromisoformat(begun) > timedelta(days=one.structure.recall)


# -- the flow ------------------------------------------------------------------------------------------------------


def _screening(scene: Scene, about: str) -> Script[None]:
    id, how, reason = about.split(":", 2)
    one = scene.library.instruments.get(id)
    if one is None or not one.structure.bands:
        return
    yield from given("begun", scene.now.isoformat())
    if (yield from given("expired", one.has_expired(scene.now.date()))):
        return
    if not (yield from _entered(scene, one, how, reason)):
        return
    yield from _followed(scene, (yield from _sat(scene, one, reason)))


def _entered(scene: Scene, one: Instrument, how: str, reason: str) -> Script[bool]:
    """A knock where it comes by itself, an offer where it follows from something: whether it goes on."""
    if how == "knock":
        yield from ask("knock", scene.say("screening.knock"), Choice((("open", scene.say("push.open")),)), loose=True)
    if how == "offer":
        wanted = Choice((("now", scene.say("screening.now")), ("later", scene.say("screening.later"))), columns=2)
        words = scene.say("screening.offer", n=len(one.structure.items))
        if (yield from ask("offer", words, wanted, loose=True)) == "later":
            others = [step for step in scene.person.profile.owed if step.partition(":")[0] != one.id]
            yield from become(scene, owed=(*others, f"{one.id}:{reason}"))
            yield speak(scene.say("screening.later_ok"))
            return False
    return True


def _answered(scene: Scene, one: Instrument) -> Script[dict[str, int | None]]:
    """Every item but the safety question; then all answers are kept. None: she passed it over, or was not asked.

    After an answer about dying nothing more of it is asked: what she said is met at once.
    """
    veiled = yield from given("shared", scene.person.profile.shared)
    said: dict[str, Any] = {}
    for item in _items(one):
        unsaid = (UNSAID, scene.say("safety.unsaid"))
        kind = Choice((*one.options(item, scene.person.language), unsaid))
        text = _words(scene, one, item, first=not said)
        name = f"{one.id}.{item.id}"
        said[item.id] = yield from ask(name, text, kind, back=bool(said), skip=True, loose=True, veiled=veiled)
        if item.special == "harm" and said[item.id] not in {None, UNSAID, "0"}:
            break
    for id, answer in said.items():
        if answer is not None:
            yield Keep(question=f"{one.id}.{id}", value=UNSAID if answer == UNSAID else int(answer))
    return {id: None if answer in {None, UNSAID} else int(answer) for id, answer in said.items()}


def _sat(scene: Scene, one: Instrument, reason: str) -> Script[Sitting]:
    """Every question of it, and what the answers come to."""
    answers = yield from _answered(scene, one)
    result = instruments.result_of(one.structure, answers)
    fallen = instruments.has_fallen((*scene.person.profile.checked, _checked(scene, one, result)), one.id)
    row = follow.row_of(one, result, answers, fallen=(yield from given("fallen", fallen)))
    return Sitting(one=one, answers=answers, result=result, row=row, reason=reason)


def _items(one: Instrument) -> list[Item]:
    return [item for item in one.structure.items if item.special != "safety"]


def _words(scene: Scene, one: Instrument, item: Item, *, first: bool) -> str:
    """A question as it is put: what it is about stands above the first one, and that it is no diagnosis."""
    language = scene.person.language
    begin = scene.say("screening.begin") if first else ""
    return "\n\n".join(text for text in (begin, one.lead(language), one.asks(item, language)) if text)


def _followed(scene: Scene, sat: Sitting) -> Script[None]:
    """Keep the result, call a person where the table says so, ask about her safety, and say a few words."""
    one, row = sat.one, sat.row
    harm: Level = yield from given("harm", _harm(scene, sat))
    level = max(row.level, harm, key=LEVELS.index)
    then = yield from given("then", _then(scene, row) if not red(level) and harm == "none" else "")
    yield Keep(question=f"{one.id}.result", value=_kept(scene, sat))
    scene = yield from become(scene, **_known(scene, sat, then))
    if sat.reason == BY_DESK:
        yield from _told(scene, sat, harm)
    if level != "none":
        yield Flag(level=level, category=_category(row, harm), why=_why(scene, sat, harm))
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


def _told(scene: Scene, sat: Sitting, harm: Level) -> Script[None]:
    """The moderator who asked for it reads in the case what came of it.

    Nobody else does: where no one has the case, it is kept for its card, and is not said beside the alert.
    """
    result = _why(scene, sat, harm)
    if scene.case is not None and scene.case.state == "taken":
        yield from cases.told(scene, "putting.answered", hers=True, result=result)
    elif scene.case is not None:
        yield Flag(level="watch", category=scene.case.category, why=result)


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


# -- what is kept and told ---------------------------------------------------------------------------------------


def _harm(scene: Scene, sat: Sitting) -> Level:
    """The level of an answer about dying, as it counts for her: soon after a birth, or in low weeks, it is graver."""
    level = follow.harm_of(sat.one, sat.answers)
    if level == "concern" and scene.person.profile.lows >= LOWS:
        return "urgent"
    found = Finding(level=level, category=DYING, rule="", language="", spans=())
    return context.raised(found, scene.person, scene.now).level if level != "none" else level


def _then(scene: Scene, row: Follow) -> str:
    """What comes next for her; "" where nothing does, or it was asked lately."""
    following = scene.library.instruments.get(row.then)
    may = following is not None and instruments.may_ask(following, scene.person, scene.now)
    return row.then if may else ""


def _checked(scene: Scene, one: Instrument, result: Result) -> Checked:
    return Checked(
        of=one.id,
        at=scene.now,
        score=result.score,
        band=result.band,
        answered=result.answered,
        asked=result.asked,
        validated=one.is_validated(scene.person.language),
    )


def _known(scene: Scene, sat: Sitting, then: str) -> dict[str, object]:
    """What changes of her: one more result, and what is owed to her next."""
    profile = scene.person.profile
    owed = [step for step in profile.owed if step.partition(":")[0] not in {sat.one.id, then}]
    return {
        "checked": instruments.kept(profile.checked, _checked(scene, sat.one, sat.result)),
        "owed": (*owed, f"{then}:{sat.one.id}") if then else tuple(owed),
    }


def _kept(scene: Scene, sat: Sitting) -> dict[str, Any]:
    """The result as it is kept, with what a reader of it has to know."""
    one, result = sat.one, sat.result
    return {
        "score": result.score,
        "band": result.band,
        "answered": result.answered,
        "asked": result.asked,
        "version": one.structure.version,
        "language": scene.person.language,
        "validated": one.is_validated(scene.person.language),
        "reason": sat.reason,
    }


def _category(row: Follow, harm: Level) -> str:
    """What the case is called: by her thoughts of dying, unless the score brings a person sooner."""
    sooner = harm == "concern" and row.category == follow.SCORE_SOON
    return row.category if harm == "none" or sooner else DYING


def _why(scene: Scene, sat: Sitting, harm: Level) -> str:
    """For the card: the score, what is missing of it, her answer about dying, and how far the tool can be trusted."""
    one, result = sat.one, sat.result
    told = {"name": one.structure.name, "most": one.structure.most, "answered": result.answered, "asked": result.asked}
    scored = "desk.why.score" if result.score is not None else "desk.why.score_partly"
    whys = [scene.tell(scored, score=result.score, **told)]
    if harm != "none":
        item = next(item for item in one.structure.items if item.special == "harm")
        label = dict(one.options(item, scene.desk.language)).get(str(sat.answers.get(item.id)), "")
        whys.append(scene.tell("desk.why.harm_item", item=item.id, answer=label))
    if not one.is_validated(scene.person.language):
        whys.append(scene.tell("desk.why.unvalidated"))
    if scene.person.role == "father":
        whys.append(scene.tell("desk.why.father_score"))
    return "; ".join(whys)


FLOW = Flow(name=NAME, version=1, play=_screening)
