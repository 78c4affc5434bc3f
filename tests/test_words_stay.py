"""No word of hers leaves the chat: twenty marked phrases in three scripts go everywhere words can go, and are looked for.

Looked for in what the process prints at DEBUG with every library's logger on, in exceptions it meets, and in the
plain bytes of every file it keeps, in each spelling those bytes could take. So are Telegram's numbers and the token.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, quote_plus

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError

from bot import log, receive, turns
from bot.clock import RealClock
from bot.phones import Cloud, Message, serve
from bot.webhook import HEADER
from tests.talk import SHORTEST
from tests.world import SECRET, World, world

ROOT = Path(__file__).parent.parent
TOKEN = "7300123456:AAH-invented-token-kept-to-itself-0001"
HER, STAFF, DESK = 7_391_548_620, 7_391_548_633, -1_007_391_548_655
STEMS = ("zardolu-i kabud", "себарга дар борон", "زردآلوی کبود")
MARKS = [f"{STEMS[n % 3]} {n:02d}" for n in range(20)]
STAFF_MARKS = ["меҳрубонӣ аз мизи ёрӣ 31", "қайди корманд 32"]
NAME = "Чиллакии нақшин"
LOUD = ("telegram", "telegram.Bot", "httpx", "httpcore", "aiohttp", "aiohttp.access", "sqlalchemy", "sqlalchemy.engine")
LOUD_TOO = ("sqlalchemy.pool", "aiosqlite", "asyncio", "apscheduler", "psycopg", "alembic", "py.warnings")


# -- looking -----------------------------------------------------------------------------------------------------


def spellings(text: str) -> list[bytes]:
    """Every way these words could stand in bytes."""
    plain = text.encode()
    wide = [text.encode(f"utf-16-{end}") for end in ("le", "be")]
    escaped = json.dumps(text)[1:-1]
    marked = [quote(text).encode(), quote_plus(text).encode(), quote(text).lower().encode()]
    found = [plain, *wide, *marked, escaped.encode(), escaped.upper().encode(), *base64s(plain), *base64s(wide[0])]
    return list(dict.fromkeys(found))


def base64s(data: bytes) -> list[bytes]:
    """The middle of the base64 of `data` at each of the three places it can begin at, in both alphabets."""
    found = []
    for ahead in range(3):
        whole = base64.b64encode(bytes(ahead) + data)
        middle = whole[4 if ahead else 0 : len(whole) - 4]
        found += [middle, middle.replace(b"+", b"-").replace(b"/", b"_")]
    return found


def numbers(one: int) -> list[bytes]:
    """A Telegram number as digits, and as a database or a program would keep it."""
    digits = str(abs(one))
    wide = [digits.encode(f"utf-16-{end}") for end in ("le", "be")]
    kept = abs(one).to_bytes(5, "big")
    return [digits.encode(), *wide, kept, kept[::-1], *base64s(digits.encode())]


def hits(data: bytes, wanted: list[bytes]) -> list[bytes]:
    return [one for one in wanted if one in data]


def words() -> list[bytes]:
    return [one for text in (*MARKS, *STEMS, *STAFF_MARKS, NAME) for one in spellings(text)]


def kept(folder: Path) -> bytes:
    """Every byte of every file: the database, its write-ahead log, shared memory, journal, whatever is there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert {"bot.db", "bot.db-wal"} <= {path.name for path in files}
    return b"".join(path.read_bytes() for path in files)


def test_the_search_finds_what_it_looks_for() -> None:
    for text in (*MARKS, *STEMS):
        for written in (
            text.encode(),
            text.encode("utf-16"),
            json.dumps({"x": text}).encode(),
            repr(text).encode("ascii", "backslashreplace"),
            base64.b64encode(f"ab{text}".encode()),
            base64.b64encode(f"{text} yes".encode()),
            base64.urlsafe_b64encode(f"a{text}.".encode()),
            f"text={quote_plus(text)}&".encode(),
        ):
            assert hits(b"..." + written + b"...", spellings(text)), (text, written)
    assert hits(b"x" + HER.to_bytes(8, "big"), numbers(HER))
    assert hits(b"x" + HER.to_bytes(8, "little"), numbers(HER))


# -- listening ---------------------------------------------------------------------------------------------------


class Met(logging.Handler):
    """Notes the text of every exception any logger is handed."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []
        self.names: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.names.add(record.name.partition(".")[0])
        given = getattr(record, "fields", {})
        errors = [record.exc_info[1] if record.exc_info else None, given.get("error")]
        self.texts += [f"{error!r} {error}" for error in errors if isinstance(error, BaseException)]


@pytest.fixture
def printed() -> Iterator[tuple[io.StringIO, Met]]:
    """What the process would print at DEBUG, and the exceptions it met."""
    root, stream, met = logging.getLogger(), io.StringIO(), Met()
    before = (root.level, sys.excepthook, sys.unraisablehook, threading.excepthook, logging.raiseExceptions)
    log.start("DEBUG", stream)
    ours = [*root.handlers, met]
    root.addHandler(met)
    levels = {name: logging.getLogger(name).level for name in (*LOUD, *LOUD_TOO)}
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield stream, met
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    for handler in ours:
        root.removeHandler(handler)
    root.level, sys.excepthook, sys.unraisablehook, threading.excepthook, logging.raiseExceptions = before
    logging.captureWarnings(capture=False)


@pytest.fixture
async def w(
    printed: tuple[io.StringIO, Met],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    webhook: bool,
) -> AsyncIterator[World]:
    monkeypatch.setattr("tests.world.TOKEN", TOKEN)
    monkeypatch.setattr(receive, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr("bot.post.FIRST_PAUSE", 0.01)
    log.watch(asyncio.get_running_loop())
    async with world(tmp_path, webhook=webhook) as one:
        one.her = one.cloud.add_user(NAME, "tg", HER)
        yield one


# -- everywhere words can go -------------------------------------------------------------------------------------


def desk_topic(w: World, name: str) -> int:
    return next(thread for thread, one in w.cloud.chats[w.desk].topics.items() if one.name.startswith(name))


def at_the_desk(w: World, name: str) -> list[Message]:
    return [one for one in w.cloud.chat_view(w.desk, desk_topic(w, name)) if one.text]


async def joining(w: World, marks: Iterator[str]) -> None:
    await w.says(next(marks))
    await w.says("/start")
    await w.says(next(marks))
    await w.says("Тоҷикӣ")
    await w.says(next(marks))
    for answer in (*SHORTEST, "3"):
        await w.says(answer)
    assert w.cloud.keyboard(w.her), "she has not joined"


async def weeks(w: World, marks: Iterator[str]) -> None:
    await w.says(next(marks))
    await w.passes(days=1)
    await w.taps("Кушодан")
    await w.says(next(marks))
    await w.says("Ҳоли дилам")
    await w.says(next(marks))
    await w.taps("😞 Хеле вазнин")
    await w.says(next(marks))
    w.cloud.say(w.her, f"/week {next(marks)}")
    w.cloud.say(w.her, next(marks), reply_to=w.screen[1].id)
    await w.settle()


async def a_person(w: World, marks: Iterator[str]) -> None:
    await w.says("Бо одам гап задан")
    await w.says(next(marks))


async def despair(w: World, marks: Iterator[str]) -> None:
    asked = f"Дигар зистан намехоҳам, {next(marks)}"
    await w.says(asked)
    w.cloud.tap(w.gulru, w.desk, at_the_desk(w, "Сейчас")[-1].id, "Взять")
    await w.settle()
    case = at_the_desk(w, "Сейчас")[-1].text.split()[1]
    thread = desk_topic(w, case)
    hers = next(one for one in at_the_desk(w, case) if one.text == asked)
    w.cloud.say_in_group(w.gulru, w.desk, STAFF_MARKS[0], thread, hers.id)
    w.cloud.say_in_group(w.gulru, w.desk, STAFF_MARKS[1], thread)
    await w.settle()
    assert w.heard[-1].endswith(STAFF_MARKS[0])
    mine = w.cloud.say(w.her, next(marks))
    await w.settle()
    w.cloud.edit(w.her, mine.id, next(marks))
    w.cloud.say(w.her, "ҳа", reply_to=mine.id)
    await w.settle()


async def shown(w: World, marks: Iterator[str]) -> None:
    w.cloud.send_photo(w.her, caption=next(marks))
    options = [{"text": next(marks), "voter_count": 0, "persistent_id": "1"}, {"text": "b", "voter_count": 0}]
    poll = {"id": "1", "question": "?", "options": options, "type": "regular", "allows_multiple_answers": False}
    w.cloud.send_body(w.her, {"poll": poll | {"is_closed": False, "is_anonymous": True, "total_voter_count": 0}})
    place = {"latitude": 0.0, "longitude": 0.0}
    w.cloud.send_body(w.her, {"venue": {"location": place, "title": next(marks), "address": "-"}, "location": place})
    w.cloud.send_document(w.her, "letter.txt", caption=next(marks))
    w.cloud.tap(w.her, HER, None, f"1:mood:{MARKS[0][:10]}", forged=True)
    await w.settle()


async def unreadable(w: World, marks: Iterator[str]) -> None:
    bad = {"message_id": 1, "date": "x", "chat": {"id": HER, "type": "private"}, "text": next(marks)}
    w.cloud.push_raw({"message": bad})
    w.cloud.push_raw({"callback_query": {"id": 9, "from": w.her.wire(), "data": MARKS[1]}})
    echo = {"ok": True, "result": [{"update_id": "x", "message": {"text": MARKS[2]}}]}
    if w.settings.webhook_url:
        await posted(w, json.dumps(echo), json.dumps(echo, ensure_ascii=False)[:-9], f"<html>{MARKS[2]} {TOKEN} {HER}")
        await w.says("/help")
        return
    w.server.faults.add(method="getUpdates", json=echo)
    w.server.faults.add(method="getUpdates", body=json.dumps(echo, ensure_ascii=False)[:-9])
    w.server.faults.add(
        method="getUpdates", status=502, body=f"<html>{MARKS[2]} {TOKEN} {HER}", content_type="text/html"
    )
    await w.says("/help")


async def posted(w: World, *bodies: str) -> None:
    """By Telegram, and by somebody who has a wrong secret."""
    async with aiohttp.ClientSession() as session:
        for secret in (SECRET, SECRET[::-1], MARKS[2].encode().hex()):
            for body in bodies:
                headers = {HEADER: secret, "Content-Type": "application/json"}
                async with session.post(w.settings.webhook_url, data=body.encode(), headers=headers) as answer:
                    assert answer.status == (200 if secret == SECRET else 403)


async def broken(w: World, marks: Iterator[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: Any, event: Any) -> NoReturn:
        raise ValueError(f"{event!r} {TOKEN}")

    with monkeypatch.context() as patch:
        patch.setattr(turns, "react", breaks)
        await w.says(next(marks))
    refused = iter([OperationalError(f"INSERT {MARKS[3]}", {"text": MARKS[3]}, RuntimeError(MARKS[3]))])

    def full(where: str) -> None:
        if where == "before commit" and (fault := next(refused, None)):
            raise fault

    monkeypatch.setattr(w.app.db, "boundary", full)
    await w.says("/help")
    asyncio.get_running_loop().call_soon(breaks, None, MARKS[4])
    logging.getLogger("py.warnings").warning("%s %s", MARKS[5], TOKEN)
    await asyncio.sleep(0.01)


async def unsent(w: World, marks: Iterator[str]) -> None:
    said = {"ok": False, "description": f"Bad Request: {MARKS[6]} {HER}"}
    answers: list[dict[str, Any]] = [
        {"status": 400, "json": said},
        {"status": 500, "json": said},
        {"body": f"<html>{MARKS[7]}"},
        {"json": {"ok": True, "result": {"text": MARKS[8]}}},
        {"disconnect": True, "after_effect": True},
    ]
    await w.says(next(marks))
    for answer in answers:
        fault = w.server.faults.add(method="sendMessage", chat_id=HER, **answer)
        await w.says("/help")
        assert fault.used, answer
    await w.passes(seconds=30)
    hers = next(one for one in w.cloud.chat_view(w.desk) if "Дигар зистан" in one.text)
    w.her.blocked = True
    w.cloud.say_in_group(w.gulru, w.desk, STAFF_MARKS[0], hers.thread_id, hers.id)
    await w.settle()
    assert w.app.library.text("ru", "desk.failed") in [one.text for one in w.cloud.chat_view(w.desk)]


@pytest.mark.parametrize("webhook", [False, pytest.param(True, marks=pytest.mark.torture)], ids=["polling", "webhook"])
async def test_no_word_of_hers_no_number_and_no_token_is_printed_or_lies_open(
    w: World,
    printed: tuple[io.StringIO, Met],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for handler in [one for one in logging.getLogger().handlers if type(one).__module__.startswith("_pytest")]:
        logging.getLogger().removeHandler(handler)  # it would write down everything once more, in its own way
    marks = iter(MARKS)
    await joining(w, marks)
    await weeks(w, marks)
    await a_person(w, marks)
    await despair(w, marks)
    await shown(w, marks)
    await unreadable(w, marks)
    await broken(w, marks, monkeypatch)
    lying = kept(tmp_path)
    await unsent(w, marks)
    assert next(marks, None) is None, "not every phrase was used"
    polled = [bytes(one) for call in w.cloud.called("getUpdates") for one in call.result]
    went = b"".join([*polled, *w.server.courier.posted]).decode()
    assert [mark for mark in MARKS if mark not in went] == [], "these never reached the bot"

    lying += kept(tmp_path)
    assert hits(lying, [*words(), *numbers(HER)]) == []
    assert hits(lying, [TOKEN.encode(), *base64s(TOKEN.encode())]) == []

    stream, met = printed
    planted = ("ValueError(", "OperationalError(", "BadRequest(")  # by `broken` and `unsent`, and only by them
    assert [text for text in met.texts if hits(text.encode(), words()) and not text.startswith(planted)] == []
    assert {one.partition("(")[0] for one in met.texts} >= {one[:-1] for one in planted}, "nothing was broken"
    assert {"telegram", "sqlalchemy", "aiosqlite", "bot", "asyncio", "py"} <= met.names, "somebody was not listened to"
    out = capfd.readouterr()
    lines = (stream.getvalue() + out.out + out.err).encode()
    assert lines.count(b"\n") > 1000
    theirs = [one for number in (HER, STAFF, w.gulru.id, w.desk) for one in numbers(number)]
    assert (
        hits(lines, [*words(), *theirs, TOKEN.encode(), *base64s(TOKEN.encode()), TOKEN.partition(":")[2].encode()])
        == []
    )
    assert hits(lines + lying, [SECRET.encode(), *base64s(SECRET.encode())]) == []


# -- the process itself ------------------------------------------------------------------------------------------


async def test_a_real_process_prints_none_of_it_either(tmp_path: Path) -> None:
    cloud = Cloud(RealClock().now)
    her, gulru = cloud.add_user(NAME, "tg", HER), cloud.add_user("Gulru", "ru", STAFF)
    desk = cloud.add_forum("Desk", [gulru], chat_id=DESK)
    async with serve(cloud, TOKEN) as server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "run_bot.py", "serve"),
            cwd=ROOT,
            env={
                **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
                "BOT_TOKEN": TOKEN,
                "DESK_CHAT_ID": str(desk),
                "LEAD_IDS": str(STAFF),
                "ALLOW_DRAFTS": "1",
                "TELEGRAM_API_URL": server.url,
                "DATA_DIR": str(tmp_path),
                "DATA_KEY": bytes(32).hex(),
                "LOG_LEVEL": "DEBUG",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            for mark in MARKS[:6]:
                await answered(cloud, f"Дигар зистан намехоҳам {mark}")
            cloud.push_raw({"message": {"text": MARKS[6]}})
            server.faults.add(method="getUpdates", body=f'{{"ok": true, "result": [{{"text": "{MARKS[7]}"')
            await answered(cloud, f"Дигар зистан намехоҳам {MARKS[8]}")
            lying = kept(tmp_path)
        finally:
            process.send_signal(signal.SIGTERM)
            out, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    assert her.started
    assert b"DEBUG" in err
    secrets = [
        *words(),
        *numbers(HER),
        *numbers(STAFF),
        *numbers(DESK),
        TOKEN.encode(),
        TOKEN.partition(":")[2].encode(),
    ]
    assert hits(out + err, secrets) == []
    assert hits(lying, [*words(), *numbers(HER), TOKEN.encode()]) == []


async def answered(cloud: Cloud, words: str) -> None:
    """She writes, and the bot answers."""
    before = len(cloud.called("sendMessage", HER))
    cloud.say(cloud.users[HER], words)
    for _ in range(6000):
        await asyncio.sleep(0.01)
        if len(cloud.called("sendMessage", HER)) > before:
            return
    raise AssertionError("no answer came")
