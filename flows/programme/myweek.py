"""My week: what has come can be opened again, what comes can be moved. A menu, edited in place; nothing expires."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from msgspec import structs

from flows import menu, questions
from flows.desk import discreet
from flows.effects import Begin
from flows.model import Scene
from flows.programme import almanac, calendar, expecting, grief, pages
from flows.programme.pages import Page
from flows.script import Choice, Flow, Script, ask, become, given, speak

MOST_LISTED = 8
NO_FIXED_DAYS = "dads"
"""The programme whose pages can be asked for at once (`PRODUCT` of fathers: no fixed day, catching up is one tap)."""

PAUSES = {"one": timedelta(weeks=1), "two": timedelta(weeks=2)}
AWAKE: dict[str, object] = {"state": "active", "stopped_at": None, "paused_until": None}
"""What she becomes when she asks for pages again: neither stopped nor paused."""

NO_PAGE = {"week.paused": "tracks.paused", "week.paused_now": "tracks.paused", "week.resumed": "tracks.resumed"}
"""What is said in place of the day of the next page where none is to come."""

OURS = {"next": "tracks.next", "note": "tracks.note"}

Option = tuple[str, str]


def _week(scene: Scene, _about: str) -> Script[None]:
    if scene.person.profile.lost_at is not None:
        yield from _quiet(scene)
        return
    came = pages.reached(scene)
    choice = yield from ask("menu", _where(scene, came), Choice(_options(scene, came)), loose=True)
    if choice == "latest":
        yield from _open(scene, came[-1])
    elif choice == "waiting":
        yield from _open(scene, _waiting(scene)[0])
    elif choice == "this":
        yield from _of_week(scene, came[-1][0])
    elif choice == "next":
        yield from _next(scene)
    elif choice == "note":
        yield from pages.shelved(scene)
        yield Begin(flow=almanac.NAME, about=f"open:{almanac.latest(scene)}")
    elif choice == "earlier":
        yield from _earlier(scene, sorted({week for week, _ in came}))
    else:
        yield from _more(scene)


def _where(scene: Scene, came: list[Page]) -> str:
    """The words above the menu."""
    if scene.person.state == "stopped":
        return scene.say("week.paused_open")
    if calendar.is_paused(scene.person, scene.now):
        return _dated(scene, "week.paused_now")
    if not scene.person.profile.programme:
        return scene.say("join.waiting")
    rests = discreet.rests(scene)  # then no day can be promised
    moment = None if rests else pages.page_at(scene)
    if moment is not None and pages.is_early(scene):
        return scene.say("tracks.week_later" if came else "tracks.week_first", **menu.day_and_date(scene, moment))
    if moment is not None and not came:
        return scene.say("week.first", **menu.day_and_hour(scene, moment))
    return scene.say("week.menu")


def _options(scene: Scene, came: list[Page]) -> tuple[Option, ...]:
    """What there is to do now. One page is opened straight away, several are listed."""
    this = [page for page in came if page[0] == came[-1][0]]
    wanted = [
        ("next", _has_next(scene)),
        ("latest", bool(came)),
        ("waiting", bool(set(_waiting(scene)) - set(came[-1:]))),
        ("this", len(this) > 1),
        ("earlier", len(this) < len(came)),
        ("note", bool(almanac.latest(scene))),
        ("more", True),
    ]
    return tuple((name, scene.say(OURS.get(name, f"week.{name}"))) for name, there in wanted if there)


def _has_next(scene: Scene) -> bool:
    """Whether the coming page can be asked for at once."""
    profile, active = scene.person.profile, scene.person.state == "active"
    rests = discreet.rests(scene)
    waits = rests or not active or profile.loss_asked_at is not None or calendar.is_paused(scene.person, scene.now)
    return profile.programme == NO_FIXED_DAYS and not waits and not pages.is_over(scene)


def _next(scene: Scene) -> Script[None]:
    """On with the coming page at once, a week's pages a day at most; what was planned for today gives way."""
    if not (yield from given("may_go_on", pages.may_go_on(scene))):
        yield from pages.passed_over(scene)
        yield speak(scene.say("tracks.next_tomorrow"))
        return
    week, push = pages.coming(scene)
    yield from pages.shelved(scene)
    scene = yield from become(scene, **pages.caught_up(scene))
    yield from pages.planned(scene)
    yield Begin(flow="session", about=f"{scene.person.profile.programme}:{week}:{push}:next")


def onward(scene: Scene) -> Script[None]:
    """On where somebody without fixed days stands: the unread page, else the coming one, else the menu."""
    unread = yield from given("unread", pages.unread(scene))
    if unread is not None:
        yield from _open(scene, (unread[0], unread[1]))
    elif (yield from given("has_next", _has_next(scene))):
        yield from _next(scene)
    else:
        yield Begin(flow=FLOW.name)


def _waiting(scene: Scene) -> list[Page]:
    """The pages that wait unread, oldest first."""
    return [pages.as_page(page) for page in scene.person.profile.waiting]


def _open(scene: Scene, page: Page, how: str = "open") -> Script[None]:
    week, push = page
    yield from pages.shelved(scene)
    yield Begin(flow="session", about=f"{scene.person.profile.programme}:{week}:{push}:{how}")


# -- earlier pages -------------------------------------------------------------------------------------------------


def _earlier(scene: Scene, weeks: list[int]) -> Script[None]:
    """The weeks by title, the newest first, a screenful at a time."""
    newest = weeks[::-1]
    for at in range(0, len(newest), MOST_LISTED):
        listed = [(str(week), _title(scene, week)) for week in newest[at : at + MOST_LISTED]]
        further = [("further", scene.say("week.further"))] if at + MOST_LISTED < len(newest) else []
        asked = f"weeks{at // MOST_LISTED}"
        choice = yield from ask(asked, scene.say("week.which"), Choice((*listed, *further)), back=True, loose=True)
        if choice != "further":
            yield from _of_week(scene, int(choice))
            return


def _title(scene: Scene, week: int) -> str:
    """A week's title; that of a week for her alone is not shown in a list."""
    course = pages.course_of(scene)
    return scene.say("week.private") if course.alone(week) else course.title(week, scene.person.language)


def _of_week(scene: Scene, week: int) -> Script[None]:
    came = [push for number, push in pages.reached(scene) if number == week]
    listed = tuple((str(push), scene.say(f"week.part_{push}")) for push in came)
    push = yield from ask("part", _title(scene, week), Choice(listed), back=True, loose=True)
    yield from _open(scene, (week, int(push)))


# -- moving what comes ---------------------------------------------------------------------------------------------


def _more(scene: Scene) -> Script[None]:
    profile = scene.person.profile
    paused = scene.person.state == "stopped" or calendar.is_paused(scene.person, scene.now)
    wanted = [
        ("later", pages.unread(scene) is not None and scene.person.state != "stopped"),
        ("skip", bool(profile.programme) and not paused and not profile.told_end and not pages.is_early(scene)),
        ("pause", bool(profile.programme) and not paused),
        ("resume", paused),
        ("born", scene.person.stage == "expecting"),
        ("sad", True),
    ]
    options = tuple((name, scene.say(f"week.{name}")) for name, there in wanted if there)
    choice = yield from ask("more", scene.say("week.more_ask"), Choice(options), back=True, loose=True)
    if choice == "later" and (page := pages.unread(scene)) is not None:
        yield from _open(scene, page, "later")
    elif choice == "skip":
        yield from _skip(scene)
    elif choice == "pause":
        yield from _pause(scene)
    elif choice == "resume":
        yield from _resume(scene)
    elif choice in {"born", "sad"}:
        yield from pages.passed_over(scene)
        yield Begin(flow="birth" if choice == "born" else "sad")


def _skip(scene: Scene) -> Script[None]:
    """Nothing more this calendar week; the next page is the first of the next week, on her first day.

    What of the programme's week had not come can be opened from the list. A week not yet begun is only moved.
    """
    profile = scene.person.profile
    begun = {"week": profile.week + 1, "push": 0} if profile.push else {}
    local = scene.now.astimezone(scene.person.tz)
    monday = datetime.combine(local.date() + timedelta(days=7 - local.weekday()), time(0), scene.person.tz)
    yield from _rests(scene)
    scene = yield from become(scene, **begun, paused_until=monday - timedelta(microseconds=1))
    yield from _moved(scene, "week.skipped")


def _pause(scene: Scene) -> Script[None]:
    spans = tuple((name, scene.say(f"week.pause_{name}")) for name in (*PAUSES, "open"))
    span = yield from ask("span", scene.say("week.pause_ask"), Choice(spans), back=True, loose=True)
    until = scene.now + PAUSES[span] if span in PAUSES else calendar.WITHOUT_END
    yield from _rests(scene)
    scene = yield from become(scene, paused_until=until)
    yield from _moved(scene, "week.paused")


def _resume(scene: Scene) -> Script[None]:
    """On from where she was, after a pause or after she said stop."""
    scene = yield from become(scene, **AWAKE)
    yield from _moved(scene, "week.resumed")


def _moved(scene: Scene, key: str) -> Script[None]:
    """Plan what comes anew and say when. An offer she passed over on her way here is not put again under it."""
    yield from pages.passed_over(scene)
    yield from pages.planned(scene)
    yield speak(_dated(scene, key) if scene.person.profile.programme else scene.say("join.waiting"))


def _rests(scene: Scene) -> Script[None]:
    """What she had asked for again later today does not come in a pause: it waits in the list instead."""
    resting = [place for place in scene.places if place.flow in pages.PUSHED and place.question == "~later"]
    if resting:
        yield from pages.shelved(structs.replace(scene, places=tuple(resting)))


def _dated(scene: Scene, key: str) -> str:
    """A line that says when the next page comes, or, in a pause without end, that none does until she says so."""
    if scene.person.profile.paused_until == calendar.WITHOUT_END:
        return scene.say("week.paused_open")
    if (moment := pages.page_at(scene)) is None:
        return scene.say(NO_PAGE.get(key, key), **menu.day_and_date(scene, pages.next_at(scene)))
    return scene.say(key, **menu.day_and_date(scene, moment))


# -- after a loss --------------------------------------------------------------------------------------------------


def _quiet(scene: Scene) -> Script[None]:
    """No word of babies unless she asks; and once more whether she means it. The notes that came can be opened."""
    came = yield from given("notes", [page.id for page in grief.came(scene)], older=[])
    notes = (("notes", scene.say("tracks.mourning_came")),) if came else ()
    wanted = (*notes, ("person", scene.say("door.person")), ("again", scene.say("week.again")))
    choice = yield from ask("quiet", scene.say("week.quiet"), Choice(wanted), loose=True)
    if choice == "notes":
        yield from _note(scene, came)
        return
    if choice == "person":
        yield Begin(flow="person")
        return
    sure = Choice((("yes", scene.say("week.again_yes")), ("no", scene.say("week.again_no"))))
    if (yield from ask("again", scene.say("week.again_ask"), sure, back=True, loose=True)) == "no":
        yield speak(scene.say("week.again_not"))
        return
    scene = yield from become(scene, **(yield from _expects_again(scene)), **AWAKE, lost_at=None)
    yield from _moved(scene, "week.resumed")


def _note(scene: Scene, came: list[str]) -> Script[None]:
    """One of the notes for the time after a loss, by its title where there are several."""
    chosen, shelf = came[0], scene.library.shelf(grief.SHELF)
    if len(came) > 1 and shelf is not None:
        notes = [page for page in shelf.pages if page.id in came]
        listed = tuple((page.id, shelf.title(page, scene.person.language)) for page in reversed(notes))
        which = scene.say("tracks.mourning_which")
        chosen = yield from ask("note", which, Choice(listed), back=True, loose=True)
    yield from pages.shelved(scene)
    yield Begin(flow=grief.SHELF, about=f"open:{grief.SHELF}/{chosen}")


def _expects_again(scene: Scene) -> Script[dict[str, object]]:
    """Who had told of a loss while she was expecting may expect again: then the pages begin anew with that time."""
    asks = scene.person.stage == expecting.STAGE and not scene.person.profile.child
    if not (yield from given("asks_month", asks)):
        return {}
    if (month := (yield from questions.due_month(scene))) is None:
        return {}
    again = {"child": month, "births_asked": 0, "birth_asked_at": None}
    return pages.begun(scene.person.profile.programme) | again


FLOW = Flow(name="week", version=1, play=_week, passing=True)
