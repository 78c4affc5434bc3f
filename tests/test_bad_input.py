"""What an operator can get wrong: one plain line a fault, with its place and its cure, and nothing else happens.

Each is a real `run_bot.py serve` with a token, forked where it is imported already (`tests/warm.py`), beside an
address that counts who knocks: nobody may.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.clock import RealClock
from bot.phones import Cloud, serve
from content import library
from content.schema import ContentError
from storage.database import Database, _engine
from storage.seal import Master
from tests.conftest import MASTER

ROOT = Path(__file__).parent.parent
TOKEN = "7300123456:AAH-invented-token-kept-to-itself-0002"
KEY = bytes(range(32)).hex()
LOG_LINE = re.compile(r"\d{4}-\d\d-\d\dT")
PATIENCE = 60.0
"""Seconds a start may take on a busy machine before it counts as hanging."""


@dataclass
class Start:
    """One try to start the bot: where, with which settings, and what became of it."""

    folder: Path
    url: str
    knocks: list[str]
    warm: subprocess.Popen[str]
    code: int = 0
    lines: list[str] = field(default_factory=list)
    raw: str = ""

    def settings(self, **more: str) -> dict[str, str]:
        """Settings that would start, but for `more`."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        ours = {"BOT_TOKEN": TOKEN, "DESK_CHAT_ID": "-1002000000001", "LEAD_IDS": "7000000002", "ALLOW_DRAFTS": "1"}
        where = {"TELEGRAM_API_URL": self.url, "DATA_DIR": str(self.folder / "data"), "DATA_KEY": KEY}
        return {name: value for name, value in {**kept, **ours, **where, **more}.items() if value}

    def at(self, name: str, template: Path) -> Start:
        """Another try in a folder of its own, beside the database of a bot that has run before."""
        folder = self.folder / name
        (folder / "data").mkdir(parents=True)
        shutil.copy(template, folder / "data" / "bot.db")
        return Start(folder, self.url, self.knocks, self.warm)

    @property
    def file(self) -> Path:
        """Its database."""
        return self.folder / "data" / "bot.db"

    async def serve(self, *first: str, **more: str) -> Start:
        """Run it to its end. `first` is Python to run before."""
        out = self.folder / "start.out"
        out.with_suffix(".code").unlink(missing_ok=True)
        asked = {"folder": str(self.folder), "env": self.settings(**more), "first": "\n".join(first), "out": str(out)}
        assert self.warm.stdin is not None
        self.warm.stdin.write(json.dumps(asked) + "\n")
        self.warm.stdin.flush()
        try:
            async with asyncio.timeout(PATIENCE):
                while not out.with_suffix(".code").exists():  # noqa: ASYNC110 (another process writes it)
                    await asyncio.sleep(0.01)
        except TimeoutError:
            os.kill(int(out.with_suffix(".pid").read_text()), signal.SIGKILL)
            raise AssertionError("it hangs instead of saying what is wrong") from None
        self.raw = out.read_text()
        self.code = int(out.with_suffix(".code").read_text())
        self.lines = [line for line in self.raw.splitlines() if not LOG_LINE.match(line)]
        return self

    def refused(self, *said: str) -> None:
        """It ended, non-zero, with exactly these lines (each a pattern) and without touching Telegram."""
        assert self.code != 0, self.raw
        assert "Traceback" not in self.raw
        assert len(self.lines) == len(said), self.raw
        for line, pattern in zip(self.lines, said, strict=True):
            assert re.search(pattern, line), f"{line!r} is not like {pattern!r}"
        assert self.knocks == [], "Telegram was touched"
        for secret in (TOKEN, TOKEN.partition(":")[2], KEY):
            assert secret not in self.raw


@pytest.fixture(scope="module")
def warm() -> Iterator[subprocess.Popen[str]]:
    """Where starts are forked from."""
    process = subprocess.Popen([sys.executable, "-m", "tests.warm"], cwd=ROOT, stdin=subprocess.PIPE, text=True)
    yield process
    process.communicate(timeout=PATIENCE)


@pytest.fixture
async def start(tmp_path: Path, warm: subprocess.Popen[str]) -> AsyncIterator[Start]:
    knocks: list[str] = []

    async def knocked(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        knocks.append("knock")
        writer.close()

    server = await asyncio.start_server(knocked, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield Start(tmp_path, f"http://127.0.0.1:{port}", knocks, warm)


def lying(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, but for the lock, which holds nothing."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix != ".lock"}


# -- settings ----------------------------------------------------------------------------------------------------

WRONG = {
    "BOT_TOKEN": ("12345", r"^BOT_TOKEN: .*shape.*BotFather"),
    "DESK_CHAT_ID": ("1002000000001", r"^DESK_CHAT_ID: .*group.*-100"),
    "LEAD_IDS": ("anna", r"^LEAD_IDS: .*number.*digits"),
    "DATABASE_URL": ("mysql://root:geheim@db/x", r"^DATABASE_URL: .*sqlite:/// or postgresql://"),
    "DATA_KEY": ("short", r"^DATA_KEY: .*32 bytes.*openssl"),
    "TELEGRAM_API_URL": ("api.telegram.org", r"^TELEGRAM_API_URL: .*https://"),
    "ALLOW_DRAFTS": ("yes", r"^ALLOW_DRAFTS: .*0 nor 1"),
    "LOG_LEVEL": ("LOUD", r"^LOG_LEVEL: .*DEBUG, INFO"),
    "DESK_OPENS": ("25", r"^DESK_OPENS: .*between 0 and 23"),
    "DESK_ZONE": ("Asia/Atlantis", r"^DESK_ZONE: .*IANA"),
    "PACE_DESK": ("1000", r"^PACE_DESK: .*between 1 and 20"),
}


async def test_a_wrong_setting_is_named_with_its_cure(start: Start) -> None:
    value, said = WRONG["DATA_KEY"]
    (await start.serve(DATA_KEY=value)).refused(said)
    assert start.code == 2
    assert value not in start.raw
    assert not (start.folder / "data").exists()


async def test_every_wrong_setting_is_named_in_one_run(start: Start) -> None:
    (start.folder / ".env").write_text('DESK_LANGUAGE="ru\nthis is no line\nDATA_KEI=x\n', encoding="utf-8")
    await start.serve(**{name: value for name, (value, _) in WRONG.items()})
    assert start.code == 2
    for name, (_, said) in WRONG.items():
        assert sum(bool(re.search(said, line)) for line in start.lines) == 1, name
    assert any(line.startswith(".env line 1:") for line in start.lines)
    assert any(line.startswith(".env line 2:") for line in start.lines)
    assert any("DATA_KEI" in line and "DATA_KEY" in line for line in start.lines)
    assert "Traceback" not in start.raw
    assert not any(value in start.raw for value in ("geheim", "short", "LOUD", "Atlantis", "1002000000001"))
    assert start.knocks == []


async def test_a_desk_language_we_have_no_words_in_is_refused(start: Start) -> None:
    (await start.serve(DESK_LANGUAGE="uz")).refused(r"^DESK_LANGUAGE: .*Choose one of")


async def test_a_data_dir_that_is_a_file_is_refused(start: Start) -> None:
    (start.folder / "data").write_text("a letter")
    (await start.serve()).refused(r"^DATA_DIR: .*data cannot be used .*Give a folder")
    assert (start.folder / "data").read_text() == "a letter"


# -- content -----------------------------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the content, to be spoiled."""
    return shutil.copytree(library.HERE, tmp_path / "content", ignore=shutil.ignore_patterns("*.py", "__pycache__"))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


async def test_a_broken_file_and_a_missing_translation_are_named_in_one_run(start: Start, tree: Path) -> None:
    spoil(tree / "strings/tg/menu.yaml", "menu.week:", "menu.week: [")
    text = (tree / "strings/ru/menu.yaml").read_text(encoding="utf-8")
    (tree / "strings/ru/menu.yaml").write_text(re.sub(r"(?m)^menu\.person:.*\n", "", text), encoding="utf-8")
    point = f"import pathlib, content.library; content.library.HERE = pathlib.Path({str(tree)!r})"
    (await start.serve(point)).refused(
        r"^content/strings/ru/menu\.yaml: menu\.person: missing translation\. Add it",
        r"^content/strings/tg/menu\.yaml: line \d+: not YAML: .*Correct this line",
    )
    assert not (start.folder / "data").exists()


FAULTS = {
    "a brace left open": (
        "strings/ru/menu.yaml",
        'menu.week: "',
        'menu.week: "{',
        r"strings/ru/menu.yaml: menu.week: .*brace",
    ),
    "an id twice": (
        "strings/tg/menu.yaml",
        "menu.feel:",
        "menu.week:",
        r"strings/tg/menu.yaml: line \d+: .*stands twice",
    ),
    "a variable lost": (
        "strings/ru/help.yaml",
        "{emergency}",
        "103",
        r"strings/ru/help.yaml: \S+: variables are .*Use the same",
    ),
    "a level unknown": ("concern/self_harm/ru.yaml", "level: urgent", "level: awful", r"concern/self_harm/ru.yaml: "),
    "a number that speaks no Tajik": ("directory/numbers.yaml", "tg:", "xx:", r"directory/numbers.yaml: .*tg"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_the_content_has_one_line(tree: Path, fault: str) -> None:
    file, old, new, said = FAULTS[fault]
    spoil(tree / file, old, new)
    with pytest.raises(ContentError) as met:
        library.load(tree)
    lines = str(met.value).splitlines()
    assert any(re.search(said, line) for line in lines), lines
    assert all(line.startswith("content/") for line in lines)


# -- the database ------------------------------------------------------------------------------------------------


async def newer(start: Start) -> None:
    with contextlib.closing(sqlite3.connect(start.file)) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
        conn.commit()
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = start.file.read_bytes()
    (await start.serve()).refused(r"newer version.*restore an older backup")
    assert start.file.read_bytes() == before


async def no_database(start: Start) -> None:
    start.file.write_bytes(b"a letter to her sister" * 500)
    before = start.file.read_bytes()
    (await start.serve()).refused(r"bot\.db is not a database: restore it from a backup")
    assert start.file.read_bytes() == before


async def served_already(start: Start) -> None:
    held = await Database.open(f"sqlite:///{start.file}", MASTER, start.file.parent)
    try:
        (await start.serve()).refused(r"Another process uses this database.*stop it first")
    finally:
        await held.close()


async def held_by_another_program(start: Start) -> None:
    with contextlib.closing(sqlite3.connect(start.file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        (await start.serve()).refused(r"database .*bot\.db cannot be used \(\w+\): check")


async def nobody_listens(start: Start) -> None:
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        await _nobody(start, port)


async def nobody_speaks(start: Start) -> None:
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        port.listen()
        await _nobody(start, port)


async def _nobody(start: Start, port: socket.socket) -> None:
    url = f"postgresql://bot:geheim@127.0.0.1:{port.getsockname()[1]}/bot?connect_timeout=2"
    said = r"database 127\.0\.0\.1/bot cannot be used \(\w+\): check .*reachable"
    (await start.serve(DATABASE_URL=url)).refused(said)
    assert "geheim" not in start.raw


async def test_a_database_that_cannot_be_used_is_named_and_left_alone(start: Start, sqlite_template: Path) -> None:
    cases = (newer, no_database, served_already, held_by_another_program, nobody_listens, nobody_speaks)
    # Side by side, for some of them have to wait.
    faults = await asyncio.gather(
        *(case(start.at(case.__name__, sqlite_template)) for case in cases), return_exceptions=True
    )
    assert {case.__name__: fault for case, fault in zip(cases, faults, strict=True) if fault is not None} == {}


async def test_nobody_is_waited_for_long() -> None:
    engine = _engine(make_url("postgresql+psycopg://bot@127.0.0.1/bot"))
    assert 0 < int(str(engine.url.query["connect_timeout"])) <= 15
    await engine.dispose()


@pytest.mark.parametrize("fresh_url", ["postgresql"], indirect=True)
async def test_a_second_process_on_postgresql_is_refused(start: Start, fresh_url: str) -> None:
    held = await Database.open(fresh_url, Master(bytes.fromhex(KEY)), start.folder)
    try:
        (await start.serve(DATABASE_URL=fresh_url)).refused(r"Another process serves this PostgreSQL.*stop it first")
    finally:
        await held.close()


@pytest.mark.torture
async def test_a_wrong_key_touches_nothing_and_the_right_one_goes_on(start: Start, sqlite_template: Path) -> None:
    one, other = start.at("wrong", sqlite_template), start.at("gone", sqlite_template)
    before = lying(one.file.parent)
    await asyncio.gather(one.serve(DATA_KEY=bytes(32).hex()), other.serve(DATA_KEY=""))
    one.refused(r"key does not fit.*DATA_KEY")
    other.refused(r"DATA_KEY.*data\.key")
    assert lying(one.file.parent) == lying(other.file.parent) == before

    cloud = Cloud(RealClock().now)
    her = cloud.add_user("Savsan", "tg")
    cloud.start(her)
    async with serve(cloud, TOKEN) as telegram:
        one.url = telegram.url
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(ROOT / "run_bot.py")),
            cwd=one.folder,
            env=one.settings(),
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(PATIENCE):
                while not cloud.called("sendMessage", her.id):  # noqa: ASYNC110 (another process sends it)
                    await asyncio.sleep(0.01)
        finally:
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                await process.wait()
    assert process.returncode == 0
    assert cloud.called("sendMessage", her.id), "what waited meanwhile is lost"
