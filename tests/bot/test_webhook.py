"""Telegram to inbox by webhook: 200 only for what is stored, in order, from Telegram alone, and never silently deaf."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select
from telegram import WebhookInfo

from bot import guard, receive, webhook
from bot.clock import SteppedClock
from bot.guard import Guard, Hook, Taken
from bot.log import Line
from bot.phones.cloud import Cloud
from bot.phones.server import Server, serve
from bot.receive import WANTED, Deaf
from bot.request import AiohttpRequest, bot
from bot.settings import Faulty
from bot.webhook import HEADER, LARGEST_BODY, Webhook
from flows.events import Said
from storage.database import Database
from storage.schema import inbox, parked, seen
from tests.ear import TOKEN, WORDS, Listener
from tests.world import HURRY, SECRET, hook

JSON = {"Content-Type": "application/json"}


class Ear(Listener):
    """A webhook between the Telegram of this machine and a real store."""

    def __init__(self, db: Database, server: Server) -> None:
        super().__init__(db, server)
        self.request = AiohttpRequest(8)
        self.api = bot(TOKEN, server.url, self.request)
        here = hook()
        self.hook = Hook(here["webhook_url"], SECRET, *here["webhook_listen"])
        self.undelivered: list[tuple[int, str]] = []
        self.make()

    def make(self) -> None:
        door = self.opened(self.api)
        self.guard = Guard(
            self.hook,
            self.api,
            door,
            clock=self.clock,
            on_taken=self.on_taken,
            on_undelivered=self.on_undelivered,
        )
        self.webhook = Webhook(self.hook, door, self.guard, clock=self.clock)

    async def on_undelivered(self, count: int, why: str) -> None:
        self.undelivered.append((count, why))

    async def listen(self) -> None:
        """Until it listens, Telegram posts here, and nothing old waits."""
        self.begin()
        await self.until(lambda: self.posts_here and not self.door.ages.behind)

    def begin(self) -> None:
        self.running = asyncio.create_task(self.webhook.run())

    @property
    def posts_here(self) -> bool:
        return self.cloud.profile.webhook.get("url") == self.hook.url

    def judge(self) -> None:
        if self.running is not None and self.running.done():
            self.running.result()

    async def post(self, body: bytes, method: str = "POST", **headers: str) -> int:
        """What anybody on the network could send."""
        given = {"Content-Type": "application/json", **{name.replace("_", "-"): one for name, one in headers.items()}}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.hook.url, data=body, headers=given) as answer,
        ):
            assert await answer.read() == b""
            return answer.status

    async def kept(self) -> int:
        """Rows of the inbox, of what is parked, and numbers seen."""
        async with self.db.read() as conn:
            return sum([len((await conn.execute(select(table))).all()) for table in (inbox, parked, seen)])

    async def close(self) -> None:
        await self.stops()
        await self.door.close()
        await self.request.shutdown()


@pytest.fixture
async def ear(db: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ear]:
    monkeypatch.setattr(receive, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(receive, "LOOK", 0.02)
    monkeypatch.setattr(guard, "SOON", 0.02)
    monkeypatch.setattr(webhook, "EARLIER", 0.1)
    clock = SteppedClock()
    async with serve(Cloud(clock.now), TOKEN) as server:
        server.courier.second = HURRY
        it = Ear(db, server)
        yield it
        await it.close()


def update(number: int, text: str = "forged", user: int = 7_000_000_007) -> bytes:
    person = {"id": user, "is_bot": False, "first_name": "X"}
    chat = {"id": user, "type": "private", "first_name": "X"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": person, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


# -- what is stored, and in which order ----------------------------------------------------------------------------


async def test_telegram_is_told_where_to_post_and_what(ear: Ear) -> None:
    ear.cloud.say(ear.lola, "before we listened")
    await ear.listen()
    (call,) = ear.cloud.called("setWebhook")
    assert call.params["url"] == ear.hook.url
    assert call.params["secret_token"] == SECRET
    assert call.params["allowed_updates"] == WANTED
    assert call.params["max_connections"] > 1
    assert not call.params.get("drop_pending_updates")
    await ear.confirmed()
    assert await ear.words() == ["before we listened"]


async def test_her_words_are_stored_in_order_and_confirmed(ear: Ear) -> None:
    await ear.listen()
    for n in range(20):
        ear.cloud.say(ear.lola, f"line {n}")
    await ear.confirmed()
    assert await ear.words() == [f"line {n}" for n in range(20)]
    assert ear.cloud.confirmed == ear.cloud.offered


async def test_200_comes_after_the_commit(ear: Ear) -> None:
    await ear.listen()
    order: list[str] = []
    ear.db.boundary = lambda where: order.append(f"{where}, {len(ear.cloud.confirmed)} confirmed")
    ear.cloud.say(ear.lola, "kept")
    await ear.confirmed()
    begun = order.index("before commit, 0 confirmed")
    assert order[begun + 1] == "after commit, 0 confirmed"


async def test_what_could_not_be_stored_is_refused_and_comes_again_once(ear: Ear) -> None:
    await ear.listen()
    failures = 3

    def boundary(where: str) -> None:
        nonlocal failures
        if where == "before commit" and failures:
            failures -= 1
            raise OSError("disk full")

    ear.db.boundary = boundary
    ear.cloud.say(ear.lola, "kept")
    await ear.until(lambda: failures == 1 and "last_error_message" in ear.cloud.profile.webhook)
    assert ear.cloud.confirmed == []
    assert ear.cloud.profile.webhook["last_error_message"].endswith("500 Internal Server Error")
    await ear.confirmed()
    assert await ear.words() == ["kept"]


async def test_killed_before_the_commit_it_comes_again_and_after_it_it_is_known(ear: Ear) -> None:
    """A process that ends between commit and answer: Telegram posts again, and she is heard once."""
    for moment_of_death in ("before commit", "after commit"):
        await ear.listen()
        dead = asyncio.Event()

        def boundary(where: str, dies: str = moment_of_death, dead: asyncio.Event = dead) -> None:
            if where == dies and not dead.is_set():
                dead.set()
                raise asyncio.CancelledError

        ear.db.boundary = boundary
        ear.cloud.say(ear.lola, f"killed {moment_of_death}")
        await dead.wait()
        assert ear.cloud.updates.waiting
        ear.db.boundary = lambda *_: None
        await ear.stops()
        ear.make()
        await ear.listen()
        await ear.confirmed()
        await ear.stops()
        ear.make()
    assert await ear.words() == ["killed before commit", "killed after commit"]


async def test_posted_twice_it_is_stored_once(ear: Ear) -> None:
    await ear.listen()
    body = update(77, "once")
    answers = await asyncio.gather(*(ear.post(body, X_Telegram_Bot_Api_Secret_Token=SECRET) for _ in range(5)))
    assert [*answers, await ear.post(body, X_Telegram_Bot_Api_Secret_Token=SECRET)] == [200] * 6
    assert await ear.words() == ["once"]


async def test_a_tap_that_overtakes_her_words_on_the_way_waits_for_them(ear: Ear) -> None:
    """Telegram posts taps beside messages: the later one may come first."""
    await ear.listen()
    ear.cloud.start(ear.lola)
    await ear.confirmed()
    await ear.events()
    plain = ear.webhook._judged

    async def late(request: Any) -> Any:
        if "line 1" in (await request.read()).decode():
            await asyncio.sleep(0.05)
        return await plain(request)

    ear.webhook._judged = late  # type: ignore[method-assign]
    for n in range(3):
        ear.cloud.say(ear.lola, f"line {n}")
        ear.cloud.tap(ear.lola, ear.lola.id, None, f"3:mood:{n}", forged=True)
    await ear.confirmed()
    heard = [one.text if isinstance(one, Said) else one.value for one in await ear.events()]
    assert heard == ["line 0", "0", "line 1", "1", "line 2", "2"]


async def test_a_number_that_never_comes_holds_nobody_up_for_long(ear: Ear) -> None:
    await ear.listen()
    began = time.monotonic()
    for number in (1000, 1002, 5_000_000, 7, 8):
        assert await ear.post(update(number, str(number)), X_Telegram_Bot_Api_Secret_Token=SECRET) == 200
    assert time.monotonic() - began < 5 * webhook.EARLIER + 1
    assert await ear.words() == ["1000", "1002", "5000000", "7", "8"]
    began = time.monotonic()
    for number in range(9, 29):
        await ear.post(update(number), X_Telegram_Bot_Api_Secret_Token=SECRET)
    assert time.monotonic() - began < 20 * webhook.EARLIER / 2


async def test_a_crowd_is_stored_in_few_commits_each_chat_in_order(ear: Ear) -> None:
    await ear.listen()
    women = [ear.cloud.add_user(f"Woman {n}") for n in range(30)]
    commits = 0

    def boundary(where: str) -> None:
        nonlocal commits
        commits += where == "after commit"

    ear.db.boundary = boundary
    for line in range(5):
        for her in women:
            ear.cloud.say(her, f"{her.id}:{line}")
    await ear.confirmed()
    words = await ear.words()
    assert len(words) == 150
    for her in women:
        assert [one for one in words if one.startswith(f"{her.id}:")] == [f"{her.id}:{line}" for line in range(5)]
    assert commits < 100


async def test_what_cannot_be_read_is_parked_alone_and_not_sent_for_ever(
    ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    await ear.listen()
    ear.cloud.say(ear.lola, "before")
    ear.cloud.push_raw({"message": {"text": WORDS}})
    ear.cloud.push_raw({"callback_query": {"id": 7, "data": WORDS}})
    ear.cloud.push_raw({"hologram_from_the_future": {"x": WORDS}})
    ear.cloud.say(ear.lola, "after")
    await ear.confirmed()
    odd = [WORDS.encode(), b"{", b"", b"[1]", b"null", b"\xff\xfe", b"[" * 100_000, json.dumps({"x": WORDS}).encode()]
    for body in odd:
        assert await ear.post(body, X_Telegram_Bot_Api_Secret_Token=SECRET) == 200
    assert await ear.words() == ["before", "after"]
    async with ear.db.read() as conn:
        rows = (await conn.execute(select(parked))).all()
    assert len(rows) == 2 + len(odd)
    assert sum(ear.told) == len(rows)
    assert not any(WORDS.encode() in row.content for row in rows)
    assert WORDS not in caplog.text


async def test_nul_and_lone_surrogates_are_stored(ear: Ear) -> None:
    await ear.listen()
    ear.cloud.send_body(ear.lola, {"text": "a\x00b\ud83dc"})
    await ear.confirmed()
    assert await ear.words() == ["abc"]


async def test_taps_are_acknowledged(ear: Ear) -> None:
    await ear.listen()
    ear.cloud.start(ear.lola)
    query = ear.cloud.tap(ear.lola, ear.lola.id, None, "3:mood:2", forged=True)
    await ear.until(lambda: query.answers)


# -- who may post --------------------------------------------------------------------------------------------------

FORGED: dict[str, tuple[int, dict[str, Any]]] = {
    "no secret": (403, {}),
    "an empty one": (403, {HEADER: ""}),
    "a wrong one": (403, {HEADER: "0" * 64}),
    "nearly ours": (403, {HEADER: SECRET[:-1]}),
    "ours and more": (403, {HEADER: f"{SECRET}0"}),
    "in capitals": (403, {HEADER: SECRET.upper()}),
    "not even letters": (403, {HEADER: "é\udcff"}),
    "read instead of posted": (405, {HEADER: SECRET, "method": "GET"}),
    "put": (405, {HEADER: SECRET, "method": "PUT"}),
    "deleted": (405, {HEADER: SECRET, "method": "DELETE"}),
    "a form": (415, {HEADER: SECRET, "Content-Type": "application/x-www-form-urlencoded"}),
    "a text": (415, {HEADER: SECRET, "Content-Type": "text/plain"}),
    "too large": (413, {HEADER: SECRET, "size": LARGEST_BODY + 1}),
    "large and forged": (403, {"size": 8 * LARGEST_BODY}),
}


async def raw_post(ear: Ear, method: str, size: int, headers: dict[str, str]) -> int:
    """By hand, so that nothing tidies what is sent. The status; 0 when the bot hung up before it could be read."""
    body = update(4242)
    body += b" " * (size - len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in {**JSON, **headers}.items())
    reader, writer = await asyncio.open_connection(ear.hook.host, ear.hook.port)
    writer.write(
        f"{method} / HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode(
            "utf-8", "surrogateescape"
        )
    )
    try:
        writer.write(body)
        await writer.drain()
        line = await reader.readline()
    except ConnectionError:
        return 0
    finally:
        writer.close()
    return int(line.split()[1]) if line else 0


@pytest.mark.parametrize("how", FORGED)
async def test_a_forged_post_has_no_effect(ear: Ear, how: str) -> None:
    await ear.listen()
    status, more = FORGED[how]
    headers = {name: value for name, value in more.items() if name not in {"method", "size"}}
    got = await raw_post(ear, more.get("method", "POST"), more.get("size", 0), headers)
    assert got in ({status, 0} if "size" in more else {status})
    assert await ear.kept() == 0
    ear.cloud.say(ear.lola, "still heard")
    await ear.confirmed()
    assert await ear.words() == ["still heard"]


async def test_two_secrets_are_none(ear: Ear) -> None:
    await ear.listen()
    reader, writer = await asyncio.open_connection(ear.hook.host, ear.hook.port)
    body = update(1)
    twice = f"{HEADER}: wrong\r\n{HEADER}: {SECRET}\r\n"
    writer.write(
        f"POST / HTTP/1.1\r\nHost: x\r\n{twice}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    assert b" 403 " in await reader.readline()
    writer.close()
    assert await ear.kept() == 0


async def test_a_body_that_drips_is_not_waited_for(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "READING", 0.1)
    await ear.listen()
    reader, writer = await asyncio.open_connection(ear.hook.host, ear.hook.port)
    head = f"POST / HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: 900\r\n\r\n{{".encode())
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 3)
    writer.close()
    assert await ear.kept() == 0


async def test_refused_posts_are_counted_in_one_line_without_content(
    ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    await ear.listen()
    for _ in range(30):
        assert await ear.post(update(9, WORDS), X_Telegram_Bot_Api_Secret_Token="guess") == 403
    await asyncio.sleep(0.2)
    lines = [Line().format(one) for one in caplog.records if one.message == "posts refused"]
    assert len(lines) == 1
    assert "count=" in lines[0]
    assert not any(word in " ".join(lines) for word in (WORDS, "guess", SECRET))


# -- alive, and where Telegram posts ---------------------------------------------------------------------------------


async def test_a_webhook_turned_aside_is_set_right_once_and_then_the_process_ends(ear: Ear) -> None:
    await ear.listen()
    ear.cloud.call("setWebhook", {"url": "http://127.0.0.1:9/thief"})
    ear.cloud.say(ear.lola, "not for thieves")
    await ear.guard.look()
    assert ear.taken == 1
    await ear.confirmed()
    assert await ear.words() == ["not for thieves"]
    ear.cloud.call("deleteWebhook", {})
    with pytest.raises(Taken):
        await ear.guard.look()
    assert ear.taken == 2


async def test_taken_twice_ends_the_run(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "ASK", 0.02)
    await ear.listen()
    for _ in range(2):
        ear.cloud.call("setWebhook", {"url": "http://127.0.0.1:9/thief"})
        await asyncio.sleep(0.2)
    assert ear.running is not None
    with pytest.raises(Taken):
        await asyncio.wait_for(ear.running, 3)
    ear.running = None


async def test_an_address_from_before_the_start_is_told_and_does_not_end_us(ear: Ear) -> None:
    ear.cloud.call("setWebhook", {"url": "http://127.0.0.1:9/before"})
    await ear.listen()
    assert ear.taken == 1
    ear.cloud.call("setWebhook", {"url": "http://127.0.0.1:9/thief"})
    await ear.guard.look()
    assert ear.taken == 2
    assert ear.posts_here


async def test_a_first_start_alarms_nobody(ear: Ear) -> None:
    await ear.listen()
    assert ear.taken == 0
    assert ear.undelivered == []


@pytest.mark.parametrize("status", [401, 404, 409, 500])
async def test_telegram_out_of_reach_for_90_seconds_ends_the_process(
    ear: Ear, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "ASK", 0.02)
    ear.clock.frozen = ear.clock.now()
    ear.make()
    await ear.listen()
    ear.server.faults.add(method="getWebhookInfo", status=status, times=None)
    await asyncio.sleep(0.1)
    ear.clock.step(timedelta(seconds=60))
    assert ear.webhook.alive()
    ear.clock.step(timedelta(seconds=31))
    assert not ear.webhook.alive()
    assert ear.running is not None
    with pytest.raises(Deaf):
        await asyncio.wait_for(ear.running, 3)
    ear.running = None


async def test_a_database_that_fails_for_90_seconds_ends_the_process(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "ASK", 0.02)
    ear.clock.frozen = ear.clock.now()
    ear.make()
    await ear.listen()

    def boundary(where: str) -> None:
        if where == "before commit":
            raise OSError("disk full")

    ear.db.boundary = boundary
    ear.cloud.say(ear.lola, "kept by Telegram")
    await ear.until(lambda: ear.webhook._failing is not None)
    ear.clock.step(timedelta(seconds=91))
    assert ear.running is not None
    with pytest.raises(Deaf):
        await asyncio.wait_for(ear.running, 3)
    ear.running = None
    assert ear.cloud.confirmed == []


async def test_a_start_without_telegram_waits_for_it(ear: Ear) -> None:
    ear.server.faults.add(method="getWebhookInfo", status=502, times=2)
    ear.server.faults.too_many("0.01", method="setWebhook")
    ear.cloud.say(ear.lola, "heard")
    await ear.listen()
    await ear.confirmed()
    assert await ear.words() == ["heard"]


async def test_a_webhook_telegram_refuses_ends_with_a_sentence(ear: Ear) -> None:
    said = "Bad Request: bad webhook: Failed to resolve host: Name or service not known"
    ear.server.faults.refuse(400, said, method="setWebhook")
    ear.begin()
    assert ear.running is not None
    with pytest.raises(Faulty) as caught:
        await asyncio.wait_for(ear.running, 3)
    ear.running = None
    (one,) = caught.value.faults
    assert one.startswith("WEBHOOK_URL: Telegram does not take it")
    assert SECRET not in one


async def test_a_port_that_is_taken_ends_with_a_sentence(ear: Ear) -> None:
    await ear.listen()
    second = Webhook(ear.hook, ear.door, ear.guard, clock=ear.clock)
    with pytest.raises(Faulty, match="WEBHOOK_LISTEN"):
        await asyncio.wait_for(second.run(), 3)


async def test_updates_that_do_not_reach_us_are_told_once(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    await ear.listen()
    ear.clock.frozen = ear.clock.now()
    ear.server.courier.second = 60
    plain = ear.webhook._judged
    broken = True

    async def judged(request: Any) -> Any:
        return 500 if broken else await plain(request)

    monkeypatch.setattr(ear.webhook, "_judged", judged)
    ear.cloud.say(ear.lola, "one")
    await ear.until(lambda: "last_error_date" in ear.cloud.profile.webhook)
    for _ in range(4):
        await ear.guard.look()
        ear.clock.step(timedelta(seconds=31))
    assert ear.door.ages.behind
    assert [count for count, _ in ear.undelivered] == [1]
    assert "500" in ear.undelivered[0][1]
    broken = False
    ear.server.courier._troubles.clear()
    ear.cloud.changed()
    await ear.confirmed()
    await ear.guard.look()
    assert not ear.door.ages.behind


# -- how old what comes is ---------------------------------------------------------------------------------------------


class Saying:
    """A Telegram whose `getWebhookInfo` says something else."""

    def __init__(self, api: Any, **other: Any) -> None:
        self.api, self.other = api, other

    async def get_webhook_info(self) -> WebhookInfo:
        said = (await self.api.get_webhook_info()).to_dict() | self.other
        return WebhookInfo.de_json(said, None)


async def caught_up(ear: Ear) -> datetime:
    """It listens. The moment written down, a moment after nothing old waits."""
    await ear.listen()
    return await ear.heard()


async def lived(ear: Ear) -> datetime:
    """A process has listened, and ended. When it last caught up."""
    heard = await caught_up(ear)
    await ear.stops()
    ear.make()
    return heard


async def test_taps_that_waited_over_hours_away_are_of_when_we_last_caught_up(ear: Ear) -> None:
    heard = await lived(ear)
    assert ear.posts_here, "on exit the webhook stays set"
    for _ in range(3):
        ear.taps()
    ear.clock.step(timedelta(hours=3))
    await ear.listen()
    await ear.confirmed()
    assert [one.at for one in await ear.tapped()] == [heard] * 3
    ear.taps()
    await ear.confirmed()
    assert [one.at for one in await ear.tapped()] == [None]
    now = await ear.heard_at()
    assert now is not None
    assert now - heard >= timedelta(hours=3)


async def test_taps_after_a_short_restart_are_of_now(ear: Ear) -> None:
    await lived(ear)
    ear.taps()
    ear.clock.step(timedelta(minutes=9))
    await ear.listen()
    await ear.confirmed()
    assert [one.at for one in await ear.tapped()] == [None]


async def test_taps_that_could_not_reach_a_living_process_are_old_too(
    ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way to us was closed for hours: certificate, proxy, name. We lived and could ask."""
    heard = await caught_up(ear)
    url = ear.cloud.profile.webhook["url"]
    ear.cloud.profile.webhook["url"] = "http://127.0.0.1:9/"
    ear.taps()
    await ear.until(lambda: "last_error_date" in ear.cloud.profile.webhook)
    monkeypatch.setattr(ear.guard, "_bot", Saying(ear.api, url=url))
    await ear.guard.look()
    ear.clock.step(timedelta(hours=3))
    await ear.guard.look()
    assert await ear.heard_at() == heard
    ear.cloud.profile.webhook["url"] = url
    await ear.confirmed()
    (at,) = [one.at for one in await ear.tapped()]
    assert at is not None
    assert abs(at - heard) < timedelta(seconds=1)
    await ear.guard.look()
    ear.taps()
    await ear.confirmed()
    assert [one.at for one in await ear.tapped()] == [None]


async def test_what_is_on_its_way_while_nothing_went_wrong_is_no_backlog(
    ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ear.listen()
    monkeypatch.setattr(ear.guard, "_bot", Saying(ear.api, pending_update_count=5))
    await ear.guard.look()
    assert not ear.door.ages.behind


async def test_a_clock_that_runs_ahead_makes_nobody_late(ear: Ear) -> None:
    ear.clock.step(timedelta(minutes=25))
    await ear.listen()
    ear.cloud.say(ear.lola, "good morning")
    await ear.confirmed()
    (said,) = await ear.events()
    assert ear.clock.now() - said.at < timedelta(minutes=1)
    assert ear.ahead == 1


# -- the end -----------------------------------------------------------------------------------------------------------


async def test_told_to_stop_it_answers_what_is_in_flight_and_the_webhook_stays(
    ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ear.listen()
    accept, begun = ear.door.accept, asyncio.Event()

    async def slow(raw: list[dict[str, Any]]) -> None:
        begun.set()
        await asyncio.sleep(0.3)
        await accept(raw)

    monkeypatch.setattr(ear.door, "accept", slow)
    ear.cloud.say(ear.lola, "said while we were told to stop")
    await begun.wait()
    began = time.monotonic()
    await ear.stops()
    assert time.monotonic() - began < 10
    assert ear.cloud.confirmed == ear.cloud.offered
    assert ear.posts_here
    assert not ear.cloud.called("deleteWebhook")
    assert await ear.words() == ["said while we were told to stop"]
