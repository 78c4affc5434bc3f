"""Whole tracks: what somebody who is well reads, week by week, through all of a programme, as a clinician can read it.

One mother with a child of two months, one who waits for a child from the tenth week on, a father abroad, a
grandmother. Each opens every page and answers by the friendliest button; what comes unasked stands under its day.
Wordings for others (another age, the child's own pace, a father at home) stand behind the week.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from msgspec import Struct, structs

from content.courses import Bubble, Programme
from content.library import Library
from flows.consent import CONSENT
from flows.effects import Send
from flows.events import Due, Said, Tapped
from flows.model import Person, Place, Profile
from flows.programme import calendar, expecting
from tests.prose import _ruled, _wrapped, prose
from tests.talk import MORNING, Her, to_her

TITLES = {
    "mums": "a mother, her child of a month and a half when she joins",
    "bumps": "a mother-to-be, in her tenth week when she joins; she tells of the birth in the fortieth",
    "dads": "a father in Moscow",
    "grandmothers": "a grandmother",
}
FRIENDLY = {
    "knock": "open",
    "play": "go",
    "tried": "yes",
    "mood": "4",
    "alone": "yes",
    "door": "read",
    "go_on": "go",
    "news": "not_yet",
}
LONGEST = timedelta(days=400)
SHOWN = 2
"""So often the question how she is, where it comes alone, is opened here; it is always the same."""


class Seen(Struct, frozen=True):
    """A push and all she read and pressed behind it. `asked`: the questions put to her that want an answer of hers."""

    at: datetime
    flow: str
    about: str
    lines: tuple[str, ...]
    sends: tuple[Send, ...]
    asked: tuple[str, ...]


class Reader(Her):
    """She who is well: opens what comes and answers by the friendliest button."""

    seen: list[Seen]

    def lives(self, ends: Callable[[Reader], bool]) -> Reader:
        """Live from push to push until it `ends`."""
        self.seen = []
        begun = self.now
        while not ends(self):
            assert self.now - begun < LONGEST, "this track does not end"
            self.comes()
        return self

    def comes(self) -> None:
        """The next push, and all she does behind it."""
        moment, about = self.kept.due.pop("session")
        self.now, before = max(self.now, moment), self.person.talks
        self._event(Due(key="session", about=about))
        begun = [place for place in self.kept.places if place.talk > before]
        if not begun:
            return
        lines, sends, asked = list(prose(self)), list(to_her(self.effects)), list[str]()
        again = begun[0].flow == "pulse" and len([one for one in self.seen if one.flow == "pulse"]) >= SHOWN
        while not again and self.kept.places and self._answers(self.kept.places[-1], lines, sends, asked):
            pass
        self.kept.places = []
        self.seen.append(Seen(self.now, begun[0].flow, begun[0].about, tuple(lines), tuple(sends), tuple(asked)))

    def _answers(self, place: Place, lines: list[str], sends: list[Send], asked: list[str]) -> bool:
        name = place.question.partition(".")[0]
        asked.append(name)
        if name not in FRIENDLY:
            return False
        label = next(
            button.label
            for send in reversed(sends)
            for row in send.message.buttons
            for button in row
            if button.data == f"{place.talk}:{place.question}:{FRIENDLY[name]}"
        )
        lines.extend(_wrapped("her", f"[{label}]"))
        self._event(Tapped(talk=place.talk, question=place.question, value=FRIENDLY[name]))
        lines.extend(prose(self))
        sends.extend(to_her(self.effects))
        return True


def reader(programme: str, language: str, library: Library, **told: object) -> Reader:
    """Somebody at the beginning of a programme; her first push is planned."""
    profile = Profile(
        adult=True, consent=CONSENT, joined_at=MORNING, days=calendar.DAYS["mon"], part="evening", week=1,
        offered="never", research_at=MORNING, programme=programme, child="2026-01",
    )  # fmt: skip
    role = {"dads": "father", "grandmothers": "grandmother"}.get(programme, "mother")
    person = Person(id=1 << 40, state="active", language=language, role=role, stage="child", profile=profile)
    if programme == "dads":
        person = structs.replace(person, region=calendar.ABROAD, zone="Europe/Moscow")
    if programme == "bumps":
        person = structs.replace(person, stage=expecting.STAGE, profile=structs.replace(profile, child="2026-09"))
    person = structs.replace(person, profile=structs.replace(person.profile, **told))
    her = Reader(library=library, person=person)
    if programme == "bumps":
        her.now = expecting.begins(person, 10) + timedelta(hours=5)
        met = structs.replace(person.profile, joined_at=her.now, research_at=her.now)
        her.kept.person = structs.replace(person, profile=met)
    her.kept.due["session"] = (her.now + timedelta(minutes=1), "")
    return her


def lived(programme: str, language: str, library: Library) -> Reader:
    """The whole track of somebody who is well."""
    her = reader(programme, language, library)
    if programme != "bumps":
        last = len(library.shelves["later"].pages) if programme == "mums" else 0
        return her.lives(lambda one: one.person.profile.told_end and one.person.profile.later >= last)
    her.lives(lambda one: expecting.week(one.person, one.now) >= expecting.FULL_TERM)
    before = her.seen
    lines = list(_told(her))
    her.lives(lambda one: one.person.profile.programme == "mums")
    her.seen = [*before, Seen(before[-1].at, "birth", "", tuple(lines), (), ()), *her.seen]
    return her


def _told(her: Reader) -> Iterator[str]:
    yield from _wrapped("her", "/born")
    her._event(Said(text="/born"))
    yield from prose(her)
    place = her.kept.places[-1]
    her._event(Tapped(talk=place.talk, question=place.question, value="0"))
    yield from prose(her)


def track(programme: str, language: str, library: Library) -> str:
    """The file of a programme in one language."""
    course = library.programme(programme)
    lines = [
        f"track_{programme} · {language} · {TITLES[programme]}",
        "",
        "Written by tests/tracks.py; `make transcripts` writes it anew. All that somebody reads who opens every page",
        "and answers by the friendliest button. push: lights up on the phone unasked. [ ]: buttons. The question how",
        f"somebody is, where it comes alone, is opened {SHOWN} times here, and then left; its five faces are left out.",
    ]
    told = lived(programme, language, library).seen
    faces = {f"      [{library.text(language, f'pulse.{face}')}]" for face in range(1, 6)}
    week = ""
    for seen in told:
        page = seen.about.rsplit(":", 2)[0] if seen.flow == "session" else week
        if page != week:
            lines += _others(course, week, language)
            week = page
            lines += ["", "", _ruled("══", _heading(library.programme(week.split(":")[0]), week, language))]
        since = (seen.at - told[0].at).days
        shown = (line for line in seen.lines if line not in faces and not line.startswith("      (next push"))
        lines += ["", _ruled("──", f"week {since // 7 + 1}, day {since + 1}"), *shown]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _heading(course: Programme, page: str, language: str) -> str:
    week = int(page.split(":")[1])
    return f"{week}. {course.title(week, language)}" if week <= course.length else "after the last week"


def _others(course: Programme, page: str, language: str) -> list[str]:
    """The wordings of a week that this reader did not get."""
    week = int(page.split(":")[1]) if page.startswith(f"{course.id}:") else 0
    if not 1 <= week <= course.length:
        return []
    source, found = course.course.weeks[week - 1], list[str]()
    for part in ("reflect", "play", "have_a_go", "question"):
        bubbles: tuple[Bubble, ...] = getattr(source, part)
        for number, bubble in enumerate(bubbles, 1):
            for wording in bubble if isinstance(bubble, dict) else ():
                if wording not in {"a", "away", "plain"}:
                    text = course.text(language, f"{week}.{part}.{number}.{wording}")
                    found += [*_wrapped("", f"{part} {number}, {WORDINGS[wording]}:"), *_wrapped("", text)]
    return ["", _ruled("··", "for others"), *found] if found else []


WORDINGS = {
    "b": "6 to 18 months",
    "c": "older",
    "own": "at the child's own pace",
    "home": "a father at home",
}
