"""Tracks of fathers, grandmothers and carers to their end: a closing that is true, and what is asked of whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from flows.checkins import times
from flows.model import Scene
from tests.talk import LIBRARY, MORNING, Her
from tests.tracks import lived

LOOKS = {
    "dads": ["end.dads_look", "end.dads_hold", "session.no_more"],
    "grandmothers": ["end.grandmothers_look", "end.grandmothers_hold", "session.no_more"],
    "mums": ["tracks.end_mums"],
}


@pytest.mark.parametrize("language", ["en", "tg", "ru"])
@pytest.mark.parametrize("programme", LOOKS)
def test_a_track_ends_with_a_closing_that_is_true(programme: str, language: str) -> None:
    heard = " ".join(" ".join(line for one in lived(programme, language, LIBRARY).seen for line in one.lines).split())
    for id in LOOKS[programme]:
        assert heard.count(" ".join(LIBRARY.text(language, id).split())) == 1, id


def test_a_grandmother_is_asked_by_the_pulse_alone_and_may_ask_for_more() -> None:
    grandmother = Her().joins()
    profile = structs.replace(grandmother.person.profile, programme="grandmothers", doors={}, put={})
    person = structs.replace(grandmother.person, role="grandmother", profile=profile)
    for day in range(120):
        person = structs.replace(person, profile=structs.replace(profile, week=1 + day // 7, push=1))
        now = MORNING + timedelta(days=day)
        scene = structs.replace(_scene(grandmother), person=person, now=now)
        assert times.due(scene) == ""
    assert times.after_pulse(structs.replace(person, profile=structs.replace(profile, lows=1)), 1)["owed"] == []


def test_a_father_meets_the_door_at_entry_and_in_his_fourth_and_seventh_week_and_never_by_a_birth() -> None:
    him = Her().joins()
    base = structs.replace(him.person.profile, programme="dads", child="2026-01", doors={}, put={})
    met = set[str]()
    for day in range(49):
        profile = structs.replace(base, week=1 + day // 7, push=1)
        person = structs.replace(him.person, role="father", profile=profile)
        met |= {one.name for one in times.windows(person, him.now + timedelta(days=day))}
    assert met == {"entry", "dads_4", "dads_7"}


@pytest.mark.parametrize(
    ("zone", "first"),
    [("Europe/Moscow", "Russia"), ("Asia/Vladivostok", "Russia"), ("Europe/Berlin", "Ambulance"), ("", "Ambulance")],
)
def test_a_father_in_russia_hears_first_the_number_that_answers_there(zone: str, first: str) -> None:
    him = Her().joins()
    region = "abroad" if zone else "dushanbe"
    him.kept.person = structs.replace(him.person, role="father", region=region, zone=zone or him.person.zone)
    him.says("help")
    lines = [line for text in him.unheard for line in text.split("\n") if " — " in line]
    assert first in lines[0]
    assert sum("Ambulance" in line for line in lines) == 1, "and those at home, for those at home"


def test_a_father_who_comes_home_reads_the_words_of_home_and_away_again_when_he_goes() -> None:
    him = Her().joins()
    him.kept.person = structs.replace(him.person, role="father", region="abroad", zone="Europe/Moscow")
    him.says("/settings").taps("When pages come").taps("City").quietly()
    him.taps("In Tajikistan").hears("join.region").taps("Khatlon").quietly().says("1").quietly()
    assert (him.person.region, him.person.zone) == ("khatlon", "Asia/Dushanbe")
    him.says("/settings").taps("When pages come").taps("City").taps("In another country").quietly()
    him.says("ekb").quietly()
    assert (him.person.region, him.person.zone) == ("abroad", "Asia/Yekaterinburg")


def _scene(her: Her) -> Scene:
    return Scene(now=her.now, person=her.person, library=her.library, desk=her.desk_set)
