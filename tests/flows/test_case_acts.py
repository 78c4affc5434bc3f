"""A case from hand to hand: taken, passed, handed over, raised, lowered, followed up, closed, and what stands on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from flows.desk import follows
from flows.desk.office import Member
from flows.effects import CASES, NOW, Remove, Retract, Send, staff
from flows.events import Staff
from tests.talk import GULRU, LIBRARY, STAFF, ZARINA, Her

DESPAIR = "I don't want to live any more"
PILLS = "I took all the pills"
FEVER = "кӯдак намемакад"
MALIKA = Staff(id=900003, name="Malika")
THREE = (*STAFF, Member(row=2, id=ZARINA.id, name="Zarina"), Member(row=3, id=MALIKA.id, name="Malika"))


@pytest.fixture
def her() -> Her:
    one = Her().joins().waits(days=1)
    one.desk_set = structs.replace(one.desk_set, staff=THREE)
    return one


def tell(key: str, **variables: object) -> str:
    return LIBRARY.text("ru", key, **variables)


def card(her: Her) -> Send:
    return next(send for send in reversed(her.at_desk) if send.slot.startswith("card:"))


def acts(send: Send) -> list[str]:
    return [key.data.split(":", 2)[2] for row in send.message.buttons for key in row]


def privately(her: Her, row: int) -> list[str]:
    return her.desk_sees(staff(row))


def history(her: Her) -> list[str]:
    assert her.case is not None
    return [deed.act for deed in her.case.matter.history]


def number(her: Her) -> int:
    assert her.case is not None
    return her.case.number


# -- who has it ----------------------------------------------------------------------------------------------------


def test_two_take_it_at_once_one_wins_and_the_other_is_told_alone(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take", ZARINA)
    before = her.kept.case
    her.desk_taps("take", MALIKA)
    assert her.kept.case == before
    assert privately(her, 3) == [f"{number(her)}: {tell('desk.already', name='Zarina')}"]
    her.desk_taps("take", ZARINA)
    assert her.effects == []


def test_she_knows_her_and_passes_the_case_which_pages_again_at_once(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take", ZARINA).waits(minutes=5).desk_taps("pass", ZARINA)
    assert her.case is not None
    assert (her.case.state, her.case.taken_by, her.case.alarm_at) == ("open", "", her.now)
    assert "page" in her.kept.due
    assert acts(card(her)) == ["take"]
    assert acts([send for send in her.at_desk if send.to == NOW][-1]) == ["take", "pass"]
    her.desk_taps("take", ZARINA)
    assert her.case.state == "open"
    assert privately(her, 2)[-1] == tell("cases.you_passed", number=number(her))
    words = len(her.desk_sees(f"desk:case:{number(her)}"))
    her.says("is anybody there").desk_taps("take", MALIKA)
    assert her.case.taken_by == "Malika"
    shown = her.desk_sees(f"desk:case:{number(her)}")[words:]
    assert DESPAIR not in shown, "her words stand there already"
    assert shown.count("is anybody there") == 1, "and what she wrote meanwhile comes now"
    assert "page" not in her.kept.due


def test_whoever_passed_writes_nothing_to_her_and_notes_nothing(her: Her) -> None:
    her.says(DESPAIR).desk_taps("pass", GULRU).desk_taps("take", ZARINA).quietly()
    lines = len(her.kept.lines)
    her.desk_says("I know your mother", quoting=f"hers:{number(her)}:1").hears()
    her.desk_says("a note about her family").hears()
    assert len(her.kept.lines) == lines
    assert privately(her, 1)[-1] == tell("cases.you_passed", number=number(her))


def test_where_everybody_knows_her_the_lead_hears_it_and_somebody_takes_it_all_the_same(her: Her) -> None:
    her.says(DESPAIR)
    for by in (ZARINA, MALIKA, GULRU):
        her.desk_taps("pass", by)
    assert privately(her, 1)[-1] == tell("cases.all_passed", number=number(her))
    assert "page" in her.kept.due
    her.desk_taps("take_all_the_same", ZARINA)
    assert her.case is not None
    assert her.case.taken_by == "Zarina"
    her.desk_taps("level", ZARINA)
    assert her.effects, "whoever has it may act"


def test_a_case_handed_over_stays_until_the_other_takes_it(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take", ZARINA).desk_taps("hand", ZARINA)
    assert acts(card(her)) == ["hand:1", "hand:3", "keep"]
    her.desk_taps("hand:3", ZARINA)
    assert her.case is not None
    assert her.case.taken_by == "Zarina"
    offered = [send for send in her.at_desk if send.to == staff(3)][-1]
    assert DESPAIR not in offered.message.text
    assert acts(offered) == ["over"]
    her.is_due("offer")
    assert privately(her, 2)[-1] == tell("cases.offer_waits", number=number(her), name="Malika")
    her.desk_taps("over", MALIKA)
    assert her.case.taken_by == "Malika"
    assert privately(her, 2)[-1] == tell("cases.gone_over", number=number(her), name="Malika")
    her.desk_taps("close", ZARINA)
    assert history(her)[-1] == "refused:close"


def test_a_case_whose_holder_works_here_no_more_is_open_again_and_pages(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take", ZARINA)
    her.kept.due["orphan"] = (her.now, "")
    her.is_due("orphan")
    assert her.case is not None
    assert her.case.state == "taken", "she still works here"
    her.desk_set = structs.replace(her.desk_set, staff=STAFF)
    her.kept.due["orphan"] = (her.now, "")
    her.is_due("orphan")
    assert her.case.state == "open"
    assert "page" in her.kept.due


# -- its level -----------------------------------------------------------------------------------------------------


def test_raised_by_somebody_else_a_taken_case_pages_and_by_its_holder_it_does_not(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take", ZARINA).desk_taps("raise:now", MALIKA)
    assert her.case is not None
    assert (her.case.level, her.case.alarm_at) == ("now", her.now)
    assert "page" in her.kept.due
    other = Her().joins().waits(days=1).says(DESPAIR).desk_taps("take").desk_taps("raise:now")
    assert other.case is not None
    assert (other.case.level, other.case.alarm_at) == ("now", None)
    assert "page" not in other.kept.due


def test_lowered_with_a_reason_it_is_on_record_and_what_it_was_stays_known(her: Her) -> None:
    her.says(PILLS).desk_taps("take", ZARINA).desk_taps("level", ZARINA).desk_taps("lower:watch", ZARINA)
    assert acts(card(her)) == [f"lower:watch.{one}" for one in ("talked", "idiom", "misread", "others")] + ["keep"]
    her.desk_taps("lower:watch.talked", ZARINA)
    assert her.case is not None
    assert (her.case.level, her.case.matter.peak) == ("watch", "now")
    assert her.records[-1] == "lowered:watch:talked"
    her.desk_taps("close", ZARINA).desk_taps("closed:supported", ZARINA)
    assert her.case is not None, "lowering it is no way round the second person"
    her.desk_taps("agree", MALIKA)
    assert her.case is None


# -- how it ends ---------------------------------------------------------------------------------------------------


def test_a_case_that_is_now_is_closed_by_two_different_people(her: Her) -> None:
    her.says(PILLS).desk_taps("take", ZARINA).desk_taps("close", ZARINA).desk_taps("closed:handed_on", ZARINA)
    assert her.case is not None
    topic, asked = f"desk:case:{number(her)}", [send for send in her.at_desk if send.to == CASES][-1]
    assert acts(asked) == ["agree", "not_yet"]
    assert PILLS not in asked.message.text
    her.desk_taps("agree", ZARINA)
    assert her.case is not None
    her.desk_taps("not_yet", MALIKA)
    assert her.case is not None
    her.desk_taps("agree", MALIKA)
    assert her.case is not None, "what was asked was answered: not yet"
    her.desk_taps("closed:handed_on", ZARINA).desk_taps("agree", MALIKA)
    assert her.case is None
    assert Remove(to=topic) in her.effects
    assert her.records[-2:] == ["agreed", "closed:handed_on"]
    assert not {"follow", "offer", "page"} & set(her.kept.due)


def test_what_she_writes_undoes_a_closing_that_waits_for_the_second_person(her: Her) -> None:
    her.says(PILLS).desk_taps("take").desk_taps("close").desk_taps("closed:supported")
    her.says("please do not go")
    her.desk_taps("agree", ZARINA)
    assert her.case is not None


def test_after_a_red_case_its_holder_is_asked_three_questions_in_her_own_chat(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take", ZARINA)
    asked = tell("debrief.1", number=number(her))
    her.desk_taps("close", ZARINA).desk_taps("closed:supported", ZARINA)
    assert privately(her, 2)[-1] == asked
    calm = Her().joins().says("Talk to a person").says("I argue every day").desk_taps("take").desk_closes()
    assert calm.desk_sees(staff(1)) == []


# -- how far it is ---------------------------------------------------------------------------------------------------


def test_a_reply_waits_for_her_and_her_words_for_us(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take")
    assert her.case is not None
    assert her.case.matter.stage == ""
    her.desk_says("I am here", quoting=f"hers:{number(her)}:1")
    assert her.case.matter.stage == "waiting"
    her.says("thank you")
    assert her.case.matter.stage == ""


def test_she_is_asked_after_as_triage_says_until_somebody_says_what_came_of_it(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take", ZARINA)
    taken = her.now
    for count, after in enumerate(follows.CONTACTS):
        her.is_due("follow")
        assert taken + after <= her.now < taken + after + timedelta(hours=16), count
        assert privately(her, 2)[-1] == tell("cases.follow", number=number(her), day=after.days)
        again = her.kept.due["follow"][0]
        assert again > her.now
        her.desk_taps("followed:reached", ZARINA)
        assert her.case is not None
        assert her.case.matter.stage == "followed"
        her.desk_taps("followed:reached", ZARINA)
        assert her.effects == [], "twice counts once"
    assert "follow" not in her.kept.due
    assert tell("cases.follow_over") in her.at_desk[-2].message.text + her.at_desk[-1].message.text


def test_a_follow_up_nobody_answers_is_told_again_the_next_day(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take", ZARINA).is_due("follow")
    first = her.now
    her.is_due("follow")
    assert timedelta(hours=20) < her.now - first < timedelta(hours=40)
    assert len([text for text in privately(her, 2) if text == tell("cases.follow", number=number(her), day=1)]) == 2
    her.desk_taps("followed:worse", ZARINA)
    assert "raise:now" in acts(card(her))


def test_a_case_that_was_never_red_is_not_followed_up(her: Her) -> None:
    her.says("Talk to a person").says("I argue with my mother-in-law every day").desk_taps("take")
    assert "follow" not in her.kept.due
    her.desk_taps("raise:urgent")
    assert "follow" in her.kept.due


def test_the_next_shift_reads_at_the_top_how_it_stands(her: Her) -> None:
    her.says(DESPAIR).desk_taps("take", ZARINA).desk_says("Her sister is with her until Friday.")
    her.desk_says("I am here", quoting=f"hers:{number(her)}:1").desk_taps("keep")
    top = card(her).message.text.split("\n\n")[0].split("\n")
    assert top[0].startswith("Случай")
    assert top[1].startswith(tell("cases.stage.waiting"))
    assert top[2].startswith(tell("cases.summary.ours", name="Gulru", at="").split(",")[0])
    assert top[3].startswith(tell("cases.summary.due", at="").strip())
    assert "Her sister is with her until Friday." in top[4]
    assert len(top) == 5


def test_the_history_names_every_act_in_order(her: Her) -> None:
    her.says(DESPAIR).is_due("page").is_due("page").desk_taps("take", ZARINA).desk_taps("raise:now", ZARINA)
    her.desk_taps("over", GULRU).desk_taps("history", GULRU)
    told = her.at_desk[-1].message.text
    wanted = ("opened", "paged", "taken", "raised", "took_over")
    places = [told.index(tell(f"cases.did.{act}")) for act in wanted]
    assert places == sorted(places)
    assert "Zarina" in told
    assert DESPAIR not in told
    assert [deed.partition(":")[0] for deed in history(her)] == list(wanted)


# -- danger signs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["reached", "clinic", "no_answer"])
def test_a_call_back_is_over_in_one_tap_of_one_person(her: Her, outcome: str) -> None:
    her.says(FEVER)
    alert = her.at_desk[-1]
    assert acts(alert) == ["take", "pass", *(f"done:{one}" for one in ("reached", "clinic", "no_answer", "case"))]
    her.desk_taps(f"done:{outcome}", ZARINA)
    assert her.case is None
    assert her.records[-2:] == [f"done:{outcome}", f"closed:{outcome}"]


def test_a_call_back_is_a_case_only_when_a_person_says_so(her: Her) -> None:
    her.says(FEVER).desk_taps("done:case", ZARINA)
    assert her.case is not None
    assert (her.case.state, her.case.taken_by) == ("taken", "Zarina")
    assert "close" in acts(card(her))
    her.desk_taps("done:reached", ZARINA)
    assert her.case is not None
    her.says("she still does not drink").quietly()
    assert "she still does not drink" in her.desk_sees(f"desk:case:{number(her)}")


# -- how to reach her ------------------------------------------------------------------------------------------------

WAY, PLACE, NEVER = "in the late hours, by writing", "the blue gate behind the mill", "my husband's mother"


def tells(her: Her) -> None:
    profile = structs.replace(her.person.profile, contact=WAY, ambulance=PLACE, never_know=NEVER)
    her.kept.person = structs.replace(her.person, profile=profile)


def test_it_comes_to_the_one_who_asked_alone_with_a_reason_and_goes_after_two_minutes(her: Her) -> None:
    tells(her)
    her.says(PILLS).desk_taps("take", ZARINA)
    assert not any(word in send.message.text for send in her.at_desk for word in (WAY, PLACE, NEVER))
    her.desk_taps("contact", ZARINA)
    assert "contact:emergency" in acts(card(her))
    her.desk_taps("contact:emergency", ZARINA)
    shown = [send for send in her.at_desk if WAY in send.message.text]
    assert [send.to for send in shown] == [staff(2)]
    assert PLACE in shown[0].message.text
    assert NEVER in shown[0].message.text
    assert her.records[-1] == "saw:contact:emergency"
    her.desk_taps("contact:emergency", ZARINA)
    assert her.effects == [], "it stands there still"
    began = her.now
    her.is_due(next(key for key in her.kept.due if key.startswith("unshow")))
    assert her.now - began == timedelta(minutes=2)
    assert her.effects == [Retract(to=staff(2), slot=shown[0].slot)]


def test_it_goes_also_when_the_case_was_closed_meanwhile(her: Her) -> None:
    tells(her)
    her.says(PILLS).desk_taps("take").desk_taps("contact:emergency").desk_closes()
    her.is_due(next(key for key in her.kept.due if key.startswith("unshow")))
    assert isinstance(her.effects[0], Retract)


def test_on_a_case_of_level_now_it_is_said_that_no_safe_way_is_known(her: Her) -> None:
    her.says(PILLS).desk_taps("take")
    assert tell("desk.contact.none") in card(her).message.text
    assert "contact" not in acts(card(her))


# -- who she is ------------------------------------------------------------------------------------------------------


def test_the_card_says_who_she_is_what_was_before_and_what_the_bot_has_told_her(her: Her) -> None:
    her.says("Talk to a person").says("I argue every day").desk_taps("take").desk_closes("referred").quietly()
    her.says(DESPAIR).hears("safety.ask")
    heard = LIBRARY.text("en", "safety.ask").split(".")[0]
    text = card(her.desk_taps("take")).message.text
    assert tell("cases.role.mother") in text
    assert tell("cases.her.before", n=1, cases="").strip() in text
    assert tell("cases.outcome.referred") in text
    assert heard in text


def test_a_desk_of_one_hears_that_nobody_is_there_to_agree() -> None:
    her = Her().joins().waits(days=1).says(PILLS).desk_taps("take").desk_taps("close").desk_taps("closed:supported")
    assert tell("cases.ask.nobody") in her.desk_sees(CASES)[-1]
