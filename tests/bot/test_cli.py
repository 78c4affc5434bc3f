"""What the person who runs the bot sees: sentences, an exit code, never a traceback."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import cli, serving
from bot.receive import Deaf
from bot.settings import NAMES, Settings
from storage.database import FILE, Database
from storage.faults import StorageError
from storage.record import Act, write
from tests.conftest import MASTER


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder, no settings, and every hook put back afterwards."""
    root, hooks = logging.getLogger(), (sys.excepthook, sys.unraisablehook, threading.excepthook)
    before, level = list(root.handlers), root.level
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    yield
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = True
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks


def test_no_command_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Settings] = []
    monkeypatch.setattr(serving, "serve", lambda settings: served.append(settings) or 0)
    assert cli.main([]) == 0
    assert cli.main(["serve"]) == 0
    assert served == [Settings(), Settings()]


def test_help_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        cli.main(["--help"])
    assert done.value.code == 0
    said = capsys.readouterr().out
    assert "http://127.0.0.1:8080" in said
    assert "check" in said


def test_an_unknown_command_is_misuse() -> None:
    with pytest.raises(SystemExit) as done:
        cli.main(["dance"])
    assert done.value.code == cli.MISUSED


def test_faulty_settings_are_named_all_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DESK_OPENS", "25")
    monkeypatch.setenv("ALLOW_DRAFTS", "maybe")
    assert cli.main([]) == cli.MISUSED
    said = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in said] == ["ALLOW_DRAFTS", "DESK_OPENS"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StorageError("The key does not fit."), "The key does not fit.\n"),
        (Deaf(), "Telegram was out of reach"),
        (RuntimeError("her words"), "The bot stopped: RuntimeError at="),
    ],
)
def test_the_end_is_one_line(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def serve(_: Settings) -> int:
        raise error

    monkeypatch.setattr(serving, "serve", serve)
    assert cli.main([]) == cli.FAILED
    shown = capsys.readouterr().err
    assert shown.startswith(said)
    assert len(shown.splitlines()) == 1
    assert "her words" not in shown


def test_check_names_faults_of_the_content(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(cli, "content_faults", list)
    assert cli.main(["check"]) == 0
    monkeypatch.setattr(cli, "content_faults", lambda: ["content/x.yaml: y: wrong"])
    assert cli.main(["check"]) == cli.FAILED
    assert "content/x.yaml" in capsys.readouterr().err


def test_check_and_start_name_faults_of_plug_ins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plugins" / "made_up").mkdir(parents=True)
    (tmp_path / "plugins" / "made_up" / "en.yaml").write_text("{id: made_up}", encoding="utf-8")
    monkeypatch.setenv("PLUGIN_INSTRUMENTS", str(tmp_path / "plugins"))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("PHONES_PORT", "0")
    monkeypatch.setattr(cli, "content_faults", list)
    for command in ("check", "serve"):
        assert cli.main([command] if command == "check" else []) == cli.FAILED
        assert "plugins/made_up/en.yaml" in capsys.readouterr().err


def test_posters_are_written_and_named_one_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["poster", "rudaki-1", "--bot", "@family_diary_bot", "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 6
    assert all(Path(line).exists() for line in said)


@pytest.mark.parametrize(
    ("given", "code", "named"),
    [
        (["Rudaki 1", "--bot", "family_diary_bot"], cli.MISUSED, "centre's name"),
        (["rudaki", "--bot", "no"], cli.MISUSED, "bot's name"),
        (["rudaki"], cli.MISUSED, "--bot NAME"),
        (["rudaki", "--bot", "family_diary_bot", "--out", "/dev/null/x"], cli.FAILED, "--out"),
    ],
)
def test_what_is_wrong_with_an_order_for_posters_is_one_sentence(
    given: list[str], code: int, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["poster", *given]) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert named in line


def test_the_record_is_checked_and_written_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATA_KEY", bytes(range(32)).hex())
    assert cli.main(["record"]) == cli.FAILED
    assert "no database" in capsys.readouterr().err

    async def acts() -> None:
        db = await Database.open(None, MASTER, tmp_path)
        async with db.write() as conn:
            await write(db, conn, [Act(act="taken", case=7)], datetime(2026, 3, 2, tzinfo=UTC))
        await db.close()

    asyncio.run(acts())
    assert cli.main(["record", "--json", "--out", str(tmp_path / "acts")]) == cli.OK
    assert json.loads((tmp_path / "acts").read_text())["act"] == "taken"
    link = capsys.readouterr().err.split()[-1]
    assert cli.main(["record", "--noted", link]) == cli.OK
    assert cli.main(["record", "--noted", "1:0123456789abcdef"]) == cli.FAILED
    assert cli.main(["record", "--noted", "x"]) == cli.MISUSED
    with sqlite3.connect(tmp_path / FILE) as file:
        file.execute("DROP TRIGGER record_update")
        file.execute("UPDATE record SET act = 'never'")
    file.close()
    assert cli.main(["record"]) == cli.FAILED
    assert "not whole" in capsys.readouterr().err
