"""The room of her circle: where her words go, what she is told of it, and what never goes there."""

from __future__ import annotations

import pytest
from msgspec import structs

from content.schema import Level
from flows.concern import Finding
from flows.effects import Send, Withhold, Write
from flows.events import Said
from tests.talk import Her

SAD = "I am so tired, I cry every day"


@pytest.fixture
def her() -> Her:
    """Her child is nine months old: in the first weeks after a birth words weigh more."""
    one = Her().joins().sits()
    one.kept.person = structs.replace(one.person, profile=structs.replace(one.person.profile, child="2025-06"))
    return one


def test_what_she_types_in_the_room_goes_to_the_circle_and_she_is_told_so_each_time(her: Her) -> None:
    her.says("/circle").hears("circle.room")
    her.says("Mine wakes five times a night", message=11).hears("circle.sent")
    her.says("And yours?", message=12).hears()
    assert her.wrote == ["Mine wakes five times a night", "And yours?"]


def test_outside_the_room_her_words_come_to_the_bot(her: Her) -> None:
    her.says("Mine wakes five times a night").hears("said.bot")
    her.says("/circle").says("/leave").hears("circle.room", "circle.left")
    her.says("Mine wakes five times a night").hears("said.bot")
    assert her.wrote == []


def test_a_reply_to_a_post_goes_to_the_circle_from_wherever_she_writes(her: Her) -> None:
    her.is_brought("Who sleeps at all?").quietly()
    her.replies(1, "Nobody here").hears("circle.sent_outside")
    assert her.wrote == ["Nobody here"]
    assert next(one for one in her.to_circle if isinstance(one, Write)).answers == 1


def test_a_reply_to_the_bot_never_goes_to_the_circle_and_she_is_told(her: Her) -> None:
    her.says("/circle").quietly().answers_bot("What is this?").hears("circle.not_sent")
    assert her.wrote == []


def test_a_label_a_command_and_a_button_never_go_to_the_circle(her: Her) -> None:
    her.says("/circle").quietly().says("How I feel").hears("pulse.ask", "circle.out")
    her.says("/circle").quietly().says("/nonsense").hears("circle.no_command")
    her.says("Close the room").hears("circle.left")
    assert her.wrote == []


def test_a_question_that_comes_before_her_takes_her_out_of_the_room(her: Her) -> None:
    her.says("/circle").quietly().says("/contact")
    assert her.unheard[-1] == her.library.text("en", "circle.out")
    her.quietly().says("Sunday at my sister's")
    assert her.wrote == []
    assert her.person.profile.room_until is None


def test_words_of_the_desk_take_her_out_of_the_room(her: Her) -> None:
    her.says(SAD).desk_taps("take").says("/circle").quietly()
    assert her.case is not None
    her.desk_says("How is it today?", quoting=f"hers:{her.case.number}:1")
    assert her.unheard[-1] == her.library.text("en", "circle.out")
    her.quoted = ""
    her.quietly().says("Bad, but do not tell anybody")
    assert her.wrote == []
    assert her.kept.lines[-1].text == "Bad, but do not tell anybody"


def test_the_room_closes_after_an_idle_hour_and_the_next_words_are_asked_about(her: Her) -> None:
    her.says("/circle").quietly().waits(minutes=59).says("Still here").waits(minutes=59).says("And now")
    her.quietly().waits(minutes=61).says("Anybody?").hears("circle.astray").taps("No").quietly()
    her.says("Hello").hears("said.bot")
    assert her.wrote == ["Still here", "And now"]


def test_on_a_shared_phone_it_closes_after_ten_minutes_and_the_next_words_are_asked_about(her: Her) -> None:
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, shared=True))
    her.says("/circle").quietly().waits(minutes=11).says("Anybody?").hears("circle.astray")
    assert her.wrote == []


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("photo", "circle.no_picture"),
        ("voice", "circle.no_voice"),
        ("document", "circle.no_file"),
        ("contact", "circle.no_contact"),
        ("location", "circle.no_place"),
        ("sticker", "circle.no_sticker"),
        ("dice", "circle.no_sticker"),
        ("poll", "circle.no_poll"),
        ("story", "circle.no_story"),
        ("gift", "circle.no_other"),
    ],
)
def test_only_words_are_passed_on(her: Her, what: str, told: str) -> None:
    her.says("/circle").quietly().shows(what).hears(told)
    assert her.to_circle == []


@pytest.mark.parametrize(
    ("more", "told"),
    [({"forwarded": True}, "circle.no_forward"), ({"quote": True}, "circle.no_quote")],
)
def test_words_that_are_not_hers_are_not_passed_on(her: Her, more: dict[str, bool], told: str) -> None:
    her.says("/circle").quietly().says("A good recipe", **more).hears(told)
    assert her.wrote == []


@pytest.mark.parametrize(
    ("text", "entities", "kind"),
    [
        ("Call me, 90 123 45 67", (), "phone"),
        ("It is on t.me/somewhere", (), "link"),
        ("I am @zarina_made_up there", (), "handle"),
        ("It is on example", ("text_link",), "link"),
    ],
)
def test_a_trace_is_held_and_she_hears_why(her: Her, text: str, entities: tuple[str, ...], kind: str) -> None:
    her.says("/circle").quietly().says(text, entities=entities).hears(f"circle.held_{kind}")
    assert her.wrote == [f"{kind}: {text.replace('@zarina_made_up ', '')}"]


def test_sorrow_passes_and_the_desk_sees_it_too(her: Her) -> None:
    her.says("/circle").says("Hello").quietly().says(SAD, message=13)
    assert her.wrote == ["Hello", SAD]
    assert her.case is not None
    assert her.case.level in {"watch", "concern"}
    assert len(her.unheard) <= 3


def test_words_that_bring_a_question_are_confirmed_before_she_hears_where_the_next_ones_go(her: Her) -> None:
    her.says("/circle").quietly().says("I am a bad mother and I feel worthless", message=13)
    receipt = her.library.text("en", "circle.sent_again", flower=her.library.text("en", "flower.tulip"))
    assert her.unheard[:2] == [receipt, her.library.text("en", "circle.out")]
    assert len(her.unheard) == 3, "and the question"
    her.quietly().taps("No").quietly().says("/circle").quietly().says("Thank you", message=14).hears("circle.sent")


def test_on_a_shared_phone_no_sign_is_promised(her: Her) -> None:
    her.kept.person = structs.replace(her.person, profile=structs.replace(her.person.profile, shared=True))
    her.says("/circle").quietly()
    her.says("Hello", message=11).hears("circle.sent_again").says("Again", message=12).hears("circle.sent_again")


def test_red_words_are_answered_first_and_held(her: Her) -> None:
    her.says("/circle").quietly().says("I want to kill myself tonight")
    assert her.wrote == ["red: I want to kill myself tonight"]
    assert her.case is not None
    assert her.unheard[-2] == her.library.text("en", "circle.held_red")
    assert len(her.unheard) > 2, "first the help, last the question"
    her.quietly().says("Yes I have the pills here")
    assert her.wrote == ["red: I want to kill myself tonight"]


@pytest.mark.parametrize("was", ["urgent", "now"])
def test_what_the_second_ear_took_from_red_is_held_as_red(her: Her, was: Level) -> None:
    her.says("/circle").quietly()
    lowered = Finding("concern", "partner_violence", "en.made_up", "en", ((0, 2),), was=was)
    her._event(Said(text="He fell and we laughed", finding=lowered))
    assert her.wrote == ["red: He fell and we laughed"]
    her.quietly().says("/circle").quietly()
    her._event(Said(text="He fell and we laughed", finding=structs.replace(lowered, was=None)))
    assert her.wrote[1:] == ["He fell and we laughed"]


def test_red_words_in_a_reply_are_held_too(her: Her) -> None:
    her.is_brought("How are you all?").quietly().replies(1, "I want to kill myself tonight")
    assert her.wrote == ["red: I want to kill myself tonight"]


def test_words_in_an_open_case_go_to_the_desk_and_to_the_circle(her: Her) -> None:
    her.says("/circle").says(SAD).quietly().says("/circle").says("Thank you, Rose").quietly()
    assert her.wrote[-1] == "Thank you, Rose"
    assert "Thank you, Rose" in [line.text for line in her.kept.lines]


def test_many_words_leave_a_little_later_and_she_is_told_once_what_happens(her: Her) -> None:
    her.says("/circle").quietly()
    for at in range(5):
        her.says(f"line {at}").quietly()
    her.says("line 5").hears("circle.slow")
    last = her.to_circle[-1]
    assert isinstance(last, Write)
    assert (last.at - her.now).total_seconds() > 60


def test_an_edit_goes_out_anew_and_is_screened(her: Her) -> None:
    her.is_brought("I am here", flower="tulip")
    seat = her.kept.seat
    assert seat is not None
    her.kept.seat = structs.replace(seat, quoted=seat.recent[0])
    her.quoted = "post:7:1"
    her.says("I am here, call 90 123 45 67", message=11, edited=True).hears("circle.held_phone")
    last = her.to_circle[-1]
    assert isinstance(last, Write)
    assert (last.edits, last.why) == (1, "phone")


def test_a_resting_circle_passes_nothing_on_and_says_so(her: Her) -> None:
    her.circle_is(state="resting").says("/circle").hears("circle.room_resting")
    her.says("Hello").hears("circle.no_resting")
    assert her.wrote == []


def test_stop_and_hide_close_the_room(her: Her) -> None:
    her.says("/circle").says("stop").quietly()
    assert her.person.profile.room_until is None
    assert any(isinstance(one, Withhold) for one in her.to_circle)
    her.says("/start").says("/circle").says("/hide").quietly()
    assert her.person.profile.room_until is None


def test_nothing_she_is_told_of_a_post_repeats_her_words(her: Her) -> None:
    her.says("/circle").quietly().says("Kulolahuta and 90 123 45 67").quietly()
    texts = [one.message.text for one in her.effects if isinstance(one, Send)]
    assert texts
    assert not [text for text in texts if "Kulolahuta" in text]
