"""What is promised after worrying words is kept: numbers where life is at risk, nobody forgotten, nothing pressed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from flows.concern import Finding
from flows.concern.findings import SIGNS
from flows.desk import cases
from flows.effects import CASES, NOW
from flows.events import Said
from flows.programme import calendar
from flows.worry import sorrow, support
from flows.worry.answering import PLAYS
from tests.beginnings import member
from tests.explore import Walker
from tests.flows.test_worry import WORDS, finds, found, level_of, older
from tests.screened import answers, begins
from tests.talk import LIBRARY, Her, to_her
from tests.test_transcripts import LANGUAGES


def whys(her: Walker) -> list[str]:
    """Why, as the card of her case gives it."""
    return [line.text for line in her.kept.lines if line.voice == "flag"]


def told(key: str) -> str:
    return LIBRARY.text("ru", key)


def her_words(her: Walker) -> list[str]:
    return [line.text for line in her.kept.lines if line.voice == "hers"]


def closed(her: Walker) -> Walker:
    """Somebody at the desk has taken and closed her case."""
    return her.desk_taps("take").desk_closes().quietly()


def with_rule(her: Walker, rule: str) -> Walker:
    her._event(Said(text=WORDS, finding=Finding("concern", "loss", rule, "en", ())))
    return her


# -- a number on the screen ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("child", ["2026-02", "2023-01"])
@pytest.mark.parametrize("category", ["child_harm", "psychosis"])
def test_now_stands_with_the_numbers_in_one_short_bubble(
    category: str, language: str, child: str, *, shared: bool
) -> None:
    her = member(language, LIBRARY, shared=shared, child=child)
    her.kept.person = structs.replace(her.person, stage="child")
    finds(her, category, "now")
    numbers = support.emergency(her.scene())
    assert numbers in her.unheard[0]
    assert len(her.unheard[0].replace(numbers, "").split()) <= 60


def test_what_might_become_an_act_gives_the_numbers_too() -> None:
    her = finds(older(), "intrusive_thoughts", "concern").quietly().taps("Yes")
    assert "103" in her.unheard[0]


def test_words_about_dying_light_up_neutrally_on_a_shared_phone() -> None:
    her = finds(older(shared=True), "self_harm", "now")
    assert her.unheard[0].startswith(LIBRARY.text("en", "worry.opener"))


# -- what she answers reaches the card -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "level", "label", "key"),
    [
        ("child_harm", "now", "Nobody", "desk.why.holder_nobody"),
        ("child_harm", "now", "Someone is here", "desk.why.holder_here"),
        ("child_harm", "urgent", "No", "desk.why.hurt_no"),
        ("child_harm", "urgent", "I'd rather not say", "desk.why.hurt_unsaid"),
        ("child_harm", "concern", "Yes", "desk.why.wanted"),
        ("intrusive_thoughts", "concern", "No", "desk.why.act_no"),
        ("basic_need", "concern", "In a safe place", "desk.why.shelter_safe"),
        ("basic_need", "concern", "I'd rather not say", "desk.why.shelter_unsaid"),
    ],
)
def test_her_tap_stands_on_the_card(category: str, level: str, label: str, key: str) -> None:
    her = finds(older(), category, level).taps(label)
    assert told(key) in whys(her)
    assert level_of(her) == level, "a fact raises nothing"


def test_who_would_rather_not_say_is_not_thanked_for_telling() -> None:
    finds(older(), "basic_need", "concern").quietly().taps("I'd rather not say").hears(
        "worry.shelter_passed", "who.day"
    )


# -- a case closed meanwhile ---------------------------------------------------------------------------------------


def test_who_asks_for_a_person_after_the_case_was_closed_gets_a_case_anew() -> None:
    her = closed(finds(older(), "partner_violence", "urgent").taps("Yes"))
    her.taps("A person writes").quietly()
    assert level_of(her) == "concern"
    assert told("desk.why.asked") in whys(her)


def test_a_yes_to_may_a_person_write_is_not_lost_either() -> None:
    her = closed(finds(older(), "child_harm", "concern")).taps("Yes").hears("who.day")
    assert level_of(her) == "concern"


def test_nobody_is_promised_where_nobody_comes() -> None:
    her = closed(finds(older(), "loss", "concern").taps("A loss"))
    her.taps("No, let them come").hears("worry.loss_kept")
    assert her.case is None


# -- quiet ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("category", ["watched_phone", "partner_violence"])
def test_told_again_after_the_quiet_it_is_answered_whole(category: str) -> None:
    her = finds(older(), category, "concern")
    if category == "partner_violence":
        her.taps("No")
    assert her.quietly().person.profile.quiet_at is not None
    finds(her.waits(minutes=5), category, "concern")
    assert len(her.unheard) > 1, "not the one line of words that were answered already"
    assert (her.person.profile.quiet_at is not None) == (category == "watched_phone")


# -- over her shoulder -----------------------------------------------------------------------------------------------


def ticked(her: Walker) -> str:
    """What the question she has just answered says from now on."""
    return next(send.message.text for send in to_her(her.effects) if send.edit)


@pytest.mark.parametrize("answer", ["Yes", "No"])
def test_whether_she_is_alone_does_not_stay_on_the_screen(answer: str) -> None:
    her = finds(older(), "partner_violence", "urgent").taps(answer)
    assert f"✓ {answer}" not in ticked(her)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("answer", ["Yes", "No", "I'd rather not say"])
def test_neither_the_question_about_her_safety_nor_her_answer_stays_on_the_screen(answer: str, shared: bool) -> None:
    her = finds(older(shared=shared), "self_harm", "urgent").taps(answer)
    assert ticked(her) == f"{LIBRARY.text('en', 'safety.settled')}\n\n✓ "


def test_nor_does_it_stay_where_she_answered_in_words_of_her_own() -> None:
    her = finds(older(), "self_harm", "urgent").says("I do not know")
    assert ticked(her) == f"{LIBRARY.text('en', 'safety.settled')}\n\n✓ "


@pytest.mark.parametrize("value", [0, 2, None])
def test_nor_the_ninth_question_of_phq9(value: int | None) -> None:
    her = answers(begins(older(), "phq9"), [0] * 8)
    place = her.kept.places[-1]
    answers(her, [value])
    harm = LIBRARY.instruments["phq9"].asks(LIBRARY.instruments["phq9"].structure.item("9"), "en")
    assert harm not in her.standing[f"talk:{place.talk}"]


def test_put_once_more_it_does_not_stay_in_the_older_message() -> None:
    her = finds(older(), "self_harm", "urgent")
    talk = her.kept.places[-1].talk
    her.taps_data("99:gone:1")
    sends = [send for send in to_her(her.effects) if send.slot == f"talk:{talk}"]
    assert [send.edit for send in sends] == [True, False]
    assert sends[0].message.text == f"{LIBRARY.text('en', 'safety.settled')}\n\n✓ "


# -- a hard day ----------------------------------------------------------------------------------------------------


def test_a_hard_day_promises_no_later_than_what_is_open() -> None:
    her = finds(older(), "partner_violence", "urgent").quietly()
    finds(her, "severe_low_mood", "watch").hears("said.in_case")
    her.desk_taps("take")
    finds(her.waits(hours=2), "self_harm", "watch").hears("said.passed_on")


# -- the second ear ------------------------------------------------------------------------------------------------


def guesses(her: Walker, category: str) -> Walker:
    her._event(Said(text=WORDS, finding=Finding("watch", category, SIGNS, SIGNS, ())))  # type: ignore[arg-type]
    return her


@pytest.mark.parametrize("category", support.DANGERS)
def test_a_guessed_danger_sign_is_for_a_person_within_days_and_says_when_not_to_wait(category: str) -> None:
    her = guesses(older(), category).hears("worry.unwell")
    assert her.case is not None
    assert not cases.is_call(her.case)
    assert her.kept.due["page"][0] - her.now > timedelta(days=2)
    guesses(her.waits(days=1), category).hears("worry.unwell")


def test_where_it_was_sure_she_is_answered_as_by_a_rule_and_the_desk_is_told_why() -> None:
    her = older()
    her._event(Said(text=WORDS, finding=Finding("urgent", "self_harm", f"{SIGNS}.self_harm", "ru", ())))
    her.hears("safety.ask")
    assert level_of(her) == "urgent"
    assert "весят очень много" in "; ".join(whys(her))


@pytest.mark.parametrize("category", support.DANGERS)
def test_a_danger_sign_that_signs_speak_against_is_still_answered_as_one_and_the_desk_is_told(category: str) -> None:
    her = older()
    finding = Finding("concern", category, "ru.made_up", "ru", (), ("ru.film",), was="now")  # type: ignore[arg-type]
    her._event(Said(text=WORDS, finding=finding))
    her.hears(support.DANGERS[category])
    assert told("desk.why.doubted") in "; ".join(whys(her))
    assert [flag.rule for flag in her.kept.flags.values()] == ["ru.made_up-signs"], (
        "marked apart from what the rule gave"
    )


def test_before_consent_what_signs_speak_against_counts_as_red() -> None:
    lowered = Finding("concern", "self_harm", "ru.made_up", "ru", (), was="now")
    her = Her()._event(Said(text=WORDS, finding=lowered))
    assert level_of(her) == "now"
    behind = Finding("concern", "loss", "ru.made_up", "ru", (), behind="now")
    assert level_of(Her()._event(Said(text=WORDS, finding=behind))) == "now"
    plain = Her()._event(Said(text=WORDS, finding=structs.replace(lowered, was=None)))
    assert plain.case is None


@pytest.mark.parametrize("category", [*PLAYS, "self_harm"])
def test_what_is_only_guessed_begins_no_talk_even_twice(category: str) -> None:
    her = guesses(older(), category).hears("worry.watch")
    guesses(her.waits(days=1), category).hears("said.in_case")
    assert level_of(her) == "concern"
    assert not her.kept.places
    assert not any(told(f"desk.next.{category}") in why for why in whys(her) if category in PLAYS)


# -- words to a person ---------------------------------------------------------------------------------------------


def test_a_hard_day_written_to_a_person_is_for_a_person() -> None:
    her = older().says("Talk to a person").quietly()
    finds(her, "severe_low_mood", "watch").hears("person.sent")
    assert level_of(her) == "concern"
    assert her_words(her) == [WORDS], "once"
    assert her.kept.flags, "the rule can still be judged"
    assert len(her.desk_sees(CASES)) == 1, "one alert"


def test_worrying_words_to_a_person_leave_no_second_question() -> None:
    her = older().says("Talk to a person").quietly()
    finds(her, "partner_violence", "urgent").hears("worry.violence", "who.open", "worry.unseen")
    assert [place.flow for place in her.kept.places] == ["worry"]
    assert her_words(her) == [WORDS]
    assert len(her.desk_sees(NOW)) == 1


@pytest.mark.parametrize("level", [None, "watch"])
def test_words_to_a_person_stand_once_in_a_case_that_is_open(level: str | None) -> None:
    her = finds(older(), "basic_need", "concern", words="the first").taps("In a safe place").says("Talk to a person")
    if level:
        finds(her.quietly(), "self_harm", level, words="the second").hears("person.sent")
    else:
        her.quietly().says("the second").hears("person.sent")
    assert her_words(her) == ["the first", "the second"]


def test_words_to_a_person_beside_a_call_back_are_kept() -> None:
    her = finds(older(), "infant_danger", "now", words="the first").says("Talk to a person").says("the second")
    assert her_words(her) == ["the first", "the second"]
    assert her.case is not None
    assert her.case.category == "asked"


# -- a loss --------------------------------------------------------------------------------------------------------


def test_the_rules_that_tell_are_there() -> None:
    assert set(sorrow.KINDS) <= {rule.id for pack in LIBRARY.rules.packs for rule in pack.file.rules}


@pytest.mark.parametrize(
    ("rule", "key"), [("tg.child_died", "worry.loss"), ("ru.in_intensive_care", "worry.loss_birth")]
)
def test_words_that_tell_which_it_is_are_not_asked_about(rule: str, key: str) -> None:
    her = with_rule(older(), rule).hears(key)
    assert told(sorrow.NOTED[sorrow.KINDS[rule]]) in whys(her)


@pytest.mark.parametrize(
    ("label", "key"), [("Birth or hospital", "worry.loss_birth"), ("I'd rather not say", "worry.loss_unnamed")]
)
def test_where_nobody_died_the_pages_wait_and_nothing_is_forgotten(label: str, key: str) -> None:
    her = older()
    her.kept.due["session"] = (her.now + timedelta(hours=7), "")
    finds(her, "loss", "concern").hears("worry.loss_which").taps(label).hears(key)
    her.split().taps("No, let them come").hears("worry.loss_kept", "who.day").is_due("session").hears("push.page")
    her.taps("Yes, let them wait").hears("worry.loss_waits", "who.day")
    profile = her.person.profile
    assert profile.lost_at is None
    assert profile.loss_asked_at is None
    assert profile.child
    assert profile.paused_until == calendar.WITHOUT_END
    assert "session" not in her.kept.due
    her.quietly().says("My week").taps("Change something").taps("Go on again").quietly()
    assert her.kept.due["session"][0] > her.now


def test_an_expected_child_keeps_its_month_after_words_of_a_hard_birth() -> None:
    her = older()
    her.kept.person = structs.replace(her.person, stage="expecting")
    with_rule(her, "en.early_or_trauma").taps("Yes, let them wait")
    assert her.person.profile.child == "2024-12"


def test_the_question_about_a_loss_outlives_other_worrying_words() -> None:
    her = finds(older(), "loss", "concern").quietly()
    finds(her, "basic_need", "concern").quietly()
    her.taps("A loss").hears("worry.loss")
    finds(her.waits(hours=2), "loss", "concern").hears("worry.loss_which")
    assert [place.question for place in her.kept.places].count("loss") == 0


def test_who_told_of_it_in_the_menu_has_answered() -> None:
    her = finds(older(), "loss", "concern").says("/sad").taps("Yes, let it stop").quietly()
    assert not {place.question for place in her.kept.places} & {"loss", "loss_which"}


# -- a way of speaking ---------------------------------------------------------------------------------------------


def test_what_she_was_asked_before_is_put_again_after_a_way_of_speaking() -> None:
    her = older().says("How I feel").quietly()
    finds(her, "idiom", "none").hears("worry.idiom").taps("Just tired").hears("worry.idiom_over", "pulse.ask")


def test_after_thoughts_of_dying_nothing_else_is_put_again() -> None:
    her = older().says("How I feel").quietly()
    finds(her, "idiom", "none").quietly().taps("Thoughts too").hears("safety.ask")
    her.taps("No").hears("safety.after_no")


@pytest.mark.parametrize("word", ["stop", "/hide"])
def test_a_wish_is_granted_whatever_way_of_speaking_is_read_in_it(word: str) -> None:
    her = finds(older(), "idiom", "none", words=word)
    assert LIBRARY.text("en", "worry.idiom") not in her.unheard
    assert not her.kept.places


def test_a_way_of_speaking_left_lying_is_not_asked_about_again() -> None:
    her = finds(older(), "idiom", "none").quietly().says("My week").quietly()
    assert [place.flow for place in her.kept.places] == ["week"]
    assert found("idiom", "none").level == "none"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_of_the_menu_is_never_worrying(language: str) -> None:
    her = member(language, LIBRARY)
    finds(her, "severe_low_mood", "watch", words=LIBRARY.text(language, "menu.feel")).hears("pulse.ask")
    assert her.case is None
