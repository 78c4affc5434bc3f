"""Puts the parts together; the only place where things are constructed.

Three loops run beside each other and share only the database: receive, turns, send. If one of them ends, the
process ends, non-zero, and whoever watches it starts it again; nothing accepted is lost by that.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import secrets
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from msgspec import structs
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Update
from telegram.error import TelegramError

from bot.circles import Circles
from bot.clock import Clock, Tick, Ticks
from bot.desk import rounds, seating, waiting
from bot.desk.orders import Orders
from bot.desk.straits import Straits
from bot.desk.work import Tools, Work
from bot.door import Door
from bot.ear import MOMENT, Ear
from bot.elsewhere import Elsewhere
from bot.guard import Guard, Hook
from bot.introduction import Introduction
from bot.log import fields
from bot.pace import Pace
from bot.paper import Paper
from bot.picture import Picture
from bot.post import Outcome, Post, What
from bot.receive import Poll, Receiver
from bot.request import AiohttpRequest
from bot.request import bot as telegram_bot
from bot.room import Room
from bot.rush import Rush
from bot.send import RESERVED, Sender
from bot.settings import Faulty, Settings, founders
from bot.translate import House, translate
from bot.turns import Turns
from bot.upkeep import Upkeep
from bot.webhook import Webhook
from content.library import Library, load
from content.schema import ContentError, Fault
from flows import concern
from flows.effects import TECH, Lane, Retract, Send, lead
from flows.events import DeskOrdered, Staff
from flows.model import Desk, Message
from storage.capacity import admit
from storage.database import Database, address
from storage.desk import settled
from storage.drill import is_drill
from storage.facts import keep_moment, moment
from storage.faults import StorageError
from storage.inbox import Arrival, Inbox
from storage.ledger import Ledger, level_of
from storage.office import Office
from storage.outbox import Outbox
from storage.parcel import DESK_CHAT
from storage.pending import pending
from storage.samples import Samples
from storage.scenes import Scenes
from storage.seal import Master, load_master

logger = logging.getLogger("bot.app")

SWEEP = 3600.0
SCRUB = 30.0
DAY = timedelta(days=1)
CHANCE_BITS = 63
LONGEST_WHY = 100


def desk_of(settings: Settings) -> Desk:
    """The desk as the flows know it."""
    return Desk(
        opens=settings.desk_opens,
        closes=settings.desk_closes,
        zone=settings.desk_zone,
        leads=len(settings.lead_ids),
        language=settings.desk_language,
        samples=settings.sample_words,
    )


class App:
    """A bot that is put together and not yet running. `boundary` is called around every commit and request."""

    def __init__(
        self, settings: Settings, clock: Clock, db: Database, library: Library, boundary: Callable[[str], None]
    ) -> None:
        self.db = db
        self.clock = clock
        self.library = library
        self.wake, self.bell = asyncio.Event(), asyncio.Event()
        self._desk = desk_of(settings)
        self._inbox, self._outbox = Inbox(db), Outbox(db)
        self._samples = Samples(db, library, self._desk)
        house = self._house = House(desk_chat_id=settings.desk_chat_id, lead_ids=settings.lead_ids)
        self._office = Office(db, self._desk, house.know)
        self._founders = founders(settings)
        rules = concern.compile_rules(library.rules)
        self._ear = Ear(rules if settings.second_ear else structs.replace(rules, signs=None))
        self._username = ""
        self._tools = Tools(db, library, self._office, self._samples, lambda: self._username)
        self._straits = Straits(self._tools, clock, self.wake)
        self._orders = Orders(self._tools)
        db.boundary = boundary
        self.bot = telegram_bot(settings.token, settings.telegram_api_url, AiohttpRequest())
        urgent = telegram_bot(settings.token, settings.telegram_api_url, AiohttpRequest(RESERVED))
        # A pool of its own for listening, so that no send can hold it up.
        self._requests = [self.bot.request, urgent.request, AiohttpRequest(1)]
        pace = Pace(clock.monotonic, every=settings.pace_all, bulk=settings.pace_bulk, desk=settings.pace_desk)
        self._elsewhere = Elsewhere(self.bot, house)
        self.door = Door(
            self.bot,
            db,
            self._translated(house),
            clock=clock,
            bell=self.wake,
            on_parked=self._parked,
            on_ahead=self._ahead,
            on_order=self._order,
            on_staff=self._staff_acts,
            on_worry=pace.give_way,
            room=Room(db, house, self._straits),
            elsewhere=self._elsewhere,
        )
        self.receiver = self._webhook(settings) if settings.webhook_url else self._polling(settings)
        self.introduction = Introduction(self.bot, library)
        chance, username = (lambda: secrets.randbits(CHANCE_BITS)), (lambda: self._username)
        ledger = Ledger(db, Scenes(db, library, self._office, chance, username), self._samples)
        self.circles = Circles(db, clock, self._tools)
        self.turns = Turns(
            db, ledger, clock, wake=self.wake, bell=self.bell, circles=self.circles.round, on_parked=self._parked
        )
        post = Post(
            db,
            house,
            self._title,
            pace=pace,
            clock=clock,
            boundary=boundary,
            paper=Paper(db, library, clock),
            picture=Picture(db, library, clock, self._desk.language),
            straits=self._straits,
        )
        self.upkeep = Upkeep(db, clock, settings.data_dir)
        self.sender = Sender(
            post,
            self.bot,
            urgent,
            db,
            pace=pace,
            clock=clock,
            bell=self.bell,
            turns=self.wake,
            on_trouble=self._trouble,
            rush=Rush(db, self._waiting, pace=pace, clock=clock),
        )

    async def close(self) -> None:
        """Let acknowledgements under way finish, and give back every connection."""
        await self.door.close()
        for request in self._requests:
            await request.shutdown()

    async def run(self) -> None:
        """Run the loops until cancelled, or until one of them ends."""
        ticks = Ticks(
            [
                Tick("sweep", SWEEP, self._sweep),
                Tick("scrub", SCRUB, self.upkeep.scrub),
                Tick("retain", SWEEP, self.upkeep.retain),
                Tick("rounds", rounds.EVERY, self.rounds),
                Tick("moment", MOMENT.total_seconds(), self._let_go),
            ]
        )
        ticks.start()
        loops = [asyncio.create_task(part.run()) for part in (self.receiver, self.turns, self.sender)]
        beside = asyncio.create_task(self.introduction.run())
        try:
            done, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (*loops, beside):
                task.cancel()
            await asyncio.gather(*loops, beside, return_exceptions=True)
            await ticks.stop()

    async def begin(self) -> None:
        """Before anything else: forget whom a backup brought back, and know who works at the desk."""
        await self.upkeep.begin()
        async with self.db.write() as conn:
            await self._office.begin(conn, self._founders, self.clock.now())

    async def rounds(self) -> None:
        """What the desk does by itself."""
        now = self.clock.now()
        ahead = await seating.ahead(self._tools, now)
        async with self.db.write() as conn:
            for send in await rounds.walked(self._tools, conn, now, ahead):
                await self._promise(conn, send)
        await self._know_oneself()
        for chat in await self._elsewhere.leave():
            async with self.db.write() as conn:
                desk = await self._office.desk(conn)
                work = Work(tools=self._tools, conn=conn, desk=desk, now=self.clock.now())
                await work.put_on_record("left:elsewhere")
                await self._tell_lead(conn, "people.elsewhere", chat=chat)

    async def _staff_acts(self, conn: AsyncConnection, by: Staff) -> None:
        """Names at the desk are those of Telegram."""
        desk = await self._office.desk(conn)
        member = desk.member(by.id)
        if member is not None and by.name and member.name != by.name:
            await self._office.enrol(conn, by, member.role, self.clock.now())

    async def _know_oneself(self) -> None:
        """Links to the desk need the bot's own name."""
        if not self._username:
            with contextlib.suppress(TelegramError):
                self._username = (await self.bot.get_me()).username or ""

    async def quiet(self) -> bool:
        """Whether nothing is left to do at this moment."""
        await self.sender.drained()
        async with self.db.read() as conn:
            return await pending(conn, self.clock.now()) == 0

    def _polling(self, settings: Settings) -> Receiver:
        poll = Poll(self._requests[-1], f"{settings.telegram_api_url}/bot{settings.token}")
        return Receiver(poll, self.bot, self.door, clock=self.clock, on_taken=self._taken)

    def _webhook(self, settings: Settings) -> Webhook:
        host, port = settings.webhook_listen
        hook = Hook(settings.webhook_url, settings.webhook_secret, host, port)
        asking = telegram_bot(settings.token, settings.telegram_api_url, self._requests[-1])
        guard = Guard(hook, asking, self.door, clock=self.clock, on_taken=self._taken, on_undelivered=self._undelivered)
        return Webhook(hook, self.door, guard, clock=self.clock)

    def _translated(self, house: House) -> Callable[[Update], Arrival | None]:
        return lambda update: translate(update, house, self._ear.heard)

    async def _waiting(self, conn: AsyncConnection, now: datetime) -> Message | None:
        desk = await self._office.desk(conn)
        return await waiting.listed(Work(tools=self._tools, conn=conn, desk=desk, now=now))

    async def _title(self, address: str) -> str:
        """The title of a desk topic: the fixed ones by name, a case's by its number and level only."""
        say, language = self.library.text, self._desk.language
        kind, _, number = address.removeprefix("desk:").partition(":")
        if kind != "case":
            return say(language, f"desk.topic.{kind}")
        async with self.db.read() as conn:
            level = await level_of(conn, int(number))
            mark = say(language, "drill.mark") + " " if await is_drill(conn, int(number)) else ""
        return mark + say(language, "desk.topic.case", number=number, level=say(language, f"desk.level.{level}"))

    async def _parked(self, conn: AsyncConnection, count: int) -> None:
        await self._tell_tech(conn, "desk.tech.parked", n=count)

    async def _ahead(self, conn: AsyncConnection) -> None:
        """Once a day, or a clock that is wrong would fill the topic."""
        now, told = self.clock.now(), await moment(conn, "told of the clock")
        if told is None or abs(now - told) >= DAY:
            await keep_moment(conn, "told of the clock", now)
            await self._tell_tech(conn, "desk.tech.clock")

    async def _taken(self) -> None:
        async with self.db.write() as conn:
            await self._tell_tech(conn, "desk.tech.taken")
            await self._tell_lead(conn, "desk.tech.taken")

    async def _undelivered(self, waiting: int, why: str) -> None:
        async with self.db.write() as conn:
            await self._tell_tech(conn, "desk.tech.undelivered", n=waiting, why=why[:LONGEST_WHY] or "?")

    async def _order(self, conn: AsyncConnection, order: DeskOrdered) -> None:
        now = self.clock.now()
        for said in await self._orders.carry_out(conn, order, now):
            await self._promise(conn, said)
        self.bell.set()

    async def _trouble(self, conn: AsyncConnection, outcome: Outcome) -> None:
        await self._straits.met(conn, outcome.noticed)
        if outcome.what is What.SENT:
            self.bell.set()
            return
        if outcome.row.chat == DESK_CHAT and outcome.what is What.LATER:
            # The desk is what is out of reach: somebody has to hear of it elsewhere.
            if outcome.why:
                await self._straits.out_of_reach(conn)
            self.bell.set()
            return
        if outcome.row.chat.startswith("staff:") and outcome.row.lane is Lane.SAFETY:
            await self._instead(conn, outcome)
        await self._tell_tech(conn, "desk.tech.unsent", chat=outcome.row.chat.partition(":")[0][:4], why=outcome.why)

    async def _instead(self, conn: AsyncConnection, outcome: Outcome) -> None:
        """A page to somebody who has no chat with the bot goes to those whom the operator named, but her."""
        message, missed = outcome.row.parcel.message, self._house.staff.get(int(outcome.row.chat.partition(":")[2]))
        for index, id in enumerate(self._house.lead_ids):
            if message is not None and id != missed and not outcome.row.parcel.edit:
                await self._promise(conn, Send(to=lead(index), message=message, lane=Lane.SAFETY))

    async def _tell_tech(self, conn: AsyncConnection, key: str, **variables: object) -> None:
        await self._promise(conn, Send(to=TECH, message=self._words(key, **variables), silent=True))

    async def _tell_lead(self, conn: AsyncConnection, key: str, **variables: object) -> None:
        if self._desk.leads:
            await self._promise(conn, Send(to=lead(0), message=self._words(key, **variables), lane=Lane.SAFETY))

    def _words(self, key: str, **variables: object) -> Message:
        return Message(text=self.library.text(self._desk.language, key, **variables))

    async def _promise(self, conn: AsyncConnection, send: Send | Retract) -> None:
        await self._outbox.put(conn, None, [send], self.clock.now())
        self.bell.set()

    async def _let_go(self) -> None:
        """Where nobody writes, too, no words stay in memory for long."""
        self._ear.let_go(self.clock.now())

    async def _sweep(self) -> None:
        """Every hour, at the start, and after the clock was set back."""
        async with self.db.write() as conn:
            await self._inbox.forget_seen(conn, self.clock.now())
            await self._outbox.pull_in(conn, self.clock.now())
            await admit(self.db, conn, self.clock.now())
            await self._samples.open(conn, self.clock.now())
        self.bell.set()


def agree(settings: Settings, library: Library) -> None:
    """What settings ask of the content. Raises `Faulty`."""
    spoken = sorted(language.code for language in library.languages)  # a draft has no words for the desk
    if settings.desk_language not in spoken:
        raise Faulty([f"DESK_LANGUAGE: there are no texts in that language. Choose one of {', '.join(spoken)}."])


@asynccontextmanager
async def assembled(
    settings: Settings, clock: Clock, boundary: Callable[[str], None] = lambda _: None, library: Library | None = None
) -> AsyncIterator[App]:
    """An `App` over an open database; closed in order at the end.

    StorageError, ContentError or Faulty, with nothing changed, when it cannot be put together.
    """
    library = library or load(plugins=settings.plugin_instruments, today=clock.now().date())
    agree(settings, library)
    _try_hearing(library)
    master = master_of(settings)
    async with AsyncExitStack() as stack:
        db = await Database.open(settings.database_url or None, master, settings.data_dir)
        stack.push_async_callback(db.close)
        async with db.write() as conn:
            desk = await settled(db, conn, settings.desk_chat_id)
        app = App(structs.replace(settings, desk_chat_id=desk), clock, db, library, boundary)
        stack.push_async_callback(app.close)
        await app.begin()
        yield app


def _try_hearing(library: Library) -> None:
    if rule := concern.unread(concern.compile_rules(library.rules)):
        said = "its example cannot be read: nobody's words would bring a person at once. Run `run_bot.py check`"
        raise ContentError((Fault("content/concern", rule, said),))


def master_of(settings: Settings) -> Master:
    """The master key that the settings name. StorageError where there is none and data that needs it."""
    file = address(settings.database_url or None, settings.data_dir)
    beside = Path(file.database) if file.drivername.startswith("sqlite") and file.database else None
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        master, from_file = load_master(settings.data_key or None, settings.data_dir, beside)
    except OSError as fault:
        wrong = f"DATA_DIR: {settings.data_dir} cannot be used ({fault.strerror})"
        raise StorageError(f"{wrong}. Give a folder that this user may write to.") from None
    if from_file:
        logger.warning("the data key lies beside the data: keep a copy elsewhere, or set DATA_KEY", extra=fields())
    return master


class Runs(Protocol):
    """What can be run until it is cancelled."""

    async def run(self) -> None:
        """Raise what ended it, if it ends by itself."""


async def until_stopped(app: Runs) -> None:
    """Run until SIGTERM or Ctrl-C; raises what ended a loop by itself."""
    gc.freeze()  # texts and rules stay for good: the collector need not walk them again and again
    running = asyncio.create_task(app.run())
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running


def without_token(
    settings: Settings, *, token: str, url: str, desk: int, leads: tuple[int, ...] = (), staff: tuple[int, ...] = ()
) -> Settings:
    """Settings for a Telegram on this machine: no pace to keep, drafts allowed."""
    fast = 1_000_000
    return structs.replace(
        settings,
        token=token,
        telegram_api_url=url,
        desk_chat_id=desk,
        lead_ids=leads,
        staff_ids=staff,
        allow_drafts=True,
        pace_all=fast,
        pace_bulk=fast,
        pace_desk=fast,
    )
