"""Where bots are born: a process without threads or loop, everything imported, that forks one life at a time.

It speaks JSON lines with the parent over a socket, and dies with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import json
import logging
import os
import signal
import socket
import sys
import traceback
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot import ages
from bot.app import assembled
from bot.settings import Settings
from content.library import Library
from tests.kill.clock import SharedClock
from tests.kill.life import Boundaries, Fate, Writes, listened

SIGKILLED = -signal.SIGKILL
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG, linux/prctl.h


@dataclass(frozen=True)
class Nursery:
    """What every life is given."""

    clock: SharedClock
    library: Library
    writes: Writes

    def open(self) -> tuple[int, socket.socket]:
        """Fork the nursery. No thread and no loop may run here. Its pid, and the socket to speak with it."""
        ours, its = socket.socketpair()
        gc.collect()
        gc.freeze()
        pid = os.fork()
        if pid:
            its.close()
            return pid, ours
        with contextlib.suppress(BaseException):
            ours.close()
            dies_with_parent()
            self._serve(its)
        os._exit(0)

    def _serve(self, line: socket.socket) -> None:
        with line.makefile("r") as asked:
            for request in asked:
                pid = os.fork()
                if not pid:
                    self._live(json.loads(request))
                line.sendall(b'{"born": %d}\n' % pid)
                _, status = os.waitpid(pid, 0)
                line.sendall(b'{"died": %d}\n' % os.waitstatus_to_exitcode(status))

    def _live(self, request: dict[str, Any]) -> None:
        """A whole life. Never returns."""
        code = 1
        try:
            dies_with_parent()
            gc.disable()
            logging.disable(logging.CRITICAL)
            self.clock.born()
            boundaries = Boundaries(self.clock, self.writes, Fate(request["count"], frozenset(request["targets"])))
            settings = settings_of(request)
            # The wall of a play jumps a day with no poll between; nobody was away.
            ages.OLD = timedelta(days=400)
            with listened(boundaries):
                asyncio.run(lived(settings, self.clock, boundaries, self.library))
        except BaseException:  # noqa: BLE001 (the parent wants to know of every end)
            Path(request["faults"]).write_text(traceback.format_exc())
        finally:
            sys.stdout.flush()
            os._exit(code)


def settings_of(request: dict[str, Any]) -> Settings:
    """The settings of a life from what the parent asked for."""
    return Settings(**{**request["settings"], "data_dir": Path(request["settings"]["data_dir"])})


async def lived(settings: Settings, clock: SharedClock, boundaries: Boundaries, library: Library) -> None:
    """Be the bot until death."""
    async with assembled(settings, clock, boundaries, library) as app:
        await app.run()


def dies_with_parent() -> None:
    """Ask Linux to end this process with the one that forked it; elsewhere the socket's end must do."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
