"""The pictures of the README, taken anew by `.venv/bin/pytest -n 0 tests/browser/pictures.py`."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.hands import Screen
from tests.browser.test_page import DESPAIR, LANGUAGES, worrying

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 250_000


def choose(page: Page, language: str, *keys: str) -> None:
    """The reader's language, and only these screens."""
    page.locator("#languages").get_by_role("button", name=LANGUAGES[language], exact=True).click()
    for chip in page.locator("#shelf .chip").all():
        if (chip.get_attribute("aria-pressed") == "true") != (chip.get_attribute("data-key") in keys):
            chip.click()
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)


def take(page: Page, name: str) -> None:
    file = PICTURES / f"{name}.png"
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=file)
    assert file.stat().st_size < LARGEST


def nth(page: Page, number: int) -> Screen:
    return Screen(page, page.locator(".screen.phone").nth(number))


def key(screen: Screen) -> str:
    return screen.node.get_attribute("data-screen") or ""


def test_a_mother_joins_in_tajik_on_a_phone(page: Page) -> None:
    lola = nth(page, 0)
    lola.joins(LANGUAGES["tg"])
    page.set_viewport_size({"width": 390, "height": 844})
    choose(page, "tg")
    lola.node.evaluate("node => node.scrollIntoView({block: 'end'})")
    take(page, "joining")


def test_a_worrying_sentence_in_russian_and_the_desk(page: Page, desk: Screen) -> None:
    mother = nth(page, 1)
    mother.joins(LANGUAGES["ru"])
    page.set_viewport_size({"width": 1200, "height": 860})
    choose(page, "ru", key(mother), "desk")
    worrying(mother, desk, DESPAIR["ru"], "Мы рядом. Напишите, где Вы сейчас и кто с Вами.")
    page.wait_for_timeout(4000)  # no toast in the picture
    page.mouse.move(0, 0)
    take(page, "desk")


def test_a_phone_lies_locked(page: Page) -> None:
    grandmother = nth(page, 3)
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#shelf .chip").nth(3).click()
    grandmother.joins(LANGUAGES["tg"])  # on a shared phone yesterday's messages would have vanished
    grandmother.locks()
    cards = grandmother.node.locator(".card")
    for _ in range(40):
        if cards.count() >= 3:
            break
        page.locator('[data-jump*="next"]').click()
        page.locator("#clock .way").wait_for(state="hidden")
    choose(page, "tg")
    grandmother.node.evaluate("node => node.scrollIntoView({block: 'end'})")
    take(page, "locked")
