"""When a piece knocks: at her own minute of the next day, whenever he wrote it, and only in her hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from flows.family.model import Parcel
from flows.programme import calendar
from tests.flows.family.test_sideways import (
    PIECES,
    Does,
    blocks,
    deletes,
    has_profile,
    leaves_links,
    opens_piece,
    pair,
    sends,
)
from tests.kinpair import HE, LINK, SHE, Act, Somebody, hers, mother
from tests.talk import MORNING

HOURS = (1, 6, 8, 11, 13)
"""Hours after 5:00 UTC of a Monday; hers are 16 to 20 in Dushanbe, so some lie in and some past them."""


def knocks(one: Somebody) -> list[datetime]:
    return [at for at, _, labels, _ in one.got if "No more of these" in labels]


@pytest.mark.parametrize("piece", PIECES)
def test_the_hour_at_which_he_wrote_does_not_show(piece: str) -> None:
    got = [pair().lives([(MORNING + timedelta(hours=hour), HE, sends(piece))], days=3).she for hour in HOURS]
    assert all(one.got == got[0].got for one in got)
    assert knocks(got[0])[:1] == [calendar.her_hour(got[0].person, MORNING + timedelta(days=1))]


def test_her_answer_knocks_at_his_own_minute_of_another_day() -> None:
    """He gives a sign each day; she answers at one hour or at another."""
    came = []
    for hour in (11, 12, 14):
        acts: list[Act] = [(MORNING + timedelta(hours=1), HE, sends(PIECES[0]))]
        acts += [(MORNING + timedelta(days=day, hours=2), HE, lambda one: one.says("/menu")) for day in range(7)]
        acts.append((MORNING + timedelta(days=1, hours=hour), SHE, lambda one: (opens_piece(one), one.tries("❤️"))))
        came.append(knocks(pair().lives(acts, days=6).he))
    assert came[0]
    assert all(one == came[0] for one in came)


def test_a_moment_that_no_longer_lies_in_her_hours_waits_for_them() -> None:
    acts: list[Act] = [
        (MORNING + timedelta(hours=1), HE, sends(PIECES[0])),
        (MORNING + timedelta(hours=2), SHE, has_profile(hours=(7, 9))),
    ]
    one = pair().lives(acts, days=4)
    local = [at.astimezone(one.she.person.tz).hour for at in knocks(one.she)]
    assert local
    assert all(7 <= hour < 9 for hour in local), local


def test_her_card_holds_nothing_of_his_that_waits() -> None:
    waits = Parcel(link=LINK, piece="note", words="marker snow", at=MORNING)
    got = []
    for brought in ((), (waits,)):
        she = Somebody(mother(kin=(hers(),), brought=brought)).says("/family").taps("A card to pass on").taps("A game")
        got.append(she.got)
    assert got[0] == got[1]
    assert got[0]


@pytest.mark.parametrize("does", [leaves_links, deletes, blocks])
def test_that_he_is_gone_does_not_show_while_she_reads(does: Does) -> None:
    soon, day = MORNING + timedelta(hours=1), MORNING + timedelta(days=1)
    acts: list[Act] = [(soon, HE, sends(PIECES[0])), (soon + timedelta(hours=1), HE, sends(PIECES[1]))]
    acts += [(day + timedelta(hours=11), SHE, opens_piece)]
    acts += [(day + timedelta(hours=13, minutes=at), SHE, lambda one: one.tries("Not now")) for at in (0, 1)]
    stays = pair().lives(acts, days=3).she.got
    assert pair().lives([*acts, (day + timedelta(hours=12), HE, does)], days=3).she.got == stays
    assert sum("❤️" in labels for _, _, labels, _ in stays) >= 2
