"""Where the walks through the flows begin: every flow, as it opens in each of the states that matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from msgspec import structs

from content.library import Library
from flows.checkins import screening
from flows.circles import news, refusals
from flows.circles.model import Terms, Ways
from flows.concern import Finding
from flows.consent import CONSENT
from flows.desk.announcement import Announcement
from flows.desk.office import Book
from flows.desk.rota import Rota, Shift
from flows.effects import Send
from flows.events import Due, Said, Seated, Vanished
from flows.family.model import ANSWER, GO, GRANDMOTHER, HUSBAND, MOTHER, NOTE, THOUGHT, Kin, Parcel
from flows.model import Capacity, Case, Checked, Message, Person, Profile, Referral
from flows.programme import calendar
from tests import screened
from tests.explore import Walker
from tests.talk import MORNING, SHORTEST

Beginning = tuple[str, Callable[[], Walker]]


def member(language: str, library: Library, **profile: Any) -> Walker:
    """A mother who joined long ago; the moment is a Monday at ten in the morning."""
    told = Profile(adult=True, consent=CONSENT, days=(0, 2, 4), part="evening", programme="mums", week=1)
    profiled = structs.replace(told, **profile)
    person = Person(id=1 << 40, state="active", language=language, role="mother", talks=1, profile=profiled)
    return Walker(library=library, person=person)


def _joining(language: str, library: Library) -> Iterator[Beginning]:
    name = next(known.name for known in library.languages if known.code == language)

    def begin() -> Walker:
        return Walker(library=library).says("/start").quietly().says(name)

    yield f"she writes /start and chooses {name}", begin


def _nudge(language: str, library: Library) -> Iterator[Beginning]:
    def begin() -> Walker:
        her = next(_joining(language, library))[1]()
        for typed in SHORTEST:
            her.says(typed)
        return her.is_due("nudge")

    yield "joining was left at the last question, and a day has passed", begin


def _consent(language: str, library: Library) -> Iterator[Beginning]:
    yield "a page is due, and she agreed to older words", lambda: _pushed(language, library, 1, 0, consent="1")
    older = {"consent": "1", "adult": False}
    yield "the same, opened from the menu, by a younger woman", lambda: _opened(language, library, 1, 0, **older)
    declined = {"consent": "1", "declined": CONSENT}
    yield "she said no, and comes back to “My week”", lambda: _opened(language, library, 1, 0, **declined)


def _session(language: str, library: Library) -> Iterator[Beginning]:
    length = library.programme("mums").length
    for week in range(1, length + 1):
        for push in range(3):
            page = f"week {week}, push {push + 1}"
            yield f"{page}, as it comes", partial(_pushed, language, library, week, push)
            yield f"{page}, opened from the menu", partial(_opened, language, library, week, push)
    yield "after the last written week", lambda: _pushed(language, library, length + 1, 0)
    waited = {"programme": "bumps", "child": "2026-03"}
    past = library.programme("bumps").length
    yield (
        "after the last week of waiting",
        lambda: _asked(_expecting(member(language, library, week=past, births_asked=2, **waited))),
    )
    answered = MORNING - timedelta(days=2)
    yield (
        "week 1, push 3, with a pulse answered two days ago",
        lambda: _pushed(language, library, 1, 2, pulsed_at=answered),
    )
    yield (
        "week 1, push 2, on a phone of her own that does not knock",
        lambda: _pushed(language, library, 1, 1, knocks=False),
    )
    yield "week 1, push 1, without a knock", lambda: _pushed(language, library, 1, 0, knocks=False)
    yield "week 1, push 2, with an older page unread", lambda: _pushed(language, library, 1, 1, waiting=("1:0",))
    yield "week 1, push 1, once more on the same day", partial(_later_today, language, library)


def _later_today(language: str, library: Library) -> Walker:
    her = member(language, library, push=1, waiting=("1:0",))
    for key in ("menu.week", "week.more"):
        _says(her, key)
    return _says(her, "week.later")


def _pushed(language: str, library: Library, week: int, push: int, **profile: Any) -> Walker:
    tried = {"trying": week - 1} if push == 0 else {}
    her = member(language, library, week=week, push=push, **tried, **profile)
    her.kept.due["session"] = (calendar.her_hour(her.person, MORNING), "")
    return her.is_due("session")


def _opened(language: str, library: Library, week: int, push: int, **profile: Any) -> Walker:
    week, push = (week, push + 1) if push < 2 else (week + 1, 0)
    return _says(_says(member(language, library, week=week, push=push, **profile), "menu.week"), "week.latest")


def _week(language: str, library: Library) -> Iterator[Beginning]:
    """Up to the page itself: what is in the pages stands in another file."""
    yield "before the first page", lambda: _says(member(language, library), "menu.week")
    yield "with a page that waits", lambda: _says(member(language, library, push=1, waiting=("1:0",)), "menu.week")
    until = MORNING + timedelta(days=10)
    unwritten = {"programme": "", "joined_at": MORNING}
    yield "while hers is not written", lambda: _says(member(language, library, **unwritten), "menu.week")
    yield "in a pause", lambda: _says(member(language, library, paused_until=until), "menu.week")
    endless = calendar.WITHOUT_END
    yield "in a pause without end", lambda: _says(member(language, library, paused_until=endless), "menu.week")
    lost = MORNING - timedelta(days=3)
    yield "after a loss", lambda: _says(member(language, library, push=1, lost_at=lost), "menu.week")
    noted = {"lost_at": MORNING - timedelta(days=40), "lost_before": True, "mourned": 30}
    yield "after a loss, once notes have come", lambda: _says(member(language, library, **noted), "menu.week")
    early = {"programme": "bumps", "child": "2026-10"}
    yield "before the first week of waiting", lambda: _says(_expecting(member(language, library, **early)), "menu.week")
    again = {"programme": "bumps", "lost_at": lost, "lost_before": True}
    yield (
        "after a loss, while she was expecting",
        lambda: _says(_expecting(member(language, library, **again)), "menu.week"),
    )
    yield "a father, with no fixed day", lambda: _says(_father(language, library), "menu.week")


def _note(language: str, library: Library) -> Iterator[Beginning]:
    """In weeks without a page; inside pages notes are read in the tracks."""
    early = {"programme": "bumps", "child": "2026-09"}
    yield (
        "before the first week of waiting, as it comes",
        lambda: _asked(_expecting(member(language, library, **early))),
    )
    over = {"week": library.programme("mums").length + 1, "told_end": True, "child": "2025-10"}
    ended = {**over, "ended_at": MORNING - timedelta(days=31)}
    yield "a month after the last week, as it comes", lambda: _asked(_walking(member(language, library, **ended)))
    told = {**ended, "later": 1}
    yield (
        "the same, opened again from the menu",
        lambda: _says(_says(_walking(member(language, library, **told)), "menu.week"), "tracks.note"),
    )


def _mourning(language: str, library: Library) -> Iterator[Beginning]:
    shelf = library.shelves["mourning"]
    for page in shelf.pages:
        lost = {"lost_at": MORNING - timedelta(days=page.at or 0), "lost_before": True}
        told = {**lost, "mourned": (page.at or 0) - 1}
        title = f"“{shelf.title(page, language)}”, {page.at} days after she told of a loss"
        yield title, partial(_mourns, language, library, told)


def _mourns(language: str, library: Library, told: dict[str, Any]) -> Walker:
    return _asked(member(language, library, **told))


def _birth(language: str, library: Library) -> Iterator[Beginning]:
    due = f"{MORNING:%Y-%m}"
    yield "she says it herself", lambda: _says(_expecting(member(language, library, child=due)), "week.born")
    yield "she has a child already", lambda: _says(member(language, library, child=due), "week.born")
    waits = {"programme": "bumps", "week": 5, "child": due}
    yield (
        "she says it herself, in the weeks of waiting",
        lambda: _says(_expecting(member(language, library, **waits)), "week.born"),
    )
    father = {"child": due}
    yield "a father says it", lambda: _says(_expecting(_father(language, library, **father)), "week.born")
    yield "we ask, around the due month", lambda: _asked(_expecting(member(language, library, child="2026-02")))


def _father(language: str, library: Library, **profile: Any) -> Walker:
    her = member(language, library, programme="dads", **profile)
    her.kept.person = structs.replace(her.person, role="father", stage="child", region=calendar.ABROAD)
    return her


def _sad(language: str, library: Library) -> Iterator[Beginning]:
    yield "she is expecting", lambda: _says(_expecting(member(language, library, child="2026-05")), "week.sad")
    yield "she has a child", lambda: _says(member(language, library, child="2026-01"), "week.sad")


def _expecting(her: Walker) -> Walker:
    her.kept.person = structs.replace(her.person, stage="expecting")
    return her


def _asked(her: Walker) -> Walker:
    her.kept.due["session"] = (calendar.her_hour(her.person, MORNING), "")
    return her.is_due("session")


def _says(her: Walker, key: str) -> Walker:
    return her.says(her.scene().say(key))


def _pulse(language: str, library: Library) -> Iterator[Beginning]:
    before = MORNING - timedelta(weeks=1)
    yield "“How I feel”", lambda: _says(member(language, library, pulsed_at=before), "menu.feel")


def _calm(language: str, library: Library) -> Iterator[Beginning]:
    yield "“A quiet minute”", lambda: member(language, library).says("/calm")
    yield "beside a red case, all at once", lambda: _in_case(member(language, library)).says("/calm")


def _nearby(language: str, library: Library) -> Iterator[Beginning]:
    yield "“Places near me”, in Dushanbe", lambda: _says(_at_home(member(language, library)), "menu.nearby")
    yield (
        "the same, no place told, after a loss",
        lambda: _says(member(language, library, lost_at=MORNING), "menu.nearby"),
    )


def _at_home(her: Walker) -> Walker:
    her.kept.person = structs.replace(her.person, region="dushanbe", stage="child")
    return her


def _pulse_alone(language: str, library: Library) -> Iterator[Beginning]:
    past = library.programme("mums").length + 1
    yield "a week after the last page", lambda: _pushed(language, library, past, 0, told_end=True)


TOTALS: dict[str, tuple[tuple[int | None, ...], ...]] = {
    "whooley": ((0, 0), (1, 0)),
    "phq9": ((0,) * 8, (2,) * 6 + (0, 0), (2,) * 8, (3,) * 8, (None,) * 8),
    "gad7": ((0,) * 6, (2,) * 6, (3,) * 6, (None,) * 6),
    "who5": ((4,) * 4, (0,) * 4),
}
"""Answers up to the last item: from there every answer is walked."""


def _screening(language: str, library: Library) -> Iterator[Beginning]:
    """Each from its knock, every answer to every item once; then the last item with little, with more, with much said."""
    for id, totals in TOTALS.items():
        yield f"{id} comes by itself", partial(_checked, language, library, id, "knock", ())
        for said in totals:
            label = ", ".join("-" if one is None else str(one) for one in said)
            yield f"{id} after {label}", partial(_checked, language, library, id, "open", said)
    yield "whooley was answered, once", partial(_door, language, library)


def _checked(language: str, library: Library, id: str, how: screening.How, said: tuple[int | None, ...]) -> Walker:
    done = tuple(Checked(of=other, at=MORNING) for other in TOTALS if other != id)  # it leads to no other one here
    return screened.answers(screened.begins(member(language, library, checked=done), id, how), said)


def _door(language: str, library: Library) -> Walker:
    """The last question of the door, behind which PHQ-9 is offered."""
    her = screened.answers(screened.begins(member(language, library), "whooley", "open"), (1, 0, 0))
    return her.says(her.scene().say("safety.no"))


def _person(language: str, library: Library) -> Iterator[Beginning]:
    yield "“Talk to a person”, inside the desk's hours", lambda: _says(member(language, library), "menu.person")
    yield "“Talk to a person”, outside them", lambda: _says(_night(member(language, library)), "menu.person")
    yield (
        "“Talk to a person”, outside them, with a rota",
        lambda: _says(_on_duty(_night(member(language, library))), "menu.person"),
    )


def _night(her: Walker) -> Walker:
    return her.waits(hours=12)


def _on_duty(her: Walker) -> Walker:
    """Somebody is on duty day and night."""
    always = (Shift(begins=0, ends=1440, rows=(her.desk_set.staff[0].row,)),)
    her.desk_set = structs.replace(her.desk_set, book=Book(rota=Rota(week=dict.fromkeys(range(7), always))))
    return her


FOUND = (
    ("self_harm", "concern"),
    ("self_harm", "urgent"),
    ("self_harm", "now"),
    ("infant_danger", "now"),
    ("mother_danger", "now"),
    ("unread", "watch"),
)


def _safety(language: str, library: Library) -> Iterator[Beginning]:
    for category, level in FOUND:
        for hour, wait in (("inside the desk's hours", 0), ("outside them", 12)):
            title = f"words that concern reads as {category}, {level}, {hour}"
            yield title, partial(_worried, language, library, category, level, wait)
    yield "the same again, while her case is open", lambda: _worry(_in_case(member(language, library)), *FOUND[1])
    yield "words that say more than before", lambda: _worry(_in_case(member(language, library)), *FOUND[2])


WORRIES = (
    ("child_harm", "now"),
    ("child_harm", "urgent"),
    ("child_harm", "concern"),
    ("intrusive_thoughts", "concern"),
    ("partner_violence", "concern"),
    ("partner_violence", "urgent"),
    ("partner_violence", "now"),
    ("under_age_or_forced", "urgent"),
    ("under_age_or_forced", "now"),
    ("watched_phone", "concern"),
    ("psychosis", "urgent"),
    ("psychosis", "now"),
    ("relinquishment", "concern"),
    ("severe_low_mood", "concern"),
    ("severe_low_mood", "urgent"),
    ("basic_need", "concern"),
    ("basic_need", "urgent"),
    ("loss", "concern"),
    ("abuser_threat", "urgent"),
    ("abuser_threat", "now"),
    ("severe_low_mood", "watch"),
)


def _worries(language: str, library: Library) -> Iterator[Beginning]:
    for category, level in WORRIES:
        title = f"words that concern reads as {category}, {level}"
        yield title, partial(_worried, language, library, category, level, 0)
    for category, level in (("relinquishment", "concern"), ("partner_violence", "now")):
        title = f"{category}, {level}, outside the desk's hours"
        yield title, partial(_worried, language, library, category, level, 12)
    shared = partial(_mother, language, library, shared=True)
    yield "partner_violence, urgent, on a phone she shares", lambda: _worry(shared(), "partner_violence", "urgent")
    yield "watched_phone, concern, on a phone she shares", lambda: _worry(shared(), "watched_phone", "concern")
    day = {"watched": ((MORNING - timedelta(days=2)).date(),)}
    tired = partial(_mother, language, library, **day)
    yield "severe_low_mood, watch, two days after another", lambda: _worry(tired(), "severe_low_mood", "watch")
    toddler = partial(member, language, library, child="2024-01")
    yield "child_harm, now, of a child who walks", lambda: _worry(_walking(toddler()), "child_harm", "now")
    yield "loss, concern, after she had told of it", lambda: _worry(_bereft(language, library), "loss", "concern")
    yield "the same again within the hour", lambda: _worry(_worry(_mother(language, library), *SAME), *SAME)


SAME = ("partner_violence", "urgent")


def _walking(her: Walker) -> Walker:
    her.kept.person = structs.replace(her.person, stage="child")
    return her


def _bereft(language: str, library: Library) -> Walker:
    return _mother(language, library, lost_at=MORNING - timedelta(days=9))


def _idiom(language: str, library: Library) -> Iterator[Beginning]:
    yield "a way of speaking, likely no more", lambda: _worry(_mother(language, library), "idiom", "none")


def _reask(language: str, library: Library) -> Iterator[Beginning]:
    """What follows the question is walked from `worry`; here she is in a case that somebody has taken."""
    yield "ten minutes later, somebody writing with her", lambda: _taken(language, library).is_due("reask")


def _loss_again(language: str, library: Library) -> Iterator[Beginning]:
    """What follows words of a loss is walked from `worry`; here she has left the question unanswered for a week."""

    def begin() -> Walker:
        her = _worry(_mother(language, library), "loss", "concern")
        her.kept.due["session"] = (calendar.her_hour(her.person, MORNING + timedelta(days=8)), "")
        return her.is_due("session")

    yield "a push is due a week after words of a loss, and she has not answered", begin


def _taken(language: str, library: Library) -> Walker:
    return _worry(_mother(language, library), "child_harm", "now").desk_taps("take")


def _worried(language: str, library: Library, category: str, level: str, wait: int) -> Walker:
    return _worry(member(language, library), category, level, wait)


def _worry(her: Walker, category: str, level: str, wait: int = 0) -> Walker:
    finding = Finding(level, category, "made.up", her.person.language, ())  # type: ignore[arg-type]
    her.waits(hours=wait)._event(Said(text="…", finding=finding))
    return her


def _in_case(her: Walker) -> Walker:
    her.kept.case = Case(number=10001, level="urgent", category="self_harm", opened_at=MORNING, lines=1)
    return her


def _late(language: str, library: Library) -> Iterator[Beginning]:
    yield "an answer that came when she was no longer waiting", lambda: _answered(member(language, library))


def _answered(her: Walker) -> Walker:
    text = f"{her.scene().say('push.person')}\n\nГулрӯ: …"
    _in_case(her).held.append(Send(message=Message(text=text), held=True))
    return her.waits(hours=7)._event(Due(key="late"))


def _contact(language: str, library: Library) -> Iterator[Beginning]:
    yield "from the settings, with nothing told yet", lambda: member(language, library).says("/contact")
    told = {"contact": "…", "never_know": "…", "ambulance": "…", "shared": True}
    yield "from the settings, on a shared phone", lambda: member(language, library, **told).says("/contact")


def _research(language: str, library: Library) -> Iterator[Beginning]:
    yield "from the settings, never asked", lambda: member(language, library).says("/research")
    yield "from the settings, taking part", lambda: member(language, library, research="1").says("/research")
    yield "from the settings, under 18", lambda: member(language, library, adult=False).says("/research")


def _circle(language: str, library: Library) -> Iterator[Beginning]:
    yield "“My circle”", lambda: _says(member(language, library), "menu.circle")
    yield "the same, by a father", lambda: _says(_father(language, library), "menu.circle")
    yield "by a younger woman", lambda: _says(member(language, library, adult=False), "menu.circle")
    yield "after a loss", lambda: _says(member(language, library, lost_at=MORNING), "menu.circle")
    waits = {"circle_wish": "waits", "circle_since": MORNING}
    yield "while she waits", lambda: _says(member(language, library, **waits), "menu.circle")
    few = {**waits, "circle_date": "few:"}
    yield "while too few wait with her", lambda: _says(member(language, library, **few), "menu.circle")
    yield "while check-ins wait for her too", lambda: _says(_waiting(member(language, library, **waits)), "menu.circle")


def _welcome(language: str, library: Library) -> Iterator[Beginning]:
    yield "there is a place for her", lambda: _placed(member(language, library))
    yield "on a shared phone", lambda: _placed(member(language, library, shared=True))
    yield "somebody of her district sits there", lambda: _placed(member(language, library), near=True, eased=True)
    yield "the circle begins in a week", lambda: _placed(member(language, library), later=7)


def _placed(her: Walker, *, later: int = 0, **more: bool) -> Walker:
    her.sits().circle_is(begins_at=her.now + timedelta(days=later))
    her._event(Seated(circle=7, flower="tulip", begins_at=her.now + timedelta(days=later), **more))
    return her.is_due("welcome")


def _room(language: str, library: Library) -> Iterator[Beginning]:
    """Her acts there are buttons of no talk and words: each is written down by itself."""
    yield "she enters", lambda: _inside(language, library)
    yield "she writes for the first time", lambda: _inside(language, library).says("…", message=11)
    yield "she writes again on a shared phone", lambda: _inside(language, library, shared=True).says("…").says("…")
    yield "she answers from outside", lambda: _outside(language, library)
    for verb in ("hearts", "heart_1", "report", "report_1", "back", "more", "come", "come_live", "come_daily"):
        yield f"she taps: {verb}", partial(_presses, language, library, verb)
    for verb in ("come_room", "mute", "unmute", "hide", "hide_rose", "quit", "quit_no", "quit_yes", "leave"):
        yield f"she taps: {verb}", partial(_presses, language, library, verb)
    for what in (*refusals.SHOWN, "gift"):
        if refusals.of_kind(what) not in {"voice", "picture", "file"} or what in {"photo", "voice", "document"}:
            yield f"she sends: {what}", partial(_sends, language, library, what)
    yield "she passes on", lambda: _inside(language, library).says("…", forwarded=True)
    yield "she quotes another chat", lambda: _inside(language, library).says("…", quote=True)
    yield "she writes a command", lambda: _inside(language, library).says("/anything")
    yield "she writes a number", lambda: _inside(language, library).says("+992 90 123 45 67")
    yield "she answers the bot", lambda: _inside(language, library).answers_bot("…")
    yield "an hour later", lambda: _inside(language, library).waits(hours=2).says("…")
    yield "the circle rests", lambda: _resting(language, library)
    yield "the circle is over", lambda: _over(language, library)
    yield "a post comes live", lambda: _comes(language, library)
    yield "posts wait", lambda: _comes(language, library, ways=Ways(come="daily")).is_due("circle")
    yield "posts wait on a shared phone", lambda: _comes(language, library, shared=True).is_due("circle")


def _inside(language: str, library: Library, **profile: Any) -> Walker:
    her = member(language, library, **profile).sits()
    her.is_brought("…").is_brought("…", "tulip").quietly()
    return _says(her, "menu.circle").quietly()


def _outside(language: str, library: Library) -> Walker:
    return member(language, library).sits().is_brought("…").quietly().replies(1, "…")


def _presses(language: str, library: Library, verb: str) -> Walker:
    return _inside(language, library).taps_data(f"0:room:{verb}")


def _sends(language: str, library: Library, what: str) -> Walker:
    return _inside(language, library).shows(what)


def _over(language: str, library: Library) -> Walker:
    her = _inside(language, library)
    her.circle_is(state="closed", ends_at=her.now)
    return _says(her, "menu.circle")


def _resting(language: str, library: Library) -> Walker:
    return _says(member(language, library).sits().circle_is(state="resting"), "menu.circle").says("…")


def _comes(language: str, library: Library, **profile: Any) -> Walker:
    her = member(language, library, **profile).sits()
    return her.waits(hours=7).is_brought("…").is_brought("…", "violet")


def _capacity(language: str, library: Library) -> Iterator[Beginning]:
    name = next(known.name for known in library.languages if known.code == language)
    for title, moved in (("nobody was let in so far", 0), ("four were let in in four weeks", 4)):
        yield f"joining a full house; {title}", partial(_full, library, name, moved)
    yield "“How I feel”, while she waits", lambda: _says(_waiting(member(language, library, waited=True)), "menu.feel")
    yield "a week's third page, while she waits", partial(_third, language, library)
    yield "her next page, once there is room", lambda: _opened(language, library, 1, 0, waited=True)


def _full(library: Library, name: str, moved: int) -> Walker:
    her = Walker(library=library)
    her.capacity = Capacity(limit=100, active=100, waiting=9, moved=moved)
    her.nearly_joins(name).says("3")
    return her


def _third(language: str, library: Library) -> Walker:
    her = _waiting(member(language, library, week=1, push=2))
    her.kept.due["session"] = (calendar.her_hour(her.person, MORNING), "")
    return her.is_due("session")


def _waiting(her: Walker) -> Walker:
    her.kept.person = structs.replace(her.person, waits_since=MORNING)
    return her


def _settings(language: str, library: Library) -> Iterator[Beginning]:
    # The long lists of places are walked where joining is.
    few = structs.replace(library, regions=library.regions[:1], cities=library.cities[:2])
    yield (
        "“Settings”, on a phone of her own, with the places cut to a few",
        lambda: _says(_mother(language, few), "menu.settings"),
    )
    paused = MORNING + timedelta(days=3)
    for title, group, profile in (
        ("on a phone she shares", "phone", {"shared": True}),
        ("with hours of her own, while she has asked for a pause", "when", {"hours": (9, 12), "paused_until": paused}),
        ("after a loss", "us", {"lost_at": MORNING}),
    ):
        yield f"“Settings”, {title}", partial(_in_group, language, few, group, profile)


def _in_group(language: str, library: Library, group: str, profile: dict[str, Any]) -> Walker:
    return _says(_says(_mother(language, library, **profile), "menu.settings"), f"settings.{group}")


def _mother(language: str, library: Library, **profile: Any) -> Walker:
    """Who has told more of herself than the shortest way in asks."""
    her = member(language, library, child="2025-09", **profile)
    her.kept.person = structs.replace(her.person, stage="child", region="dushanbe")
    return her


def _choose(language: str, library: Library) -> Iterator[Beginning]:
    # What the other label opens is walked from its own beginning.
    yield "“Ask”, on a phone she shares", lambda: _says(_mother(language, library, shared=True), "menu.ask")


def _delete(language: str, library: Library) -> Iterator[Beginning]:
    yield "she asks to be forgotten, on a phone of her own", lambda: member(language, library).says("/delete")
    yield "on a shared phone", lambda: member(language, library, shared=True).says("/delete")


def _privacy(language: str, library: Library) -> Iterator[Beginning]:
    yield "she asks what is kept", lambda: member(language, library).says("/privacy")
    yield "she asks for her data", lambda: member(language, library).says("/data")
    yield "she asks for her data, on a shared phone", lambda: member(language, library, shared=True).says("/data")
    for left, what in ((False, "everything could go"), (True, "some was too old")):
        yield f"she hides the chat, and {what}", partial(_vanished, language, library, "hide", left=left)
        yield f"she is forgotten, and {what}", partial(_vanished, language, library, "delete", left=left)
    yield "some was too old to vanish, and she writes", lambda: _vanished(language, library, "day", left=True)


def _circle_news(language: str, library: Library) -> Iterator[Beginning]:
    def begin(what: str, about: str, **profile: Any) -> Walker:
        her = member(language, library, hours=(0, 23), **profile)
        if what == "missed":
            her.now += timedelta(days=11)
        elif what == "muted":
            her.sits().circle_is(terms=Terms(muted={her.person.id: her.now + timedelta(days=1)}))
        her._event(Due(key=f"{news.KEY}:{what}", about=about))
        return her

    for what in sorted(news.SAID):
        about = "2" if what in news.CHOSEN else "tulip" if what in news.MOVED else ""
        yield f"news of her circle: {what}", partial(begin, what, about)
    yield "news of her circle, on a shared phone", partial(begin, "end", "", shared=True)


def _notice(language: str, library: Library) -> Iterator[Beginning]:
    for state, what in (("agreed", "an announcement knocks"), ("stopped", "it was stopped before she opened it")):
        yield what, partial(_announced, language, library, state)


def _announced(language: str, library: Library, state: Any) -> Walker:
    """What is announced is made up; it is the same in every language, so that prose shows where it stands."""
    her = member(language, library, hours=(0, 23))
    one = Announcement(number=1, texts={language: "(…)"}, by=1, made_at=MORNING, state="agreed")
    her.desk_set = structs.replace(her.desk_set, book=Book(announcements=(one,)))
    her._event(Due(key="announce:1"))
    her.desk_set = structs.replace(her.desk_set, book=Book(announcements=(structs.replace(one, state=state),)))
    return her


def _vanished(language: str, library: Library, how: str, *, left: bool) -> Walker:
    her = member(language, library, delete_at=MORNING if how == "delete" else None)
    her._event(Vanished(at=MORNING, how=how, left=left))
    return her.says("/help") if how == "day" else her


def _referral(language: str, library: Library) -> Iterator[Beginning]:
    yield "asked about a place, long after she wrote", lambda: _referred(language, library, "refer_ask")
    yield "a week after the card", lambda: _referred(language, library, "refer_after")
    case = partial(_referred, language, library, "refer_after", in_case=True)
    yield "a week after the card, in an open case", case


def _referred(language: str, library: Library, key: str, *, in_case: bool = False) -> Walker:
    one = Referral(id=7, need="development", service="hdo", asked_at=MORNING, region="dushanbe", state="sent")
    her = _mother(language, library, referred=(one,))
    her = _in_case(her) if in_case else her
    her.kept.due[f"{key}:7"] = (calendar.her_hour(her.person, MORNING), "")
    return her.is_due(f"{key}:7")


def _comeback(language: str, library: Library) -> Iterator[Beginning]:
    yield "a father's page knocks a second time, a week later", lambda: _silent(language, library, 1)
    yield "and a third time, four weeks after that", lambda: _silent(language, library, 2)
    yield "and he writes after ten weeks", lambda: _silent(language, library, 2).waits(weeks=4).says("salom")


def _silent(language: str, library: Library, times: int) -> Walker:
    """His page has knocked, and he gives no sign until it has knocked so many times more."""
    him = _father(language, library, week=2, hours=(0, 23))
    him.kept.due["session"] = (calendar.her_hour(him.person, MORNING), "")
    him.is_due("session").quietly()
    knocked = len(him.person.profile.unseen)
    while len(him.person.profile.unseen) < knocked + times:
        him.is_due("session")
    return him


def _family(language: str, library: Library) -> Iterator[Beginning]:
    # What passes is ticked on a screen that goes round and round: `tests/flows/family` tests that.
    yield "/family, with nobody near", lambda: member(language, library).says("/family")
    yield "under age, an invitation standing", lambda: _near(language, library, "invited", adult=False).says("/family")
    yield "a father who typed digits", lambda: _of_kin(language, library, "father", "asked").says("/family")
    yield "a grandmother who has a link", lambda: _of_kin(language, library, "grandmother", "linked").says("/family")


def _kin(language: str, library: Library) -> Iterator[Beginning]:
    for who in (HUSBAND, GRANDMOTHER):
        yield f"somebody came by her invitation: {who}", partial(_comes_due, language, library, "asked", who)
        yield f"the day is over: {who}", partial(_comes_due, language, library, "cooling", who)
    for role in ("father", "grandmother"):
        yield f"she agreed, told to a {role}", lambda role=role: _due(_of_kin(language, library, role, "agreed"))  # type: ignore[misc]


def _brought(language: str, library: Library) -> Iterator[Beginning]:
    words = {"tg": "Хоби ширин бин.", "ru": "Спокойной ночи, малыш.", "en": "Sleep well, little one."}[language]
    for piece, gives in ((NOTE, (ANSWER,)), (GO, ()), (THOUGHT, ())):
        one = Parcel(link=7, piece=piece, words=words, at=MORNING - timedelta(days=1))
        yield f"a piece from him: {piece}", partial(_opens, language, library, one, gives)
    one = Parcel(link=7, piece=ANSWER, words="❤️", at=MORNING - timedelta(days=1))
    yield "a heart from home", lambda: _pieces_due(_of_kin(language, library, "father", "linked", brought=(one,)))


def _home(language: str, library: Library) -> Iterator[Beginning]:
    yield (
        "what he may send home",
        lambda: _says(_of_kin(language, library, "father", "asked").says("/family"), "kin.home"),
    )


def _near(language: str, library: Library, state: str, who: str = HUSBAND, **profile: Any) -> Walker:
    gives, takes = profile.pop("gives", ()), (NOTE, THOUGHT, GO)
    kin = Kin(link=7, who=who, state=state, person=2 << 40, gives=gives, takes=takes, until=MORNING)
    her = member(language, library, kin=(kin,), hours=(0, 23), **profile)
    her.kept.due["kin:7"] = (MORNING, "")
    return her


def _of_kin(language: str, library: Library, role: str, state: str, **profile: Any) -> Walker:
    kin = Kin(link=7, who=MOTHER, state=state, person=2 << 40, gives=(NOTE,), takes=(ANSWER,))
    her = member(language, library, kin=(kin,), hours=(0, 23), invited="x", **profile)
    her.kept.person = structs.replace(her.person, role=role)
    her.kept.due["kin:7"] = (MORNING, "")
    return her


def _comes_due(language: str, library: Library, state: str, who: str) -> Walker:
    return _due(_near(language, library, state, who))


def _due(her: Walker) -> Walker:
    return her.is_due("kin:7")


def _opens(language: str, library: Library, one: Parcel, gives: tuple[str, ...]) -> Walker:
    return _pieces_due(_near(language, library, "linked", gives=gives, brought=(one,)))


def _pieces_due(her: Walker) -> Walker:
    her.kept.due["brought"] = (MORNING, "")
    return her.is_due("brought")


BEGINNINGS: dict[str, Callable[[str, Library], Iterator[Beginning]]] = {
    "joining": _joining,
    "nudge": _nudge,
    "consent": _consent,
    "session": _session,
    "week": _week,
    "note": _note,
    "mourning": _mourning,
    "birth": _birth,
    "sad": _sad,
    "pulse": _pulse,
    "calm": _calm,
    "nearby": _nearby,
    "pulse_alone": _pulse_alone,
    "screening": _screening,
    "safety": _safety,
    "worry": _worries,
    "idiom": _idiom,
    "reask": _reask,
    "loss_again": _loss_again,
    "person": _person,
    "late": _late,
    "contact": _contact,
    "research": _research,
    "capacity": _capacity,
    "circle": _circle,
    "welcome": _welcome,
    "room": _room,
    "settings": _settings,
    "choose": _choose,
    "delete": _delete,
    "privacy": _privacy,
    "notice": _notice,
    "circle_news": _circle_news,
    "referral": _referral,
    "comeback": _comeback,
    "family": _family,
    "kin": _kin,
    "brought": _brought,
    "home": _home,
}
