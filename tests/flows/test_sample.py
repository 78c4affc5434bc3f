"""Words in which concern found nothing: whose may be read by the lead, when they are gathered, and what is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from flows.desk import sample
from flows.model import Desk
from tests.talk import MORNING, Her

READERS = Desk(leads=1, samples=True)
HERS = "the washing machine is broken again"


@pytest.fixture
def her() -> Her:
    return Her(desk=READERS).joins()


def told(her: Her, **profile: Any) -> Her:
    person = her.kept.person
    changed = msgspec.structs.replace(person.profile, **profile)
    her.kept.person = msgspec.structs.replace(person, profile=changed)
    return her


def test_her_words_take_part(her: Her) -> None:
    her.says(HERS)
    assert her.samples == [HERS]


@pytest.mark.parametrize("text", ["/menu", "My week", "stop", "help", "hide", "42", "no", "?!"])
def test_commands_labels_and_bare_taps_do_not(her: Her, text: str) -> None:
    her.says(text)
    assert her.samples == []


def test_worrying_words_do_not(her: Her) -> None:
    her.says("I don't want to live any more")
    assert her.samples == []


def test_words_in_a_case_do_not_for_people_read_them_anyway(her: Her) -> None:
    her.says("I don't want to live any more").says(HERS)
    assert her.samples == []


def test_what_only_the_desk_may_know_does_not(her: Her) -> None:
    her.says("/contact").says("by the neighbour on the left, mornings")
    assert her.samples == []


def test_what_she_writes_to_a_person_does_not(her: Her) -> None:
    her.says("Talk to a person").says(HERS)
    assert her.samples == []


@pytest.mark.parametrize("number", ["93/555/12/34", "93–555–12–34", "9\u200b3\u200b5\u200b5\u200b5", "93_555_12_34"])
def test_numbers_in_disguise_are_left_out(number: str) -> None:
    assert sample.bare(f"call {number} now") == f"call {sample.HIDDEN} now"


@pytest.mark.parametrize(
    "profile",
    [
        {"consent": "2"},
        {"consent": ""},
        {"adult": False},
        {"hidden_until": MORNING + timedelta(hours=5)},
        {"delete_at": MORNING + timedelta(hours=5)},
    ],
    ids=["older words", "no consent", "a minor", "hidden", "to be deleted"],
)
def test_who_did_not_agree_or_is_gone_does_not(her: Her, profile: dict[str, Any]) -> None:
    told(her, **profile).says(HERS)
    assert her.samples == []


@pytest.mark.parametrize("desk", [Desk(leads=1), Desk(samples=True)], ids=["switched off", "nobody to read"])
def test_where_nobody_reads_nothing_is_gathered(desk: Desk) -> None:
    her = Her(desk=desk).joins()
    her.says(HERS)
    assert her.samples == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("call me at +992 90 123-45-67 please", "call me at ••• please"),
        ("he is @somebody1 here", "he is ••• here"),
        ("look at https://t.me/x?y=1 now", "look at ••• now"),
        ("write to a.b@example.org", "write to •••"),
        ("she is 14 months and has 2 teeth", "she is 14 months and has 2 teeth"),
    ],
)
def test_what_looks_like_a_number_or_an_address_is_left_out(text: str, kept: str) -> None:
    assert sample.bare(text) == kept


def at(day: int, hour: int) -> datetime:
    """In March 2026, whose second is a Monday, by UTC; the desk opens at 4 by it."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_they_are_gathered_in_the_two_days_before_the_reading() -> None:
    assert [sample.gathers(READERS, moment) for moment in (at(2, 3), at(2, 4), at(4, 3), at(4, 4), at(8, 12))] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert sample.reading(READERS, at(4, 3)) == at(4, 4) - timedelta(days=7)
    assert sample.reading(READERS, at(4, 4)) == sample.reading(READERS, at(11, 3)) == at(4, 4)
    assert sample.GATHERED + timedelta(hours=24) <= sample.KEPT, "a day is left to read in"
