"""A process that has the bot imported already and forks a start of it for whoever asks.

Importing and making the rules ready takes seconds of processor; what a start says of wrong settings does not depend on it. A line of its
input is one start: `folder`, `env`, `first` (Python to run before) and `out`, where its output goes. Its pid and
its exit code are left beside that.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys
from pathlib import Path

import bot.app
import bot.cli  # noqa: F401
from content.library import load
from flows import concern

ROOT = Path(__file__).parents[1]


def main() -> None:
    concern.compile_rules(load().rules)  # seconds of processor, shared with every fork
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if not os.fork():
            _start(json.loads(line))
            return


def _start(asked: dict[str, object]) -> None:
    """Be the one who waits, or the bot; the bot ends as a script ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    out = Path(str(asked["out"]))
    if pid := os.fork():
        out.with_suffix(".pid").write_text(str(pid))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        out.with_suffix(".part").write_text(str(code))
        out.with_suffix(".part").rename(out.with_suffix(".code"))
        os._exit(0)
    os.chdir(str(asked["folder"]))
    os.environ.clear()
    os.environ.update(asked["env"])  # type: ignore[call-overload]
    file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream, number in ((os.open(os.devnull, os.O_RDONLY), 0), (file, 1), (file, 2)):
        os.dup2(stream, number)
    sys.argv = ["run_bot.py", "serve"]
    exec(str(asked["first"]))
    runpy.run_path(str(ROOT / "run_bot.py"), run_name="__main__")


if __name__ == "__main__":
    main()
