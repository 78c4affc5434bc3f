"""The pages of her programme: which comes next and when, which she has reached, what becomes of an unread one.

A page is a week and a push: 0 reflects and plays, 1 is the have-a-go, 2 the circle's question and the pulse. In a
week that stirs old pain the pulse comes the day after the first page, before the have-a-go, and without a question
(clinical outline, section C: no group reflection that night, pulse next day).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from content.courses import Part, Programme
from flows import first_week, research
from flows.effects import AnyEffect, Become, Cancel, Leave, Schedule
from flows.model import Place, Scene
from flows.programme import almanac, calendar, expecting, grief

Page = tuple[int, int]

REFLECT, TRY, QUESTION = 0, 1, 2
USUAL: tuple[int, ...] = (REFLECT, TRY, QUESTION)
STIRRED: tuple[int, ...] = (REFLECT, QUESTION, TRY)
PUSHES = len(USUAL)
PARTS: tuple[tuple[Part, ...], ...] = (("reflect", "play"), ("have_a_go",), ("question",))

SESSION = "session"
PUSHED = frozenset({SESSION, "pulse", "birth", almanac.NAME, grief.SHELF})
"""The flows of what the programme pushes."""

KNOCKS = frozenset({"knock", "knock_again", "~later"})
UNREAD = KNOCKS | {"alone", "door", "tried", "go_on", "play"}
"""Where a page stands that she has not read to its end."""

OFFERS = first_week.QUESTIONS | research.QUESTIONS
"""What is offered behind a page she has read. Passed over, it is not put again by what comes next."""

ANOTHER = "another"
"""A page whose knock gave way is offered once more."""

PASSED = OFFERS | {"mood", "second", ANOTHER, "enough"}
"""Where a page has been read and only what follows it is left, which gives way to the next page in silence."""


def order(course: Programme, week: int) -> tuple[int, ...]:
    """The pushes of a week in the order they come."""
    return STIRRED if week <= course.length and course.stirs(week) else USUAL


def coming(scene: Scene) -> Page:
    """The page that comes next. Its week is past the end once all weeks meant for her now have been."""
    profile, course = scene.person.profile, course_of(scene)
    if is_over(scene):
        return course.length + 1, REFLECT
    return profile.week, order(course, profile.week)[profile.push]


def begun(programme: str, week: int = 1) -> dict[str, object]:
    """What changes of her when a programme begins, or goes on at this week: nothing of an older one is left."""
    fresh = {"push": 0, "told_end": False, "ended_at": None, "later": 0, "pages_from": None}
    return {"programme": programme, "week": week, **fresh, "waiting": (), "trying": 0}


def after_birth(scene: Scene) -> int:
    """The first week of her programme that comes once the baby is there; 0 where it has none."""
    if not scene.person.profile.programme:
        return 0
    weeks = enumerate(course_of(scene).course.weeks, 1)
    return next((number for number, week in weeks if week.after_birth), 0)


def is_over(scene: Scene) -> bool:
    """Whether all pages meant for her now have been: before the birth none comes that is for the time after it."""
    week, course = scene.person.profile.week, course_of(scene)
    if week > course.length:
        return True
    return scene.person.stage == expecting.STAGE and course.course.weeks[week - 1].after_birth


def goes_further(scene: Scene) -> bool:
    """Whether another programme follows hers now: the baby is there, and she has had the pages for that time."""
    if scene.person.stage == expecting.STAGE or not scene.person.profile.programme:
        return False
    return is_over(scene) and bool(after_birth(scene))


def course_of(scene: Scene) -> Programme:
    """Her programme; KeyError while hers is not written."""
    return scene.library.programme(scene.person.profile.programme)


def reached(scene: Scene) -> list[Page]:
    """The pages she may open, in the order they came: of a skipped week all, of this week those that have been."""
    profile, found = scene.person.profile, list[Page]()
    if not profile.programme:
        return found
    course = course_of(scene)
    first = 1 if scene.person.stage == expecting.STAGE else after_birth(scene) or 1
    for week in range(first, min(profile.week, course.length) + 1):
        came = PUSHES if week < profile.week else profile.push
        found += [(week, push) for push in order(course, week)[:came] if has_words(course, week, push)]
    return found


def has_words(course: Programme, week: int, push: int) -> bool:
    """Whether there is anything to read; the pulse of a week that stirs comes without a page."""
    if push == QUESTION and course.stirs(week):
        return False
    return any(getattr(course.course.weeks[week - 1], part) for part in PARTS[push])


def says_something(scene: Scene) -> bool:
    """Whether the coming push brings words: a page, or the end of the written ones."""
    course, (week, push) = course_of(scene), coming(scene)
    return week > course.length or has_words(course, week, push)


def may_go_on(scene: Scene) -> bool:
    """Whether the coming page can be opened at once by somebody without fixed days: a week's pages a day at most.

    The pulse after a page that stirs comes on another day than the page.
    """
    profile, today = scene.person.profile, calendar.day_of(scene.person, scene.now)
    days = [calendar.day_of(scene.person, moment) for moment in (*profile.pushed, *profile.caught)]
    return days.count(today) < (1 if _day_after(scene) else PUSHES)


def caught_up(scene: Scene) -> dict[str, object]:
    """What changes of somebody who opens the coming page at once."""
    return {**advanced(scene), "caught": (*scene.person.profile.caught, scene.now)[-PUSHES:]}


def advanced(scene: Scene) -> dict[str, object]:
    """What changes of her when the coming page goes out now."""
    profile = scene.person.profile
    week, push = coming(scene)
    last = profile.push + 1 >= PUSHES
    changes: dict[str, object] = {
        "week": week + 1 if last else week,
        "push": 0 if last else profile.push + 1,
        "told_end": False,
    }
    if push == TRY:
        changes["trying"] = week
    return changes


# -- when ----------------------------------------------------------------------------------------------------------


def planned(scene: Scene) -> list[AnyEffect]:
    """Plan what comes next anew: after a push, a changed day, hour or zone, a pause, a return."""
    if scene.person.profile.paused_until == calendar.WITHOUT_END:
        return [Cancel(key=SESSION)]
    return [Schedule(key=SESSION, at=next_at(scene))]


def next_at(scene: Scene) -> datetime:
    """When the next page, a note, or the pulse alone comes, if nothing puts it off."""
    person = scene.person
    free = calendar.quiet_until(person, scene.now)
    if not is_alone(scene):
        return _page_at(scene, free)
    moments = [calendar.next_free_push(person, free)]
    if (before := _before_pulse(scene)) is not None:
        moments = [max(calendar.next_pulse(person, before), *moments)]
    if person.profile.lost_at is not None:
        rested, note = calendar.rested_at(person, scene.now), grief.next_from(scene)
    else:
        rested, note = free, almanac.alone_at(scene)
        moments += [_page_at(scene, free)] if not is_over(scene) else []
    moments += [calendar.next_free_push(person, _before(rested, note))] if note is not None else []
    return min(moments)


def page_at(scene: Scene) -> datetime | None:
    """When the next page of her programme comes, if nothing puts it off; None: none is to come."""
    profile = scene.person.profile
    if profile.lost_at is not None or not profile.programme or (profile.told_end and is_over(scene)):
        return None
    return _page_at(scene, calendar.quiet_until(scene.person, scene.now))


def _page_at(scene: Scene, free: datetime) -> datetime:
    person, pushed = scene.person, scene.person.profile.pushed
    if pushed and _day_after(scene) and (moment := calendar.day_after(person, pushed[-1])) > free:
        return moment
    return calendar.next_free_push(person, _before(free, _not_before(scene)))


def _before(free: datetime, begins: datetime) -> datetime:
    """The moment after which a push comes that comes neither by `free` nor before `begins`."""
    return free if begins <= free else begins - timedelta(microseconds=1)


def _not_before(scene: Scene) -> datetime:
    """From when on the coming page may come: its week of pregnancy, and what was promised at the birth."""
    profile, person = scene.person.profile, scene.person
    moments = [scene.now, profile.pages_from or scene.now]
    if profile.programme and expecting.is_known(person) and not profile.push and not is_over(scene):
        week = course_of(scene).course.weeks[profile.week - 1].pregnancy
        moments += [expecting.begins(person, week)] if week else []
    return max(moments)


def is_early(scene: Scene) -> bool:
    """Whether the coming page is for a later time of hers."""
    return _not_before(scene) > scene.now


def pulse_is_early(scene: Scene) -> bool:
    """Whether the pulse alone would come sooner than a week after the last push, or after she joined."""
    before = _before_pulse(scene)
    return before is not None and calendar.next_pulse(scene.person, before) > scene.now


def _before_pulse(scene: Scene) -> datetime | None:
    """What the pulse alone keeps a week from: the last push, else her joining. A page or a note may come sooner.

    So the first thing that comes to an early mother-to-be is something to read, where there is anything for her yet.
    """
    pushed = scene.person.profile.pushed
    return pushed[-1] if pushed else scene.person.profile.joined_at


def is_alone(scene: Scene) -> bool:
    """Whether no page comes now, but the pulse: all have been, or are for later, or she told of a loss."""
    profile = scene.person.profile
    if profile.lost_at is not None or not profile.programme:
        return profile.lost_at is not None
    return (profile.told_end and is_over(scene)) or is_early(scene)


def _day_after(scene: Scene) -> bool:
    """Whether the coming push is the pulse after a page that stirs."""
    profile = scene.person.profile
    return bool(profile.programme) and profile.push == 1 and coming(scene)[1] == QUESTION


# -- what is unread ------------------------------------------------------------------------------------------------


def shelved(scene: Scene) -> list[AnyEffect]:
    """Put away the knocks and half-read pages in front of her: she has one knock at a time, and nothing is lost.

    A page she has not read to its end waits in `profile.waiting`, and can be opened from "My week".
    """
    waiting, effects = list(scene.person.profile.waiting), list[AnyEffect]()
    for place in scene.places:
        question = place.question.partition(".")[0]
        if question not in UNREAD | PASSED or place.flow not in PUSHED:
            continue
        effects.append(Leave(talk=place.talk))
        page = _page_of(place, scene)
        if question in UNREAD and page and page not in waiting:
            waiting.append(page)
    changes: dict[str, object] = {"waiting": tuple(waiting)}
    return [Become(changes=changes), *effects] if effects else []


def is_kept(place: Place, scene: Scene) -> bool:
    """Whether this talk stands at a page that "My week" keeps for her, now that another comes."""
    question = place.question.partition(".")[0]
    return question in UNREAD | {ANOTHER} and bool(_page_of(place, scene))


def passed_over(scene: Scene) -> list[AnyEffect]:
    """Drop the offers behind pages in front of her, so that what she does next does not put them again."""
    return [Leave(talk=place.talk) for place in scene.places if place.flow == SESSION and place.question in OFFERS]


def _page_of(place: Place, scene: Scene) -> str:
    """The unread page of a session as `waiting` has it; "" where there is none."""
    if place.flow != SESSION:
        return ""
    programme, week, push, _ = place.about.split(":")
    if programme != scene.person.profile.programme:
        return ""
    if tagged := place.question.partition(".")[2]:
        return tagged.replace(".", ":")
    course = course_of(scene)
    written = int(week) <= course.length and has_words(course, int(week), int(push))
    return f"{week}:{push}" if written else ""


def unread(scene: Scene) -> Page | None:
    """The newest page that knocked and was not opened, or waits."""
    knocking = [_page_of(place, scene) for place in scene.places if place.question in KNOCKS]
    pages = [*scene.person.profile.waiting, *(page for page in knocking if page)]
    return as_page(pages[-1]) if pages else None


def as_page(written: str) -> Page:
    """A page as `waiting` has it, read."""
    week, push = map(int, written.split(":"))
    return week, push


def without(waiting: tuple[str, ...], week: int, push: int) -> tuple[str, ...]:
    """The waiting pages without this one."""
    return tuple(page for page in waiting if page != f"{week}:{push}")
