"""What she hears at once when concern has read something in her words, for each category and level.

The table at the end says which words bring which talk; it follows the triage table, row by row. Everything here
travels by the safety lane, shows her nothing of what she wrote, and leaves her place in other talks as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from msgspec import structs

from content.schema import Level
from flows.concern import LEVELS, Finding, red
from flows.concern.findings import IDIOM, SIGNS
from flows.desk import cases, discreet
from flows.effects import Become, Begin, Flag, Lane
from flows.model import Case, Scene
from flows.programme import baby, calendar
from flows.script import Choice, Flow, Script, Words, ask
from flows.step import Step
from flows.worry import context, harm, reach, sorrow, support, unsafe
from flows.worry.reach import aid, opening, yes_no

AGAIN = timedelta(hours=1)
"""Within this time words of the same kind, no graver, get one line in place of the whole answer."""
IDIOM_AGAIN = timedelta(days=30)
NONE: Level = "none"
WATCH: Level = "watch"
CHOSEN = "no_shelter"
DETAINED = "detained"
HELD = frozenset({"en.detained", "ru.detained", "tg.detained"})
"""Rules whose words tell of police, papers taken, being sent out of the country."""


# -- at the front door ---------------------------------------------------------------------------------------------


def heard(step: Step, words: str, found: Finding) -> None:
    """Flag what was found, as it counts for her, and answer."""
    before = step.scene.case
    finding = context.raised(found, step.scene.person, step.scene.now)
    if context.is_watch(found):
        step.add(Become(changes={"watched": context.watched_today(step.scene.person, step.scene.now)}))
    flag = _flag(step.scene, finding, words, raised=finding.level != found.level)
    if finding.level == WATCH and _is_for_a_person(step):
        step.answer_text(words)
        # Into a case that was open already her answer brought no words: this does.
        step.add(flag if before is not None and not cases.is_call(before) else structs.replace(flag, words=""))
        return
    step.add(flag)
    step.leave(support.PERSON.name)
    if found.category in support.DANGERS and context.is_watch(found):
        # No rule saw a danger sign: the second ear thinks of one.
        more = {**support.hours(step.scene), "emergency": support.emergency(step.scene)}
        step.add(aid(step.scene.say("worry.unwell", **more)))
    elif finding.category in support.DANGERS:
        numbers = support.emergency(step.scene)
        step.add(aid(step.scene.say(support.DANGERS[finding.category], emergency=numbers)))
    elif in_safety(step) and finding.level != "now" and _is_of_mood(finding):
        step.answer_text(words)
    elif context.is_watch(finding) or found.rule == SIGNS:
        _warm(step)
    elif support.is_dying(finding):
        _dying(step, finding, before)
    elif finding.category not in PLAYS:
        step.add(aid(step.scene.say("said.looked_at", **support.hours(step.scene))))
    elif finding.level != "now" and _was_answered(step.scene, finding):
        _once_more(step, finding.level)
    else:
        step.add(_replied(step.scene, f"{finding.category}:{finding.level}"))
        _play(step, finding)


def _play(step: Step, finding: Finding) -> None:
    """The talk of this category, in place of an older one; but what she is asked about a loss stays to be answered."""
    about = f"{finding.category}:{finding.level}"
    if finding.category == sorrow.CATEGORY:
        about = ":".join(filter(None, (about, sorrow.KINDS.get(finding.rule))))
    if finding.rule in HELD and _is_far(step.scene):
        about = f"{about}:{DETAINED}"
    for place in [place for place in step.places if place.flow == FLOW.name]:
        if finding.category == sorrow.CATEGORY or place.question not in baby.OF_LOSS:
            step.drop(place)
    step.begin(FLOW.name, about)


def _flag(scene: Scene, finding: Finding, words: str, *, raised: bool) -> Flag:
    """Why, for the card: what was read, what the triage table wants done, and whether what we know of her raised it.

    What the second ear guesses is told as a guess, and opens no call-back; where it was sure, and where it took what a
    rule had heard to `concern`, that is told.
    """
    guessed, sure = finding.rule == SIGNS, finding.rule.startswith(f"{SIGNS}.")
    why = "desk.why.signs" if guessed else "desk.why.sure" if sure else "desk.why.words"
    whys = [scene.tell(why, category=scene.tell(f"desk.category.{finding.category}"))]
    if finding.was or finding.behind:
        whys.append(scene.tell("desk.why.doubted"))
    if finding.category in PLAYS and not guessed:
        whys.append(scene.tell(f"desk.next.{finding.category}"))
    if raised:
        whys.append(scene.tell("desk.why.context"))
    return Flag(
        level=finding.level,
        category=SIGNS if guessed and finding.category in support.DANGERS else finding.category,
        why="; ".join(whys),
        # Marked apart, so that staff's marks say how often the second ear was right to lower it.
        rule=finding.rule if finding.was is None else f"{finding.rule}-{SIGNS}",
        words=words,
        language=finding.language,
    )


def _dying(step: Step, finding: Finding, before: Case | None) -> None:
    if (
        before is not None
        and not support.higher(finding.level, discreet.level(before))
        and before.category == support.DYING
    ):
        step.add(aid(step.scene.say("safety.again", emergency=support.emergency(step.scene))))
    else:
        step.leave("safety")
        step.begin("safety", finding.level)


def in_safety(step: Step) -> bool:
    """Whether the question in front of her is the one about her life, in whichever talk."""
    top = step.open()
    return top is not None and top[1].question == support.QUESTION


def _is_for_a_person(step: Step) -> bool:
    """Whether she was asked for words to a person, and nobody is writing with her yet."""
    top, case = step.open(), step.scene.case
    return top is not None and top[0].flow == support.PERSON.name and (case is None or case.state != "taken")


def _is_of_mood(finding: Finding) -> bool:
    """Whether such words, typed where the question about her life stands, are an answer to it."""
    return finding.level == WATCH or finding.category in {support.DYING, "severe_low_mood"}


def _warm(step: Step) -> None:
    """A hard day: one warm line, once a day. Later, or where people come sooner, only that her words have arrived."""
    person, case, last = step.scene.person, step.scene.case, step.scene.person.profile.replied.get(WATCH)
    sooner = case is not None and (case.state == "taken" or support.higher(discreet.level(case), WATCH))
    today = step.scene.now.astimezone(person.tz).date()
    if sooner or (last is not None and last.astimezone(person.tz).date() == today):
        _once_more(step, WATCH)
        return
    step.add(_replied(step.scene, WATCH))
    step.add(aid(opening(step.scene, "worry.watch", **support.hours(step.scene))))


def _once_more(step: Step, level: Level) -> None:
    if red(level):
        step.add(aid(step.scene.say("worry.again", emergency=support.emergency(step.scene))))
    else:
        taken = step.scene.case is not None and step.scene.case.state == "taken"
        step.add(aid(step.scene.say("said.passed_on" if taken else "said.in_case")))


def _was_answered(scene: Scene, finding: Finding) -> bool:
    """Whether words of this category, as grave or graver, were answered within the hour."""
    as_grave = LEVELS[LEVELS.index(finding.level) :]
    moments = [scene.person.profile.replied.get(f"{finding.category}:{level}") for level in as_grave]
    return any(moment is not None and scene.now - moment < AGAIN for moment in moments)


def _replied(scene: Scene, what: str) -> Become:
    return Become(changes={"replied": {**scene.person.profile.replied, what: scene.now}})


# -- a way of speaking, likely no more -----------------------------------------------------------------------------


def asks_about(step: Step, finding: Finding) -> bool:
    """Whether a way of speaking (level `none`) is asked about: once in thirty days.

    Not where a person reads along or her words are an answer of her own: there they go where they were meant to go.
    """
    last, top = step.scene.person.profile.replied.get(IDIOM), step.open()
    told = step.scene.case is not None or (top is not None and isinstance(top[1].kind, Words))
    return finding.category == IDIOM and not told and (last is None or step.scene.now - last >= IDIOM_AGAIN)


def ask_about(step: Step) -> None:
    """Ask her, gently."""
    step.add(_replied(step.scene, IDIOM))
    step.begin(IDIOM)


def _idiom(scene: Scene, _about: str) -> Script[None]:
    answers = tuple((value, scene.say(f"worry.idiom_{value}")) for value in ("tired", "thoughts", "unsaid"))
    answer = yield from ask(IDIOM, opening(scene, "worry.idiom"), Choice(answers), lane=Lane.SAFETY, loose=True)
    if answer != "thoughts":
        yield aid(scene.say("worry.idiom_over"))
        return
    yield Flag(level="concern", category=support.DYING, why=scene.tell("desk.why.idiom"))
    yield Begin(flow=support.SAFETY.name, about="concern")


# -- the talks, by category ----------------------------------------------------------------------------------------


def _worry(scene: Scene, about: str) -> Script[None]:
    category, level, *more = about.split(":")
    yield from PLAYS[category](scene, support.level_of(level), *more)


def _psychosis(scene: Scene, level: Level) -> Script[None]:
    """An illness, treated, nobody's fault; not alone with the baby; whether someone is at home now."""
    key = "worry.psychosis_now" if level == "now" else "worry.psychosis"
    yield aid(opening(scene, key, emergency=support.emergency(scene)))
    yield aid(support.who(scene, level))
    home = yield from ask("at_home", scene.say("worry.at_home"), yes_no(scene, unsaid=True), lane=Lane.SAFETY)
    yield from reach.noted(scene, "desk.why.at_home" if home == "yes" else "desk.why.nobody_home")
    answer = "worry.home_yes" if home == "yes" else "worry.home_no"
    yield aid(scene.say(answer, emergency=support.emergency(scene)))
    if red(level):
        yield from reach.asked(scene)


def _relinquishment(scene: Scene, level: Level) -> Script[None]:
    """At the end of her strength: before any decision, people can talk with her."""
    yield aid(opening(scene, "worry.relinquishment"))
    yield aid(support.who(scene, level, soon=True))
    if red(level):
        yield from reach.asked(scene)


def _low_mood(scene: Scene, level: Level) -> Script[None]:
    """That feeling can lift with help; then the one safety question."""
    yield from support.safety_question(scene, opening(scene, "worry.low_mood"), after="mood", level=level)


def _is_far(scene: Scene) -> bool:
    """Whether this is somebody abroad, or a father: he may never have said where he is."""
    return scene.person.role == "father" or scene.person.region == calendar.ABROAD


def _detained(scene: Scene, level: Level) -> Script[None]:
    """A father abroad (triage table): the numbers of that country, where to ask about papers, and the safety question."""
    yield aid(opening(scene, "worry.detained", emergency=support.emergency(scene)))
    yield aid(scene.say("worry.detained_papers"))
    yield aid(support.who(scene, level))
    yield from support.safety_question(scene, scene.say("worry.detained_ask"), after="mood", level=level)


def _basic_need(scene: Scene, level: Level, kind: str = "") -> Script[None]:
    """First things first: where she and the child sleep tonight."""
    if kind == DETAINED:
        yield from _detained(scene, level)
        return
    answers = Choice(tuple((value, scene.say(f"worry.shelter_{value}")) for value in ("safe", "nowhere", "unsaid")))
    shelter = yield from ask("shelter", opening(scene, "worry.shelter"), answers, lane=Lane.SAFETY)
    nowhere = shelter == "nowhere"
    if nowhere:
        yield Flag(level="concern", category=CHOSEN, why=scene.tell("desk.why.no_shelter"))
    else:
        yield from reach.wished(scene, "basic_need", f"desk.why.shelter_{shelter}")
    key = {"safe": "worry.sheltered", "nowhere": "worry.unsheltered", "unsaid": "worry.shelter_passed"}[shelter]
    yield aid(scene.say(key, emergency=support.emergency(scene)))
    yield aid(support.who(scene, level, soon=nowhere))
    if red(level):
        yield from reach.asked(scene)


def _threat(scene: Scene, level: Level) -> Script[None]:
    """He writes a threat. Something to do with himself, and who will write; nothing of anybody else, ever."""
    yield aid(opening(scene, "worry.threat"))
    yield aid(support.who(scene, level))
    if red(level):
        yield from reach.tonight(scene)


PLAYS: dict[str, Callable[..., Script[None]]] = {
    "child_harm": harm.child_harm,
    "intrusive_thoughts": harm.thoughts,
    "partner_violence": unsafe.violence,
    "watched_phone": unsafe.watched,
    "under_age_or_forced": unsafe.forced,
    "psychosis": _psychosis,
    "relinquishment": _relinquishment,
    "severe_low_mood": _low_mood,
    "basic_need": _basic_need,
    "loss": sorrow.loss,
    "abuser_threat": _threat,
}
"""The talk of each category at any level above `watch`. Danger signs and words about dying have ways of their own."""

FLOW = Flow(name="worry", version=1, play=_worry, again=False)
ASKED_ONCE = Flow(name=IDIOM, version=1, play=_idiom)
