"""News of a link waits for a father's sign, and then for no page of his: it comes on a day of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from tests.kinpair import HE, Act, Pair, Somebody, father, hers, his, mother
from tests.talk import MORNING


def reads(one: Somebody) -> None:
    """Whatever stands open he opens, as who reads his pages does."""
    one.tries("Open")


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Asia/Dushanbe"])
def test_who_reads_every_page_hears_of_his_link_though_a_page_has_the_same_minute(zone: str) -> None:
    he = Somebody(father(kin=(his("asked"),), invited="x"))
    he.kept.person = structs.replace(he.person, zone=zone)
    she = Somebody(mother(kin=(hers("cooling", until=MORNING + timedelta(hours=20)),)))
    one = Pair(she, he, late=timedelta(milliseconds=5))
    # He gave no sign for three days, then reads each page some hours after it came.
    acts: list[Act] = [(MORNING + timedelta(days=day, hours=13), HE, reads) for day in range(3, 12)]
    one.lives(acts, days=12)
    told = [at for at, text, _, _ in one.he.got if "The link is there" in text]
    assert told, [(at, text[:40]) for at, text, _, _ in one.he.got]
    assert told[0] - MORNING < timedelta(days=9)


def blocked(one: Somebody) -> None:
    one.leaves()


def writes(one: Somebody) -> None:
    one.returns().says("Hello, I am back")


@pytest.mark.parametrize(("days", "greeted"), [(7, True), (1, False)])
def test_who_blocked_for_a_week_is_greeted_and_gets_no_more_than_three_messages(days: int, *, greeted: bool) -> None:
    one = Pair(Somebody(mother(kin=(hers(),))), Somebody(father(kin=(his(),))))
    back = MORNING + timedelta(days=1 + days, hours=12)
    one.lives([(MORNING + timedelta(days=1, hours=12), HE, blocked), (back, HE, writes)], days=3 + days)
    week = one.he.person.profile.week
    got = [text for at, text, _, _ in one.he.got if at >= back]
    assert any("Nothing was lost" in text for text in got) is greeted, got
    assert len(got) <= 3
    assert week == 1
