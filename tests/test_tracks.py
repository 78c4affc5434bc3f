"""What is promised of whole tracks, held against the real words: few questions, few pushes, few bytes, neutral beginnings."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import lru_cache

import pytest
from msgspec import structs

from flows.effects import Send
from flows.programme import calendar, expecting
from tests import tracks
from tests.prose import is_settled
from tests.talk import LIBRARY
from tests.tracks import Reader, Seen, lived, reader

LANGUAGES = [language.code for language in LIBRARY.languages if language.live]
QUESTIONS = frozenset({"tried", "mood", "company", "whooley", "alone", "door", "news"})
"""What she is asked: not a knock, nor what only shows the next part of a page. `second` belongs to the pulse."""
MOST_QUESTIONS = 40
MOST_BYTES = 6 * 1024
NEUTRAL = ("push.page", "push.words", "push.question", "push.page_waits")


@lru_cache
def told(programme: str, language: str = "tg") -> Reader:
    return lived(programme, language, LIBRARY)


def weeks(seen: list[Seen]) -> list[list[Seen]]:
    """What came in each run of seven days from the first push on."""
    found: dict[int, list[Seen]] = {}
    for one in seen:
        found.setdefault((one.at - seen[0].at).days // 7, []).append(one)
    return list(found.values())


def calendar_weeks(her: Reader) -> list[list[Seen]]:
    """What came from Monday to Sunday."""
    found: dict[tuple[int, int], list[Seen]] = {}
    for one in her.seen:
        found.setdefault(one.at.astimezone(her.person.tz).date().isocalendar()[:2], []).append(one)
    return list(found.values())


def size(sends: tuple[Send, ...]) -> int:
    """Bytes of text and buttons of what is new in her chat; the tick that takes the place of buttons is not counted."""
    return sum(
        len(send.message.text.encode()) + sum(len(one.label.encode()) for row in send.message.buttons for one in row)
        for send in sends
        if not is_settled(send)
    )


@pytest.mark.parametrize("programme", tracks.TITLES)
def test_at_most_forty_questions_in_any_fourteen_weeks(programme: str) -> None:
    seen = told(programme).seen
    for first in seen:
        span = [one for one in seen if first.at <= one.at < first.at + timedelta(weeks=14)]
        left = [one for one in span if one.flow == "pulse" and "mood" not in one.asked]  # not opened by the reader here
        asked = [name for one in span for name in one.asked if name in QUESTIONS]
        assert len(asked) + len(left) <= MOST_QUESTIONS, Counter(asked)


def test_a_mother_who_is_well_is_asked_of_her_tries_her_weeks_and_little_else() -> None:
    seen = [one for one in told("mums").seen if one.at < told("mums").seen[0].at + timedelta(weeks=14)]
    asked = Counter(name for one in seen for name in one.asked if name in QUESTIONS)
    assert asked["mood"] <= 14
    assert asked["tried"] <= 14
    assert asked.keys() <= QUESTIONS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("programme", tracks.TITLES)
def test_at_most_three_pushes_a_week_and_one_a_day(programme: str, language: str) -> None:
    her = told(programme, language)
    days = [one.at.astimezone(her.person.tz).date() for one in her.seen if one.lines and one.about != ""]
    assert max(Counter(day.isocalendar()[:2] for day in days).values()) <= calendar.WEEKLY_MOST
    assert max(Counter(days).values()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("programme", tracks.TITLES)
def test_a_week_is_under_six_kilobytes(programme: str, language: str) -> None:
    for week in weeks(told(programme, language).seen):
        assert sum(size(one.sends) for one in week) < MOST_BYTES, week[0].about


@pytest.mark.parametrize("own_pace", [False, True])
@pytest.mark.parametrize("child", ["2026-03", "2025-12", "2025-11", "2025-09"])
def test_a_week_stays_so_wherever_notes_and_check_ins_fall(child: str, own_pace: bool) -> None:
    her = reader("mums", "tg", LIBRARY, child=child, own_pace=own_pace).lives(lambda one: one.person.profile.told_end)
    assert any("whooley" in one.asked for one in her.seen)
    for week in calendar_weeks(her):
        assert sum(size(one.sends) for one in week) < MOST_BYTES, week[0].about


@pytest.mark.parametrize("programme", tracks.TITLES)
def test_every_push_is_one_of_our_neutral_lines(programme: str) -> None:
    lines = {LIBRARY.text("tg", key) for key in NEUTRAL}
    for one in told(programme).seen:
        pushed = [send.message.text for send in one.sends if send.push]
        assert set(pushed) <= lines


def test_every_week_of_every_programme_is_read_once_and_in_order() -> None:
    for programme in tracks.TITLES:
        course = LIBRARY.programme(programme)
        about = [one.about.split(":") for one in told(programme).seen if one.flow == "session"]
        begun = [int(week) for name, week, push, _ in about if name == programme and push == "0"]
        assert [week for week in begun if week <= course.length] == list(range(1, course.length + 1))


@pytest.mark.parametrize("band", ["2025-06", "2023-03"])
def test_an_older_child_changes_words_and_not_the_promises(band: str) -> None:
    her = reader("mums", "tg", LIBRARY, child=band).lives(lambda one: one.person.profile.told_end)
    for week in weeks(her.seen):
        assert len(week) <= calendar.WEEKLY_MOST
        assert sum(size(one.sends) for one in week) < MOST_BYTES


@pytest.mark.parametrize("week", [6, 15, 24, 33, 40])
def test_real_pages_keep_to_their_weeks_of_pregnancy(week: int) -> None:
    her = reader("bumps", "ru", LIBRARY)
    her.now = expecting.begins(her.person, week)
    her.kept.due["session"] = (her.now + timedelta(minutes=1), "")
    person = structs.replace(her.person, profile=structs.replace(her.person.profile, births_asked=2))
    her.kept.person = person
    her.lives(lambda one: one.person.profile.told_end)
    assert all(sum(size(one.sends) for one in them) < MOST_BYTES for them in calendar_weeks(her))
    course = LIBRARY.programme("bumps").course
    for one in (one for one in her.seen if one.flow == "session"):
        _, number, push, _ = one.about.split(":")
        if push == "0" and int(number) <= len(course.weeks):
            assert expecting.week(her.person, one.at) >= course.weeks[int(number) - 1].pregnancy
            assert not course.weeks[int(number) - 1].after_birth
