"""How what is said in her circle reaches her phone, and when: live and without a sound, as one line a day, or in the room.

Nothing comes by itself outside her safe hours, in a pause, or while she wants quiet: it waits for the room, and one line
says that something waits. On a phone that others hold too that line says nothing of a circle.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import structs

from flows import reachable
from flows.circles import life
from flows.circles.model import GUIDE, HOUSE, Post, Seat, slot
from flows.desk import discreet
from flows.effects import (
    HER,
    AnyEffect,
    Become,
    Cancel,
    Heart,
    Lane,
    React,
    Reads,
    Retract,
    Schedule,
    Send,
    Vacate,
    Withhold,
)
from flows.events import Hearted, Posted, Reacted, Withdrawn
from flows.knock import is_fresh
from flows.model import Button, Message, Scene
from flows.programme import calendar
from flows.step import Step

NEWS = "news"
"""Due rows of what concerns her alone in her circle (`news.py`), by this and what it is."""
KEY = "circle"
"""The due row of the one line that says that something waits."""
TAPPED = "room"
"""What a button of the room has for a question: it belongs to no talk."""
HEART = "❤"
LIVE, DAILY, ROOM = "live", "daily", "room"
AFTER_PAGE = timedelta(hours=1)
"""So much after a page or question that is not opened yet the line comes, if that is a safe hour: not both in one minute."""
THERE = timedelta(minutes=10)
"""After so long without a word or tap of hers the phone may lie on a table, room or not."""
MOST_SHOWN = 60
IDLE, IDLE_SHARED = timedelta(hours=1), timedelta(minutes=10)
"""After so long without a word of hers the room closes."""


def idle(scene: Scene) -> timedelta:
    """How long the room stays open without a word of hers."""
    return IDLE_SHARED if scene.person.profile.shared else IDLE


def closes(scene: Scene) -> datetime | None:
    """Until when what she types goes to her circle, if she says nothing; None: she is in no room.

    A tea hour keeps the room open for whoever is in it as it begins or comes in later: there one reads and writes slowly.
    """
    until = scene.person.profile.room_until
    if scene.seat is None or until is None:
        return until
    tea, over = scene.seat.circle.terms.tea_at, life.tea_until(scene.seat.circle)
    if tea is None or over is None or not tea <= until < over + IDLE_SHARED:
        return until
    return over + IDLE_SHARED


def is_in(scene: Scene, when: datetime | None = None) -> bool:
    """Whether what she types at a moment (now, where none is given) goes to her circle."""
    until = closes(scene)
    return scene.seat is not None and until is not None and (when or scene.now) < until


def comes(scene: Scene) -> str:
    """How posts come to her. On a shared phone never live, whatever she chose before she shared it."""
    profile = scene.person.profile
    if profile.shared:
        return profile.ways.come if profile.ways.come == ROOM else DAILY
    return profile.ways.come or LIVE


def way(scene: Scene, **changes: object) -> Become:
    """Change how she has it with her circle."""
    return Become(changes={"ways": structs.replace(scene.person.profile.ways, **changes)})


def unread(scene: Scene, seat: Seat) -> list[Post]:
    """Posts that are not on her phone yet, oldest first, without those of members she does not want to see.

    Nor what is said anew among them: she reads it once, as it is now. Nor what is past: an hour of tea that is over.
    """
    ways = scene.person.profile.ways
    anew = {post.edits for post in seat.unread if post.edits}
    return [
        post
        for post in seat.unread
        if post.number not in ways.shown and post.number not in anew and _is_for_her(scene, post)
    ]


def _is_for_her(scene: Scene, post: Post) -> bool:
    """Whether she may still read it later: of nobody she hides, not for those inside alone, and not past."""
    return post.flower not in scene.person.profile.ways.hidden and not post.inside and not is_past(post, scene.now)


def is_past(post: Post, now: datetime) -> bool:
    """Whether these are words of the bot that hold no longer."""
    return post.until is not None and post.until <= now


def before(scene: Scene, seat: Seat) -> list[tuple[int, Post]]:
    """The same of circles in which she sat before she was moved to this one: each with its circle."""
    return [(one.circle, post) for one in seat.former for post in one.unread if _is_for_her(scene, post)]


def button(scene: Scene, verb: str, label: str = "", **variables: object) -> Button:
    """A button of the room: it answers no question, and works on an older message too."""
    return Button(label or scene.say(f"circle.do_{verb}", **variables), f"0:{TAPPED}:{verb}")


# -- something has happened in her circle --------------------------------------------------------------------------


def brought(step: Step, event: Posted | Withdrawn | Reacted | Hearted) -> None:
    """Something was said in her circle or goes from it, a heart was given."""
    seat = step.scene.seat
    if isinstance(event, Withdrawn):
        step.add(Retract(to=HER, slot=slot(event.circle, event.number), lane=Lane.CIRCLE))
    elif seat is None:
        return
    elif isinstance(event, Reacted):
        step.add(*_reacted(seat, event))
    elif seat.circle.id != event.circle:
        return  # what was on its way when she left
    elif isinstance(event, Posted):
        _posted(step, seat, event.post)
    else:
        step.add(*_hearted(step.scene, event))


def _hearted(scene: Scene, event: Hearted) -> list[AnyEffect]:
    """Told only while she looks at the chat: a reaction could light up on the phone with her own words beside it."""
    if not is_there(scene):
        return []
    if event.message and not scene.person.profile.shared:
        return [React(to=HER, message=event.message, emoji=HEART, lane=Lane.CIRCLE)]
    return [Send(message=Message(text=scene.say("circle.hearted")), lane=Lane.CIRCLE, silent=True)]


def _reacted(seat: Seat, event: Reacted) -> list[AnyEffect]:
    post = seat.quoted
    if post is None or post.flower in {seat.flower, HOUSE} or not post.number:
        return []
    return [Heart(circle=seat.circle.id, number=post.number, on=event.hearts)]


def _posted(step: Step, seat: Seat, post: Post) -> None:
    scene, circle = step.scene, seat.circle.id
    stands = any(one.number == post.number for one in seat.unread)  # else it was taken back, or its author is forgotten
    if post.flower in scene.person.profile.ways.hidden or not stands or scene.person.profile.ways.greets:
        return  # before she is told of her seat nothing comes: she finds it all as she enters
    if is_past(post, scene.now) or (post.inside and not is_in(scene)):
        return
    shared = scene.person.profile.shared  # it may lie on a table: there words show only while she looks
    if is_there(scene) or (is_in(scene) and not shared) or (comes(scene) == LIVE and may_come(scene)):
        step.add(shown(scene, circle, post, opened=is_there(scene)), *_read(scene, seat, post.number))
    elif not post.inside:
        step.add(*_goes_on(scene), *planned(scene))


def _goes_on(scene: Scene) -> list[AnyEffect]:
    """A tea hour goes on and she has not stirred for a while on a phone that others hold too: one line, which says nothing."""
    knocked, heard = scene.person.profile.ways.knocked_at, scene.person.heard_at
    told = knocked is not None and heard is not None and knocked >= heard
    if not is_in(scene) or told or comes(scene) == ROOM or not may_come(scene):
        return []
    return [_knock(scene, scene.say("circle.knock")), way(scene, knocked_at=scene.now)]


def _knock(scene: Scene, text: str) -> Send:
    """A line that opens the room."""
    message = Message(text=text, buttons=((button(scene, "enter", scene.say("push.open")),),))
    return Send(message=message, lane=Lane.CIRCLE, push=True, silent=True)


def _read(scene: Scene, seat: Seat, number: int) -> list[AnyEffect]:
    """This post is on her phone. Where older ones wait for the room the mark of what she has read stays before them."""
    ways = scene.person.profile.ways
    if any(post.number != number for post in unread(scene, seat)):
        return [way(scene, shown=(*ways.shown, number)[-MOST_SHOWN:])]
    return [Reads(circle=seat.circle.id, number=number), *([way(scene, shown=())] if ways.shown else [])]


def shown(scene: Scene, circle: int, post: Post, *, opened: bool, lane: Lane = Lane.CIRCLE) -> Send:
    """A post as it stands on her phone: who, and what. `opened`: she looks at the chat just now, so nothing goes before."""
    name = {GUIDE: "circle.guide", HOUSE: "circle.house"}.get(post.flower) or f"flower.{post.flower}"
    head = scene.say("circle.anew", flower=scene.say(name)) if post.edits else scene.say(name)
    hearts = f"\n❤ {post.hearts}" if post.hearts else ""
    said = f"{head}\n{post.words}{hearts}".rstrip()
    outside = post.flower == HOUSE and not opened and not is_in(scene)  # it calls her: here is the way in
    return Send(
        message=Message(
            text=said if opened else f"{scene.say('circle.live')}\n\n{said}",
            buttons=((button(scene, "enter"),),) if outside else (),
            file=post.voice,
        ),
        lane=lane,
        slot=slot(circle, post.number),
        answers=slot(circle, post.answers) if post.answers else "",
        push=not opened,
        silent=True,
    )


def is_there(scene: Scene) -> bool:
    """Whether she is in the room and did something a moment ago."""
    heard = scene.person.heard_at
    return is_in(scene) and heard is not None and scene.now - heard < THERE


# -- when something may come by itself -----------------------------------------------------------------------------


def may_come(scene: Scene) -> bool:
    """Whether anything of her circle may come by itself at this moment."""
    return not _is_barred(scene) and calendar.is_safe(scene.person, scene.now) and _from(scene) <= scene.now


def _is_barred(scene: Scene) -> bool:
    """Whether nothing comes at any hour: she asked for quiet, or there is something graver. A later post plans anew."""
    person, profile = scene.person, scene.person.profile
    grave = discreet.rests(scene)
    quiet = profile.quiet_at is not None or profile.paused_until == calendar.WITHOUT_END
    silent = reachable.rests(person)  # a father who gave no sign since his last push: a page of his knocks already
    return person.state != "active" or quiet or profile.lost_at is not None or grave or silent


def _from(scene: Scene) -> datetime:
    """The moment from which something may come, safe hours apart."""
    profile = scene.person.profile
    until = (profile.paused_until, profile.hidden_until, profile.overlooked_until, profile.ways.muted_until)
    return max([scene.now, *(moment for moment in until if moment is not None)])


def planned(scene: Scene) -> list[AnyEffect]:
    """The one line that says that something waits: as her safe hours begin, or, once a day, at her hour."""
    how, person = comes(scene), scene.person
    if how == ROOM or _is_barred(scene):
        return []
    after = _from(scene)
    if how == LIVE:
        return [Schedule(key=KEY, at=calendar.next_safe(person, after))]
    last = person.profile.ways.knocked_at
    at = calendar.her_hour(person, after)
    if at < after or (last is not None and calendar.day_of(person, last) == calendar.day_of(person, at)):
        at = calendar.day_after(person, at)
    return [Schedule(key=KEY, at=at)]


def came_due(step: Step) -> None:
    """Something waits for her, and this is the moment to say so: one line, which opens the room."""
    scene, seat = step.scene, step.scene.seat
    if seat is None or is_in(scene) or _is_barred(scene):
        return
    ways = scene.person.profile.ways
    waits = len(unread(scene, seat)) + len(before(scene, seat))
    if ways.greets or not waits:
        return
    if not may_come(scene) or (comes(scene) != LIVE and knocked_today(scene)):
        step.add(*planned(scene))
        return
    if is_fresh(step.places, scene.now) and calendar.is_safe(scene.person, scene.now + AFTER_PAGE):
        step.add(Schedule(key=KEY, at=scene.now + AFTER_PAGE))
        return
    text = scene.say("circle.knock") if scene.person.profile.shared else scene.say("circle.waiting", n=waits)
    step.add(_knock(scene, text), way(scene, knocked_at=scene.now))


def knocked_today(scene: Scene) -> bool:
    """Whether a line of her circle, or of what concerns her alone there, has knocked on this day of hers."""
    person, last = scene.person, scene.person.profile.ways.knocked_at
    return last is not None and calendar.day_of(person, last) == calendar.day_of(person, scene.now)


def closed(scene: Scene) -> list[AnyEffect]:
    """The room is closed, and nothing is kept that came to the bot since it had closed by itself."""
    profile = scene.person.profile
    kept = [way(scene, astray=())] if profile.ways.astray else []
    return [*kept, *([Become(changes={"room_until": None})] if profile.room_until is not None else [])]


def put_away(scene: Scene) -> list[AnyEffect]:
    """She stopped, or is out of reach: the room is closed, and what she wrote and nobody has seen goes to nobody."""
    if scene.seat is None:
        return []
    return [Cancel(key=KEY), *closed(scene), Withhold(circle=scene.seat.circle.id)]


def departed(scene: Scene) -> list[AnyEffect]:
    """She leaves her circle, and takes along what she wrote and nobody has seen."""
    left = [Vacate(circle=scene.seat.circle.id)] if scene.seat is not None else []
    return [*put_away(scene), *left, Cancel(key=f"{NEWS}:*")]


def is_muted(scene: Scene) -> bool:
    """Whether she has asked the circle alone to be quiet."""
    until = scene.person.profile.ways.muted_until
    return until is not None and until > scene.now


def planned_if_waiting(scene: Scene) -> list[AnyEffect]:
    """The line planned anew, after she changed how posts come: only where some wait."""
    seat = scene.seat
    return planned(scene) if seat is not None and (unread(scene, seat) or before(scene, seat)) else []
