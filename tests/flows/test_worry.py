"""What she hears for each category and level, what her answers bring, and what silence brings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

import pytest
from msgspec import structs

from content.schema import Level
from flows import menu
from flows.concern import Finding
from flows.effects import CASES, NOW, Lane, Stamp
from flows.events import Said
from flows.model import Person, Profile
from flows.programme import calendar
from flows.react import apologise
from flows.script import changed
from flows.worry import context, support
from flows.worry.answering import PLAYS
from flows.worry.support import DANGERS
from storage.inbox import CALM, rank
from tests.beginnings import member
from tests.explore import Walker
from tests.screened import SLEEP
from tests.talk import LIBRARY, MORNING, Her, to_her
from tests.test_transcripts import LANGUAGES

CATEGORIES = (*PLAYS, *DANGERS, "self_harm", "unread")
FOUND = [level for level in get_args(Level) if level != "none"]
ALONE = ("partner_violence", "under_age_or_forced")
WORDS = "these words are nobody else's"


def older(**profile: Any) -> Walker:
    """A mother whose child is over a year old; a Monday at ten."""
    her = member("en", LIBRARY, child="2024-12", **profile)
    her.kept.person = structs.replace(her.person, stage="child")
    return her


def finds(her: Walker, category: str, level: str, words: str = WORDS) -> Walker:
    """She writes words in which concern finds this."""
    her.transcript.append(f"  her: … ({category}, {level})")
    her._event(Said(text=words, finding=found(category, level)))
    return her


def found(category: str, level: str) -> Finding:
    return Finding(level, category, "made.up", "en", ())  # type: ignore[arg-type]


def level_of(her: Her) -> str:
    return her.case.level if her.case else "none"


def alerts(her: Her) -> int:
    """How often the desk's loud topic was called."""
    return len([send for send in her.at_desk if send.to == NOW and not send.edit])


# -- every category, every level -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shared", [False, True])
def test_everything_has_an_answer_short_and_never_in_her_own_words(language: str, *, shared: bool) -> None:
    for category in CATEGORIES:
        for level in FOUND:
            her = member(language, LIBRARY, shared=shared, child="2024-12")
            finds(her, category, level)
            assert her.unheard, (category, level)
            numbers = support.emergency(her.scene())
            assert all(len(text.replace(numbers, "").split()) <= 60 for text in her.unheard), (category, level)
            assert all(len(text) <= 600 for text in her.unheard), (category, level)
            assert not any(WORDS in text or "{" in text for text in her.unheard)
            assert {send.lane for send in to_her(her.effects)} == {Lane.SAFETY}
            assert her.case is not None
            assert (her.case.category, her.case.level) == (category, level)
            alerts = her.desk_sees(NOW if level in {"urgent", "now"} else CASES)
            assert len(alerts) == 1
            assert WORDS not in alerts[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("category", PLAYS)
def test_the_desk_knows_what_it_is_and_what_is_to_be_done(category: str, language: str) -> None:
    texts = LIBRARY.texts[language]
    assert texts[f"desk.category.{category}"]
    assert texts[f"desk.next.{category}"]
    her = finds(older(), category, "urgent")
    (why,) = [line.text for line in her.kept.lines if line.voice == "flag"]
    assert LIBRARY.text("ru", f"desk.next.{category}") in why


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("category", PLAYS)
def test_on_a_shared_phone_the_neutral_line_lights_up(category: str, language: str) -> None:
    her = finds(member(language, LIBRARY, shared=True, child="2024-12"), category, "urgent")
    opener = LIBRARY.text(language, "worry.opener")
    assert len(opener) >= 60
    assert her.unheard[0].startswith(opener)


@pytest.mark.parametrize("category", [category for category in PLAYS if category != "watched_phone"])
def test_on_her_own_phone_the_answer_comes_straight(category: str) -> None:
    her = finds(older(), category, "urgent")
    assert LIBRARY.text("en", "worry.opener") not in her.unheard[0]


# -- who will write, and when --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "level", "hours", "line"),
    [
        ("relinquishment", "concern", 0, "who.soon"),
        ("relinquishment", "concern", 12, "who.soon_closed"),
        ("relinquishment", "urgent", 0, "who.open"),
        ("relinquishment", "urgent", 12, "who.closed"),
        ("abuser_threat", "now", 0, "who.now"),
        ("abuser_threat", "now", 12, "who.closed"),
        ("abuser_threat", "concern", 12, "who.day"),
    ],
)
def test_who_writes_and_when_is_the_truth(category: str, level: str, hours: int, line: str) -> None:
    her = finds(older().waits(hours=hours), category, level)
    red = {"relinquishment": "reach.alone", "abuser_threat": "reach.tonight"}[category]
    key = "worry.threat" if category == "abuser_threat" else f"worry.{category}"
    her.hears(key, line, *([red] if level != "concern" else []))


def test_while_a_person_writes_with_her_only_that_is_said() -> None:
    her = finds(older(), "basic_need", "concern").desk_taps("take").quietly()
    finds(her.waits(hours=2), "relinquishment", "concern").hears("worry.relinquishment", "said.passed_on")


@pytest.mark.parametrize("category", ["relinquishment", "basic_need"])
def test_four_hours_where_triage_says(category: str) -> None:
    her = finds(older(), category, "concern")
    if category == "basic_need":
        assert her.kept.due["page"][0] == her.now + timedelta(days=1)
        her.taps("Nowhere yet").hears("worry.shelter", "worry.unsheltered", "who.soon")
        assert len(her.desk_sees(CASES)) == 2
    assert her.kept.due["page"][0] == her.now + timedelta(hours=4)
    her.is_due("page")
    assert her.kept.due["page"][0] == her.now + timedelta(hours=4)


def test_a_roof_tonight_needs_no_hurry() -> None:
    her = finds(older(), "basic_need", "concern").taps("In a safe place")
    her.hears("worry.shelter", "worry.sheltered", "who.day")
    assert her.case is not None
    assert her.case.category == "basic_need"


def test_a_grave_case_does_not_become_a_slower_one() -> None:
    her = finds(older(), "partner_violence", "urgent").quietly()
    due = her.kept.due["page"]
    finds(her, "relinquishment", "concern").hears("worry.relinquishment", "who.open")
    assert her.kept.due["page"] == due
    assert level_of(her) == "urgent"


# -- a child in danger ---------------------------------------------------------------------------------------------


def test_a_baby_in_danger_now_and_better_after_ten_minutes() -> None:
    her = finds(older(), "child_harm", "now").hears("worry.child_now", "who.now", "worry.holder")
    her.taps("Someone is here").hears("worry.held")
    asked = her.now
    her.is_due("reask").hears("worry.still")
    assert her.now - asked == timedelta(minutes=10)
    her.taps("Better").hears("worry.better", "reach.tonight")
    assert "reask" not in her.kept.due
    assert alerts(her) == 1


def test_not_better_calls_the_desk_again_even_where_somebody_has_taken_it() -> None:
    her = finds(older(), "child_harm", "now").desk_taps("take").quietly()
    assert "page" not in her.kept.due
    her.taps("Nobody").hears("worry.held_nobody")
    her.is_due("reask").taps("Not better").hears("worry.still", "worry.not_better", "reach.tonight")
    assert alerts(her) == 2
    assert "page" in her.kept.due
    assert level_of(her) == "now"


def test_no_answer_at_all_calls_the_desk_again() -> None:
    her = finds(older(), "child_harm", "now").desk_taps("take").quietly()
    her.is_due("reask").hears("worry.still")
    her.is_due("reask").hears()
    assert alerts(her) == 2
    assert LIBRARY.text("ru", "desk.why.no_answer") in her.kept.lines[-1].text
    her.taps("Better").hears("worry.better", "reach.tonight")


@pytest.mark.parametrize("word", ["stop", "/hide"])
def test_who_asked_for_quiet_is_not_asked_again_but_the_desk_is_called(word: str) -> None:
    her = finds(older(), "child_harm", "now").desk_taps("take").says(word).quietly()
    her.is_due("reask").hears()
    assert alerts(her) == 2


def test_a_case_closed_within_ten_minutes_asks_nothing_more() -> None:
    her = finds(older(), "child_harm", "now").desk_taps("take").desk_closes().quietly()
    her.is_due("reask").hears()
    assert her.case is None


@pytest.mark.parametrize(
    ("answer", "lines", "level"),
    [
        ("Yes", ("worry.hurt_yes", "who.now", "reach.alone"), "now"),
        ("No", ("worry.hurt_no", "reach.alone"), "urgent"),
        ("I'd rather not say", ("worry.hurt_unsaid", "reach.alone"), "urgent"),
    ],
)
def test_harm_done_asks_whether_the_child_is_hurt_now(answer: str, lines: tuple[str, ...], level: str) -> None:
    her = finds(older(), "child_harm", "urgent").hears("worry.child_hurt", "who.open", "worry.hurt")
    her.taps(answer).hears(*lines)
    assert level_of(her) == level


def test_regret_is_met_kindly_and_a_no_is_told_to_the_desk() -> None:
    finds(older(), "child_harm", "concern").hears("worry.child_regret").taps("Yes").hears("who.day")
    her = finds(older(), "child_harm", "concern").taps("No").hears("worry.child_regret", "worry.regret_no")
    assert her.kept.lines[-1].text == LIBRARY.text("ru", "desk.why.not_wanted")
    assert level_of(her) == "concern"


@pytest.mark.parametrize(("answer", "key"), [("No", "no"), ("I'd rather not say", "unsaid")])
def test_frightening_thoughts_are_no_child_protection(answer: str, key: str) -> None:
    her = finds(older(), "intrusive_thoughts", "concern").hears("worry.thoughts", "who.day", "worry.act")
    her.taps(answer).hears(f"worry.thoughts_{key}")
    assert her.kept.lines[-1].text == LIBRARY.text("ru", f"desk.why.act_{key}")
    assert her.case is not None
    assert (her.case.category, her.case.level) == ("intrusive_thoughts", "concern")


def test_a_thought_that_might_become_an_act_is_a_child_in_danger_now() -> None:
    her = finds(older(), "intrusive_thoughts", "concern").quietly().taps("Yes")
    her.hears("worry.child_now", "who.now", "worry.holder")
    assert her.case is not None
    assert (her.case.category, her.case.level) == ("child_harm", "now")
    assert "reask" in her.kept.due


# -- home, phone ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("category", ALONE)
def test_choices_and_no_push_to_leave(category: str) -> None:
    first = {"partner_violence": "worry.violence", "under_age_or_forced": "worry.forced"}[category]
    her = finds(older(), category, "urgent").hears(first, "who.open", "worry.unseen")
    her.taps("Yes").hears("worry.choices")
    her.split().taps("A person writes").hears("worry.chosen", "reach.tonight")
    her.split().taps("Numbers to call").hears("worry.numbers", "reach.tonight")
    her.taps("Only to be heard").hears("worry.only_heard")
    assert her.kept.lines[-1].text == LIBRARY.text("ru", "desk.why.only_heard")


@pytest.mark.parametrize("category", ALONE)
def test_danger_now_gives_the_numbers_at_once(category: str) -> None:
    her = finds(older(), category, "now")
    assert "103" in her.unheard[0]


@pytest.mark.parametrize("category", ALONE)
def test_others_see_the_screen_so_it_turns_neutral_and_quiet(category: str) -> None:
    her = finds(older(), category, "urgent").quietly().taps("No").hears("reach.quiet", "reach.blank")
    assert to_her(her.effects)[-1].message.keys == menu.neutral(her.scene()), "a neutral screen"
    assert her.person.profile.quiet_at == her.now
    her.desk_taps("take")
    her.desk_says("I am Gulru.", quoting=f"hers:{her.case.number}:1" if her.case else "").hears()
    assert "late" not in her.kept.due or her.kept.due["late"][0] == calendar.WITHOUT_END
    her.waits(days=1).says("I am here").quietly()
    assert her.person.profile.quiet_at is None
    assert any("Gulru" in line for line in her.transcript)


@pytest.mark.parametrize("answer", [(), ("Yes",)])
def test_who_turns_to_something_else_is_not_asked_again(answer: tuple[str, ...]) -> None:
    her = finds(older(shared=True), "partner_violence", "urgent")
    for label in answer:
        her.taps(label)
    her.quietly().says("My page").quietly()
    assert [place.flow for place in her.kept.places] == ["week"]


def test_who_answers_an_older_question_is_not_asked_again() -> None:
    her = older().says("How I feel")
    finds(her, "partner_violence", "urgent").quietly()
    her.taps("🙂 Good").taps("Well").hears(SLEEP, "pulse.thanks")
    assert not her.kept.places


def test_a_watched_phone_is_quiet_until_she_writes() -> None:
    her = older()
    her.kept.due["session"] = (her.now + timedelta(hours=7), "")
    opener, quiet = (LIBRARY.text("en", key) for key in ("worry.opener", "worry.watched"))
    finds(her, "watched_phone", "concern").hears(f"={opener}\n\n{quiet}", "reach.blank")
    assert her.person.profile.shared
    assert not {"session", "late", "nudge"} & {*her.kept.due}
    assert not calendar.is_safe(her.person, her.now + timedelta(days=30))
    her.desk_taps("take")
    assert any(LIBRARY.text("ru", "desk.arrives_quiet") in send.message.text for send in her.at_desk)
    her.waits(days=3).says("/menu").hears("menu.below")
    assert her.person.profile.quiet_at is None
    assert "session" not in her.kept.due, "pages wait until she asks for them"


@pytest.mark.parametrize("word", ["stop", "/hide"])
def test_stop_and_hide_do_not_end_the_quiet(word: str) -> None:
    her = finds(older(), "watched_phone", "concern").says(word)
    assert her.person.profile.quiet_at is not None


def test_pages_go_on_after_a_quiet_that_was_for_one_conversation() -> None:
    her = finds(older(), "partner_violence", "concern").taps("No").quietly()
    assert "session" not in her.kept.due
    her.waits(days=1).says("/menu")
    assert her.kept.due["session"][0] > her.now


# -- mind, strength, loss ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "line"), [("Yes", "worry.home_yes"), ("No", "worry.home_no")])
def test_an_illness_that_is_treated(answer: str, line: str) -> None:
    her = finds(older(), "psychosis", "urgent").hears("worry.psychosis", "who.open", "worry.at_home")
    her.taps(answer).hears(line, "reach.alone")


@pytest.mark.parametrize(
    ("answer", "lines", "level"),
    [
        ("Yes", ("safety.after_yes", "who.open", "reach.alone"), "urgent"),
        ("No", ("safety.after_no",), "concern"),
        ("I'd rather not say", ("safety.after_no",), "concern"),
    ],
)
def test_a_feeling_of_being_estranged_leads_to_the_safety_question(
    answer: str, lines: tuple[str, ...], level: str
) -> None:
    her = finds(older(), "severe_low_mood", "concern").hears("worry.low_mood")
    assert "silence" not in her.kept.due, "silence counts only after words about dying"
    her.taps(answer).hears(*lines)
    assert level_of(her) == level


@pytest.mark.parametrize("thanks", ["Thank you!", "Спасибо вам", "Раҳмат ба шумо 🌷", "katta rahmat"])
def test_thanks_answer_no_safety_question_and_other_words_count_as_yes(thanks: str) -> None:
    her = finds(older(), "severe_low_mood", "concern").quietly()
    her.says(thanks).quietly()
    assert level_of(her) == "concern"
    her.says("sometimes at night").hears("safety.after_yes", "who.open", "reach.alone")
    assert level_of(her) == "urgent"


def test_words_of_a_low_mood_answer_the_safety_question() -> None:
    her = finds(older(), "self_harm", "concern").quietly()
    finds(her, "severe_low_mood", "watch").hears("safety.after_yes", "who.open", "reach.alone")
    assert level_of(her) == "urgent"


def test_a_loss_holds_baby_pages_back_until_she_has_answered() -> None:
    her = older()
    her.kept.due["session"] = (her.now + timedelta(hours=7), "")
    finds(her, "loss", "concern").hears("worry.loss_which")
    her.taps("A loss").hears("worry.loss")
    assert her.person.profile.lost_at is None, "nothing stops without her tap"
    for _ in range(3):  # a week; what follows then is in test_sorrow
        her.is_due("session").hears()
    her.split().taps("No, let them come").hears("worry.loss_kept", "who.day").is_due("session").hears("push.page")
    her.taps("Yes, let them stop").hears("sad.words")
    assert her.person.profile.lost_at == her.now
    assert her.person.profile.loss_asked_at is None


def test_a_loss_told_once_more_is_not_asked_about() -> None:
    her = older(lost_at=MORNING - timedelta(days=9))
    finds(her, "loss", "concern").hears("worry.loss_known", "who.day")


def test_he_hears_nothing_of_her() -> None:
    her = finds(older(), "abuser_threat", "urgent").hears("worry.threat", "who.open", "reach.tonight")
    assert LIBRARY.text("ru", "desk.next.abuser_threat") in her.kept.lines[0].text


# -- a way of speaking ---------------------------------------------------------------------------------------------


def test_a_way_of_speaking_is_asked_about_once_in_thirty_days() -> None:
    her = finds(older(), "idiom", "none").hears("worry.idiom")
    her.taps("Just tired").hears("worry.idiom_over")
    assert her.case is None
    finds(her.waits(days=29), "idiom", "none").hears("said.bot")
    finds(her.waits(days=1), "idiom", "none").hears("worry.idiom")
    her.taps("I'd rather not say").hears("worry.idiom_over")
    assert her.case is None


def test_thoughts_too_leads_to_the_safety_question() -> None:
    her = finds(older(), "idiom", "none").taps("Thoughts too").hears("worry.idiom", "safety.ask")
    assert level_of(her) == "concern"
    assert "silence" in her.kept.due


def test_a_way_of_speaking_in_her_own_answer_goes_where_it_was_meant_to_go() -> None:
    her = older().says("Talk to a person").quietly()
    finds(her, "idiom", "none").hears("person.sent")
    finds(her, "idiom", "none").hears("said.in_case")
    assert rank(Said(text="…", finding=found("idiom", "none"))) == CALM


def test_a_turn_of_ours_that_broke_over_it_is_a_fault_to_watch() -> None:
    effects = apologise(older().scene(), Said(text="…", finding=found("idiom", "none")), "made up")
    (case,) = {effect.case for effect in effects if isinstance(effect, Stamp)}
    assert (case.level, case.category) == ("watch", "fault")


# -- a hard day ----------------------------------------------------------------------------------------------------


def test_a_hard_day_gets_one_warm_line_and_no_question() -> None:
    her = finds(older(), "self_harm", "watch").hears("worry.watch")
    finds(her, "severe_low_mood", "watch").hears("said.in_case")
    assert level_of(her) == "watch"


def test_another_hard_day_within_a_week_is_a_concern() -> None:
    her = finds(older(), "severe_low_mood", "watch").quietly()
    finds(her.waits(days=6), "severe_low_mood", "watch").hears("worry.low_mood")
    assert level_of(her) == "concern"


def test_what_could_not_be_read_is_no_hard_day() -> None:
    her = finds(older(), "unread", "watch").hears("said.looked_at")
    assert her.person.profile.watched == ()


# -- the same again ------------------------------------------------------------------------------------------------


def test_the_same_within_the_hour_gets_one_line_and_the_question_stays() -> None:
    her = finds(older(), "partner_violence", "urgent").quietly()
    finds(her, "partner_violence", "urgent").hears("worry.again")
    finds(her, "partner_violence", "concern").hears("said.in_case")
    her.taps("Yes").hears("worry.choices")
    finds(her, "partner_violence", "now").hears("worry.violence_now", "who.now", "worry.unseen")
    finds(her.waits(hours=2), "partner_violence", "urgent").hears("worry.violence", "who.late", "worry.unseen")


def test_a_typed_button_is_an_answer_whatever_concern_reads_in_it() -> None:
    her = finds(older(), "basic_need", "concern").quietly()
    finds(her, "basic_need", "urgent", words="Nowhere yet").hears("worry.unsheltered", "who.soon")
    assert level_of(her) == "concern"


# -- may we write tonight ------------------------------------------------------------------------------------------


def test_a_no_after_silence_is_a_red_answer_all_the_same() -> None:
    her = finds(older(), "self_harm", "concern").is_due("silence").quietly()
    her.taps("No").hears("safety.after_no", "reach.alone")


def red_answer(**profile: Any) -> Walker:
    her = finds(older(**profile), "psychosis", "urgent").taps("Yes").quietly()
    return her.desk_taps("take").quietly()


def reply(her: Walker) -> Walker:
    return her.desk_says("I am Gulru.", quoting=f"hers:{her.case.number}:1" if her.case else "")


def test_a_yes_opens_this_conversation_until_her_morning() -> None:
    her = red_answer().taps("Yes").hears("reach.tonight").taps("Yes").hears("reach.tonight_yes")
    reply(her.waits(hours=15)).quietly()
    assert not her.held
    reply(her.waits(hours=6))
    assert her.held, "her morning ends it"


def test_the_yes_ends_with_the_case() -> None:
    her = red_answer().taps("Yes").taps("Yes")
    assert her.person.profile.tonight is not None
    her.desk_closes()
    assert her.person.profile.tonight is None


def test_a_no_leaves_half_an_hour_and_her_hours() -> None:
    her = red_answer().taps("Yes").taps("No").hears("reach.tonight", "reach.tonight_no")
    reply(her.waits(minutes=20))
    assert not her.held
    reply(her.waits(minutes=20))
    assert her.held


def test_on_a_shared_phone_the_yes_brings_a_knock_at_once() -> None:
    her = red_answer(shared=True).taps("Yes").taps("Yes").quietly().waits(hours=13)
    reply(her).hears()
    her.is_due("late").hears("push.answer")
    assert her.now - MORNING == timedelta(hours=13)


def test_others_see_the_screen_so_replies_knock() -> None:
    her = red_answer().taps("No").hears("reach.blank")
    reply(her.waits(minutes=5)).hears()
    her.is_due("late").hears("push.answer")
    assert her.now - MORNING == timedelta(minutes=5)


@pytest.mark.parametrize("word", ["/hide", "stop"])
def test_hide_and_stop_end_what_was_agreed(word: str) -> None:
    her = red_answer().taps("Yes").taps("Yes").waits(hours=1).says(word).quietly()
    assert her.person.profile.tonight is None
    assert not calendar.agreed(her.person, her.now)
    if word == "stop":
        return
    assert not calendar.conversation_open(her.person, her.now)


def test_questions_about_this_moment_are_dropped_when_it_is_over() -> None:
    her = red_answer()
    assert her.kept.places[-1].question == "unseen"
    her.waits(hours=7).says("hello").hears("said.passed_on")
    assert not her.kept.places


@pytest.mark.parametrize(("hour", "ends"), [(5, 21), (19, 7), (20, 6), (21, 29)])
def test_tonight_ends_at_seven_and_lasts_six_hours(hour: int, ends: int) -> None:
    """`hour` after midnight UTC; Dushanbe is five hours ahead."""
    now = MORNING.replace(hour=hour)
    assert calendar.tonight_ends(Person(id=1), now) - now == timedelta(hours=ends)


# -- context -------------------------------------------------------------------------------------------------------


def mother(**profile: Any) -> Person:
    stage = "child" if "child" in profile else ""
    return Person(id=1, role="mother", stage=stage, profile=Profile(**profile))


@pytest.mark.parametrize(
    ("category", "level", "person", "counts"),
    [
        ("self_harm", "watch", mother(), "watch"),
        ("self_harm", "watch", mother(watched=(date(2026, 3, 2),)), "watch"),
        ("self_harm", "watch", mother(watched=(date(2026, 3, 1),)), "concern"),
        ("basic_need", "watch", mother(watched=(date(2026, 2, 23),)), "concern"),
        ("basic_need", "watch", mother(watched=(date(2026, 2, 22),)), "watch"),
        ("unread", "watch", mother(watched=(date(2026, 3, 1),)), "watch"),
        ("self_harm", "concern", mother(child="2026-03"), "urgent"),
        ("self_harm", "concern", mother(child="2026-01"), "urgent"),
        ("self_harm", "concern", mother(child="2025-12"), "concern"),
        ("self_harm", "concern", mother(child="2026-04"), "concern"),
        ("self_harm", "concern", structs.replace(mother(child="2026-02"), role="father"), "concern"),
        ("self_harm", "concern", structs.replace(mother(child="2026-03"), stage="expecting"), "concern"),
        ("self_harm", "watch", mother(child="2026-02", watched=(date(2026, 3, 1),)), "urgent"),
        ("self_harm", "urgent", mother(child="2026-02"), "urgent"),
        ("psychosis", "urgent", mother(child="2026-02"), "now"),
        ("psychosis", "urgent", mother(child="2025-11"), "urgent"),
        ("severe_low_mood", "concern", mother(child="2026-02"), "urgent"),
        ("partner_violence", "concern", mother(adult=False), "urgent"),
        ("partner_violence", "now", mother(adult=False), "now"),
        ("partner_violence", "concern", mother(adult=True), "concern"),
        ("under_age_or_forced", "concern", mother(adult=False), "urgent"),
        ("basic_need", "concern", mother(adult=False), "concern"),
    ],
)
def test_what_is_known_of_her_raises(category: str, level: str, person: Person, counts: str) -> None:
    assert context.raised(found(category, level), person, MORNING).level == counts


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("level", FOUND)
def test_what_is_known_of_her_never_lowers(category: str, level: Level) -> None:
    everything = mother(child="2026-02", adult=False, watched=(date(2026, 3, 1),))
    raised = context.raised(found(category, level), everything, MORNING).level
    assert FOUND.index(raised) >= FOUND.index(level)


def test_days_watched_are_of_one_week_and_few() -> None:
    person = mother()
    for ahead in range(30):
        now = MORNING + timedelta(days=ahead)
        person = changed(older().scene(), {"watched": context.watched_today(person, now)}).person
        assert len(person.profile.watched) <= context.MOST_WATCHED
    assert person.profile.watched[0] == date(2026, 3, 24)


def test_the_card_says_that_it_was_raised() -> None:
    her = older(adult=False)
    finds(her, "partner_violence", "concern")
    assert level_of(her) == "urgent"
    assert LIBRARY.text("ru", "desk.why.context") in her.kept.lines[0].text


def test_before_consent_only_what_is_red_is_answered() -> None:
    her = Walker(library=LIBRARY)
    her.says("/start").quietly()
    finds(her, "idiom", "none").quietly()
    finds(her, "partner_violence", "concern").quietly()
    assert her.case is None
    assert [place.flow for place in her.kept.places] == ["joining"]
    finds(her, "partner_violence", "urgent").hears("worry.violence", "who.open", "worry.unseen")
