"""The menu on both kinds of phone, and settings: every item changes what it says and nothing else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from content.check import Checks
from content.library import HERE
from content.tree import Tree, open_as
from flows import commands, consent, menu, settings, wishes
from flows.effects import Schedule
from flows.events import Tapped
from flows.model import Message, Person, Profile
from flows.programme import calendar
from flows.react import FLOWS
from tests.talk import LIBRARY, MORNING, Her, to_her

LANGUAGES = [language.code for language in LIBRARY.languages if language.live]
TOLD = Profile(
    adult=True,
    consent=consent.CONSENT,
    days=(0, 2, 4),
    part="evening",
    programme="mums",
    week=2,
    child="2025-09",
    district="sino",
)


def member(language: str = "en", **changes: Any) -> Her:
    fields = set(Person.__struct_fields__)
    hers = {name: value for name, value in changes.items() if name in fields}
    profile = structs.replace(TOLD, **{name: value for name, value in changes.items() if name not in fields})
    given = {"id": 1 << 40, "state": "active", "role": "mother", "stage": "child", "region": "dushanbe", "talks": 1}
    her = Her(person=Person(**(given | {"language": language, "profile": profile} | hers)))
    her.kept.due["session"] = (calendar.next_push(her.person, her.now), "")
    return her


def label(her: Her, key: str) -> str:
    return her.library.text(her.person.language, key)


def typed_number(her: Her, wanted: str) -> str:
    """The number that stands for a button's label on the last screen."""
    labels = [button.label for row in last(her).buttons for button in row]
    return str(labels.index(wanted) + 1)


def last(her: Her) -> Message:
    return to_her(her.effects)[-1].message


# -- the menu ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("item", [*menu.ITEMS, *menu.NEUTRAL])
def test_a_label_of_any_language_is_understood_on_any_phone(item: str, language: str) -> None:
    said = LIBRARY.text(language, f"menu.{item}")
    assert menu.meant(LIBRARY, f" {said.upper()}! ") == menu.NEUTRAL.get(item, item)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", menu.SPOKEN)
def test_every_bare_word_of_every_language_means_one_thing(name: str, language: str) -> None:
    for word in LIBRARY.text(language, f"words.{name}").split("|"):
        assert menu.meant(LIBRARY, word) == name, word


def risks(language: str) -> re.Pattern[str]:
    checks = open_as(Tree(HERE), HERE / "checks.yaml", Checks)
    assert checks is not None
    return re.compile(rf"\b(?:{'|'.join(checks.languages[language].risk)})\w*")


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_shared_phone_menu_and_commands_are_neutral(language: str) -> None:
    her = member(language, shared=True).says("/menu")
    said = [key for row in last(her).keys or () for key in row]
    assert said == [LIBRARY.text(language, f"menu.{item}") for item in menu.NEUTRAL]
    said += [words for _, words in commands.listed(LIBRARY, language, commands.SHARED + commands.EVERYWHERE)]
    assert not [words for words in said if risks(language).search(words.casefold())]


def test_the_neutral_labels_open_the_same_things() -> None:
    her = member(shared=True, week=1)
    her.says("My page").hears("week.first")
    her.says("Ask").hears("menu.choose").taps("Help now").hears("help.now")
    her.says("Ask").hears("menu.choose").says("1").hears("person.ask").taps("Not now").quietly()
    her.says("More").hears("menu.choose").taps("How I feel").hears("pulse.ask")
    her.says("More").hears("menu.choose").says("Settings").hears("settings.ask")


def test_screens_do_not_pile_up() -> None:
    her = member(shared=True)
    for _ in range(9):
        her.says("Ask").says("Settings").quietly()
    assert sorted(place.flow for place in her.kept.places) == ["settings"]


@pytest.mark.parametrize(("changes", "line"), [({}, "Ask me first: Yes"), ({"knocks": False}, "Ask me first: No")])
def test_whether_pages_ask_first_stands_above_what_changes_it(changes: dict[str, Any], line: str) -> None:
    her = member(**changes).says("Settings").taps("Phone and language")
    assert line in her.transcript[-1]
    shared = member(**changes, shared=True).says("Settings").taps("Phone and language")
    assert "Ask me first" not in shared.transcript[-1]


def test_other_words_are_no_miss_on_a_screen() -> None:
    her = member().says("Settings").hears("settings.ask")
    her.says("today we made bread").hears("said.bot")


def test_what_is_not_there_is_answered_with_the_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(menu.COMMANDS, "/nothing", "nothing")
    her = member().says("/nothing").hears("menu.below")
    assert last(her).keys


def test_words_about_dying_come_before_any_word_of_the_menu() -> None:
    member().says("I don't want to live any more").hears("safety.ask")
    member().says("бас, хватит жить, не хочу больше жить").hears("safety.ask")


def test_without_a_programme_she_is_met_with_the_menu() -> None:
    her = member(programme="", week=0, joined_at=MORNING)
    her.says("/start").hears("menu.here")
    assert last(her).keys
    her.leaves().returns().says("stop").quietly()
    her.says("/start").hears("menu.here")
    assert her.person.state == "active"


# -- settings ----------------------------------------------------------------------------------------------------

CHANGES: dict[str, tuple[str, list[str], dict[str, Any], str]] = {
    "days": ("when", ["days.tue"], {"days": (1, 3, 5)}, "settings.done_when"),
    "part": ("when", ["part.morning"], {"part": "morning", "hours": None}, "settings.done_when"),
    "hours": ("when", ["=From 9 to 12"], {"hours": (9, 12)}, "settings.done_when"),
    "zone": ("when", ["settings.zone_away", "=Moscow"], {"zone": "Europe/Moscow"}, "settings.done_when"),
    "language": ("phone", ["=Русский"], {"language": "ru"}, "settings.done_language"),
    "shared": ("phone", ["phone.shared"], {"shared": True, "knocks": True}, "settings.done_shared"),
    "knocks": ("phone", ["word.no"], {"knocks": False}, "settings.done_no_knocks"),
    "who": (
        "us",
        ["role.grandmother", "alone.no", "word.yes"],
        {"role": "grandmother", "programme": "grandmothers", "week": 1, "told_end": False},
        "settings.done",
    ),
    "child": ("us", ["=2026", "month.2"], {"child": "2026-02"}, "settings.done"),
    "pace": ("us", ["word.yes"], {"own_pace": True}, "settings.done"),
    "home": ("us", ["=Sughd", "=Khujand"], {"region": "sughd", "district": "khujand"}, "settings.done"),
}
"""The group an item stands in, what she chooses, what changes, what she is told."""


@pytest.mark.parametrize("by", ["tap", "number", "words"])
@pytest.mark.parametrize("item", CHANGES)
def test_every_item_changes_what_it_says_and_nothing_else(item: str, by: str) -> None:
    group, choices, changes, told = CHANGES[item]
    her = member()
    before, planned = her.person, her.kept.due["session"]
    her.says("Settings")
    for key in (f"settings.{group}", f"settings.{item}", *choices):
        wanted = key[1:] if key.startswith("=") else label(her, key)
        her.quietly()
        her.taps(wanted) if by == "tap" else her.says(typed_number(her, wanted) if by == "number" else wanted)
    her.hears(told)
    wanted_fields = {name: changes.get(name, value) for name, value in plainly(before).items()}
    assert plainly(her.person) == wanted_fields | {"talks": her.person.talks, "heard_at": her.person.heard_at}
    moved = told == "settings.done_when"
    assert her.kept.due["session"] == ((calendar.next_push(her.person, her.now), "") if moved else planned)
    assert not her.kept.places


def test_months_may_be_typed_by_their_own_number_and_every_item_is_tried() -> None:
    assert CHANGES.keys() == settings.ITEMS.keys()


def plainly(person: Person) -> dict[str, Any]:
    fields = {name: getattr(person, name) for name in person.__struct_fields__ if name != "profile"}
    return fields | structs.asdict(person.profile)


@pytest.mark.parametrize("changed", [{"state": "stopped"}, {"paused_until": MORNING + timedelta(days=3)}])
def test_who_asked_for_quiet_is_not_planned_anew(changed: dict[str, Any]) -> None:
    her = member(**changed)
    her.kept.due.clear()
    her.says("/settings").taps("When pages come").taps("Days").taps("Tue, Thu, Sat").quietly()
    assert her.person.profile.days == (1, 3, 5)
    assert not her.kept.due
    assert to_her(her.effects)[-1].message.text == label(her, "settings.done")


def test_own_hours_are_the_only_safe_ones_until_she_takes_them_back() -> None:
    her = member()
    her.says("/settings").taps("When pages come").taps("My own hours").taps("From 9 to 12").quietly()
    her.is_due("session")
    assert her.now.astimezone(her.person.tz).hour in {9, 10, 11}
    her.says("/settings").taps("When pages come").quietly()
    assert "My own hours: From 9 to 12" in last(her).text
    her.taps("My own hours").taps('As in "Time of day"')
    assert her.person.profile.hours is None
    assert her.kept.due["session"][0].astimezone(her.person.tz).hour in {16, 17, 18, 19}


def test_one_screen_edited_in_place_with_a_way_back() -> None:
    her = member().says("/settings")
    (screen,) = to_her(her.effects)
    her.taps("When pages come").taps("Days").quietly()
    for back in ("settings.ask", "settings.ask"):
        her.taps("Back")
        (again,) = to_her(her.effects)
        assert (again.slot, again.edit) == (screen.slot, True)
        assert again.message.text.startswith(label(her, back))
    her.quietly().taps("Leave as it is").hears("settings.unchanged")
    assert not her.kept.places


def test_who_waits_for_a_child_again_says_when_and_who_is_young_gets_the_numbers() -> None:
    her = member().says("/settings").taps("About me").taps("Who I am").taps("Expecting a baby").quietly()
    her.taps("No").hears("join.due").taps("May").hears("join.young_help", "settings.done")
    assert (her.person.stage, her.person.profile.child, her.person.profile.programme) == (
        "expecting",
        "2026-05",
        "bumps",
    )
    assert (her.case and her.case.level, her.person.profile.adult) == ("watch", False)


def test_the_same_answer_keeps_her_week() -> None:
    her = member().says("/settings").taps("About me").taps("Who I am").taps("Mother").taps("Yes").quietly()
    assert (her.person.profile.programme, her.person.profile.week) == ("mums", 2)


def test_skipping_a_question_changes_nothing() -> None:
    her = member()
    before = her.person.profile
    her.says("/settings").taps("About me").taps("Child's birth month").taps("Skip").quietly()
    assert her.person.profile == before
    assert last(her).text == label(her, "settings.unchanged")


def test_an_older_screen_answers_kindly() -> None:
    her = member().says("/settings")
    old = her.keyboard["When pages come"]
    her.says("/settings").waits(minutes=1).quietly()
    her.taps_data(old).hears("tap.old_open", "settings.ask")
    her.taps("Leave as it is").waits(minutes=1).quietly()
    her.taps_data(old).hears("tap.old")


def test_the_language_is_one_word_away_and_the_keyboard_speaks_it() -> None:
    her = member().says("язык").quietly()
    her.taps("Тоҷикӣ").hears("settings.done_language")
    assert last(her).keys is not None
    assert next(key for row in last(her).keys for key in row) == LIBRARY.text("tg", "menu.week")


def test_a_phone_that_becomes_shared_says_what_changes_and_back() -> None:
    her = member().says("/settings").taps("Phone and language").taps("In whose hands it is").quietly()
    her.taps("Others hold it too").hears("settings.done_shared")
    assert last(her).keys == (("My page", "Ask", "More"),)
    her.says("More").taps("Settings").taps("Phone and language").quietly()
    labels = [button.label for row in last(her).buttons for button in row]
    assert label(her, "settings.knocks") not in labels
    her.taps("In whose hands it is").taps("Only in mine").quietly()
    assert her.person.profile.shared is False
    assert her.person.profile.knocks is True
    assert len(last(her).keys or ()) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_a_loss_nothing_speaks_of_a_child(language: str) -> None:
    her = (
        member(language, lost_at=datetime(2026, 2, 1, tzinfo=UTC))
        .says("/settings")
        .taps(LIBRARY.text(language, "settings.us"))
    )
    labels = {button.label for row in last(her).buttons for button in row}
    assert not labels & {LIBRARY.text(language, f"settings.{item}") for item in ("child", "programme")}


def test_only_what_exists_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wishes, "DOORS", ())
    her = member().says("/settings")
    assert "Privacy and data" not in her.keyboard
    monkeypatch.setattr(wishes, "DOORS", ("privacy",))
    her.says("/settings").taps("Privacy and data").quietly()
    assert [button.label for row in last(her).buttons for button in row] == ["Who sees what", "Back"]
    her.taps("Who sees what").hears("privacy.kept", "privacy.long", "privacy.rights")


def test_on_a_shared_phone_the_policy_promises_no_file() -> None:
    member(shared=True).says("/privacy").hears("privacy.kept", "privacy.long", "privacy.rights_shared")


def test_stop_is_there_too() -> None:
    her = member().says("/settings").taps("Make it quiet").quietly()
    her.taps("Stop everything").hears("stop.done")
    assert her.person.state == "stopped"
    assert not her.kept.due


def test_a_forged_choice_is_no_choice() -> None:
    her = member().says("/settings").quietly()
    talk = her.kept.places[0].talk
    for value in ("nothing", "delete", "", "days"):
        her._event(Tapped(talk=talk, question="group", value=value)).hears("tap.old_open", "settings.ask")


# -- commands ----------------------------------------------------------------------------------------------------


def test_commands_come_with_the_end_of_joining_and_with_what_changes_them() -> None:
    her = Her()
    her.says("/start")
    assert her.commands is None
    her.joins()
    assert her.commands == commands.listed(LIBRARY, "en", commands.OWN)
    her.commands = None
    her.says("/settings").taps("When pages come").taps("Days").taps("Tue, Thu, Sat").says("stop").says("/start")
    assert her.commands is None
    her.says("/language").taps("Русский")
    assert her.commands == commands.listed(LIBRARY, "ru", commands.OWN)
    her.says("/settings").taps("Телефон и язык").taps("В чьих руках телефон").taps("Берут и другие")
    assert her.commands == commands.listed(LIBRARY, "ru", commands.SHARED)
    assert not [effect for effect in her.effects if isinstance(effect, Schedule)]


def test_every_command_of_a_list_does_something_and_is_shown_in_its_order() -> None:
    for language in LANGUAGES:
        shown = {
            names: commands.listed(LIBRARY, language, names)
            for names in (commands.EVERYWHERE, commands.OWN, commands.SHARED)
        }
        assert {names: tuple(name for name, _ in pairs) for names, pairs in shown.items()} == {
            commands.EVERYWHERE: ("start", "help", "settings", "privacy", "stop"),
            commands.OWN: (
                *("week", "circle", "feel", "nearby", "person", "family", "help", "settings"),
                *("hide", "privacy", "data", "delete", "stop"),
            ),
            commands.SHARED: ("page", "ask", "more", "help", "hide", "stop"),
        }
        for names, pairs in shown.items():
            assert pairs == tuple((name, LIBRARY.text(language, f"command.{name}")) for name in names)
    assert commands.listed(LIBRARY, "en", ("nothing", "session", "late")) == ()


def test_what_is_opened_by_its_name_is_a_flow_and_begins_anew() -> None:
    for name in wishes.BY_NAME:
        assert name in FLOWS
        her = member()
        for _ in range(2):
            her.says(f"/{name}").quietly()
            assert [place.flow for place in her.kept.places] == [name]
        assert her.person.talks == member().person.talks + 2


def test_every_command_that_is_shown_is_understood() -> None:
    for name in {*commands.OWN, *commands.SHARED, *commands.EVERYWHERE}:
        assert menu.meant(LIBRARY, f"/{name}@diary_bot"), name
