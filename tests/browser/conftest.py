"""A real Chromium, and the bot with its Telegram on this machine in a process of its own, as `make run` starts it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.hands import PATIENCE, Screen

ROOT = Path(__file__).parents[2]
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NONE = (
    "NO BROWSER: the page with the phones was NOT tested. Install one: sudo apt install chromium, "
    "or .venv/bin/playwright install chromium"
)
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


def _chromium(playwright: Playwright) -> str | None:
    """The machine's own, else the one playwright installed."""
    own = next((found for name in INSTALLED if (found := shutil.which(name))), None)
    theirs = playwright.chromium.executable_path
    return own or (theirs if Path(theirs).exists() else None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For these tests only: while it is open its event loop runs in this thread, and no other can."""
    with sync_playwright() as playwright:
        path = _chromium(playwright)
        if path is None:
            pytest.skip(NONE)
        running = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield running
        running.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page is; the tests that share it each bring phones of their own."""
    folder = tmp_path_factory.mktemp("town")
    log = (folder / "log").open("w")
    plain = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    bot = subprocess.Popen(
        [sys.executable, "-u", str(ROOT / "run_bot.py"), "serve"],
        cwd=folder,
        env=plain | {"PHONES_PORT": "0", "DATA_DIR": str(folder / "var")},
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    assert bot.stdout is not None
    said = bot.stdout.readline()
    assert "http://127.0.0.1:" in said, (folder / "log").read_text()
    threading.Thread(target=bot.stdout.read, daemon=True).start()
    yield next(word for word in said.split() if word.startswith("http://"))
    bot.terminate()
    bot.wait(PATIENCE)
    bot.stdout.close()
    log.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce")
    made.set_default_timeout(PATIENCE * 1000)
    yield made
    with suppress(Exception):
        made.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """The page, open. At the end: it threw nothing, and asked nobody but this machine."""
    opened = context.new_page()
    hosts: set[str | None] = set()
    thrown: list[str] = []
    opened.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    opened.on("pageerror", lambda error: thrown.append(str(error)))
    opened.goto(address)
    opened.locator(".screen.phone").first.wait_for()
    yield opened
    assert hosts <= {"127.0.0.1"}
    assert thrown == []


@pytest.fixture
def phone(page: Page) -> Screen:
    """A phone that nobody has used, added by the control for it."""
    return Screen.added(page)


@pytest.fixture
def desk(page: Page) -> Screen:
    return Screen(page, page.locator(".screen.desk"))
