"""`run_bot.py serve` as a process, one life after the other."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from bot.phones import Server, User
from tests.kill.house import KEY

ROOT = Path(__file__).parents[2]
TOKEN = "1234567:" + "k" * 35
START = 60.0
LOOK = 0.02


class Bot:
    """The living one, if there is one. Its log goes to a file."""

    def __init__(self, server: Server, folder: Path, gulru: User, desk: int, more: dict[str, str]) -> None:
        """`more` is environment: a webhook's, or nothing for polling."""
        self._begins = "setWebhook" if more else "getUpdates"
        self._server = server
        self._log = folder / "bot.log"
        self._process: asyncio.subprocess.Process | None = None
        self._calls = 0
        self._env = {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": server.url,
            "DESK_CHAT_ID": str(desk),
            "LEAD_IDS": str(gulru.id),
            "ALLOW_DRAFTS": "1",
            "DATA_DIR": str(folder / "storm"),
            "DATA_KEY": KEY.hex(),
            "DESK_LANGUAGE": "en",
            "DESK_OPENS": "0",
            "DESK_CLOSES": "24",
            "PACE_ALL": "30",
            "PACE_BULK": "30",
            "PACE_DESK": "20",
            "LOG_LEVEL": "ERROR",
            **more,
        }

    async def start(self) -> None:
        """A new life."""
        self._calls = len(self._server.cloud.calls)
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "run_bot.py", "serve", cwd=ROOT, env=self._env, stdout=log, stderr=log
            )

    async def serving(self) -> None:
        """Wait until it listens; returns also if it has ended."""
        ends, calls = time.monotonic() + START, self._server.cloud.calls
        while self._process is not None and self._process.returncode is None and time.monotonic() < ends:
            if any(call.method == self._begins for call in calls[self._calls :]):
                return
            await asyncio.sleep(LOOK)

    def ended(self) -> asyncio.Task[int]:
        """Done when this life is."""
        assert self._process is not None
        return asyncio.create_task(self._process.wait())

    async def kill(self) -> bool:
        """SIGKILL. False: it had ended by itself."""
        if self._process is None or self._process.returncode is not None:
            return False
        self._process.send_signal(signal.SIGKILL)
        return await self._process.wait() == -signal.SIGKILL

    async def stop(self) -> int:
        """SIGTERM; its exit code, -9 if it had to be killed after ten seconds."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            await self.kill()
            return -signal.SIGKILL

    def last_words(self) -> str:
        """The end of its log."""
        return self._log.read_text(errors="replace")[-800:]
