"""One row of the outbox carried to Telegram, and what became of it.

Slots are edited in place; what cannot be edited is sent anew. The desk's topics are made when first written to, and
made again when somebody deleted them; a desk without topics is written to as it is. Nothing here waits for pace or
touches the outbox: that is the sender's.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Final, Protocol, TypeVar

from msgspec import Struct, structs
from telegram import Bot, BotCommand, BotCommandScopeChat, InlineKeyboardMarkup, InputFile, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot import render
from bot.clock import Clock
from bot.desk.straits import Straits
from bot.faults import Kind, Verdict, sort
from bot.log import fields
from bot.pace import Pace
from bot.render import NO_PREVIEW, Part, Unsendable
from bot.room import Room
from bot.translate import House
from flows.effects import NOW
from flows.model import Message
from storage import posts, vanish
from storage.cases import waits
from storage.database import Database
from storage.drill import is_nobodys
from storage.outbox import Row, all_standing, begin_topic, drop_topic, forget_topic, save_topic
from storage.parcel import DESK_CHAT, to_her

logger = logging.getLogger("bot.post")

T = TypeVar("T")
CASE_TOPIC: Final = "desk:case:"
PAGES: Final = "alert:"
POSTS: Final = "post:"
WITH_GUIDES: Final = ("post:", "asked:")
"""Slots of members' words in the chat of whoever leads their circle."""
FIRST_PAUSE, LONGEST_PAUSE, DESK_PAUSE = 1.0, 30.0, 60.0
NO_FORUM_FOR: Final = 60.0
TRIES: Final = 5
FOLLOWING: Final = 3
GONE_ANYWAY: Final = frozenset({Kind.DONE, Kind.THREAD, Kind.NO_FORUM})
IMAGE: Final = "page.png"
AT_ONCE: Final = 100
"""How many messages Telegram deletes in one call."""

Paper = Callable[[int], Awaitable[tuple[str, bytes]]]
"""The name and the bytes of the file that holds everything kept of a person. LookupError if she is gone."""


class Picture(Protocol):
    """Makes what is said of a person's last weeks, and the picture of them, None where words go alone."""

    async def __call__(self, person: int, *, hers: bool) -> tuple[str, bytes | None]:
        """For her, or for staff. LookupError if she is gone."""


class What(Enum):
    """What became of a row. GONE: she cannot be reached; LOST: no retry would help; MISSED: nothing stands to be edited."""

    SENT = "sent"
    LATER = "later"
    HELD = "held"
    GONE = "gone"
    LOST = "lost"
    MISSED = "missed"


class Missed(Exception):  # noqa: N818 (it names what is so, not who erred)
    """The message that was to be changed does not stand in her chat, and may not be sent anew."""


class Outcome(Struct, frozen=True):
    """`messages` are Telegram's numbers, the last one the slot's; `seconds` to wait for LATER; `why` is a code.

    `asked` are those of her chat that were asked away. `noticed` is what was found to be wrong with the desk's group on
    the way: a code (`bot/desk/straits.py`), and the topic it is about, or "".
    """

    row: Row
    what: What
    messages: tuple[int, ...] = ()
    seconds: float = 0.0
    why: str = ""
    asked: vanish.Standing | None = None
    noticed: tuple[tuple[str, str], ...] = ()


class Way(Struct):
    """How one row goes: through which bot, to which chat, into which topic. Changes as Telegram corrects us."""

    bot: Bot
    chat: int
    thread: int | None


class Post:
    """Delivers rows. `title` names a topic by its address; `boundary` is called around every HTTP call."""

    def __init__(
        self,
        db: Database,
        house: House,
        title: Callable[[str], Awaitable[str]],
        *,
        pace: Pace,
        clock: Clock,
        boundary: Callable[[str], None] = lambda _: None,
        paper: Paper | None = None,
        picture: Picture | None = None,
        straits: Straits | None = None,
    ) -> None:
        self._db = db
        self._paper = paper
        self._picture = picture
        self._house = house
        self._room = Room(db, house, straits)
        self._title = title
        self._pace = pace
        self._clock = clock
        self._boundary = boundary
        self._no_forum_until = float("-inf")
        self._noticed: list[tuple[str, str]] = []

    async def deliver(self, row: Row, bot: Bot) -> Outcome:
        """Carry `row` out through `bot`. Never raises but when cancelled. To somebody made up nothing is sent."""
        if is_nobodys(row.address):
            return Outcome(row, What.SENT)
        if row.chat != DESK_CHAT:
            return await self._delivered(row, bot)
        self._noticed = []  # one row at a time is on its way to the desk
        outcome = await self._delivered(row, bot)
        return structs.replace(outcome, noticed=tuple(self._noticed))

    async def _delivered(self, row: Row, bot: Bot) -> Outcome:
        try:
            if row.parcel.vanish:
                return await self._vanish(row, bot)
            if await self._is_over(row):
                return Outcome(row, What.SENT)
            messages = await self._carried(row, bot)
        except Unsendable:
            return Outcome(row, What.LOST, why="unsendable")
        except Missed:
            return Outcome(row, What.MISSED)
        except ChatMigrated as error:
            return await self._moved(row, error)
        except Exception as error:  # noqa: BLE001 (sorted, every kind of it)
            return self._judged(row, error)
        return Outcome(row, What.SENT, tuple(messages))

    async def _moved(self, row: Row, error: ChatMigrated) -> Outcome:
        """Follow the desk's group, whatever call learnt of it. The row is read anew, without the old room's numbers."""
        if row.chat != DESK_CHAT:
            return self._judged(row, error)
        try:
            await self._room.follow(error.new_chat_id)
        except Exception as fault:  # noqa: BLE001 (the next call learns of it again)
            return self._judged(row, fault)
        # What a receipt points to stayed behind; its number may be another message here.
        return Outcome(row, What.SENT if row.parcel.emoji else What.LATER)

    async def _is_over(self, row: Row) -> bool:
        """Whether a page still waits here though a person has the case by now, or a post that is not to go to her."""
        if row.person is not None and row.parcel.message is not None and row.parcel.slot.startswith(POSTS):
            async with self._db.read() as conn:
                return not await posts.stands(conn, row.person, row.parcel.slot)
        if row.person is None and row.parcel.message is not None and row.parcel.slot.startswith(WITH_GUIDES):
            async with self._db.read() as conn:
                return not (row.parcel.edit or await posts.is_kept(conn, row.parcel.slot))
        number = row.parcel.slot.removeprefix(PAGES)
        if row.parcel.edit or number == row.parcel.slot or not number.isdecimal():
            return False
        async with self._db.read() as conn:
            return not await waits(conn, int(number))

    async def _carried(self, row: Row, bot: Bot) -> list[int]:
        chat = self._chat(row)
        if row.parcel.spoiled or chat is None:
            raise Unsendable("nobody to send it to")
        way = Way(bot, chat, row.thread)
        if row.parcel.remove:
            return await self._remove(row, way)
        if row.parcel.emoji:
            return await self._react(row, way)
        if row.parcel.retract:
            return await self._retract(row, way)
        if row.parcel.commands is not None:
            return await self._commands(row.parcel.commands, way)
        if row.parcel.hand:
            return await self._hand(row, way)
        if row.parcel.draw:
            return await self._draw(row, way)
        if row.parcel.message is None:
            raise Unsendable("nothing to do")
        return await self._message(row, way, row.parcel.message)

    def _chat(self, row: Row) -> int | None:
        if isinstance(row.address, int):
            return row.address or None
        if row.chat == DESK_CHAT:
            return self._house.desk_chat_id or None
        kind, _, index = row.address.partition(":")
        if kind == "staff":
            return self._house.staff.get(int(index))
        leads = dict(enumerate(self._house.lead_ids))
        return leads.get(int(index)) if index.isdecimal() else None

    async def _message(self, row: Row, way: Way, message: Message) -> list[int]:
        parts = _rendered(message)
        captioned = bool(message.file) and not row.parcel.stands  # only a reply that stands has its caption changed
        if row.replaces is not None and len(parts) == 1 and message.keys is None and not captioned:
            edited = await self._edit(way, parts[0], row.replaces)
            if edited:
                return [row.replaces]
        if row.parcel.stands:
            raise Missed
        if row.parcel.topic and way.thread is None:
            way.thread = await self._new_topic(row, way)
        sent = [await self._send(row, way, parts[0])]
        if row.renews is not None:
            await self._deleted(way.bot.delete_message(way.chat, row.renews))
        for part in parts[1:]:
            self._pace.take(row.lane, desk=row.chat == DESK_CHAT)
            sent.append(await self._follow(row, way, part))
        if row.parcel.pin:
            await self._pin(way, sent[0])
        return sent

    async def _pin(self, way: Way, number: int) -> None:
        """Pin a message that was just sent. Where that is refused it stands there unpinned: it is sent already."""
        try:
            await self._call(way.bot.pin_chat_message(way.chat, number, disable_notification=True))
        except TelegramError as error:
            logger.warning("not pinned", extra=fields(error=error))

    async def _follow(self, row: Row, way: Way, part: Part) -> int:
        """Send a further part, with patience: giving up here would send its beginning twice."""
        for _ in range(FOLLOWING):
            try:
                return await self._send(row, way, part)
            except TelegramError as error:
                verdict = sort(error, "sendMessage")
                if verdict.kind not in {Kind.WAIT, Kind.AGAIN} or verdict.seconds > LONGEST_PAUSE:
                    raise
                await asyncio.sleep(verdict.seconds or FIRST_PAUSE)
        return await self._send(row, way, part)

    async def _edit(self, way: Way, part: Part, number: int) -> bool:
        """Whether message `number` now shows `part`; False when it is no longer there to be changed."""
        markup = part.markup if isinstance(part.markup, InlineKeyboardMarkup) else None
        text = part.text
        if part.file:
            call = way.bot.edit_message_caption(way.chat, number, caption=text, reply_markup=markup)
        else:
            call = way.bot.edit_message_text(
                text, way.chat, number, reply_markup=markup, link_preview_options=NO_PREVIEW
            )
        try:
            await self._call(call)
        except TelegramError as error:
            kind = sort(error, "editMessageText").kind
            if kind in {Kind.MISSING, Kind.THREAD}:
                return False
            if kind is not Kind.DONE:
                raise
        return True

    async def _send(self, row: Row, way: Way, part: Part) -> int:
        """Send, and once more where Telegram says what was wrong with the way or with the keyboard."""
        try:
            return await self._send_once(row, way, part)
        except TelegramError as error:
            part = await self._mended(row, way, part, error)
        return await self._send_once(row, way, part)

    async def _mended(self, row: Row, way: Way, part: Part, error: TelegramError) -> Part:
        verdict = sort(error, "sendMessage")
        if verdict.kind is Kind.THREAD and row.parcel.topic:
            await self._forget(row.parcel.topic)
            self._noticed.append(("topic_gone", row.parcel.topic))
            way.thread = await self._new_topic(row, way)
            return part
        of_file = bool(part.file) and any(word in error.message.lower() for word in ("file", "voice"))
        if (
            verdict.kind in {Kind.OURS, Kind.PLAIN}
            and isinstance(error, BadRequest)
            and part.markup is not None
            and not of_file
        ):
            # Words without their buttons can still be read and answered.
            logger.error("sent without its keyboard", extra=fields(lane=row.lane))
            return Part(part.text, file=part.file, instead=part.instead)
        if verdict.kind in {Kind.OURS, Kind.PLAIN} and isinstance(error, BadRequest) and part.file:
            # Telegram does not give it any more: people must know that there was something.
            logger.error("sent without its file", extra=fields(lane=row.lane))
            return Part(part.instead or f"⚠️ {part.file.partition(':')[0]}\n{part.text}", part.markup)
        raise error

    async def _send_once(self, row: Row, way: Way, part: Part) -> int:
        if part.file:
            return await self._send_file(row, way, part)
        sent = await self._call(
            way.bot.send_message(
                way.chat,
                part.text,
                reply_markup=part.markup,
                message_thread_id=way.thread,
                disable_notification=silent(row) or None,
                link_preview_options=NO_PREVIEW,
                reply_parameters=_answering(row),
            )
        )
        return sent.message_id

    async def _send_file(self, row: Row, way: Way, part: Part) -> int:
        """What somebody showed, by Telegram's id of it: it is never fetched, and nobody at the desk can pass it on."""
        kind, _, file = part.file.partition(":")
        caption = {} if kind == "video_note" else {"caption": part.text or None}
        # On her phone a picture stays covered until she taps it: nobody sees it over her shoulder.
        cover = {"has_spoiler": True} if kind == "photo" and to_her(row.chat) else {}
        sent = await self._call(
            getattr(way.bot, f"send_{kind}")(
                way.chat,
                file,
                **caption,
                **cover,
                reply_markup=part.markup,
                message_thread_id=way.thread,
                disable_notification=silent(row) or None,
                protect_content=True,
            )
        )
        return int(sent.message_id)

    async def _react(self, row: Row, way: Way) -> list[int]:
        await self._call(way.bot.set_message_reaction(way.chat, row.parcel.react_to, row.parcel.emoji))
        return []

    async def _vanish(self, row: Row, bot: Bot) -> Outcome:
        """Ask away what stands in her chat now. What Telegram says cannot go is as good as gone: nobody can remove it."""
        chat = self._chat(row)
        if row.parcel.spoiled or chat is None or row.person is None:
            raise Unsendable("nobody's chat")
        async with self._db.read() as conn:
            asked = await vanish.standing(conn, row.person, row.parcel.vanish, self._clock.now())
        for at in range(0, len(asked.messages), AT_ONCE):
            if at:
                self._pace.take(row.lane)
            some = asked.messages[at : at + AT_ONCE]
            if not await self._deleted(bot.delete_messages(chat, some)):
                for message in some:
                    self._pace.take(row.lane)
                    await self._deleted(bot.delete_message(chat, message))
        return Outcome(row, What.SENT, asked=asked)

    async def _deleted(self, call: Awaitable[bool]) -> bool:
        """False where Telegram refuses: one of many it may not delete, or one it never can."""
        try:
            await self._call(call)
        except TelegramError as error:
            if sort(error, "deleteMessages").kind not in {Kind.DONE, Kind.OURS}:
                raise
            logger.info("not deleted", extra=fields(error=error))
            return False
        return True

    async def _hand(self, row: Row, way: Way) -> list[int]:
        if self._paper is None or row.person is None:
            raise Unsendable("no file to hand over")
        try:
            name, content = await self._paper(row.person)
        except LookupError:
            raise Unsendable("she was forgotten") from None
        sent = await self._call(way.bot.send_document(way.chat, InputFile(content, filename=name)))
        return [sent.message_id]

    async def _draw(self, row: Row, way: Way) -> list[int]:
        """Her last weeks. Nobody can pass the picture on, and on her own phone it stays covered until she taps it."""
        if self._picture is None or row.person is None:
            raise Unsendable("no picture to draw")
        try:
            told, image = await self._picture(row.person, hers=to_her(row.chat))
        except LookupError:
            raise Unsendable("she was forgotten") from None
        text = "\n\n".join(part for part in (row.parcel.text, told) if part)
        if image is not None:
            try:
                return [await self._show(row, way, text, image)]
            except BadRequest as error:
                if sort(error, "sendPhoto").kind not in {Kind.OURS, Kind.PLAIN}:
                    raise
                logger.warning("sent without its picture", extra=fields(error=error, lane=row.lane))
        return [await self._send_once(row, way, Part(text))]

    async def _show(self, row: Row, way: Way, text: str, image: bytes) -> int:
        sent = await self._call(
            way.bot.send_photo(
                way.chat,
                InputFile(image, filename=IMAGE),
                caption=text,
                has_spoiler=to_her(row.chat),
                protect_content=True,
                disable_notification=silent(row) or None,
            )
        )
        return sent.message_id

    async def _remove(self, row: Row, way: Way) -> list[int]:
        if way.thread is not None:
            try:
                await self._call(way.bot.delete_forum_topic(way.chat, way.thread))
            except TelegramError as error:
                if not isinstance(error, BadRequest):
                    raise
                if lacks_rights(error) or sort(error, "deleteForumTopic").kind not in GONE_ANYWAY:
                    self._noticed.append(("topic_stays", row.parcel.topic))
                    return []  # it is remembered, and tried again every day
            await self._forget(row.parcel.topic)
        return []

    async def _retract(self, row: Row, way: Way) -> list[int]:
        """Take back all that stands in a slot, or one message. What Telegram says cannot go any more is as good as gone."""
        numbers = [row.parcel.number]
        if not row.parcel.number:
            async with self._db.read() as conn:
                numbers = await all_standing(conn, row.chat, row.parcel.slot)
        for number in numbers:
            await self._deleted(way.bot.delete_message(way.chat, number))
        return []

    async def _commands(self, commands: tuple[tuple[str, str], ...], way: Way) -> list[int]:
        """Telegram's own menu in her chat: these, or the bot's own list again."""
        scope = BotCommandScopeChat(way.chat)
        if commands:
            await self._call(way.bot.set_my_commands([BotCommand(*one) for one in commands], scope))
        else:
            await self._call(way.bot.delete_my_commands(scope))
        return []

    async def _new_topic(self, row: Row, way: Way) -> int | None:
        """The thread of a topic just made and remembered; None where the desk has no topics."""
        if self._clock.monotonic() < self._no_forum_until:
            return None
        async with self._db.write() as conn:
            if twin := await begin_topic(conn, row.parcel.topic):
                self._noticed.append(("twin", twin))
        self._pace.take(row.lane, desk=True)
        try:
            made = await self._call(way.bot.create_forum_topic(way.chat, await self._title(row.parcel.topic)))
        except TelegramError as error:
            await self._without_topic(row, error)
            return None
        async with self._db.write() as conn:
            await save_topic(conn, row.parcel.topic, made.message_thread_id)
        return made.message_thread_id

    async def _without_topic(self, row: Row, error: TelegramError) -> None:
        """Where Telegram makes no topic, what was to stand in it goes to the group as it is. Raises where it may yet.

        Nothing is noted as begun any more, unless nobody knows whether Telegram made it.
        """
        verdict = sort(error, "createForumTopic")
        if verdict.kind is not Kind.AGAIN:
            async with self._db.write() as conn:
                await drop_topic(conn)
        if verdict.kind is Kind.NO_FORUM:
            self._no_forum_until = self._clock.monotonic() + NO_FORUM_FOR
            self._noticed.append(("no_topics" if lacks_rights(error) else "no_forum", ""))
        elif isinstance(error, BadRequest) and verdict.kind not in {Kind.GONE, Kind.MIGRATED}:
            self._no_forum_until = self._clock.monotonic() + NO_FORUM_FOR
            self._noticed.append(("no_topic", row.parcel.topic))
        elif row.parcel.topic != NOW:
            raise error  # an alert goes out at once, topic or not

    async def _forget(self, topic: str) -> None:
        async with self._db.write() as conn:
            await forget_topic(conn, topic)

    async def _call(self, call: Awaitable[T]) -> T:
        self._boundary("before http")
        result = await call
        self._boundary("after http")
        return result

    def _judged(self, row: Row, error: Exception) -> Outcome:
        verdict = sort(error)
        if row.parcel.commands is not None:
            return _menu_unset(row, verdict, error)
        logger.warning("not sent", extra=fields(error=error, kind=verdict.kind, lane=row.lane, attempt=row.attempts))
        if verdict.kind is Kind.WAIT:
            self._pace.pause(row.chat, verdict.seconds, desk=row.chat == DESK_CHAT)
            return Outcome(row, What.LATER, seconds=verdict.seconds)
        if verdict.kind is Kind.DONE:
            return Outcome(row, What.SENT)
        if verdict.kind is Kind.GONE:
            return _unreachable(row)
        if verdict.kind in {Kind.AGAIN, Kind.CONFLICT}:
            return Outcome(row, What.LATER, seconds=pause(row.attempts))
        if row.parcel.emoji and isinstance(error, TelegramError):
            return Outcome(row, What.SENT)  # a receipt that cannot be shown is nobody's loss
        if verdict.kind is Kind.AUTH:
            return Outcome(row, What.LATER, seconds=pause(row.attempts))
        if not isinstance(error, TelegramError) and row.attempts < TRIES:
            return Outcome(row, What.LATER, seconds=pause(row.attempts))
        return Outcome(row, What.LOST, why=verdict.kind.value)


def lacks_rights(error: TelegramError) -> bool:
    """Whether Telegram refuses because of what the bot may not do in the group."""
    return "not enough rights" in error.message.lower()


def _answering(row: Row) -> ReplyParameters | None:
    """The message of the same chat that this answers; gone from there, it goes all the same."""
    return None if row.answers is None else ReplyParameters(row.answers, allow_sending_without_reply=True)


def silent(row: Row) -> bool:
    """Whether it comes without a sound, as every change does. At the desk, of the lasting topics only *Now* has one."""
    topic = row.parcel.topic
    return row.parcel.silent or row.parcel.edit or (bool(topic) and topic != NOW)


def pause(attempts: int) -> float:
    """Seconds before the next try: one, doubling to thirty, a fifth of it chance."""
    doubled: float = FIRST_PAUSE * 2 ** min(attempts, 10)
    return min(doubled, LONGEST_PAUSE) * random.uniform(0.8, 1.0)  # noqa: S311 (spread, not secrecy)


def _unreachable(row: Row) -> Outcome:
    """She left. A lead who did is only told about; the desk itself is tried again, for there is no other."""
    if row.chat == DESK_CHAT:
        return Outcome(row, What.LATER, seconds=DESK_PAUSE, why="desk")
    if row.person is not None and to_her(row.chat):
        return Outcome(row, What.GONE)
    return Outcome(row, What.LOST, why="lead")


def _menu_unset(row: Row, verdict: Verdict, error: Exception) -> Outcome:
    """A menu that could not be set: let be where Telegram refuses it. She has her buttons, and nobody is told.

    While Telegram is only out of reach it is tried again, like words: on a shared phone the old menu tells too much.
    """
    logger.warning("a menu was not set", extra=fields(error=error, kind=verdict.kind, attempt=row.attempts))
    if verdict.kind in {Kind.WAIT, Kind.AGAIN, Kind.AUTH, Kind.CONFLICT}:
        return Outcome(row, What.LATER, seconds=verdict.seconds or pause(row.attempts))
    return Outcome(row, What.SENT)


def _rendered(message: Message) -> tuple[Part, ...]:
    """As Telegram takes it; a faulty keyboard is left away rather than the words."""
    try:
        return render.parts(message)
    except Unsendable:
        logger.error("rendered without its keyboard")  # noqa: TRY400 (the text of an exception is never logged)
        return render.parts(Message(text=message.text))
