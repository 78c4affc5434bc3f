"""Places near her, the pages of the shelves, and the calm corner: what she finds by herself, and when it waits."""

from __future__ import annotations

import pytest
from msgspec import structs

from flows.desk.directory import NEEDS, near
from flows.effects import Send
from flows.programme.shelves import CALM, DRINK, RIGHTS
from tests.talk import LIBRARY, Her

SHELF = LIBRARY.shelves[CALM]
SHELF_OF_RIGHTS = LIBRARY.shelves[RIGHTS]


def say(key: str) -> str:
    return LIBRARY.text("en", key)


def with_profile(her: Her, **profile: object) -> Her:
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, **profile))
    return her


def joined(region: str = "dushanbe", **profile: object) -> Her:
    her = with_profile(Her().joins(), **profile)
    her.kept.person = structs.replace(her.person, region=region)
    return her


@pytest.mark.parametrize("need", [need for need in NEEDS if need != "violence"])
def test_each_need_has_its_places_the_nearest_first(need: str) -> None:
    her = joined().says("Places near me").taps(say(f"nearby.{need}"))
    found = near(LIBRARY, need, "dushanbe", "")  # type: ignore[arg-type]
    lines = her.unheard[-1].split("\n\n")[1:]
    assert [line.partition(":")[0] for line in lines] == [one.service.name["en"] for one in found[:6]]
    her.taps(found[0].service.short["en"])
    page = her.unheard[-1]
    assert found[0].service.what["en"] in page
    assert all(say(f"refer.lacks.{code}") in page for code in found[0].service.lacks)
    assert page.endswith(say("nearby.ask_for_you"))


def test_places_of_violence_open_only_when_nobody_is_near() -> None:
    her = joined().says("Places near me").taps(say("nearby.violence")).hears("nearby.ask", "near.ask")
    her.taps("Not now").hears("nearby.later")
    her.says("Places near me").taps(say("nearby.violence")).taps("I am alone now")
    assert near(LIBRARY, "violence", "dushanbe", "")[0].service.name["en"] in her.unheard[-1]


def test_after_a_loss_nothing_of_babies_is_listed() -> None:
    her = joined(lost_at=Her().now).says("Places near me")
    assert not {say(f"nearby.{need}") for need in ("expecting", "development", "disability")} & set(her.keyboard)
    assert say("nearby.low_mood") in her.keyboard
    titles = {SHELF_OF_RIGHTS.title(page, "en") for page in SHELF_OF_RIGHTS.pages if page.of_babies}
    her.taps(say("nearby.rights"))
    assert titles
    assert not titles & set(her.keyboard)
    her.says("/calm")
    lullaby = next(page for page in SHELF.pages if page.of_babies)
    assert SHELF.title(lullaby, "en") not in her.keyboard


def test_a_person_can_be_asked_from_there() -> None:
    joined().says("Places near me").taps(say("nearby.money")).taps(say("menu.person")).quietly().says("x").quietly()


@pytest.mark.parametrize("shelf", [RIGHTS, DRINK])
def test_a_page_of_a_shelf_is_read_whole(shelf: str) -> None:
    pages = LIBRARY.shelves[shelf]
    for page in pages.pages:
        her = joined().says("Places near me").taps(say(f"nearby.{shelf}"))
        if len(pages.pages) > 1:
            her.taps(pages.title(page, "en"))
        if page.alone:
            her.taps("I am alone now")
        assert tuple(her.unheard[-len(page.text) :]) == pages.bubbles(page, "en")


def test_an_exercise_comes_bit_by_bit_and_only_its_beginning_makes_a_sound() -> None:
    her, page = joined().says("/calm").hears("shelf.calm"), SHELF.pages[0]
    texts, begun = SHELF.bubbles(page, "en"), her.now
    her.taps(SHELF.title(page, "en")).hears(f"={texts[0]}")
    for number in range(1, len(texts)):
        (key,) = [key for key in her.kept.due if key.startswith("wait:")]
        her.is_due(key)
        assert (her.now - begun).total_seconds() == sum(page.seconds[:number])
        assert all(send.silent for send in her.effects if isinstance(send, Send) and send.to == "her")
        assert her.unheard[-1 if number < len(texts) - 1 else -2] == texts[number]
    assert her.unheard[-1] == say("shelf.calm_end")


def test_at_night_too_and_beside_a_red_case_it_comes_whole() -> None:
    her, page = joined(), SHELF.pages[0]
    texts = [f"={text}" for text in SHELF.bubbles(page, "en")]
    her.waits(hours=14).says("/calm").taps(SHELF.title(page, "en")).quietly()
    her.is_due(next(key for key in her.kept.due if key.startswith("wait:"))).hears(texts[1])
    grave = joined().says("I took all the pills").quietly().says("/calm").quietly().taps(SHELF.title(page, "en"))
    grave.hears(*texts, "shelf.calm_end")


def test_whoever_goes_elsewhere_is_not_followed_by_the_rest() -> None:
    her = joined().says("/calm").taps(SHELF.title(SHELF.pages[0], "en")).quietly().says("Settings").quietly()
    for key in [key for key in her.kept.due if key.startswith("wait:")]:
        her.is_due(key).hears()


def test_a_quiet_minute_stands_under_the_faces_she_asked_for() -> None:
    joined().says("How I feel").taps(say("feel.calm")).hears("pulse.ask", "shelf.calm")


def test_her_child_s_own_pace_is_a_setting() -> None:
    her = with_profile(Her().joins(), child="2025-01")
    her.says("Settings").taps(say("settings.us")).taps(say("settings.pace")).taps("Yes").quietly()
    assert her.person.profile.own_pace
