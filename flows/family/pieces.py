"""What passes between the two: a have-a-go to do together, three lines for the child, "I am thinking of you".

He may always write one; what he hears is the same whether it reaches anybody or not. On her side it comes at her own
minute of another day, behind a neutral line, and only what she has ticked. A note for the child waits without an end;
what was meant for a day is gone after a week. Of each kind one a day is passed on;
her answers of one day come together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import cast

from msgspec import structs

from flows import knock
from flows.effects import AnyEffect, Become, Schedule, Tell
from flows.events import KinAnswered, KinBrought
from flows.family.linking import of
from flows.family.model import ANSWER, GO, MOTHER, NOTE, PIECES, THOUGHT, Kin, Parcel
from flows.model import Person, Scene
from flows.programme import calendar
from flows.script import Choice, Flow, Script, Words, ask, become, given, speak
from flows.step import Step

KEY = "brought"
LASTING = frozenset({NOTE, ANSWER})
"""What waits without an end, for whoever is not reached: lines for the child, and an answer that came for him."""
TODAY = timedelta(days=7)
"""How long a piece that was meant for a day may wait."""
MOST_WAITING = 7
"""How many notes for the child, and how many answers, wait at once; a newer one takes the place of the oldest."""
HEART = "❤️"
LONGEST = 600
"""Characters of a piece: what a message of ours has at most."""
LOOK_AGAIN = timedelta(days=1)
MOST_TICKS = 20
ENDS = ".!?…\n"


# -- he writes ---------------------------------------------------------------------------------------------------


def _home(scene: Scene, _about: str) -> Script[None]:
    """What he may send home. It is offered to every father, linked or not."""
    wanted = [(piece, scene.say(f"piece.{piece}")) for piece in (NOTE, THOUGHT, GO)]
    close = ("close", scene.say("kin.close"))
    piece = yield from ask("piece", scene.say("piece.ask"), Choice((*wanted, close)), loose=True)
    if piece == "close":
        yield speak(scene.say("kin.closed"))
        return
    words = scene.say("piece.thought_words")
    if piece != THOUGHT:
        words = yield from ask("words", scene.say(f"piece.write_{piece}"), Words((close,)), loose=True)
    if words == "close":
        yield speak(scene.say("kin.closed"))
        return
    fits = cut(words)
    yield from _sent(scene, piece, fits)
    yield speak(scene.say("piece.sent") if fits == words else scene.say("piece.cut", most=LONGEST, last=_end_of(fits)))


def cut(words: str) -> str:
    """What fits of a piece, to the end of its last whole sentence, else of its last whole word."""
    if len(words) <= LONGEST:
        return words
    head = words[:LONGEST]
    end = max(head.rfind(sign) for sign in ENDS) + 1
    if end < LONGEST // 2:
        end = head.rfind(" ") if " " in head else LONGEST
    return head[:end].rstrip()


def _end_of(words: str, most: int = 4) -> str:
    """The last few words, so that whoever wrote them finds the place."""
    return " ".join(words.split()[-most:]).rstrip(ENDS)


def _sent(scene: Scene, piece: str, words: str) -> list[AnyEffect]:
    """To those at home to whom he gives this; what comes of it is not his to know."""
    return [
        Tell(person=kin.person, event=KinBrought(link=kin.link, piece=piece, words=words))
        for kin in scene.person.profile.kin
        if kin.who == MOTHER and is_open(kin) and piece in kin.gives
    ]


def is_open(kin: Kin) -> bool:
    """Whether anything passes through this link from this side."""
    return kin.state == "linked" and bool(kin.person) and not kin.frozen


# -- and it reaches her ------------------------------------------------------------------------------------------


def brought(step: Step, event: KinBrought | KinAnswered) -> None:
    """A piece from the other side: kept for her own hour of another day, where she has ticked it; else it is gone."""
    scene = step.scene
    piece = event.piece if isinstance(event, KinBrought) else ANSWER
    new = Parcel(link=event.link, piece=piece, words=event.words, at=scene.now)
    if not _is_wanted(scene, new):
        return
    parcels = kept(scene.person, (*scene.person.profile.brought, new), scene.now)
    # A moment planned already stands: who writes every day must not put it off every day.
    hours = [
        calendar.her_hour(scene.person, one.at + timedelta(days=1)) for one in (*scene.person.profile.brought, new)
    ]
    step.add(Become(changes={"brought": parcels}))
    step.add(Schedule(key=KEY, at=min(hour for hour in hours if hour > scene.now)))


def _is_wanted(scene: Scene, parcel: Parcel) -> bool:
    kin = of(scene, parcel.link)
    return kin is not None and kin.state == "linked" and not kin.frozen and parcel.piece in kin.takes


def kept(person: Person, parcels: Sequence[Parcel], now: datetime) -> tuple[Parcel, ...]:
    """Those that may still come.

    A note for the child of each day, every answer of hers that is not the same as another of its day, and of each other
    kind the newest, if it is young.
    """
    newest: dict[tuple[int, str, date | None, str], Parcel] = {}
    for one in parcels:
        day = calendar.day_of(person, one.at) if one.piece in LASTING else None
        key = (one.link, one.piece, day, one.words if one.piece == ANSWER else "")
        newest.pop(key, None)
        newest[key] = one
    alive = [one for one in newest.values() if one.piece in LASTING or now - one.at < TODAY]
    lasting = [one for piece in LASTING for one in [it for it in alive if it.piece == piece][-MOST_WAITING:]]
    return tuple(one for one in alive if one.piece not in LASTING or one in lasting)


def waiting(scene: Scene) -> tuple[Parcel, ...]:
    """What waits for her and is still ticked, the link not being kept back."""
    profile = scene.person.profile
    return kept(scene.person, [one for one in profile.brought if _is_wanted(scene, one)], scene.now)


def came_due(step: Step) -> None:
    """Her hour: a neutral line, if anything still waits."""
    alive = waiting(step.scene)
    step.add(Become(changes={"brought": alive}))
    if not alive:
        return
    at = knock.moment(step.scene, step.places)
    if at is not None and at <= step.scene.now:
        step.leave(OPENED.name)
        step.leave(TICKS.name)  # a screen of ticks left open would bring back what she may now say no to
        step.begin(OPENED.name)
        # On a shared phone this line is gone in a day: a note that was not opened knocks once more in a week.
        step.add(Schedule(key=KEY, at=calendar.her_hour(step.scene.person, step.scene.now + TODAY)))
    else:
        step.add(Schedule(key=KEY, at=at or step.scene.now + LOOK_AGAIN))


def _opened(scene: Scene, about: str) -> Script[None]:
    options = tuple((value, scene.say(f"piece.{value}")) for value in ("open", "later", "no_more"))
    choice = "open"
    if about != "open":
        choice = yield from ask("knock", scene.say("push.question"), Choice(options), loose=True)
    tomorrow = Schedule(key=KEY, at=calendar.her_hour(scene.person, scene.now + timedelta(days=1)))
    if choice == "later":
        yield tomorrow
        yield speak(scene.say("push.later_ok"))
        return
    if choice == "no_more":
        kin = tuple(structs.replace(one, takes=()) for one in scene.person.profile.kin)
        yield from become(scene, kin=kin, brought=())
        yield speak(scene.say("piece.no_more_ok"))
        return
    today, rest = _today(scene.person, waiting(scene))
    shown = yield from given("shown", [[one.link, one.piece, one.words] for one in today])
    yield Become(changes={"brought": rest})
    if rest:
        yield tomorrow
    if not shown:
        yield speak(scene.say("piece.nothing"))
    for at, (link, piece, words) in enumerate(cast("list[tuple[int, str, str]]", shown)):
        yield speak(scene.say(f"piece.shown_{piece}", words=words))
        yield from _answered(scene, at, link, piece)


def _today(person: Person, parcels: tuple[Parcel, ...]) -> tuple[list[Parcel], tuple[Parcel, ...]]:
    """The oldest of each kind, answers of one day together, and what waits for another day."""
    first = {(one.link, one.piece): one for one in reversed(parcels)}

    def is_shown(one: Parcel) -> bool:
        oldest = first[one.link, one.piece]
        same_day = calendar.day_of(person, one.at) == calendar.day_of(person, oldest.at)
        return one is oldest or (one.piece == ANSWER and same_day)

    shown = [one for one in parcels if is_shown(one)]
    return shown, tuple(one for one in parcels if one not in shown)


def _answered(scene: Scene, at: int, link: int, piece: str) -> Script[None]:
    """A heart or a line back, where she ticked that; nothing is expected of her."""
    may = yield from given(f"may{at}", piece != ANSWER and _may_answer(scene, link))
    if not may:
        return
    options = (("heart", HEART), ("none", scene.say("piece.no_answer")))
    text = scene.say("piece.answer_ask")
    answer = yield from ask(f"answer{at}", text, Words(options, columns=2), loose=True)
    if answer == "none":
        return
    kin = of(scene, link)
    if kin is not None and _may_answer(scene, link):  # asked anew: it may have been left or kept back meanwhile
        words = HEART if answer == "heart" else cut(answer)
        yield Tell(person=kin.person, event=KinAnswered(link=link, words=words))
    yield speak(scene.say("piece.answered"))


def _may_answer(scene: Scene, link: int) -> bool:
    """Whether she lets a line go back. What she sees does not depend on whether anybody is there to read it."""
    kin = of(scene, link)
    return kin is not None and kin.state == "linked" and not kin.frozen and ANSWER in kin.gives


# -- what each ticks ---------------------------------------------------------------------------------------------


def _ticks(scene: Scene, _about: str) -> Script[None]:
    """Each piece apart, on one screen, ticked and unticked by a tap as often as wanted. Nothing is ticked at first."""
    hers = scene.person.role != "father"
    lines = [(f"takes:{piece}" if hers else f"gives:{piece}", piece) for piece in PIECES if piece != ANSWER]
    lines.append((f"gives:{ANSWER}" if hers else f"takes:{ANSWER}", ANSWER))
    ticked = set((yield from given("ticked", sorted(_ticked(scene)))))
    for turn in range(MOST_TICKS):
        options = [(value, f"{'✅' if value in ticked else '▫️'} {scene.say(f'piece.{name}')}") for value, name in lines]
        wanted = Choice((*options, ("done", scene.say("piece.done"))))
        text = scene.say("piece.tick_hers" if hers else "piece.tick_his")
        choice = yield from ask(f"tick{turn}", text, wanted, loose=True)
        if choice == "done":
            break
        ticked ^= {choice}
        yield _set(scene, choice, on=choice in ticked)
    yield speak(scene.say("piece.ticked"))


def _set(scene: Scene, tick: str, *, on: bool) -> Become:
    """One tick of every link it is about. What was ticked for a day of hers and is unticked no longer waits."""
    side, _, piece = tick.partition(":")
    kin = tuple(
        structs.replace(one, **{side: tuple(sorted({*getattr(one, side)} - {piece} | ({piece} if on else set())))})
        for one in scene.person.profile.kin
    )
    brought = tuple(one for one in scene.person.profile.brought if on or side != "takes" or one.piece != piece)
    return Become(changes={"kin": kin, "brought": brought})


def _ticked(scene: Scene) -> set[str]:
    kin = scene.person.profile.kin
    return {f"gives:{one}" for link in kin for one in link.gives} | {
        f"takes:{one}" for link in kin for one in link.takes
    }


OPENED = Flow(name="brought", version=2, play=_opened)
TICKS = Flow(name="ticks", version=2, play=_ticks)
FLOWS = (Flow(name="home", version=2, play=_home), OPENED, TICKS)
