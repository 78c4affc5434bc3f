"""No word of hers, no token and no Telegram number is in a line, whoever logs it and at whatever level."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest

from bot import log

WORDS = "зимистони гарми дилам"
TOKEN = "12345678:invented-token-invented-token-inv"
NUMBER = 5_123_456_789
SECRETS = (WORDS, TOKEN, str(NUMBER))
THEIRS = (
    *("telegram.Bot", "telegram.ext.Updater", "httpx", "httpcore.http11", "aiohttp.client", "aiohttp.access"),
    *("apscheduler.scheduler", "sqlalchemy.engine.Engine", "asyncio", "py.warnings", "alembic.runtime", "anything"),
)


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """What is logged from here on; every hook is put back afterwards."""
    root, hooks = logging.getLogger(), (sys.excepthook, sys.unraisablehook, threading.excepthook)
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    log.start("DEBUG", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)
    logging.raiseExceptions = True
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks


def clean(out: io.StringIO) -> str:
    """What was logged, after searching it."""
    said = out.getvalue()
    assert not any(secret in said for secret in SECRETS)
    assert said.isascii()
    return said


def raised(error: Exception) -> Exception:
    """`error` as it looks after being raised, with a cause that quotes everything."""
    local = " ".join(SECRETS)
    try:
        try:
            raise ValueError(local)  # noqa: TRY301
        except ValueError as cause:
            raise error from cause
    except Exception as caught:  # noqa: BLE001
        return caught


def test_our_own_lines_carry_their_fields(out: io.StringIO) -> None:
    logging.getLogger("bot.send").info("sent", extra=log.fields(lane=1, took=0.25, method="sendMessage"))
    assert clean(out).strip().endswith("INFO bot.send sent lane=1 took=0.250 method=sendMessage")


def test_fields_are_only_known_names_and_plain_values(out: io.StringIO) -> None:
    for value in (WORDS, TOKEN, NUMBER, -NUMBER, float(NUMBER), [WORDS], {"x": TOKEN}, WORDS.encode()):
        logging.getLogger("bot.send").info("sent", extra=log.fields(why=value, text=value))
    assert clean(out).count("why=?") == 8
    assert "text" not in clean(out)


def test_our_own_careless_lines_are_reduced(out: io.StringIO) -> None:
    logger = logging.getLogger("storage.inbox")
    logger.warning("stored %s", WORDS)
    logger.warning(f"stored {WORDS}")  # noqa: G004
    logger.warning({"text": WORDS})
    logger.warning(f"url https://x/bot{TOKEN}")  # noqa: G004
    assert clean(out).count("storage.inbox at=tests/bot/test_log.py:") == 4


@pytest.mark.parametrize("name", THEIRS)
def test_everybody_else_is_reduced_to_name_kind_and_place(name: str, out: io.StringIO) -> None:
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.DEBUG)
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
        logger.log(level, "update %s with %s", WORDS, TOKEN, extra={"fields": {"why": WORDS}})
    logger.error("it broke", exc_info=raised(RuntimeError(" ".join(SECRETS))))
    logger.setLevel(before)
    said = clean(out)
    assert said.count(name) == 6
    assert "error=RuntimeError at=tests/bot/test_log.py:" in said
    assert "from=ValueError" in said


def test_a_handler_of_somebody_elses_is_taken_away(out: io.StringIO) -> None:
    logger, theirs = logging.getLogger("telegram.ext.Application"), io.StringIO()
    logger.addHandler(logging.StreamHandler(theirs))
    logger.propagate = False
    log.start("DEBUG", out)
    logger.error(WORDS)
    assert theirs.getvalue() == ""
    assert "telegram.ext.Application" in clean(out)


def test_what_nobody_caught(out: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    error = raised(RuntimeError(" ".join(SECRETS)))
    sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=lambda: (_ for _ in ()).throw(error))
    thread.start()
    thread.join()
    assert clean(out).count("error=RuntimeError") == 2
    assert WORDS not in capsys.readouterr().err


def test_what_the_event_loop_would_print(out: io.StringIO) -> None:
    async def body() -> None:
        loop = asyncio.get_running_loop()
        log.watch(loop)
        loop.call_exception_handler({"message": WORDS, "exception": raised(KeyError(WORDS))})
        loop.call_exception_handler({"message": WORDS})

    asyncio.run(body(), debug=True)
    assert "error=KeyError" in clean(out)


def test_warnings(out: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(WORDS, stacklevel=1)
    assert "py.warnings" in clean(out)


def test_a_name_nobody_foresaw(out: io.StringIO) -> None:
    odd = type(f"Odd {WORDS}", (Exception,), {})
    logging.getLogger(WORDS).error("x", exc_info=odd(WORDS))
    assert " ? " in clean(out)
