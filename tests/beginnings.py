"""Where the walks through the flows begin: every flow, as it opens in each of the states that matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from msgspec import structs

from content.library import Library
from flows import calendar
from flows.concern import Finding
from flows.consent import CONSENT
from flows.effects import Send
from flows.events import Due, Said
from flows.model import Case, Message, Person, Profile
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
    answered = MORNING - timedelta(days=2)
    yield (
        "week 1, push 3, with a pulse answered two days ago",
        lambda: _pushed(language, library, 1, 2, pulsed_at=answered),
    )
    yield "“My week” before the first page", lambda: _says(member(language, library), "menu.week")
    waiting = {"programme": "", "joined_at": MORNING}
    yield "“My week” while hers is not written", lambda: _says(member(language, library, **waiting), "menu.week")


def _pushed(language: str, library: Library, week: int, push: int, **profile: Any) -> Walker:
    her = member(language, library, week=week, push=push, **profile)
    her.kept.due["session"] = (calendar.her_hour(her.person, MORNING), "")
    return her.is_due("session")


def _opened(language: str, library: Library, week: int, push: int, **profile: Any) -> Walker:
    week, push = (week, push + 1) if push < 2 else (week + 1, 0)
    return _says(member(language, library, week=week, push=push, **profile), "menu.week")


def _says(her: Walker, key: str) -> Walker:
    return her.says(her.scene().say(key))


def _pulse(language: str, library: Library) -> Iterator[Beginning]:
    yield "“How I feel”", lambda: _says(member(language, library), "menu.feel")


def _pulse_alone(language: str, library: Library) -> Iterator[Beginning]:
    yield "a week after the last page", lambda: _pushed(language, library, 9, 0, told_end=True)


def _person(language: str, library: Library) -> Iterator[Beginning]:
    yield "“Talk to a person”, inside the desk's hours", lambda: _says(member(language, library), "menu.person")
    yield "“Talk to a person”, outside them", lambda: _says(_night(member(language, library)), "menu.person")


def _night(her: Walker) -> Walker:
    return her.waits(hours=12)


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


BEGINNINGS: dict[str, Callable[[str, Library], Iterator[Beginning]]] = {
    "joining": _joining,
    "nudge": _nudge,
    "consent": _consent,
    "session": _session,
    "pulse": _pulse,
    "pulse_alone": _pulse_alone,
    "safety": _safety,
    "person": _person,
    "late": _late,
}
