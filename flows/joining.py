"""Joining: language, who she is, age, consent; then the phone, the child's month, where she lives, when to write.

Nothing is typed, and after consent there are eight taps at most, whoever joins and wherever she lives.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flows import capacity, consent, menu, questions
from flows.effects import Cancel, Flag, Schedule, Send
from flows.family import linking
from flows.model import Message, Person, Scene
from flows.programme import calendar, pages
from flows.script import Choice, Flow, Script, Words, ask, become, speak
from flows.worry import support

ROLES = ("expecting", "mother", "father", "grandmother", "carer")
STAGES = ("expecting", "child")
NUDGE = "nudge"
NUDGED_AFTER = timedelta(days=1)
"""How long joining may rest before the one reminder of it."""


def programme_of(person: Person) -> str:
    """The programme meant for her, whether it is written yet or not.

    A grandmother who has the child in her hands alone reads what is written for mothers, and so does an aunt or a
    sister who raises it.
    """
    if person.role == "father":
        return "dads"
    if person.stage == "expecting":
        return "bumps"
    if person.role == "grandmother" and not person.profile.alone:
        return "grandmothers"
    return "mums"


def _join(scene: Scene, _about: str) -> Script[None]:
    languages = [language for language in scene.library.languages if language.live]
    hello = "\n".join(scene.library.text(language.code, "join.language") for language in languages)
    names = tuple((language.code, language.name) for language in languages)
    language = yield from ask("language", hello, Choice(names))
    scene = yield from become(scene, language=language, state="joining", stopped_at=None)
    if scene.person.profile.nudged_at is None:
        yield Schedule(key=NUDGE, at=calendar.next_safe(scene.person, scene.now + NUDGED_AFTER))

    hers = yield from who(scene, "join.role", elder=True)
    if not (yield from consent.asked(scene, young=not hers["adult"])):
        yield Cancel(key=NUDGE)
        yield speak(scene.say("join.no_consent", emergency=support.emergency(scene)))
        return
    scene = yield from become(scene, **hers, consent=consent.CONSENT, consented_at=scene.now, declined="")
    if not hers["adult"]:
        yield Flag(level="watch", category="under_age", why=scene.tell("desk.why.under_age"))
        yield speak(scene.say("join.young_help", emergency=support.emergency(scene)))

    scene = yield from _told(scene)
    yield Cancel(key=NUDGE)
    yield from _begun(scene)


def who(scene: Scene, words: str, *, elder: bool = False) -> Script[dict[str, Any]]:
    """Who she is to the child and whether she is of age, asked in these `words`; kept only once she has agreed.

    With `elder` a grandmother is taken at her word to be of age. Who said once to be younger is asked all the same.
    """
    roles = Choice(tuple((role, scene.say(f"role.{role}")) for role in ROLES))
    role = yield from ask("role", scene.say(words), roles, back=True)
    alone = False
    if role in {"grandmother", "carer"}:
        wanted = Choice((("yes", scene.say("alone.yes")), ("no", scene.say("alone.no"))))
        alone = (yield from ask("alone", scene.say("join.alone"), wanted, back=True)) == "yes"
    adult = "yes"
    if role != "grandmother" or not elder:
        adult = yield from ask("adult", scene.say("join.adult"), questions.yes_no(scene), back=True)
    expecting = role == "expecting"
    return {
        "role": "mother" if expecting else role,
        "stage": STAGES[0] if expecting else STAGES[1],
        "alone": alone,
        "adult": adult == "yes",
    }


def _told(scene: Scene) -> Script[Scene]:
    """The questions after consent, each kept as soon as it is answered."""
    scene = yield from become(scene, shared=(yield from questions.phone(scene)))
    child, expecting = yield from questions.childs_month(scene, scene.person.role, scene.person.stage == STAGES[0])
    scene = yield from become(scene, child=child or "", stage=STAGES[0] if expecting else STAGES[1])
    scene = yield from become(scene, **(yield from questions.home(scene)))
    days = yield from questions.days(scene)
    part = yield from questions.part(scene)
    return (yield from become(scene, days=days or calendar.DAYS["mon"], part=part or "evening"))


def _begun(scene: Scene) -> Script[None]:
    """She is in. Where her programme is written its first page is planned; where not, she hears so."""
    programme = programme_of(scene.person)
    written = programme if programme in scene.library.programmes else ""
    scene = yield from become(scene, **pages.begun(written), state="active", joined_at=scene.now)
    yield Schedule(key="session", at=pages.next_at(scene))
    if (first := pages.page_at(scene)) is not None:
        key = "tracks.joined_early" if pages.is_early(scene) else "join.done"
        shared = "_shared" if scene.person.profile.shared else ""
        done = scene.say(f"{key}{shared}", **menu.day_and_date(scene, first))
    else:
        done = scene.say("join.done_expecting" if programme == "bumps" else "join.done_waiting")
    yield Send(message=Message(text=done, keys=menu.keys(scene)))
    if linking.is_awaited(scene):
        yield speak(scene.say("kin.code_ask"))
    yield from capacity.seated(scene)


def _nudge(scene: Scene, _about: str) -> Script[None]:
    """A neutral line; on her tap, or on anything she writes, the open question beneath is put again."""
    yield from ask("knock", scene.say("join.nudge"), Words((("open", scene.say("push.open")),)))


FLOW = Flow(name="joining", version=2, play=_join)
REMINDER = Flow(name="nudge", version=1, play=_nudge)
