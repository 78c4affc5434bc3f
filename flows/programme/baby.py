"""News of the baby: it was born, or something sad happened.

Nothing here is asked more than twice, and a loss stops all that speaks of babies before anything else is said
(triage table, `loss`). What is written to her first is neutral; the news itself is always hers to give.
"""

from __future__ import annotations

from datetime import timedelta

from flows import consent, joining, menu
from flows.effects import AnyEffect, Become, Begin, Cancel, Flag, Hush, Leave
from flows.model import Scene
from flows.programme import calendar, pages
from flows.script import Choice, Flow, Script, ask, become, changed, speak
from flows.worry import support

MOST_ASKED = 2
ASKED_AGAIN = timedelta(weeks=4)
ARRIVES = timedelta(weeks=2)
"""So long after she told of a birth of this month no page comes (the outline, section E: two to six weeks after)."""

MONTHS_AGO = (0, 1, 2, 3)
"""Answers to when the baby was born; the last is "three or more"."""

OF_BABIES = frozenset({"session", "pulse", "birth", "week", "settings", "note", "screening"})
"""Flows whose open talks may speak of a baby, or would come back to one; settings ask for the month of birth."""


OF_LOSS = frozenset({"loss_which", "loss"})
"""Questions after words of a loss, whichever flow puts them: once all has stopped they are answered."""
HELD_OPEN = frozenset({support.QUESTION, "company", "words"})
"""Questions about her safety, and words to a person: these stay open whatever stops."""


def is_to_ask(scene: Scene) -> bool:
    """Whether this push asks, in place of a page, if the baby has come.

    Once from the middle of the due month, once four weeks later, and never again.
    """
    profile, person = scene.person.profile, scene.person
    expects = person.stage == "expecting" and profile.child and profile.lost_at is None
    if not expects or profile.births_asked >= MOST_ASKED:
        return False
    if profile.birth_asked_at is not None:
        return scene.now - profile.birth_asked_at >= ASKED_AGAIN
    return scene.now >= calendar.middle_of(person, profile.child)


def _birth(scene: Scene, about: str) -> Script[None]:
    """She gives the news; `about` is `knock` when we ask."""
    if about == "knock":
        yield from ask("knock", scene.say("push.question"), Choice((("open", scene.say("push.open")),)), loose=True)
        news = tuple((value, scene.say(f"birth.{value}")) for value in ("born", "not_yet", "sad"))
        answer = yield from ask("news", scene.say("birth.ask"), Choice(news), skip=True, loose=True)
        if answer in {None, "not_yet"}:
            yield speak(scene.say("birth.all_right"))
            return
        if answer == "sad":
            yield Begin(flow="sad")
            return
    months = tuple((str(ago), scene.say(f"birth.ago_{ago}")) for ago in MONTHS_AGO)
    wanted = Choice((*months, ("sad", scene.say("birth.sad"))))
    ago = yield from ask("month", scene.say("birth.when"), wanted, skip=True, back=True, loose=True)
    if ago == "sad":
        yield Begin(flow="sad")
    elif ago is None:
        yield speak(scene.say("birth.all_right"))
    else:
        yield from _born(scene, int(ago))


def _born(scene: Scene, ago: int) -> Script[None]:
    """A child is there: its month, and the mothers' weeks from the first if she was expecting."""
    local = scene.now.astimezone(scene.person.tz)
    month = local.year * 12 + local.month - 1 - ago
    child = f"{month // 12:04}-{month % 12 + 1:02}"
    if scene.person.stage != "expecting":
        yield from become(scene, child=child, stage="child")
        yield speak(scene.say("birth.kept"))
        return
    yield from pages.shelved(scene)
    yield from _let_go_of_questions(scene)
    after = pages.after_birth(scene)
    asked = {"births_asked": 0, "birth_asked_at": None}  # of this birth: of another she may be asked again
    scene = yield from become(scene, child=child, stage="child", lost_at=None, birth_told_at=scene.now, **asked)
    scene = yield from become(scene, **(_after_birth(scene, after, ago) if after else _from_the_first(scene)))
    yield from pages.planned(scene)
    yield speak(_welcome(scene))


def _let_go_of_questions(scene: Scene) -> Script[None]:
    """A check-in left open is not put again under the news: she has other things in her arms."""
    for place in scene.places:
        if place.flow == "screening" and place.question not in HELD_OPEN:
            yield Leave(talk=place.talk)


def _welcome(scene: Scene) -> str:
    """A few words, and truthfully when pages come."""
    moment = pages.page_at(scene)
    if _is_quiet(scene) or (moment is None and scene.person.role != "father"):
        return scene.say("birth.welcome_quiet")
    if scene.person.role == "father" or moment is None:
        return scene.say("tracks.welcome_father")
    if moment - scene.now > timedelta(days=calendar.DAYS_OF_WEEK):
        return scene.say("tracks.welcome_rest", **menu.day_and_date(scene, moment))
    return scene.say("birth.welcome", **menu.day_and_hour(scene, moment))


def _after_birth(scene: Scene, week: int, ago: int) -> dict[str, object]:
    """The pages for the first weeks after the birth: once she has had time to arrive, or next, where that has been."""
    rest = {} if ago else {"pages_from": scene.now + ARRIVES}
    return pages.begun(scene.person.profile.programme, week) | rest


def _is_quiet(scene: Scene) -> bool:
    """Whether no page comes until she says so: she stopped, paused without an end, or said no to our new words."""
    without_end = scene.person.profile.paused_until == calendar.WITHOUT_END
    return scene.person.state == "stopped" or without_end or consent.is_declined(scene)


def _from_the_first(scene: Scene) -> dict[str, object]:
    """The weeks for those who have a child, from the first. A father, say, goes on with his own."""
    meant, profile = joining.programme_of(scene.person), scene.person.profile
    if meant not in scene.library.programmes or (meant == profile.programme and meant != "mums"):
        return {}
    return pages.begun(meant)


def _sad(scene: Scene, _about: str) -> Script[None]:
    """One gentle question, so that a mistaken tap costs nothing; then everything stops at once."""
    wanted = Choice((("yes", scene.say("sad.yes")), ("no", scene.say("sad.no"))))
    if (yield from ask("sure", scene.say("sad.ask"), wanted)) == "no":
        yield speak(scene.say("sad.not"))
        return
    yield from stopped(scene)
    yield speak(scene.say("sad.words", **support.hours(scene)))


def stopped(scene: Scene) -> list[AnyEffect]:
    """Everything about babies stops, and a person is told. For any flow that hears of a loss, as its last orders.

    The pulse alone comes again after four weeks. What she was waiting for is taken back, so that nothing of it
    reaches her phone afterwards. A question about her safety that is open stays open.
    """
    told: dict[str, object] = {
        "lost_at": scene.now,
        "loss_asked_at": None,
        "loss_again_at": None,
        "waiting": (),
        "trying": 0,
        "lost_before": True,
        "mourned": 0,
        "noted": None,
    }
    if scene.person.stage == "expecting":
        told["child"] = ""
    open_now = [
        place
        for place in scene.places
        if place.question in OF_LOSS or (place.flow in OF_BABIES and place.question not in HELD_OPEN)
    ]
    return [
        Hush(),
        Cancel(key="nudge"),
        *(Leave(talk=place.talk) for place in open_now),
        Become(changes=told),
        *pages.planned(changed(scene, told)),
        Flag(level="concern", category="loss", why=scene.tell("desk.why.loss")),
    ]


BIRTH = Flow(name="birth", version=1, play=_birth)
SAD = Flow(name="sad", version=1, play=_sad)
