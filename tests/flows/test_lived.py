"""What she meets who lives with the bot: before a language, behind a menu left open, in quiet, under a hidden page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec import structs

from flows import menu
from flows.effects import Hush, Lane, Send
from flows.events import Vanished
from flows.model import Message
from flows.programme.calendar import WITHOUT_END
from tests.screened import SLEEP
from tests.talk import LIBRARY, Her, to_her

OFFERED = [language.code for language in LIBRARY.languages if language.live]


def in_every_language(key: str) -> str:
    return "\n\n".join(LIBRARY.text(language, key) for language in OFFERED)


def plain_lines(her: Her) -> list[str]:
    return [send.message.text for send in to_her(her.effects) if not send.edit and not send.message.buttons]


def ticked(her: Her) -> list[Send]:
    return [send for send in to_her(her.effects) if send.edit and "✓" in send.message.text]


def with_profile(her: Her, **changes: object) -> Her:
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, **changes))
    return her


# -- before she has chosen a language ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("does", "key"),
    [
        (lambda her: her.says("ывапр"), "ask.tap_please"),
        (lambda her: her.says("ывапр").says("ывапр").says("ывапр"), "ask.way_out"),
        (lambda her: her.shows("sticker"), "said.only_text"),
        (lambda her: her.says("бас"), "stop.done"),
    ],
)
def test_before_a_language_she_is_answered_in_every_one(does: Callable[[Her], Her], key: str) -> None:
    her = does(Her().says("/start").quietly())
    assert plain_lines(her) == [in_every_language(key)]


def test_before_a_language_the_numbers_come_in_every_one_each_in_a_bubble_of_its_own() -> None:
    her = Her().says("/start").quietly().says("ёрӣ")
    assert len(plain_lines(her)) == len(OFFERED)
    assert "Ёрии таъҷилӣ" in plain_lines(her)[0]
    assert "Ambulance" not in plain_lines(her)[0]
    assert {send.lane for send in to_her(her.effects)} == {Lane.SAFETY}


def test_once_she_has_chosen_only_hers_is_heard() -> None:
    her = Her().says("/start").taps("Русский").quietly().says("ывапр")
    assert plain_lines(her) == [LIBRARY.text("ru", "ask.tap_please")]


# -- a question answered by typing ---------------------------------------------------------------------------------


def test_a_question_answered_by_typing_loses_its_buttons_and_shows_what_was_chosen() -> None:
    her = Her().says("/start").taps("English").says("2")
    assert [send.message for send in ticked(her)] == [Message(text=f"{LIBRARY.text('en', 'join.role')}\n\n✓ Mother")]


def test_her_own_words_are_not_repeated_and_nothing_goes_before_an_answer_about_her_safety() -> None:
    her = Her().joins().says("Talk to a person").says("I would like to talk about my son")
    assert ticked(her) == []
    her = Her().joins().says("I don't want to live any more").says("yes")
    (closed,) = ticked(her)
    hers = to_her(her.effects)
    assert hers.index(closed) > max(at for at, send in enumerate(hers) if not send.edit and not send.message.buttons)
    assert hers.index(closed) < next(at for at, send in enumerate(hers) if send.message.buttons)
    assert plain_lines(her)[:1]


def test_after_a_loss_the_question_whether_it_shall_stop_has_no_buttons_left() -> None:
    her = Her().joins().says("/sad").taps("Yes, let it stop").hears("sad.ask", "sad.words")
    (hush,) = (at for at, effect in enumerate(her.effects) if isinstance(effect, Hush))
    assert her.effects.index(*ticked(her)) > hush  # what stands before it is never sent


# -- menus she left open -------------------------------------------------------------------------------------------


def test_a_small_menu_left_open_is_not_put_again_behind_what_she_opened_after_it() -> None:
    her = with_profile(Her().joins(), shared=True).says("More").quietly()
    her.says("/feel").taps("🙂 Good").taps("Well").hears("pulse.ask", SLEEP, "pulse.thanks")


@pytest.mark.parametrize("label", ["My page", "More"])
def test_a_menu_that_vanished_with_its_day_is_not_put_again_by_a_greeting(label: str) -> None:
    her = with_profile(Her().joins(), shared=True).says(label).quietly()
    her.waits(hours=30).says("salom").hears("said.bot")
    assert her.kept.places == []


def test_a_question_that_vanished_with_its_day_is_put_again() -> None:
    her = with_profile(Her().joins(), shared=True).says("/feel").quietly()
    her.waits(hours=30).says("salom").hears("said.bot", "pulse.ask")


# -- quiet ---------------------------------------------------------------------------------------------------------


def test_when_she_stopped_the_news_of_a_birth_is_answered_without_a_day() -> None:
    her = expecting().says("stop").quietly().says("/born").taps("This month")
    her.hears("birth.when", "birth.welcome_quiet")


def test_in_a_pause_without_end_too() -> None:
    her = with_profile(expecting(), paused_until=WITHOUT_END).says("/born").taps("This month")
    her.hears("birth.when", "birth.welcome_quiet")


def test_otherwise_it_names_the_day() -> None:
    expecting().says("/born").taps("This month").hears("birth.when", "birth.welcome")


def expecting() -> Her:
    her = Her().joins()
    her.kept.person = structs.replace(her.person, stage="expecting")
    return her


@pytest.mark.parametrize("shared", [False, True])
def test_under_a_hidden_page_stands_a_menu_that_says_nothing(shared: bool) -> None:
    her = with_profile(Her().joins(), shared=shared).says("/hide").quietly()
    her._event(Vanished(how="hide", at=her.now, left=False))
    (page,) = to_her(her.effects)
    assert page.message.text == LIBRARY.text("en", "hide.page")
    assert page.message.keys == (tuple(LIBRARY.text("en", f"menu.{item}") for item in menu.NEUTRAL),)


# -- settings ------------------------------------------------------------------------------------------------------


def test_settings_do_not_welcome_her_again() -> None:
    her = Her().joins().says("Settings").taps("About me").quietly().taps("Who I am")
    her.hears("settings.who_ask")


# -- while a red case is open --------------------------------------------------------------------------------------

DESPAIR = "I don't want to live any more"


def test_no_page_comes_while_a_red_case_is_open_and_none_is_lost_or_doubled() -> None:
    her = Her().joins().says(DESPAIR).taps("Yes").quietly()
    before = her.quietly().person.profile
    days = set()
    for _ in range(3):
        her.is_due("session").hears()
        days.add(her.now.date())
    assert len(days) == 3
    assert (her.person.profile.week, her.person.profile.push) == (before.week, before.push)
    her.desk_taps("take").desk_closes().is_due("session").hears("push.page")
    assert len(her.person.profile.pushed) == 1


def test_a_page_for_later_waits_for_the_end_of_a_red_case_too() -> None:
    her = Her().joins().is_due("session").taps("Later").quietly()
    (key,) = [key for key in her.kept.due if key.startswith("wait:")]
    her.says(DESPAIR).taps("Yes").quietly()
    her.is_due(key).hears()
    assert key in her.kept.due
    her.desk_taps("take").desk_closes().quietly()
    her.is_due(key).hears("push.page_waits")


def test_a_case_that_is_not_red_holds_nothing_back() -> None:
    her = Her().joins().says("How I feel").taps("🙁 Heavy").taps("Yes").quietly()
    assert her.case is not None
    assert her.case.level == "watch"
    her.is_due("session").hears("push.page")


# -- what does not fit her -----------------------------------------------------------------------------------------


def test_a_first_page_that_comes_today_is_said_to_come_today() -> None:
    today = Her().nearly_joins().taps("Evening, 16 to 20")
    assert "Your first page comes today at about" in today.unheard[-1]
    late = Her().nearly_joins().waits(hours=12).taps("Evening, 16 to 20")
    assert "Your first page comes on Wednesday at about" in late.unheard[-1]


def test_on_a_shared_phone_nobody_promises_buttons_for_ever() -> None:
    her = Her().says("/start").taps("English")
    for typed in ("2", "1", "1", "2", "1", "1", "7", "1"):
        her.says(typed)
    her.taps("Evening, 16 to 20")
    assert her.person.profile.shared
    assert "always here" not in her.unheard[-1]
    her.quietly().says("menu").hears("menu.below")


def test_a_father_to_be_names_the_month_the_baby_is_expected_in() -> None:
    her = Her().says("/start").taps("English").taps("Father").taps("Yes").taps("I agree").taps("Only in mine").quietly()
    her.taps("Not born yet").hears("join.due")
    her.taps("May").hears("join.region")
    assert (her.person.role, her.person.stage, her.person.profile.child) == ("father", "expecting", "2026-05")
    her.taps("I'd rather not say").says("1").taps("Evening, 16 to 20").quietly()
    her.says("/settings").taps("About me").taps("Child's birth month").quietly()
    assert (her.person.stage, her.person.profile.child) == ("expecting", "2026-05")


def test_a_father_can_say_later_that_a_child_is_on_its_way() -> None:
    her = Her().says("/start").taps("English").taps("Father").taps("Yes").taps("I agree").taps("Only in mine")
    her.taps("2025").taps("May").taps("I'd rather not say").says("1").taps("Evening, 16 to 20").quietly()
    her.says("/settings").taps("About me").taps("Child's birth month").taps("Not born yet").taps("June").quietly()
    assert (her.person.stage, her.person.profile.child) == ("expecting", "2026-06")


def test_only_a_father_is_offered_a_child_not_born_yet() -> None:
    her = Her().says("/start").taps("English").taps("Mother").taps("Yes").taps("I agree").taps("Only in mine")
    assert "Not born yet" not in her.keyboard


@pytest.mark.parametrize("word", ["/sad", "sad news"])
def test_sorrow_before_consent_is_met_kindly_and_asks_nothing(word: str) -> None:
    her = Her().says("/start").taps("English").quietly()
    her.says(word).hears("sad.before")
    assert "nudge" not in her.kept.due
    assert her.case is None
    her.says("/start").hears("join.role")


def test_sorrow_in_the_midst_of_joining_is_told_to_a_person() -> None:
    her = Her().says("/start").taps("English").taps("Mother").taps("Yes").taps("I agree").quietly()
    her.says("/sad").hears("sad.before", "who.day")
    assert her.case is not None
    assert (her.case.level, her.case.category) == ("concern", "loss")
