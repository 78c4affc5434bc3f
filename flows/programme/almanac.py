"""The calendar: short notes by week of pregnancy and by month of the child's age, beside the weeks of a programme.

A note rides on the first page of a week; in weeks without a page one push a month may bring it alone. It is never a
push more, and only the newest that is due is told. Who expects again after a loss gets the notes of the shelf `hope`
wherever one is due.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from content.courses import Page, Part, Programme
from flows import knock
from flows.model import Note, Scene
from flows.programme import afterwards, calendar, expecting, timed
from flows.script import Flow, Script, become, given

NAME = "note"
PREGNANCY, CHILD, HOPE = "pregnancy", "child", "hope"
SAID: tuple[Part, ...] = ("reflect", "play", "have_a_go", "question")
PROGRAMMES = frozenset({"bumps", "mums"})
"""Whose readers the notes are written for."""

ALONE_EVERY = timedelta(days=30)
"""In weeks without a page a note comes by itself this often at most."""

LONG_WEEK = 4070
"""Bytes of a week's own words and of the note together that it carries at most: what stands around them (knocks,
questions, a check-in) takes 2 KB, and a week is to cost her less than 6."""

BEFORE_ALL = -1


def due(scene: Scene) -> tuple[str, Page, Note] | None:
    """The note to tell now: its shelf, its page, and what is kept once it is told."""
    line, now = _line(scene), scene.now
    if not line:
        return None
    told, reached = _told(scene, line), _reached(scene, line)
    found = {shelf: timed.newest(scene.library.shelf(shelf), told, reached) for shelf in _of(scene, line)}
    there = {shelf: page for shelf, page in found.items() if page is not None}
    if not there:
        return None
    shelf, page = next(iter(there.items()))
    return shelf, page, Note(shelf=line, at=max(map(timed.at, there.values())), told_at=now, page=_name(shelf, page))


def told(scene: Scene, course: Programme, week: int, tag: str) -> Script[None]:
    """Behind the words of the first page of her present week: the note that is due, if one is and the week has room."""
    found = due(scene) if _is_present(scene, week) else None
    found = found if found is not None and _fits(scene, course, week, found) else None
    if named := (yield from given(f"note{tag}", "" if found is None else found[2].page)):
        yield from (yield from timed.spoken(scene, named))
        yield from become(scene, noted=found and found[2])


def latest(scene: Scene) -> str:
    """The notes she may open again, as the talk is about them; "" where there is none for now."""
    profile = scene.person.profile
    later = afterwards.latest(scene)
    noted = profile.noted.page if profile.noted is not None and profile.noted.shelf == _line(scene) else ""
    return ",".join(name for name in (later, noted) if name)


# -- in weeks without a page ---------------------------------------------------------------------------------------


def alone(scene: Scene) -> tuple[str, str, dict[str, object]] | None:
    """The push that brings a note, where it is time for one: its flow, what it is about, what changes of her."""
    later, changes, names = afterwards.due(scene), dict[str, object](), list[str]()
    if later is not None:
        names.append(_name(afterwards.SHELF, later))
        changes["later"] = timed.at(later)
    at = _alone_from(scene) if later is None else None if afterwards.is_last(scene, later) else scene.now
    if at is not None and at <= scene.now and (found := due(scene)) is not None:
        names.append(found[2].page)
        changes["noted"] = found[2]
    return (NAME, f"knock:{','.join(names)}", changes) if names else None


def alone_at(scene: Scene) -> datetime | None:
    """From when on a note may come by itself; None: there is none to come."""
    moments = [moment for moment in (afterwards.next_from(scene), _alone_from(scene)) if moment is not None]
    return min(moments, default=None)


def _alone_from(scene: Scene) -> datetime | None:
    line, profile = _line(scene), scene.person.profile
    if not line or afterwards.next_from(scene) is not None:  # those bring it with them
        return None
    same = profile.noted is not None and profile.noted.shelf == line  # the first one after the birth need not wait
    rested = profile.noted.told_at + ALONE_EVERY if same and profile.noted is not None else scene.now
    if due(scene) is not None:
        return max(rested, scene.now)
    coming = [timed.following(scene.library.shelf(shelf), _reached(scene, line)) for shelf in _of(scene, line)]
    begins = [_begins(scene, line, timed.at(page)) for page in coming if page is not None]
    return max(rested, min(begins)) if begins else None


# -- the two lines -------------------------------------------------------------------------------------------------


def _line(scene: Scene) -> str:
    """Which calendar is hers: by week of pregnancy, by month of age, or none."""
    person, profile = scene.person, scene.person.profile
    sad = profile.lost_at is not None or profile.loss_asked_at is not None
    if sad or profile.programme not in PROGRAMMES or not profile.child:
        return ""
    return PREGNANCY if person.stage == expecting.STAGE else CHILD


def _of(scene: Scene, line: str) -> tuple[str, ...]:
    """The shelves of a line, the one that goes before first."""
    return (HOPE, PREGNANCY) if line == PREGNANCY and scene.person.profile.lost_before else (line,)


def _told(scene: Scene, line: str) -> int:
    noted = scene.person.profile.noted
    return noted.at if noted is not None and noted.shelf == line else BEFORE_ALL


def _reached(scene: Scene, line: str) -> int:
    person, local = scene.person, scene.now.astimezone(scene.person.tz)
    if line == PREGNANCY:
        return expecting.week(person, scene.now)
    if person.profile.child == f"{local:%Y-%m}":
        return 0  # it is there, whatever day of the month it is
    return calendar.months_since(person.profile.child, local)


def _begins(scene: Scene, line: str, at: int) -> datetime:
    person = scene.person
    if line == PREGNANCY:
        return expecting.begins(person, at)
    year, month = map(int, person.profile.child.split("-"))
    months = year * 12 + month - 1 + at
    return calendar.middle_of(person, f"{months // 12:04}-{months % 12 + 1:02}")


def _is_present(scene: Scene, week: int) -> bool:
    """Whether this is the week she is in, not an older one that she reads again."""
    profile = scene.person.profile
    return profile.week == week or (profile.week == week + 1 and not profile.push)


def _fits(scene: Scene, course: Programme, week: int, found: tuple[str, Page, Note]) -> bool:
    """Whether a week is short enough to carry this note, which else waits for the next one."""
    wanted, language = calendar.wordings(scene.person, scene.now), scene.person.language
    texts = [text for part in SAID for text in course.bubbles(week, part, language, wanted)]
    shelf = scene.library.shelf(found[0])
    texts += shelf.bubbles(found[1], language, wanted) if shelf is not None else ()
    return sum(len(text.encode()) for text in texts) <= LONG_WEEK


def _name(shelf: str, page: Page) -> str:
    return timed.name(shelf, page)


def _note(scene: Scene, about: str) -> Script[None]:
    """`about` is `how:shelf/page,shelf/page`."""
    how, _, names = about.partition(":")
    yield from knock.knock(scene, how, "push.words")
    for named in names.split(","):
        yield from (yield from timed.spoken(scene, named))


FLOW = Flow(name=NAME, version=1, play=_note)
