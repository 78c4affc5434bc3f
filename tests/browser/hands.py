"""What a reader's hands do on the page: the language the browser tests are written in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Error, Locator, Page

PATIENCE = 20.0
SOON = 3.0


@dataclass
class Screen:
    """One phone, or the desk."""

    page: Page
    node: Locator

    @classmethod
    def added(cls, page: Page) -> Screen:
        """One phone more, the last before the desk."""
        before = page.locator(".screen.phone").count()
        page.locator("#add").click()
        page.locator("#newcomer .main").click()
        page.locator(".screen.phone").nth(before).wait_for()
        return cls(page, page.locator(".screen.phone").nth(before))

    @property
    def texts(self) -> list[str]:
        """The words of the bubbles."""
        return self.node.locator(".bubble .words").all_inner_texts()

    @property
    def heard(self) -> list[str]:
        return self.node.locator(".message.theirs .bubble .words").all_inner_texts()

    def says(self, text: str) -> None:
        self.node.locator("textarea").fill(text)
        self.node.locator("textarea").press("Enter")
        self.until(lambda: text in self.texts)

    def hears(self, text: str) -> None:
        self.until(lambda: any(text in one for one in self.heard))

    def until(self, true: Callable[[], bool], patience: float = PATIENCE) -> bool:
        """Wait until it is so; with the usual patience it has to be."""
        ends = time.monotonic() + patience
        while not true():
            if time.monotonic() > ends:
                assert patience < PATIENCE, f"waited in vain: {self.texts[-3:]}"
                return False
            self.page.wait_for_timeout(40)
        return True

    def joins(self, language: str, *more: str) -> None:
        """Press Start, her language, mother, `more`; of any other question the first button, until the menu is there."""
        meant = re.compile(rf"^\s*(?:{'|'.join([language, 'Mother', 'Мама', 'Модар', *more])})\s*$")
        self.node.locator(".start").click()
        ends = time.monotonic() + PATIENCE
        while not self.node.locator(".keys").is_visible():
            assert time.monotonic() < ends, f"never joined: {self.texts}"
            keys = self.node.locator(".message").last.locator(".inline .key")
            if not keys.count():
                self.page.wait_for_timeout(40)
                continue
            named = keys.filter(has_text=meant)
            before = self.node.locator(".log").inner_text()
            try:
                (named if named.count() else keys).first.click(timeout=1000)
            except Error:  # it was drawn anew under the finger
                continue
            self.until(lambda seen=before: self.node.locator(".log").inner_text() != seen, SOON)  # type: ignore[misc]

    def locks(self) -> None:
        self.node.locator(".lockit").click()
        self.node.locator(".away").wait_for()
