"""Telegram's JSON as an event of ours, or as nothing at all. Pure: no clock, no network, no database.

Concern reads every word here, before anything else looks at it. What a phone claims (a button's data) is read
strictly; what does not hold is a tap on nothing, so that she still gets a kind sentence. Groups other than the
desk, channels, anonymous administrators and notices of Telegram's own are nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct
from telegram import (
    CallbackQuery,
    ChatMemberUpdated,
    Message,
    MessageReactionUpdated,
    ReactionTypeEmoji,
    Update,
    User,
)
from telegram.constants import ChatMemberStatus, ChatType

from flows.concern import LEVELS, Finding
from flows.desk.office import ANSWER, FORWARDED, ORDERS, QUOTING, VOICE, Member
from flows.events import (
    AnyEvent,
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

Reader = Callable[[str, int, datetime, int], Finding | None]
"""Reads words of a chat, said at a moment, in the message of that number."""

ANONYMOUS: Final = 1087968824
LONGEST: Final = 4096
LONGEST_NAME: Final = 64
LONGEST_ORDER: Final = 3000
LONGEST_FILE: Final = 300
SHOWN: Final = (
    *("photo", "voice", "video", "video_note", "audio", "animation", "sticker", "document", "location", "venue"),
    *("contact", "poll", "dice", "story", "paid_media", "checklist", "game", "invoice", "giveaway", "gift"),
    "unique_gift",
)
WARM: Final = frozenset(["❤", "❤️", "❤\u200d🔥", "🥰", "😍", "😘", "💘", "🤗", "🙏", "🕊", "👍"])
"""The reactions that count as a heart; whatever else Telegram offers counts as none."""
_TAP = re.compile(r"([0-9]{1,9}):([^:\s]{1,40}):([^\x00-\x1f]{0,60})")
_ACT = re.compile(r"case:([0-9]{1,12}):([a-z_]{1,30}(?::[A-Za-z0-9_.-]{1,30})?)")
_TAPPED_ORDER = re.compile(r"desk:([a-z_]{1,20}):([A-Za-z0-9_.:-]{0,50})")
_ORDER = re.compile(rf"/({'|'.join(ORDERS)})(?:@\w+)?(?:\s+(.{{1,3000}}))?", re.IGNORECASE | re.DOTALL)
_JOIN = re.compile(r"/start desk-([A-Za-z0-9_-]{1,59})")
_TAKE = re.compile(r"/take(?:@\w+)?\s+#?([0-9]{1,12})", re.IGNORECASE)
"""How a case is taken by its number."""
_OF_A_CASE = re.compile(r"^[^\d\n]{1,40}([1-9][0-9]{4})\b")
"""How what the bot says of a case begins: a word or two, and its number."""
_DIRT = re.compile("[\x00\ud800-\udfff]")


class House(Struct):
    """Where the desk is, and who works there: Telegram's numbers, those of `staff` by ours.

    One for sender and receiver alike: a group that becomes a supergroup gets a new number while we run, people come
    and go. What is read here only says whose words these are; what somebody may do is asked where it is done.
    """

    desk_chat_id: int
    lead_ids: tuple[int, ...] = ()
    staff: dict[int, int] = {}

    def know(self, staff: Iterable[Member]) -> None:
        """These serve now, and nobody else."""
        self.staff = {one.row: one.id for one in staff}

    def works_here(self, id: int) -> bool:
        """Whether this is somebody of the desk."""
        return id in self.lead_ids or id in self.staff.values()


def translate(update: Update, house: House, read: Reader) -> Arrival | None:
    """The event in `update`, with whom it belongs to; None when it is none of ours. `read` never raises."""
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query, house)
    if update.my_chat_member is not None:
        return _membership(update.update_id, update.my_chat_member)
    if update.message_reaction is not None:
        return _reaction(update.update_id, update.message_reaction)
    if update.message is not None:
        taken = _taken(update.update_id, update.message, house)
        if taken is not None:
            return taken
        order = _order(update.message, house)
        if order is not None:
            return Arrival(update_id=update.update_id, event=order)
    message = update.message or update.edited_message
    if update.message is not None and (spoken := _spoken(update.message, house)) is not None:
        return Arrival(update_id=update.update_id, event=spoken)
    if message is None or not _from_a_person(message):
        return None
    edited = update.edited_message is not None
    if message.chat.type == ChatType.PRIVATE:
        if (beside := _beside(message, house, read)) is not None:
            return Arrival(update_id=update.update_id, event=beside)
        hers = _hers(update.update_id, message, read, edited=edited)
        if hers is not None and not edited and (answer := _answer(message, house, hers.event)) is not None:
            return Arrival(update_id=update.update_id, event=answer)
        return hers
    if message.chat.id == house.desk_chat_id:
        return _desks(update.update_id, message, edited=edited)
    return None


def clean(text: str, longest: int = LONGEST) -> str:
    """Without NUL and lone surrogates, which the databases refuse, and no longer than Telegram allows."""
    return _DIRT.sub("", text)[:longest]


def _hers(update_id: int, message: Message, read: Reader, *, edited: bool) -> Arrival | None:
    sender = message.chat.id
    if message.text:
        text = clean(message.text)
        said = Said(
            at=message.edit_date or message.date,
            message=message.message_id,
            text=text,
            finding=_worse(read, [text, _of_another_chat(message)], message),
            reply_to=_answered(message),
            edited=edited,
            entities=tuple(sorted({str(entity.type) for entity in message.entities})),
            forwarded=_is_passed_on(message),
            quote=message.external_reply is not None or message.reply_to_story is not None,
        )
        return Arrival(update_id=update_id, sender=sender, event=said)
    what = _shown(message)
    if not what:
        return None
    words = clean(_words(message))
    showed = Showed(
        at=message.edit_date or message.date,
        message=message.message_id,
        what=what,
        text=words,
        finding=_worse(read, [words], message),
        file="" if edited else _file(message, what),
        album=message.media_group_id is not None,
        reply_to=_answered(message),
        forwarded=_is_passed_on(message),
    )
    return Arrival(update_id=update_id, sender=sender, event=showed)


def _worse(read: Reader, texts: Iterable[str], message: Message) -> Finding | None:
    """The first finding of the gravest level among several texts of one message."""
    at = message.edit_date or message.date
    read_each = (read(text, message.chat.id, at, message.message_id) for text in texts if text)
    found = [one for one in read_each if one is not None]
    return max(found, key=lambda one: LEVELS.index(one.level) if one.level in LEVELS else -1, default=None)


def _of_another_chat(message: Message) -> str:
    """Words that she shows from another chat beside her own; concern reads them too."""
    outside = message.external_reply is not None and message.quote is not None
    return clean(message.quote.text) if outside and message.quote is not None else ""


def _is_passed_on(message: Message) -> bool:
    """Whether these are somebody else's words, or another bot's."""
    return message.forward_origin is not None or message.via_bot is not None


def _desks(update_id: int, message: Message, *, edited: bool) -> Arrival | None:
    """What is written in a topic, or in answer to a message (a desk without topics). General talk is theirs."""
    thread = message.message_thread_id if message.is_topic_message else None
    answered = _answered(message)
    if message.from_user is None or not (thread or answered):
        return None
    by = _staff(message.from_user)
    event: AnyEvent
    if message.text:
        event = DeskSaid(
            message=message.message_id,
            by=by,
            text=clean(message.text),
            reply_to=answered,
            quoted=_quoted(message) if answered else "",
            thread=thread or 0,
            edited=edited,
        )
    elif what := _shown(message):
        event = DeskShowed(
            message=message.message_id,
            by=by,
            what=what,
            reply_to=answered,
            text=clean(message.caption or ""),
            file=_file(message, what),
            quoted=_quoted(message) if answered else "",
            thread=thread or 0,
            edited=edited,
        )
    else:
        return None
    return Arrival(update_id=update_id, thread=thread, event=event)


def _taken(update_id: int, message: Message, house: House) -> Arrival | None:
    """A case taken by its number, at the desk or by one of its people in private: as its button would."""
    private = message.chat.type == ChatType.PRIVATE
    ours = house.works_here(message.chat.id) if private else message.chat.id == house.desk_chat_id
    take = _TAKE.fullmatch(clean(message.text or "").strip()) if ours else None
    if take is None or message.from_user is None or not _from_a_person(message):
        return None
    tapped = DeskTapped(message=message.message_id, by=_staff(message.from_user), act="take", case=int(take[1]))
    return Arrival(update_id=update_id, case=tapped.case, event=tapped)


def _order(message: Message, house: House) -> DeskOrdered | None:
    """An order about the desk as a whole, wherever in its group, or by one of its people in private; else None."""
    private = message.chat.type == ChatType.PRIVATE
    joins = _JOIN.fullmatch(clean(message.text or "").strip()) if private and _from_a_person(message) else None
    if joins is not None and message.from_user is not None:
        by = _staff(message.from_user)
        return DeskOrdered(
            message=message.message_id, at=message.date, by=by, name="join", about=joins[1], private=True
        )
    ours = house.works_here(message.chat.id) if private else message.chat.id == house.desk_chat_id
    order = _ORDER.fullmatch(clean(message.text or "").strip()) if ours else None
    if order is None:
        return None
    known = message.from_user is not None and _from_a_person(message)
    return DeskOrdered(
        message=message.message_id,
        at=message.date,
        by=_staff(message.from_user) if message.from_user is not None and known else None,
        name=order[1].lower(),
        about=order[2] or (_answered_words(message) if order[1].lower() in QUOTING else ""),
        private=private,
        reply_to=_answered(message),
    )


def _beside(message: Message, house: House, read: Reader) -> DeskOrdered | None:
    """Somebody of the desk answers, in her own chat, what names a case: it reaches nobody, and she has to hear so.

    Where concern finds something in it, it is about herself, and taken as anybody's words are.
    """
    if message.from_user is None or not house.works_here(message.chat.id):
        return None
    number = _OF_A_CASE.search(_quoted(message)) if _answered(message) else None
    words = clean(message.text or message.caption or "")
    if number is None or _worse(read, [words], message) is not None:
        return None
    by = _staff(message.from_user)
    about = number[1]
    return DeskOrdered(message=message.message_id, at=message.date, by=by, name="beside", about=about, private=True)


def _answer(message: Message, house: House, said: AnyEvent) -> DeskOrdered | None:
    """Words of somebody of the desk, in her own chat, in answer to a message of ours: to a circle she leads, or her own.

    Which of them is known where it is carried out: there the message is looked up.
    """
    ours = message.chat.id in house.staff.values() and bool(_answered(message))
    if not ours or not isinstance(said, Said) or message.from_user is None:
        return None
    return DeskOrdered(
        message=message.message_id,
        at=message.date,
        by=_staff(message.from_user),
        name=ANSWER,
        private=True,
        reply_to=_answered(message),
        said=said,
    )


def _spoken(message: Message, house: House) -> DeskOrdered | None:
    """A bare voice note of somebody of the desk in her own chat: what she was asked to record, or her own words.

    Which of them is known where it is carried out. One that she passes on from elsewhere says so.
    """
    ours = message.chat.type == ChatType.PRIVATE and message.chat.id in house.staff.values()
    answers_a_case = bool(_answered(message) and _OF_A_CASE.search(_quoted(message)))
    if not ours or message.voice is None or message.caption or message.from_user is None or answers_a_case:
        return None
    return DeskOrdered(
        message=message.message_id,
        at=message.date,
        by=_staff(message.from_user),
        name=VOICE,
        about=FORWARDED if message.forward_origin is not None else "",
        private=True,
        file=_file(message, "voice"),
    )


def _tap(update_id: int, query: CallbackQuery, house: House) -> Arrival | None:
    if query.message is None or query.from_user.is_bot:
        return None
    chat, data, number = query.message.chat, clean(query.data or ""), query.message.message_id
    act = _ACT.fullmatch(data)
    private = chat.type == ChatType.PRIVATE and chat.id == query.from_user.id
    here = chat.id == house.desk_chat_id or (private and house.works_here(query.from_user.id))
    if act and here:
        tapped = DeskTapped(message=number, by=_staff(query.from_user), act=act[2], case=int(act[1]))
        return Arrival(update_id=update_id, case=tapped.case, event=tapped)
    order = _TAPPED_ORDER.fullmatch(data) if here else None
    if order:
        by = _staff(query.from_user)
        ordered = DeskOrdered(message=number, by=by, name=order[1], about=order[2], private=private, tapped=True)
        return Arrival(update_id=update_id, event=ordered)
    if not private:
        return None
    return Arrival(update_id=update_id, sender=query.from_user.id, event=_tapped(data, number))


def _tapped(data: str, message: int) -> Tapped:
    tap = _TAP.fullmatch(data)
    if tap is None:
        return Tapped(message=message)
    return Tapped(message=message, talk=int(tap[1]), question=tap[2], value=tap[3])


def _reaction(update_id: int, change: MessageReactionUpdated) -> Arrival | None:
    """What she put on a message in her own chat, or took away."""
    if change.chat.type != ChatType.PRIVATE or change.user is None or change.user.is_bot:
        return None
    shown = {one.emoji for one in change.new_reaction if isinstance(one, ReactionTypeEmoji)}
    reacted = Reacted(at=change.date, message=change.message_id, hearts=not WARM.isdisjoint(shown))
    return Arrival(update_id=update_id, sender=change.chat.id, event=reacted)


def _membership(update_id: int, change: ChatMemberUpdated) -> Arrival | None:
    if change.chat.type != ChatType.PRIVATE:
        return None
    left = change.new_chat_member.status in {ChatMemberStatus.BANNED, ChatMemberStatus.LEFT}
    return Arrival(update_id=update_id, sender=change.chat.id, event=Left() if left else Returned())


def _from_a_person(message: Message) -> bool:
    """Not a channel, not an administrator hidden behind the group, not another bot."""
    sender = message.from_user
    return sender is not None and message.sender_chat is None and not sender.is_bot and sender.id != ANONYMOUS


def _answered(message: Message) -> int:
    """The message this one answers; 0 if none. In a topic everything "answers" the topic's opening notice."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created is not None:
        return 0
    if message.is_topic_message and answered.message_id == message.message_thread_id:
        return 0
    return answered.message_id


def _answered_words(message: Message) -> str:
    """The words of a person that an order without words of its own answers: they may stand for its own."""
    answered = message.reply_to_message
    spoken = answered is not None and _from_a_person(answered) and _answered(message) != 0
    return clean(answered.text or "", LONGEST_ORDER).strip() if spoken and answered is not None else ""


def _quoted(message: Message) -> str:
    """The words of a message of the bot's that this one answers."""
    answered = message.reply_to_message
    ours = answered is not None and answered.from_user is not None and answered.from_user.is_bot
    return clean(answered.text or "") if ours and answered is not None else ""


def _shown(message: Message) -> str:
    """What kind of thing was sent; "" for Telegram's own notices, "other" for a kind newer than our library."""
    for kind in SHOWN:
        if getattr(message, kind):
            return kind
    return "other" if message.api_kwargs and not message.text else ""


def _file(message: Message, what: str) -> str:
    """What a person could look at or listen to, by kind and Telegram's id; "" for the rest."""
    if what not in media.KINDS:
        return ""
    one = message.photo[-1] if what == "photo" else getattr(message, what)
    return f"{what}:{one.file_id}" if 0 < len(one.file_id) <= LONGEST_FILE else ""


def _words(message: Message) -> str:
    """Every word of hers in something that is not text."""
    words = [message.caption or ""]
    if message.poll is not None:
        words += [message.poll.question, *(option.text for option in message.poll.options)]
    if message.checklist is not None:
        words += [message.checklist.title, *(task.text for task in message.checklist.tasks)]
    if message.venue is not None:
        words += [message.venue.title]
    return "\n".join(word for word in words if word)


def _staff(user: User) -> Staff:
    return Staff(id=user.id, name=clean(user.first_name, LONGEST_NAME).strip())
