"""`run_bot.py report`, from a database to files: no word of anybody's, on both databases, and sentences when it fails."""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import re
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path

import pytest

from bot import cli
from bot.report.making import Made, made
from bot.report.period import period
from bot.settings import NAMES
from content.library import load
from flows.effects import AnyEffect, Become, Keep, Line, Raised, Record, Refer, Stamp
from flows.model import Case, Desk
from storage.cohort import cohort
from storage.database import FILE, Database
from tests.bot.report.reader import HIDDEN, rows
from tests.conftest import MASTER
from tests.storage.people import NOW, Store

SECRET = "ZEBRAFINCH"
MANY = 30
"""Mothers who join together, all of whom are asked; some of them have cases."""


@pytest.fixture
async def db(fresh_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    """An open database, on SQLite and on PostgreSQL."""
    database = await Database.open(fresh_url, MASTER, tmp_path)
    yield database
    await database.close()


async def live(store: Store) -> None:
    """Half a year of thirty mothers: a start, a week 14, faces, cases. Wherever there can be words there are some."""
    await at_once(store, joins)
    store.wait(days=3)
    await at_once(store, lambda turn: results(turn, before=True))
    store.wait(days=98)
    await at_once(store, lambda turn: results(turn, before=False))
    await at_once(store, lambda turn: case(turn, store) if turn % 2 else [])
    store.wait(hours=2)
    await at_once(store, lambda turn: [Record(act="taken", case=turn + 1, actor=7)] if turn % 2 else [])
    store.wait(days=60)
    await at_once(store, lambda turn: [Become(changes={"heard_at": store.now})] if turn < MANY // 2 else [])


async def at_once(store: Store, effects: Callable[[int], list[AnyEffect]]) -> None:
    """All of them take a turn in one batch, always in the same order, each with effects of her own."""
    for sender in range(MANY):
        await store.hear(910_000 + sender, SECRET)
    turn = count()
    scenes = await store.turns(lambda _: effects(next(turn)), limit=200)
    assert len(scenes) == MANY


def joins(turn: int) -> list[AnyEffect]:
    told = {"state": "active", "language": "tg", "role": "mother", "region": "sughd", "programme": "mums", "week": 15}
    words = {
        "contact": SECRET,
        "never_know": SECRET,
        "ambulance": SECRET,
        "district": "khujand",
        "centre": SECRET.lower(),
    }
    mine = {"joined_at": NOW, "heard_at": NOW, "research": "1" if turn < 2 * MANY // 3 else ""}
    return [Become(changes={**told, **words, **mine})]


def results(turn: int, *, before: bool) -> list[AnyEffect]:
    score = 6 + turn % 7 if before else 3 + turn % 5
    kept = {"score": score, "band": SECRET, "reason": "baseline" if before else "end", "language": SECRET}
    found: list[AnyEffect] = [Keep(question=f"{name}.result", value=kept) for name in ("phq9", "gad7", "who5")]
    found.append(Keep(question="pulse.mood", value=1 + turn % 5))
    found.append(Keep(question="phq9.result", value={**kept, "score": 27, "reason": SECRET}))
    return [*found, Keep(question="pulse.mood", value=SECRET), Keep(question="phq9.safety", value=SECRET)]


def case(turn: int, store: Store) -> list[AnyEffect]:
    one = Case(number=turn + 1, level="watch", category="low_mood", opened_at=store.now, language="tg")
    raised = Raised(case=turn + 1, key=SECRET, rule=SECRET, category="low_mood", level="watch", language="tg")
    line = Line(case=turn + 1, voice="hers", text=SECRET, by=SECRET)
    sent = Refer(
        id=turn + 1, need="money", region="sughd", district="khujand", place=SECRET, state="arrived", asked_at=store.now
    )
    return [Stamp(case=one), Record(act="opened:watch", case=turn + 1), line, raised, sent]


async def made_of(store: Store) -> Made:
    async with store.db.read() as conn:
        found = await cohort(store.db, conn, store.now)
    return made(found, Desk(), load(), period("", ""), store.now)


def everything(report: Made) -> str:
    """All that is given out, with what is inside the pictures."""
    page = report.files["report.html"]
    pictures = [base64.b64decode(one).decode() for one in re.findall(r"base64,([^\"]*)", page)]
    assert pictures
    return "\n".join([*report.files.values(), *report.files, report.pairs or "", *pictures])


async def test_from_rows_to_figures_and_no_word_of_anybody(db: Database) -> None:
    store = Store(db)
    await live(store)
    report = await made_of(store)
    (phq9, *_) = rows(report.files, "change")
    consented = 2 * MANY // 3
    assert phq9["pairs"] == str(consented)
    change = [(3 + turn % 5) - (6 + turn % 7) for turn in range(consented)]
    assert float(phq9["change mean"]) == pytest.approx(sum(change) / consented, abs=0.05)
    assert [row["people"] for row in rows(report.files, "people")[:2]] == [str(MANY)] * 2
    there = {int(row["week"]): row["active"] for row in rows(report.files, "weeks")}
    assert there[14] in {*HIDDEN, str(MANY // 2)}
    assert str(MANY // 2) in there.values()
    watch = next(row for row in rows(report.files, "cases") if row["level"] == "all")
    assert watch["cases"] == str(MANY // 2)
    assert rows(report.files, "referrals")[0]["referrals"] == str(MANY // 2)
    assert report.pairs is not None
    assert len(report.pairs.splitlines()) == 1 + 3 * consented
    told = everything(report)
    assert SECRET not in told
    assert SECRET.lower() not in told
    assert "khujand" not in told.lower()
    async with db.read() as conn:
        numbers = [str(one.id) for one in (await cohort(db, conn, store.now)).people]
    assert not any(number in told for number in numbers)
    assert not re.search(r"9100[0-9]{2}", told)


# -- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder and no settings but a key."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_KEY", bytes(range(32)).hex())
    return tmp_path


async def filled(folder: Path) -> None:
    (folder / "var").mkdir(exist_ok=True)
    db = await Database.open(f"sqlite:///{folder / 'var' / FILE}", MASTER, folder / "var")
    await live(Store(db))
    await db.close()


def test_it_writes_a_page_and_a_file_a_table_and_pairs_only_when_asked(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(filled(elsewhere))
    assert cli.main(["report", "--out", "given"]) == 0
    files = sorted(file.name for file in (elsewhere / "given").iterdir())
    assert "report.html" in files
    assert len(files) == 13
    assert not any("pairs" in name for name in files)
    assert sorted(capsys.readouterr().out.split()) == [f"given/{name}" for name in files]
    assert cli.main(["report", "--out", "given", "--pairs", "scores.csv"]) == 0
    assert "not to be given out" in capsys.readouterr().out
    pairs = elsewhere / "scores.csv"
    assert stat.S_IMODE(pairs.stat().st_mode) == 0o600
    assert len(pairs.read_text().splitlines()) == 61
    assert cli.main(["report", "--out", "later", "--since", "2026-04", "--pairs", "none.csv"]) == 1
    assert "fewer than ten people" in capsys.readouterr().err
    assert not (elsewhere / "none.csv").exists()
    assert cli.main(["report", "--out", "later", "--since", "2026-04"]) == 0
    assert "Fewer than ten people joined" in capsys.readouterr().err


def test_what_is_wrong_is_said_in_a_sentence(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["report", "--since", "March"]) == cli.MISUSED
    assert "write a month as 2026-03" in capsys.readouterr().err
    assert cli.main(["report"]) == cli.FAILED
    assert "There is no database" in capsys.readouterr().err
    assert not list(elsewhere.iterdir())
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert cli.main(["report"]) == cli.FAILED
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert "requirements-report.txt" in said[0]


def test_nothing_but_this_command_loads_what_it_draws_with() -> None:
    look = "import sys, bot.cli, bot.app, bot.acts; print(*{'matplotlib', 'scipy', 'numpy'} & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )
    assert found.stdout.strip() == ""
