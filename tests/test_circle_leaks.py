"""Nothing identifies her: whatever Telegram can send of a message, the others in her circle get plain words at most.

Some seventy kinds of messages, each written anew, as a reply, edited and passed on. What reached the others is taken
from the calls that the bot made, and held byte for byte against everything that is known of her.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from bot.phones import Message
from bot.phones.kept import Call, Wire
from flows.model import Profile
from storage.schema import parked, people
from storage.seal import place
from tests.seated import Seated, circle

USERNAME, FIRST, LAST, PHONE = "zarnigor_savsan", "Savsan", "Zarnigorzoda", "992900000017"
FILE, DISTRICT, CENTRE, CODE = "AgACAgIAAxkB-hers-", "Shahriston-17", "centre-4471", "qz-Konibodom"
EMOJI, LINK, SET = "5368324170671202286", "savsan-page.example", "set_of_zarnigor"
NEVER = ("forwardmessage", "forwardmessages", "copymessage", "copymessages", "getfile", "sendphoto", "sendvoice")
PLAIN = {"chat_id", "text", "link_preview_options", "reply_parameters", "disable_notification", "reply_markup"}
HELD = {"mention", "text_mention", "url", "text_link", "email", "phone_number", "bank_card"}
"""What is a way to her: none of it reaches the others, whatever its words are."""


REFUSED = {
    "via_bot",
    "newer_entity",
    "from_user",
    "from_hidden",
    "from_chat",
    "from_channel",
    "outside_reply",
    "of_a_story",
}
"""What is passed on from elsewhere, or cannot be read yet: refused or held, and she is told why."""


def is_held(body: Wire) -> bool:
    return any(one["type"] in HELD for one in body.get("entities", ()))


def entity(kind: str, **more: Any) -> Wire:
    return {"entities": [{"type": kind, "offset": 0, "length": 4} | more]}


def file(kind: str, **more: Any) -> Wire:
    return {"file_id": f"{FILE}{kind}", "file_unique_id": f"{FILE}u{kind}"} | more


def texts(her: Wire) -> dict[str, Wire]:
    """Text with what may hang on it. Where there is no `text` the words are the test's."""
    chat = {"id": her["id"], "type": "private", "first_name": FIRST, "username": USERNAME}
    channel = {"id": -1001700000017, "type": "channel", "title": LAST, "username": USERNAME}
    plain = (
        *("bold", "italic", "underline", "strikethrough", "spoiler", "code", "hashtag", "cashtag", "bot_command"),
        *("blockquote", "expandable_blockquote", "mention", "url", "email", "phone_number"),
    )
    return {
        "nothing": {},
        **{kind: entity(kind) for kind in plain},
        "pre": entity("pre", language=LAST),
        "text_link": entity("text_link", url=f"https://{LINK}/{her['id']}"),
        "tg_link": entity("text_link", url=f"tg://user?id={her['id']}"),
        "text_mention": entity("text_mention", user=her),
        "custom_emoji": entity("custom_emoji", custom_emoji_id=EMOJI),
        "newer_entity": entity("signature_of_tomorrow", of=her),
        "from_user": {"forward_origin": {"type": "user", "date": 1, "sender_user": her}},
        "from_hidden": {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": LAST}},
        "from_chat": {"forward_origin": {"type": "chat", "date": 1, "sender_chat": channel, "author_signature": LAST}},
        "from_channel": {
            "forward_origin": {
                "type": "channel",
                "date": 1,
                "chat": channel,
                "message_id": 5,
                "author_signature": LAST,
            },
            "is_automatic_forward": True,
        },
        "via_bot": {"via_bot": {"id": 17, "is_bot": True, "first_name": LAST, "username": f"{USERNAME}_bot"}},
        "outside_reply": {
            "external_reply": {
                "origin": {"type": "user", "date": 1, "sender_user": her},
                "chat": channel,
                "message_id": 9,
                "photo": [file("outside", width=1, height=1)],
            },
            "quote": {"text": LAST, "position": 0, "is_manual": True},
        },
        "quote": {"quote": {"text": f"{FIRST} {LAST}", "position": 0, "entities": entity("bold")["entities"]}},
        "of_a_story": {"reply_to_story": {"id": 3, "chat": chat}},
        "keyboard": {
            "reply_markup": {
                "inline_keyboard": [[{"text": LAST, "url": f"https://{LINK}"}, {"text": "x", "callback_data": PHONE}]]
            }
        },
        "preview": {"link_preview_options": {"url": f"https://{LINK}"}},
        "protected": {"has_protected_content": True, "effect_id": EMOJI, "author_signature": LAST},
        "boosted": {"sender_boost_count": 3, "sender_tag": LAST},
        "business": {"business_connection_id": LAST, "sender_business_bot": her, "is_from_offline": True},
        "paid": {"paid_star_count": 17, "direct_messages_topic": {"topic_id": 1, "user": her}},
        "of_an_album": {"media_group_id": LAST},
        "newer_field": {"from_tomorrow": {"who": her, "phone": PHONE}},
    }


def shown(her: Wire) -> dict[str, Wire]:
    """What is not text. `caption` is the test's words, where there can be one."""
    size = {"width": 9, "height": 9}
    owner = {"phone_number": PHONE, "first_name": FIRST, "last_name": LAST, "user_id": her["id"], "vcard": LAST}
    spot = {"latitude": 38.5597, "longitude": 68.787}
    poll = {
        "id": "17",
        "options": [{"text": LAST, "voter_count": 0, "persistent_id": "1"}],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": False,
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
        "type": "regular",
    }
    chat = {"id": her["id"], "type": "private", "first_name": FIRST}
    return {
        "photo": {"photo": [file("photo", **size)], "caption": ""},
        "photo_marked": {
            "photo": [file("photo", **size)],
            "caption": "",
            "caption_entities": entity("text_mention", user=her)["entities"],
            "has_media_spoiler": True,
            "show_caption_above_media": True,
        },
        "video": {"video": file("video", duration=2, file_name=f"{LAST}.mp4", **size), "caption": ""},
        "animation": {"animation": file("animation", duration=2, file_name=LAST, **size), "caption": ""},
        "audio": {"audio": file("audio", duration=2, performer=FIRST, title=LAST), "caption": ""},
        "voice": {"voice": file("voice", duration=2), "caption": ""},
        "video_note": {"video_note": file("note", duration=2, length=9)},
        "document": {"document": file("document", file_name=f"{FIRST} {LAST} {PHONE}.pdf"), "caption": ""},
        "sticker": {
            "sticker": file("sticker", type="regular", is_animated=False, is_video=False, set_name=SET, **size)
        },
        "emoji_sticker": {
            "sticker": file(
                "own", type="custom_emoji", is_animated=False, is_video=False, custom_emoji_id=EMOJI, **size
            )
        },
        "story": {"story": {"id": 3, "chat": chat}},
        "contact": {"contact": owner},
        "contact_of_another": {"contact": {"phone_number": PHONE, "first_name": LAST}},
        "location": {"location": spot},
        "live_location": {"location": spot | {"live_period": 600, "heading": 3}},
        "venue": {"venue": {"location": spot, "title": CENTRE, "address": DISTRICT}},
        "poll": {"poll": poll | {"question": ""}},
        "quiz": {"poll": poll | {"question": "", "type": "quiz", "correct_option_id": 0, "explanation": LAST}},
        "dice": {"dice": {"emoji": "🎲", "value": 3}},
        "game": {"game": {"title": LAST, "description": FIRST, "photo": [file("game", **size)]}},
        "paid_media": {"paid_media": {"star_count": 3, "paid_media": []}, "caption": ""},
        "checklist": {"checklist": {"title": LAST, "tasks": [{"id": 1, "text": PHONE}]}},
        "invoice": {
            "invoice": {
                "title": LAST,
                "description": FIRST,
                "start_parameter": PHONE,
                "currency": "TJS",
                "total_amount": 1,
            }
        },
        "user_shared": {"users_shared": {"request_id": 1, "users": [{"user_id": her["id"], "first_name": FIRST}]}},
        "chat_shared": {"chat_shared": {"request_id": 1, "chat_id": her["id"], "title": LAST}},
        "from_a_page": {"web_app_data": {"data": PHONE, "button_text": LAST}},
        "allowed": {"write_access_allowed": {"web_app_name": LAST}},
        "near": {"proximity_alert_triggered": {"traveler": her, "watcher": her, "distance": 3}},
        "timer": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        "giveaway": {"giveaway": {"chats": [chat], "winners_selection_date": 1, "winner_count": 1}},
        "of_tomorrow": {"hologram": {"of": her}},
    }


async def known(s: Seated) -> list[str]:
    """Everything of hers that must reach nobody, as it would stand in a request."""
    her, db = s.all[0], s.w.app.db
    person = await s.person(her)
    async with db.write() as conn:
        await db.keys.load(conn, [person])
        key = db.keys[person]
        at = place("people", "profile", person, person)
        row = (await conn.execute(select(people.c.profile, people.c.account_id).where(people.c.id == person))).one()
        profile = msgspec.json.decode(key.open(at, row.profile), type=Profile)
        assert profile.child
        profile = msgspec.structs.replace(profile, district=DISTRICT, centre=CENTRE)
        sealed = key.seal(at, msgspec.json.encode(profile))
        await conn.execute(update(people).where(people.c.id == person).values(profile=sealed))
    her.username, her.last_name, her.language_code = USERNAME, LAST, CODE
    ids = (str(her.id), str(person), str(row.account_id), db.master.lookup(her.id).hex())
    words = (USERNAME, FIRST, LAST, PHONE, FILE, DISTRICT, CENTRE, CODE, EMOJI, LINK, SET, profile.child)
    return [*ids, *words, "38.55", "68.78", "voice", "photo"]


class Hand:
    """Sends every kind in every way. `said`: words that are to arrive, with how they were sent; `silent`: that must not."""

    def __init__(self, s: Seated, reply_to: int) -> None:
        self.s, self.reply_to = s, reply_to
        self.said: dict[str, str] = {}
        self.silent: dict[str, str] = {}
        self._number = 100

    def words(self, how: str, where: dict[str, str]) -> str:
        self._number += 1
        words = f"soup and warm bread {self._number}"
        where[words] = how
        return words

    def sends(self, kind: str, body: Wire) -> None:
        """A text: new, as a reply, passed on, and edited."""
        origin = {"forward_origin": {"type": "user", "date": 1, "sender_user": self.s.all[0].wire()}}
        where = self.silent if kind in REFUSED or is_held(body) else self.said
        self.put({"text": self.words(f"{kind}, new", where)} | body)
        self.put(
            {"text": self.words(f"{kind}, passed on, as a reply", self.silent)} | origin | body, reply_to=self.reply_to
        )
        message = self.put({"text": self.words(f"{kind}, to be edited", {})})
        self.edits(message, {"text": self.words(f"{kind}, edited", where)} | body)

    def shows(self, kind: str, body: Wire) -> None:
        """What is not text, in the same ways."""
        origin = {"forward_origin": {"type": "user", "date": 1, "sender_user": self.s.all[0].wire()}}
        for how, more, reply in (("new", {}, 0), ("passed on, as a reply", origin, self.reply_to)):
            message = self.put(self.captioned(f"{kind}, {how}", body) | more, reply_to=reply or None)
        self.edits(message, self.captioned(f"{kind}, edited", body))

    def captioned(self, how: str, body: Wire) -> Wire:
        words = self.words(how, self.silent)
        body = body | ({"caption": words} if "caption" in body else {})
        return body | ({"poll": body["poll"] | {"question": words}} if "poll" in body else {})

    def put(self, body: Wire, reply_to: int | None = None) -> Message:
        return self.s.w.cloud.send_body(self.s.all[0], body, reply_to=reply_to)

    def edits(self, message: Message, body: Wire) -> None:
        cloud = self.s.w.cloud
        message.wire = message.wire | body | {"edit_date": cloud.stamp()}
        cloud.updates.offer("edited_message", message.wire)


def to_others(s: Seated, since: int) -> Iterator[Call]:
    others = {user.id for user in s.all[1:]}
    for call in s.w.cloud.calls[since:]:
        if call.params.get("chat_id") in others:
            yield call


async def test_seventy_kinds_of_messages_reach_the_others_as_plain_words(tmp_path: Path) -> None:
    async with circle(tmp_path) as s:
        await plain_words(s)


async def plain_words(s: Seated) -> None:
    her, gulru, malika = s.all
    await s.writes(gulru, "Who is awake")
    await s.goes_out()
    secrets = await known(s)
    since, hand = len(s.w.cloud.calls), Hand(s, s.shown(her, "Who is awake")[0].id)
    kinds = texts(her.wire()), shown(her.wire())
    assert sum(map(len, kinds)) >= 60
    for kind, body in kinds[0].items():
        hand.sends(kind, body)
    await s.w.settle()
    await s.passes(minutes=11)  # she writes faster than the others read: the last of it waits so long
    for kind, body in kinds[1].items():
        hand.shows(kind, body)
    await s.w.settle()
    await s.goes_out()
    calls = list(to_others(s, since))
    told = [call.params["text"] for call in calls if call.method == "sendMessage"]
    for user in (gulru, malika):
        own = set(s.w.cloud.chats[user.id].messages)
        for call in calls:
            if call.params["chat_id"] == user.id:
                assert_plain(call, secrets, own)
    for words, how in hand.said.items():
        assert sum(words in text for text in told) == 2, how
    for words, how in hand.silent.items():
        assert not [text for text in told if words in text], how
    assert not [call.method for call in s.w.cloud.calls if call.method.lower() in NEVER]
    async with s.w.app.db.read() as conn:
        unread = (await conn.execute(select(parked.c.why))).all()
    assert len(unread) <= 3, "what our library cannot read reaches nobody, and is rare"


def assert_plain(call: Call, secrets: list[str], own: set[int]) -> None:
    """Words, and at most which message of the same chat they answer."""
    sent = json.dumps(call.params, ensure_ascii=False)
    assert call.method == "sendMessage", call.method
    assert set(call.params) <= PLAIN, sent
    assert "inline_keyboard" not in sent, sent
    assert set(call.params.get("reply_parameters", {})) <= {"message_id", "allow_sending_without_reply"}, sent
    if "reply_parameters" in call.params:
        assert call.params["reply_parameters"]["message_id"] in own
    assert not [one for one in secrets if one.lower() in sent.lower()], sent


@pytest.mark.parametrize(
    ("method", "more"),
    [
        ("copyMessage", {}),
        ("sendMessage", {"entities": []}),
        ("sendMessage", {"parse_mode": "HTML"}),
        ("sendMessage", {"text": f"from {USERNAME}"}),
        ("sendMessage", {"reply_parameters": {"message_id": 3, "chat_id": 17}}),
        ("sendMessage", {"reply_parameters": {"message_id": 4}}),
    ],
)
def test_a_bot_that_passed_anything_on_would_be_seen(method: str, more: Wire) -> None:
    good = Call(1, "sendMessage", 1, {"chat_id": 1, "text": "soup", "reply_parameters": {"message_id": 3}}, 0.0)
    assert_plain(good, [USERNAME], {3})
    with pytest.raises(AssertionError):
        assert_plain(Call(1, method, 1, good.params | more, 0.0), [USERNAME], {3})
