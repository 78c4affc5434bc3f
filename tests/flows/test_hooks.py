"""What somebody may send or say at the end of a week: played where it was written, and telling nothing of anybody."""

from __future__ import annotations

import pytest
from msgspec import structs

from flows.effects import Send
from flows.family.model import GO, MOTHER, NOTE, Kin
from flows.programme import pages
from tests.talk import LIBRARY, Her

DADS, MUMS = LIBRARY.programmes["dads"], LIBRARY.programmes["mums"]
LINKED = Kin(link=7, who=MOTHER, state="linked", person=9, gives=(GO,))


def reads(programme: str, week: int, role: str, kin: tuple[Kin, ...] = ()) -> Her:
    """Somebody opens the last page of this week."""
    her = Her().joins()
    profile = structs.replace(her.person.profile, programme=programme, week=week, push=2, kin=kin, offered="never")
    her.kept.person = structs.replace(her.person, role=role, region="abroad", profile=profile)
    course = LIBRARY.programmes[programme]
    her.kept.places = []
    her.is_due("session").taps("Open")
    if her.kept.places and her.kept.places[-1].question.startswith("door"):
        her.taps("I will only read")
    assert pages.order(course, week)[-1] in {1, 2}
    return her


def shown(her: Her) -> dict[str, str]:
    """Buttons of no talk on her screen, by what they bring."""
    sends = [one for one in her.effects if isinstance(one, Send) and one.to == "her"]
    buttons = [button for one in sends for row in one.message.buttons for button in row]
    return {one.data: one.label for one in buttons if one.data.startswith("0:hook:")}


@pytest.mark.parametrize("week", range(1, 8))
def test_a_fathers_own_words_stand_at_the_end_of_his_week_with_a_way_to_write(week: int) -> None:
    him = reads("dads", week, "father")
    words = DADS.bubbles(week, "hook", "en", ("away",))
    assert all(any(text in line for line in him.unheard) for text in words)
    assert shown(him) == {"0:hook:write": "Write it now"}
    him.quietly().taps("Write it now").hears("piece.ask")


def heard(kin: Kin) -> tuple[dict[str, str], list[str]]:
    him = reads("dads", 3, "father", (kin,))
    buttons = shown(him)
    him.quietly().taps("For both of you")
    return buttons, him.unheard


def test_what_the_mothers_weeks_offer_him_hangs_on_his_own_tick_alone() -> None:
    buttons, words = heard(LINKED)
    assert words == [*MUMS.bubbles(5, "hook", "en"), *MUMS.bubbles(6, "hook", "en")]
    for other in (structs.replace(LINKED, frozen=True), structs.replace(LINKED, person=0)):
        assert heard(other) == (buttons, words), "a link that is frozen or was left looks the same"
    for kin in (structs.replace(LINKED, gives=(NOTE,)), structs.replace(LINKED, state="asked")):
        assert shown(reads("dads", 3, "father", (kin,))) == {"0:hook:write": "Write it now"}


def test_a_tick_taken_back_closes_an_older_button_too() -> None:
    him = reads("dads", 3, "father", (LINKED,)).quietly()
    profile = structs.replace(him.person.profile, kin=(structs.replace(LINKED, gives=()),))
    him.kept.person = structs.replace(him.person, profile=profile)
    him.taps("For both of you").hears("hook.none")


def test_the_week_on_safe_and_unsafe_love_has_none() -> None:
    assert not MUMS.course.weeks[10].hook
    him = reads("dads", 6, "father", (LINKED,)).quietly().taps("For both of you")
    assert him.unheard == [*MUMS.bubbles(12, "hook", "en")]


@pytest.mark.parametrize("data", ["0:hook:both.99", "0:hook:away.0", "0:hook:x", "0:hook:both.3"])
def test_a_forged_button_brings_nothing(data: str) -> None:
    Her().joins().taps_data(data).hears("hook.none")


def test_a_grandmothers_words_for_one_far_away_come_on_a_tap() -> None:
    her = reads("grandmothers", 1, "grandmother").quietly()
    her.taps("For one far away")
    assert her.unheard == [*LIBRARY.programmes["grandmothers"].bubbles(1, "hook", "en")]
    assert not shown(reads("grandmothers", 4, "grandmother"))
    assert not shown(reads("mums", 1, "mother")), "a mother is not asked to send anything"
