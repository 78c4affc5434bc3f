"""Who is called, when, and what she is told meanwhile: with a rota, in a gap of it, and without one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from flows.desk import aims, duty, waiting
from flows.desk.office import Book, Member
from flows.desk.rota import Rota, Shift
from flows.effects import HER, NOW, Send
from flows.events import Staff
from flows.model import Case, Desk
from tests.talk import LIBRARY, MORNING, Her

FIRST, SECOND, LEAD, OTHER, DIRECTOR = range(11, 16)
STAFF = (
    Member(row=LEAD, id=91, name="Gulru", role="lead"),
    Member(row=FIRST, id=92, name="Savsan"),
    Member(row=SECOND, id=93, name="Nigora"),
    Member(row=OTHER, id=94, name="Zebo", role="lead"),
    Member(row=DIRECTOR, id=95, name="Manija", role="director"),
)
DAY = Shift(begins=540, ends=1080, rows=(FIRST, SECOND))
NIGHT = Shift(begins=1080, ends=1980, rows=(SECOND,))
DAYS = Rota(week=dict.fromkeys(range(6), (DAY,)))
ROUND = Rota(week=dict.fromkeys(range(7), (DAY, NIGHT)))
NOBODY = Rota()
PILLS, DESPAIR = "I took all the pills", "I don't want to live any more"


def at(words: str) -> datetime:
    """A moment of March 2026 by the desk's clock, five hours ahead."""
    return datetime.fromisoformat(f"2026-03-{words}").replace(tzinfo=UTC) - timedelta(hours=5)


def her(rota: Rota, when: datetime = MORNING, staff: tuple[Member, ...] = STAFF, **agreed: int) -> Her:
    """A mother who has joined, her child long born; the desk as given, from this moment on."""
    one = Her().joins()
    one.kept.person = structs.replace(one.person, profile=structs.replace(one.person.profile, child="2025-03"))
    book = Book(rota=rota, aims=aims.Aims(**agreed))
    one.desk_set = structs.replace(one.desk_set, staff=staff, book=book)
    one.now = when
    return one


def called(one: Her) -> set[str]:
    """Whom the last event called in private."""
    return {send.to for send in one.effects if isinstance(send, Send) and send.to not in {HER, NOW}}


def to(*rows: int) -> set[str]:
    return {f"staff:{row}" for row in rows}


def until(one: Her, **time: float) -> Her:
    """Page by page until so long after the case began to wait."""
    ends = one.case.alarm_at + timedelta(**time) if one.case is not None and one.case.alarm_at else one.now
    while one.kept.due["page"][0] <= ends:
        one.is_due("page")
    return one


# -- the ladder ----------------------------------------------------------------------------------------------------


def test_whoever_is_on_duty_is_called_at_once_then_the_second_the_leads_the_director() -> None:
    one = her(DAYS).says(PILLS)
    assert called(one) == to(FIRST)
    seen = {minutes: called(until(one, minutes=minutes)) for minutes in (5, 10, 15, 30, 45, 50)}
    assert seen == {
        5: to(FIRST),
        10: to(FIRST),
        15: to(FIRST, SECOND),
        30: to(FIRST, SECOND, LEAD, OTHER),
        45: to(FIRST, SECOND, LEAD, OTHER, DIRECTOR),
        50: to(FIRST, SECOND, LEAD, OTHER, DIRECTOR),
    }


def test_urgent_calls_the_second_at_its_aim_the_lead_at_twice_the_director_at_three_times() -> None:
    one = her(DAYS).says(DESPAIR)
    one = until(one, minutes=30)
    assert called(one) == to(FIRST)
    assert called(until(one, minutes=60)) == to(FIRST, SECOND)
    assert called(until(one, minutes=120)) == to(FIRST, SECOND, LEAD, OTHER)
    assert called(until(one, minutes=180)) == to(FIRST, SECOND, LEAD, OTHER, DIRECTOR)


def test_the_page_follows_the_shift() -> None:
    one = her(ROUND, at("02T17:50")).says(PILLS)
    assert called(one) == to(FIRST)
    assert called(until(one, minutes=10)) == to(SECOND)
    assert called(until(one, minutes=15)) == to(SECOND, LEAD, OTHER)  # a shift of one: the lead is the second person


def test_in_a_gap_of_the_rota_the_leads_are_called_at_once() -> None:
    one = her(DAYS, at("02T23:00")).says(PILLS)
    assert called(one) == to(LEAD, OTHER)
    assert called(until(one, minutes=45)) == to(LEAD, OTHER, DIRECTOR)


def test_without_a_rota_the_topic_sounds_first_and_then_lead_leads_director() -> None:
    one = her(NOBODY).says(PILLS)
    assert called(one) == set()
    assert called(until(one, minutes=10)) == set()
    assert called(until(one, minutes=15)) == to(LEAD)
    assert called(until(one, minutes=30)) == to(LEAD, OTHER)
    assert called(until(one, minutes=45)) == to(LEAD, OTHER, DIRECTOR)


def test_where_nobody_is_enrolled_above_the_operators_list_stands_in() -> None:
    below = tuple(one for one in STAFF if one.role == "moderator")
    one = her(DAYS, staff=below).says(PILLS)
    assert called(one) == to(FIRST)
    assert called(until(one, minutes=30)) == {*to(FIRST, SECOND), "lead:0"}
    assert duty.leads(Desk(leads=2)) == ["lead:0"]
    assert duty.leads(Desk()) == []


def test_the_director_stands_in_for_a_lead_there_is_not() -> None:
    some = tuple(one for one in STAFF if one.role != "lead")
    assert duty.leads(Desk(staff=some)) == [f"staff:{DIRECTOR}"]
    one = until(her(NOBODY, staff=some).says(PILLS), minutes=15)
    assert called(one) == to(DIRECTOR)


def test_a_calm_case_calls_nobody_in_private() -> None:
    one = her(DAYS).says("Talk to a person").says("My mother-in-law says I do everything wrong")
    assert one.case is not None
    assert one.case.level == "concern"
    assert called(one) - {"desk:cases"} == set()
    assert called(one.is_due("page")) - {"desk:cases"} == set()


def test_a_danger_sign_is_paged_to_a_second_person_once() -> None:
    one = her(DAYS).says("My baby is having convulsions")
    assert called(one) == to(FIRST)
    one.is_due("page")
    assert one.now - MORNING == timedelta(minutes=15)
    assert called(one) == to(FIRST, SECOND)
    assert "page" not in one.kept.due


def test_at_night_with_nobody_on_duty_the_call_back_is_due_after_opening_with_somebody_at_once() -> None:
    baby = "My baby is having convulsions"
    assert her(DAYS, at("02T23:00")).says(baby).kept.due["page"][0] == at("03T09:15")
    assert her(ROUND, at("02T23:00")).says(baby).kept.due["page"][0] == at("02T23:15")


def test_a_private_page_shows_number_level_language_minutes_and_nothing_else() -> None:
    one = until(her(DAYS).says(PILLS), minutes=5)
    assert one.case is not None
    page = next(send for send in one.effects if isinstance(send, Send) and send.to == f"staff:{FIRST}")
    waits = LIBRARY.text("ru", "desk.waits.minutes", n=5)
    shown = {"number": one.case.number, "level": LIBRARY.text("ru", "desk.level.now"), "language": "en"}
    assert page.message.text == LIBRARY.text("ru", "desk.alert", **shown, waits=waits)
    acts = ("take", "pass")
    assert [key.data for row in page.message.buttons for key in row] == [
        f"case:{one.case.number}:{act}" for act in acts
    ]


def test_once_it_is_taken_every_private_page_says_so_and_no_more_come() -> None:
    one = until(her(DAYS).says(PILLS), minutes=15)
    one.desk_taps("take", by=Staff(id=93, name="Nigora"))
    edits = [send for send in one.effects if isinstance(send, Send) and send.edit and send.to.startswith("staff:")]
    assert {send.to for send in edits} == to(FIRST, SECOND)
    for send in edits:
        assert "Nigora" in send.message.text
        assert not send.message.buttons
    assert "page" not in one.kept.due


def test_red_words_in_a_taken_case_call_whoever_has_it_first() -> None:
    one = her(DAYS).says(PILLS).desk_taps("take", by=Staff(id=94, name="Zebo"))
    assert one.case is not None
    one.kept.case = structs.replace(one.case, matter=structs.replace(one.case.matter, holder=94))
    one.waits(hours=2).says("I want to kill myself today")
    assert [send.to for send in one.effects if isinstance(send, Send) and send.to.startswith("staff:")] == [
        f"staff:{OTHER}",
        f"staff:{FIRST}",
    ]


def test_there_is_no_snooze_red_pages_come_without_end() -> None:
    one = until(her(DAYS).says(PILLS), hours=5)
    assert one.case is not None
    assert one.case.pages == 60


# -- what she is told ----------------------------------------------------------------------------------------------

TOLD = [
    (DAYS, "02T10:00", PILLS, "who.now"),
    (NOBODY, "02T10:00", PILLS, "who.now"),
    (DAYS, "02T23:00", PILLS, "who.closed"),
    (NOBODY, "02T23:00", PILLS, "who.closed"),
    (ROUND, "02T23:00", PILLS, "who.on_duty"),
    (DAYS, "08T12:00", PILLS, "who.closed"),  # a Sunday, in the usual hours
    (NOBODY, "08T12:00", PILLS, "who.closed"),
    (ROUND, "08T12:00", PILLS, "who.now"),
]


@pytest.mark.parametrize(("rota", "when", "words", "key"), TOLD)
def test_what_she_hears_of_who_comes_is_true_at_that_hour(rota: Rota, when: str, words: str, key: str) -> None:
    one = her(rota, at(when)).says(words)
    assert one._fits(key, one.unheard[1])


def test_she_is_told_when_they_read_again_by_the_day() -> None:
    night = her(DAYS, at("02T23:00")).says(PILLS)
    assert "tomorrow from 9:00" in night.unheard[1]
    early = her(DAYS, at("03T07:00")).says(PILLS)
    assert "today from 9:00" in early.unheard[1]
    weekend = her(DAYS, at("07T20:00")).says(PILLS)
    assert "on Monday from 9:00" in weekend.unheard[1]
    ill = Rota(week=DAYS.week, dates={at("03T12:00").date(): (), at("04T12:00").date(): ()})
    assert "on Thursday from 9:00" in her(ill, at("02T23:00")).says(PILLS).unheard[1]
    never = Rota(week={0: (Shift(begins=0, ends=60, rows=(FIRST,)),)})
    assert "we do not know the day yet" in her(never, at("02T23:00")).says(PILLS).unheard[1]


def test_hours_are_told_by_her_own_clock() -> None:
    one = her(DAYS, at("02T23:00"))
    one.kept.person = structs.replace(one.person, zone="Europe/Moscow")
    assert "tomorrow from 7:00" in one.says(PILLS).unheard[1]
    one = her(NOBODY, at("02T10:00"))
    one.kept.person = structs.replace(one.person, zone="America/New_York")
    assert "from 23:00 to 8:00" in one.says("Talk to a person").unheard[-1] or "23:00 and 8:00" in one.unheard[-1]


def test_the_aims_the_staff_agreed_on_are_what_she_hears_and_what_happens() -> None:
    one = her(DAYS, now=20, now_every=5, now_lead=40, now_director=60).says(PILLS)
    assert "We aim for 20 minutes" in one.unheard[1]
    assert called(until(one, minutes=15)) == to(FIRST)
    assert called(until(one, minutes=20)) == to(FIRST, SECOND)
    other = her(DAYS, urgent=120).says(DESPAIR).taps("Yes")
    assert "less than 2 hours" in " ".join(other.unheard)


def test_nobody_came_she_is_told_so_once_and_again_when_she_writes() -> None:
    one = her(DAYS).says(PILLS).quietly()
    until(one, minutes=15).hears("who.late")
    until(one, minutes=25).hears()
    one.says("is anybody there").hears("said.not_yet")


def test_she_is_not_told_where_a_persons_words_would_not_reach_her_at_once() -> None:
    until(her(DAYS).says(PILLS).says("stop").quietly(), minutes=30).hears()
    until(her(DAYS).says(DESPAIR).quietly(), minutes=90).hears()  # an hour after her last word: that would be a push


def test_red_words_of_an_untaken_case_that_is_late_get_the_truth() -> None:
    one = her(DAYS).says(PILLS).quietly()
    until(one, minutes=15).quietly()
    one.says("My husband beats me and chokes me").hears("worry.violence_now", "who.late", "worry.unseen")


# -- talk to a person ----------------------------------------------------------------------------------------------


def test_without_a_rota_no_text_is_taken_outside_hours_and_the_numbers_are_shown() -> None:
    one = her(NOBODY, at("02T21:00")).says("Talk to a person").hears("person.closed")
    assert "112" in one.transcript[-1]
    one.says("My mother-in-law says I do everything wrong")
    assert one.case is None


def test_with_a_rota_words_are_taken_at_night_and_she_is_told_when_they_are_read() -> None:
    one = her(ROUND, at("02T21:00")).says("Talk to a person").hears("person.ask_later")
    assert "tomorrow from 9:00" in one.transcript[-1]
    one.says("My mother-in-law says I do everything wrong").hears("person.sent")
    assert one.case is not None


def test_what_she_types_elsewhere_is_still_read_at_night() -> None:
    assert her(NOBODY, at("02T21:00")).says(DESPAIR).case is not None


# -- until when somebody is to be there ----------------------------------------------------------------------------

AIMS = [
    ("now", "self_harm", "02T10:00", "02T10:15"),
    ("now", "self_harm", "02T23:00", "02T23:15"),
    ("urgent", "self_harm", "02T10:00", "02T11:00"),
    ("urgent", "self_harm", "02T23:00", "03T03:00"),
    ("concern", "no_shelter", "02T23:00", "03T03:00"),
    ("concern", "asked", "02T10:00", "03T10:00"),
    ("concern", "asked", "07T10:00", "09T10:00"),
    ("watch", "fault", "02T20:00", "05T18:00"),
    ("now", "infant_danger", "02T10:00", "02T10:15"),
    ("now", "infant_danger", "02T23:00", "03T09:15"),
]


@pytest.mark.parametrize(("level", "category", "since", "due"), AIMS)
def test_when_somebody_is_to_be_there(level: str, category: str, since: str, due: str) -> None:
    case = Case(number=1, level=level, category=category, opened_at=at(since), alarm_at=at(since))  # type: ignore[arg-type]
    desk = Desk(staff=STAFF, book=Book(rota=DAYS))
    assert waiting.aim_at(desk, case, at(since)) == at(due)
    assert not waiting.is_late(desk, case, at(due) - timedelta(seconds=1))
    assert waiting.is_late(desk, case, at(due))
    assert not waiting.is_late(desk, structs.replace(case, alarm_at=None), at(due))


def test_an_aim_is_changed_within_bounds_only() -> None:
    assert aims.changed(aims.Aims(), "urgent", 45) == aims.Aims(urgent=45)
    assert aims.changed(aims.Aims(), "now", 30) == aims.Aims(now=30, now_every=10, now_lead=60, now_director=90)
    for name, value in (("now", 4), ("now", 61), ("urgent", 1), ("concern_days", 2), ("never", 1)):
        assert aims.changed(aims.Aims(), name, value) is None


def test_the_defaults_are_those_of_the_product_description() -> None:
    minutes = [one.total_seconds() / 60 for one in aims.steps(aims.Aims(), "now", is_open=False)]
    assert minutes == [15, 30, 45]
    assert aims.every(aims.Aims(), "now", is_open=True) == timedelta(minutes=5)
    assert aims.steps(aims.Aims(), "urgent", is_open=True)[:2] == (timedelta(hours=1), timedelta(hours=2))
    assert aims.every(aims.Aims(), "urgent", is_open=False) == timedelta(hours=2)
