"""What passes between the two: a have-a-go to do together, three lines for the child, "I am thinking of you".

He may always write one; what he hears is the same whether it reaches anybody or not. On her side it comes at her own
minute of another day, behind a neutral line, and only what she has ticked. A note for the child waits without an end;
what was meant for a day is gone after a week.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from msgspec import structs

from flows import knock
from flows.effects import AnyEffect, Become, Schedule, Tell
from flows.events import KinAnswered, KinBrought
from flows.family.linking import of
from flows.family.model import ANSWER, GO, MOTHER, NOTE, PIECES, THOUGHT, Kin, Parcel
from flows.model import Scene
from flows.programme import calendar
from flows.script import Choice, Flow, Script, Words, ask, become, given, speak
from flows.step import Step

KEY = "brought"
LASTING = frozenset({NOTE, ANSWER})
"""What waits without an end, for whoever is not reached: lines for the child, and an answer that came for him."""
TODAY = timedelta(days=7)
"""How long a piece that was meant for a day may wait."""
MOST = 3
"""How many wait at once; a newer one takes the place of the oldest that may go."""
HEART = "❤️"
LONGEST = 600
"""Characters of a piece: what a message of ours has at most."""
LOOK_AGAIN = timedelta(days=1)


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
    yield from _sent(scene, piece, words[:LONGEST])
    yield speak(scene.say("piece.sent"))


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
    scene, kin = step.scene, of(step.scene, event.link)
    piece = event.piece if isinstance(event, KinBrought) else ANSWER
    if kin is None or not is_open(kin) or piece not in kin.takes:
        return
    new = Parcel(link=event.link, piece=piece, words=event.words, at=scene.now)
    step.add(Become(changes={"brought": kept((*scene.person.profile.brought, new), scene.now)}))
    step.add(Schedule(key=KEY, at=calendar.her_hour(scene.person, scene.now + timedelta(days=1))))


def kept(parcels: tuple[Parcel, ...], now: datetime) -> tuple[Parcel, ...]:
    """Those that may still come: notes for the child and answers, of the others the young ones; MOST at the most."""
    alive = [one for one in parcels if one.piece in LASTING or now - one.at < TODAY]
    while len(alive) > MOST:
        alive.remove(next((one for one in alive if one.piece not in LASTING), alive[0]))
    return tuple(alive)


def came_due(step: Step) -> None:
    """Her hour: a neutral line, if anything still waits."""
    scene = step.scene
    alive = kept(scene.person.profile.brought, scene.now)
    step.add(Become(changes={"brought": alive}))
    if not alive:
        return
    at = knock.moment(scene, step.places)
    if at is not None and at <= scene.now:
        step.leave(OPENED.name)
        step.begin(OPENED.name)
    else:
        step.add(Schedule(key=KEY, at=at or scene.now + LOOK_AGAIN))


def _opened(scene: Scene, about: str) -> Script[None]:
    options = tuple((value, scene.say(f"piece.{value}")) for value in ("open", "later", "no_more"))
    choice = "open"
    if about != "open":
        choice = yield from ask("knock", scene.say("push.question"), Choice(options), loose=True)
    waiting = yield from given("waiting", [[one.link, one.piece, one.words] for one in scene.person.profile.brought])
    if choice == "later":
        yield Schedule(key=KEY, at=calendar.her_hour(scene.person, scene.now + timedelta(days=1)))
        yield speak(scene.say("push.later_ok"))
        return
    scene = yield from become(scene, brought=())
    if choice == "no_more":
        kin = tuple(structs.replace(one, takes=()) for one in scene.person.profile.kin)
        yield from become(scene, kin=kin)
        yield speak(scene.say("piece.no_more_ok"))
        return
    for link, piece, words in cast("list[tuple[int, str, str]]", waiting):
        yield speak(scene.say(f"piece.shown_{piece}", words=words))
        yield from _answered(scene, link, piece)


def _answered(scene: Scene, link: int, piece: str) -> Script[None]:
    """A heart or a line back, where she ticked that; nothing is expected of her."""
    kin = of(scene, link)
    may = yield from given(f"may_{piece}", kin is not None and is_open(kin) and ANSWER in kin.gives and piece != ANSWER)
    if not may or kin is None:
        return
    options = (("heart", HEART), ("none", scene.say("piece.no_answer")))
    answer = yield from ask(f"answer_{piece}", scene.say("piece.answer_ask"), Words(options, columns=2), loose=True)
    if answer != "none":
        words = HEART if answer == "heart" else answer[:LONGEST]
        yield Tell(person=kin.person, event=KinAnswered(link=link, words=words))
        yield speak(scene.say("piece.answered"))


# -- what each ticks ---------------------------------------------------------------------------------------------


def _ticks(scene: Scene, _about: str) -> Script[None]:
    """Each piece apart, ticked and unticked by a tap, as often as wanted."""
    hers = MOTHER not in {one.who for one in scene.person.profile.kin}
    lines = [(f"takes:{piece}" if hers else f"gives:{piece}", piece) for piece in PIECES if piece != ANSWER]
    lines.append((f"gives:{ANSWER}" if hers else f"takes:{ANSWER}", ANSWER))
    ticked = set((yield from given("ticked", sorted(_ticked(scene)))))
    for turn in range(MOST_TICKS):
        options = [(value, f"{'✅' if value in ticked else '▫️'} {scene.say(f'piece.{name}')}") for value, name in lines]
        wanted = Choice((*options, ("done", scene.say("piece.done"))))
        choice = yield from ask(
            f"tick{turn}", scene.say("piece.tick_hers" if hers else "piece.tick_his"), wanted, loose=True
        )
        if choice == "done":
            break
        ticked ^= {choice}
        gives = tuple(sorted(one.partition(":")[2] for one in ticked if one.startswith("gives")))
        takes = tuple(sorted(one.partition(":")[2] for one in ticked if one.startswith("takes")))
        kin = tuple(structs.replace(one, gives=gives, takes=takes) for one in scene.person.profile.kin)
        scene = yield from become(scene, kin=kin)
    yield speak(scene.say("piece.ticked"))


MOST_TICKS = 20


def _ticked(scene: Scene) -> set[str]:
    kin = scene.person.profile.kin
    return {f"gives:{one}" for link in kin for one in link.gives} | {
        f"takes:{one}" for link in kin for one in link.takes
    }


OPENED = Flow(name="brought", version=1, play=_opened)
FLOWS = (Flow(name="home", version=1, play=_home), OPENED, Flow(name="ticks", version=1, play=_ticks))
