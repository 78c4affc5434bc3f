"""What may be logged: an allow-list at the root, because the library below us logs whole updates and the token.

Our own loggers (`bot`, `storage` and what is under them) pass with a fixed phrase and fields whose names stand in
`FIELDS` and whose values look like numbers or codes. Of everybody else, and of every exception, only kind and
place remain. So no word of hers, no token and no Telegram number reaches a line, at any level.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Final

OURS: Final = ("bot", "storage")
FIELDS: Final = frozenset(
    (
        *("act", "attempt", "code", "count", "error", "events", "faults", "job", "kind", "lane", "level", "method"),
        *("parked", "person", "port", "row", "rows", "seconds", "state", "step", "table", "took", "topic", "turns"),
        *("version", "waiting", "where", "why", "zone"),
    )
)
_ROOT: Final = Path(__file__).resolve().parent.parent
_PHRASE = re.compile(r"[A-Za-z][A-Za-z ,;:_'-]{0,99}")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.:/-]{0,39}")
_LONGEST_NUMBER = 9_999_999
_FRAMES = 6


def start(level: str, stream: Any = None) -> None:
    """Take over logging, warnings and every hook that would print an exception. `level` is a name."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Line())
    # What libraries tell of their everyday work helps only whoever asked for everything.
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or _named_ours(record) or level == "DEBUG")
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in list(logging.root.manager.loggerDict):
        _give_up_handlers(logging.getLogger(name))
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False
    sys.excepthook = _unhandled
    sys.unraisablehook = _unraisable
    threading.excepthook = _thread_died


def watch(loop: asyncio.AbstractEventLoop) -> None:
    """Route what the event loop would print about an exception through here."""
    loop.set_exception_handler(_loop_error)


def fields(**values: object) -> dict[str, Any]:
    """For `extra=`: `logger.info("sent", extra=fields(lane=1))`. Names outside `FIELDS` do not pass."""
    return {"fields": values}


class Line(logging.Formatter):
    """One line a record, `key=value`, in UTC. Never calls `getMessage`, so arguments cannot slip in."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        parts = [self._stamp(record), record.levelname, _safe_name(record.name)]
        if _is_ours(record):
            parts += [str(record.msg), *_shown(getattr(record, "fields", {}))]
        else:
            parts.append(f"at={_place(record.pathname, record.lineno)}")
        parts += _error(record.exc_info)
        return " ".join(parts)

    def _stamp(self, record: logging.LogRecord) -> str:
        return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def error_kind(error: BaseException) -> str:
    """Kind of an exception and our frames of its way: `KeyError at=storage/inbox.py:31<bot/turns.py:90`."""
    ours = [
        _place(frame.filename, frame.lineno or 0)
        for frame in traceback.extract_tb(error.__traceback__)
        if _under_root(frame.filename)
    ]
    way = "<".join(reversed(ours[-_FRAMES:]))
    return f"{_kind(error)} at={way or 'elsewhere'}"


def _named_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OURS


def _is_ours(record: logging.LogRecord) -> bool:
    return (
        _named_ours(record) and not record.args and isinstance(record.msg, str) and bool(_PHRASE.fullmatch(record.msg))
    )


def _shown(values: object) -> list[str]:
    if not isinstance(values, dict):
        return []
    return [f"{name}={_value(value)}" for name, value in values.items() if name in FIELDS]


def _value(value: object) -> str:
    """Numbers too small to be somebody's, codes and kinds; anything else is `?`."""
    if isinstance(value, Enum):
        return value.name.lower()
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) <= _LONGEST_NUMBER else "?"
    if isinstance(value, int):
        return str(value) if abs(value) <= _LONGEST_NUMBER else "?"
    if isinstance(value, BaseException):
        return _kind(value)
    return value if isinstance(value, str) and _CODE.fullmatch(value) else "?"


def _error(info: Any) -> list[str]:
    error = info[1] if isinstance(info, tuple) else None
    if not isinstance(error, BaseException):
        return []
    cause = error.__cause__ or error.__context__
    return [f"error={error_kind(error)}", *([f"from={error_kind(cause)}"] if cause else [])]


def _kind(error: BaseException) -> str:
    return _safe_name(type(error).__name__)


def _safe_name(name: str) -> str:
    return name if _CODE.fullmatch(name) else "?"


def _under_root(filename: str) -> bool:
    return filename.startswith(f"{_ROOT}{os.sep}") and "site-packages" not in filename


def _place(filename: str, line: int) -> str:
    """File and line, without the machine's own folders before them."""
    path = Path(filename)
    shown = path.relative_to(_ROOT) if _under_root(filename) else Path(*path.parts[-2:])
    return f"{shown}:{line}"


def _unhandled(_kind_of: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    logging.getLogger("bot").critical("unhandled", exc_info=error)


def _unraisable(what: sys.UnraisableHookArgs) -> None:
    logging.getLogger("bot").error("unraisable", exc_info=what.exc_value or True)


def _thread_died(what: threading.ExceptHookArgs) -> None:
    logging.getLogger("bot").error("a thread died", exc_info=what.exc_value or True)


def _loop_error(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    logging.getLogger("bot").error("the event loop met an error", exc_info=error or False)


def _give_up_handlers(logger: logging.Logger) -> None:
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    logger.propagate = True
