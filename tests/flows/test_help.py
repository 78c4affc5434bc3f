"""The worrying sentence, and the person who answers it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from flows.desk.office import Member
from flows.effects import CASES, HER, NOW, Lane, React, Send
from tests.talk import GULRU, STAFF, Her, to_her

DESPAIR = {
    "en": "I don't want to live any more",
    "ru": "Я не хочу больше жить",
    "tg": "Дигар зистан намехоҳам",
    "uz": "Endi yashashni xohlamayman",
}


def joined() -> Her:
    """A mother whose child was born long ago: weeks after a birth the same words weigh more (`test_worry.py`)."""
    her = Her().joins()
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, child="2025-03"))
    return her


@pytest.fixture
def her() -> Her:
    return joined()


MOMENTS = {
    "at the first word": lambda: Her(),
    "before the language": lambda: Her().says("/start"),
    "during consent": lambda: Her().says("/start").taps("English").taps("Mother").taps("Yes"),
    "in a pulse": lambda: Her().joins().says("How I feel"),
    "at the menu": lambda: Her().joins(),
    "while a page knocks": lambda: Her().joins().is_due("session"),
    "when asked what to say to a person": lambda: Her().joins().says("Talk to a person"),
    "after stop": lambda: Her().joins().says("stop"),
}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("language", DESPAIR)
def test_despair_is_heard_at_any_moment_in_any_language(moment: str, language: str) -> None:
    her = MOMENTS[moment]().quietly()
    stood = {place.talk: place for place in her.kept.places}
    her.says(DESPAIR[language]).hears("safety.ask")
    (answer,) = to_her(her.effects)
    assert answer.lane is Lane.SAFETY
    assert her.case is not None
    assert her.case.level == "urgent"
    (alert,) = her.desk_sees(NOW)
    assert DESPAIR[language] not in alert
    assert "page" in her.kept.due
    assert all(stood[place.talk] == place for place in her.kept.places if place.talk in stood), "her place has moved"


def test_the_answer_comes_in_the_language_of_the_rule_until_she_has_chosen_one() -> None:
    assert Her().says(DESPAIR["tg"]).person.language == "tg"
    assert Her().says(DESPAIR["uz"]).person.language == "tg"


def test_the_whole_way_to_a_person_and_back(her: Her) -> None:
    her.says(DESPAIR["en"]).hears("safety.ask")
    assert her.case is not None
    number = her.case.number
    topic = f"desk:case:{number}"
    assert her.desk_sees(topic) == []
    her.desk_taps("take")
    assert her.case.state == "taken"
    assert "page" not in her.kept.due
    assert DESPAIR["en"] in her.desk_sees(topic)
    her.desk_says("A note for colleagues").hears()
    her.desk_says("I am Gulru. I am here.", quoting=f"hers:{number}:1", message=501)
    (reply,) = to_her(her.effects)
    assert reply.lane is Lane.SAFETY
    assert reply.receipt == 501
    assert reply.message.text.endswith("I am Gulru. I am here.")
    her.delivered(501)
    her_reacts = React(to=topic, message=501, emoji="👍")
    assert her_reacts in her.effects
    her.taps("No")
    her.says("nobody is here")
    assert her.desk_sees(topic)[-1] == "nobody is here"
    her.desk_closes()
    assert her.case is None
    assert her.records[-1] == "closed:supported"


def test_each_answer_to_the_question_has_its_way(her: Her) -> None:
    for label, after, level in (
        ("Yes", ["safety.after_yes", "who.open", "reach.alone"], "urgent"),
        ("Help now", ["safety.after_yes", "who.open", "reach.alone"], "urgent"),
        ("No", ["safety.after_no"], "concern"),
        ("I'd rather not say", ["safety.after_no", "reach.alone"], "urgent"),
    ):
        woman = joined()
        woman.says("I would rather not wake up tomorrow").hears("safety.ask")
        assert woman.case is not None
        assert woman.case.level == "concern", label
        woman.taps(label).hears(*after)
        assert woman.case.level == level, label


def test_silence_after_words_about_dying_raises(her: Her) -> None:
    her.says("I would rather not wake up tomorrow").quietly()
    her.is_due("silence").hears()
    assert her.case is not None
    assert her.case.level == "urgent"
    assert her.desk_sees(NOW)


def test_an_answer_ends_the_watch_for_silence(her: Her) -> None:
    her.says(DESPAIR["en"]).taps("No")
    assert "silence" not in her.kept.due


def test_an_act_now_gets_the_numbers_before_any_question(her: Her) -> None:
    her.says("Я выпила все таблетки").hears("safety.now", "who.now", "reach.alone")
    assert her.case is not None
    assert her.case.level == "now"


def test_outside_hours_the_truth_is_said(her: Her) -> None:
    her.waits(hours=12)
    her.says("Я выпила все таблетки").hears("safety.now", "who.closed", "reach.alone")
    her.says("Talk to a person").hears("person.closed")


def test_a_danger_sign_sends_her_to_help_and_the_desk_owes_one_call(her: Her) -> None:
    her.says("кӯдак намемакад").hears("danger.baby")
    assert her.case is not None
    assert her.case.category == "infant_danger"
    her.is_due("page")
    assert "page" not in her.kept.due
    her.desk_taps("done")
    assert her.case is None


def test_the_page_repeats_and_widens_until_someone_takes_the_case(her: Her) -> None:
    more = (Member(row=2, id=2, role="lead"), Member(row=3, id=3, role="director"))
    her.desk_set = structs.replace(her.desk_set, staff=(*STAFF, *more))
    her.says("Я выпила все таблетки").quietly()
    opened = her.now
    reached = []
    for _ in range(10):
        her.is_due("page")
        reached.append(len([send for send in her.effects if isinstance(send, Send) and send.to != HER]))
        assert her.effects
    assert her.now - opened == timedelta(minutes=50)
    assert reached == [1, 1, 2, 2, 2, 3, 3, 3, 4, 4]
    her.hears("who.late")
    her.desk_taps("take")
    assert "page" not in her.kept.due
    her.desk_taps("take")
    assert her.case is not None
    assert her.case.taken_by == GULRU.name


def test_a_reply_after_thirty_minutes_knocks_in_her_hours(her: Her) -> None:
    her.says(DESPAIR["en"]).taps("No").desk_taps("take").quietly().waits(minutes=40)
    assert her.case is not None
    her.desk_says("How are you now?", quoting=f"hers:{her.case.number}:1").hears()
    assert her.held
    her.is_due("late").hears("push.answer")
    assert 16 <= her.now.astimezone(her.person.tz).hour < 20
    her.taps("Open")
    assert her.unheard[-1].endswith("How are you now?")


def test_stop_with_an_open_case_does_as_asked_and_tells_the_desk(her: Her) -> None:
    her.says(DESPAIR["en"]).quietly()
    her.says("stop").hears("stop.done")
    assert len(her.desk_sees(NOW)) == 2
    assert "page" in her.kept.due
    her.desk_taps("take")
    assert her.case is not None
    her.desk_says("Are you there?", quoting=f"hers:{her.case.number}:1").hears()
    assert not her.held


def test_bare_stop_words_never_silence_despair(her: Her) -> None:
    her.says("бас, дигар зиндагӣ намехоҳам").hears("safety.ask")
    assert her.person.state == "active"


def test_asking_for_a_person(her: Her) -> None:
    her.says("Talk to a person").hears("person.ask")
    her.says("I argue with my mother-in-law every day").hears("person.sent")
    assert her.case is not None
    assert (her.case.level, her.case.category) == ("concern", "asked")
    assert her.desk_sees(CASES)
    her.says("and today again").hears("said.in_case")


def test_words_before_consent_are_forgotten_unless_red() -> None:
    her = Her().says("/start").taps("English").quietly()
    her.says("I would rather not wake up tomorrow").hears("ask.tap_please", "join.role")
    assert her.case is None
    assert not her.kept.lines


# -- what a review found, kept found -------------------------------------------------------------------------------


def test_red_words_in_a_case_long_taken_page_again_until_a_person_acts(her: Her) -> None:
    fresh = Her().says("/start").taps("English").taps("Mother").taps("No").taps("I agree")
    fresh.desk_taps("take").quietly().waits(days=3)
    fresh.says(DESPAIR["en"]).hears("safety.ask")
    assert len(fresh.desk_sees(NOW)) == 1
    fresh.is_due("page")
    assert len(fresh.desk_sees(NOW)) == 2
    fresh.desk_taps("take")
    assert "page" not in fresh.kept.due
    assert fresh.case is not None
    assert fresh.case.state == "taken"


def test_red_words_while_a_person_is_there_page_nobody(her: Her) -> None:
    her.says(DESPAIR["en"]).desk_taps("take").waits(minutes=10)
    alerts = len(her.desk_sees(NOW))
    her.says(DESPAIR["ru"])
    assert len(her.desk_sees(NOW)) == alerts
    assert "page" not in her.kept.due


def test_despair_turns_a_call_back_into_a_case(her: Her) -> None:
    her.says("кӯдак намемакад").quietly()
    her.says(DESPAIR["en"]).hears("safety.ask")
    assert her.case is not None
    assert her.case.category == "self_harm"
    assert len(her.desk_sees(NOW)) == 2
    her.is_due("page").is_due("page")
    her.desk_taps("done")
    assert her.case is not None


def test_a_danger_sign_does_not_turn_a_case_into_a_call_back(her: Her) -> None:
    her.says(DESPAIR["en"]).quietly()
    her.says("кӯдак намемакад").hears("danger.baby")
    assert her.case is not None
    assert (her.case.category, her.case.level) == ("self_harm", "now")
    her.says("is anyone there")
    assert any(line.text == "is anyone there" for line in her.kept.lines)


def test_stop_does_not_end_the_watch_for_silence(her: Her) -> None:
    her.says("I would rather not wake up tomorrow").says("stop").quietly()
    her.is_due("silence").hears()
    assert her.case is not None
    assert her.case.level == "urgent"


def test_a_woman_we_thought_gone_is_there_again_once_she_writes(her: Her) -> None:
    her.leaves()
    her.says(DESPAIR["en"]).hears("safety.ask")
    assert her.person.state == "active"


def test_blocking_and_coming_back_after_stop_stays_quiet(her: Her) -> None:
    her.says("stop").waits(days=1).leaves().returns()
    assert her.person.state == "stopped"
    assert "session" not in her.kept.due


def test_what_she_types_to_the_question_in_a_pulse_reaches_the_desk(her: Her) -> None:
    her.says("How I feel").taps("😞 Very heavy")
    her.says("sometimes at night I look at the river")
    assert any(line.text == "sometimes at night I look at the river" for line in her.kept.lines)


def test_her_words_and_then_a_reply_let_go_of_what_was_held(her: Her) -> None:
    her.says(DESPAIR["en"]).taps("No").desk_taps("take").quietly().waits(minutes=40)
    assert her.case is not None
    quoting = f"hers:{her.case.number}:1"
    her.desk_says("one", quoting=quoting).hears()
    her.says("hello")
    her.desk_says("two", quoting=quoting)
    assert [text[-3:] for text in her.unheard if text[-3:] in {"one", "two"}] == ["one", "two"]


def test_a_slot_of_another_case_is_no_address(her: Her) -> None:
    her.says(DESPAIR["en"]).desk_taps("take").quietly()
    her.desk_says("for us only", quoting="hers:99:1").hears()


def test_her_words_wait_behind_another_womans_alert(her: Her) -> None:
    her.says(DESPAIR["en"]).desk_taps("take").says("and more")
    lanes = {send.lane for send in her.at_desk if send.slot.startswith("hers:")}
    assert lanes == {Lane.REPLY}


def test_an_answer_to_what_she_wrote_long_ago_knocks(her: Her) -> None:
    her.waits(hours=13)
    her.says(DESPAIR["en"], at=her.now - timedelta(hours=9)).hears()
    assert her.held
    assert her.desk_sees(NOW)
    her.is_due("late").hears()
    her.is_due("late").hears("push.answer")
    her.taps("Open")
    assert her.unheard[0].startswith("Thank you for writing to me")
