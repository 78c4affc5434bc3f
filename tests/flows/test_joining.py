"""Joining: the first five minutes of everybody, in every language, and what follows from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from content.library import Library
from content.schema import Region
from flows import joining, questions
from flows.consent import CONSENT
from flows.effects import Become
from flows.programme import calendar
from flows.script import SKIP, Choice
from tests.explore import Walker, open_question
from tests.talk import LIBRARY, MORNING, SHORTEST, Her

LANGUAGES = {language.code: language.name for language in LIBRARY.languages if language.live}
MOST_TAPS = 8
PAGES_FOR = {"expecting": "bumps", "mother": "mums", "father": "dads", "grandmother": "grandmothers", "carer": "mums"}
UNWRITTEN = structs.replace(LIBRARY, programmes={"mums": LIBRARY.programme("mums")})
"""A library in which only the mothers' weeks are written."""


@pytest.fixture
def her() -> Her:
    return Her()


def consented(role: str = "Mother", library: Library = LIBRARY) -> Her:
    her = Her(library).says("/start").taps("English").taps(role)
    if role in {"Grandmother", "I raise the child"}:
        her.taps("No, not alone")
    if role != "Grandmother":
        her.taps("Yes")
    return her.taps("I agree").quietly()


def asked(her: Walker) -> tuple[int, str, Choice]:
    """The open question: its talk, its name, what may be tapped."""
    found = open_question(her)
    assert found is not None, her._story("nothing is asked")
    assert isinstance(found[1].kind, Choice)
    return found[0], found[1].question, found[1].kind


# -- the way in --------------------------------------------------------------------------------------------------


def test_a_mother_joins_with_taps_alone_and_learns_when_the_first_page_comes(her: Her) -> None:
    her.says("/start").quietly()
    her.taps("English").hears("join.role")
    her.taps("Mother").hears("join.adult")
    her.taps("Yes").hears("join.consent")
    her.taps("I agree").hears("join.phone")
    her.taps("Only in mine").hears("join.year")
    her.taps("2025").hears("join.month")
    her.taps("November").hears("join.region")
    her.taps("Sughd").hears("join.district")
    her.taps("More names").hears("join.more_ask")
    her.taps("Ayni").hears("join.days")
    her.taps("Mon, Wed, Fri").hears("join.part")
    her.taps("Evening, 16 to 20").hears("join.done")
    person, profile = her.person, her.person.profile
    assert (person.state, person.role, person.stage, person.region) == ("active", "mother", "child", "sughd")
    assert (profile.child, profile.district, profile.shared, profile.alone) == ("2025-11", "ayni", False, False)
    assert (profile.programme, profile.week, profile.push, profile.adult) == ("mums", 1, 0, True)
    assert (profile.consent, profile.consented_at, profile.joined_at) == (CONSENT, MORNING, MORNING)
    assert her.kept.due.keys() == {"session"}
    assert not her.kept.places


WANTED = {
    "language": "",
    "consent": "yes",
    "alone": "no",
    "adult": "yes",
    "region": "khatlon",
    "district": questions.MORE,
    "city": questions.MORE,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", joining.ROLES)
@pytest.mark.parametrize("region", ["khatlon", calendar.ABROAD, questions.UNSAID])
@pytest.mark.parametrize("typing", [False, True])
def test_the_longest_way_has_at_most_eight_taps_after_consent(
    language: str, role: str, region: str, *, typing: bool
) -> None:
    """Every role in every language, at home behind two screens of names or abroad, by taps alone or by numbers alone."""
    her = Walker().says("/start")
    wanted = WANTED | {"language": language, "role": role, "region": region}
    taps: list[str] = []
    while her.person.state != "active":
        talk, question, kind = asked(her)
        value = wanted.get(question, kind.options[-1][0])
        at = [known for known, _ in kind.options].index(value)
        number = kind.numbers[at] if kind.numbers else at + 1
        her.says(str(number)) if typing else her.taps_data(f"{talk}:{question}:{value}")
        taps.append(question)
    after = taps[taps.index("consent") + 1 :]
    assert len(after) <= MOST_TAPS, after
    assert her.person.profile.programme == PAGES_FOR[role]
    assert her.person.profile.child
    if region == calendar.ABROAD:
        assert (her.person.region, her.person.zone) == ("abroad", LIBRARY.cities[-1].zone)


@pytest.mark.parametrize("language", LANGUAGES.values())
def test_she_joins_by_typing_numbers_alone(her: Her, language: str) -> None:
    her.says("/start").says(language)
    for number in (*SHORTEST, "1"):
        her.says(number)
    assert her.person.state == "active"
    assert (her.person.profile.child, her.person.profile.part) == ("2026-01", "morning")


def test_she_joins_by_typing_words_alone(her: Her) -> None:
    words = (
        "english",
        "grandmother",
        "yes, send them",
        "yes",
        "i agree",
        "others hold it too",
        "2024",
        "may",
        "khatlon",
    )
    for word in ("/start", *words, "Норак", "tue, thu, sat", "morning, 7 to 11"):
        her.says(word)
    profile = her.person.profile
    assert (profile.shared, profile.child, profile.district) == (True, "2024-05", "norak")
    assert (profile.days, profile.part, profile.programme) == ((1, 3, 5), "morning", "mums")


def test_a_due_month_typed_as_a_number_is_that_month_and_not_its_place_in_the_list() -> None:
    her = consented("Expecting a baby").taps("Only in mine").quietly()
    assert her.says("4").person.profile.child == "2026-04"


def test_due_months_are_this_one_and_the_nine_that_follow_and_years_run_back_seven() -> None:
    her = Walker()
    her.now = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)  # in Dushanbe it is the new year already
    her.says("/start").says("English").says("1").says("1").says("1").says("1")
    due = [value for value, _ in asked(her)[2].options]
    assert (due[0], due[-1], len(due)) == ("2027-01", "2027-10", 10)
    her.says("back").says("back").says("back").says("back").says("2").says("1").says("1").says("1")
    assert [label for _, label in asked(her)[2].options] == ["2027", "2026", "2025", "2024", "2023", "2022", "2021"]
    her.says("2027")
    assert [label for _, label in asked(her)[2].options] == ["January"]


@pytest.mark.parametrize("region", LIBRARY.regions, ids=lambda region: region.code)
def test_every_district_can_be_tapped_and_no_screen_is_longer_than_thirteen_names(region: Region) -> None:
    found: set[str] = set()
    for screen in ("district", "district_more"):
        her = Walker().says("/start").says("English")
        for typed in SHORTEST[:6]:
            her.says(typed)
        her.says(region.name["en"])
        talk, question, kind = asked(her)
        if screen == "district_more":
            if len(region.districts) <= questions.FULL:
                continue
            her.taps_data(f"{talk}:{question}:{questions.MORE}")
            talk, question, kind = asked(her)
        assert question == screen
        assert len(kind.options) <= questions.FULL
        found |= {value for value, _ in kind.options} - {questions.MORE}
    assert found == {district.code for district in region.districts}


def test_every_question_after_consent_may_be_skipped_and_the_careful_answer_is_taken() -> None:
    her = (
        consented()
        .taps("Skip")
        .taps("Skip")
        .taps("I'd rather not say")
        .taps("Skip")
        .taps("Skip")
        .hears("join.year", "join.region", "join.days", "join.part", "join.done_shared")
    )
    profile = her.person.profile
    assert (profile.shared, profile.child, profile.district, her.person.region) == (True, "", "", "")
    assert (profile.days, profile.part, her.person.zone) == ((0, 2, 4), "evening", "Asia/Dushanbe")


def test_a_father_abroad_is_written_to_by_his_own_clock(her: Her) -> None:
    her = consented("Father").taps("Only in mine").taps("2025").taps("May").taps("In another country").quietly()
    her.says("владивосток").taps("Mon, Wed, Fri").taps("Morning, 7 to 11").hears("join.days", "join.part", "join.done")
    assert her.person.zone == "Asia/Vladivostok"
    assert 7 <= her.kept.due["session"][0].astimezone(her.person.tz).hour < 11


def test_going_back_from_a_city_to_a_region_leaves_no_foreign_hours(her: Her) -> None:
    her = (
        consented().taps("Only in mine").taps("Skip").taps("In another country").says("Seoul").taps("Back").taps("Back")
    )
    her.quietly().taps("Dushanbe").taps("Sino").hears("join.district", "join.days")
    assert (her.person.region, her.person.zone) == ("dushanbe", "Asia/Dushanbe")


# -- whom pages are written for ----------------------------------------------------------------------------------


WAITING = ["Expecting a baby", "Father", "Grandmother"]


def joined(role: str) -> Her:
    """Somebody of this role who has answered as little as possible."""
    her = consented(role, UNWRITTEN).says("skip").says("skip").taps("I'd rather not say").quietly()
    return her.says("1").taps("Evening, 16 to 20")


@pytest.mark.parametrize("role", WAITING)
def test_who_has_no_pages_yet_is_told_so_and_nothing_breaks(role: str) -> None:
    expecting = role == "Expecting a baby"
    her = joined(role).hears("join.part", "join.done_expecting" if expecting else "join.done_waiting")
    assert (her.person.state, her.person.profile.programme) == ("active", "")
    assert (her.person.role, her.person.stage) == (("mother", "expecting") if expecting else (her.person.role, "child"))
    her.says("My week").hears("join.waiting")
    her.says("/start").hears("menu.here")
    her.says("How I feel").hears("pulse.ask").taps("Skip").quietly()
    her.says("stop").hears("stop.done")
    her.says("/start").hears("menu.here")
    her.leaves().returns()
    assert her.person.state == "active"
    for _ in range(3):
        her.is_due("session").hears()


def test_when_the_pages_somebody_waits_for_are_written_they_come_by_themselves() -> None:
    her = joined("Father").quietly().is_due("session").hears()
    her.library = structs.replace(LIBRARY, programmes={**LIBRARY.programmes, "dads": LIBRARY.programme("mums")})
    her.is_due("session").hears("push.page")
    assert (her.person.profile.programme, her.person.profile.push) == ("dads", 1)


def test_when_the_baby_is_there_the_weeks_for_mothers_begin() -> None:
    her = joined("Expecting a baby").quietly()
    her.kept.person = structs.replace(her.person, stage="child")
    her.is_due("session").hears("push.page")
    assert her.person.profile.programme == "mums"


@pytest.mark.parametrize("role", ["Grandmother", "I raise the child"])
def test_who_raises_the_child_alone_takes_the_mothers_weeks_in_one_tap(her: Her, role: str) -> None:
    her.says("/start").taps("English").quietly()
    her.taps(role).hears("join.alone")
    of_age = role == "Grandmother"
    her.taps("Yes, send them").hears("join.consent" if of_age else "join.adult")
    for typed in SHORTEST[2 if of_age else 1 :]:
        her.says(typed)
    assert her.person.profile.adult is True
    her.says("1")
    assert (her.person.profile.programme, her.person.profile.alone) == ("mums", True)


def test_a_younger_mother_is_welcome_gets_the_numbers_and_the_desk_is_told_quietly(her: Her) -> None:
    her.says("/start").taps("English").taps("Mother").quietly()
    her.taps("No").hears("join.consent_young", "join.consent")
    her.taps("I agree").hears("join.young_help", "join.phone")
    assert her.case is not None
    assert (her.case.level, her.case.category) == ("watch", "under_age")
    assert her.kept.due["page"][0] - her.now == timedelta(days=3)
    assert her.person.profile.adult is False


# -- consent -----------------------------------------------------------------------------------------------------


def test_before_consent_nothing_she_answered_is_kept_but_her_language(her: Her) -> None:
    her.says("/start").taps("English").taps("Father").taps("Yes")
    kept = [effect.changes for effect in her.effects if isinstance(effect, Become)]
    assert not [changes for changes in kept if changes.keys() & {"role", "stage", "adult"}]
    assert (her.person.role, her.person.profile.adult, her.person.profile.consent) == ("", None, "")


def test_without_consent_nothing_is_asked_and_the_numbers_are_given() -> None:
    her = Walker()
    her.says("/start").taps("English").taps("Mother").taps("Yes").quietly()
    her.taps("Not now").hears("join.no_consent")
    assert not her.kept.places
    assert not her.kept.due
    her.says("/start").taps("English").quietly()
    assert asked(her)[1] == "role"


def test_tell_me_more_comes_back_to_the_same_choice(her: Her) -> None:
    her.says("/start").taps("English").taps("Mother").taps("Yes").quietly()
    her.taps("Tell me more").hears("join.consent_kept", "join.consent_about")
    her.taps("I agree").hears("join.phone")


def agreed_before(her: Her) -> Her:
    """She joined when the words of consent were others."""
    her.joins()
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, consent="1"))
    return her


def test_who_agreed_to_older_words_is_asked_before_the_next_page(her: Her) -> None:
    agreed_before(her).is_due("session").hears("push.question")
    her.taps("Open").hears("join.consent_again", "join.consent")
    her.taps("I agree").hears("join.consent_thanks")
    assert her.person.profile.consent == CONSENT
    assert her.person.profile.consented_at == her.now
    her.is_due("session").hears("push.page")
    assert (her.person.profile.week, her.person.profile.push) == (1, 1)


def test_saying_no_to_new_words_rests_the_pages_until_yes_and_help_goes_on(her: Her) -> None:
    agreed_before(her).is_due("session").taps("Open").quietly()
    her.taps("Not now").hears("join.consent_paused")
    assert "session" not in her.kept.due
    her.says("help").hears("help.now")
    her.says("Talk to a person").hears("person.ask").says("stop").says("/start").quietly()
    her.is_due("session").hears()
    assert "session" not in her.kept.due
    her.says("My week").hears("join.consent_again", "join.consent")
    her.taps("I agree").hears("join.consent_open")
    her.is_due("session").hears("push.page")


def test_new_words_not_answered_knock_again_with_the_next_page_and_never_twice(her: Her) -> None:
    agreed_before(her).is_due("session").hears("push.question")
    her.is_due("session").hears("push.question")
    assert len(her.kept.places) == 1
    assert her.now.weekday() == 2


def test_new_words_wait_until_there_is_a_page() -> None:
    her = joined("Father").quietly()
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, consent="1"))
    her.is_due("session").hears()
    her.says("My week").hears("join.waiting")


def test_new_words_are_not_asked_of_somebody_in_an_open_red_case(her: Her) -> None:
    agreed_before(her).says("I don't want to live any more").taps("No").quietly()
    her.says("My week").hears("week.menu")
    her.is_due("session").hears()


# -- cards and invitations ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "centre"),
    [
        ("/start c_hisor-2", "hisor-2"),
        ("/start@family_diary_bot c_a", "a"),
        ("/start c_" + "x" * 32, "x" * 32),
        ("/start c_" + "x" * 33, ""),
        ("/start c_Hisor", ""),
        ("/start c_", ""),
        ("/start c_a;drop", ""),
        ("/start f_abc123", ""),
        ("/start anything else", ""),
        ("/start", ""),
    ],
)
def test_a_centres_card_is_remembered_and_everything_else_joins_plainly(her: Her, typed: str, centre: str) -> None:
    her.says(typed).quietly()
    assert her.person.profile.centre == centre
    assert her.joins().person.profile.centre == centre


def test_a_card_read_after_joining_shows_the_menu_and_changes_nothing(her: Her) -> None:
    her.says("/start c_asht").joins()
    her.says("/start c_other").hears("menu.here")
    assert her.person.profile.centre == "asht"


# -- left midway -------------------------------------------------------------------------------------------------


def test_back_asks_the_question_before(her: Her) -> None:
    her.says("/start").taps("English").taps("Mother").taps("Yes").quietly()
    her.taps("Back").hears("join.adult")
    her.taps("Back").hears("join.role")
    her.taps("Father").hears("join.adult")


@pytest.mark.parametrize("role", ["1", "2", "3", "4", "5"])
@pytest.mark.parametrize("region", ["Khatlon", "In another country"])
def test_typed_nonsense_gets_a_kind_repeat_and_after_the_third_a_way_out_at_every_question(
    role: str, region: str
) -> None:
    her = Walker().says("/start")
    met = []
    while her.person.state != "active":
        _, question, kind = asked(her)
        met.append(question)
        put = her.unheard[-1]
        her.quietly()
        for line in ("ask.tap_please", "ask.tap_please", "ask.way_out"):
            her.says("бале-не").hears(line, "=" + put) if her.person.language else her.says("бале-не").quietly()
        label = {"language": "English", "role": role, "region": region}.get(question, kind.options[-1][1])
        her.says("1" if question in {"adult", "consent", "alone"} else label)
    assert len(met) >= 10


def test_coming_back_midway_goes_on_at_the_open_question(her: Her) -> None:
    her = consented().waits(days=3)
    her.says("hello?").hears("ask.tap_please", "join.phone")
    her.says("/start").hears("join.phone")


def test_one_reminder_after_a_day_in_evening_hours_and_never_a_second() -> None:
    her = consented().waits(hours=30).taps("Only in mine").hears("join.year")
    her.is_due("nudge").hears()
    begun = her.now
    her.is_due("nudge").hears("join.nudge")
    assert her.now - (MORNING + timedelta(hours=30)) >= timedelta(days=1)
    assert begun.date() <= her.now.date()
    assert 16 <= her.now.astimezone(her.person.tz).hour < 20
    her.taps("Open").hears("join.year")
    assert "nudge" not in her.kept.due
    her.says("2025").says("1").says("stop").says("/start").taps("English").taps("Mother")
    assert "nudge" not in her.kept.due


def test_the_reminder_is_neutral_in_every_language() -> None:
    assert max(len(LIBRARY.text(code, "join.nudge")) for code in LANGUAGES) <= 60


def test_after_the_reminder_anything_she_writes_puts_the_open_question_again() -> None:
    her = consented().is_due("nudge").hears("join.nudge")
    her.says("hello, I am here").hears("join.phone")
    her.says("1").hears("join.year")


def test_after_the_reminder_an_older_button_still_answers_and_the_reminder_is_gone() -> None:
    her = consented()
    button = her.keyboard["Only in mine"]
    her.is_due("nudge").quietly()
    her.taps_data(button).hears("join.year")
    assert [place.flow for place in her.kept.places] == ["joining"]


def test_no_reminder_once_joined_declined_stopped_or_gone() -> None:
    assert "nudge" not in Her().joins().kept.due
    assert "nudge" not in consented().says("stop").kept.due
    assert "nudge" not in consented().leaves().kept.due
    assert "nudge" not in Her().says("/start").kept.due


def test_no_reminder_while_a_red_case_is_open() -> None:
    her = consented().says("I don't want to live any more").taps("No").quietly()
    her.is_due("nudge").hears()
    assert her.kept.due["nudge"][0] - her.now > timedelta(hours=12)


# -- buttons of a slow or a false phone --------------------------------------------------------------------------


def test_a_second_tap_on_the_same_button_says_nothing_twice(her: Her) -> None:
    her.says("/start").taps("English").taps("Mother").quietly()
    button = her.keyboard["Yes"]
    her.taps_data(button).hears("join.consent")
    her.taps_data(button).hears()
    assert her.waits(minutes=5).taps_data(button).hears("tap.old_open", "join.consent")


def test_a_forged_button_does_nothing_but_ask_again(her: Her) -> None:
    her.says("/start").taps("English").taps("Mother").quietly().waits(minutes=1)
    her.taps_data("1:adult:maybe").hears("tap.old_open", "join.adult")
    her.taps_data("99:adult:yes").hears("tap.old_open", "join.adult")
    her.taps_data("1:consent:yes").hears("tap.old_open", "join.adult")
    assert not her.person.profile.consent


@pytest.mark.parametrize("value", ["nowhere", "ayni", "", SKIP + "x"])
def test_a_district_of_another_screen_is_not_taken_from_a_button(value: str) -> None:
    her = consented().taps("Only in mine").taps("Skip").taps("Sughd").quietly()
    her.waits(minutes=1).taps_data(f"1:district:{value}").hears("tap.old_open", "join.district")
