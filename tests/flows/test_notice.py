"""An announcement in her chat: a knock in her hours, its words on a tap, nothing once it is stopped."""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from flows.desk.announcement import Announcement, texts_in, with_one
from flows.desk.office import Book
from flows.effects import Lane
from flows.events import Due
from flows.programme import calendar
from tests.talk import MORNING, Her, to_her

ONE = Announcement(number=3, texts={"en": "On Saturday we are closed."}, by=1, made_at=MORNING, state="agreed")


def told(one: Announcement = ONE) -> Her:
    her = Her().joins()
    announces(her, one)
    return her


def announces(her: Her, one: Announcement) -> None:
    her.desk_set = structs.replace(her.desk_set, book=Book(announcements=(one,)))


def comes(her: Her) -> Her:
    return her._event(Due(key="announce:3"))


def test_it_waits_for_her_hours_and_knocks() -> None:
    her = told()
    comes(her).hears()
    her.is_due("announce:3").hears("announce.knock")
    assert calendar.is_safe(her.person, her.now)
    assert {(send.lane, send.push) for send in to_her(her.effects)} == {(Lane.WEEKLY, True)}
    her.taps("Open").hears("=On Saturday we are closed.")


def test_what_was_stopped_is_not_shown_though_it_had_knocked() -> None:
    her = told()
    comes(her).is_due("announce:3").quietly()
    announces(her, structs.replace(ONE, state="stopped"))
    her.taps("Open").hears("announce.stopped")


def test_who_wants_nothing_by_itself_gets_nothing() -> None:
    for change in ({"state": "stopped"}, {"paused_until": calendar.WITHOUT_END}):
        her = told()
        her.kept.person = structs.replace(her.person, state=str(change.get("state", "active")))
        if "paused_until" in change:
            profile = structs.replace(her.person.profile, paused_until=calendar.WITHOUT_END)
            her.kept.person = structs.replace(her.person, profile=profile)
        comes(her).hears()
        assert "announce:3" not in her.kept.due
    her = told(structs.replace(ONE, texts={"ru": "В субботу мы закрыты."}))
    comes(her).hears()
    assert "announce:3" not in her.kept.due


def test_it_waits_while_she_hid_or_is_in_need() -> None:
    her = told().says("/hide").quietly()
    comes(her).hears()
    assert her.kept.due["announce:3"][0] >= her.now + timedelta(days=1)
    her = told().says("I don't want to live any more").quietly()
    comes(her).hears()
    assert "announce:3" in her.kept.due


def test_texts_are_found_by_their_language() -> None:
    assert texts_in("tg: як\nду\nRU : два\n\nen:three") == {"tg": "як\nду", "ru": "два", "en": "three"}
    assert texts_in("hello\nen: x") == {}
    assert texts_in("") == {}


def test_the_book_holds_a_few() -> None:
    kept: tuple[Announcement, ...] = ()
    for number in range(1, 15):
        kept = with_one(kept, structs.replace(ONE, number=number))
    assert [one.number for one in kept] == list(range(5, 15))
