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
