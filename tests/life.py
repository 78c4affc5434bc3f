"""A life by the clock: rows come due, she reads or does not, and what was pushed is held against what was promised."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from msgspec import structs

from content.library import Library
from flows import consent, rhythm
from flows.effects import Schedule, Send
from flows.events import Due
from flows.model import Person, Profile, Scene
from flows.programme import calendar
from tests.talk import MORNING, Her, to_her

FRIENDLY = {
    "knock": "Open",
    "knock_again": "Open",
    "tried": "I tried it",
    "mood": "🙂 Good",
    "alone": "I am alone now",
    "door": "I will only read",
    "another": "Open that page",
    "second": "Skip",
    "go_on": "Go on",
    "news": "Not yet",
}
"""The button of each question by which a page goes on."""


class Life:
    """A mother whose rows come due as the clock goes on, and everything that was pushed to her."""

    def __init__(
        self,
        library: Library,
        part: str = "evening",
        days: str = "mon",
        who: dict[str, object] | None = None,
        now: datetime = MORNING,
        **profile: object,
    ) -> None:
        told = Profile(
            adult=True, consent=consent.CONSENT, days=calendar.DAYS[days], part=part, programme="mums", week=1
        )
        person = Person(id=77 << 40, state="active", language="en", profile=structs.replace(told, **profile))
        pages_alone = structs.replace(library, instruments={})  # check-ins have tests of their own
        self.her = Her(pages_alone, person=structs.replace(person, **(who or {})))
        self.her.now = now
        self.plan_anew()
        self.pages: list[tuple[datetime, str]] = []
        self.pushes: list[datetime] = []
        self.came: list[tuple[datetime, str, str]] = []

    def knows(self, **profile: object) -> None:
        """What her profile says besides; what comes is planned anew."""
        self.her.kept.person = structs.replace(
            self.her.person, profile=structs.replace(self.her.person.profile, **profile)
        )
        self.plan_anew()

    def plan_anew(self) -> None:
        """What Settings does after days, hours or zone changed."""
        her = self.her
        scene = Scene(now=her.now, person=her.person, library=her.library, desk=her.desk_set)
        for effect in rhythm.next_session(scene):
            assert isinstance(effect, Schedule)
            assert effect.at > her.now
            her.kept.due[effect.key] = (effect.at, effect.about)

    def passes(self, time: timedelta, *, down: bool = False) -> None:
        """Time goes by; what comes due comes then, or, after an outage, all at once at its end."""
        end = self.her.now + time
        while rows := [(at, key) for key, (at, _) in self.her.kept.due.items() if at <= end]:
            at, key = min(rows)
            self._comes(key, end if down else max(at, self.her.now))
        self.her.now = end

    def _comes(self, key: str, now: datetime) -> None:
        her = self.her
        her.now = now
        _, about = her.kept.due.pop(key)
        before = her.person.talks
        her._event(Due(key=key, about=about))
        pushed = [send for send in to_her(her.effects) if isinstance(send, Send) and send.push]
        assert len(pushed) <= 1, "one line lights up"
        if not pushed:
            return
        assert calendar.is_safe(her.person, now), f"in quiet hours: {now.astimezone(her.person.tz)}"
        if key != "session":
            return
        begun = [place for place in her.kept.places if place.talk > before]
        self.pushes.append(now)
        self.came += [(now, place.flow, place.about) for place in begun]
        self.pages += [(now, place.about.rsplit(":", 1)[0]) for place in begun if place.flow == "session"]
        again = any(place.asked_at == now for place in her.kept.places)  # a father's knock, put once more
        if not begun and not again:  # one message, nothing to open
            raise AssertionError(her._story("a push without a talk"))
        self._keeps_to_three()

    def _keeps_to_three(self) -> None:
        local = [push.astimezone(self.her.person.tz).date() for push in self.pushes]
        assert Counter(local)[local[-1]] == 1, "two on one day"
        week = local[-1].isocalendar()[:2]
        assert sum(day.isocalendar()[:2] == week for day in local) <= 3, "four in a week"

    def reads(self) -> None:
        """She opens what is there and goes on by the friendliest button."""
        for _ in range(200):
            if not self.her.kept.places:
                return
            place = self.her.kept.places[-1]
            question = place.question.partition(".")[0]
            if question == "play":
                self.her.taps_data(f"{place.talk}:{place.question}:go")
            elif question in FRIENDLY:
                self.her.taps(FRIENDLY[question])
            else:
                return
        raise AssertionError(self.her._story("there is always one more button"))
