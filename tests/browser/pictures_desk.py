"""The pictures of docs/desk.md, taken anew by `.venv/bin/pytest -n 0 tests/browser/pictures_desk.py`.

One red case at night on a narrow screen, lived through with two moderators, a lead and a director: paged to the third
person, taken, answered by voice, referred, followed up, closed by two; then a drill and an announcement.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from content.library import load
from tests.browser.conftest import ROOT
from tests.browser.hands import Screen
from tests.browser.test_page import LANGUAGES

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LIBRARY = load()
NARROW = {"width": 360, "height": 740}
SHOWN = os.environ.get("SCREENS", "")
"""A folder for every screen of the walk; without it only the pictures of the docs are taken."""


@pytest.fixture(params=["ru", "en", "tg"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def night(browser: Browser, language: str, tmp_path: Path) -> Iterator[Page]:
    """The page of a bot whose desk speaks this language."""
    plain = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    own = {"PHONES_PORT": "0", "DATA_DIR": str(tmp_path / "var"), "DESK_LANGUAGE": language}
    command = [sys.executable, "-u", str(ROOT / "run_bot.py"), "serve"]
    with (tmp_path / "log").open("w") as log:
        bot = subprocess.Popen(command, cwd=tmp_path, env=plain | own, stdout=subprocess.PIPE, stderr=log, text=True)
        assert bot.stdout is not None
        address = next(word for word in bot.stdout.readline().split() if word.startswith("http://"))
        threading.Thread(target=bot.stdout.read, daemon=True).start()
        page = browser.new_page(viewport=NARROW, reduced_motion="reduce")  # type: ignore[arg-type]
        thrown: list[str] = []
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.set_default_timeout(15000)
        page.goto(address)
        page.locator(".screen.phone").first.wait_for()
        yield page
        page.close()
        bot.terminate()
        bot.wait(20)
        bot.stdout.close()
        assert thrown == []


class Walk:
    """One reader with every phone of the page in hand, and the desk."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language
        self.desk = Screen(page, page.locator(".screen.desk"))
        self.mother = Screen(page, page.locator(".screen.phone").first)
        self.seen, self.count = self.mother, 0
        page.locator("#languages").get_by_role("button", name=LANGUAGES[language], exact=True).click()

    def tell(self, key: str, **variables: object) -> str:
        return LIBRARY.text(self.language, key, **variables)

    def looks_at(self, screen: Screen) -> None:
        key = screen.node.get_attribute("data-screen")
        self.page.locator(f'#shelf .chip[data-key="{key}"]').click()
        self.seen = screen
        self.page.wait_for_timeout(300)

    def staff(self, number: int) -> Screen:
        """A phone of the desk's people: two moderators, the lead, the director."""
        return Screen(self.page, self.page.locator(".screen.phone").nth(4 + number))

    def who(self, number: int) -> None:
        """Who writes and taps at the desk."""
        self.desk.node.locator(".who select").select_option(index=number)

    def topic(self, number: int) -> None:
        self.desk.node.locator(".topics .topic").nth(number).click()
        self.page.wait_for_timeout(400)

    def topic_named(self, name: str) -> None:
        self.desk.node.locator(".topics .topic", has_text=name).first.click()
        self.page.wait_for_timeout(400)

    def presses(self, label: str, within: Locator | None = None, wait: int = 900) -> None:
        exactly = re.compile(rf"^\s*{re.escape(label)}\s*$")
        keys = (within or self.desk.node).locator(".inline .key", has_text=exactly)
        keys.last.click()
        self.page.wait_for_timeout(wait)

    def passes(self, what: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.locator(f'[data-jump*="{what}"]').first.click()
            self.page.locator("#clock .way").wait_for(state="hidden")
            self.page.wait_for_timeout(500)

    def replies_to(self, words: str) -> None:
        hers = self.desk.node.locator(".message", has_text=words).last
        hers.hover()
        hers.locator(".tool").click()
        self.desk.node.locator(".acts .choice:not(.row *)").first.click()

    def shot(self, name: str, *, kept: bool = False) -> None:
        self.count += 1
        self.page.evaluate("document.activeElement.blur()")
        self.page.mouse.move(0, 0)
        self.seen.node.evaluate("node => node.scrollIntoView({block: 'end'})")
        self.page.wait_for_timeout(500)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        if SHOWN:
            self.page.screenshot(path=Path(SHOWN) / f"{self.language}{self.count:02}-{name}.png")
        if kept and self.language != "tg":
            self.page.screenshot(path=PICTURES / f"desk-{name}-{self.language}.png")

    def says(self, words: str, wait: int = 1200) -> None:
        self.desk.says(words)
        self.page.wait_for_timeout(wait)


NOW, GENERAL = 1, 0
PILLS = {
    "ru": "сейчас выпила все таблетки, жить не хочу",
    "en": "I just took all the pills, I do not want to live",
    "tg": "ҳозир дору хӯрдам, ҳамаашро, дигар зистан намехоҳам",
}


def test_a_red_case_at_night(night: Page, language: str) -> None:
    walk = Walk(night, language)
    paged(walk)
    answered(walk)
    referred(walk)
    closed(walk)


def paged(walk: Walk) -> None:
    """She writes at night; nobody takes it, and it reaches the third person."""
    mother, desk = walk.mother, walk.desk
    walk.looks_at(mother)
    mother.joins(LANGUAGES[walk.language])
    walk.passes("hour", 11)
    mother.says(PILLS[walk.language])
    walk.page.wait_for_timeout(1500)
    walk.shot("her-words")
    walk.looks_at(desk)
    walk.topic(NOW)
    walk.shot("alert", kept=True)
    walk.passes("hour")
    walk.shot("paged")
    for number, name in ((2, "lead"), (3, "director")):
        walk.looks_at(walk.staff(number))
        walk.shot(f"paged-{name}")


def answered(walk: Walk) -> None:
    """Taken, and answered by voice."""
    mother, desk = walk.mother, walk.desk
    walk.looks_at(desk)
    walk.presses(walk.tell("desk.act.take"), wait=2000)
    case = desk.node.locator(".topics .topic").count() - 1
    walk.topic(case)
    desk.node.locator(".message", has_text=walk.tell("cases.act.history")[:3]).first.scroll_into_view_if_needed()
    walk.shot("card", kept=True)
    walk.replies_to(PILLS[walk.language])
    desk.node.locator(".record").click()
    walk.page.wait_for_timeout(1500)
    walk.shot("recording")
    desk.node.locator(".finish").click()
    walk.page.wait_for_timeout(2000)
    walk.shot("voice", kept=True)
    walk.looks_at(mother)
    walk.shot("her-voice")
    mother.says({"ru": "я здесь", "en": "I am here", "tg": "ман ҳамин ҷо"}[walk.language])


def referred(walk: Walk) -> None:
    """A place is offered, agreed to, confirmed there, and her card sent."""
    mother, desk = walk.mother, walk.desk
    walk.looks_at(desk)
    walk.presses(walk.tell("desk.act.refer"))
    walk.presses(walk.tell("refer.need.low_mood"))
    desk.node.locator(".message").last.locator(".inline .key").first.click()
    walk.page.wait_for_timeout(900)
    walk.shot("place", kept=True)
    walk.presses(walk.tell("refer.ask_her"), wait=1500)
    walk.looks_at(mother)
    walk.shot("asked")
    walk.presses(LIBRARY.text(walk.language, "refer.yes"), mother.node, 1500)
    walk.looks_at(desk)
    for key, words in (("refer.next.who", "Мадина"), ("refer.next.when", "24.11, 10:00")):
        walk.replies_to(walk.tell(key)[:30])
        walk.says(words)
    walk.presses(walk.tell("refer.takes"), wait=1200)
    walk.shot("confirmed")
    walk.presses(walk.tell("refer.send"), wait=1500)
    walk.looks_at(mother)
    walk.shot("her-card")


def closed(walk: Walk) -> None:
    """The follow-up, the closing by two, the debrief, the review."""
    desk = walk.desk
    walk.passes("day", 2)
    walk.looks_at(desk)
    walk.shot("follow-up")
    walk.presses(walk.tell("cases.followed.reached"), wait=1200)
    walk.shot("followed")
    card = desk.node.locator(".message:has(.inline .key)", has_text=walk.tell("cases.act.history")).first
    walk.presses(walk.tell("desk.act.close"), card)
    walk.presses(walk.tell("cases.outcome.supported"), wait=1500)
    walk.topic_named(walk.tell("desk.topic.cases"))
    walk.who(1)
    walk.shot("second", kept=True)
    walk.presses(walk.tell("cases.act.agree"), wait=2500)
    walk.shot("closed")
    walk.looks_at(walk.staff(0))
    walk.shot("debrief")
    for key in ("debrief.1.heavy", "debrief.2.rest", "debrief.3.nothing"):
        walk.presses(walk.tell(key), walk.staff(0).node)
    walk.shot("debrief-done")
    lead = walk.staff(2)
    walk.looks_at(lead)
    lead.says("/reviews")
    walk.page.wait_for_timeout(1000)
    walk.shot("reviews")


def test_a_drill_and_an_announcement(night: Page, language: str) -> None:
    walk = Walk(night, language)
    desk = walk.desk
    walk.looks_at(walk.mother)
    walk.mother.joins(LANGUAGES[language])
    walk.looks_at(desk)
    walk.topic(GENERAL)
    walk.says("/drill")
    walk.presses(LIBRARY.drills[0].name[language])
    named = {one.code: one.name for one in LIBRARY.languages}
    walk.presses(named[language], wait=2000)
    walk.shot("drill-begins")
    desk.until(lambda: desk.node.locator(".topics .topic").count() > 1)
    walk.topic(NOW)
    walk.shot("drill-alert")
    walk.presses(walk.tell("desk.act.take"), wait=2000)
    walk.topic(desk.node.locator(".topics .topic").count() - 1)
    walk.shot("drill-card")
    walk.replies_to(LIBRARY.drills[0].lines[0].text[language])
    walk.says({"ru": "Я здесь.", "en": "I am here.", "tg": "Ман ҳамин ҷо."}[language], 1500)
    walk.passes("hour")
    walk.shot("drill-goes-on")
    card = desk.node.locator(".message:has(.inline .key)", has_text=walk.tell("cases.act.history")).first
    walk.presses(walk.tell("desk.act.close"), card)
    walk.presses(walk.tell("cases.outcome.supported"), wait=1500)
    walk.topic(GENERAL)
    walk.shot("drill-over")
    lead, director = walk.staff(2), walk.staff(3)
    walk.looks_at(lead)
    lead.says("/announce\n" + "\n".join(f"{code}: {LIBRARY.text(code, 'word.yes')}." for code in ("tg", "ru", "en")))
    night.wait_for_timeout(1200)
    walk.shot("announce")
    walk.looks_at(desk)
    walk.topic(GENERAL)
    walk.shot("announce-asked")
    walk.who(3)
    walk.presses(walk.tell("announce.act_agree"), wait=1500)
    walk.shot("announce-agreed")
    walk.passes("day")
    walk.looks_at(walk.mother)
    walk.shot("announce-hers")
    assert director.node.count()
