"""A referral, from need to *did you get there*: with her yes, by the knock rules, and nothing of a note ever on her phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

import pytest
from msgspec import structs

from content.library import load
from content.schema import Need, Number, Verified
from flows.desk import directory, numbers, referral
from flows.desk.referring import MOST_AT_ONCE
from flows.effects import Refer, Send
from flows.events import Staff
from tests.talk import Her

LIBRARY = load()
NAMES = {language.code: language.name for language in LIBRARY.languages}
MOOD, HDO = directory.NEEDS.index("low_mood"), "hdo"


def tell(key: str, **variables: object) -> str:
    return LIBRARY.text("ru", key, **variables)


def rows(her: Her) -> list[Refer]:
    return [one for one in her.beside if isinstance(one, Refer)]


def last(her: Her, slot: str) -> Send:
    return next(send for send in reversed(her.at_desk) if send.slot.startswith(slot))


def acts(send: Send) -> list[str]:
    return [button.data.split(":", 2)[2] for row in send.message.buttons for button in row]


def taken(language: str = "en", *, region: str = "dushanbe", district: str = "sino", **profile: Any) -> Her:
    """She asked for a person, has a district, and Gulru has taken her case."""
    her = Her().nearly_joins(NAMES[language]).says("3").quietly()
    person = her.kept.person
    new = structs.replace(person.profile, district=district, **profile)
    her.kept.person = structs.replace(person, region=region, profile=new)
    her.says(LIBRARY.text(language, "menu.person")).says("…").quietly()
    return her.desk_taps("take").quietly()


def asked(her: Her, need: int = MOOD, place: str = HDO) -> Her:
    return (
        her.desk_taps("refer")
        .desk_taps(f"refer_need:{directory.NEEDS[need]}")
        .desk_taps(f"refer_place:{need}.{place}")
        .desk_taps(f"refer_ask_her:{need}.{place}")
    )


def id_of(her: Her) -> int:
    return her.person.profile.referred[-1].id


def form(her: Her) -> str:
    assert her.case is not None
    return f"form:{her.case.number}:{id_of(her)}"


def confirmed(her: Her) -> Her:
    """What a named person there said, as Gulru keeps it."""
    her.desk_says("Madina (made up)", quoting=form(her)).desk_says("Tuesday, 10 to 12", quoting=form(her))
    return her.desk_taps(f"refer_takes:{id_of(her)}")


# -- the directory -------------------------------------------------------------------------------------------------


def test_nearest_come_first_and_nothing_is_found_that_people_cannot_go_to() -> None:
    found = directory.near(LIBRARY, "low_mood", "sughd", "isfara")
    assert [one.how for one in found] == sorted((one.how for one in found), key=directory.ORDER.index)
    here = [one.service.id for one in found if one.how == "here"]
    assert here == ["cfcsu", "myad", "ranginkamon"]
    hidden = {one.id for one in LIBRARY.directory.services if not one.user_facing}
    every = {
        one.service.id
        for need in directory.NEEDS
        for region in LIBRARY.regions
        for one in directory.near(LIBRARY, need, region.code, "")
    }
    assert not every & hidden
    assert {"aga_khan_foundation", "un_women", "unicef_tajikistan", "mother_and_child_rooms"} <= hidden
    assert every | hidden | {"marvorid_fcsc"} == {one.id for one in LIBRARY.directory.services}


def test_all_twenty_six_entries_and_the_seventeen_rows_are_kept() -> None:
    services = LIBRARY.directory.services
    assert len(services) == 26
    assert sorted(one.row for one in services if one.row) == list(range(1, 18))
    assert all(one.row not in {12, 16, 17} or not one.user_facing for one in services)


@pytest.mark.parametrize(
    ("service", "region", "district", "how"),
    [
        ("hdo", "dushanbe", "sino", "here"),
        ("hdo", "drs", "hisor", "region"),
        ("hdo", "khatlon", "vose", "far"),
        ("cfcsu", "khatlon", "vose", "region"),
        ("cfcsu", "khatlon", "bokhtar", "here"),
        ("marvorid_fcsc", "sughd", "asht", "here"),
        ("myad", "khatlon", "vose", "region"),
        ("maternity_homes", "gbao", "vanj", "nation"),
        ("psychiatry_adult", "gbao", "vanj", "unstated"),
        ("hdo", "", "", "far"),
    ],
)
def test_how_near_a_place_is(service: str, region: str, district: str, how: str) -> None:
    found = LIBRARY.directory.service(service)
    assert found is not None
    assert directory.how(LIBRARY, found, region, district) == how


def test_one_place_with_two_entries_is_named_once() -> None:
    found = [one.service.id for one in directory.near(LIBRARY, "low_mood", "sughd", "khujand")]
    assert "sarchashma" in found
    assert "marvorid_fcsc" not in found
    assert "marvorid_fcsc" in [one.service.id for one in directory.near(LIBRARY, "expecting", "sughd", "khujand")]


def test_what_the_report_says_is_missing_is_said() -> None:
    assert [gap.id for gap in directory.gaps(LIBRARY.directory, "low_mood", "sughd", "ayni")] == ["ayni", "ward"]
    her = taken(region="sughd", district="ayni").desk_taps("refer").desk_taps("refer_need:low_mood")
    assert tell("refer.gap.ayni") in last(her, "refer:").message.text


# -- the whole loop ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
def test_the_whole_loop(language: str) -> None:
    her = asked(taken(language)).hears("refer.offer")
    assert [one.state for one in rows(her)] == ["asked"]
    her.taps(LIBRARY.text(language, "refer.yes")).hears("refer.thanks")
    assert acts(last(her, "form:")) == [f"refer_not_taken:{id_of(her)}"]
    confirmed(her).hears()
    assert acts(last(her, "form:"))[0] == f"refer_send:{id_of(her)}"
    her.desk_taps(f"refer_send:{id_of(her)}")
    (card,) = her.unheard
    assert card.startswith(LIBRARY.text(language, "push.person"))
    service = LIBRARY.directory.service(HDO)
    assert service is not None
    for words in ("Madina (made up)", "Tuesday, 10 to 12", service.name[language], service.what[language]):
        assert words in card
    her.quietly().delivered(77)
    sent = id_of(her)
    her.is_due(f"refer_after:{sent}")
    while her.unheard == []:
        her.is_due(f"refer_after:{sent}")
    her.hears("push.answer").taps(LIBRARY.text(language, "push.open")).hears("refer.after")
    her.taps(LIBRARY.text(language, "refer.went_not")).hears("refer.why")
    assert her.person.profile.referred == ()
    her.taps(LIBRARY.text(language, "refer.why.far")).hears("refer.person")
    her.taps(LIBRARY.text(language, "safety.no")).hears("refer.alright")
    final = rows(her)[-1]
    assert (final.need, final.place, final.region, final.district) == ("low_mood", HDO, "dushanbe", "sino")
    assert (final.state, final.why, final.id) == ("missed", "far", sent)
    assert final.ended_at is not None
    assert f"refer_after:{sent}" not in her.kept.due
    case = her.case
    assert case is not None
    why = tell("refer.why.far")
    got_not = tell("refer.got_not", number=case.number, name=service.name["ru"], why=why)
    assert got_not in her.desk_sees(f"desk:case:{case.number}")


def test_who_got_there_is_told_so_and_leaves_the_row_alone() -> None:
    her = asked(taken()).quietly().taps("Yes, please ask").quietly()
    confirmed(her).desk_taps(f"refer_send:{id_of(her)}").quietly()
    her.is_due(f"refer_after:{id_of(her)}")
    if not her.unheard:
        her.is_due(f"refer_after:{id_of(her)}")
    her.hears("push.answer").taps("Open").hears("refer.after").taps("Yes, it did").hears("refer.glad")
    assert (rows(her)[-1].state, rows(her)[-1].why) == ("arrived", "")
    assert her.person.profile.referred == ()


def test_a_no_passes_nothing_on() -> None:
    her = asked(taken()).hears("refer.offer").taps("No, not this").hears("refer.left")
    assert rows(her)[-1].state == "declined"
    assert her.person.profile.referred == ()
    assert not [send for send in her.at_desk if send.slot.startswith("form:")]


def test_a_place_that_does_not_take_her_is_noted_and_she_is_not_told() -> None:
    her = asked(taken()).quietly().taps("Yes, please ask").quietly()
    her.desk_taps(f"refer_not_taken:{id_of(her)}").hears()
    assert rows(her)[-1].state == "refused"
    assert her.person.profile.referred == ()


def test_where_nothing_fits_only_the_map_learns_of_it() -> None:
    her = taken().desk_taps("refer").desk_taps("refer_need:money").desk_taps("refer_none_fits:5").hears()
    (row,) = rows(her)
    assert (row.need, row.state, row.place) == ("money", "nowhere", "")
    assert her.person.profile.referred == ()


# -- the rules of reaching her -------------------------------------------------------------------------------------


def test_when_she_is_not_writing_the_question_knocks_first() -> None:
    her = asked(taken().waits(hours=1)).hears()
    assert her.effects
    ask = f"refer_ask:{id_of(her)}"
    assert her.kept.due[ask][0] >= her.now
    her.is_due(ask)
    if not her.unheard:
        her.is_due(ask)
    her.hears("push.answer").taps("Open").hears("refer.offer")


def test_the_card_waits_behind_a_knock_when_she_is_not_writing() -> None:
    her = asked(taken()).quietly().taps("Yes, please ask").quietly().waits(hours=1)
    confirmed(her).desk_taps(f"refer_send:{id_of(her)}").hears()
    assert len(her.held) == 1
    her.is_due("late").hears("push.answer").taps("Open")
    assert "Madina (made up)" in her.unheard[0]


def test_she_is_not_asked_while_she_wants_quiet() -> None:
    her = taken().says("stop").quietly()
    asked(her.waits(minutes=1)).hears()
    assert her.person.profile.referred == ()
    assert rows(her) == []


def test_a_stop_after_the_question_was_planned_ends_it() -> None:
    her = asked(taken().waits(hours=1)).hears()
    ask = f"refer_ask:{id_of(her)}"
    her.says("stop").quietly().is_due(ask).hears()
    assert rows(her)[-1].state == "unreached"
    assert her.person.profile.referred == ()


def test_an_unanswered_question_ends_by_itself() -> None:
    her = asked(taken()).quietly().taps("Yes, please ask").quietly()
    confirmed(her).desk_taps(f"refer_send:{id_of(her)}").quietly()
    after = f"refer_after:{id_of(her)}"
    for _ in range(3):
        if after in her.kept.due:
            her.is_due(after)
    assert rows(her)[-1].state == "unknown"
    assert not [place for place in her.kept.places if place.flow == "refer_after"]


def test_fear_brings_a_person_though_the_case_is_closed() -> None:
    her = asked(taken()).quietly().taps("Yes, please ask").quietly()
    confirmed(her).desk_taps(f"refer_send:{id_of(her)}").quietly()
    her.desk_closes().quietly()
    assert her.case is None
    after = f"refer_after:{id_of(her)}"
    her.is_due(after)
    if not her.unheard:
        her.is_due(after)
    her.hears("push.answer").taps("Open").quietly().taps("Not yet, or no").quietly().taps("Not allowed to go")
    assert her.case is not None
    assert (her.case.level, her.case.category) == ("concern", "referral")


def test_a_yes_after_the_case_was_closed_opens_one() -> None:
    her = asked(taken()).quietly().desk_closes().quietly()
    assert her.case is None
    her.taps("Yes, please ask").hears("refer.thanks")
    assert her.case is not None
    her.desk_taps("take").desk_taps("refer")
    assert f"refer_form:{id_of(her)}" in acts(last(her, "refer:"))


# -- what cannot go wrong ------------------------------------------------------------------------------------------


def test_the_card_cannot_go_before_all_is_confirmed() -> None:
    her = asked(taken()).quietly()
    her.desk_taps(f"refer_send:{id_of(her)}").desk_taps(f"refer_takes:{id_of(her)}").hears()
    her.taps("Yes, please ask").quietly()
    her.desk_taps(f"refer_send:{id_of(her)}").desk_taps(f"refer_takes:{id_of(her)}").hears()
    her.desk_says("Madina (made up)", quoting=form(her)).desk_taps(f"refer_send:{id_of(her)}").hears()
    her.desk_says("Tuesday", quoting=form(her)).desk_taps(f"refer_send:{id_of(her)}").hears()
    assert her.person.profile.referred[0].state == "agreed"


def test_a_third_reply_to_the_form_is_kept_nowhere_and_said_so() -> None:
    her = asked(taken()).quietly().taps("Yes, please ask").quietly()
    confirmed(her)
    her.desk_says("she is a difficult one", quoting=form(her)).hears()
    assert her.case is not None
    assert tell("refer.full", number=her.case.number) in her.desk_sees(f"desk:case:{her.case.number}")
    her.desk_taps(f"refer_send:{id_of(her)}")
    assert "difficult" not in "".join(her.unheard)


def test_a_long_text_is_not_taken_for_a_name() -> None:
    her = asked(taken()).quietly().taps("Yes, please ask").quietly()
    her.desk_says("x" * (referral.LONGEST + 1), quoting=form(her)).hears()
    assert her.person.profile.referred[0].who == ""


def test_all_buttons_fit_and_forged_ones_do_nothing() -> None:
    her = taken()
    for act in (
        "refer_need:nothing", "refer_place:9.hdo", "refer_place:x", "refer_ask_her:1.un_women", "refer_ask_her:1",
        "refer_send:1", "refer_takes:x", "refer_ask_her:1.no_such", "refer_", "refer_form:²",
    ):  # fmt: skip
        her.desk_taps(act).hears()
        assert her.person.profile.referred == ()
    for need in range(len(get_args(Need))):
        her.desk_taps("refer").desk_taps(f"refer_need:{directory.NEEDS[need]}")
        shown = last(her, "refer:").message
        assert all(len(key.data.encode()) <= 64 and len(key.label) <= 22 for row in shown.buttons for key in row)


def test_a_stranger_does_nothing_here() -> None:
    her = taken().desk_taps("refer", by=Staff(id=5, name="Nobody")).hears()
    assert her.records[-1] == "refused:refer"


def test_the_same_place_is_asked_about_once_and_three_at_most() -> None:
    her = asked(asked(taken())).quietly()
    assert len(her.person.profile.referred) == 1
    for place in ("open_hearts", "korvoni_umed", "family_physicians"):
        asked(her, MOOD, place)
    assert len(her.person.profile.referred) == MOST_AT_ONCE


def test_a_question_planned_for_long_ago_gives_up() -> None:
    her = asked(taken().waits(hours=1)).quietly()
    ask = f"refer_ask:{id_of(her)}"
    her.now += timedelta(days=61)
    her.is_due(ask).hears()
    assert rows(her)[-1].state == "unreached"


def test_words_for_a_form_that_is_over_go_nowhere_and_that_is_said() -> None:
    her = asked(taken()).quietly().taps("Yes, please ask").quietly()
    over = form(her)
    her.desk_taps(f"refer_not_taken:{id_of(her)}").desk_says("a name", quoting=over).hears()
    assert her.case is not None
    assert her.desk_sees(f"desk:case:{her.case.number}")[-1] == tell("refer.gone")
    her.desk_closes().quietly().desk_says("a name", quoting=over).hears()
    assert her.desk_sees("desk:cases")[-1] == tell("refer.gone")


def test_a_place_whose_number_was_checked_has_it_on_the_card_and_a_warning_is_there() -> None:
    her = asked(taken(), MOOD, "myad").quietly().taps("Yes, please ask").quietly()
    on = numbers.today(her.desk_set, her.now)
    number = Number(id="made_up", number="100", name={}, service="myad", verified=Verified(by="Made Up", on=on))
    her.library = structs.replace(her.library, numbers=(*her.library.numbers, number))
    confirmed(her).desk_taps(f"refer_send:{id_of(her)}")
    (card,) = her.unheard
    assert LIBRARY.text("en", "refer.phone", phones="100") in card
    assert LIBRARY.text("en", "refer.careful.clinic") in card


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
def test_what_lights_up_on_a_phone_others_hold_says_nothing(language: str) -> None:
    her = asked(
        taken(language, shared=True, knocks=True).waits(hours=1), directory.NEEDS.index("violence"), "korvoni_umed"
    )
    ask = f"refer_ask:{id_of(her)}"
    her.is_due(ask)
    if not her.unheard:
        her.is_due(ask)
    her.hears("push.answer").taps(LIBRARY.text(language, "push.open"))
    (offer,) = her.unheard
    name = LIBRARY.directory.service("korvoni_umed")
    assert name is not None
    assert name.name[language] not in offer[:60]
