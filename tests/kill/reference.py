"""Every script played once with nobody dying: what appears after which act, and which boundaries are met.

It is played in this process, before anything is forked, so that what it loads and compiles every life inherits.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.app import App, assembled, without_token
from bot.phones import Cloud, serve
from bot.phones.chats import FIRST_GROUP_ID, FIRST_USER_ID
from bot.post import Outcome
from bot.settings import Settings
from content.library import Library
from storage.outbox import Row
from tests.kill.clock import SharedClock
from tests.kill.house import KEY, House, Look
from tests.kill.life import Boundaries, Writes, listened
from tests.kill.scripts import JOINING, PIECES, SCRIPTS, Script, Stage
from tests.kill.verdict import Expected, Item, Ledger, blotted

TOKEN = "1:test"
HER, GULRU, DESK = FIRST_USER_ID, FIRST_USER_ID + 1, FIRST_GROUP_ID
NAMES = {HER: "her", GULRU: "lead", DESK: "desk"}
SETTLED = 20.0


@dataclass(frozen=True)
class Reference:
    """One script's undisturbed run."""

    expected: Expected
    boundaries: tuple[str, ...]
    outcome: dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """What every run is made of."""

    house: House
    clock: SharedClock
    library: Library
    writes: Writes


@dataclass(frozen=True)
class Ground:
    """Where plays begin: the phones before and after joining, beside the databases `empty` and `joined`."""

    fresh: Cloud
    joined: Cloud

    def cloud(self, script: Script, clock: SharedClock) -> Cloud:
        """Telegram as a play of this script finds it, going by this clock."""
        cloud = copy.deepcopy(self.joined if script.joined else self.fresh)
        cloud.now = cloud.updates.now = clock.now
        return cloud


def town(clock: SharedClock) -> Cloud:
    """One mother, one moderator who is also the lead, one desk."""
    cloud = Cloud(now=clock.now)
    cloud.updates.kept_for = None
    cloud.add_user("Savsan")
    gulru = cloud.add_user("Gulru")
    gulru.started = True
    cloud.add_forum("Desk", [gulru])
    return cloud


def stage(cloud: Cloud, clock: SharedClock, look: Look) -> Stage:
    """The people of a cloud; what is due they see in the database."""
    return Stage(cloud, cloud.users[HER], cloud.users[GULRU], DESK, clock, look.next_due, partial(look.case, HER))


def settings(folder: Path, database_url: str, telegram: str) -> Settings:
    """The bot's settings in every play."""
    plain = Settings(data_dir=folder, database_url=database_url, data_key=KEY.hex(), desk_language="en")
    return without_token(plain, token=TOKEN, url=telegram, desk=DESK, leads=(GULRU,))


def references(parts: Parts, *, pieces: bool = False) -> tuple[Ground, dict[str, Reference]]:
    """Play every script, joining first, and with `pieces` those too; leaves the database `joined` behind."""
    parts.house.make("empty")
    fresh = town(parts.clock)
    after = copy.deepcopy(fresh)
    joining = _reference(JOINING, after, parts)
    parts.house.copy("reference", "joined")
    after.calls.clear()
    after.updates.offered.clear()
    after.updates.confirmed.clear()
    ground = Ground(fresh, after)
    found = {JOINING.name: joining}
    for script in dict.fromkeys((*SCRIPTS, *PIECES) if pieces else SCRIPTS):
        if script is not JOINING:
            found[script.name] = _reference(script, ground.cloud(script, parts.clock), parts)
    return ground, found


def _reference(script: Script, cloud: Cloud, parts: Parts) -> Reference:
    parts.house.copy("joined" if script.joined else "empty", "reference")
    boundaries, look = Boundaries(parts.clock, parts.writes), parts.house.look("reference")
    with listened(boundaries):
        expected = asyncio.run(_played(script, stage(cloud, parts.clock, look), parts, boundaries))
    outcome = look.outcome()
    look.close()
    return Reference(expected, tuple(boundaries.met), outcome)


async def _played(script: Script, people: Stage, parts: Parts, boundaries: Boundaries) -> Expected:
    clock, cloud, house = parts.clock, people.cloud, parts.house
    clock.reset()
    lanes: dict[str, int] = {}
    ledger = Ledger(cloud, NAMES)
    windows: list[list[Item]] = []
    async with serve(cloud, TOKEN) as server:
        here = settings(house.folder / "reference", house.url("reference"), server.url)
        async with assembled(here, clock, boundaries, parts.library) as app:
            _note_lanes(app, lanes)
            running = asyncio.create_task(app.run())
            for number, act in enumerate(script.acts):
                clock.act = number
                act.do(people)
                await _settled(app, cloud)
                windows.append([seen.item for seen in ledger.news()])
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
    return Expected(windows, lanes)


def _note_lanes(app: App, lanes: dict[str, int]) -> None:
    """Remember by which lane every text travels."""
    deliver = app.sender._post.deliver

    async def noted(row: Row, bot: Any) -> Outcome:
        if row.parcel.message is not None:
            lanes[blotted(row.parcel.message.text)] = int(row.lane)
        elif row.parcel.emoji:
            lanes[row.parcel.emoji] = int(row.lane)
        return await deliver(row, bot)

    app.sender._post.deliver = noted  # type: ignore[method-assign]


async def _settled(app: App, cloud: Cloud) -> None:
    async with asyncio.timeout(SETTLED):
        while True:
            app.wake.set()
            if not cloud.updates.waiting and await app.quiet():
                return
            await asyncio.sleep(0.005)
