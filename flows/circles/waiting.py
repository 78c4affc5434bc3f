"""Before she has a circle: whether she wants one, beside whom, and until when she waits, truthfully; then the welcome.

Circles begin on calendar dates (`dates.py`); who is seated with whom is decided elsewhere, once a day. Whoever waits
for check-ins waits for a circle too: both need people of ours who have room.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from msgspec import structs

from flows.circles import dates, reading
from flows.circles.model import Ways
from flows.circles.reading import button
from flows.circles.stages import stage_of
from flows.effects import Become, Cancel, Schedule, Vacate
from flows.events import Seated
from flows.knock import SOON, is_fresh, knock
from flows.menu import day_and_date
from flows.model import Scene
from flows.programme import calendar
from flows.script import Choice, Flow, Script, ask, become, given, speak
from flows.step import Step

NAME = "circle"
WELCOME = "welcome"
"""The flow, and the due row, that tells her of her seat."""
WAITS, NO = "waits", "no"
FIRST_WEEK = timedelta(days=7)


def opened(step: Step) -> None:
    """She asks for her circle and has none."""
    step.leave(NAME)
    step.begin(NAME)


def why_not(scene: Scene) -> str:
    """Why there can be no circle for her, as `circle.not_…`; "" where there can."""
    person, profile = scene.person, scene.person.profile
    if profile.lost_at is not None:
        return "lost"
    if profile.adult is not True:
        return "young"
    today = scene.now.astimezone(calendar.zone_of(scene.desk)).date()
    told = stage_of(person.role, person.stage, profile.child, today, own_pace=profile.own_pace)
    return "kind" if told is None else ""


def next_date(scene: Scene) -> datetime:
    """The next day on which circles begin, at noon by the desk's clock: today, where people are still to be seated."""
    zone = calendar.zone_of(scene.desk)
    now = scene.now.astimezone(zone)
    day = dates.on_or_after(now.date() + timedelta(days=now.hour >= dates.HOUR))
    return datetime.combine(day, time(12), zone).astimezone(UTC)


# -- does she want one ---------------------------------------------------------------------------------------------


def _circle(scene: Scene, _about: str) -> Script[None]:
    no = yield from given("why_not", why_not(scene))
    if no:
        yield speak(scene.say(f"circle.not_{no}"))
        return
    if (yield from given("waits", scene.person.profile.circle_wish == WAITS)):
        stay = tuple((value, scene.say(f"circle.wait_{value}")) for value in ("stay", "change", "no"))
        answer = yield from ask("wait", _until(scene), Choice(stay, columns=1), loose=True)
        if answer == "stay":
            yield speak(scene.say("circle.wait_on"))
            return
    else:
        want = tuple((value, scene.say(f"circle.want_{value}")) for value in ("yes", "no"))
        people = scene.say(f"circle.people_{scene.person.role}")
        text = scene.say("circle.want", people=people, names=_names(scene))
        answer = yield from ask("want", text, Choice(want), loose=True)
    if answer == "no":
        yield from become(scene, circle_wish=NO, circle_since=None, circle_date="")
        yield speak(scene.say("circle.not_now"))
        return
    beside = tuple((value, scene.say(f"circle.beside_{value}")) for value in ("far", "near"))
    near = yield from ask("beside", scene.say("circle.beside"), Choice(beside, columns=1), loose=True)
    since = scene.person.profile.circle_since or scene.now
    scene = yield from become(scene, circle_wish=WAITS, neighbours=near == "near", circle_since=since)
    yield speak(_until(scene))


def _names(scene: Scene) -> str:
    """Under which names people write in the circles there are for her."""
    return scene.say(f"circle.names_{'fathers' if scene.person.role == 'father' else 'flowers'}")


def _until(scene: Scene) -> str:
    """Until when she waits, as far as anybody knows: the last seating said `circle_date` of her, as `why:2026-03-16`."""
    if scene.person.waits_since is not None:
        return scene.say("circle.waits_room")
    known, _, told = scene.person.profile.circle_date.partition(":")
    if known and not told:
        return scene.say("circle.waits_unknown")
    moment = next_date(scene)
    if told:
        zone = calendar.zone_of(scene.desk)
        moment = max(moment, datetime.combine(date.fromisoformat(told), time(12), zone).astimezone(UTC))
    return scene.say("circle.waits", **day_and_date(scene, moment))


def offered(scene: Scene) -> Script[None]:
    """One line at the end of a page she has opened, once, after her first week: that there are circles. It asks nothing."""
    profile = scene.person.profile
    joined = profile.joined_at is not None and scene.now - profile.joined_at >= FIRST_WEEK
    fresh = not (profile.circle_wish or profile.ways.offered or scene.seat is not None or scene.case is not None)
    if (yield from given("circle", joined and fresh and not why_not(scene), older=False)):
        yield reading.way(scene, offered=True)
        people = scene.say(f"circle.people_{scene.person.role}")
        yield speak(
            scene.say("circle.offered", people=people, names=_names(scene)),
            buttons=((button(scene, "enter", scene.say("menu.circle")),),),
        )


# -- she has a seat ------------------------------------------------------------------------------------------------


def seated(step: Step, event: Seated) -> None:
    """She is told in her next safe hour, at her minute; where nothing may come, once she opens her circle herself."""
    scene = step.scene
    step.leave(NAME)
    greets = "near" if event.near and event.eased else "plain"
    ways = structs.replace(Ways(), offered=True, greets=greets, come=scene.person.profile.ways.come)
    step.add(
        Become(changes={"ways": ways, "circle_wish": "", "circle_since": None, "circle_date": "", "rather_wait": False})
    )
    if scene.person.state == "active" and scene.person.profile.quiet_at is None:
        step.add(Schedule(key=WELCOME, at=calendar.next_safe(scene.person, scene.now)))


def came_due(step: Step) -> None:
    """The moment to tell her."""
    if step.scene.seat is None or not step.scene.person.profile.ways.greets or step.scene.person.state != "active":
        return
    if not reading.may_come(step.scene):
        at = calendar.day_after(step.scene.person, step.scene.now)
        step.add(Schedule(key=WELCOME, at=at))
        return
    now = step.scene.now
    if is_fresh(step.places, now):
        step.add(Schedule(key=WELCOME, at=calendar.next_safe(step.scene.person, now + SOON)))
        return
    step.add(reading.way(step.scene, knocked_at=now))
    step.leave(WELCOME)
    step.begin(WELCOME)


def _welcome(scene: Scene, about: str) -> Script[None]:
    yield from knock(scene, "open" if about == "open" else "knock", "circle.push")
    seat = scene.seat
    if not (yield from given("seated", seat is not None)) or seat is None:
        yield speak(scene.say("circle.over"))
        return
    if (yield from given("near", scene.person.profile.ways.greets == "near")):
        stay = tuple((value, scene.say(f"circle.near_{value}")) for value in ("stay", "wait"))
        if (yield from ask("near", scene.say("circle.near"), Choice(stay, columns=1), loose=True)) == "wait":
            yield Vacate(circle=seat.circle.id)
            yield Cancel(key=reading.KEY)
            yield from become(scene, circle_wish=WAITS, circle_since=scene.now, rather_wait=True, room_until=None)
            yield speak(_until(scene))
            return
    yield speak(scene.say("circle.welcome", flower=scene.say(f"flower.{seat.flower}")))
    yield speak(scene.say("circle.rule_reads"))
    yield speak(scene.say("circle.rule_passed"))
    yield reading.way(scene, greets="")
    begun = yield from given("begun", seat.circle.begins_at <= scene.now)
    last = scene.say("circle.rule_free_shared" if scene.person.profile.shared else "circle.rule_free")
    if begun:
        yield speak(last, buttons=((button(scene, "enter"),),))
    else:
        when = scene.say("circle.begins_on", **day_and_date(scene, seat.circle.begins_at))
        yield speak(f"{last}\n\n{when}")


FLOW = Flow(name=NAME, version=1, play=_circle)
WELCOMED = Flow(name=WELCOME, version=1, play=_welcome, again=False)
