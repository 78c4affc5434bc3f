"""Telegram's JSON becomes one event or nothing; concern reads every word on the way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.translate import House, clean, translate
from flows.concern import Finding
from flows.events import (
    DeskOrdered,
    DeskSaid,
    DeskShowed,
    DeskTapped,
    Left,
    Reacted,
    Returned,
    Said,
    Showed,
    Staff,
    Tapped,
)
from flows.worry import media
from storage.inbox import Arrival

SENT, EDITED = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC)
HER, LEAD, MODERATOR, DESK = 5001, 7001, 7002, -1001
FOUND = Finding("urgent", "self_harm", "invented", "tg", ((0, 1),))
HOUSE = House(desk_chat_id=DESK, lead_ids=(LEAD,))
LOLA = {"id": HER, "is_bot": False, "first_name": "Лола"}
SABO = {"id": MODERATOR, "is_bot": False, "first_name": "Сабо"}
BOSS = {"id": LEAD, "is_bot": False, "first_name": "Раҳбар"}
PRIVATE = {"id": HER, "type": "private", "first_name": "Лола"}
GROUP = {"id": DESK, "type": "supergroup", "title": "Desk", "is_forum": True}


def read(text: str, *_: object) -> Finding | None:
    return FOUND if "red" in text else None


def arrive(**update: Any) -> Arrival | None:
    return translate(Update.de_json({"update_id": 9, **update}, None), HOUSE, read)


def event(**update: Any) -> Any:
    found = arrive(**update)
    return found and found.event


def hers(**body: Any) -> dict[str, Any]:
    return {"message_id": 31, "date": 1, "chat": PRIVATE, "from": LOLA, **body}


def desks(**body: Any) -> dict[str, Any]:
    in_topic = {"message_thread_id": 44, "is_topic_message": True}
    return {"message_id": 61, "date": 1, "chat": GROUP, "from": SABO, **in_topic, **body}


def tap(data: str | None, sender: dict[str, Any] = LOLA, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    shown = {"message_id": 30, "date": 1, "chat": chat, "text": "?"}
    return {"id": "1", "from": sender, "chat_instance": "1", "message": shown, "data": data}


def test_her_words_with_what_concern_found() -> None:
    assert arrive(message=hers(text="a red line")) == Arrival(
        update_id=9, sender=HER, event=Said(message=31, at=SENT, text="a red line", finding=FOUND)
    )


def test_a_command_is_words_too() -> None:
    marked = [{"type": "bot_command", "offset": 0, "length": 5}]
    said = Said(message=31, at=SENT, text="/stop", entities=("bot_command",))
    assert event(message=hers(text="/stop", entities=marked)) == said


def test_what_telegram_marks_in_her_words_is_named_once_and_nothing_of_it_is_kept() -> None:
    hidden = {"type": "text_link", "offset": 0, "length": 1, "url": "https://example.org/who"}
    named = {"type": "text_mention", "offset": 2, "length": 1, "user": LOLA}
    found = event(message=hers(text="a b c", entities=[hidden, named, hidden]))
    assert found.entities == ("text_link", "text_mention")
    assert "example" not in repr(found)
    assert str(HER) not in repr(found)


OTHERS = {"type": "hidden_user", "sender_user_name": "Лола", "date": 1}


def test_words_passed_on_or_made_by_a_bot_are_not_her_own() -> None:
    assert event(message=hers(text="x", forward_origin=OTHERS)).forwarded
    assert event(message=hers(text="x", via_bot={"id": 8, "is_bot": True, "first_name": "b"})).forwarded
    assert event(message=hers(photo=[FILE | {"width": 1, "height": 1}], forward_origin=OTHERS)).forwarded
    assert not event(message=hers(text="x")).forwarded


def test_a_quote_of_another_chat_is_known_and_concern_reads_it() -> None:
    outside = {"external_reply": {"origin": OTHERS}, "quote": {"text": "red", "position": 0}}
    found = event(message=hers(text="so do I", **outside))
    assert (found.quote, found.finding) == (True, FOUND)
    within = {"reply_to_message": hers(text="red") | {"message_id": 12}, "quote": {"text": "red", "position": 0}}
    found = event(message=hers(text="so do I", **within))
    assert (found.quote, found.finding, found.reply_to) == (False, None, 12)


def test_an_edit_and_an_answer() -> None:
    answered = hers(text="?") | {"message_id": 12}
    assert event(edited_message=hers(text="red", edit_date=2, reply_to_message=answered)) == Said(
        message=31, at=EDITED, text="red", finding=FOUND, reply_to=12, edited=True
    )


FILE = {"file_id": "x", "file_unique_id": "x"}
POLL = {
    "id": "1",
    "question": "red?",
    "options": [{"text": "yes", "voter_count": 0, "persistent_id": "1"}],
    "members_only": False,
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
}
SHOWN: list[tuple[str, Any]] = [
    ("photo", [FILE | {"width": 1, "height": 1}]),
    ("voice", FILE | {"duration": 1}),
    ("video_note", FILE | {"duration": 1, "length": 1}),
    ("sticker", FILE | {"width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}),
    ("document", FILE),
    ("location", {"latitude": 0.0, "longitude": 0.0}),
    ("contact", {"phone_number": "+000", "first_name": "Лола"}),
    ("dice", {"emoji": "🎲", "value": 1}),
]


@pytest.mark.parametrize(("what", "body"), SHOWN, ids=[what for what, _ in SHOWN])
def test_what_is_not_text(what: str, body: Any) -> None:
    file = f"{what}:x" if what in media.KINDS else ""
    assert event(message=hers(**{what: body})) == Showed(message=31, at=SENT, what=what, file=file)


def test_an_album_is_known_and_what_is_edited_is_not_shown_twice() -> None:
    photo = hers(photo=[FILE | {"width": 1, "height": 1}], media_group_id="7")
    assert event(message=photo) == Showed(message=31, at=SENT, what="photo", file="photo:x", album=True)
    edited = event(edited_message=hers(voice=FILE | {"duration": 1}))
    assert isinstance(edited, Showed)
    assert edited.file == ""


def test_captions_and_polls_are_her_words() -> None:
    photo = hers(photo=[FILE | {"width": 1, "height": 1}], caption="red")
    assert event(message=photo) == Showed(message=31, at=SENT, what="photo", text="red", finding=FOUND, file="photo:x")
    assert event(message=hers(poll=POLL)) == Showed(message=31, at=SENT, what="poll", text="red?\nyes", finding=FOUND)


def test_a_kind_newer_than_our_library_is_not_met_with_silence() -> None:
    assert event(message=hers(hologram={"x": 1})) == Showed(message=31, at=SENT, what="other")


@pytest.mark.parametrize(
    "body",
    [
        {"pinned_message": hers(text="x")},
        {"new_chat_members": [LOLA]},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
        {},
    ],
)
def test_telegrams_own_notices_are_nothing(body: dict[str, Any]) -> None:
    assert event(message=hers(**body)) is None


def test_a_tap() -> None:
    assert arrive(callback_query=tap("12:mood:4")) == Arrival(
        update_id=9, sender=HER, event=Tapped(message=30, talk=12, question="mood", value="4")
    )
    assert event(callback_query=tap("12:district:a:b")).value == "a:b"
    assert event(callback_query=tap("12:mood:")).value == ""


@pytest.mark.parametrize(
    "data",
    [
        *(None, "", "x", "12:mood", "-1:mood:4", "1e3:mood:4", ":mood:4", "12::4", "12:mo od:4", "9999999999:m:4"),
        *("case:42:take", "12:mood:4\n", "١٢:mood:4", "12:" + "q" * 41 + ":4"),
    ],
)
def test_a_bad_button_is_a_tap_on_nothing(data: str | None) -> None:
    assert event(callback_query=tap(data)) == Tapped(message=30)


def test_a_tap_at_the_desk() -> None:
    assert arrive(callback_query=tap("case:42:take", SABO, GROUP)) == Arrival(
        update_id=9, case=42, event=DeskTapped(message=30, by=Staff(MODERATOR, "Сабо"), act="take", case=42)
    )


def test_a_lead_may_tap_in_private_and_nobody_else() -> None:
    own = {"id": LEAD, "type": "private"}
    assert event(callback_query=tap("case:42:take", BOSS, own)) == DeskTapped(
        message=30, by=Staff(LEAD, "Раҳбар"), act="take", case=42
    )
    assert event(callback_query=tap("case:42:take", SABO, {"id": MODERATOR, "type": "private"})) == Tapped(message=30)


def test_other_taps_at_the_desk_and_anywhere_else_are_nothing() -> None:
    elsewhere = {"id": -2002, "type": "supergroup", "title": "Not ours"}
    assert event(callback_query=tap("12:mood:4", SABO, GROUP)) is None
    assert event(callback_query=tap("case:42:take", SABO, elsewhere)) is None
    assert event(callback_query=tap("case:42:take", BOSS, elsewhere)) is None
    inline = {"id": "1", "from": LOLA, "chat_instance": "1", "inline_message_id": "1", "data": "12:mood:4"}
    assert event(callback_query=inline) is None


def test_leaving_and_coming_back() -> None:
    member = {"status": "member", "user": LOLA | {"is_bot": True}}
    kicked = {"status": "kicked", "user": LOLA | {"is_bot": True}, "until_date": 0}
    change = {"chat": PRIVATE, "from": LOLA, "date": 1, "old_chat_member": member, "new_chat_member": kicked}
    assert arrive(my_chat_member=change) == Arrival(update_id=9, sender=HER, event=Left())
    back = change | {"old_chat_member": kicked, "new_chat_member": member}
    assert arrive(my_chat_member=back) == Arrival(update_id=9, sender=HER, event=Returned())
    assert arrive(my_chat_member=change | {"chat": GROUP}) is None


def test_words_in_a_topic() -> None:
    assert arrive(message=desks(text="I know her")) == Arrival(
        update_id=9, thread=44, event=DeskSaid(message=61, by=Staff(MODERATOR, "Сабо"), text="I know her", thread=44)
    )
    assert event(edited_message=desks(text="red", edit_date=2)).edited


def test_an_answer_in_a_topic_is_not_the_topics_opening() -> None:
    opening = {"forum_topic_created": {"name": "42", "icon_color": 1}, "message_id": 44}
    assert event(message=desks(text="x", reply_to_message=desks(**opening))).reply_to == 0
    assert event(message=desks(text="x", reply_to_message=desks() | {"message_id": 44})).reply_to == 0
    assert event(message=desks(text="x", reply_to_message=desks(text="y") | {"message_id": 50})).reply_to == 50


def test_a_photo_in_a_topic() -> None:
    photo = desks(photo=[FILE | {"width": 1, "height": 1}], caption="x")
    shown = DeskShowed(message=61, by=Staff(MODERATOR, "Сабо"), what="photo", text="x", file="photo:x", thread=44)
    assert event(message=photo) == shown


@pytest.mark.parametrize("where", [{}, {"is_topic_message": False}])
def test_a_case_is_taken_by_its_number_as_by_its_button(where: dict[str, Any]) -> None:
    taken = event(message=desks(text="/take@family_bot #12345", **where))
    assert isinstance(taken, DeskTapped)
    assert (taken.act, taken.case, taken.by.id) == ("take", 12345, SABO["id"])
    by_nobody = {"sender_chat": {"id": DESK, "type": "supergroup", "title": "Desk"}}
    assert event(message=desks(text="/take 12345", is_topic_message=False, **by_nobody)) is None


def test_general_is_theirs_even_with_a_thread_number() -> None:
    assert event(message=desks(text="lunch?", is_topic_message=False)) is None


def test_a_desk_without_topics_works_with_replies() -> None:
    plain = {"message_thread_id": None, "is_topic_message": None, "reply_to_message": desks() | {"message_id": 50}}
    found = arrive(message=desks(text="x", **plain))
    assert found is not None
    assert (found.thread, found.event.reply_to) == (None, 50)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "body",
    [
        {"sender_chat": GROUP, "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
        {"from": {"id": 1087968824, "is_bot": False, "first_name": "Group"}},
        {"sender_chat": {"id": -1003, "type": "channel", "title": "x"}},
        {"from": SABO | {"is_bot": True}},
        {"from": None},
        {"chat": GROUP | {"id": -2002}},
        {"forum_topic_closed": {}, "text": None},
    ],
)
def test_nobody_in_particular_and_other_groups_are_nothing(body: dict[str, Any]) -> None:
    assert event(message=desks(text="red") | body) is None


@pytest.mark.parametrize("text", ["/capacity 120", "/Capacity@family_bot  120", " /capacity\n120 "])
@pytest.mark.parametrize(
    "where", [{}, {"is_topic_message": False}, {"is_topic_message": False, "message_thread_id": None}]
)
def test_an_order_is_one_in_any_topic_and_in_none(text: str, where: dict[str, Any]) -> None:
    found = arrive(message=desks(text=text) | where)
    assert found is not None
    assert (found.thread, found.sender, found.case) == (None, None, None)
    assert isinstance(found.event, DeskOrdered)
    assert (found.event.by, found.event.name, found.event.about) == (Staff(MODERATOR, "Сабо"), "capacity", "120")


def test_an_order_of_nobody_in_particular_names_nobody() -> None:
    found = event(message=desks(text="/capacity") | {"sender_chat": GROUP})
    assert isinstance(found, DeskOrdered)
    assert found.by is None


@pytest.mark.parametrize(
    "body", [{"chat": GROUP | {"id": -2002}}, {"text": "/capacityfoo 1"}, {"text": "say /capacity"}]
)
def test_what_only_looks_like_an_order_is_none(body: dict[str, Any]) -> None:
    assert not isinstance(event(message=desks(text="/capacity 1") | body), DeskOrdered)


def test_an_order_that_is_edited_is_not_given_again() -> None:
    assert not isinstance(event(edited_message=desks(text="/capacity 1", edit_date=2)), DeskOrdered)


def test_she_gives_no_orders() -> None:
    assert isinstance(event(message=hers(text="/capacity 0")), Said)


def test_channels_are_nothing() -> None:
    post = {"message_id": 1, "date": 1, "chat": {"id": -1003, "type": "channel", "title": "x"}, "text": "red"}
    assert event(channel_post=post) is None
    assert event() is None


def test_text_is_cleaned_at_the_door() -> None:
    assert event(message=hers(text="a\x00b\ud83dc" + "x" * 9000)).text == "abc" + "x" * 4093
    named = desks(text="x") | {"from": SABO | {"first_name": "С\x00\udfff" + "о" * 200}}
    assert event(message=named).by.name == "С" + "о" * 63


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_is_typed_can_be_stored(text: str) -> None:
    assert "\x00" not in clean(text)
    clean(text).encode("utf-8")


@given(st.text(max_size=70))
def test_no_button_breaks_anything(data: str) -> None:
    assert isinstance(event(callback_query=tap(data)), Tapped)


def test_who_answers_a_page_in_her_own_chat_reaches_nobody_and_hears_so() -> None:
    own = {"id": LEAD, "type": "private"}
    page = {"message_id": 20, "date": 1, "chat": own, "text": "Случай 12345 · СЕЙЧАС · tg · 5 мин"}
    ours = page | {"from": {"id": 1, "is_bot": True, "first_name": "Bot"}}
    answer = {"message_id": 31, "date": 1, "chat": own, "from": BOSS}
    told = DeskOrdered(message=31, at=SENT, by=Staff(LEAD, "Раҳбар"), name="beside", about="12345", private=True)
    assert event(message=answer | {"text": "I am here", "reply_to_message": ours}) == told
    assert event(message=answer | {"voice": FILE | {"duration": 1}, "reply_to_message": ours}) == told
    assert isinstance(event(message=answer | {"text": "a red line", "reply_to_message": ours}), Said)
    assert isinstance(event(message=answer | {"text": "I am here"}), Said)
    assert isinstance(event(message=answer | {"text": "I am here", "reply_to_message": ours | {"text": "Hello"}}), Said)
    assert isinstance(event(message=hers(text="I am here", reply_to_message=ours)), Said)


STAFFED = House(desk_chat_id=DESK, staff={1: MODERATOR})
IN_HER_CHAT = {"id": MODERATOR, "type": "private", "first_name": "Сабо"}
VOICE = {"file_id": "AwAC", "file_unique_id": "u", "duration": 3}
ELSEWHERE = {"type": "hidden_user", "date": 1, "sender_user_name": "Лола"}


def spoken(house: House = STAFFED, key: str = "message", **body: Any) -> Any:
    message = {"message_id": 31, "date": 1, "chat": IN_HER_CHAT, "from": SABO, "voice": VOICE, **body}
    found = translate(Update.de_json({"update_id": 9, key: message}, None), house, read)
    return found and found.event


def test_a_bare_voice_note_of_somebody_of_the_desk_may_be_what_she_was_asked_to_record() -> None:
    by = Staff(id=MODERATOR, name="Сабо")
    expected = DeskOrdered(message=31, at=SENT, by=by, name="voice", private=True, file="voice:AwAC")
    assert spoken() == expected
    assert spoken(forward_origin=ELSEWHERE).about == "forwarded"


@pytest.mark.parametrize(
    "event",
    [
        lambda: spoken(HOUSE),
        lambda: spoken(caption="a red line"),
        lambda: spoken(caption="calm words"),
        lambda: spoken(key="edited_message", edit_date=2),
        lambda: spoken(chat=PRIVATE, **{"from": LOLA}),
    ],
)
def test_any_other_is_hers(event: Any) -> None:
    assert isinstance(event(), Showed)


@pytest.mark.parametrize(
    ("shown", "hearts"), [("❤", True), ("❤‍🔥", True), ("🥰", True), ("🤮", False), ("👎", False), (None, False)]
)
def test_a_warm_reaction_in_her_own_chat_is_a_heart(shown: str | None, *, hearts: bool) -> None:
    new = [] if shown is None else [{"type": "emoji", "emoji": shown}]
    change = {"chat": PRIVATE, "message_id": 31, "user": LOLA, "date": 1, "old_reaction": [], "new_reaction": new}
    reacted = Reacted(at=SENT, message=31, hearts=hearts)
    assert arrive(message_reaction=change) == Arrival(update_id=9, sender=HER, event=reacted)
    assert arrive(message_reaction=change | {"chat": GROUP}) is None
    nobody = {name: value for name, value in change.items() if name != "user"}
    assert arrive(message_reaction=nobody) is None
