"""Talking to her: what goes, how it arrives, and what the desk is told of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from flows.desk import reopening, replies, saved
from flows.desk.cases import alert
from flows.desk.taps import card
from flows.effects import CASES, React, Send
from flows.events import Delivered
from flows.model import Arrival, Desk, Scene
from flows.programme import calendar
from tests.talk import GULRU, LIBRARY, Her

DESPAIR = "I don't want to live any more"
HELLO = "I am here, and I have time for you."
NOTE = "She is the one from Tuesday, ring her aunt"
VOICE = {"file": "voice:AwAC7"}
PHOTO = {"file": "photo:AgAC7"}


@pytest.fixture
def her() -> Her:
    """Her red case is taken; the last she did was writing."""
    return Her().joins().says(DESPAIR).desk_taps("take").quietly()


def number(her: Her) -> int:
    assert her.case is not None
    return her.case.number


def hers(her: Her) -> str:
    return f"hers:{number(her)}:1"


def topic(her: Her) -> list[str]:
    """What stands in the topic of her case, but for the card."""
    to = f"desk:case:{number(her)}"
    return [send.message.text for send in her.at_desk if send.to == to and not send.slot.startswith("card:")]


def desk_text(key: str, **variables: object) -> str:
    return LIBRARY.text("ru", key, **variables)


def late(her: Her) -> Her:
    """Her window is over, at an hour that is not safe."""
    return her.is_due("arrives")


def waiting(her: Her) -> int:
    assert her.case is not None
    return len(her.case.matter.waiting)


def card_now(her: Her) -> str:
    return [send.message.text for send in her.at_desk if send.slot == f"card:{number(her)}"][-1]


# -- words, voice, photo -------------------------------------------------------------------------------------------


def test_a_reply_goes_after_a_neutral_line_and_its_receipt_is_a_reaction(her: Her) -> None:
    her.desk_says(HELLO, quoting=hers(her), message=501)
    (heard,) = her.unheard
    assert heard == f"{LIBRARY.text('en', 'push.person')}\n\n{HELLO}"
    her.delivered(501)
    (mark,) = [effect for effect in her.effects if isinstance(effect, React)]
    assert (mark.message, mark.emoji) == (501, "👍")
    her.delivered(501, failed=True)
    assert topic(her)[-1] == desk_text("desk.failed")


@pytest.mark.parametrize(("what", "shown"), [("voice", VOICE), ("photo", PHOTO)])
def test_a_voice_note_or_a_photo_goes_to_her_as_words_do(her: Her, what: str, shown: dict[str, str]) -> None:
    her.desk_shows(what, "for you", quoting=hers(her), message=502, **shown)
    (heard,) = [effect for effect in her.effects if isinstance(effect, Send) and effect.to == "her"]
    assert heard.message.file == shown["file"]
    assert heard.message.text == f"{LIBRARY.text('en', 'push.person')}\n\nfor you"
    assert (heard.receipt, heard.held) == (502, False)
    line = her.kept.lines[-1]
    assert (line.voice, line.file, line.text) == ("ours", shown["file"], "for you")
    assert her.records[-1] == "replied"


def test_a_voice_note_is_held_and_knocks_exactly_as_words_are(her: Her) -> None:
    late(her).desk_shows("voice", quoting=hers(her), message=503, **VOICE).hears()
    assert [send.message.file for send in her.held] == [VOICE["file"]]
    her.is_due("late").hears("push.answer").taps("Open")
    assert her.unheard[0] == LIBRARY.text("en", "push.person")


@pytest.mark.parametrize("what", ["video_note", "document", "sticker", "location", "contact"])
def test_what_else_is_shown_is_not_sent_and_says_so(her: Her, what: str) -> None:
    her.desk_shows(what, quoting=hers(her), file=f"{what}:x").hears()
    assert topic(her)[-1] == desk_text("replies.not_this")


def test_before_take_a_voice_note_goes_nowhere() -> None:
    her = Her().joins().says(DESPAIR).quietly()
    her.desk_shows("voice", quoting=f"alert:{number(her)}", **VOICE).hears()
    assert her.held == []
    assert her.at_desk[-1].message.text == desk_text("desk.take_first", number=number(her))


def test_what_would_not_fit_into_one_message_is_not_sent(her: Her) -> None:
    her.desk_says("a" * (replies.LONGEST + 1), quoting=hers(her)).hears()
    assert topic(her)[-1] == desk_text("replies.too_long")
    her.desk_shows("photo", "я" * (replies.LONGEST_CAPTION + 1), quoting=hers(her), **PHOTO).hears()
    her.desk_says("a" * replies.LONGEST, quoting=hers(her))
    assert len(her.unheard) == 1


def test_a_reply_that_could_not_be_sent_in_time_is_told_to_knock_first(her: Her) -> None:
    her.desk_says(HELLO, quoting=hers(her), message=501)
    her._event(Delivered(message=501, held=True))
    assert topic(her)[-1] == desk_text("replies.held_back")
    assert waiting(her) == 1
    her._event(Delivered(message=501, held=True))
    assert waiting(her) == 1
    her.delivered(501)
    assert waiting(her) == 0


def test_whoever_asked_to_be_forgotten_is_only_answered_while_she_writes(her: Her) -> None:
    profile = structs.replace(her.person.profile, delete_at=her.now + timedelta(hours=24))
    her.kept.person = structs.replace(her.person, profile=profile)
    her.desk_says(HELLO, quoting=hers(her))
    assert len(her.unheard) == 1
    her.quietly().waits(minutes=31).desk_says(HELLO, quoting=hers(her)).hears()
    assert topic(her)[-1] == desk_text("replies.not")
    assert her.held == []


@pytest.mark.parametrize("language", ["tg", "ru", "en"])
def test_what_stands_on_a_button_fits_on_one(language: str) -> None:
    texts = LIBRARY.texts[language]
    acts = [*reopening.ACTS, *saved.ACTS, "saved_back"]
    labels = [str(texts[f"desk.act.{act}"]) for act in acts] + [str(texts[f"saved.title.{id}"]) for id in saved.IDS]
    assert [label for label in labels if len(label) > 22] == []


# -- edits ---------------------------------------------------------------------------------------------------------


def replied(her: Her) -> str:
    """The reply as it stands on her phone."""
    return her.standing["reply:501"]


def test_an_edit_changes_the_message_on_her_phone_and_has_a_receipt_of_its_own(her: Her) -> None:
    her.desk_says("Come tomorow", quoting=hers(her), message=501).delivered(501).quietly()
    her.desk_says("Come tomorrow", quoting=hers(her), message=501, edited=True).hears()
    assert replied(her).endswith("Come tomorrow")
    her.delivered(501, edited=True)
    (mark,) = [effect for effect in her.effects if isinstance(effect, React)]
    assert (mark.message, mark.emoji) == (501, "✍")
    her.delivered(501, edited=True, failed=True)
    assert topic(her)[-1] == desk_text("replies.edit_missed")


def test_an_edit_of_what_waits_for_her_changes_what_waits(her: Her) -> None:
    late(her).desk_says("Come tomorow", quoting=hers(her), message=501)
    her.desk_says("Come tomorrow", quoting=hers(her), message=501, edited=True).hears()
    assert [send.message.text.endswith("Come tomorrow") for send in her.held] == [True]
    assert waiting(her) == 1


def test_an_edit_that_changes_no_word_does_nothing(her: Her) -> None:
    her.desk_says(HELLO, quoting=hers(her), message=501).quietly()
    her.desk_says(HELLO, quoting=hers(her), message=501, edited=True).hears()
    assert her.effects == []


def test_an_edit_of_a_reply_that_never_went_does_not_go(her: Her) -> None:
    her.desk_says(HELLO, quoting=hers(her), message=999, edited=True).hears()
    assert topic(her)[-1] == desk_text("replies.edit_of_nothing")
    assert her.held == []


def test_after_stop_an_edit_stays_and_says_so(her: Her) -> None:
    her.desk_says(HELLO, quoting=hers(her), message=501).quietly().says("stop").quietly()
    her.desk_says("Something else", quoting=hers(her), message=501, edited=True).hears()
    assert topic(her)[-1] == desk_text("replies.not")
    assert replied(her).endswith(HELLO)


def test_while_others_see_her_screen_nothing_changes_on_it(her: Her) -> None:
    her.desk_says(HELLO, quoting=hers(her), message=501).quietly()
    profile = structs.replace(her.person.profile, overlooked_until=her.now + timedelta(hours=1))
    her.kept.person = structs.replace(her.person, profile=profile)
    her.desk_says("Something else", quoting=hers(her), message=501, edited=True).hears()
    assert topic(her)[-1] == desk_text("replies.edit_not_now")
    assert replied(her).endswith(HELLO)


def test_the_words_under_a_photo_can_be_changed(her: Her) -> None:
    her.desk_shows("photo", "ours", quoting=hers(her), message=501, **PHOTO).quietly()
    her.desk_shows("photo", "yours", quoting=hers(her), message=501, edited=True, **PHOTO).hears()
    assert replied(her).endswith("yours")


def test_another_photo_in_its_place_stays_and_says_so(her: Her) -> None:
    her.desk_shows("photo", "ours", quoting=hers(her), message=501, **PHOTO).quietly()
    her.desk_shows("photo", "ours", quoting=hers(her), message=501, edited=True, file="photo:AgAC8").hears()
    assert topic(her)[-1] == desk_text("replies.edit_file")


# -- notes ---------------------------------------------------------------------------------------------------------

PLACES = {
    "in the topic, to nobody": "",
    "to a line of the bot's own": "other",
    "to a question about a flag": "mark:{number}:1",
    "to the list of saved replies": "saved:{number}",
    "to the question about reopening": "reopen:{number}",
    "to her words of another case": "hers:99:1",
    "to the card of another case": "card:99",
    "to the alert of another case": "alert:99",
    "to a slot that only begins like hers": "hers:{number}9:1",
    "to a card whose number only begins so": "card:{number}9",
}
WAYS = ("says", "shows", "edits", "edits what was never sent", "edits a note of that number", "shows and edits")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("window", ["open", "over"])
def test_nothing_written_as_a_note_reaches_her(her: Her, place: str, way: str, window: str) -> None:
    if window == "over":
        late(her)
    quoting = PLACES[place].format(number=number(her))
    saved_for = {"message": 600}
    match way:
        case "says":
            her.desk_says(NOTE, quoting=quoting)
        case "shows":
            her.desk_shows("voice", NOTE, quoting=quoting, **VOICE)
        case "edits":
            her.desk_says("first", quoting=quoting, **saved_for).desk_says(
                NOTE, quoting=quoting, edited=True, **saved_for
            )
        case "edits what was never sent":
            her.desk_says(NOTE, quoting=quoting, message=601, edited=True)
        case "edits a note of that number":
            # The same number was a reply once, in a group that has since moved: its words are hers, the note's are not.
            her.desk_says(HELLO, quoting=hers(her), **saved_for).quietly()
            her.desk_says(NOTE, quoting=quoting, edited=True, **saved_for)
        case _:
            her.desk_shows("photo", quoting=quoting, **saved_for, **PHOTO)
            her.desk_shows("photo", NOTE, quoting=quoting, edited=True, **saved_for, **PHOTO)
    # What opens everything that waits: her next words, a knock, a saved reply, a receipt that comes late.
    her.says("hello").desk_taps("saved:hello").desk_taps("saved_send:hello", message=700).delivered(700)
    told = [*her.unheard, *her.standing.values(), *(send.message.text for send in her.held)]
    assert not [text for text in told if NOTE in text]
    assert not [send for send in her.held if send.message.file]
    assert [line.text for line in her.kept.lines if line.voice == "ours" and NOTE in line.text] == []


@pytest.mark.parametrize("quoted", ["", NOTE, "99 · x", "Случай 99 · СЕЙЧАС", "hers:1", "Не отправлено"])
def test_a_message_known_by_its_words_alone_must_be_hers_or_her_card(her: Her, quoted: str) -> None:
    her.desk_says(NOTE, quoted=quoted, reply_to=5).hears()
    assert her.kept.lines[-1].voice == "note"


def test_a_note_by_a_stranger_is_no_note_at_all(her: Her) -> None:
    her.desk_set = structs.replace(her.desk_set, staff=())
    her.desk_says(NOTE, quoting=hers(her)).hears()
    her.desk_shows("voice", NOTE, quoting=hers(her), **VOICE).hears()
    assert her.held == []
    assert not [line for line in her.kept.lines if NOTE in line.text]


def test_a_note_with_a_voice_is_kept_and_an_edited_one_too(her: Her) -> None:
    her.desk_shows("voice", "listen", message=600, **VOICE).hears()
    assert (her.kept.lines[-1].voice, her.kept.lines[-1].file) == ("note", VOICE["file"])
    assert topic(her)[-1] == desk_text("desk.stays_here")
    her.desk_says("a note", message=601).desk_says("a better note", message=601, edited=True).hears()
    assert [line.text for line in her.kept.lines if line.message == 601] == ["a note", "a better note"]


@pytest.mark.parametrize("language", ["tg", "ru", "en"])
def test_a_card_begins_as_the_alert_does(language: str) -> None:
    her = Her(desk=Desk(leads=3, language=language)).joins().says(DESPAIR).desk_taps("take")
    assert her.case is not None
    scene = Scene(now=her.now, person=her.person, library=LIBRARY, desk=her.desk_set, case=her.case)
    begins = {one.message.text.partition(" · ")[0] for one in (alert(scene, her.case), card(scene, her.case))}
    assert len(begins) == 1


# -- how it would arrive -------------------------------------------------------------------------------------------


def says(her: Her) -> Arrival:
    assert her.case is not None
    assert her.case.matter.arrives is not None
    return her.case.matter.arrives


def test_the_card_says_until_when_and_what_comes_after(her: Her) -> None:
    # Monday 10:00 in Dushanbe; her evening is 16 to 20.
    assert desk_text("replies.open", until="10:30", knock="16:00") in card_now(her)
    late(her)
    assert desk_text("replies.knock", knock="16:00") in card_now(her)


def test_a_reply_knocks_as_her_hours_begin_and_no_sooner(her: Her) -> None:
    late(her).desk_says(HELLO, quoting=hers(her), message=501).is_due("late").hears("push.answer")
    local = her.now.astimezone(her.person.tz)
    assert (local.hour, local.minute) == (16, 0)


def test_after_hiding_no_reply_knocks_before_a_day_is_over(her: Her) -> None:
    late(her).says("/hide").waits(minutes=40).desk_says(HELLO, quoting=hers(her), message=501)
    assert her.kept.due["late"][0] >= her.now + timedelta(hours=23)
    her.is_due("late")
    assert calendar.is_safe(her.person, her.now)


def test_the_card_changes_by_itself_as_the_day_goes_on(her: Her) -> None:
    seen = [says(her).kind]
    for _ in range(4):
        her.is_due("arrives").hears()
        seen.append(says(her).kind)
        (last,) = [one for one in her.effects if isinstance(one, Send)]
        assert last.slot == f"card:{number(her)}"
        assert last.edit
    assert seen == ["open", "knock", "now", "knock", "now"]
    local = her.now.astimezone(her.person.tz)
    assert (local.hour, local.minute) == (16, 0)


def test_a_talk_of_many_words_changes_the_card_seldom(her: Her) -> None:
    before = len(her.at_desk)
    for _ in range(12):
        her.waits(minutes=1).says("and then")
    cards = [send for send in her.at_desk[before:] if send.slot.startswith("card:")]
    assert len(cards) == 2
    assert says(her).until is not None
    assert her.kept.due["arrives"][0] <= her.now + timedelta(minutes=30, seconds=1)


def test_a_window_that_moved_on_by_minutes_ends_on_the_card_all_the_same(her: Her) -> None:
    her.waits(minutes=3).says("and then")
    assert "10:30" in card_now(her), "what it says is still true"
    her.is_due("arrives")
    assert "10:33" in card_now(her)
    her.is_due("arrives")
    assert says(her).kind == "knock"


def test_what_she_asks_for_changes_the_card_at_once(her: Her) -> None:
    her.says("stop")
    assert says(her).kind == "not"
    assert desk_text("replies.not") in card_now(her)
    her.waits(minutes=1).says("are you there")
    assert says(her).kind == "open"
    her.leaves()
    assert says(her).kind == "not"


@pytest.mark.parametrize(("shared", "kind"), [(False, "open"), (True, "now")])
def test_an_agreed_night_stands_on_the_card_until_her_morning(her: Her, kind: str, *, shared: bool) -> None:
    her.now = her.now.replace(hour=18)  # 23:00 in Dushanbe
    profile = structs.replace(her.person.profile, tonight=calendar.tonight_ends(her.person, her.now), shared=shared)
    her.kept.person = structs.replace(her.person, profile=profile, heard_at=her.now - timedelta(hours=1))
    her.desk_taps("keep")
    assert says(her).kind == kind
    assert says(her).until == profile.tonight
    night = her.now
    her.is_due("arrives")
    assert says(her).kind == "knock"
    assert her.now - night < timedelta(hours=9)
    assert her.now.astimezone(her.person.tz).hour == 7


def test_words_flagged_later_stand_on_the_card_when_it_changes(her: Her) -> None:
    her.waits(hours=1).says("I want to cut my veins")
    assert card_now(her).count("• ") >= 2


def test_replies_that_wait_stand_on_the_card_until_she_has_opened_them(her: Her) -> None:
    late(her).desk_says(HELLO, quoting=hers(her), message=501)
    assert desk_text("replies.waiting", n=1) in card_now(her)
    her.is_due("late").taps("Open").quietly().delivered(501)
    assert waiting(her) == 0
    assert desk_text("replies.waiting", n=1) not in card_now(her)


def test_her_own_words_open_the_replies_that_wait(her: Her) -> None:
    late(her).desk_says(HELLO, quoting=hers(her), message=501).is_due("late").hears("push.answer")
    her.shows("voice", **VOICE)
    assert [text for text in her.unheard if text.endswith(HELLO)]
    assert her.held == []
    her.quietly().delivered(501).says("thank you")
    assert not [text for text in her.unheard if text.endswith(HELLO)]


@pytest.mark.parametrize("ends", ["stop", "/hide"])
def test_replies_she_can_no_longer_open_are_told_to_the_desk(her: Her, ends: str) -> None:
    late(her).desk_says(HELLO, quoting=hers(her), message=501).says(ends)
    assert her.held == []
    assert desk_text("replies.withdrawn", n=1) in topic(her)
    assert waiting(her) == 0


def test_a_second_reply_waits_behind_the_knock_that_stands_there(her: Her) -> None:
    late(her).desk_says("one", quoting=hers(her), message=501).is_due("late").hears("push.answer")
    her.waits(minutes=2).desk_says("two", quoting=hers(her), message=502).hears()
    assert topic(her)[-1] == desk_text("replies.behind_knock")
    assert "late" not in her.kept.due
    her.taps("Open")
    assert [text.rpartition("\n")[2] for text in her.unheard[:2]] == ["one", "two"]


def test_after_closing_no_row_is_left_that_would_change_a_card(her: Her) -> None:
    assert "arrives" in her.kept.due
    her.desk_closes()
    assert "arrives" not in her.kept.due


def test_safe_hours_turn_at_their_hours(her: Her) -> None:
    begins, ends = (one.astimezone(her.person.tz) for one in calendar.safe_turns(her.person, her.now))
    assert (begins.hour, ends.hour) == (16, 20)
    assert begins > her.now
    night = structs.replace(her.person, profile=structs.replace(her.person.profile, hours=(22, 6)))
    for hour in range(24):
        moment = her.now + timedelta(hours=hour, minutes=7)
        turns = calendar.safe_turns(night, moment)
        assert all(moment < turn <= moment + timedelta(hours=24) for turn in turns)
        before, after = (calendar.is_safe(night, turn + timedelta(minutes=n)) for turn in turns[:1] for n in (-1, 1))
        assert (before, after) == (False, True)


# -- saved replies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["tg", "ru", "en"])
def test_there_is_a_dozen_for_each_moment_and_language(language: str) -> None:
    person = structs.replace(Her().person, language=language)
    scene = Scene(now=Her().now, person=person, library=LIBRARY, desk=Desk())
    texts = {saved.words(scene, id) for id in saved.IDS}
    assert len(texts) == len(saved.IDS) == 12
    assert all(saved.SAVED.values())


def test_a_saved_reply_is_seen_and_sent_in_two_taps_in_her_language(her: Her) -> None:
    her.desk_taps("saved").hears()
    rows = her.at_desk[-1].message.buttons
    assert sum(button.data.count(":saved:") for row in rows for button in row) == 12
    her.desk_taps("saved:hello", message=700).hears()
    preview = her.at_desk[-1]
    assert LIBRARY.text("en", "saved.words.hello") in preview.message.text
    assert LIBRARY.text("ru", "saved.words.hello") in preview.message.text, "the desk reads Russian"
    her.desk_taps("saved_send:hello", message=700)
    (heard,) = her.unheard
    assert heard.endswith(LIBRARY.text("en", "saved.words.hello"))
    assert her.records[-1] == "saved"
    her.delivered(700)
    assert [effect.message for effect in her.effects if isinstance(effect, React)] == [700]


@pytest.mark.parametrize(
    "act", ["saved_send:hello", "saved_send:nonsense", "saved_send", "saved:nonsense", "saved_off:x"]
)
def test_only_what_is_shown_can_be_sent(her: Her, act: str) -> None:
    her.desk_taps(act).hears()
    her.desk_taps("saved:alone").desk_taps("saved_send:hello").hears()
    her.desk_taps("saved:list").desk_taps("saved_send:alone").hears()
    her.desk_taps("saved:alone").desk_taps("saved_off").desk_taps("saved_send:alone").hears()


def test_a_second_tap_sends_nothing_more(her: Her) -> None:
    her.desk_taps("saved:hello").desk_taps("saved_send:hello").quietly().desk_taps("saved_send:hello").hears()
    assert her.records.count("saved") == 1


def test_a_saved_reply_is_held_and_knocks_as_any_other(her: Her) -> None:
    late(her).desk_taps("saved:numbers").desk_taps("saved_send:numbers", message=700).hears()
    assert len(her.held) == 1
    assert waiting(her) == 1
    her.is_due("late").taps("Open").quietly().delivered(700)
    assert waiting(her) == 0


def test_to_whoever_said_stop_no_saved_reply_goes(her: Her) -> None:
    her.says("stop").quietly().desk_taps("saved:hello").desk_taps("saved_send:hello").hears()
    assert topic(her)[-1] == desk_text("replies.not")
    assert "saved" not in her.records


@pytest.mark.parametrize("state", ["open", "closed"])
def test_where_nobody_has_the_case_there_are_no_saved_replies(state: str) -> None:
    her = Her().joins().says(DESPAIR).quietly()
    case = number(her)
    if state == "closed":
        her.desk_taps("take").desk_closes().quietly()
    before = len(her.at_desk)
    for act in ("saved", "saved:hello", "saved_send:hello", "saved_off"):
        her.desk_taps(act, case=case).hears()
    assert len(her.at_desk) == before


# -- after the closing ---------------------------------------------------------------------------------------------


@pytest.fixture
def closed(her: Her) -> Her:
    her.case_was = number(her)  # type: ignore[attr-defined]
    return her.desk_closes().quietly()


def was(her: Her) -> int:
    return int(her.case_was)  # type: ignore[attr-defined]


def test_words_to_a_closed_case_go_after_two_taps_and_are_the_same(closed: Her) -> None:
    her, case = closed, was(closed)
    her.desk_says(HELLO, quoting=f"alert:{case}", message=801).hears()
    assert her.case is None
    assert her.desk_sees(CASES)[-1] == desk_text("replies.reopen", number=case)
    her.desk_taps("reopen:801", case=case).hears()
    assert her.case is None
    assert HELLO in her.desk_sees(CASES)[-1]
    her.desk_taps("resend:801", case=case)
    (heard,) = her.unheard
    assert heard.endswith(HELLO)
    assert her.case is not None
    assert (her.case.number, her.case.state, her.case.matter.holder) == (case, "taken", GULRU.id)
    assert her.records[-2:] == ["reopened", "replied"]
    her.delivered(801)
    assert [effect.message for effect in her.effects if isinstance(effect, React)] == [801]
    assert DESPAIR in topic(her), "her words stand in the new topic, and can be answered"


def test_a_voice_note_to_a_closed_case_asks_too_and_is_sent_as_it_is(closed: Her) -> None:
    her, case = closed, was(closed)
    her.desk_shows("voice", quoting=f"card:{case}", message=801, **VOICE).hears()
    her.desk_taps("reopen:801", case=case)
    assert desk_text("replies.what.voice") in her.desk_sees(CASES)[-1]
    her.desk_taps("resend:801", case=case)
    assert [effect.message.file for effect in her.effects if isinstance(effect, Send) and effect.to == "her"] == [
        VOICE["file"]
    ]


def test_an_edit_before_the_taps_is_what_goes(closed: Her) -> None:
    her, case = closed, was(closed)
    her.desk_says("Come tomorow", quoting=f"hers:{case}:1", message=801)
    her.desk_says("Come tomorrow", quoting=f"hers:{case}:1", message=801, edited=True)
    her.desk_taps("reopen:801", case=case).desk_taps("resend:801", case=case)
    (heard,) = her.unheard
    assert heard.endswith("Come tomorrow")


@pytest.mark.parametrize("act", ["resend:1", "reopen:1", "resend", "reopen", "resend:801x"])
def test_a_tap_about_other_words_opens_nothing(closed: Her, act: str) -> None:
    her, case = closed, was(closed)
    her.desk_taps(act, case=case).hears()
    her.desk_says(HELLO, quoting=f"alert:{case}", message=801).desk_taps(act, case=case).hears()
    assert her.case is None
    assert her.desk_sees(CASES)[-1] == desk_text("replies.draft_gone", number=case)


def test_words_let_go_do_not_go_later(closed: Her) -> None:
    her, case = closed, was(closed)
    her.desk_says(HELLO, quoting=f"alert:{case}", message=801).desk_taps("unsend:801", case=case)
    her.desk_taps("resend:801", case=case).hears()
    assert her.case is None
    her.says("hello")
    assert not [text for text in her.unheard if HELLO in text]


def test_nothing_goes_twice(closed: Her) -> None:
    her, case = closed, was(closed)
    her.desk_says(HELLO, quoting=f"alert:{case}", message=801)
    her.desk_taps("reopen:801", case=case).desk_taps("resend:801", case=case).quietly()
    her.desk_taps("resend:801", case=case).hears()
    assert her.records.count("reopened") == 1


def test_while_another_case_of_hers_is_open_the_closed_one_stays_closed(closed: Her) -> None:
    her, case = closed, was(closed)
    her.says("I want to talk to a person").quietly()
    her.says(DESPAIR).quietly()
    other = number(her)
    assert other != case
    her.desk_says(HELLO, quoting=f"alert:{case}", message=801, case=case).hears()
    assert her.desk_sees(CASES)[-1] == desk_text("replies.elsewhere", number=case, other=other)
    assert number(her) == other


def test_to_whoever_said_stop_a_closed_case_is_not_opened_in_vain(closed: Her) -> None:
    her, case = closed, was(closed)
    her.says("stop").quietly().desk_says(HELLO, quoting=f"alert:{case}", message=801)
    her.desk_taps("reopen:801", case=case).desk_taps("resend:801", case=case).hears()
    assert her.case is None
