"""What she may tell in her first week, for the desk alone: how to reach her, who must never know, where to send help.

Offered at the end of a page she has opened herself, never by a push of its own, and open to her at any time later
(the wish `contact`). Each question can be skipped. Her words are sealed in her profile; who may see them at the desk,
and how, stands in `contact.py`.
"""

from __future__ import annotations

from flows.concern import Finding, red
from flows.model import Scene
from flows.script import Choice, Flow, Script, Words, ask, become, given, speak

FIELDS = ("contact", "never_know", "ambulance")
OFFER = "contact"
QUESTIONS = frozenset({OFFER, *(f"tell_{field}" for field in FIELDS)})
"""Passed over, none of them is put again by a later page; typed words days later are no answer to them."""

WATCHED = "watched_phone"
WAY = f"tell_{FIELDS[0]}"
FURTHER = frozenset(f"tell_{field}" for field in FIELDS[1:])

LAST_WEEK = 4
PUT = "put"
FORGET = "~forget"
LONGEST = 500
"""Characters kept of an answer: three of them fit on a card beside everything else."""


def offered(scene: Scene, week: int, *, quiet: bool) -> Script[None]:
    """Ask whether she wants to tell, in her first week, or in one of the next three if no moment was quiet before.

    Once: she may pass it over without a word, and `/contact` stays. After that, and after "not now", only where she
    opens that page anew; not at all once she has told or never wants to be asked.
    """
    answered = scene.person.profile.offered
    fits = (week <= LAST_WEEK and not answered) or (week == 1 and answered in {PUT, "later"})
    if not (yield from given("offer", quiet and fits)):
        return
    scene = yield from become(scene, offered=answered or PUT)
    answers = tuple((value, scene.say(f"contact.{value}")) for value in ("yes", "later", "never"))
    answer = yield from ask(OFFER, scene.say("contact.offer"), Choice(answers), loose=True)
    if answer == "yes":
        yield from _told(scene)
    else:
        yield from become(scene, offered=answer)
        yield speak(scene.say(f"contact.{answer}_ok"))


def _told(scene: Scene) -> Script[None]:
    """Who will see it, before anything is asked; then the three questions."""
    shared = ["contact.shared"] if (yield from given("shared", scene.person.profile.shared)) else []
    yield speak("\n\n".join(scene.say(key) for key in ("contact.who_sees", *shared)))
    changed = False
    for field in FIELDS:
        changed |= yield from _asked(scene, field)
    yield from become(scene, offered="yes")
    yield speak(scene.say("contact.kept" if changed else "contact.nothing"))


def _asked(scene: Scene, field: str) -> Script[bool]:
    """One question; gives whether anything changed. What she told before is never shown on her phone again."""
    known = yield from given(f"known_{field}", bool(getattr(scene.person.profile, field)))
    options = ((FORGET, scene.say("contact.forget")),) if known else ()
    answer = yield from ask(f"tell_{field}", scene.say(f"contact.ask_{field}"), Words(options), skip=True)
    if answer is None:
        return False
    yield from become(scene, **{field: "" if answer == FORGET else str(answer)[:LONGEST]})
    return True


def is_answer(question: str, finding: Finding) -> bool:
    """Whether what concern found at the open `question` is the answer it asks for, and nothing to worry about.

    "Only after nine" and "my mother-in-law" are two answers, no sentence in two pieces. "Do not call, write" is how to
    reach her; that somebody reads her phone is more than that, and red is red everywhere.
    """
    if red(finding.level):
        return False
    is_way = question == WAY and finding.category == WATCHED and finding.level == "watch"
    return is_way or (question in FURTHER and finding.joined)


def way(question: str, words: str, finding: Finding) -> dict[str, str]:
    """What changes where she answers how to reach her, and says with it that her phone is read: these words are kept."""
    if question != WAY or finding.category != WATCHED:
        return {}
    return {FIELDS[0]: words[:LONGEST], "offered": "yes"}


def _contact(scene: Scene, _about: str) -> Script[None]:
    yield from _told(scene)


FLOW = Flow(name="contact", version=1, play=_contact)
