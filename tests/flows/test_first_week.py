"""The first week: what she may tell the desk alone, and the consent to research."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from flows import concern, first_week, research
from flows.effects import Keep
from flows.model import Profile
from tests.screened import SLEEP
from tests.talk import LIBRARY, Her

WAY, WHO, WHERE = "in the late hours, by writing", "my brother-in-law", "the blue gate behind the mill"


@pytest.fixture
def her() -> Her:
    return Her().joins()


def with_profile(her: Her, **told: Any) -> Her:
    her.kept.person = structs.replace(her.kept.person, profile=structs.replace(her.person.profile, **told))
    return her


def have_a_go() -> list[str]:
    return ["=" + text for text in LIBRARY.programme("mums").bubbles(1, "have_a_go", "en")]


def opens_a_page(her: Her) -> Her:
    return her.is_due("session").quietly().taps("Open")


def at_offer(her: Her) -> Her:
    """She has opened the second page of her first week."""
    opens_a_page(her).taps("Show it").quietly()
    return opens_a_page(her).hears(*have_a_go(), "contact.offer")


def told(profile: Profile) -> tuple[str, str, str]:
    return profile.contact, profile.never_know, profile.ambulance


# -- how to reach her ----------------------------------------------------------------------------------------------


def test_she_is_told_who_will_see_it_before_anything_is_asked_and_every_word_is_kept(her: Her) -> None:
    at_offer(her).taps("Yes").hears("contact.who_sees", "contact.ask_contact")
    her.says(WAY).hears("contact.ask_never_know")
    her.says(WHO).hears("contact.ask_ambulance")
    her.says(WHERE).hears("contact.kept")
    assert told(her.person.profile) == (WAY, WHO, WHERE)
    assert not any(isinstance(effect, Keep) for effect in her.effects)


def test_each_question_can_be_skipped_and_nothing_is_claimed_to_be_kept(her: Her) -> None:
    at_offer(her).taps("Yes").quietly()
    her.taps("Skip").hears("contact.ask_never_know")
    her.says("skip").hears("contact.ask_ambulance")
    her.taps("Skip").hears("contact.nothing")
    assert told(her.person.profile) == ("", "", "")


def test_on_a_shared_phone_she_is_told_that_what_she_types_stands_in_the_chat(her: Her) -> None:
    at_offer(with_profile(her, shared=True)).taps("Yes")
    said = LIBRARY.texts["en"]["contact.who_sees"], LIBRARY.texts["en"]["contact.shared"]
    her.hears("=" + "\n\n".join(map(str, said)), "contact.ask_contact")


@pytest.mark.parametrize(("label", "again"), [("Not now", True), ("Never", False)])
def test_not_now_is_asked_again_on_the_same_page_and_never_is_never(her: Her, label: str, again: bool) -> None:
    at_offer(her).taps(label).quietly()
    her.says("My week").hears("week.menu")
    her.taps("The newest page").hears(*have_a_go(), *(["contact.offer"] if again else []))


def test_what_she_told_is_not_asked_for_again(her: Her) -> None:
    at_offer(her).taps("Yes").taps("Skip").taps("Skip").taps("Skip").quietly()
    her.says("My week").taps("The newest page").hears("week.menu", *have_a_go())


def test_an_offer_she_passed_over_is_not_put_again_and_takes_no_words_of_another_day(her: Her) -> None:
    at_offer(her).taps("Yes").quietly()
    her.waits(hours=3)
    her.is_due("session").hears("push.page")
    her.says("we made bread today").hears("said.bot")
    assert told(her.person.profile) == ("", "", "")
    her.is_due("session").quietly()
    assert not any(place.question in first_week.QUESTIONS for place in her.kept.places)


def test_from_the_settings_she_changes_one_answer_and_takes_another_away(her: Her) -> None:
    with_profile(her, contact=WAY, ambulance=WHERE)
    her.says("/contact").hears("contact.who_sees", "contact.ask_contact")
    assert WAY not in "".join(her.transcript[-3:])
    her.says("only by a letter").hears("contact.ask_never_know")
    her.taps("Skip").hears("contact.ask_ambulance")
    her.taps("Take it away").hears("contact.kept")
    assert told(her.person.profile) == ("only by a letter", "", "")


def test_a_worrying_word_typed_as_an_answer_is_answered_as_worrying_and_not_kept_as_one(her: Her) -> None:
    at_offer(her).taps("Yes").quietly()
    her.says("I don't want to live any more").hears("safety.ask")
    assert her.case is not None
    assert her.case.level == "urgent"
    assert told(her.person.profile) == ("", "", "")
    her.taps("No").hears("safety.after_no", "reach.alone")
    her.taps("No").hears("reach.blank")
    assert her.kept.places[-1].question == "tell_contact"


def test_what_she_opened_and_left_is_not_put_again_behind_something_else(her: Her) -> None:
    her.says("/contact").hears("contact.who_sees", "contact.ask_contact")
    her.says("/family").quietly()
    her.says("/research").hears("research.ask")
    her.taps("No").hears("research.no_ok")
    assert her.kept.places == []


EVENINGS, IN_LAW = "фақат дар ин ҷо, телефон", "хушдоманам мехонад"


def test_two_answers_are_no_sentence_in_two_pieces(her: Her) -> None:
    at_offer(her).taps("Yes").quietly()
    her.says(EVENINGS).hears("contact.ask_never_know")
    together = concern.read_after([EVENINGS], IN_LAW, LIBRARY.rules)
    assert together is not None
    assert together.category == "watched_phone"
    her.says(IN_LAW, after=EVENINGS).hears("contact.ask_ambulance")
    assert told(her.person.profile)[:2] == (EVENINGS, IN_LAW)
    assert her.case is None


def test_beside_these_questions_pieces_are_a_sentence_and_what_is_red_is_one_everywhere(her: Her) -> None:
    at_offer(her).taps("Yes").quietly()
    her.says("телефонамро мехонад", after="хушдоманам ҳамеша")
    assert her.case is not None
    another = at_offer(Her().joins()).taps("Yes").says("only by a letter").quietly()
    another.says("to live", after="I do not want").hears("safety.ask")
    assert another.case is not None


@pytest.mark.parametrize("way", ["занг назанед, нависед", "не звоните, пишите", "do not call, write"])
def test_how_to_reach_her_is_no_sign_of_a_watched_phone(her: Her, way: str) -> None:
    at_offer(her).taps("Yes").says(way).hears("contact.who_sees", "contact.ask_contact", "contact.ask_never_know")
    assert her.person.profile.contact == way


def test_a_phone_that_is_read_is_answered_as_such_and_her_words_are_kept_as_the_way_to_reach_her(her: Her) -> None:
    way = "шавҳарам телефонамро месанҷад, шаб нанависед"
    at_offer(her).taps("Yes").says(way).quietly()
    assert her.case is not None
    assert her.case.category == "watched_phone"
    assert her.person.profile.contact == way


@pytest.mark.parametrize(("word", "answer"), [("stop", "stop.done"), ("help", "help.now")])
def test_bare_words_work_while_words_are_asked_for(her: Her, word: str, answer: str) -> None:
    at_offer(her).taps("Yes").quietly()
    her.says(word).hears(answer)
    assert told(her.person.profile) == ("", "", "")


def test_a_long_answer_is_cut_so_that_the_card_still_fits_in_one_message(her: Her) -> None:
    at_offer(her).taps("Yes").says("street " * 500).says("name " * 500).says("place " * 500)
    assert [len(words) for words in told(her.person.profile)] == [first_week.LONGEST] * 3


def test_no_offer_is_made_before_a_page_that_waits_and_it_comes_a_week_later_instead(her: Her) -> None:
    her.is_due("session").is_due("session").quietly()
    her.taps("Open").hears(*have_a_go(), "session.another")
    her.kept.places.clear()
    with_profile(her, week=2, push=1, waiting=())
    opens_a_page(her)
    assert her.unheard[-1] == LIBRARY.text("en", "contact.offer")


def test_no_offer_is_made_while_anything_else_is_asked_of_her(her: Her) -> None:
    opens_a_page(her).taps("Show it").is_due("session").says("My week")
    her.taps("Change something").taps("Something sad happened").quietly()
    her.taps("Open").hears(*have_a_go(), "sad.ask")


def test_no_offer_is_made_behind_a_page_that_came_whole_without_a_tap(her: Her) -> None:
    with_profile(her, knocks=False, push=1).is_due("session")
    (push,) = her.unheard
    assert push.startswith(LIBRARY.text("en", "push.page_open"))
    assert not her.kept.places


def test_a_page_with_its_offer_open_counts_as_read(her: Her) -> None:
    at_offer(her).is_due("session")
    assert her.person.profile.waiting == ()


def test_the_menu_of_her_week_leaves_an_offer_be_until_she_goes_on_and_then_drops_it(her: Her) -> None:
    at_offer(her).says("My week").hears("week.menu")
    assert "contact" in {place.question for place in her.kept.places}
    her.taps("Change something").quietly().taps("Pause").quietly().taps("One week").hears("week.paused")
    assert not her.kept.places


def test_opened_anew_from_the_menu_the_page_makes_its_offer_once(her: Her) -> None:
    at_offer(her).says("My week").taps("The newest page").hears("week.menu", *have_a_go(), "contact.offer")
    her.taps("Never").hears("contact.never_ok")
    assert not her.kept.places


def test_a_page_that_knocks_still_is_opened_from_the_menu_with_its_offer(her: Her) -> None:
    opens_a_page(her).taps("Show it").is_due("session").says("My week").quietly()
    her.taps("The newest page").hears(*have_a_go(), "contact.offer")


def test_left_unanswered_it_is_not_put_again_a_week_later(her: Her) -> None:
    at_offer(her)
    with_profile(her, week=2, push=1, waiting=())
    opens_a_page(her)
    assert LIBRARY.text("en", "contact.offer") not in her.unheard


def test_in_the_third_week_it_is_not_offered_any_more(her: Her) -> None:
    with_profile(her, week=3, push=1)
    opens_a_page(her)
    assert her.unheard[-1] != LIBRARY.text("en", "contact.offer")


# -- research ------------------------------------------------------------------------------------------------------


def at_pulse(her: Her) -> Her:
    opens_a_page(her).taps("Show it")
    opens_a_page(her).taps("Never")
    return opens_a_page(her).quietly()


@pytest.mark.parametrize("more", [False, True])
def test_yes_is_kept_with_its_version_and_its_time_and_the_baseline_is_not_invented(her: Her, more: bool) -> None:
    at_pulse(her).taps("🙂 Good").taps("Well").hears(SLEEP, "pulse.thanks", "research.ask")
    if more:
        her.taps("Tell me more").hears("research.about")
    her.taps("Yes, count mine").hears("research.thanks")
    assert her.person.profile.research == research.VERSION
    assert her.person.profile.research_at == her.now
    assert Keep(question="research", value=research.VERSION) in her.effects


def test_no_is_never_asked_again(her: Her) -> None:
    at_pulse(her).taps("🙂 Good").taps("Well").quietly().taps("No").hears("research.no_ok")
    assert (her.person.profile.research, her.person.profile.research_at) == ("", her.now)
    her.kept.places.clear()
    her.waits(days=6).says("My week").taps("The newest page").taps("🙂 Good").quietly().taps("Skip").hears(
        "pulse.thanks"
    )
    assert not any(place.question == "research" for place in her.kept.places)


@pytest.mark.parametrize("face", ["🙁 Heavy", "😞 Very heavy", "Skip"])
def test_it_is_not_asked_after_a_heavy_answer_nor_after_none(her: Her, face: str) -> None:
    at_pulse(her).taps(face)
    assert her.person.profile.research_at is None
    assert not any(place.question == "research" for place in her.kept.places)


def test_a_younger_mother_is_not_asked_and_is_told_why_when_she_asks(her: Her) -> None:
    at_pulse(with_profile(her, adult=False)).taps("🙂 Good").taps("Well").hears(SLEEP, "pulse.thanks")
    her.says("/research").hears("research.grown")
    assert not her.person.profile.research


def test_it_is_taken_back_at_any_time_and_can_be_given_again(her: Her) -> None:
    with_profile(her, research="1", research_at=her.now)
    her.says("/research").hears("research.taking_part")
    her.taps("Yes, it stays").hears("research.stays")
    assert her.person.profile.research == "1"
    her.waits(days=1).says("/research").hears("research.taking_part")
    her.taps("No, stop it").hears("research.stopped")
    assert (her.person.profile.research, her.person.profile.research_at) == ("", her.now)
    assert Keep(question="research", value="no") in her.effects
    her.says("/research").hears("research.ask")


def test_passed_over_it_is_not_put_again_by_the_next_page_but_asked_after_the_next_pulse(her: Her) -> None:
    at_pulse(her).taps("🙂 Good").taps("Well").quietly()
    her.waits(hours=3).is_due("session").quietly()
    assert not any(place.question in research.QUESTIONS for place in her.kept.places)
    her.kept.places.clear()
    with_profile(her, week=2, push=0, pulsed_at=her.now - timedelta(days=8))
    her.says("My week").taps("The newest page").taps("🙂 Good").hears(
        "week.menu",
        *("=" + text for text in LIBRARY.programme("mums").bubbles(1, "question", "en")),
        "pulse.ask",
        "pulse.thanks",
        "research.ask",
    )
